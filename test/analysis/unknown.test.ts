// Unknown never accuses: what nobody can read adds no finding, and neither does the order in which a map's keys stand.
import { expect, it } from 'vitest'
import { rules } from '../../rules/index.ts'
import { lint, observe } from '../../src/lint.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { added, hiddenOneByOne, randomFrom, shuffledKeys, unsetOneByOne, type Files } from '../support/mutations.ts'

const queue = 'services:\n  redis: {image: redis, command: redis-server --maxmemory 1mb --maxmemory-policy allkeys-lru}\n  web: {image: web, environment: {CELERY_BROKER_URL: "redis://redis"}}\n'

const report = (files: Files): ReturnType<typeof lint> => lint(memoryTree({ ...files }))

it('replaces each scalar and each part of it once, in YAML and in lines of names and values', () => {
  const files = {
    'compose.yaml': 'services:\n  redis:\n    image: redis:7\n    command: redis-server --save ""\n    environment: [A=b]\n    configs:\n      - content: |\n          maxmemory 1gb\n',
    'redis.conf': '# no\nappendonly yes\n',
  }
  expect([...unsetOneByOne(files)].map(({ text }) => text)).toEqual([
    'compose.yaml: services.redis.image: redis:7 → ${MISFIT_UNSET}',
    'compose.yaml: services.redis.image: redis:7 → ${MISFIT_UNSET}:7',
    'compose.yaml: services.redis.image: redis:7 → redis:${MISFIT_UNSET}',
    'compose.yaml: services.redis.command: redis-server --save "" → ${MISFIT_UNSET}',
    'compose.yaml: services.redis.command: redis-server --save "" → ${MISFIT_UNSET} --save ""',
    'compose.yaml: services.redis.command: redis-server --save "" → redis-server ${MISFIT_UNSET} ""',
    'compose.yaml: services.redis.command: redis-server --save "" → redis-server --save ${MISFIT_UNSET}',
    'compose.yaml: services.redis.environment[0]: A=b → ${MISFIT_UNSET}',
    'compose.yaml: services.redis.environment[0]: A=b → A=${MISFIT_UNSET}',
    'compose.yaml: services.redis.configs[0].content: maxmemory 1gb → ${MISFIT_UNSET} 1gb',
    'compose.yaml: services.redis.configs[0].content: maxmemory 1gb → maxmemory ${MISFIT_UNSET}',
    'redis.conf: appendonly: yes → ${MISFIT_UNSET}',
  ])
})

it('writes a file anew in its own order and in another, without breaking anchors', () => {
  const files = { 'compose.yaml': 'x-a: &a {k: 1, l: 2}\nservices:\n  redis: {image: redis, environment: *a, hostname: r}\n  web: {image: w, restart: always, labels: {a: 1, b: 2}}\n' }
  const orders = new Set([1, 2, 3, 4, 5].map(seed => shuffledKeys(files, randomFrom(seed)).after['compose.yaml']))
  expect(orders.size).toBeGreaterThan(2)
  for (const text of orders) expect(text).toMatch(/^x-a: &a[^]*\*a/)
})

it('takes for no accusation what a value proved in mitigation: that no program opens the server, or a password of development', () => {
  const program = { 'package.json': '{"name": "shop", "dependencies": {"ioredis": "5"}}', 'index.js': "import Redis from 'ioredis'\nnew Redis().setex('page', 60, 'x')\n", Dockerfile: 'FROM debian:12\nCOPY . .\nCMD ["node", "index.js"]\n' }
  const kafka = (source: string): Files => ({ ...program, 'compose.yaml': `services:\n  redis: {image: "redis:7.4"}\n  kafka:\n    image: apache/kafka:3.9.0\n    environment: {KAFKA_NODE_ID: 1, KAFKA_PROCESS_ROLES: "broker,controller", KAFKA_DEFAULT_REPLICATION_FACTOR: 3}\n  web:\n    image: shop/web:1\n    environment: {CACHE_URL: "redis://redis:6379/1", KAFKA_TOPIC: orders}\n    volumes: ["${source}:/app"]\n` })
  const [read, unread] = [report(kafka('./')), report(kafka('${SOURCE}'))], said = (of: typeof read): readonly string[] => of.findings.filter(({ rule }) => rule === 'kafka/replication-exceeds-brokers').map(({ severity }) => severity)
  expect([said(read), said(unread)]).toEqual([['info'], ['error']])
  expect(added(read, unread)).toEqual([])
  // The same without the reason is one.
  expect(added({ ...read, findings: read.findings.map(finding => ({ ...finding, because: [] })) }, unread).map(({ rule }) => rule)).toContain('kafka/replication-exceeds-brokers')
  const bad = report({ 'compose.yaml': queue }), hidden = { ...bad, findings: [] }
  expect([added(hidden, bad).length, added(hidden, bad, () => bad), added(hidden, bad, () => hidden).length]).toEqual([bad.findings.length, [], bad.findings.length])
})

