// The main command: paths → roots → reports → output and exit code.
import { existsSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, relative, resolve, sep } from 'node:path'
import { mergeReports } from '../analysis/report.ts'
import { configFile, findConfig } from '../host/config.ts'
import { diskTree } from '../host/disk.ts'
import { rules } from '../../rules/index.ts'
import { docsOf, lint, type LintOptions } from '../lint.ts'
import { join, type FileTree } from '../model/files.ts'
import type { Report } from '../model/report.ts'
import { plain } from '../reporters/plain.ts'
import { againstBaseline, baselineName, baselineText, findBaseline, readBaseline, writeBaseline } from './baseline.ts'
import { repair, unifiedDiff, writeRepair, type Repair } from './fix.ts'
import { matcher, noConfig, optionsOf, readConfig, type Config } from './config.ts'
import { confident, errorsOnly, judged, type JudgeFlags } from './judge.ts'
import { about } from './named.ts'
import { outputOf, writeOutput, type OutputFlags } from './output.ts'
import { print } from './print.ts'
import { progress } from './progress.ts'
import { sinceReport, treeSince } from './since.ts'
import { lookUp } from './source.ts'
import { UsageError } from './usage.ts'
import { layered, type Layered } from './values.ts'

export interface LintFlags extends OutputFlags, JudgeFlags {
  /** Its path; `false`: none, not even one that is found. */
  readonly baseline?: string | false
  /** Days; what is in the baseline for longer is reported again. */
  readonly maxBaselineAge?: number
  /** Reports only what is new against this revision; `auto` finds it. */
  readonly since?: string
  readonly requireReason?: boolean
  /** YYYY-MM-DD. */
  readonly today: string
  readonly exclude?: readonly string[]
  /** Values files to lay over the chart's own, in this order. */
  readonly values?: readonly string[]
  readonly config?: string
  /** `false`: the programs that are built in the repository are not read. */
  readonly source?: boolean
  /** Applies the safe edits to the files. */
  readonly fix?: boolean
  /** Prints them as a diff instead. */
  readonly fixDryRun?: boolean
  /** A list of files was given and it is empty: a hook had nothing to pass. */
  readonly nothing?: boolean
  readonly version: string
}

/** A folder that nothing may leave, and what of it was asked for. */
interface Root {
  readonly folder: string
  /** The files that were named; empty when the folder itself was. */
  readonly named: Set<string>
  whole: boolean
  /** The chart with the values that were named for it. */
  readonly layered?: Layered
}

const here = realpathSync(process.cwd())
const slashed = (path: string): string => path.split(sep).join('/')
const fromHere = (folder: string): string => slashed(relative(here, folder)) || '.'

/** One root after linting. Paths of the report start with `prefix`, those of the tree do not. */
interface Linted {
  readonly prefix: string
  readonly folder: string
  readonly whole: boolean
  readonly tree: FileTree
  readonly report: Report
  /** With `--since`: the report on the files as they were. */
  readonly before?: Report
  readonly repaired?: Repair
}

/** Lints the paths and prints the report; returns the exit code. */
export function lintCommand(paths: readonly string[], flags: LintFlags): number {
  const output = outputOf(flags)
  const path = flags.baseline === false ? undefined : flags.baseline === undefined ? findBaseline(here) : resolve(flags.baseline)
  if (flags.maxBaselineAge !== undefined && path === undefined) throw new UsageError('--max-baseline-age needs a baseline; misfit baseline writes one')
  const baseline = path === undefined ? undefined : readBaseline(path, here)
  const results = lintAll(paths, flags)
  let overdue = 0
  const narrowed = (report: Report): Report => {
    let shown = report
    if (baseline) {
      const compared = againstBaseline(shown, baseline, here, { today: flags.today, exists, linted: lintedBy(results), ...(flags.maxBaselineAge === undefined ? {} : { maxAge: flags.maxBaselineAge }) })
      overdue = compared.overdue
      shown = compared.report
    }
    if (flags.since !== undefined) shown = sinceReport(shown, mergeReports(results.flatMap(({ before }) => before ?? [])), flags.since, exists)
    return confident(shown, flags.minConfidence)
  }
  const report = narrowed(mergeReports(results.map(result => result.report)))
  // A hook that had no file to pass is no pipeline with a wrong path.
  const outcome = judged(report, flags.nothing === true ? { ...flags, requireInput: false } : flags, overdue)
  const { code } = outcome
  if (flags.fixDryRun === true) {
    for (const { prefix, repaired } of results) {
      for (const [file, { before, after }] of repaired?.changed ?? []) print(harmless(unifiedDiff(join(prefix, file), before, after)))
    }
    return code
  }
  if (flags.fix === true) for (const { folder, repaired } of results) if (repaired) writeRepair(folder, repaired)
  const shown = flags.quiet === true ? errorsOnly(report) : report
  writeOutput(shown, output, flags, { version: flags.version, rules, docsOf, outcome, ...lookUp(results) }, flags.nothing === true)
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
  const earlier = existsSync(path) ? readBaseline(path, here).findings : []
  if (flags.prune === true && earlier.length === 0 && !existsSync(path)) throw new UsageError(`there is no baseline ${JSON.stringify(slashed(relative(here, path)))} to prune`)
  const results = lintAll(paths, { ...flags, failOn: 'error' })
  const { findings } = confident(mergeReports(results.map(result => result.report)), flags.minConfidence)
  const linted = lintedBy(results)
  // What was not looked at stays as it is.
  const elsewhere = earlier.filter(one => !linted(one.file))
  const written = baselineText(findings, earlier.filter(one => linted(one.file)), elsewhere, { path, here, today: flags.today, exists, onlyKnown: flags.prune === true })
  writeBaseline(path, written.text)
  print(`${written.count} finding${written.count === 1 ? '' : 's'} in ${slashed(relative(here, path))}${written.fixed > 0 ? `, ${written.fixed} fixed since it was last written` : ''}\n`)
  return 0
}

