// With `--since`: what a change would silence once it is merged, as findings of their own, so that every format tells it. The change is judged
// by what the revision had; this says what would be different by its own word.
import { createHash } from 'node:crypto'
import { compare, earlierOf } from '../analysis/compare.ts'
import { rules } from '../../rules/index.ts'
import { docsOf } from '../addresses.ts'
import { lint, type LintOptions } from '../lint.ts'
import { entryOf } from '../model/entry-of.ts'
import { join, nameOf, type FileTree } from '../model/files.ts'
import { notices } from '../model/notices.ts'
import type { Finding, Place, PlacedNote, Report, ReportedStack } from '../model/report.ts'
import { severities, type Severity } from '../model/rule.ts'
import { masked } from '../model/secrets.ts'
import type { Baseline } from './baseline.ts'
import type { Config } from './config.ts'
import { switchedOffRule as rule, withFindings } from './judge.ts'
import { fromHere, type Change, type Configured } from './roots.ts'

/** One root's change after both sides were linted. */
export interface Sides {
  readonly change: Change
  readonly tree: FileTree
  readonly options: LintOptions
  readonly report: Report
  readonly before: Report
  readonly only?: ReadonlySet<string>
  /** Paths of files at the revision whose text is found under another name now → that name, both from the root. */
  readonly moved: () => ReadonlyMap<string, string>
}

export interface SwitchedOff {
  readonly notices: readonly Finding[]
  /** What is not reported any more because its stack is for something milder: silenced, not repaired. As it would be reported. */
  readonly silent: readonly Finding[]
}

/** The report with what a change would switch off among its findings, in order of place, and nothing of that among the repaired. `exists`: whether a file is still linted. */
export function withSwitchedOff(report: Report, notices: readonly Finding[], silent: readonly Finding[], exists: (file: string) => boolean): Report {
  const order = (a: Finding, b: Finding): number => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column)
  const told = notices.length === 0 ? report : withFindings(report, [...report.findings, ...notices].sort(order))
  return { ...told, ...(told.comparisons ? { comparisons: told.comparisons.map(each => ({ ...each, fixed: compare(silent, each.fixed, exists).gone })) } : {}) }
}

const keyOf = ({ fingerprint, file }: Finding): string => JSON.stringify([fingerprint, file])

/** What the change's own configuration, comments, waivers and environments silence. */
export function switchedOff(sides: Sides): SwitchedOff {
  const stated = entryOf(sides.options.severities, rule) ?? 'warning'
  const { notices, silent } = byEnvironment(sides)
  const all = stated === 'off' ? [] : [...byConfiguration(sides), ...notices, ...bySuppression(sides)]
  return { notices: all.map(finding => (finding.severity === 'warning' && stated !== 'off' ? { ...finding, severity: stated } : finding)), silent }
}

/** What new entries of the baseline hide. `report`: what is new and not in the baseline of the revision. */
export function hiddenByBaseline(report: Report, own: Baseline, exists: (file: string) => boolean): readonly Finding[] {
  const known = compare(report.findings, own.findings, exists).known.map(({ finding }) => finding)
  const name = fromHere(own.path)
  return known.length === 0 ? [] : [notice({ file: name, line: 1, column: 1 }, 'baseline', `This change puts into ${name} what it causes itself: ${named(known)}.`, notesOf(known, 'is reported all the same'))]
}

/** A finding about a change that takes something out of sight. */
export function notice(place: Place, component: string, message: string, because: readonly PlacedNote[] = [], severity: Severity = 'warning'): Finding {
  const { file, line, column } = place
  return {
    rule, severity, confidence: 'certain', stack: '', component, file, line, column, endLine: line, endColumn: column, message: masked(message), rows: [], failureMode: notices[rule].failure, fix: notices[rule].fix, because,
    docs: docsOf(rule), fingerprint: createHash('sha256').update(JSON.stringify([rule, file, message])).digest('hex').slice(0, 32),
  }
}

type Named = Pick<Finding, 'rule' | 'component' | 'file'>
const most = 5
const listed = (words: readonly string[]): string => `${words.slice(0, most).join(', ')}${words.length > most ? ` and ${words.length - most} more` : ''}`
/** Findings in a sentence, the first few of many. */
export const named = (findings: readonly Named[]): string => listed(findings.map(each => `${each.rule} on ${each.component} (${each.file})`))
const notesOf = (findings: readonly Finding[], says: string): readonly PlacedNote[] => findings.slice(0, most).map(({ file, line, column, rule: id }) => ({ file, line, column, text: `${id} ${says}` }))