it('counts as added what no finding and no folded one stood for', () => {
  const queue = (policy: string): Files => ({
    'compose.yaml': `services:\n  redis:\n    image: redis:7.4\n    command: redis-server --maxmemory 1gb --maxmemory-policy ${policy}\n  worker:\n    image: shop\n    environment: {CELERY_BROKER_URL: "redis://redis:6379/1"}\n`,
  })
  const [good, bad] = [report(queue('noeviction')), report(queue('allkeys-lru'))]
  expect(added(good, bad).map(({ rule }) => rule)).toEqual(['redis/queue-on-evicting-instance'])
  expect(added(bad, good)).toEqual([])
})

const celery = '  worker:\n    image: shop\n    command: celery -A shop worker\n    environment: {CELERY_BROKER_URL: "redis://queue:6379/1", CACHE_URL: "redis://redis:6379/0"}\n'
const broker = (n: number): string => `  kafka-${n}:
    image: apache/kafka:3.9.0
    hostname: kafka-${n}
    environment:
      KAFKA_NODE_ID: ${n}
      KAFKA_PROCESS_ROLES: broker,controller
      KAFKA_LISTENERS: PLAINTEXT://:9092,CONTROLLER://:9093
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://kafka-${n}:9092
      KAFKA_CONTROLLER_QUORUM_VOTERS: 1@kafka-1:9093,2@kafka-2:9093,3@kafka-3:9093
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 3
      KAFKA_DEFAULT_REPLICATION_FACTOR: 3
      KAFKA_MIN_INSYNC_REPLICAS: 2
    volumes: ["k${n}:/tmp/kraft-combined-logs"]
`
const consumer = (n: number): string => `  billing-${n}:\n    image: example.com/billing:4\n    environment: {KAFKA_BOOTSTRAP_SERVERS: "kafka:9092", GROUP_ID: billing}\n`
const zookeeper = '  zookeeper:\n    image: confluentinc/cp-zookeeper:7.6.0\n'
const elsewhere = `  kafka:\n    image: confluentinc/cp-kafka:7.6.0\n    environment:\n      KAFKA_ZOOKEEPER_CONNECT: zk.example.com:2181\n      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 3\n      KAFKA_DEFAULT_REPLICATION_FACTOR: 3\n    volumes: ["k:/var/lib/kafka/data"]\n`

const manifest = (value: string): Files => ({
  'worker.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: worker}\nspec:\n  template:\n    spec:\n      containers:\n        - name: worker\n          image: shop\n          command: [celery, -A, shop, worker]\n          env:\n            - {name: CELERY_BROKER_URL, value: "${value}"}\n`,
  'redis.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: redis}\nspec:\n  template:\n    spec:\n      containers:\n        - {name: redis, image: "redis:7.4", args: [--maxmemory, 1gb, --maxmemory-policy, noeviction, --appendonly, "yes"]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: redis}\nspec: {selector: {app: redis}}\n',
})

