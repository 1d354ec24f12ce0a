// What Python shows by its calls: each pattern with a case that shows it and one that does not.
import { describe, expect, it } from 'vitest'
import { addresses, settings, shows, traffic, uses, weakly } from './shows.ts'

const file = 'app/main.py'
const redis = 'import redis\nr = redis.Redis(host="cache", port=6379)\n'

describe('libraries with one purpose', () => {
  it.each([
    ['job-queue', 'from celery import Celery\napp = Celery("shop", broker="redis://redis:6379/0")'],
    ['job-queue', 'from rq import Queue\nq = Queue("mail", connection=conn)'],
    ['job-queue', 'from django_rq import job\n@job("default")\ndef send(): pass'],
    ['job-queue', 'from arq.connections import RedisSettings\nclass WorkerSettings:\n    redis_settings = RedisSettings(host="redis")'],
    ['job-queue', 'from dramatiq.brokers.redis import RedisBroker\ndramatiq.set_broker(RedisBroker(host="redis"))'],
    ['job-queue', 'from huey import RedisHuey\nhuey = RedisHuey("shop")'],
    ['job-queue', 'from taskiq_redis import ListQueueBroker\nbroker = ListQueueBroker("redis://redis")'],
    ['job-queue', 'from saq import Queue\nqueue = Queue.from_url("redis://redis")'],
    ['rate-limiter', 'from fastapi_limiter import FastAPILimiter\nawait FastAPILimiter.init(conn)'],
    ['rate-limiter', 'from slowapi import Limiter\nlimiter = Limiter(key_func=ip, storage_uri="redis://redis:6379")'],
    ['rate-limiter', 'from flask_limiter import Limiter\nuri = app.config.get("REDIS_URL", fallback)\nlimiter = Limiter(app=app, storage_uri=uri)'],
    ['cache', 'from fastapi_cache.backends.redis import RedisBackend\nFastAPICache.init(RedisBackend(conn))'],
    ['cache', 'from aiocache import Cache\ncache = Cache(Cache.REDIS, endpoint="redis")'],
    ['cache', 'from flask_caching import Cache\ncache = Cache(app, config={"CACHE_TYPE": "RedisCache"})'],
    ['cache', 'from dogpile.cache import make_region\nregion = make_region().configure("dogpile.cache.redis", arguments={})'],
    ['lock', 'import redis_lock\nwith redis_lock.Lock(conn, "import"):\n    pass'],
    ['pub-sub', 'import socketio\nmgr = socketio.AsyncRedisManager("redis://redis")'],
    ['pub-sub', 'from flask_socketio import SocketIO\nsocketio = SocketIO(app, message_queue="redis://redis")'],
    ['session-store', 'from starsessions.stores.redis import RedisStore\nRedisStore("redis://redis")'],
    ['stream-processing', 'import faust\napp = faust.App("shop", broker="kafka://kafka")'],
    ['stream-processing', 'from quixstreams import Application\napp = Application(broker_address="kafka:9092")'],
    ['stream-processing', 'from pyspark.sql import SparkSession\nspark.readStream.format("kafka").load()'],
    ['stream-processing', 'from pyspark.sql import SparkSession\ndf = spark.readStream \\\n    .format("kafka") \\\n    .load()'],
  ])('shows %s', (use, text) => {
    expect(uses(file, text)).toEqual([use])
  })

  it('says little or nothing where another broker, store or source is meant', () => {
    expect(shows(file, 'from celery import Celery\napp = Celery("shop", broker="amqp://rabbit")')).toEqual([])
    expect([uses(file, 'from celery import Celery\napp = Celery("shop")'), weakly(file, 'from celery import Celery\napp = Celery("shop")')]).toEqual([[], ['job-queue']])
    expect(shows(file, 'from celery import Celery\napp = Celery("shop", broker="pyamqp://rabbit", backend="redis://redis")')).toEqual(['state-store weak: Celery("shop", broker="pyamqp://rabbit", backend="redis://redis")'])
    expect(shows(file, 'from queue import Queue\nq = Queue()\nredis_hint = 1')).toEqual([])
    expect(shows(file, 'from huey import SqliteHuey\nhuey = SqliteHuey("shop")')).toEqual([])
    expect(shows(file, 'from saq import Queue\nqueue = Queue.from_url("postgres://db")')).toEqual([])
    expect(shows(file, 'from slowapi import Limiter\nlimiter = Limiter(key_func=ip, storage_uri="memory://")')).toEqual([])
    expect(uses(file, 'from slowapi import Limiter\nuri = "memory://"\nother = "redis://redis"\nlimiter = Limiter(key_func=ip, storage_uri=uri)')).toEqual([])
    expect(shows(file, 'from flask_caching import Cache\ncache = Cache(app, config={"CACHE_TYPE": "SimpleCache"})')).toEqual([])
    expect(shows(file, 'from flask_socketio import SocketIO\nsocketio = SocketIO(app)')).toEqual([])
    expect(shows(file, 'from pyspark.sql import SparkSession\nspark.read.format("parquet").load()')).toEqual([])
  })
})

