// Segments that close later than their events expire; knows retention and roll times.
import { defineRule, replacement, type StatedValue } from '../../src/model/rule.ts'
import { design, kafka, time } from '../spec/declared.ts'
import { declaredTopics, kept, policies } from './declared-topics.ts'
import { brokerRetention, dataTopics, duration, hour, notes, numberOf, settingNote, stated } from './facts.ts'
import { createTopics, oneBroker } from './example-stacks.ts'

const erased = (within: string): string => design({ components: kafka('kafka', [`id: logins, use: event-bus, retention: {erase_within: ${within}}`]) })

export default defineRule({
  id: 'kafka/segment-delays-deletion',
  technology: 'kafka',
  rows: ['replay'],
  concern: 'sizing',
  severity: 'info',
  summary: 'Segments stay open for longer than events are kept, so expired events live on.',
  messages: {
    erase: 'The design erases {subject} within {within}, but {component} keeps records for {kept} and closes a segment only after up to {roll} more.',
    late: 'On {component}, {subject} keeps events for {kept} but closes a segment only after {roll}, so events live up to {roll} longer than asked.',
  },
  failure: 'Only closed segments are deleted: on a quiet topic of {component}, events that should be gone after {kept} stay for up to {roll} more, personal data among them.',
  fix: 'Set the segment time of {subject} on {component} to a quarter of {kept} or less.',
  diff: {
    compose: ` services:
   kafka:
     environment:
       KAFKA_LOG_RETENTION_HOURS: 24
-      KAFKA_LOG_ROLL_HOURS: 168
+      KAFKA_LOG_ROLL_HOURS: 6`,
    helm: [
      ' kafka:',
      '   overrideConfiguration:',
      '     log.retention.hours: 24',
      '-    log.roll.hours: 168',
      '+    log.roll.hours: 6',
    ].join('\n'),
  },
  hazards: [
    'Very short segment times multiply files: stay above ten minutes.',
    'What is past its retention is then deleted within minutes: look at the lag of the slowest consumer first.',
  ],
  sources: ['https://kafka.apache.org/documentation/#topicconfigs'],
  words: { subject: 'the topic' },
  bad: [
    { title: 'a promise to erase that the log breaks', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_HOURS: 168']), 'misfit.yaml': erased('7d') }, file: 'misfit.yaml', line: 7 },
    { title: 'two days of retention, a week a segment', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_HOURS: 48', 'KAFKA_LOG_ROLL_HOURS: 168']) }, line: 15 },
    { title: 'the same on a topic', files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic logins --partitions 6 --replication-factor 1 --config retention.ms=172800000 --config segment.ms=604800000')) } },
  ],
  good: [
    { title: 'a promise that the log keeps', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_HOURS: 168']), 'misfit.yaml': erased('30d') } },
    { title: 'segments shorter than retention', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_HOURS: 48', 'KAFKA_LOG_ROLL_HOURS: 6']) } },
    { title: 'the default roll time', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_HOURS: 48']) } },
  ],
  *check(component) {
    for (const each of declaredTopics(component)) {
      const within = each.use.eraseWithin, keeps = kept(component, each)
      if (within === undefined || keeps === undefined || policies(component, each)?.includes('compact')) continue
      const segment = each.topic?.config.get('segment.ms') ?? component.settings.get('log.roll.ms')
      const hours = numberOf(component.settings.get('log.roll.hours')) ?? 168
      const roll = segment === undefined ? hours * hour : numberOf(segment)
      if (roll === undefined || keeps.ms + roll <= within.value) continue
      yield {
        message: 'erase', data: { subject: each.use.id, within: time(within.value), kept: time(keeps.ms), roll: time(roll) }, use: each.use.id, span: within.span, confidence: 'certain', because: [keeps.note],
      }
    }
    const retention = brokerRetention(component)
    const millis = stated(component, 'log.roll.ms')
    const roll = millis ?? stated(component, 'log.roll.hours')
    const value = numberOf(roll)
    const rollMs = value === undefined ? undefined : millis ? value : value * hour
    if (roll && rollMs !== undefined && retention && stated(component, retention.name) && retention.ms > 0 && rollMs > retention.ms) {
      yield {
        message: 'late', data: { subject: 'each topic', kept: duration(retention.ms), roll: duration(rollMs) }, span: roll.span,
        confidence: 'certain', because: notes(settingNote(component, retention.name)),
        ...sooner(roll, String(millis ? Math.floor(retention.ms / 4) : Math.max(1, Math.floor(retention.ms / 4 / hour)))),
      }
    }
    for (const topic of dataTopics(component)) {
      const segment = topic.config.get('segment.ms')
      const kept = topic.config.get('retention.ms')
      const [late, ms] = [numberOf(segment), numberOf(kept)]
      if (segment?.state !== 'stated' || kept?.state !== 'stated' || late === undefined || ms === undefined || ms <= 0 || late <= ms) continue
      yield {
        message: 'late', data: { subject: `topic ${topic.name}`, kept: duration(ms), roll: duration(late) }, span: segment.span,
        confidence: 'certain', because: [{ span: kept.span, text: `${topic.name} has retention.ms=${kept.value}` }],
        ...sooner(segment, String(Math.floor(ms / 4))),
      }
    }
  },
})

const sooner = (roll: StatedValue, value: string): ReturnType<typeof replacement> =>
  replacement(roll, value, 'Close segments after a quarter of the retention', 'What is past its retention is then deleted within minutes: look at the lag of the slowest consumer first.')
