// The main command: paths → roots → reports → output and exit code.
import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { mergeReports } from '../analysis/merge.ts'
import type { Shard } from '../analysis/shard.ts'
import { rules } from '../../rules/index.ts'
import { addresses, docsOf } from '../addresses.ts'
import { sweep } from '../host/garbage.ts'
import { renamedSince } from '../host/changes.ts'
import { gitTree } from '../host/git-tree.ts'
import { lint, type LintOptions } from '../lint.ts'
import { join, type FileTree } from '../model/files.ts'
import { entryOf } from '../model/entry-of.ts'
import { accepting, type Finding, type Report } from '../model/report.ts'
import type { Severity } from '../model/rule.ts'
import { masked } from '../model/secrets.ts'
import { outcomeLine } from '../reporters/outcome.ts'
import { plain } from '../reporters/plain.ts'
import { againstBaseline, baselineName, baselineText, findBaseline, readBaseline, writeBaseline, type Baseline } from './baseline.ts'
import { asking } from './ask.ts'
import { repair, unifiedDiff, writeRepair, type Chosen, type Repair } from './fix.ts'
import { confident, countsOf, failingOnly, judged, switchedOffRule, unconfident, type JudgeFlags } from './judge.ts'
import { lintNamed, type Named } from './named.ts'
import { outputOf, writeOutput, type Output, type OutputFlags } from './output.ts'
import { listFiles } from './list-files.ts'
import { pageOf } from './pages.ts'
import { complain, isTerminal, printText } from './print.ts'
import { progress } from './progress.ts'
import { here, inputsOf, listedPaths, slashed, type Input, type InputFlags } from './roots.ts'
import { asUsage, type Revision } from './revision.ts'
import { outOfReach, seenBy } from './out-of-reach.ts'
import { lintSince, sinceReport } from './since.ts'
import { hiddenByBaseline, switchedOff, withSwitchedOff, type SwitchedOff } from './switched-off.ts'
import { lookUp } from './source.ts'
import { askedFor, repairNotes } from './unsafe.ts'
import { UsageError } from './usage.ts'

export interface LintFlags extends InputFlags, OutputFlags, JudgeFlags {
  /** Its path; `false`: none, not even one that is found. */
  readonly baseline?: string | false
  /** Days; what is in the baseline for longer is reported again. */
  readonly maxBaselineAge?: number
  /** Prints the files that are read instead of linting them. */
  readonly listFiles?: boolean
  /** Applies the safe edits to the files. */
  readonly fix?: boolean
  /** The others, too: asks about each at a terminal, makes them and says so elsewhere. */
  readonly fixUnsafe?: boolean
  /** Prints them as a diff instead. */
  readonly fixDryRun?: boolean
  /** Judges only this part of the stacks. */
  readonly shard?: Shard
  readonly version: string
}

/** One root after linting. Paths of the report start with `prefix`, those of the tree do not. */
export interface Linted {
  readonly prefix: string
  readonly folder: string
  readonly whole: boolean
  readonly tree: FileTree
  readonly report: Report
  /** With `--since`: the report on the files as they were. */
  readonly before?: Report
  /** With `--since`: the files whose stacks were judged, where not all were. */
  readonly only?: ReadonlySet<string>
  readonly repaired?: Repair
  /** With `--since`: what the revision is, and what the change would silence. */
  readonly revision?: Revision
  readonly switchedOff?: SwitchedOff
  readonly base?: FileTree
  readonly severity?: Severity | 'off'
  /** Of named files: what else stands against their stacks. */
  readonly elsewhere?: readonly Finding[]
}

