// Python: which calls of which packages show what.
import type { Import, Language, Library } from '../language.ts'
import { all, any, hasField, hasLifetime, inside, keyedBehind, madeFrom, madeOn, mentions, not, snakeSettings, uses } from '../rules.ts'
import { isMark } from '../source.ts'
import type { Source } from '../source.ts'

// `import a.b as c, d` and `from a.b import c as d, (e, f)`
function imports(source: Source): readonly Import[] {
  const found: Import[] = []
  const { tokens } = source
  tokens.forEach((token, at) => {
    if (token.kind !== 'word' || !token.first || (token.text !== 'import' && token.text !== 'from')) return
    let next = at + 1
    const dotted = (): string => {
      let module = ''
      while (isMark(source, next, '.') && !tokens[next]?.first) { module += '.'; next++ }
      while (tokens[next]?.kind === 'word' && !tokens[next]?.first) {
        module += tokens[next]?.text ?? ''
        next++
        if (!isMark(source, next, '.')) break
        module += '.'
        next++
      }
      return module
    }
    if (token.text === 'from') {
      const module = dotted(), names: string[] = [], renamed: (readonly [string, string])[] = []
      if (tokens[next]?.text !== 'import') return
      const bracket = isMark(source, next + 1, '(')
      for (let i = next + (bracket ? 2 : 1), steps = 0; steps < 120; i++, steps++) {
        const name = tokens[i]
        if (name === undefined || (!bracket && name.first) || isMark(source, i, ')', ';')) break
        if (name.kind === 'word' && name.text !== 'as' && tokens[i + 1]?.text !== 'as') names.push(name.text)
        if (name.kind === 'word' && tokens[i + 1]?.text === 'as') renamed.push([tokens[i + 2]?.text ?? '', name.text])
        // What is imported may be a module itself: `from app import redis`.
        if (name.kind === 'word' && tokens[i - 1]?.text !== 'as') found.push({ module: `${module}${module.endsWith('.') ? '' : '.'}${name.text}`, names: tokens[i + 1]?.text === 'as' ? [tokens[i + 2]?.text ?? ''] : [name.text] })
      }
      found.push({ module, names, renamed })
      return
    }
    for (let parts = 0; parts < 20; parts++) {
      const module = dotted()
      const as = tokens[next]?.text === 'as' && tokens[next + 1]?.kind === 'word' ? tokens[next + 1]?.text : undefined
      if (as !== undefined) next += 2
      if (module !== '') found.push({ module, names: [as ?? module.slice(0, module.includes('.') ? module.indexOf('.') : undefined)] })
      if (!isMark(source, next, ',')) break
      next++
    }
  })
  return found
}

const otherBroker = mentions('amqp', 'rabbit', 'sqs', 'sqla', 'kafka')
const redisInside = mentions('redis')

