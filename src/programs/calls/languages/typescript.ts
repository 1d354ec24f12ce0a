// TypeScript and JavaScript: which calls of which packages show what.
import type { Import, Language, Library, Rule } from '../language.ts'
import { all, any, hasField, hasLifetime, hasText, keyedByField, uses } from '../rules.ts'
import { isMark } from '../source.ts'
import type { Source } from '../source.ts'

const quote = (open: string): { open: string; close: string; escapes: true } => ({ open, close: open, escapes: true })

function imports(source: Source): readonly Import[] {
  const found: Import[] = []
  source.tokens.forEach((token, at) => {
    if (token.kind !== 'text' || token.computed) return
    const before = source.tokens[at - 1]?.text
    if (before === 'from' || before === 'import') found.push({ module: token.text, ...bound(source, at - 1) })
    else if (isMark(source, at - 1, '(') && (source.tokens[at - 2]?.text === 'require' || source.tokens[at - 2]?.text === 'import')) found.push({ module: token.text, ...bound(source, at - 2) })
  })
  return found
}

// The names before `from`, or before `= require`: back to the word that begins the statement.
function bound(source: Source, from: number): Omit<Import, 'module'> {
  const names: string[] = [], renamed: (readonly [string, string])[] = []
  for (let at = from - 1; at > from - 80 && at >= 0; at--) {
    const token = source.tokens[at]
    if (token === undefined || isMark(source, at, ';', '(', ')')) break
    if (token.kind !== 'word') continue
    if (['import', 'const', 'let', 'var', 'export'].includes(token.text)) break
    // `A as B` and `A: B` bind B.
    if (token.text === 'as') continue
    if (isMark(source, at + 1, ':') || source.tokens[at + 1]?.text === 'as') {
      renamed.push([source.tokens[at + 2]?.text ?? '', token.text])
      continue
    }
    if (token.text !== 'type' && token.text !== 'await') names.push(token.text)
  }
  return { names, renamed }
}

const queue = (modules: readonly string[], names: readonly string[], source: string, how?: Rule['how']): Library =>
  uses('redis', 'job-queue', 'decisive', modules, names, source, how)

const kafka: readonly Library[] = [
  {
    technology: 'kafka', modules: ['kafkajs', '@confluentinc/kafka-javascript', '@platformatic/kafka'], wrapped: 'kafka', source: 'https://kafka.js.org/docs/getting-started',
    rules: [
      { id: 'kafka-consumer', names: ['consumer', 'Consumer'], when: hasField('groupId'), traffic: { how: 'reads', group: ['groupId'] } },
      { id: 'kafka-subscribe', names: ['subscribe', 'consume'], when: hasField('topic', 'topics'), traffic: { how: 'reads', topic: ['topic', 'topics'] } },
      { id: 'kafka-send', names: ['send'], when: all(hasField('topic'), hasField('messages')), traffic: { how: 'writes', topic: ['topic'], keyed: keyedByField('messages') } },
      { id: 'kafka-send', names: ['sendBatch'], when: hasField('topicMessages'), traffic: { how: 'writes', topic: ['topic'] } },
      { id: 'kafka-send', names: ['send'], on: ['producer'], when: hasField('messages'), traffic: { how: 'writes', topic: ['topic'] } },
    ],
  },
  {
    technology: 'kafka', modules: ['kafkajs'], source: 'https://kafka.js.org/docs/getting-started',
    rules: [
      { id: 'kafka-producer', names: ['producer'], traffic: { how: 'writes' } },
      { id: 'kafka-client', names: ['Kafka'], how: ['new'] },
    ],
  },
  {
    technology: 'kafka', modules: ['node-rdkafka'], source: 'https://github.com/Blizzard/node-rdkafka',
    rules: [
      { id: 'kafka-consumer', names: ['KafkaConsumer', 'createReadStream'], traffic: { how: 'reads', topic: ['topics'], group: ['group.id'] } },
      { id: 'kafka-producer', names: ['Producer', 'HighLevelProducer', 'createWriteStream'], traffic: { how: 'writes', topic: ['topic'] } },
      { id: 'kafka-produce', names: ['produce'], traffic: { how: 'writes', topic: [0] } },
      { id: 'kafka-subscribe', names: ['subscribe'], traffic: { how: 'reads', topic: [0] } },
    ],
  },
  {
    technology: 'kafka', modules: ['kafka-node'], source: 'https://github.com/SOHU-Co/kafka-node',
    rules: [
      { id: 'kafka-consumer', names: ['ConsumerGroup', 'Consumer', 'ConsumerGroupStream'], traffic: { how: 'reads', topic: [1, 'topic'], group: ['groupId'] } },
      { id: 'kafka-producer', names: ['Producer', 'HighLevelProducer', 'ProducerStream'], traffic: { how: 'writes' } },
    ],
  },
  {
    technology: 'kafka', modules: ['@nestjs/microservices'], names: ['ClientKafka'], source: 'https://docs.nestjs.com/microservices/kafka',
    rules: [
      { id: 'kafka-nest', names: ['KAFKA'], how: ['mention'], on: ['Transport'] },
      { id: 'kafka-nest-reply', names: ['subscribeToResponseOf'], means: [{ use: 'request-reply', weight: 'decisive' }] },
    ],
  },
  uses('kafka', 'stream-processing', 'decisive', ['kafka-streams'], ['KafkaStreams'], 'https://github.com/nodefluent/kafka-streams'),
]

