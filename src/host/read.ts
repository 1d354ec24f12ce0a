// The one reader of single files on disk: regular files of usual size, text or bytes, and nothing that lies outside the folder it belongs to. Knows no format.
import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import type { Refusal } from '../model/files.ts'
import { outside } from './memory.ts'

/** Bytes. */
export const sizeLimit = 5_000_000

/** The git work tree that a folder lies in by its name; undefined outside of git. */
export function enclosingTree(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(resolve(at, '.git'))) return at
    if (dirname(at) === at) return undefined
  }
}

/** The enclosing git work tree of a folder, else the folder itself. */
export const workTree = (folder: string): string => enclosingTree(folder) ?? folder

/** Where a path that somebody names really is; a refusal where links lead it out of the work tree that it names a part of, or to the whole disk. Throws when nothing is there. */
export function realPlace(path: string): string | Refusal {
  const named = resolve(path), real = realpathSync(named)
  if (dirname(named) === named) return { refused: 'it is the whole disk; name the folder that is meant' }
  if (real === named) return real
  const tree = enclosingTree(dirname(named))
  return dirname(real) === real || (tree !== undefined && !liesIn(real, realpathSync(tree))) ? { refused: `it is a link that leads to ${JSON.stringify(real)}, out of where it lies; name that itself if it is meant` } : real
}

/** Whether a path, with its links followed, is a folder or lies in it. */
export const liesIn = (path: string, folder: string): boolean => path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)

/** What a file may be; `nul` where one may stand between the parts of its text. */
export interface Allowed {
  /** Bytes. */
  readonly size: number
  readonly nul?: true
}
const usual: Allowed = { size: sizeLimit }

/** The text of a file that is named by its path; what links out of the work tree that the name lies in, or else of its folder, is refused. */
export function readNamed(path: string, allowed = usual): string | Refusal | undefined {
  const named = resolve(path)
  try {
    const real = realpathSync(named)
    return liesIn(real, realpathSync(workTree(dirname(named)))) ? readText(real, allowed) : outside
  } catch (error) {
    return absent(error) ? undefined : { refused: reason(error) }
  }
}

/** The bytes of a file; undefined for a folder or nothing. */
export function readBytes(path: string): Uint8Array | Refusal | undefined {
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

/** The text of a file whose path has no link in it; undefined for a folder or nothing. */
export function readText(path: string, { size, nul } = usual): string | Refusal | undefined {
  let file: number | undefined
  try {
    // A named pipe must not wait for a writer; a link that took a file's place after the search is not followed.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
    const about = fstatSync(file)
    if (about.isDirectory()) return undefined
    if (!about.isFile()) return { refused: 'it is no regular file' }
    if (about.size > size) return { refused: `it is larger than ${size / 1_000_000} MB` }
    const content = about.size > 0 && about.size < room.length ? readInto(file, about.size) : readFileSync(file)
    return nul !== true && content.includes(0) ? { refused: 'it is binary' } : content.toString('utf8')
  } catch (error) {
    return absent(error) ? undefined : { refused: reason(error) }
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** The text on standard input; whoever writes it may be slow, so an input that is not ready is waited for. */
export function readStandardInput(size: number): string | Refusal {
  const parts: Buffer[] = []
  let length = 0
  for (;;) {
    const part = Buffer.allocUnsafe(65_536)
    let count: number
    try {
      count = readSync(0, part)
    } catch (error) {
      if (codeOf(error) === 'EAGAIN') { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10); continue }
      if (codeOf(error) !== 'EOF') return { refused: reason(error) }
      count = 0
    }
    if (count === 0) return Buffer.concat(parts).toString('utf8')
    parts.push(part.subarray(0, count))
    length += count
    if (length > size) return { refused: `it is larger than ${size / 1_000_000} MB` }
  }
}

function readInto(file: number, size: number): Buffer {
  let length = 0
  for (let count = -1; count !== 0 && length < size; length += count) count = readSync(file, room, length, size - length, null)
  return room.subarray(0, length)
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error')
/** Whether an error says that nothing is there. */
export const absent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error))
/** What an error of the file system means, for people. */
export const reason = (error: unknown): string => {
  const code = codeOf(error)
  return code === 'EACCES' || code === 'EPERM' ? 'there is no permission to read it' : code === 'ELOOP' ? 'its symbolic links go round in circles' : `reading it failed (${code})`
}

