// A folder on disk that is asked again and again: remembers texts, listings and absences, and notices when any of them changes. Knows no format.
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { diskTree, walkTracked } from '../host/disk.ts'
import { inside } from '../host/memory.ts'
import { join, type FileTree, type Refusal } from '../model/files.ts'

export interface WatchedTree extends FileTree {
  /** Rises whenever something that was looked at has changed since, absent files included. */
  version(): number
  /** Files are looked at again at most this often, in milliseconds. */
  readonly interval: number
}

/** Characters of text that are kept; an editor's server lives for days. */
const mostText = 64_000_000
/** Paths that are remembered; beyond it everything is forgotten and read again. */
const mostPaths = 400_000

type Content = string | Refusal | undefined

/** A watched folder; `exclude` is what discovery leaves out. */
export function watchedTree(root: string, exclude: (path: string) => boolean): WatchedTree {
  const disk = diskTree(root)
  const stamps = new Map<string, string>()
  const texts = new Map<string, Content>()
  /** Paths whose texts made room for others: what is read there next may be news. */
  const gone = new Set<string>()
  const lists = new Map<string, readonly string[] | undefined>()
  const archives = new Map<string, FileTree | Refusal | undefined>()
  /** The folders and .gitignore files that discovery rests on. */
  const discovered = new Set<string>()
  let files: readonly string[] | undefined
  let kept = 0
  let version = 0
  let looked = Date.now()
  // Looking costs time as well; it may take a twentieth of it.
  let pause = 0
  const interval = 250

  // A stamp is taken before the content, so that a change in between is noticed next time.
  const observe = (path: string): void => {
    if (!stamps.has(path)) stamps.set(path, stampOf(root, path))
  }
  const forget = (path: string): void => {
    const text = texts.get(path)
    if (typeof text === 'string') kept -= text.length
    texts.delete(path)
    lists.delete(path)
    archives.delete(path)
  }
  // To be touched, or to hold an editor's backup for a moment, is no change.
  const same = (path: string): boolean =>
    !archives.has(path) && (texts.has(path) || lists.has(path) || discovered.has(path)) &&
    (!texts.has(path) || texts.get(path) === textAt(path)) && (!lists.has(path) || sameNames(lists.get(path), disk.list(path)))
  const look = (): void => {
    const started = Date.now()
    let changed = false, search = false
    for (const [path, stamp] of stamps) {
      const fresh = stampOf(root, path)
      if (fresh === stamp) continue
      stamps.set(path, fresh)
      search ||= discovered.has(path)
      if (same(path)) continue
      forget(path)
      changed = true
    }
    if (search) {
      const before = files
      files = scan()
      changed ||= !sameNames(before, files)
    }
    if (changed) version++
    if (stamps.size > mostPaths) {
      for (const store of [stamps, texts, gone, lists, archives]) store.clear()
      files = undefined
      kept = 0
      version++
    }
    looked = Date.now()
    pause = Math.max(interval, (looked - started) * 20)
  }
  // ESLint hands out texts without the mark; places must agree.
  const textAt = (path: string): Content => {
    const found = disk.read(path)
    return typeof found === 'string' && found.startsWith('\uFEFF') ? found.slice(1) : found
  }
  const remembered = (path: string): Content => {
    const text = texts.get(path)
    // The most recently used stand last, where some will have to make room.
    if (kept > mostText / 2) {
      texts.delete(path)
      texts.set(path, text)
    }
    return text
  }
  const read = (path: string): Content => {
    if (texts.has(path)) return remembered(path)
    const normal = join('.', path)
    if (!inside(normal)) return disk.read(path)
    if (texts.has(normal)) return remembered(normal)
    if (gone.delete(normal) && stamps.get(normal) !== stampOf(root, normal)) {
      stamps.delete(normal)
      version++
    }
    observe(normal)
    const text = textAt(normal)
    if (typeof text === 'string') kept += text.length
    texts.set(normal, text)
    for (const [oldest, old] of texts) {
      if (kept <= mostText || oldest === normal) break
      if (typeof old === 'string') kept -= old.length
      texts.delete(oldest)
      gone.add(oldest)
    }
    return text
  }
  const scan = (): readonly string[] => {
    discovered.clear()
    return walkTracked(root, exclude, path => {
      discovered.add(path)
      observe(path)
    }).files
  }
  return {
    interval,
    version() {
      if (Date.now() - looked >= pause || Date.now() < looked) look()
      return version
    },
    files: () => (files ??= scan()),
    read,
    list(path) {
      const normal = join('.', path)
      if (!inside(normal)) return disk.list(path)
      if (!lists.has(normal)) {
        observe(normal)
        lists.set(normal, disk.list(normal))
      }
      return lists.get(normal)
    },
    archive(path) {
      const normal = join('.', path)
      if (!inside(normal)) return disk.archive(path)
      if (!archives.has(normal)) {
        observe(normal)
        archives.set(normal, disk.archive(normal))
      }
      return archives.get(normal)
    },
  }
}

/** File systems tell two changes within one tick of their clock (4 ms on Linux, 16 ms on Windows) from one only by the content. */
const tick = 50
let unsettled = 0

// The time of the last change of the inode cannot be set back, unlike that of the content.
const sameNames = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean =>
  a === b || (a !== undefined && a.length === b?.length && a.every((name, i) => name === b[i]))

function stampOf(root: string, path: string): string {
  try {
    const about = statSync(resolve(root, path), { throwIfNoEntry: false })
    if (!about) return 'absent'
    const fresh = Math.abs(Date.now() - about.ctimeMs) < tick ? `:${unsettled++}` : ''
    return `${about.ctimeMs}:${about.mtimeMs}:${about.size}:${about.ino}${fresh}`
  } catch {
    return 'absent'
  }
}
