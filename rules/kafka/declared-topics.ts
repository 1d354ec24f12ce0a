// Declared uses of a Kafka together with the topic that carries each, and what is in effect there. Reports nothing.
import type { ObservedComponent } from '../../src/model/observation.ts'
import type { DeclaredUse } from '../../src/model/spec.ts'
import type { Topic } from '../../src/model/stack.ts'
import { valueOf, type Note } from '../../src/model/value.ts'
import { declaredUses, isDeployed } from '../spec/declared.ts'
import { brokerRetention, duration, numberOf, policiesOf, settingNote } from './facts.ts'

export interface DeclaredTopic {
  readonly use: DeclaredUse
  /** The provisioned topic, where it is known. */
  readonly topic: Topic | undefined
}

/** Uses with their provisioned topics. */
export const declaredTopics = (component: ObservedComponent): readonly DeclaredTopic[] =>
  declaredUses(component).map(use => ({ use, topic: use.topic && component.topics.find(topic => topic.name === use.topic?.value) }))

export interface Kept {
  /** Infinity for ever. */
  readonly ms: number
  readonly note: Note
}

/** How long records of a use are kept: by its topic, else by the brokers; undefined when not known. */
export function kept(component: ObservedComponent, { topic, use }: DeclaredTopic): Kept | undefined {
  const own = topic?.config.get('retention.ms')
  const ms = numberOf(own)
  if (own !== undefined && ms === undefined) return undefined
  if (own && ms !== undefined) {
    const span = own.state === 'stated' ? own.span : topic?.span ?? component.span
    return { ms: ms < 0 ? Infinity : ms, note: { span, text: ms < 0 ? 'retention.ms=-1 keeps records for ever' : `retention.ms keeps records for ${duration(ms)}` } }
  }
  const broker = brokerRetention(component)
  if (broker) {
    const note = settingNote(component, broker.name)
    return { ms: broker.ms < 0 ? Infinity : broker.ms, note: note ?? { span: component.span, text: `${broker.name} keeps records for ${duration(broker.ms)}` } }
  }
  // Nothing is deployed: the design's own word is all there is.
  return !isDeployed(component) && use.retentionTime ? { ms: use.retentionTime.value, note: { span: use.retentionTime.span, text: 'retention.time of the design' } } : undefined
}

/** The cleanup policies of a use: its topic's, else what the design says. */
export function policies(component: ObservedComponent, { topic, use }: DeclaredTopic): readonly string[] | undefined {
  const found = topic && policiesOf(component, topic)
  if (found) return found
  return use.retentionPolicy?.value.split('_')
}

/** Partitions of a use: provisioned, else declared. */
export const partitionsOf = ({ topic, use }: DeclaredTopic): number | undefined => valueOf(topic?.partitions) ?? use.partitions?.value

/** Copies of each record: provisioned, else declared, else the brokers' default. */
export const copiesOf = (component: ObservedComponent, { topic, use }: DeclaredTopic): number | undefined =>
  valueOf(topic?.replicas) ?? use.replicationFactor?.value ?? numberOf(component.settings.get('default.replication.factor'))
