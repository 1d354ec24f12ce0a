// The files of a git revision as a tree, submodules and symbolic links inside of it followed.
import { existsSync } from 'node:fs'
import { folderOf, join, nameOf, placeAmong, type FileTree, type Refusal } from '../model/files.ts'
import { archiveTree } from './archive.ts'
import { commitOf, git, GitError } from './git.ts'
import { blobs, readBlobs, sizesOf, tooLarge, type Entry } from './git-objects.ts'
import { inside, outside } from './memory.ts'
import { sizeLimit } from './read.ts'
import { depthLimit, skipped, unfollowed } from './walk.ts'

export interface GitTreeOptions {
  /** Says which paths from the folder discovery leaves out. */
  readonly exclude?: (path: string) => boolean
  readonly include?: readonly string[]
}

/** A tree whose files can be had as they are, for archives in it. */
export interface GitTree extends FileTree {
  readonly folder: string
  readonly commit: string
  readonly bytes: (path: string) => Uint8Array | Refusal | undefined
  /** Whether discovery finds a file at that path. */
  readonly finds: (path: string) => boolean
  /** Every path that is recorded, ignored ones and symbolic links too; those of submodules are left out. */
  readonly recorded: () => Iterable<string>
  /** Where each symbolic link leads, as a path of the tree; links out of it are left out. */
  readonly links: () => ReadonlyMap<string, string>
  /** Submodules by path. */
  readonly modules: ReadonlyMap<string, GitTree>
}

/** The files that a folder of a work tree had at a commit; submodules as they were, where their commit is there. */
export function gitTree(top: string, folder: string, commit: string, options: GitTreeOptions = {}): GitTree {
  const { entries, special } = entriesOf(top, folder, commit)
  const objects = blobs(folder, entries)
  const modules = modulesOf(folder, special, options.exclude ?? (() => false))
  const { sorted, finds, files } = discovery(entries, modules, options)
  const target = (path: string): string | Refusal => resolved(path, entries, objects)
  const moduleOf = (path: string): [GitTree, string] | undefined => {
    for (const [at, tree] of modules) if (path === at || path.startsWith(`${at}/`)) return [tree, path.slice(at.length + 1) || '.']
    return undefined
  }
  const bytes: GitTree['bytes'] = path => {
    const real = target(path)
    if (typeof real !== 'string') return real
    const inner = moduleOf(real)
    if (inner) return inner[0].bytes(inner[1])
    const entry = entries.get(real)
    if (entry?.kind !== 'file') return undefined
    return (sizesOf(folder, [entry.object]).get(entry.object) ?? 0) > sizeLimit ? tooLarge : readBlobs(folder, [entry.object]).get(entry.object)
  }
  const links = (): ReadonlyMap<string, string> => new Map([...special].flatMap(([path, entry]) => {
    const to = entry.kind === 'link' ? objects(entry.object) : undefined
    const real = typeof to === 'string' && !to.startsWith('/') ? join(folderOf(path), to) : '..'
    return inside(real) ? [[path, real] as const] : []
  }))
  return {
    folder, commit, modules, links, files,
    recorded: () => entries.keys(),
    finds,
    unseen: () => [...special].flatMap(([path, { kind }]) => {
      const real = kind === 'link' ? target(path) : undefined
      if (real === undefined) return []
      return unfollowed(path, typeof real === 'string' && finds(real))
    }),
    read(path) {
      const real = target(path)
      if (typeof real !== 'string') return real
      const inner = moduleOf(real)
      if (inner) return inner[0].read(inner[1])
      const entry = entries.get(real)
      return entry?.kind === 'file' ? objects(entry.object) : undefined
    },
    list(path) {
      const real = target(path)
      if (typeof real !== 'string') return undefined
      const inner = moduleOf(real)
      if (inner) return inner[0].list(inner[1])
      return namesIn(real, sorted())
    },
    bytes,
    archive(path) {
      const packed = bytes(path)
      return packed instanceof Uint8Array ? archiveTree(join('.', path), packed) : packed
    },
  }
}

function modulesOf(folder: string, special: Entries['special'], exclude: (path: string) => boolean): ReadonlyMap<string, GitTree> {
  const modules = new Map<string, GitTree>()
  for (const [path, { kind, object }] of special) {
    if (kind !== 'submodule' || !existsSync(`${folder}/${path}/.git`)) continue
    const own = `${folder}/${path}`
    if (commitOf(own, object) === undefined) throw new GitError(`the submodule ${path} was at ${object.slice(0, 12)}, which is not there; run: git -C ${path} fetch origin ${object}`)
    modules.set(path, gitTree(own, own, object, { exclude: inner => exclude(`${path}/${inner}`) }))
  }
  return modules
}

