// What the frameworks' own configuration says: production's files count, others do not, and what the deployment sets wins.
import { describe, expect, it } from 'vitest'
import { componentIn, composeWith, npm, usesIn } from '../support/programs.ts'

const compose = composeWith({ app: '.' })
const kafkaCompose = 'services:\n  kafka:\n    image: apache/kafka:3.9.0\n  app:\n    build: .\n    depends_on: [kafka]\n'
const php = (...packages: readonly string[]): string => JSON.stringify({ name: 'acme/app', require: Object.fromEntries(packages.map(name => [name, '*'])) })

describe('Rails', () => {
  const app = { 'compose.yaml': compose, 'Gemfile': "gem 'rails'\ngem 'redis'\ngem 'rack-attack'\n", 'config/application.rb': 'class App < Rails::Application\nend\n' }
  const chosen = { ...app, 'Gemfile': `${app.Gemfile}gem 'sidekiq'\ngem 'good_job'\n`, 'config/initializers/sidekiq.rb': 'Sidekiq.configure_server { |config| config.redis = { url: ENV["REDIS_URL"] } }\n', 'config/environments/production.rb': "config.active_job.queue_adapter = ENV.fetch('JOB_QUEUE', 'sidekiq')\n" }
  it('takes the adapter of Active Job that the environment chooses, or its default', () => {
    expect(usesIn(chosen)).toContain('job-queue')
    expect(usesIn({ ...chosen, 'compose.yaml': `${compose}\n      JOB_QUEUE: good_job` })).not.toContain('job-queue')
  })
  it('keeps cache, sessions, jobs and sockets where its configuration says', () => {
    expect(usesIn({ ...app, 'config/environments/production.rb': 'config.cache_store = :redis_cache_store, { url: ENV["REDIS_URL"] }\nconfig.active_job.queue_adapter = :sidekiq\n', 'config/initializers/session_store.rb': 'Rails.application.config.session_store :cache_store, key: "_a"\n', 'config/cable.yml': 'default: &default\n  adapter: redis\n  url: <%= ENV["REDIS_URL"] %>\nproduction:\n  <<: *default\n', 'app/channels/chat_channel.rb': 'class ChatChannel < ApplicationCable::Channel\nend\n' }))
      .toEqual(['cache', 'job-queue', 'pub-sub', 'session-store'])
  })
  it('is not asked about development, comments or other stores', () => {
    expect(usesIn({ ...app, 'config/environments/development.rb': 'config.cache_store = :redis_cache_store\n', 'config/environments/production.rb': '# config.cache_store = :redis_cache_store\nconfig.cache_store = :memory_store\nconfig.active_job.queue_adapter = :good_job\n', 'config/cable.yml': 'development:\n  adapter: redis\nproduction:\n  adapter: solid_cable\n' })).toEqual([])
  })
  it('sends nothing over sockets for the cable.yml alone that every application is born with', () => {
    expect(usesIn({ ...app, 'config/cable.yml': 'production:\n  adapter: redis\n', 'app/channels/application_cable/channel.rb': 'module ApplicationCable\nend\n' })).toEqual([])
  })
  it('works with the server by itself, though its cache store lies elsewhere', () => {
    expect(usesIn({ ...app, 'config/environments/production.rb': 'config.cache_store = :mem_cache_store\n', 'app/models/price.rb': "class Price\n  def self.cached(id)\n    redis = Redis.new\n    redis.setex(\"price_cache:#{id}\", 300, load(id))\n  end\nend\n" })).toEqual(['cache'])
  })
})

describe('Laravel', () => {
  const app = { 'compose.yaml': compose, 'composer.json': php('laravel/framework'), 'config/queue.php': "<?php return ['default' => env('QUEUE_CONNECTION', 'sync')];", 'config/cache.php': "<?php return ['default' => env('CACHE_STORE', env('CACHE_DRIVER', 'redis'))];" }
  it('takes the drivers of its configuration and of the example of its environment file', () => {
    expect(usesIn({ ...app, '.env.example': 'QUEUE_CONNECTION=redis\nSESSION_DRIVER=file\n' })).toEqual(['cache', 'job-queue'])
  })
  it('takes what the deployment sets before both', () => {
    expect(usesIn({ ...app, 'compose.yaml': `${compose}\n      CACHE_STORE: file\n      QUEUE_CONNECTION: sync\n`, '.env.example': 'QUEUE_CONNECTION=redis\n' })).toEqual([])
  })
  it('means nothing to a program that is no Laravel', () => {
    expect(usesIn({ ...app, 'composer.json': php('slim/slim') })).toEqual([])
  })
})

