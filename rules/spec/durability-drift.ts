// A declared durability that the deployment does not give, or gives far beyond need. Knows what each set-up survives.
import { defineRule } from '../../src/model/rule.ts'
import { durabilities, type Durability } from '../../src/model/spec.ts'
import { createTopics, oneBroker } from '../kafka/example-stacks.ts'
import { declaredUses, design, kafka, redis, fieldNote, time } from './declared.ts'
import { guaranteeOf } from './guarantees.ts'

const words: Readonly<Record<Durability, string>> = {
  none: 'nothing', best_effort: 'nothing for certain', survive_clean_restart: 'an orderly restart', survive_restart: 'a crash and a restart',
  survive_node_loss: 'the loss of a machine', survive_zone_loss: 'the loss of a zone',
}
const rank = (durability: Durability): number => durabilities.indexOf(durability)
const server = (flags: string, rest = '    volumes: ["data:/data"]\nvolumes:\n  data:\n'): string => `services:\n  redis:\n    image: redis:7.4\n    command: redis-server ${flags}\n${rest}`
const jobs = (more: string): string => design({ components: redis('redis', [`id: mails, use: job-queue, ${more}`]) })

export default defineRule({
  id: 'spec/durability-drift',
  technology: 'both',
  rows: ['durability'],
  concern: 'durability',
  severity: 'error',
  severityNote: 'Information where the deployment keeps far more than anybody asked for.',
  summary: 'The data survives less than the design says.',
  messages: {
    less: '{use} must survive {asked}, but {component} {given} and survives {survives}.',
    loses: '{use} may lose {asked} of writes at most, but {component} {given} and may lose {survives}.',
    more: 'Nothing on {component} must survive a restart, but it {given}, which costs writes and disk for nothing.',
  },
  failure: 'The day it happens, {use} is gone although everybody read in the design that it survives {asked}.',
  fix: 'Give {component} what the design asks for (Redis: appendonly yes, a volume, a replica; Kafka: three copies, two in sync), or declare what it really survives.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '     image: redis:7.4',
      '-    command: redis-server --save ""',
      '+    command: redis-server --appendonly yes',
      '+    volumes: ["redis-data:/data"]',
      '+volumes:',
      '+  redis-data:',
    ].join('\n'),
    helm: [
      ' redis:',
      '   commonConfiguration: |-',
      '-    appendonly no',
      '+    appendonly yes',
      '     save ""',
    ].join('\n'),
  },
  hazards: ['Adding appendonly yes by flag to a server that only has a snapshot starts it empty: CONFIG SET appendonly yes on the live server first.'],
  words: { use: 'the data', asked: 'a crash' },
  sources: ['https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/', 'https://redis.io/docs/latest/operate/oss_and_stack/management/replication/', 'https://kafka.apache.org/documentation/#topicconfigs'],
  explains: [
    'redis/durable-role-without-persistence', 'redis/durable-role-without-volume', 'redis/durable-role-snapshot-only', 'redis/over-persistent-cache',
    'redis/authoritative-counter-volatile', 'kafka/single-broker-durable', 'kafka/min-isr-one',
  ],
  bad: [
    {
      title: 'one copy on an operator\'s cluster',
      files: {
        'kafka.yaml': `apiVersion: kafka.strimzi.io/v1beta2
kind: Kafka
metadata: {name: events}
spec:
  kafka:
    replicas: 3
    storage: {type: persistent-claim, size: 10Gi}
---
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaTopic
metadata: {name: orders, labels: {strimzi.io/cluster: events}}
spec: {partitions: 3, replicas: 1}
`,
        'misfit.yaml': design({ components: kafka('events', ['id: orders, use: event-bus, durability: survive_node_loss, topic: orders']) }),
      },
      file: 'misfit.yaml', line: 7,
    },
    { title: 'snapshots for jobs that must survive a crash', files: { 'compose.yaml': server('--save 900 1'), 'misfit.yaml': jobs('durability: survive_restart') }, file: 'misfit.yaml', line: 7 },
    { title: 'a quarter of an hour instead of a second', files: { 'compose.yaml': server('--save 900 1'), 'misfit.yaml': jobs('max_data_loss: 1s') }, file: 'misfit.yaml', line: 7 },
    {
      title: 'one broker for what must survive the loss of a machine',
      files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic orders --partitions 6 --replication-factor 1')), 'misfit.yaml': design({ components: kafka('kafka', ['id: orders, use: event-log, durability: survive_node_loss, topic: {name: orders}']) }) },
      file: 'misfit.yaml', line: 7,
    },
  ],
  good: [
    { title: 'an append-only file on a volume', files: { 'compose.yaml': server('--appendonly yes'), 'misfit.yaml': jobs('durability: survive_restart, max_data_loss: 1s') } },
    { title: 'nothing is asked', files: { 'compose.yaml': server('--save 900 1'), 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 10m, durability: none']) }) } },
    { title: 'nothing is deployed, so nothing is known', files: { 'misfit.yaml': jobs('durability: survive_node_loss') } },
  ],
  *check(component) {
    const uses = declaredUses(component)
    let over = uses.length > 0
    for (const use of uses) {
      const given = guaranteeOf(component, use)
      const asked = use.durability
      if (!(asked && rank(asked.value) <= rank('best_effort')) || use.maxDataLoss) over = false
      if (given === undefined) continue
      const loses = given.durability === 'none' ? Infinity : given.loss
      if (asked && rank(asked.value) > rank('best_effort') && rank(given.durability) < rank(asked.value)) {
        yield { message: 'less', data: { use: use.id, asked: words[asked.value], given: given.text, survives: words[given.durability] }, use: use.id, span: asked.span, confidence: 'certain', because: given.notes }
      } else if (use.maxDataLoss && loses !== undefined && loses > use.maxDataLoss.value) {
        yield { message: 'loses', data: { use: use.id, asked: time(use.maxDataLoss.value), given: given.text, survives: loses === Infinity ? 'everything' : time(loses) }, use: use.id, span: use.maxDataLoss.span, confidence: 'certain', because: [...given.notes, ...fieldNote('durability', asked)] }
      }
    }
    const [first] = uses
    const given = over && first ? guaranteeOf(component, first) : undefined
    const log = component.settings.get(component.technology === 'redis' ? 'appendonly' : 'default.replication.factor')
    if (first?.durability && given && rank(given.durability) >= rank('survive_restart') && log?.state === 'stated' && component.technology === 'redis') {
      yield { message: 'more', severity: 'info', data: { use: first.id, asked: words[first.durability.value], given: given.text }, span: first.durability.span, confidence: 'likely', because: given.notes }
    }
  },
})
