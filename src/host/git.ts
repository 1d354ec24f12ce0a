// Files of a git revision, read from git's objects by the `git` program. Never checks out, writes, fetches, or runs what a repository's configuration names.
import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { folderOf, join, nameOf, placeAmong, type FileTree, type Refusal } from '../model/files.ts'
import { archiveTree } from './archive.ts'
import { sizeLimit } from './read.ts'
import { inside, outside } from './memory.ts'
import { depthLimit, skipped } from './walk.ts'

/** git cannot give what was asked of it; the message says what to do. */
export class GitError extends Error {}

// Everything a configuration could start is switched off. Transport is forbidden, or a partial clone would fetch what it lacks.
const guarded = [
  '--no-pager', '--no-replace-objects', '--literal-pathspecs', '-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'core.pager=cat', '-c', 'diff.external=',
  '-c', 'core.sshCommand=false', '-c', 'core.askPass=false', '-c', 'credential.helper=', '-c', 'protocol.allow=never', '-c', 'gc.auto=0', '-c', 'maintenance.auto=false',
  // A folder that merely looks like a repository (`HEAD`, `objects`, `refs`, all of which can be committed) is none: https://git-scm.com/docs/git-config#Documentation/git-config.txt-safebareRepository
  '-c', 'safe.bareRepository=explicit',
]
// A hook runs with variables that point git at the repository of the commit in progress.
const dropped = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_EXTERNAL_DIFF', 'GIT_NAMESPACE', 'GIT_TRACE', 'GIT_TRACE2', 'GIT_TRACE2_EVENT', 'GIT_PAGER']

interface Answer {
  readonly ok: boolean
  readonly out: Buffer
  readonly err: string
}

