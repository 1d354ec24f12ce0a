// Connectors that the repository keeps as files and posts to a Kafka Connect worker.
import { expect, test } from 'vitest'
import { lint } from '../../src/lint.ts'
import { memoryTree } from '../support/memory-tree.ts'

const compose = `services:
  kafka: {image: "apache/kafka:3.9.0"}
  connect: {build: ./connect, environment: {BOOTSTRAP_SERVERS: "kafka:9092", CONFIG_STORAGE_TOPIC: c, OFFSET_STORAGE_TOPIC: o}}
`
const connector = (type: string): string => JSON.stringify({ name: 'shop', config: { 'connector.class': type } })
const uses = (files: Record<string, string>): readonly string[] =>
  lint(memoryTree(files)).stacks.find(({ root }) => root === '.')?.components[0]?.uses.filter(({ confidence }) => confidence >= 0.8).map(({ use }) => use) ?? []

const debezium = connector('io.debezium.connector.postgresql.PostgresConnector')

test('a connector of Debezium beside a worker shows change data capture', () => {
  expect(uses({ 'compose.yaml': compose, 'connect/register-shop.json': debezium })).toEqual(['cdc'])
  expect(uses({ 'compose.yaml': compose, 'connect/register-shop.json': connector('io.confluent.connect.s3.S3SinkConnector') })).not.toContain('cdc')
})
test('no worker, no connectors; those of another deployment are not this one\'s', () => {
  expect(uses({ 'compose.yaml': 'services:\n  kafka: {image: "apache/kafka:3.9.0"}\n  app: {image: acme/app, environment: {KAFKA: "kafka:9092"}}\n', 'connect/register-shop.json': debezium })).not.toContain('cdc')
  expect(uses({ 'compose.yaml': compose, 'other/compose.yaml': compose, 'other/connectors/shop.json': debezium })).not.toContain('cdc')
})
test('a worker that gets its settings as one text', () => {
  const text = 'services:\n  kafka: {image: "apache/kafka:3.9.0"}\n  connect:\n    image: acme/connect\n    environment:\n      KAFKA_CONNECT_BOOTSTRAP_SERVERS: kafka:9092\n      KAFKA_CONNECT_CONFIGURATION: |\n        group.id=shop\n        config.storage.topic=c\n'
  expect(uses({ 'compose.yaml': text, 'event-streams/connector.json': debezium })).toContain('cdc')
})
