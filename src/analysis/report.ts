// Turns what was found into the JSON report: offsets become lines and columns, views of one project become one list of components.
// Knows the report's contract; decides nothing about severity or uses.
import { decisionsOf, linksOf, mergedLinks } from './report-details.ts'
import { judge, type Table } from './verdict.ts'
import type { CheckedFinding, View } from './check.ts'
import type { Shard } from './shard.ts'
import type { SuppressedCheck, SuppressionNotice } from './suppress.ts'
import { join, nameOf } from '../model/files.ts'
import type { ObservedComponent, ObservedStack } from '../model/observation.ts'
import type {
  Finding, Place, PlacedNote, Report, ReportedComponent, ReportedSetting, ReportedStack, ReportedUse, Verdict,
} from '../model/report.ts'
import type { Edit } from '../model/rule.ts'
import { masked, withoutSecrets } from '../model/secrets.ts'
import type { Problem, Setting } from '../model/stack.ts'
import type { Note, Span } from '../model/value.ts'

export interface ReportInput {
  readonly stacks: readonly ObservedStack[]
  readonly findings: readonly CheckedFinding[]
  readonly suppressed?: readonly SuppressedCheck[]
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

/** One report of several runs, in the order of the runs' roots. */
export function mergeReports(reports: readonly Report[]): Report {
  const [first] = reports
  if (first !== undefined && reports.length === 1) return first
  const sum = (figure: (summary: Report['summary']) => number): number => reports.reduce((total, { summary }) => total + figure(summary), 0)
  return {
    version: 1,
    stacks: reports.flatMap(report => report.stacks),
    findings: reports.flatMap(report => report.findings),
    problems: reports.flatMap(report => report.problems),
    suppressed: reports.flatMap(report => report.suppressed ?? []),
    summary: {
      files: sum(summary => summary.files),
      stacks: sum(summary => summary.stacks),
      components: sum(summary => summary.components),
      errors: sum(summary => summary.errors),
      warnings: sum(summary => summary.warnings),
      infos: sum(summary => summary.infos),
      suppressed: sum(summary => summary.suppressed),
      milliseconds: sum(summary => summary.milliseconds),
    },
  }
}

/** One report of the parts of one run, each stack and finding where the whole run would have put it. */
export function mergeShards(reports: readonly Report[]): Report {
  const { version, findings, problems, suppressed, summary } = mergeReports(reports)
  const placed = reports.flatMap(report => report.stacks.map((stack, i) => ({ stack, at: report.shard?.order[i] ?? 0 })))
  return {
    version, stacks: placed.sort((one, other) => one.at - other.at).map(({ stack }) => stack),
    findings: [...findings].sort(byPlace), problems: [...problems].sort(byProblem), suppressed: [...suppressed ?? []].sort(byPlace), summary,
  }
}

type Draft = { -readonly [K in keyof ReportedComponent]: ReportedComponent[K] }
interface Listing {
  readonly stack: ObservedStack
  readonly listed: Draft[]
}

/** The report of one run over one tree. */
export function writeReport(input: ReportInput): Report {
  const places = placing(input.textOf, input.prefix)
  const listings = list(input.stacks, places, input.details === true ? input.table : undefined)
  const findings = [
    ...input.findings.map(finding => reportedFinding(finding, places, input)),
    ...(input.notices ?? []).map(notice => reportedNotice(notice, places, input)),
  ].sort(byPlace)
  const suppressed = (input.suppressed ?? []).map(({ finding, suppression: { kind, justification } }) => ({ ...reportedFinding(finding, places, input), suppression: { kind, ...(justification === undefined ? {} : { justification: masked(justification) }) } })).sort(byPlace)
  const misfits = new Set(input.findings.filter(finding => finding.severity !== 'info').flatMap(finding => finding.views.map(listings.draftOf)))
  const { table } = input
  const doubted = new Set(table === undefined ? [] : input.stacks.flatMap(stack =>
    stack.components.filter(component => judge(component, table).verdict !== 'fits').map(component => listings.draftOf({ stack, component }))))
  for (const { listed } of listings.all) {
    const verdicts = new Map(listed.map(draft => [draft.name, verdict(draft, misfits, doubted)]))
    for (const draft of listed) draft.verdict = verdicts.get(draft.partOf ?? draft.name) ?? 'undecided'
  }
  const told = listings.all.map((listing, i) => ({ ...listing, at: input.shard?.order[i] ?? i })).filter(({ stack, listed }) => listed.length > 0 || stack.variant === undefined)
  const stacks = told.map(({ stack, listed }) => reportedStack(stack, listed, places, input.name))
  const problems = input.problems.map(problem => ({ ...places.at(problem.span), message: masked(problem.message), ...(problem.unread === undefined ? {} : { unread: problem.unread }) })).sort(byProblem)
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

interface Places {
  readonly at: (span: Span) => Place
  readonly end: (span: Span) => { readonly endLine: number; readonly endColumn: number }
  readonly path: (file: string) => string
  readonly note: (note: Note) => PlacedNote
}

// Lines are found by binary search in an index made once a file.
function placing(textOf: (file: string) => string | undefined, prefix: string): Places {
  const indexes = new Map<string, readonly number[]>()
  const lineStarts = (file: string): readonly number[] => {
    const known = indexes.get(file)
    if (known) return known
    const starts = [0]
    const text = textOf(file) ?? ''
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    indexes.set(file, starts)
    return starts
  }
  const position = (file: string, offset: number): { line: number; column: number } => {
    const starts = lineStarts(file)
    let low = 0
    for (let high = starts.length - 1; low < high;) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }
  const path = (file: string): string => join(prefix, file)
  const at = (span: Span): Place => ({ file: path(span.file), ...position(span.file, span.start) })
  return {
    at,
    end(span) {
      const { line, column } = position(span.file, span.end)
      return { endLine: line, endColumn: column }
    },
    path,
    note: ({ span, says }) => ({ ...at(span), says: masked(says) }),
  }
}

const identity = (component: ObservedComponent): string =>
  JSON.stringify([component.technology, component.name, component.span.file, component.span.start])
const project = (stack: ObservedStack): string => JSON.stringify([stack.kind, stack.root])

// A component is listed once a project; what further views add to it (uses, clients) is merged into that entry.
function list(stacks: readonly ObservedStack[], places: Places, table: Table | undefined): { all: readonly Listing[]; draftOf: (view: View) => Draft | undefined } {
  const drafts = new Map<string, Draft>()
  const keyOf = (stack: ObservedStack, component: ObservedComponent): string => project(stack) + identity(component)
  const all: Listing[] = stacks.map(stack => ({ stack, listed: [] }))
  // Bases first, so that a variant finds the entry to merge into.
  for (const listing of [...all].sort((a, b) => Number(a.stack.variant !== undefined) - Number(b.stack.variant !== undefined))) {
    for (const component of listing.stack.components) {
      const key = keyOf(listing.stack, component)
      const earlier = drafts.get(key)
      const draft = reportedComponent(component, places, table)
      if (earlier !== undefined) {
        earlier.uses = mergedUses(earlier.uses, draft.uses)
        earlier.clients = [...new Set([...earlier.clients, ...draft.clients])]
        earlier.links = mergedLinks(earlier.links, draft.links)
        continue
      }
      drafts.set(key, draft)
      listing.listed.push(draft)
    }
  }
  for (const { listed, stack } of all) {
    const nodes = listed.flatMap(draft => nodesOf(draft, stack.components, places))
    listed.push(...nodes)
  }
  return { all, draftOf: view => drafts.get(keyOf(view.stack, view.component)) }
}

// A cluster is one component; its other nodes are listed with their places, so that a reader finds every one of them.
function nodesOf(draft: Draft, components: readonly ObservedComponent[], places: Places): Draft[] {
  const component = components.find(candidate => candidate.name === draft.name && candidate.technology === draft.technology)
  const others = component?.members.filter(member => member.name !== draft.name) ?? []
  return others.map(member => ({ ...draft, name: member.name, ...places.at(member.span), partOf: draft.name }))
}

function mergedUses(first: readonly ReportedUse[], more: readonly ReportedUse[]): ReportedUse[] {
  const uses = new Map(first.map(use => [use.use, use]))
  for (const use of more) {
    const known = uses.get(use.use)
    if (known === undefined || known.confidence < use.confidence) uses.set(use.use, use)
  }
  return [...uses.values()].sort((a, b) => b.confidence - a.confidence)
}

function reportedComponent(component: ObservedComponent, places: Places, table: Table | undefined): Draft {
  const settings = Object.fromEntries([...component.settings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, setting]) => [name, reportedSetting(name, setting, places)]))
  return {
    name: component.name,
    ...places.at(component.span),
    technology: component.technology,
    product: component.product,
    ...(component.version === undefined ? {} : { version: component.version }),
    external: component.external,
    uses: component.uses.map(use => ({
      use: use.use,
      confidence: Math.round(use.confidence * 1000) / 1000,
      established: use.established,
      evidence: use.evidence.map(({ signal, span, says }) => ({ signal, ...places.note({ span, says }) })),
    })),
    clients: component.clients.map(client => client.workload.name),
    links: linksOf(component, places),
    ...(table === undefined ? {} : { decisions: decisionsOf(component, table, places) }),
    settings,
    verdict: 'undecided',
  }
}

