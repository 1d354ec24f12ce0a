// A size limit that deletes before the time limit; without declared rates this is a hint.
import type { ObservedComponent } from '../../src/model/observation.ts'
import { defineRule, replacement } from '../../src/model/rule.ts'
import type { Topic } from '../../src/model/stack.ts'
import type { Known } from '../../src/model/value.ts'
import { count, design, kafka, fieldNote, size as sizeOf, time } from '../spec/declared.ts'
import { declaredTopics, partitionsOf, type DeclaredTopic } from './declared-topics.ts'
import { brokerRetention, dataTopics, day, duration, megabytes, notes, numberOf, policiesOf, settingNote, stated } from './facts.ts'
import { createTopics, oneBroker } from './example-stacks.ts'

const setting = 'log.retention.bytes'

const asked = (bytes: string): string => design({ components: kafka('kafka', [`id: orders, use: event-bus, replay: {required: true, window: 14d}, topic: {name: orders, partitions: 4}, load: {events_per_second: 100}, size: {avg_event_bytes: 1000}${bytes}`]) })

// Bytes a partition, times partitions, by bytes a second: how far back the limit lets anybody read.
function early(component: ObservedComponent, each: DeclaredTopic) {
  const { use, topic } = each
  const own = topic?.config.get('retention.bytes'), broker = stated(component, setting)
  const limit = numberOf(own) ?? (own === undefined ? use.retentionBytes?.value ?? numberOf(broker) : undefined)
  const partitions = partitionsOf(each), rate = use.eventsPerSecond, bytes = use.eventBytes
  const window: Known<number> | undefined = use.replayRequired?.value === false ? use.retentionTime : use.replayWindow ?? use.retentionTime
  if (limit === undefined || limit <= 0 || partitions === undefined || !rate?.value || !bytes?.value || window === undefined) return undefined
  const reach = ((limit * partitions) / (rate.value * bytes.value)) * 1000
  if (reach >= window.value) return undefined
  const place = own?.state === 'stated' ? own.span : use.retentionBytes?.span ?? broker?.span
  return {
    message: 'early' as const, severity: window === use.replayWindow ? 'error' as const : 'warning' as const, use: use.id, span: place ?? window.span, confidence: 'certain' as const,
    data: {
      use: use.id, size: sizeOf(limit), partitions: `${partitions} ${partitions === 1 ? 'partition' : 'partitions'}`, rate: count(rate.value), each: sizeOf(bytes.value), reach: time(reach), kept: time(window.value),
    },
    because: [...fieldNote(window === use.replayWindow ? 'replay.window' : 'retention.time', window, time(window.value)), ...fieldNote('load.events_per_second', rate), ...fieldNote('size.avg_event_bytes', bytes)],
  }
}

const littleASecond = 1024

// A topic that states how long its records stay inherits a limit of size that was meant for others, or has one of its own.
function topicCut(component: ObservedComponent, topic: Topic) {
  const time = topic.config.get('retention.ms'), ms = numberOf(time)
  const own = topic.config.get('retention.bytes'), broker = stated(component, setting)
  const limit = own === undefined ? broker : own.state === 'stated' ? own : undefined
  const bytes = numberOf(limit), policies = policiesOf(component, topic)
  if (time?.state !== 'stated' || limit === undefined || bytes === undefined || bytes <= 0 || ms === undefined || (ms >= 0 && ms < 7 * day) || policies?.includes('delete') !== true) return undefined
  const rate = ms < 0 ? 0 : (bytes / ms) * 1000
  const inherited = own === undefined
  return {
    message: 'topic' as const, span: time.span, confidence: 'likely' as const, severity: inherited && rate < littleASecond ? 'warning' as const : 'info' as const,
    data: { use: topic.name, kept: ms < 0 ? 'an unlimited time' : duration(ms), size: sizeOf(bytes), limit: inherited ? setting : 'retention.bytes', reach: ms < 0 ? 'any rate' : sizeOf(Math.round(rate)) },
    because: [{ span: limit.span, text: `${inherited ? setting : 'retention.bytes'}=${limit.value} for each partition` }],
  }
}

