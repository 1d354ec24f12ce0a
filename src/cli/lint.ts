// The main command: paths → roots → reports → output and exit code.
import { existsSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import picomatch from 'picomatch'
import { diskTree } from '../host/disk.ts'
import { lint } from '../lint.ts'
import type { FileTree } from '../model/files.ts'
import type { Report } from '../model/report.ts'
import { json } from '../reporters/json.ts'
import { text } from '../reporters/text.ts'
import { UsageError } from './usage.ts'

export interface LintFlags {
  readonly format: string
  readonly output?: string
  readonly color?: boolean
  readonly quiet?: boolean
  readonly maxWarnings?: number
  readonly exclude: readonly string[]
  readonly config?: string
}

interface Root {
  readonly folder: string
  /** Relative to the working directory. */
  readonly prefix: string
  /** Files that were named; empty when the folder itself was. */
  readonly named: Set<string>
  whole: boolean
}

/** Lints the paths and prints the report; returns the exit code. */
export async function lintCommand(paths: readonly string[], flags: LintFlags): Promise<number> {
  const trees: { prefix: string; tree: FileTree }[] = []
  const reports: Report[] = []
  const excluded = flags.exclude.length > 0 ? picomatch([...flags.exclude], { dot: true }) : () => false
  for (const root of rootsOf(paths.length > 0 ? paths : ['.'])) {
    const tree = diskTree(root.folder, { exclude: excluded })
    trees.push({ prefix: root.prefix, tree })
    reports.push(lint(tree, { prefix: root.prefix }))
  }
  const report = reports[0]
  if (!report) return 0
  const printed = flags.format === 'json' ? json(report) : text(report, { color: flags.color ?? false, source: () => undefined })
  if (flags.output === undefined) process.stdout.write(printed)
  else writeFileSync(flags.output, printed)
  await Promise.resolve()
  if (report.summary.errors > 0) return 1
  return flags.maxWarnings !== undefined && report.summary.warnings > flags.maxWarnings ? 1 : 0
}

function rootsOf(paths: readonly string[]): Root[] {
  const roots = new Map<string, Root>()
  for (const path of paths) {
    if (!existsSync(path)) throw new UsageError(`there is no file or folder ${JSON.stringify(path)}`)
    const real = realpathSync(path)
    const file = !statSync(real).isDirectory()
    const folder = file ? workTree(dirname(real)) : real
    const root = roots.get(folder) ?? { folder, prefix: relative(process.cwd(), folder).split(sep).join('/') || '.', named: new Set<string>(), whole: false }
    if (file) root.named.add(relative(folder, real).split(sep).join('/'))
    else root.whole = true
    roots.set(folder, root)
  }
  return [...roots.values()]
}

// The enclosing git work tree, else the folder itself.
function workTree(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(resolve(at, '.git'))) return at
    if (dirname(at) === at) return folder
  }
}
