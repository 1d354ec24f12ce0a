// Different programs that split one stream between them by sharing a group id; knows the clients' settings.
import { defineRule } from '../../src/model/rule.ts'
import type { Traffic } from '../../src/model/program.ts'
import type { Workload } from '../../src/model/stack.ts'
import { isUnread, readable } from '../../src/model/value.ts'
import { before } from '../../src/model/words.ts'
import { applications, clientSettings, commandOf, list, type ClientSetting } from './facts.ts'
import { oneBroker, program } from './example-stacks.ts'

const groupKey = /^(?!KAFKA_CFG_)((?=([A-Z0-9]+_)*?(KAFKA|CONSUMER|INCOMING|LISTENER)_)[A-Z0-9_]+_GROUP(_?ID|_NAME)?|CONSUMER_?GROUP(_?ID|_NAME)?|GROUP_?ID)$/
const topicKey = /(^|_)TOPICS?(_NAME|_IN|_INPUT)?$|(^|_)(INPUT|SOURCE|IN)_TOPICS?(_|$)|TOPIC/
const outward = /(OUT|OUTPUT|OUTGOING|PRODUCER|SINK|DLQ|DEAD|REPLY|TARGET|DESTINATION)/

/** Copies of one service: `worker-1`, `worker_2`, `worker-b`, `worker-replica`. */
const family = (name: string): string => name.toLowerCase().replace(/[-_.]?((?<!\d)\d+|[a-c]|replica|primary|secondary|blue|green|canary)$/, '')

/** What tells one program from another: image and command, or its name where the image is built. */
const programOf = (workload: Workload, whole: boolean): string =>
  `${workload.image ? before(readable(workload.image), whole ? /@/ : /[@:]/) : `built ${family(workload.name)}`} ${commandOf(workload)}`

/** Whether they run the same, as far as can be read: of an image whose tag cannot be, its name has to do. What has one name is one program in two places (an overlay's, a namespace's). */
function sameProgram(one: Workload, other: Workload): boolean {
  if (one.name === other.name) return true
  const whole = ![one, other].some(({ image }) => isUnread(image))
  return programOf(one, whole) === programOf(other, whole)
}

/** What the program itself reads from Kafka; nothing where it may be another's. */
const reads = (workload: Workload): readonly Traffic[] =>
  workload.program?.certain === true ? workload.program.traffic.filter(({ technology, how }) => technology === 'kafka' && how === 'reads') : []

/** A group that stands in the settings of a program whose source shows only writes is nobody's. */
const onlyWrites = (workload: Workload): boolean => {
  const traffic = workload.program?.certain === true ? workload.program.traffic.filter(({ technology }) => technology === 'kafka') : []
  return traffic.length > 0 && traffic.every(({ how }) => how === 'writes')
}

/** What is called a producer, and no more, reads nothing as far as anybody can tell; nor is `producer.group-id` the group of a reader. */
const isProducer = ({ workload, key }: ClientSetting): boolean => {
  const words = workload.name.toLowerCase().split(/[^a-z]+/)
  return /(^|_)PRODUCER_(?!.*CONSUMER)/.test(key) || (words.some(word => /^(producers?|publishers?)$/.test(word)) && !words.some(word => /consum|subscrib|worker|process|listen/.test(word)) && reads(workload).length === 0)
}

/** The topics that it reads as this group: those of its source where they stand there, else those of its settings. */
function topicsOf(settings: readonly ClientSetting[], workload: Workload, group: string): ReadonlySet<string> {
  const inSource = reads(workload)
  if (inSource.length > 0 && inSource.every(({ name }) => name.known)) {
    return new Set(inSource.flatMap(({ name, group: own }) => (name.known && (own?.known !== true || own.value === group) ? [name.value] : [])))
  }
  return new Set(settings.filter(one => one.workload === workload && !outward.test(one.key)).flatMap(one => one.value.value.split(/[\s,]+/)).filter(isTopic))
}

/** What stands under a key that speaks of topics may be a switch, a number of them or a template: `auto_create_topics: true`, `topic_template: events.{tenant}`. */
const isTopic = (word: string): boolean => word !== '' && !/^(?:true|false|yes|no|on|off|\d+)$/i.test(word) && !/[{}$]/.test(word)

const samePlace = (one: ClientSetting, other: ClientSetting): boolean => one.value.span.file === other.value.span.file && one.value.span.start === other.value.span.start

/** Groups that stand beside what is read, `@KafkaListener(topics = "orders", groupId = "billing")`. */
const groupsInSource = (workloads: Iterable<Workload>): readonly ClientSetting[] => [...workloads].flatMap(workload => reads(workload).flatMap(({ group }) =>
  (group?.known === true ? [{ workload, key: 'GROUP_ID', value: group, written: 'group.id' }] : [])))

const isConnect = (workload: Workload): boolean =>
  workload.environment.some(({ name }) => /^(CONNECT_)?(CONFIG|OFFSET)_STORAGE_TOPIC$/.test(name.toUpperCase()))

const storage = (workload: Workload): string =>
  workload.environment.filter(({ name }) => /^(CONNECT_)?(CONFIG|OFFSET|STATUS)_STORAGE_TOPIC$/.test(name.toUpperCase())).map(({ name, value }) => `${name}=${readable(value)}`).sort().join(' ')

