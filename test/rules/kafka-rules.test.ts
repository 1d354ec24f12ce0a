// Traps that the Kafka rules must not fall into, and two causes that must not be told twice.
import { describe, expect, it } from 'vitest'
import { createTopics, oneBroker, program, threeBrokers } from '../../rules/kafka/example-stacks.ts'
import { lint } from '../../src/index.ts'
import { memoryTree } from '../support/memory-tree.ts'

const findings = (text: string, file = 'compose.yaml') => lint(memoryTree({ [file]: text })).findings
const grave = (text: string, file?: string): readonly string[] => findings(text, file).filter(one => one.severity !== 'info').map(one => one.rule)
const sound = ['KAFKA_DEFAULT_REPLICATION_FACTOR: 3', 'KAFKA_MIN_INSYNC_REPLICAS: 2']
const client = (name: string, ...settings: readonly string[]): string => program(name, `example.com/shop/${name}:4.2`, ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092', ...settings])

describe('kafka rules', () => {
  it('have nothing grave to say about a sound broker and a sound cluster', () => {
    expect(grave(oneBroker([], client('orders') + client('billing')))).toEqual([])
    expect(grave(threeBrokers(sound, createTopics('kafka-1', '--topic orders --partitions 6 --replication-factor 3')))).toEqual([])
  })

  it('never ask a single broker for more copies', () => {
    const text = oneBroker([], createTopics('kafka', '--topic orders --partitions 6 --replication-factor 1', '--topic payments --partitions 6 --replication-factor 1'))
    expect(findings(text).map(one => one.rule).filter(rule => /replication|min-isr/.test(rule))).toEqual([])
  })

  it('do not count two clusters of one broker as two brokers', () => {
    const second = oneBroker().split('volumes:\n  kafka-data')[0]?.replace('services:\n', '').replaceAll('@kafka:', '@other:').replace('  kafka:', '  other:').replaceAll('//kafka:', '//other:').replaceAll('kafka-data', 'other-data') ?? ''
    const text = oneBroker([], createTopics('kafka', '--topic orders --partitions 6 --replication-factor 1') + second).concat('  other-data:\n')
    expect(grave(text)).toEqual([])
  })

  it('tell a misplaced volume once, not as missing storage as well', () => {
    const text = oneBroker([], client('orders')).replace('      KAFKA_LOG_DIRS: /var/lib/kafka/data\n', '')
    const told = findings(text, 'compose.prod.yaml')
    expect(told.filter(one => /storage|volume/.test(one.rule)).map(one => one.rule)).toEqual(['kafka/volume-not-on-log-dirs'])
    expect(told.find(one => one.rule === 'kafka/volume-not-on-log-dirs')?.explains).toContain('kafka/ephemeral-storage')
  })

  it('only advise about a short default where programs create the topics and may say how long each keeps its events', () => {
    const brief = (...more: readonly string[]) => findings(oneBroker(['KAFKA_LOG_RETENTION_MS: 300000', ...more], client('orders')), 'compose.prod.yaml').filter(one => one.rule === 'kafka/retention-below-consumer-downtime').map(one => one.severity)
    expect([brief(), brief("KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false'")]).toEqual([['warning'], ['info']])
  })

  it('only advise where no store of the stack keeps its data', () => {
    const bare = oneBroker([], client('orders') + program('db', 'postgres:16')).replace(/ {4}volumes:\n {6}- kafka-data.*\n/, '').replace('      KAFKA_LOG_DIRS: /var/lib/kafka/data\n', '')
    expect(grave(bare, 'compose.prod.yaml')).not.toContain('kafka/ephemeral-storage')
    const kept = bare.replace('image: postgres:16\n', 'image: postgres:16\n    volumes:\n      - db:/var/lib/postgresql/data\n').concat('  db:\n')
    expect(grave(kept, 'compose.prod.yaml')).toContain('kafka/ephemeral-storage')
  })

  it('take a group that one shared block gives to several programs for no accident', () => {
    const shared = `x-kafka: &kafka\n  KAFKA_BOOTSTRAP_SERVERS: kafka:9092\n  KAFKA_GROUP_ID: shop\n${oneBroker([], ['api', 'worker'].map(name =>
      `  ${name}:\n    image: example.com/shop/${name}:4.2\n    environment:\n      <<: *kafka\n`).join(''))}`
    expect(grave(shared)).not.toContain('kafka/shared-consumer-group')
  })

  it('take no switch, number or template for a topic that two programs read', () => {
    const told = (setting: string) => findings(oneBroker([], ['api', 'worker'].map(name => client(name, 'KAFKA_GROUP_ID: shop', setting)).join(''))).filter(({ rule }) => rule === 'kafka/shared-consumer-group').map(({ severity, confidence }) => `${severity} ${confidence}`)
    expect(told('KAFKA_TOPIC: orders')).toEqual(['error certain'])
    expect(told('KAFKA_TOPIC_PER_TENANT: "true"')).toEqual(['warning possible'])
    expect(told('KAFKA_TOPIC_PARTITIONS: "3"')).toEqual(['warning possible'])
    expect(told('KAFKA_TOPIC_TEMPLATE: "orders.{tenant}"')).toEqual(['warning possible'])
  })

  it('accuse nobody of an election where every topic has one copy', () => {
    const cluster = (copies: number): readonly string[] => grave(threeBrokers([...sound, 'KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: true'], createTopics('kafka-1', `--topic orders --partitions 6 --replication-factor ${copies}`)))
    expect(cluster(3)).toContain('kafka/unclean-leader-election')
    expect(cluster(1)).not.toContain('kafka/unclean-leader-election')
  })

  it('take what has one name for one program, deployed from two places', () => {
    const workload = (kind: string, name: string, image: string, env = ''): string =>
      `apiVersion: apps/v1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec:\n  serviceName: ${name}\n  selector: {matchLabels: {app: ${name}}}\n  template:\n    metadata: {labels: {app: ${name}}}\n    spec:\n      containers:\n        - {name: ${name}, image: '${image}'${env}}\n`
    const reader = (name: string, image: string): string => workload('Deployment', name, image, ', env: [{name: KAFKA_BOOTSTRAP_SERVERS, value: "kafka:9092"}, {name: KAFKA_GROUP_ID, value: orders}, {name: KAFKA_TOPIC, value: orders}]')
    const told = (second: string): readonly string[] => lint(memoryTree({
      'k8s/kafka.yaml': `${workload('StatefulSet', 'kafka', 'apache/kafka:4.0.0')}---\napiVersion: v1\nkind: Service\nmetadata: {name: kafka}\nspec: {selector: {app: kafka}, ports: [{port: 9092}]}\n`,
      'k8s/app.yaml': reader('billing', 'shop/billing:latest'), 'k8s/app-2.yaml': second,
    })).findings.map(({ rule }) => rule)
    expect(told(reader('billing', 'registry.example.com/shop/billing-service:4'))).not.toContain('kafka/shared-consumer-group')
    expect(told(reader('email', 'registry.example.com/shop/email:4'))).toContain('kafka/shared-consumer-group')
  })

  it('say nothing when a value cannot be known', () => {
    const hidden = oneBroker(['KAFKA_LOG_RETENTION_MS: ${RETENTION}', 'KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: ${UNCLEAN}', 'KAFKA_DEFAULT_REPLICATION_FACTOR: ${COPIES}'], client('orders', 'KAFKA_PRODUCER_ACKS: ${ACKS}') + client('billing'))
    expect(grave(hidden)).toEqual([])
  })

  it('accept history on a topic that is named like state', () => {
    const text = oneBroker([], createTopics('kafka', '--topic account-history-snapshot --config cleanup.policy=compact', '--topic consumer-commit-log --config cleanup.policy=compact,delete'))
    expect(grave(text)).not.toContain('kafka/compaction-destroys-history')
  })
})
