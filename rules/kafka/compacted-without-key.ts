// A compacted topic whose records have no key. Knows the design, the cleanup policy and what the clients' source sends.
import { defineRule } from '../../src/model/rule.ts'
import { clientPrograms, trafficOf } from '../client-programs.ts'
import { design, fieldNote, kafka } from '../spec/declared.ts'
import { createTopics, oneBroker } from './example-stacks.ts'
import { declaredTopics, policies } from './declared-topics.ts'
import { policiesOf } from './facts.ts'

const producer = (record: string): Readonly<Record<string, string>> => ({
  'compose.yaml': oneBroker([], `${createTopics('kafka', '--topic stock --partitions 6 --replication-factor 1 --config cleanup.policy=compact')}  shop:\n    build: shop\n    environment: {KAFKA_BROKERS: "kafka:9092"}\n`),
  'shop/Dockerfile': 'FROM node:22\nCOPY . .\n', 'shop/package.json': '{"name": "shop", "dependencies": {"kafkajs": "^2.0.0"}}',
  'shop/src/stock.ts': `import { Kafka } from 'kafkajs'\nconst producer = new Kafka({ brokers: ['kafka:9092'] }).producer()\nexport const sold = item => producer.send({ topic: 'stock', messages: [${record}] })\n`,
})

export default defineRule({
  id: 'kafka/compacted-without-key',
  technology: 'kafka',
  rows: ['data-nature', 'ordering'],
  concern: 'semantics',
  severity: 'error',
  summary: 'A compacted topic is written without keys.',
  messages: { rejected: '{use} on {component} is compacted, which keeps one record for each key, but its records have none and are rejected.', sent: '{use} sends to {topic}, which is compacted on {component} and keeps one record for each key, but its records have none and are rejected.' },
  failure: 'The brokers of {component} refuse records without a key on a compacted topic; the producer gets an InvalidRecordException for every one of them.',
  fix: 'Write {use} with a key (the id of what changed), or clean the topic by time: cleanup.policy=delete.',
  diff: { spec: '       - id: stock\n         retention: {policy: compact}\n-        key: none\n+        key: product_id' },
  hazards: [
    'With cleanup.policy=delete records go by age: set retention.ms in the same step, as seven days are the default.',
    'Records without a key that were written before compaction was switched on are removed by the cleaner.',
  ],
  words: { topic: 'the topic' },
  sources: ['https://kafka.apache.org/documentation/#compaction'],
  bad: [
    { title: 'declared both ways', files: { 'misfit.yaml': design({ components: kafka('events', ['id: stock, use: state-store, key: none, retention: {policy: compact}']) }) }, line: 7 },
    {
      title: 'the topic is provisioned so',
      files: {
        'compose.yaml': oneBroker([], createTopics('kafka', '--topic stock --partitions 6 --replication-factor 1 --config cleanup.policy=compact')),
        'misfit.yaml': design({ components: kafka('kafka', ['id: stock, use: state-store, key: none, topic: {name: stock}']) }),
      },
      file: 'misfit.yaml', line: 7,
    },
    { title: 'the source sends no key', files: producer('{ value: item }'), file: 'shop/src/stock.ts', line: 3 },
  ],
  good: [
    { title: 'the source sends a key', files: producer('{ key: item.id, value: item }') },
    { title: 'the source sends what is made elsewhere', files: producer('...records(item)') },
    { title: 'with a key', files: { 'misfit.yaml': design({ components: kafka('events', ['id: stock, use: state-store, key: product_id, retention: {policy: compact}']) }) } },
    { title: 'cleaned by time', files: { 'misfit.yaml': design({ components: kafka('events', ['id: clicks, use: event-bus, key: none, retention: {policy: delete}']) }) } },
  ],
  *check(component, stack) {
    for (const each of declaredTopics(component)) {
      const { use, topic } = each
      if (use.key?.value !== 'none' || !policies(component, each)?.includes('compact')) continue
      const policy = topic?.config.get('cleanup.policy')
      yield {
        message: 'rejected', data: { use: use.id }, use: use.id, span: use.key.span, confidence: 'certain',
        because: policy?.state === 'stated' ? [{ span: policy.span, text: `cleanup.policy=${policy.value}` }] : fieldNote('retention.policy', use.retentionPolicy),
      }
    }
    for (const { client, name, keyed } of trafficOf(clientPrograms(component, stack), component, 'writes')) {
      const topic = keyed === false && name.known ? component.topics.find(each => each.name === name.value) : undefined
      const policy = topic?.config.get('cleanup.policy')
      if (!topic || !policiesOf(component, topic)?.includes('compact')) continue
      yield { message: 'sent', data: { use: client, topic: topic.name }, span: name.span, confidence: 'likely', because: policy?.state === 'stated' ? [{ span: policy.span, text: `cleanup.policy=${policy.value}` }] : [{ span: topic.span, text: `${topic.name} is compacted` }] }
    }
  },
})
