// More members in a consumer group than partitions to share out; knows replica counts, topics, what the source of a client reads, and what a design says of them.
import type { ObservedComponent } from '../../src/model/observation.ts'
import { defineRule, replacement } from '../../src/model/rule.ts'
import type { Topic, Workload } from '../../src/model/stack.ts'
import { valueOf, type Note, type Span } from '../../src/model/value.ts'
import { design, kafka } from '../spec/declared.ts'
import { declaredTopics, partitionsOf } from './declared-topics.ts'
import { applications, clientSettings, dataTopics, effective, list, numberOf, settingNote, stated } from './facts.ts'
import { createTopics, oneBroker, program } from './example-stacks.ts'

const consumes = /(GROUP_?ID|CONSUMER_GROUP(_ID|_NAME)?|LISTENER_CONCURRENCY)$/
const topicKey = /TOPICS?(_NAME|_IN|_INPUT)?$|^((?!INPUT_|SOURCE_|CONSUME[RD]?_|INCOMING_).)*(INPUT|SOURCE|CONSUME[RD]?|INCOMING)_(.*_)?TOPIC/
const outward = /(OUT|OUTPUT|OUTGOING|PRODUCE[RD]?|PUBLISH|SINK|DLQ|DEAD|REPLY|TARGET|DESTINATION|STORAGE)/

/** Topics that the environment of a workload says it reads. */
function reads(component: ObservedComponent, workload: Workload): readonly Topic[] {
  const words = new Set(clientSettings(component, topicKey)
    .filter(one => one.workload === workload && !outward.test(one.key)).flatMap(one => one.value.value.split(/[\s,]+/)))
  return component.topics.filter(topic => words.has(topic.name))
}

/** The topics that the source of a workload reads in a group: all of them or, where one is not provisioned here, none. */
function subscribed(component: ObservedComponent, { program: own }: Workload): readonly Topic[] {
  const read = own?.certain === true ? own.traffic.filter(({ technology, how }) => technology === component.technology && how === 'reads') : []
  if (!read.some(({ group }) => group !== undefined) && own?.settings.some(({ name }) => name === 'group.id') !== true) return []
  const names = new Set(read.map(({ name }) => valueOf(name)))
  const topics = component.topics.filter(({ name }) => names.has(name))
  return topics.length === names.size ? topics : []
}

/** The one topic that a workload reads and nobody here provisions, with what the brokers give it when it comes into being. */
function created(component: ObservedComponent, workload: Workload): { readonly name: string; readonly partitions: number; readonly note: Note | undefined } | undefined {
  const partitions = numberOf(component.settings.get('num.partitions'))
  if (component.external || partitions === undefined || effective(component.settings.get('auto.create.topics.enable')) !== 'true') return undefined
  const names = new Set(clientSettings(component, topicKey).filter(one => one.workload === workload && !outward.test(one.key)).flatMap(one => one.value.value.split(/[\s,]+/)))
  const [name] = names
  // What is provisioned in part is provisioned somewhere; a pattern of names is no name.
  if (name === undefined || names.size > 1 || dataTopics(component).length > 0 || !/^[\w.-]{2,200}$/.test(name)) return undefined
  return { name, partitions, note: stated(component, 'num.partitions') && settingNote(component, 'num.partitions') }
}

const threadsKey = /(LISTENER_CONCURRENCY|CONSUMER_CONCURRENCY|NUM_STREAM_THREADS)$/

function threads(component: ObservedComponent, workload: Workload): number {
  const setting = clientSettings(component, threadsKey).find(one => one.workload === workload)
  return setting && /^\d{1,4}$/.test(setting.value.value) ? Math.max(1, Number(setting.value.value)) : 1
}

const topic = (partitions: number): string => createTopics('kafka', `--topic orders --partitions ${partitions} --replication-factor 1`)
const worker = (replicas: number, more: readonly string[] = []): string =>
  program('billing', 'example.com/shop/billing:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092', 'KAFKA_GROUP_ID: billing', 'KAFKA_TOPIC: orders', ...more], ['deploy:', `  replicas: ${replicas}`])

