// User requests that read their state out of a log. Knows the design only.
import { defineRule } from '../../src/model/rule.ts'
import { declaredUses, design, everyUse, isUse, kafka, redis, fieldNote } from '../spec/declared.ts'

const asked: ReadonlySet<string> = new Set(['point_lookup', 'range_scan'])
const view = (more: string): string => kafka('events', [`id: orders, use: event-log, ${more}`])

export default defineRule({
  id: 'pair/no-serving-layer',
  technology: 'kafka',
  rows: ['quick-rule', 'latency-goal', 'primary-problem'],
  concern: 'fit',
  severity: 'warning',
  severityNote: 'An error where an answer is wanted within 50 ms.',
  summary: 'Requests of users read state directly out of a topic.',
  messages: {
    asked: 'Requests of {service} look up {use} on {component}, where finding one value means reading through a log.',
    nobody: '{use} on {component} is read {rate} times a second as current state, but no store holds the present state of it.',
  },
  failure: 'A request waits for a poll, and for every rebalance; each instance reads the whole topic of {component} to have a value at hand, again after every restart.',
  fix: 'Let a consumer keep the present state of {use} in Redis or a database, ask that, and declare it with rebuild_from.',
  diff: {
    spec: [
      ' components:',
      '+  - id: views',
      '+    technology: redis',
      '+    uses:',
      '+      - {id: order-view, use: derived-state, access_pattern: point_lookup, rebuild_from: events/orders}',
    ].join('\n'),
  },
  hazards: [
    'The view is empty at first: let the consumer read the topic from its beginning, and move the requests when its lag is gone.',
    'A view trails its topic by the lag of its consumer: readers that must see their own write need the answer of that write.',
  ],
  otherTool: 'Redis as the serving layer, Kafka as the record behind it.',
  sources: ['https://kafka.apache.org/documentation/#compaction', 'https://kafka.apache.org/documentation/#design'],
  explains: ['kafka/used-as-cache'],
  bad: [
    { title: 'a web server asks the topic', files: { 'misfit.yaml': design({ components: view('access_pattern: point_lookup, latency_goal: few_ms, consumers: [{service: web, on_request_path: true}]') }) }, line: 7 },
    { title: 'current state that is read often', files: { 'misfit.yaml': design({ components: kafka('events', ['id: stock, use: state-store, data_nature: current_state, load: {reads_per_second: 900}']) }) }, line: 7 },
  ],
  good: [
    { title: 'a view is rebuilt from it', files: { 'misfit.yaml': design({ components: kafka('events', ['id: stock, use: state-store, data_nature: current_state, load: {reads_per_second: 900}']) + redis('views', ['id: stock-view, use: derived-state, rebuild_from: events/stock']) }) } },
    { title: 'pages follow the stream', files: { 'misfit.yaml': design({ components: view('access_pattern: stream_consume, consumers: [{service: web, on_request_path: true}]') }) } },
  ],
  *check(component, stack) {
    for (const use of declaredUses(component)) {
      // Another rule says that a topic is no cache; this one is about the view that is missing.
      if (isUse(use, 'cache', 'session-store', 'lock', 'rate-limiter', 'counter', 'request-reply')) continue
      const reference = `${component.spec?.id ?? ''}/${use.id}`
      if (everyUse(stack).some(each => each.use.rebuildFrom?.value === reference)) continue
      const waiting = use.consumers.find(({ service, onRequestPath }) =>
        onRequestPath?.value === true || (onRequestPath === undefined && stack.spec?.services.find(({ id }) => id === service.value)?.onRequestPath?.value === true))
      const lookedUp = waiting && use.accessPattern !== undefined && asked.has(use.accessPattern.value)
      const rate = use.dataNature?.value === 'current_state' ? use.readsPerSecond : undefined
      if (!lookedUp && !(rate && rate.value > 0)) continue
      yield {
        message: lookedUp ? 'asked' : 'nobody', severity: use.latencyP99 !== undefined && use.latencyP99.value <= 50 ? 'error' : 'warning',
        data: { use: use.id, service: waiting?.service.value ?? '', rate: rate?.value ?? 0 }, use: use.id, span: lookedUp ? use.accessPattern.span : rate?.span ?? use.span, confidence: 'certain',
        because: [...(waiting ? [{ span: waiting.span, text: `${waiting.service.value} serves requests` }] : []), ...fieldNote('data_nature', use.dataNature), ...fieldNote('latency_goal', use.latencyGoal)],
      }
    }
  },
})
