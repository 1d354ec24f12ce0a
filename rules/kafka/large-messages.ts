// Messages too large for a log; knows size limits, and what a design says of sizes.
import { defineRule } from '../../src/model/rule.ts'
import { design, kafka, size as sizeOf } from '../spec/declared.ts'
import { declaredTopics } from './declared-topics.ts'
import { dataTopics, megabytes, numberOf, stated, type Stated } from './facts.ts'
import { createTopics, oneBroker } from './example-stacks.ts'

// What brokers take where nothing is set. https://kafka.apache.org/documentation/#brokerconfigs_message.max.bytes
const defaultLimit = 1_048_588

const scans = design({ components: kafka('kafka', ['id: scans, use: event-bus, topic: scans, size: {max_event_bytes: 3MB}']) })

export default defineRule({
  id: 'kafka/large-messages',
  technology: 'kafka',
  rows: ['scale-pattern'],
  concern: 'sizing',
  severity: 'info',
  severityNote: 'A warning where the design has events that the brokers refuse.',
  summary: 'Messages of more than ten megabytes are allowed, or larger ones than are allowed are sent.',
  messages: {
    refused: '{use} has events of up to {size}, but {component} takes no more than {limit}, so sending them fails.',
    large: 'On {component}, {subject} takes messages of up to {size} ({setting}), which brokers and consumers must hold in memory whole.',
  },
  failure: 'A few messages of {size} fill the buffers of {component}: replication lags, consumers run out of memory and fetch the same batch again.',
  fix: 'Keep the content in an object store and send a reference through {component}; lower {setting} to 1 MB again.',
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
    largestMessageBytes: { unit: 'bytes', default: 10 * 1_048_576, least: 1024, most: 2_147_483_647, says: 'The largest message size that may be allowed.' },
  },
  bad: [
    { title: 'larger events than the brokers take', files: { 'misfit.yaml': scans }, line: 7 },
    { title: 'fifty megabytes', files: { 'compose.yaml': oneBroker(['KAFKA_MESSAGE_MAX_BYTES: 52428800']) }, line: 14 },
    { title: 'two hundred megabytes on a topic', files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic scans --partitions 6 --replication-factor 1 --config max.message.bytes=209715200')) } },
  ],
  good: [
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
        because: own?.state === 'stated' ? [{ span: own.span, says: `the limit is ${own.value}` }] : [{ span: each.use.span, says: 'the limit is not set, and brokers have 1048588' }],
      }
    }
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
        confidence: 'certain', because: [{ span: component.span, says: `${component.name} holds them in memory` }],
      }
    }
  },
})
