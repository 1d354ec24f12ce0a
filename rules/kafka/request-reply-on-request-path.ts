// A caller that waits for a reply topic; knows established uses and the settings that show somebody waiting.
import type { ObservedComponent, ObservedStack } from '../../src/model/observation.ts'
import { defineRule } from '../../src/model/rule.ts'
import { declaredUses, design, isUse, kafka, list, fieldNote } from '../spec/declared.ts'
import { clientSettings, established, notes, useNote } from './facts.ts'
import { createTopics, oneBroker, program } from './example-stacks.ts'

const waits = /^(?=(.*_)?(REPLY|RESPONSE)_).*_TIMEOUT(_MS|_SECONDS)?$|(^|_)REQUEST_REPLY_TIMEOUT|DEFAULT_REPLY_TIMEOUT/

// The steps of a saga exchange commands and replies too, but nobody waits for them.
const saga = (component: ObservedComponent, stack: ObservedStack): boolean =>
  [...component.topics.map(topic => topic.name), ...stack.workloads.map(workload => workload.name)].some(name => /saga|compensat|orchestrat/i.test(name))

const pair = createTopics('kafka', '--topic car.request --partitions 6 --replication-factor 1', '--topic car.reply --partitions 6 --replication-factor 1')
const caller = (...settings: readonly string[]): string => program('web', 'example.com/cars/web:1.4', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092', ...settings])

const asks = (more: string): string => design({ components: kafka('kafka', [`id: quotes, use: event-bus, access_pattern: request_reply${more}`]) })

export default defineRule({
  id: 'kafka/request-reply-on-request-path',
  technology: 'kafka',
  rows: ['primary-problem', 'latency-goal'],
  concern: 'semantics',
  severity: 'warning',
  severityNote: 'Advice where only names of topics or settings show replies and nothing shows a caller that waits.',
  summary: 'A request waits until its answer comes back over another topic.',
  messages: {
    waits: '{client} waits for replies over {component} ({setting}), so every call pays two trips through the log and stands still while consumers are reassigned.',
    declared: 'The design has callers wait for answers over {component} ({uses}), so every call pays two trips through the log and stands still while consumers are reassigned.',
    names: '{component} carries requests and replies ({setting}): where a caller waits for the answer, every call pays two trips through the log.',
  },
  failure: 'Each call over {component} costs two produce-and-consume trips; a consumer that joins or leaves freezes every request in flight, and a reply may land on the wrong instance.',
  fix: 'Ask by HTTP or gRPC and publish the fact to {component}; or answer 202 at once and put the result where the caller can fetch it.',
  diff: {
    compose: ` services:
   web:
     environment:
-      KAFKA_REPLY_TOPIC: car.reply
-      KAFKA_REPLY_TIMEOUT_MS: 1000
+      CAR_SERVICE_URL: http://car:8080`,
    helm: [
      ' web:',
      '   env:',
      '-    KAFKA_REPLY_TOPIC: car.reply',
      '-    KAFKA_REPLY_TIMEOUT_MS: 1000',
      '+    CAR_SERVICE_URL: http://car:8080',
    ].join('\n'),
  },
  hazards: [
    'Answers to requests in flight are lost when the reply topic goes: let the old path run until nobody waits on it.',
    'A direct call fails while the other side is down, where the topic kept the question: set a timeout, and repeat only what may run twice.',
  ],
  otherTool: 'A direct call for the question; Redis with an expiry for a result that is fetched later.',
  sources: ['https://kafka.apache.org/documentation/#consumerconfigs', 'https://docs.confluent.io/platform/current/clients/consumer.html'],
  bad: [
    { title: 'a design that asks and waits', files: { 'misfit.yaml': asks('') }, line: 7 },
    { title: 'a reply topic and a timeout', files: { 'compose.yaml': oneBroker([], pair + caller('KAFKA_REPLY_TOPIC: car.reply', 'KAFKA_REPLY_TIMEOUT_MS: 1000')) } },
    { title: 'the use is declared', files: { 'compose.yaml': oneBroker([], caller()).replace('    environment:', '    labels:\n      misfit.use: request-reply\n    environment:') }, line: 2 },
  ],
  good: [
    { title: 'an answer in seconds will do', files: { 'misfit.yaml': asks(', latency_goal: seconds') } },
    { title: 'events in one direction', files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic car.registered --partitions 6 --replication-factor 1') + caller('KAFKA_TOPIC: car.registered')) } },
    {
      title: 'the steps of a saga',
      files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic order-saga.request --partitions 6 --replication-factor 1', '--topic order-saga.reply --partitions 6 --replication-factor 1') + caller()) },
    },
  ],
  *check(component, stack) {
    const asked = declaredUses(component).filter(each => each.accessPattern?.value === 'request_reply' || isUse(each, 'request-reply'))
    // Whoever has seconds does not wait on the request's path.
    const waiting = asked.filter(({ latencyP99 }) => latencyP99 === undefined || latencyP99.value < 1000)
    const [one] = waiting
    if (one) {
      const place = one.accessPattern ?? one.use
      yield { message: 'declared', data: { uses: list(waiting.map(({ id }) => id)) }, use: one.id, span: place?.span ?? one.span, severity: 'warning', confidence: 'certain', because: [...fieldNote('access_pattern', one.accessPattern), ...fieldNote('use', one.use)] }
    }
    if (asked.length > 0) return
    const use = established(component, 'request-reply')
    if (use === undefined || (!use.declared && saga(component, stack))) return
    const evidence = use.evidence.find(one => one.for)
    const wait = clientSettings(component, waits)[0]
    yield {
      message: wait ? 'waits' : 'names',
      data: { client: wait?.workload.name ?? use.clients[0] ?? 'a client', setting: wait ? `${wait.written}=${wait.value.value}` : evidence?.text ?? 'declared' },
      span: use.declared || evidence === undefined ? component.span : evidence.span,
      severity: wait || use.declared ? 'warning' : 'info',
      confidence: use.declared ? 'certain' : 'likely',
      because: notes(wait ? { span: wait.value.span, text: `${wait.workload.name} waits for an answer (${wait.written}=${wait.value.value})` } : undefined, useNote(use)),
    }
  },
})
