// Java: which calls and annotations of which libraries show what. Kotlin and Scala share the libraries.
import type { Command, Import, Language, Library } from '../language.ts'
import { all, any, hasArguments, hasField, inside, keyedByPlace, madeOn, mentions, not, snakeSettings, startsWith, uses } from '../rules.ts'
import { isMark } from '../source.ts'
import type { Source } from '../source.ts'

/** `import a.b.C;`, `import static a.b.C.D;`, `import a.b.*`, `import a.b.C as D`, `import a.b.{C, D}`. */
export function jvmImports(source: Source): readonly Import[] {
  const found: Import[] = []
  source.tokens.forEach((token, at) => {
    if (token.kind !== 'word' || token.text !== 'import' || !token.first) return
    let next = at + 1, module = ''
    if (source.tokens[next]?.text === 'static') next++
    while (source.tokens[next]?.kind === 'word') {
      module += source.tokens[next]?.text ?? ''
      next++
      if (!isMark(source, next, '.') || source.tokens[next + 1]?.kind !== 'word') break
      module += '.'
      next++
    }
    if (isMark(source, next, '.') && isMark(source, next + 1, '{')) {
      for (let i = next + 2; i < next + 60 && !isMark(source, i, '}'); i++) {
        const name = source.tokens[i]
        if (name?.kind === 'word') found.push({ module: `${module}.${name.text}`, names: [name.text] })
      }
      return
    }
    const as = source.tokens[next]?.text === 'as' ? source.tokens[next + 1]?.text : undefined
    if (module !== '') found.push({ module, names: [as ?? module.slice(module.lastIndexOf('.') + 1)] })
  })
  return found
}

const annotation = ['annotation'] as const
const anywhere = ['call', 'new', 'annotation', 'mention'] as const