it('hides literals of manifests by templates and by references to secrets', () => {
  const hidden = [...hiddenOneByOne(manifest('redis://redis:6379/0'), 1000)].map(mutation => mutation.text)
  expect(hidden).toContain('worker.yaml: spec.template.spec.containers[0].image: shop → {{ .Values.MISFIT_UNSET }}')
  expect(hidden).toContain('worker.yaml: spec.template.spec.containers[0].env[0].value: redis://redis:6379/0 → valueFrom: {secretKeyRef: {name: misfit-unset, key: value}}')
  for (const { files } of hiddenOneByOne(manifest('redis://redis:6379/0'), 1000)) expect(report(files).problems).toEqual([])
})

it('takes `${NAME}` in a manifest as it stands, since Kubernetes fills nothing in', () => {
  const values = observe(memoryTree({ ...manifest('redis://${HOST}:6379/0') })).stacks.flatMap(stack => stack.workloads).flatMap(workload => workload.environment.map(({ value }) => value))
  expect(values).toMatchObject([{ known: true, value: 'redis://${HOST}:6379/0' }])
})

/** Small stacks of the kinds that were accused once; every literal of theirs is replaced. */
const stacks: Readonly<Record<string, Files>> = {
  'a queue beside a pure cache': { 'compose.yaml': `services:\n  redis:\n    image: redis:7.4\n    command: redis-server --maxmemory 1gb --maxmemory-policy allkeys-lru\n  queue:\n    image: redis:7.4\n    command: [redis-server, --appendonly, "yes"]\n    volumes: ["q:/data"]\n${celery}volumes: {q: {}}\n` },
  'three brokers': { 'compose.yaml': `services:\n${broker(1)}${broker(2)}${broker(3)}volumes: {k1: {}, k2: {}, k3: {}}\n` },
  'a broker of a cluster elsewhere': { 'compose.yaml': `services:\n${elsewhere}volumes: {k: {}}\n` },
  'two consumers of one program': { 'compose.yaml': `services:\n${zookeeper}${elsewhere.replace('zk.example.com', 'zookeeper').replaceAll('FACTOR: 3', 'FACTOR: 1')}${consumer(1)}${consumer(2)}volumes: {k: {}}\n` },
  'two clusters that may be one': { 'compose.yaml': `services:\n${zookeeper}${['kafka', 'kafka2'].map(name => elsewhere.replace('kafka:', `${name}:`).replace('zk.example.com', 'zookeeper').replaceAll('FACTOR: 3', 'FACTOR: 2').replaceAll('k:/var', `${name}:/var`)).join('')}${consumer(1)}volumes: {kafka: {}, kafka2: {}}\n` },
  'a server that extends another file': { 'compose.yaml': `services:\n  redis:\n    extends: {file: base.yaml, service: store}\n    image: redis:7.4\n  worker:\n    image: shop\n    command: celery -A shop worker\n    environment: {NODE_ENV: development, CELERY_BROKER_URL: "redis://redis:6379/1"}\nvolumes: {q: {}}\n`, 'base.yaml': 'services:\n  store:\n    command: redis-server --appendonly yes\n    volumes: ["q:/data"]\n' },
  'a chart that may be off': { 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: redis, version: 23.1.1, repository: "https://charts.bitnami.com/bitnami", condition: redis.enabled}\n', 'values.yaml': 'redis:\n  enabled: false\n  commonConfiguration: maxmemory-policy allkeys-lru\n  master: {persistence: {enabled: false}}\nworker:\n  command: [celery, -A, shop, worker]\n  env: {CELERY_BROKER_URL: "redis://shop-redis-master:6379/0"}\n' },
  'a service that extends another file, and what that file is without it': {
    'docker-compose.yml': 'services:\n  base:\n    image: app:1\n    command: run base\n  redis:\n    extends:\n      file: common/services.yml\n      service: redis\n    command: redis-server --save ""\n',
    'common/services.yml': 'services:\n  redis:\n    image: redis:7.2\n    env_file: redis.env\n    volumes: ["./redis.conf:/etc/redis.conf:ro"]\n    mem_limit: 128m\n', 'common/redis.conf': 'maxmemory 100mb\n', 'common/redis.env': 'REDIS_ARGS=--appendonly\n',
  },
  'an image that is no reference': { 'compose.yaml': 'services:\n  kafka:\n    image: apach${A:?x}e/kafka:3.9.0\n    volumes: ["./server.properties:/mnt/shared/config/server.properties"]\n  app: {image: shop/app, environment: {KAFKA_BROKERS: "kafka:9092"}}\n', 'server.properties': 'default.replication.factor 3\n' },
  'an image that is two': { 'compose.yaml': 'services:\n  kafka:\n    image: apache/kafka:3.9.0apache/kafka:3.9.0\n  app: {image: shop/app, environment: {KAFKA_BROKERS: "kafka:9092"}}\n' },
  'a server that is built beside one that is not': {
    'compose.yaml': 'services:\n  redis:\n    build: .\n    command: redis-server --maxmemory 64mb --maxmemory-policy allkeys-lru\n  kafka:\n    image: apache/kafka:3.9.0\n  app:\n    image: redis:7.4\n    environment: {REDIS_URL: "redis://redis:6379/0", KAFKA_BROKERS: "kafka:9092"}\n',
    'go.mod': 'module example.org/shop\n\nrequire github.com/hibiken/asynq v0.24.1\n', 'main.go': 'package main\n\nimport "github.com/hibiken/asynq"\n\nfunc main() { asynq.NewClient(asynq.RedisClientOpt{Addr: addr}) }\n', Dockerfile: 'FROM golang:1.22\nCOPY . .\nENTRYPOINT ["/app"]\n',
  },
  'a broker whose command starts Redis': {
    'compose.yaml': 'services:\n  redis:\n    image: apache/kafka:3.9.0\n    command: redis-server --maxmemory 64mb --maxmemory-policy allkeys-lru\n  app:\n    build: .\n    environment: {REDIS_URL: "redis://redis:6379/0", KAFKA_BROKERS: "kafka:9092"}\n',
    Gemfile: "gem 'rails'\ngem 'redis'\ngem 'sidekiq', '~> 7'\n", 'config/environments/production.rb': 'config.active_job.queue_adapter = :sidekiq\n', Dockerfile: 'FROM ruby:3.3\nCOPY . .\nCMD ["bundle", "exec", "sidekiq"]\n',
  },
  'a file that is included': {
    'compose.yaml': 'include: [more.yml]\nservices:\n  queue:\n    image: redis:7.4\n    command: redis-server --save ""\n    restart: always\n  worker: {build: ., restart: always}\n', 'more.yml': 'services:\n  store:\n    image: redis:7.4\n    restart: always\n    tmpfs: [/data]\n  web: {image: shop, environment: {NODE_ENV: development, REDIS_URL: "redis://store:6379"}}\n',
    'requirements.txt': 'celery[redis]\n', 'tasks.py': 'from celery import Celery\napp = Celery("shop", broker="redis://store:6379/0")\n', Dockerfile: 'FROM python:3.12\nCOPY . .\nCMD celery -A tasks worker\n',
  },
  'a broker that only keeps metadata, and a tool in its image': { 'compose.yaml': 'services:\n  keeper:\n    image: apache/kafka:3.9.0\n    restart: always\n    environment: {KAFKA_NODE_ID: 1, KAFKA_PROCESS_ROLES: controller}\n  topics:\n    image: apache/kafka:3.9.0\n    command: kafka-topics --create --topic orders --partitions 6 --replication-factor 3 --bootstrap-server kafka:9092\n  kafka:\n    image: apache/kafka:3.9.0\n    restart: always\n    volumes: ["k:/tmp/kraft-combined-logs"]\nvolumes: {k: {}}\n' },
  'a replica, and a sentinel': { 'compose.yaml': 'services:\n  redis: {image: "redis:7.4", restart: always, environment: {REDIS_ARGS: x}}\n  replica:\n    image: bitnami/redis:7.4\n    environment: {REDIS_REPLICATION_MODE: slave, REDIS_MASTER_HOST: redis}\n    restart: always\n  watcher: {image: "redis:7.4", command: "redis-server --port 26379 --sentinel"}\n  worker: {image: shop, restart: always, command: celery -A shop worker, environment: {CELERY_BROKER_URL: "redis://redis:6379/1", CACHE_URL: "redis://redis:6379/0"}}\n' },
  'an image that the design names': { 'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n    command: redis-server --appendonly yes\n  worker:\n    image: shop\n    environment: {CACHE_URL: "redis://redis:6379/1"}\n', 'misfit.yaml': 'apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n  - {id: cache, technology: redis, match: {image: [redis]}, uses: [{id: pages, use: cache, ttl: 1h}]}\n' },
  'a queue in memory on purpose': { 'compose.yaml': `services:\n  redis:\n    image: redis:7.4\n    entrypoint: [docker-entrypoint.sh]\n    command: [redis-server, --save, "", --appendonly, "no"]\n    tmpfs: [/data]\n  worker:\n    image: shop\n    command: celery -A shop worker\n    environment: {CELERY_BROKER_URL: "redis://redis:6379/1"}\n` },
  'a replica': { 'compose.yaml': `services:\n  redis:\n    image: redis:7.4\n    command: redis-server --appendonly yes\n    volumes: ["q:/data"]\n  replica:\n    image: redis:7.4\n    command: redis-server --replicaof redis 6379 --appendonly yes\n    volumes: ["r:/data"]\n  worker:\n    image: shop\n    command: celery -A shop worker\n    environment: {CELERY_BROKER_URL: "redis://redis:6379/1"}\nvolumes: {q: {}, r: {}}\n` },
  'jobs whose broker is elsewhere and whose results are here': { 'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n    command: [redis-server, --save, "", --maxmemory, 1gb, --maxmemory-policy, allkeys-lru]\n  worker:\n    image: shop\n    environment: {CELERY_BROKER_URL: "amqp://rabbit:5672/", CELERY_RESULT_BACKEND: "redis://redis:6379/1"}\n' },
  'variables in a list that show development': { 'compose.yaml': 'services:\n  kafka:\n    image: redpandadata/redpanda:v24.1.1\n    command: redpanda start --mode dev-container\n    restart: always\n    volumes: ["k:/var/lib/redpanda/data"]\n  app:\n    image: shop\n    restart: always\n    env_file: app.env\n    environment: [APP_ENV=development, "KAFKA_BROKERS=kafka:9092"]\nvolumes: {k: {}}\n', 'app.env': 'APP_DEBUG=true\n' },
  'a design beside two servers, or one': { 'compose.yaml': 'services:\n  cache:\n    image: redis:7.4\n  queue:\n    image: redis:7.4\n    command: redis-server --appendonly yes\n    volumes: ["q:/data"]\n  worker: {image: shop, command: celery -A shop worker, environment: {CELERY_BROKER_URL: "redis://queue:6379/0"}}\nvolumes: {q: {}}\n', 'misfit.yaml': 'apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n  - {id: cache, technology: redis, uses: [{id: pages, use: cache, ttl: 10m}]}\n' },
  'a design of a server that a build starts': { 'compose.yaml': 'services:\n  store:\n    image: acme/store\n    command: redis-server --maxmemory-policy allkeys-lru\n', 'misfit.yaml': 'apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n  - {id: cache, technology: redis, uses: [{id: pages, use: cache, ttl: none}]}\n' },
  'two brokers of a quorum of three': { 'compose.yaml': `services:\n${broker(1)}${broker(2).replace(',3@kafka-3:9093', '')}volumes: {k1: {}, k2: {}}\n` },
  'topics that a document describes': { 'compose.yaml': 'services:\n  kafka:\n    image: apache/kafka:3.9.0\n', 'x/asyncapi.yaml': 'asyncapi: 3.0.0\ninfo: {title: parcels, version: 1.0.0}\nservers:\n  prod: {host: "kafka:9092", protocol: kafka}\nchannels:\n  scanned:\n    address: parcels.scanned\n    bindings:\n      kafka:\n        topic: parcels.scanned\n        topicConfiguration: {cleanup.policy: [delete], retention.ms: 604800000, retention.bytes: 1000000000}\n' },
  'a client that goes elsewhere': { 'compose.yaml': 'services:\n  kafka:\n    image: apache/kafka:3.9.0\n    volumes: ["./server.properties:/mnt/shared/config/server.properties"]\n  app: {image: shop/app, environment: {KAFKA_BROKERS: "other:9092"}}\n', 'server.properties': 'log.dirs=/tmp\n' },
  'another server of the same kind': { 'compose.yaml': 'services:\n  raw:\n    image: redis:7.4\n  plain:\n    image: redis:7.4\n    environment: {QUEUE_CONNECTION: redis, type: pubsub.redis}\n' },
  'a stream with a length in Dapr': {
    'compose.yaml': 'services:\n  redis: {image: "redis:7.4"}\n', 'components/orders.yaml': 'apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: orders}\nspec:\n  type: pubsub.redis\n  version: v1\n  metadata:\n    - {name: redisHost, value: "redis:6379"}\n    - {name: maxLenApprox, value: "50000"}\n',
  },
  'a queue on a claim of a pod': { 'all.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: queue}\nspec:\n  template:\n    spec:\n      containers:\n        - name: queue\n          image: redis:6.2\n          args: [redis-server, --appendonly, "yes"]\n          volumeMounts: [{name: data, mountPath: /data}]\n      volumes: [{name: data, persistentVolumeClaim: {claimName: queue-data}}]\n---\napiVersion: v1\nkind: Service\nmetadata: {name: queue}\nspec: {ports: [{port: 6379}]}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: worker}\nspec:\n  template:\n    spec:\n      containers: [{name: worker, image: shop, command: [bundle, exec, rake, "resque:work"], env: [{name: REDIS_URL, value: "redis://queue:6379"}]}]\n' },
  'a broker that announces itself on the machine': { 'compose.yaml': `services:\n  kafka:\n    image: apache/kafka:3.9.0\n    restart: always\n    environment:\n      KAFKA_ADVERTISED_LISTENERS: INTERNAL://kafka:29092,EXTERNAL://localhost:9092\n${consumer(1)}    restart: always\n` },
  'sessions in a topic': { 'compose.yaml': 'services:\n  web:\n    image: shop\n    restart: always\n    environment: {NODE_ENV: production, KAFKA_BROKERS: "kafka:9092", SESSION_STORE: kafka, SESSION_TOPIC: user-sessions}\n  kafka: {image: "apache/kafka:3.9.0", restart: always}\n' },
  'a cache and rate limits': { 'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n    command: redis-server --appendonly yes\n  web:\n    image: shop\n    environment: {CACHE_URL: "redis://redis:6379/0", RATELIMIT_STORAGE_URI: "redis://redis:6379/1"}\n' },
  'workers of one program and two servers': { 'compose.yaml': `services:\n  redis-cache: {image: "redis:7.4"}\n  redis-queue: {image: "redis:7.4", volumes: ["q:/data"]}\n${['web', 'queue-long'].map(name => `  ${name}:\n    image: acme/shop:1\n    command: run ${name}\n    environment: {SHOP_REDIS_CACHE: "redis://redis-cache:6379", SHOP_REDIS_QUEUE: "redis://redis-queue:6379"}\n`).join('')}volumes: {q: {}}\n` },
  'a configuration that is written in the stack': { 'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n    command: redis-server --appendonly yes\n  web:\n    image: shop\n    environment: {CACHE_URL: "redis://redis:6379/0"}\n    volumes:\n      - type: bind\n        source: ./config.yaml\n        target: /app/config.yaml\n        content: |\n          job_queue_url: redis://redis:6379/1\n          verbose: false\n' },
  'a Dockerfile in lines': { 'captain.yml': 'captainVersion: 4\nservices:\n  "$$cap_appname-redis":\n    caproverExtra:\n      dockerfileLines: ["FROM redis:7.4", "CMD exec redis-server --appendonly no --save \'\' --maxmemory 100mb"]\n  "$$cap_appname":\n    image: shop\n    command: celery -A shop worker\n    environment: {CELERY_BROKER_URL: "redis://srv-captain--$$cap_appname-redis:6379/0"}\n' },
  'a part of a chart that is off': { 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: gateway, version: 1.0.0, repository: "https://charts.example.com", condition: gateway.enabled}\n  - {name: valkey, version: 0.7.4, repository: "https://valkey.io/valkey-helm/"}\n', 'values.yaml': 'gateway:\n  enabled: false\n  env: {RATE_LIMIT_REDIS_URL: "redis://shop-valkey:6379", CELERY_BROKER_URL: "redis://shop-valkey:6379/1"}\nvalkey:\n  valkeyConfig: |\n    maxmemory 100mb\n    maxmemory-policy allkeys-lru\nweb:\n  image: {repository: shop}\n  env: {CACHE_URL: "redis://shop-valkey:6379"}\n' },
  'a known application': { 'compose.yaml': 'services:\n  cache: {image: "valkey/valkey:9", command: [valkey-server, --save, "60", "1"], volumes: ["c:/data"]}\n  weblate: {image: weblate/weblate, environment: {REDIS_HOST: cache}}\nvolumes: {c: {}}\n' },
  'a program that is worked on': { 'compose.yaml': 'services:\n  redis: {image: "redis:7.4", restart: always}\n  web: {build: ., restart: always, volumes: [".:/app"], command: celery -A shop worker, environment: {CELERY_BROKER_URL: "redis://redis:6379/0", CACHE_URL: "redis://redis:6379/0"}}\n' },
  'a program of Laravel that is built here': {
    'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n  app:\n    build: .\n', Dockerfile: 'FROM php:8.3\nCOPY . .\n', '.env.example': 'QUEUE_CONNECTION=redis\nSESSION_DRIVER=redis\n',
    'composer.json': '{"name": "acme/shop", "require": {"laravel/framework": "^11"}}', 'config/queue.php': "<?php return ['default' => env('QUEUE_CONNECTION', 'redis')];\n",
  },
  'a program of Node in one of two folders': {
    'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n  api:\n    build: {context: api, dockerfile: Dockerfile, target: run}\n    depends_on: [redis]\n  web:\n    image: shop/web:1\n',
    'api/Dockerfile': 'FROM node:22 AS run\nCOPY . .\nCMD node index.js\n', 'api/package.json': '{"name": "api", "dependencies": {"ioredis": "5"}}', 'api/index.js': "import Redis from 'ioredis'\nnew Redis().setex('page', 60, 'x')\n",
    'web/Dockerfile': 'FROM node:22\nCOPY . .\n', 'web/package.json': '{"name": "web", "dependencies": {"bullmq": "5"}}', 'web/index.js': "import { Queue } from 'bullmq'\nnew Queue('mails')\n",
  },
  'a program behind an image of the repository': {
    'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n    command: redis-server --maxmemory 1gb --maxmemory-policy allkeys-lru\n  web:\n    image: acme/web:1\n', 'ci/build.sh': 'docker build -t acme/web:1 web\n',
    'web/Dockerfile': 'FROM node:22\nCOPY . .\n', 'web/package.json': '{"name": "web", "dependencies": {"express": "5"}}', 'jobs/package.json': '{"name": "jobs", "dependencies": {"bullmq": "5"}}', 'jobs/index.js': "import { Queue } from 'bullmq'\nnew Queue('mails')\n",
  },
  'a program of Rails whose source is mounted': {
    'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n    command: redis-server --maxmemory 1gb --maxmemory-policy allkeys-lru\n  web:\n    image: ruby:3.3\n    command: bundle exec rails server\n    volumes: ["./shop:/app"]\n',
    'shop/Gemfile': "gem 'rails'\ngem 'redis'\n", 'shop/config/environments/production.rb': 'Rails.application.configure do\n  config.cache_store = :redis_cache_store\nend\n',
    'jobs/Gemfile': "gem 'sidekiq'\n",
  },
}

