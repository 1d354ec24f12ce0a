// A tree that remembers what it read during one run, so that several readers and the report see the same text; knows no format.
import type { FileTree, Refusal } from '../model/files.ts'

export interface RememberingTree extends FileTree {
  /** The text behind a place in a finding, also inside an archive; undefined when there is none. */
  readonly text: (path: string) => string | undefined
}

/** Reads every file at most once. */
export function remembering(tree: FileTree): RememberingTree {
  const texts = new Map<string, string | Refusal | undefined>()
  const archives = new Map<string, FileTree | Refusal | undefined>()
  let files: readonly string[] | undefined
  const read = (path: string): string | Refusal | undefined => {
    if (!texts.has(path)) texts.set(path, tree.read(path))
    return texts.get(path)
  }
  const archive = (path: string): FileTree | Refusal | undefined => {
    if (!archives.has(path)) archives.set(path, tree.archive(path))
    return archives.get(path)
  }
  const text = (path: string): string | undefined => {
    const inside = path.indexOf('!/')
    const packed = inside < 0 ? undefined : archive(path.slice(0, inside))
    const found = packed === undefined || 'refused' in packed ? read(path) : packed.read(path)
    return typeof found === 'string' ? found : undefined
  }
  return { files: () => (files ??= tree.files()), read, list: path => tree.list(path), archive, text, unseen: () => tree.unseen?.() ?? [] }
}