const kafka: readonly Library[] = [
  {
    technology: 'kafka', modules: ['org.springframework.kafka', 'io.micronaut.configuration.kafka'], source: 'https://docs.spring.io/spring-kafka/reference/kafka/receiving-messages/listener-annotation.html',
    rules: [
      { id: 'kafka-listener', names: ['KafkaListener'], how: annotation, traffic: { how: 'reads', topic: ['topics', 'value', 0], group: ['groupId', 'id'], grouped: true } },
      // Without a topic the answer goes where the message says.
      { id: 'kafka-reply', names: ['SendTo'], how: annotation, when: ({ args }) => args.length === 0, means: [{ use: 'request-reply', weight: 'strong' }] },
      { id: 'kafka-topic', names: ['Topic'], how: annotation, traffic: { how: 'reads', topic: [0, 'value'], grouped: true } },
      { id: 'kafka-replying', names: ['ReplyingKafkaTemplate', 'AggregatingReplyingKafkaTemplate'], how: anywhere, means: [{ use: 'request-reply', weight: 'decisive' }] },
      { id: 'kafka-streams', names: ['EnableKafkaStreams'], how: annotation, means: [{ use: 'stream-processing', weight: 'decisive' }] },
      { id: 'kafka-client', names: ['KafkaClient'], how: annotation, traffic: { how: 'writes' } },
      { id: 'kafka-template', names: ['KafkaTemplate', 'ReactiveKafkaProducerTemplate'], how: ['mention', 'new', 'call'], traffic: { how: 'writes' } },
      { id: 'kafka-consumer', names: ['ReactiveKafkaConsumerTemplate'], how: ['mention', 'new', 'call'], traffic: { how: 'reads' } },
    ],
  },
  {
    // The template is often handed on by a class of the program's own.
    technology: 'kafka', modules: ['org.springframework.kafka'], names: ['KafkaTemplate', 'kafkaTemplate'], source: 'https://docs.spring.io/spring-kafka/reference/kafka/sending-messages.html',
    rules: [
      { id: 'kafka-send', names: ['send', 'sendDefault'], when: any(madeOn('template'), madeOn('kafka')), traffic: { how: 'writes', topic: [0], keyed: keyedByPlace } },
      { id: 'kafka-send', names: ['setHeader'], when: mentions('kafkaheaders'), traffic: { how: 'writes', topic: [1] } },
    ],
  },
  {
    technology: 'kafka', modules: ['org.apache.kafka.clients', 'reactor.kafka', 'io.vertx.kafka.client'], source: 'https://kafka.apache.org/documentation/#api',
    rules: [
      { id: 'kafka-consumer', names: ['KafkaConsumer', 'KafkaReceiver', 'create'], how: ['new', 'call'], when: any(isNamed('KafkaConsumer', 'KafkaReceiver'), madeOn('kafkareceiver'), madeOn('kafkaconsumer')), traffic: { how: 'reads' } },
      { id: 'kafka-producer', names: ['KafkaProducer', 'KafkaSender'], how: ['new'], traffic: { how: 'writes' } },
      { id: 'kafka-send', names: ['ProducerRecord', 'KafkaProducerRecord'], how: ['new', 'call'], traffic: { how: 'writes', topic: [0], keyed: keyedByPlace } },
      { id: 'kafka-subscribe', names: ['subscribe', 'subscription'], when: any(madeOn('consumer'), madeOn('options')), traffic: { how: 'reads', topic: [0] } },
    ],
  },
  {
    technology: 'kafka', modules: ['org.apache.kafka.streams'], source: 'https://kafka.apache.org/documentation/streams/',
    rules: [
      { id: 'kafka-streams', names: ['StreamsBuilder', 'KafkaStreams', 'Topology', 'KStream', 'KTable', 'GlobalKTable'], how: anywhere, means: [{ use: 'stream-processing', weight: 'decisive' }] },
      { id: 'kafka-streams-store', names: ['StoreQueryParameters', 'QueryableStoreTypes'], how: anywhere, means: [{ use: 'state-store', weight: 'strong' }] },
    ],
  },
  {
    technology: 'kafka', modules: ['io.debezium.engine', 'io.debezium.embedded'], source: 'https://debezium.io/documentation/reference/stable/development/engine.html',
    rules: [{ id: 'debezium-engine', names: ['DebeziumEngine', 'EmbeddedEngine'], how: anywhere, means: [{ use: 'cdc', weight: 'strong' }] }],
  },
  uses('kafka', 'stream-processing', 'decisive', ['org.apache.flink.connector.kafka', 'org.apache.flink.streaming.connectors.kafka'], ['KafkaSource', 'KafkaSink', 'FlinkKafkaConsumer', 'FlinkKafkaProducer'], 'https://nightlies.apache.org/flink/flink-docs-stable/docs/connectors/datastream/kafka/', anywhere),
  uses('kafka', 'stream-processing', 'decisive', ['org.apache.spark.streaming.kafka010', 'org.apache.spark.streaming.kafka'], ['KafkaUtils'], 'https://spark.apache.org/docs/latest/streaming-kafka-0-10-integration.html', anywhere),
  {
    technology: 'kafka', modules: ['org.apache.spark.sql'], source: 'https://spark.apache.org/docs/latest/structured-streaming-kafka-integration.html',
    rules: [{ id: 'spark-kafka', names: ['format'], when: all(madeOn('stream'), mentions('kafka')), means: [{ use: 'stream-processing', weight: 'decisive' }] }],
  },
  uses('kafka', 'stream-processing', 'strong', ['org.apache.beam.sdk.io.kafka'], ['KafkaIO'], 'https://beam.apache.org/documentation/io/connectors/', anywhere),
  {
    technology: 'kafka', modules: ['org.springframework.cloud.stream.binder.kafka', 'io.smallrye.reactive.messaging.kafka', 'org.axonframework.extensions.kafka', 'io.eventuate.tram.spring.consumer.kafka'],
    source: 'https://smallrye.io/smallrye-reactive-messaging/latest/kafka/kafka/',
    rules: [{ id: 'kafka-messaging', names: ['Incoming', 'Outgoing', 'Channel', 'Bean', 'Configuration', 'Import', 'Component', 'Service'], how: annotation, means: [{ use: 'event-bus', weight: 'strong' }] }],
  },
  {
    technology: 'kafka', modules: ['org.apache.camel'], source: 'https://camel.apache.org/components/latest/kafka-component.html',
    rules: [
      { id: 'kafka-camel', names: ['from'], when: startsWith('kafka:'), traffic: { how: 'reads', grouped: true } },
      { id: 'kafka-camel', names: ['to', 'toD'], when: startsWith('kafka:'), traffic: { how: 'writes' } },
    ],
  },
]

