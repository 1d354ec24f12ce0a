// Topics that are provisioned otherwise than the design says. Knows topics and their settings.
import { defineRule } from '../../src/model/rule.ts'
import { valueOf, type Note } from '../../src/model/value.ts'
import { declaredTopics, kept, policies } from '../kafka/declared-topics.ts'
import { createTopics, oneBroker } from '../kafka/example-stacks.ts'
import { dataTopics, effective } from '../kafka/facts.ts'
import { design, isDeployed, kafka, list, fieldNote, time } from './declared.ts'

const provisioned = (topics: readonly string[], settings: readonly string[] = []): string => oneBroker(settings, createTopics('kafka', ...topics))
const orders = (topic: string, more = ''): string => design({ components: kafka('kafka', [`id: orders, use: event-bus, topic: {name: orders${topic}}${more}`]) })

export default defineRule({
  id: 'spec/topic-drift',
  technology: 'kafka',
  rows: ['replay', 'scale-pattern'],
  concern: 'specification',
  severity: 'warning',
  severityNote: 'An error for a topic that nobody creates; information for one that the design does not mention.',
  summary: 'Topics are provisioned otherwise than the design says.',
  messages: {
    absent: '{topic} is in the design, but it is not provisioned and {component} does not create topics by itself.',
    differs: '{topic} is provisioned on {component} with {differences}.',
    extra: '{topic} is provisioned on {component}, but the design does not mention it.',
  },
  failure: 'The design promises order, copies or a window that {topic} on {component} does not have; it shows when somebody relies on it.',
  fix: 'Bring the provisioning of {topic} and the design together; partitions can only be added, and copies need a reassignment.',
  diff: {
    compose: [
      ' services:',
      '   create-topics:',
      '     command:',
      '-      kafka-topics.sh --create --topic orders --partitions 3 --replication-factor 1',
      '+      kafka-topics.sh --create --topic orders --partitions 12 --replication-factor 3',
    ].join('\n'),
    helm: [
      ' kafka:',
      '   provisioning:',
      '     topics:',
      '       - name: orders',
      '-        partitions: 3',
      '-        replicationFactor: 1',
      '+        partitions: 12',
      '+        replicationFactor: 3',
    ].join('\n'),
  },
  hazards: ['More partitions move keys and cannot be taken back; more copies of an existing topic need kafka-reassign-partitions.'],
  sources: ['https://kafka.apache.org/documentation/#topicconfigs', 'https://kafka.apache.org/documentation/#operations'],
  bad: [
    { title: 'fewer partitions', files: { 'compose.yaml': provisioned(['--topic orders --partitions 3 --replication-factor 1']), 'misfit.yaml': orders(', partitions: 12') }, file: 'misfit.yaml', line: 7 },
    { title: 'fewer partitions in a chart', files: { 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: kafka, version: 32.4.3, repository: "https://charts.bitnami.com/bitnami"}\n', 'values-production.yaml': 'kafka:\n  provisioning:\n    enabled: true\n    topics:\n      - {name: orders, partitions: 3, replicationFactor: 3}\n', 'misfit.yaml': orders(', partitions: 12') }, file: 'misfit.yaml', line: 7 },
    { title: 'nobody creates it', files: { 'compose.yaml': provisioned(['--topic payments --partitions 3 --replication-factor 1'], ['KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false"']), 'misfit.yaml': orders('') }, file: 'misfit.yaml', line: 7 },
  ],
  good: [
    { title: 'as declared', files: { 'compose.yaml': provisioned(['--topic orders --partitions 12 --replication-factor 1']), 'misfit.yaml': orders(', partitions: 12, replication_factor: 1') } },
    { title: 'created when it is first used', files: { 'compose.yaml': oneBroker(), 'misfit.yaml': orders(', partitions: 12') } },
  ],
  *check(component, stack) {
    if (stack.kind === 'spec' || !isDeployed(component)) return
    const declared = declaredTopics(component).filter(({ use }) => use.topic !== undefined)
    const auto = effective(component.settings.get('auto.create.topics.enable'))
    for (const each of declared) {
      const { use, topic } = each
      if (use.topic === undefined) continue
      const base = { use: use.id, span: use.topic.span, confidence: 'certain' as const }
      if (topic === undefined) {
        if (auto === 'false' && component.topics.length > 0) yield { ...base, message: 'absent', severity: 'error', data: { topic: use.topic.value }, because: settingOf(component.settings.get('auto.create.topics.enable')) }
        continue
      }
      const differences: { text: string; note: Note }[] = []
      const compare = (name: string, asked: number | undefined, has: number | undefined, span = topic.span): void => {
        if (asked !== undefined && has !== undefined && asked !== has) differences.push({ text: `${has} ${name} instead of ${asked}`, note: { span, text: `${topic.name}: ${has} ${name}` } })
      }
      compare('partitions', use.partitions?.value, valueOf(topic.partitions), topic.partitions?.span)
      compare('copies', use.replicationFactor?.value, valueOf(topic.replicas), topic.replicas?.span)
      const cleaned = policies(component, each)
      const asked = use.retentionPolicy?.value.split('_')
      if (asked && cleaned && !same(asked, cleaned)) differences.push({ text: `cleanup.policy ${cleaned.join(',')} instead of ${asked.join(',')}`, note: { span: topic.span, text: `${topic.name}: cleanup.policy ${cleaned.join(',')}` } })
      const keeps = kept(component, each)
      if (use.retentionTime && keeps && keeps.ms > use.retentionTime.value && cleaned?.includes('compact') !== true && use.eraseWithin !== undefined) {
        differences.push({ text: `records kept ${time(keeps.ms)} instead of ${time(use.retentionTime.value)}`, note: keeps.note })
      }
      if (differences.length > 0) yield { ...base, message: 'differs', data: { topic: topic.name, differences: list(differences.map(difference => difference.text)) }, because: [...differences.map(({ note }) => note), ...fieldNote('topic.partitions', use.partitions)] }
    }
    if (declared.length === 0) return
    const names = new Set(declared.map(({ use }) => use.topic?.value))
    for (const topic of dataTopics(component)) {
      if (!names.has(topic.name)) yield { message: 'extra', severity: 'info', data: { topic: topic.name }, span: topic.span, confidence: 'certain', because: [] }
    }
  },
})

const same = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every(word => b.includes(word))

const settingOf = (setting: { readonly state: string; readonly value?: string; readonly span?: Note['span'] } | undefined): readonly Note[] =>
  setting?.state === 'stated' && setting.span ? [{ span: setting.span, text: `auto.create.topics.enable=${setting.value ?? ''}` }] : []