/** Lints the paths and prints the report; returns the exit code. */
export async function lintCommand(given: readonly string[], asked: LintFlags): Promise<number> {
  const listed = asked.filesFrom === undefined ? undefined : listedPaths(asked.filesFrom)
  const paths = [...given, ...listed ?? []]
  const output = outputOf(asked)
  const details = output.printed.includes('html') || output.files.some(({ format }) => format === 'html')
  const flags = { ...asked, ...(listed !== undefined && paths.length === 0 ? { nothing: true } : {}), ...(details ? { details } : {}) }
  if (flags.listFiles === true) return listFiles(paths, flags)
  // What should have written the list may have failed.
  if (listed !== undefined && paths.length === 0) complain('Nothing was linted: the list of files is empty')
  if (repairing(flags) && flags.fixDryRun !== true && paths.includes('-')) throw new UsageError('`-` is standard input, which cannot be repaired; --fix-dry-run prints what it would change')
  if (flags.fixDryRun === true && ((flags.format ?? []).length > 0 || flags.output !== undefined)) throw new UsageError('--fix-dry-run prints a diff, and no report; leave out --format and --output')
  // What a part knows of earlier findings, nobody could put together again: the merged report is what goes by the baseline.
  if (flags.shard && (flags.since !== undefined || repairing(flags) || flags.baseline !== undefined)) throw new UsageError('--shard judges a part of everything; --since, --baseline and --fix want all of it (misfit merge goes by the baseline)')
  const asks = flags.fixUnsafe === true && flags.fixDryRun !== true && process.stdin.isTTY && isTerminal('stdout') && !paths.includes('-') && flags.filesFrom !== '-'
  const chosen = asks ? await answers(lintAll(paths, { ...flags, fix: false, fixUnsafe: false })) : flags.fixUnsafe === true ? () => true : undefined
  const results = lintAll(paths, flags, chosen)
  if (flags.shard && results.length !== 1) throw new UsageError('--shard divides the stacks of one folder; name one')
  return tell(results, flags, output, flags.shard ? {} : baselinesOf(flags, results[0]?.revision))
}

/** What is known already: the baseline that a run goes by, and with `--since` the one that the change leaves. */
export interface Baselines {
  readonly baseline?: Baseline
  readonly own?: Baseline
}

/** The baseline that the flags name, or the one that is found; of a change as it was at the revision, unless there is none and somebody names one. */
export function baselinesOf(flags: Pick<LintFlags, 'baseline' | 'maxBaselineAge'>, revision?: Revision): Baselines {
  if (flags.baseline === false) return {}
  const path = flags.baseline === undefined ? findBaseline(here) : resolve(flags.baseline)
  const earlier = revision && (flags.baseline === undefined ? findBaseline(here, file => revision.read(file) !== undefined) : path)
  if (flags.maxBaselineAge !== undefined && path === undefined && earlier === undefined) throw new UsageError('--max-baseline-age needs a baseline; misfit baseline writes one')
  const own = path === undefined || (revision && flags.baseline === undefined && !existsSync(path)) ? {} : { own: readBaseline(path, here) }
  if (!revision) return own.own ? { baseline: own.own } : {}
  const text = earlier === undefined ? undefined : revision.read(earlier)
  if (earlier === undefined || text === undefined) return flags.baseline === undefined ? own : { baseline: readBaseline(resolve(flags.baseline), here) }
  return { ...own, baseline: readBaseline(earlier, here, text) }
}

