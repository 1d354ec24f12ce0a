// Finds the files that discovery may open: a bounded walk that honours .gitignore files. Follows no symbolic link.
import { lstatSync, readdirSync, realpathSync, type Dirent } from 'node:fs'
import { nameOf, type FileTree, type Refusal, type Unseen } from '../model/files.ts'
import { ignoreRules, type IgnoreRules } from './ignore-rules.ts'
import { absent, readText, reason } from './read.ts'
import type { Budget } from './wildcard.ts'

/** What Compose looks for by itself, and misfit: https://docs.docker.com/compose/intro/compose-application-model/#the-compose-file */
const byDefault = /^(?:(?:docker-)?compose(?<over>\.override)?|(?<design>misfit))\.ya?ml$/

/** Files that are found at most. */
export const fileLimit = 200_000
/** Folders below each other that are looked into. */
export const depthLimit = 40
// Folders of other people's code and of tools; nobody deploys from there.
export const skipped = new Set(['.git', '.hg', '.svn', 'node_modules', '.terraform', '.venv', '__pycache__', '.tox', '.pnpm-store', '.yarn', 'bower_components'])

/** Steps of matching paths with .gitignore files, about a second's worth; a large repository takes a hundredth of it. */
const steps = 10_000_000

interface Scope {
  readonly folder: string
  readonly rules: IgnoreRules
}

export interface Walked {
  /** Paths of files, sorted, with `/`. */
  readonly files: readonly string[]
  /** What was not looked into though nobody asked for that. */
  readonly unseen: readonly Unseen[]
  /** The repositories in which a .gitignore left something out; `.` is the folder itself. */
  readonly ignoring: ReadonlySet<string>
  /** Every folder whose entries were read, by its path; `.` is the first. */
  readonly folders: ReadonlySet<string>
  /** What lies in those folders beside files that were found and folders that were read: links, what is ignored, what was not looked into. */
  readonly others: ReadonlySet<string>
}

/** The files under a folder but those that .gitignore files or `exclude` leave out. `visited` hears of what that rests on: each folder, `.` for the first, and each .gitignore. */
export function walk(root: string, exclude: (path: string) => boolean = () => false, visited?: (path: string) => void): Walked {
  const files: string[] = []
  const unseen: Unseen[] = []
  const ignoring = new Set<string>(), folders = new Set<string>(), others = new Set<string>()
  const links: string[] = []
  const budget = { left: steps }
  visit('', [], 0, '.')
  if (files.length >= fileLimit) unseen.push({ path: '.', why: `only the first ${fileLimit} files were looked at: lint its folders one by one, or leave some out (ignore, --exclude)` })
  const found = new Set(links.length > 0 ? files : [])
  for (const path of links) unseen.push(...unfollowed(path, found.has(placeBelow(root, path) ?? '')))
  if (budget.left < 0) unseen.push({ path: '.', why: 'its .gitignore files have more patterns than can be compared with every path in time: some are not heeded, and more is linted' })
  return { files: files.sort(), unseen, ignoring, folders, others }

  function visit(folder: string, above: readonly Scope[], depth: number, repository: string): void {
    if (files.length >= fileLimit) return
    if (depth > depthLimit) {
      unseen.push({ path: folder, why: `it lies more than ${depthLimit} folders deep, so nothing in it was looked at` })
      return
    }
    visited?.(folder === '' ? '.' : folder)
    const entries = entriesOf(`${root}/${folder}`)
    if (entries === undefined) return
    if ('refused' in entries) {
      unseen.push({ path: folder === '' ? '.' : folder, why: `${entries.refused}, so nothing in it was looked at` })
      return
    }
    folders.add(folder === '' ? '.' : folder)
    const own = entries.some(entry => entry.name === '.git') && folder !== '' ? folder : repository
    const heeds = entries.some(entry => entry.name === '.gitignore' && entry.isFile())
    if (heeds) visited?.(folder === '' ? '.gitignore' : `${folder}/.gitignore`)
    const text = heeds ? readText(`${root}/${folder}/.gitignore`) : undefined
    if (typeof text === 'object') unseen.push({ path: folder === '' ? '.gitignore' : `${folder}/.gitignore`, why: `${text.refused}, so it is not heeded` })
    const scopes = typeof text === 'string' ? [...above, { folder: folder === '' ? '' : `${folder}/`, rules: ignoreRules(text) }] : above
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      const directory = entry.isDirectory()
      if (!directory && !entry.isFile() && links.length < 200 && byDefault.test(entry.name) && !exclude(path) && !ignored(path, false, scopes, budget)) links.push(path)
      if ((directory && !skipped.has(entry.name)) || (!directory && entry.isFile())) {
        if (ignored(path, directory, scopes, budget)) ignoring.add(own)
        else if (!exclude(path)) {
          if (!directory) { files.push(path); continue }
          visit(path, scopes, depth + 1, own)
          if (folders.has(path)) continue
        }
      }
      others.add(path)
    }
  }
}

/** What is said of something that is no file where Compose, or misfit, looks for one; `found`: what it leads to is linted under its own name. Laid over another file, that is not the same. */
export function unfollowed(path: string, found: boolean): readonly Unseen[] {
  const name = byDefault.exec(nameOf(path))
  if (!name || (found && name.groups?.['over'] === undefined)) return []
  return [{ path, why: `it is a symbolic link or a device, which nobody follows here, so ${name.groups?.['design'] === undefined ? 'what Compose would start from it' : 'the design in it'} is not looked at: put the file itself there`, ...(found ? {} : { unread: true }) }]
}

/** Whether the .gitignore files of a tree leave a file out, tracked or not. */
export function leavesOut(tree: FileTree, path: string): boolean {
  const parts = path.split('/')
  const scopes: Scope[] = []
  return parts.some((_, i) => {
    const folder = parts.slice(0, i).map(part => `${part}/`).join('')
    const text = tree.read(`${folder}.gitignore`)
    if (typeof text === 'string') scopes.push({ folder, rules: ignoreRules(text) })
    return ignored(parts.slice(0, i + 1).join('/'), i < parts.length - 1, scopes, { left: steps })
  })
}

/** Whether a file that the walk passed over is one that it would have found without any .gitignore. */
export function findable(root: string, path: string, exclude: (path: string) => boolean): boolean {
  const parts = path.split('/')
  if (parts.length - 1 > depthLimit || parts.slice(0, -1).some(part => skipped.has(part)) || parts.some((_, i) => exclude(parts.slice(0, i + 1).join('/')))) return false
  try {
    return lstatSync(`${root}/${path}`).isFile() && realpathSync(`${root}/${path}`) === `${root === '/' ? '' : root}/${path}`
  } catch {
    return false
  }
}

/** Where a link leads, from the root; undefined where that is outside of it, or nowhere. */
function placeBelow(root: string, path: string): string | undefined {
  try {
    const top = realpathSync(root), real = realpathSync(`${root}/${path}`)
    return real.startsWith(`${top}/`) ? real.slice(top.length + 1) : undefined
  } catch {
    return undefined
  }
}

// A folder that is gone by now is no matter.
function entriesOf(path: string): readonly Dirent[] | Refusal | undefined {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch (error) {
    return absent(error) ? undefined : { refused: reason(error) }
  }
}

// The innermost file that says anything about a path decides, as in git.
function ignored(path: string, directory: boolean, scopes: readonly Scope[], budget: Budget): boolean {
  for (let i = scopes.length - 1; i >= 0; i--) {
    const scope = scopes[i]
    const said = scope?.rules.ignores(path.slice(scope.folder.length), directory, budget)
    if (said !== undefined) return said
  }
  return false
}
