// Events that are deleted before the window in which somebody wants to read them again. Knows the design and the retention in effect.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { design, isDeployed, isUse, kafka, fieldNote, time } from '../spec/declared.ts'
import { createTopics, oneBroker } from './example-stacks.ts'
import { declaredTopics, kept, policies, type DeclaredTopic } from './declared-topics.ts'
import { brokerRetention, effective } from './facts.ts'

const orders = (more: string): string => design({ components: kafka('kafka', [`id: orders, use: event-log, topic: {name: orders}, ${more}`]) })
const provisioned = (config: string): string => oneBroker([], createTopics('kafka', `--topic orders --partitions 6 --replication-factor 1${config}`))

export default defineRule({
  id: 'kafka/retention-below-replay-window',
  technology: 'kafka',
  rows: ['replay', 'data-nature'],
  concern: 'semantics',
  severity: 'error',
  summary: 'Events are deleted before the time in which they are to be read again has passed.',
  messages: {
    short: '{use} must be readable for {window} ({field}), but {component} deletes its records after {kept}.',
    design: '{use} must be readable for {window} ({field}), but the design itself keeps its records for {kept} only.',
  },
  failure: 'The backfill that everybody counts on starts at the oldest record that {component} still has: a new consumer builds half a history, and nothing says so.',
  fix: 'Set retention.ms on the topic of {use} to at least {window}, after checking the disk, or declare the archive that keeps what is older.',
  diff: {
    compose: [
      ' services:',
      '   create-topics:',
      '     command:',
      '-      kafka-topics.sh --create --topic orders --config retention.ms=604800000',
      '+      kafka-topics.sh --create --topic orders --config retention.ms=3024000000',
    ].join('\n'),
    helm: [
      ' kafka:',
      '   provisioning:',
      '     topics:',
      '       - name: orders',
      '         config:',
      '-          retention.ms: "604800000"',
      '+          retention.ms: "3024000000"',
    ].join('\n'),
  },
  hazards: ['Longer retention needs disk: rate × size × time × copies. Shorter retention deletes within minutes.'],
  sources: ['https://kafka.apache.org/documentation/#topicconfigs', 'https://cwiki.apache.org/confluence/display/KAFKA/KIP-405%3A+Kafka+Tiered+Storage'],
  bad: [
    { title: 'a month is wanted, the default keeps a week', files: { 'compose.yaml': provisioned(''), 'misfit.yaml': orders('replay: {required: true, window: 30d}') }, file: 'misfit.yaml', line: 7 },
    { title: 'for ever means retention.ms=-1', files: { 'compose.yaml': provisioned(' --config retention.ms=7776000000'), 'misfit.yaml': orders('replay: {required: true, window: forever}') }, file: 'misfit.yaml', line: 7 },
    { title: 'the design contradicts itself', files: { 'misfit.yaml': orders('replay: {required: true, window: 30d}, retention: {time: 7d}') }, line: 7 },
  ],
  good: [
    { title: 'long enough', files: { 'compose.yaml': provisioned(' --config retention.ms=3024000000'), 'misfit.yaml': orders('replay: {required: true, window: 30d}') } },
    { title: 'an archive keeps the rest', files: { 'compose.yaml': provisioned(''), 'misfit.yaml': orders('replay: {required: true, window: 30d}, archive: s3') } },
    { title: 'kept for ever', files: { 'compose.yaml': provisioned(' --config retention.ms=-1'), 'misfit.yaml': orders('replay: {required: true, window: forever}') } },
  ],
  *check(component) {
    const tiered = effective(component.settings.get('remote.log.storage.system.enable')) === 'true'
    for (const each of declaredTopics(component)) {
      const { use } = each
      const [field, wanted] = use.replayWindow && use.replayRequired?.value !== false ? ['replay.window', use.replayWindow] as const : ['retention.time', use.retentionTime] as const
      if (wanted === undefined || use.archive !== undefined || tiered || policies(component, each)?.every(policy => policy === 'compact')) continue
      if (isUse(use, 'state-store') && use.retentionPolicy === undefined) continue
      const keeps = kept(component, each)
      if (keeps === undefined || keeps.ms >= wanted.value) continue
      yield {
        message: !isDeployed(component) && brokerRetention(component) === undefined ? 'design' : 'short',
        data: { use: use.id, window: time(wanted.value), field, kept: time(keeps.ms) }, use: use.id, span: wanted.span, confidence: 'certain',
        because: [keeps.note, ...fieldNote('replay.required', use.replayRequired)],
        ...longer(each, wanted.value),
      }
    }
  },
})

const longer = ({ topic }: DeclaredTopic, wanted: number): ReturnType<typeof replacement> => {
  const own = topic?.config.get('retention.ms')
  return replacement(
    own?.state === 'stated' ? own : undefined, wanted === Infinity ? '-1' : String(wanted), 'Keep events for the declared window',
    'Longer retention needs disk: check the volume first. What has expired already does not come back.',
  )
}
