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
  /** Compose starts from it, so that a stack was not checked. */
  readonly unread?: true
}

/** Paths are relative to the root, normalised, with `/`; a path that leaves the root is refused. Nothing here throws. */
export interface FileTree {
  /** Files that discovery may open, sorted; ignore rules applied. */
  files(): readonly string[]
  /** The text of a file, also of an ignored one; undefined when there is none. */
  read(path: string): string | Refusal | undefined
  /** The same of a tree that keeps the texts which it read, for looking through thousands of which hardly any is read again: not kept. */
  glance?(path: string): string | Refusal | undefined
  /** Told of every look at a text, also at one that is remembered. */
  looked?(): void
  /** Names in a directory, sorted, also of an ignored one; undefined when there is none. */
  list(path: string): readonly string[] | undefined
  /** The files inside a packed chart (`.tgz`), as a tree of its own whose paths start with the archive's path and `!/`. */
  archive(path: string): FileTree | Refusal | undefined
  /** What `files` could not look into, so that nobody takes silence for a verdict; empty before it was asked. */
  unseen?(): readonly Unseen[]
  /** Bytes that an archive holds in memory. */
  readonly kept?: number
  /** Of a tree that is another one but for a few files: what of that one holds for it, too, need not be found again. */
  readonly over?: Over
  /** What was made of the tree under that key; only a tree in which nothing changes keeps such things. */
  made?<T>(key: object, make: () => T): T
}

/** How a tree differs from another one. */
export interface Over {
  readonly below: FileTree
  /** Every path at which the two may differ. */
  readonly paths: ReadonlySet<string>
  /** Those of the paths that discovery may open, sorted. */
  readonly files: () => readonly string[]
}

/** Makes something of a tree, once where the tree keeps it. */
export const once = <T>(tree: FileTree, key: object, make: () => T): T => (tree.made ? tree.made(key, make) : make())

/** The text of a file that is looked through, and kept by nobody. */
export const glance = (tree: Pick<FileTree, 'read' | 'glance'>, path: string): string | Refusal | undefined => (tree.glance ? tree.glance(path) : tree.read(path))

/** The lowest of trees that lie over each other of which a path has its text. */
export function beneath(tree: FileTree, path: string): FileTree {
  let at = tree
  while (at.over && !at.over.paths.has(path)) at = at.over.below
  return at
}

/** What passes in a tree, where it is known what does so in the tree below it. */
function laidOver({ paths, files }: Over, below: readonly string[], passes: (path: string) => boolean): readonly string[] {
  const own = files().filter(passes), passing = new Set(own)
  const known = (path: string): boolean => below[placeAmong(below, path)] === path
  if (own.every(known) && ![...paths].some(path => !passing.has(path) && known(path))) return below
  const rest = below.filter(path => !paths.has(path))
  return own.length > 0 ? [...rest, ...own].sort() : rest
}

/** The files that discovery may open in a tree that lies over another one. */
export const filesOver = (over: Over): readonly string[] => laidOver(over, over.below.files(), () => true)

/** The files whose name passes a test. The test is asked once about each name, however many files have it. */
export const filesNamed = (tree: FileTree, test: (name: string) => boolean): readonly string[] => once(tree, test, () => {
  if (tree.over) return laidOver(tree.over, filesNamed(tree.over.below, test), path => test(nameOf(path)))
  const { names, nameAt } = namesIn(tree)
  const passes = names.map(test)
  return passes.includes(true) ? tree.files().filter((_, at) => passes[nameAt[at] ?? 0]) : []
})

/** Those whose name passes a test and whose path passes another one, which is no test of names. */
export const filesThat = (tree: FileTree, named: (name: string) => boolean, test: (path: string) => boolean): readonly string[] => once(tree, test, () =>
  (tree.over ? laidOver(tree.over, filesThat(tree.over.below, named, test), path => named(nameOf(path)) && test(path)) : filesNamed(tree, named).filter(test)))

/** The different names of a tree's files, and for each file which of them it has. */
const namesIn = (tree: FileTree): { readonly names: readonly string[]; readonly nameAt: Uint32Array } => once(tree, namesIn, () => {
  const files = tree.files()
  const numbers = new Map<string, number>(), nameAt = new Uint32Array(files.length)
  for (const [at, path] of files.entries()) {
    const name = nameOf(path)
    let number = numbers.get(name)
    if (number === undefined) numbers.set(name, number = numbers.size)
    nameAt[at] = number
  }
  return { names: [...numbers.keys()], nameAt }
})

const isYaml = (path: string): boolean => /\.ya?ml$/i.test(path)

/** The YAML files of a tree: of many thousand files most readers only look at these. */
export const yamlFiles = (tree: FileTree): readonly string[] => filesNamed(tree, isYaml)

/** The YAML files that pass a test of their text or of why it cannot be read. */
export const yamlFilesThat = (tree: FileTree, test: (path: string, text: string | Refusal) => boolean): readonly string[] => once(tree, test, () => {
  const passes = (path: string): boolean => {
    const text = tree.read(path)
    return text !== undefined && test(path, text)
  }
  return tree.over ? laidOver(tree.over, yamlFilesThat(tree.over.below, test), path => isYaml(path) && passes(path)) : yamlFiles(tree).filter(passes)
})

const isChart = (name: string): boolean => name === 'Chart.yaml'

/** The folders of a tree that are Helm charts. */
export const chartFolders = (tree: FileTree): ReadonlySet<string> => once(tree, chartFolders, () => new Set(filesNamed(tree, isChart).map(folderOf)))

/** Where a path stands among sorted ones, or would stand. */
export function placeAmong(sorted: readonly string[], path: string): number {
  let low = 0, high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? '') < path) low = middle + 1
    else high = middle
  }
  return low
}

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

/** The path without parts that go nowhere or up, which hardly any path has. */
export const normalised = (path: string): string => (/(?:^|\/)\.{0,2}(?:\/|$)/.test(path) ? join('.', path) : path)

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

/** What is found in a folder and in those above it, nearest first; each folder is looked at once. */
export function upwards<T>(of: (folder: string) => readonly T[]): (folder: string) => readonly T[] {
  const own = new Map<string, readonly T[]>()
  const at = (folder: string): readonly T[] => {
    let found = own.get(folder)
    if (!found) own.set(folder, found = of(folder))
    return found
  }
  return folder => [folder, ...folder === '.' ? [] : foldersAbove(folder)].flatMap(at)
}