it.each(Object.entries(stacks))('accuses nobody of what cannot be read: %s', (_, files) => {
  const before = report(files)
  const found = [...unsetOneByOne(files), ...hiddenOneByOne(files, 1)].flatMap(({ text, files: changed }) => added(before, report(changed)).map(({ rule, component }) => `${rule} on ${component}: ${text}`))
  expect(found).toEqual([])
})

/** Every example of a rule, with each literal replaced in turn: the whole ones, and a ninth of their parts, the same every time. */
it.each(rules.map(rule => [rule.id, rule] as const))('adds no finding to the examples of %s', (_, rule) => {
  const found = [...rule.bad, ...rule.good].flatMap(({ files, title }) => {
    const before = report(files)
    const whole = [...unsetOneByOne(files, { parts: false })], parts = [...unsetOneByOne(files)].filter((_each, i) => i % 9 === 0)
    const cluster = Object.keys(files).every(file => /compose|misfit/.test(file)) ? [] : hiddenOneByOne(files, 1)
    return [...whole, ...parts, ...cluster].flatMap(({ text, files: changed }) => added(before, report(changed))
      .map(finding => `${finding.severity} ${finding.rule} on ${finding.component} (${title}): ${text}`))
  })
  expect([...new Set(found)]).toEqual([])
})

