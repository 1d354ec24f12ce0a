// The same event on two ways at once. Knows the design only.
import { defineRule } from '../../src/model/rule.ts'
import type { DeclaredUse } from '../../src/model/spec.ts'
import { withoutEnd } from '../../src/model/words.ts'
import { declaredUses, design, everyUse, isUse, kafka, redis } from '../spec/declared.ts'

const carries = (use: DeclaredUse): boolean => isUse(use, 'event-bus', 'pub-sub', 'event-log') || use.structure?.value === 'pubsub' || use.structure?.value === 'stream'

const names = (use: DeclaredUse): ReadonlySet<string> =>
  new Set([use.id, ...(use.topic ? [use.topic.value] : []), ...use.keys.map(({ value }) => value)].map(name => withoutEnd(name.toLowerCase(), ':*').replace(/[^a-z0-9]+/g, '-').replace(/-v\d+$/, '')))

const shop = (onRedis: string): string => design({ components: redis('redis', [onRedis]) + kafka('kafka', ['id: order-created, use: event-bus, producers: [orders]']) })

export default defineRule({
  id: 'pair/duplicate-event-path',
  technology: 'redis',
  rows: ['fan-out', 'failure-mode'],
  concern: 'semantics',
  severity: 'warning',
  summary: 'One service publishes the same event to Redis and to Kafka.',
  messages: { both: '{service} publishes {use} to {component} and to {other}, so readers of the two disagree after the first outage of either.' },
  failure: 'One way loses a message that the other has; from then on the readers of {component} and of {other} have seen different events, and nobody notices.',
  fix: 'Publish to {other} only, and where browsers or small services want the event live, let a consumer pass it on to {component}.',
  diff: { spec: '   - id: redis\n     uses:\n       - id: order-created\n-        producers: [orders]\n+        producers: [bridge]   # a consumer of kafka/order-created' },
  hazards: [
    'Readers of the path that goes miss every event from then on: move them first, and let both run until the last one has.',
  ],
  sources: ['https://redis.io/docs/latest/develop/pubsub/', 'https://kafka.apache.org/documentation/#design'],
  words: { other: 'Kafka' },
  bad: [
    { title: 'the same name', files: { 'misfit.yaml': shop('id: order-created, use: pub-sub, producers: [orders]') }, line: 7 },
    { title: 'a stream of the same name', files: { 'misfit.yaml': shop('id: orders-stream, use: event-bus, structure: stream, retention: {max_length: 1000}, keys: ["order:created"], producers: [orders]') }, line: 7 },
  ],
  good: [
    { title: 'a bridge passes it on', files: { 'misfit.yaml': shop('id: order-created, use: pub-sub, producers: [bridge]') } },
    { title: 'another event', files: { 'misfit.yaml': shop('id: cart-changed, use: pub-sub, producers: [orders]') } },
  ],
  *check(component, stack) {
    for (const use of declaredUses(component)) {
      if (!carries(use)) continue
      const mine = names(use)
      for (const other of everyUse(stack)) {
        if (other.component.technology?.value !== 'kafka' || !carries(other.use) || ![...names(other.use)].some(name => mine.has(name))) continue
        const producer = use.producers.find(({ service }) => other.use.producers.some(each => each.service.value === service.value))
        if (producer === undefined) continue
        yield {
          message: 'both', data: { service: producer.service.value, use: use.id, other: other.component.id }, use: use.id, span: producer.service.span, confidence: 'certain',
          because: [{ span: other.use.span, text: `${other.use.id} on ${other.component.id} has the same producer` }],
        }
      }
    }
  },
})
