// A topic that stands in for a key-value cache; knows topic settings and established uses.
import { defineRule } from '../../src/model/rule.ts'
import type { Topic } from '../../src/model/stack.ts'
import { declaredUses, design, everyUse, isUse, kafka, redis, fieldNote } from '../spec/declared.ts'
import { dataTopics, effective, established, notes, numberOf, policiesOf, useNote } from './facts.ts'
import { createTopics, oneBroker, program } from './example-stacks.ts'

/** A topic of invalidations or updates refreshes somebody else's cache. */
const cacheName = (name: string): boolean =>
  /(^|[-_.])(cache|cached|kv|key-?value|lookup)([-_.]|$)/i.test(name)
  && !/(invalidat|evict|refresh|events?|updates?|changes?|changelog|miss|clear|purge|warm)/i.test(name)

/** The settings people change to force "only the latest value". */
function tuning(topic: Topic): string | undefined {
  const limits = [['segment.bytes', 16 * 1_048_576], ['segment.ms', 600_000], ['delete.retention.ms', 60_000]] as const
  for (const [name, most] of limits) {
    const value = numberOf(topic.config.get(name))
    if (value !== undefined && value > 0 && value <= most) return name
  }
  const dirty = effective(topic.config.get('min.cleanable.dirty.ratio'))
  return dirty !== undefined && /^0?\.?\d+$/.test(dirty) && Number(dirty) <= 0.1 ? 'min.cleanable.dirty.ratio' : undefined
}

const create = (topic: string): string => createTopics('kafka', `${topic} --partitions 6 --replication-factor 1`)
const client = program('catalog', 'example.com/shop/catalog:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092'])
const tuned = '--config cleanup.policy=compact --config segment.bytes=1048576 --config min.cleanable.dirty.ratio=0.01'

const lookedUp = (more: string): string => design({ components: kafka('kafka', ['id: prices, use: state-store, access_pattern: point_lookup, data_nature: current_state, retention: {policy: compact}']) + more })