export default defineRule({
  id: 'kafka/retention-bytes-cuts-window',
  technology: 'kafka',
  rows: ['replay'],
  concern: 'sizing',
  severity: 'info',
  severityNote: 'An error where the design says how much comes in and how far back it must reach, a warning where it only names a retention, and where a topic states a time that the limit of the brokers leaves less than a kilobyte a second for.',
  summary: 'A size limit on every partition may delete events days before the stated time is over.',
  messages: {
    topic: '{use} on {component} is to keep events for {kept}, but {limit} ends a partition at {size}: at {reach} a second that is all that fits.',
    both: '{component} keeps events for {kept} but at most {size} a partition, so a busy partition forgets long before {kept} are over.',
    early: '{component} keeps at most {size} in each of {partitions} of {use}, which {rate} events a second of {each} fill in {reach}, but {kept} are asked for.',
  },
  failure: 'On a busy day the limit of {size} a partition deletes events of {component} that were to stay for {kept}: a replay finds a hole, quiet topics look fine.',
  fix: 'Remove `log.retention.bytes` from {component} and size the disk for {kept}, or set the limit on the topics that need one.',
  diff: {
    compose: ` services:
   kafka:
     environment:
       KAFKA_LOG_RETENTION_HOURS: 720
-      KAFKA_LOG_RETENTION_BYTES: 1073741824`,
    helm: ` kafka:
   overrideConfiguration:
     log.retention.hours: 720
-    log.retention.bytes: 1073741824`,
  },
  hazards: ['Without the limit the disk is what ends the log: check that it holds the stated time.'],
  sources: ['https://kafka.apache.org/documentation/#topicconfigs'],
  bad: [
    { title: 'half a gigabyte a partition, filled in six hours', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_BYTES: 536870912']), 'misfit.yaml': asked('') }, line: 14 },
    { title: 'a limit of the design itself', files: { 'misfit.yaml': asked(', retention: {bytes: 1GiB}') }, line: 7 },
    { title: 'a year on a topic, and one gigabyte for all', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_BYTES: 1073741824'], createTopics('kafka', '--topic audit --partitions 6 --replication-factor 1 --config retention.ms=31536000000')) }, line: 24 },
    { title: 'thirty days and one gigabyte', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_HOURS: 720', 'KAFKA_LOG_RETENTION_BYTES: 1073741824']) }, line: 15 },
    { title: 'no time limit, but half a gigabyte', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_MS: -1', 'KAFKA_LOG_RETENTION_BYTES: 536870912']) }, line: 15 },
  ],
  good: [
    { title: 'the topic lifts the limit', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_BYTES: 1073741824'], createTopics('kafka', '--topic audit --partitions 6 --replication-factor 1 --config retention.ms=31536000000 --config retention.bytes=-1')) } },
    { title: 'as much as the window needs', files: { 'misfit.yaml': asked(', retention: {bytes: 40GiB}') } },
    { title: 'no limit of size', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_HOURS: 720', 'KAFKA_LOG_RETENTION_BYTES: -1']) } },
    { title: 'a buffer limited by size alone', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_BYTES: 1073741824']) } },
  ],
  *check(component) {
    let told = false
    for (const each of declaredTopics(component)) {
      const found = early(component, each)
      if (found === undefined) continue
      told = true
      yield found
    }
    if (told) return
    for (const topic of dataTopics(component)) {
      const found = topicCut(component, topic)
      if (found === undefined) continue
      told = true
      yield found
    }
    if (told) return
    const bytes = stated(component, setting)
    const limit = numberOf(bytes)
    const retention = brokerRetention(component)
    if (bytes === undefined || limit === undefined || limit <= 0 || retention === undefined) return
    // Only a time somebody chose is a promise that the size can break.
    if (stated(component, retention.name) === undefined || (retention.ms >= 0 && retention.ms < 7 * day)) return
    yield {
      message: 'both',
      data: { kept: retention.ms < 0 ? 'an unlimited time' : duration(retention.ms), size: megabytes(limit) },
      span: bytes.span,
      confidence: 'possible',
      because: notes(settingNote(component, retention.name)),
      ...replacement(bytes, '-1', 'Let the time alone decide', 'The log may then grow until the disk is full: work out size and time for the busiest topic first.'),
    }
  },
})
