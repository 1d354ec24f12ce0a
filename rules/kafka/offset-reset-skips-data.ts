// Consumers that start at the end of the log; knows the clients' settings, not how they are written.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { atLeast, declaredUses, design, isUse, kafka, fieldNote } from '../spec/declared.ts'
import { clientSettings, established, notes, oncePerPlace, useNote } from './facts.ts'
import { oneBroker, program } from './example-stacks.ts'

const consumer = (reset: string): string => program('billing', 'example.com/shop/billing:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092', 'KAFKA_GROUP_ID: billing', `KAFKA_AUTO_OFFSET_RESET: ${reset}`])
const queue = (text: string): string => text.replace('    environment:', '    labels:\n      misfit.use: job-queue\n    environment:')

const starts = (reset: string): string => design({ components: kafka('kafka', [`id: orders, use: event-bus, delivery: at_least_once, consumers: [{service: billing, offset_reset: ${reset}}]`]) })

export default defineRule({
  id: 'kafka/offset-reset-skips-data',
  technology: 'kafka',
  rows: ['durability', 'replay'],
  concern: 'semantics',
  severity: 'warning',
  severityNote: 'Advice where nothing shows that every event must be handled: a live view rightly starts at the end.',
  summary: 'A consumer without a stored position starts at the end and skips what is already in the log.',
  messages: {
    declared: 'The design starts {client} at the end of {use} whenever it has no position on {component} (offset_reset: latest), so what was written before is never handled.',
    latest: '{client} starts at the end of the log ({setting}) whenever it has no position on {component}, so what was written before is never handled.',
  },
  failure: 'A renamed group, expired offsets or the first deployment of {client} skips everything already in {component}; lag reads zero and nothing looks wrong.',
  fix: 'Set `auto.offset.reset=earliest` in {client}; make its handling idempotent.',
  diff: {
    compose: ` services:
   billing:
     environment:
-      KAFKA_AUTO_OFFSET_RESET: latest
+      KAFKA_AUTO_OFFSET_RESET: earliest`,
    helm: [
      ' billing:',
      '   env:',
      '-    KAFKA_AUTO_OFFSET_RESET: latest',
      '+    KAFKA_AUTO_OFFSET_RESET: earliest',
    ].join('\n'),
  },
  hazards: ['A group without a position reads the whole log once after the change: make sure that handling an event twice does no harm.'],
  sources: ['https://kafka.apache.org/documentation/#consumerconfigs', 'https://docs.dapr.io/reference/components-reference/'],
  words: { client: 'the service' },
  bad: [
    { title: 'a design that says so', files: { 'misfit.yaml': starts('latest') }, line: 7 },
    { title: 'jobs and `latest`', files: { 'compose.yaml': queue(oneBroker([], consumer('latest'))) } },
    { title: 'some consumer and `latest`', files: { 'compose.yaml': oneBroker([], consumer('latest')) } },
  ],
  good: [
    { title: 'the design starts at the beginning', files: { 'misfit.yaml': starts('earliest') } },
    { title: 'jobs and `earliest`', files: { 'compose.yaml': queue(oneBroker([], consumer('earliest'))) } },
    { title: 'nothing stated', files: { 'compose.yaml': queue(oneBroker([], program('billing', 'example.com/shop/billing:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092']))) } },
  ],
  *check(component) {
    for (const use of declaredUses(component)) {
      const must = isUse(use, 'job-queue', 'event-log', 'source-of-truth', 'cdc') || use.delivery?.value === 'at_least_once' || atLeast(use.durability, 'survive_restart')
      for (const { service, offsetReset } of use.consumers) {
        if (offsetReset?.value !== 'latest' || use.delivery?.value === 'at_most_once') continue
        yield { message: 'declared', data: { client: service.value, use: use.id }, use: use.id, span: offsetReset.span, severity: must ? 'warning' : 'info', confidence: 'certain', because: [...fieldNote('delivery', use.delivery), ...fieldNote('use', use.use)] }
      }
    }
    const kept = established(component, 'job-queue', 'event-log', 'source-of-truth', 'cdc')
    for (const { workload, who, value, written } of oncePerPlace(clientSettings(component, /AUTO_OFFSET_RESET$/))) {
      if (!/^(latest|largest|end|newest)$/i.test(value.value.trim())) continue
      if (/cache|dashboard|live|websocket|notif|push|ui\b/i.test(workload.name)) continue
      yield {
        message: 'latest',
        data: { client: who, setting: `${written}=${value.value}` },
        span: value.span,
        severity: kept ? 'warning' : 'info',
        confidence: kept ? 'likely' : 'possible',
        because: [{ span: workload.span, text: `${workload.name} reads from ${component.name}` }, ...notes(useNote(kept))],
        ...replacement(value, 'earliest', 'Start at the oldest event where no offset is known', 'A group without offsets then handles everything that is retained: make the handling idempotent, or set its offsets first (kafka-consumer-groups --reset-offsets).'),
      }
    }
  },
})
