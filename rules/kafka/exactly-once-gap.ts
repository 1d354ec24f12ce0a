// "Exactly once" that ends where Kafka ends. Knows the design and the settings of clients and brokers.
import type { ObservedComponent } from '../../src/model/observation.ts'
import { defineRule } from '../../src/model/rule.ts'
import type { DeclaredUse } from '../../src/model/spec.ts'
import type { Note } from '../../src/model/value.ts'
import { declaredUses, design, kafka, list, fieldNote } from '../spec/declared.ts'
import { clientSettings, numberOf, stated } from './facts.ts'

const payments = (consumer: string, producer = '{service: web, transactional: true}'): string =>
  design({ components: kafka('events', [`id: payments, use: event-bus, delivery: exactly_once, producers: [${producer}], consumers: [${consumer}]`]) })

interface Gap {
  readonly text: string
  readonly note: Note
}

function gapsOf(component: ObservedComponent, use: DeclaredUse): readonly Gap[] {
  const gaps: Gap[] = []
  const processing = clientSettings(component, /(^|_)PROCESSING_GUARANTEE$/).some(({ value }) => value.value.startsWith('exactly_once'))
  const ids = clientSettings(component, /(^|_)TRANSACTIONAL_ID(_PREFIX)?$|(^|_)TRANSACTION_ID_PREFIX$/).length > 0
  const bare = use.producers.find(producer => producer.transactional?.value !== true)
  if (use.producers.length > 0 && bare && !processing && !ids) gaps.push({ text: `${bare.service.value} writes without transactions`, note: { span: bare.span, text: `${bare.service.value} has no transactional: true` } })
  for (const consumer of use.consumers) {
    if (consumer.idempotencyKey !== undefined || processing) continue
    // Inside Kafka reading committed records is enough; whatever leaves it needs a memory of what was seen.
    if (consumer.isolation?.value === 'read_committed') continue
    gaps.push({ text: `${consumer.service.value} has no idempotency key`, note: { span: consumer.span, text: `${consumer.service.value} neither reads committed records only nor has an idempotency_key` } })
  }
  const copies = stated(component, 'transaction.state.log.replication.factor')
  const nodes = component.nodes.known ? component.nodes.value : 1
  if (copies && numberOf(copies) === 1 && nodes > 1) gaps.push({ text: 'the log of transactions has one copy', note: { span: copies.span, text: `transaction.state.log.replication.factor=${copies.value}` } })
  return gaps
}

export default defineRule({
  id: 'kafka/exactly-once-gap',
  technology: 'kafka',
  rows: ['durability', 'ordering'],
  concern: 'semantics',
  severity: 'warning',
  summary: 'Exactly once is promised, but not all the way.',
  messages: { gap: '{use} promises exactly once on {component}, but {gaps}, so a record may count twice.' },
  failure: 'Transactions of {component} cover reading and writing inside Kafka; a counter or an e-mail behind it sees a record again when its consumer is restarted in between.',
  fix: 'Let every consumer of {use} remember what it has seen by a key of the event (a unique row, or SET NX with an expiry), or promise at_least_once.',
  diff: { spec: '         consumers:\n-          - {service: billing}\n+          - {service: billing, idempotency_key: event_id}' },
  hazards: [
    'What is remembered must outlive the longest way back: an expiry below the retention of the topic forgets an event that can still come again.',
  ],
  sources: ['https://kafka.apache.org/documentation/#semantics', 'https://kafka.apache.org/documentation/#design'],
  bad: [
    { title: 'nothing tells a repeated record', files: { 'misfit.yaml': payments('{service: billing}') }, line: 7 },
    { title: 'the producer writes without transactions', files: { 'misfit.yaml': payments('{service: billing, idempotency_key: event_id}', '{service: web}') }, line: 7 },
  ],
  good: [
    { title: 'consumers remember what they have seen', files: { 'misfit.yaml': payments('{service: billing, idempotency_key: event_id}') } },
    { title: 'at least once is promised', files: { 'misfit.yaml': payments('{service: billing}').replace('exactly_once', 'at_least_once') } },
  ],
  *check(component) {
    for (const use of declaredUses(component)) {
      if (use.delivery?.value !== 'exactly_once') continue
      const gaps = gapsOf(component, use)
      if (gaps.length === 0) continue
      yield { message: 'gap', data: { use: use.id, gaps: list(gaps.map(gap => gap.text), 3) }, use: use.id, span: use.delivery.span, confidence: 'certain', because: [...fieldNote('use', use.use), ...gaps.map(({ note }) => note)] }
    }
  },
})
