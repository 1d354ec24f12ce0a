// Partitions that are to be added under an order per key. Knows the design and the partitions in effect.
import { defineRule } from '../../src/model/rule.ts'
import { valueOf } from '../../src/model/value.ts'
import { design, isDeployed, kafka, fieldNote } from '../spec/declared.ts'
import { createTopics, oneBroker } from './example-stacks.ts'
import { declaredTopics, partitionsOf } from './declared-topics.ts'
import { notes } from './facts.ts'

const orders = (topic: string): string => design({ components: kafka('kafka', [`id: orders, use: event-bus, ordering: per_key, key: order_id, topic: {name: orders, ${topic}}`]) })

export default defineRule({
  id: 'kafka/partition-growth-breaks-ordering',
  technology: 'kafka',
  rows: ['ordering', 'scale-pattern'],
  concern: 'semantics',
  severity: 'info',
  summary: 'Partitions are to be added to a topic whose readers rely on the order per key.',
  messages: { moves: '{use} on {component} has {now} partitions and shall have {later}: the change moves keys, so old and new records of one key are read side by side.' },
  failure: 'From the moment partitions are added to {component}, a key lands elsewhere; a reader may handle its new records before its old ones, and partitions cannot be taken away again.',
  fix: 'Create the topic of {use} with enough partitions from the start (12 or more), or move to a new topic and let readers finish the old one first.',
  diff: { spec: '         topic:\n           name: orders\n-          partitions: 3\n-          planned_partitions: 12\n+          partitions: 12' },
  hazards: [
    'Partitions cannot be taken away again; on a new topic, consumers start at auto.offset.reset unless their position is set.',
  ],
  sources: ['https://kafka.apache.org/documentation/#operations'],
  bad: [
    { title: 'planned', files: { 'misfit.yaml': orders('partitions: 3, planned_partitions: 12') }, line: 7 },
    { title: 'the deployment has other partitions than the design', files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic orders --partitions 3 --replication-factor 1')), 'misfit.yaml': orders('partitions: 12') }, file: 'misfit.yaml', line: 7 },
  ],
  good: [
    { title: 'nothing is planned', files: { 'misfit.yaml': orders('partitions: 12') } },
    { title: 'no order is needed', files: { 'misfit.yaml': design({ components: kafka('kafka', ['id: clicks, use: event-bus, ordering: none, topic: {name: clicks, partitions: 3, planned_partitions: 12}']) }) } },
  ],
  *check(component) {
    for (const each of declaredTopics(component)) {
      const { use, topic } = each
      const provisioned = isDeployed(component) ? valueOf(topic?.partitions) : undefined
      const now = partitionsOf(each)
      const later = use.plannedPartitions ?? (provisioned !== undefined && use.partitions?.value !== provisioned ? use.partitions : undefined)
      if (use.ordering?.value !== 'per_key' || later === undefined || now === undefined || later.value === now) continue
      yield {
        message: 'moves', data: { use: use.id, now, later: later.value }, use: use.id, span: later.span, confidence: 'certain',
        because: [...fieldNote('ordering', use.ordering), ...notes(topic?.partitions?.known ? { span: topic.partitions.span, text: `${topic.name} has ${topic.partitions.value} partitions` } : undefined)],
      }
    }
  },
})
