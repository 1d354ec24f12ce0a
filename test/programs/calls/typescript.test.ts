// What TypeScript and JavaScript show by their calls: each pattern with a case that shows it and one that does not.
import { describe, expect, it } from 'vitest'
import { addresses, settings, shows, traffic, uses, weakly } from './shows.ts'

const file = 'src/app.ts'
const ioredis = "import Redis from 'ioredis'\nconst redis = new Redis(process.env.REDIS_URL)\n"

describe('libraries with one purpose', () => {
  it.each([
    ['job-queue', "import { Queue } from 'bullmq'\nexport const emails = new Queue('emails')"],
    ['job-queue', "import Bull from 'bull'\nconst q = new Bull('emails')"],
    ['job-queue', "const Queue = require('bee-queue')\nconst q = new Queue('emails')"],
    ['job-queue', "import { Processor } from '@nestjs/bullmq'\n@Processor('emails')\nexport class EmailProcessor {}"],
    ['rate-limiter', "import { RateLimiterRedis } from 'rate-limiter-flexible'\nnew RateLimiterRedis({ storeClient, points: 5 })"],
    ['rate-limiter', "import { RedisStore } from 'rate-limit-redis'\nrateLimit({ store: new RedisStore({ sendCommand }) })"],
    ['rate-limiter', "import rateLimit from '@fastify/rate-limit'\nserver.register(rateLimit, { max: 100, redis: client })"],
    ['session-store', "import { RedisStore } from 'connect-redis'\nsession({ store: new RedisStore({ client }) })"],
    ['session-store', "const RedisStore = require('connect-redis')(session)\napp.use(session({ store: new RedisStore({ client }) }))"],
    ['session-store', "import { betterAuth } from 'better-auth'\nexport const auth = betterAuth({ database: db, secondaryStorage: { get: key => redis.get(key) } })"],
    ['lock', "import Redlock from 'redlock'\nconst redlock = new Redlock([a, b])"],
    ['cache', "import { redisStore } from 'cache-manager-redis-yet'\nCacheModule.register({ store: await redisStore({ url }) })"],
    ['cache', "import KeyvRedis from '@keyv/redis'\nnew Keyv(new KeyvRedis('redis://cache:6379'))"],
    ['pub-sub', "import { createAdapter } from '@socket.io/redis-adapter'\nio.adapter(createAdapter(pub, sub))"],
    ['pub-sub', "import { RedisPubSub } from 'graphql-redis-subscriptions'\nexport const pubsub = new RedisPubSub()"],
    ['pub-sub', "import { Transport } from '@nestjs/microservices'\nconst options = { transport: Transport.REDIS }"],
    ['stream-processing', "const { KafkaStreams } = require('kafka-streams')\nconst streams = new KafkaStreams(config)"],
    ['request-reply', "import { ClientKafka } from '@nestjs/microservices'\nthis.client.subscribeToResponseOf('sum')"],
  ])('shows %s', (use, text) => {
    expect(uses(file, text)).toEqual([use])
  })

  it('says nothing where a name comes from elsewhere, or an import is only a type or unused', () => {
    expect(shows(file, "import { Queue } from './queue'\nnew Queue('emails')")).toEqual([])
    expect(shows(file, "import type { Queue } from 'bullmq'\nexport function name(queue: Queue): string { return queue.name }")).toEqual([])
    expect(shows(file, "import { RedisStore } from './store'\nnew RedisStore({ client })")).toEqual([])
    expect(uses(file, "import { Transport } from '@nestjs/microservices'\nconst options = { transport: Transport.TCP }")).toEqual([])
    expect(uses(file, "import rateLimit from '@fastify/rate-limit'\nserver.register(rateLimit, { max: 100 })")).toEqual([])
  })
})

