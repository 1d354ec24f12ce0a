// Topics stored once although the cluster has several brokers; knows replication factors, not who provisions topics.
import type { ObservedComponent } from '../../src/model/observation.ts'
import { defineRule, replacement, type Edit, type RuleReport } from '../../src/model/rule.ts'
import type { Topic } from '../../src/model/stack.ts'
import { valueOf } from '../../src/model/value.ts'
import { brokersOf, dataTopics, effective, established, list, notes, numberOf, settingNote, showsUse, telemetryTopic, useNote } from './facts.ts'
import { createTopics, oneBroker, program, threeBrokers } from './example-stacks.ts'

const setting = 'default.replication.factor'

// One finding for all topics of one cause, so that a list of fifty topics is one thing to repair.
function* once(component: ObservedComponent, topics: readonly Topic[], message: 'stated' | 'inherited', brokers: number): Iterable<RuleReport<'stated' | 'inherited'>> {
  const [first, ...others] = topics
  if (first === undefined) return
  const kept = established(component, 'event-log', 'source-of-truth')
  const grave = kept !== undefined && topics.some(topic => showsUse(kept, topic))
  const inherited = component.settings.get(setting)
  yield {
    message,
    data: {
      topics: list(topics.map(topic => topic.name)), brokers, lost: 'a lost disk loses their events', create: `Create ${list(topics.map(topic => topic.name))} with replication factor 3. `,
      ...(topics.length === 1 ? { are: 'is', them: 'it' } : { are: 'are', them: 'them' }),
    },
    span: message === 'stated' ? valueSpan(first) : inherited?.state === 'stated' ? inherited.span : first.span,
    severity: grave ? 'error' : 'warning',
    confidence: grave ? 'likely' : 'certain',
    because: [
      ...notes(message === 'inherited' && inherited?.state !== 'stated' ? settingNote(component, setting) : undefined, grave ? useNote(kept) : undefined),
      ...others.map(topic => ({ span: valueSpan(topic), text: `${topic.name} has one copy as well` })),
    ],
    ...(message === 'stated' ? { edits: copied(topics, brokers) } : inherited?.state === 'stated' ? replacement(inherited, String(Math.min(brokers, 3)), more(brokers), hazard) : {}),
  }
}

const more = (brokers: number): string => `Keep ${Math.min(brokers, 3)} copies of new topics`
const hazard = 'Topics that exist keep their one copy until kafka-reassign-partitions has made the others; each copy needs the same disk again.'

// All of them or none: the finding stays while one is left.
function copied(topics: readonly Topic[], brokers: number): readonly Edit[] {
  const single = topics.map(topic => (topic.replicas?.known ? replacement({ span: topic.replicas.span, value: '1' }, String(Math.min(brokers, 3)), '', hazard).edits?.[0] : undefined))
  const changes = single.flatMap(edit => edit?.changes ?? [])
  return changes.length === topics.length ? [{ title: more(brokers), safe: false, changes, hazard }] : []
}

const valueSpan = (topic: Topic) => (topic.replicas?.known ? topic.replicas.span : topic.span)

