// What the playground asks of misfit: the report of some files, and the filled decision table of each component.
import { rules } from '../../../rules/index.ts'
import { decide } from '../../analysis/decide.ts'
import { judge, type UseVerdict } from '../../analysis/verdict.ts'
import { memoryTree } from '../../host/memory.ts'
import { remembering } from '../../host/remembering.ts'
import { lint, observe, table } from '../../lint.ts'
import { entryOf } from '../../model/entry-of.ts'
import type { Report } from '../../model/report.ts'
import type { Edit, Rule } from '../../model/rule.ts'
import { mergedSpec, readSpecs } from '../../readers/design-spec/index.ts'

export type Files = Readonly<Record<string, string>>

export interface Decided {
  readonly name: string
  /** What it is, and whether that fits: `redis: misfit`, or which tool a design without one should take. */
  readonly text: string
  readonly uses: readonly UseVerdict[]
}

export interface Judged {
  readonly report: Report
  readonly decided: readonly Decided[]
}

/** Lints the files as a repository of their own. */
export function judged(files: Files): Judged {
  const tree = remembering(memoryTree(files))
  const observation = observe(tree)
  const report = lint(tree, {}, observation)
  const decided = new Map<string, Decided>()
  for (const component of observation.stacks.flatMap(stack => stack.components)) {
    const key = `${component.span.file}:${component.span.start}`
    const { uses, verdict } = judge(component, table)
    if (!decided.has(key)) decided.set(key, { name: component.name, text: `${component.technology}: ${verdict}`, uses })
  }
  const spec = mergedSpec(readSpecs(tree).designs)
  // Only what is not deployed and not judged above: a design that asks which tool to take.
  const asked = spec === undefined ? [] : decide(spec, table).components.filter(({ stated }) => stated === undefined)
  return { report, decided: [...decided.values(), ...asked.map(({ id, choice, uses }): Decided => ({ name: id, text: choice === 'both' ? 'take both' : `take ${choice}`, uses }))] }
}

/** The files with an edit made. */
export function edited(files: Files, edit: Edit): Files {
  const changed = new Map(Object.entries(files))
  // From the end of each file, so that places before a change stay what they are.
  for (const { span, text } of [...edit.changes].sort((a, b) => b.span.start - a.span.start)) {
    const before = changed.get(span.file)
    if (before !== undefined) changed.set(span.file, before.slice(0, span.start) + text + before.slice(span.end))
  }
  return Object.fromEntries(changed)
}

export interface Example {
  readonly id: string
  readonly group: string
  readonly title: string
  readonly files: Files
}

/** One design for each row of the decision table, in which only that row speaks. */
const signals: Readonly<Record<string, string>> = {
  'primary-problem': 'problem: decoupling', 'data-nature': 'data_nature: event_history', 'typical-use': 'structure: sorted_set', 'latency-goal': 'latency_goal: sub_ms',
  durability: 'durability: survive_node_loss', 'fan-out': 'consumers: [mailer, billing, search]', replay: 'replay: {required: true}', ordering: 'ordering: per_key',
  backpressure: 'backpressure: lag', 'scale-pattern': 'load: {events_per_second: 5000}', 'failure-mode': 'ttl: 10m', 'quick-rule': 'access_pattern: point_lookup',
}

const design = (signal: string): string =>
  `apiVersion: misfit/v1\nkind: DesignSpec\nmetadata: {name: shop}\ncomponents:\n  - id: store\n    technology: undecided\n    uses:\n      - {id: it, ${signal}}\n`

const isDesign = (rule: Rule): boolean => rule.bad[0]?.files['misfit.yaml'] !== undefined

/** A misuse for each row of the decision table, taken from the rules' own examples, then the designs with one signal. */
export function examples(): readonly Example[] {
  const taken = new Set<string>()
  const misuses = table.rows.flatMap((row): readonly Example[] => {
    // A stack that is deployed shows more than a design does.
    const fitting = rules.filter(rule => rule.rows.includes(row.id)).sort((a, b) => Number(isDesign(a)) - Number(isDesign(b)))
    const rule = fitting.find(each => !taken.has(each.id) && each.rows[0] === row.id) ?? fitting.find(each => !taken.has(each.id)) ?? fitting[0]
    const example = rule?.bad[0]
    if (!rule || !example) return []
    taken.add(rule.id)
    return [{ id: `row-${row.id}`, group: 'The rows of the decision table', title: `${row.title}: ${rule.summary.replace(/\.$/, '')}`, files: example.files }]
  })
  const designs = table.rows.flatMap((row): readonly Example[] => {
    const signal = entryOf(signals, row.id)
    return signal === undefined ? [] : [{ id: `signal-${row.id}`, group: 'Designs with a single signal', title: `${row.title}: ${signal}`, files: { 'misfit.yaml': design(signal) } }]
  })
  return [...misuses, ...designs]
}
