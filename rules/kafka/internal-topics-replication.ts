// Copies of the topics that Kafka and its companions keep for themselves; knows their settings, not any user's topic.
import { isSecretImage } from '../../src/model/images.ts'
import type { ObservedComponent } from '../../src/model/observation.ts'
import { defineRule, replacement, type Edit } from '../../src/model/rule.ts'
import type { Note, Span } from '../../src/model/value.ts'
import { brokersOf, isOlder, clientSettings, notes, numberOf, settingNote } from './facts.ts'
import { oneBroker, program, threeBrokers } from './example-stacks.ts'

interface Copies {
  readonly name: string
  readonly wanted: number
  readonly span: Span
  readonly written: boolean
  readonly note: Note | undefined
  /** The same setting of other brokers. */
  readonly others: readonly { readonly span: Span; readonly value: string }[]
}

const own = ['offsets.topic.replication.factor', 'transaction.state.log.replication.factor'] as const

function copies(component: ObservedComponent): readonly Copies[] {
  const found: Copies[] = []
  // Until 0.11 the topic of offsets was made with as many copies as there were brokers: https://cwiki.apache.org/confluence/display/KAFKA/KIP-115
  for (const name of isOlder(component, [0, 11]) ? [] : own) {
    const setting = component.settings.get(name)
    const wanted = numberOf(setting)
    if (setting === undefined || wanted === undefined) continue
    const written = setting.state === 'stated'
    // Only transactional producers need the second topic: its default alone harms nobody.
    if (!written && name !== 'offsets.topic.replication.factor') continue
    found.push({ name, wanted, written, span: written ? setting.span : component.span, note: written ? undefined : settingNote(component, name), others: written ? setting.others ?? [] : [] })
  }
  for (const { written, value } of clientSettings(component, /^(CONNECT_(CONFIG|OFFSET|STATUS)_STORAGE_REPLICATION_FACTOR|SCHEMA_REGISTRY_KAFKASTORE_TOPIC_REPLICATION_FACTOR)$/)) {
    if (/^\d{1,3}$/.test(value.value.trim())) found.push({ name: written, wanted: Number(value.value), written: true, span: value.span, note: undefined, others: [] })
  }
  return found
}

// The topic that a setting speaks of, and who cannot go on without it.
const behind = (setting: string): { readonly topic: string; readonly waiting: string } =>
  setting.includes('SCHEMA_REGISTRY') ? { topic: '_schemas', waiting: 'Schema Registry does not start' }
    : setting.startsWith('CONNECT_') ? { topic: `Connect's topic of ${/CONFIG/.test(setting) ? 'connectors' : /OFFSET/.test(setting) ? 'positions' : 'states'}`, waiting: 'Connect does not start' }
      : setting.includes('transaction') ? { topic: '__transaction_state', waiting: 'producers with transactions wait' } : { topic: '__consumer_offsets', waiting: 'consumer groups read nothing' }