const reader = (replicas: number): Readonly<Record<string, string>> => ({
  'compose.yaml': oneBroker([], `${topic(1)}  billing:\n    build: billing\n    environment: {KAFKA_BOOTSTRAP_SERVERS: "kafka:9092"}\n    deploy:\n      replicas: ${replicas}\n`),
  'billing/Dockerfile': 'FROM python:3.13\nCOPY . .\n', 'billing/requirements.txt': 'kafka-python==2.0.2\n',
  'billing/main.py': "from kafka import KafkaConsumer\nconsumer = KafkaConsumer('orders', group_id='billing', bootstrap_servers='kafka:9092')\n",
})

const group = (instances: number): string => design({ components: kafka('kafka', [`id: orders, use: event-bus, topic: {name: orders, partitions: 4}, consumers: [{service: billing, group: billing, instances: ${instances}}]`]) })

const idleOf = (number: number): { readonly idle: string; readonly gets: string } => ({ idle: number === 1 ? 'one of them' : `${number} of them`, gets: number === 1 ? 'gets' : 'get' })

export default defineRule({
  id: 'kafka/consumers-exceed-partitions',
  technology: 'kafka',
  rows: ['scale-pattern', 'backpressure'],
  concern: 'sizing',
  severity: 'warning',
  severityNote: 'Information where nobody states how many partitions a topic gets that the brokers create by themselves.',
  summary: 'More instances of a consumer run than the topic has partitions, so some of them never get an event.',
  messages: {
    declared: 'The design has {members} consumers of {client} read {topics}, which has {partitions} on {component}, so {idle} never {gets} an event.',
    created: '{client} runs {members} consumers of {topics}, which {component} creates by itself with {partitions}, so {idle} never {gets} an event.',
    idle: '{client} runs {members} consumers of {topics} with {partitions} on {component}, so {idle} never {gets} an event.',
  },
  failure: 'Partitions of {topics} are each read by one consumer: the other consumers of {client} sit idle, and adding more does not shorten the lag on {component}.',
  fix: 'Create {topics} with at least {members} partitions on {component}, which later moves keys to other partitions, or run fewer instances of {client}.',
  diff: {
    compose: ` services:
   create-topics:
     command:
-      kafka-topics --create --topic orders --partitions 1
+      kafka-topics --create --topic orders --partitions 12`,
    helm: [
      ' kafka:',
      '   provisioning:',
      '     topics:',
      '       - name: orders',
      '-        partitions: 1',
      '+        partitions: 12',
    ].join('\n'),
  },
  hazards: ['More partitions send the keys elsewhere and cannot be undone: where order by key matters, create a new topic and move over.'],
  sources: ['https://docs.confluent.io/platform/current/clients/consumer.html', 'https://kafka.apache.org/documentation/#design'],
  words: { client: 'the service', topics: 'the topic' },
  bad: [
    { title: 'a design with idle instances', files: { 'misfit.yaml': group(6) }, line: 7 },
    { title: 'fewer partitions than the design counts on', files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic orders --partitions 2 --replication-factor 1')), 'misfit.yaml': group(4) }, file: 'misfit.yaml', line: 7 },
    { title: 'four instances of a topic that the brokers create', files: { 'compose.yaml': oneBroker(['KAFKA_NUM_PARTITIONS: 2'], worker(4)) } },
    { title: 'four instances, one partition', files: { 'compose.yaml': oneBroker([], topic(1) + worker(4)) } },
    { title: 'two instances of four threads, six partitions', files: { 'compose.yaml': oneBroker([], topic(6) + worker(2, ['SPRING_KAFKA_LISTENER_CONCURRENCY: 4'])) } },
    { title: 'four instances of a program whose source names the topic', files: reader(4) },
  ],
  good: [
    { title: 'a partition for each instance of a program whose source names the topic', files: reader(1) },
    { title: 'a topic that the brokers create with a partition for each', files: { 'compose.yaml': oneBroker(['KAFKA_NUM_PARTITIONS: 8'], worker(4)) } },
    { title: 'topics are created elsewhere', files: { 'compose.yaml': oneBroker(['KAFKA_NUM_PARTITIONS: 1', 'KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false"'], worker(4)) } },
    { title: 'a design with a partition for each', files: { 'misfit.yaml': group(4) } },
    { title: 'as many partitions as instances', files: { 'compose.yaml': oneBroker([], topic(4) + worker(4)) } },
    { title: 'many instances of a producer', files: { 'compose.yaml': oneBroker([], topic(1) + program('shop', 'example.com/shop/web:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092', 'KAFKA_OUTPUT_TOPIC: orders'], ['deploy:', '  replicas: 4'])) } },
  ],
  *check(component) {
    for (const each of declaredTopics(component)) {
      const partitions = partitionsOf(each)
      const groups = new Map<string, { count: number; span: Span }>()
      for (const { service, group, instances } of each.use.consumers) {
        const name = group?.value ?? service.value, earlier = groups.get(name)
        if (instances) groups.set(name, { count: instances.value + (earlier?.count ?? 0), span: earlier?.span ?? instances.span })
      }
      if (partitions === undefined) continue
      for (const [client, { count, span }] of groups) {
        if (count <= partitions) continue
        yield {
          message: 'declared', use: each.use.id, span, confidence: 'certain', data: { client, members: count, topics: each.use.topic?.value ?? each.use.id, ...idleOf(count - partitions), partitions: partitions === 1 ? 'one partition' : `${partitions} partitions` },
          because: each.topic?.partitions?.known ? [{ span: each.topic.partitions.span, text: `${each.topic.name} has ${each.topic.partitions.value} partitions` }] : each.use.partitions ? [{ span: each.use.partitions.span, text: `topic.partitions: ${each.use.partitions.value}` }] : [],
        }
      }
    }
    const members = new Set(clientSettings(component, consumes).map(one => one.workload))
    for (const { workload } of applications(component)) {
      const inSource = subscribed(component, workload)
      if (!members.has(workload) && inSource.length === 0) continue
      const running = (valueOf(workload.replicas) ?? (workload.replicas ? 0 : 1)) * threads(component, workload)
      if (running <= 1) continue
      const named = reads(component, workload)
      const topics = named.length > 0 ? named : inSource
      const counts = topics.map(one => valueOf(one.partitions))
      const alone = topics.length === 0 ? created(component, workload) : undefined
      if (alone && running > alone.partitions) {
        yield {
          message: 'created', span: workload.replicas?.span ?? workload.span, severity: alone.note ? 'warning' : 'info', confidence: alone.note ? 'likely' : 'possible',
          data: { client: workload.name, members: running, topics: alone.name, ...idleOf(running - alone.partitions), partitions: alone.partitions === 1 ? 'one partition' : `${alone.partitions} partitions` },
          because: [alone.note ?? settingNote(component, 'num.partitions') ?? { span: component.span, text: 'num.partitions is not set' }],
        }
      }
      if (topics.length === 0 || counts.includes(undefined)) continue
      // Members of one group spread over all its topics; only the sum leaves somebody without work for certain.
      const partitions = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)
      if (running <= partitions) continue
      yield {
        message: 'idle',
        data: {
          client: workload.name, members: running, topics: list(topics.map(one => one.name)), ...idleOf(running - partitions),
          partitions: partitions === 1 ? 'one partition' : `${partitions} partitions`,
        },
        span: workload.replicas?.span ?? workload.span,
        confidence: 'certain',
        because: topics.map(one => ({ span: one.partitions?.span ?? one.span, text: `${one.name} has ${valueOf(one.partitions) === 1 ? 'one partition' : `${valueOf(one.partitions) ?? 0} partitions`}` })),
        ...(topics.length === 1 ? replacement(
          topics[0]?.partitions?.known ? { span: topics[0].partitions.span, value: String(partitions) } : undefined, String(running), 'Create the topic with a partition for each consumer',
          'On a topic that exists more partitions send keys elsewhere and cannot be taken back: where order by key matters, move to a new topic.',
        ) : {}),
      }
    }
  },
})
