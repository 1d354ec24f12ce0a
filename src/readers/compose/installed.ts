// Where a repository keeps what an installer puts elsewhere before Compose starts. Knows paths, not what the files say.
import { join, nameOf, once, type FileTree } from '../../model/files.ts'

const mostAbove = 4

/**
 * The file or folder of the repository behind a path that only an installer knows: `${BASE}/app/conf/redis.conf` is the `app/conf/redis.conf` that
 * lies below the compose file or above it, else the only file whose path ends so. `${PWD}` is the folder that Compose is run in, mostly one of
 * these. Undefined where several files fit.
 */
export function installedFrom(raw: string, folder: string, tree: FileTree): string | undefined {
  const rest = /^\$\{PWD\}\/+([\w.-][\w./-]*)$/.exec(raw)?.[1] ?? /^\$\{\w+\}\/+([\w-][\w.-]*(?:\/+[\w-][\w.-]*)+)$/.exec(raw)?.[1]
  if (rest === undefined) return undefined
  for (let at = folder, i = 0; i < mostAbove; at = join(at, '..'), i++) {
    const path = join(at, rest)
    if (typeof tree.read(path) === 'string' || tree.list(path) !== undefined) return path
    if (at === '.') break
  }
  return onlyFileAt(rest, tree)
}

function onlyFileAt(rest: string, tree: FileTree): string | undefined {
  const end = `/${join('.', rest)}`
  const [only, ...others] = rest.includes('/') ? byName(tree).get(nameOf(end))?.filter(path => path.endsWith(end)) ?? [] : []
  return others.length === 0 ? only : undefined
}

/** Made for the few repositories in which somebody asks. */
const byName = (tree: FileTree): ReadonlyMap<string, readonly string[]> => once(tree, byName, () => {
  const found = new Map<string, string[]>()
  for (const path of tree.files()) {
    const same = found.get(nameOf(path))
    if (same) same.push(path)
    else found.set(nameOf(path), [path])
  }
  return found
})
