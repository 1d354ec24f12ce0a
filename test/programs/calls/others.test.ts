// What Elixir, Rust and Scala show by their calls: each with cases that show something and ones that do not.
import { describe, expect, it } from 'vitest'
import { shows, traffic, uses, weakly } from './shows.ts'

describe('Elixir', () => {
  const file = 'lib/shop/app.ex'

  it.each([
    ['job-queue', 'Exq.enqueue(Exq, "default", Mailer, [1])'],
    ['pub-sub', '{Phoenix.PubSub, name: Shop.PubSub, adapter: Phoenix.PubSub.Redis}'],
    ['rate-limiter', 'backend = {Hammer.Backend.Redis, [expiry_ms: 60_000]}'],
    ['cache', 'Redix.command(conn, ["SETEX", "cache:#{id}", 60, value])'],
    ['lock', 'Redix.command(:redix, ["SET", "lock:#{id}", token, "NX", "PX", 1000])'],
    ['pub-sub', 'Redix.command(conn, ["PUBLISH", "news", text])'],
    ['rate-limiter', 'def limit_ip(ip) do\n  key = "rl-#{ip}"\n  Redix.pipeline!(:redix, [\n    ["INCR", key],\n    ["EXPIRE", key, 60]\n  ])\nend'],
  ])('shows %s: %s', (use, text) => {
    expect(uses(file, text)).toEqual([use])
  })

  it('takes no other pipeline for commands', () => {
    expect(shows(file, 'pipeline :api do\n  plug :accepts, ["json"]\nend\n# Redix\nOther.pipeline(:x, [["INCR", key]])')).toEqual([])
  })

  it('reads and writes topics', () => {
    expect(uses(file, 'producer: [module: {BroadwayKafka.Producer, [group_id: "mailer", topics: ["orders"]]}]')).toEqual(['event-bus'])
    expect(traffic(file, 'KafkaEx.produce("orders", 0, body)')).toEqual(['kafka writes orders'])
  })

  it('says nothing in documentation', () => {
    expect(shows(file, '@moduledoc """\n    Redix.command(conn, ["PUBLISH", "a", "b"])\n"""\n# Exq.enqueue(Exq, "default", Mailer, [1])\nPhoenix.PubSub.broadcast(Shop.PubSub, "news", text)')).toEqual([])
  })
})

describe('Rust', () => {
  const file = 'src/main.rs'

  it.each([
    ['cache', 'use redis::AsyncCommands;\nasync fn f(con: MultiplexedConnection) { con.set_ex("user-cache", v, 60).await?; }'],
    ['lock', 'use redis::AsyncCommands;\nasync fn f() { redis::cmd("SET").arg("lock").query_async(&mut con); con.set_nx("lock:x", 1).await?; }'],
    ['pub-sub', 'use redis::Commands;\nfn f(con: ConnectionManager) { con.publish("news", text); }'],
    ['job-queue', 'use apalis_redis::RedisStorage;\nfn f() { let s = RedisStorage::new(conn); }'],
    ['session-store', 'use tower_sessions_redis_store::RedisStore;\nfn f() { let s = RedisStore::new(pool); }'],
  ])('shows %s: %s', (use, text) => {
    expect(uses(file, text)).toEqual([use])
  })

  it('reads and writes topics', () => {
    const text = 'use rdkafka::consumer::{Consumer, StreamConsumer};\nfn f<\'a>() { let consumer: StreamConsumer = ClientConfig::new().set("group.id", "mailer").create().unwrap(); consumer.subscribe(&["orders"]); }'
    expect(uses(file, text)).toEqual(['event-bus'])
    expect(traffic(file, text)).toEqual(['kafka reads orders'])
    expect(traffic(file, 'use rdkafka::producer::FutureRecord;\nfn f() { producer.send(FutureRecord::to("orders").payload(p), t); }')).toEqual(['kafka writes orders'])
  })

  it('says nothing of other things', () => {
    expect(shows(file, '// redis kafka\nfn f(bus: Bus) { bus.publish("news", text); let c = \'"\'; let s = "con.publish(1)"; }')).toEqual([])
  })
})

describe('Scala', () => {
  const file = 'src/main/scala/Shop.scala'

  it('is read like Java', () => {
    expect(uses(file, 'import org.apache.kafka.streams.scala.StreamsBuilder\nobject A { val builder = new StreamsBuilder() }')).toEqual(['stream-processing'])
    expect(traffic(file, 'import akka.kafka.scaladsl.{Consumer, Producer}\nobject A { Consumer.plainSource(settings, Subscriptions.topics("orders")) }')).toEqual(['kafka reads orders'])
    expect(traffic(file, 'import org.apache.kafka.clients.producer._\nobject A { new ProducerRecord[String, String]("orders", v); new ProducerRecord(s"$x-orders", v) }')).toEqual(['kafka writes orders'])
    expect(weakly(file, 'import org.apache.kafka.clients.producer.KafkaProducer\nobject A { val p = new KafkaProducer(props) }')).toEqual(['event-bus'])
  })

  it('says nothing in comments and strings', () => {
    expect(shows(file, 'import org.apache.kafka.streams.scala.StreamsBuilder\n// new StreamsBuilder()\nobject A { val s = """new StreamsBuilder()""" }')).toEqual([])
  })
})

describe('scripts in files of their own', () => {
  const of = (name: string, text: string) => uses(`scripts-of/${name}`, text)

  it('show what they do, or what their name says', () => {
    expect(of('release.lua', 'if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end')).toEqual(['lock'])
    expect(of('rate_limit.lua', 'return redis.call("HINCRBY", KEYS[1], "n", 1)')).toEqual(['rate-limiter'])
    expect(of('enqueue_job.lua', 'redis.call("LPUSH", KEYS[1], ARGV[1])')).toEqual(['job-queue'])
  })

  it('show nothing in comments, and nothing of other programs in Lua', () => {
    expect(of('rate_limit.lua', '-- redis.call("INCR", KEYS[1])\nreturn 1')).toEqual([])
    expect(of('rate_limit.lua', 'local redis = require("resty.redis")\nngx.say("limited")')).toEqual([])
  })
})

describe('tests inside a file of Rust', () => {
  const rust = (body: string): string => `use redis::Commands;\n${body}\n`
  const pop = 'fn take(con: &mut redis::Connection) { let job: String = con.brpop("tasks", 0.0).unwrap(); }'
  it('show nothing of the program', () => {
    expect(uses('src/queue.rs', rust(pop))).toEqual(['job-queue'])
    expect(uses('src/queue.rs', rust(`#[cfg(test)]\nmod tests {\n    ${pop}\n}`))).toEqual([])
  })
})

it('Nebulex keeps a cache where its adapter of any version is asked for, and elsewhere by another one', () => {
  const cache = (adapter: string): string => `defmodule Shop.Cache do\n  use Nebulex.Cache, otp_app: :shop, adapter: ${adapter}\nend\n`
  expect(uses('lib/cache.ex', cache('NebulexRedisAdapter'))).toEqual(['cache'])
  expect(uses('lib/cache.ex', cache('Nebulex.Adapters.Redis'))).toEqual(['cache'])
  expect(uses('lib/cache.ex', cache('Nebulex.Adapters.Local'))).toEqual([])
  expect(uses('lib/cache.ex', cache('Shop.Adapters.Redis'))).toEqual([])
})
