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
import { repair, unifiedDiff, writeRepair } from './fix.ts'
import { matcher, noConfig, readConfig, type Config } from './config.ts'
import { about } from './named.ts'
import { outputOf, writeOutput, type OutputFlags } from './output.ts'
import { progress } from './progress.ts'
import { lookUp } from './source.ts'
import { UsageError } from './usage.ts'

export interface LintFlags extends OutputFlags {
  readonly maxWarnings?: number
  readonly exclude: readonly string[]
  readonly config?: string
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
}

const here = realpathSync(process.cwd())
const slashed = (path: string): string => path.split(sep).join('/')
const fromHere = (folder: string): string => slashed(relative(here, folder)) || '.'

/** Lints the paths and prints the report; returns the exit code. */
export function lintCommand(paths: readonly string[], flags: LintFlags): number {
  const output = outputOf(flags)
  const roots = rootsOf(paths.length > 0 || flags.nothing === true ? paths : ['.'])
  const stated = flags.config === undefined ? undefined : configAt(flags.config)
  const done = progress()
  const results = roots.map(root => {
    const { config, folder } = stated ?? configOf(root)
    return lintRoot(root, config, folder, flags, done.step)
  })
  done.end()
  if (flags.fixDryRun === true) {
    for (const { prefix, repaired } of results) {
      for (const [file, { before, after }] of repaired?.changed ?? []) process.stdout.write(harmless(unifiedDiff(join(prefix, file), before, after)))
    }
    return results.some(({ report }) => report.summary.errors > 0) ? 1 : 0
  }
  if (flags.fix === true) for (const { folder, repaired } of results) if (repaired) writeRepair(folder, repaired)
  const report = mergeReports(results.map(result => result.report))
  const shown = flags.quiet === true ? errorsOnly(report) : report
  writeOutput(shown, output, flags, { version: flags.version, rules, docsOf, ...lookUp(results) }, flags.nothing === true)
  if (report.summary.errors > 0) return 1
  return flags.maxWarnings !== undefined && report.summary.warnings > flags.maxWarnings ? 1 : 0
}

function lintRoot(root: Root, config: Config, configFolder: string, flags: LintFlags, step: (done: number, all: number) => void) {
  const prefix = fromHere(root.folder)
  const excluded = matcher(flags.exclude)
  const ignored = matcher(config.ignore)
  // Patterns on the command line are read from the working directory or the root, those of a configuration from its folder.
  const inConfig = slashed(relative(configFolder, root.folder)) || '.'
  const inRoot = (path: string): string => slashed(relative(root.folder, resolve(configFolder, path)))
  const tree = diskTree(root.folder, {
    exclude: path => excluded(path) || excluded(join(prefix, path)) || ignored(join(inConfig, path)),
    include: [...root.named],
  })
  const environments = config.environment.map(([glob, environment]) => ({ matches: matcher([glob]), environment }))
  const named = new Set([...root.named].map(file => join(prefix, file)))
  const options: LintOptions = {
    prefix,
    name: basename(root.folder),
    severities: config.severities,
    options: config.options,
    ...(config.knowledge === undefined ? {} : { knowledge: config.knowledge }),
    compose: config.stacks.flatMap(stack => ('compose' in stack ? [stack.compose.map(inRoot)] : [])),
    charts: config.stacks.flatMap(stack => ('chart' in stack ? [{ chart: inRoot(stack.chart), values: stack.values.map(inRoot) }] : [])),
    ...(environments.length === 0 ? {} : {
      environment: stack => environments.find(each => stack.files.some(file => each.matches(join(inConfig, file))))?.environment,
    }),
    ...(root.whole ? {} : { only: root.named }),
    progress: step,
  }
  const linted = (files: FileTree): Report => (root.whole ? lint(files, options) : about(lint(files, options), named))
  const { folder } = root
  if (flags.fix !== true && flags.fixDryRun !== true) return { prefix, tree, folder, report: linted(tree) }
  const repaired = repair(tree, prefix, linted)
  return { prefix, folder, repaired, tree: repaired.tree, report: repaired.report }
}

// What the files say must not steer a terminal; tabs and line ends stay, so that the diff can be applied.
const harmless = (diff: string): string => diff.split('\n').map(line => line.split('\t').map(part => plain(part.replace(/\r$/, '')) + (part.endsWith('\r') ? '\r' : '')).join('\t')).join('\n')

function errorsOnly(report: Report): Report {
  const findings = report.findings.filter(finding => finding.severity === 'error')
  return { ...report, findings, summary: { ...report.summary, warnings: 0, infos: 0 } }
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
