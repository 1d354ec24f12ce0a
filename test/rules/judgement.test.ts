// How grave a finding is, and where it is none at all: stacks that a reviewer of the team would have judged otherwise, each with its twin.
import { describe, expect, it } from 'vitest'
import { lint } from '../../src/lint.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { npm } from '../support/programs.ts'

const told = (files: Readonly<Record<string, string>>): readonly string[] => lint(memoryTree(files)).findings.map(({ severity, rule }) => `${severity} ${rule}`)
const environments = (files: Readonly<Record<string, string>>): readonly (readonly [string, string])[] => lint(memoryTree(files)).stacks.map(({ root, variant, environment }) => [variant ?? root, environment])

const locking = (redis: string, environment = ''): Record<string, string> => ({
  'compose.yaml': `services:\n  redis:\n    image: redis:7.4\n    volumes: ["redis:/data"]\n${redis}  app:\n    build: app\n    environment: {REDIS_URL: "redis://redis:6379"${environment}}\nvolumes: {redis: {}}\n`,
  'app/Dockerfile': 'FROM scratch\nCOPY . .\n', 'app/package.json': npm('app', 'ioredis'),
  'app/src/a.ts': "import Redis from 'ioredis'\nconst redis = new Redis(process.env.REDIS_URL)\nexport const lock = () => redis.set('lock:report', token, 'EX', 30, 'NX')\nawait lock()\nawait redis.del('lock:report')\n",
})
const evicting = (policy: string): string => `    command: redis-server --appendonly yes --maxmemory 256mb --maxmemory-policy ${policy}\n`

describe('locks that may be evicted', () => {
  const of = (files: Readonly<Record<string, string>>): readonly string[] => told(files).filter(each => each.includes('lock-on-evicting'))
  it('are a warning where only source shows them and they go first, information where nothing releases them or they go late, an error where the deployment asks for them', () => {
    expect(of(locking(evicting('allkeys-lru')))).toEqual(['info redis/lock-on-evicting-instance'])
    expect(of(locking(evicting('volatile-ttl')))).toEqual(['warning redis/lock-on-evicting-instance'])
    expect(of(Object.fromEntries(Object.entries(locking(evicting('volatile-ttl'))).map(([path, text]) => [path, text.replace(/await redis\.del.*\n/, '')])))).toEqual(['info redis/lock-on-evicting-instance'])
    expect(of(locking(evicting('allkeys-lru'), ', LOCK_STORE: "redis://redis:6379"'))).toEqual(['error redis/lock-on-evicting-instance'])
  })
  it('are not where the container ends before the limit, which is the fault then', () => {
    const small = `${evicting('allkeys-lru')}    mem_limit: 128m\n`
    expect(told(locking(small))).toEqual(expect.arrayContaining(['error redis/maxmemory-too-close-to-limit']))
    expect(of(locking(small))).toEqual([])
  })
})

it('rate limits beside a cache are one finding', () => {
  const files = { 'compose.yaml': `services:\n  redis:\n    image: redis:7.4\n${evicting('allkeys-lru')}  web:\n    image: registry.example.com/shop:1.4\n    environment: {CACHE_URL: "redis://redis:6379/0", RATE_LIMIT_REDIS_URL: "redis://redis:6379/1"}\n` }
  expect(told(files).filter(each => /mixed-roles|rate-limit/.test(each))).toEqual(['info redis/rate-limit-on-evicting-instance'])
})

it('a key ring is the only copy of its data', () => {
  const project = '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><PackageReference Include="Microsoft.AspNetCore.DataProtection.StackExchangeRedis" Version="8.0.0" /></ItemGroup></Project>\n'
  const files = (policy: string): Record<string, string> => ({
    'compose.yaml': `services:\n  redis:\n    image: redis:7.4\n    volumes: ["redis:/data"]\n    command: redis-server --appendonly yes --maxmemory 256mb --maxmemory-policy ${policy}\n    labels: {misfit.env: production}\n  web:\n    build: web\n    environment: {ConnectionStrings__Redis: "redis:6379"}\nvolumes: {redis: {}}\n`,
    'web/Dockerfile': 'FROM scratch\nCOPY . .\n', 'web/Web.csproj': project,
    'web/Program.cs': 'using Microsoft.AspNetCore.DataProtection;\nbuilder.Services.AddDataProtection().PersistKeysToStackExchangeRedis(redis, "keys");\nbuilder.Services.AddStackExchangeRedisCache(options => options.Configuration = "redis:6379");\n',
  })
  expect(told(files('allkeys-lru'))).toEqual(expect.arrayContaining(['warning redis/source-of-truth']))
  expect(told(files('noeviction')).filter(each => each.startsWith('error'))).toEqual([])
})

