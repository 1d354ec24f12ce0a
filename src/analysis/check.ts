// Runs the rules over observed stacks and settles severity, causes and order. It is given the rules and knows none of them.
import type { ObservedComponent, ObservedStack } from '../model/observation.ts'
import { entryOf } from '../model/entry-of.ts'
import { oncePer, remembered } from '../model/once.ts'
import { fill, optionsOf, type Rule, type RuleReport, type Severity } from '../model/rule.ts'
import type { Problem } from '../model/stack.ts'
import { withOverrides } from './overrides.ts'
import { rank, restsOnUses, severityOf } from './severity.ts'
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

/** With why it is no graver: nothing works with the server, or what starts with it throws away what it holds. */
function withDoubts(report: RuleReport, { unopened, emptied, name, span }: ObservedComponent): RuleReport {
  const doubts = [...unopened ? [{ span, text: `no program of this repository opens ${name}` }] : [], ...emptied && restsOnUses(report) ? [emptied] : []]
  return doubts.length === 0 ? report : { ...report, because: [...report.because, ...doubts] }
}

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
