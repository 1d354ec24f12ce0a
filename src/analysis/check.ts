// Runs the rules over observed stacks and settles severity, causes and order. It is given the rules and knows none of them.
import type { Basis, ObservedComponent, ObservedStack } from '../model/observation.ts'
import { entryOf } from '../model/entry-of.ts'
import { isUnidentified } from '../model/images.ts'
import { oncePer, remembered } from '../model/once.ts'
import { fill, optionsOf, severities, type Concern, type Rule, type RuleReport, type Severity } from '../model/rule.ts'
import type { Problem } from '../model/stack.ts'
import { withOverrides } from './overrides.ts'
import { watched, type Watched } from './unknowns.ts'

/** A rule's report with its words filled in, about one component in one view of a stack. */
export interface CheckedFinding {
  readonly rule: Rule
  readonly report: RuleReport
  readonly severity: Severity
  readonly component: ObservedComponent
  readonly stack: ObservedStack
  readonly message: string
  readonly failureMode: string
  readonly fix: string
  /** Rules whose findings on the component this one explains. */
  readonly explains: readonly string[]
  /** Every view of a component in which it was found, this one first. */
  readonly views: readonly View[]
}

export interface View {
  readonly stack: ObservedStack
  readonly component: ObservedComponent
}

export interface Checked {
  readonly findings: readonly CheckedFinding[]
  /** What rules that a person switched off would warn of: nobody is told, but it does not fit either. */
  readonly silenced: readonly View[]
  readonly problems: readonly Problem[]
}

export type StatedSeverities = Readonly<Record<string, Severity | 'off'>>
/** Rule id → thresholds that a person changed. */
export type StatedOptions = Readonly<Record<string, Readonly<Record<string, number>>>>

/** A person's own severities for findings in some files, or about a component that is defined there. */
export interface Override {
  readonly matches: (file: string) => boolean
  readonly severities: StatedSeverities
}

interface Active {
  readonly rule: Rule
  readonly thresholds: Readonly<Record<string, number>>
  /** The severity that a person stated for findings in a file about a component. */
  readonly statedAt: (file: string, component: ObservedComponent) => Severity | 'off' | undefined
}

/** All findings of all rules: one for each cause, each place once, in order of file, offset and rule. The last override that fits counts. */
export function check(
  stacks: readonly ObservedStack[], rules: readonly Rule[], stated: StatedSeverities, options: StatedOptions = {}, overrides: readonly Override[] = [],
): Checked {
  const problems: Problem[] = []
  const findings: CheckedFinding[] = []
  const silenced: View[] = []
  const active = rules.map((rule): Active => {
    const word = entryOf(stated, rule.id)
    return { rule, thresholds: optionsOf(rule, entryOf(options, rule.id)), statedAt: overrides.length === 0 ? () => word : (file, component) => overriding(overrides, rule.id, [file, component.span.file]) ?? word }
  })
  const concerning = remembered(technology => active.filter(({ rule }) => rule.technology === 'both' || rule.technology === technology))
  for (const stack of stacks) {
    const seen = watched(stack)
    for (const [at, component] of stack.components.entries()) {
      const found: CheckedFinding[] = [], into = { problems, found, silenced }
      const view = { ...seen, component: seen.stack.components[at] ?? component }
      for (const rule of concerning(component.technology)) run(rule, component, stack, view, into)
      findings.push(...fold(found))
    }
  }
  return { findings: [...withOverrides(once(findings), stacks)].sort(byPlace), silenced, problems }
}

const overriding = (overrides: readonly Override[], rule: string, files: readonly string[]): Severity | 'off' | undefined =>
  entryOf(overrides.findLast(({ matches, severities }) => Object.hasOwn(severities, rule) && files.some(matches))?.severities, rule)