const redis: readonly Library[] = [
  {
    // What Spring caches in is its configuration's to say; the classes of the Redis cache say it here.
    technology: 'redis', modules: ['org.springframework.data.redis.cache', 'org.redisson.spring.cache'], source: 'https://docs.spring.io/spring-data/redis/reference/redis/redis-cache.html',
    rules: [{ id: 'spring-redis-cache', names: ['RedisCacheManager', 'RedisCacheConfiguration', 'RedissonSpringCacheManager', 'RedisCacheWriter'], how: anywhere, means: [{ use: 'cache', weight: 'decisive' }] }],
  },
  {
    technology: 'redis', anyStore: true, modules: ['org.springframework.cache.annotation', 'io.micronaut.cache.annotation', 'io.quarkus.cache'], source: 'https://docs.spring.io/spring-framework/reference/integration/cache.html',
    rules: [{ id: 'cacheable', names: ['Cacheable', 'EnableCaching', 'CacheResult'], how: annotation, means: [{ use: 'cache', weight: 'weak' }] }],
  },
  uses('redis', 'session-store', 'decisive', ['org.springframework.session.data.redis'], ['EnableRedisHttpSession', 'EnableRedisIndexedHttpSession', 'EnableRedisWebSession', 'RedisIndexedSessionRepository', 'RedisSessionRepository'], 'https://docs.spring.io/spring-session/reference/', anywhere),
  uses('redis', 'lock', 'decisive', ['org.springframework.integration.redis.util', 'net.javacrumbs.shedlock.provider.redis'], ['RedisLockRegistry', 'RedisLockProvider', 'ReactiveRedisLockProvider'], 'https://docs.spring.io/spring-integration/reference/redis.html#redis-lock-registry', anywhere),
  uses('redis', 'rate-limiter', 'decisive', ['org.springframework.cloud.gateway.filter.ratelimit'], ['RedisRateLimiter'], 'https://docs.spring.io/spring-cloud-gateway/reference/', anywhere),
  uses('redis', 'rate-limiter', 'decisive', ['io.github.bucket4j.redis', 'io.github.bucket4j.grid.jcache'], ['LettuceBasedProxyManager', 'JedisBasedProxyManager', 'RedissonBasedProxyManager', 'Bucket4jLettuce', 'Bucket4jJedis', 'Bucket4jRedisson'], 'https://bucket4j.com/', anywhere),
  uses('redis', 'job-queue', 'decisive', ['org.jobrunr.storage.nosql.redis'], ['JedisRedisStorageProvider', 'LettuceRedisStorageProvider'], 'https://www.jobrunr.io/en/documentation/installation/storage/', anywhere),
  {
    technology: 'redis', modules: ['org.springframework.data.redis'], source: 'https://docs.spring.io/spring-data/redis/reference/redis/pubsub.html',
    rules: [
      { id: 'spring-redis-pubsub', names: ['RedisMessageListenerContainer', 'ReactiveRedisMessageListenerContainer', 'ChannelTopic', 'PatternTopic'], how: ['new', 'mention', 'call'], when: not(inside('keyspace', 'keyexpir', 'expiration', 'expired')), means: [{ use: 'pub-sub', weight: 'strong' }] },
      { id: 'spring-redis-stream', names: ['StreamMessageListenerContainer', 'StreamReceiver'], how: ['call', 'mention'], means: [{ use: 'event-bus', weight: 'weak' }, { use: 'job-queue', weight: 'weak' }] },
      { id: 'spring-redis-hash', names: ['RedisHash'], how: annotation, when: hasField('timeToLive'), means: [{ use: 'state-store', weight: 'strong' }] },
      { id: 'spring-redis-hash', names: ['RedisHash'], how: annotation, means: [{ use: 'state-store', weight: 'weak' }] },
    ],
  },
  {
    technology: 'redis', modules: ['org.redisson'], source: 'https://redisson.pro/docs/data-and-services/locks-and-synchronizers/',
    rules: [
      { id: 'redisson-lock', names: ['getLock', 'getFairLock', 'getSpinLock', 'getFencedLock', 'getReadWriteLock', 'getMultiLock', 'getRedLock', 'getSemaphore', 'getPermitExpirableSemaphore'], means: [{ use: 'lock', weight: 'decisive' }] },
      { id: 'redisson-rate-limiter', names: ['getRateLimiter'], means: [{ use: 'rate-limiter', weight: 'decisive' }] },
      { id: 'redisson-cache', names: ['getMapCache', 'getLocalCachedMap', 'getSetCache'], means: [{ use: 'cache', weight: 'strong' }] },
      { id: 'redisson-topic', names: ['getTopic', 'getPatternTopic', 'getShardedTopic', 'getReliableTopic'], means: [{ use: 'pub-sub', weight: 'decisive' }] },
      { id: 'redisson-queue', names: ['getBlockingQueue', 'getDelayedQueue', 'getBlockingDeque', 'getPriorityBlockingQueue', 'getExecutorService'], means: [{ use: 'job-queue', weight: 'strong' }] },
      { id: 'redisson-counter', names: ['getAtomicLong', 'getLongAdder', 'getHyperLogLog'], means: [{ use: 'counter', weight: 'strong' }] },
      { id: 'redisson-map', names: ['getMap', 'getBucket', 'getSet'], means: [{ use: 'state-store', weight: 'weak' }] },
    ],
  },
  // Its objects without the client's methods, and what their listeners hear by Redis' channels.
  uses('redis', 'job-queue', 'strong', ['org.redisson'], ['RedissonBlockingQueue', 'RedissonBlockingDeque', 'RedissonDelayedQueue', 'RedissonPriorityBlockingQueue'], 'https://redisson.pro/docs/data-and-services/queues/', ['new', 'mention']),
  uses('redis', 'lock', 'decisive', ['org.redisson'], ['RedissonLock', 'RedissonFairLock', 'RedissonRedLock', 'RedissonMultiLock', 'RedissonSpinLock'], 'https://redisson.pro/docs/data-and-services/locks-and-synchronizers/', ['new']),
  uses('redis', 'state-store', 'strong', ['org.redisson'], ['RedissonMap'], 'https://redisson.pro/docs/data-and-services/collections/', ['new', 'mention']),
  uses('redis', 'pub-sub', 'strong', ['org.redisson.api.map.event'], ['EntryCreatedListener', 'EntryUpdatedListener', 'EntryRemovedListener', 'EntryExpiredListener'], 'https://redisson.pro/docs/data-and-services/collections/#map', ['mention', 'new']),
]

