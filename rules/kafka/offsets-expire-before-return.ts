// A group whose positions are forgotten while it is away. Knows the design and how long positions are kept.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { design, isDeployed, kafka, longestAway, time } from '../spec/declared.ts'
import { oneBroker } from './example-stacks.ts'
import { declaredTopics, kept } from './declared-topics.ts'
import { minute, notes, numberOf, settingNote, stated as statedSetting } from './facts.ts'

const reports = (more: string): string => design({ components: kafka('kafka', [`id: trail, use: event-log, topic: {name: trail}, consumers: [{service: reports, ${more}}]`]) })
const long = ['KAFKA_LOG_RETENTION_HOURS: 2160']

export default defineRule({
  id: 'kafka/offsets-expire-before-return',
  technology: 'kafka',
  rows: ['backpressure', 'replay'],
  concern: 'semantics',
  severity: 'warning',
  summary: 'The position of a consumer is forgotten before it comes back.',
  messages: { forgotten: '{service} may be away from {use} for {away}, but {component} forgets positions after {kept}, so on return it skips or repeats everything.' },
  failure: 'The group comes back to {component} without a position and follows auto.offset.reset: with latest it misses what came in between, with earliest it reads the whole topic again.',
  fix: 'Keep positions longer than {service} may be away: offsets.retention.minutes above {minutes}.',
  diff: {
    compose: [
      ' services:',
      '   kafka:',
      '     image: apache/kafka:3.9.0',
      '     environment:',
      '       KAFKA_NODE_ID: 1',
      '+      KAFKA_OFFSETS_RETENTION_MINUTES: 86400',
    ].join('\n'),
    helm: [
      ' kafka:',
      '   overrideConfiguration:',
      '     auto.create.topics.enable: false',
      '+    offsets.retention.minutes: 86400',
    ].join('\n'),
  },
  hazards: [
    'Positions that are gone already do not come back: set them once with kafka-consumer-groups --reset-offsets before the consumer starts.',
  ],
  sources: ['https://kafka.apache.org/documentation/#brokerconfigs', 'https://cwiki.apache.org/confluence/display/KAFKA/KIP-211%3A+Revise+Expiration+Semantics+of+Consumer+Group+Offsets'],
  bad: [
    { title: 'a report once a month', files: { 'compose.yaml': oneBroker(long), 'misfit.yaml': reports('batch_interval: 30d') }, file: 'misfit.yaml', line: 7 },
    { title: 'positions are kept for a day', files: { 'compose.yaml': oneBroker([...long, 'KAFKA_OFFSETS_RETENTION_MINUTES: 1440']), 'misfit.yaml': reports('downtime_max: 3d') }, file: 'misfit.yaml', line: 7 },
  ],
  good: [
    { title: 'a report every day', files: { 'compose.yaml': oneBroker(long), 'misfit.yaml': reports('batch_interval: 1d') } },
    { title: 'positions are kept for two months', files: { 'compose.yaml': oneBroker([...long, 'KAFKA_OFFSETS_RETENTION_MINUTES: 86400']), 'misfit.yaml': reports('batch_interval: 30d') } },
  ],
  *check(component) {
    const minutes = numberOf(component.settings.get('offsets.retention.minutes')) ?? (isDeployed(component) && !component.settings.has('offsets.retention.minutes') ? 10_080 : undefined)
    if (minutes === undefined) return
    for (const each of declaredTopics(component)) {
      const away = longestAway(each.use)
      if (away === undefined || away.ms < minutes * minute) continue
      // Where records go first, the retention rule speaks.
      const keeps = kept(component, each)
      if (keeps !== undefined && keeps.ms <= away.ms) continue
      yield {
        message: 'forgotten', data: { use: each.use.id, service: away.consumer.service.value, away: time(away.ms), kept: time(minutes * minute), minutes: Math.ceil(away.ms / minute) },
        use: each.use.id, span: away.note.span, confidence: 'certain',
        because: notes(settingNote(component, 'offsets.retention.minutes') ?? { span: component.span, text: `offsets.retention.minutes is not set, and brokers have ${minutes}` }),
        ...replacement(statedSetting(component, 'offsets.retention.minutes'), String(Math.ceil(away.ms / minute) * 2), 'Keep positions for twice as long as the longest absence'),
      }
    }
  },
})
