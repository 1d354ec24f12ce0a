// What the parts of a platform and the files around a deployment say of its servers.
import { describe, expect, test } from 'vitest'
import { lint } from '../../src/lint.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { establishedOf, observed } from '../support/stack-of.ts'

const redis = '  redis: {image: "redis:7"}\n'
const kafka = '  kafka: {image: "apache/kafka:4.0.0"}\n'

describe('what parts of a platform keep for themselves', () => {
  const registry = '  registry: {image: "confluentinc/cp-schema-registry:7.6.0", environment: {SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS: "kafka:9092"}}\n'
  const connect = '  connect: {image: "confluentinc/cp-kafka-connect:7.6.0", environment: {CONNECT_BOOTSTRAP_SERVERS: "kafka:9092", CONNECT_CONFIG_STORAGE_TOPIC: configs}}\n'
  test('is a store of theirs where two of them do it, and no use of its owner\'s', () => {
    expect(establishedOf(observed(`services:\n${kafka}${registry}`), 'kafka')).not.toContain('(state-store)')
    expect(establishedOf(observed(`services:\n${kafka}${registry}${connect}`), 'kafka')).toContain('(state-store)')
  })
  test('a Connect of a company\'s own image captures changes where the image says so', () => {
    expect(establishedOf(observed(`services:\n${kafka}  connect: {image: "acme/debezium_connect_v2.6:1.0", environment: {BOOTSTRAP_SERVERS: "kafka:9092"}}\n`), 'kafka')).toContain('cdc')
  })
})

describe('what files say by their names', () => {
  test('a part of an env file that is not kept has an example of its own', () => {
    const stack = `services:\n${redis}  app: {image: acme/app, environment: {CACHE_BACKEND: "\${CACHE_BACKEND}", DB: "\${DB}"}}\n`
    const part = 'CACHE_BACKEND=redis\n'
    expect(establishedOf(observed(stack, { '.env.example': 'DB=db\n', '.env.redis.example': part }), 'redis')).toEqual(['cache'])
    expect(establishedOf(observed(stack, { '.env.example': 'DB=db\n', '.env.worker.example': `DB=other\n${part}` }), 'redis')).toEqual([])
    expect(establishedOf(observed(stack, { '.env.example': 'DB=db\n', '.env.local.example': part }), 'redis')).toEqual([])
  })
  test('values that are called after their release have its name, which says what it is for', () => {
    const values = 'architecture: standalone\nmaster: {persistence: {enabled: false}}\ncommonConfiguration: "maxmemory 100mb"\nauth: {enabled: false}\n'
    const of = (file: string): readonly string[] => lint(memoryTree({ [file]: values })).stacks[0]?.components[0]?.uses.map(({ use }) => use) ?? []
    expect([of('redis/values.yaml'), of('shop-session-redis-values.yaml')]).toEqual([[], ['session-store']])
  })
  test('Cadence hands its asynchronous workflows to Kafka', () => {
    const cadence = '  cadence: {image: "ubercadence/server:1.2", environment: {KAFKA_SEEDS: kafka, ASYNC_WF_KAFKA_QUEUE_ENABLED: "true", ASYNC_WF_KAFKA_QUEUE_TOPIC: async-wf}}\n'
    expect(establishedOf(observed(`services:\n${kafka}${cadence}`), 'kafka')).toContain('job-queue')
  })
})