describe('Django', () => {
  const settings = 'import os\nREDIS_HOST = os.environ.get("REDIS_HOST", "redis")\nCACHES = {\n    "default": {\n        "BACKEND": "django_redis.cache.RedisCache",\n        "LOCATION": f"redis://{REDIS_HOST}:6379/1",\n    }\n}\nSESSION_ENGINE = "django.contrib.sessions.backends.cache"\nCHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [os.environ.get("REDIS_URL", "redis://redis:6379")]}}}\nCELERY_BROKER_URL = os.environ.get("BROKER", "redis://redis:6379/0")\n'
  const app = { 'compose.yaml': compose, 'requirements.txt': 'django\n' }
  it('keeps what its settings say', () => {
    expect(usesIn({ ...app, 'shop/settings.py': settings })).toEqual(['cache', 'job-queue', 'pub-sub', 'session-store'])
  })
  it('is not asked about the settings of tests and developers', () => {
    expect(usesIn({ ...app, 'shop/settings/test.py': settings, 'shop/settings/local.py': settings })).toEqual([])
  })
  it('takes what the deployment passes before its own default', () => {
    expect(usesIn({ ...app, 'compose.yaml': `${compose}\n      BROKER: amqp://rabbit\n`, 'shop/settings.py': 'import os\nCELERY_BROKER_URL = os.environ.get("BROKER", "redis://redis:6379/0")\n' })).toEqual([])
  })
})

describe('Spring, Quarkus and ASP.NET Core', () => {
  const pom = '<project><artifactId>app</artifactId></project>'
  it('takes production\'s profile before the default one, and none of tests', () => {
    const app = { 'compose.yaml': compose, 'pom.xml': pom, 'src/main/resources/application.yml': 'spring:\n  cache:\n    type: redis\n' }
    expect(usesIn(app)).toEqual(['cache'])
    expect(usesIn({ ...app, 'compose.yaml': `${compose}\n      SPRING_CACHE_TYPE: none\n` })).toEqual([])
    expect(usesIn({ ...app, 'src/main/resources/application-prod.yml': 'spring:\n  cache:\n    type: caffeine\n' })).toEqual([])
    expect(usesIn({ ...app, 'src/main/resources/application.yml': '', 'src/main/resources/application-test.yml': 'spring:\n  cache:\n    type: redis\n' })).toEqual([])
    expect(usesIn({ ...app, 'src/main/resources/application.yml': 'a: 1\n---\nspring:\n  config:\n    activate:\n      on-profile: test\n  cache:\n    type: redis\n' })).toEqual([])
  })
  it('reads Kafka Streams of Quarkus, with the place', () => {
    const found = componentIn({ 'compose.yaml': kafkaCompose, 'pom.xml': pom, 'src/main/resources/application.properties': 'quarkus.kafka-streams.bootstrap-servers=kafka:9092\nquarkus.kafka-streams.application-id=app\n' }, 'kafka').uses.find(use => use.use === 'stream-processing')
    expect(found?.evidence.map(each => each.span.file)).toContain('src/main/resources/application.properties')
  })
  it('finds the server that only the program names', () => {
    const plain = 'services:\n  cache: { image: "redis:7" }\n  jobs: { image: "redis:7" }\n  app: { build: . }\n'
    expect(componentIn({ 'compose.yaml': plain, 'App.csproj': '<Project/>', 'appsettings.json': '{"ConnectionStrings": {"Redis": "cache:6379"}}' }, 'cache').clients.map(client => client.workload.name)).toEqual(['app'])
  })
})

it('reads the stores of Symfony, production\'s over the common ones', () => {
  const app = { 'compose.yaml': compose, 'composer.json': php('symfony/framework-bundle') }
  expect(usesIn({ ...app, 'config/packages/cache.yaml': 'framework:\n  cache:\n    app: cache.adapter.redis\n', 'config/packages/lock.yaml': "framework:\n  lock: '%env(REDIS_URL)%'\n" })).toEqual(['cache', 'lock'])
  expect(usesIn({ ...app, 'config/packages/cache.yaml': 'framework:\n  cache:\n    app: cache.adapter.redis\nwhen@prod:\n  framework:\n    cache:\n      app: cache.adapter.apcu\n' })).toEqual([])
})