export const typescript: Language = {
  id: 'typescript',
  extensions: ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs', 'vue', 'svelte'],
  grammar: {
    comments: [['//', '\n'], ['/*', '*/']],
    strings: [quote("'"), quote('"'), { open: '`', close: '`', escapes: true, lines: true, hole: '${' }],
    regex: true, functions: ['function'], methods: true,
  },
  imports,
  libraries: [
    queue(['bullmq', '@taskforcesh/bullmq-pro'], ['Queue', 'Worker', 'FlowProducer', 'QueueEvents', 'QueueScheduler', 'QueuePro', 'WorkerPro'], 'https://docs.bullmq.io/guide/queues', ['new']),
    queue(['bull'], ['Queue', 'Bull', 'BullQueue'], 'https://github.com/OptimalBits/bull'),
    queue(['@nestjs/bull', '@nestjs/bullmq'], ['registerQueue', 'registerQueueAsync', 'registerFlowProducer', 'Processor', 'InjectQueue'], 'https://docs.nestjs.com/techniques/queues', ['call', 'annotation']),
    queue(['bee-queue'], ['Queue', 'BeeQueue'], 'https://github.com/bee-queue/bee-queue', ['new']),
    queue(['kue'], ['createQueue'], 'https://github.com/Automattic/kue'),
    queue(['node-resque'], ['Queue', 'Worker', 'MultiWorker', 'Scheduler'], 'https://node-resque.actionherojs.com/', ['new']),
    queue(['rsmq', 'redis-smq'], ['RedisSMQ', 'RSMQ', 'Producer', 'Consumer'], 'https://github.com/smrchy/rsmq', ['new']),
    uses('redis', 'rate-limiter', 'decisive', ['rate-limiter-flexible'], ['RateLimiterRedis', 'RateLimiterValkey', 'RateLimiterValkeyGlide'], 'https://github.com/animir/node-rate-limiter-flexible/wiki/Redis'),
    uses('redis', 'rate-limiter', 'decisive', ['rate-limit-redis'], ['RedisStore'], 'https://github.com/express-rate-limit/rate-limit-redis'),
    {
      technology: 'redis', anyStore: true, modules: ['better-auth'], source: 'https://www.better-auth.com/docs/concepts/database#secondary-storage',
      rules: [{ id: 'better-auth-sessions', names: ['betterAuth'], when: hasField('secondaryStorage'), means: [{ use: 'session-store', weight: 'strong' }] }],
    },
    uses('redis', 'rate-limiter', 'decisive', ['nestjs-throttler-storage-redis', '@nest-lab/throttler-storage-redis'], ['ThrottlerStorageRedisService'], 'https://github.com/jmcdo29/nest-lab/tree/main/packages/throttler-storage-redis'),
    uses('redis', 'lock', 'decisive', ['redlock', '@sesamecare-oss/redlock'], ['Redlock'], 'https://github.com/mike-marcacci/node-redlock'),
    uses('redis', 'lock', 'decisive', ['redis-semaphore'], ['Mutex', 'Semaphore', 'MultiSemaphore', 'RedlockMutex', 'RedlockSemaphore'], 'https://github.com/swarthy/redis-semaphore'),
    uses('redis', 'cache', 'decisive', ['cache-manager-redis-store', 'cache-manager-ioredis', 'cache-manager-ioredis-yet', 'cache-manager-redis-yet'], ['redisStore', 'redisInsStore', 'register', 'registerAsync', 'caching'], 'https://github.com/jaredwray/cacheable/tree/main/packages/cache-manager'),
    uses('redis', 'cache', 'strong', ['@keyv/redis', '@keyv/valkey'], ['KeyvRedis', 'KeyvValkey', 'createKeyv'], 'https://keyv.org/docs/storage-adapters/redis/'),
    uses('redis', 'cache', 'decisive', ['apollo-server-cache-redis'], ['RedisCache', 'RedisClusterCache', 'BaseRedisCache'], 'https://www.apollographql.com/docs/apollo-server/performance/cache-backends'),
    uses('redis', 'cache', 'decisive', ['@envelop/response-cache-redis', '@graphql-yoga/redis-cache'], ['createRedisCache'], 'https://the-guild.dev/graphql/envelop/plugins/use-response-cache'),
    uses('redis', 'cache', 'decisive', ['bentocache/drivers/redis'], ['redisDriver'], 'https://bentocache.dev/docs/cache-drivers'),
    uses('redis', 'cache', 'decisive', ['@hapi/catbox-redis', 'catbox-redis'], ['CatboxRedis', 'Engine'], 'https://github.com/hapijs/catbox-redis'),
    uses('redis', 'session-store', 'decisive', ['connect-redis', 'connect-valkey'], ['RedisStore', 'ConnectRedis', 'connectRedis', 'createRedisStore', 'RedisSessionStore', 'ValkeyStore'], 'https://github.com/tj/connect-redis'),
    uses('redis', 'session-store', 'strong', ['koa-redis'], ['redisStore', 'RedisStore', 'redis'], 'https://github.com/koajs/koa-redis'),
    uses('redis', 'pub-sub', 'decisive', ['@socket.io/redis-adapter', 'socket.io-redis', '@socket.io/redis-streams-adapter', '@socket.io/sharded-redis-adapter'], ['createAdapter', 'createShardedAdapter', 'redisAdapter', 'RedisAdapter', 'socketRedis'], 'https://socket.io/docs/v4/redis-adapter/'),
    uses('redis', 'pub-sub', 'decisive', ['@socket.io/redis-emitter', 'socket.io-emitter'], ['Emitter', 'emitter'], 'https://socket.io/docs/v4/redis-adapter/#emitter'),
    uses('redis', 'pub-sub', 'decisive', ['graphql-redis-subscriptions'], ['RedisPubSub'], 'https://github.com/davidyaha/graphql-redis-subscriptions', ['new']),
    uses('redis', 'pub-sub', 'decisive', ['@graphql-yoga/redis-event-target', '@graphql-yoga/subscription-event-target-redis'], ['createRedisEventTarget'], 'https://the-guild.dev/graphql/yoga-server/docs/features/subscriptions'),
    uses('redis', 'pub-sub', 'decisive', ['@hocuspocus/extension-redis'], ['Redis'], 'https://tiptap.dev/docs/hocuspocus/server/extensions/redis', ['new']),
    uses('redis', 'pub-sub', 'decisive', ['@colyseus/redis-presence'], ['RedisPresence'], 'https://docs.colyseus.io/deployment/scalability'),
    uses('redis', 'pub-sub', 'decisive', ['mqemitter-redis'], ['mqemitter', 'mqRedis', 'redisMq', 'mq'], 'https://github.com/mcollina/mqemitter-redis'),
    uses('redis', 'state-store', 'decisive', ['aedes-persistence-redis'], ['persistence', 'aedesPersistenceRedis', 'redisPersistence'], 'https://github.com/moscajs/aedes-persistence-redis'),
    {
      technology: 'redis', modules: ['@nestjs/microservices'], source: 'https://docs.nestjs.com/microservices/redis',
      rules: [{ id: 'redis-nest-transport', names: ['REDIS'], how: ['mention'], on: ['Transport'], means: [{ use: 'pub-sub', weight: 'strong' }] }],
    },
    {
      technology: 'redis', modules: ['@fastify/rate-limit', 'fastify-rate-limit'], source: 'https://github.com/fastify/fastify-rate-limit',
      rules: [{ id: 'fastify-rate-limit', names: ['register'], when: hasField('redis'), means: [{ use: 'rate-limiter', weight: 'decisive' }] }],
    },
    ...kafka,
  ],
  redis: {
    modules: ['ioredis', 'redis', '@redis/client', 'handy-redis', 'iovalkey', '@valkey/valkey-glide', 'redis-om', 'ioredis-xyz'],
    clients: ['Redis', 'IORedis', 'createClient', 'createCluster', 'createSentinel', 'RedisClientType', 'RedisClient', 'RedisClusterType', 'GlideClient'],
    not: ['@upstash/redis', 'ioredis-mock', 'redis-mock', '@vercel/kv'],
    source: 'https://github.com/redis/node-redis',
    commands: new Map([
      ['set', [{ command: 'set', ttl: any(hasText('EX', 'PX', 'EXAT', 'PXAT'), hasField('EX', 'PX', 'EXAT', 'PXAT'), hasLifetime), nx: any(hasText('NX'), hasField('NX')) }]],
      ['definecommand', [{ command: 'eval' }]],
    ]),
    verbatim: ['call', 'sendcommand', 'send_command'],
  },
  caches: {
    modules: ['cache-manager', '@nestjs/cache-manager', 'keyv', '@keyv/redis'], clients: ['Cache', 'Keyv', 'CacheManager'], source: 'https://docs.nestjs.com/techniques/caching',
    commands: new Map([['set', { command: 'set' }], ['get', { command: 'get' }], ['wrap', { command: 'set' }]]),
  },
  settings: new Map([
    ['groupId', 'group.id'], ['transactionalId', 'transactional.id'], ['idempotent', 'enable.idempotence'], ['acks', 'acks'], ['sessionTimeout', 'session.timeout.ms'],
    ['maxInFlightRequests', 'max.in.flight.requests.per.connection'], ['allowAutoTopicCreation', 'allow.auto.create.topics'],
  ]),
}
