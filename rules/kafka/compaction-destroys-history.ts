// History on a topic that keeps only the newest record of each key; knows policies and topic names.
import type { ObservedComponent } from '../../src/model/observation.ts'
import { defineRule } from '../../src/model/rule.ts'
import type { Topic } from '../../src/model/stack.ts'
import { design, isUse, kafka, fieldNote } from '../spec/declared.ts'
import { declaredTopics, policies } from './declared-topics.ts'
import { dataTopics, effective, established, notes, policiesOf, settingNote, showsUse, stated, useNote } from './facts.ts'
import { createTopics, oneBroker, program } from './example-stacks.ts'

/** Current state, whatever the history it is drawn from is called. */
const stateName = (name: string): boolean =>
  /(^|[-_.])(snapshots?|latest|current|states?|views?|projections?|tables?|index|by[-_.]key|balances?|cursors?|checkpoints?)([-_.]|$)/i.test(name)

/** Names that say every record counts; a commit log is something else. */
const historyName = (name: string): boolean => /(^|[-_.])(audit([-_.]?(log|trail|events?))?|history|journal|ledger|event[-_.]?(log|store|sourcing))s?([-_.]|$)/i.test(name)

const isHistory = (component: ObservedComponent, topic: Topic): boolean =>
  !stateName(topic.name) && (historyName(topic.name) || showsUse(established(component, 'event-log', 'source-of-truth'), topic))

const create = (topic: string): string => createTopics('kafka', `${topic} --partitions 6 --replication-factor 1`)

const shipments = (more: string): string => design({ components: kafka('kafka', [`id: shipments, use: event-bus, data_nature: event_history, topic: shipments${more}`]) })

export default defineRule({
  id: 'kafka/compaction-destroys-history',
  technology: 'kafka',
  rows: ['data-nature', 'replay'],
  concern: 'semantics',
  severity: 'error',
  severityNote: 'A warning where only the name of the topic says that it is a history.',
  summary: 'A history is kept on a compacted topic, which keeps only the newest record of each key.',
  messages: {
    topic: 'Topic {topic} on {component} is a history but compacted ({policy}), so only the newest record of each key survives.',
    declared: 'The design calls {topic} on {component} a history, but it is compacted ({policy}), so only the newest record of each key survives.',
    broker: '{component} compacts every topic by default (log.cleanup.policy={policy}), so {topic} keeps only the newest record of each key.',
  },
  failure: 'The cleaner of {component} turns the ten status changes of order 42 in {topic} into one; nothing fails, no log line says so, and the gap is found at the audit months later.',
  fix: 'Use `cleanup.policy=delete` with the retention that {topic} needs on {component}, and put the latest state into a second, compacted topic or a database.',
  diff: {
    compose: ` services:
   create-topics:
     command:
-      kafka-topics --create --topic orders-audit-log --config cleanup.policy=compact
+      kafka-topics --create --topic orders-audit-log --config cleanup.policy=delete --config retention.ms=-1`,
    helm: ` kafka:
   provisioning:
     topics:
       - name: orders-audit-log
         config:
-          cleanup.policy: compact
+          cleanup.policy: delete
+          retention.ms: "-1"`,
  },
  hazards: [
    'Changing back to `delete` does not bring compacted records back; restore them from the source if there is one.',
    'Set the retention in the same step: the default of seven days deletes history too.',
  ],
  sources: ['https://kafka.apache.org/documentation/#compaction', 'https://kafka.apache.org/documentation/#topicconfigs'],
  words: { topic: 'the topic' },
  bad: [
    { title: 'the design calls it a history', files: { 'compose.yaml': oneBroker([], create('--topic shipments --config cleanup.policy=compact')), 'misfit.yaml': shipments('') }, file: 'compose.yaml', line: 23 },
    { title: 'a design that compacts its history', files: { 'misfit.yaml': shipments(', retention: {policy: compact}') }, line: 7 },
    { title: 'an audit log, compacted', files: { 'compose.yaml': oneBroker([], create('--topic orders-audit-log --config cleanup.policy=compact')) } },
    { title: 'the cluster compacts by default', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_CLEANUP_POLICY: compact'], create('--topic payment-history')) }, line: 14 },
  ],
  good: [
    { title: 'every record has a key of its own', files: { 'misfit.yaml': shipments(', key: event_id, retention: {policy: compact}') } },
    { title: 'an audit log that is deleted by time', files: { 'compose.yaml': oneBroker([], create('--topic orders-audit-log --config cleanup.policy=delete --config retention.ms=-1')) } },
    { title: 'the latest state, compacted', files: { 'compose.yaml': oneBroker([], create('--topic order-snapshots --config cleanup.policy=compact')) } },
    {
      title: "Connect's own topics",
      files: { 'compose.yaml': oneBroker([], create('--topic connect-offsets --config cleanup.policy=compact') + program('billing', 'example.com/shop/billing:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092'])) },
    },
  ],
  *check(component) {
    const told = new Set<string>()
    for (const each of declaredTopics(component)) {
      const own = each.topic?.config.get('cleanup.policy')
      const history = each.use.dataNature?.value === 'event_history' || (isUse(each.use, 'event-log') && each.use.dataNature === undefined)
      // A key of its own for every record leaves nothing to compact.
      if (!history || !policies(component, each)?.includes('compact') || /(event|message|record)[-_.]?id$/i.test(each.use.key?.value ?? '')) continue
      const span = own?.state === 'stated' ? own.span : each.use.retentionPolicy?.span ?? each.use.span
      if (each.use.topic) told.add(each.use.topic.value)
      yield {
        message: 'declared', data: { topic: each.use.topic?.value ?? each.use.id, policy: `cleanup.policy=${policies(component, each)?.join(',') ?? ''}` }, use: each.use.id, span, severity: 'error', confidence: 'certain',
        because: [...fieldNote('use', each.use.use), ...fieldNote('data_nature', each.use.dataNature)],
      }
    }
    const use = established(component, 'event-log', 'source-of-truth')
    for (const topic of dataTopics(component)) {
      const own = topic.config.get('cleanup.policy')
      const policy = effective(own)
      if (own?.state !== 'stated' || policy === undefined || told.has(topic.name) || !/\bcompact\b/.test(policy) || !isHistory(component, topic)) continue
      const shown = showsUse(use, topic)
      yield {
        message: 'topic',
        data: { topic: topic.name, policy: `cleanup.policy=${own.value}` },
        span: own.span,
        severity: use?.declared === true && shown ? 'error' : 'warning',
        confidence: 'likely',
        because: [{ span: topic.span, text: `the name ${topic.name} says that every record counts` }, ...notes(shown ? useNote(use) : undefined)],
      }
    }
    const broker = stated(component, 'log.cleanup.policy')
    if (broker === undefined || !/\bcompact\b/.test(broker.value.toLowerCase())) return
    const inheriting = dataTopics(component).filter(topic => !topic.config.has('cleanup.policy') && policiesOf(component, topic) !== undefined)
    if (told.size > 0) return
    const victim = inheriting.find(topic => isHistory(component, topic))
    const flow = established(component, 'event-log', 'event-bus', 'job-queue', 'source-of-truth')
    if (victim === undefined && flow === undefined) return
    yield {
      message: 'broker',
      data: { topic: victim ? `topic ${victim.name}` : 'each topic without a policy of its own', policy: broker.value },
      span: broker.span,
      severity: victim ? 'error' : 'warning',
      confidence: 'likely',
      because: victim ? [{ span: victim.span, text: `${victim.name} has no policy of its own` }] : notes(useNote(flow), flow ? undefined : settingNote(component, 'log.cleanup.policy')),
    }
  },
})