it('keeps to the folders of the program', () => {
  expect(usesIn({ 'compose.yaml': composeWith({ app: 'app' }), 'app/package.json': npm('app', 'ioredis'), 'other/requirements.txt': 'django\n', 'other/settings.py': 'CELERY_BROKER_URL = "redis://redis:6379/0"\n' })).toEqual([])
})

describe('what a framework keeps in the store of its cache', () => {
  const laravel = { 'compose.yaml': compose, 'composer.json': php('laravel/framework'), 'config/cache.php': "<?php return ['default' => env('CACHE_STORE', 'database')];", 'routes/console.php': "<?php\nSchedule::command('prune')->daily()->onOneServer();\n", 'app/Providers/AppServiceProvider.php': "<?php\nRateLimiter::for('login', fn () => Limit::perMinute(5));\n" }
  it('is in the server with it: limits and locks of Laravel', () => {
    expect(usesIn({ ...laravel, '.env.example': 'CACHE_STORE=redis\n' })).toEqual(['cache', 'lock', 'rate-limiter'])
    expect(usesIn({ ...laravel, 'compose.yaml': `${compose}\n      CACHE_STORE: redis\n` })).toEqual(['cache', 'lock', 'rate-limiter'])
  })
  it('is elsewhere with it', () => {
    expect(usesIn(laravel)).toEqual([])
    expect(usesIn({ ...laravel, 'compose.yaml': `${compose}\n      CACHE_STORE: file\n`, '.env.example': 'CACHE_STORE=redis\n' })).toEqual([])
    expect(usesIn({ ...laravel, 'routes/console.php': '<?php\n// Schedule::call($f)->onOneServer();\n', 'app/Providers/AppServiceProvider.php': '<?php\n', '.env.example': 'CACHE_STORE=redis\n' })).toEqual(['cache'])
  })
  const rails = { 'compose.yaml': compose, 'Gemfile': "gem 'rails'\ngem 'redis'\ngem 'turbo-rails'\n", 'app/controllers/sessions_controller.rb': 'class SessionsController < ApplicationController\n  rate_limit to: 10, within: 3.minutes, only: :create\nend\n' }
  it('counts the limits of Rails where its cache is', () => {
    expect(usesIn({ ...rails, 'config/environments/production.rb': 'config.cache_store = :redis_cache_store\n' })).toEqual(['cache', 'rate-limiter'])
    expect(usesIn({ ...rails, 'config/environments/production.rb': 'config.cache_store = :solid_cache_store\n' })).toEqual([])
  })
  it('hears what models broadcast to pages over the cable', () => {
    const cable = 'production:\n  adapter: redis\n'
    expect(usesIn({ ...rails, 'config/cable.yml': cable, 'app/models/card.rb': 'class Card < ApplicationRecord\n  broadcasts_to :board\nend\n' })).toEqual(['pub-sub'])
    expect(usesIn({ ...rails, 'config/cable.yml': cable, 'app/views/cards/index.html.erb': '<h1><%= turbo_stream_from @board %></h1>\n' })).toEqual(['pub-sub'])
    expect(usesIn({ ...rails, 'config/cable.yml': cable, 'app/models/card.rb': 'class Card < ApplicationRecord\n  # broadcasts_to :board\nend\n' })).toEqual([])
  })
  it('counts the throttles of the Django REST framework in the default cache', () => {
    const settings = (backend: string): string => `CACHES = {"default": {"BACKEND": "${backend}", "LOCATION": "redis://redis:6379/1"}}\nREST_FRAMEWORK = {\n    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],\n    "DEFAULT_THROTTLE_RATES": {"anon": "100/day"},\n}\n`
    const django = { 'compose.yaml': compose, 'requirements.txt': 'django\ndjangorestframework\nredis\n' }
    expect(usesIn({ ...django, 'shop/settings.py': settings('django.core.cache.backends.redis.RedisCache') })).toEqual(['cache', 'rate-limiter'])
    expect(usesIn({ ...django, 'shop/settings.py': settings('django.core.cache.backends.locmem.LocMemCache') })).not.toContain('rate-limiter')
  })
  it('counts the limits of Symfony in the pool that they name, or the application\'s', () => {
    const symfony = { 'compose.yaml': compose, 'composer.json': php('symfony/framework-bundle'), 'config/packages/rate_limiter.yaml': 'framework:\n  rate_limiter:\n    api:\n      policy: sliding_window\n      limit: 10\n      interval: 1 minute\n' }
    expect(usesIn({ ...symfony, 'config/packages/cache.yaml': 'framework:\n  cache:\n    app: cache.adapter.redis\n' })).toEqual(['cache', 'rate-limiter'])
    expect(usesIn({ ...symfony, 'config/packages/cache.yaml': 'framework:\n  cache:\n    app: cache.adapter.filesystem\n' })).toEqual([])
  })
})

