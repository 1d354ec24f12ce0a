// Turns what was found into the JSON report. Knows the report's contract; decides nothing about severity or uses.
import { byPlace, byProblem } from './merge.ts'
import { placing, type Places } from './places.ts'
import { listComponents, type Draft } from './report-components.ts'
import { judge, type Table } from './verdict.ts'
import type { CheckedFinding, View } from './check.ts'
import type { Shard } from './shard.ts'
import type { SuppressedCheck, SuppressionNotice } from './suppress.ts'
import { join, nameOf } from '../model/files.ts'
import type { ObservedStack } from '../model/observation.ts'
import type { Finding, PlacedNote, Report, ReportedComponent, ReportedStack, Verdict } from '../model/report.ts'
import type { Edit } from '../model/rule.ts'
import { clip } from '../model/words.ts'
import { masked } from '../model/secrets.ts'
import type { Problem } from '../model/stack.ts'

export interface ReportInput {
  readonly stacks: readonly ObservedStack[]
  readonly findings: readonly CheckedFinding[]
  readonly suppressed?: readonly SuppressedCheck[]
  /** Components of which a rule that somebody switched off would warn. */
  readonly silenced?: readonly View[]
  /** The decision table that doubts verdicts; without it established uses fit. */
  readonly table?: Table
  /** What is wrong with the suppressions themselves. */
  readonly notices?: readonly SuppressionNotice[]
  readonly problems: readonly Problem[]
  /** The text behind a span's file. */
  readonly textOf: (file: string) => string | undefined
  /** A short hash in hex. */
  readonly digest: (text: string) => string
  /** Address of a rule's page. */
  readonly docsOf: (rule: string) => string | undefined
  /** Whether the decision tables are to be told. */
  readonly details?: boolean
  /** Put before every path. */
  readonly prefix: string
  /** Where the root lies in the repository, so that fingerprints are the same whichever folder of it is linted. */
  readonly anchor?: string
  /** What to call a stack that lies in the root itself. */
  readonly name: string
  readonly milliseconds: () => number
  /** Which part of a run this is, and the place of each of the stacks among those of all parts. */
  readonly shard?: Shard & { readonly order: readonly number[] }
}

/** The report of one run over one tree. */
export function writeReport(input: ReportInput): Report {
  const places = placing(input.textOf, input.prefix)
  const listings = listComponents(input.stacks, places, input.details === true ? input.table : undefined)
  const findings = [
    ...input.findings.map(finding => reportedFinding(finding, places, input)),
    ...(input.notices ?? []).map(notice => reportedNotice(notice, places, input)),
  ].sort(byPlace)
  const suppressed = (input.suppressed ?? []).map(({ finding, suppression: { kind, justification } }) => ({ ...reportedFinding(finding, places, input), suppression: { kind, ...(justification === undefined ? {} : { justification: masked(justification) }) } })).sort(byPlace)
  // What somebody accepts is not repaired by that.
  const misfits = new Set([...input.findings, ...(input.suppressed ?? []).map(({ finding }) => finding)].filter(finding => finding.severity !== 'info').flatMap(finding => finding.views.map(listings.draftOf)))
  const { table } = input
  const doubted = new Set([...input.silenced ?? [], ...table === undefined ? [] : input.stacks.flatMap(stack =>
    stack.components.filter(component => judge(component, table).verdict !== 'fits').map(component => ({ stack, component })))].map(listings.draftOf))
  for (const { listed } of listings.all) {
    const verdicts = new Map(listed.map(draft => [draft.name, verdict(draft, misfits, doubted)]))
    for (const draft of listed) draft.verdict = verdicts.get(draft.partOf ?? draft.name) ?? 'undecided'
  }
  const told = listings.all.map((listing, i) => ({ ...listing, at: input.shard?.order[i] ?? i })).filter(({ stack, listed }) => listed.length > 0 || stack.variant === undefined)
  const stacks = told.map(({ stack, listed }) => reportedStack(stack, listed, places, input.name))
  const problems = input.problems.map(problem => ({ ...places.at(problem.span), message: clip(masked(problem.message), 2_000), ...(problem.unread === undefined ? {} : { unread: problem.unread }) })).sort(byProblem)
  const count = (severity: string): number => findings.filter(finding => finding.severity === severity).length
  return {
    version: 1,
    stacks,
    findings,
    problems,
    suppressed,
    ...(input.shard === undefined ? {} : { shard: { index: input.shard.index, count: input.shard.count, root: input.prefix, order: told.map(({ at }) => at) } }),
    summary: {
      files: new Set(input.stacks.flatMap(stack => stack.files)).size,
      stacks: stacks.length,
      components: stacks.reduce((sum, stack) => sum + stack.components.filter(component => component.partOf === undefined).length, 0),
      errors: count('error'),
      warnings: count('warning'),
      infos: count('info'),
      suppressed: suppressed.length,
      milliseconds: input.milliseconds(),
    },
  }
}

// The root's own folder has no name inside the tree.
const titleOf = (stack: ObservedStack, rootName: string): string => (stack.name === '' || stack.name === '.' ? rootName : stack.name)

