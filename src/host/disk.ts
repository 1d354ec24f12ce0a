// Files of a folder on disk, confined to that folder. The only reader of the machine's files; knows no format.
import { readdirSync, realpathSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import process from 'node:process'
import { folderOf, join, type FileTree, type Refusal, type Unseen } from '../model/files.ts'
import { archiveTree } from './archive.ts'
import { trackedBelow } from './git.ts'
import { inside, outside } from './memory.ts'
import { absent, readBytes, readText, reason } from './read.ts'
import { findable, walk, type Walked } from './walk.ts'

export interface DiskOptions {
  /** Says which paths from the root discovery leaves out. */
  readonly exclude?: (path: string) => boolean
  /** Files that somebody named: discovery opens them whatever ignore rules say. */
  readonly include?: readonly string[]
  /** Whether files that git tracks are found whatever .gitignore files say, as git itself has it. */
  readonly tracked?: boolean
}

/** What a walk finds, and with it the files that git tracks whatever .gitignore files say. `visited` hears of git's list of them, too. */
export function walkTracked(top: string, exclude: (path: string) => boolean = () => false, visited?: (path: string) => void): Omit<Walked, 'ignoring'> {
  const { files, ignoring, ...rest } = walk(top, exclude, visited)
  if (ignoring.size === 0) return { ...rest, files }
  const all = new Set(files)
  for (const repository of ignoring) {
    visited?.(join(repository, '.git/index'))
    for (const file of trackedBelow(resolve(top, repository))) {
      const path = join(repository, file)
      if (!all.has(path) && findable(top, path, exclude)) all.add(path)
    }
  }
  return { ...rest, files: [...all].sort() }
}

/** The files under a folder. Nothing outside it is read, whatever `..`, an absolute path or a symbolic link says. */
export function diskTree(root: string, options: DiskOptions = {}): FileTree {
  const top = attempt(() => realpathSync(root)) ?? resolve(root)
  const within = top.endsWith(sep) ? top : top + sep
  const real = (path: string): string | Refusal | undefined => {
    const normal = join('.', path)
    if (!inside(normal) || path.includes('\0')) return outside
    let target: string
    try {
      target = realpathSync(resolve(top, normal))
    } catch (error) {
      return absent(error) ? undefined : { refused: reason(error) }
    }
    return target === top || target.startsWith(within) ? target : outside
  }
  let files: readonly string[] | undefined, unseen: readonly Unseen[] = []
  // The walk follows no link, so what it found lies in the root by every part of its path.
  const walked = new Set<string>()
  let folders: ReadonlySet<string> = new Set(), others: ReadonlySet<string> = new Set()
  // Whether the walk has shown that nothing is there; only where a file has no second name in other letters.
  const missing = (path: string): boolean => {
    if (process.platform !== 'linux' || folders.size === 0) return false
    const normal = join('.', path)
    if (!inside(normal) || normal === '.' || path.includes('\0')) return false
    let at = normal, folder = folderOf(at)
    while (!folders.has(folder)) { at = folder; folder = folderOf(at) }
    return !walked.has(at) && !folders.has(at) && !others.has(at)
  }
  const found = (): readonly string[] => {
    const own = options.tracked === true ? walkTracked(top, options.exclude) : walk(top, options.exclude)
    ;({ folders, others } = own)
    for (const path of own.files) walked.add(path)
    unseen = own.unseen
    const more = (options.include ?? []).filter(path => !walked.has(path))
    return more.length === 0 ? own.files : [...new Set([...own.files, ...more])].sort()
  }
  return {
    files: () => (files ??= found()),
    unseen: () => unseen,
    read(path) {
      if (walked.has(path)) return readText(within + path)
      if (missing(path)) return undefined
      const target = real(path)
      return typeof target === 'string' ? readText(target) : target
    },
    list(path) {
      if (missing(path)) return undefined
      const target = folders.has(path) ? within + path : real(path)
      const entries = typeof target === 'string' ? attempt(() => readdirSync(target)) : undefined
      return entries?.sort()
    },
    archive(path) {
      const target = real(path)
      if (typeof target !== 'string') return target
      const packed = readBytes(target)
      return packed instanceof Uint8Array ? archiveTree(join('.', path), packed) : packed
    },
  }
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}