describe('one line of an application\'s own file', () => {
  const wiki = { 'compose.yaml': compose, 'composer.json': php('predis/predis') }
  it.each<[what: string, files: Record<string, string>, uses: readonly string[]]>([
    ['modules of Medusa', { 'package.json': npm('shop', '@medusajs/medusa'), 'medusa-config.ts': 'export default defineConfig({ modules: [\n  { resolve: "@medusajs/medusa/event-bus-redis", options: { redisUrl: process.env.REDIS_URL } },\n  { resolve: "@medusajs/medusa/locking-redis" },\n  // { resolve: "@medusajs/medusa/caching-redis" },\n] })\n' }, ['event-bus', 'lock']],
    ['sessions and cache of Magento', { 'app/etc/env.php': "<?php return ['session' => ['save' => 'redis'], 'cache' => ['frontend' => ['default' => ['backend' => 'Magento\\\\Framework\\\\Cache\\\\Backend\\\\Redis']]]];" }, ['cache', 'session-store']],
    ['sessions in files', { 'app/etc/env.php': "<?php return ['session' => ['save' => 'files']];" }, []],
    ['jobs of MediaWiki', { 'LocalSettings.php': "<?php\n$wgJobTypeConf['default'] = [ 'class' => 'JobQueueRedis', 'redisServer' => 'redis:6379' ];\n" }, ['job-queue']],
    ['cache and locks of Drupal', { 'web/sites/default/settings.php': "<?php\n$settings['cache']['default'] = 'cache.backend.redis';\n$settings['container_yamls'][] = 'modules/contrib/redis/example.services.yml';\n" }, ['cache', 'lock']],
    ['objects of WordPress', { 'wp-config.php': "<?php\ndefine('WP_REDIS_HOST', 'redis');\n" }, ['cache']],
    ['PHP\'s own sessions', { 'docker/php/php.ini': '; session.save_handler = files\nsession.save_handler = redis\nsession.save_path = "tcp://redis:6379"\n' }, ['session-store']],
    ['PHP\'s sessions in files', { 'docker/php/php.ini': '; session.save_handler = redis\nsession.save_handler = files\n' }, []],
    ['queue of Loco', { 'Cargo.toml': '[dependencies]\nloco-rs = "0.16"\n', 'config/production.yaml': 'queue:\n  # jobs\n  kind: Redis\n  uri: redis://redis:6379\n' }, ['job-queue']],
    ['no Loco', { 'Cargo.toml': '[dependencies]\naxum = "0.8"\n', 'config/production.yaml': 'queue:\n  kind: Redis\n' }, []],
    ['cache of Nitro', { 'package.json': npm('web', 'nuxt'), 'nuxt.config.ts': "export default defineNuxtConfig({ nitro: { storage: { cache: { driver: 'redis', url: 'redis://redis:6379' } } } })\n" }, ['cache']],
    ['stores of AdonisJS', { 'package.json': npm('web', '@adonisjs/core', '@adonisjs/redis'), 'config/limiter.ts': "export default defineConfig({ default: env.get('LIMITER_STORE', 'redis'), stores: {} })\n", '.env.example': 'SESSION_DRIVER=redis\n' }, ['rate-limiter', 'session-store']],
    ['cookies of AdonisJS', { 'package.json': npm('web', '@adonisjs/core', '@adonisjs/redis'), '.env.example': 'SESSION_DRIVER=cookie\n' }, []],
  ])('%s', (_, files, uses) => { expect(usesIn({ ...wiki, ...files })).toEqual(uses) })
})