describe('topics that come into being by themselves', () => {
  const cluster = (topic: string): Record<string, string> => ({
    'compose.yaml': `services:\n  kafka:\n    image: confluentinc/cp-kafka:7.6.0\n    volumes: ["kafka:/var/lib/kafka/data"]\n    environment: {KAFKA_NODE_ID: 1, KAFKA_PROCESS_ROLES: "broker,controller", KAFKA_CONTROLLER_QUORUM_VOTERS: "1@kafka:9093", KAFKA_AUTO_CREATE_TOPICS_ENABLE: "true"}\n  topics:\n    image: confluentinc/cp-kafka:7.6.0\n    command: kafka-topics --bootstrap-server kafka:9092 --create --topic orders ${topic}\nvolumes: {kafka: {}}\n`,
  })
  const of = (topic: string): readonly string[] => told(cluster(topic)).filter(each => each.includes('auto-create'))
  it('are a warning where they lack what the provisioned ones have', () => {
    expect(of('--partitions 1 --replication-factor 1')).toEqual(['info kafka/auto-create-topics'])
    expect(of('--partitions 1 --replication-factor 1 --config cleanup.policy=compact')).toEqual(['warning kafka/auto-create-topics'])
  })
})

it('a setting of a program that names brokers elsewhere, too, speaks of nobody', () => {
  const files = (more: string): Record<string, string> => ({
    'compose.yaml': `services:\n  connect:\n    image: example.com/shop/mirror:1.4\n    labels: {misfit.use: cdc}\n    environment: {KAFKA_BOOTSTRAP_SERVERS: "b-1.shop.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9092", PRODUCER_ACKS: "1"${more}}\n`,
  })
  const of = (more: string): readonly string[] => told(files(more)).filter(each => each.includes('acks'))
  expect(of('')).toHaveLength(1)
  expect(of(', TARGET_BOOTSTRAP_SERVERS: "wn0.shop.cloudapp.net:9092,wn1.shop.cloudapp.net:9092"')).toEqual([])
})

describe('what a stack is for', () => {
  const plain = 'services:\n  redis:\n    image: redis:7.4\n'
  it('tells staging by the file, and what a package manager put there by the folder', () => {
    expect(environments({ 'compose.staging.yaml': plain, 'vendor/github.com/acme/queue/compose.yaml': plain, 'vendor/compose.yaml': plain })).toEqual(expect.arrayContaining([
      ['.', 'test'], ['vendor/github.com/acme/queue', 'example'], ['vendor', 'unspecified'],
    ]))
  })
  it('lets a file called production publish its broker', () => {
    const broker = 'services:\n  kafka:\n    image: confluentinc/cp-kafka:7.6.1\n    restart: unless-stopped\n    ports: ["29092:29092"]\n    environment: {KAFKA_ADVERTISED_LISTENERS: "PLAINTEXT://${HOST}:29092"}\n'
    expect(environments({ 'compose.kafka.prod.yaml': broker })).toEqual([['.', 'production']])
  })
  it('takes a careless file that is called production for production', () => {
    const careless = 'services:\n  db:\n    image: mysql:8.0\n    ports: ["3306:3306"]\n    environment: {MYSQL_ROOT_PASSWORD: root}\n  app:\n    image: example.com/shop:1.4\n    environment: {APP_ENV: production}\n  redis:\n    image: redis:7.4\n    ports: ["6379:6379"]\n'
    expect(environments({ 'compose.production.yaml': careless })).toEqual([['.', 'production']])
    expect(environments({ 'compose.yaml': careless.replace('{APP_ENV: production}', '{}') })).toEqual([['.', 'development']])
  })
  it('calls an overlay what its own folder is called, and tells a server that it only renames once', () => {
    const deployment = 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: redis}\nspec:\n  selector: {matchLabels: {app: redis}}\n  template:\n    metadata: {labels: {app: redis}}\n    spec:\n      containers:\n        - name: redis\n          image: redis:7.4\n          args: [--maxmemory, 512mb]\n          resources: {limits: {memory: 512Mi}}\n'
    const overlay = (more = ''): string => `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../../base]\n${more}`
    const files = { 'base/redis.yaml': deployment, 'base/kustomization.yaml': 'resources: [redis.yaml]\n', 'overlays/dev/kustomization.yaml': overlay(), 'overlays/eu/kustomization.yaml': overlay('namePrefix: eu-\n'), 'overlays/us/kustomization.yaml': overlay('namePrefix: us-\n') }
    expect(environments(files)).toEqual(expect.arrayContaining([['overlays/dev', 'development'], ['overlays/eu', 'unspecified']]))
    expect(told(files).filter(each => each.includes('maxmemory'))).toEqual(['warning redis/maxmemory-too-close-to-limit'])
  })
})

