// Files of a folder on disk, confined to that folder. The only reader of the machine's files; knows no format.
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { join, type FileTree, type Refusal } from '../model/files.ts'
import { archiveTree } from './archive.ts'
import { inside, outside } from './memory.ts'
import { walk } from './walk.ts'

export const sizeLimit = 5_000_000

export interface DiskOptions {
  /** Says which paths from the root discovery leaves out. */
  readonly exclude?: (path: string) => boolean
  /** Files that somebody named: discovery opens them whatever ignore rules say. */
  readonly include?: readonly string[]
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
  let files: readonly string[] | undefined
  // The walk follows no link, so what it found lies in the root by every part of its path.
  const walked = new Set<string>()
  const found = (): readonly string[] => {
    const own = walk(top, options.exclude)
    for (const path of own) walked.add(path)
    return [...new Set([...own, ...(options.include ?? [])])].sort()
  }
  return {
    files: () => (files ??= found()),
    read(path) {
      if (walked.has(path)) return readText(within + path)
      const target = real(path)
      return typeof target === 'string' ? readText(target) : target
    },
    list(path) {
      const target = real(path)
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

function readBytes(path: string): Uint8Array | Refusal | undefined {
  try {
    const about = statSync(path)
    if (about.isDirectory()) return undefined
    if (!about.isFile()) return { refused: 'it is no regular file' }
    return about.size > sizeLimit ? { refused: `it is larger than ${sizeLimit / 1_000_000} MB` } : readFileSync(path)
  } catch (error) {
    return absent(error) ? undefined : { refused: reason(error) }
  }
}

// Files are read one after the other, so one piece of memory serves them all.
const room = Buffer.allocUnsafeSlow(262_144)

function readText(path: string): string | Refusal | undefined {
  let file: number | undefined
  try {
    // A named pipe must not wait for a writer; a link that took a file's place after the search is not followed.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
    const about = fstatSync(file)
    if (about.isDirectory()) return undefined
    if (!about.isFile()) return { refused: 'it is no regular file' }
    if (about.size > sizeLimit) return { refused: `it is larger than ${sizeLimit / 1_000_000} MB` }
    const content = about.size < room.length ? readInto(file) : readFileSync(file)
    return content.includes(0) ? { refused: 'it is binary' } : content.toString('utf8')
  } catch (error) {
    return absent(error) ? undefined : { refused: reason(error) }
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function readInto(file: number): Buffer {
  let length = 0
  for (let count = -1; count !== 0 && length < room.length; length += count) count = readSync(file, room, length, room.length - length, null)
  return room.subarray(0, length)
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error')
const absent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error))
const reason = (error: unknown): string => {
  const code = codeOf(error)
  return code === 'EACCES' || code === 'EPERM' ? 'there is no permission to read it' : code === 'ELOOP' ? 'its symbolic links go round in circles' : `reading it failed (${code})`
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}
