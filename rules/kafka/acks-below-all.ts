// Producers that do not wait for the copies; knows the clients' settings, not how they are written.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { atLeast, declaredUses, design, isUse, kafka, fieldNote } from '../spec/declared.ts'
import { brokersOf, clientSettings, established, notes, oncePerPlace, useNote } from './facts.ts'
import { oneBroker, program, threeBrokers } from './example-stacks.ts'

const key = /^((?!KAFKA_CFG_)(?=([A-Z0-9]+_)*?(KAFKA|PRODUCER|OUTGOING|CONNECT)_)[A-Z0-9_]+_ACKS|(PRODUCER_)?REQUEST_REQUIRED_ACKS|REQUIRED_ACKS|ACKS)$/
const none = new Set(['0', 'none', 'noresponse'])
const leader = new Set(['1', 'leader', 'one', 'waitforlocal'])

const sound = ['KAFKA_DEFAULT_REPLICATION_FACTOR: 3', 'KAFKA_MIN_INSYNC_REPLICAS: 2']
const producer = (acks: string): string =>
  program('ledger', 'example.com/bank/ledger:2.0', ['KAFKA_BOOTSTRAP_SERVERS: kafka-1:9092', `KAFKA_PRODUCER_ACKS: "${acks}"`, 'KAFKA_TOPIC: payments-audit-log'])
const logged = (text: string): string => text.replace('    environment:', '    labels:\n      misfit.use: event-log\n    environment:')

const sends = (more: string): string => design({ components: kafka('kafka', [`id: orders, use: event-log, producers: [{service: shop, ${more}}]`]) })

export default defineRule({
  id: 'kafka/acks-below-all',
  technology: 'kafka',
  rows: ['durability'],
  concern: 'durability',
  severity: 'warning',
  severityNote: 'An error where a producer of an event log, a queue or the only copy of data waits for nothing (acks=0); advice where nothing shows that events must survive.',
  summary: 'A producer counts an event as sent before the copies have it.',
  messages: {
    none: '{client} sends to {component} with acks=0, so an event that never reached a broker still counts as sent.',
    leader: '{client} sends to {component} with acks=1, so an event is acknowledged when one broker has it and lost when that broker dies.',
  },
  failure: 'With acks={acks}, {client} is told that its events are safe before they are copied; a broker that fails in that moment takes them along, and no error is seen anywhere.',
  fix: 'Set acks=all in {client} (the default since Kafka 3.0) and `min.insync.replicas=2` on {component}.',
  diff: {
    compose: ` services:
   ledger:
     environment:
-      KAFKA_PRODUCER_ACKS: "1"
+      KAFKA_PRODUCER_ACKS: all`,
    helm: [
      ' ledger:',
      '   env:',
      '-    KAFKA_PRODUCER_ACKS: "1"',
      '+    KAFKA_PRODUCER_ACKS: all',
    ].join('\n'),
  },
  hazards: [
    'With acks=all each write waits for the followers, and is refused (NOT_ENOUGH_REPLICAS) while fewer than min.insync.replicas are in sync: look at the copies of the topic first.',
  ],
  sources: [
    'https://kafka.apache.org/documentation/#producerconfigs',
    'https://cwiki.apache.org/confluence/display/KAFKA/KIP-679%3A+Producer+will+enable+the+strongest+delivery+guarantee+by+default',
  ],
  words: { client: 'the producer' },
  bad: [
    { title: 'a design that waits for the leader', files: { 'misfit.yaml': sends('acks: 1') }, line: 7 },
    { title: 'an old client that says nothing', files: { 'misfit.yaml': sends('client_version: 2.8.1') }, line: 7 },
    { title: 'acks=1 for an audit log', files: { 'compose.yaml': logged(threeBrokers(sound, producer('1'))) } },
    { title: 'acks=0 for an audit log', files: { 'compose.yaml': logged(threeBrokers(sound, producer('0'))) } },
  ],
  good: [
    { title: 'a design that waits for all', files: { 'misfit.yaml': sends('acks: all, client_version: 2.8.1') } },
    { title: 'acks=all', files: { 'compose.yaml': logged(threeBrokers(sound, producer('all'))) } },
    { title: 'one broker: acks=1 is every copy there is', files: { 'compose.yaml': oneBroker([], producer('1').replace('kafka-1', 'kafka')) } },
  ],
  *check(component, stack) {
    for (const use of declaredUses(component)) {
      const must = isUse(use, 'event-log', 'source-of-truth', 'job-queue', 'cdc', 'state-store') || atLeast(use.durability, 'survive_node_loss')
      for (const { service, acks, clientVersion } of must && use.delivery?.value !== 'at_most_once' ? use.producers : []) {
        // Java clients before 3.0 wait for the leader only, where nobody says otherwise (KIP-679).
        const old = acks === undefined && clientVersion !== undefined && /^[0-2]\./.test(clientVersion.value)
        if (!old && acks?.value !== '0' && acks?.value !== '1') continue
        const silent = acks?.value === '0'
        yield {
          message: silent ? 'none' : 'leader', data: { client: service.value, acks: silent ? 0 : 1 }, use: use.id, span: (acks ?? clientVersion ?? service).span, severity: silent ? 'error' : 'warning',
          confidence: old ? 'likely' : 'certain', because: [...fieldNote('client_version', old ? clientVersion : undefined), ...fieldNote('durability', use.durability), ...fieldNote('use', use.use)],
        }
      }
    }
    const kept = established(component, 'event-log', 'source-of-truth', 'job-queue', 'cdc', 'state-store')
    for (const { workload, who, value, written } of oncePerPlace(clientSettings(component, key))) {
      const text = value.value.trim().toLowerCase()
      const silent = none.has(text)
      if (!silent && !leader.has(text)) continue
      if (!silent && brokersOf(component, stack) === 1) continue
      yield {
        message: silent ? 'none' : 'leader',
        data: { client: who, acks: silent ? 0 : 1 },
        span: value.span,
        severity: kept ? silent ? 'error' : 'warning' : 'info',
        confidence: kept ? 'likely' : 'possible',
        because: [{ span: workload.span, text: `${workload.name} sets ${written}=${value.value}` }, ...notes(useNote(kept))],
        ...replacement(value, 'all', 'Wait for all copies that are in sync', 'Each write then waits for the followers, and is refused where fewer than min.insync.replicas are in sync; some clients write it -1.'),
      }
    }
  },
})
