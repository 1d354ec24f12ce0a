// Evidence from the names and settings of topics, provisioned ones and those that clients name. Must not know any technology.
import type { KeySignal, TopicSignal } from '../../model/knowledge.ts'
import type { Component, Settings, Technology, Variable, Workload } from '../../model/stack.ts'
import type { Span } from '../../model/value.ts'
import { componentsFor, hitsOf, signalsOf } from './context.ts'
import type { Context, Hit, Reach } from './context.ts'
import { hiddenRoles, rolesNamed } from './grammar.ts'
import { grouped, oncePer } from '../../model/once.ts'
import { fitting, fittingMaybe, pattern } from '../../model/patterns.ts'
import { assignment, normalKey, quoted, remembered, saysNo, textOf, wordsOf } from './text.ts'

interface Named {
  readonly name: string
  readonly reach: Reach
  readonly span: Span
  readonly text: string
  readonly config: Settings
  readonly workload?: Workload
  /** It may be a topic of another cluster. */
  readonly unsure?: true
}

const none: Settings = new Map()

/** `said`: what the keys of clients say; a topic for a role that a client has chosen the technology for is no event of an application. */
export function topicHits(context: Context, said: readonly Hit[]): readonly Hit[] {
  const signals = signalsOf(context, 'topic')
  if (signals.length === 0) return []
  const found: Hit[] = [], named = remembered((technology: Technology) => clientTopics(technology, namingOf(technology, context), context))
  for (const component of context.stack.components) {
    const mine = signals.filter(signal => signal.technology === component.technology)
    const names: readonly Named[] = [...provisioned(component), ...named(component.technology).get(component) ?? []]
    // Pairs first, then the first entry that fits a name: nothing broader is made of it. What a topic's settings say holds in a pair too.
    const used = new Set<string>()
    for (const signal of mine) {
      const pair = signal.pair ? pairIn(signal.pair, names.filter(name => !used.has(name.name))) : []
      found.push(...pair.slice(0, 2).flatMap(name => hitsOfName(signal, name)))
      pair.forEach(name => used.add(name.name))
    }
    for (const name of names) {
      const role = roleOf(name, component, said, context)
      if (role) { found.push({ ...role, family: 'topic', weight: 'strong', span: name.span, text: name.text }); continue }
      const signal = mine.find(each => (!used.has(name.name) || (each.config !== undefined && each.words !== undefined)) && shows(each, name, context))
      if (signal) found.push(...hitsOfName(signal, name).map(hit => (mayHaveRole(name, component, context) ? { ...hit, unsure: true as const } : hit)))
    }
  }
  return found
}

// `SESSION_STORE=x` and `SESSION_TOPIC=user-sessions` of one client.
function roleOf(topic: Named, component: Component, said: readonly Hit[], context: Context): Hit | undefined {
  const { workload } = topic
  if (!workload) return undefined
  const spoken = rolesOf(topic, component, context)
  return said.find(hit => {
    if (hit.workload !== workload || hit.component !== component || !apart.has(hit.use) || (hit.weight !== 'decisive' && hit.weight !== 'strong')) return false
    return spoken.has(hit.signal)
  })
}
const rolesOf = (topic: Named, component: Component, context: Context): ReadonlySet<string> =>
  new Set([topic.name, topic.text.split('=')[0] ?? ''].flatMap(name => [...rolesNamed(context, component.technology, name)]))

// The same where the store's value cannot be read.
function mayHaveRole(topic: Named, component: Component, context: Context): boolean {
  const hidden = topic.workload?.environment.flatMap(variable => [...hiddenRoles(variable, component.technology, context)]) ?? []
  if (hidden.length === 0) return false
  const spoken = rolesOf(topic, component, context)
  return hidden.some(role => spoken.has(role))
}
const apart: ReadonlySet<string> = new Set(['cache', 'session-store', 'rate-limiter', 'lock', 'counter'])

const hitsOfName = (signal: TopicSignal, { reach, span, text: quote, workload, unsure }: Named): readonly Hit[] =>
  hitsOf(signal, 'topic', signal.means, [reach], { span, text: quote, ...(workload ? { workload } : {}) }, unsure ? { unsure } : {})

const provisioned = (component: Component): readonly Named[] =>
  component.topics.map(topic => ({ name: topic.name, reach: { component, link: undefined }, span: topic.span, text: `topic ${quoted(topic.name)}`, config: topic.config, ...(topic.hidden?.includes('name') ? { unsure: true } : {}) }))

