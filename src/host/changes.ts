// What of a folder differs from a revision, and the folder as it was, for which only that is read from git. Knows files and git, no format.
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs'
import { filesOver, glance, join, normalised, type FileTree, type Over } from '../model/files.ts'
import { git } from './git.ts'
import type { GitTree } from './git-tree.ts'
import { skipped } from './walk.ts'

/** More than this is no change but another repository. */
const most = 5_000

/**
 * Paths at which a folder on disk differs from the revision, untracked and ignored files among them, and paths that lead to such through
 * a symbolic link; those below `node_modules` and the like are left out. It may name files that are the same after all. Undefined for too many.
 */
export function changesSince(base: GitTree): ReadonlySet<string> | undefined {
  const { folder, commit, modules } = base
  const listed = (words: readonly string[]): readonly string[] | undefined => {
    const answer = git(folder, words)
    return answer.ok ? answer.out.toString('utf8').split('\0').filter(path => path !== '') : undefined
  }
  // To tell whether a file that was just written differs, git passes it through its filters: those that are configured are switched off.
  const filters = listed(['config', '-z', '--name-only', '--get-regexp', '^filter[.].*[.](clean|process|required)$']) ?? []
  if (filters.some(key => key.includes('='))) return undefined
  const off = filters.flatMap(key => ['-c', `${key}=${key.endsWith('.required') ? 'false' : ''}`])
  const differing = listed([...off, 'diff-index', '-z', '--name-only', '--no-renames', '--ignore-submodules=dirty', '--relative', commit, '--', '.'])
  const untracked = listed(['ls-files', '-z', '--others', '--directory', '--no-empty-directory', '--', '.'])
  if (!differing || !untracked || differing.length + untracked.length > most) return undefined
  const changed = new Set<string>()
  const { unwatched } = unwatchedBelow(folder)
  for (const path of [...differing, ...untracked, ...unwatched.filter(path => existsSync(`${folder}/${path}`))]) {
    if (!path.split('/').some(part => skipped.has(part)) && !add(folder, join('.', path), changed, 0)) return undefined
  }
  for (const [path, module] of modules) {
    const inner = changesSince(module)
    if (!inner) return undefined
    for (const file of inner) changed.add(join(path, file))
  }
  const links = base.links()
  for (const [link, target] of links) {
    // What a link led to and leads to no longer is gone from below it.
    if (changed.has(link)) for (const path of base.recorded()) if (path.startsWith(`${target}/`)) changed.add(link + path.slice(target.length))
    for (const path of [...changed]) if (path === target || path.startsWith(`${target}/`)) changed.add(link + path.slice(target.length))
  }
  return changed.size > most ? undefined : changed
}

export interface Unwatched {
  /** Paths of files at which git does not look (`skip-worktree`, `assume-unchanged`), there or not. */
  readonly unwatched: readonly string[]
  /** Paths of submodules that are recorded. */
  readonly modules: readonly string[]
}

/** What a folder's index holds beside files that git compares with the disk. */
export function unwatchedBelow(folder: string): Unwatched {
  const answer = git(folder, ['ls-files', '-z', '--cached', '--stage', '-v', '--', '.'])
  const unwatched: string[] = [], modules: string[] = []
  // `H 100644 83baae61804e65cc73a7201a7252750c76066a30 0\tname`: https://git-scm.com/docs/git-ls-files#Documentation/git-ls-files.txt--v
  for (const line of answer.ok ? answer.out.toString('utf8').split('\0') : []) {
    if (line.startsWith('H 1') && !line.startsWith('H 160000 ')) continue
    const path = line.slice(line.indexOf('\t') + 1)
    if (line.slice(2).startsWith('160000 ')) modules.push(path)
    else if (/^[Sa-z] /.test(line)) unwatched.push(path)
  }
  return { unwatched, modules }
}

/** Submodules of a folder that were added since the commit, or set to another commit of their own. */
export function modulesSince(folder: string, commit: string): readonly string[] {
  const answer = git(folder, ['diff-index', '-z', '--raw', '--cached', '--no-renames', '--ignore-submodules=none', '--relative', commit, '--', '.'])
  // What it was and is, then the path: `:100644 160000 … … T`, `deploy`.
  const words = answer.ok ? answer.out.toString('utf8').split('\0') : []
  return words.flatMap((word, at) => (/^:\d+ 160000 /.test(word) ? [words[at + 1] ?? ''] : []))
}

/** Paths that git tracks in a folder today and did not at the commit, those below `node_modules` and the like among them. */
export function addedSince(folder: string, commit: string): readonly string[] {
  const answer = git(folder, ['diff-index', '-z', '--cached', '--name-only', '--no-renames', '--diff-filter=A', '--ignore-submodules=all', '--relative', commit, '--', '.'])
  return answer.ok ? answer.out.toString('utf8').split('\0').filter(path => path !== '') : []
}

/** Paths at the commit whose text git tracks under another name today, most of it unchanged → that name. */
export function renamedSince(folder: string, commit: string): ReadonlyMap<string, string> {
  const answer = git(folder, ['diff-index', '-z', '--cached', '--name-status', '-M', '-l2000', '--no-ext-diff', '--diff-filter=R', '--ignore-submodules=all', '--relative', commit, '--', '.'])
  // Status, old path, new path, each on its own.
  const words = answer.ok ? answer.out.toString('utf8').split('\0') : []
  return new Map(words.flatMap((word, at) => (at % 3 === 0 && word.startsWith('R') ? [[words[at + 1] ?? '', words[at + 2] ?? ''] as const] : [])))
}

// A path, and of a folder everything in it; false when that is too much.
function add(root: string, path: string, to: Set<string>, depth: number): boolean {
  to.add(path)
  if (to.size > most || depth > 40) return false
  const full = `${root}/${path}`
  let names: readonly string[]
  try {
    if (!statSync(full).isDirectory()) return true
    // A link to a folder is as good as the folder, once.
    if (depth > 0 && lstatSync(full).isSymbolicLink()) return true
    names = readdirSync(full)
  } catch {
    return true
  }
  return names.every(name => skipped.has(name) || add(root, join(path, name), to, depth + 1))
}

/** The folder as it was at the revision: what has not changed is taken from the folder as it is. */
export function treeBefore(now: FileTree, base: Pick<GitTree, 'finds' | 'list' | 'read' | 'archive' | 'unseen'>, changed: ReadonlySet<string>): FileTree {
  const was = (path: string): boolean => changed.has(normalised(path))
  const over: Over = { below: now, paths: changed, files: () => [...changed].filter(path => base.finds(path)).sort() }
  return {
    files: () => filesOver(over),
    list: path => base.list(path),
    read: path => (was(path) ? base : now).read(path),
    glance: path => glance(was(path) ? base : now, path),
    archive: path => (was(path) ? base : now).archive(path),
    unseen: () => base.unseen?.() ?? [],
    over,
  }
}
