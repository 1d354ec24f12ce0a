// One broker for data that must outlive a host; one finding a cluster, never one a topic.
import { defineRule } from '../../src/model/rule.ts'
import { brokersOf, established, notes, useNote } from './facts.ts'
import { serious } from '../stage.ts'
import { oneBroker, program, threeBrokers } from './example-stacks.ts'

const logged = (broker: string): string => broker.replace('    environment:', '    labels:\n      misfit.use: event-log\n    environment:')

export default defineRule({
  id: 'kafka/single-broker-durable',
  technology: 'kafka',
  rows: ['durability'],
  concern: 'replication',
  severity: 'info',
  severityNote: 'A warning where a production stack keeps an event log or its only copy of the data on the one broker.',
  summary: 'Data that must not be lost is kept by a single broker.',
  messages: {
    single: '{component} is a single broker and holds {what}: when its host is lost, the service stops and the data is gone.',
  },
  failure: 'One host carries every copy of {what} on {component}; its loss is an outage and a loss of data at once, and each maintenance stops all producers.',
  fix: 'Run three brokers with replication factor 3 and `min.insync.replicas=2`, use a managed cluster, or declare that losing {what} on {component} with its host is acceptable.',
  diff: {
    compose: ` services:
-  kafka:
+  kafka-1:
     environment:
-      KAFKA_CONTROLLER_QUORUM_VOTERS: 1@kafka:9093
-      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 1
+      KAFKA_CONTROLLER_QUORUM_VOTERS: 1@kafka-1:9093,2@kafka-2:9093,3@kafka-3:9093
+      KAFKA_DEFAULT_REPLICATION_FACTOR: 3
+      KAFKA_MIN_INSYNC_REPLICAS: 2
+  # kafka-2 and kafka-3 likewise, on other hosts`,
    helm: ` kafka:
   controller:
-    replicaCount: 1
+    replicaCount: 3`,
  },
  hazards: ['Existing topics keep one copy until `kafka-reassign-partitions` has added the others.'],
  sources: ['https://kafka.apache.org/documentation/#operations', 'https://kafka.apache.org/documentation/#design'],
  bad: [
    { title: 'an event log on one broker, in production', files: { 'compose.prod.yaml': logged(oneBroker()) }, line: 2 },
    { title: 'an event log on one broker', files: { 'compose.yaml': logged(oneBroker([], program('ledger', 'example.com/bank/ledger:2.0', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092']))) }, line: 2 },
  ],
  good: [
    { title: 'three brokers', files: { 'compose.prod.yaml': logged(threeBrokers(['KAFKA_DEFAULT_REPLICATION_FACTOR: 3', 'KAFKA_MIN_INSYNC_REPLICAS: 2'])) } },
    { title: 'one broker, and nothing shows history on it', files: { 'compose.yaml': oneBroker([], program('orders', 'example.com/shop/orders:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092'])) } },
    { title: 'an event log on a developer machine', files: { 'compose.dev.yaml': logged(oneBroker()) } },
  ],
  *check(component, stack) {
    if (!serious(stack) || brokersOf(component, stack) !== 1) return
    const use = established(component, 'event-log', 'source-of-truth')
    if (use === undefined) return
    yield {
      message: 'single',
      data: { what: use.use === 'event-log' ? 'the event history' : 'the only copy of the data' },
      span: component.span,
      severity: stack.environment.class === 'production' ? 'warning' : 'info',
      confidence: 'likely',
      because: notes(useNote(use)),
    }
  },
})
