// What comments, headers and names say of a component's use, and what they do not.
import { describe, expect, test } from 'vitest'
import { observe } from '../../src/lint.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { observed, establishedOf, componentOf } from '../support/stack-of.ts'

const beside = (comment: string): readonly string[] => establishedOf(observed(`services:\n  # ${comment}\n  store: {image: "redis:7"}\n  app: {image: acme/app, depends_on: [store]}\n`), 'store')

describe('comments', () => {
  test.each<[string, readonly string[]]>([
    ['used to store the conversation locks', ['lock']],
    ["this instance is Better Auth's session/token store and is reached by nobody else", ['session-store']],
    ['Redis Cache & Pub/Sub', ['cache', 'pub-sub']],
    ['Redis used as a cache / pub-sub broker by sync nodes', ['cache', 'pub-sub']],
    ['used to queue background jobs', ['job-queue']],
    ['用于缓存和会话', ['cache', 'session-store']],
    ['Redis используется для кэша', ['cache']],
    ['dient als Zwischenspeicher', ['cache']],
    ["utilisé pour la file d'attente des tâches", ['job-queue']],
    ['se usa como caché', ['cache']],
    ['usado para a fila de tarefas', ['job-queue']],
    ['セッションの保存用として', ['session-store']],
    ["Dedicated instance for caching pages, kept separate from the main one so that its policy does not interfere with what is used for the job queue", ['cache']],
    ['Separate Redis for the job queue', ['job-queue']],
    ['Celery broker', ['job-queue']],
    ['Redis: job queue', ['job-queue']],
    ['Primary data store', ['source-of-truth']],
    ['Session storage of the web app', ['session-store']],
    ['Optional ML queue backend (enable it by `docker compose --profile queue up -d`)', ['job-queue']],
    ['caching via Redis', ['cache']],
    ['sessions are kept in Redis', ['session-store']],
    ['rate limiting with Redis', ['rate-limiter']],
    ['used to store leaderboards', ['counter']],
    ['会话存储', ['session-store']],
    ['キャッシュ用', ['cache']],
    ['хранилище сессий', ['session-store']],
    ['Redis wird für Caching und Sessions verwendet', ['cache', 'session-store']],
    ['Sitzungsspeicher', ['session-store']],
    ['stocke les sessions des utilisateurs', ['session-store']],
    ['cola de trabajos', ['job-queue']],
    ['usado para cache', ['cache']],
    ['para travas distribuídas', ['lock']],
    ['작업 큐', ['job-queue']],
    ['캐시 + QR 토큰 저장', ['cache', 'state-store']],
    ['stores one-time codes', ['state-store']],
    ['Redis where the shop publishes updates in the Redis Stream', ['event-bus']],
    ['reads orders from Redis streams', ['event-bus']],
    ['append-only file so that queued jobs survive a restart', ['job-queue']],
    ['noeviction, to avoid BullMQ job loss', ['job-queue']],
    ['must never evict user sessions', ['session-store']],
  ])('%s', (comment, uses) => { expect(beside(comment)).toEqual(uses) })
  test.each(['Redis cache', 'see the cache docs', 'do not use as a cache', 'wait for the queue', 'not used for sessions', 'enable caching with Redis', 'see https://example.org/redis for caching', '不要用作缓存', 'не используется для кэша', 'nicht als Cache verwenden', 'no se usa como caché', 'ne pas utiliser comme cache', 'não usar como cache', 'does not publish to Redis streams', 'cache eviction policy', 'drops jobs after a week', 'evicts old entries of the cache'])('%s establishes nothing', comment => { expect(beside(comment)).toEqual([]) })

  test('the first paragraph of a mounted configuration speaks of its server, and what every copy begins with does not', () => {
    const compose = 'services:\n  store: {image: "redis:7", command: redis-server /redis.conf, volumes: ["./redis.conf:/redis.conf"]}\n  app: {image: acme/app}\n'
    expect(establishedOf(observed(compose, { 'redis.conf': "# Redis configuration for Acme's main database instance\n\n#pidfile /var/run/redis-cache.pid\nport 6379\n" }), 'store')).toEqual(['source-of-truth'])
    // A setting of the file that is switched off is no sentence.
    expect(establishedOf(observed(compose, { 'redis.conf': "# Redis configuration for Acme's main database\n#daemonize yes\n#pidfile /var/run/redis-cache/redis.pid\nport 6379\n" }), 'store')).toEqual(['source-of-truth'])
    expect(establishedOf(observed(compose, { 'redis.conf': 'port 6379\n\n# this instance holds the BullMQ queues, so nothing may be evicted\nmaxmemory-policy noeviction\n' }), 'store')).toEqual(['job-queue'])
    expect(establishedOf(observed(compose, { 'redis.conf': '# Redis configuration file example.\n# Used for caching and sessions.\nport 6379\n' }), 'store')).toEqual([])
  })
})