function reportedSetting(name: string, setting: Setting, places: Places): ReportedSetting {
  switch (setting.state) {
    case 'stated': return { state: 'stated', value: withoutSecrets(name, setting.value), ...places.at(setting.span) }
    case 'defaulted': return { state: 'defaulted', value: withoutSecrets(name, setting.value), of: setting.of, source: setting.source }
    case 'unknown': return { state: 'unknown', why: masked(setting.why) }
  }
}

// The root's own folder has no name inside the tree.
const titleOf = (stack: ObservedStack, rootName: string): string => (stack.name === '' || stack.name === '.' ? rootName : stack.name)

const reportedStack = (stack: ObservedStack, components: readonly ReportedComponent[], places: Places, rootName: string): ReportedStack => ({
  name: titleOf(stack, rootName),
  root: places.path(stack.root),
  environment: stack.environment.class,
  ...(stack.environment.because.length === 0 ? {} : { environmentBecause: stack.environment.because.map(says => masked(says)) }),
  files: stack.files.map(places.path),
  ...(stack.variant === undefined ? {} : { variant: stack.variant }),
  components,
  ...unreadOf(stack, components, places),
})

// Of stacks with nothing to judge nobody asks.
function unreadOf(stack: ObservedStack, components: readonly ReportedComponent[], places: Places): { readonly unread?: readonly PlacedNote[] } {
  const notes = components.length === 0 ? [] : [...stack.unread, ...stack.components.flatMap(({ unread }) => unread)].map(places.note)
  const unread = [...new Map(notes.map(note => [`${note.file}:${note.line}:${note.says}`, note])).values()]
  return unread.length === 0 ? {} : { unread }
}