it.each(rules.map(rule => [rule.id, rule] as const))('finds the same in the examples of %s, whatever order their keys have', (_, rule) => {
  for (const { files, title } of [...rule.bad, ...rule.good]) for (const seed of [1, 2]) {
    const { before, after } = shuffledKeys(files, randomFrom(seed))
    // A cluster goes by the name of its first node, so names are left out.
    const said = (of: Files): readonly string[] => report(of).findings.map(finding => `${finding.severity} ${finding.rule}`).sort()
    expect(said(after), `${title}, seed ${String(seed)}`).toEqual(said(before))
  }
})

it('judges a cluster whose nodes have different values the same in whatever order they stand', () => {
  const nodes = [
    '  kafka-2:\n    image: apache/kafka:3.9.0\n    environment: {KAFKA_CONTROLLER_QUORUM_VOTERS: "3@kafka-3:9093", KAFKA_DEFAULT_REPLICATION_FACTOR: 1}\n',
    '  kafka-3:\n    image: apache/kafka:3.9.0\n    volumes: ["k:/tmp/kraft-combined-logs"]\n',
    '  kafka-10:\n    image: apache/kafka:3.9.0\n    environment: {KAFKA_CONTROLLER_QUORUM_VOTERS: "3@kafka-3:9093", KAFKA_MIN_INSYNC_REPLICAS: 1}\n',
  ]
  const said = (order: readonly number[]): readonly string[] => report({ 'compose.yaml': `services:\n${order.map(at => nodes[at]).join('')}volumes: {k: {}}\n` }).findings.map(finding => `${finding.severity} ${finding.rule} ${finding.component}`).sort()
  const first = said([0, 1, 2])
  expect(first).not.toEqual([])
  for (const order of [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]) expect(said(order), order.join()).toEqual(first)
})