it("values in the keys of a chart's older version are that version's, and leftovers beside the newer ones are never read", () => {
  const values = (more = ''): Record<string, string> => ({ 'redis/values.yaml': `image: {repository: bitnami/redis, tag: 5.0.7}\ncluster: {enabled: true, slaveCount: 2}\nusePassword: true\nsentinel: {enabled: false}\nmaster:\n  persistence: {enabled: true}\nslave:\n  persistence: {enabled: true}\n${more}` })
  expect(told(values()).filter(each => each.includes('never-read'))).toEqual([])
  expect(told(values('architecture: replication\nauth: {enabled: true}\nreplica: {replicaCount: 3}\n')).filter(each => each.includes('never-read'))).toHaveLength(1)
})

describe('storage that cannot be read', () => {
  const worker = '  worker:\n    image: registry.example.com/shop:1.4\n    command: celery -A shop worker\n    environment: {CELERY_BROKER_URL: "redis://redis:6379/0"}\n'
  const of = (redis: string): readonly string[] => told({ 'compose.yaml': `services:\n  redis:\n    image: redis:7.4\n${redis}${worker}` })
  it('is a finding where nothing is mounted that could keep it, and none where something may', () => {
    expect(of('    command: redis-server --dir ${DIR}\n')).toEqual(['warning redis/durable-role-without-volume'])
    expect(of('    command: redis-server --dir ${DIR}\n    volumes: ["./users.acl:/etc/users.acl:ro"]\n')).toEqual(['warning redis/durable-role-without-volume'])
    expect(of('    command: redis-server --dir ${DIR}\n    volumes: ["./data:/var/lib/store"]\n').filter(each => !each.startsWith('info'))).toEqual([])
  })
})

it('streams that every write trims are a milder loss', () => {
  const files = (call: string): Record<string, string> => ({
    'compose.prod.yaml': 'services:\n  redis:\n    image: redis:7.4\n  app:\n    build: app\n    environment: {REDIS_URL: "redis://redis:6379"}\n', 'app/Dockerfile': 'FROM scratch\nCOPY . .\n', 'app/package.json': npm('app', 'ioredis'),
    'app/src/a.ts': `import Redis from 'ioredis'\nconst redis = new Redis(process.env.REDIS_URL)\nexport const publishEvent = async (e: string) => { await redis.xadd('order-events', ${call}'*', 'id', e) }\nexport async function consumeEvents(c: string) { return redis.xread('BLOCK', 0, 'STREAMS', 'order-events', c) }\n`,
  })
  const of = (call: string): readonly string[] => told(files(call)).filter(each => each.includes('without-volume'))
  expect(of('')).toEqual(['warning redis/durable-role-without-volume'])
  expect(of("'MAXLEN', '~', 1000, ")).toEqual(['info redis/durable-role-without-volume'])
})

describe('words for the use and the format at hand', () => {
  const findings = (files: Readonly<Record<string, string>>, rule: string) => lint(memoryTree(files)).findings.filter(each => each.rule === rule)
  it('a session on a log is no lock', () => {
    const [one] = findings({ 'compose.yaml': 'services:\n  kafka:\n    image: apache/kafka:3.9.0\n  web:\n    image: registry.example.com/shop:1.4\n    environment: {KAFKA_BROKERS: "kafka:9092", SESSION_STORE: kafka}\n' }, 'kafka/used-as-shared-state')
    expect(one?.failureMode).toContain('a session is found only after')
    expect(one?.failureMode).not.toContain('lock')
  })
  it('a chart is told of a claim, and a compose file of a volume', () => {
    const chart = { 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: redis, version: 23.1.1, repository: "https://charts.bitnami.com/bitnami"}\n', 'values.yaml': 'redis:\n  architecture: standalone\n  master:\n    persistence: {enabled: false}\nworker:\n  command: [celery, -A, shop, worker]\n  env: {CELERY_BROKER_URL: "redis://shop-redis-master:6379/0"}\n' }
    expect(findings(chart, 'redis/durable-role-without-volume')[0]?.fix).toContain('persistent volume claim')
    const compose = { 'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n  worker:\n    image: registry.example.com/shop:1.4\n    command: celery -A shop worker\n    environment: {CELERY_BROKER_URL: "redis://redis:6379/0"}\n' }
    expect(findings(compose, 'redis/durable-role-without-volume')[0]?.fix).toContain('a named volume.')
  })
})

