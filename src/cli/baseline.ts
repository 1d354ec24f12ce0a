// The baseline: findings that a team knows and has not repaired yet, in a file of theirs. Compares contents, so that moved lines change nothing.
import { existsSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import { compare, earlierOf, graverOf, isGraver } from '../analysis/compare.ts'
import { readNamed } from '../host/read.ts'
import { writeWhole } from '../host/write.ts'
import type { Refusal } from '../model/files.ts'
import { entryOf } from '../model/entry-of.ts'
import { severities } from '../model/rule.ts'
import { accepting, type EarlierFinding, type Finding, type Report, type SuppressedFinding } from '../model/report.ts'
import { withFindings } from './judge.ts'
import { UsageError } from './usage.ts'

export const baselineName = 'misfit-baseline.json'

export interface Baseline {
  readonly path: string
  /** Files as the report names them, from the working directory. */
  readonly findings: readonly EarlierFinding[]
  /** Files that could not be read. */
  readonly unread: readonly KnownFile[]
}

export interface KnownFile {
  readonly file: string
  /** Day (YYYY-MM-DD). */
  readonly since: string
}

/** Days are YYYY-MM-DD; the clock is read at the command line only. */
export interface BaselineRules {
  readonly today: string
  readonly maxAge?: number
  /** Whether a file is there today. */
  readonly exists: (file: string) => boolean
  /** Whether a file was linted, so that a finding in it that is not reported is gone. */
  readonly linted: (file: string) => boolean
  /** The baseline that a change leaves: what it has taken out already needs no word. */
  readonly own?: Baseline
}

const slashed = (path: string): string => path.split(sep).join('/')
const day = /^\d{4}-\d{2}-\d{2}$/

/** The baseline in the folder or above it, up to the top of the git work tree; undefined when there is none. */
export function findBaseline(folder: string, exists: (path: string) => boolean = existsSync): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = resolve(at, baselineName)
    if (exists(path)) return path
    if (existsSync(resolve(at, '.git')) || dirname(at) === at) return undefined
  }
}

