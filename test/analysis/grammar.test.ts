// Names have a grammar: role, place and value in any order and case.
import { describe, expect, test } from 'vitest'
import { observed, establishedOf } from '../support/stack-of.ts'

const client = (image: string, server: string, environment: Record<string, string>, more = ''): string =>
  `services:\n  ${server}:\n    image: ${image}\n  app:\n    image: registry.example.net/shop/app:4\n    environment:\n${Object.entries(environment).map(([name, value]) => `      ${name}: "${value}"\n`).join('')}${more}`
const redisUses = (environment: Record<string, string>): readonly string[] => establishedOf(observed(client('redis:7', 'store', { REDIS_URL: 'redis://store:6379', ...environment })), 'store')
const kafkaUses = (environment: Record<string, string>): readonly string[] => establishedOf(observed(client('apache/kafka:3.9.0', 'log', { KAFKA_BOOTSTRAP_SERVERS: 'log:9092', ...environment })), 'log')

describe('Redis', () => {
  test.each(['PHP.realpath_cache_ttl', 'DNS_CACHE_TTL', 'BROWSER_CACHE_TTL'])('another cache says nothing: %s', name => {
    const own = (key: string): readonly string[] => establishedOf(observed(client('redis:7', 'store', { REDIS_URL: 'redis://store:6379', [key]: '600' }).replace(/image: registry\S+/, 'build: .')), 'store')
    expect(own(name)).toEqual([])
    expect(own('PRICES_CACHE_TTL')).toEqual(['cache'])
  })
  test.each<[Record<string, string>, string]>([
    [{ SESSION_STORE: 'redis' }, 'session-store'],
    [{ APP_SESSION_BACKEND: 'redis' }, 'session-store'],
    [{ 'session.store.type': 'REDIS' }, 'session-store'],
    [{ sessionStore: 'valkey' }, 'session-store'],
    [{ SESSIONSTORE_URL: 'redis://store:6379/2' }, 'session-store'],
    [{ REDIS_SESSION_PREFIX: 'sess:' }, 'session-store'],
    [{ 'app.cache.provider': 'redis' }, 'cache'],
    [{ CACHE: 'redis' }, 'cache'],
    [{ CACHEHOST: 'store:6379' }, 'cache'],
    [{ USE_REDIS_CACHE: 'true' }, 'cache'],
    [{ CACHE_REDIS_DB: '3' }, 'cache'],
    [{ CHANNELS_CACHE_URL: 'redis://store:6379' }, 'cache'],
    [{ QUEUE_URL: 'redis://store:6379' }, 'job-queue'],
    [{ QUEUE_BACKEND: 'bullmq' }, 'job-queue'],
    [{ JobQueueProvider: 'Redis' }, 'job-queue'],
    [{ RATE_LIMITER_STORAGE: 'redis' }, 'rate-limiter'],
    [{ THROTTLE_DRIVER: 'redis' }, 'rate-limiter'],
    [{ LOCK_PROVIDER: 'redis' }, 'lock'],
    [{ LEADERBOARD_STORE: 'redis' }, 'counter'],
    [{ SOCKET_ADAPTER: 'redis' }, 'pub-sub'],
    [{ MESSAGEQUEUE_HOST: 'store' }, 'pub-sub'],
    [{ DATABASES_PRIMARY_HOST: 'store' }, 'source-of-truth'],
    [{ STORAGE_TYPE: 'redis' }, 'source-of-truth'],
    [{ AUDIT_LOG_STREAM: 'audit-log' }, 'event-log'],
    [{ ORDER_EVENTS_STREAM: 'orders' }, 'event-bus'],
    [{ EVENT_BUS: 'redis-streams' }, 'event-bus'],
    [{ EVENT_BUS: 'redis-pubsub' }, 'pub-sub'],
    [{ TOKEN_STORE: 'redis' }, 'session-store'],
    [{ REVOKED_TOKENS_REDIS_URL: 'redis://store:6379/3' }, 'session-store'],
    [{ 'caching.l2.implementation': 'redis' }, 'cache'],
    [{ SECOND_LEVEL_CACHE: 'redisson' }, 'cache'],
    [{ LEADER_ELECTION_BACKEND: 'redis' }, 'lock'],
    [{ SEMAPHORE_STORE: 'redis' }, 'lock'],
    [{ EVENTS_BACKEND: 'redis-streams' }, 'event-bus'],
    [{ NOTIFICATIONS_REDIS_CHANNEL: 'notify' }, 'pub-sub'],
    [{ REDIS_QUEUE_NAME: 'emails' }, 'job-queue'],
    [{ REDIS_JOBS_KEY: 'jobs:pending' }, 'job-queue'],
    [{ PRESENCE_STORE: 'redis' }, 'derived-state'],
    [{ SHOP_WORKER_REDIS_URL: 'redis://store:6379' }, 'job-queue'],
    [{ EX_ConnectionStrings__Cache: 'provider=redis;' }, 'cache'],
    [{ QueueSettings: 'server=store:6379;provider=Redis' }, 'job-queue'],
  ])('%j shows %s', (environment, use) => { expect(redisUses(environment)).toContain(use) })

  test.each<Record<string, string>>([
    { CACHE_TTL: '60' }, { SESSION_SECRET: 'redis' }, { CACHE_SIZE: '100' }, { REDIS_DB: '2' }, { REDIS_DATABASE: '1' }, { DB_HOST: 'postgres' }, { SESSION_TIMEOUT: '30' },
    { VIDEO_STREAM: 'main' }, { 'events.nats.stream': 'orders' }, { QUEUE_IGGY_STREAM: 'orders' }, { LOG_STREAM: 'stdout' }, { KEYSTORE: 'store.jks' }, { CONSUMER_GROUP: 'billing' }, { UPSTREAM: 'api' }, { CACHE_DRIVER: 'file' }, { SESSION_DRIVER: 'memcached' },
    { QUEUE_CONNECTION: 'rabbitmq' }, { SECURITY_SECRET_STORE: 'false' }, { QUEUE_CONCURRENCY: '5' },
    { EX_ConnectionStrings__Cache: 'provider=memory;' }, { CACHE_OPTIONS: 'size=10;name=redis' }, { LOCK_FILE: '/tmp/redis.lock' }, { QUEUE_NAME: 'emails' }, { REDIS_CACHE_KEY: 'c2VjcmV0' }, { REDIS_CACHE_NAME: 'shop' },
  ])('%j shows nothing', environment => { expect(redisUses(environment)).toEqual([]) })

  test('a stream and its group are no channel, whatever else their keys name', () => {
    expect(redisUses({ 'scaler.redisStreams.streamName': 'orders', 'scaler.redisStreams.consumerGroup': 'billing' })).toEqual(['event-bus'])
    expect(redisUses({ EVENTSTREAM_REDIS_URL: 'redis://store:6379/2' })).toEqual(['pub-sub'])
  })

  test('a stream of a program that reaches Kafka is none of Redis', () => {
    const both = observed(client('redis:7', 'store', { REDIS_URL: 'redis://store:6379', KAFKA_BROKERS: 'log:9092', ORDER_EVENTS_STREAM: 'orders' }, '  log:\n    image: apache/kafka:3.9.0\n'))
    expect(establishedOf(both, 'store')).toEqual([])
  })
  test('how long something is kept counts for a program that is built here only', () => {
    const built = (more: string): readonly string[] => establishedOf(observed(`services:\n  store: {image: "redis:7"}\n  app: {${more}, environment: {REDIS_URL: "redis://store:6379", CACHE_TTL_SECONDS: "60"}}\n`), 'store')
    expect(built('build: .')).toEqual(['cache'])
    expect(built('image: acme/app')).toEqual([])
  })
  test('counter-evidence comes from a key that names the technology or another backend', () => {
    const against = (environment: Record<string, string>): boolean => !redisUses({ CACHE_URL: 'redis://store:6379', ...environment }).includes('cache')
    expect(against({ REDIS_CACHE_ENABLED: 'false' })).toBe(true)
    expect(against({ CACHE_DRIVER: 'memcached' })).toBe(true)
    expect(against({ SECRET_CACHE_STORE: 'false' })).toBe(false)
    expect(against({ CACHE_ENABLED: 'false' })).toBe(false)
  })
})

