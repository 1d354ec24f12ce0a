// What `eslint --cache` must know besides a file: a hash of everything misfit reads below a folder.
import { createHash } from 'node:crypto'
import manifest from '../../package.json' with { type: 'json' }
import { observe } from '../lint.ts'
import type { FileTree } from '../model/files.ts'
import { configOf, configText } from './settings.ts'
import { watchedTree } from './watched-tree.ts'

/** Settings for the object that turns misfit on; they change whenever a file that misfit reads below `folder` does. */
export function contextSettings(folder: string): { misfit: { root: string; contextHash: string } } {
  const { options, ignored } = configOf(folder, folder)
  const hash = createHash('sha256').update(JSON.stringify([manifest.version, configText(folder, folder) ?? '']))
  const tree = watchedTree(folder, ignored)
  const told = (kind: string, path: string, content: unknown): void => { hash.update(JSON.stringify([kind, path, content ?? null])) }
  const watching: FileTree = {
    files: () => tree.files(),
    read(path) {
      const text = tree.read(path)
      told('read', path, text)
      return text
    },
    list(path) {
      const names = tree.list(path)
      told('list', path, names)
      return names
    },
    archive: path => tree.archive(path),
  }
  observe(watching, options)
  return { misfit: { root: folder, contextHash: hash.digest('hex').slice(0, 32) } }
}
