// With `--since`: files that were linted and are not any more though they are there, or have moved to where nothing is linted. Knows names and reports, no format.
import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { resolve } from 'node:path'
import { addedSince, modulesSince, renamedSince, unwatchedBelow } from '../host/changes.ts'
import { leavesOut } from '../host/walk.ts'
import { join, nameOf, type FileTree } from '../model/files.ts'
import type { Finding, Report } from '../model/report.ts'
import type { Severity } from '../model/rule.ts'
import type { Revision } from './revision.ts'
import { here } from './roots.ts'
import type { Seen } from './since.ts'
import { named, notice } from './switched-off.ts'

interface Result {
  readonly prefix: string
  readonly folder: string
  readonly tree: FileTree
  readonly report: Report
  readonly before?: Report
  readonly revision?: Revision
  readonly base?: FileTree
  /** Of what is said of a change. */
  readonly severity?: Severity | 'off'
}

const diskFile = (file: string): string => resolve(here, file.split('!/')[0] ?? file)

function there(file: string): boolean {
  try {
    lstatSync(diskFile(file))
    return true
  } catch {
    return false
  }
}

/** What became of files, by the trees that were linted. A file that has gone where nothing is linted, under the same name or with the same text, or is recorded and not checked out, is out of reach. */
export function seenBy(results: readonly Result[]): Seen {
  const files = new Set<string>()
  for (const { prefix, tree, report } of results) {
    const start = prefix === '.' ? '' : `${prefix}/`
    for (const file of tree.files()) files.add(start + file)
    for (const file of report.stacks.flatMap(stack => stack.files)) files.add(file.split('!/')[0] ?? file)
  }
  let away: ReadonlyMap<string, string> | undefined
  let absent: Absent | undefined
  return file => {
    if (files.has(file.split('!/')[0] ?? file)) return 'linted'
    if (there(file)) return 'out of reach'
    absent ??= notCheckedOut(results)
    if (absent(file) !== undefined) return 'out of reach'
    away ??= movedAway(results, files)
    return away.has(file) || away.has(nameOf(file)) ? 'out of reach' : 'gone'
  }
}

type Absent = (file: string) => string | undefined

// Why a file that the change records is not on the disk.
function notCheckedOut(results: readonly Result[]): Absent {
  const files = new Set<string>(), modules: string[] = []
  for (const { folder, prefix, revision } of results) {
    if (revision === undefined) continue
    const held = unwatchedBelow(folder)
    for (const path of held.unwatched) files.add(join(prefix, path))
    modules.push(...held.modules.filter(path => isAbsent(folder, path)).map(path => join(prefix, path)))
  }
  return file => {
    if (files.has(file)) return 'git records it, and it is not checked out here (a sparse checkout, or skip-worktree)'
    const module = modules.find(path => file.startsWith(`${path}/`))
    return module === undefined ? undefined : `${module} is a submodule, and it is not checked out here`
  }
}

const isAbsent = (folder: string, module: string): boolean => !existsSync(`${folder}/${module}/.git`)

// Name of a file, or its path → where one of that name was added that is not found, or one of that text under a name that is no YAML and in no stack.
function movedAway(results: readonly Result[], linted: ReadonlySet<string>): ReadonlyMap<string, string> {
  const judged = new Set(results.flatMap(({ report }) => report.stacks.flatMap(stack => stack.files)))
  return new Map(results.flatMap(({ folder, prefix, revision }) => (revision === undefined ? [] : [
    ...addedSince(folder, revision.commit).map(path => [nameOf(path), join(prefix, path)] as const).filter(([, path]) => !linted.has(path)),
    ...[...renamedSince(folder, revision.commit)].map(([was, is]) => [join(prefix, was), join(prefix, is)] as const).filter(([, path]) => !judged.has(path) && !/\.ya?ml$/i.test(path)),
  ])))
}

/** What has gone out of sight of what was linted at the revision, and what a .gitignore names though git tracks it. */
export function outOfReach(results: readonly Result[], seen: Seen): readonly Finding[] {
  let absent: Absent | undefined
  return results.flatMap(result => {
    const { before, tree, prefix, base, severity = 'warning' } = result
    if (!before || severity === 'off') return []
    const files = [...new Set(before.stacks.flatMap(stack => stack.files))].filter(file => !file.includes('!/'))
    let away: ReadonlyMap<string, string> | undefined
    const movedTo = (file: string): string | undefined => {
      away ??= movedAway(results, new Set(tree.files().map(each => join(prefix, each))))
      return away.get(file) ?? away.get(nameOf(file))
    }
    const lost = files.filter(file => seen(file) === 'out of reach').map(file => {
      absent ??= notCheckedOut(results)
      const findings = before.findings.filter(finding => finding.file === file)
      const said = findings.length === 0 ? '' : `; reported there was ${named(findings)}`
      return { ...notice({ file, line: 1, column: 1 }, nameOf(file), `This change puts ${file} where it is not linted: ${absent(file) ?? whyNot(file, movedTo)}${said}.`), severity }
    })
    const start = prefix === '.' ? '' : `${prefix}/`
    const heeded = base === undefined ? [] : files.filter(file => seen(file) === 'linted' && file.startsWith(start)).map(file => file.slice(start.length))
      .filter(path => leavesOut(tree, path) && typeof base.read(path) === 'string' && !leavesOut(base, path))
    // What a change takes from elsewhere may be a library or a deployment: nobody can tell.
    const modules = result.revision === undefined ? [] : modulesSince(result.folder, result.revision.commit).filter(path => isAbsent(result.folder, path))
    const unopened = modules.map(path => notice({ file: join(prefix, path), line: 1, column: 1 }, nameOf(path), `This change sets the submodule ${join(prefix, path)}, which is not checked out here, so nothing in it was looked at.`, [], 'info'))
    return [...lost, ...unopened, ...heeded.map(path => notice({ file: join(prefix, path), line: 1, column: 1 }, nameOf(path), `This change has .gitignore name ${join(prefix, path)}, which git tracks: it is linted all the same.`, [], 'info'))]
  })
}

function whyNot(file: string, movedTo: (file: string) => string | undefined): string {
  try {
    if (lstatSync(diskFile(file)).isSymbolicLink()) return `it is a symbolic link to ${readlinkSync(diskFile(file))} now, and links are not followed`
    return 'it is still there, but not found any more'
  } catch {
    return `it has moved to ${movedTo(file) ?? 'elsewhere'}`
  }
}