// The keys of a configuration, each with what it is read into.
const keys: Readonly<Record<string, readonly (keyof Config)[]>> = {
  ignore: ['ignore'], rules: ['severities', 'options'], overrides: ['overrides'], stacks: ['stacks'], environment: ['environment'], source: ['source'], knowledge: ['knowledgeFiles', 'knowledge'],
}

function byConfiguration(sides: Sides): readonly Finding[] {
  const { own, base, unreadable, revision } = sides.change
  const name = own.path === undefined ? (base?.path === undefined ? '.' : fromHere(base.path)) : fromHere(own.path)
  if (base === undefined) return [notice({ file: name, line: 1, column: 1 }, 'configuration', `The configuration at ${revision.said} cannot be read (${unreadable ?? ''}), so this change is judged by its own.`)]
  // In another folder every glob means other files.
  if (base.path !== undefined && own.path !== undefined && base.folder !== own.folder) return [effect(sides, name, 'the configuration', own)]
  const folder = own.path === undefined ? base.folder : own.folder
  return Object.entries(keys).flatMap(([key, parts]) => {
    if (parts.every(part => part === 'knowledge' || JSON.stringify(base.config[part]) === JSON.stringify(own.config[part]))) return []
    const config = { ...base.config, ...Object.fromEntries(parts.map(part => [part, own.config[part]])) }
    return [effect(sides, name, key, { ...own, config, folder })]
  })
}

function effect({ change, report, only }: Sides, file: string, key: string, configured: Configured): Finding {
  const { tree, options } = change.by(configured)
  const then = lint(tree, { ...options, ...(only === undefined ? {} : { only }) })
  const [lost, milder] = missing(report, then)
  const stillRead = new Set(then.stacks.flatMap(stack => stack.files))
  const unread = [...new Set(report.stacks.flatMap(stack => stack.files))].filter(each => !stillRead.has(each))
  const lowered = key === 'rules' || key === 'the configuration' ? loweredRules(change.base?.config, change.own.config) : []
  const changes = [
    ...(lowered.length === 0 ? [] : [listed(lowered)]),
    ...(unread.length === 0 ? [] : [`${unread.length === 1 ? 'a file' : `${unread.length} files`} would no longer be linted (${listed(unread)})`]),
    ...(lost.length === 0 ? [] : [`no longer reported would be ${named(lost)}`]),
    ...(milder.length === 0 ? [] : [`milder would be ${named(milder)}`]),
  ]
  const at = { file, ...placeOf(key, change.own.text) }
  const said = key === 'the configuration' ? key : `\`${key}\``
  return changes.length === 0
    ? notice(at, 'configuration', `This change sets ${said} anew; of what is found here nothing would be reported differently.`, [], 'info')
    : notice(at, 'configuration', `This change sets ${said} anew, which counts once it is merged: ${changes.join('; ')}.`, notesOf([...lost, ...milder], 'is reported until then'))
}

// Findings that another report does not have, and those that count for less there.
function missing({ findings }: Report, then: Report): readonly [lost: readonly Finding[], milder: readonly Finding[]] {
  const rank = ({ severity }: Finding): number => severities.indexOf(severity)
  const left = new Map(then.findings.map(finding => [keyOf(finding), finding]))
  const own = findings.filter(finding => !finding.rule.startsWith('misfit/'))
  return [own.filter(finding => !left.has(keyOf(finding))), own.filter(finding => { const other = left.get(keyOf(finding)); return other !== undefined && rank(other) > rank(finding) })]
}

function loweredRules(base: Config | undefined, own: Config): readonly string[] {
  const levels = [...severities, 'off'] as const
  return rules.flatMap(({ id, severity }) => {
    const before = entryOf(base?.severities, id) ?? severity, after = entryOf(own.severities, id) ?? severity
    return levels.indexOf(after) <= levels.indexOf(before) ? [] : [after === 'off' ? `${id} would be off` : `${id} would be ${after} instead of ${before}`]
  })
}