/** Narrows what was found, prints it, and returns the exit code. */
export function tell(results: readonly Linted[], flags: LintFlags, output: Output, { baseline, own }: Baselines): number {
  let overdue = 0
  let left: readonly string[] = []
  const narrowed = (report: Report): Report => {
    let shown = report
    if (baseline) {
      const compared = againstBaseline(shown, baseline, here, { today: flags.today, exists, linted: lintedBy(results), ...(own ? { own } : {}), ...(flags.maxBaselineAge === undefined ? {} : { maxAge: flags.maxBaselineAge }) })
      overdue = compared.overdue
      shown = compared.report
    }
    if (flags.since !== undefined) {
      const seen = seenBy(results)
      // What was not told then, since it rested on too little, is new when it rests on more.
      shown = sinceReport(shown, confident(mergeReports(results.flatMap(({ before }) => before ?? [])), flags.minConfidence), flags.since, seen)
      shown = withSwitchedOff(
        shown, [...results.flatMap(result => result.switchedOff?.notices ?? []), ...outOfReach(results, seen), ...(own ? hiddenByBaseline(shown, own, exists) : [])],
        results.flatMap(result => result.switchedOff?.silent ?? []),
        file => seen(file) === 'linted',
      )
    }
    if (flags.failOnProblems === false) shown = accepting(shown, () => true)
    left = unconfident(shown, flags.minConfidence)
    return confident(shown, flags.minConfidence)
  }
  const report = narrowed(mergeReports(results.map(result => result.report)))
  const elsewhere = results.flatMap(result => result.elsewhere ?? [])
  if (elsewhere.length > 0) left = [...left, `${countsOf(elsewhere)} elsewhere in the same ${results.flatMap(result => result.report.stacks).length === 1 ? 'stack' : 'stacks'}`]
  // A part that could not read a file has done its job all the same: what that comes to, the merged report says.
  const outcome = judged(flags.shard ? { ...report, problems: [] } : report, flags.shard ? { ...flags, requireInput: false } : flags, { overdue, left })
  const { code } = outcome
  const repairs = results.flatMap(({ repaired }) => repaired ?? [])
  if (flags.fixDryRun === true) {
    for (const { prefix, repaired } of results) {
      for (const [file, { before, after }] of repaired?.changed ?? []) printText(harmless(unifiedDiff(join(prefix, file), before, after)))
    }
    // Beside the diff, which may be read by patch: an empty one looks like a clean report, and what needs care is no part of it.
    process.stderr.write(harmless(`${[...repairNotes(repairs, report, true), `With that: ${outcomeLine(report, outcome)}`].join('\n')}\n`))
    return code
  }
  for (const { folder, repaired } of results) if (repaired) writeRepair(folder, repaired)
  const notes = repairs.length === 0 ? [] : repairNotes(repairs, report)
  const shown = flags.quiet === true ? failingOnly(report, flags) : report
  writeOutput(shown, output, flags, { version: flags.version, rules, home: addresses.home, docsOf, pageOf, outcome, notes, ...lookUp(results) }, flags.nothing === true)
  // Its lines are for programs; a person may wonder what no line means.
  if (output.printed.includes('concise') && flags.nothing !== true) complain(outcomeLine(report, outcome))
  if (overdue > 0) process.stderr.write(`misfit: ${overdue} finding${overdue === 1 ? ' has' : 's have'} been in the baseline for more than ${flags.maxBaselineAge ?? 0} days\n`)
  return code
}

export interface BaselineFlags extends Pick<LintFlags, 'exclude' | 'values' | 'config' | 'source' | 'minConfidence' | 'today' | 'version'> {
  readonly output?: string
  /** Takes out what is repaired and adds nothing. */
  readonly prune?: boolean
}

/** Writes what the paths hold today as the baseline; returns the exit code. */
export function baselineCommand(paths: readonly string[], flags: BaselineFlags): number {
  const path = flags.output === undefined ? (findBaseline(here) ?? resolve(here, baselineName)) : resolve(flags.output)
  const { findings: earlier, unread: known } = existsSync(path) ? readBaseline(path, here) : { findings: [], unread: [] }
  if (flags.prune === true && !existsSync(path)) throw new UsageError(`there is no baseline ${JSON.stringify(slashed(relative(here, path)))} to prune`)
  const results = lintAll(paths, { ...flags, failOn: 'error' })
  const { findings, problems } = confident(mergeReports(results.map(result => result.report)), flags.minConfidence)
  const linted = lintedBy(results)
  // What was not looked at stays as it is.
  const elsewhere = earlier.filter(one => !linted(one.file))
  const unread = [...problems.flatMap(problem => (problem.unread ? [problem.file] : [])), ...known.flatMap(({ file }) => (linted(file) ? [] : [file]))]
  const written = baselineText(findings, unread, earlier.filter(one => linted(one.file)), elsewhere, { path, here, today: flags.today, exists, onlyKnown: flags.prune === true, known })
  writeBaseline(path, written.text)
  const files = [...new Set(unread)]
  if (files.length > 0) complain(`Not understood, and known from now on: ${files.slice(0, 5).join(', ')}${files.length > 5 ? ` and ${files.length - 5} more` : ''}`)
  if (results.every(({ report }) => report.stacks.length === 0) && files.length === 0) complain('No stack was found, so the baseline knows nothing: are these the paths that are linted?')
  printText(`${written.count} finding${written.count === 1 ? '' : 's'} in ${plain(slashed(relative(here, path)))}${written.fixed > 0 ? `, ${written.fixed} fixed since it was last written` : ''}\n`)
  return 0
}