// What stands against a component decides first; what the decision table doubts is not said to fit.
const verdict = (draft: Draft, misfits: ReadonlySet<Draft | undefined>, doubted: ReadonlySet<Draft | undefined>): Verdict =>
  misfits.has(draft) ? 'misfit' : draft.uses.some(use => use.established) && !doubted.has(draft) ? 'fits' : 'undecided'

function reportedFinding(finding: CheckedFinding, places: Places, input: ReportInput): Finding {
  const { rule, report, stack, component } = finding
  return {
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
    ...(finding.explains.length === 0 ? {} : { explains: finding.explains }),
    ...(report.edits === undefined ? {} : { edits: report.edits.map(edit => placedEdit(edit, places)) }),
    docs: input.docsOf(rule.id),
    // When it is asked for: hashing takes Node longer to load than a small stack takes to lint, and text for people has no fingerprints.
    get fingerprint() { return input.digest(JSON.stringify([rule.id, ...identityOf(stack, input.anchor), component.name, report.message, normalised(report.data)])) },
  }
}

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

const byPlace = (a: Finding, b: Finding): number =>
  compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.rule, b.rule) || compare(a.message, b.message)
const byProblem = (a: Report['problems'][number], b: Report['problems'][number]): number =>
  compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.message, b.message)
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const placedEdit = (edit: Edit, places: Places): Edit => ({
  ...edit, title: masked(edit.title), changes: edit.changes.map(({ span, text }) => ({ span: { ...span, file: places.path(span.file) }, text })),
})

const normalised = (data: CheckedFinding['report']['data']): readonly (readonly [string, string])[] =>
  Object.entries(data ?? {}).map(([name, value]) => [name, String(value).trim()] as const).sort(([a], [b]) => (a < b ? -1 : 1))
