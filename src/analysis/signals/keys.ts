// Evidence from the keys and values of clients: documented keys first, then words in keys. Must not know any technology.
import type { KeySignal, KeyWordSignal } from '../../model/knowledge.ts'
import type { Variable, Workload } from '../../model/stack.ts'
import { componentsFor, hitsOf, holds, signalsOf } from './context.ts'
import type { Context, Hit, Reach } from './context.ts'
import { fits, pattern } from '../../model/patterns.ts'
import { assignment, normalKey, saysNo, textOf, wordsOf } from './text.ts'

export function keyHits(context: Context): readonly Hit[] {
  const keys = signalsOf(context, 'key')
  const words = signalsOf(context, 'key-words')
  const byKey = new Map<string, readonly KeySignal[]>()
  const candidates = (variable: Variable): readonly KeySignal[] => {
    const key = normalKey(variable.name)
    let known = byKey.get(key)
    if (!known) byKey.set(key, known = keys.filter(signal => fits(signal.key, true, key)))
    return known
  }
  const found: Hit[] = []
  const ofVariable = (variable: Variable, workload: Workload, keepsClass = false): readonly Hit[] => {
    // The first entry that matches decides, so that nothing broader does; one for each technology.
    const taken = new Set<string>(), hits: Hit[] = []
    for (const signal of candidates(variable)) {
      if (taken.has(signal.technology) || !matches(signal, variable, workload, context)) continue
      taken.add(signal.technology)
      hits.push(...keySignalHits(signal, variable, workload, context, keepsClass))
    }
    for (const signal of words) {
      if (!taken.has(signal.technology)) hits.push(...wordHits(signal, variable, workload, context, keepsClass))
    }
    return hits
  }
  for (const workload of context.workloads) {
    for (const variable of workload.environment) found.push(...ofVariable(variable, workload))
    for (const variable of workload.beside ?? []) {
      found.push(...ofVariable(variable, workload, true).filter(hit => context.links.of(workload, hit.component.technology).length > 0).map(asBeside))
    }
    for (const label of workload.labels) {
      for (const signal of candidates(label).filter(each => matches(each, label, workload, context))) found.push(...keySignalHits(signal, label, workload, context))
    }
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

const isTrap = (signal: KeySignal): boolean => signal.means.every(meaning => meaning.weight === 'trap')

function keySignalHits(signal: KeySignal, variable: Variable, workload: Workload, context: Context, keepsClass = false): readonly Hit[] {
  const place = { workload, span: variable.value.span, says: assignment(variable) }
  return hitsOf(signal, 'env', signal.means, reachOf(signal, variable, workload, context), place, { keepsClass })
}

function reachOf(signal: KeySignal, variable: Variable, workload: Workload, context: Context): readonly Reach[] {
  if (signal.reaches === 'client') {
    const direct = linked(variable, context, signal)
    return direct.length > 0 ? direct : componentsFor(context, workload, signal.technology, variable.name)
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

/** Last words of keys about credentials and tuning: they name no backend. */
const tuning = new Set([
  'password', 'passwd', 'pass', 'pwd', 'secret', 'token', 'username', 'user', 'tls', 'ssl', 'ttl', 'prefix', 'timeout', 'port', 'size', 'lifetime', 'expire',
  'expiry', 'expiration', 'interval', 'concurrency', 'max', 'min', 'limit', 'count', 'retries', 'retry', 'attempts', 'window', 'ms', 'seconds', 'days', 'hours',
  'minutes', 'length', 'name', 'key', 'namespace', 'version', 'level', 'path', 'dir', 'directory', 'image', 'tag', 'replicas', 'workers', 'threads', 'memory',
])

/** Words of keys that choose a backend. */
const choosing = new Set([
  'driver', 'store', 'backend', 'adapter', 'provider', 'type', 'engine', 'connection', 'transport', 'manager', 'handler', 'storage', 'dsn', 'url', 'kind', 'implementation',
])

/** Words of keys that switch a part on or off. */
const switching = new Set(['enabled', 'enable', 'use', 'using', 'active', 'disabled', 'disable'])

function wordHits(signal: KeyWordSignal, variable: Variable, workload: Workload, context: Context, keepsClass = false): readonly Hit[] {
  const words = wordsOf(variable.name)
  if (tuning.has(words.at(-1) ?? '') || !speaksOf(signal, words, variable)) return []
  const place = { workload, span: variable.value.span, says: assignment(variable) }
  const direct = linked(variable, context, signal)
  if (direct.length > 0) return hitsOf(signal, 'env', signal.means, direct, place, { keepsClass })

  const text = textOf(variable)
  if (!variable.value.known || text === '') return []
  const technology = context.knowledge.technologies.find(each => each.id === signal.technology)
  const names = words.some(word => technology?.words.includes(word))
  const chooses = words.slice(-2).some(word => choosing.has(word))
  const switches = names && switchesOn(words, word => (technology?.words.includes(word) ?? false) || signal.words.includes(word) || (signal.phrases ?? []).some(phrase => phrase.at(-1) === word))
  if (saysNo(text)) {
    if (!switches && !chooses) return []
    const against = signal.means.map(meaning => ({ ...meaning, weight: 'against' as const }))
    return hitsOf(signal, 'env', against, componentsFor(context, workload, signal.technology, variable.name), place, { keepsClass })
  }
  const chosen = chooses && text.length <= 60 && wordsOf(text).some(word => technology?.words.includes(word))
  const enabled = switches && /^(true|yes|on|1|enabled)$/i.test(text)
  const numbered = names && /^\d{1,2}$/.test(text) && words.some(word => word === 'db' || word === 'database' || word === 'index')
  return chosen || enabled || numbered ? hitsOf(signal, 'env', signal.means, componentsFor(context, workload, signal.technology, variable.name), place, { keepsClass }) : []
}

// `USE_X_CACHE`, `X_CACHE_ENABLED`; what stands directly before `enabled` is what is switched: `X_STORE_RETRY_ENABLED` switches retries.
function switchesOn(words: readonly string[], matters: (word: string) => boolean): boolean {
  const last = words.length - 1
  if (switching.has(words[last] ?? '')) return matters(words[last - 1] ?? '')
  return words.some(word => switching.has(word))
}

function speaksOf(signal: KeyWordSignal, words: readonly string[], variable: Variable): boolean {
  const phrase = signal.phrases?.some(parts => words.some((_, at) => parts.every((part, offset) => words[at + offset] === part))) ?? false
  if (!phrase && !signal.words.some(word => words.includes(word))) return false
  if (signal.unlessWords?.some(word => words.includes(word))) return false
  return !signal.unlessKeys?.some(source => pattern(source, true).test(normalKey(variable.name)))
}
