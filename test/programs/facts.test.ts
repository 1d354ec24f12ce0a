// What programs state reaches the rules, the explanation and whoever watches files.
import { describe, expect, it } from 'vitest'
import { filesOf, lint, observe } from '../../src/lint.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { npm, programIn } from '../support/programs.ts'

const broker = (id: number): string => `  kafka-${id}:\n    image: apache/kafka:3.9.0\n    environment:\n      KAFKA_NODE_ID: ${id}\n      KAFKA_PROCESS_ROLES: broker,controller\n      KAFKA_CONTROLLER_QUORUM_VOTERS: 1@kafka-1:9093,2@kafka-2:9093,3@kafka-3:9093\n      KAFKA_DEFAULT_REPLICATION_FACTOR: 3\n      KAFKA_MIN_INSYNC_REPLICAS: 2\n`
const compose = `services:\n${[1, 2, 3].map(broker).join('')}  orders:\n    build: .\n    environment:\n      KAFKA_BOOTSTRAP_SERVERS: kafka-1:9092\n      KAFKA_TOPIC: orders-audit-log\n`
const source = "import { Kafka } from 'kafkajs'\nconst kafka = new Kafka({ brokers: ['kafka-1:9092'] })\nconst producer = kafka.producer()\nawait producer.send({ topic: 'orders-audit-log', acks: 1, messages: [] })\n"
const files = { 'compose.yaml': compose, 'package.json': npm('orders', 'kafkajs'), 'src/send.ts': source }

it('a setting that only the source states is reported where it stands, without an edit', () => {
  const found = lint(memoryTree(files)).findings.find(finding => finding.rule === 'kafka/acks-below-all')
  expect(found).toMatchObject({ file: 'src/send.ts', line: 4 })
  expect(found?.edits ?? []).toEqual([])
  expect(lint(memoryTree({ ...files, 'src/send.ts': source.replace('acks: 1', 'acks: -1') })).findings.map(finding => finding.rule)).not.toContain('kafka/acks-below-all')
})

it('a suppression beside it counts', () => {
  const allowed = source.replace('await producer', '// misfit-ignore: kafka/acks-below-all -- the audit log is a copy\nawait producer')
  expect(lint(memoryTree({ ...files, 'src/send.ts': allowed })).findings.map(finding => finding.rule)).not.toContain('kafka/acks-below-all')
})

it('the stack rests on the files that are evidence, and on no others', () => {
  const [stack] = observe(memoryTree({ ...files, 'src/other.ts': 'export const a = 1\n' })).stacks
  expect(stack && filesOf(stack)).toEqual(expect.arrayContaining(['compose.yaml', 'package.json', 'src/send.ts']))
  expect(stack && filesOf(stack)).not.toContain('src/other.ts')
})

it('topics that the configuration names are told by it, or by the environment', () => {
  const java = 'import org.springframework.kafka.annotation.KafkaListener;\nclass Orders {\n  @KafkaListener(topics = "${orders.topic}", groupId = "shop")\n  void on(String order) {}\n}\n'
  const spring = { 'compose.yaml': compose, 'pom.xml': '<project><dependencies><dependency><groupId>org.springframework.kafka</groupId><artifactId>spring-kafka</artifactId></dependency></dependencies></project>', 'src/main/java/Orders.java': java, 'src/main/resources/application.yml': 'orders:\n  topic: placed\n' }
  expect(programIn(spring, 'orders')?.traffic.map(({ name }) => (name.known ? name.value : name.raw))).toEqual(['placed'])
  expect(programIn({ ...spring, 'compose.yaml': `${compose}      ORDERS_TOPIC: other\n` }, 'orders')?.traffic.map(({ name }) => (name.known ? name.value : name.raw))).toEqual(['other'])
})

it('what two programs share is reported once and names both', () => {
  const shared = compose.replace('  orders:', '  billing: {build: ., environment: {KAFKA_BOOTSTRAP_SERVERS: "kafka-1:9092"}}\n  orders:')
  const found = lint(memoryTree({ ...files, 'compose.yaml': shared })).findings.filter(finding => finding.rule === 'kafka/acks-below-all')
  expect(found.map(({ message }) => message)).toEqual([expect.stringMatching(/^(orders|billing) \(and 1 more\) sends to kafka/)])
})

