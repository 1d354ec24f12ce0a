// Evidence from the names and settings of topics, provisioned ones and those that clients name. Must not know any technology.
import type { TopicSignal } from '../../model/knowledge.ts'
import type { Component, Settings, Workload } from '../../model/stack.ts'
import type { Span } from '../../model/value.ts'
import { componentsFor, hitsOf, signalsOf } from './context.ts'
import type { Context, Hit, Reach } from './context.ts'
import { pattern, quoted, saysNo, textOf, wordsOf } from './text.ts'

interface Named {
  readonly name: string
  readonly reach: Reach
  readonly span: Span
  readonly says: string
  readonly config: Settings
  readonly workload?: Workload
}

const none: Settings = new Map()

export function topicHits(context: Context): readonly Hit[] {
  const signals = signalsOf(context, 'topic')
  if (signals.length === 0) return []
  const found: Hit[] = []
  for (const component of context.stack.components) {
    const mine = signals.filter(signal => signal.technology === component.technology)
    const names = [...provisioned(component), ...clientTopics(component, context)]
    const traps = mine.filter(isTrap)
    const telling = names.filter(name => !traps.some(trap => says(trap, name)))
    for (const signal of mine) {
      if (traps.includes(signal)) continue
      const matched = signal.pair ? pairIn(signal.pair, telling) : telling.filter(name => says(signal, name))
      for (const { reach, span, says: quote, workload } of matched.slice(0, 3)) {
        found.push(...hitsOf(signal, 'topic', signal.means, [reach], { span, says: quote, ...(workload ? { workload } : {}) }))
      }
    }
  }
  return found
}

const isTrap = (signal: TopicSignal): boolean => signal.means.every(meaning => meaning.weight === 'trap')

const provisioned = (component: Component): readonly Named[] =>
  component.topics.map(topic => ({ name: topic.name, reach: { component, link: undefined }, span: topic.span, says: `topic ${quoted(topic.name)}`, config: topic.config }))

// Names in the values of keys that speak of topics.
function clientTopics(component: Component, context: Context): readonly Named[] {
  const found: Named[] = []
  for (const workload of context.workloads) {
    for (const variable of workload.environment) {
      const words = wordsOf(variable.name)
      if (!/^topics?$/.test(words.at(-1) ?? '') && !(words.includes('topic') && /^(name|names|id)$/.test(words.at(-1) ?? ''))) continue
      const text = textOf(variable)
      if (!variable.value.known || saysNo(text) || !/^[\w.,;:|\s-]{2,400}$/.test(text) || /^(true|yes|on|\d+)$/i.test(text)) continue
      const reach = componentsFor(context, workload, component.technology, variable.name).find(each => each.component === component)
      if (!reach) continue
      for (const name of text.split(/[,;|\s]+/)) {
        if (name !== '') found.push({ name, reach, span: variable.value.span, says: `${variable.name}=${quoted(text)}`, config: none, workload })
      }
    }
  }
  return found
}

function says(signal: TopicSignal, topic: Named): boolean {
  const name = topic.name.toLowerCase()
  if (signal.topic !== undefined && !pattern(signal.topic, true).test(name)) return false
  if (signal.words !== undefined) {
    const words = wordsOf(topic.name)
    if (!signal.words.some(word => words.includes(word))) return false
  }
  if (signal.topic === undefined && signal.words === undefined && signal.config === undefined) return false
  return Object.entries(signal.config ?? {}).every(([key, wanted]) => {
    const setting = topic.config.get(key)
    return setting?.state === 'stated' && pattern(wanted, true).test(setting.value)
  })
}

function pairIn([left, right]: readonly [string, string], names: readonly Named[]): readonly Named[] {
  const stems = new Map<string, Named>()
  for (const name of names) {
    const stem = pattern(left, true).exec(name.name.toLowerCase())?.[1]
    if (stem !== undefined) stems.set(stem, name)
  }
  for (const name of names) {
    const stem = pattern(right, true).exec(name.name.toLowerCase())?.[1]
    const other = stem === undefined ? undefined : stems.get(stem)
    if (other) return [other, name]
  }
  return []
}
