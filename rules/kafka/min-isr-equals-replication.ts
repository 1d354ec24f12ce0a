// Every copy must be in sync for a write, so one restart stops all; knows replication settings only.
import type { ObservedComponent } from '../../src/model/observation.ts'
import { defineRule, replacement } from '../../src/model/rule.ts'
import { valueOf, type Note } from '../../src/model/value.ts'
import { brokersOf, dataTopics, numberOf, settingNote, stated, type Stated } from './facts.ts'
import { createTopics, oneBroker, threeBrokers } from './example-stacks.ts'

const setting = 'min.insync.replicas'
const transactionCopies = 'transaction.state.log.replication.factor'

interface Pair {
  readonly subject: string
  readonly replicas: number
  readonly needed: number
  readonly place: Stated
  readonly because: Note
  /** Whose writes wait for it. */
  readonly who?: string
}

function pairs(component: ObservedComponent): readonly Pair[] {
  const found: Pair[] = []
  const broker = stated(component, setting)
  const copies = component.settings.get('default.replication.factor')
  const fallback = numberOf(copies)
  for (const topic of dataTopics(component)) {
    const own = topic.config.get(setting)
    const needed = own === undefined ? broker : own.state === 'stated' ? own : undefined
    const replicas = valueOf(topic.replicas)
    const value = numberOf(needed)
    if (needed === undefined || value === undefined || replicas === undefined) continue
    found.push({ subject: `topic ${topic.name}`, replicas, needed: value, place: needed, because: { span: topic.replicas?.span ?? topic.span, text: `${topic.name} has ${replicas} copies` } })
  }
  const value = numberOf(broker)
  // A default that nobody wrote is blamed only where it is certain that the version refuses the writes.
  if (broker && value !== undefined && fallback !== undefined && copies && (copies.state === 'stated' || (value > fallback && capped(component) === false))) {
    found.push({ subject: 'every new topic', replicas: fallback, needed: value, place: broker, because: settingNote(component, 'default.replication.factor') ?? { span: component.span, text: 'one copy' } })
  }
  const transactions = component.settings.get(transactionCopies), own = stated(component, 'transaction.state.log.min.isr')
  const kept = numberOf(transactions), required = numberOf(own)
  if (own && transactions?.state === 'stated' && kept !== undefined && required !== undefined) {
    found.push({ subject: 'the log of transactions', replicas: kept, needed: required, place: own, who: 'transactional', because: { span: transactions.span, text: `${transactionCopies}=${transactions.value}` } })
  }
  return found
}

/** Since 3.7 the broker lowers the number to the copies a topic has (KAFKA-15583); before, such a topic refuses every write. */
function capped(component: ObservedComponent): boolean | undefined {
  const match = /^(\d+)(?:\.(\d+))?/.exec((component.contains ?? component.version) ?? '')
  if (!match || (component.contains === undefined && !['apache-kafka', 'bitnami-kafka', 'strimzi'].includes(component.product))) return undefined
  const [major, minor] = [Number(match[1]), match[2] === undefined ? undefined : Number(match[2])]
  return major > 3 || (major === 3 && minor !== undefined ? minor >= 7 : undefined)
}