// A rule that throws is a fault of ours: the others still speak, and the fault is said where it happened.
function run(
  { rule, thresholds, statedAt }: Active, component: ObservedComponent, stack: ObservedStack, seen: Watched & { readonly component: ObservedComponent },
  { problems, found, silenced }: { readonly problems: Problem[]; readonly found: CheckedFinding[]; readonly silenced: View[] },
): void {
  try {
    const before = seen.looks()
    for (const report of rule.check(seen.component, seen.stack, thresholds)) {
      // Whatever it has seen of an unknown may have decided.
      if (seen.looks() > before) break
      const word = statedAt(report.span.file, component)
      if (word === 'off') {
        if ((severityOf(rule, report, stack, undefined, component) ?? 'info') !== 'info') silenced.push({ stack, component })
        continue
      }
      const severity = severityOf(rule, report, stack, word, component)
      if (severity !== undefined) found.push(worded(rule, withoutSourceEdits(report, stack), severity, component, stack))
    }
  } catch (error) {
    problems.push({ span: component.span, message: `the rule ${rule.id} failed on ${component.name}: ${error instanceof Error ? error.message : String(error)}` })
  }
}

const sourcesOf = oncePer((stack: ObservedStack): ReadonlySet<string> => new Set(stack.workloads.flatMap(workload => workload.program?.settings.map(setting => setting.value.span.file) ?? [])))

/** Source is no place for a text to be put in another's stead: a person changes it. */
function withoutSourceEdits(report: RuleReport, stack: ObservedStack): RuleReport {
  if (report.edits === undefined) return report
  const sources = sourcesOf(stack)
  const { edits, ...rest } = report
  const kept = sources.size === 0 ? edits : edits.filter(edit => !edit.changes.some(change => sources.has(change.span.file)))
  return kept.length > 0 ? { ...rest, edits: kept } : rest
}

function worded(rule: Rule, report: RuleReport, severity: Severity, component: ObservedComponent, stack: ObservedStack): CheckedFinding {
  const data = { component: component.name, ...report.data }
  return {
    rule, report: withDoubts(report, component), severity, component, stack,
    message: fill(entryOf(rule.messages, report.message) ?? rule.summary, data),
    failureMode: fill(rule.failure, data),
    fix: fill(rule.fix, data),
    explains: [],
    views: [{ stack, component }],
  }
}

const isProven = ({ confidence, rests = [] }: RuleReport): boolean => confidence === 'certain' || rests.some(({ basis }) => basis === 'proven')
const restsOnUses = ({ rests = [] }: RuleReport): boolean => rests.length > 0

/** With why it is no graver: nothing works with the server, or what starts with it throws away what it holds. */
function withDoubts(report: RuleReport, { unopened, emptied, name, span }: ObservedComponent): RuleReport {
  const doubts = [...unopened ? [{ span, text: `no program of this repository opens ${name}` }] : [], ...emptied && restsOnUses(report) ? [emptied] : []]
  return doubts.length === 0 ? report : { ...report, because: [...report.because, ...doubts] }
}

const silentOutsideProduction: ReadonlySet<Concern> = new Set(['durability', 'replication', 'sizing'])
// What a server is started with and what a design says of it is so whether or not anything opens it.
const ofServer: ReadonlySet<Concern> = new Set(['operations', 'specification'])
const milderOutsideProduction: ReadonlySet<Concern> = new Set(['semantics', 'fit', 'operations'])

// Undefined means silence. A person's own severity is kept as it is, except that a guess is never an error.
function severityOf(rule: Rule, report: RuleReport, stack: ObservedStack, stated: Severity | undefined, component: ObservedComponent): Severity | undefined {
  const production = stack.environment.unread === undefined && (stack.environment.class === 'production' || stack.environment.class === 'unspecified')
  // What merely looks like somebody's own machine may be where it runs: what it loses there is told, and no more.
  if (!production && silentOutsideProduction.has(rule.concern)) return stack.environment.guessed && ofData.has(rule.concern) && (report.severity ?? rule.severity) !== 'info' ? 'info' : undefined
  // Where nothing tells what the stack is for, what is lost may be nobody's: an error needs a sign of production, or a design.
  const told = stack.environment.class !== 'unspecified' || stack.spec !== undefined
  const doubted = report.confidence === 'possible' || isBesides(component, stack) || (component.emptied !== undefined && restsOnUses(report))
  const cap = component.unopened && !ofServer.has(rule.concern) ? 'info' : milder(doubted ? 'warning' : 'error', ceilingOf(report, rule.concern, told))
  if (stated !== undefined) return milder(stated, cap)
  if (stack.standing === 'library-defaults') return 'info'
  // There a missing volume says as much of the stack as of a fault: a warning where the deployment itself shows the use.
  const worst = told || rule.concern !== 'durability' ? 'error' : isProven(report) ? 'warning' : 'info'
  const severity = milder(report.severity ?? rule.severity, worst)
  return milder(!production && milderOutsideProduction.has(rule.concern) ? 'info' : severity, cap)
}

