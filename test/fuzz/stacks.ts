// Deployments put together by chance out of what people write: servers, what only watches them, their clients and other stores, each service
// also by way of what it extends, includes, builds or reads its environment from. Their readers know every word of them, so that what is
// concluded from a count, an absence or a name is asked about more often than mangled texts do.
import type { Files } from './corpus.ts'
import type { Random } from './random.ts'

type Fields = Record<string, string>

const redisImages = ['redis:7.4', 'redis', 'redis:7.2-alpine@sha256:' + 'a'.repeat(64), 'docker.io/library/redis:6.0', 'valkey/valkey:8', 'bitnami/redis:7.4', 'bitnamilegacy/valkey:8.0', 'eqalpha/keydb', 'docker.dragonflydb.io/dragonflydb/dragonfly', 'redis/redis-stack-server:7.4.0-v1', 'apache/kvrocks', 'ghcr.io/acme/redis:3', 'grokzen/redis-cluster:7']
const redisCommands = [
  '', '', 'redis-server --appendonly yes', 'redis-server --save "" --appendonly no', 'redis-server --maxmemory 64mb --maxmemory-policy allkeys-lru', 'redis-server --maxmemory 64mb', '[redis-server, --maxmemory, 64mb, --maxmemory-policy, volatile-lru, --appendonly, "yes"]',
  'redis-server /etc/redis.conf', 'sh -c "redis-server --maxmemory 64mb --maxmemory-policy allkeys-lru --save \'\'"', 'redis-server --replicaof redis 6379', 'redis-server --port 26379 --sentinel', 'redis-sentinel /etc/sentinel.conf', 'redis-cli -h redis monitor', 'redis-server --cluster-enabled yes', 'valkey-server --maxmemory 64mb --maxmemory-policy allkeys-lfu',
]
const redisEnvironment = ['REDIS_AOF_ENABLED: "no"', 'REDIS_REPLICATION_MODE: slave', 'REDIS_MASTER_HOST: redis', 'ALLOW_EMPTY_PASSWORD: "yes"', 'REDIS_EXTRA_FLAGS: --maxmemory 64mb --maxmemory-policy allkeys-lru', 'REDIS_ARGS: --appendonly yes']
const kafkaImages = ['apache/kafka:3.9.0', 'confluentinc/cp-kafka:7.6.0', 'bitnami/kafka:3.7', 'wurstmeister/kafka', 'redpandadata/redpanda:v24.1.1', 'acme/kafka', 'confluentinc/cp-server:7.6.0']
const kafkaCommands = ['', '', '', 'redpanda start --mode dev-container', 'redpanda start --seeds kafka:33145', 'kafka-topics --create --topic orders --partitions 6 --replication-factor 3 --bootstrap-server kafka:9092', '/etc/confluent/docker/run', 'kafka-server-start /etc/kafka.properties']
const kafkaEnvironment = [
  'KAFKA_NODE_ID: 1', 'KAFKA_BROKER_ID: 2', 'KAFKA_PROCESS_ROLES: broker,controller', 'KAFKA_PROCESS_ROLES: controller', 'KAFKA_ZOOKEEPER_CONNECT: zookeeper:2181', 'KAFKA_CONTROLLER_QUORUM_VOTERS: 1@kafka:9093,2@broker:9093', 'KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://kafka:9092', 'KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://localhost:9092',
  'KAFKA_DEFAULT_REPLICATION_FACTOR: 3', 'KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 3', 'KAFKA_MIN_INSYNC_REPLICAS: 1', 'KAFKA_AUTO_CREATE_TOPICS_ENABLE: "true"', 'KAFKA_LOG_RETENTION_HOURS: 1', 'KAFKA_LOG_CLEANUP_POLICY: compact', 'KAFKA_LOG_DIRS: /var/lib/kafka/data', 'KAFKA_CREATE_TOPICS: "orders:3:2"', 'KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: "true"', 'KAFKA_CFG_NODE_ID: 1',
]
const otherImages = ['shop/web:1', 'example.com:5000/shop/worker', 'python:3.12', 'ruby:3.3', 'acme/app', 'getsentry/sentry', 'weblate/weblate', 'chatwoot/chatwoot', 'rediscommander/redis-commander', 'oliver006/redis_exporter', 'provectuslabs/kafka-ui', 'confluentinc/cp-schema-registry:7.6.0', 'confluentinc/cp-kafka-connect:7.6.0', 'debezium/connect:2.5', 'zookeeper:3.9', 'confluentinc/cp-zookeeper:7.6.0', 'postgres:16', 'mysql:8', 'mongo:7', 'rabbitmq:3', 'memcached:1', 'elasticsearch:8', 'nginx:1']
const otherCommands = ['', '', '', 'celery -A shop worker', 'bundle exec sidekiq', 'php artisan queue:work redis', 'node index.js', 'npm run dev', 'python manage.py runserver', 'rq worker -u redis://redis:6379', 'tail -f /dev/null']
const otherEnvironment = [
  'CELERY_BROKER_URL: redis://redis:6379/0', 'CELERY_RESULT_BACKEND: redis://cache:6379/1', 'CACHE_URL: redis://redis:6379/1', 'CACHE_URL: redis://cache:6379/0', 'REDIS_URL: redis://redis:6379', 'REDIS_HOST: redis', 'REDIS_HOST: queue', 'SESSION_STORE: redis', 'QUEUE_CONNECTION: redis', 'CACHE_DRIVER: redis', 'RATELIMIT_STORAGE_URI: redis://redis:6379/2',
  'KAFKA_BROKERS: kafka:9092', 'KAFKA_BOOTSTRAP_SERVERS: kafka:9092,broker:9092', 'KAFKA_GROUP_ID: billing', 'KAFKA_TOPIC: orders', 'SCHEMA_REGISTRY_URL: http://registry:8081', 'DATABASE_URL: postgres://db/shop', 'NODE_ENV: production', 'NODE_ENV: development', 'APP_ENV: local', 'DEBUG: "true"', 'ENABLE_AUTO_COMMIT: "false"', 'AUTO_OFFSET_RESET: latest', 'ACKS: "1"', 'STORE_URL: redis://store:6379',
]
const mounts = ['data:/data', 'data:/var/lib/kafka/data', 'data:/bitnami/redis/data', 'data:/tmp/kraft-combined-logs', './redis.conf:/etc/redis.conf:ro', './redis.conf:/usr/local/etc/redis/redis.conf', './server.properties:/etc/kafka.properties', './:/app', 'data:/var/lib/postgresql/data', 'data:/var/lib/redis', '/scratch']
const others = ['restart: always', 'restart: unless-stopped', 'hostname: kafka-main', 'container_name: shop-store', 'deploy: {replicas: 3}', 'profiles: [debug]', 'profiles: [dev]', 'mem_limit: 64m', 'ports: ["6379:6379"]', 'ports: ["9092:9092"]', 'expose: [6379]', 'tmpfs: /data', 'tmpfs: [/tmp]', 'networks: {default: {aliases: [shop-alias]}}', 'labels: {misfit.use: job-queue}', 'labels: {misfit.use: cache}', 'healthcheck: {test: [CMD, redis-cli, ping]}', 'depends_on: [redis]', 'depends_on: [kafka]', 'configs: [{source: conf, target: /etc/redis.conf}]', 'pull_policy: never', 'stop_grace_period: 1s', 'entrypoint: [docker-entrypoint.sh]']
const names = ['redis', 'redis', 'redis', 'cache', 'queue', 'store', 'kafka', 'kafka', 'broker', 'kafka-2', 'zookeeper', 'web', 'worker', 'app', 'db', 'registry', 'redis-2']