describe('names of servers and topics share the grammar', () => {
  const named = (name: string): readonly string[] => establishedOf(observed(`services:\n  ${name}:\n    image: redis:7\n  other:\n    image: redis:7\n`), name)
  test.each([['task-queue', 'job-queue'], ['sidekiqredis', 'job-queue'], ['rate-limits', 'rate-limiter'], ['websockets', 'pub-sub'], ['semaphores', 'lock'], ['scoreboard', 'counter'], ['presence', 'derived-state']])(
    '%s is a %s', (name, use) => { expect(named(name)).toEqual([use]) })
  test('a topic of a broker that a client has chosen for a role is of that role in any of its words', () => {
    expect(kafkaUses({ THROTTLE_STORE: 'kafka', LIMITS_TOPIC: 'rate-limiter' })).toEqual(['rate-limiter'])
  })
})

describe('Kafka', () => {
  test.each<[Record<string, string>, readonly string[]]>([
    [{ SESSION_STORE: 'kafka', SESSION_TOPIC: 'user-sessions' }, ['session-store']],
    [{ CACHE_PROVIDER: 'kafka' }, ['cache']],
    [{ RATE_LIMIT_BACKEND: 'kafka' }, ['rate-limiter']],
    [{ JOB_QUEUE_DRIVER: 'kafka' }, ['job-queue']],
    [{ EVENT_BUS: 'kafka' }, ['event-bus']],
    [{ MESSAGE_BROKER: 'kafka' }, ['event-bus']],
    [{ EVENT_STORE: 'kafka' }, ['event-log']],
    [{ STATE_STORE_BACKEND: 'kafka' }, ['state-store']],
  ])('%j shows %j', (environment, uses) => { expect(kafkaUses(environment)).toEqual(uses) })
  test('a topic of sessions alone keeps none', () => { expect(kafkaUses({ SESSION_TOPIC: 'user-sessions' })).not.toContain('session-store') })
  test('the time-out of a consumer session is no session', () => { expect(kafkaUses({ KAFKA_SESSION_TIMEOUT_MS: '30000' })).not.toContain('session-store') })
})