export default defineRule({
  id: 'kafka/topic-replication-below-cluster',
  technology: 'kafka',
  rows: ['durability'],
  concern: 'replication',
  severity: 'warning',
  severityNote: 'An error where the topic is shown to be an event log or the only copy of its data; advice where no topic is named in the files.',
  summary: 'The cluster has several brokers, but topics are stored on one of them only.',
  messages: {
    stated: '{topics} on {component} {are} kept in one copy although {brokers} brokers run, so one lost broker stops {them}.',
    inherited: '{topics} on {component} {are} created without a replication factor, which means one copy although {brokers} brokers run, so one lost broker stops {them}.',
    automatic: 'Topics that {component} creates by itself get one copy (default.replication.factor is 1) although {brokers} brokers run, so one lost broker stops them.',
  },
  failure: 'Any single broker of {component} that stops makes its partitions of {topics} unavailable, and {lost} for good, although {brokers} brokers are paid for.',
  fix: '{create}Set `default.replication.factor=3` and `min.insync.replicas=2` on {component}; existing topics need a reassignment.',
  diff: {
    compose: ` services:
   kafka-1:
     environment:
+      KAFKA_DEFAULT_REPLICATION_FACTOR: 3
+      KAFKA_MIN_INSYNC_REPLICAS: 2
   create-topics:
     command:
-      kafka-topics --create --topic orders --partitions 6 --replication-factor 1
+      kafka-topics --create --topic orders --partitions 6 --replication-factor 3`,
    helm: ` kafka:
   provisioning:
     enabled: true
+    replicationFactor: 3
     topics:
       - name: orders
         partitions: 6
   overrideConfiguration:
+    default.replication.factor: 3
+    min.insync.replicas: 2`,
  },
  hazards: [
    'A changed default reaches new topics only; existing ones need `kafka-reassign-partitions`.',
    'Raise `min.insync.replicas` after the replication factor, not before, or producers with acks=all stop.',
  ],
  sources: [
    'https://kafka.apache.org/documentation/#brokerconfigs',
    'https://github.com/bitnami/charts/tree/main/bitnami/kafka',
    'https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html',
  ],
  words: { topics: 'the topic', create: 'Create the topic with replication factor 3. ' },
  bad: [
    {
      title: 'three brokers, and a topic created with one copy',
      files: { 'compose.yaml': threeBrokers([], createTopics('kafka-1', '--topic orders --partitions 6 --replication-factor 1')) },
    },
    {
      title: 'the default of one copy is written down',
      files: {
        'compose.yaml': threeBrokers(['KAFKA_DEFAULT_REPLICATION_FACTOR: 1'], program('orders', 'example.com/shop/orders:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka-1:9092'])),
      },
    },
  ],
  good: [
    { title: 'one broker cannot hold two copies', files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic orders --partitions 6 --replication-factor 1')) } },
    {
      title: 'three copies',
      files: { 'compose.yaml': threeBrokers(['KAFKA_DEFAULT_REPLICATION_FACTOR: 3', 'KAFKA_MIN_INSYNC_REPLICAS: 2'], createTopics('kafka-1', '--topic orders --partitions 6 --replication-factor 3')) },
    },
    {
      title: 'a topic to play with',
      files: { 'compose.yaml': threeBrokers(['KAFKA_DEFAULT_REPLICATION_FACTOR: 3', 'KAFKA_MIN_INSYNC_REPLICAS: 2'], createTopics('kafka-1', '--topic orders-tmp --partitions 1 --replication-factor 1')) },
    },
  ],
  *check(component, stack) {
    const brokers = brokersOf(component, stack)
    if (brokers === undefined || brokers < 2) return
    const topics = dataTopics(component).filter(topic => !telemetryTopic(topic.name))
    const inherited = numberOf(component.settings.get(setting))
    yield* once(component, topics.filter(topic => valueOf(topic.replicas) === 1), 'stated', brokers)
    const silent = topics.filter(topic => topic.replicas === undefined)
    if (inherited !== 1) return
    yield* once(component, silent, 'inherited', brokers)
    const chosen = component.settings.get(setting)
    if (topics.length > 0 || brokers < 3 || effective(component.settings.get('auto.create.topics.enable')) !== 'true') return
    yield {
      message: 'automatic',
      data: { topics: 'such topics', brokers, lost: 'a lost disk loses their events', create: '' },
      span: chosen?.state === 'stated' ? chosen.span : component.span,
      severity: chosen?.state === 'stated' ? 'warning' : 'info',
      confidence: chosen?.state === 'stated' ? 'certain' : 'possible',
      because: notes(chosen?.state === 'stated' ? undefined : settingNote(component, setting), settingNote(component, 'auto.create.topics.enable')),
      ...(chosen?.state === 'stated' ? replacement(chosen, String(Math.min(brokers, 3)), more(brokers), hazard) : {}),
    }
  },
})