export default defineRule({
  id: 'kafka/min-isr-equals-replication',
  technology: 'kafka',
  rows: ['durability', 'failure-mode'],
  concern: 'replication',
  severity: 'warning',
  severityNote: 'An error where more in-sync replicas are asked for than there are copies and the version is known to refuse every write then.',
  summary: 'All copies of a topic must be in sync before a write is accepted, so one broker that restarts stops the producers.',
  messages: {
    equal: 'On {component}, {subject} has {replicas} copies and needs all {needed} in sync, so restarting any one broker stops every {who} producer.',
    exceeds: 'On {component}, {subject} has {replicas} copies but needs {needed} in sync, so {who} producers are refused (NOT_ENOUGH_REPLICAS).',
  },
  failure: 'Producers of {subject} on {component} get NOT_ENOUGH_REPLICAS as soon as fewer than {needed} of {replicas} copies are in sync: a rolling upgrade becomes an outage.',
  fix: 'Give {subject} on {component} one copy more than `min.insync.replicas`: three copies and two in sync.',
  diff: {
    compose: ` services:
   kafka-1:
     environment:
       KAFKA_DEFAULT_REPLICATION_FACTOR: 3
-      KAFKA_MIN_INSYNC_REPLICAS: 3
+      KAFKA_MIN_INSYNC_REPLICAS: 2`,
    helm: ` kafka:
   overrideConfiguration:
     default.replication.factor: 3
-    min.insync.replicas: 3
+    min.insync.replicas: 2`,
  },
  hazards: ['Where you raise the replication factor instead, reassign existing topics first; the setting reaches new ones only.'],
  sources: ['https://kafka.apache.org/documentation/#topicconfigs', 'https://issues.apache.org/jira/browse/KAFKA-15583', 'https://docs.confluent.io/platform/current/installation/versions-interoperability.html'],
  words: { subject: 'the topic' },
  bad: [
    { title: 'three of three', files: { 'compose.yaml': threeBrokers(['KAFKA_DEFAULT_REPLICATION_FACTOR: 3', 'KAFKA_MIN_INSYNC_REPLICAS: 3']) } },
    { title: 'two of one on a Confluent Platform whose Kafka refuses the writes', files: { 'compose.yaml': oneBroker(['KAFKA_DEFAULT_REPLICATION_FACTOR: 1', 'KAFKA_MIN_INSYNC_REPLICAS: 2']).replace('apache/kafka:3.9.0', 'confluentinc/cp-kafka:7.4.1') }, line: 15 },
    { title: 'the log of transactions', files: { 'compose.yaml': threeBrokers(['KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: 3', 'KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: 3']) } },
    { title: 'two of two, on a topic', files: { 'compose.yaml': threeBrokers([], createTopics('kafka-1', '--topic orders --partitions 6 --replication-factor 2 --config min.insync.replicas=2')) } },
  ],
  good: [
    { title: 'two of three', files: { 'compose.yaml': threeBrokers(['KAFKA_DEFAULT_REPLICATION_FACTOR: 3', 'KAFKA_MIN_INSYNC_REPLICAS: 2']) } },
    { title: 'two of one where Kafka asks for no more than there are (Confluent 7.7)', files: { 'compose.yaml': oneBroker(['KAFKA_DEFAULT_REPLICATION_FACTOR: 1', 'KAFKA_MIN_INSYNC_REPLICAS: 2']).replace('apache/kafka:3.9.0', 'confluentinc/cp-kafka:7.7.1') } },
    { title: 'transactions with a copy to spare', files: { 'compose.yaml': threeBrokers(['KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: 3', 'KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: 2']) } },
    { title: 'one of one', files: { 'compose.yaml': oneBroker(['KAFKA_DEFAULT_REPLICATION_FACTOR: 1', 'KAFKA_MIN_INSYNC_REPLICAS: 1']) } },
  ],
  *check(component, stack) {
    if (component.external) return
    const seen = new Set<number>()
    for (const { subject, replicas, needed, place, because, who = 'acks=all' } of pairs(component)) {
      const lowered = capped(component)
      const harmless = replicas <= 1 && (needed <= 1 || lowered !== false)
      if (needed < replicas || harmless || (brokersOf(component, stack) === 1 && lowered !== false) || seen.has(place.span.start)) continue
      seen.add(place.span.start)
      const refused = needed > replicas && lowered === false
      yield {
        message: refused ? 'exceeds' : 'equal', data: { subject, replicas, needed, who }, span: place.span, severity: refused ? 'error' : 'warning', confidence: 'certain', because: [because],
        ...(replicas > 2 ? replacement(place, String(replicas - 1), `Let one of the ${replicas} copies be away`, `A write then counts as safe with ${replicas - 1} copies instead of ${needed}.`) : {}),
      }
    }
  },
})