describe('commands of a Redis client', () => {
  it.each([
    ['cache', 'await redis.set(`user-cache:${id}`, value, "EX", 60)'],
    ['cache', 'async function user(id) {\n  const hit = await redis.get(`user:${id}`)\n  if (hit) return hit\n  await redis.setex(`user:${id}`, 60, await load(id))\n}'],
    ['session-store', 'await redis.setex(`session:${id}`, 3600, data)'],
    ['state-store', 'await redis.set(`otp:${phone}`, code, "EX", 300)'],
    ['lock', 'const acquireLock = async (id) => {}\nawait redis.set(`lock:${id}`, token, "PX", 10000, "NX")'],
    ['rate-limiter', 'async function limit(ip) {\n  const n = await redis.incr(`rate:${ip}`)\n  if (n === 1) await redis.expire(`rate:${ip}`, 60)\n}'],
    ['rate-limiter', 'async function throttle(key) {\n  await redis.multi().zremrangebyscore(key, 0, past).zadd(key, now, now).zcard(key).exec()\n}'],
    ['counter', 'await redis.incr(`page-views:${id}`)'],
    ['counter', 'await redis.zincrby("leaderboard", 10, player)'],
    ['derived-state', 'await redis.zadd(`timeline:${user}`, Date.now(), post)'],
    ['derived-state', 'await redis.zadd("leaderboard", score, player)'],
    ['rate-limiter', 'async function allow(key) {\n  await redis.multi().zremrangebyscore(key, 0, past).zadd(key, now, now).zcard(key).exec()\n}'],
    ['rate-limiter', 'class IdentityRateLimit {\n  async hit() { await redis.incr(this.counterKey) }\n}'.replace('async hit', 'async rateLimit')],
    ['state-store', 'await redis.set(`oauth-state:${state}`, url, "EX", 300)'],
    ['lock', 'await redis.set(`duplicate-order:${id}`, 1, "EX", 30, "NX")'],
    ['lock', 'await redis.set(key, 1, "EX", 30, "NX")'],
    ['job-queue', 'const job = await redis.brpop("jobs", 0)'],
    ['job-queue', 'await redis.lpush("email-queue", JSON.stringify(mail))'],
    ['job-queue', 'await redis.lpush("jobs", job)\nconst next = await redis.rpop("jobs")'],
    ['job-queue', 'await redis.xreadgroup("GROUP", "workers", "w1", "STREAMS", "tasks", ">")'],
    ['event-bus', 'await redis.xreadgroup("GROUP", "mailer", "m1", "STREAMS", "order-events", ">")'],
    ['event-log', 'await redis.xadd("order-events", "*", "data", body)\nawait redis.xrange("order-events", "-", "+")'],
    ['event-log', 'await redis.xadd("audit", "*", "data", body)'],
    ['event-log', 'await redis.rpush(`events:${id}`, event)\nconst past = await redis.lrange(`events:${id}`, 0, -1)'],
    ['pub-sub', 'await redis.publish("chat", text)'],
    ['pub-sub', 'const sub = redis.duplicate()\nsub.subscribe("chat")'],
  ])('show %s: %s', (use, call) => {
    expect(uses(file, ioredis + call)).toEqual([use])
  })

  it('is no history what a queue is given, and no cache what a store keeps for a time', () => {
    const calls = 'await queue.redis.xadd("audit", "*", "data", body)', set = 'await redis.set(`item:${id}`, value, "EX", 60)\n'
    expect([uses(file, ioredis + calls), weakly(file, ioredis + calls)]).toEqual([[], ['event-bus']])
    const of = (path: string): readonly string[] => weakly(path, ioredis + set)
    expect([of('src/job-store.ts'), of('src/redis-store.ts'), of('src/items.ts')]).toEqual([['state-store'], ['cache'], ['cache']])
  })

  it.each([
    ['cache', 'await redis.setex(key, 60, value)'],
    ['lock', 'await redis.setnx(key, 1)'],
    ['counter', 'await redis.incr(key)'],
    ['event-bus', 'await redis.xadd("order-events", "*", "data", body)'],
    ['state-store', 'await redis.hset(key, fields)'],
  ])('show %s weakly where no name tells more: %s', (use, call) => {
    expect([uses(file, ioredis + call), weakly(file, ioredis + call)]).toEqual([[], [use]])
  })

  it('leave rate limiter or counter open where only an expiry tells', () => {
    const text = `${ioredis}async function add(key) {\n  await redis.incr(key)\n  await redis.expire(key, 60)\n}`
    expect([uses(file, text), weakly(file, text)]).toEqual([[], ['rate-limiter', 'counter']])
  })

  it('show a client where they tell nothing', () => {
    expect(shows(file, `${ioredis}await redis.get(key)`)).toEqual(['client: redis.get(key)'])
    expect(uses(file, `${ioredis}await redis.lpush("latest", item)\nawait redis.ltrim("latest", 0, 9)`)).toEqual([])
    expect(uses('src/tasks.ts', `${ioredis}await redis.rpush(jobLogKey(id), line)`)).toEqual([])
    expect(uses(file, `${ioredis}await redis.rpush('events', event)\nconst all = await redis.lrange('events', 0, -1)\nawait redis.del('events')`)).toEqual([])
  })

  it('are known by how the client came: import, wrapper, type, assignment', () => {
    const publish = 'publish("chat", text)'
    expect(uses(file, `import { client } from '../lib/redis'\nclient.${publish}`)).toEqual(['pub-sub'])
    expect(uses(file, `import { createClient } from 'redis'\nconst pub = createClient({ url })\nawait pub.${publish}`)).toEqual(['pub-sub'])
    expect(uses(file, `import { Redis } from 'ioredis'\nclass Chat {\n  constructor(private readonly pub: Redis) {}\n  say() { this.pub.${publish} }\n}`)).toEqual(['pub-sub'])
    expect(uses(file, `import { createClient } from 'redis'\nawait client.set(cacheKey, value, { EX: 60 })\nconst client = createClient()`)).toEqual(['cache'])
  })

  it('are known by a variable with a type of its own', () => {
    const text = (name: string): string => `import Redis from './infrastructure/Redis'\nasync function consume(data: Data) {\n  const ${name}: ClientType | null = Redis.getClient()\n  const key: string = \`rate-limit:\${data.ip}\`\n  await client.incr(key)\n  await client.expire(key, 60)\n}`
    expect(uses(file, text('client'))).toEqual(['rate-limiter'])
    expect(shows(file, text('other'))).toEqual([])
  })

  it('are none on anything else', () => {
    expect(shows(file, `${ioredis}mqtt.publish("chat", text)`)).toEqual([])
    expect(shows(file, "import { store } from './store'\nstore.setex(key, 60, value)")).toEqual([])
    expect(shows(file, "import { Redis } from '@upstash/redis'\nconst redis = new Redis()\nredis.setex('cache', 1, 2)")).toEqual([])
    expect(shows(file, `${ioredis}map.get(key)`)).toEqual([])
  })

  it('name the client, its variables and hosts', async () => {
    const { callsOf } = await import('../../../src/programs/calls/index.ts')
    const { shown } = callsOf(file, "import Redis from 'ioredis'\nconst queue = new Redis(process.env.QUEUE_REDIS_URL || 'redis://queue-db:6379/2')\nqueue.brpop('jobs', 0)")
    expect(shown.map(({ names }) => names)).toEqual([['queue', 'QUEUE_REDIS_URL', 'queue-db']])
  })
})

