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
/** Milliseconds between two looks, at least. */
const interval = 250
/** Paths that are remembered; beyond it everything is forgotten and read again. */
const mostPaths = 400_000

type Content = string | Refusal | undefined

/** A watched folder; `exclude` is what discovery leaves out. */
export function watchedTree(root: string, exclude: (path: string) => boolean): WatchedTree {
  const folder = new WatchedFolder(root, exclude)
  // A tree is laid over another one field by field.
  return { interval, version: () => folder.version(), files: () => folder.files(), read: path => folder.read(path), list: path => folder.list(path), archive: path => folder.archive(path) }
}

/** Texts up to a length in all; the most recently used stand last, and the first make room. */
class Texts {
  private readonly texts = new Map<string, Content>()
  private length = 0
  /** Paths whose texts made room for others: what is read there next may be news. */
  readonly gone = new Set<string>()

  has(path: string): boolean { return this.texts.has(path) }

  get(path: string): Content { return this.texts.get(path) }

  /** As `get`, for somebody who reads the text. */
  used(path: string): Content {
    const text = this.texts.get(path)
    if (this.length > mostText / 2) {
      this.texts.delete(path)
      this.texts.set(path, text)
    }
    return text
  }

  add(path: string, text: Content): void {
    if (typeof text === 'string') this.length += text.length
    this.texts.set(path, text)
    for (const oldest of this.texts.keys()) {
      if (this.length <= mostText || oldest === path) break
      this.delete(oldest)
      this.gone.add(oldest)
    }
  }

  delete(path: string): void {
    const text = this.texts.get(path)
    if (typeof text === 'string') this.length -= text.length
    this.texts.delete(path)
  }

  clear(): void {
    this.texts.clear()
    this.gone.clear()
    this.length = 0
  }
}

class WatchedFolder {
  private readonly disk: ReturnType<typeof diskTree>
  private readonly stamps = new Map<string, string>()
  private readonly texts = new Texts()
  private readonly lists = new Map<string, readonly string[] | undefined>()
  private readonly archives = new Map<string, FileTree | Refusal | undefined>()
  /** The folders and .gitignore files that discovery rests on. */
  private readonly discovered = new Set<string>()
  private found: readonly string[] | undefined
  private changes = 0
  private looked = Date.now()
  // Looking costs time as well; it may take a twentieth of it.
  private pause = 0

  constructor(private readonly root: string, private readonly exclude: (path: string) => boolean) {
    this.disk = diskTree(root)
  }

  version(): number {
    if (Date.now() - this.looked >= this.pause || Date.now() < this.looked) this.look()
    return this.changes
  }

  files(): readonly string[] { return this.found ??= this.scan() }

  read(path: string): Content {
    if (this.texts.has(path)) return this.texts.used(path)
    const normal = join('.', path)
    if (!inside(normal)) return this.disk.read(path)
    if (this.texts.has(normal)) return this.texts.used(normal)
    if (this.texts.gone.delete(normal) && this.stamps.get(normal) !== stampOf(this.root, normal)) {
      this.stamps.delete(normal)
      this.changes++
    }
    this.observe(normal)
    const text = this.textAt(normal)
    this.texts.add(normal, text)
    return text
  }

  list(path: string): readonly string[] | undefined {
    return this.remembered(path, this.lists, at => this.disk.list(at))
  }

  archive(path: string): FileTree | Refusal | undefined {
    return this.remembered(path, this.archives, at => this.disk.archive(at))
  }

  private remembered<T>(path: string, store: Map<string, T>, ask: (path: string) => T): T | undefined {
    const normal = join('.', path)
    if (!inside(normal)) return ask(path)
    if (!store.has(normal)) {
      this.observe(normal)
      store.set(normal, ask(normal))
    }
    return store.get(normal)
  }

  // A stamp is taken before the content, so that a change in between is noticed next time.
  private observe(path: string): void {
    if (!this.stamps.has(path)) this.stamps.set(path, stampOf(this.root, path))
  }

  // ESLint hands out texts without the mark; places must agree.
  private textAt(path: string): Content {
    const found = this.disk.read(path)
    return typeof found === 'string' && found.startsWith('\uFEFF') ? found.slice(1) : found
  }

  private scan(): readonly string[] {
    this.discovered.clear()
    return walkTracked(this.root, this.exclude, path => {
      this.discovered.add(path)
      this.observe(path)
    }).files
  }

  private look(): void {
    const started = Date.now(), { news, search } = this.changed()
    const before = this.found
    if (search) this.found = this.scan()
    if (news || (search && !sameNames(before, this.found))) this.changes++
    if (this.stamps.size > mostPaths) this.forgetAll()
    this.looked = Date.now()
    this.pause = Math.max(interval, (this.looked - started) * 20)
  }

  /** Forgets what is not as it was. `search`: discovery may find other files now. */
  private changed(): { readonly news: boolean; readonly search: boolean } {
    let news = false, search = false
    for (const [path, stamp] of this.stamps) {
      const fresh = stampOf(this.root, path)
      if (fresh === stamp) continue
      this.stamps.set(path, fresh)
      search ||= this.discovered.has(path)
      if (this.isSame(path)) continue
      for (const store of [this.texts, this.lists, this.archives]) store.delete(path)
      news = true
    }
    return { news, search }
  }

  // To be touched, or to hold an editor's backup for a moment, is no change.
  private isSame(path: string): boolean {
    return !this.archives.has(path) && (this.texts.has(path) || this.lists.has(path) || this.discovered.has(path))
      && (!this.texts.has(path) || this.texts.get(path) === this.textAt(path)) && (!this.lists.has(path) || sameNames(this.lists.get(path), this.disk.list(path)))
  }

  private forgetAll(): void {
    for (const store of [this.stamps, this.texts, this.lists, this.archives]) store.clear()
    this.found = undefined
    this.changes++
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
