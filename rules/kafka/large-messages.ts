// Messages too large for a log; knows size limits, and what a design says of sizes.
import type { ObservedComponent } from '../../src/model/observation.ts'
import { defineRule, type RuleReport } from '../../src/model/rule.ts'
import { design, kafka, size as sizeOf } from '../spec/declared.ts'
import { declaredTopics } from './declared-topics.ts'
import { clientSettings, dataTopics, megabytes, numberOf, oncePerPlace, settingNote, stated, type Stated } from './facts.ts'
import { createTopics, oneBroker, program } from './example-stacks.ts'

// What brokers take where nothing is set. https://kafka.apache.org/documentation/#brokerconfigs_message.max.bytes
const defaultLimit = 1_048_588

/** What one request of a producer may hold: the Java client's name, and that of librdkafka. */
const requestKey = /(^|_)(MAX_REQUEST_SIZE|MESSAGE_MAX_BYTES)$/
// A web server has a MAX_REQUEST_SIZE, too (`micronaut.server.max-request-size`).
const ofProducer = (key: string): boolean => /(^|_)PRODUCER_/.test(key) || (key.endsWith('MAX_REQUEST_SIZE') && /(^|_)KAFKA_/.test(key))

const producer = (...more: readonly string[]): string => program('planner', 'example.com/shop/planner:4.2', ['SPRING_KAFKA_BOOTSTRAP_SERVERS: kafka:9092', 'SPRING_KAFKA_PRODUCER_PROPERTIES_MAX_REQUEST_SIZE: 5242880', ...more])

const scans = design({ components: kafka('kafka', ['id: scans, use: event-bus, topic: scans, size: {max_event_bytes: 3MB}']) })

