// What Ruby shows by its calls: each pattern with a case that shows it and one that does not.
import { describe, expect, it } from 'vitest'
import { settings, shows, traffic, uses, weakly } from './shows.ts'

const file = 'app/services/app.rb'

describe('gems with one purpose', () => {
  it.each([
    ['job-queue', 'class Mail\n  include Sidekiq::Job\nend'],
    ['job-queue', 'Sidekiq.configure_server do |config|\n  config.redis = { url: ENV["REDIS_URL"] }\nend'],
    ['job-queue', 'Resque.enqueue(Mail, 1)'],
    ['lock', 'lock_manager = Redlock::Client.new([url])'],
    ['lock', 'RedisMutex.with_lock("import") do\nend'],
    ['pub-sub', 'MessageBus.publish "/news", text'],
    ['state-store', 'Flipper::Adapters::Redis.new(client)'],
    ['rate-limiter', 'Rack::Attack.cache.store = ActiveSupport::Cache::RedisCacheStore.new(url: url)'],
    ['rate-limiter', 'RATE_LIMIT_STORE = ActiveSupport::Cache::RedisCacheStore.new(redis: REDIS)'],
    ['cache', 'cache = ActiveSupport::Cache::RedisCacheStore.new(url: url)'],
    ['session-store', 'Rails.application.config.session_store :redis_store, servers: [url]'],
    ['counter', 'class Post\n  kredis_counter :views\nend'],
    ['counter', 'class Post\n  include Redis::Objects\n  counter :views\nend'],
    ['lock', 'class Post\n  include Redis::Objects\n  redis_lock :publish\nend'],
  ])('show %s', (use, text) => {
    expect(uses(file, text)).toEqual([use])
  })

  it('show what a block does with the client that it is handed as `it`', () => {
    expect(uses(file, 'redis { it.set("lock:#{id}", token, nx: true, ex: 60) }')).toEqual(['lock'])
    expect(uses(file, 'items.each { it.set("lock:#{id}", token, nx: true, ex: 60) }')).toEqual([])
  })

  it('show nothing in comments, heredocs and prose, or with another store', () => {
    expect(shows(file, '# Sidekiq::Worker\n=begin\nSidekiq::Worker\n=end\ntext = <<~DOC\n  Resque.enqueue(Mail) isn\'t\nDOC\nputs "Sidekiq::Worker"')).toEqual([])
    expect(shows(file, 'Rails.application.config.session_store :cookie_store, key: "_redis"')).toEqual([])
    expect(uses(file, 'class Post\n  include Redis::Objects\n  counter\n  shop.counter :views\nend')).toEqual([])
    expect(shows('config/environments/development.rb', 'c = ActiveSupport::Cache::RedisCacheStore.new')).toEqual([])
  })
})

describe('commands of a Redis client', () => {
  it.each([
    ['cache', 'redis.setex "user-cache:#{h["x"]}", 60, value'],
    ['cache', '@redis.set(cache_key, value, ex: 60)'],
    ['cache', 'redis = Redis.new\nredis.setex "user-cache:1", 60, value'],
    ['lock', 'redis.set("lock:#{id}", token, nx: true, px: 1000)'],
    ['lock', 'Sidekiq.redis { |conn| conn.set("lock:#{id}", token, nx: true, ex: 5) }'],
    ['pub-sub', '$redis.publish("news", text)'],
    ['job-queue', 'Redis.new.brpop("jobs", timeout: 5)'],
    ['rate-limiter', 'def rate_limit(key)\n  redis.multi do |m|\n    m.incr key\n    m.expire key, 60\n  end\nend'],
    ['rate-limiter', 'def login_rate_limit(ip)\n  redis.eval(SCRIPT, keys: [ip])\nend'],
    ['counter', 'redis.incr("page_views")'],
  ])('show %s: %s', (use, text) => {
    expect(uses(file, text)).toEqual([use])
  })

  it('are none on other objects', () => {
    expect(uses(file, 'mqtt.publish("redis", text)')).toEqual([])
    expect(weakly(file, 'redis.eval(SCRIPT, keys: [ip])')).toEqual([])
  })
})

describe('Kafka', () => {
  it('reads in a group', () => {
    const text = 'kafka = Kafka.new(["kafka:9092"])\nconsumer = kafka.consumer(group_id: "mailer")\nconsumer.subscribe("orders")'
    expect(uses(file, text)).toEqual(['event-bus'])
    expect(traffic(file, text)).toEqual(['kafka reads orders'])
    expect(settings(file, text)).toEqual(['group.id=mailer'])
    expect(traffic(file, 'class OrderConsumer < Racecar::Consumer\n  subscribes_to "orders"\nend')).toEqual(['kafka reads orders'])
    expect(traffic(file, 'class KarafkaApp < Karafka::App\n  routes.draw do\n    topic :orders do\n      consumer OrderConsumer\n    end\n  end\nend')).toEqual(['kafka reads orders'])
  })

  it('writes', () => {
    expect(traffic(file, 'Karafka.producer.produce_async(topic: "orders", payload: body)')).toEqual(['kafka writes orders'])
    expect(traffic(file, 'kafka = Kafka.new(b)\nkafka.deliver_message(body, topic: "orders")')).toEqual(['kafka writes orders'])
    expect(traffic(file, 'forum.topic "kafka"')).toEqual([])
  })
})
