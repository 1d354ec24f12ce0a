// Go: which calls of which modules show what.
import type { Command, Import, Language, Library } from '../language.ts'
import { all, any, hasField, keyedByField, madeOn, mentions, not, uses } from '../rules.ts'
import { isMark } from '../source.ts'
import type { Site, Source } from '../source.ts'

// `import "a/b"`, `import alias "a/b"` and the same in brackets. A major version at the end is no name.
function imports(source: Source): readonly Import[] {
  const found: Import[] = []
  source.tokens.forEach((token, at) => {
    if (token.kind !== 'word' || token.text !== 'import' || !token.first) return
    const bracket = isMark(source, at + 1, '(')
    const end = bracket ? source.other[at + 1] ?? at : at + 3
    for (let i = at + 1; i < end && i < at + 400; i++) {
      const path = source.tokens[i]
      if (path?.kind !== 'text') continue
      const alias = source.tokens[i - 1]
      found.push({ module: path.text, names: [alias?.kind === 'word' && alias.text !== 'import' ? alias.text : nameOf(path.text)] })
    }
  })
  return found
}

const nameOf = (path: string): string => (path.split('/').filter(part => !/^v\d+$/.test(part)).pop() ?? '').replace(/^go-|-go$|\.v\d+$/g, '').replaceAll('-', '_')

// The fourth argument of `Set(ctx, key, value, ttl)`, unless it says that there is none.
const ttl = ({ args }: Site, { source }: { readonly source: Source }): boolean => {
  const last = args[3]
  if (last === undefined) return false
  const token = source.tokens[last.to - 1]
  return !(last.to - last.from === 1 && (token?.text === '0' || token?.text === '-1')) && token?.text !== 'KeepTTL'
}

const one = (command: Command): readonly Command[] => [command]