it('judges what the controllers of one chart run the same in whatever order they stand', () => {
  const parts = {
    redis: '  redis:\n    containers:\n      app:\n        image: {repository: redis, tag: "7.4"}\n        args: [redis-server, --maxmemory, 100mb, --maxmemory-policy, allkeys-lru]\n',
    worker: '  worker:\n    containers:\n      app:\n        image: {repository: shop, tag: "1"}\n        command: [celery, -A, shop, worker]\n        env: {CELERY_BROKER_URL: "redis://shop-redis:6379/0"}\n',
    web: '  web:\n    containers:\n      app:\n        image: {repository: web, tag: "1"}\n        env: {CACHE_URL: "redis://shop-redis:6379/1"}\n',
  }
  const chart = 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: common, version: 3.5.1, repository: "https://bjw-s-labs.github.io/helm-charts"}\n'
  const said = (order: readonly (keyof typeof parts)[]): readonly string[] => report({ 'Chart.yaml': chart, 'values.yaml': `controllers:\n${order.map(name => parts[name]).join('')}` }).findings.map(finding => `${finding.severity} ${finding.rule} ${finding.component}`).sort()
  const first = said(['redis', 'worker', 'web'])
  expect(first).not.toEqual([])
  expect([said(['web', 'worker', 'redis']), said(['worker', 'redis', 'web'])]).toEqual([first, first])
})
