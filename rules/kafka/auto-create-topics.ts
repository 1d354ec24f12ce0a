// Topics that come into being by a typing error; knows one broker setting and whether topics are provisioned.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { dataTopics, effective, notes, numberOf, settingNote, stated } from './facts.ts'
import { valueOf } from '../../src/model/value.ts'
import { serious } from '../stage.ts'
import { createTopics, oneBroker, program, threeBrokers } from './example-stacks.ts'

const setting = 'auto.create.topics.enable'
const topics = createTopics('kafka', '--topic orders --partitions 6 --replication-factor 1')

export default defineRule({
  id: 'kafka/auto-create-topics',
  technology: 'kafka',
  rows: ['failure-mode'],
  concern: 'operations',
  severity: 'info',
  severityNote: 'A warning where it is switched on in words although topics are provisioned with more copies or a cleanup policy, which those that come into being by themselves have not.',
  summary: 'The broker creates any topic that somebody names, with default settings.',
  messages: {
    provisioned: '{component} creates unknown topics by itself although {topics} is provisioned, so a mistyped name becomes a topic with default settings.',
    chosen: '{component} creates unknown topics by itself ({setting}=true), so a mistyped name becomes a topic with default settings.',
  },
  failure: 'A producer with a typing error in the topic name "works" against {component}: a topic with one partition and one copy takes the events, and consumers of the right name wait for ever.',
  fix: 'Set `auto.create.topics.enable=false` on {component}; create topics in one place.',
  diff: {
    compose: ` services:
   kafka:
     environment:
-      KAFKA_AUTO_CREATE_TOPICS_ENABLE: "true"
+      KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false"`,
    helm: ` kafka:
   overrideConfiguration:
+    auto.create.topics.enable: false`,
  },
  hazards: ['Create the topics that came into being by themselves explicitly first; a program that relies on it stops at its next new topic.'],
  sources: ['https://kafka.apache.org/documentation/#brokerconfigs', 'https://docs.aws.amazon.com/msk/latest/developerguide/msk-default-configuration.html'],
  bad: [
    { title: 'switched on beside provisioned topics', files: { 'compose.yaml': oneBroker(['KAFKA_AUTO_CREATE_TOPICS_ENABLE: "true"'], topics) }, line: 14 },
    { title: 'switched on', files: { 'compose.yaml': oneBroker(['KAFKA_AUTO_CREATE_TOPICS_ENABLE: "true"'], program('orders', 'example.com/shop/orders:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092'])) }, line: 14 },
  ],
  good: [
    { title: 'switched off', files: { 'compose.yaml': oneBroker(['KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false"'], topics) } },
    { title: 'nothing stated, nothing provisioned', files: { 'compose.yaml': threeBrokers(['KAFKA_DEFAULT_REPLICATION_FACTOR: 3', 'KAFKA_MIN_INSYNC_REPLICAS: 2']) } },
    { title: 'a stack for development', files: { 'compose.dev.yaml': oneBroker(['KAFKA_AUTO_CREATE_TOPICS_ENABLE: "true"'], topics) } },
  ],
  *check(component, stack) {
    if (!serious(stack) || component.external || effective(component.settings.get(setting)) !== 'true' || component.spec?.topicManagement?.value === 'auto') return
    const chosen = stated(component, setting)
    const provisioned = dataTopics(component)
    if (chosen === undefined && provisioned.length === 0) return
    const copies = numberOf(component.settings.get('default.replication.factor'))
    const [first] = provisioned
    // What comes into being by itself loses data that a topic of the right name keeps.
    const safer = provisioned.some(topic => topic.config.has('cleanup.policy') || (valueOf(topic.replicas) ?? 0) > (copies ?? 1))
    yield {
      message: first ? 'provisioned' : 'chosen',
      data: { topics: first?.name ?? '', setting },
      span: chosen?.span ?? component.span,
      severity: chosen && safer ? 'warning' : 'info',
      confidence: 'certain',
      because: notes(chosen ? undefined : settingNote(component, setting), first ? { span: first.span, text: `${first.name} is created on purpose` } : undefined),
      ...replacement(chosen, 'false', 'Create topics on purpose only', 'Programs that rely on topics appearing by themselves fail from then on: compare kafka-topics --list with what is provisioned first.'),
    }
  },
})
