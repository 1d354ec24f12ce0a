// A fact that is written twice with nothing that keeps both writes together. Knows the design, and what the clients' source saves beside a message.
import { defineRule } from '../../src/model/rule.ts'
import { valueOf } from '../../src/model/value.ts'
import { clientPrograms, trafficOf } from '../client-programs.ts'
import { oneBroker } from '../kafka/example-stacks.ts'
import { declaredUses, design, fieldNote, kafka } from '../spec/declared.ts'

const safe: ReadonlySet<string> = new Set(['outbox', 'cdc', 'transactional', 'event_sourced'])
const shop = (service: string, producer = 'orders'): string => design({
  services: `- {id: orders, ${service}}\n`, stores: '- {id: orders-db, technology: postgresql}\n',
  components: kafka('events', [`id: order-events, use: event-bus, producers: [${producer}]`]),
})

const java = (more: string): Readonly<Record<string, string>> => ({
  'compose.yaml': oneBroker([], '  orders:\n    build: orders\n    environment: {SPRING_KAFKA_BOOTSTRAP_SERVERS: "kafka:9092"}\n'),
  'orders/Dockerfile': 'FROM eclipse-temurin:21\nCOPY . .\n',
  'orders/pom.xml': '<project><dependencies><dependency><groupId>org.springframework.kafka</groupId><artifactId>spring-kafka</artifactId></dependency></dependencies></project>',
  'orders/src/main/java/Orders.java': `import org.springframework.kafka.core.KafkaTemplate;\nclass Orders {\n  void place(Order order) {\n    ${more}\n    kafkaTemplate.send("orders", order.id(), order);\n  }\n}\n`,
})

export default defineRule({
  id: 'pair/dual-write',
  technology: 'both',
  rows: ['failure-mode', 'primary-problem'],
  concern: 'semantics',
  severity: 'error',
  severityNote: 'Information where only the source of a client shows both writes in one function.',
  summary: 'A service writes a store and publishes to a topic, and nothing keeps both together.',
  messages: {
    saved: '{service} saves ({call}) and publishes {use} to {component} in one function, and nothing makes both happen or neither.',
    twice: '{service} writes {store} and then publishes {use} to {component}, and nothing makes both happen or neither.',
  },
  failure: 'A crash between the two leaves an order that nobody hears of, or an event of an order that was rolled back; a retry cannot tell which it was.',
  fix: 'Write an outbox row in the same transaction and let Debezium publish it to {component}, or publish first and write {store} from the topic.',
  diff: { spec: ' services:\n   - id: orders\n     writes_also: [orders-db]\n+    consistency_pattern: outbox' },
  hazards: [
    'Until the relay runs, nothing is published: start it, watch its lag, and only then take the direct write out; in between an event may come twice.',
    'A connector holds the log of the database while it stands still, which fills its disk (replication slots of PostgreSQL): alert on its lag.',
  ],
  sources: ['https://debezium.io/documentation/reference/stable/transformations/outbox-event-router.html', 'https://microservices.io/patterns/data/transactional-outbox.html'],
  bad: [
    { title: 'a database and a topic', files: { 'misfit.yaml': shop('writes_also: [orders-db]') }, line: 4 },
    { title: 'said of the producer', files: { 'misfit.yaml': shop('owner: shop', '{service: orders, dual_write: {with: orders-db, pattern: none}}') }, line: 11 },
    { title: 'the source saves and sends', files: java('orderRepository.save(order);'), file: 'orders/src/main/java/Orders.java', line: 5 },
  ],
  good: [
    { title: 'the source sends only', files: java('validate(order);') },
    { title: 'the source sends what an outbox holds', files: java('outboxRepository.save(order);') },
    { title: 'an outbox', files: { 'misfit.yaml': shop('writes_also: [orders-db], consistency_pattern: outbox') } },
    { title: 'one write only', files: { 'misfit.yaml': shop('owner: shop') } },
  ],
  *check(component, stack) {
    if (component.technology !== 'kafka') return
    const told = new Set<string>()
    for (const { client, name, besides } of declaredUses(component).length > 0 ? [] : trafficOf(clientPrograms(component, stack), component, 'writes')) {
      if (!besides || told.has(client)) continue
      told.add(client)
      yield {
        message: 'saved', severity: 'info', data: { service: client, call: besides.value, use: valueOf(name) ?? 'an event', store: 'the database' }, span: name.span, confidence: 'possible',
        because: [{ span: besides.span, text: besides.value }],
      }
    }
    for (const use of declaredUses(component)) {
      for (const producer of use.producers) {
        const service = stack.spec?.services.find(({ id }) => id === producer.service.value)
        const pattern = producer.dualWritePattern ?? service?.consistencyPattern
        // Another topic of the same cluster can be part of the same transaction.
        const also = producer.dualWriteWith ?? service?.writesAlso.find(store => store.value !== component.spec?.id)
        if (also === undefined || (pattern !== undefined && safe.has(pattern.value))) continue
        if (producer.transactional?.value === true && stack.spec?.components.some(({ id }) => id === also.value) && also.value === component.spec?.id) continue
        if (use.delivery?.value === 'at_most_once') continue
        yield {
          message: 'twice', data: { service: producer.service.value, store: also.value, use: use.id }, use: use.id, span: also.span, confidence: 'certain',
          because: [{ span: producer.service.span, text: `${producer.service.value} publishes ${use.id}` }, ...fieldNote('consistency_pattern', pattern)],
        }
      }
    }
  },
})
