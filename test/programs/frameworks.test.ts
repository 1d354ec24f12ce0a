// Every documented way to choose Redis or Kafka in a framework's own files that is known; beside them some that choose something else.
import { describe, expect, it } from 'vitest'
import { composeWith, npm, usesIn } from '../support/programs.ts'
const compose = composeWith({ app: '.' })
const php = (...packages: readonly string[]): string => JSON.stringify({ name: 'acme/app', require: Object.fromEntries(packages.map(name => [name, '*'])) })
const kafkaCompose = 'services:\n  kafka:\n    image: apache/kafka:3.9.0\n  app:\n    build: .\n    depends_on: [kafka]\n    environment:\n      KAFKA_BROKERS: kafka:9092\n'
const pom = (...deps: string[]) => `<project><artifactId>app</artifactId><dependencies>${deps.map(d => `<dependency><groupId>${d.split(':')[0]}</groupId><artifactId>${d.split(':')[1]}</artifactId></dependency>`).join('')}</dependencies></project>`
const spring = pom('org.springframework.boot:spring-boot-starter-data-redis')
const springWith = (yml: string, extra: Record<string, string> = {}) => ({ 'compose.yaml': compose, 'pom.xml': spring, 'src/main/resources/application.yml': yml, ...extra })
const python = (settings: string, req = 'django\nredis\n', file = 'shop/settings.py') => ({ 'compose.yaml': compose, 'requirements.txt': req, [file]: settings })
const rails = (extra: Record<string, string>) => ({ 'compose.yaml': compose, 'Gemfile': "gem 'rails'\ngem 'redis'\n", ...extra })
const dotnet = (json: object, csproj = '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><PackageReference Include="StackExchange.Redis" Version="2" /></ItemGroup></Project>') => ({ 'compose.yaml': compose, 'app.csproj': csproj, 'appsettings.json': JSON.stringify(json) })
const symfony = (extra: Record<string, string>, ...pk: string[]) => ({ 'compose.yaml': compose, 'composer.json': php('symfony/framework-bundle', ...pk), ...extra })
const laravel = (env: string, extra: Record<string, string> = {}) => ({ 'compose.yaml': compose, 'composer.json': php('laravel/framework'), '.env.example': env, ...extra })
const node = (deps: string[], extra: Record<string, string>) => ({ 'compose.yaml': compose, 'package.json': npm('app', ...deps), ...extra })
const cases: readonly (readonly [what: string, files: Record<string, string>, use: string, server?: string])[] = [
  ['spring session store-type', springWith('spring:\n  session:\n    store-type: redis\n'), 'session-store'],
  ['spring session data redis ns', springWith('spring:\n  session:\n    redis:\n      namespace: a\n'), 'session-store'],
  ['spring session boot3', springWith('spring:\n  session:\n    data:\n      redis:\n        namespace: a\n'), 'session-store'],
  ['spring cache ttl', springWith('spring:\n  cache:\n    redis:\n      time-to-live: 10m\n'), 'cache'],
  ['spring cache that a class enables', { ...springWith('spring:\n  cache:\n    type: redis\n'), 'src/main/java/shop/App.java': 'package shop;\nimport org.springframework.cache.annotation.EnableCaching;\n@EnableCaching class App {}\n' }, 'cache'],
  ['spring gateway limiter', springWith('spring:\n  cloud:\n    gateway:\n      routes:\n        - id: a\n          filters:\n            - name: RequestRateLimiter\n              args:\n                redis-rate-limiter.replenishRate: 10\n'), 'rate-limiter'],
  ['spring stream redis binder?', springWith('spring:\n  cloud:\n    stream:\n      default-binder: redis\n'), 'event-bus'],
  ['jetcache remote', springWith('jetcache:\n  remote:\n    default:\n      type: redis.lettuce\n      uri: redis://redis:6379\n'), 'cache'],
  ['sa-token', springWith('sa-token:\n  alone-redis:\n    host: redis\n'), 'session-store'],
  ['quarkus cache', { 'compose.yaml': compose, 'pom.xml': pom('io.quarkus:quarkus-redis-client'), 'src/main/resources/application.properties': 'quarkus.cache.redis.expire-after-write=10M\nquarkus.redis.hosts=redis://redis:6379\n' }, 'cache'],
  ['quarkus cache backend', { 'compose.yaml': compose, 'pom.xml': pom('io.quarkus:quarkus-redis-client'), 'src/main/resources/application.properties': 'quarkus.cache.type=redis\n' }, 'cache'],
  ['micronaut session', { 'compose.yaml': compose, 'pom.xml': pom('io.micronaut.redis:micronaut-redis-lettuce'), 'src/main/resources/application.yml': 'micronaut:\n  session:\n    http:\n      redis:\n        enabled: true\n' }, 'session-store'],
  ['micronaut caches', { 'compose.yaml': compose, 'pom.xml': pom('io.micronaut.redis:micronaut-redis-lettuce'), 'src/main/resources/application.yml': 'redis:\n  uri: redis://redis\n  caches:\n    books:\n      expire-after-write: 1h\n' }, 'cache'],
  ['spring stream kafka', { 'compose.yaml': kafkaCompose, 'pom.xml': pom('org.springframework.kafka:spring-kafka'), 'src/main/resources/application.yml': 'spring:\n  cloud:\n    stream:\n      kafka:\n        binder:\n          brokers: kafka:9092\n      bindings:\n        in-0:\n          destination: orders\n          group: a\n' }, 'event-bus', 'kafka'],
  ['smallrye', { 'compose.yaml': kafkaCompose, 'pom.xml': pom('io.quarkus:quarkus-kafka-client'), 'src/main/resources/application.properties': 'mp.messaging.incoming.prices.connector=smallrye-kafka\nmp.messaging.incoming.prices.topic=prices\n' }, 'event-bus', 'kafka'],
  ['spring kafka streams props', { 'compose.yaml': kafkaCompose, 'pom.xml': pom('org.springframework.kafka:spring-kafka'), 'src/main/resources/application.yml': 'spring:\n  kafka:\n    streams:\n      application-id: a\n' }, 'stream-processing', 'kafka'],
  ['django valkey', python('CACHES = {"default": {"BACKEND": "django_valkey.cache.ValkeyCache", "LOCATION": "valkey://redis:6379/1"}}\n', 'django\nvalkey\n'), 'cache'],
  ['django session cached_db + cache', python('CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://redis:6379/1"}}\nSESSION_ENGINE = "django.contrib.sessions.backends.cache"\n'), 'session-store'],
  ['django environ cache_url', python('import environ\nenv = environ.Env()\nCACHES = {"default": env.cache_url("REDIS_URL", default="rediscache://redis:6379/1")}\n'), 'cache'],
  ['django channels', python('CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [("redis", 6379)]}}}\n'), 'pub-sub'],
  ['django rq', python('RQ_QUEUES = {"default": {"HOST": "redis", "PORT": 6379}}\n'), 'job-queue'],
  ['django q', python('Q_CLUSTER = {"name": "a", "redis": {"host": "redis", "port": 6379}}\n'), 'job-queue'],
  ['huey', python('HUEY = {"huey_class": "huey.RedisHuey", "connection": {"host": "redis"}}\n'), 'job-queue'],
  ['dramatiq', python('DRAMATIQ_BROKER = {"BROKER": "dramatiq.brokers.redis.RedisBroker", "OPTIONS": {"url": "redis://redis:6379"}}\n'), 'job-queue'],
  ['constance', python('CONSTANCE_BACKEND = "constance.backends.redisd.RedisBackend"\nCONSTANCE_REDIS_CONNECTION = {"host": "redis"}\n'), 'source-of-truth'],
  ['axes', python('AXES_HANDLER = "axes.handlers.cache.AxesCacheHandler"\nCACHES = {"default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": "redis://redis:6379/1"}}\n'), 'rate-limiter'],
  ['celery class', python('class CeleryConfig:\n    broker_url = "redis://redis:6379/0"\n    result_backend = "redis://redis:6379/0"\n', 'celery\nredis\n', 'app/celery_config.py'), 'job-queue'],
  ['superset', python('CACHE_CONFIG = {"CACHE_TYPE": "RedisCache", "CACHE_REDIS_HOST": "redis"}\nREDIS_HOST = "redis"\n', 'apache-superset\nredis\n', 'docker/pythonpath_dev/superset_config.py'), 'cache'],
  ['flask caching', python('class Config:\n    CACHE_TYPE = "RedisCache"\n    CACHE_REDIS_URL = "redis://redis:6379/0"\n', 'flask\nflask-caching\nredis\n', 'config.py'), 'cache'],
  ['flask session', python('SESSION_TYPE = "redis"\nSESSION_REDIS = "redis://redis:6379"\n', 'flask\nredis\n', 'config.py'), 'session-store'],
  ['flask session that is started', { ...python('SESSION_TYPE = "redis"\n', 'flask\nflask-session\nredis\n', 'config.py'), 'app.py': 'from flask_session import Session\nSession(app)\n' }, 'session-store'],
  ['laravel cache by its old name', laravel('CACHE_DRIVER=redis\n', { 'config/app.php': '<?php return [];', 'config/cache.php': "<?php return ['default' => env('CACHE_DRIVER', 'file')];" }), 'cache'],
  ['flask limiter', python('RATELIMIT_STORAGE_URI = "redis://redis:6379"\n', 'flask\nflask-limiter\nredis\n', 'config.py'), 'rate-limiter'],
  ['flask-socketio', python('SOCKETIO_MESSAGE_QUEUE = "redis://redis:6379"\n', 'flask\nredis\n', 'config.py'), 'pub-sub'],
  ['rails cable', rails({ 'config/cable.yml': 'production:\n  adapter: redis\n  url: redis://redis:6379/1\n', 'app/channels/chat_channel.rb': 'class ChatChannel < ApplicationCable::Channel\nend\n' }), 'pub-sub'],
  ['rails session redis_session_store', rails({ 'config/initializers/session_store.rb': "Rails.application.config.session_store :redis_session_store, key: 'a'\n" }), 'session-store'],
  ['rails session redis_store multi', rails({ 'config/initializers/session_store.rb': "Rails.application.config.session_store :redis_store,\n  servers: ['redis://redis:6379/0/session']\n" }), 'session-store'],
  ['rails cache tuple', rails({ 'config/environments/production.rb': "config.cache_store = [:redis_cache_store, { url: ENV['REDIS_URL'] }]\n" }), 'cache'],
  ['rails cache paren', rails({ 'config/application.rb': "config.cache_store(:redis_cache_store, url: 'x')\n" }), 'cache'],
  ['rails queue adapter string', rails({ 'config/application.rb': "config.active_job.queue_adapter = 'sidekiq'\n" }), 'job-queue'],
  ['rails queue ternary', rails({ 'config/application.rb': "config.active_job.queue_adapter = Rails.env.test? ? :test : :sidekiq\n" }), 'job-queue'],
  ['rails cache env ternary', rails({ 'config/environments/production.rb': "config.cache_store = ENV['REDIS_URL'] ? [:redis_cache_store, { url: ENV['REDIS_URL'] }] : :memory_store\n" }), 'cache'],
  ['dotnet cache provider', dotnet({ Cache: { Provider: 'Redis' } }), 'cache'],
  ['dotnet hangfire', dotnet({ Hangfire: { Redis: 'redis:6379' } }), 'job-queue'],
  ['dotnet signalr', dotnet({ SignalR: { Redis: 'redis:6379' } }), 'pub-sub'],
  ['dotnet session', dotnet({ Session: { Store: 'Redis' } }), 'session-store'],
  ['dotnet rate', dotnet({ RateLimiting: { Store: 'Redis' } }), 'rate-limiter'],
  ['dotnet distributed lock', dotnet({ DistributedLock: { Provider: 'Redis', ConnectionString: 'redis:6379' } }), 'lock'],
  ['symfony messenger dsn env', symfony({ 'config/packages/messenger.yaml': "framework:\n  messenger:\n    transports:\n      async: '%env(MESSENGER_TRANSPORT_DSN)%'\n", '.env': 'MESSENGER_TRANSPORT_DSN=redis://redis:6379/messages\n' }), 'job-queue'],
  ['symfony messenger dsn map', symfony({ 'config/packages/messenger.yaml': "framework:\n  messenger:\n    transports:\n      async:\n        dsn: 'redis://redis:6379/messages'\n" }), 'job-queue'],
  ['symfony lock', symfony({ 'config/packages/lock.yaml': "framework:\n  lock: '%env(LOCK_DSN)%'\n", '.env': 'LOCK_DSN=redis://redis:6379\n' }), 'lock'],
  ['symfony lock url', symfony({ 'config/packages/lock.yaml': "framework:\n  lock: 'redis://redis:6379'\n" }), 'lock'],
  ['symfony session', symfony({ 'config/packages/framework.yaml': "framework:\n  session:\n    handler_id: '%env(REDIS_URL)%'\n" }), 'session-store'],
  ['symfony session service', symfony({ 'config/packages/framework.yaml': "framework:\n  session:\n    handler_id: Symfony\\Component\\HttpFoundation\\Session\\Storage\\Handler\\RedisSessionHandler\n" }), 'session-store'],
  ['symfony cache pools', symfony({ 'config/packages/cache.yaml': "framework:\n  cache:\n    pools:\n      p.cache:\n        adapter: cache.adapter.redis\n" }), 'cache'],
  ['snc redis session', symfony({ 'config/packages/snc_redis.yaml': "snc_redis:\n  clients:\n    default:\n      type: phpredis\n      alias: default\n      dsn: redis://redis\n  session:\n    client: default\n" }, 'snc/redis-bundle'), 'session-store'],
  ['laravel session', laravel('SESSION_DRIVER=redis\n'), 'session-store'],
  ['laravel broadcast', laravel('BROADCAST_CONNECTION=redis\n'), 'pub-sub'],
  ['laravel broadcast old', laravel('BROADCAST_DRIVER=redis\n'), 'pub-sub'],
  ['laravel octane..', laravel('REVERB_SCALING_ENABLED=true\n'), 'pub-sub'],
  ['directus env', node(['directus'], { '.env': 'CACHE_STORE=redis\nRATE_LIMITER_STORE=redis\n' }), 'cache'],
  ['phoenix pubsub', { 'compose.yaml': compose, 'mix.exs': 'defp deps do\n [{:phoenix, "~> 1.7"}, {:redix, "~> 1"}]\nend', 'config/prod.exs': 'config :shop, ShopWeb.Endpoint, pubsub: [adapter: Phoenix.PubSub.Redis, host: "redis"]\n' }, 'pub-sub'],
  ['thinkphp cache', { 'compose.yaml': compose, 'composer.json': php('topthink/framework'), 'config/cache.php': "<?php return ['default' => env('cache.driver', 'redis')];" }, 'cache'],
  ['thinkphp queue', { 'compose.yaml': compose, 'composer.json': php('topthink/framework', 'topthink/think-queue'), 'config/queue.php': "<?php return ['default' => 'redis'];" }, 'job-queue'],
  ['yii2', { 'compose.yaml': compose, 'composer.json': php('yiisoft/yii2', 'yiisoft/yii2-redis'), 'config/web.php': "<?php return ['components' => ['cache' => ['class' => 'yii\\redis\\Cache'], 'session' => ['class' => 'yii\\redis\\Session'], 'queue' => ['class' => \\yii\\queue\\redis\\Queue::class]]];" }, 'cache'],
  ['codeigniter', { 'compose.yaml': compose, 'composer.json': php('codeigniter4/framework'), 'app/Config/Cache.php': "<?php class Cache { public string $handler = 'redis'; }" }, 'cache'],
  ['cakephp', { 'compose.yaml': compose, 'composer.json': php('cakephp/cakephp'), 'config/app.php': "<?php return ['Cache' => ['default' => ['className' => RedisEngine::class]]];" }, 'cache'],
  ['shopware', symfony({ 'config/packages/z-shopware.yaml': "framework:\n  cache:\n    app: cache.adapter.redis_tag_aware\n    default_redis_provider: redis://redis\n" }), 'cache'],
  ['oro', symfony({ 'config/packages/prod/framework.yaml': "framework:\n  cache:\n    default_redis_provider: redis://redis\n" }), 'cache'],
]

