// A replication factor that the cluster cannot fulfil; knows counts only.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { valueOf } from '../../src/model/value.ts'
import { brokersOf, numberOf, stated } from './facts.ts'
import { createTopics, oneBroker, threeBrokers } from './example-stacks.ts'

export default defineRule({
  id: 'kafka/replication-exceeds-brokers',
  technology: 'kafka',
  rows: ['durability', 'failure-mode'],
  concern: 'replication',
  severity: 'error',
  summary: 'A topic asks for more copies than there are brokers, so it cannot be created.',
  messages: {
    topic: 'Topic {topic} asks for {wanted} copies but {component} has {brokers}, so creating it fails.',
    fallback: 'New topics ask for {wanted} copies (default.replication.factor) but {component} has {brokers}, so creating one fails.',
  },
  failure: 'Creating {topic} on {component} ends in INVALID_REPLICATION_FACTOR; where topics are created on first use, the producer only times out.',
  fix: 'Lower the replication factor of {topic} to the number of brokers of {component}, or add the missing brokers.',
  diff: {
    compose: ` services:
   kafka:
     environment:
-      KAFKA_DEFAULT_REPLICATION_FACTOR: 3
+      KAFKA_DEFAULT_REPLICATION_FACTOR: 1`,
    helm: ` kafka:
   controller:
-    replicaCount: 1
+    replicaCount: 3
   provisioning:
     replicationFactor: 3`,
  },
  hazards: [
    'Where you add brokers instead, existing topics keep their copies until kafka-reassign-partitions has spread them.',
  ],
  sources: ['https://kafka.apache.org/documentation/#brokerconfigs'],
  words: { topic: 'the topic' },
  bad: [
    { title: 'three copies on one broker', files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic orders --partitions 6 --replication-factor 3')) } },
    { title: 'a default of three copies on one broker', files: { 'compose.yaml': oneBroker(['KAFKA_DEFAULT_REPLICATION_FACTOR: 3']) }, line: 14 },
  ],
  good: [
    { title: 'three copies on three brokers', files: { 'compose.yaml': threeBrokers(['KAFKA_DEFAULT_REPLICATION_FACTOR: 3', 'KAFKA_MIN_INSYNC_REPLICAS: 2'], createTopics('kafka-1', '--topic orders --partitions 6 --replication-factor 3')) } },
    {
      title: 'the other brokers run elsewhere',
      files: {
        'compose.yaml': `services:
  kafka:
    image: confluentinc/cp-kafka:7.6.0
    environment:
      KAFKA_BROKER_ID: 1
      KAFKA_ZOOKEEPER_CONNECT: zk-1.internal.example.com:2181
      KAFKA_DEFAULT_REPLICATION_FACTOR: 3
    volumes:
      - kafka-data:/var/lib/kafka/data
volumes:
  kafka-data:
`,
      },
    },
  ],
  *check(component, stack) {
    const brokers = brokersOf(component, stack)
    if (brokers === undefined || brokers < 1) return
    const count = brokers === 1 ? 'one broker' : `${brokers} brokers`
    for (const topic of component.topics) {
      const wanted = valueOf(topic.replicas)
      if (wanted === undefined || wanted <= brokers) continue
      yield {
        message: 'topic',
        data: { topic: topic.name, wanted, brokers: count },
        span: topic.replicas?.span ?? topic.span,
        confidence: 'certain',
        because: [{ span: component.span, text: `${component.name} has ${count}` }],
        // Such a topic cannot have been created, so there is nothing to lose.
        ...replacement(topic.replicas?.known ? { span: topic.replicas.span, value: String(wanted) } : undefined, String(brokers), `Ask for ${brokers === 1 ? 'one copy' : `${brokers} copies`}`),
      }
    }
    const fallback = stated(component, 'default.replication.factor')
    const wanted = numberOf(fallback)
    if (fallback === undefined || wanted === undefined || wanted <= brokers) return
    yield {
      message: 'fallback',
      data: { topic: 'a topic', wanted, brokers: count },
      span: fallback.span,
      confidence: 'certain',
      because: [{ span: component.span, text: `${component.name} has ${count}` }],
      ...replacement(fallback, String(brokers), `Ask for ${brokers === 1 ? 'one copy' : `${brokers} copies`}`),
    }
  },
})
