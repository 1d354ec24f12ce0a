// The latest value of every key on a topic that is cleaned by time; knows the topics that platform tools keep for themselves.
import type { ObservedComponent, ObservedStack } from '../../src/model/observation.ts'
import { defineRule, replacement } from '../../src/model/rule.ts'
import { valueOf, type Note } from '../../src/model/value.ts'
import { declaredUses, design, everyUse, isUse, kafka, redis } from '../spec/declared.ts'
import { clientSettings, effective, notes, numberOf, policiesOf, settingNote } from './facts.ts'
import { createTopics, oneBroker, program } from './example-stacks.ts'

interface StateTopic {
  readonly owner: string
  readonly grave: boolean
  readonly note?: Note
  readonly onePartition: boolean
}

const keys = /^((CONNECT_)?(CONFIG|OFFSET|STATUS)_STORAGE_TOPIC|SCHEMA_REGISTRY_KAFKASTORE_TOPIC)$/

/** Topics that must hold the latest value of every key, by name, and who needs them. */
function stateTopics(component: ObservedComponent, stack: ObservedStack): ReadonlyMap<string, StateTopic> {
  const found = new Map<string, StateTopic>([['_schemas', { owner: 'the schema registry', grave: true, onePartition: false }]])
  for (const { workload, key, value, written } of clientSettings(component, keys)) {
    found.set(value.value, {
      owner: workload.name, grave: true, onePartition: key.endsWith('CONFIG_STORAGE_TOPIC'),
      note: { span: value.span, text: `${workload.name} keeps its state there (${written}=${value.value})` },
    })
  }
  for (const topic of component.topics) {
    if (/-changelog$/.test(topic.name) && !found.has(topic.name)) found.set(topic.name, { owner: 'the stream processor', grave: false, onePartition: false })
  }
  for (const use of declaredUses(component)) {
    if (use.topic === undefined || found.has(use.topic.value) || !(isUse(use, 'state-store') || (use.dataNature?.value === 'current_state' && use.use === undefined))) continue
    const reader = everyUse(stack).find(each => each.use.rebuildFrom?.value === `${component.spec?.id ?? ''}/${use.id}`)
    const said = use.dataNature ?? use.use
    found.set(use.topic.value, {
      owner: reader ? reader.use.id : use.id, grave: reader !== undefined, onePartition: false,
      ...(reader?.use.rebuildFrom ? { note: { span: reader.use.rebuildFrom.span, text: `${reader.use.id} is rebuilt from it` } } : said ? { note: { span: said.span, text: 'the design calls it current state' } } : {}),
    })
  }
  return found
}

const connect = program('connect', 'confluentinc/cp-kafka-connect:7.6.0', [
  'CONNECT_BOOTSTRAP_SERVERS: kafka:9092', 'CONNECT_GROUP_ID: connect', 'CONNECT_CONFIG_STORAGE_TOPIC: connect-configs',
  'CONNECT_OFFSET_STORAGE_TOPIC: connect-offsets', 'CONNECT_STATUS_STORAGE_TOPIC: connect-status',
])

