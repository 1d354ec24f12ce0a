// What Go shows by its calls: each pattern with a case that shows it and one that does not.
import { describe, expect, it } from 'vitest'
import { settings, shows, traffic, uses, weakly } from './shows.ts'

const file = 'internal/app/app.go'
const go = (path: string, body: string): string => `package app\n\nimport (\n\t"context"\n\t"${path}"\n)\n\nfunc Run(ctx context.Context) {\n\t${body}\n}\n`
const redis = (body: string): string => go('github.com/redis/go-redis/v9', `rdb := redis.NewClient(&redis.Options{Addr: "cache:6379"})\n\t${body}`)

describe('libraries with one purpose', () => {
  it.each([
    ['job-queue', 'github.com/hibiken/asynq', 'client := asynq.NewClient(asynq.RedisClientOpt{Addr: addr})'],
    ['job-queue', 'github.com/gocraft/work', 'work.NewWorkerPool(Context{}, 10, "shop", pool)'],
    ['job-queue', 'github.com/adjust/rmq/v5', 'rmq.OpenConnection("shop", "tcp", addr, 1, errs)'],
    ['job-queue', 'github.com/RichardKnop/machinery/v1/config', 'c := &config.Config{Broker: "redis://redis:6379"}'],
    ['lock', 'github.com/go-redsync/redsync/v4', 'rs := redsync.New(pool)'],
    ['lock', 'github.com/bsm/redislock', 'locker := redislock.New(client)'],
    ['rate-limiter', 'github.com/go-redis/redis_rate/v10', 'l := redis_rate.NewLimiter(rdb)'],
    ['rate-limiter', 'github.com/ulule/limiter/v3/drivers/store/redis', 'store, err := redis.NewStore(client)'],
    ['cache', 'github.com/go-redis/cache/v9', 'c := cache.New(&cache.Options{Redis: ring})'],
    ['session-store', 'github.com/gin-contrib/sessions/redis', 'store, _ := redis.NewStore(10, "tcp", addr, "", secret)'],
    ['stream-processing', 'github.com/lovoo/goka', 'g := goka.DefineGroup(group, goka.Input(topic, c, f))'],
    ['event-bus', 'github.com/ThreeDotsLabs/watermill-redisstream/pkg/redisstream', 'redisstream.NewSubscriber(config, logger)'],
  ])('show %s: %s', (use, path, body) => {
    expect(uses(file, go(path, body))).toEqual([use])
  })

  it('are sent on a client whose type stands in another file of the package', () => {
    const method = (path: string, body: string): string => `package store\n\nimport "${path}"\n\nfunc (s *Store) Run(ctx context.Context, id string) error {\n\t${body}\n}\n`
    expect(uses('internal/cache/store.go', method('github.com/redis/go-redis/v9', 'return s.rdb.Set(ctx, "cache:"+id, v, time.Hour).Err()'))).toEqual(['cache'])
    expect(uses('internal/lock/store.go', method('github.com/redis/go-redis/v9', 'return s.client.SetNX(ctx, "lock:"+id, 1, time.Minute).Err()'))).toEqual(['lock'])
    expect(shows('internal/cache/store.go', method('github.com/acme/etcd', 'return s.client.Set(ctx, "cache:"+id, v, time.Hour)'))).toEqual([])
  })

  it('show nothing of the same name elsewhere, or of another broker', () => {
    expect(shows(file, go('github.com/acme/redis/limits', 'l := limits.NewLimiter(rdb)'))).toEqual([])
    expect(shows(file, go('github.com/RichardKnop/machinery/v1/config', 'c := &config.Config{Broker: "amqp://rabbit"}'))).toEqual([])
    expect(shows('store/redis.go', 'package asynq\n\nimport "github.com/hibiken/asynq"\n\nfunc NewClient(redis string) {}\n')).toEqual([])
  })
})

