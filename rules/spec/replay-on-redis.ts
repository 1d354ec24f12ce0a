// Reading the past again, asked of something that has no past. Knows the design only.
import { defineRule } from '../../src/model/rule.ts'
import { isStream } from '../redis/stream-unbounded.ts'
import { declaredUses, design, redis, fieldNote, time } from './declared.ts'

export default defineRule({
  id: 'spec/replay-on-redis',
  technology: 'redis',
  rows: ['replay', 'data-nature'],
  concern: 'fit',
  severity: 'error',
  severityNote: 'A warning for a stream that nothing says is long enough.',
  summary: 'Somebody must read the past again, which a Redis does not keep.',
  messages: {
    nothing: '{use} on {component} must be readable again{window}, but once read, published or overwritten there is nothing to go back to.',
    stream: '{use} on {component} must be readable again{window}, but nothing says how far back its stream reaches.',
  },
  failure: 'The day a consumer had a fault, its owner asks for yesterday\'s events, and {component} has only what nobody has taken yet.',
  fix: 'Put {use} on a Kafka topic with retention beyond the window, or on a stream with a stated length where the window is short.',
  diff: { spec: '-    technology: redis\n+    technology: kafka\n     uses:\n       - id: orders\n         replay: {required: true, window: 7d}' },
  hazards: [
    'What lies in Redis is not moved by the change: copy it to the topic first, or the past begins on the day of the move.',
    'A consumer of a topic may get an event twice after a restart: make its handling idempotent.',
  ],
  otherTool: 'Kafka: every consumer may start again wherever retention reaches.',
  sources: ['https://redis.io/docs/latest/develop/pubsub/', 'https://redis.io/docs/latest/develop/data-types/streams/'],
  bad: [
    { title: 'a queue', files: { 'misfit.yaml': design({ components: redis('redis', ['id: mails, use: job-queue, replay: {required: true, window: 7d}']) }) }, line: 7 },
    { title: 'a stream of unknown length', files: { 'misfit.yaml': design({ components: redis('redis', ['id: orders, use: event-bus, structure: stream, replay: {required: true, window: 1h}, retention: {bytes: 1GiB}']) }) }, line: 7 },
  ],
  good: [
    { title: 'a stream that reaches back far enough', files: { 'misfit.yaml': design({ components: redis('redis', ['id: orders, use: event-bus, structure: stream, replay: {required: true, window: 1h}, retention: {time: 2h}']) }) } },
    { title: 'nobody reads again', files: { 'misfit.yaml': design({ components: redis('redis', ['id: mails, use: job-queue, replay: {required: false}']) }) } },
  ],
  *check(component) {
    for (const use of declaredUses(component)) {
      if (use.replayRequired?.value !== true) continue
      const stream = isStream(use)
      // With a length or an age the rule about the window decides.
      if (stream && (use.retentionTime !== undefined || use.maxLength !== undefined)) continue
      const window = use.replayWindow ? (use.replayWindow.value === Infinity ? ' for ever' : ` for ${time(use.replayWindow.value)}`) : ''
      yield { message: stream ? 'stream' : 'nothing', severity: stream ? 'warning' : 'error', data: { use: use.id, window }, use: use.id, span: use.replayRequired.span, confidence: 'certain', because: fieldNote('use', use.use) }
    }
  },
})
