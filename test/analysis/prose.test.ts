// What comments, headers and names say of a component's use, and what they do not.
import { describe, expect, test } from 'vitest'
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
  ])('%s', (comment, uses) => { expect(beside(comment)).toEqual(uses) })
  test.each(['Redis cache', 'see the cache docs', 'do not use as a cache', 'wait for the queue', 'not used for sessions'])('%s establishes nothing', comment => { expect(beside(comment)).toEqual([]) })

  test('the first paragraph of a mounted configuration speaks of its server, and what every copy begins with does not', () => {
    const compose = 'services:\n  store: {image: "redis:7", command: redis-server /redis.conf, volumes: ["./redis.conf:/redis.conf"]}\n  app: {image: acme/app}\n'
    expect(establishedOf(observed(compose, { 'redis.conf': "# Redis configuration for Acme's main database instance\n\n#pidfile /var/run/redis-cache.pid\nport 6379\n" }), 'store')).toEqual(['source-of-truth'])
    expect(establishedOf(observed(compose, { 'redis.conf': '# Redis configuration file example.\n# Used for caching and sessions.\nport 6379\n' }), 'store')).toEqual([])
  })
})

describe('names', () => {
  const two = (environment: string): string => `services:\n  redis: {image: "redis:7"}\n  redis-cache: {image: "redis:7"}\n  app: {image: acme/app, environment: {${environment}}}\n`
  test('one of two called cache is likely one, and not certainly', () => {
    expect(componentOf(observed(two('REDIS_URL: "redis://redis-cache"')), 'redis-cache').uses.find(use => use.use === 'cache')?.confidence).toBe(0.85)
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
