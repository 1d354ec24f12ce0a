// Finds the files that discovery may open: a bounded walk that honours .gitignore files. Follows no symbolic link.
import { readdirSync, readFileSync, type Dirent } from 'node:fs'
import createIgnore, { type Ignore } from 'ignore'

export const fileLimit = 200_000
const depthLimit = 40
// Folders of other people's code and of tools; nobody deploys from there.
export const skipped = new Set(['.git', '.hg', '.svn', 'node_modules', '.terraform', '.venv', '__pycache__', '.tox', '.pnpm-store', '.yarn', 'bower_components'])

export interface Scope {
  readonly folder: string
  readonly rules: Ignore
}

/** Paths of files under a folder, sorted, with `/`; nothing that git or `exclude` ignores. `visited` hears of what that rests on: each folder, `.` for the first, and each .gitignore. */
export function walk(root: string, exclude: (path: string) => boolean = () => false, visited?: (path: string) => void): readonly string[] {
  const files: string[] = []
  visit('', [], 0)
  return files.sort()

  function visit(folder: string, above: readonly Scope[], depth: number): void {
    if (depth > depthLimit || files.length >= fileLimit) return
    visited?.(folder === '' ? '.' : folder)
    const entries = entriesOf(`${root}/${folder}`)
    const heeds = entries.some(entry => entry.name === '.gitignore' && entry.isFile())
    if (heeds) visited?.(folder === '' ? '.gitignore' : `${folder}/.gitignore`)
    const own = heeds ? scopeOf(root, folder) : undefined
    const scopes = own ? [...above, own] : above
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) {
        if (!skipped.has(entry.name) && !ignored(path, true, scopes) && !exclude(path)) visit(path, scopes, depth + 1)
      } else if (entry.isFile() && !ignored(path, false, scopes) && !exclude(path)) files.push(path)
    }
  }
}

function entriesOf(path: string): readonly Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch {
    return []
  }
}

function scopeOf(root: string, folder: string): Scope | undefined {
  try {
    const rules = createIgnore({ allowRelativePaths: true }).add(readFileSync(`${root}/${folder}/.gitignore`, 'utf8'))
    return { folder: folder === '' ? '' : `${folder}/`, rules }
  } catch {
    return undefined
  }
}

// The innermost file that says anything about a path decides, as in git.
export function ignored(path: string, directory: boolean, scopes: readonly Scope[]): boolean {
  for (let i = scopes.length - 1; i >= 0; i--) {
    const scope = scopes[i]
    if (!scope) continue
    const verdict = scope.rules.test(path.slice(scope.folder.length) + (directory ? '/' : ''))
    if (verdict.ignored || verdict.unignored) return verdict.ignored
  }
  return false
}