const some = <T>(list: readonly T[], most: number, random: Random): readonly T[] => [...new Set(Array.from({ length: random.below(most + 1) }, () => random.pick(list)))]

function serviceFor(name: string, random: Random): Fields {
  const is = random.chance(0.15) ? random.pick(['redis', 'kafka', 'other'] as const) : /redis|cache|queue|store/.test(name) ? 'redis' : /kafka|broker/.test(name) ? 'kafka' : 'other'
  const [images, commands, environment] = is === 'redis' ? [redisImages, redisCommands, redisEnvironment] : is === 'kafka' ? [kafkaImages, kafkaCommands, kafkaEnvironment] : [otherImages, otherCommands, otherEnvironment]
  const fields: Fields = {}
  const byBuild = random.chance(is === 'other' ? 0.3 : 0.05)
  if (byBuild) fields['build'] = random.pick(['.', './api', '{context: api, dockerfile: Dockerfile}', '{context: ., target: run}'])
  if (!byBuild || random.chance(0.2)) fields['image'] = random.chance(0.5) ? images[0] ?? '' : random.pick(images)
  const command = random.pick(commands)
  if (command !== '') fields['command'] = command
  const set = some(environment, is === 'redis' ? 1 : 5, random)
  if (set.length > 0) fields['environment'] = `\n${[...new Map(set.map(line => [line.slice(0, line.indexOf(':')), line])).values()].map(line => `      ${line}`).join('\n')}`
  const volumes = some(mounts, is === 'other' ? 1 : 2, random)
  if (volumes.length > 0) fields['volumes'] = JSON.stringify(volumes)
  for (const line of some(others, 3, random)) fields[line.slice(0, line.indexOf(':'))] = line.slice(line.indexOf(':') + 2)
  return fields
}

