// C#: which calls of which packages show what. Usings may be global, so most types are known by their name.
import type { Command, Import, Language, Library, Meaning, Rule } from '../language.ts'
import { any, hasField, madeOn, mentions, not } from '../rules.ts'
import { isMark } from '../source.ts'
import type { Site, Source } from '../source.ts'

// `using A.B;`, `global using A.B;`, `using static A.B;`, `using C = A.B;`
function imports(source: Source): readonly Import[] {
  const found: Import[] = []
  source.tokens.forEach((token, at) => {
    if (token.kind !== 'word' || token.text !== 'using') return
    let module = '', next = at + 1
    if (source.tokens[next]?.text === 'static') next++
    if (isMark(source, next + 1, '=')) next += 2
    for (let steps = 0; steps < 24; steps++, next++) {
      if (source.tokens[next]?.kind === 'word') module += source.tokens[next]?.text ?? ''
      else if (isMark(source, next, '.')) module += '.'
      else break
    }
    if (isMark(source, next, ';')) found.push({ module, names: [] })
  })
  return found
}

const anywhere = ['call', 'new', 'mention', 'annotation'] as const
/** Names that are a package's own show one use. */
const known = (id: string, use: Meaning['use'], weight: Meaning['weight'], names: readonly string[], source: string, how?: Rule['how'], when?: Rule['when']): Library =>
  ({ technology: 'redis', modules: [], names, common: true, source, rules: [{ id, names, means: [{ use, weight }], ...(how ? { how } : {}), ...(when ? { when } : {}) }] })

const kafka: readonly Library[] = [
  {
    technology: 'kafka', modules: ['Confluent.Kafka'], names: ['ConsumerBuilder', 'ProducerBuilder', 'ConsumerConfig', 'ProducerConfig'], common: true, source: 'https://docs.confluent.io/platform/current/clients/confluent-kafka-dotnet/_site/api/Confluent.Kafka.html',
    rules: [
      { id: 'kafka-consumer', names: ['ConsumerBuilder', 'ConsumerConfig'], how: ['new'], traffic: { how: 'reads', group: ['GroupId'] } },
      { id: 'kafka-producer', names: ['ProducerBuilder', 'ProducerConfig', 'DependentProducerBuilder'], how: ['new'], traffic: { how: 'writes' } },
      { id: 'kafka-subscribe', names: ['Subscribe'], when: madeOn('consumer'), traffic: { how: 'reads', topic: [0], grouped: true } },
      { id: 'kafka-send', names: ['ProduceAsync', 'Produce'], traffic: { how: 'writes', topic: [0] } },
    ],
  },
  {
    technology: 'kafka', modules: ['MassTransit'], names: ['UsingKafka', 'TopicEndpoint'], common: true, source: 'https://masstransit.io/documentation/configuration/transports/kafka',
    rules: [
      { id: 'masstransit-kafka', names: ['UsingKafka'], means: [{ use: 'event-bus', weight: 'decisive' }] },
      { id: 'masstransit-endpoint', names: ['TopicEndpoint'], traffic: { how: 'reads', topic: [0], group: [1], grouped: true } },
      { id: 'masstransit-producer', names: ['AddProducer'], when: ({ args }) => args.length > 0, traffic: { how: 'writes', topic: [0] } },
    ],
  },
  {
    technology: 'kafka', modules: ['DotNetCore.CAP'], names: ['UseKafka'], common: true, source: 'https://cap.dotnetcore.xyz/user-guide/en/transport/kafka/',
    rules: [{ id: 'cap-kafka', names: ['UseKafka'], means: [{ use: 'event-bus', weight: 'decisive' }] }],
  },
  {
    technology: 'kafka', modules: ['KafkaFlow', 'Silverback.Messaging'], source: 'https://farfetch.github.io/kafkaflow/docs/',
    rules: [
      { id: 'kafka-consumer', names: ['AddConsumer'], traffic: { how: 'reads', grouped: true } },
      { id: 'kafka-subscribe', names: ['Topic', 'ConsumeFrom'], when: any(madeOn('consumer'), madeOn('endpoint')), traffic: { how: 'reads', topic: [0], grouped: true } },
      { id: 'kafka-producer', names: ['AddProducer', 'AddOutbound'], traffic: { how: 'writes' } },
      { id: 'kafka-send', names: ['DefaultTopic', 'ProduceTo'], traffic: { how: 'writes', topic: [0] } },
    ],
  },
  {
    technology: 'kafka', modules: ['Streamiz.Kafka.Net'], source: 'https://lgouellec.github.io/kafka-streams-dotnet/',
    rules: [{ id: 'kafka-streams', names: ['StreamBuilder', 'KafkaStream', 'IKStream', 'IKTable'], how: anywhere, means: [{ use: 'stream-processing', weight: 'decisive' }] }],
  },
]