const exists = (file: string): boolean => existsSync(resolve(here, file.split('!/')[0] ?? file))

// Whether a file was looked at: listed under a folder that was linted whole, gone from there, or part of a stack that was read.
function lintedBy(results: readonly Linted[]): (file: string) => boolean {
  const files = new Set(results.flatMap(({ report }) => report.stacks.flatMap(stack => stack.files)))
  for (const { prefix, only = [] } of results) for (const file of only) files.add(join(prefix, file))
  const whole = results.filter(result => result.whole && result.only === undefined)
  for (const { prefix, tree } of whole) for (const file of tree.files()) files.add(join(prefix, file))
  return file => files.has(file) || (!exists(file) && whole.some(({ prefix }) => (prefix === '.' ? !file.startsWith('../') : file.startsWith(`${prefix}/`))))
}

// What a person at the terminal wants done about the edits that need care.
async function answers(results: readonly Linted[]): Promise<Chosen> {
  const { ask, close } = asking(process.stdin, process.stdout)
  try {
    return await askedFor(mergeReports(results.map(result => result.report)), ask)
  } finally {
    close()
  }
}

const repairing = (flags: LintFlags): boolean => flags.fix === true || flags.fixDryRun === true || flags.fixUnsafe === true

function lintAll(paths: readonly string[], flags: LintFlags, chosen?: Chosen): Linted[] {
  const done = progress()
  const results = inputsOf(paths, flags).map(input => lintInput(input, flags, done.step, chosen))
  done.end()
  return results
}

function lintInput(input: Input, flags: LintFlags, step: (done: number, all: number) => void, chosen?: Chosen): Linted {
  const { prefix, folder, whole, tree } = input
  const options: LintOptions = { ...input.options, ...(flags.shard ? { shard: flags.shard } : {}), progress: (done, all) => { sweep(); step(done, all) } }
  // What a change causes need not lie in the files that it touches, so a comparison is not narrowed to them.
  const linted = (files: FileTree): Named => (input.narrowed && flags.since === undefined ? lintNamed(files, options, input.named) : { report: lint(files, options), elsewhere: [] })
  const { change } = input
  const base = change && asUsage(() => gitTree(change.revision.top, folder, change.revision.commit, input.discovery))
  const told = (tree: FileTree, report: Report, before: Report, only?: ReadonlySet<string>): Pick<Linted, 'revision' | 'switchedOff' | 'base' | 'severity'> =>
    (change && base ? { revision: change.revision, base, severity: entryOf(options.severities, switchedOffRule) ?? 'warning', switchedOff: switchedOff({ change, tree, options, report, before, moved: () => renamedSince(folder, change.revision.commit), ...(only === undefined ? {} : { only }) }) } : {})
  // Of named files the stacks are few already; whether there is any input is asked of everything.
  if (base && !repairing(flags)) {
    const { only, ...sides } = lintSince(tree, base, options, !whole || flags.requireInput === true)
    return { prefix, tree, folder, whole, ...sides, ...(only === undefined ? {} : { only }), ...told(tree, sides.report, sides.before, only) }
  }
  const before = base === undefined ? undefined : lint(base, options)
  if (!repairing(flags)) return { prefix, tree, folder, whole, ...linted(tree) }
  const repaired = repair(tree, prefix, files => linted(files).report, chosen)
  return { prefix, folder, whole, repaired, tree: repaired.tree, report: repaired.report, ...(before ? { before, ...told(repaired.tree, repaired.report, before) } : {}) }
}

// What the files say must not steer a terminal; tabs and line ends stay, so that the diff can be applied.
const harmless = (diff: string): string => diff.split('\n').map(raw => masked(raw)).map(line => line.split('\t').map(part => plain(part.replace(/\r$/, '')) + (part.endsWith('\r') ? '\r' : '')).join('\t')).join('\n')

