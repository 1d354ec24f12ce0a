// How hits add up to uses: the maximum within a family, 1 − Π(1 − p) across families, counter-evidence multiplies.
// Must not know any technology.
import { againstFactor, weights } from '../../model/knowledge.ts'
import type { Family } from '../../model/knowledge.ts'
import type { Basis, Evidence, Use } from '../../model/observation.ts'
import type { Component, Declaration, UseName } from '../../model/stack.ts'
import type { Hit } from './context.ts'
import { imageOf } from './text.ts'

/** Uses of at least this confidence are kept, and established from the second figure on. */
export const threshold = { possible: 0.5, established: 0.8 } as const

/** Weak evidence establishes a use only where three families agree (what a comment, the program and the server's settings say); where two do, it is right three times in four (docs/accuracy.md). */
const weakCap = 0.7
const enoughFamilies = 3

/** The uses of one component, highest confidence first. `introducing` hits count only where nothing else speaks, `likely` ones where nothing else establishes a use. */
export function usesOf(component: Component, hits: readonly Hit[], introducing: readonly Hit[], likely: readonly Hit[]): readonly Use[] {
  const mine = hits.filter(hit => hit.component === component)
  let uses = combined(component, mine)
  if (uses.every(use => use.confidence < threshold.possible)) {
    const alone = introducing.filter(hit => hit.component === component)
    if (alone.length > 0) uses = combined(component, [...mine, ...alone.map(hit => ({ ...hit, family: 'system' as const }))])
  }
  if (!uses.some(use => use.established && !use.internal)) {
    // That nothing else stands in a stack says little where something speaks of another use.
    const alone = likely.filter(hit => hit.component === component && !(hit.family === 'system' && uses.some(({ use, confidence, internal }) => use !== hit.use && !internal && confidence >= threshold.possible)))
    if (alone.length > 0) uses = combined(component, [...mine, ...alone])
  }
  return uses.filter(use => use.confidence >= threshold.possible).sort((a, b) => b.confidence - a.confidence)
}

function combined(component: Component, hits: readonly Hit[]): readonly Use[] {
  const declared = new Map<UseName, Declaration>(component.declared.map(declaration => [declaration.use, declaration]))
  const names = new Set<UseName>([...hits.map(hit => hit.use), ...declared.keys()])
  const uses: Use[] = []
  for (const name of names) {
    const declaration = declared.get(name)
    if (declaration?.excluded) continue
    const use = combine(name, hits.filter(hit => hit.use === name), declaration)
    if (use) uses.push(use)
  }
  return uses
}

interface Counted {
  readonly hit: Hit
  /** What it lends, counter-evidence included. */
  readonly p: number
}

function combine(use: UseName, hits: readonly Hit[], declaration: Declaration | undefined): Use | undefined {
  const against = hits.filter(hit => hit.weight === 'against')
  const best = new Map<Family, number>()
  const counted: Counted[] = []
  for (const hit of hits) {
    if (hit.weight === 'against') continue
    const p = weights[hit.weight] * factor(hit, against)
    counted.push({ hit, p })
    best.set(hit.family, Math.max(best.get(hit.family) ?? 0, p))
  }
  if (counted.length === 0 && !declaration) return undefined
  // Settings adjust; alone they show nothing.
  if (!declaration && [...best.keys()].every(family => family === 'server')) return undefined
  let confidence = 1 - [...best.values()].reduce((rest, p) => rest * (1 - p), 1)
  if (best.size < enoughFamilies && counted.every(each => each.hit.weight === 'weak')) confidence = Math.min(confidence, weakCap)
  if (keepsOf(counted) > 1) confidence = Math.max(confidence, weights.strong)
  if (declaration) confidence = 1
  confidence = Math.round(confidence * 1000) / 1000
  const telling = counted.sort((a, b) => b.p - a.p)
  return {
    use,
    confidence,
    established: confidence >= threshold.established,
    evidence: evidenceOf(telling, against, declaration),
    clients: [...new Set(telling.flatMap(each => (each.hit.workload && each.hit.weight !== 'weak' ? [each.hit.workload.name] : [])))],
    internal: counted.length > 0 && counted.every(each => each.hit.internal),
    declared: declaration !== undefined,
    basis: declaration ? 'proven' : basisOf(counted),
    ...(!declaration && isMild(telling) ? { mild: true as const } : {}),
  }
}

