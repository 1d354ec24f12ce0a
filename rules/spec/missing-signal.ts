// The one field that a half-stated requirement lacks. Knows the design only; silence about a whole subject is no fault.
import { defineRule } from '../../src/model/rule.ts'
import type { DeclaredComponent, DeclaredUse } from '../../src/model/spec.ts'
import type { Known } from '../../src/model/value.ts'
import { declaredUses, design, isUse, kafka, redis } from './declared.ts'

interface Missing {
  readonly field: string
  readonly decides: string
  readonly given: Known<unknown> | undefined
}

/** Fields that would decide a question whose other half is stated. */
function missing(use: DeclaredUse, component: DeclaredComponent, technology: string): readonly Missing[] {
  const found: Missing[] = []
  const ask = (holds: boolean, field: string, decides: string, given: Known<unknown> | undefined): void => { if (holds) found.push({ field, decides, given }) }
  if (technology === 'redis') {
    ask(use.keyCount !== undefined && use.valueBytes === undefined, 'size.avg_value_bytes', 'whether its data fits into memory', use.keyCount)
    ask(use.valueBytes !== undefined && use.keyCount === undefined && component.memory !== undefined, 'size.keys', 'whether its data fits into memory', use.valueBytes)
    ask(use.hotKeyShare !== undefined && use.readsPerSecond === undefined, 'load.reads_per_second', 'whether one key is too hot', use.hotKeyShare)
    ask(use.maxLength !== undefined && use.eventsPerSecond === undefined && (use.replayWindow !== undefined || use.consumers.some(({ downtimeMax }) => downtimeMax !== undefined)), 'load.events_per_second', 'how far back its stream reaches', use.maxLength)
    ask(use.stalenessMax !== undefined && use.ttl === undefined && use.invalidation === undefined, 'ttl', 'whether stale values are removed in time', use.stalenessMax)
  } else {
    ask(use.replayRequired?.value === true && use.replayWindow === undefined && use.retentionPolicy?.value !== 'compact', 'replay.window', 'whether retention is long enough', use.replayRequired)
    ask(component.disk !== undefined && use.eventsPerSecond !== undefined && use.eventBytes === undefined, 'size.avg_event_bytes', 'whether the disks are large enough', use.eventsPerSecond)
    ask(use.ordering?.value === 'per_key' && use.key === undefined && use.topic === undefined && !isUse(use, 'request-reply'), 'key', 'whether the order holds', use.ordering)
  }
  return found.slice(0, 3)
}

export default defineRule({
  id: 'spec/missing-signal',
  technology: 'both',
  rows: ['scale-pattern', 'replay', 'failure-mode'],
  concern: 'specification',
  severity: 'info',
  summary: 'One more field would answer a question that the design has half answered.',
  messages: { ask: '{field} of {use} on {component} would decide {decides}.' },
  failure: 'The question stays open until the answer comes from production.',
  fix: 'State {field} for {use}, roughly is enough.',
  diff: { spec: '       - id: pages\n         size:\n           keys: 900000\n+          avg_value_bytes: 1500' },
  sources: ['https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/memory-optimization/', 'https://kafka.apache.org/documentation/#topicconfigs'],
  bad: [
    { title: 'keys without their size', files: { 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 10m, size: {keys: 900000}']) }) }, line: 7 },
    { title: 'replay without a window', files: { 'misfit.yaml': design({ components: kafka('events', ['id: orders, use: event-bus, replay: {required: true}']) }) }, line: 7 },
  ],
  good: [
    { title: 'both halves are stated', files: { 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 10m, size: {keys: 900000, avg_value_bytes: 1500}']) }) } },
    { title: 'a few words are enough', files: { 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache', 'id: mails, use: job-queue']) }) } },
  ],
  *check(component) {
    const { spec } = component
    if (spec === undefined || spec.origin !== 'design spec') return
    for (const use of declaredUses(component)) {
      for (const { field, decides, given } of missing(use, spec, component.technology)) {
        yield { message: 'ask', data: { field, use: use.id, decides }, use: use.id, span: given?.span ?? use.span, confidence: 'certain', because: [] }
      }
    }
  },
})