function placeOf(key: string, text = ''): { readonly line: number; readonly column: number } {
  const lines = text.split('\n')
  const at = lines.findIndex(line => line.trimStart().replace(/^["']/, '').startsWith(key))
  return { line: Math.max(0, at) + 1, column: at < 0 ? 1 : (lines[at] ?? '').length - (lines[at] ?? '').trimStart().length + 1 }
}

// The later, the less is said.
const mildness = ({ environment }: ReportedStack): number => (environment === 'production' ? 0 : environment === 'unspecified' ? 1 : 2)
const idOf = ({ name, root, variant }: ReportedStack): string => JSON.stringify([name, root, variant])

/** What each stack was at the revision: the one of its name and folder, else one that is gone, whose file has its place or its name now. */
function earlierStacks({ report, before, options, moved }: Sides): ReadonlyMap<ReportedStack, ReportedStack> {
  const prefix = options.prefix ?? '.'
  const was = new Map(before.stacks.map(stack => [idOf(stack), stack])), now = new Set(report.stacks.map(idOf))
  const gone = before.stacks.filter(stack => !now.has(idOf(stack)))
  const fresh = report.stacks.filter(stack => !was.has(idOf(stack)))
  const origins = fresh.length === 0 || gone.length === 0 ? new Map<string, string>() : new Map([...moved()].map(([from, to]) => [join(prefix, to), join(prefix, from)]))
  const names = ({ files }: ReportedStack): string => JSON.stringify(files.map(nameOf))
  const originOf = (stack: ReportedStack): ReportedStack | undefined => {
    const from = new Set(stack.files.flatMap(file => origins.get(file) ?? []))
    return gone.find(other => other.files.some(file => from.has(file))) ?? gone.find(other => names(other) === names(stack))
  }
  return new Map(report.stacks.flatMap(stack => { const earlier = was.get(idOf(stack)) ?? originOf(stack); return earlier === undefined ? [] : [[stack, earlier] as const] }))
}

// A stack that is for something milder than before: what would be said of it if it were still for the same.
function byEnvironment(sides: Sides): SwitchedOff {
  const { report, tree, options, only } = sides
  const was = earlierStacks(sides)
  const changed = [...was].filter(([stack, earlier]) => mildness(stack) > mildness(earlier))
  if (changed.length === 0) return { notices: [], silent: [] }
  const prefix = options.prefix ?? '.'
  const kept = new Map(changed.map(([stack, earlier]) => [JSON.stringify([stack.root, stack.files]), earlier.environment]))
  const then = lint(tree, {
    ...options, ...(only === undefined ? {} : { only }),
    environment: stack => kept.get(JSON.stringify([join(prefix, stack.root), stack.files.map(file => join(prefix, file))])) ?? options.environment?.(stack),
  })
  const [lost, milder] = missing(then, report)
  const notices = changed.flatMap(([stack, earlier]) => {
    const own = new Set(stack.files)
    const silent = lost.filter(finding => own.has(finding.file)), less = milder.filter(finding => own.has(finding.file))
    if (silent.length + less.length === 0) return []
    const changes = [...(silent.length === 0 ? [] : [`no longer reported is ${named(silent)}`]), ...(less.length === 0 ? [] : [`milder is ${named(less)}`])].join('; ')
    const why = stack.environmentBecause?.[0]
    return [notice({ file: stack.files[0] ?? stack.root, line: 1, column: 1 }, stack.name,
      `This change makes ${stack.name} ${stack.environment} (it was ${earlier.environment}${earlier.root === stack.root ? '' : ` as ${earlier.name}`})${why === undefined ? '' : `, because ${why}`}: ${changes}.`, notesOf([...silent, ...less], 'would be reported'))]
  })
  return { notices, silent: lost }
}

// What comments and designs silence now and did not before, whether the fault or its silence is new.
function bySuppression({ report, before }: Sides): readonly Finding[] {
  const { fresh } = compare(report.suppressed ?? [], (before.suppressed ?? []).map(earlierOf), () => true)
  const silenced = new Set(fresh)
  return (report.suppressed ?? []).filter(finding => silenced.has(finding)).map(finding => {
    const { kind, justification } = finding.suppression
    return notice(finding, finding.component, `This change silences ${finding.rule} on ${finding.component} by ${kind === 'inSource' ? 'a comment' : 'a design'}${justification === undefined ? ', without a reason' : `: ${justification}`}.`,
      [{ file: finding.file, line: finding.line, column: finding.column, text: finding.message }])
  })
}
