// A goal that no produce, replicate and fetch meets. Knows the design and the settings of clients that add waiting.
import { defineRule } from '../../src/model/rule.ts'
import { design, declaredUses, kafka, fieldNote, time } from '../spec/declared.ts'
import { clientSettings, notes } from './facts.ts'

const producer = `services:
  kafka:
    image: apache/kafka:3.9.0
    environment:
      KAFKA_LOG_DIRS: /var/lib/kafka/data
    volumes: ["kafka-data:/var/lib/kafka/data"]
  web:
    image: example.com/shop/web:1.4
    environment:
      KAFKA_BOOTSTRAP_SERVERS: kafka:9092
      KAFKA_PRODUCER_LINGER_MS: 50
volumes:
  kafka-data:
`

export default defineRule({
  id: 'kafka/latency-goal-unreachable',
  technology: 'kafka',
  rows: ['latency-goal', 'primary-problem'],
  concern: 'fit',
  severity: 'error',
  severityNote: 'A warning for goals of two to five milliseconds, and where a setting of the clients alone uses up the goal.',
  summary: 'The latency goal is shorter than the way through a log.',
  messages: {
    never: '{use} must be served within {goal}, but {component} writes, replicates and hands out each record first, which takes milliseconds and seconds when a leader changes.',
    hardly: '{use} must be served within {goal}, which {component} meets only while nothing goes wrong: every record is written and replicated before it is read.',
    waits: '{use} must be served within {goal}, but {client} waits {wait} before it sends to {component}.',
  },
  failure: 'Batching, replication and polling each add milliseconds on {component}; during a change of leader it is seconds. Somebody then weakens acks to get nearer to the goal, and loses records.',
  fix: 'Answer {use} from Redis, which a consumer keeps up to date, and leave {component} to carry the events behind it.',
  diff: { spec: '     uses:\n       - id: prices\n-        latency_goal: {p99: 1ms}\n+        latency_goal: tens_of_ms   # readers ask the Redis that follows this topic' },
  otherTool: 'Redis: an answer from memory within a millisecond.',
  hazards: [
    'The copy in Redis is as old as its consumer is behind: measure that lag, and decide what readers get while it grows.',
  ],
  sources: ['https://kafka.apache.org/documentation/#design', 'https://cwiki.apache.org/confluence/display/KAFKA/KIP-1030%3A+Change+constraints+and+default+values+for+various+configurations'],
  bad: [
    { title: 'below a millisecond', files: { 'misfit.yaml': design({ components: kafka('events', ['id: prices, use: event-bus, latency_goal: sub_ms']) }) }, line: 7 },
    { title: 'four milliseconds', files: { 'misfit.yaml': design({ components: kafka('events', ['id: prices, use: event-bus, latency_goal: {p99: 4ms}']) }) }, line: 7 },
    {
      title: 'the producer waits longer than the goal',
      files: { 'compose.yaml': producer, 'misfit.yaml': design({ components: kafka('kafka', ['id: prices, use: event-bus, latency_goal: {p99: 20ms}']) }) }, file: 'misfit.yaml', line: 7,
    },
  ],
  good: [
    { title: 'nobody waits', files: { 'misfit.yaml': design({ components: kafka('events', ['id: prices, use: event-bus, latency_goal: tens_of_ms']) }) } },
    { title: 'no goal', files: { 'misfit.yaml': design({ components: kafka('events', ['id: prices, use: event-bus']) }) } },
  ],
  *check(component) {
    for (const use of declaredUses(component)) {
      const goal = use.latencyP99
      if (goal === undefined || !Number.isFinite(goal.value)) continue
      // The producer alone, with loss accepted, is fast enough.
      const loose = use.delivery?.value === 'at_most_once' && use.producers.some(({ acks }) => acks?.value === '0' || acks?.value === '1')
      const linger = clientSettings(component, /(^|_)LINGER_MS$/).find(({ value }) => Number(value.value) > goal.value)
      const data = { use: use.id, goal: time(goal.value), client: linger?.workload.name ?? '', wait: linger ? time(Number(linger.value.value)) : '' }
      const message = goal.value < 2 && !loose ? 'never' : goal.value <= 5 && !loose ? 'hardly' : linger ? 'waits' : undefined
      if (message === undefined) continue
      yield {
        message, severity: message === 'never' ? 'error' : 'warning', data, use: use.id, span: goal.span, confidence: 'certain',
        because: [...fieldNote('use', use.use), ...notes(linger ? { span: linger.value.span, text: `${linger.written}=${linger.value.value}` } : undefined)],
      }
    }
  },
})
