// Which client reaches which component: by URL, host, alias, list, default and config file.
import { describe, expect, test } from 'vitest'
import { targetsIn } from '../../src/analysis/signals/targets.ts'
import { componentOf, establishedOf, observed } from '../support/stack-of.ts'

const linksOf = (compose: string, component: string, files: Record<string, string> = {}): readonly string[] =>
  componentOf(observed(compose, files), component).clients.map(client => `${client.workload.name}:${client.links[0]?.how ?? ''}`)

const redis = '  store: {image: "redis:7", container_name: shop-redis, hostname: memory, networks: {default: {aliases: [alias]}}}\n'
const client = (value: string, key = 'REDIS_HOST'): string => `services:\n${redis}  other: {image: "redis:7"}\n  app: {build: ., environment: {${key}: '${value}'}}\n`

test.each([
  ['store', 'app:host'], ['shop-redis', 'app:host'], ['memory', 'app:host'], ['alias:6379', 'app:host'],
  ['redis://:secret@store:6379/3?timeout=1', 'app:url'], ['redis://:${PASSWORD}@store:6379/3', 'app:url'],
  ['${REDIS_HOST:-store}', 'app:host'], ['{"redis":{"host":"store","port":6379}}', 'app:host'],
])('%s', (value, expected) => {
  expect(linksOf(client(value), 'store')).toEqual([expected])
})

test('a driver is no host, and a host elsewhere is no link', () => {
  expect(linksOf(client('store', 'ROLE'), 'store')).toEqual([])
  expect(linksOf(client('http://store:8080', 'STORE_URL'), 'store')).toEqual([])
  expect(linksOf(`services:\n${redis}  app: {build: ., environment: {REDIS_URL: "redis://redis.example.com:6379"}}\n`, 'store')).toEqual([])
})

test('the name of another thing is no host, whatever its key is about', () => {
  const own = (key: string, value: string): readonly string[] => linksOf(client(value, key), 'store')
  expect([own('REDIS_STORAGE_CLASS', 'store-ssd'), own('REDIS_MODULE_PATH', 'lib/store.js'), own('REDIS_IMAGE', 'store')]).toEqual([[], [], []])
  expect([own('REDIS', 'store'), own('REDIS_PATH_HOST', 'store')]).toEqual([['app:host'], ['app:host']])
})

test('what stands in for an address leads nowhere else', () => {
  const one = (value: string): readonly string[] => linksOf(`services:\n${redis}  app: {build: ., environment: {REDIS_URL: "${value}"}}\n`, 'store')
  expect([one('REPLACE_ME'), one('redis://change-me:6379'), one('redis://your-redis-host:6379')]).toEqual([['app:only-one'], ['app:only-one'], ['app:only-one']])
  expect([one('redis://changelog:6379'), one('redis://settings.internal.acme.io:6379')]).toEqual([[], []])
})

test('the database index comes from the URL or from the key beside the host', () => {
  const index = (environment: string): unknown =>
    componentOf(observed(`services:\n${redis}  app: {build: ., environment: {${environment}}}\n`), 'store').clients[0]?.links[0]?.database
  expect(index('REDIS_URL: "redis://store:6379/4"')).toBe(4)
  expect(index('CACHE_REDIS_HOST: store, CACHE_REDIS_DB: "2"')).toBe(2)
})

test('lists of brokers and env files', () => {
  const compose = 'services:\n  kafka: {image: "apache/kafka:4.0.0"}\n  app: {build: ., env_file: app.env}\n'
  expect(linksOf(compose, 'kafka', { 'app.env': 'BROKERS=other:9092,kafka:9092\n' })).toEqual(['app:host'])
})

test('a database that is handed the env file of the application is no client', () => {
  const compose = `services:\n${redis}  app: {build: ., env_file: app.env}\n  db: {image: "postgres:17", env_file: app.env}\n`
  expect(linksOf(compose, 'store', { 'app.env': 'REDIS_HOST=store\n' })).toEqual(['app:host'])
})

test('a managed cluster is known by the address of its brokers, not by that of its provider', () => {
  const components = (host: string): readonly string[] => observed(`services:\n  app: {image: "shop:1", environment: {KAFKA_BOOTSTRAP_SERVERS: "${host}"}}\n`).components.flatMap(({ provider }) => provider ?? [])
  expect(components('pkc-abc12.us-west-2.aws.confluent.cloud:9092')).toEqual(['confluent-cloud'])
  expect(components('api.telemetry.confluent.cloud:443')).toEqual([])
})

