// What C# shows by its calls: each pattern with a case that shows it and one that does not.
import { describe, expect, it } from 'vitest'
import { settings, shows, traffic, uses, weakly } from './shows.ts'

const file = 'src/Shop/Program.cs'
const redis = (body: string): string => `using StackExchange.Redis;\nclass A {\n  private readonly IDatabase _db;\n  async Task Run(string id) {\n    ${body}\n  }\n}`

describe('packages with one purpose', () => {
  it.each([
    ['cache', 'builder.Services.AddStackExchangeRedisCache(o => o.Configuration = "cache:6379");'],
    ['cache', 'services.AddStackExchangeRedisOutputCache(o => { });'],
    ['pub-sub', 'services.AddSignalR().AddStackExchangeRedis("redis:6379");'],
    ['job-queue', 'services.AddHangfire(c => c.UseRedisStorage("redis"));'],
    ['lock', 'var factory = RedLockFactory.Create(multiplexers); // redis'],
    ['state-store', 'services.AddMassTransit(x => x.AddSagaStateMachine<A, B>().RedisRepository("redis"));'],
    ['rate-limiter', 'options.AddRedisFixedWindowLimiter("api", o => { });'],
    ['event-bus', 'services.AddCap(x => { x.UseKafka("kafka:9092"); });'],
    ['event-bus', 'services.AddMassTransit(x => { x.AddRider(rider => { rider.UsingKafka((context, k) => { }); }); });'],
    ['stream-processing', 'using Streamiz.Kafka.Net.Stream;\nvar builder = new StreamBuilder();'],
  ])('show %s: %s', (use, text) => {
    expect(uses(file, text)).toEqual([use])
  })

  it('are told from a class of the program by the same name', () => {
    expect(shows(file, 'public class RedisRepository : IRepository { public RedisRepository(IRedisContext context) { } }')).toEqual([])
  })

  it('show by the type of a document what it is for', () => {
    const om = (type: string): string => `using Redis.OM.Contracts;\nclass A { void F(IRedisConnectionProvider p) { var all = p.RedisCollection<${type}>(); } }`
    expect(uses(file, om('LoginSession'))).toEqual(['session-store'])
    expect(uses(file, om('DeviceOnline'))).toEqual(['state-store'])
    expect(shows(file, om('DeviceOnline').replace('RedisCollection', 'Collection').replace('Redis.OM', 'Mongo'))).toEqual([])
  })

  it('show nothing in strings and comments, and little for what may be stored elsewhere', () => {
    expect(shows(file, '// services.AddStackExchangeRedisCache();\nvar s = @"AddStackExchangeRedisCache( "" )"; var t = $"AddStackExchangeRedisCache({x})"; var c = \'"\';')).toEqual([])
    expect(shows(file, 'app.UseRedis(); // no CAP')).toEqual([])
    const cache = 'using Microsoft.Extensions.Caching.Distributed; // Redis\nclass A { A(IDistributedCache cache) { } }'
    expect([uses(file, cache), weakly(file, cache)]).toEqual([[], ['cache']])
  })
})

describe('commands of a Redis client', () => {
  it.each([
    ['cache', 'await _db.StringSetAsync($"user-cache:{id}", json, TimeSpan.FromMinutes(5));'],
    ['lock', 'await _db.StringSetAsync($"lock:{id}", token, TimeSpan.FromSeconds(5), When.NotExists);'],
    ['lock', 'await _db.LockTakeAsync("import", token, TimeSpan.FromSeconds(5));'],
    ['rate-limiter', 'var n = await _db.StringIncrementAsync($"rate:{id}"); await _db.KeyExpireAsync($"rate:{id}", window);'],
    ['job-queue', 'await _db.ListLeftPushAsync("job-queue", job);'],
    ['pub-sub', 'await redis.GetSubscriber().PublishAsync("news", text);'],
    ['counter', 'await _db.SortedSetIncrementAsync("leaderboard", id, 1);'],
    ['event-bus', 'await _db.StreamReadGroupAsync("order-events", "mailer", "m1");'],
    ['state-store', 'await _db.StringSetAsync(basket.BuyerId, json, TimeSpan.FromDays(1));'],
  ])('show %s: %s', (use, body) => {
    expect(uses(file, redis(body))).toEqual([use])
  })

  it('are none on other objects', () => {
    expect(uses(file, redis('await mediator.Publish("news"); await bus.PublishAsync(x);'))).toEqual([])
    expect(weakly(file, redis('await _db.StringSetAsync(id, json, null);'))).toEqual(['state-store'])
  })
})

describe('Kafka', () => {
  it('reads in a group', () => {
    const text = 'using Confluent.Kafka;\nvar config = new ConsumerConfig { BootstrapServers = "kafka:9092", GroupId = "mailer", AutoOffsetReset = AutoOffsetReset.Earliest };\nvar consumer = new ConsumerBuilder<Ignore, string>(config).Build();\nconsumer.Subscribe("orders");'
    expect(uses(file, text)).toEqual(['event-bus'])
    expect(traffic(file, text)).toEqual(['kafka reads orders'])
    expect(settings(file, text)).toEqual(['group.id=mailer', 'auto.offset.reset=earliest'])
  })

  it('writes', () => {
    const text = 'using Confluent.Kafka;\nconst string Topic = "orders";\nvar p = new ProducerBuilder<Null, string>(new ProducerConfig { Acks = Acks.All, EnableIdempotence = true }).Build();\nawait p.ProduceAsync(Topic, m);'
    expect([uses(file, text), weakly(file, text)]).toEqual([[], ['event-bus']])
    expect(traffic(file, text)).toEqual(['kafka writes orders'])
    expect(settings(file, text)).toEqual(['acks=all', 'enable.idempotence=true'])
  })
})

it('a script is for what its file and its key say, and for nothing they do not', () => {
  const script = (key: string): string => redis(`await _db.ScriptEvaluateAsync(Script, new RedisKey[] { ${key} });`)
  expect(uses('src/RateLimiting/SlidingWindowRateLimiter.cs', script('key'))).toEqual(['rate-limiter'])
  expect(uses(file, script('$"lock:{id}"'))).toEqual(['lock'])
  expect(uses(file, script('$"orders:{id}"'))).toEqual([])
})
