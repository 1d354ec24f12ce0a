// What the frameworks' own configuration says: production's files count, others do not, and what the deployment sets wins.
import { describe, expect, it } from 'vitest'
import { componentIn, composeWith, npm, usesIn } from '../support/programs.ts'

const compose = composeWith({ app: '.' })
const kafkaCompose = 'services:\n  kafka:\n    image: apache/kafka:3.9.0\n  app:\n    build: .\n    depends_on: [kafka]\n'
const php = (...packages: readonly string[]): string => JSON.stringify({ name: 'acme/app', require: Object.fromEntries(packages.map(name => [name, '*'])) })

describe('Rails', () => {
  const app = { 'compose.yaml': compose, 'Gemfile': "gem 'rails'\ngem 'redis'\ngem 'rack-attack'\n", 'config/application.rb': 'class App < Rails::Application\nend\n' }
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