test('waiting for a component is a weak link', () => {
  expect(linksOf(`services:\n${redis}  app: {build: ., depends_on: [store]}\n`, 'store')).toEqual(['app:depends-on'])
})

test('an address with nothing behind its colon has the port of its scheme', () => {
  expect(['redis://redis:/1', 'redis://redis:6379/1', 'redis://redis:${PORT}/1'].map(text => targetsIn(text)[0])).toEqual([
    { scheme: 'redis', host: 'redis', database: 1 }, { scheme: 'redis', host: 'redis', port: 6379, database: 1 }, { scheme: 'redis', host: 'redis', openPort: true, database: 1 },
  ])
})

test('addresses are found in linear time', () => {
  expect(targetsIn('a:'.repeat(9_000)).length).toBeLessThan(9_001)
  expect(targetsIn('x'.repeat(30_000))).toEqual([])
})

describe('addresses written in the ways of charts, watchers and flags', () => {
  const uses = (compose: string, name: string): readonly string[] => establishedOf(observed(compose), name)
  test('a reference to another variable inside a URL is no end of the address', () => {
    expect(uses('services:\n  queue: {image: "redis:7"}\n  other: {image: "redis:7"}\n  app: {image: acme/app, environment: {QUEUE_URL: "redis://:$$(REDIS_PASSWORD)@queue:6379/0"}}\n', 'queue')).toEqual(['job-queue'])
  })
  test('an underscore for a hyphen, and the suffix of a service', () => {
    const compose = (host: string): string => `services:\n  acme-redis: {image: "redis:7"}\n  second: {image: "redis:7"}\n  app: {image: acme/app, environment: {QUEUE_REDIS_HOST: ${host}}}\n`
    expect(uses(compose('acme_redis'), 'acme-redis')).toEqual(['job-queue'])
    expect(uses(compose('acme-redis-master'), 'acme-redis')).toEqual(['job-queue'])
    expect(uses(compose('acme-redis-second'), 'acme-redis')).toEqual([])
  })
  test('an exact name goes before a suffix', () => {
    const stack = observed('services:\n  redis: {image: "redis:7"}\n  redis-server: {image: "redis:7"}\n  app: {image: acme/app, environment: {QUEUE_REDIS_HOST: redis-server}}\n')
    expect(establishedOf(stack, 'redis-server')).toEqual(['job-queue'])
    expect(establishedOf(stack, 'redis')).toEqual([])
  })
  test('who asks a watcher reaches the server that it watches', () => {
    expect(uses('services:\n  store: {image: "redis:7"}\n  limits: {image: "redis:7"}\n  watcher: {image: bitnami/redis-sentinel, environment: {REDIS_MASTER_HOST: store}}\n  app: {image: acme/app, environment: {QUEUE_URL: "sentinel://watcher:26379/0"}}\n', 'store')).toEqual(['job-queue'])
    expect(uses('services:\n  store: {image: "redis:7"}\n  limits: {image: "redis:7"}\n  watcher: {image: "redis:7", command: "redis-sentinel /etc/sentinel.conf", depends_on: [store]}\n  app: {image: acme/app, environment: {QUEUE_SENTINEL_HOSTS: "watcher:26379"}}\n', 'store')).toEqual(['job-queue'])
  })
  test('flags of a command speak as variables do', () => {
    expect(uses('services:\n  store: {image: "redis:7"}\n  app: {image: acme/app, command: ["serve", "--cache-server=tcp://store:6379"]}\n', 'store')).toEqual(['cache'])
    expect(uses('services:\n  store: {image: "redis:7"}\n  app: {image: acme/app, command: sh -c "serve --session-store redis --broker-url redis://store"}\n', 'store')).toEqual(['job-queue', 'session-store'])
    expect(uses('services:\n  store: {image: "redis:7"}\n  app: {image: acme/app, command: ["serve", "--cache-dir", "/tmp", "--queue-workers", "4"], depends_on: [store]}\n', 'store')).toEqual([])
  })
})

test('a name of its own is found in whatever domain people give their network, a common one only in a private one', () => {
  const reaches = (name: string, host: string): boolean => observed(`services:\n  ${name}: {image: "redis:7"}\n  app: {image: acme/app, environment: {QUEUE_URL: "redis://:secret@${host}:6379/1"}}\n`).components.some(component => !component.external && component.uses.some(({ use }) => use === 'job-queue'))
  expect(reaches('redis_main', 'redis-main.domain.name')).toBe(true)
  expect(reaches('redis', 'redis.shop.private')).toBe(true)
  expect(reaches('redis', 'redis.acme.io.example.net')).toBe(false)
})