describe('a store that a framework is told to use', () => {
  for (const [what, files, use, server = 'redis'] of cases) it(what, () => { expect(usesIn(files, server)).toContain(use) })
})

describe('a store that a framework is told not to use', () => {
  it.each<[what: string, files: Record<string, string>]>([
    ['spring session in a database', springWith('spring:\n  session:\n    store-type: jdbc\n')],
    ['spring cache that no class enables', { ...springWith('spring:\n  cache:\n    type: redis\n'), 'src/main/java/shop/Tokens.java': 'package shop;\nimport org.springframework.data.redis.core.StringRedisTemplate;\nclass Tokens { StringRedisTemplate redis; boolean has(String t) { return redis.hasKey(t); } }\n' }],
    ['flask session that nobody starts', { ...python('SESSION_TYPE = "redis"\n', 'flask\nflask-session\nredis\n', 'config.py'), 'app.py': 'from flask import Flask\napp = Flask(__name__)\n' }],
    ['laravel cache and broadcasts by names of before an upgrade', laravel('CACHE_DRIVER=redis\nBROADCAST_DRIVER=redis\n', { 'config/app.php': '<?php return [];', 'config/cache.php': "<?php return ['default' => env('CACHE_STORE', 'database')];" })],
    ['spring cache in memory', springWith('spring:\n  cache:\n    type: caffeine\n')],
    ['jetcache without a remote', springWith('jetcache:\n  local:\n    default:\n      type: caffeine\n')],
    ['constance in the database', python('CONSTANCE_BACKEND = "constance.backends.database.DatabaseBackend"\n# redis\n')],
    ['message queue of sockets elsewhere', python('SOCKETIO_MESSAGE_QUEUE = "amqp://rabbit"\n# redis\n', 'flask\nredis\n', 'config.py')],
    ['rails cache in memory', rails({ 'config/environments/production.rb': "config.cache_store = ENV['X'] ? :memory_store : :null_store\n" })],
    ['rails queue in the database', rails({ 'config/application.rb': "config.active_job.queue_adapter = 'solid_queue'\n" })],
    ['symfony sessions in files', symfony({ 'config/packages/framework.yaml': "framework:\n  session:\n    handler_id: null\n" })],
    ['thinkphp cache in files', { 'compose.yaml': compose, 'composer.json': php('topthink/framework'), 'config/cache.php': "<?php return ['default' => 'file', 'stores' => ['redis' => ['type' => 'redis']]];" }],
    ['yii cache in files', { 'compose.yaml': compose, 'composer.json': php('yiisoft/yii2', 'yiisoft/yii2-redis'), 'config/web.php': "<?php return ['components' => ['cache' => ['class' => 'yii\\caching\\FileCache']]];" }],
    ['codeigniter cache in files', { 'compose.yaml': compose, 'composer.json': php('codeigniter4/framework', 'predis/predis'), 'app/Config/Cache.php': "<?php class Cache { public string $handler = 'file'; }" }],
  ])('%s', (_, files) => { expect(usesIn(files)).toEqual([]) })
})
