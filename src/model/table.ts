// The decision table's shape, and how it is filled from what is known of a use. The words and the observations are data, given by the caller.
import type { Use } from './observation.ts'
import type { RowName } from './rule.ts'
import type { DeclaredUse } from './spec.ts'
import type { Technology, UseName } from './stack.ts'
import type { Known, Note } from './value.ts'

/** What applies for one side of a row: a use of some name, or a declared fact with some value. */
export interface RowObservation {
  readonly side: Technology
  readonly uses?: readonly UseName[]
  /** Does not count where this tool has the job: the same name means other work there. */
  readonly except?: Technology
  /** A fact of `factsOf`. */
  readonly fact?: string
  readonly is?: readonly (string | boolean)[]
  readonly least?: number
  readonly most?: number
  readonly reason: string
}

export interface Row {
  readonly id: RowName
  readonly title: string
  readonly redis: string
  readonly kafka: string
  /** What a finding that enforces the row tells its reader. */
  readonly guidance: string
  readonly observations: readonly RowObservation[]
}

/** A job that neither tool should have. */
export interface Elsewhere extends Omit<RowObservation, 'side'> {
  /** "a database". */
  readonly instead: string
  /** Facts or uses that speak against it; one is enough. */
  readonly unless?: readonly Omit<RowObservation, 'side' | 'reason'>[]
}

export interface Fact {
  readonly value: string | number | boolean
  readonly note: Note
}
export type Facts = ReadonlyMap<string, Fact>

export interface RowEvidence {
  readonly side: Technology
  readonly reason: string
  /** 0 to 1: certain for what is declared, the use's confidence for what was inferred. */
  readonly weight: number
  readonly note: Note | undefined
}

/** One row of a filled table. Without evidence the side is unknown; evidence for both sides leaves it open. */
export interface FilledRow {
  readonly row: Row
  readonly side: Technology | 'both' | 'unknown'
  readonly evidence: readonly RowEvidence[]
}

/** What is known of a use: declared, inferred or both. */
export interface KnownUse {
  readonly use: UseName | undefined
  readonly confidence: number
  readonly note: Note | undefined
  readonly facts: Facts
}

const units: readonly (readonly [number, string])[] = [[864e5, 'd'], [36e5, 'h'], [6e4, 'm'], [1e3, 's']]

// As a spec writes it: 35d, 10m, forever.
function inWords(time: Known<number> | undefined): string | undefined {
  if (time === undefined) return undefined
  if (time.value === Infinity) return 'forever'
  const [factor, unit] = units.find(([size]) => time.value >= size && time.value % size === 0) ?? [1, 'ms']
  return `${time.value / factor}${unit}`
}

/** The facts that a declared use states, under the names of their fields: observations ask for them so. */
export function factsOf(use: DeclaredUse): Facts {
  const facts = new Map<string, Fact>()
  const add = (name: string, value: Known<string | number | boolean> | undefined, shown?: string): void => {
    if (value) facts.set(name, { value: value.value, note: { span: value.span, text: `${name}: ${shown ?? String(value.value)}` } })
  }
  add('problem', use.problem)
  add('data_nature', use.dataNature)
  add('access_pattern', use.accessPattern)
  add('structure', use.structure)
  add('latency_goal', use.latencyP99, use.latencyGoal?.value)
  add('durability', use.durability)
  add('source_of_truth', use.sourceOfTruth)
  add('rebuild_from', use.rebuildFrom)
  add('replay.required', use.replayRequired)
  add('replay.backfill', use.backfill)
  add('replay.window', use.replayWindow, inWords(use.replayWindow))
  add('retention.time', use.retentionTime, inWords(use.retentionTime))
  add('retention.policy', use.retentionPolicy)
  add('ordering', use.ordering)
  add('delivery', use.delivery)
  add('backpressure', use.backpressure)
  add('ttl', use.ttl, inWords(use.ttl))
  add('load.events_per_second', use.eventsPerSecond)
  add('load.reads_per_second', use.readsPerSecond)
  add('size.keys', use.keyCount)
  add('lock.purpose', use.lockPurpose)
  add('lock.fencing', use.fencing)
  const first = use.consumers[0]
  const readers = new Set(use.consumers.map(({ group, service }) => group?.value ?? service.value)).size
  const planned = use.plannedConsumers
  if (planned && planned.value > readers) facts.set('consumers', { value: planned.value, note: { span: planned.span, text: `planned_consumers: ${planned.value}` } })
  else if (first) facts.set('consumers', { value: readers, note: { span: first.span, text: `${readers} independent ${readers === 1 ? 'consumer' : 'consumers'}` } })
  return facts
}