const written = (services: Readonly<Record<string, Fields>>): string =>
  `services:\n${Object.entries(services).map(([name, fields]) => `  ${name}:\n${Object.entries(fields).map(([key, value]) => `    ${key}: ${value}\n`).join('')}`).join('')}`

const program: readonly Files[] = [
  { 'package.json': '{"name": "shop", "dependencies": {"bullmq": "5", "ioredis": "5"}}', 'index.js': "import { Queue } from 'bullmq'\nnew Queue('mails')\n" },
  { 'package.json': '{"name": "shop", "dependencies": {"ioredis": "5", "kafkajs": "2"}}', 'index.js': "import Redis from 'ioredis'\nimport { Kafka } from 'kafkajs'\nnew Redis().setex('page', 60, 'x')\nnew Kafka({brokers: ['kafka:9092']}).producer().send({ topic: 'orders', acks: 1, messages: [] })\n" },
  { 'go.mod': 'module example.org/shop\n\nrequire github.com/hibiken/asynq v0.24.1\n', 'main.go': 'package main\n\nimport "github.com/hibiken/asynq"\n\nfunc main() { asynq.NewClient(asynq.RedisClientOpt{Addr: addr}) }\n' },
  { 'requirements.txt': 'celery[redis]\ndjango-redis\n', 'tasks.py': 'from celery import Celery\napp = Celery("shop", broker="redis://redis:6379/0")\n' },
]

/** A deployment by chance: `compose.yaml`, and what its services take from other files. */
export function stackOf(random: Random): Files {
  const files: Record<string, string> = {}, common: Record<string, Fields> = {}, more: Record<string, Fields> = {}, own: Record<string, Fields> = {}
  const chosen = [...new Set(Array.from({ length: 2 + random.below(5) }, () => random.pick(names)))]
  for (const name of chosen) {
    const fields = serviceFor(name, random)
    if (random.chance(0.12)) {
      // Parts of it come from what it extends, the others are its own.
      const parts = Object.keys(fields).filter(() => random.chance(0.6)), base = random.pick([name, 'base'])
      common[base] = Object.fromEntries(parts.map(part => [part, fields[part] ?? '']))
      own[name] = { ...Object.fromEntries(Object.entries(fields).filter(([part]) => !parts.includes(part))), extends: `{file: common.yml, service: ${base}}` }
    } else if (random.chance(0.08)) more[name] = fields
    else own[name] = fields
    if (random.chance(0.1) && fields['environment'] !== undefined) {
      const at = `${name}.env`
      files[at] = `${fields['environment'].trim().split('\n').map(line => line.trim().replace(/^(\w+): "?(.*?)"?$/, '$1=$2')).join('\n')}\n`
      const holder = own[name] ?? more[name]
      if (holder) { delete holder['environment']; holder['env_file'] = random.pick([at, `[${at}]`, `[{path: ${at}, required: false}]`]) }
    }
  }
  if (Object.keys(common).length > 0) files['common.yml'] = written(common)
  if (Object.keys(more).length > 0) files['more.yml'] = written(more)
  const tops = `volumes: {data: {}}\nconfigs: {conf: {${random.chance(0.5) ? 'file: ./redis.conf' : 'content: "maxmemory 64mb\\nmaxmemory-policy allkeys-lru"'}}}\n`
  files['compose.yaml'] = `${Object.keys(more).length > 0 ? 'include: [more.yml]\n' : ''}${written(own)}${tops}`
  if (random.chance(0.3)) files['redis.conf'] = random.pick(['maxmemory 64mb\nmaxmemory-policy allkeys-lru\n', 'appendonly yes\n', 'save ""\nappendonly no\n', 'requirepass x\nreplicaof redis 6379\n'])
  if (random.chance(0.3)) files['server.properties'] = 'process.roles=broker,controller\nlog.dirs=/tmp\ndefault.replication.factor=3\nlog.retention.hours=1\n'
  if (random.chance(0.5)) {
    const under = random.pick(['', 'api/'])
    for (const [path, text] of Object.entries(random.pick(program))) files[under + path] = text
    files[`${under}Dockerfile`] = 'FROM debian:12 AS run\nCOPY . .\nCMD ["./run"]\n'
  }
  if (random.chance(0.1)) files['misfit.yaml'] = `apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n  - {id: ${random.pick(chosen)}, technology: redis, uses: [{id: pages, use: ${random.pick(['cache', 'job-queue', 'session-store'])}${random.chance(0.5) ? ', ttl: 1h' : ''}}]}\n`
  return files
}