// Everything in a revision is tracked, so no .gitignore leaves any of it out.
function discovery(entries: Entries['entries'], modules: GitTree['modules'], { exclude = () => false, include = [] }: GitTreeOptions): Pick<GitTree, 'finds' | 'files'> & { readonly sorted: () => readonly string[] } {
  const included = new Set(include), opened = new Map([['.', true]])
  let paths: readonly string[] | undefined, files: readonly string[] | undefined
  const sorted = (): readonly string[] => paths ??= [...entries.keys()].sort()
  const opens = (folder: string): boolean => {
    let open = opened.get(folder)
    if (open === undefined) opened.set(folder, open = opens(folderOf(folder)) && !skipped.has(nameOf(folder)) && !exclude(folder) && folder.split('/').length <= depthLimit)
    return open
  }
  const finds = (path: string): boolean => {
    if (included.has(path) && entries.get(path)?.kind === 'file') return true
    for (const [at, tree] of modules) if (path.startsWith(`${at}/`)) return opens(at) && tree.finds(path.slice(at.length + 1))
    return entries.get(path)?.kind === 'file' && opens(folderOf(path)) && !skipped.has(nameOf(path)) && !exclude(path)
  }
  const inModules = (): readonly string[] => [...modules].flatMap(([path, tree]) => (opens(path) ? tree.files().map(inner => `${path}/${inner}`) : []))
  return { sorted, finds, files: () => (files ??= [...new Set([...sorted().filter(finds), ...inModules()])].sort()) }
}

interface Entries {
  readonly entries: ReadonlyMap<string, Entry>
  /** Those that are no files. */
  readonly special: ReadonlyMap<string, Entry>
}

function entriesOf(top: string, folder: string, commit: string): Entries {
  const below = folder === top ? '' : folder.slice(top.length + 1)
  // Without sizes, for which git would have to look at every file's contents.
  const answer = git(top, ['ls-tree', '-r', '-z', '--full-tree', below === '' ? commit : `${commit}:${below}`])
  const entries = new Map<string, Entry>(), special = new Map<string, Entry>()
  if (!answer.ok) {
    // A folder that did not exist then had no files.
    if (below !== '' && /not a (?:valid object name|tree object)|does not exist|exists on disk, but not in/i.test(answer.err)) return { entries, special }
    throw new GitError(`git cannot list the files of ${commit.slice(0, 12)}: ${answer.err.split('\n')[0] ?? ''}`)
  }
  // `100644 blob 83baae61804e65cc73a7201a7252750c76066a30\tname`
  const listed = answer.out.toString('utf8')
  for (let at = 0, tab = listed.indexOf('\t'); tab >= 0; tab = listed.indexOf('\t', at)) {
    const end = listed.indexOf('\0', tab), mode = listed.slice(at, at + 6), path = listed.slice(tab + 1, end)
    const entry: Entry = { kind: mode === '160000' ? 'submodule' : mode === '120000' ? 'link' : 'file', object: listed.slice(listed.lastIndexOf(' ', tab) + 1, tab) }
    entries.set(path, entry)
    if (entry.kind !== 'file') special.set(path, entry)
    at = end + 1
  }
  return { entries, special }
}

/** The names in a folder, by the sorted paths of all files; undefined where there is no such folder. */
function namesIn(folder: string, sorted: readonly string[]): readonly string[] | undefined {
  const start = folder === '.' ? '' : `${folder}/`
  const names: string[] = []
  for (let at = placeAmong(sorted, start); ;) {
    const path = sorted[at]
    if (path?.startsWith(start) !== true) return names.length === 0 && folder !== '.' ? undefined : names.sort()
    const end = path.indexOf('/', start.length)
    names.push(path.slice(start.length, end < 0 ? undefined : end))
    // Past everything in it: no character comes between `/` and `0`.
    at = end < 0 ? at + 1 : placeAmong(sorted, `${path.slice(0, end)}0`)
  }
}

// Symbolic links, followed inside the revision only.
function resolved(path: string, entries: ReadonlyMap<string, Entry>, objects: (object: string) => string | Refusal): string | Refusal {
  let at = join('.', path)
  for (let links = 0; links < 40; links++) {
    if (!inside(at) || at.includes('\0')) return outside
    const parts = at.split('/')
    const link = parts.findIndex((_, i) => entries.get(parts.slice(0, i + 1).join('/'))?.kind === 'link')
    if (link < 0) return at
    const place = parts.slice(0, link + 1).join('/')
    const entry = entries.get(place)
    const to = entry?.kind === 'link' ? objects(entry.object) : undefined
    if (typeof to !== 'string' || to.startsWith('/')) return outside
    at = join(join(folderOf(place), to), parts.slice(link + 1).join('/'))
  }
  return { refused: 'its symbolic links go round in circles' }
}
