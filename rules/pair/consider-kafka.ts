// Events on Redis that have outgrown it. Advice out of the design only.
import { defineRule } from '../../src/model/rule.ts'
import { declaredUses, design, isUse, kafka, readers, redis, fieldNote } from '../spec/declared.ts'

const events = (more: string): string => design({ components: redis('redis', [`id: orders, use: event-bus, structure: stream, retention: {max_length: 100000}, ${more}`]) })

export default defineRule({
  id: 'pair/consider-kafka',
  technology: 'redis',
  rows: ['fan-out', 'replay', 'quick-rule'],
  concern: 'fit',
  severity: 'info',
  summary: 'Events on Redis have as many independent readers as Kafka is made for.',
  messages: {
    readers: '{use} on {component} has {count} independent readers ({names}), each of which must get every event.',
    planned: '{use} on {component} is to have {count} readers, each of which must get every event.',
    backfill: 'New readers of {use} on {component} are to start in the past, which its memory holds only in part.',
  },
  failure: 'Every further reader adds work to {component} and holds back its trimming; the slowest of them decides how much memory all of them need.',
  fix: 'Move {use} to a Kafka topic with a group for each reader, before the next team joins; {component} keeps its caches and jobs.',
  diff: { spec: '-    technology: redis\n+    technology: kafka\n     uses:\n       - id: orders\n         use: event-bus' },
  hazards: [
    'What lies in Redis is not moved by the change: let both run until every reader has its group on the topic.',
    'A consumer of a topic may get an event twice after a restart: make its handling idempotent.',
  ],
  otherTool: 'Kafka, from the second or third team on that reads the same events.',
  sources: ['https://redis.io/docs/latest/develop/data-types/streams/', 'https://kafka.apache.org/documentation/#design'],
  bad: [
    { title: 'three readers', files: { 'misfit.yaml': events('consumers: [billing, mailer, search]') }, line: 7 },
    { title: 'four are planned', files: { 'misfit.yaml': events('consumers: [billing], planned_consumers: 4') }, line: 7 },
  ],
  good: [
    { title: 'one worker type', files: { 'misfit.yaml': design({ components: redis('redis', ['id: mails, use: job-queue, consumers: [worker]']) }) } },
    { title: 'the events are on Kafka', files: { 'misfit.yaml': design({ components: kafka('kafka', ['id: orders, use: event-bus, consumers: [billing, mailer, search]']) }) } },
  ],
  *check(component) {
    for (const use of declaredUses(component)) {
      if (!isUse(use, 'event-bus', 'pub-sub', 'stream-processing') && use.dataNature?.value !== 'event_history') continue
      // Live messages to whoever listens are what Redis is for.
      if (use.delivery?.value === 'at_most_once') continue
      const names = readers(use)
      const planned = use.plannedConsumers
      const message = names.length >= 3 ? 'readers' : planned && planned.value >= 3 ? 'planned' : use.backfill?.value === true ? 'backfill' : undefined
      if (message === undefined) continue
      yield {
        message, data: { use: use.id, count: message === 'planned' ? planned?.value ?? 0 : names.length, names: names.join(', ') }, use: use.id,
        span: message === 'planned' && planned ? planned.span : message === 'backfill' && use.backfill ? use.backfill.span : use.consumers[0]?.span ?? use.span, confidence: 'likely', because: fieldNote('use', use.use),
      }
    }
  },
})
