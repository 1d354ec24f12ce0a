// Who uses a component for what: the shapes that real stacks have, each with what must and must not be concluded.
import { describe, expect, it, test } from 'vitest'
import { knowledge } from '../../rules/knowledge/index.ts'
import { shapeNames } from '../../src/analysis/signals/shapes.ts'
import { needlesOf } from '../../src/model/patterns.ts'
import { componentOf, establishedOf, observed } from '../support/stack-of.ts'

const redis = '  redis: {image: "redis:7"}\n'
const kafka = '  kafka: {image: "apache/kafka:4.0.0"}\n'

/** A stack with one Redis and one application with this environment. */
const app = (environment: string, rest = ''): string =>
  `services:\n${redis}  app:\n    image: acme/app\n    environment: {REDIS_HOST: redis, ${environment}}\n${rest}`

describe('drivers of frameworks', () => {
  test('Laravel: what is set to redis counts, what is set to database does not', () => {
    expect(establishedOf(observed(app('CACHE_STORE: redis, SESSION_DRIVER: redis, QUEUE_CONNECTION: database')), 'redis')).toEqual(['cache', 'session-store'])
  })
  test('a host beside drivers that keep everything in files is unused', () => {
    expect(componentOf(observed(app('CACHE_DRIVER: file, QUEUE_CONNECTION: sync, SESSION_DRIVER: cookie')), 'redis').uses).toEqual([])
  })
  test('a driver whose variable has no value says nothing', () => {
    expect(componentOf(observed(app('CACHE_DRIVER: "${CACHE_DRIVER}"')), 'redis').uses).toEqual([])
  })
  test('Symfony: a transport in the database is no queue here', () => {
    expect(establishedOf(observed(app('MESSENGER_TRANSPORT_DSN: "doctrine://default"')), 'redis')).toEqual([])
    expect(establishedOf(observed(app('MESSENGER_TRANSPORT_DSN: "redis://redis:6379/messages"')), 'redis')).toEqual(['job-queue'])
  })
  test('a driver of an unknown framework is understood by its words', () => {
    expect(establishedOf(observed(app('MYAPP_RATE_LIMIT_BACKEND: redis')), 'redis')).toEqual(['rate-limiter'])
  })
  test('`REDIS_QUEUE=default` names a queue, no backend', () => {
    expect(establishedOf(observed(app('REDIS_QUEUE: default')), 'redis')).toEqual([])
  })
})

describe('broker URLs', () => {
  const celery = (broker: string, rest = ''): string => `services:
${redis}  web: {build: ., environment: &env {CELERY_BROKER_URL: "${broker}", CACHE_URL: "redis://redis:6379/1"}}
  worker: {build: ., command: celery -A shop worker --concurrency 4, environment: *env}
${rest}`
  test('broker and cache on two database indexes are two uses of one component', () => {
    const stack = observed(celery('redis://redis:6379/0'))
    expect(establishedOf(stack, 'redis')).toEqual(['cache', 'job-queue'])
    const links = componentOf(stack, 'redis').clients.flatMap(client => client.links)
    expect(new Set(links.map(link => link.database))).toEqual(new Set([0, 1]))
  })
  test('a broker elsewhere says nothing about Redis', () => {
    expect(establishedOf(observed(celery('amqp://rabbit:5672', '  rabbit: {image: "rabbitmq:4"}\n')), 'redis')).toEqual(['cache'])
  })
  test('a worker alone does not prove a queue where another broker stands beside', () => {
    expect(establishedOf(observed(`services:
${redis}  rabbit: {image: "rabbitmq:4"}
  worker: {build: ., command: celery -A shop worker, environment: {REDIS_URL: "redis://redis:6379"}}
`), 'redis')).toEqual([])
  })
  test('the key of a client wins over what is known of its image', () => {
    expect(establishedOf(observed(`services:
${redis}  app: {image: ghcr.io/paperless-ngx/paperless-ngx, environment: {PAPERLESS_REDIS: "redis://redis:6379", CELERY_BROKER_URL: "amqp://rabbit"}}
`), 'redis')).not.toContain('job-queue')
  })
  test('evidence quotes the text without its secrets', () => {
    const stack = observed(`services:
${redis}  app: {build: ., environment: {CELERY_BROKER_URL: "redis://:hunter2@redis:6379/0"}}
`)
    const quoted = componentOf(stack, 'redis').uses.flatMap(use => use.evidence.map(each => each.text))
    expect(quoted).toContain('CELERY_BROKER_URL=redis://:***@redis:6379/0')
    expect(quoted.join()).not.toContain('hunter2')
  })
})

