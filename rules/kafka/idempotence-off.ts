// Producers whose retries duplicate or reorder; knows the clients' settings, not how they are written.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { declaredUses, fieldNote } from '../spec/declared.ts'
import { clientSettings, established, notes, oncePerPlace, useNote } from './facts.ts'
import { oneBroker, program } from './example-stacks.ts'

const producer = (...settings: readonly string[]): string => program('ledger', 'example.com/bank/ledger:2.0', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092', ...settings])
const logged = (text: string): string => text.replace('    environment:', '    labels:\n      misfit.use: event-log\n    environment:')

export default defineRule({
  id: 'kafka/idempotence-off',
  technology: 'kafka',
  rows: ['ordering'],
  concern: 'semantics',
  severity: 'warning',
  severityNote: 'Advice where nothing shows that order or exact history matters.',
  summary: 'A producer is set up so that its retries duplicate or reorder events.',
  messages: {
    off: '{client} switches the idempotent producer off ({setting}), so a retry to {component} writes an event twice or out of order.',
    flight: '{client} keeps {value} requests in flight ({setting}): above 5 Kafka\'s producer switches idempotence off, or refuses to start where it is asked for, so a retry to {component} writes an event twice or out of order.',
  },
  failure: 'A slow broker makes {client} send a batch again: with {setting} the broker cannot recognise it, and {component} holds the event twice or behind a later one.',
  fix: 'Remove {setting} from {client}; idempotence is the default of Java producers since 3.0, and `enable.idempotence=true` sets it elsewhere.',
  diff: {
    compose: ` services:
   ledger:
     environment:
-      KAFKA_PRODUCER_ENABLE_IDEMPOTENCE: "false"`,
    helm: [
      ' ledger:',
      '   env:',
      '     KAFKA_BOOTSTRAP_SERVERS: shop-kafka:9092',
      '-    KAFKA_PRODUCER_ENABLE_IDEMPOTENCE: "false"',
    ].join('\n'),
  },
  hazards: [
    'A Java producer with idempotence refuses to start when acks is below all, and brokers before 2.8 want the permission IdempotentWrite.',
  ],
  sources: [
    'https://kafka.apache.org/documentation/#producerconfigs',
    'https://cwiki.apache.org/confluence/display/KAFKA/KIP-679%3A+Producer+will+enable+the+strongest+delivery+guarantee+by+default',
  ],
  words: { client: 'the producer', setting: '`enable.idempotence=false`' },
  bad: [
    { title: 'idempotence switched off for an event log', files: { 'compose.yaml': logged(oneBroker([], producer('KAFKA_PRODUCER_ENABLE_IDEMPOTENCE: "false"'))) } },
    { title: 'too many requests in flight', files: { 'compose.yaml': logged(oneBroker([], producer('KAFKA_PRODUCER_MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION: 20'))) } },
  ],
  good: [
    { title: 'idempotence switched on', files: { 'compose.yaml': logged(oneBroker([], producer('KAFKA_PRODUCER_ENABLE_IDEMPOTENCE: "true"'))) } },
    { title: 'five in flight keep their order', files: { 'compose.yaml': logged(oneBroker([], producer('KAFKA_PRODUCER_MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION: 5'))) } },
  ],
  *check(component) {
    const kept = established(component, 'event-log', 'source-of-truth', 'cdc')
    const strict = declaredUses(component).find(({ ordering, delivery }) => (ordering !== undefined && ordering.value !== 'none') || delivery?.value === 'exactly_once')
    for (const { workload, who, key, value, written } of oncePerPlace(clientSettings(component, /(ENABLE_IDEMPOTENCE|IDEMPOTENCE_ENABLED?|MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION)$/))) {
      const text = value.value.trim().toLowerCase()
      const flight = key.endsWith('CONNECTION')
      if (flight ? !/^\d{1,9}$/.test(text) || Number(text) <= 5 : text !== 'false') continue
      yield {
        message: flight ? 'flight' : 'off',
        data: { client: who, setting: `${written}=${value.value}`, value: text },
        span: value.span,
        severity: kept || strict ? 'warning' : 'info',
        confidence: kept || strict ? 'likely' : 'possible',
        because: [{ span: workload.span, text: `${workload.name} produces to ${component.name}` }, ...notes(useNote(kept)), ...fieldNote('ordering', strict?.ordering), ...fieldNote('delivery', strict?.delivery)],
        ...replacement(value, flight ? '5' : 'true', flight ? 'Keep at most five requests in flight' : 'Let the broker recognise repeated batches', 'A Java producer with idempotence refuses to start when acks is below all, and brokers before 2.8 want the permission IdempotentWrite.'),
      }
    }
  },
})
