// What the access list of a Redis lets its users do, and what it does not tell.
import { expect, it } from 'vitest'
import { componentIn, usesIn } from '../support/programs.ts'

const app = '  app:\n    image: acme/app\n    environment: {REDIS_URL: "redis://redis:6379"}\n'
const withFile = (list: string, flags = '--aclfile /etc/redis/users.acl'): Record<string, string> => ({
  'compose.yaml': `services:\n  redis:\n    image: redis:7\n    command: redis-server ${flags}\n    volumes: [./users.acl:/etc/redis/users.acl:ro]\n${app}`, 'users.acl': list,
})
const withConf = (line: string): Record<string, string> => ({
  'compose.yaml': `services:\n  redis:\n    image: redis:7\n    command: redis-server /redis.conf\n    volumes: [./redis.conf:/redis.conf]\n${app}`, 'redis.conf': `maxmemory 100mb\n${line}\n`,
})

it.each([
  ['names of keys', 'user app on >pw ~cache:* +get +set', ['cache']],
  ['several users', 'user web on >pw ~session:* +@all -@dangerous\nuser cron on nopass ~lock:* +set +del', ['lock', 'session-store']],
  ['a user of Redis 7 with a selector', 'user app on >pw (~cache:* +get) (%RW~ratelimit:* +incr +expire)', ['cache', 'rate-limiter']],
  ['a command that takes work', 'user worker on #abc ~bull:* +brpop +lpush', ['job-queue']],
  // https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
  ['the worker of the documentation', 'user worker +@list +@connection ~jobs:* on >ffa9203c493aa99', ['job-queue']],
  ['channels', 'user app on >pw &news:* +@pubsub', ['pub-sub']],
])('%s tell: %s', (_, list, uses) => {
  expect(usesIn(withFile(list))).toEqual(uses)
})

it.each([
  ['a comment', '# user app on >pw ~cache:* +get'],
  ['a user that is switched off', 'user app >pw ~cache:* +get'],
  ['a user that is switched off again', 'user app on >pw ~cache:* +get off'],
  ['everything', 'user app on >pw ~* &* +@all'],
  ['replicas and those who watch', 'user replica on >pw +psync +replconf +ping\nuser sentinel on >pw &* +subscribe +publish +failover'],
  ['a list of nearly all commands', `user app on >pw ~app:* ${'get set del mget mset incr decr expire ttl exists type scan hget hset hdel hmget lpush rpush lpop rpop brpop llen lrange sadd srem smembers publish'.split(' ').map(name => `+${name}`).join(' ')}`],
  ['a clock', 'user app on >pw ~clock:* ~blocks:* +get'],
])('%s tells nothing', (_, list) => {
  expect(usesIn(withFile(list))).toEqual([])
})

it('a list that the server does not load tells nothing', () => {
  expect(usesIn(withFile('user app on >pw ~cache:* +get', ''))).toEqual([])
  expect(usesIn(withFile('user app on >pw ~cache:* +get', '--aclfile /etc/redis/others.acl'))).toEqual([])
})

it('users of the server\'s own configuration count, and no password is told', () => {
  const { uses } = componentIn(withConf('user app on >hunter2 ~session:* +@all'))
  expect(uses.filter(({ established }) => established).map(({ use }) => use)).toEqual(['session-store'])
  expect(uses.flatMap(({ evidence }) => evidence).map(({ text }) => text)).toEqual(['~session:* +@all'])
})

it('a declared use decides, and names of users decide nothing', () => {
  const files = withFile('user cache on >pw ~app:* +get')
  expect(usesIn(files)).toEqual([])
  const labelled = { ...withFile('user app on >pw ~cache:* +get') }
  labelled['compose.yaml'] = labelled['compose.yaml']?.replace('    image: redis:7\n', '    image: redis:7\n    labels: {misfit.use: session-store}\n') ?? ''
  expect(usesIn(labelled)).toContain('session-store')
})

it('a list that cannot be read accuses nobody', () => {
  const { hidden } = componentIn(withFile('user app on >pw ~cache:* +get', '--aclfile ${LIST}'))
  expect(hidden).toContain('uses')
  expect(componentIn(withFile('user app on >pw ~app:* +get')).hidden).toBeUndefined()
})
