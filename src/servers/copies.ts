// Files that scripts put where a server reads them: `cp /readonly/redis.conf /data/conf/redis.conf`, `cat a >> b`, `echo … >> b` in an init
// container or in its own start. Knows copying and writing, not what the files say.
import { nameOf, type FileTree } from '../model/files.ts'
import type { Workload } from '../model/stack.ts'
import { readable, type Text } from '../model/value.ts'
import { withoutEnd } from '../model/words.ts'
import { containerFile, launchOf, type Call } from './launch.ts'
import { joined, undecided, written, type Piece } from './written.ts'

export interface Copies {
  /** By path in the workload's container. */
  readonly texts: ReadonlyMap<string, { readonly text?: Text; readonly why?: string }>
  /** Paths that were copied from, as the workload would see them. */
  readonly sources: ReadonlySet<string>
}

const none: Copies = { texts: new Map(), sources: new Set() }
const made = new WeakMap<Workload, Copies>()
const most = 100
/** What servers read. */
export const settingsFile = /\.(?:conf|acl|properties)$/

/** What the scripts before a workload and its own put into place. */
export function copiesOf(workload: Workload, tree: FileTree): Copies {
  const known = made.get(workload)
  if (known) return known
  // Scripts are files of the container themselves, so they are followed without what they copy.
  made.set(workload, none)
  const texts = new Map<string, { text?: Text; why?: string }>(), sources = new Set<string>()
  for (const each of [...workload.prepared ?? [], workload]) {
    const here = (path: string): string | undefined => (each === workload ? path : seenFrom(workload, each, path))
    const output = (call: Call, by: Workload): void => {
      const path = call.into?.path.unknown === undefined ? call.into?.path.text ?? '' : ''
      const place = settingsFile.test(path) ? here(path) : undefined
      if (place === undefined) return
      const before = call.into?.append === true ? texts.get(place) ?? beforeIn(by, tree, path) : {}
      const read = (from: string): readonly Piece[] | undefined => {
        const found = filesAt(by, tree, from.replace(/\/\*$/, ''), texts, here)
        for (const { path } of found) { const source = here(path); if (source !== undefined) sources.add(source) }
        return found.length > 0 ? found.map(({ text }) => text) : from.endsWith('/*') || call.conditional ? [] : undefined
      }
      texts.set(place, written(before, call, read, `${by.name} writes ${path} while it runs`))
    }
    for (const call of launchOf(each, tree).calls) {
      const { program, arguments: words } = call
      const paths = words.filter(word => !word.text.startsWith('-'))
      if (call.into && texts.size <= most) output(call, each)
      if (program === 'rm') for (const { text } of paths) texts.delete(here(text) ?? '')
      if (program === 'sed' && words.some(word => /^-[a-z]*i|^--in-place/.test(word.text))) {
        for (const word of paths.slice(1)) {
          const path = here(word.text)
          const text = path === undefined ? undefined : texts.get(path)?.text
          const why = { why: `${each.name} rewrites ${word.text} with sed` }
          if (path !== undefined && text) texts.set(path, edited(paths[0]?.text ?? '', text, why))
        }
      }
      if (!['cp', 'mv', 'install'].includes(program) || paths.length < 2 || paths.some(word => word.unknown !== undefined) || texts.size > most) continue
      const target = paths.at(-1)?.text ?? ''
      for (const { text: from } of paths.slice(0, -1)) {
        const files = filesAt(each, tree, from, texts, here)
        if (files.length === 0 && settingsFile.test(target)) texts.set(here(target) ?? '', { why: `${each.name} copies ${from} there, which is not in the repository` })
        for (const { path, text } of files) {
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

// A volume is empty before anything is written.
function beforeIn(workload: Workload, tree: FileTree, path: string): { readonly text?: Text; readonly why?: string } {
  const found = containerFile(workload, tree, path)
  const isEmpty = workload.mounts.some(({ kind, target }) => /^(?:empty-dir|tmpfs|claim|named-volume|anonymous-volume)$/.test(kind) && path.startsWith(`${withoutEnd(readable(target), '/')}/`))
  return found.text === undefined && isEmpty ? {} : found
}

// `s/placeholder/…/` changes the lines that the placeholder stands in and no others; passwords in them are nobody's business.
function edited(script: string, text: Text, why: { readonly why: string }): { readonly text?: Text; readonly why?: string } {
  const word = /^\d*s([/|#,])\^?(?:\.\*)?([\w -]{3,100})(?:\.\*)?\$?\1/.exec(script)?.[2]
  if (word === undefined) return why
  const isHit = (line: string): boolean => line.includes(word) && !/^\s*(?:requirepass|masterauth|masteruser)\s/.test(line)
  const lines = text.text.split('\n')
  if (!lines.some(isHit)) return { text }
  let at = 0
  return {
    text: joined(lines.map(line => {
      const start = at
      at += line.length + 1
      return isHit(line) ? { text: undecided(line), file: text.file, span: () => text.span(start, start + line.length) } : { text: line, file: text.file, span: (from, to) => text.span(start + from, start + to) }
    })),
  }
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