// The third argument of `StringSetAsync(key, value, expiry)`, unless it says that there is none.
function expires({ args }: Site, { source }: { readonly source: Source }): boolean {
  const third = args[2]
  if (third === undefined) return false
  const name = third.name?.toLowerCase()
  const first = source.tokens[third.from]?.text
  return name === undefined ? first !== 'null' && first !== 'When' && first !== 'default' : name === 'expiry'
}

// `RedisCollection<LoginSession>`
const keeps = (...parts: readonly string[]) => ({ at }: Site, { source }: { readonly source: Source }): boolean =>
  isMark(source, at + 1, '<') && source.tokens.slice(at + 2, at + 6).some(({ kind, text }) => kind === 'word' && parts.some(part => text.toLowerCase().includes(part)))

const own = (command: string, more: Partial<Command> = {}): Command => ({ command, own: true, ...more })
const methods: readonly (readonly [string, Command])[] = [
  ['stringset', own('set', { ttl: any(expires, hasField('expiry')), nx: mentions('notexists') })], ['stringget', own('get')], ['stringincrement', own('incr')], ['keyexpire', own('expire')], ['keyexists', own('exists')],
  ['hashset', own('hset')], ['hashget', own('hget')], ['hashgetall', own('hgetall')], ['hashincrement', own('hincrby')], ['listleftpush', own('lpush')], ['listrightpush', own('rpush')], ['listleftpop', own('lpop')], ['listrightpop', own('rpop')],
  ['listtrim', own('ltrim')], ['sortedsetadd', own('zadd')], ['sortedsetincrement', own('zincrby')], ['sortedsetrangebyscore', own('zrangebyscore')], ['sortedsetremoverangebyscore', own('zremrangebyscore')], ['setadd', own('sadd')],
  ['streamadd', own('xadd')], ['streamreadgroup', own('xreadgroup')], ['streamcreateconsumergroup', own('xgroup')], ['streamacknowledge', own('xack')], ['streamread', own('xread')], ['streamrange', own('xrange')],
  ['locktake', own('lock')], ['scriptevaluate', own('eval', { key: 1 })], ['hyperloglogadd', own('pfadd')], ['publish', { command: 'publish' }], ['subscribe', { command: 'subscribe' }],
]