export default defineRule({
  id: 'kafka/internal-topics-replication',
  technology: 'kafka',
  rows: ['durability', 'backpressure'],
  concern: 'replication',
  severity: 'error',
  severityNote: 'A warning where several brokers are told to keep committed offsets in one copy (information where their image does so by itself), and where a default rather than a setting asks for too many.',
  summary: "Kafka's own topics ask for more copies than there are brokers, or for one copy on a cluster of several.",
  messages: {
    impossible: '{setting} is {wanted} but {component} has {brokers}, so {topic} is never created and {waiting}.',
    one: '{setting} is 1 on a cluster of {brokers} ({component}), so one lost broker stops every consumer group whose positions it holds.',
  },
  failure: 'With {setting}={wanted} on {brokers}, {component} cannot serve what rests on that topic: consumers report "coordinator not available", '
    + 'transactions time out or a connector forgets its position.',
  fix: 'Set {setting} to {right}, as {component} has {brokers}; an existing topic needs a reassignment.',
  diff: {
    compose: ` services:
   kafka:
     environment:
+      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 1
+      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: 1
+      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: 1`,
    helm: [
      ' kafka:',
      '   controller:',
      '     replicaCount: 1',
      '+  overrideConfiguration:',
      '+    offsets.topic.replication.factor: 1',
      '+    transaction.state.log.replication.factor: 1',
      '+    transaction.state.log.min.isr: 1',
    ].join('\n'),
  },
  hazards: ['The setting counts when the topic is created; an existing `__consumer_offsets` keeps its copies until `kafka-reassign-partitions`.'],
  sources: ['https://kafka.apache.org/documentation/#brokerconfigs', 'https://github.com/apache/kafka/blob/trunk/docker/examples/README.md'],
  explains: [],
  bad: [
    { title: 'three copies of the offsets on one broker', files: { 'compose.yaml': oneBroker().replace('OFFSETS_TOPIC_REPLICATION_FACTOR: 1', 'OFFSETS_TOPIC_REPLICATION_FACTOR: 3') }, line: 11 },
    { title: 'one copy of the offsets on three brokers', files: { 'compose.yaml': threeBrokers(['KAFKA_DEFAULT_REPLICATION_FACTOR: 3', 'KAFKA_MIN_INSYNC_REPLICAS: 2', 'KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 1']) } },
  ],
  good: [
    { title: 'one copy on one broker', files: { 'compose.yaml': oneBroker() } },
    {
      title: 'Connect leaves the number to the broker',
      files: {
        'compose.yaml': oneBroker([], program('connect', 'confluentinc/cp-kafka-connect:7.6.0', [
          'CONNECT_BOOTSTRAP_SERVERS: kafka:9092', 'CONNECT_GROUP_ID: connect', 'CONNECT_CONFIG_STORAGE_TOPIC: connect-configs', 'CONNECT_CONFIG_STORAGE_REPLICATION_FACTOR: -1',
        ])),
      },
    },
  ],
  *check(component, stack) {
    const brokers = brokersOf(component, stack)
    if (brokers === undefined || brokers < 1) return
    const count = brokers === 1 ? 'one broker' : `${brokers} brokers`
    const impossible = copies(component).filter(one => one.wanted > brokers)
    const [first, ...others] = impossible
    const used = component.clients.some(client => client.open !== true && client.hidden === undefined && !isSecretImage(client.workload.image))
    // Where nobody can read who works with it, a default accuses nobody.
    if (first && (first.written || used || component.open !== true)) {
      yield {
        message: 'impossible',
        data: { setting: first.name, wanted: first.wanted, brokers: count, right: Math.min(3, brokers), ...behind(first.name) },
        span: first.span,
        // A file that somebody runs daily is a witness against a default that would stop it.
        severity: first.written ? 'error' : used ? 'warning' : 'info',
        confidence: first.written ? 'certain' : 'likely',
        because: [
          ...notes(first.note, first.written ? { span: component.span, text: `${component.name} has ${count}` } : undefined),
          ...others.filter(one => one.written).map(one => ({ span: one.span, text: `${one.name} is ${one.wanted} as well` })),
        ],
        ...lowered(impossible, brokers),
      }
    }
    // An image for one machine asks for one copy by itself.
    const single = brokers >= 3 ? copies(component).filter(one => one.wanted === 1) : []
    const [lone, ...rest] = single
    if (lone === undefined) return
    yield {
      message: 'one',
      data: { setting: lone.name, wanted: 1, brokers: count, right: 3 },
      span: lone.span,
      severity: lone.written ? 'warning' : 'info',
      confidence: lone.written ? 'certain' : 'likely',
      because: [...notes(lone.note), { span: component.span, text: `${component.name} has ${count}` }, ...rest.map(one => ({ span: one.span, text: `${one.name} is 1 as well` }))],
      ...changed(single, 3, 'Ask for three copies of the internal topics', 'Topics that exist keep their one copy until kafka-reassign-partitions has made the others.'),
    }
  },
})

// All of them or none: the finding stays while one is left. Topics that could not be created have nothing to lose.
const lowered = (impossible: readonly Copies[], brokers: number): { readonly edits?: readonly Edit[] } =>
  changed(impossible, brokers, `Ask for ${brokers === 1 ? 'one copy' : `${brokers} copies`} of the internal topics`)

function changed(all: readonly Copies[], to: number, title: string, hazard?: string): { readonly edits?: readonly Edit[] } {
  const single = all.map(one => (one.written ? replacement({ span: one.span, value: String(one.wanted), others: one.others }, String(to), title, hazard).edits?.[0] : undefined))
  const changes = single.flatMap(edit => edit?.changes ?? [])
  return single.every(edit => edit !== undefined) ? { edits: [{ title, safe: hazard === undefined, changes, ...(hazard === undefined ? {} : { hazard }) }] } : {}
}