export const jvmLibraries: readonly Library[] = [...redis, ...kafka]

function isNamed(...names: readonly string[]): (site: { readonly name: string }) => boolean {
  return ({ name }) => names.includes(name)
}

const expiry = any(mentions('ofseconds', 'ofminutes', 'ofhours', 'ofdays', 'ofmillis', 'timeunit', 'duration', 'ttl', 'expir', 'timeout'), hasArguments(4))
const options = mentions('setparams', 'setargs')
const absent = all(options, mentions('nx'))
const opsFor = (kind: string, methods: Readonly<Record<string, Omit<Command, 'on'>>>): readonly (readonly [string, Command])[] =>
  Object.entries(methods).map(([method, command]) => [method, { ...command, on: [`opsFor${kind}`, `${kind}Operations`, `Reactive${kind}Operations`] }])
const operations = ['Value', 'List', 'ZSet', 'Hash', 'Set', 'HyperLogLog', 'Stream'].flatMap(kind => [`${kind}Operations`, `Reactive${kind}Operations`])

const methods: readonly (readonly [string, Command])[] = [
  ...opsFor('Value', {
    set: { command: 'set', ttl: any(expiry, hasArguments(3)) }, setifabsent: { command: 'setnx' }, increment: { command: 'incr' }, get: { command: 'get' }, setifpresent: { command: 'set', ttl: hasArguments(3) },
  }),
  ...opsFor('List', {
    leftpush: { command: 'lpush' }, rightpush: { command: 'rpush' }, trim: { command: 'ltrim' }, leftpop: { command: 'lpop' }, rightpop: { command: 'rpop' }, rightpopandleftpush: { command: 'rpoplpush' },
  }),
  ...opsFor('ZSet', { add: { command: 'zadd' }, incrementscore: { command: 'zincrby' }, removerangebyscore: { command: 'zremrangebyscore' }, rangebyscore: { command: 'zrangebyscore' }, zcard: { command: 'zcard' }, count: { command: 'zcount' } }),
  ...opsFor('Hash', { put: { command: 'hset' }, putall: { command: 'hset' }, increment: { command: 'hincrby' }, get: { command: 'hget' }, entries: { command: 'hgetall' } }),
  ...opsFor('Set', { add: { command: 'sadd' } }),
  ...opsFor('HyperLogLog', { add: { command: 'pfadd' } }),
  ...opsFor('Stream', { add: { command: 'xadd' }, read: { command: 'xread' }, creategroup: { command: 'xgroup' }, acknowledge: { command: 'xack' }, trim: { command: 'xtrim' }, range: { command: 'xrange' } }),
  ['convertandsend', { command: 'publish' }],
  // `template.execute(script, keys, …)`
  ['execute', { command: 'eval' }],
  ['setifabsent', { command: 'setnx' }],
  ['haskey', { command: 'exists' }],
  // Jedis and Lettuce.
  ['set', { command: 'set', ttl: any(all(options, mentions('ex', 'px')), all(expiry, hasArguments(4))), nx: absent }],
]