const reportedStack = (stack: ObservedStack, components: readonly ReportedComponent[], places: Places, rootName: string): ReportedStack => ({
  name: titleOf(stack, rootName),
  root: places.path(stack.root),
  environment: stack.environment.class,
  ...(stack.environment.because.length === 0 ? {} : { environmentBecause: stack.environment.because.map(text => masked(text)) }),
  files: stack.files.map(places.path),
  ...(stack.variant === undefined ? {} : { variant: stack.variant }),
  components,
  ...unreadOf(stack, components, places),
})

// Of stacks with nothing to judge nobody asks.
function unreadOf(stack: ObservedStack, components: readonly ReportedComponent[], places: Places): { readonly unread?: readonly PlacedNote[] } {
  const notes = components.length === 0 ? [] : [...stack.environment.unread ? [stack.environment.unread] : [], ...stack.unread, ...stack.components.flatMap(({ unread }) => unread), ...[...stack.workloads, ...stack.programs ?? []].flatMap(({ program }) => program?.unread ?? [])].map(places.note)
  const unread = [...new Map(notes.map(note => [`${note.file}:${note.line}:${note.text}`, note])).values()]
  return unread.length === 0 ? {} : { unread }
}

// What stands against a component decides first; what the decision table doubts is not said to fit.
const verdict = (draft: Draft, misfits: ReadonlySet<Draft | undefined>, doubted: ReadonlySet<Draft | undefined>): Verdict =>
  misfits.has(draft) ? 'misfit' : draft.uses.some(use => use.established) && !doubted.has(draft) ? 'fits' : 'undecided'

function reportedFinding(finding: CheckedFinding, places: Places, input: ReportInput): Finding {
  const { rule, report, stack, component } = finding
  const identity = [rule.id, ...identityOf(stack, input.anchor), component.name, report.message, normalised(report.data)]
  return withFingerprint({
    rule: rule.id,
    severity: finding.severity,
    confidence: report.confidence,
    stack: titleOf(stack, input.name),
    component: component.name,
    ...places.at(report.span),
    ...places.end(report.span),
    message: masked(finding.message),
    rows: rule.rows,
    failureMode: masked(finding.failureMode),
    fix: masked(finding.fix),
    because: report.because.map(places.note),
    ...viewOf(finding),
    ...(finding.explains.length === 0 ? {} : { explains: finding.explains }),
    ...(report.edits === undefined ? {} : { edits: report.edits.map(edit => placedEdit(edit, places)) }),
    docs: input.docsOf(rule.id),
  }, { digest: input.digest, identity })
}

// Views of one project share a list of components and a heading; what only some of them have is said of the first of those.
function viewOf({ views, stack: { variant, environment } }: CheckedFinding): Pick<Finding, 'view'> {
  return variant === undefined || views.some(({ stack }) => stack.variant === undefined) ? {} : { view: { variant, environment: environment.class } }
}

const marks: unique symbol = Symbol('marks')
interface Marked { readonly [marks]?: { readonly digest: (text: string) => string; readonly identity: readonly unknown[] } }

// When it is asked for: hashing takes Node longer to load than a small stack takes to lint, and text for people has no fingerprints. One function for
// all findings, since V8 keeps an object that has a getter of its own as a table, of a kilobyte.
const fingerprint = { enumerable: true, get(this: Marked): string { return this[marks]?.digest(JSON.stringify(this[marks].identity)) ?? '' } }
const withFingerprint = (finding: Omit<Finding, 'fingerprint'>, value: Marked[typeof marks]): Finding =>
  Object.defineProperties(finding, { [marks]: { value }, fingerprint }) as Finding

// A checkout may have any name, and a stack that lies in the linted folder is named after it: neither may show.
function identityOf(stack: ObservedStack, anchor = '.'): readonly [root: string, name: string] {
  const root = join(anchor, stack.root)
  return [root, stack.name === '' || stack.name === '.' ? (root === '.' ? '' : nameOf(root)) : stack.name]
}

// A notice is about a comment, not about a component: the file stands in for one.
function reportedNotice(notice: SuppressionNotice, places: Places, input: ReportInput): Finding {
  const stack = input.stacks.find(each => each.files.includes(notice.span.file))
  return {
    rule: notice.rule, severity: notice.severity, confidence: 'certain', stack: stack ? titleOf(stack, input.name) : '', component: nameOf(notice.span.file),
    ...places.at(notice.span), ...places.end(notice.span),
    message: masked(notice.message), rows: [], failureMode: notice.failure, fix: notice.fix, because: [],
    edits: notice.edits.map(edit => placedEdit(edit, places)),
    docs: input.docsOf(notice.rule),
    fingerprint: input.digest(JSON.stringify([notice.rule, join(input.anchor ?? '.', notice.span.file), notice.message])),
  }
}

const placedEdit = (edit: Edit, places: Places): Edit => ({
  ...edit, title: masked(edit.title), changes: edit.changes.map(({ span, text }) => ({ span: { ...span, file: places.path(span.file) }, text })),
})

// A limit that is raised makes no other fault.
const normalised = (data: CheckedFinding['report']['data']): readonly (readonly [string, string])[] =>
  Object.entries(data ?? {}).map(([name, value]) => [name, String(value).trim().replace(/^\d[\d.,]{0,30} ?[a-z%]{0,8}$/i, '#')] as const).sort(([a], [b]) => (a < b ? -1 : 1))
