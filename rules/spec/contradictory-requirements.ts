// Two fields of one use that cannot both hold. Knows the design only.
import { defineRule } from '../../src/model/rule.ts'
import type { DeclaredUse } from '../../src/model/spec.ts'
import type { Known } from '../../src/model/value.ts'
import { day, declaredUses, design, isUse, kafka, redis, time } from './declared.ts'

interface Contradiction {
  readonly fields: readonly (readonly [string, Known<unknown> | undefined])[]
  readonly why: string
}

const shown = (value: unknown): string => (typeof value === 'number' ? (value === Infinity ? 'none' : time(value)) : String(value))

/** Every pair that contradicts itself, with why. */
function contradictions(use: DeclaredUse): readonly Contradiction[] {
  const found: Contradiction[] = []
  const add = (holds: boolean, why: string, ...fields: Contradiction['fields']): void => { if (holds) found.push({ fields, why }) }
  const lossy = use.durability?.value === 'none'
  add(lossy && use.replayRequired?.value === true, 'what nobody keeps cannot be read again', ['durability', use.durability], ['replay.required', use.replayRequired])
  add(lossy && use.delivery?.value === 'exactly_once', 'what may be lost is not delivered exactly once', ['durability', use.durability], ['delivery', use.delivery])
  add(isUse(use, 'cache') && use.sourceOfTruth?.value === true, 'a cache is a copy', ['use', use.use], ['source_of_truth', use.sourceOfTruth])
  add(use.sourceOfTruth?.value === true && use.rebuildFrom !== undefined && use.rebuildFrom.value !== 'none', 'what can be rebuilt is not the only copy', ['source_of_truth', use.sourceOfTruth], ['rebuild_from', use.rebuildFrom])
  add(use.ttl !== undefined && Number.isFinite(use.ttl.value) && use.retentionTime?.value === Infinity, 'what expires is not kept for ever', ['ttl', use.ttl], ['retention.time', use.retentionTime])
  add(use.latencyGoal?.value === 'sub_ms' && use.delivery?.value === 'exactly_once', 'exactly once needs round trips that take longer', ['latency_goal', use.latencyGoal], ['delivery', use.delivery])
  add(isUse(use, 'event-log') && use.replayRequired?.value === false && use.retentionTime !== undefined && use.retentionTime.value < day, 'a history that is gone in a day is none', ['use', use.use], ['retention.time', use.retentionTime])
  add(isUse(use, 'event-log', 'event-bus', 'cdc') && use.dataNature?.value === 'current_state' && use.retentionPolicy?.value !== 'compact', 'events are a history, not a current value', ['use', use.use], ['data_nature', use.dataNature])
  add(isUse(use, 'cache', 'session-store', 'rate-limiter', 'lock', 'counter') && use.dataNature?.value === 'event_history', 'it holds current values, not a history', ['use', use.use], ['data_nature', use.dataNature])
  add(use.dataNature?.value === 'current_state' && use.retentionPolicy?.value === 'delete' && isUse(use, 'state-store'), 'deletion by time removes values that did not change', ['data_nature', use.dataNature], ['retention.policy', use.retentionPolicy])
  add(use.delivery?.value === 'at_most_once' && use.durability !== undefined && ['survive_node_loss', 'survive_zone_loss'].includes(use.durability.value), 'what may be lost on the way need not survive a machine', ['delivery', use.delivery], ['durability', use.durability])
  add(use.ordering?.value === 'per_key' && use.key?.value === 'none', 'without a key there is no order per key', ['ordering', use.ordering], ['key', use.key])
  return found
}

export default defineRule({
  id: 'spec/contradictory-requirements',
  technology: 'both',
  rows: ['durability', 'replay', 'data-nature', 'latency-goal'],
  concern: 'specification',
  severity: 'warning',
  summary: 'Two requirements of one use cannot both hold.',
  messages: { clash: '{use} on {component} asks for {first} and {second}, but {why}.' },
  failure: 'Whoever builds {use} meets one of the two requirements and misses the other, and each reader of the design expects a different one.',
  fix: 'Decide which of the two {use} needs, or make two uses of it.',
  diff: { spec: '       - id: orders\n         replay: {required: true}\n-        durability: none\n+        durability: survive_restart' },
  sources: ['https://kafka.apache.org/documentation/#semantics', 'https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/'],
  bad: [
    { title: 'read again what nobody keeps', files: { 'misfit.yaml': design({ components: kafka('events', ['id: orders, use: event-bus, durability: none, replay: {required: true}']) }) }, line: 7 },
    { title: 'a cache that is the only copy', files: { 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 1h, source_of_truth: true']) }) }, line: 7 },
    { title: 'the only copy that can be rebuilt', files: { 'misfit.yaml': design({ components: redis('redis', ['id: view, use: derived-state, source_of_truth: true, rebuild_from: orders-db']) }) }, line: 7 },
  ],
  good: [
    { title: 'kept and read again', files: { 'misfit.yaml': design({ components: kafka('events', ['id: orders, use: event-bus, durability: survive_node_loss, replay: {required: true}']) }) } },
    { title: 'a cache before a database', files: { 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 1h, source_of_truth: false']) }) } },
  ],
  *check(component) {
    for (const use of declaredUses(component)) {
      for (const { fields: [first, second], why } of contradictions(use)) {
        const at = second?.[1] ?? first?.[1]
        if (first === undefined || second === undefined || at === undefined) continue
        yield {
          message: 'clash', use: use.id, span: at.span, confidence: 'certain',
          data: { use: use.id, first: `${first[0]}: ${shown(first[1]?.value)}`, second: `${second[0]}: ${shown(second[1]?.value)}`, why },
          because: first[1] ? [{ span: first[1].span, text: `${first[0]}: ${shown(first[1].value)}` }] : [],
        }
      }
    }
  },
})
