// Evidence from the keys and values of clients: documented keys first, then the grammar of names. Must not know any technology.
import type { KeySignal } from '../../model/knowledge.ts'
import type { Variable, Workload } from '../../model/stack.ts'
import { componentsFor, hitsOf, holds, signalsOf } from './context.ts'
import type { Context, Hit, Reach } from './context.ts'
import { besideStack } from './programs.ts'
import { oncePer } from '../../model/once.ts'
import { soleOf } from '../links/trace.ts'
import { fitting, pattern } from '../../model/patterns.ts'
import { grammarOf } from './grammar.ts'
import { callsItself, isReachedLocally } from './targets.ts'
import { assignment, flagsOf, normalKey, saysNo, textOf } from './text.ts'

const none: ReadonlySet<string> = new Set()

const keysOf = oncePer((signals: readonly KeySignal[]) => fitting(signals.map(({ key }) => key), true))

export function keyHits(context: Context): readonly Hit[] {
  const keys = signalsOf(context, 'key')
  const grammar = grammarOf(context)
  const fittingKey = keysOf(keys)
  const candidates = (variable: Variable): readonly KeySignal[] => fittingKey(normalKey(variable.name)).flatMap(at => keys[at] ?? [])
  const found: Hit[] = []
  const ofVariable = (variable: Variable, workload: Workload, keepsClass = false): readonly Hit[] => {
    // The first entry that matches decides, so that nothing broader does; one for each technology.
    const signals = candidates(variable)
    if (signals.length === 0) return grammar.hits(variable, workload, none, keepsClass)
    const taken = new Set<string>(), open = new Set<string>(), hits: Hit[] = []
    for (const signal of signals) {
      if (mayDeny(signal, variable, context) && holds(signal.when, workload)) hits.push(...keySignalHits({ ...signal, means: signal.means.filter(({ weight }) => weight === 'against') }, variable, workload, context).map(hit => ({ ...hit, doubt: true as const })))
      if (taken.has(signal.technology) || !matches(signal, variable, workload, context)) continue
      taken.add(signal.technology)
      if (signal.open) open.add(signal.technology)
      hits.push(...keySignalHits(signal, variable, workload, context, keepsClass))
    }
    return [...hits, ...grammar.hits(variable, workload, new Set([...taken].filter(technology => !open.has(technology))), keepsClass)]
  }
  // A program reads its own configuration, so it says as much as the environment; where another program could be meant, one class less.
  const ofSetting = (variable: Variable, workload: Workload, beside = false): readonly Hit[] => {
    // A default of nothing holds where no variable can be out of sight.
    if (variable.value.known && variable.value.value === '' && (context.stack.unread.length > 0 || workload.hidden?.includes('environment'))) return []
    const itself = variable.value.known && callsItself(textOf(variable))
    return ofVariable(variable, workload).map(hit => {
      const alone = soleOf(context.stack, hit.component.technology) !== undefined
      const kept = alone ? ofVariable(variable, workload, true).find(other => other.signal === hit.signal && other.use === hit.use) ?? hit : hit
      const own = itself && !isReachedLocally(hit.component, workload, beside) ? { ...kept, astray: true as const } : kept
      return workload.program?.certain === true ? { ...own, ...(own.weight === 'against' ? { soft: true, chosen: true as const } : {}) } : asBeside(own)
    })
  }
  for (const workload of context.workloads) {
    for (const variable of workload.environment) found.push(...ofVariable(variable, workload))
    // A flag has the names of its program, not of a framework's documented keys.
    for (const flag of flagsOf(workload)) found.push(...grammar.hits(flag, workload, none, false))
    for (const variable of workload.beside ?? []) {
      found.push(...ofVariable(variable, workload, true).filter(hit => context.links.of(workload, hit.component.technology).length > 0).map(asBeside))
    }
    for (const variable of workload.settings ?? []) found.push(...ofSetting(variable, workload))
    for (const label of workload.labels) {
      for (const signal of candidates(label).filter(each => matches(each, label, workload, context))) found.push(...keySignalHits(signal, label, workload, context))
    }
  }
  for (const workload of context.stack.programs ?? []) {
    for (const variable of workload.settings ?? []) found.push(...ofSetting(variable, workload, true).flatMap(hit => besideStack(hit, context)))
  }
  return found
}

// The deployment does not pass on what only lies beside the program: it says one class less, and nothing against what is stated.
const asBeside = (hit: Hit): Hit => (hit.weight === 'against' ? { ...hit, soft: true } : { ...hit, weight: hit.weight === 'decisive' ? 'strong' : 'weak' })

// Whether a signal whose key fits the variable holds for its value too.
function matches(signal: KeySignal, variable: Variable, workload: Workload, context: Context): boolean {
  const text = textOf(variable)
  if (signal.value !== undefined) return pattern(signal.value, true).test(text) && holds(signal.when, workload)
  // What cannot be read says nothing, unless its readable part leads somewhere.
  const said = variable.value.known ? text !== '' && !saysNo(text) : context.links.from(variable).length > 0
  return (said || isTrap(signal)) && holds(signal.when, workload)
}

/** What a variable whose value cannot be read may show, by its name. */
export function hiddenSignals({ name, value }: Variable, context: Context): readonly KeySignal[] {
  if (value.known) return []
  const keys = signalsOf(context, 'key')
  return keysOf(keys)(normalKey(name)).flatMap(at => keys[at] ?? []).filter(signal => !isTrap(signal))
}

// A value that leads nowhere, and is not there to be read, may be the one that the signal asks for.
const mayDeny = (signal: KeySignal, variable: Variable, context: Context): boolean =>
  signal.value !== undefined && !variable.value.known && signal.means.some(({ weight }) => weight === 'against') && context.links.from(variable).length === 0

const isTrap = (signal: KeySignal): boolean => signal.means.every(meaning => meaning.weight === 'trap')

function keySignalHits(signal: KeySignal, variable: Variable, workload: Workload, context: Context, keepsClass = false): readonly Hit[] {
  const place = { workload, span: variable.value.span, text: assignment(variable) }
  return hitsOf(signal, 'env', signal.means, reachOf(signal, variable, workload, context), place, { keepsClass })
}

function reachOf(signal: KeySignal, variable: Variable, workload: Workload, context: Context): readonly Reach[] {
  if (signal.reaches === 'client') {
    const direct = linked(variable, context, signal)
    return direct.length > 0 ? direct : componentsFor(context, workload, signal.technology, variable)
  }
  const direct = linked(variable, context, signal)
  if (direct.length > 0) return direct
  // A key may hold the name of the key that holds the address.
  const text = textOf(variable)
  const other = /^[A-Z][A-Z0-9_]{2,}$/.test(text) ? workload.environment.find(each => each.name === text) : undefined
  return other ? linked(other, context, signal) : []
}

const linked = (variable: Variable, context: Context, signal: { readonly technology: string }): readonly Reach[] =>
  context.links.from(variable).filter(link => link.component.technology === signal.technology).map(link => ({ component: link.component, link }))