export default defineRule({
  id: 'kafka/state-topic-expires',
  technology: 'kafka',
  rows: ['data-nature', 'durability'],
  concern: 'semantics',
  severity: 'error',
  severityNote: 'A warning for the changelog of a stream processor, which may be rebuilt.',
  summary: 'A topic that must hold the latest value of every key is cleaned by time.',
  messages: {
    expires: 'Topic {topic} on {component} holds state of {owner} but is cleaned by time ({policy}), so keys that rest for {kept} vanish.',
    partitions: 'Topic {topic} on {component} holds the configuration of {owner} and has {partitions} partitions, but it must have exactly one.',
  },
  failure: 'Once {topic} on {component} has lost a key, {owner} forgets it: connectors lose configuration or position, a rebuilt view misses quiet keys; newer Connect refuses to start.',
  fix: 'Create {topic} with `cleanup.policy=compact` (and one partition for the configuration of Connect), or leave it to {owner}, which creates it correctly on {component}.',
  diff: {
    compose: ` services:
   create-topics:
     command:
-      kafka-topics --create --topic connect-configs --partitions 1
+      kafka-topics --create --topic connect-configs --partitions 1 --config cleanup.policy=compact`,
    helm: ` kafka:
   provisioning:
     topics:
       - name: connect-configs
         partitions: 1
+        config:
+          cleanup.policy: compact`,
  },
  hazards: ['Compaction needs a key on every record; the topics of Connect, the registry and Streams have one.'],
  sources: ['https://kafka.apache.org/documentation/#connect_running', 'https://kafka.apache.org/documentation/#compaction'],
  words: { topic: 'the topic', owner: 'its owner' },
  bad: [
    {
      title: 'a view is rebuilt from it',
      files: {
        'compose.yaml': oneBroker([], `${createTopics('kafka', '--topic stock --partitions 6 --replication-factor 1 --config cleanup.policy=delete')}  view:\n    image: redis:7.4\n    command: redis-server --maxmemory 1gb --maxmemory-policy noeviction\n`),
        'misfit.yaml': design({ components: kafka('kafka', ['id: stock, use: state-store, topic: stock']) + redis('view', ['id: stock, use: derived-state, rebuild_from: kafka/stock']) }),
      },
      file: 'compose.yaml',
    },
    { title: "Connect's offsets, created without a policy", files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic connect-offsets --partitions 25 --replication-factor 1 --config cleanup.policy=delete') + connect) } },
    { title: 'compacted and cleaned by time', files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic connect-offsets --partitions 25 --replication-factor 1 --config cleanup.policy=[compact,delete]') + connect) } },
    { title: "Connect's configuration on several partitions", files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic connect-configs --partitions 6 --replication-factor 1 --config cleanup.policy=compact') + connect) } },
  ],
  good: [
    { title: 'a store over windows ends on purpose', files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic counts-by-hour-changelog --partitions 6 --replication-factor 1 --config cleanup.policy=[compact,delete]')) } },
    { title: 'compacted', files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic connect-offsets --partitions 25 --replication-factor 1 --config cleanup.policy=compact') + connect) } },
    { title: 'Connect creates its topics itself', files: { 'compose.yaml': oneBroker([], connect) } },
  ],
  *check(component, stack) {
    const states = stateTopics(component, stack)
    // What a design says of its own topics is the matter of its own rules.
    for (const topic of stack.kind === 'spec' ? [] : component.topics) {
      const state = states.get(topic.name)
      if (state === undefined) continue
      const own = topic.config.get('cleanup.policy')
      const policies = policiesOf(component, topic)
      const kept = topic.config.get('retention.ms')
      const forever = numberOf(kept) === -1 || kept?.state === 'unknown'
      const data = { topic: topic.name, owner: state.owner }
      // Stores over windows of a stream processor end on purpose, and so do both at once on their topics.
      const cleaned = policies && (!policies.includes('compact') || (state.grave && policies.includes('delete')))
      if (cleaned && !forever) {
        yield {
          message: 'expires',
          data: { ...data, policy: `cleanup.policy=${effective(own) ?? policies.join(',')}`, kept: 'the retention time', partitions: valueOf(topic.partitions) ?? 1 },
          span: own?.state === 'stated' ? own.span : topic.span,
          severity: state.grave ? 'error' : 'warning',
          confidence: state.grave ? 'certain' : 'likely',
          because: notes(state.note, own ? undefined : settingNote(component, 'log.cleanup.policy')),
          ...replacement(own?.state === 'stated' ? own : undefined, 'compact', 'Keep the newest record of every key', 'What has expired already does not come back: let its owner write it once more.'),
        }
      }
      const partitions = valueOf(topic.partitions)
      if (!state.onePartition || partitions === undefined || partitions === 1) continue
      yield {
        message: 'partitions', data: { ...data, partitions, policy: policies?.join(',') ?? 'compact', kept: 'the retention time' },
        span: topic.partitions?.span ?? topic.span, severity: 'error', confidence: 'certain', because: notes(state.note),
      }
    }
  },
})
