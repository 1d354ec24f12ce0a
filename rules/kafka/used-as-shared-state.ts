// Locks, limits, sessions or counters on topics; knows established uses only.
import { defineRule } from '../../src/model/rule.ts'
import type { UseName } from '../../src/model/stack.ts'
import { established, notes, useNote } from './facts.ts'
import { oneBroker, program } from './example-stacks.ts'

const declared = (use: string): string =>
  oneBroker([], program('gateway', 'example.com/shop/gateway:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092'])).replace('    environment:', `    labels:\n      misfit.use: ${use}\n    environment:`)

const kept: Partial<Record<UseName, readonly [what: string, end: string]>> = {
  lock: ['the locks', 'two clients both believe they hold the lock'], 'rate-limiter': ['the rate limits', 'limits are enforced seconds late, and each client counts for itself'],
  'session-store': ['the sessions', 'a session is found only after the log has been read, and somebody who logged out is still logged in elsewhere'],
  counter: ['the counters', 'two clients add to the same old number, and one of the additions is lost'],
}

export default defineRule({
  id: 'kafka/used-as-shared-state',
  technology: 'kafka',
  rows: ['typical-use', 'primary-problem'],
  concern: 'fit',
  severity: 'info',
  severityNote: 'An error where the use is declared, a warning where a setting chooses Kafka for it by name; advice where the files only suggest it.',
  summary: 'Sessions, locks, rate limits or counters are kept on topics.',
  messages: {
    shared: '{component} keeps {what} of its clients, but a log can neither change a value only if it is still the same nor find it by its key.',
  },
  failure: 'On {component} {end}. It works while there is one client, and fails under load.',
  fix: 'Keep {what} in Redis (`SET key value NX PX …`, `INCR` with `EXPIRE`) and publish what happened to {component}.',
  diff: {
    compose: ` services:
   gateway:
     environment:
-      RATE_LIMIT_TOPIC: rate-limits
+      RATE_LIMIT_REDIS_URL: redis://limits:6379
+  limits:
+    image: valkey/valkey:8
+    command: valkey-server --maxmemory-policy noeviction`,
    helm: [
      ' gateway:',
      '   env:',
      '-    RATE_LIMIT_TOPIC: rate-limits',
      '+    RATE_LIMIT_REDIS_URL: redis://shop-limits-primary:6379',
      '+limits:   # an alias of the Bitnami valkey chart in Chart.yaml',
      '+  architecture: standalone',
    ].join('\n'),
  },
  hazards: [
    'While old and new clients run side by side, each knows only its own locks, limits and counters: move all clients of one kind at once.',
    'What is on the topic is not carried over: sessions end and limits start at zero unless they are written to Redis first.',
  ],
  otherTool: 'Redis: one small value under a key, changed atomically, with an expiry.',
  sources: ['https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/', 'https://kafka.apache.org/documentation/#design'],
  words: { end: 'two clients both believe they hold a lock, limits are enforced seconds late, and a session is found only after the log has been read' },
  bad: [
    { title: 'rate limits', files: { 'compose.yaml': declared('rate-limiter') }, line: 2 },
    { title: 'locks', files: { 'compose.yaml': declared('lock') }, line: 2 },
  ],
  good: [
    { title: 'an event bus', files: { 'compose.yaml': declared('event-bus') } },
    { title: 'an event log', files: { 'compose.yaml': declared('event-log') } },
  ],
  *check(component) {
    const use = established(component, 'lock', 'rate-limiter', 'session-store', 'counter')
    if (use === undefined) return
    // `SESSION_STORE=kafka` is nobody's conclusion.
    const chosen = use.evidence.some(one => one.for && /(?:STORE|BACKEND|DRIVER|PROVIDER|STORAGE|TYPE|ADAPTER|ENGINE)\w{0,20}=["']?(?:kafka|redpanda)["']?$/i.test(one.text))
    yield {
      message: 'shared', data: { what: kept[use.use]?.[0] ?? 'state', end: kept[use.use]?.[1] ?? 'two clients write over each other' }, span: component.span,
      severity: use.declared ? 'error' : chosen ? 'warning' : 'info', confidence: use.declared ? 'certain' : 'likely', because: notes(useNote(use)),
    }
  },
})
