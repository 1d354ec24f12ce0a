// The one writer of files: whole or not at all, never through a link. Knows no format.
import { randomBytes } from 'node:crypto'
import { accessSync, chmodSync, chownSync, closeSync, constants, fsyncSync, lstatSync, mkdirSync, openSync, realpathSync, renameSync, statSync, unlinkSync, writeFileSync, type Stats } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { enclosingTree, liesIn } from './read.ts'

/**
 * Writes a text: into a temporary file beside it, which then takes its place, so that a full disk or a lost power line leaves what was there. The mode of
 * a file stays. A link to a file, and a folder that leads out of the work tree, may come from a stranger's change and are refused with an error; a device
 * or a pipe (`/dev/stdout`) is written to as it is. `folders`: makes those that are missing.
 */
export function writeWhole(path: string, text: string | Iterable<string>, { folders = false } = {}): void {
  const named = resolve(path)
  const tree = enclosingTree(dirname(named))
  if (tree !== undefined && !liesIn(realpathSync(existing(dirname(named))), realpathSync(tree))) throw new Error('its folder is a symbolic link that leads out of the work tree')
  if (folders) mkdirSync(dirname(named), { recursive: true })
  else if (stat(() => statSync(dirname(named))) === undefined) throw new Error('its folder does not exist')
  const about = stat(() => lstatSync(named))
  const target = about?.isSymbolicLink() === true ? stat(() => statSync(named)) : about
  if (target !== undefined && !target.isFile() && !target.isDirectory()) {
    writeParts(named, text)
    return
  }
  if (about?.isSymbolicLink() === true) throw new Error('it is a symbolic link, and what it leads to is not touched')
  if (about?.isDirectory() === true) throw new Error('it is a folder')
  // A rename asks for the folder's permission only.
  if (about !== undefined) accessSync(named, constants.W_OK)
  const temporary = join(dirname(named), `.${basename(named).slice(0, 100)}.${randomBytes(6).toString('hex')}`)
  try {
    const file = openSync(temporary, 'wx', about === undefined ? 0o666 : about.mode & 0o777)
    try {
      writeParts(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    if (about !== undefined) like(temporary, about)
    renameSync(temporary, named)
  } catch (error) {
    stat(() => { unlinkSync(temporary) })
    throw error
  }
}

// Short parts are put together: each write is a call of the system.
function writeParts(to: string | number, text: string | Iterable<string>): void {
  if (typeof text === 'string') { writeFileSync(to, text); return }
  const file = typeof to === 'number' ? to : openSync(to, 'w')
  try {
    for (const part of inPieces(text)) writeFileSync(file, part)
  } finally {
    if (file !== to) closeSync(file)
  }
}

/** The parts of a text as pieces of some length. */
export function* inPieces(parts: Iterable<string>): Generator<string> {
  let piece = ''
  for (const part of parts) {
    piece += part
    if (piece.length < 65_536) continue
    yield piece
    piece = ''
  }
  yield piece
}

// The umask has no say in a mode that was there, and who runs as root leaves a file to its owner.
function like(path: string, { mode, uid, gid }: Stats): void {
  stat(() => { chownSync(path, uid, gid) })
  chmodSync(path, mode & 0o7777)
}

function existing(folder: string): string {
  for (let at = folder; ; at = dirname(at)) if (dirname(at) === at || stat(() => lstatSync(at)) !== undefined) return at
}

function stat<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}