const kafka: readonly Library[] = [
  {
    technology: 'kafka', modules: ['kafka', 'aiokafka'], names: ['KafkaConsumer', 'KafkaProducer', 'AIOKafkaConsumer', 'AIOKafkaProducer'], source: 'https://kafka-python.readthedocs.io/en/master/apidoc/modules.html',
    rules: [
      { id: 'kafka-consumer', names: ['KafkaConsumer', 'AIOKafkaConsumer'], traffic: { how: 'reads', topic: [0], group: ['group_id'] } },
      { id: 'kafka-producer', names: ['KafkaProducer', 'AIOKafkaProducer'], traffic: { how: 'writes' } },
      { id: 'kafka-subscribe', names: ['subscribe'], when: madeOn('consumer'), traffic: { how: 'reads', topic: [0, 'topics'] } },
    ],
  },
  {
    technology: 'kafka', modules: ['kafka', 'aiokafka'], wrapped: 'kafka', source: 'https://aiokafka.readthedocs.io/en/stable/producer.html',
    rules: [{ id: 'kafka-send', names: ['send', 'send_and_wait'], when: madeOn('producer'), traffic: { how: 'writes', topic: [0, 'topic'], keyed: keyedBehind } }],
  },
  {
    technology: 'kafka', modules: ['confluent_kafka'], source: 'https://docs.confluent.io/platform/current/clients/confluent-kafka-python/html/index.html',
    rules: [
      { id: 'kafka-consumer', names: ['Consumer', 'DeserializingConsumer', 'AvroConsumer', 'AIOConsumer'], traffic: { how: 'reads', group: ['group.id'] } },
      { id: 'kafka-producer', names: ['Producer', 'SerializingProducer', 'AvroProducer', 'AIOProducer'], traffic: { how: 'writes' } },
      { id: 'kafka-subscribe', names: ['subscribe'], traffic: { how: 'reads', topic: [0, 'topics'] } },
    ],
  },
  {
    technology: 'kafka', modules: ['confluent_kafka'], wrapped: 'kafka', source: 'https://docs.confluent.io/platform/current/clients/confluent-kafka-python/html/index.html#producer',
    rules: [{ id: 'kafka-send', names: ['produce'], when: madeOn('producer'), traffic: { how: 'writes', topic: [0, 'topic'], keyed: keyedBehind } }],
  },
  {
    technology: 'kafka', modules: ['faststream.kafka', 'faststream.confluent'], source: 'https://faststream.ag2.ai/latest/kafka/',
    rules: [
      { id: 'kafka-subscribe', names: ['subscriber'], how: ['call', 'annotation'], traffic: { how: 'reads', topic: [0], group: ['group_id'] } },
      { id: 'kafka-send', names: ['publisher'], how: ['call', 'annotation'], traffic: { how: 'writes', topic: [0] } },
      { id: 'kafka-send', names: ['publish'], traffic: { how: 'writes', topic: ['topic', 1] } },
    ],
  },
  {
    technology: 'kafka', modules: ['faust'], source: 'https://faust-streaming.github.io/faust/userguide/application.html',
    rules: [
      { id: 'faust', names: ['App', 'agent', 'Table'], how: ['call', 'annotation'], means: [{ use: 'stream-processing', weight: 'decisive' }] },
    ],
  },
  uses('kafka', 'stream-processing', 'decisive', ['quixstreams'], ['Application'], 'https://quix.io/docs/quix-streams/introduction.html'),
  uses('kafka', 'stream-processing', 'decisive', ['bytewax.connectors.kafka'], ['KafkaSource', 'KafkaSink', 'input'], 'https://docs.bytewax.io/stable/guide/connectors/kafka.html'),
  uses('kafka', 'stream-processing', 'decisive', ['pyflink'], ['KafkaSource', 'KafkaSink', 'FlinkKafkaConsumer', 'FlinkKafkaProducer', 'builder'], 'https://nightlies.apache.org/flink/flink-docs-stable/docs/connectors/datastream/kafka/'),
  {
    technology: 'kafka', modules: ['pyspark'], source: 'https://spark.apache.org/docs/latest/structured-streaming-kafka-integration.html',
    rules: [{ id: 'spark-kafka', names: ['format'], when: all(madeOn('stream'), mentions('kafka')), means: [{ use: 'stream-processing', weight: 'decisive' }] }],
  },
]

const throttles = ['call', 'mention', 'annotation'] as const

const limiting = mentions('rate', 'throttle', 'limit', 'attempt')

// What Django's parts keep in its cache.
const cached: readonly Library[] = [
  {
    technology: 'redis', cached: true, modules: ['django.core.cache'], source: 'https://docs.djangoproject.com/en/stable/topics/cache/#basic-usage',
    rules: [
      { id: 'django-cache-lock', names: ['add'], when: all(madeOn('cache'), mentions('lock', 'mutex', 'running', 'in_progress')), means: [{ use: 'lock', weight: 'strong' }] },
      { id: 'django-cache-lock', names: ['set'], when: all(madeOn('cache'), mentions('lock_key', '_lock', 'lock:', 'lock_')), means: [{ use: 'lock', weight: 'weak' }] },
      { id: 'django-cache-limit', names: ['incr', 'add'], when: all(madeOn('cache'), any(limiting, inside('ratelimit', 'throttle'))), means: [{ use: 'rate-limiter', weight: 'strong' }] },
      { id: 'django-cache-counter', names: ['incr', 'decr'], when: all(madeOn('cache'), not(any(limiting, mentions('version'), inside('ratelimit', 'throttle')))), means: [{ use: 'counter', weight: 'strong' }] },
      { id: 'django-cache-state', names: ['set'], when: all(madeOn('cache'), mentions('otp', 'nonce', 'verification', 'blacklist', 'reset_token')), means: [{ use: 'state-store', weight: 'strong' }] },
    ],
  },
  {
    // Only its Redis has locks: https://github.com/jazzband/django-redis#use-cache-as-lock
    technology: 'redis', cached: true, modules: ['django.core.cache'], source: 'https://github.com/jazzband/django-redis#locks',
    rules: [{ id: 'django-redis-lock', names: ['lock'], when: madeOn('cache'), means: [{ use: 'lock', weight: 'strong' }] }],
  },
  {
    technology: 'redis', cached: true, modules: ['rest_framework.throttling', 'django_ratelimit', 'ratelimit.decorators', 'ninja.throttling'], source: 'https://www.django-rest-framework.org/api-guide/throttling/#setting-up-the-cache',
    rules: [{ id: 'django-throttle', names: ['UserRateThrottle', 'AnonRateThrottle', 'ScopedRateThrottle', 'SimpleRateThrottle', 'ratelimit', 'AuthRateThrottle'], how: throttles, means: [{ use: 'rate-limiter', weight: 'strong' }] }],
  },
]