const kafka: readonly Library[] = [
  {
    technology: 'kafka', modules: ['github.com/IBM/sarama', 'github.com/Shopify/sarama', 'gopkg.in/Shopify/sarama.v1', 'github.com/bsm/sarama-cluster'], source: 'https://pkg.go.dev/github.com/IBM/sarama',
    rules: [
      { id: 'kafka-group', names: ['NewConsumerGroup'], traffic: { how: 'reads', group: [1] } },
      { id: 'kafka-group', names: ['NewConsumerGroupFromClient'], traffic: { how: 'reads', group: [0] } },
      { id: 'kafka-group', names: ['NewConsumer'], on: ['cluster'], traffic: { how: 'reads', topic: [2], group: [1] } },
      { id: 'kafka-consumer', names: ['NewConsumer', 'NewConsumerFromClient'], on: ['sarama'], traffic: { how: 'reads' } },
      { id: 'kafka-producer', names: ['NewSyncProducer', 'NewAsyncProducer', 'NewSyncProducerFromClient', 'NewAsyncProducerFromClient'], traffic: { how: 'writes' } },
      { id: 'kafka-send', names: ['ProducerMessage'], traffic: { how: 'writes', topic: ['Topic'], keyed: keyedByField() } },
      { id: 'kafka-subscribe', names: ['ConsumePartition'], traffic: { how: 'reads', topic: [0] } },
      { id: 'kafka-subscribe', names: ['Consume'], when: any(madeOn('group'), madeOn('consumer'), madeOn('client')), traffic: { how: 'reads', topic: [1], grouped: true } },
    ],
  },
  {
    technology: 'kafka', modules: ['github.com/segmentio/kafka-go'], source: 'https://pkg.go.dev/github.com/segmentio/kafka-go',
    rules: [
      { id: 'kafka-consumer', names: ['ReaderConfig'], traffic: { how: 'reads', topic: ['Topic', 'GroupTopics'], group: ['GroupID'] } },
      { id: 'kafka-producer', names: ['Writer', 'WriterConfig'], how: ['call'], traffic: { how: 'writes', topic: ['Topic'] } },
      { id: 'kafka-send', names: ['Message'], when: hasField('Topic'), traffic: { how: 'writes', topic: ['Topic'], keyed: keyedByField() } },
    ],
  },
  {
    technology: 'kafka', modules: ['github.com/confluentinc/confluent-kafka-go'], source: 'https://pkg.go.dev/github.com/confluentinc/confluent-kafka-go/v2/kafka',
    rules: [
      { id: 'kafka-consumer', names: ['NewConsumer'], traffic: { how: 'reads', group: ['group.id'] } },
      { id: 'kafka-producer', names: ['NewProducer'], traffic: { how: 'writes' } },
      { id: 'kafka-subscribe', names: ['Subscribe', 'SubscribeTopics'], traffic: { how: 'reads', topic: [0] } },
      { id: 'kafka-send', names: ['TopicPartition'], when: hasField('Topic'), traffic: { how: 'writes', topic: ['Topic'] } },
    ],
  },
  {
    technology: 'kafka', modules: ['github.com/twmb/franz-go'], source: 'https://pkg.go.dev/github.com/twmb/franz-go/pkg/kgo',
    rules: [
      { id: 'kafka-client', names: ['NewClient'], on: ['kgo'] },
      { id: 'kafka-group', names: ['ConsumerGroup'], traffic: { how: 'reads', grouped: true } },
      { id: 'kafka-consumer', names: ['ConsumeTopics'], traffic: { how: 'reads', topic: [0] } },
      { id: 'kafka-consumer', names: ['PollFetches', 'PollRecords'], traffic: { how: 'reads' } },
      { id: 'kafka-send', names: ['DefaultProduceTopic'], traffic: { how: 'writes', topic: [0] } },
      { id: 'kafka-send', names: ['Record'], traffic: { how: 'writes', topic: ['Topic'], keyed: keyedByField() } },
      { id: 'kafka-send', names: ['Produce', 'ProduceSync'], traffic: { how: 'writes' } },
    ],
  },
  {
    technology: 'kafka', modules: ['github.com/ThreeDotsLabs/watermill-kafka'], source: 'https://watermill.io/pubsubs/kafka/',
    rules: [
      { id: 'kafka-consumer', names: ['NewSubscriber'], traffic: { how: 'reads', group: ['ConsumerGroup'] } },
      { id: 'kafka-producer', names: ['NewPublisher'], traffic: { how: 'writes' } },
    ],
  },
  {
    technology: 'kafka', modules: ['gocloud.dev/pubsub/kafkapubsub'], source: 'https://gocloud.dev/howto/pubsub/subscribe/#kafka',
    rules: [
      { id: 'kafka-consumer', names: ['OpenSubscription'], traffic: { how: 'reads', topic: [3], group: [2] } },
      { id: 'kafka-producer', names: ['OpenTopic'], traffic: { how: 'writes', topic: [2] } },
    ],
  },
  uses('kafka', 'stream-processing', 'decisive', ['github.com/lovoo/goka'], ['DefineGroup', 'NewProcessor', 'NewView'], 'https://pkg.go.dev/github.com/lovoo/goka'),
  {
    technology: 'kafka', modules: ['github.com/zeromicro/go-queue/kq', 'github.com/tal-tech/go-queue/kq'], source: 'https://github.com/zeromicro/go-queue',
    rules: [
      { id: 'kafka-consumer', names: ['NewQueue', 'MustNewQueue'], traffic: { how: 'reads', grouped: true } },
      { id: 'kafka-producer', names: ['NewPusher'], traffic: { how: 'writes', topic: [1] } },
    ],
  },
]