/** Reads a baseline, or its text as it was once; throws a UsageError on one that is none. */
export function readBaseline(path: string, here: string, text: string | Refusal | undefined = readNamed(path)): Baseline {
  const shown = JSON.stringify(slashed(relative(here, path)))
  if (text === undefined) throw new UsageError(`there is no baseline ${shown}; misfit baseline writes one`)
  if (typeof text !== 'string') throw new UsageError(`the baseline ${shown} cannot be read: ${text.refused}`)
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`the baseline ${shown} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (!isRecord(read) || read['version'] !== 1 || !Array.isArray(read['findings'])) throw new UsageError(`${shown} is no baseline of misfit; misfit baseline writes one`)
  const entries: readonly unknown[] = read['findings']
  const fromHere = (file: string): string => slashed(relative(here, resolve(dirname(path), file)))
  const files: readonly unknown[] = Array.isArray(read['unread']) ? read['unread'] : []
  return { path, findings: entries.map((entry, i) => earlier(entry, `${shown}: finding ${i + 1}`, fromHere)), unread: files.map((entry, i) => knownFile(entry, `${shown}: unread file ${i + 1}`, fromHere)) }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)

function earlier(entry: unknown, which: string, fromHere: (file: string) => string): EarlierFinding {
  return { ...knownFile(entry, which, fromHere), rule: textOf(entry, 'rule', which), component: textOf(entry, 'component', which), fingerprint: textOf(entry, 'fingerprint', which), ...severityOf(entry, which), ...explainsOf(entry, which) }
}

function severityOf(entry: unknown, which: string): Pick<EarlierFinding, 'severity'> {
  const value = isRecord(entry) ? entryOf(entry, 'severity') : undefined
  if (value === undefined) return {}
  const severity = severities.find(each => each === value)
  if (severity === undefined) throw new UsageError(`${which}: severity must be one of ${severities.join(', ')}`)
  return { severity }
}

function explainsOf(entry: unknown, which: string): Pick<EarlierFinding, 'explains'> {
  const value = isRecord(entry) ? entryOf(entry, 'explains') : undefined
  if (value === undefined) return {}
  const words: readonly unknown[] = Array.isArray(value) ? value : [undefined]
  if (!words.every((word): word is string => typeof word === 'string')) throw new UsageError(`${which}: explains must be a list of rules`)
  return { explains: words }
}

function knownFile(entry: unknown, which: string, fromHere: (file: string) => string): KnownFile {
  const since = textOf(entry, 'since', which)
  if (!day.test(since) || Number.isNaN(Date.parse(since))) throw new UsageError(`${which}: since must be a day such as 2026-01-31, not ${JSON.stringify(since)}`)
  return { file: fromHere(textOf(entry, 'file', which)), since }
}

function textOf(entry: unknown, name: string, which: string): string {
  const value = isRecord(entry) ? entryOf(entry, name) : undefined
  if (typeof value !== 'string') throw new UsageError(`${which} has no ${name}`)
  return value
}

/** Days between two days; 0 when the first lies ahead. */
export const daysBetween = (from: string, to: string): number => Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000))

/** The report with what the baseline knows set aside; what is older than allowed, or graver than it was, is reported again. */
export function againstBaseline(report: Report, baseline: Baseline, here: string, rules: BaselineRules): { report: Report; overdue: number } {
  const { fresh, known, gone } = compare(report.findings, baseline.findings, rules.exists)
  const name = slashed(relative(here, baseline.path))
  const reported = new Set(fresh)
  const aside: SuppressedFinding[] = []
  let oldest = 0
  let overdue = 0
  const graver = known.filter(isGraver), still = known.filter(each => !isGraver(each))
  for (const { finding } of graver) reported.add(finding)
  for (const { finding, earlier } of still) {
    const since = earlier.since ?? rules.today
    const age = daysBetween(since, rules.today)
    oldest = Math.max(oldest, age)
    if (rules.maxAge !== undefined && age > rules.maxAge) {
      overdue++
      reported.add(finding)
    } else aside.push({ ...finding, suppression: { kind: 'external', justification: `in ${name} since ${since}` } })
  }
  const unread = new Set(report.problems.map(problem => problem.file))
  // What somebody silenced by a comment is no repair.
  const silenced = new Set(report.suppressed?.map(finding => finding.fingerprint))
  const { own } = rules
  const listed = (one: EarlierFinding): boolean => own?.findings.some(each => each.fingerprint === one.fingerprint && each.file === one.file) ?? true
  const fixed = gone.filter(one => rules.linted(one.file) && !unread.has(one.file) && !silenced.has(one.fingerprint) && listed(one))
  const accepted = new Set(baseline.unread.filter(({ since }) => rules.maxAge === undefined || daysBetween(since, rules.today) <= rules.maxAge).map(({ file }) => file))
  return {
    overdue,
    report: {
      ...withFindings(accepting(report, file => accepted.has(file)), report.findings.filter(finding => reported.has(finding)), [...(report.suppressed ?? []), ...aside]),
      comparisons: [...(report.comparisons ?? []), {
        kind: 'baseline', with: name, known: still.length, ...graverOf(graver), fixed, ...(still.length === 0 ? {} : { oldestDays: oldest }),
      }],
    },
  }
}

export interface WriteRules extends Pick<BaselineRules, 'today' | 'exists'> {
  /** Files that an earlier baseline knows. */
  readonly known: readonly KnownFile[]
  readonly path: string
  readonly here: string
  /** Adds nothing that the earlier baseline does not know. */
  readonly onlyKnown: boolean
}

/** The text of a baseline of these findings and `unread` files, and of the findings `elsewhere`; what an earlier baseline knows keeps its day. */
export function baselineText(
  findings: readonly Finding[], unread: readonly string[], before: readonly EarlierFinding[], elsewhere: readonly EarlierFinding[], { path, here, today, exists, onlyKnown, known: knownFiles }: WriteRules,
): { text: string; count: number; fixed: number } {
  const { fresh, known, gone, folded } = compare(findings, before, exists)
  const entries = [
    ...elsewhere,
    ...folded,
    ...known.map(({ finding, earlier }) => ({ ...(onlyKnown && isGraver({ finding, earlier }) ? earlier : earlierOf(finding)), since: earlier.since ?? today })),
    ...(onlyKnown ? [] : fresh.map(finding => ({ ...earlierOf(finding), since: today }))),
  ].map(({ fingerprint, rule, file, component, severity, since, explains }) => ({ rule, file: slashed(relative(dirname(path), resolve(here, file))), component, ...(severity === undefined ? {} : { severity }), since, fingerprint, ...(explains === undefined ? {} : { explains }) }))
  const keyOf = (entry: (typeof entries)[number]): string => JSON.stringify([entry.file, entry.rule, entry.component, entry.fingerprint, entry.since])
  entries.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0))
  const files = [...new Set(unread)].sort().flatMap((file): KnownFile[] => {
    const since = knownFiles.find(one => one.file === file)?.since
    return since === undefined && onlyKnown ? [] : [{ file: slashed(relative(dirname(path), resolve(here, file))), since: since ?? today }]
  })
  return { text: `${JSON.stringify({ version: 1, findings: entries, ...(files.length > 0 ? { unread: files } : {}) }, null, 2)}\n`, count: entries.length, fixed: gone.length }
}

/** Writes a baseline. */
export function writeBaseline(path: string, text: string): void {
  try {
    writeWhole(path, text)
  } catch (error) {
    throw new UsageError(`the baseline cannot be written to ${JSON.stringify(path)}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