const exists = (file: string): boolean => existsSync(resolve(here, file.split('!/')[0] ?? file))

// Whether a file was looked at: listed under a folder that was linted whole, gone from there, or part of a stack that was read.
function lintedBy(results: readonly Linted[]): (file: string) => boolean {
  const files = new Set(results.flatMap(({ report }) => report.stacks.flatMap(stack => stack.files)))
  const whole = results.filter(result => result.whole)
  for (const { prefix, tree } of whole) for (const file of tree.files()) files.add(join(prefix, file))
  return file => files.has(file) || (!exists(file) && whole.some(({ prefix }) => (prefix === '.' ? !file.startsWith('../') : file.startsWith(`${prefix}/`))))
}

function lintAll(paths: readonly string[], flags: LintFlags): Linted[] {
  const { values = [] } = flags
  const roots = values.length > 0 ? [chartRoot(layered(paths, values))] : rootsOf(paths.length > 0 || flags.nothing === true ? paths : ['.'])
  const stated = flags.config === undefined ? undefined : configAt(flags.config)
  const done = progress()
  const results = roots.map(root => {
    const { config, folder } = stated ?? configOf(root)
    return lintRoot(root, config, folder, flags, done.step)
  })
  done.end()
  return results
}

function lintRoot(root: Root, config: Config, configFolder: string, flags: LintFlags, step: (done: number, all: number) => void): Linted {
  const prefix = fromHere(root.folder)
  const excluded = matcher(flags.exclude ?? [])
  const { ignored, ...configured } = optionsOf(config, configFolder, root.folder)
  const discovery = {
    exclude: (path: string) => excluded(path) || excluded(join(prefix, path)) || ignored(path),
    include: [...root.named],
  }
  const tree = diskTree(root.folder, discovery)
  const named = new Set([...root.named].map(file => join(prefix, file)))
  const options: LintOptions = {
    prefix,
    name: basename(root.folder),
    anchor: slashed(relative(workTree(root.folder), root.folder)) || '.',
    ...configured,
    ...(root.layered ? { charts: [...configured.charts?.filter(each => each.chart !== root.layered?.chart) ?? [], root.layered] } : {}),
    now: flags.today,
    ...(flags.source === false ? { source: false } : {}),
    ...(flags.requireReason === undefined ? {} : { requireReason: flags.requireReason }),
    ...(root.whole ? {} : { only: root.named }),
    progress: step,
  }
  // What a change causes need not lie in the files that it touches, so a comparison is not narrowed to them.
  const linted = (files: FileTree): Report => (root.whole || root.layered || flags.since !== undefined ? lint(files, options) : about(lint(files, options), named))
  const { folder, whole } = root
  const before = flags.since === undefined ? {} : { before: lint(treeSince(folder, flags.since, discovery), options) }
  if (flags.fix !== true && flags.fixDryRun !== true) return { prefix, tree, folder, whole, ...before, report: linted(tree) }
  const repaired = repair(tree, prefix, linted)
  return { prefix, folder, whole, ...before, repaired, tree: repaired.tree, report: repaired.report }
}

// What the files say must not steer a terminal; tabs and line ends stay, so that the diff can be applied.
const harmless = (diff: string): string => diff.split('\n').map(line => line.split('\t').map(part => plain(part.replace(/\r$/, '')) + (part.endsWith('\r') ? '\r' : '')).join('\t')).join('\n')

// Of a folder that also holds other things, only what the chart belongs to.
const chartRoot = (layered: Layered): Root => {
  const whole = layered.chart === '.'
  return { folder: layered.folder, named: new Set(whole ? [] : [join(layered.chart, 'Chart.yaml')]), whole, layered }
}

// Several paths under one root are linted together; a folder inside another that is linted whole adds nothing.
function rootsOf(paths: readonly string[]): Root[] {
  const roots = new Map<string, Root>()
  for (const path of paths) {
    if (!existsSync(path)) throw new UsageError(`there is no file or folder ${JSON.stringify(path)}`)
    const real = realpathSync(path)
    const isFile = !statSync(real).isDirectory()
    const folder = isFile ? workTree(dirname(real)) : real
    const root = roots.get(folder) ?? { folder, named: new Set<string>(), whole: false }
    if (isFile) root.named.add(slashed(relative(folder, real)))
    else root.whole = true
    roots.set(folder, root)
  }
  const all = [...roots.values()]
  return all.filter(root => !all.some(other => other !== root && other.whole && root.folder.startsWith(other.folder.endsWith(sep) ? other.folder : other.folder + sep)))
}

// The enclosing git work tree, else the folder itself.
function workTree(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(resolve(at, '.git'))) return at
    if (dirname(at) === at) return folder
  }
}

function configAt(path: string): { config: Config; folder: string } {
  const found = existsSync(path) && !statSync(path).isDirectory() ? configFile(resolve(path)) : undefined
  if (!found) throw new UsageError(`there is no configuration file ${JSON.stringify(path)}`)
  return { config: readConfig(found), folder: found.folder }
}

// The root's own configuration, else that of the working directory when the root lies in it.
function configOf(root: Root): { config: Config; folder: string } {
  const inside = root.folder === here || root.folder.startsWith(here + sep)
  const found = findConfig(inside ? [root.folder, here] : [root.folder])
  return found ? { config: readConfig(found), folder: found.folder } : { config: noConfig, folder: root.folder }
}