describe('what source shows', () => {
  const files = (source: string, manifest = npm('app', 'ioredis')): Record<string, string> => ({
    'compose.yaml': `services:\n  redis:\n    image: redis:7.4\n${evicting('allkeys-lru')}    volumes: ["redis:/data"]\n  app:\n    build: app\n    environment: {REDIS_URL: "redis://redis:6379"}\nvolumes: {redis: {}}\n`,
    'app/Dockerfile': 'FROM scratch\nCOPY . .\n', 'app/package.json': manifest, 'app/src/a.ts': source,
  })
  const raw = (...calls: readonly string[]): string => `import Redis from 'ioredis'\nconst redis = new Redis(process.env.REDIS_URL)\n${calls.map(call => `await redis.${call}\n`).join('')}`
  const queue = (source: string, manifest?: string): readonly string[] => told(files(source, manifest)).filter(each => each.includes('queue-on-evicting'))
  it('is information where a list is pushed and nobody takes from it, and a warning with both ends', () => {
    expect(queue(raw("lpush('mail:queue', job)"))).toEqual(['info redis/queue-on-evicting-instance'])
    expect(queue(raw("lpush('mail:queue', job)", "brpop('mail:queue', 0)"))).toEqual(['warning redis/queue-on-evicting-instance'])
  })
  it('is an error by both ends of a library that is made for it, where something says production', () => {
    const bull = (...made: readonly string[]): string => `import { Queue, Worker } from 'bullmq'\n${made.join('\n')}\n`
    const both = files(bull("new Queue('mail', { connection })", "new Worker('mail', send, { connection })"), npm('app', 'bullmq'))
    const inProduction = { ...both, 'compose.yaml': (both['compose.yaml'] ?? '').replace('    build: app', '    build: app\n    restart: always').replace('environment: {', 'environment: {NODE_ENV: production, ') }
    expect([both, inProduction].flatMap(each => told(each).filter(one => one.includes('queue-on-evicting')))).toEqual(['warning redis/queue-on-evicting-instance', 'error redis/queue-on-evicting-instance'])
    expect(queue(bull("new Queue('mail', { connection })"), npm('app', 'bullmq'))).toEqual(['warning redis/queue-on-evicting-instance'])
  })
})

describe('harm', () => {
  it('of an image for one machine is that of one process', () => {
    const [one] = lint(memoryTree({ 'compose.prod.yaml': 'services:\n  kafka:\n    image: confluentinc/confluent-local:7.6.0\n    restart: always\n' })).findings.filter(({ rule }) => rule === 'kafka/dev-mode-in-production')
    expect([one?.severity, one?.message]).toEqual(['warning', expect.stringContaining('one process is broker and controller')])
    expect(one?.failureMode).not.toContain('on disk')
  })
  it('of a variable that says the default is none', () => {
    const files = (value: string): Record<string, string> => ({ 'compose.yaml': `services:\n  kafka:\n    image: wurstmeister/kafka:2.13-2.8.1\n    environment: {KAFKA_ZOOKEEPER_CONNECT: "zookeeper:2181", KAFKA_CFG_AUTO_CREATE_TOPICS_ENABLE: "${value}"}\n  zookeeper:\n    image: zookeeper:3.8\n` })
    expect(told(files('true')).filter(each => each.includes('never-read'))).toEqual(['info kafka/setting-never-read'])
    expect(told(files('false')).filter(each => each.includes('never-read'))).toEqual(['warning kafka/setting-never-read'])
  })
  it('of tasks that Airflow queues again is little, and of a cache of a few keys', () => {
    const airflow = (executor: string): Record<string, string> => ({ 'compose.yaml': `services:\n  redis:\n    image: redis:7.4\n  worker:\n    image: apache/airflow:2.9.0\n    command: celery worker\n    environment: {AIRFLOW__CORE__EXECUTOR: ${executor}, AIRFLOW__CELERY__BROKER_URL: "redis://redis:6379/0"}\n` })
    expect(told(airflow('CeleryExecutor')).filter(each => each.includes('without-volume'))).toEqual(['info redis/durable-role-without-volume'])
  })
  it('of a file that is not read is what the command does not say', () => {
    const files = (flags: string): Record<string, string> => ({
      'compose.yaml': `services:\n  redis:\n    image: redis:7.4\n    command: redis-server ${flags}\n    volumes: ["./redis.conf:/etc/redis/redis.conf", "redis:/data"]\nvolumes: {redis: {}}\n`,
      'redis.conf': 'maxmemory 512mb\ntcp-keepalive 60\nsave 900 1\n',
    })
    const of = (flags: string): readonly string[] => told(files(flags)).filter(each => each.includes('config-file'))
    expect(of('--appendonly yes')).toEqual(['error redis/config-file-not-loaded'])
    expect(of('--appendonly yes --maxmemory 256mb')).toEqual(['warning redis/config-file-not-loaded'])
  })
})