// What different parts of a platform keep there for themselves is a use that readers name nearly always, what one keeps every other time (docs/accuracy.md).
const keepsOf = (counted: readonly Counted[]): number =>
  (counted.every(({ hit }) => hit.internal) ? new Set(counted.flatMap(({ hit: { workload } }) => (workload && imageOf(workload) !== '' ? [imageOf(workload)] : []))).size : 0)

function isMild(counted: readonly Counted[]): boolean {
  const programs = new Set(counted.flatMap(({ hit: { workload, weight } }) => (workload && weight !== 'weak' ? [workload] : [])))
  return programs.size > 0 && [...programs].every(program => counted.some(({ hit }) => hit.workload === program && hit.mild === true))
}

const bothEnds = (hits: readonly Hit[]): boolean => ['gives', 'takes'].every(end => hits.some(({ side }) => side === end || side === 'both'))

// What settings and names add to a sign in source makes no statement of it; what establishes the use without the source does. What people write about a
// server, what they call it and what else they run is what they mean, and nothing that works with it: it proves no use.
const ofWords: ReadonlySet<Family> = new Set(['comment', 'name', 'system'])
function basisOf(all: readonly Counted[]): Basis {
  // What calls another machine shows what people mean to use, and nothing that does.
  const counted = all.filter(({ hit }) => !hit.astray)
  const shown = counted.flatMap(({ hit }) => (hit.family === 'program' ? [hit] : [])), telling = shown.filter(({ weight }) => weight !== 'weak')
  const elsewhere = counted.filter(({ hit }) => hit.family !== 'program' && hit.family !== 'server')
  if (elsewhere.some(({ hit, p }) => !ofWords.has(hit.family) && hit.weight !== 'weak' && p >= threshold.established)) return 'proven'
  const made = telling.filter(({ weight }) => weight === 'decisive')
  if (bothEnds(made)) return 'both-ends'
  if (shown.length === 0 && elsewhere.every(({ hit }) => ofWords.has(hit.family))) return 'one-sign'
  if (elsewhere.length > 0 || made.length > 0 || bothEnds(shown)) return 'source'
  if (telling.every(({ side }) => side !== undefined)) return 'one-sign'
  // What a framework is told in its own configuration, or a server's access list allows, is said once.
  const once = telling.some(({ chosen, workload, beside }) => chosen || (workload ?? beside) === undefined)
  return once || new Set(telling.map(({ span }) => span.file)).size > 1 ? 'source' : 'one-sign'
}

// What a client says against a use weakens its own evidence and everything that is not said by another client;
// the stack's shape and the server's settings give way to what a client states outright.
function factor(hit: Hit, against: readonly Hit[]): number {
  const counts = against.some(counter => {
    // What the framework is told to use stands above what else the program is built with.
    if (counter.chosen && hit.built && counter.workload === hit.workload) return true
    if (counter.soft || counter.family === 'server') return !hit.sure && !(hit.weight !== 'weak' && (hit.family === 'env' || hit.family === 'topic' || hit.family === 'image' || hit.family === 'comment'))
    return hit.workload === undefined || counter.workload === hit.workload
  })
  return counts ? againstFactor : 1
}

function evidenceOf(counted: readonly Counted[], against: readonly Hit[], declaration: Declaration | undefined): readonly Evidence[] {
  const found: Evidence[] = []
  if (declaration) found.push({ signal: 'declared', span: declaration.span, text: `declared: ${declaration.use}`, weight: 1, for: true })
  const seen = new Set<string>()
  const add = (hit: Hit, weight: number): void => {
    const id = `${hit.span.file}:${hit.span.start} ${hit.text}`
    if (seen.has(id)) return
    seen.add(id)
    found.push({ signal: hit.signal, span: hit.span, text: hit.text, weight: Math.round(weight * 1000) / 1000, for: hit.weight !== 'against' })
  }
  for (const { hit, p } of counted) add(hit, p)
  for (const hit of against) add(hit, againstFactor)
  return found
}
