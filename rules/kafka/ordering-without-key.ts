// An order that readers rely on and nothing keeps. Knows the design, the partitions in effect, and which records the source writes with a key.
import type { ObservedComponent, ObservedStack } from '../../src/model/observation.ts'
import { defineRule, type RuleReport } from '../../src/model/rule.ts'
import { clientPrograms, trafficOf } from '../client-programs.ts'
import { count, design, kafka, fieldNote } from '../spec/declared.ts'
import { createTopics, oneBroker } from './example-stacks.ts'
import { declaredTopics, partitionsOf } from './declared-topics.ts'
import { clientSettings, notes } from './facts.ts'

const orders = (more: string): string => design({ components: kafka('kafka', [`id: orders, use: event-bus, ${more}`]) })

const written = (message: string, topic = 'orders'): Readonly<Record<string, string>> => ({
  'compose.yaml': oneBroker([], '  shop:\n    build: shop\n    environment: {KAFKA_BROKERS: "kafka:9092"}\n'),
  'shop/Dockerfile': 'FROM node:22\nCOPY . .\n', 'shop/package.json': '{"name": "shop", "dependencies": {"kafkajs": "^2.0.0"}}',
  'shop/src/orders.ts': `import { Kafka } from 'kafkajs'\nconst kafka = new Kafka({ brokers: ['kafka:9092'] })\nconst producer = kafka.producer()\nawait producer.send({ topic: 'orders', messages: [{ key: order.id, value: order }] })\nawait producer.send({ topic: '${topic}', messages: [${message}] })\n`,
})

export default defineRule({
  id: 'kafka/ordering-without-key',
  technology: 'kafka',
  rows: ['ordering'],
  concern: 'semantics',
  severity: 'error',
  severityNote: 'A warning where the design names no key at all, since the producers may still set one; information where only the source shows it.',
  summary: 'Readers rely on an order that records without a key do not keep.',
  messages: {
    noKey: '{use} must arrive in order per key, but its records on {component} have no key and are spread over {partitions}.',
    unnamed: '{use} must arrive in order per key, but the design names no key for its records on {component}.',
    partitions: '{use} must arrive in one order of everything, but on {component} it has {partitions}, each with an order of its own.',
    readers: '{use} must arrive in one order of everything, but {instances} instances of {service} read it at the same time.',
    mixed: 'Some records of {use} on {component} have a key and those of {client} have none, so nothing keeps these in order with the others.',
    ignored: '{use} must arrive in order per key, but {client} ignores keys when it chooses the partition on {component}.',
  },
  failure: 'What was paid and what was cancelled lie in different partitions of {component} and are handled in either order, only under load and never in a test.',
  fix: 'Write {use} with the id of what changes as its key; for one order of everything use a single partition and reader, or a sequence number that readers check.',
  diff: { spec: '       - id: orders\n         ordering: per_key\n-        key: none\n+        key: order_id' },
  hazards: [
    'Records written before the change lie where they are: let readers finish them before they rely on the order.',
    'Partitions cannot be taken away: one order of everything needs a new topic with a single partition.',
  ],
  sources: ['https://kafka.apache.org/documentation/#design', 'https://kafka.apache.org/documentation/#producerconfigs'],
  explains: ['spec/ordering-unachievable'],
  bad: [
    { title: 'no key', files: { 'misfit.yaml': orders('ordering: per_key, key: none, topic: {name: orders, partitions: 6}') }, line: 7 },
    { title: 'one order of everything over twelve partitions', files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic orders --partitions 12 --replication-factor 1')), 'misfit.yaml': orders('ordering: global, topic: {name: orders}') }, file: 'misfit.yaml', line: 7 },
    { title: 'the source writes one topic with a key and without', files: written('{ value: refund }'), file: 'shop/src/orders.ts', line: 5 },
    { title: 'the key is not named', files: { 'misfit.yaml': orders('ordering: per_key, topic: {name: orders, partitions: 6}') }, line: 7 },
  ],
  good: [
    { title: 'with a key', files: { 'misfit.yaml': orders('ordering: per_key, key: order_id, topic: {name: orders, partitions: 6}') } },
    { title: 'the source writes one topic with keys', files: written('{ key: order.id, value: refund }') },
    { title: 'the source writes another topic without a key', files: written('{ value: refund }', 'clicks') },
    { title: 'one partition keeps its order', files: { 'misfit.yaml': orders('ordering: global, topic: {name: orders, partitions: 1}') } },
    { title: 'nobody relies on an order', files: { 'misfit.yaml': orders('ordering: none, key: none, topic: {name: orders, partitions: 6}') } },
  ],
  *check(component, stack) {
    yield* mixed(component, stack)
    for (const each of declaredTopics(component)) {
      const { use, topic } = each
      const partitions = partitionsOf(each)
      if (use.ordering === undefined || use.ordering.value === 'none' || partitions === 1) continue
      const words = { use: use.id, partitions: partitions === undefined ? 'several partitions' : `${count(partitions)} partitions` }
      const base = { use: use.id, span: use.key?.span ?? use.ordering.span, because: [...fieldNote('ordering', use.ordering), ...notes(topic?.partitions?.known ? { span: topic.partitions.span, text: `${topic.name} has ${topic.partitions.value} partitions` } : undefined), ...fieldNote('topic.partitions', use.partitions)] }
      if (use.ordering.value === 'global') {
        const several = use.consumers.find(({ instances }) => (instances?.value ?? 1) > 1)
        if (partitions !== undefined) yield { ...base, message: 'partitions', data: words, span: use.ordering.span, confidence: 'certain' }
        else if (several?.instances) yield { ...base, message: 'readers', data: { ...words, service: several.service.value, instances: several.instances.value }, span: several.instances.span, confidence: 'likely', severity: 'warning' }
        continue
      }
      const ignoring = clientSettings(component, /(^|_)PARTITIONER_IGNORE_KEYS$/).find(({ value }) => value.value.toLowerCase() === 'true')
      if (use.key?.value === 'none') yield { ...base, message: 'noKey', data: words, confidence: 'certain' }
      else if (ignoring) yield { ...base, message: 'ignored', data: { ...words, client: ignoring.workload.name }, because: [...base.because, { span: ignoring.value.span, text: `${ignoring.written}=true` }], confidence: 'certain' }
      else if (use.key === undefined && (partitions !== undefined || use.topic !== undefined)) yield { ...base, message: 'unnamed', data: words, confidence: 'likely', severity: 'warning' }
    }
  },
})

// Who gives most records of a topic a key relies on it; the first place without one is told.
function* mixed(component: ObservedComponent, stack: ObservedStack): Generator<RuleReport<'mixed'>> {
  const writes = component.spec ? [] : trafficOf(clientPrograms(component, stack), component, 'writes').filter(({ name, keyed }) => name.known && keyed !== undefined)
  for (const topic of new Set(writes.flatMap(({ name }) => (name.known ? [name.value] : [])))) {
    const own = writes.filter(({ name }) => name.known && name.value === topic)
    const bare = own.find(({ keyed }) => keyed === false), keyed = own.find(each => each.keyed === true)
    const { partitions } = component.topics.find(({ name }) => name === topic) ?? {}
    if (!bare || !keyed || (partitions?.known === true && partitions.value === 1)) continue
    yield { message: 'mixed', severity: 'info', confidence: 'possible', span: bare.name.span, data: { use: topic, client: bare.client }, because: [{ span: keyed.name.span, text: `${keyed.client} gives its records a key` }] }
  }
}
