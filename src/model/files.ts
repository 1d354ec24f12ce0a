// Where files come from: the disk, a git revision, memory, an overlay of unsaved text. One interface, confined to a root.

/** A file that is there but must not or cannot be read: outside the root, too large, binary, no permission. */
export interface Refusal {
  readonly refused: string
}

/** What discovery could not look into. */
export interface Unseen {
  readonly path: string
  /** Why, and what follows from that. */
  readonly why: string
}

/** Paths are relative to the root, normalised, with `/`; a path that leaves the root is refused. Nothing here throws. */
export interface FileTree {
  /** Files that discovery may open, sorted; ignore rules applied. */
  files(): readonly string[]
  /** The text of a file, also of an ignored one; undefined when there is none. */
  read(path: string): string | Refusal | undefined
  /** Names in a directory, sorted, also of an ignored one; undefined when there is none. */
  list(path: string): readonly string[] | undefined
  /** The files inside a packed chart (`.tgz`), as a tree of its own whose paths start with the archive's path and `!/`. */
  archive(path: string): FileTree | Refusal | undefined
  /** What `files` could not look into, so that nobody takes silence for a verdict; empty before it was asked. */
  unseen?(): readonly Unseen[]
  /** Bytes that an archive holds in memory. */
  readonly kept?: number
  /** Of texts that are laid over another tree: that tree, and their paths. */
  readonly over?: { readonly below: FileTree; readonly paths: ReadonlySet<string> }
  /** What was made of the tree under that key; only a tree in which nothing changes keeps such things. */
  made?<T>(key: object, make: () => T): T
}

/** Makes something of a tree, once where the tree keeps it. */
export const once = <T>(tree: FileTree, key: object, make: () => T): T => (tree.made ? tree.made(key, make) : make())

/** The YAML files of a tree: of many thousand files most readers only look at these. */
export const yamlFiles = (tree: FileTree): readonly string[] => once(tree, yamlFiles, () => tree.files().filter(file => /\.ya?ml$/i.test(file)))

/** The YAML files that pass a test of their text or of why it cannot be read. Of a tree that is laid over another only what differs is tested. */
export const yamlFilesThat = (tree: FileTree, test: (path: string, text: string | Refusal) => boolean): readonly string[] => once(tree, test, () => {
  const passes = (path: string): boolean => {
    const text = tree.read(path)
    return text !== undefined && test(path, text)
  }
  if (tree.over === undefined) return yamlFiles(tree).filter(passes)
  const { below, paths } = tree.over
  return [...yamlFilesThat(below, test).filter(path => !paths.has(path)), ...[...paths].filter(path => /\.ya?ml$/i.test(path) && passes(path))].sort()
})

/** Joins and normalises; `..` beyond the root is kept, so that the tree refuses it. An absolute path is kept as it is. */
export function join(folder: string, path: string): string {
  if (path.startsWith('/')) return path
  const parts: string[] = []
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else parts.push(part)
  }
  return parts.join('/') || '.'
}

/** The folder of a path; `.` at the top. */
export const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.')

/** The last part of a path. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** The folders that a path lies in, nearest first; `.` is the last. */
export function foldersAbove(path: string): readonly string[] {
  const folders = [folderOf(path)]
  for (let at = folders[0] ?? '.'; at !== '.' && !at.startsWith('/');) folders.push(at = folderOf(at))
  return folders
}
