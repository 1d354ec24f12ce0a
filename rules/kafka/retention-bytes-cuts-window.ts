// A size limit that may delete before the time limit; without rates this is a hint.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { brokerRetention, day, duration, megabytes, notes, numberOf, settingNote, stated } from './facts.ts'
import { oneBroker } from './example-stacks.ts'

const setting = 'log.retention.bytes'

export default defineRule({
  id: 'kafka/retention-bytes-cuts-window',
  technology: 'kafka',
  rows: ['replay'],
  concern: 'sizing',
  severity: 'info',
  summary: 'A size limit on every partition may delete events days before the stated time is over.',
  messages: {
    both: '{component} keeps events for {kept} but at most {size} a partition, so a busy partition forgets long before {kept} are over.',
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
    { title: 'thirty days and one gigabyte', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_HOURS: 720', 'KAFKA_LOG_RETENTION_BYTES: 1073741824']) }, line: 15 },
    { title: 'no time limit, but half a gigabyte', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_MS: -1', 'KAFKA_LOG_RETENTION_BYTES: 536870912']) }, line: 15 },
  ],
  good: [
    { title: 'no limit of size', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_HOURS: 720', 'KAFKA_LOG_RETENTION_BYTES: -1']) } },
    { title: 'a buffer limited by size alone', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_BYTES: 1073741824']) } },
  ],
  *check(component) {
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
