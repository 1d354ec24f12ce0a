// An operator that deletes the brokers' volumes together with its resource; knows what it is told about them, and uses.
import { defineRule, replacement } from '../../src/model/rule.ts'

const cluster = (deletes: string): string => `apiVersion: kafka.strimzi.io/v1beta2
kind: Kafka
metadata:
  name: events
spec:
  kafka:
    replicas: 3
    listeners:
      - {name: plain, port: 9092, type: internal, tls: false}
    config:
      default.replication.factor: 3
      min.insync.replicas: 2
      offsets.topic.replication.factor: 3
      transaction.state.log.replication.factor: 3
      transaction.state.log.min.isr: 2
    storage:
      type: persistent-claim
      size: 100Gi
${deletes}  zookeeper:
    replicas: 3
    storage: {type: persistent-claim, size: 10Gi}
`
const kept = (topic: string): string => `apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaTopic
metadata:
  name: ${topic}
  labels: {strimzi.io/cluster: events}
spec:
  partitions: 6
  replicas: 3
  config: {retention.ms: "-1"}
`

export default defineRule({
  id: 'kafka/claims-deleted-with-cluster',
  technology: 'kafka',
  rows: ['durability', 'failure-mode'],
  concern: 'durability',
  severity: 'info',
  severityNote: 'A warning in production, and where topics keep what stands nowhere else.',
  summary: 'Whoever deletes the resource of the cluster deletes all of its data with it.',
  messages: {
    deleted: 'Deleting the Kafka resource of {component}, by a mistaken prune or a removed release too, deletes the volumes of all brokers with it ({setting}).',
  },
  failure: 'A GitOps tool that prunes, a `helm uninstall` or a deleted namespace ends in seconds what {component} has kept, and no copy is left: replication holds copies on volumes that go together.',
  fix: 'Set `deleteClaim: false` for the storage of {component} (the default): the volumes then outlive the resource, and a cluster of the same name finds them again.',
  diff: {
    manifests: `   kafka:
     storage:
       type: persistent-claim
       size: 100Gi
-      deleteClaim: true
+      deleteClaim: false`,
  },
  hazards: ['Volumes that nobody deletes cost money after the cluster has gone: remove the claims by hand.'],
  sources: ['https://strimzi.io/docs/operators/latest/configuring#type-PersistentClaimStorage-schema-reference'],
  bad: [
    { title: 'a log that is kept for ever', files: { 'kafka.yaml': cluster('      deleteClaim: true\n'), 'topics.yaml': kept('orders') }, line: 19 },
    { title: 'a cluster of events', files: { 'kafka.yaml': cluster('      deleteClaim: true\n') }, line: 19 },
  ],
  good: [
    { title: 'claims that stay', files: { 'kafka.yaml': cluster('      deleteClaim: false\n'), 'topics.yaml': kept('orders') } },
    { title: 'nothing stated', files: { 'kafka.yaml': cluster(''), 'topics.yaml': kept('orders') } },
    { title: 'a cluster for tests', files: { 'test/kafka.yaml': cluster('      deleteClaim: true\n') } },
  ],
  *check(component, stack) {
    const found = component.storage.deletedWith
    if (component.external || found === undefined) return
    const lasting = component.uses.filter(use => use.established && !use.internal && (use.use === 'source-of-truth' || use.use === 'event-log'))
    yield {
      message: 'deleted', severity: lasting.length > 0 || stack.environment.class === 'production' ? 'warning' : 'info', confidence: 'certain', data: { setting: 'deleteClaim: true' }, span: found.span,
      because: lasting.flatMap(use => use.evidence.slice(0, 2).map(({ span, text }) => ({ span, text }))),
      ...replacement({ span: found.span, value: found.value }, 'false', 'Keep the volumes when the resource is deleted', 'The claims of a cluster that is really to go must then be deleted by hand.'),
    }
  },
})