describe('connections, names, settings', () => {
  test('a connection alone shows no use', () => {
    expect(componentOf(observed(`services:
${redis}  db: {image: "postgres:17"}
  app: {build: ., environment: {REDIS_URL: "redis://redis:6379", DATABASE_URL: "postgres://db/app"}}
`), 'redis').uses.filter(use => use.established)).toEqual([])
  })
  test('a single service called cache is one where nothing else speaks, and may hold the queue', () => {
    expect(establishedOf(observed(`services:
  cache: {image: "redis:7"}
  app: {build: ., environment: {CELERY_BROKER: "redis://cache:6379/2", DJANGO_CACHE_LOCATION: "redis://cache:6379/1"}}
`), 'cache')).toEqual(['cache', 'job-queue'])
    expect(establishedOf(observed('services:\n  cache: {image: "redis:7"}\n  app: {build: ., environment: {REDIS_URL: "redis://cache"}}\n'), 'cache')).toEqual(['cache'])
  })
  test('two components with telling names have one use each', () => {
    const stack = observed(`services:
  redis-cache: {image: "redis:7"}
  redis-queue: {image: "redis:7"}
  app: {image: acme/app, environment: {REDIS_CACHE: "redis-cache:6379", REDIS_QUEUE: "redis-queue:6379"}}
`)
    expect([establishedOf(stack, 'redis-cache'), establishedOf(stack, 'redis-queue')]).toEqual([['cache'], ['job-queue']])
  })
  test('server settings introduce no use', () => {
    expect(establishedOf(observed(`services:
  redis: {image: "redis:7", command: redis-server --appendonly yes --maxmemory 100mb --maxmemory-policy allkeys-lru}
  app: {build: ., command: bundle exec sidekiq, environment: {REDIS_URL: "redis://redis:6379"}}
`), 'redis')).toEqual(['job-queue'])
    expect(componentOf(observed('services:\n  redis: {image: "redis:7", command: redis-server --maxmemory-policy allkeys-lru}\n'), 'redis').uses).toEqual([])
    // Both ways to keep data switched off and any key given up: nobody means anything else, a limit or none.
    expect(['--appendonly no', ''].map(more => establishedOf(observed(`services:\n  keeper: {image: "redis:7", command: redis-server --save "" --maxmemory-policy allkeys-lru ${more}}\n`), 'keeper'))).toEqual([['cache'], []])
  })
  test('a word in a comment alone establishes nothing', () => {
    expect(establishedOf(observed('services:\n  # Redis (cache)\n  redis:\n    image: redis:7\n'), 'redis')).toEqual([])
  })
  const said = (comment: string): readonly string[] => establishedOf(observed(`services:\n  # ${comment}\n  redis:\n    image: redis:7\n`), 'redis')
  test.each([
    ['Redis for real-time caching', ['cache']],
    ['Used for caching, sessions and Celery', ['cache', 'job-queue', 'session-store']],
    ['noeviction, since this is Acme\u2019s primary datastore, not a cache', ['source-of-truth']],
    ['Message broker required by Celery', ['job-queue']],
    ['Not used for caching', []],
    ['Wait for the queue to drain', []],
    ['Redis as a queue, Postgres for sessions', ['job-queue']],
    ['Redis (cache + Celery broker)', ['cache', 'job-queue']],
  ])('a sentence that states the purpose does: %s', (comment, uses) => {
    expect(said(comment)).toEqual(uses)
  })
  test('such a sentence counts anywhere in the files, if it names the technology and there is one of it', () => {
    const stack = (env: string, rest = ''): string => `services:\n${redis}${rest}  app: {build: ., env_file: .env, environment: {X: "${env}"}}\n`
    const url = '# Connection string to Redis. This will be used for the cache and for\n# Celery.\n#REDIS_URL=redis://redis:6379\n'
    expect(establishedOf(observed(stack('1'), { '.env.example': url }), 'redis')).toEqual(['cache', 'job-queue'])
    expect(establishedOf(observed(stack('1'), { '.env.example': '# Used for caching\nA=1\n' }), 'redis')).toEqual([])
    expect(establishedOf(observed(stack('1', '  other: {image: "valkey/valkey:8"}\n'), { '.env.example': url }), 'redis')).toEqual([])
  })
  test.each([
    ['json', '{"cache": {"enabled": true, "host": "redis"}}', ['cache']],
    ['json', '{"cache": {"enabled": false, "hosts": [{"host": "redis"}]}}', []],
    ['json', '{"cache": {"DISABLED": true, "host": "redis"}}', []],
    ['yaml', 'cache:\n  enabled: ${CACHE}\n  host: redis\n', []],
    ['yaml', 'cache:\n  enabled: ${CACHE:true}\n  host: redis\n', ['cache']],
    ['toml', '[cache]\nenabled = false\nhost = "redis"\n', []],
    ['yaml', 'cacheable:\n  enabled: false\ncache:\n  host: redis\n', ['cache']],
  ])('what stands beside a switch that is off, or cannot be read, is no use: %s %s', (kind, text, uses) => {
    const stack = `services:\n  redis: {image: "redis:7"}\n  app: {image: acme/app, volumes: ["./config.${kind}:/app/config.${kind}:ro"]}\n`
    expect(establishedOf(observed(stack, { [`config.${kind}`]: text }), 'redis')).toEqual(uses)
  })
  test('what lies beside the program counts where the deployment leads it to the server', () => {
    const files = { '.env.example': 'CACHE_STORE=redis\nSESSION_DRIVER=file\nQUEUE_CONNECTION=database\nCELERY_BROKER_URL=redis://localhost:6379/1\n' }
    expect(establishedOf(observed(`services:\n${redis}  app: {build: ., depends_on: [redis]}\n`, files), 'redis')).toEqual(['cache', 'job-queue'])
    expect(componentOf(observed(`services:\n${redis}  app: {build: .}\n`, files), 'redis')).toMatchObject({ uses: [], clients: [] })
    expect(establishedOf(observed(`services:\n${redis}  app: {build: ., depends_on: [redis], environment: {CACHE_STORE: file}}\n`, files), 'redis')).toEqual(['job-queue'])
  })
  test('the lifetime of a cache or lock of a program built here', () => {
    const own = (environment: string): string => `services:\n${redis}  app: {build: ., environment: {REDIS_URL: "redis://redis:6379", ${environment}}}\n`
    expect(establishedOf(observed(own('CACHE_TTL_SECONDS: "60", ORDER_LOCK_TTL_SECONDS: "5", REDIS_SESSION_TTL: "1d"')), 'redis')).toEqual(['cache', 'lock', 'session-store'])
  })
  test('switching off a detail says nothing against the use', () => {
    const offsets = 'DEBEZIUM_SOURCE_OFFSET_STORAGE: io.debezium.storage.redis.offset.RedisOffsetBackingStore'
    expect(establishedOf(observed(app(`${offsets}, DEBEZIUM_SOURCE_OFFSET_STORAGE_REDIS_WAIT_ENABLED: "false"`)), 'redis')).toEqual(['source-of-truth'])
  })
  test('results of Celery are state that it keeps for itself', () => {
    expect(establishedOf(observed(app('CELERY_RESULT_BACKEND: "redis://redis:6379/1"')), 'redis')).toEqual(['(state-store)', 'job-queue'])
  })
  test('one program that is given its address, or waits for it, makes an event bus where nothing else is known of it, and a tool makes none', () => {
    const one = (rest: string): string => `services:\n${kafka}  app: {image: acme/app, ${rest}}\n`
    expect(establishedOf(observed(one('environment: {KAFKA_BROKERS: "kafka:9092"}')), 'kafka')).toEqual(['event-bus'])
    expect(establishedOf(observed(one('depends_on: [kafka]')), 'kafka')).toEqual(['event-bus'])
    expect(establishedOf(observed(`services:\n${kafka}  topics-init: {image: acme/app, depends_on: [kafka]}\n`), 'kafka')).toEqual([])
    expect(establishedOf(observed(one('environment: {KAFKA_BROKERS: "kafka:9092", KAFKA_STREAMS_STATE_DIR: /s}')), 'kafka')).toEqual(['stream-processing'])
  })
  test('the only store beside a program is its only home where nobody calls it something else', () => {
    const stack = (comment: string): readonly string[] => establishedOf(observed(`services:\n  # ${comment}\n  redis: {image: "redis:7", volumes: ["data:/data"]}\n  app: {build: ., environment: {REDIS_URL: "redis://redis:6379"}}\nvolumes: {data: }\n`), 'redis')
    expect(stack('Redis')).toEqual(['source-of-truth'])
    expect(stack('Redis cache')).toEqual([])
  })
  test('a fragment with Redis alone is no source of truth', () => {
    expect(componentOf(observed('services:\n  redis: {image: "redis:7", volumes: ["data:/data"]}\nvolumes: {data: }\n'), 'redis').uses).toEqual([])
  })
  test('a worker that is given nothing else to work with has its queue there', () => {
    const worker = (environment: string): readonly string[] => establishedOf(observed(`services:\n  redis: {image: "redis:7"}\n  worker: {image: acme/app, environment: {REDIS_URL: "redis://redis:6379"${environment}}}\n`), 'redis')
    expect(worker('')).toEqual(['job-queue'])
    expect(worker(', DATABASE_URL: "postgres://db/shop"')).toEqual([])
    expect(worker(', AMQP_URL: "amqp://rabbit"')).toEqual([])
  })
  test('the script that a command names is read, and what the Dockerfile starts', () => {
    const uses = (service: string, files: Record<string, string>): readonly string[] => establishedOf(observed(`services:\n  redis: {image: "redis:7"}\n  background: {${service}, environment: {REDIS_URL: "redis://redis:6379"}}\n`, files), 'redis')
    expect(uses('build: ., command: ./bin/start.sh', { Dockerfile: 'FROM python:3\n', 'bin/start.sh': '#!/bin/sh\n# celery -A shop beat\nexec celery -A shop worker\n' })).toEqual(['job-queue'])
    expect(uses('image: python, command: /app/start.sh, volumes: ["./bin/start.sh:/app/start.sh"]', { 'bin/start.sh': 'exec rq worker\n' })).toEqual(['job-queue'])
    expect(uses('build: .', { Dockerfile: 'FROM ruby:3 AS base\nCMD ["bundle", "exec", "sidekiq"]\n' })).toEqual(['job-queue'])
    expect(uses('build: ., command: bin/web', { Dockerfile: 'FROM ruby:3\nCMD ["bundle", "exec", "sidekiq"]\n' })).toEqual([])
    expect(uses('build: ., command: ./start.sh', { Dockerfile: 'FROM python:3\n', 'start.sh': '# exec celery -A shop worker\nexec gunicorn shop\n' })).toEqual([])
  })
  test('the programs of a supervisor are read, mounted or copied, and the processes of a Procfile', () => {
    const uses = (service: string, files: Record<string, string>): readonly string[] => establishedOf(observed(`services:\n  redis: {image: "redis:7"}\n  background: {${service}, environment: {REDIS_URL: "redis://redis:6379"}}\n`, files), 'redis')
    const worker = '[supervisord]\nnodaemon=true\n[program:worker]\ncommand=celery -A shop worker\nautostart=true\n'
    const mounted = 'image: shop/app, volumes: ["./docker/worker.conf:/etc/supervisor/conf.d/worker.conf"]'
    expect(uses(mounted, { 'docker/worker.conf': worker })).toEqual(['job-queue'])
    expect(uses(mounted, { 'docker/worker.conf': worker.replace('autostart=true', 'autostart=false') })).toEqual([])
    expect(uses(mounted, { 'docker/worker.conf': '[program:web]\n; celery -A shop worker\ncommand=gunicorn shop\n' })).toEqual([])
    const copied = 'FROM python:3\nCOPY docker/supervisord.conf /etc/supervisord.conf\nCMD ["supervisord", "-n"]\n'
    expect(uses('build: .', { Dockerfile: copied, 'docker/supervisord.conf': worker })).toEqual(['job-queue'])
    expect(uses(mounted, { 'docker/worker.conf': worker.replace('celery -A shop worker', 'php artisan queue:work redis --queue=high') })).toEqual(['job-queue'])
    expect(uses(mounted, { 'docker/worker.conf': worker.replace('celery -A shop worker', 'php artisan queue:work database') })).toEqual([])
    const processes = { Dockerfile: 'FROM python:3\nCMD ["honcho", "start"]\n', Procfile: 'web: gunicorn shop\nworker: celery -A shop worker\n' }
    expect(uses('build: .', processes)).toEqual(['job-queue'])
    expect(uses('build: ., command: honcho start web', processes)).toEqual([])
    expect(uses('build: ., command: gunicorn shop', processes)).toEqual([])
  })
  test('a declaration decides', () => {
    const { uses } = componentOf(observed('services:\n  redis: {image: "redis:7", labels: {misfit.use: lock}}\n'), 'redis')
    expect(uses).toMatchObject([{ use: 'lock', confidence: 1, declared: true, established: true }])
  })
  test.each(['GUNICORN_CMD_ARGS: "--workers 4"', 'CACHE_TTL: "300"', 'SESSION_SECRET: abc', 'RATE_LIMIT_MAX: "100"', 'N8N_RUNNERS_BROKER_PORT: "5679"', 'MQTT_BROKER_URL: "mqtt://m:1883"', 'TRANSFORMERS_CACHE: /models'])(
    'tuning is no evidence: %s', environment => {
      expect(componentOf(observed(app(environment)), 'redis').uses).toEqual([])
    })
  test('a UI that looks at the server is no client', () => {
    expect(componentOf(observed(`services:\n${redis}  ui: {image: rediscommander/redis-commander, environment: {REDIS_HOSTS: "queue:redis:6379"}}\n`), 'redis')).toMatchObject({ uses: [], clients: [] })
  })
})