describe('commands of a Redis client', () => {
  it.each([
    ['cache', 'rdb.Set(ctx, "user-cache:"+id, data, 5*time.Minute)'],
    ['cache', 'v, err := rdb.Get(ctx, key).Result()\n\tif err == nil { return v }\n\trdb.Set(ctx, key, load(), time.Minute)'],
    ['lock', 'ok := rdb.SetNX(ctx, "lock:"+id, token, 10*time.Second)'],
    ['rate-limiter', 'n := rdb.Incr(ctx, "ratelimit:"+ip)\n\trdb.Expire(ctx, "ratelimit:"+ip, time.Minute)'],
    ['job-queue', 'rdb.BRPop(ctx, 0, "tasks")'],
    ['pub-sub', 'sub := rdb.Subscribe(ctx, "news")'],
    ['event-bus', 'rdb.XReadGroup(ctx, &redis.XReadGroupArgs{Group: "mailer", Streams: []string{"order-events", ">"}})'],
    ['counter', 'rdb.ZIncrBy(ctx, "leaderboard", 1, player)'],
  ])('show %s: %s', (use, body) => {
    expect(uses(file, redis(body))).toEqual([use])
  })

  it('are sent on a type of the program\'s own package of that name', () => {
    const own = (type: string): string => `package meter\n\nimport "github.com/acme/shop/pkg/infra/redis"\n\nfunc (s *Store) Count(ctx context.Context, id string) {\n\ts.with(func(ctx context.Context, conn redis.${type}) error {\n\t\treturn conn.PFAdd(ctx, "active:"+id, id).Err()\n\t})\n}\n`
    expect(uses('pkg/meter/store.go', own('Redis_6_0_Cmdable'))).toEqual(['counter'])
    expect(uses('pkg/meter/store.go', own('Options'))).toEqual([])
  })

  it('are written out for redigo', () => {
    expect(uses(file, go('github.com/gomodule/redigo/redis', 'conn.Do("SETEX", "cache:"+id, 60, data)'))).toEqual(['cache'])
    expect(uses(file, go('github.com/gomodule/redigo/redis', 'conn.Send("PUBLISH", "news", text)'))).toEqual(['pub-sub'])
    expect(uses(file, go('net/http', 'resp, err := client.Do(req) // redis'))).toEqual([])
  })

  it('set no time to live where there is none', () => {
    expect([uses(file, redis('rdb.Set(ctx, "user-cache:"+id, data, 0)')), weakly(file, redis('rdb.Set(ctx, "user-cache:"+id, data, 0)'))]).toEqual([[], ['cache']])
    expect(weakly(file, redis('rdb.Set(ctx, "user:"+id, data, redis.KeepTTL)'))).toEqual(['state-store'])
  })

  it('tell a stream and how it is trimmed', () => {
    const text = redis('rdb.XAdd(ctx, &redis.XAddArgs{Stream: "order-events", MaxLen: 1000, Values: v})')
    expect(traffic(file, text)).toEqual(['redis writes order-events'])
    expect(settings(file, text)).toEqual(['stream.maxlen=1000'])
  })

  it('are none on other objects', () => {
    expect(shows(file, redis('nats.Publish(ctx, "news")').replace('rdb := ', 'rdb = '))).toEqual([])
  })
})

describe('Kafka', () => {
  it('reads in a group', () => {
    expect(uses(file, go('github.com/IBM/sarama', 'g, err := sarama.NewConsumerGroup(brokers, "mailer", config)\n\tg.Consume(ctx, []string{"orders"}, handler)'))).toEqual(['event-bus'])
    expect(traffic(file, go('github.com/IBM/sarama', 'consumerGroup.Consume(ctx, []string{"orders", "refunds"}, handler)'))).toEqual(['kafka reads orders', 'kafka reads refunds'])
    expect(traffic(file, go('github.com/segmentio/kafka-go', 'r := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{"kafka:9092"}, GroupID: "mailer", Topic: "orders"})'))).toEqual(['kafka reads orders as mailer'])
    expect(traffic(file, go('github.com/twmb/franz-go/pkg/kgo', 'cl, err := kgo.NewClient(kgo.ConsumerGroup("mailer"), kgo.ConsumeTopics("orders"))'))).toEqual(['kafka reads orders'])
    expect(uses(file, go('github.com/confluentinc/confluent-kafka-go/v2/kafka', 'c, err := kafka.NewConsumer(&kafka.ConfigMap{"group.id": "mailer"})\n\tc.SubscribeTopics([]string{"orders"}, nil)'))).toEqual(['event-bus'])
  })

  it('is no type in a signature', () => {
    expect(traffic(file, go('github.com/IBM/sarama', '}\nfunc produce() <-chan *sarama.ProducerMessage {\n\tx := T{Topic: "orders"}'))).toEqual([])
  })

  it('writes', () => {
    const text = go('github.com/IBM/sarama', 'config.Producer.RequiredAcks = sarama.WaitForAll\n\tconfig.Producer.Idempotent = true\n\tconfig.Producer.MaxMessageBytes = limits.MaxMessageBytes\n\tp, _ := sarama.NewSyncProducer(brokers, config)\n\tp.SendMessage(&sarama.ProducerMessage{Topic: "orders", Value: v})')
    expect([uses(file, text), weakly(file, text)]).toEqual([[], ['event-bus']])
    expect(traffic(file, text)).toEqual(['kafka writes orders'])
    expect(settings(file, text)).toEqual(['acks=all', 'enable.idempotence=true'])
  })
})

describe('commands that are built word by word', () => {
  const valkey = 'package main\nimport "github.com/valkey-io/valkey-go"\nfunc (s *Store) keep(ctx context.Context, id string) {\n'

  it.each([
    ['counter', 's.client.Do(ctx, s.client.B().Incr().Key("requests:count:" + id).Build())'],
    ['lock', 's.client.Do(ctx, s.client.B().Set().Key("lock:" + id).Value("1").Nx().ExSeconds(10).Build())'],
    ['cache', 's.client.Do(ctx, s.client.B().Set().Key("cache:" + id).Value("1").ExSeconds(10).Build())'],
  ])('show %s: %s', (use, text) => {
    expect(uses(file, `${valkey}${text}\n}`)).toEqual([use])
  })

  it('show nothing of another library', () => {
    expect(uses(file, 'package main\nimport "example.org/valkey"\nfunc f() { b.B().Incr().Key("requests:count").Build() }')).toEqual([])
  })
})

it('the program\'s own name for the type of a client', () => {
  const text = (type: string): string => `package main\nimport "github.com/redis/go-redis/v9"\ntype bus struct {\n\trds ${type}\n}\nfunc (b *bus) Publish(ctx context.Context, channel string, text string) error { return b.rds.Publish(ctx, channel, text).Err() }`
  expect(uses(file, text('Redis'))).toEqual(['pub-sub'])
  expect(uses(file, text('Broker'))).toEqual([])
})
