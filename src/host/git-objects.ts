// Contents out of git's objects, in batches, since each question starts the program anew.
import type { Refusal } from '../model/files.ts'
import { git, GitError } from './git.ts'
import { inside } from './memory.ts'
import { sizeLimit } from './read.ts'

/** What a tree of a revision records at a path. */
export interface Entry {
  readonly kind: 'file' | 'link' | 'submodule'
  readonly object: string
}

export const tooLarge: Refusal = { refused: `it is larger than ${sizeLimit / 1_000_000} MB` }

const likely = /\.(?:ya?ml|env|conf|properties|tpl|sh|cnf|cfg|ini)$|(?:^|\/)(?:\.env[^/]*|\.gitignore|Dockerfile[^/]*)$/i
/** Bytes that are asked for at once. */
const batchSize = 64_000_000

/** Who asks for more files than this is likely to read everything. */
const few = 4

/** The texts of files by the names of their objects. One question for many: who asks for more than a few gets all that a run is likely to read. */
export function blobs(folder: string, entries: ReadonlyMap<string, Entry>): (object: string) => string | Refusal {
  const contents = new Map<string, string | Refusal>()
  let asked = 0
  let expected: { readonly objects: readonly string[]; readonly sizes: ReadonlyMap<string, number> } | undefined
  const expect = (): NonNullable<typeof expected> => {
    const objects = [...new Set([...entries].flatMap(([path, entry]) => (entry.kind === 'link' || (entry.kind === 'file' && likely.test(path)) ? [entry.object] : [])))]
    return { objects, sizes: sizesOf(folder, objects) }
  }
  let next = 0
  return object => {
    const known = contents.get(object)
    if (known !== undefined) return known
    const { objects, sizes } = ++asked > few ? expected ??= expect() : { objects: [], sizes: sizesOf(folder, [object]) }
    const size = sizes.get(object) ?? sizesOf(folder, [object]).get(object) ?? 0
    if (size > sizeLimit) return tooLarge
    const batch = new Set([object])
    let total = size
    if (sizes.has(object)) {
      for (; next < objects.length && total < batchSize; next++) {
        const more = objects[next] ?? '', length = sizes.get(more) ?? 0
        if (length > sizeLimit || contents.has(more)) continue
        batch.add(more)
        total += length
      }
    }
    for (const [name, content] of readBlobs(folder, [...batch])) contents.set(name, content.includes(0) ? { refused: 'it is binary' } : content.toString('utf8'))
    return contents.get(object) ?? { refused: 'git has no such object' }
  }
}

/** How long objects are, in bytes; those that git does not have are left out. */
export function sizesOf(folder: string, objects: readonly string[]): ReadonlyMap<string, number> {
  const { out } = git(folder, ['cat-file', '--batch-check=%(objectname) %(objectsize)'], `${objects.join('\n')}\n`)
  return new Map(out.toString('utf8').split('\n').flatMap(line => {
    const [object = '', size = ''] = line.split(' ')
    return /^\d+$/.test(size) ? [[object, Number(size)] as const] : []
  }))
}

/** The contents of objects, as they are. */
export function readBlobs(folder: string, objects: readonly string[]): Map<string, Buffer> {
  const { out } = git(folder, ['cat-file', '--batch'], `${objects.join('\n')}\n`)
  const contents = new Map<string, Buffer>()
  let at = 0
  for (const object of objects) {
    const end = out.indexOf(10, at)
    const [, type, size] = (end < 0 ? '' : out.toString('utf8', at, end)).split(' ')
    if (type !== 'blob') throw new GitError(`the file contents of that revision are not all there (object ${object.slice(0, 12)}); in a partial clone, fetch them first: git fetch --refetch --no-filter`)
    contents.set(object, out.subarray(end + 1, end + 1 + Number(size)))
    at = end + 2 + Number(size)
  }
  return contents
}

/** The texts that files had at a commit, by their paths from the work tree's top; links are followed inside the commit, and what is no text of usual size is left out. */
export function textsAt(top: string, commit: string, paths: readonly string[]): ReadonlyMap<string, string> {
  const asked = paths.filter(path => inside(path) && !/[\n\0]/.test(path))
  const { out } = git(top, ['cat-file', '--batch', '--follow-symlinks'], asked.map(path => `${commit}:${path}\n`).join(''))
  const texts = new Map<string, string>()
  let at = 0
  for (const path of asked) {
    const end = out.indexOf(10, at)
    const head = end < 0 ? '' : out.toString('utf8', at, end)
    at = end + 1
    const [, type = '', size = ''] = / (\w+) (\d+)$/.exec(head) ?? /^(dangling|loop|notdir|symlink) (\d+)$/.exec(head) ?? []
    if (type === '') continue
    const content = out.subarray(at, at + Number(size))
    at += Number(size) + 1
    if (type === 'blob' && content.length <= sizeLimit && !content.includes(0)) texts.set(path, content.toString('utf8'))
  }
  return texts
}
