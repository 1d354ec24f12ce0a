// Three copies, and one is enough to acknowledge a write; knows replication settings only.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { valueOf } from '../../src/model/value.ts'
import { brokersOf, dataTopics, numberOf, notes, settingNote, stated, telemetryTopic } from './facts.ts'
import { createTopics, oneBroker, program, threeBrokers } from './example-stacks.ts'

const setting = 'min.insync.replicas'

export default defineRule({
  id: 'kafka/min-isr-one',
  technology: 'kafka',
  rows: ['durability'],
  concern: 'replication',
  severity: 'warning',
  severityNote: 'Information where only single topics ask for three copies and nothing says that the stack is in production.',
  summary: 'Topics have three copies, but a write counts as safe when a single one has it.',
  messages: {
    one: 'On {component}, {subject} has {replicas} copies, but min.insync.replicas is 1, so a write that one broker alone holds is acknowledged as safe.',
  },
  failure: 'When the followers of {subject} lag or are down, acks=all means "whoever is left": one copy on {component} acknowledges, and losing that broker loses events '
    + 'whose producers were told they were safe.',
  fix: 'Set `min.insync.replicas=2` for {subject} on {component}; with three copies one broker may still be down without stopping producers.',
  diff: {
    compose: ` services:
   kafka-1:
     environment:
       KAFKA_DEFAULT_REPLICATION_FACTOR: 3
+      KAFKA_MIN_INSYNC_REPLICAS: 2`,
    helm: ` kafka:
   overrideConfiguration:
     default.replication.factor: 3
+    min.insync.replicas: 2`,
  },
  hazards: ['Check first that every topic has its three copies: a topic with one copy and min.insync.replicas=2 refuses writes before Kafka 3.7.'],
  sources: ['https://kafka.apache.org/documentation/#topicconfigs', 'https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html'],
  words: { subject: 'a topic' },
  bad: [
    { title: 'three copies and the default of one in-sync replica', files: { 'compose.yaml': threeBrokers(['KAFKA_DEFAULT_REPLICATION_FACTOR: 3'], program('orders', 'example.com/shop/orders:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka-1:9092'])) } },
    { title: 'a topic with three copies and one in-sync replica', files: { 'compose.yaml': threeBrokers(['KAFKA_MIN_INSYNC_REPLICAS: 1'], createTopics('kafka-1', '--topic orders --partitions 6 --replication-factor 3')) } },
  ],
  good: [
    { title: 'two in-sync replicas', files: { 'compose.yaml': threeBrokers(['KAFKA_DEFAULT_REPLICATION_FACTOR: 3', 'KAFKA_MIN_INSYNC_REPLICAS: 2']) } },
    { title: 'the topic says two itself', files: { 'compose.yaml': threeBrokers([], createTopics('kafka-1', '--topic orders --partitions 6 --replication-factor 3 --config min.insync.replicas=2')) } },
    { title: 'one broker', files: { 'compose.yaml': oneBroker(['KAFKA_MIN_INSYNC_REPLICAS: 1']) } },
  ],
  *check(component, stack) {
    // Redpanda acknowledges by majority and has no such setting.
    if (component.external || component.product === 'redpanda' || (brokersOf(component, stack) ?? 3) < 3) return
    if (numberOf(component.settings.get(setting)) !== 1) return
    const copies = stated(component, 'default.replication.factor')
    const fallback = numberOf(copies)
    const topics = dataTopics(component).filter(topic =>
      !telemetryTopic(topic.name) && !topic.config.has(setting) && (valueOf(topic.replicas) ?? (topic.replicas === undefined ? fallback ?? 0 : 0)) >= 3)
    const broadly = copies !== undefined && (fallback ?? 0) >= 3
    const first = topics[0]
    if (!broadly && first === undefined) return
    const place = stated(component, setting)
    const reason = broadly ? { span: copies.span, text: `default.replication.factor=${copies.value}` }
      : { span: first?.replicas?.span ?? component.span, text: `${first?.name ?? ''} has three copies` }
    yield {
      message: 'one',
      data: {
        subject: broadly ? 'every new topic' : topics.length === 1 ? `topic ${first?.name ?? ''}` : `each of ${topics.length} topics`,
        replicas: broadly ? fallback ?? 3 : valueOf(first?.replicas) ?? 3,
      },
      span: place?.span ?? reason.span,
      severity: broadly || stack.environment.class === 'production' ? 'warning' : 'info',
      confidence: 'certain',
      because: place ? [reason] : notes(settingNote(component, setting)),
      ...replacement(place, '2', 'Ask for two copies before a write counts as safe', 'Every topic needs its three copies first: before Kafka 3.7 a topic with one copy refuses writes from then on.'),
    }
  },
})
