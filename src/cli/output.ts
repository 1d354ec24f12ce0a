// Where the report goes: which formats are printed, which are written to files, and what a pipeline's platform gets by itself.
import { appendFileSync, existsSync, realpathSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { styleText } from 'node:util'
import { enclosingTree, liesIn } from '../host/read.ts'
import { inPieces, writeWhole } from '../host/write.ts'
import type { Finding, Report } from '../model/report.ts'
import type { Edit } from '../model/rule.ts'
import { masked } from '../model/secrets.ts'
import { inert } from '../reporters/github.ts'
import type { Grouping } from '../reporters/names.ts'
import { formatNames, partsOf, reporters, type Context, type FormatName } from '../reporters/index.ts'
import { didYouMean } from '../model/words.ts'
import { complain, isTerminal, print } from './print.ts'
import { colored, linking, osc8 } from './terminal.ts'
import { UsageError } from './usage.ts'

export interface OutputFlags {
  /** `NAME` is printed, `NAME=FILE` is written beside it. */
  readonly format?: readonly string[]
  /** A file for what would be printed. */
  readonly output?: string
  readonly color?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly groupBy?: Grouping
  readonly statistics?: boolean
}

/** What is printed, in order; what is written; what the platform gets because nobody chose. */
export interface Output {
  readonly printed: readonly FormatName[]
  readonly files: readonly { readonly format: FormatName; readonly file: string }[]
  /** A file to which the job summary is appended. */
  readonly summary?: string
  /** One line after the text. */
  readonly hint?: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** Reads the choice of formats; throws a UsageError on one that cannot be. */
export function outputOf(flags: OutputFlags, env: Environment = process.env): Output {
  const printed: FormatName[] = []
  const files: { format: FormatName; file: string }[] = []
  for (const words of flags.format ?? []) {
    const at = words.indexOf('=')
    const name = at < 0 ? words : words.slice(0, at)
    const format = formatNames.find(each => each === name)
    if (format === undefined) throw new UsageError(`there is no format ${JSON.stringify(name)}, only ${formatNames.slice(0, -1).join(', ')} and ${formatNames.at(-1) ?? ''}${didYouMean(name, formatNames)}`)
    if (at < 0) printed.push(format)
    else if (at === words.length - 1) throw new UsageError(`--format ${name}= needs a file name`)
    else files.push({ format, file: words.slice(at + 1) })
  }
  // Annotations may follow the text, because the runner takes them out of the log.
  const one = printed.length === 1 || (printed.length === 2 && printed[0] === 'text' && printed[1] === 'github')
  if (printed.length > 0) {
    if (!one) throw new UsageError(`only one format can be printed, not ${printed.join(' and ')}; give the others a file: --format ${printed[1] ?? ''}=FILE`)
    return { printed, files }
  }
  if (flags.output !== undefined) return { printed: ['text'], files }
  if (env['GITHUB_ACTIONS'] === 'true') {
    const summary = env['GITHUB_STEP_SUMMARY']
    return { printed: ['text', 'github'], files, ...(summary === undefined || summary === '' ? {} : { summary }) }
  }
  const told = env['GITLAB_CI'] !== 'true' || files.some(({ format }) => format === 'gitlab')
  return {
    printed: ['text'], files,
    ...(told ? {} : { hint: 'For the merge request: misfit --format gitlab=gl-code-quality-report.json, and artifacts: { reports: { codequality: gl-code-quality-report.json } }' }),
  }
}

/** Writes the report everywhere it belongs. `nothing`: no file was to be linted, so that there is nothing to tell a person. */
export function writeOutput(whole: Report, output: Output, flags: OutputFlags, context: Omit<Context, 'paint' | 'width' | 'base' | 'started'>, nothing = false): void {
  const report = withoutSecretEdits(whole)
  const inFile: Context = {
    ...context, base: base(), started: new Date().toISOString().slice(0, 19),
    ...(flags.verbose === true ? { verbose: true } : {}), ...(flags.groupBy === undefined ? {} : { groupBy: flags.groupBy }),
    ...(flags.statistics === true ? { statistics: true } : {}),
  }
  for (const { format, file } of output.files) store(file, partsOf(format, report, inFile))
  if (output.summary !== undefined && !nothing) summarise(output.summary, reporters.markdown(report, inFile))
  const terminal = isTerminal('stdout')
  const shown = terminal && flags.output === undefined
  const printing: Context = {
    ...inFile,
    ...(colored(flags.color, shown, process.env) ? { paint: (style, words) => styleText(style, words, { validateStream: false }) } : {}),
    ...(linking(shown, process.env) ? { link: osc8 } : {}),
    ...(shown ? { width: Math.min(process.stdout.columns, 120) } : {}),
  }
  const printed = function* (): Generator<string> {
    for (const format of output.printed) {
      const forPeople = format === 'text' || format === 'concise'
      if (nothing && forPeople) continue
      const words = partsOf(format, report, { ...printing, notes: [...printing.notes ?? [], ...output.hint === undefined ? [] : [output.hint]] })
      for (const part of words) yield forPeople && process.env['GITHUB_ACTIONS'] === 'true' ? inert(part) : part
    }
  }
  if (flags.output !== undefined) store(flags.output, printed())
  else for (const piece of inPieces(printed())) if (!print(piece)) break
}

// A repair whose text holds a secret is not told: masked it would put asterisks in its place. `--fix` still makes it.
function withoutSecretEdits(report: Report): Report {
  const tells = (edit: Edit): boolean => edit.changes.some(({ text }) => masked(text) !== text)
  const shown = (finding: Finding): Finding => (finding.edits?.some(tells) === true ? { ...finding, edits: finding.edits.filter(edit => !tells(edit)) } : finding)
  return { ...report, findings: report.findings.map(shown), ...(report.suppressed === undefined ? {} : { suppressed: report.suppressed.map(each => ({ ...shown(each), suppression: each.suppression })) }) }
}

function store(file: string, content: Iterable<string>): void {
  try {
    writeWhole(file, content)
  } catch (error) {
    throw new UsageError(`the report cannot be written to ${JSON.stringify(file)}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

// The summary is a courtesy: a runner without a place for it is no reason to fail.
function summarise(file: string, page: string): void {
  try {
    appendFileSync(file, page)
  } catch (error) {
    complain(`misfit: the job summary cannot be written: ${error instanceof Error ? error.message : String(error)}`)
  }
}

// The working directory inside the checkout, for platforms that count paths from its top: each says where that is (a submodule's is not its own), unless it lies in a folder of it.
function base(env: Environment = process.env): string {
  try {
    const here = realpathSync(process.cwd())
    const named = [env['GITHUB_WORKSPACE'], env['CI_PROJECT_DIR']], tree = (folder: string | undefined): boolean => folder !== undefined && existsSync(join(folder, '.git'))
    const top = [...named.filter(tree), enclosingTree(here), ...named].find(folder => folder !== undefined && folder !== '' && existsSync(folder) && liesIn(here, realpathSync(folder)))
    return top === undefined ? '.' : relative(realpathSync(top), here).split(sep).join('/') || '.'
  } catch {
    return '.'
  }
}