// What clients name, by the components that it reaches.
function clientTopics(technology: Technology, naming: ReadonlyMap<Workload, readonly Naming[]>, context: Context): ReadonlyMap<Component, readonly Named[]> {
  const found: Named[] = []
  const configOf = ({ topics }: Component, topic: string): Settings => topics.find(({ name }) => name === topic)?.config ?? none
  for (const workload of context.workloads) {
    const { program } = workload
    for (const { technology: spoken, name } of program?.certain === true ? program.traffic : []) {
      if (spoken !== technology || !name.known) continue
      for (const reach of componentsFor(context, workload, technology)) found.push({ name: name.value, reach, config: configOf(reach.component, name.value), span: name.span, text: `topic ${quoted(name.value)}`, workload })
    }
    for (const { variable, channel, topics } of naming.get(workload) ?? []) {
      for (const reach of componentsFor(context, workload, technology, variable)) {
        if (channel !== undefined) found.push({ name: channel, reach, config: none, span: variable.nameSpan, text: assignment(variable), workload })
        for (const name of topics.split(/[,;|\s]+/)) {
          if (name !== '') found.push({ name, reach, config: configOf(reach.component, name), span: variable.value.span, text: `${variable.name}=${quoted(topics)}`, workload })
        }
      }
    }
  }
  return grouped(found, ({ reach }) => [reach.component])
}

/** A variable that names a channel by its key, or topics in its value. */
interface Naming {
  readonly variable: Variable
  readonly channel: string | undefined
  /** A list, divided as people divide them. */
  readonly topics: string
}

// The same for every component of a technology.
function namingOf(technology: string, context: Context): ReadonlyMap<Workload, readonly Naming[]> {
  const channelKeys = context.knowledge.technologies.find(each => each.id === technology)?.channelKeys ?? noKeys
  const isInternal = internalKeys(signalsOf(context, 'key'))(technology)
  return new Map(context.workloads.map(workload => [workload, workload.environment.flatMap(variable => {
    const channel = channelOf(variable, channelKeys)
    const topics = namesTopic(variable) && isInternal(normalKey(variable.name)).length === 0 ? topicsIn(variable) : ''
    return channel === undefined && topics === '' ? [] : [{ variable, channel, topics }]
  })]))
}

// Names in the value of a key that speaks of topics.
function topicsIn(variable: Variable): string {
  const text = textOf(variable)
  return !variable.value.known || saysNo(text) || !/^[\w.,;:|\s-]{2,400}$/.test(text) || /^(true|yes|on|\d+)$/i.test(text) ? '' : text
}

/** Whether a variable's name says that it holds the names of topics. */
export function namesTopic({ name }: Variable): boolean {
  const words = wordsOf(name), last = words.at(-1) ?? ''
  return /^topics?$/.test(last) || (words.includes('topic') && /^(?:name|names|id)$/.test(last))
}

function channelOf(variable: Variable, keys: readonly string[]): string | undefined {
  return channelsIn(keys)(normalKey(variable.name))[0]
}

const channelsIn = oncePer((keys: readonly string[]) => {
  const candidates = fittingMaybe(keys)
  return remembered((key): readonly string[] => candidates(key.toLowerCase()).flatMap(at => pattern(keys[at] ?? '', true).exec(key)?.[1]?.toLowerCase() ?? []))
})
const noKeys: readonly string[] = []

// Keys that a platform tool keeps for itself, under whatever name, are no topics of an application.
const internalKeys = oncePer((signals: readonly KeySignal[]) => remembered(technology =>
  fitting(signals.filter(signal => signal.technology === technology && signal.means.every(meaning => meaning.internal)).map(({ key }) => key), true)))

function shows(signal: TopicSignal, topic: Named, context: Context): boolean {
  const name = topic.name.toLowerCase()
  if (signal.topic !== undefined && !pattern(signal.topic, true).test(name)) return false
  if (signal.words !== undefined || signal.roles !== undefined) {
    const words = wordsOf(topic.name), roles = signal.roles && rolesNamed(context, signal.technology, topic.name)
    if (!signal.words?.some(word => words.includes(word)) && !signal.roles?.some(role => roles?.has(role))) return false
  }
  if (signal.pair || (signal.namedByClient && !topic.workload)) return false
  return Object.entries(signal.config ?? {}).every(([key, wanted]) => {
    const setting = topic.config.get(key)
    return setting?.state === 'stated' && pattern(wanted, true).test(setting.value)
  })
}

// All names that have a counterpart; both groups of the patterns must be equal.
function pairIn([left, right]: readonly [string, string], names: readonly Named[]): readonly Named[] {
  const stems = new Map<string, Named>()
  for (const name of names) {
    const found = pattern(left, true).exec(name.name.toLowerCase())
    if (found) stems.set(found[1] ?? '', name)
  }
  const paired = new Set<Named>()
  for (const name of names) {
    const found = pattern(right, true).exec(name.name.toLowerCase())
    const other = found ? stems.get(found[1] ?? '') : undefined
    if (other) paired.add(other).add(name)
  }
  return [...paired]
}
