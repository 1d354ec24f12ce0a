import { describe, expect, it } from 'vitest'
import { knowledge } from '../../rules/knowledge/index.ts'
import { findComponents } from '../../src/servers/components.ts'
import { parseImage, within } from '../../src/model/images.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { value, workload, type Given } from '../support/workloads.ts'

const found = (given: Record<string, Given>, files: Record<string, string> = {}) =>
  findComponents(Object.entries(given).map(([name, what]) => workload(name, what)), memoryTree(files), knowledge)
const shown = (given: Record<string, Given>, files: Record<string, string> = {}) => found(given, files).map(component => `${component.name}: ${component.product}`)

describe('an image reference', () => {
  it.each<[string, ReturnType<typeof parseImage>]>([
    ['redis', { name: 'redis' }],
    ['redis:7.4.2-alpine', { name: 'redis', tag: '7.4.2-alpine', version: '7.4.2' }],
    ['docker.io/library/Redis:7@sha256:abc', { name: 'library/redis', tag: '7', version: '7' }],
    ['localhost:5000/bitnami/redis', { name: 'bitnami/redis' }],
    ['${REGISTRY}/redis:8', { name: 'redis', tag: '8', version: '8' }],
    ['${REGISTRY}valkey/valkey:8', { name: 'valkey/valkey', tag: '8', version: '8' }],
    ['redis:${VERSION}', { name: 'redis' }],
    ['redis:alpine', { name: 'redis', tag: 'alpine' }],
    ['apache/kafka:3.9.0', { name: 'apache/kafka', tag: '3.9.0', version: '3.9.0' }],
    ['acme/redis:20240131', { name: 'acme/redis', tag: '20240131' }],
    ['${IMAGE}', undefined],
    ['acme/${NAME}:1', undefined],
  ])('%s', (text, expected) => {
    expect(parseImage(value(text))).toEqual(expected)
  })
  it('carries a version that compares only as far as it is known', () => {
    expect([within('7.4', '>=6.2 <8'), within('8', '>=8'), within('8', '>=8.6'), within('7', '<8.6'), within(undefined, '<8')]).toEqual([true, true, undefined, true, undefined])
  })
})

describe('Redis is recognised', () => {
  it.each<[string, Record<string, Given>, string[]]>([
    ['by its image', { cache: { image: 'redis:7' }, web: { image: 'nginx' } }, ['cache: redis']],
    ['behind a mirror', { a: { image: 'public.ecr.aws/docker/library/redis:7' }, b: { image: 'mirror.gcr.io/library/redis' }, c: { image: 'public.ecr.aws/bitnami/redis' } }, ['a: redis', 'b: redis', 'c: bitnami-redis']],
    ['as somebody\'s own', { db: { image: 'acme/redis' } }, ['db: redis']],
    ['when it is built here and looks like one', { redis: { build: true, ports: [6379] }, 'redis-api': { build: true, ports: [6379] } }, ['redis: redis']],
    ['when a variable hides its image', { redis: { image: '${REDIS_IMAGE}' }, app: { image: '${REDIS_APP_IMAGE}' } }, ['redis: redis']],
    ['by the program it runs', { store: { build: true, command: ['valkey-server', '--save', ''] } }, ['store: redis']],
  ])('%s', (_title, given, expected) => {
    expect(shown(given)).toEqual(expected)
  })
  it.each<[string, Given]>([
    ['an exporter', { image: 'oliver006/redis_exporter' }],
    ['a user interface', { image: 'ghcr.io/joeferner/redis-commander:latest' }],
    ['a client of the same image', { image: 'redis:7', command: ['redis-cli', '-h', 'redis', 'ping'] }],
    ['a script of such', { image: 'redis:7', entrypoint: ['sh', '-c', 'sleep 5; redis-cli --cluster create a:6379 b:6379 --cluster-yes'] }],
    ['a tool to be entered', { image: 'redis:7', command: ['sleep', 'infinity'] }],
    ['sentinel', { image: 'redis:7', command: ['redis-sentinel', '/etc/sentinel.conf'] }],
    ['sentinel under another name', { image: 'redis:7', command: ['redis-server', '/etc/sentinel.conf', '--sentinel'] }],
    ['the sentinel image', { image: 'bitnami/redis-sentinel' }],
    ['an application', { image: 'acme/redis-worker', ports: [6379] }],
    ['memcached', { image: 'memcached' }],
  ])('but not %s', (_title, given) => {
    expect(shown({ helper: given })).toEqual([])
  })
})

