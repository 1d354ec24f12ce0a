// A stream that is trimmed before its readers are done with it. Knows the design and its arithmetic.
import { defineRule } from '../../src/model/rule.ts'
import type { DeclaredUse } from '../../src/model/spec.ts'
import type { Note } from '../../src/model/value.ts'
import { count, declaredUses, design, longestAway, redis, fieldNote, size, time } from '../spec/declared.ts'
import { isStream } from './stream-unbounded.ts'

/** How far back the stream reaches, in milliseconds, and why. */
function reach(use: DeclaredUse): { readonly ms: number; readonly why: string; readonly notes: readonly Note[] } | undefined {
  const rate = use.eventsPerSecond
  const byLength = use.maxLength && rate && rate.value > 0 ? { ms: (use.maxLength.value / rate.value) * 1000, why: `${count(use.maxLength.value)} entries at ${count(rate.value)} a second`, notes: [...fieldNote('retention.max_length', use.maxLength), ...fieldNote('load.events_per_second', rate)] } : undefined
  const byTime = use.retentionTime ? { ms: use.retentionTime.value, why: 'its retention', notes: fieldNote('retention.time', use.retentionTime, time(use.retentionTime.value)) } : undefined
  return byLength && byTime ? (byLength.ms < byTime.ms ? byLength : byTime) : byLength ?? byTime
}

export default defineRule({
  id: 'redis/stream-retention-below-replay',
  technology: 'redis',
  rows: ['replay', 'backpressure'],
  concern: 'semantics',
  severity: 'error',
  summary: 'A stream is trimmed before everybody has read it.',
  messages: { short: '{use} on {component} reaches back {reach} ({why}), but {need} needs {window}{memory}.' },
  failure: 'Trimming removes entries from {component} that a late reader still needs; its list of pending entries then points at nothing, and nobody is told.',
  fix: 'Raise the cap of {use} (the MAXLEN that its producers give to XADD) if memory allows it, or keep the events on a Kafka topic with retention beyond {window}.',
  diff: { spec: '-        retention: {max_length: 10000}\n+        retention: {max_length: 2000000}' },
  otherTool: 'Kafka, when the window does not fit into memory.',
  hazards: [
    'A longer stream needs memory at once: look at used_memory and at maxmemory first.',
  ],
  sources: ['https://redis.io/docs/latest/develop/data-types/streams/'],
  explains: ['spec/replay-on-redis'],
  bad: [
    { title: 'a cap of two minutes and an outage of an hour', files: { 'misfit.yaml': design({ components: redis('redis', ['id: orders, use: event-bus, structure: stream, retention: {max_length: 10000}, load: {events_per_second: 80}, consumers: [{service: mailer, downtime_max: 1h}]']) }) }, line: 7 },
    { title: 'less than the window', files: { 'misfit.yaml': design({ components: redis('redis', ['id: orders, use: event-bus, structure: stream, retention: {time: 2h}, replay: {required: true, window: 12h}']) }) }, line: 7 },
  ],
  good: [
    { title: 'long enough', files: { 'misfit.yaml': design({ components: redis('redis', ['id: orders, use: event-bus, structure: stream, retention: {max_length: 2000000}, load: {events_per_second: 80}, consumers: [{service: mailer, downtime_max: 1h}]']) }) } },
    { title: 'nobody knows the rate', files: { 'misfit.yaml': design({ components: redis('redis', ['id: orders, use: event-bus, structure: stream, retention: {max_length: 10000}, consumers: [{service: mailer, downtime_max: 1h}]']) }) } },
  ],
  *check(component) {
    for (const use of declaredUses(component)) {
      const reaches = isStream(use) ? reach(use) : undefined
      if (reaches === undefined) continue
      const away = longestAway(use)
      const window = use.replayRequired?.value === false ? undefined : use.replayWindow
      const [need, ms, note] = window && window.value >= (away?.ms ?? 0) ? ['replay', window.value, { span: window.span, text: `replay.window: ${time(window.value)}` }] as const
        : away ? [away.consumer.service.value, away.ms, away.note] as const : ['', 0, undefined] as const
      if (reaches.ms >= ms || note === undefined) continue
      const bytes = Number.isFinite(ms) && use.eventsPerSecond && use.eventBytes ? (ms / 1000) * use.eventsPerSecond.value * use.eventBytes.value : undefined
      yield {
        message: 'short', data: { use: use.id, reach: time(reaches.ms), why: reaches.why, need, window: time(ms), memory: bytes === undefined ? '' : `, about ${size(bytes)} of memory` },
        use: use.id, span: use.maxLength?.span ?? use.retentionTime?.span ?? use.span, confidence: 'certain', because: [note, ...reaches.notes],
      }
    }
  },
})