const redis: readonly Library[] = [
  uses('redis', 'job-queue', 'decisive', ['github.com/hibiken/asynq'], ['NewClient', 'NewServer', 'NewScheduler', 'NewTask', 'NewClientFromRedisClient', 'NewServerFromRedisClient'], 'https://pkg.go.dev/github.com/hibiken/asynq'),
  uses('redis', 'job-queue', 'decisive', ['github.com/gocraft/work'], ['NewEnqueuer', 'NewWorkerPool', 'NewWorkerPoolWithOptions'], 'https://pkg.go.dev/github.com/gocraft/work'),
  uses('redis', 'job-queue', 'decisive', ['github.com/adjust/rmq'], ['OpenConnection', 'OpenConnectionWithRedisClient', 'OpenConnectionWithRmqRedisClient', 'OpenQueue'], 'https://pkg.go.dev/github.com/adjust/rmq/v5'),
  uses('redis', 'job-queue', 'decisive', ['github.com/vmihailenco/taskq', 'github.com/go-redis/taskq'], ['NewFactory', 'RegisterTask', 'RegisterQueue'], 'https://pkg.go.dev/github.com/vmihailenco/taskq/v3'),
  uses('redis', 'job-queue', 'decisive', ['github.com/jrallison/go-workers', 'github.com/digitalocean/go-workers2', 'github.com/benmanns/goworker', 'github.com/albrow/jobs'], ['Configure', 'Process', 'Enqueue', 'Register', 'NewManager', 'Run', 'Work'], 'https://pkg.go.dev/github.com/digitalocean/go-workers2'),
  uses('redis', 'job-queue', 'decisive', ['github.com/RichardKnop/machinery/v1/brokers/redis', 'github.com/RichardKnop/machinery/v2/brokers/redis'], ['New', 'NewGR'], 'https://github.com/RichardKnop/machinery'),
  {
    technology: 'redis', modules: ['github.com/RichardKnop/machinery'], source: 'https://github.com/RichardKnop/machinery',
    rules: [
      { id: 'machinery', names: ['Config'], when: all(hasField('Broker'), mentions('redis'), not(mentions('amqp'))), means: [{ use: 'job-queue', weight: 'decisive' }] },
      { id: 'machinery', names: ['NewServer'], means: [{ use: 'job-queue', weight: 'weak' }] },
    ],
  },
  uses('redis', 'lock', 'decisive', ['github.com/go-redsync/redsync', 'gopkg.in/redsync.v1'], ['New', 'NewMutex'], 'https://pkg.go.dev/github.com/go-redsync/redsync/v4'),
  uses('redis', 'lock', 'decisive', ['github.com/bsm/redislock', 'github.com/bsm/redis-lock'], ['New', 'Obtain'], 'https://pkg.go.dev/github.com/bsm/redislock'),
  uses('redis', 'lock', 'decisive', ['github.com/redis/rueidis/rueidislock'], ['NewLocker'], 'https://pkg.go.dev/github.com/redis/rueidis/rueidislock'),
  uses('redis', 'rate-limiter', 'decisive', ['github.com/go-redis/redis_rate'], ['NewLimiter'], 'https://pkg.go.dev/github.com/go-redis/redis_rate/v10'),
  uses('redis', 'rate-limiter', 'decisive', ['github.com/ulule/limiter/v3/drivers/store/redis', 'github.com/ulule/limiter/drivers/store/redis', 'github.com/throttled/throttled/store/redigostore', 'github.com/throttled/throttled/v2/store/goredisstore', 'github.com/throttled/throttled/v2/store/goredisstore.v9', 'github.com/sethvargo/go-redisstore'],
    ['New', 'NewStore', 'NewStoreWithOptions', 'NewCtx'], 'https://pkg.go.dev/github.com/ulule/limiter/v3'),
  {
    technology: 'redis', modules: ['github.com/go-redis/cache'], source: 'https://pkg.go.dev/github.com/go-redis/cache/v9',
    rules: [{ id: 'go-redis-cache', names: ['Options'], when: hasField('Redis'), means: [{ use: 'cache', weight: 'decisive' }] }],
  },
  uses('redis', 'cache', 'decisive', ['github.com/eko/gocache/store/redis', 'github.com/eko/gocache/v3/store', 'github.com/eko/gocache/store/rueidis', 'github.com/redis/rueidis/rueidisaside', 'github.com/gin-contrib/cache/persistence'], ['NewRedis', 'NewRueidis', 'NewClient', 'NewRedisCache', 'NewRedisCacheWithURL'], 'https://pkg.go.dev/github.com/eko/gocache'),
  uses('redis', 'session-store', 'decisive', ['github.com/gin-contrib/sessions/redis', 'github.com/rbcervilla/redisstore', 'gopkg.in/boj/redistore.v1', 'github.com/boj/redistore', 'github.com/alexedwards/scs/redisstore', 'github.com/alexedwards/scs/goredisstore'],
    ['NewStore', 'NewStoreWithDB', 'NewStoreWithPool', 'NewRediStore', 'NewRediStoreWithPool', 'NewRedisStore', 'New'], 'https://pkg.go.dev/github.com/gin-contrib/sessions'),
  uses('redis', 'event-bus', 'strong', ['github.com/ThreeDotsLabs/watermill-redisstream'], ['NewSubscriber', 'NewPublisher'], 'https://watermill.io/pubsubs/redisstream/'),
  uses('redis', 'pub-sub', 'decisive', ['github.com/casbin/redis-watcher'], ['NewWatcher'], 'https://github.com/casbin/redis-watcher'),
  {
    technology: 'redis', modules: ['github.com/centrifugal/centrifuge'], source: 'https://pkg.go.dev/github.com/centrifugal/centrifuge',
    rules: [{ id: 'centrifuge', names: ['NewRedisBroker'], means: [{ use: 'pub-sub', weight: 'decisive' }] }],
  },
  {
    technology: 'redis', modules: ['github.com/zeromicro/go-zero/core/stores', 'github.com/tal-tech/go-zero/core/stores'], source: 'https://go-zero.dev/en/docs/tutorials/redis/redis-lock',
    rules: [
      { id: 'go-zero-lock', names: ['NewRedisLock'], means: [{ use: 'lock', weight: 'decisive' }] },
      { id: 'go-zero-cache', names: ['NewConn', 'NewNodeConn', 'CachedConn', 'CacheConf'], how: ['call', 'mention'], when: any(madeOn('sqlc'), madeOn('cache'), madeOn('monc')), means: [{ use: 'cache', weight: 'strong' }] },
    ],
  },
  uses('redis', 'rate-limiter', 'decisive', ['github.com/zeromicro/go-zero/core/limit', 'github.com/tal-tech/go-zero/core/limit'], ['NewPeriodLimit', 'NewTokenLimiter'], 'https://go-zero.dev/en/docs/tutorials/service/governance/limiter'),
]

