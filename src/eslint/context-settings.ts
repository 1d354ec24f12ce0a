// What `eslint --cache` must know besides a file: a hash of everything misfit reads below a folder.
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { lint } from '../lint.ts'
import type { FileTree } from '../model/files.ts'
import { configOf } from './settings.ts'
import { watchedTree } from './watched-tree.ts'

/** Settings for the object that turns misfit on; they change whenever a file that misfit reads below `folder` does, and with the day, since waivers end. */
export function contextSettings(folder: string): { misfit: { root: string; contextHash: string } } {
  const root = resolve(folder)
  const { options, ignored, state } = configOf(root, process.cwd())
  const hash = createHash('sha256').update(JSON.stringify([manifest.version, state]))
  const tree = watchedTree(root, ignored)
  const told = <T>(kind: string, path: string, content: T): T => {
    hash.update(JSON.stringify([kind, path, content ?? null]))
    return content
  }
  const heard = (below: FileTree): FileTree => ({
    files: () => below.files(),
    read: path => told('read', path, below.read(path)),
    list: path => told('list', path, below.list(path)),
    archive(path) {
      const packed = below.archive(path)
      return packed && !('refused' in packed) ? heard(packed) : told('archive', path, packed)
    },
  })
  lint(heard(tree), options)
  return { misfit: { root, contextHash: hash.digest('hex').slice(0, 32) } }
}