describe('servers belong together', () => {
  it('a primary and its replicas', () => {
    const [component, ...others] = found({
      replica: { image: 'redis:7', command: ['redis-server', '--replicaof', 'primary', '6379'], replicas: 2 },
      primary: { image: 'redis:7', command: ['redis-server', '--appendonly', 'yes'] },
    })
    expect(others).toEqual([])
    expect(component).toMatchObject({ name: 'primary', nodes: { value: 3 }, hosts: ['primary', 'replica'] })
  })
  it('Bitnami replicas by their mode, and a second primary not', () => {
    expect(shown({
      master: { image: 'bitnami/redis', environment: { REDIS_REPLICATION_MODE: 'master' } },
      slave: { image: 'bitnami/redis', environment: { REDIS_REPLICATION_MODE: 'slave', REDIS_MASTER_HOST: 'master' } },
      other: { image: 'redis' },
    })).toEqual(['master: bitnami-redis', 'other: redis'])
  })
  it('the nodes of a cluster', () => {
    const node: Given = { image: 'redis:7', command: ['redis-server', '--cluster-enabled', 'yes'] }
    expect(found({ a: node, b: node, c: node })).toMatchObject([{ name: 'a', nodes: { value: 3 } }])
  })
})

describe('Kafka is recognised', () => {
  it('in an image of somebody\'s own by the address that it advertises', () => {
    expect(shown({
      broker: { image: 'acme/docker-kafka-kraft', environment: { KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://broker:9092' } },
      app: { image: 'acme/kafka-app-service', environment: { KAFKA_BROKERS: 'broker:9092' } },
    }).map(one => one.split(':')[0])).toEqual(['broker'])
  })
  it('in an image of somebody\'s own that is called after what it is, with the port of one', () => {
    const broker: Given = { image: 'acme/shop-kafka-broker:2.4', ports: [9092] }
    expect(shown({ 'shop-kafka-broker': broker, 'shop-kafka-connect': { image: 'acme/shop-kafka-connect:2.4', ports: [9092] } }).map(one => one.split(':')[0])).toEqual(['shop-kafka-broker'])
    expect(shown({ 'shop-redis-server': { image: 'acme/shop-redis-server:1', ports: [6379] }, 'shop-redis-worker': { image: 'acme/shop-redis-worker:1', ports: [6379] } }).map(one => one.split(':')[0])).toEqual(['shop-redis-server'])
  })
  it('by its image, not where its image only carries tools', () => {
    const kafka: Given = { image: 'confluentinc/cp-kafka:7.6.0' }
    expect(shown({
      kafka: { ...kafka, environment: { KAFKA_PROCESS_ROLES: 'broker,controller' } },
      topics: { ...kafka, command: ['bash', '-c', 'kafka-topics --create --topic a --bootstrap-server kafka:9092'] },
      'kafka-init': { ...kafka, entrypoint: ['/init.sh'] },
      zookeeper: { ...kafka, command: ['zookeeper-server-start', '/etc/zookeeper.properties'] },
    })).toEqual(['kafka: confluent'])
  })
  it('when an image of somebody\'s own is told to run the server, and not when all it does is ask one or format a disk', () => {
    expect(shown({ store: { image: 'acme/our-store:1', command: ['redis-server', '--appendonly', 'yes'] } })).toHaveLength(1)
    expect(shown({ store: { image: 'acme/our-store:1', command: ['serve', 'redis-server'] } })).toEqual([])
    expect(shown({ 'redis-test': { image: 'redis:7', command: ['sh', '-c', 'test $(redis-cli -h redis ping) = PONG'] } })).toEqual([])
    expect(shown({ 'kafka-format': { image: 'confluentinc/cp-kafka:7.6.0', command: ['/bin/kafka-broker-format.sh'] } })).toEqual([])
    expect(shown({ log: { image: 'registry.redhat.io/amq-streams/kafka-37-rhel9:2.7' } })).toHaveLength(1)
  })
  it('when it is built here and configured as a broker', () => {
    expect(shown({ queue: { build: true, environment: { KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://queue:9092' } }, 'send-to-kafka': { build: true, ports: [9092] } })).toHaveLength(1)
  })
})

describe('servers elsewhere', () => {
  const client = (environment: Record<string, string>) => found({ web: { image: 'acme/web', environment } }).map(component => [component.name, component.technology, component.provider, component.external])
  it('are components when scheme or provider is sure, once each', () => {
    expect(client({ REDIS_URL: 'rediss://:secret@redis.acme.io:6380/0', CACHE_URL: 'redis://redis.acme.io:6380/1' })).toEqual([['redis.acme.io', 'redis', undefined, true]])
    expect(client({ REDIS_HOST: 'shop.abc123.ng.0001.euw1.cache.amazonaws.com' })).toEqual([['shop.abc123.ng.0001.euw1.cache.amazonaws.com', 'redis', 'aws-elasticache', true]])
    expect(client({ BROKERS: 'b-1.shop.x1.c2.kafka.eu-west-1.amazonaws.com:9096,b-2.shop.x1.c2.kafka.eu-west-1.amazonaws.com:9096' })).toHaveLength(1)
  })
  it('are components under names and addresses of one\'s own network, too', () => {
    expect(client({ REDIS_URL: 'redis://redis.prod.internal:6379/2' })).toEqual([['redis.prod.internal', 'redis', undefined, true]])
    expect(client({ REDIS_URL: 'redis://:secret@10.0.3.17:6379' })).toEqual([['10.0.3.17', 'redis', undefined, true]])
    expect(client({ REDIS_URL: 'redis://172.17.0.1:6379', CACHE_URL: 'redis://gateway.docker.internal' })).toEqual([])
  })
  it('are components under plain keys that call the technology by name, several nodes as one', () => {
    expect(client({ REDIS_HOST: 'cache.prod.internal', 'spring.kafka.bootstrap-servers': 'k1.corp.local:9092,k2.corp.local:9092', KAFKA_BROKERS: 'k2.corp.local:9092' })).toEqual([['cache.prod.internal', 'redis', undefined, true], ['k1.corp.local', 'kafka', undefined, true]])
    expect(client({ REDIS_HOST: '10.0.3.14', CACHE_URL: 'redis://10.0.3.14:6379/1' })).toEqual([['10.0.3.14', 'redis', undefined, true]])
    expect(client({ REDIS_HOST: 'redis.default.svc.cluster.local', DB_HOST: '10.0.3.15', REDIS_PREFIX: 'a.b.internal', KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://k1.corp.local:9092' })).toEqual([])
    expect(found({ store: { image: 'redis:7' }, web: { image: 'acme/web', environment: { REDIS_HOST: '192.168.1.10' } } })).toHaveLength(1)
  })
  it('speak the cluster protocol where their name says so', () => {
    const mode = (host: string) => found({ web: { image: 'acme/web', environment: { REDIS_URL: `rediss://${host}:6379` } } })[0]?.settings.get('cluster-enabled')?.state
    expect(['jobs.ab12cd.clustercfg.euw1.cache.amazonaws.com', 'clustercfg.jobs.ab12cd.memorydb.eu-west-1.amazonaws.com', 'master.jobs.ab12cd.euw1.cache.amazonaws.com'].map(mode)).toEqual(['defaulted', 'defaulted', 'unknown'])
  })
  it('are none when the host is a placeholder, this machine, unknown, or perhaps in another file', () => {
    for (const url of ['redis://localhost:6379', 'redis://127.0.0.1', 'redis://host.docker.internal:6379', 'redis://redis.example.com', 'redis://${HOST}:6379', 'redis://redis:6379', 'http://acme.io', 'redis://your-redis.acme.io', 'redis://redis.default.svc.cluster.local']) {
      expect(client({ REDIS_URL: url })).toEqual([])
    }
  })
  it('have settings that are unknown, never defaults', () => {
    const [component] = found({ web: { image: 'acme/web', environment: { REDIS_URL: 'redis://redis.acme.io' } } })
    expect(component?.settings.get('maxmemory-policy')?.state).toBe('unknown')
  })
})