export default defineRule({
  id: 'kafka/large-messages',
  technology: 'kafka',
  rows: ['scale-pattern'],
  concern: 'sizing',
  severity: 'info',
  severityNote: 'A warning where the design has events, or a producer may send batches, that the brokers refuse.',
  summary: 'Messages of more than ten megabytes are allowed, or larger ones than are allowed are sent.',
  messages: {
    refused: '{use} has events of up to {size}, but {component} takes no more than {limit}, so sending them fails.',
    sends: '{client} may send up to {size} at once ({setting}), but {component} takes no more than {limit}, so what lies between is refused.',
    large: 'On {component}, {subject} takes messages of up to {size} ({setting}), which brokers and consumers must hold in memory whole.',
  },
  failure: 'A message that {component} does not take fails with RecordTooLargeException, and a retry fails again. A few of {size} that it takes fill its buffers: replication lags, consumers run out of memory and fetch the same batch again.',
  fix: 'Keep the content in an object store and send a reference through {component}; or let {setting} of producers and message.max.bytes of the brokers allow the same, and no more than is needed.',
  diff: {
    compose: ` services:
   kafka:
     environment:
-      KAFKA_MESSAGE_MAX_BYTES: 52428800`,
    helm: [
      ' kafka:',
      '   overrideConfiguration:',
      '     auto.create.topics.enable: false',
      '-    message.max.bytes: 52428800',
    ].join('\n'),
  },
  hazards: ['Messages already stored stay readable, but a producer that still sends larger ones is refused: move it first.'],
  sources: ['https://kafka.apache.org/documentation/#topicconfigs', 'https://kafka.apache.org/documentation/#brokerconfigs'],
  options: {
    largestMessageBytes: { unit: 'bytes', default: 10 * 1_048_576, least: 1024, most: 2_147_483_647, description: 'The largest message size that may be allowed.' },
  },
  bad: [
    { title: 'larger events than the brokers take', files: { 'misfit.yaml': scans }, line: 7 },
    { title: 'a producer that may send more than the brokers take', files: { 'compose.yaml': oneBroker([], producer()) }, line: 20 },
    { title: 'fifty megabytes', files: { 'compose.yaml': oneBroker(['KAFKA_MESSAGE_MAX_BYTES: 52428800']) }, line: 14 },
    { title: 'two hundred megabytes on a topic', files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic scans --partitions 6 --replication-factor 1 --config max.message.bytes=209715200')) } },
  ],
  good: [
    { title: 'producer and brokers agree', files: { 'compose.yaml': oneBroker(['KAFKA_MESSAGE_MAX_BYTES: 5242880'], producer()) } },
    { title: 'the size is that of requests to a web server', files: { 'compose.yaml': oneBroker([], producer().replace('SPRING_KAFKA_PRODUCER_PROPERTIES_MAX_REQUEST_SIZE', 'MICRONAUT_SERVER_MAX_REQUEST_SIZE')) } },
    { title: 'compressed, a batch is smaller than the records in it', files: { 'compose.yaml': oneBroker([], producer('SPRING_KAFKA_PRODUCER_COMPRESSION_TYPE: zstd')) } },
    { title: 'the topic takes them', files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic scans --partitions 6 --replication-factor 1 --config max.message.bytes=4194304')), 'misfit.yaml': scans } },
    { title: 'five megabytes', files: { 'compose.yaml': oneBroker(['KAFKA_MESSAGE_MAX_BYTES: 5242880']) } },
    { title: 'nothing stated', files: { 'compose.yaml': oneBroker() } },
  ],
  *check(component, _, { largestMessageBytes }) {
    // In documents of other formats the number is the limit itself.
    for (const each of component.spec?.origin === 'document' ? [] : declaredTopics(component)) {
      const largest = each.use.maxEventBytes
      const own = each.topic?.config.get('max.message.bytes') ?? component.settings.get('message.max.bytes')
      const limit = own === undefined ? defaultLimit : numberOf(own)
      if (largest === undefined || limit === undefined || largest.value <= limit) continue
      yield {
        message: 'refused', severity: 'warning', data: { use: each.use.id, subject: each.use.id, size: sizeOf(largest.value), limit: sizeOf(limit), setting: 'max.message.bytes' }, use: each.use.id, span: largest.span, confidence: 'certain',
        because: own?.state === 'stated' ? [{ span: own.span, text: `the limit is ${own.value}` }] : [{ span: each.use.span, text: 'the limit is not set, and brokers have 1048588' }],
      }
    }
    yield* oversized(component)
    const found: { readonly subject: string; readonly setting: Stated; readonly name: string }[] = []
    const broker = stated(component, 'message.max.bytes')
    if (broker) found.push({ subject: 'each topic', setting: broker, name: 'message.max.bytes' })
    for (const topic of dataTopics(component)) {
      const own = topic.config.get('max.message.bytes')
      if (own?.state === 'stated') found.push({ subject: `topic ${topic.name}`, setting: own, name: 'max.message.bytes' })
    }
    for (const { subject, setting, name } of found) {
      const bytes = numberOf(setting)
      if (bytes === undefined || bytes <= largestMessageBytes) continue
      yield {
        message: 'large', data: { subject, size: bytes >= 2_147_483_000 ? '2 GB' : megabytes(bytes), setting: name }, span: setting.span,
        confidence: 'certain', because: [{ span: component.span, text: `${component.name} holds them in memory` }],
      }
    }
  },
})

// A batch is measured after compression on the brokers' side and before it on the client's, and a topic may take more than the rest.
function* oversized(component: ObservedComponent): Generator<RuleReport<'sends'>> {
  const broker = component.settings.get('message.max.bytes')
  const limits = [numberOf(broker) ?? (broker === undefined && !component.external ? defaultLimit : undefined), ...component.topics.flatMap(topic => {
    const own = topic.config.get('max.message.bytes')
    return own === undefined ? [] : [numberOf(own)]
  })]
  const limit = limits.every(each => each !== undefined) ? Math.max(...limits) : undefined
  if (limit === undefined) return
  const compressing = new Set(clientSettings(component, /(^|_)COMPRESSION(_TYPE)?$/).filter(({ value }) => !/^none$/i.test(value.value)).map(({ workload }) => workload))
  const plain = clientSettings(component, requestKey).filter(({ workload, key, written }) => !compressing.has(workload) && (written === 'max.request.size' || ofProducer(key)))
  for (const { who, value, written } of oncePerPlace(plain)) {
    const bytes = /^\d{1,12}$/.test(value.value.trim()) ? Number(value.value) : 0
    if (bytes <= limit * 1.1) continue
    yield {
      message: 'sends', severity: 'warning', span: value.span, confidence: 'likely',
      data: { client: who, size: sizeOf(bytes), limit: sizeOf(limit), setting: written },
      because: [settingNote(component, 'message.max.bytes') ?? { span: component.span, text: `message.max.bytes is not set, and brokers have ${defaultLimit}` }],
    }
  }
}