describe('versions', () => {
  it('a Kafka before 0.11 makes its topic of offsets with the brokers that there are', () => {
    const files = (protocol: string): Record<string, string> => ({ 'compose.yaml': `services:\n  kafka:\n    image: wurstmeister/kafka\n    environment: {KAFKA_ZOOKEEPER_CONNECT: "zookeeper:2181", KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 3${protocol}}\n  zookeeper:\n    image: zookeeper:3.8\n` })
    const of = (protocol: string): readonly string[] => told(files(protocol)).filter(each => each.includes('internal-topics'))
    expect(of(', KAFKA_INTER_BROKER_PROTOCOL_VERSION: 0.10.2-IV0')).toEqual([])
    expect(of(', KAFKA_INTER_BROKER_PROTOCOL_VERSION: 2.8-IV0')).toEqual(['error kafka/internal-topics-replication'])
  })
  it("the first of Bitnami's valkey charts reads master", () => {
    const files = (version: string): Record<string, string> => ({
      'Chart.yaml': `apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: valkey, version: ${version}, repository: "https://charts.bitnami.com/bitnami"}\n`,
      'values.yaml': 'valkey:\n  architecture: standalone\n  master:\n    persistence: {enabled: true}\n',
    })
    const of = (version: string): readonly string[] => told(files(version)).filter(each => each.includes('never-read'))
    expect(of('1.0.0')).toEqual([])
    expect(of('2.1.0')).toHaveLength(1)
  })
})

it('a folder of data with a number is one for data, and of no use where the image writes elsewhere', () => {
  const files = { 'kafka.yaml': 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: kafka}\nspec:\n  serviceName: kafka\n  template:\n    spec:\n      containers:\n        - name: kafka\n          image: confluentinc/cp-kafka:7.6.0\n          env: [{name: KAFKA_ZOOKEEPER_CONNECT, value: "zookeeper:2181"}]\n          volumeMounts: [{name: data, mountPath: /opt/kafka/data-1}]\n  volumeClaimTemplates:\n    - metadata: {name: data}\n      spec: {accessModes: [ReadWriteOnce]}\n' }
  expect(told(files)).toContain('error kafka/volume-not-on-log-dirs')
})

describe('a configuration file that is not loaded', () => {
  const of = (conf: string) => lint(memoryTree({ 'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n    volumes: ["./redis.conf:/usr/local/etc/redis/redis.conf:ro"]\n', 'redis.conf': conf })).findings.find(({ rule }) => rule === 'redis/config-file-not-loaded')
  it('is loaded without what would end the container or shut everybody else out', () => {
    expect(of('maxmemory 200mb\nbind 127.0.0.1 -::1\ndaemonize yes\ncluster-enabled yes\n')?.fix).toMatch(/redis-server \/usr\/local\/etc\/redis\/redis\.conf, and first take "bind 127\.0\.0\.1 -::1" \(.+\), "daemonize yes" \(.+\) and "cluster-enabled yes" \(.+\) out of it\.$/)
    expect(of('maxmemory 200mb\nbind 127.0.0.1 10.0.0.4\ndaemonize no\n')?.fix).toBe('Name the file in the command of redis: redis-server /usr/local/etc/redis/redis.conf.')
  })
  it('is no loss where it says only what would shut them out', () => {
    const rest = 'appendonly no\nmaxmemory-policy noeviction\n'
    expect([of(`${rest}bind 127.0.0.1\n`)?.severity, of(`${rest}bind 127.0.0.1\nhz 50\n`)?.severity]).toEqual(['info', 'warning'])
  })
})