describe('comments in values and env templates', () => {
  const helm = (values: string): readonly string[] => observe(memoryTree({
    'app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n  - {name: redis, version: 18.0.0, repository: "https://charts.bitnami.com/bitnami"}\n', 'app/values.yaml': values,
  })).stacks.flatMap(({ components }) => components.flatMap(({ uses }) => uses.filter(use => use.established).map(({ use }) => use)))
  test.each<[string, string, readonly string[]]>([
    ['above', '# Redis holds the user sessions\nredis:\n  enabled: true\n', ['session-store']],
    ['behind', 'redis: # job queue backend\n  enabled: true\n', ['job-queue']],
    ['inside', 'redis:\n  enabled: true\n  # used only as a cache\n  master:\n    persistence: {enabled: false}\n', ['cache']],
    ['as chart documentation', '## @param redis.enabled Deploys Redis, used as the job queue\nredis:\n  enabled: true\n', ['job-queue']],
    ['as an offer', '## @param redis.enabled Enable Redis for session storage\nredis:\n  enabled: true\n', []],
    ['elsewhere', 'redis:\n  enabled: true\n# API rate limiting via Redis\nlimits:\n  perMinute: 60\n', ['rate-limiter']],
    ['at the key of its address', 'redis:\n  enabled: true\nconfig:\n  # for better performance and session storage\n  redis_cache:\n    db: 0\n', ['session-store']],
    ['at the key of what speaks with it', 'redis:\n  enabled: true\n# for better performance and session storage\nredis_exporter:\n  port: 9121\n', []],
  ])('%s', (_, values, uses) => { expect(helm(values)).toEqual(uses) })
  test.each<[string, readonly string[]]>([['Redis (sessions and cache)', ['cache', 'session-store']], ['用于缓存的 Redis 地址', ['cache']], ['used for sessions and rate limiting', ['rate-limiter', 'session-store']], ['Redis configuration', []], ['Cache driver to use: file, database, redis', []]])('%s', (comment, uses) => {
    expect(establishedOf(observed('services:\n  store: {image: "redis:7"}\n  app: {image: acme/app, env_file: .env.example}\n', { '.env.example': `# ${comment}\nREDIS_URL=redis://store:6379\n` }), 'store')).toEqual(uses)
  })
})

describe('names', () => {
  const two = (environment: string): string => `services:\n  redis: {image: "redis:7"}\n  redis-cache: {image: "redis:7"}\n  app: {image: acme/app, environment: {${environment}}}\n`
  test('one of two called cache is likely one, and not certainly', () => {
    expect(componentOf(observed(two('REDIS_URL: "redis://redis-cache"')), 'redis-cache').uses.find(use => use.use === 'cache')?.confidence).toBe(0.88)
  })
  test('a name whose own key leads elsewhere is dropped', () => {
    expect(establishedOf(observed(two('REDIS_CACHE_HOST: redis')), 'redis-cache')).toEqual([])
  })
  test('the only one is a cache by its name where nothing else speaks', () => {
    const only = (environment: string): readonly string[] => establishedOf(observed(`services:\n  cache: {image: "redis:7"}\n  app: {image: acme/app, environment: {${environment}}}\n`), 'cache')
    expect(only('REDIS_URL: "redis://cache"')).toEqual(['cache'])
    expect(only('CELERY_BROKER_URL: "redis://cache"')).toEqual(['job-queue'])
  })
  test("a provider's domain is nobody's word", () => {
    const stack = observed('services:\n  app: {image: acme/app, environment: {REDIS_URL: "rediss://master.shop.abc123.use1.cache.amazonaws.com:6379"}}\n')
    expect(stack.components[0]?.uses).toEqual([])
  })
})