// What source shows may be what nobody runs: by itself it makes no error, and one sign of it no warning. The strongest of several uses counts.
const ofData: ReadonlySet<Concern> = new Set(['durability', 'sizing'])
const ceilings: Readonly<Record<Basis, Severity>> = { proven: 'error', 'both-ends': 'error', source: 'warning', 'one-sign': 'info' }
const ceilingOf = ({ rests = [] }: RuleReport, concern: Concern, told: boolean): Severity => rests.filter(({ mild }) => !mild || !ofData.has(concern)).map(({ basis }) => (basis === 'both-ends' && !told ? 'warning' : ceilings[basis])).reduce((a, b) => (rank(a) < rank(b) ? a : b), rests.length > 0 ? 'info' : 'error')

/** Whether only programs that no workload runs are known to use it, or may: they may be started elsewhere, and otherwise. */
const isBesides = ({ clients, beside, uses, open }: ObservedComponent, { programs = [], workloads }: ObservedStack): boolean =>
  clients.every(({ hidden }) => hidden !== undefined) && !uses.some(({ declared }) => declared)
  // What nobody can identify need not run the program that it holds.
  && (beside.length > 0 || (open === true && (programs.length > 0 || workloads.some(workload => workload.program !== undefined && isUnidentified(workload)))))

const rank = (severity: Severity): number => severities.indexOf(severity)
const milder = (a: Severity, b: Severity): Severity => (rank(a) > rank(b) ? a : b)

// One finding per cause: what another finding on the same component explains disappears into it, also over several steps. What is graver than its
// cause stays: a milder word on a design must not let a run pass.
function fold(found: readonly CheckedFinding[]): CheckedFinding[] {
  const present = new Map(found.map(finding => [finding.rule.id, finding.rule]))
  const gravest = new Map<string, number>()
  for (const { rule: { id }, severity } of found) gravest.set(id, Math.min(gravest.get(id) ?? Infinity, rank(severity)))
  const isGraver = (one: string, other: string): boolean => (gravest.get(one) ?? Infinity) < (gravest.get(other) ?? Infinity)
  const folded = new Map<string, Set<string>>()
  const symptoms = new Set<string>()
  for (const rule of present.values()) {
    if (symptoms.has(rule.id)) continue
    const seen = new Set<string>()
    const queue = [...(rule.explains ?? [])]
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      const symptom = present.get(id)
      if (symptom === undefined || seen.has(id) || id === rule.id || isGraver(id, rule.id)) continue
      seen.add(id)
      symptoms.add(id)
      queue.push(...(symptom.explains ?? []))
    }
    folded.set(rule.id, seen)
  }
  return found
    .filter(finding => !symptoms.has(finding.rule.id))
    .map(finding => ({ ...finding, explains: [...(folded.get(finding.rule.id) ?? [])].sort() }))
}

// Several views of one project repeat what they share; the gravest repetition stays.
function once(findings: readonly CheckedFinding[]): CheckedFinding[] {
  const kept: CheckedFinding[] = [], known = new Map<string, number>()
  for (const finding of findings) {
    const { rule, component, message, report: { span } } = finding, place = [rule.id, span.file, span.start, span.end]
    // An overlay that only renames the server makes no other fault of it.
    const keys = [[...place, message], [...place, message.replaceAll(component.name, ''), component.span.file, component.span.start]].map(key => JSON.stringify(key))
    const at = keys.map(key => known.get(key)).find(found => found !== undefined) ?? kept.length
    for (const key of keys) known.set(key, at)
    const earlier = kept[at]
    if (earlier === undefined) { kept.push(finding); continue }
    const [graver, other] = rank(finding.severity) < rank(earlier.severity) ? [finding, earlier] : [earlier, finding]
    kept[at] = { ...graver, views: [...graver.views, ...other.views] }
  }
  return kept
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const byPlace = (a: CheckedFinding, b: CheckedFinding): number =>
  compare(a.report.span.file, b.report.span.file) || a.report.span.start - b.report.span.start ||
  compare(a.rule.id, b.rule.id) || compare(a.message, b.message)
