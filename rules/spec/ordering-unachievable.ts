// An order that a set-up cannot keep. Knows the design and the number of workers.
import { defineRule } from '../../src/model/rule.ts'
import { declaredUses, design, isUse, redis, fieldNote } from './declared.ts'

const queue = (more: string): string => design({ components: redis('redis', [`id: payments, use: job-queue, ${more}`]) })

export default defineRule({
  id: 'spec/ordering-unachievable',
  technology: 'redis',
  rows: ['ordering'],
  concern: 'semantics',
  severity: 'warning',
  summary: 'Readers rely on an order that several workers or shards do not keep.',
  messages: {
    workers: '{use} on {component} must be handled in order ({ordering}), but {workers} take jobs side by side and finish in any order.',
    shards: '{use} must be in one order of everything, but {component} is a cluster whose shards know nothing of each other.',
  },
  failure: 'A later job overtakes an earlier one on {component} whenever the earlier takes longer; it happens under load and never in a test.',
  fix: 'Give {use} one worker, a list for each key with one worker each, a number that handlers check, or a Kafka topic with the key of what changes.',
  diff: { spec: '         consumers:\n-          - {service: worker, instances: 4}\n+          - {service: worker, instances: 1}' },
  hazards: [
    'One worker takes longer than several: look at how fast the backlog grows at peak before the others are switched off.',
  ],
  otherTool: 'Kafka: the records of one key stay in order, also with many consumers.',
  sources: ['https://redis.io/docs/latest/develop/data-types/streams/', 'https://kafka.apache.org/documentation/#design'],
  bad: [
    { title: 'four workers', files: { 'misfit.yaml': queue('ordering: global, consumers: [{service: worker, instances: 4}]') }, line: 7 },
    { title: 'one order over a cluster', files: { 'misfit.yaml': design({ components: redis('redis', ['id: orders, use: event-bus, structure: stream, retention: {max_length: 1000}, ordering: global'], ['topology: {kind: cluster, nodes: 6}']) }) }, line: 8 },
  ],
  good: [
    { title: 'one worker', files: { 'misfit.yaml': queue('ordering: global, consumers: [{service: worker, instances: 1}]') } },
    { title: 'no order is needed', files: { 'misfit.yaml': queue('ordering: none, consumers: [{service: worker, instances: 4}]') } },
  ],
  *check(component) {
    const cluster = component.spec?.topology?.value === 'cluster' ? component.spec.topology : undefined
    for (const use of declaredUses(component)) {
      if (use.ordering === undefined || use.ordering.value === 'none') continue
      const several = use.consumers.find(({ instances }) => (instances?.value ?? 1) > 1)
      const shared = isUse(use, 'job-queue') || use.accessPattern?.value === 'work_queue' || use.structure?.value === 'stream' || use.structure?.value === 'list'
      const base = { use: use.id, span: use.ordering.span, confidence: 'certain' as const }
      if (shared && several?.instances) {
        yield { ...base, message: 'workers', data: { use: use.id, ordering: use.ordering.value, workers: `${several.instances.value} instances of ${several.service.value}` }, because: [{ span: several.instances.span, text: `${several.service.value} runs ${several.instances.value} times` }] }
      } else if (cluster && use.ordering.value === 'global' && use.structure?.value !== 'stream') {
        yield { ...base, message: 'shards', data: { use: use.id }, because: fieldNote('topology', cluster) }
      } else if (cluster && use.ordering.value === 'global' && use.keys.length !== 1) {
        // One stream lies on one shard; several do not.
        yield { ...base, message: 'shards', data: { use: use.id }, because: fieldNote('topology', cluster) }
      }
    }
  },
})
