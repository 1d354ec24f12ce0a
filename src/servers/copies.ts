// Files that scripts put where a server reads them: `cp /readonly/redis.conf /data/conf/redis.conf` in an init container or in its own start.
// Knows copying, not what the files say.
import { nameOf, type FileTree } from '../model/files.ts'
import type { Workload } from '../model/stack.ts'
import { readable, type Text } from '../model/value.ts'
import { withoutEnd } from '../model/words.ts'
import { containerFile, launchOf } from './launch.ts'

export interface Copies {
  /** By path in the workload's container. */
  readonly texts: ReadonlyMap<string, { readonly text?: Text; readonly why?: string }>
  /** Paths that were copied from, as the workload would see them. */
  readonly sources: ReadonlySet<string>
}

const none: Copies = { texts: new Map(), sources: new Set() }
const made = new WeakMap<Workload, Copies>()
const most = 100

/** What the scripts before a workload and its own put into place. */
export function copiesOf(workload: Workload, tree: FileTree): Copies {
  const known = made.get(workload)
  if (known) return known
  // Scripts are files of the container themselves, so they are followed without what they copy.
  made.set(workload, none)
  const texts = new Map<string, { text?: Text; why?: string }>(), sources = new Set<string>()
  for (const each of [...workload.prepared ?? [], workload]) {
    const here = (path: string): string | undefined => (each === workload ? path : seenFrom(workload, each, path))
    for (const { program, arguments: words } of launchOf(each, tree).calls) {
      const paths = words.filter(word => !word.text.startsWith('-'))
      if (program === 'sed' && words.some(word => /^-[a-z]*i|^--in-place/.test(word.text))) {
        for (const word of paths.slice(1)) {
          const path = here(word.text)
          const text = path === undefined ? undefined : texts.get(path)?.text
          if (path !== undefined && text && mayChange(paths[0]?.text ?? '', text.text)) texts.set(path, { why: `${each.name} rewrites ${word.text} with sed` })
        }
      }
      if (!['cp', 'mv', 'install'].includes(program) || paths.length < 2 || paths.some(word => word.unknown !== undefined) || texts.size > most) continue
      const target = paths.at(-1)?.text ?? ''
      for (const { text: from } of paths.slice(0, -1)) {
        for (const { path, text } of filesAt(each, tree, from, texts, here)) {
          const rest = path.slice(withoutEnd(from, '/').length)
          const inside = rest !== '' ? `${withoutEnd(target, '/')}${rest}` : target.endsWith('/') || paths.length > 2 || isFolder(each, target) ? `${withoutEnd(target, '/')}/${nameOf(from)}` : target
          const place = here(inside)
          if (place !== undefined) texts.set(place, { text })
          const source = here(path)
          if (source !== undefined) sources.add(source)
        }
      }
    }
  }
  const found: Copies = { texts, sources }
  made.set(workload, found)
  return found
}

/** `s/placeholder/…/` changes nothing where the placeholder does not stand, or stands in the place of a password. */
function mayChange(script: string, text: string): boolean {
  const word = /^s([/|#,])\^?(?:\.\*)?([\w -]{3,100})(?:\.\*)?\$?\1/.exec(script)?.[2]
  if (word === undefined) return true
  return text.split('\n').some(line => line.includes(word) && !/^\s*(?:requirepass|masterauth|masteruser)\s/.test(line))
}

const isFolder = (workload: Workload, path: string): boolean => workload.mounts.some(mount => withoutEnd(readable(mount.target), '/') === path && mount.content === undefined)

// The file at a path, or the mounted ones below it.
function filesAt(workload: Workload, tree: FileTree, from: string, texts: Copies['texts'], here: (path: string) => string | undefined): readonly { readonly path: string; readonly text: Text }[] {
  const own = containerFile(workload, tree, from).text ?? texts.get(here(from) ?? '')?.text
  if (own) return [{ path: from, text: own }]
  const folder = `${withoutEnd(from, '/').replace(/\/[.*]$/, '')}/`
  return workload.mounts.flatMap(mount => (mount.content && readable(mount.target).startsWith(folder) ? [{ path: readable(mount.target), text: mount.content }] : [])).slice(0, most)
}

/** Where a workload sees what another container of its pod writes: below the same volume. */
function seenFrom(workload: Workload, other: Workload, path: string): string | undefined {
  const covering = [...other.mounts].filter(mount => mount.content === undefined && (path === readable(mount.target) || path.startsWith(`${withoutEnd(readable(mount.target), '/')}/`)))
    .sort((a, b) => readable(b.target).length - readable(a.target).length)[0]
  // A map that is mounted file by file.
  const file = other.mounts.find(mount => mount.content !== undefined && readable(mount.target) === path)
  const source = readable((covering ?? file)?.source)
  if (source === '') return undefined
  if (!covering) {
    const twin = workload.mounts.find(mount => mount.content !== undefined && readable(mount.source) === source && nameOf(readable(mount.target)) === nameOf(path))
    return twin && readable(twin.target)
  }
  const inVolume = `${covering.sub === undefined ? '' : `/${covering.sub}`}${path.slice(trimmed(readable(covering.target)).length)}`
  for (const mount of workload.mounts) {
    const top = mount.sub === undefined ? '' : `/${mount.sub}`
    if (mount.content === undefined && readable(mount.source) === source && (inVolume === top || inVolume.startsWith(`${top}/`))) return `${trimmed(readable(mount.target))}${inVolume.slice(top.length)}`
  }
  return undefined
}

const trimmed = (path: string): string => withoutEnd(path, '/')