describe('Kafka', () => {
  const kafkajs = "import { Kafka } from 'kafkajs'\nconst kafka = new Kafka({ clientId: 'shop', brokers: ['kafka:9092'] })\n"

  it('is an event bus where a group reads', () => {
    const text = `${kafkajs}const consumer = kafka.consumer({ groupId: 'mailer' })\nawait consumer.subscribe({ topics: ['orders', 'refunds'] })`
    expect(uses(file, text)).toEqual(['event-bus'])
    expect(traffic(file, text)).toEqual(['kafka reads orders', 'kafka reads refunds'])
    expect(settings(file, text)).toEqual(['group.id=mailer'])
    expect(addresses(file, text)).toEqual(['kafka kafka:9092'])
  })

  it('is perhaps one where a file only writes', () => {
    const text = `${kafkajs}const TOPIC = 'orders'\nconst producer = kafka.producer({ idempotent: true })\nawait producer.send({ topic: TOPIC, acks: -1, messages: [{ value }] })`
    expect([uses(file, text), weakly(file, text)]).toEqual([[], ['event-bus']])
    expect(traffic(file, text)).toEqual(['kafka writes orders'])
    expect(settings(file, text)).toEqual(['enable.idempotence=true', 'acks=all'])
  })

  it('is only a client where neither is seen', () => {
    expect(uses(file, kafkajs)).toEqual([])
    expect(shows(file, kafkajs)).toHaveLength(1)
  })

  it('is found through a module of the program that wraps the library', () => {
    expect(traffic(file, "import { producer } from '../kafka/producer'\nproducer.send({ topic: 'orders', messages })")).toEqual(['kafka writes orders'])
    expect(traffic(file, "import { producer } from '../mail'\nproducer.send({ topic: 'orders', messages })")).toEqual([])
  })

  it('gives no topic that is computed or set twice', () => {
    expect(traffic(file, `${kafkajs}producer.send({ topic: \`orders-\${env}\`, messages })`)).toEqual([])
    expect(traffic(file, `${kafkajs}let topic = 'a'\ntopic = 'b'\nproducer.send({ topic: topic, messages })`)).toEqual([])
  })

  it('reads the other clients', () => {
    expect(traffic(file, "const Kafka = require('node-rdkafka')\nconst p = new Kafka.Producer({ 'metadata.broker.list': 'kafka:9092', 'acks': 'all' })\np.produce('orders', null, message)")).toEqual(['kafka writes orders'])
    expect(uses(file, "const kafka = require('kafka-node')\nnew kafka.ConsumerGroup({ kafkaHost: 'kafka:9092', groupId: 'mailer' }, ['orders'])")).toEqual(['event-bus'])
  })
})