export const go: Language = {
  id: 'go',
  extensions: ['go'],
  grammar: {
    comments: [['//', '\n'], ['/*', '*/']],
    strings: [{ open: '"', close: '"', escapes: true }, { open: '`', close: '`', lines: true }, { open: "'", close: "'", char: true }],
    functions: ['func'], braces: true, qualified: true,
  },
  imports,
  libraries: [...redis, ...kafka],
  redis: {
    modules: ['github.com/redis/go-redis', 'github.com/go-redis/redis', 'gopkg.in/redis.v5', 'github.com/gomodule/redigo', 'github.com/garyburd/redigo', 'github.com/redis/rueidis', 'github.com/valkey-io/valkey-go', 'github.com/mediocregopher/radix', 'github.com/zeromicro/go-zero/core/stores/redis', 'github.com/gogf/gf/v2/database/gredis'],
    clients: ['NewClient', 'NewClusterClient', 'NewUniversalClient', 'NewFailoverClient', 'UniversalClient', 'Cmdable', 'ClusterClient'],
    not: ['github.com/alicebob/miniredis', 'github.com/go-redis/redismock'],
    source: 'https://pkg.go.dev/github.com/redis/go-redis/v9',
    key: 1,
    // https://pkg.go.dev/github.com/redis/rueidis#readme-command-builder
    builder: 'B',
    commands: new Map([
      ['set', one({ command: 'set', ttl })],
      ['setargs', one({ command: 'set', ttl: hasField('TTL', 'ExpireAt'), nx: mentions('nx') })],
      ['brpop', one({ command: 'brpop', key: 2 })], ['blpop', one({ command: 'blpop', key: 2 })], ['bzpopmin', one({ command: 'bzpopmin', key: 2 })],
      ['xadd', one({ command: 'xadd', key: 'Stream' })], ['xread', one({ command: 'xread', key: 'Streams' })],
      ['newscript', one({ command: 'eval' })], ['zaddnx', one({ command: 'zadd' })], ['zaddargs', one({ command: 'zadd' })],
    ]),
    verbatim: ['do', 'send', 'docontext'],
  },
  settings: new Map([
    ['RequiredAcks', 'acks'], ['Idempotent', 'enable.idempotence'], ['GroupID', 'group.id'], ['ConsumerGroup', 'group.id'], ['TransactionalID', 'transactional.id'], ['MaxMessageBytes', 'max.request.size'], ['BatchBytes', 'max.request.size'],
    ['StartOffset', 'auto.offset.reset'], ['Initial', 'auto.offset.reset'],
  ]),
}