describe('known applications', () => {
  const n8n = (environment: string): string => `services:\n${redis}  n8n: {image: n8nio/n8n, environment: {QUEUE_BULL_REDIS_HOST: redis${environment}}}\n`
  test('n8n uses Redis in queue mode only', () => {
    expect(establishedOf(observed(n8n(', EXECUTIONS_MODE: queue')), 'redis')).toContain('job-queue')
    expect(establishedOf(observed(n8n('')), 'redis')).toEqual([])
  })
  test('Nextcloud', () => {
    expect(establishedOf(observed(`services:\n${redis}  app: {image: nextcloud, environment: {REDIS_HOST: redis}}\n`), 'redis')).toEqual(['cache', 'lock', 'session-store'])
  })
  test('the only home of secrets', () => {
    expect(establishedOf(observed(`services:\n${redis}  app: {image: onetimesecret/onetimesecret, environment: {REDIS: "redis://redis"}}\n`), 'redis')).toContain('source-of-truth')
  })
})

describe('logs and streams', () => {
  const two = (environment: (name: string) => string): string => `services:
${kafka}  orders: {image: acme/orders, environment: {KAFKA_BOOTSTRAP_SERVERS: "kafka:9092"${environment('orders')}}}
  billing: {image: acme/billing, environment: {KAFKA_BOOTSTRAP_SERVERS: "kafka:9092"${environment('billing')}}}
`
  test('a UI is no application, and two that are given its address show as much as one', () => {
    const one = (app: string): ReturnType<typeof observed> => observed(`services:
${kafka}  ui: {image: provectuslabs/kafka-ui, environment: {KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS: "kafka:9092"}}
  app: {image: acme/app, ${app}}
`)
    const confidence = (stack: ReturnType<typeof observed>): number => componentOf(stack, 'kafka').uses.find(use => use.use === 'event-bus')?.confidence ?? 0
    expect(confidence(observed(two(() => '')))).toBeGreaterThanOrEqual(confidence(one('environment: {KAFKA_BROKERS: "kafka:9092"}')))
  })
  test('two groups are decisive', () => {
    expect(componentOf(observed(two(name => `, KAFKA_GROUP_ID: ${name}`)), 'kafka').uses[0]).toMatchObject({ use: 'event-bus' })
    expect(componentOf(observed(two(name => `, KAFKA_GROUP_ID: ${name}`)), 'kafka').uses[0]?.confidence).toBeGreaterThan(0.95)
  })
  test('channels of MicroProfile are topics; one and its response are a pair', () => {
    const stack = (channel: string): readonly string[] => establishedOf(observed(`services:
${kafka}  orders: {build: ./orders, environment: {MP_MESSAGING_INCOMING_${channel}_BOOTSTRAP_SERVERS: "kafka:9092"}}
  payments: {build: ./payments, environment: {MP_MESSAGING_INCOMING_PAYMENT_BOOTSTRAP_SERVERS: "kafka:9092"}}
`), 'kafka')
    expect(stack('PAYMENTRESPONSE')).toEqual(['event-bus', 'request-reply'])
    expect(stack('SHIPMENT')).toEqual(['event-bus'])
  })
  test('two processes of one build are one application', () => {
    expect(componentOf(observed(`services:
${kafka}  web: {build: ., environment: {KAFKA_BROKERS: "kafka:9092"}}
  cron: {build: ., command: cron, environment: {KAFKA_BROKERS: "kafka:9092"}}
`), 'kafka').uses.flatMap(use => use.evidence.map(({ signal }) => signal))).not.toContain('several-applications')
  })
  test('a broker that a flag names is the broker', () => {
    const flower = (flag: string): readonly string[] => establishedOf(observed(`services:\n  store: {image: "redis:7"}\n  flower: {image: "mher/flower:2.0", command: ${flag}, depends_on: [store]}\n`), 'store')
    expect([flower('--broker=amqp://rabbit:5672//'), flower('--broker=redis://store:6379/0')]).toEqual([[], ['job-queue']])
  })
  test('Connect with Debezium is change data capture; what the tools keep for themselves is no use of its own', () => {
    expect(establishedOf(observed(`services:
${kafka}  registry: {image: confluentinc/cp-schema-registry, environment: {SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS: "kafka:9092"}}
  connect: {image: debezium/connect, environment: {BOOTSTRAP_SERVERS: "kafka:9092", GROUP_ID: 1, CONFIG_STORAGE_TOPIC: my_configs, OFFSET_STORAGE_TOPIC: my_offsets}}
`), 'kafka')).toEqual(['(state-store)', 'cdc'])
  })
  test('topic names: request and reply, compacted snapshots', () => {
    expect(establishedOf(observed(`services:
${kafka}  init:
    image: apache/kafka:4.0.0
    command: >
      sh -c "kafka-topics.sh --create --topic items-requests --bootstrap-server kafka:9092 &&
      kafka-topics.sh --create --topic items-responses --bootstrap-server kafka:9092 &&
      kafka-topics.sh --create --topic items-snapshots --config cleanup.policy=compact --bootstrap-server kafka:9092"
`), 'kafka')).toEqual(['request-reply', 'state-store'])
  })
  test('Jaeger buffers spans', () => {
    expect(establishedOf(observed(`services:\n${kafka}  collector: {image: jaegertracing/jaeger-collector, environment: {SPAN_STORAGE_TYPE: kafka, KAFKA_PRODUCER_BROKERS: "kafka:9092"}}\n`), 'kafka')).toEqual(['event-bus'])
  })
  test('ksqlDB processes streams', () => {
    expect(establishedOf(observed(`services:\n${kafka}  ksql: {image: confluentinc/cp-ksqldb-server, environment: {KSQL_BOOTSTRAP_SERVERS: "kafka:9092"}}\n`), 'kafka')).toEqual(['stream-processing'])
  })
})

