// A history of events that is kept in Redis. Knows the design only.
import { defineRule } from '../../src/model/rule.ts'
import { day, declaredUses, design, isUse, redis, fieldNote, time } from '../spec/declared.ts'
import { established, evidenceOf } from './needs.ts'
import { source } from './sources.ts'

const streams = 'https://redis.io/docs/latest/develop/data-types/streams/'

export default defineRule({
  id: 'redis/event-log-in-redis',
  technology: 'redis',
  rows: ['data-nature', 'replay'],
  concern: 'fit',
  severity: 'error',
  severityNote: 'Information where the files only suggest a history.',
  summary: 'An event history or audit trail is kept in the memory of a Redis.',
  messages: {
    history: '{use} keeps a history on {component} ({why}), where it is bounded by memory and cut short or stops every write.',
    perhaps: '{component} seems to keep a history of events, which its memory cuts short.',
  },
  failure: 'The history on {component} is trimmed when memory runs out, or fills it until every write is refused. An audit finds gaps, and reading it again competes with live traffic on one thread.',
  fix: 'Keep {use} on a Kafka topic with cleanup.policy=delete and retention at least as long as the window; leave a short capped stream on {component} for the view of the latest.',
  diff: { spec: '-    technology: redis\n+    technology: kafka\n     uses:\n       - id: trail\n         use: event-log' },
  otherTool: 'Kafka: a log on disk with retention, replicas and readers at their own pace.',
  hazards: [
    'The entries that exist are not moved by the change: copy them into the topic before the stream is trimmed, or the history starts on the day of the move.',
    'A consumer of a topic may get an event twice after a restart: make its handling idempotent.',
  ],
  sources: [streams, 'https://kafka.apache.org/documentation/#design', source.eviction],
  explains: ['redis/stream-unbounded', 'redis/stream-retention-below-replay', 'spec/replay-on-redis', 'redis/source-of-truth'],
  bad: [
    { title: 'an audit trail', files: { 'misfit.yaml': design({ components: redis('redis', ['id: trail, role: audit']) }) }, line: 7 },
    { title: 'events that are kept for a month', files: { 'misfit.yaml': design({ components: redis('redis', ['id: orders, data_nature: event_history, retention: {time: 30d}']) }) }, line: 7 },
    { title: 'events that somebody reads again', files: { 'misfit.yaml': design({ components: redis('redis', ['id: orders, use: event-bus, data_nature: event_history, replay: {required: true, window: 2d}']) }) }, line: 7 },
  ],
  good: [
    { title: 'a feed of the latest entries', files: { 'misfit.yaml': design({ components: redis('redis', ['id: feed, use: derived-state, data_nature: event_history, rebuild_from: events-db, retention: {max_length: 200}']) }) } },
    { title: 'the history is on Kafka', files: { 'misfit.yaml': design({ components: '- {id: events, technology: kafka, uses: [{id: trail, use: event-log}]}' }) } },
  ],
  *check(component) {
    const declared = declaredUses(component)
    for (const use of declared) {
      const history = use.dataNature?.value === 'event_history'
      const long = use.retentionTime !== undefined && use.retentionTime.value >= day
      const reason = isUse(use, 'event-log') ? `use: ${use.alias ?? 'event-log'}`
        : history && use.replayRequired?.value === true ? 'data_nature: event_history and replay'
          : history && long ? `data_nature: event_history, kept ${time(use.retentionTime.value)}` : undefined
      if (reason === undefined || (use.maxLength !== undefined && use.replayRequired?.value !== true && !isUse(use, 'event-log'))) continue
      yield {
        message: 'history', data: { use: use.id, why: reason }, use: use.id, span: use.dataNature?.span ?? use.use?.span ?? use.span, confidence: 'certain',
        because: [...fieldNote('use', use.use), ...fieldNote('replay.required', use.replayRequired), ...fieldNote('retention.time', use.retentionTime, time(use.retentionTime?.value ?? 0))],
      }
    }
    const inferred = declared.length === 0 ? established(component, 'event-log').filter(use => !use.declared) : []
    if (inferred.length > 0) yield { message: 'perhaps', severity: 'info', data: { use: 'the history' }, span: component.span, confidence: 'likely', because: evidenceOf(inferred) }
  },
})