export default defineRule({
  id: 'kafka/used-as-cache',
  technology: 'kafka',
  rows: ['latency-goal', 'data-nature', 'failure-mode'],
  concern: 'fit',
  severity: 'warning',
  severityNote: 'An error where the use is declared.',
  summary: 'A topic is used as a key-value cache.',
  messages: {
    topic: 'Topic {topic} on {component} is named and tuned as a key-value cache ({setting}), but a log cannot look up a key.',
    asked: 'The design looks up {use} by key on {component}, but a log can only be read from a position.',
    use: '{client} uses {component} as a key-value cache, but a log cannot look up a key.',
  },
  failure: 'To read one value, a client of {component} reads the whole log or keeps a full copy in memory: the first reads after each restart take seconds, '
    + 'and tiny segments multiply open files and the work of the cleaner for everybody.',
  fix: 'Keep the topic on {component} as the feed of changes and let one consumer write the latest value to Redis with an expiry; set segment and cleaner settings back to their defaults.',
  diff: {
    compose: ` services:
   create-topics:
     command:
-      kafka-topics --create --topic product-cache --config cleanup.policy=compact --config segment.bytes=1048576 --config min.cleanable.dirty.ratio=0.01
+      kafka-topics --create --topic product-changes --config cleanup.policy=compact
+  cache:
+    image: valkey/valkey:8
+    command: valkey-server --maxmemory 512mb --maxmemory-policy allkeys-lru`,
    helm: [
      ' kafka:',
      '   provisioning:',
      '     topics:',
      '-      - name: product-cache',
      '+      - name: product-changes',
      '         config:',
      '           cleanup.policy: compact',
      '-          segment.bytes: "1048576"',
      '-          min.cleanable.dirty.ratio: "0.01"',
      '+valkey:',
      '+  architecture: standalone',
      '+  commonConfiguration: |-',
      '+    appendonly no',
      '+    save ""',
      '+    maxmemory 512mb',
      '+    maxmemory-policy allkeys-lru',
    ].join('\n'),
  },
  hazards: [
    'Redis is empty after a restart: let the consumer read the topic from its beginning then, or readers find a key only once it changes again.',
    'A new name is a new topic: fill Redis from the old one before its readers move and it goes.',
  ],
  otherTool: 'Redis for the reads by key, with an expiry; Kafka stays the feed that keeps it fresh.',
  sources: [
    'https://kafka.apache.org/documentation/#compaction',
    'https://kafka.apache.org/documentation/#topicconfigs',
    'https://cwiki.apache.org/confluence/display/KAFKA/KIP-1030%3A+Change+constraints+and+default+values+for+various+configurations',
  ],
  bad: [
    { title: 'a design that looks up keys', files: { 'misfit.yaml': lookedUp('') }, line: 7 },
    { title: 'a compacted topic with tiny segments, named a cache', files: { 'compose.yaml': oneBroker([], create(`--topic product-cache ${tuned}`) + client) } },
    { title: 'the use is declared', files: { 'compose.yaml': oneBroker([], client).replace('    environment:', '    labels:\n      misfit.use: cache\n    environment:') } },
  ],
  good: [
    { title: 'a view serves the look-ups', files: { 'misfit.yaml': lookedUp(redis('view', ['id: prices, use: derived-state, rebuild_from: kafka/prices'])) } },
    { title: 'a compacted feed of changes', files: { 'compose.yaml': oneBroker([], create('--topic product-changes --config cleanup.policy=compact') + client) } },
    { title: "events that refresh somebody else's cache", files: { 'compose.yaml': oneBroker([], create(`--topic product-cache-invalidation ${tuned}`) + client) } },
    { title: 'named a cache, but neither compacted nor tuned', files: { 'compose.yaml': oneBroker([], create('--topic product-cache') + client) } },
  ],
  *check(component, stack) {
    for (const asked of declaredUses(component)) {
      if (asked.accessPattern?.value !== 'point_lookup' || asked.dataNature?.value !== 'current_state' || isUse(asked, 'cache')) continue
      // Where a view serves the look-ups, or a user waits for them, other rules speak.
      const waits = asked.consumers.some(({ service, onRequestPath }) => (onRequestPath ?? stack.spec?.services.find(({ id }) => id === service.value)?.onRequestPath)?.value === true)
      if (waits || everyUse(stack).some(({ use: other }) => other.rebuildFrom?.value === `${component.spec?.id ?? ''}/${asked.id}`)) continue
      yield { message: 'asked', data: { use: asked.id }, use: asked.id, span: asked.accessPattern.span, severity: 'error', confidence: 'certain', because: fieldNote('data_nature', asked.dataNature) }
    }
    const use = established(component, 'cache')
      ?? component.uses.find(one => one.established && !one.internal && one.use === 'state-store' && one.evidence.some(evidence => evidence.for && /kcache/i.test(`${evidence.signal} ${evidence.text}`)))
    for (const topic of dataTopics(component)) {
      const name = tuning(topic)
      const setting = name === undefined ? undefined : topic.config.get(name)
      if (name === undefined || !cacheName(topic.name) || policiesOf(component, topic)?.includes('compact') !== true) continue
      yield {
        message: 'topic', data: { topic: topic.name, setting: `${name}=${effective(setting) ?? ''}` }, span: topic.span,
        severity: use?.declared === true ? 'error' : 'warning', confidence: 'likely',
        because: notes(setting?.state === 'stated' ? { span: setting.span, text: `${name}=${setting.value} forces "only the latest value"` } : undefined, useNote(use)),
      }
      return
    }
    if (use === undefined) return
    yield {
      message: 'use', data: { client: use.clients[0] ?? 'this stack' }, span: component.span,
      severity: use.declared ? 'error' : 'warning', confidence: use.declared ? 'certain' : 'likely', because: notes(useNote(use)),
    }
  },
})