export const csharp: Language = {
  id: 'csharp',
  extensions: ['cs'],
  grammar: {
    comments: [['//', '\n'], ['/*', '*/']],
    strings: [
      { open: '$"""', close: '"""', lines: true, hole: '{' }, { open: '"""', close: '"""', lines: true }, { open: '$@"', close: '"', lines: true, hole: '{' }, { open: '@$"', close: '"', lines: true, hole: '{' },
      { open: '@"', close: '"', lines: true }, { open: '$"', close: '"', escapes: true, hole: '{' }, { open: '"', close: '"', escapes: true }, { open: "'", close: "'", char: true },
    ],
    functions: [], methods: true,
  },
  imports,
  libraries: [
    known('aspnet-redis-cache', 'cache', 'strong', ['AddStackExchangeRedisCache', 'AddDistributedRedisCache', 'AddRedisDistributedCache'], 'https://learn.microsoft.com/aspnet/core/performance/caching/distributed'),
    known('aspnet-output-cache', 'cache', 'decisive', ['AddStackExchangeRedisOutputCache', 'AddRedisOutputCache'], 'https://learn.microsoft.com/aspnet/core/performance/caching/output'),
    known('signalr-redis', 'pub-sub', 'decisive', ['AddStackExchangeRedis'], 'https://learn.microsoft.com/aspnet/core/signalr/redis-backplane', undefined, madeOn('signalr')),
    known('data-protection-redis', 'source-of-truth', 'strong', ['PersistKeysToStackExchangeRedis'], 'https://learn.microsoft.com/aspnet/core/security/data-protection/implementation/key-storage-providers'),
    known('hangfire-redis', 'job-queue', 'decisive', ['UseRedisStorage'], 'https://docs.hangfire.io/en/latest/configuration/using-redis.html'),
    known('redlock-net', 'lock', 'decisive', ['RedLockFactory', 'RedisDistributedSynchronizationProvider', 'RedisDistributedLock'], 'https://github.com/samcook/RedLock.net', anywhere),
    known('redis-rate-limiting', 'rate-limiter', 'decisive', ['AddRedisRateLimiting', 'AddRedisFixedWindowLimiter', 'AddRedisSlidingWindowLimiter', 'AddRedisTokenBucketLimiter', 'AddRedisConcurrencyLimiter', 'RedisRateLimitPartition'], 'https://github.com/cristipufu/aspnetcore-redis-rate-limiting', anywhere),
    known('fusion-cache-backplane', 'pub-sub', 'strong', ['RedisBackplane', 'AddFusionCacheStackExchangeRedisBackplane'], 'https://github.com/ZiggyCreatures/FusionCache/blob/main/docs/Backplane.md', ['call', 'new']),
    known('foundatio-cache', 'cache', 'decisive', ['RedisCacheClient', 'RedisHybridCacheClient'], 'https://github.com/FoundatioFx/Foundatio.Redis#readme', ['new', 'mention']),
    known('foundatio-bus', 'pub-sub', 'decisive', ['RedisMessageBus'], 'https://github.com/FoundatioFx/Foundatio.Redis#readme', ['new', 'mention']),
    known('foundatio-queue', 'job-queue', 'decisive', ['RedisQueue'], 'https://github.com/FoundatioFx/Foundatio.Redis#readme', ['new', 'mention']),
    {
      technology: 'redis', cached: true, modules: ['Foundatio.Lock'], source: 'https://github.com/FoundatioFx/Foundatio#locks',
      rules: [
        { id: 'foundatio-lock', names: ['CacheLockProvider'], how: anywhere, means: [{ use: 'lock', weight: 'strong' }] },
        { id: 'foundatio-throttle', names: ['ThrottlingLockProvider'], how: anywhere, means: [{ use: 'rate-limiter', weight: 'strong' }] },
      ],
    },
    known('masstransit-saga', 'state-store', 'decisive', ['RedisRepository'], 'https://masstransit.io/documentation/configuration/persistence/redis', undefined, ({ chain }) => chain.length > 0),
    {
      technology: 'redis', modules: ['Redis.OM'], names: ['RedisCollection', 'IRedisCollection'], common: true, source: 'https://github.com/redis/redis-om-dotnet#readme',
      rules: [
        { id: 'redis-om', names: ['RedisCollection', 'IRedisCollection'], how: ['call', 'mention'], when: keeps('session'), means: [{ use: 'session-store', weight: 'strong' }] },
        { id: 'redis-om', names: ['RedisCollection'], when: not(keeps('session', 'cache')), means: [{ use: 'state-store', weight: 'strong' }] },
      ],
    },
    known('orleans-redis', 'state-store', 'strong', ['AddRedisGrainStorage', 'AddRedisGrainStorageAsDefault', 'UseRedisClustering', 'UseRedisReminderService'], 'https://learn.microsoft.com/dotnet/orleans/'),
    known('cap-redis', 'event-bus', 'decisive', ['UseRedis'], 'https://cap.dotnetcore.xyz/user-guide/en/transport/redis-streams/', undefined, (_, { imports: used, source }) => used.some(({ module }) => module.startsWith('DotNetCore.CAP')) || source.tokens.some(({ text }) => text === 'AddCap')),
    {
      technology: 'redis', anyStore: true, modules: ['Microsoft.Extensions.Caching.Distributed'], names: ['IDistributedCache'], source: 'https://learn.microsoft.com/aspnet/core/performance/caching/distributed',
      rules: [{ id: 'distributed-cache', names: ['IDistributedCache'], how: ['mention'], means: [{ use: 'cache', weight: 'weak' }] }],
    },
    ...kafka,
  ],
  redis: {
    modules: ['StackExchange.Redis', 'ServiceStack.Redis', 'CSRedis', 'FreeRedis', 'NRedisStack'],
    clients: ['IDatabase', 'IConnectionMultiplexer', 'ConnectionMultiplexer', 'ISubscriber', 'IDatabaseAsync', 'IRedisClient', 'CSRedisClient', 'GetDatabase', 'GetSubscriber'],
    source: 'https://stackexchange.github.io/StackExchange.Redis/Basics',
    commands: new Map(methods.flatMap(([name, command]) => [[name, [command]], [`${name}async`, [command]]] as const)),
    verbatim: ['execute', 'executeasync'],
  },
  caches: {
    modules: ['Microsoft.Extensions.Caching.Distributed', 'Foundatio.Caching'], clients: ['IDistributedCache', 'ICacheClient', 'ScopedCacheClient', 'HybridCache', 'IHybridCacheClient'], source: 'https://learn.microsoft.com/aspnet/core/performance/caching/distributed',
    commands: new Map([...['set', 'setasync', 'setstring', 'setstringasync'].map(name => [name, { command: 'set' }] as const), ...['get', 'getasync', 'getstring', 'getstringasync'].map(name => [name, { command: 'get' }] as const), ['addasync', { command: 'set', nx: () => true }], ['incrementasync', { command: 'incr' }]]),
  },
  settings: new Map([['GroupId', 'group.id'], ['Acks', 'acks'], ['EnableIdempotence', 'enable.idempotence'], ['AutoOffsetReset', 'auto.offset.reset'], ['MaxPollIntervalMs', 'max.poll.interval.ms'], ['EnableAutoCommit', 'enable.auto.commit'], ['TransactionalId', 'transactional.id'], ['MessageMaxBytes', 'max.request.size'], ['SessionTimeoutMs', 'session.timeout.ms'], ['IsolationLevel', 'isolation.level'], ['WithGroupId', 'group.id']]),
}