describe('commands of a Redis client', () => {
  it.each([
    ['cache', 'r.setex(f"user_cache:{id}", 60, value)'],
    ['cache', 'def user(key):\n    hit = r.get(key)\n    if hit:\n        return hit\n    r.set(key, load(), ex=60)'],
    ['lock', 'r.set("import-lock", token, nx=True, ex=30)'],
    ['lock', 'with r.lock("import", timeout=5):\n    pass'],
    ['rate-limiter', 'def rate_limit(key):\n    n = r.incr(key)\n    r.expire(key, 60)'],
    ['rate-limiter', 'class RateLimiter:\n    def __init__(self):\n        self.rate_limit = r.register_script(SCRIPT)'.replace('__init__', 'rate_limit')],
    ['derived-state', 'r.zadd("autocomplete:tags", {tag: score})'],
    ['job-queue', 'item = r.blpop("jobs", timeout=5)'],
    ['pub-sub', 'p = r.pubsub()\np.subscribe("news")'],
    ['event-bus', 'r.xreadgroup("mailer", "m1", {"order-events": ">"})'],
    ['counter', 'r.execute_command("INCR", "page_views")'],
  ])('show %s: %s', (use, call) => {
    expect(uses(file, redis + call)).toEqual([use])
  })

  it('are none in docstrings, in comments and on other objects', () => {
    expect(uses(file, `${redis}def f():\n    """Use r.publish("a", "b") to r.blpop("jobs")."""\n    # r.publish("a", "b")\n    mqtt.publish("a", "b")\n    state.lock("x")`)).toEqual([])
    expect(uses(file, `${redis}r.subscribe("__redis__:invalidate")`)).toEqual([])
    expect(uses(file, `${redis}r.set(f"blacklist:{jti}", "1", ex=60, nx=True)`)).not.toContain('lock')
    expect(uses(file, `${redis}class LockQueue:\n    def wait(self):\n        r.rpush(self.key, self.owner)`)).toEqual([])
    expect(shows(file, 'import fakeredis\nredis = fakeredis.FakeRedis()\nredis.publish("a", "b")')).toEqual([])
  })

  it('tell the server, the stream and its trimming', () => {
    expect(addresses(file, redis)).toEqual(['redis cache'])
    expect(addresses(file, 'import redis\nr = redis.from_url("redis://:secret@queue:6379/2")')).toEqual(['redis queue:6379/2'])
    expect(settings(file, `${redis}r.xadd("events", {"id": 1}, maxlen=1000)`)).toEqual(['stream.maxlen=1000'])
    expect(settings(file, `${redis}r.xadd("events", {"id": 1})`)).toEqual(['stream.maxlen=none'])
    expect(traffic(file, `${redis}r.xadd("events", {"id": 1})`)).toEqual(['redis writes events'])
  })
})

describe('Kafka', () => {
  it('reads in a group', () => {
    const text = 'from kafka import KafkaConsumer\nconsumer = KafkaConsumer("orders", group_id="mailer", bootstrap_servers="kafka:9092", auto_offset_reset="earliest")'
    expect(uses(file, text)).toEqual(['event-bus'])
    expect(traffic(file, text)).toEqual(['kafka reads orders as mailer'])
    expect(settings(file, text)).toEqual(['group.id=mailer', 'auto.offset.reset=earliest'])
    expect(addresses(file, text)).toEqual(['kafka kafka:9092'])
  })

  it('is a group where a map of settings names one', () => {
    const text = 'from confluent_kafka import Consumer\nTOPIC = "orders"\nconf = {"bootstrap.servers": "kafka:9092", "group.id": "mailer"}\nc = Consumer(conf)\nc.subscribe([TOPIC])'
    expect(uses(file, text)).toEqual(['event-bus'])
    expect(traffic(file, text)).toEqual(['kafka reads orders'])
  })

  it('only writes', () => {
    const text = 'from aiokafka import AIOKafkaProducer\nproducer = AIOKafkaProducer(acks="all", enable_idempotence=True)\nawait producer.send_and_wait("orders", body)'
    expect([uses(file, text), weakly(file, text)]).toEqual([[], ['event-bus']])
    expect(traffic(file, text)).toEqual(['kafka writes orders'])
    expect(settings(file, text)).toEqual(['acks=all', 'enable.idempotence=true'])
  })

  it('is not what only looks like it', () => {
    expect(shows(file, 'from mail import producer\nproducer.send("kafka", body)')).toEqual([])
    expect(traffic(file, 'from kafka import KafkaProducer\nproducer = KafkaProducer()\nproducer.send(f"orders-{env}", body)')).toEqual([])
  })
})