const lists: readonly Library[] = [
  ...cached,
  {
    technology: 'redis', modules: ['celery'], source: 'https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html',
    rules: [
      { id: 'celery', names: ['Celery'], when: all(redisInside, not(otherBroker), any(hasField('broker'), not(hasField('backend')))), means: [{ use: 'job-queue', weight: 'decisive' }] },
      { id: 'celery', names: ['Celery'], when: not(any(redisInside, otherBroker)), means: [{ use: 'job-queue', weight: 'weak' }] },
      { id: 'celery-results', names: ['Celery'], when: all(hasField('backend'), redisInside), means: [{ use: 'state-store', weight: 'weak' }] },
    ],
  },
  uses('redis', 'job-queue', 'decisive', ['rq', 'django_rq', 'flask_rq2', 'rq_scheduler'], ['Queue', 'Worker', 'SimpleWorker', 'get_queue', 'RQ', 'Scheduler', 'job'], 'https://python-rq.org/docs/', ['call', 'annotation']),
  uses('redis', 'job-queue', 'decisive', ['arq'], ['create_pool', 'RedisSettings', 'run_worker', 'Worker'], 'https://arq-docs.helpmanual.io/'),
  uses('redis', 'job-queue', 'decisive', ['dramatiq.brokers.redis'], ['RedisBroker'], 'https://dramatiq.io/guide.html#redis-broker'),
  uses('redis', 'job-queue', 'decisive', ['huey'], ['RedisHuey', 'PriorityRedisHuey', 'RedisExpireHuey', 'PriorityRedisExpireHuey'], 'https://huey.readthedocs.io/en/latest/api.html'),
  uses('redis', 'job-queue', 'decisive', ['taskiq_redis'], ['ListQueueBroker', 'PubSubBroker', 'RedisStreamBroker', 'ListQueueSentinelBroker', 'ListQueueClusterBroker'], 'https://taskiq-python.github.io/available-components/brokers.html'),
  uses('redis', 'job-queue', 'decisive', ['streaq'], ['Worker'], 'https://streaq.readthedocs.io/'),
  {
    technology: 'redis', modules: ['saq'], source: 'https://saq-py.readthedocs.io/',
    rules: [{ id: 'saq', names: ['from_url', 'RedisQueue'], when: not(mentions('postgres')), means: [{ use: 'job-queue', weight: 'decisive' }] }],
  },
  uses('redis', 'rate-limiter', 'decisive', ['ratelimit.backends.redis', 'ratelimit.backends.slidingredis'], ['RedisBackend', 'SlidingRedisBackend'], 'https://github.com/abersheeran/asgi-ratelimit#readme'),
  uses('redis', 'rate-limiter', 'decisive', ['pyrate_limiter'], ['RedisBucket'], 'https://pyratelimiter.readthedocs.io/en/latest/#redis', ['call', 'mention']),
  uses('redis', 'rate-limiter', 'decisive', ['fastapi_limiter'], ['init', 'RateLimiter'], 'https://github.com/long2ice/fastapi-limiter'),
  {
    technology: 'redis', modules: ['flask_limiter', 'slowapi', 'limits'], source: 'https://flask-limiter.readthedocs.io/en/stable/',
    rules: [
      { id: 'limits', names: ['Limiter', 'storage_from_string'], when: any(redisInside, madeFrom('redis')), means: [{ use: 'rate-limiter', weight: 'decisive' }] },
      { id: 'limits', names: ['RedisStorage', 'RedisClusterStorage', 'RedisSentinelStorage'], means: [{ use: 'rate-limiter', weight: 'decisive' }] },
    ],
  },
  uses('redis', 'cache', 'decisive', ['fastapi_cache.backends.redis'], ['RedisBackend'], 'https://github.com/long2ice/fastapi-cache'),
  uses('redis', 'cache', 'decisive', ['aiocache'], ['RedisCache'], 'https://aiocache.aio-libs.org/en/latest/caches.html'),
  {
    technology: 'redis', modules: ['aiocache'], source: 'https://aiocache.aio-libs.org/en/latest/caches.html',
    rules: [{ id: 'aiocache', names: ['REDIS'], how: ['mention', 'call'], on: ['Cache'], means: [{ use: 'cache', weight: 'decisive' }] }],
  },
  uses('redis', 'cache', 'decisive', ['cacheops'], ['cached', 'cached_as', 'cached_view', 'cached_view_as'], 'https://github.com/Suor/django-cacheops', ['call', 'annotation']),
  uses('redis', 'cache', 'decisive', ['cachelib', 'flask_caching.backends'], ['RedisCache', 'RedisSentinelCache'], 'https://cachelib.readthedocs.io/en/stable/redis/'),
  uses('redis', 'cache', 'strong', ['langchain.cache', 'langchain_community.cache', 'langchain_redis'], ['RedisCache', 'RedisSemanticCache', 'AsyncRedisCache'], 'https://docs.langchain.com/oss/python/integrations/caches/redis_llm_caching'),
  {
    technology: 'redis', modules: ['dogpile.cache', 'flask_caching', 'cashews'], source: 'https://dogpilecache.sqlalchemy.org/en/latest/api.html#redis-backends',
    rules: [{ id: 'cache-backend', names: ['configure', 'configure_from_config', 'Cache', 'setup', 'init_app'], when: redisInside, means: [{ use: 'cache', weight: 'decisive' }] }],
  },
  uses('redis', 'lock', 'decisive', ['redlock', 'aioredlock', 'pottery', 'redis_lock', 'redis.lock', 'redis.asyncio.lock'], ['Redlock', 'Aioredlock', 'AIORedlock', 'Lock', 'RedLock', 'RedLockFactory'], 'https://python-redis-lock.readthedocs.io/'),
  uses('redis', 'pub-sub', 'decisive', ['socketio'], ['AsyncRedisManager', 'RedisManager'], 'https://python-socketio.readthedocs.io/en/stable/server.html#using-a-message-queue'),
  {
    technology: 'redis', modules: ['flask_socketio', 'broadcaster'], source: 'https://flask-socketio.readthedocs.io/en/latest/deployment.html#using-multiple-workers',
    rules: [{ id: 'socket-queue', names: ['SocketIO', 'init_app', 'Broadcast'], when: redisInside, means: [{ use: 'pub-sub', weight: 'decisive' }] }],
  },
  uses('redis', 'session-store', 'decisive', ['starsessions.stores.redis', 'aiohttp_session.redis_storage'], ['RedisStore', 'RedisStorage'], 'https://github.com/alex-oleshkevich/starsessions'),
  uses('redis', 'state-store', 'strong', ['apscheduler.jobstores.redis'], ['RedisJobStore'], 'https://apscheduler.readthedocs.io/en/3.x/modules/jobstores/redis.html'),
  uses('redis', 'state-store', 'strong', ['aiogram.fsm.storage.redis', 'aiogram.contrib.fsm_storage.redis'], ['RedisStorage', 'RedisStorage2', 'from_url'], 'https://docs.aiogram.dev/en/latest/dispatcher/finite_state_machine/storages.html'),
  ...kafka,
]