const noFacts: Facts = new Map()

/** What is known of each use of a component: declared ones with their facts, and the inferred ones that nobody declared. */
export function knownUses(declared: readonly DeclaredUse[], inferred: readonly Use[]): readonly (KnownUse & { readonly id: string })[] {
  const own = declared.map(use => ({
    id: use.id, use: use.use?.value, confidence: 1, facts: factsOf(use),
    note: use.use && { span: use.use.span, text: `use: ${use.alias ?? use.use.value}` },
  }))
  const named = new Set(own.flatMap(({ use }) => use ?? []))
  const others = inferred.filter(use => !use.internal && !named.has(use.use)).map(use => {
    const evidence = use.evidence.find(each => each.for)
    return { id: use.use, use: use.use, confidence: use.confidence, facts: noFacts, note: evidence && { span: evidence.span, text: evidence.text } }
  })
  return [...own, ...others]
}

/** Fills the table for one use. `technology`: what has the job, where that is settled. */
export const fillTable = (rows: readonly Row[], known: KnownUse, technology?: Technology): readonly FilledRow[] => rows.map(row => {
  const evidence = row.observations.filter(({ except }) => except === undefined || except !== technology).flatMap(observation => evidenceOf(observation, known) ?? [])
  return { row, side: sideOf(evidence), evidence }
})

// A stated fact counts for more than what a use's name usually means.
function sideOf(evidence: readonly RowEvidence[]): FilledRow['side'] {
  const facts = evidence.filter(({ weight }) => weight > 1)
  const sides = new Set((facts.length > 0 ? facts : evidence).map(({ side }) => side))
  const [first] = sides
  return first === undefined ? 'unknown' : sides.size > 1 ? 'both' : first
}

function evidenceOf(observation: RowObservation, known: KnownUse): RowEvidence | undefined {
  const { side, reason } = observation
  if (observation.uses) return known.use && observation.uses.includes(known.use) ? { side, reason, weight: known.confidence, note: known.note } : undefined
  const fact = observation.fact === undefined ? undefined : known.facts.get(observation.fact)
  return fact && holds(observation, fact) ? { side, reason, weight: 2, note: fact.note } : undefined
}

function holds({ is, least, most }: Pick<RowObservation, 'is' | 'least' | 'most'>, { value }: Fact): boolean {
  if (is) return typeof value !== 'number' && is.includes(value)
  return typeof value === 'number' && value >= (least ?? -Infinity) && value <= (most ?? Infinity)
}

/** Where a use belongs when it belongs to neither tool. */
export function elsewhereFor(list: readonly Elsewhere[], known: KnownUse): { readonly to: Elsewhere; readonly note: Note | undefined } | undefined {
  const applies = (each: Omit<RowObservation, 'side' | 'reason'>): boolean =>
    each.uses ? known.use !== undefined && each.uses.includes(known.use) : evidenceOf({ ...each, side: 'redis', reason: '' }, known) !== undefined
  const to = list.find(each => applies(each) && !(each.unless ?? []).some(applies))
  if (to === undefined) return undefined
  return { to, note: (to.fact === undefined ? undefined : known.facts.get(to.fact)?.note) ?? known.note }
}

/** Rows on each side. */
export const scoreOf = (rows: readonly FilledRow[]): Readonly<Record<Technology, number>> =>
  ({ redis: rows.filter(({ side }) => side === 'redis').length, kafka: rows.filter(({ side }) => side === 'kafka').length })

/** By how many rows the other tool leads before a use counts as a misfit. */
export const clearLead = 3
