// Files of a folder on disk, confined to that folder. The only reader of the machine's files; knows no format.
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
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
  return {
    files: () => (files ??= [...new Set([...walk(top, options.exclude ?? (() => false)), ...(options.include ?? [])])].sort()),
    read(path) {
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

function readText(path: string): string | Refusal | undefined {
  try {
    // Asked before it is opened: a named pipe would wait for a writer for ever.
    const about = statSync(path)
    if (about.isDirectory()) return undefined
    if (!about.isFile()) return { refused: 'it is no regular file' }
    if (about.size > sizeLimit) return { refused: `it is larger than ${sizeLimit / 1_000_000} MB` }
    const content = readFileSync(path)
    return content.includes(0) ? { refused: 'it is binary' } : content.toString('utf8')
  } catch (error) {
    return absent(error) ? undefined : { refused: reason(error) }
  }
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
