// What every kind of signal is given, and what it hands back: hits. Knows how a signal's weight depends on the link it
// came by; must not know any technology.
import type { Family, Gate, Knowledge, Signal, UseMeaning, Weight } from '../../model/knowledge.ts'
import type { Link } from '../../model/observation.ts'
import { oncePer } from '../../model/once.ts'
import type { Component, Stack, Technology, UseName, Variable, Workload } from '../../model/stack.ts'
import type { Side } from '../../model/program.ts'
import type { Span } from '../../model/value.ts'
import type { Links } from '../links.ts'
import { isWeak, soleOf, type Traced } from '../links/trace.ts'
import { fits, pattern } from '../../model/patterns.ts'
import { commandOf, flagsOf, imageOf, normalKey, textOf } from './text.ts'

/** What one place says about one use of one component. */
export interface Hit {
  readonly signal: string
  readonly family: Family
  readonly component: Component
  readonly use: UseName
  readonly weight: Exclude<Weight, 'trap'>
  readonly internal: boolean
  /** Whose evidence it is; absent for evidence about the component or the whole stack. */
  readonly workload?: Workload
  /** The program beside the stack whose evidence it is. */
  readonly beside?: Workload
  readonly span: Span
  readonly text: string
  /** Of what takes two, what its place shows. */
  readonly side?: Side
  /** Of what is kept there, little is lost. */
  readonly mild?: true
  /** It counts only on a server that shows this use too. */
  readonly kept?: UseName
  /** Counter-evidence that gives way to what a client states outright. */
  readonly soft?: boolean
  /** It shows the use where nothing shows another. */
  readonly likely?: true
  /** Evidence that no other broker or store beside it can weaken. */
  readonly sure?: boolean
  /** The program's own configuration chooses it, or something else for the use. */
  readonly chosen?: true
  /** Its client is made for a machine that this server is not on. */
  readonly astray?: true
  /** A package that the program is built with, which need not be what it uses. */
  readonly built?: true
  /** Something that cannot be read may be what it speaks of: it is told, and held against nobody. */
  readonly unsure?: true
  /** What cannot be read may speak against the use: nobody is told, and nothing is held against anybody in spite of it. */
  readonly doubt?: true
}

export interface Context {
  readonly stack: Stack
  readonly knowledge: Knowledge
  readonly links: Links
  /** Workloads that can be evidence: no parts of components, no companions. */
  readonly workloads: readonly Workload[]
}

const listsOf = oncePer<Knowledge, Map<string, readonly Signal[]>>(() => new Map())

const technologiesIn = oncePer(({ components }: Stack): readonly Technology[] => [...new Set(components.map(component => component.technology))].sort())

/** The signals of one kind for the technologies that occur in the stack: the same list for every stack with the same technologies. */
export function signalsOf<W extends Signal['where']>(context: Context, where: W): readonly Extract<Signal, { where: W }>[] {
  const present = technologiesIn(context.stack)
  const lists = listsOf(context.knowledge), key = `${where} ${present.join(' ')}`
  let found = lists.get(key)
  if (!found) lists.set(key, found = context.knowledge.signals.filter(signal => signal.where === where && present.includes(signal.technology)))
  return found as readonly Extract<Signal, { where: W }>[]
}

/** Evidence that reaches a component only by a weak link loses one class. */
export const lowered = (weight: Weight): Weight => (weight === 'decisive' ? 'strong' : weight === 'strong' ? 'weak' : weight)

export const weightBy = (weight: Weight, link: Link | undefined): Weight => (link && isWeak(link) ? lowered(weight) : weight)

/** Whether all gates hold on a workload. */
export const holds = (gates: readonly Gate[] | undefined, workload: Workload): boolean =>
  (gates ?? []).every(gate => gateHolds(gate, workload) !== (gate.absent ?? false))

function gateHolds(gate: Gate, workload: Workload): boolean {
  const { key, value } = gate
  if (gate.image !== undefined && !fits(gate.image, false, imageOf(workload))) return false
  if (gate.command !== undefined && !pattern(gate.command, false).test(commandOf(workload))) return false
  if (key === undefined) return true
  return [...workload.environment, ...flagsOf(workload), ...(workload.beside ?? []), ...(workload.settings ?? [])].some(variable => {
    if (!fits(key, true, normalKey(variable.name))) return false
    const text = textOf(variable)
    return value === undefined ? text !== '' : pattern(value, true).test(text)
  })
}

export interface Reach {
  readonly component: Component
  readonly link: Link | undefined
}

/**
 * The components of a technology that a workload's own words speak of: the linked one; of several the one whose link shares
 * the stem of the variable's name; without any link the only one there is. A variable whose address leads elsewhere speaks of none.
 */
export function componentsFor(context: Context, workload: Workload, technology: Technology, variable?: Variable): readonly Reach[] {
  if (variable && context.links.leadsElsewhere(variable, technology)) return []
  const links = strongestEach(context.links.of(workload, technology))
  if (links.length === 1) return links.map(link => ({ component: link.component, link }))
  if (links.length > 1) {
    const stem = variable && stemOf(variable.name)
    const near = links.filter(link => link.key !== undefined && stem !== undefined && stemOf(link.key) === stem)
    const firm = links.filter(link => !isWeak(link))
    const chosen = near.length > 0 ? near : firm.length === 1 ? firm : []
    return chosen.map(link => ({ component: link.component, link }))
  }
  if (context.links.isOtherStore(workload, technology)) return []
  const only = soleOf(context.stack, technology)
  return only && !context.links.leadsElsewhere(workload, technology) ? [{ component: only, link: onlyOne(only) }] : []
}

const stemOf = (key: string): string => normalKey(key).split('_').slice(0, -1).join('_')

export const onlyOne = (component: Component): Link =>
  ({ how: 'only-one', note: { span: component.span, text: `${component.name} is the only one of its kind in the stack` } })

const strongestEach = oncePer((links: readonly Traced[]): readonly Traced[] => {
  const found = new Map<Component, Traced>()
  for (const link of links) if (!found.has(link.component)) found.set(link.component, link)
  return [...found.values()]
})

/** The hits of one signal's meanings on the components it reached. */
export function hitsOf(
  signal: Signal, family: Family, means: readonly UseMeaning[], reached: readonly Reach[], place: { readonly workload?: Workload; readonly span: Span; readonly text: string },
  extra: { readonly soft?: boolean; readonly sure?: boolean; readonly unsure?: true; readonly keepsClass?: boolean } = {},
): readonly Hit[] {
  const found: Hit[] = []
  const { keepsClass, ...flags } = extra
  for (const meaning of means) {
    if (place.workload && !holds(meaning.when, place.workload)) continue
    for (const { component, link } of reached) {
      const weight = keepsClass ? meaning.weight : weightBy(meaning.weight, link)
      if (weight === 'trap') continue
      found.push({ signal: signal.id, family, component, use: meaning.use, weight, internal: meaning.internal ?? false, ...(meaning.mild ? { mild: true as const } : {}), ...place, ...flags })
    }
  }
  return found
}
