// A subscriber that pauses longer than the server holds messages for it. Knows the design and the buffer limit.
import { defineRule } from '../../src/model/rule.ts'
import { declaredUses, design, isUse, longestAway, redis, fieldNote, size, time } from '../spec/declared.ts'

// The default client-output-buffer-limit for subscribers: 32mb at once, 8mb for 60 seconds.
const hard = 32 * 1024 ** 2, soft = 8 * 1024 ** 2

export default defineRule({
  id: 'redis/pubsub-slow-subscriber',
  technology: 'redis',
  rows: ['backpressure', 'fan-out'],
  concern: 'semantics',
  severity: 'info',
  summary: 'A subscriber that pauses is disconnected before it catches up.',
  messages: { cut: 'While {consumer} pauses for {pause}, {use} gathers {bytes} for it on {component}, which disconnects a subscriber at {limit}.' },
  failure: '{component} closes the connection of a subscriber whose buffer passes the hard limit (32 MB), or stays above the soft limit (8 MB) for a minute, and forgets what it held; the subscriber connects again and has missed everything in between.',
  fix: 'Make the reader of {use} faster, carry it on a stream, or on Kafka, where being slow means lag instead of a lost connection.',
  diff: { spec: '       - id: prices\n-        structure: pubsub\n+        structure: stream\n+        retention: {max_length: 100000}' },
  otherTool: 'Kafka, where slow readers lag on disk.',
  hazards: [
    'A stream keeps what nobody has read: give it a MAXLEN, or it fills the memory that the buffer was to protect.',
  ],
  sources: ['https://redis.io/docs/latest/develop/reference/clients/', 'https://redis.io/docs/latest/develop/pubsub/'],
  bad: [
    { title: 'a minute of prices', files: { 'misfit.yaml': design({ components: redis('redis', ['id: prices, use: pub-sub, delivery: at_most_once, load: {events_per_second: 2000}, size: {avg_event_bytes: 1000}, consumers: [{service: board, downtime_max: 1m}]']) }) }, line: 7 },
    { title: 'large messages', files: { 'misfit.yaml': design({ components: redis('redis', ['id: frames, use: pub-sub, delivery: at_most_once, load: {events_per_second: 25}, size: {avg_event_bytes: 400KB}, consumers: [{service: viewer, processing_time: 10s}]']) }) }, line: 7 },
  ],
  good: [
    { title: 'little traffic', files: { 'misfit.yaml': design({ components: redis('redis', ['id: live, use: pub-sub, delivery: at_most_once, load: {events_per_second: 20}, size: {avg_event_bytes: 500}, consumers: [{service: board, downtime_max: 1m}]']) }) } },
    { title: 'sizes are not known', files: { 'misfit.yaml': design({ components: redis('redis', ['id: live, use: pub-sub, delivery: at_most_once, load: {events_per_second: 2000}, consumers: [{service: board, downtime_max: 1m}]']) }) } },
  ],
  *check(component) {
    for (const use of declaredUses(component)) {
      if (!isUse(use, 'pub-sub') && use.structure?.value !== 'pubsub') continue
      const away = longestAway(use)
      const slow = use.consumers.find(({ processingTime }) => processingTime !== undefined)
      const [consumer, pause, note] = slow?.processingTime && slow.processingTime.value > (away?.ms ?? 0)
        ? [slow.service.value, slow.processingTime.value, { span: slow.processingTime.span, text: `processing_time: ${time(slow.processingTime.value)}` }] as const
        : [away?.consumer.service.value ?? '', away?.ms ?? 0, away?.note] as const
      if (!use.eventsPerSecond || !use.eventBytes || note === undefined || !Number.isFinite(pause)) continue
      const bytes = use.eventsPerSecond.value * use.eventBytes.value * (pause / 1000)
      const limit = bytes > hard ? hard : bytes > soft && pause >= 60_000 ? soft : undefined
      if (limit === undefined) continue
      yield {
        message: 'cut', data: { use: use.id, consumer, pause: time(pause), bytes: size(bytes), limit: size(limit) }, use: use.id, span: note.span, confidence: 'certain',
        because: [...fieldNote('load.events_per_second', use.eventsPerSecond), ...fieldNote('size.avg_event_bytes', use.eventBytes)],
      }
    }
  },
})
