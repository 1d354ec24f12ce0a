// misfit for programs: a folder with its configuration, and a report in any format. What it reads and how it judges is decided elsewhere.
import manifest from '../package.json' with { type: 'json' }
import { rules } from '../rules/index.ts'
import { addresses, docsOf } from './addresses.ts'
import { mergeReports } from './analysis/merge.ts'
import { pageOf } from './cli/pages.ts'
import { inputsOf } from './cli/roots.ts'
import { lookUp } from './cli/source.ts'
import { today } from './host/clock.ts'
import { diskTree } from './host/disk.ts'
import { lint } from './lint.ts'
import type { FileTree } from './model/files.ts'
import type { Report } from './model/report.ts'
import { formatNames, reporters, type FormatName } from './reporters/index.ts'

export { formatNames, type FormatName }

export interface FolderOptions {
  /** Path of the configuration; without it that of the folder is honoured, else that of the working directory when the folder lies in it. */
  readonly config?: string
  /** Globs of paths to leave out. */
  readonly exclude?: readonly string[]
  /** Whether the report tells the decision table of every use, as the HTML page shows it. */
  readonly details?: boolean
}

/**
 * Lints what `misfit FOLDER` lints, configuration and all; the report's paths start in the working directory. Nothing is written, and no baseline is
 * read. Throws a `UsageError`, with file, line and column, where the folder or the configuration cannot be used.
 */
export const lintFolder = (folder: string, options: FolderOptions = {}): Report =>
  mergeReports(inputsOf([folder], { ...options, today: today() }).map(({ tree, options: own }) => lint(tree, own)))

export interface WriteOptions {
  /** Where the report's files are, for source lines and edits; the working directory when absent. */
  readonly tree?: FileTree
  /** Columns of the text; 100 when absent. */
  readonly width?: number
  /** All that is known, in the text. */
  readonly verbose?: boolean
  /** When the run began: `2026-01-31T12:00:00`, in UTC; now when absent. */
  readonly started?: string
}

/** The report in one of the formats of `--format`, as one text. Nothing from a linted file is markup, a command or a terminal's escape in it. */
export const formatReport = (report: Report, format: FormatName, { tree, width, verbose, started }: WriteOptions = {}): string => reporters[format](report, {
  version: manifest.version, rules, home: addresses.home, docsOf, pageOf, base: '.', started: started ?? new Date().toISOString().slice(0, 19), ...lookUp([{ prefix: '.', tree: tree ?? diskTree('.') }]),
  ...(width === undefined ? {} : { width }), ...(verbose === undefined ? {} : { verbose }),
})
