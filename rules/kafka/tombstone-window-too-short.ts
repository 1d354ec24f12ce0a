// Deletions that are forgotten before every reader has seen them. Knows the design and the topic's settings.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { design, isDeployed, kafka, longestAway, time } from '../spec/declared.ts'
import { createTopics, oneBroker } from './example-stacks.ts'
import { declaredTopics, policies } from './declared-topics.ts'
import { day, numberOf } from './facts.ts'

const state = (away: string, more = ''): string => design({ components: kafka('kafka', [`id: customers, use: state-store, key: id, topic: {name: customers}, retention: {policy: compact${more}}, consumers: [{service: search, downtime_max: ${away}}]`]) })

export default defineRule({
  id: 'kafka/tombstone-window-too-short',
  technology: 'kafka',
  rows: ['data-nature', 'replay'],
  concern: 'semantics',
  severity: 'warning',
  summary: 'The mark of a deletion is removed before every reader has seen it.',
  messages: { dead: '{service} may be away from {use} for {away}, but {component} drops the marks of deletions after {kept}, so it keeps records that were deleted.' },
  failure: 'A reader that was away never sees the deletion on {component} and keeps the dead record for good, also in the read model that it feeds.',
  fix: 'Set delete.retention.ms of the topic of {use} above the longest outage of {service}, or rebuild its copy from nothing after such an outage.',
  diff: {
    compose: [
      ' services:',
      '   create-topics:',
      '     command:',
      '-      kafka-topics.sh --create --topic customers --config cleanup.policy=compact',
      '+      kafka-topics.sh --create --topic customers --config cleanup.policy=compact --config delete.retention.ms=604800000',
    ].join('\n'),
    helm: [
      ' kafka:',
      '   provisioning:',
      '     topics:',
      '       - name: customers',
      '         config:',
      '           cleanup.policy: compact',
      '+          delete.retention.ms: "604800000"',
    ].join('\n'),
  },
  hazards: [
    'Marks that are removed already do not come back: a reader that missed them must rebuild its copy from the start of the topic.',
  ],
  sources: ['https://kafka.apache.org/documentation/#topicconfigs', 'https://kafka.apache.org/documentation/#compaction'],
  bad: [
    { title: 'three days away, marks for one', files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic customers --partitions 6 --replication-factor 1 --config cleanup.policy=compact')), 'misfit.yaml': state('3d') }, file: 'misfit.yaml', line: 7 },
    { title: 'an hour, written at the topic', files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic customers --partitions 6 --replication-factor 1 --config cleanup.policy=compact --config delete.retention.ms=3600000')), 'misfit.yaml': state('12h') }, file: 'misfit.yaml', line: 7 },
    { title: 'the design says so', files: { 'misfit.yaml': state('12h', ', delete_retention: 1h') }, line: 7 },
  ],
  good: [
    { title: 'an hour away', files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic customers --partitions 6 --replication-factor 1 --config cleanup.policy=compact')), 'misfit.yaml': state('1h') } },
    { title: 'marks for a week', files: { 'misfit.yaml': state('3d', ', delete_retention: 7d') } },
  ],
  *check(component) {
    for (const each of declaredTopics(component)) {
      const { use, topic } = each
      const away = longestAway(use)
      if (away === undefined || !policies(component, each)?.includes('compact')) continue
      const own = topic?.config.get('delete.retention.ms') ?? component.settings.get('log.cleaner.delete.retention.ms')
      // Kafka keeps the marks for a day where nobody says otherwise.
      const keeps = numberOf(own) ?? use.deleteRetention?.value ?? (own === undefined && isDeployed(component) ? day : undefined)
      if (keeps === undefined || keeps >= away.ms) continue
      yield {
        message: 'dead', data: { use: use.id, service: away.consumer.service.value, away: time(away.ms), kept: time(keeps) }, use: use.id, span: away.note.span, confidence: 'certain',
        because: [own?.state === 'stated' ? { span: own.span, text: `delete.retention.ms=${own.value}` } : { span: use.deleteRetention?.span ?? topic?.span ?? component.span, text: `marks of deletions are kept for ${time(keeps)}` }],
        ...replacement(own?.state === 'stated' ? own : undefined, String(away.ms * 2), 'Keep marks of deletions for twice as long as the longest absence'),
      }
    }
  },
})