const commands = new Map<string, readonly Command[]>()
for (const [name, command] of methods) commands.set(name, [...(commands.get(name) ?? []), command])

/** Clients of the JVM: Spring Data Redis, Jedis, Lettuce, Redisson, Vert.x, Quarkus. */
export const jvmRedis: Language['redis'] = {
  modules: ['org.springframework.data.redis', 'redis.clients.jedis', 'io.lettuce.core', 'org.redisson', 'io.vertx.redis', 'io.quarkus.redis'],
  clients: [
    'RedisTemplate', 'StringRedisTemplate', 'ReactiveRedisTemplate', 'ReactiveStringRedisTemplate', 'RedisOperations', 'Jedis', 'JedisPool', 'JedisCluster', 'UnifiedJedis', 'JedisPooled', 'RedisClient', 'RedisCommands',
    'StatefulRedisConnection', 'RedisAsyncCommands', 'RedisDataSource', 'ReactiveRedisDataSource', 'RedissonClient', 'ReactiveRedisOperations', ...operations,
  ],
  source: 'https://docs.spring.io/spring-data/redis/reference/redis/template.html',
  commands,
}

export const jvmSettings = new Map([
  ...snakeSettings('acks'), ['setTransactionIdPrefix', 'transactional.id'] as const, ['setGroupId', 'group.id'] as const,
])

export const java: Language = {
  id: 'java',
  extensions: ['java'],
  grammar: {
    comments: [['//', '\n'], ['/*', '*/']],
    strings: [{ open: '"""', close: '"""', escapes: true, lines: true }, { open: '"', close: '"', escapes: true }, { open: "'", close: "'", char: true }],
    functions: [], methods: true,
  },
  imports: jvmImports, libraries: jvmLibraries, redis: jvmRedis, settings: jvmSettings,
}