const triple = (open: string): { open: string; close: string; escapes: true; lines: true } => ({ open, close: open, escapes: true, lines: true })

export const python: Language = {
  id: 'python',
  extensions: ['py'],
  grammar: {
    comments: [['#', '\n']],
    strings: [triple('"""'), triple("'''"), { open: '"', close: '"', escapes: true }, { open: "'", close: "'", escapes: true }],
    prefixHole: '{', functions: ['def'],
  },
  imports,
  libraries: lists,
  redis: {
    modules: ['redis', 'aioredis', 'coredis', 'django_redis', 'flask_redis', 'valkey', 'rediscluster', 'walrus'],
    clients: ['Redis', 'StrictRedis', 'RedisCluster', 'FlaskRedis', 'get_redis_connection', 'create_redis_pool', 'create_redis', 'Valkey', 'from_url'],
    not: ['fakeredis', 'upstash_redis'],
    source: 'https://redis.readthedocs.io/en/stable/commands.html',
    commands: new Map([
      ['set', [{ command: 'set', ttl: any(hasField('ex', 'px', 'exat', 'pxat', 'expire', 'timeout'), hasLifetime), nx: hasField('nx') }]],
      ['pubsub', [{ command: 'subscribe' }]],
      ['lock', [{ command: 'lock' }]],
      ['register_script', [{ command: 'eval' }]],
    ]),
    verbatim: ['execute_command'],
  },
  settings: snakeSettings('group.id', 'enable.idempotence', 'auto.offset.reset', 'max.poll.interval.ms', 'max.poll.records', 'max.request.size', 'transactional.id', 'acks', 'enable.auto.commit', 'isolation.level', 'session.timeout.ms', 'compression.type'),
}
