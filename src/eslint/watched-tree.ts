// A folder on disk that is asked again and again: remembers texts, listings and absences, and notices when any of them changes. Knows no format.
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { diskTree } from '../host/disk.ts'
import { inside } from '../host/memory.ts'
import { walk } from '../host/walk.ts'
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
  const lists = new Map<string, readonly string[] | undefined>()
  const archives = new Map<string, FileTree | Refusal | undefined>()
  const folders = new Set<string>()
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
    if (folders.has(path) || path.endsWith('.gitignore')) files = undefined
  }
  const look = (): void => {
    const started = Date.now()
    let changed = false
    for (const [path, stamp] of stamps) {
      const fresh = stampOf(root, path)
      if (fresh === stamp) continue
      stamps.set(path, fresh)
      forget(path)
      changed = true
    }
    if (changed) version++
    if (stamps.size > mostPaths) {
      for (const store of [stamps, texts, lists, archives]) store.clear()
      files = undefined
      kept = 0
      version++
    }
    looked = Date.now()
    pause = Math.max(interval, (looked - started) * 20)
  }
  const read = (path: string): Content => {
    const normal = join('.', path)
    if (!inside(normal)) return disk.read(path)
    if (texts.has(normal)) {
      const text = texts.get(normal)
      // The most recently used stand last.
      texts.delete(normal)
      texts.set(normal, text)
      return text
    }
    observe(normal)
    const found = disk.read(normal)
    // ESLint hands out texts without the mark; places must agree.
    const text = typeof found === 'string' && found.startsWith('\uFEFF') ? found.slice(1) : found
    if (typeof text === 'string') kept += text.length
    texts.set(normal, text)
    for (const [oldest, old] of texts) {
      if (kept <= mostText || oldest === normal) break
      if (typeof old === 'string') kept -= old.length
      texts.delete(oldest)
    }
    return text
  }
  const scan = (): readonly string[] => {
    folders.clear()
    const found = walk(root, exclude, folder => {
      const path = folder === '' ? '.' : folder
      folders.add(path)
      observe(path)
    })
    for (const path of found) if (path.endsWith('.gitignore')) observe(path)
    return found
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

function stampOf(root: string, path: string): string {
  try {
    const about = statSync(resolve(root, path), { throwIfNoEntry: false })
    return about ? `${about.mtimeMs}:${about.size}:${about.ino}` : 'absent'
  } catch {
    return 'absent'
  }
}