/** Undefined when nothing is known about the topics of one of them. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): readonly string[] | undefined {
  return a.size === 0 || b.size === 0 ? undefined : [...a].filter(topic => b.has(topic))
}

const consumer = (name: string, group: string, image = `example.com/shop/${name}:4.2`): string =>
  program(name, image, ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092', `KAFKA_GROUP_ID: ${group}`, 'KAFKA_TOPIC: orders'])

export default defineRule({
  id: 'kafka/shared-consumer-group',
  technology: 'kafka',
  rows: ['fan-out'],
  concern: 'semantics',
  severity: 'error',
  severityNote: 'A warning where the files do not show that the programs read the same topic.',
  summary: 'Two different programs share one consumer group, so each gets only a part of the events.',
  messages: {
    topic: '{first} and {second} share the consumer group {group} on {component} and both read {topics}, so each gets only a part of the events.',
    unknown: '{first} and {second} are different programs with one consumer group, {group}, on {component}: where they read the same topic, each gets only a part.',
    connect: '{first} and {second} are separate Connect clusters (different storage topics) with one group id, {group}, on {component}, so they disturb each other.',
  },
  failure: '{component} gives each partition to one member of {group}: {first} and {second} each handle a random share, nothing errors and the lag looks healthy.',
  fix: 'Give each program a group of its own on {component}: {group}-{first} and {group}-{second}.',
  diff: {
    compose: ` services:
   billing:
     environment:
-      KAFKA_GROUP_ID: orders
+      KAFKA_GROUP_ID: orders-billing
   email:
     environment:
-      KAFKA_GROUP_ID: orders
+      KAFKA_GROUP_ID: orders-email`,
    helm: [
      ' billing:',
      '   env:',
      '-    KAFKA_GROUP_ID: orders',
      '+    KAFKA_GROUP_ID: orders-billing',
      ' email:',
      '   env:',
      '-    KAFKA_GROUP_ID: orders',
      '+    KAFKA_GROUP_ID: orders-email',
    ].join('\n'),
  },
  hazards: ['A renamed group starts at `auto.offset.reset`: set its position first with `kafka-consumer-groups --reset-offsets --to-offset`.'],
  sources: ['https://docs.confluent.io/platform/current/clients/consumer.html', 'https://kafka.apache.org/documentation/#design'],
  bad: [
    { title: 'billing and e-mail in one group', files: { 'compose.yaml': oneBroker([], consumer('billing', 'orders') + consumer('email', 'orders')) } },
    {
      title: 'the same image run as two programs',
      files: {
        'compose.yaml': oneBroker([], ['billing', 'email'].map(name =>
          program(name, 'example.com/shop/worker:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092', 'CONSUMER_GROUP: orders'], [`command: ["worker", "${name}"]`])).join('')),
      },
    },
  ],
  good: [
    { title: 'a group each', files: { 'compose.yaml': oneBroker([], consumer('billing', 'orders-billing') + consumer('email', 'orders-email')) } },
    { title: 'a producer that is given the settings of both', files: { 'compose.yaml': oneBroker([], consumer('orders-producer', 'orders') + consumer('email', 'orders')) } },
    { title: 'two instances of one program', files: { 'compose.yaml': oneBroker([], consumer('billing-1', 'orders', 'example.com/shop/billing:4.2') + consumer('billing-2', 'orders', 'example.com/shop/billing:4.2')) } },
    {
      title: 'two workers of one Connect cluster',
      files: {
        'compose.yaml': oneBroker([], ['connect-1', 'connect-2'].map(name => program(name, 'confluentinc/cp-kafka-connect:7.6.0', [
          'CONNECT_BOOTSTRAP_SERVERS: kafka:9092', 'CONNECT_GROUP_ID: connect', `CONNECT_REST_ADVERTISED_HOST_NAME: ${name}`, 'CONNECT_CONFIG_STORAGE_TOPIC: connect-configs',
          'CONNECT_OFFSET_STORAGE_TOPIC: connect-offsets', 'CONNECT_STATUS_STORAGE_TOPIC: connect-status',
        ])).join('')),
      },
    },
  ],
  *check(component) {
    const mine = new Set(applications(component).map(client => client.workload))
    const groups = [...groupsInSource(mine), ...clientSettings(component, groupKey)].filter(one =>
      mine.has(one.workload) && !onlyWrites(one.workload) && !isProducer(one) && one.value.value !== '' && (one.key.replace('_', '') !== 'GROUPID' || !/^\d+$/.test(one.value.value) || isConnect(one.workload)))
      .sort((a, b) => Number(a.value.span.file > b.value.span.file) - Number(a.value.span.file < b.value.span.file) || a.value.span.start - b.value.span.start)
    const topics = clientSettings(component, topicKey)
    const told = new Set<string>()
    for (const [at, first] of groups.entries()) {
      for (const second of groups.slice(at + 1)) {
        const group = first.value.value
        if (second.value.value !== group || first.workload === second.workload || told.has(group)) continue
        // A file that both are given says what one of them does, not which.
        if (groups.some(one => (one.workload === second.workload && samePlace(one, first)) || (one.workload === first.workload && samePlace(one, second)))) continue
        const connect = isConnect(first.workload)
        if (connect !== isConnect(second.workload)) continue
        if (connect ? storage(first.workload) === storage(second.workload) : sameProgram(first.workload, second.workload)) continue
        const common = overlap(topicsOf(topics, first.workload, group), topicsOf(topics, second.workload, group))
        if (!connect && common?.length === 0) continue
        const inSource = reads(first.workload).length + reads(second.workload).length > 0
        told.add(group)
        yield {
          message: connect ? 'connect' : common ? 'topic' : 'unknown',
          data: { first: first.workload.name, second: second.workload.name, group, topics: list(common ?? []) },
          span: second.value.span,
          severity: connect || common ? 'error' : 'warning',
          confidence: connect || (common && !inSource) ? 'certain' : common ? 'likely' : 'possible',
          because: [
            { span: first.value.span, text: `${first.workload.name} sets ${first.written}=${group}` },
            { span: component.span, text: `both read from ${component.name}` },
          ],
        }
      }
    }
  },
})