test('every shape of the knowledge is one that the inference knows', () => {
  const shapes = knowledge.signals.flatMap(signal => (signal.where === 'stack' ? [signal.shape] : []))
  expect(shapes.filter(shape => !shapeNames.includes(shape))).toEqual([])
})

test('the same stack gives the same result, and every piece of evidence has a place', () => {
  const text = app('CACHE_STORE: redis, QUEUE_CONNECTION: redis')
  expect(JSON.stringify(observed(text))).toBe(JSON.stringify(observed(text)))
  for (const { evidence } of componentOf(observed(text), 'redis').uses) {
    for (const { span } of evidence) expect(text.slice(span.start, span.end)).not.toBe('')
  }
})

describe('needlesOf', () => {
  it('names a text that every match holds', () => {
    expect(needlesOf('(^|/)(netboxcommunity|lscr)/netbox$')).toEqual(['/netbox'])
    expect(needlesOf('(.*_)?CELERY_BROKER_URL')).toEqual(['CELERY_BROKER_URL'])
    expect(needlesOf('(QUEUE|JOBS)_(A|B)')).toEqual(['QUEUE', 'JOBS'])
    expect(needlesOf('(A|.*)X?')).toBeUndefined()
    expect(needlesOf('\\w+')).toBeUndefined()
    expect(needlesOf('colou?r')).toEqual(['colo'])
  })

  it('never hides a match of the shipped patterns', () => {
    for (const signal of knowledge.signals) {
      const source = signal.where === 'image' ? signal.image : signal.where === 'key' ? signal.key : undefined
      // Plain samples made from the pattern itself: the first alternative of every group, without its optional parts.
      const needles = source === undefined ? undefined : needlesOf(source)
      if (source === undefined || needles === undefined) continue
      for (const sample of samplesOf(source)) if (new RegExp(`^(?:${source})$`).test(sample)) expect([source, needles.some(needle => sample.includes(needle))]).toEqual([source, true])
    }
  })
})

function samplesOf(source: string): string[] {
  const literal = source.replace(/\(\^\|\/\)/g, '').replace(/[\^$]/g, '').replace(/\\(.)/g, '$1')
  const expand = (text: string): string[] => {
    const group = /\(([^()]*)\)(\??)/.exec(text)
    if (!group) return [text.replace(/\[[^\]]*\][*+?]?/g, 'x').replace(/\.[*+]/g, 'x').replace(/(.)\?/g, '$1')]
    return (group[1] ?? '').replace('?:', '').split('|').slice(0, 4).flatMap(choice => expand(text.replace(group[0], () => choice)).slice(0, 40))
  }
  return expand(literal)
}
