// A tree that remembers what it read during one run, so that several readers and the report see the same text; knows no format.
import { glance, type FileTree, type Refusal } from '../model/files.ts'

export interface RememberingTree extends FileTree {
  /** The text behind a place in a finding, also inside an archive; undefined when there is none. */
  readonly text: (path: string) => string | undefined
}

/** Bytes of unpacked charts in memory during one run. */
const mostKept = 60_000_000

const isRemembering = (tree: FileTree): tree is RememberingTree => 'text' in tree && tree.made !== undefined

/** Reads every file at most once, but for what is only glanced at. */
export function remembering(tree: FileTree): RememberingTree {
  if (isRemembering(tree)) return tree
  const texts = new Map<string, string | Refusal | undefined>()
  const archives = new Map<string, FileTree | Refusal | undefined>()
  const known = new Map<object, unknown>()
  let files: readonly string[] | undefined
  const read = (path: string): string | Refusal | undefined => {
    tree.looked?.()
    if (!texts.has(path)) texts.set(path, tree.read(path))
    return texts.get(path)
  }
  let kept = 0
  const archive = (path: string): FileTree | Refusal | undefined => {
    if (!archives.has(path)) {
      const found = kept > mostKept ? { refused: `the packed charts that are read with it unpack to more than ${mostKept / 1_000_000} MB` } : tree.archive(path)
      if (found && 'kept' in found) kept += found.kept ?? 0
      archives.set(path, found)
    }
    return archives.get(path)
  }
  const text = (path: string): string | undefined => {
    const inside = path.indexOf('!/')
    const packed = inside < 0 ? undefined : archive(path.slice(0, inside))
    const found = packed === undefined || 'refused' in packed ? read(path) : packed.read(path)
    return typeof found === 'string' ? found : undefined
  }
  const made = <T>(key: object, make: () => T): T => {
    if (!known.has(key)) known.set(key, make())
    return known.get(key) as T
  }
  return { files: () => (files ??= tree.files()), read, glance: path => { tree.looked?.(); return texts.has(path) ? texts.get(path) : glance(tree, path) }, list: path => tree.list(path), archive, text, unseen: () => tree.unseen?.() ?? [], made, ...(tree.over ? { over: tree.over } : {}) }
}