/** Asks the `git` program about a folder. */
export function git(folder: string, words: readonly string[], input?: string): Answer {
  const env: NodeJS.ProcessEnv = { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' }
  for (const name of dropped) Reflect.deleteProperty(env, name)
  const { error, status, stdout, stderr } = spawnSync('git', [...guarded, ...words], { cwd: folder, env, maxBuffer: 2 ** 30, windowsHide: true, ...(input === undefined ? {} : { input }) })
  if (error) throw new GitError('code' in error && error.code === 'ENOENT' ? 'the program git was not found' : `git failed: ${error.message}`)
  const err = stderr.toString('utf8').trim()
  if (/dubious ownership/.test(err)) throw new GitError(`git refuses to read ${JSON.stringify(folder)}, because it belongs to another user; run: git config --global --add safe.directory ${JSON.stringify(folder)}`)
  if (/cannot use bare repository/.test(err)) throw new GitError(`${JSON.stringify(folder)} holds a git repository among its files (HEAD, objects, refs), so git refuses to work there; name the folder above it, or take those files out`)
  return { ok: status === 0, out: stdout, err }
}

const line = (answer: Answer): string | undefined => (answer.ok ? answer.out.toString('utf8').trim() || undefined : undefined)

/** The top folder of the work tree that a folder lies in; undefined outside of git. */
export function topOf(folder: string): string | undefined {
  const top = line(git(folder, ['rev-parse', '--show-toplevel']))
  return top === undefined ? undefined : realpathSync(top)
}

/** The commit that a name stands for; undefined when there is none. */
export const commitOf = (folder: string, name: string): string | undefined =>
  (name === '' || name.includes('\0') ? undefined : line(git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`])))

/** The commit at which two branched; undefined when they share none, or none that is there. */
export const mergeBase = (folder: string, a: string, b: string): string | undefined => line(git(folder, ['merge-base', a, b]))?.split('\n')[0]

/** Whether history is cut off. */
export const isShallow = (folder: string): boolean => line(git(folder, ['rev-parse', '--is-shallow-repository'])) === 'true'

/** The commits before a commit. */
export const parentsOf = (folder: string, commit: string): readonly string[] =>
  line(git(folder, ['rev-list', '--parents', '--max-count=1', commit]))?.split(/\s+/).slice(1) ?? []

/** Paths below a folder that git tracks, whatever .gitignore files say; empty where git knows of none. The index is read and nothing run, so whose it is does not matter. */
export function trackedBelow(folder: string): readonly string[] {
  try {
    const answer = git(folder, ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached'])
    return answer.ok ? answer.out.toString('utf8').split('\0').filter(path => path !== '') : []
  } catch (error) {
    if (error instanceof GitError) return []
    throw error
  }
}

/** The texts that files had at a commit, by their paths from the work tree's top; links are followed inside the commit, and what is no text of usual size is left out. */
export function textsAt(top: string, commit: string, paths: readonly string[]): ReadonlyMap<string, string> {
  const asked = paths.filter(path => inside(path) && !/[\n\0]/.test(path))
  const { out } = git(top, ['cat-file', '--batch', '--follow-symlinks'], asked.map(path => `${commit}:${path}\n`).join(''))
  const texts = new Map<string, string>()
  let at = 0
  for (const path of asked) {
    const end = out.indexOf(10, at)
    const head = end < 0 ? '' : out.toString('utf8', at, end)
    at = end + 1
    const [, type = '', size = ''] = / (\w+) (\d+)$/.exec(head) ?? /^(dangling|loop|notdir|symlink) (\d+)$/.exec(head) ?? []
    if (type === '') continue
    const content = out.subarray(at, at + Number(size))
    at += Number(size) + 1
    if (type === 'blob' && content.length <= sizeLimit && !content.includes(0)) texts.set(path, content.toString('utf8'))
  }
  return texts
}

type Entry =
  | { readonly kind: 'file' | 'link'; readonly object: string }
  | { readonly kind: 'submodule'; readonly object: string }

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
  const exclude = options.exclude ?? (() => false)
  const { entries, special } = entriesOf(top, folder, commit)
  const objects = blobs(folder, entries)
  const modules = new Map<string, GitTree>()
  for (const [path, entry] of special) {
    if (entry.kind !== 'submodule' || !existsSync(`${folder}/${path}/.git`)) continue
    const own = `${folder}/${path}`
    if (commitOf(own, entry.object) === undefined) throw new GitError(`the submodule ${path} was at ${entry.object.slice(0, 12)}, which is not there; run: git -C ${path} fetch origin ${entry.object}`)
    modules.set(path, gitTree(own, own, entry.object, { exclude: inner => exclude(`${path}/${inner}`) }))
  }
  let paths: readonly string[] | undefined
  const sorted = (): readonly string[] => paths ??= [...entries.keys()].sort()
  // Everything in a revision is tracked, so no .gitignore leaves any of it out.
  const include = new Set(options.include ?? []), opened = new Map([['.', true]])
  const opens = (folder: string): boolean => {
    let open = opened.get(folder)
    if (open === undefined) opened.set(folder, open = opens(folderOf(folder)) && !skipped.has(nameOf(folder)) && !exclude(folder) && folder.split('/').length <= depthLimit)
    return open
  }
  const finds = (path: string): boolean => {
    if (include.has(path) && entries.get(path)?.kind === 'file') return true
    for (const [at, tree] of modules) if (path.startsWith(`${at}/`)) return opens(at) && tree.finds(path.slice(at.length + 1))
    return entries.get(path)?.kind === 'file' && opens(folderOf(path)) && !skipped.has(nameOf(path)) && !exclude(path)
  }
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
  let files: readonly string[] | undefined
  return {
    folder, commit, modules, links,
    recorded: () => entries.keys(),
    files: () => (files ??= [...new Set([...sorted().filter(finds), ...[...modules].flatMap(([path, tree]) => (opens(path) ? tree.files().map(inner => `${path}/${inner}`) : []))])].sort()),
    finds,
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

const tooLarge: Refusal = { refused: `it is larger than ${sizeLimit / 1_000_000} MB` }

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

const likely = /\.(?:ya?ml|env|conf|properties|tpl|sh|cnf|cfg|ini)$|(?:^|\/)(?:\.env[^/]*|\.gitignore|Dockerfile[^/]*)$/i
const batchSize = 64_000_000

const few = 4

// One question for many files: who asks for more than a few is likely to read everything that a run reads, so all of it is fetched.
function blobs(folder: string, entries: ReadonlyMap<string, Entry>): (object: string) => string | Refusal {
  const contents = new Map<string, string | Refusal>()
  let asked = 0
  let expected: { readonly objects: readonly string[]; readonly sizes: ReadonlyMap<string, number> } | undefined
  const expect = (): NonNullable<typeof expected> => {
    const objects = [...new Set([...entries].flatMap(([path, entry]) => (entry.kind === 'link' || (entry.kind === 'file' && likely.test(path)) ? [entry.object] : [])))]
    return { objects, sizes: sizesOf(folder, objects) }
  }
  let next = 0
  return object => {
    const known = contents.get(object)
    if (known !== undefined) return known
    const { objects, sizes } = ++asked > few ? expected ??= expect() : { objects: [], sizes: sizesOf(folder, [object]) }
    const size = sizes.get(object) ?? sizesOf(folder, [object]).get(object) ?? 0
    if (size > sizeLimit) return tooLarge
    const batch = new Set([object])
    let total = size
    if (sizes.has(object)) {
      for (; next < objects.length && total < batchSize; next++) {
        const more = objects[next] ?? '', length = sizes.get(more) ?? 0
        if (length > sizeLimit || contents.has(more)) continue
        batch.add(more)
        total += length
      }
    }
    for (const [name, content] of readBlobs(folder, [...batch])) contents.set(name, content.includes(0) ? { refused: 'it is binary' } : content.toString('utf8'))
    return contents.get(object) ?? { refused: 'git has no such object' }
  }
}

/** How long objects are, in bytes; those that git does not have are left out. */
function sizesOf(folder: string, objects: readonly string[]): ReadonlyMap<string, number> {
  const { out } = git(folder, ['cat-file', '--batch-check=%(objectname) %(objectsize)'], `${objects.join('\n')}\n`)
  return new Map(out.toString('utf8').split('\n').flatMap(line => {
    const [object = '', size = ''] = line.split(' ')
    return /^\d+$/.test(size) ? [[object, Number(size)] as const] : []
  }))
}

function readBlobs(folder: string, objects: readonly string[]): Map<string, Buffer> {
  const { out } = git(folder, ['cat-file', '--batch'], `${objects.join('\n')}\n`)
  const contents = new Map<string, Buffer>()
  let at = 0
  for (const object of objects) {
    const end = out.indexOf(10, at)
    const [, type, size] = (end < 0 ? '' : out.toString('utf8', at, end)).split(' ')
    if (type !== 'blob') throw new GitError(`the file contents of that revision are not all there (object ${object.slice(0, 12)}); in a partial clone, fetch them first: git fetch --refetch --no-filter`)
    contents.set(object, out.subarray(end + 1, end + 1 + Number(size)))
    at = end + 2 + Number(size)
  }
  return contents
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