describe('consumer groups that stand in the source', () => {
  const listener = (topic: string, group: string): string => `import org.springframework.kafka.annotation.KafkaListener;\nclass L {\n  @KafkaListener(topics = "${topic}", groupId = "${group}")\n  void on(String event) {}\n}\n`
  const pom = '<project><dependencies><dependency><groupId>org.springframework.kafka</groupId><artifactId>spring-kafka</artifactId></dependency></dependencies></project>'
  const services = ['billing', 'email'].map(name => `  ${name}:\n    build: ${name}\n    environment: {KAFKA_BOOTSTRAP_SERVERS: "kafka-1:9092"}\n`).join('')
  const shared = (topics: readonly [string, string], groups: readonly [string, string] = ['shop', 'shop'], own = '') => lint(memoryTree({
    'compose.yaml': `services:\n${broker(1)}${services}`,
    ...Object.fromEntries(['billing', 'email'].flatMap((name, at) => [[`${name}/pom.xml`, pom], [`${name}/Dockerfile`, 'FROM eclipse-temurin:21\nCOPY . .\n'], [`${name}/src/main/java/L.java`, listener(topics[at] ?? '', groups[at] ?? '')], [`${name}/src/main/resources/application.yml`, own]])),
  })).findings.filter(finding => finding.rule === 'kafka/shared-consumer-group')
  it('are one cause where both programs read one topic', () => {
    expect(shared(['orders', 'orders'])).toMatchObject([{ file: 'email/src/main/java/L.java', line: 3, severity: 'error', confidence: 'likely', message: 'billing and email share the consumer group shop on kafka-1 and both read orders, so each gets only a part of the events.' }])
  })
  it('are none where each reads a topic of its own, whatever the configuration names', () => {
    expect(shared(['orders', 'refunds'], ['shop', 'shop'], 'spring: {kafka: {consumer: {group-id: shop}}}\n')).toEqual([])
    expect(shared(['orders', 'orders'], ['billing', 'email'])).toEqual([])
  })
  it('are nobody\'s where the program of one only writes, or a file that both are given states them', () => {
    const sends = "import { Kafka } from 'kafkajs'\nconst producer = new Kafka({ brokers: ['kafka-1:9092'] }).producer()\nawait producer.send({ topic: 'orders', messages: [] })\n"
    const reads = "import { Kafka } from 'kafkajs'\nconst consumer = new Kafka({ brokers: ['kafka-1:9092'] }).consumer({ groupId: process.env.KAFKA_GROUP_ID })\nawait consumer.subscribe({ topic: 'orders' })\n"
    const told = (billing: string) => lint(memoryTree({
      'compose.yaml': `services:\n${broker(1)}${['billing', 'email'].map(name => `  ${name}:\n    build: ${name}\n    environment: {KAFKA_BOOTSTRAP_SERVERS: "kafka-1:9092", KAFKA_GROUP_ID: shop}\n`).join('')}`,
      ...Object.fromEntries(['billing', 'email'].flatMap(name => [[`${name}/package.json`, npm(name, 'kafkajs')], [`${name}/Dockerfile`, 'FROM node:22\nCOPY . .\n'], [`${name}/src/index.ts`, name === 'billing' ? billing : reads]])),
    })).findings.filter(finding => finding.rule === 'kafka/shared-consumer-group')
    expect(told(reads)).toHaveLength(1)
    expect(told(sends)).toEqual([])
    const config = (file: string) => ({ [`config/${file}.yaml`]: 'kafka:\n  bootstrap_servers: kafka-1:9092\n  group_id: shop\n  topic: orders\n' })
    const given = (mounts: readonly string[]) => lint(memoryTree({
      'compose.yaml': `services:\n${broker(1)}${['billing', 'email'].map((name, at) => `  ${name}:\n    image: example.com/${name}\n    volumes: ["${mounts[at] ?? ''}"]\n`).join('')}`, ...config('docker'), ...config('k8s'),
    })).findings.filter(finding => finding.rule === 'kafka/shared-consumer-group')
    expect(given(['./config/docker.yaml:/app/config/app.yaml', './config/k8s.yaml:/app/config/app.yaml'])).toHaveLength(1)
    expect(given(['./config:/app/config', './config:/app/config'])).toEqual([])
  })
})