describe('a method under a name of its own', () => {
  const promised = (use: string): string => `const redis = require('redis')\nconst { promisify } = require('util')\nconst client = redis.createClient()\nconst setAsync = promisify(client.set).bind(client)\n${use}\n`
  it('sends its command', () => {
    expect(uses(file, promised("async function take(id) { return setAsync(`lock:${id}`, '1', 'NX', 'PX', 1000) }"))).toEqual(['lock'])
    expect(uses(file, promised("const popAsync = promisify(client.brpop).bind(client)\nconst next = () => popAsync('tasks', 0)"))).toEqual(['job-queue'])
  })
  it('sends none of another object', () => {
    expect(uses(file, promised('').replace('promisify(client.set).bind(client)', 'promisify(file.set).bind(file)') + "const take = id => setAsync(`lock:${id}`, '1', 'NX', 'PX', 1000)")).toEqual([])
  })
})

describe('a wrapper that may be given a time', () => {
  const wrapper = (key: string): string => `${ioredis}export async function put(key, value, ttl) {\n  if (ttl) await redis.set(${key}, value, 'EX', ttl)\n  else await redis.set(${key}, value)\n}`
  it('keeps no state because it may be given none', () => {
    expect(weakly(file, wrapper('key'))).toEqual(['cache'])
    expect(weakly(file, `${ioredis}export async function put(key, value) {\n  await redis.set(key, value)\n}`)).toEqual(['state-store'])
  })
  it('is a cache where its file is called so', () => {
    expect(weakly('src/cache/store.ts', `${ioredis}export async function put(key, value) {\n  await redis.set(key, value)\n}`)).toEqual(['cache'])
  })
})
