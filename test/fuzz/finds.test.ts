// What the fuzzer found, each as its smallest input.
import { expect, it } from 'vitest'
import { lint } from '../../src/index.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { added } from '../support/mutations.ts'
import { hold } from './invariants.ts'
import { randomFor } from './random.ts'

const found: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a place behind the end of a block scalar at the end of its file': { 'application.yaml': 'kind: Application\nspec:\n source:\n    repoURL: bitnamicharts\n    chart: redis\n    helm:\n     values: |\n      commonConfiguration: |\n       append' },
  'a block scalar in a block scalar at the end of its file': { 'application.yaml': 'kind: Application\nspec:\n source:\n    chart: redis\n    helm:\n     values: |\n      : |\n       append' },
}

it.each(Object.entries(found))('%s', (_, files) => {
  for (const number of [0, 1, 2]) expect(() => { hold({ kind: 'manifests', files, secrets: [] }, number, randomFor(1, number), true) }).not.toThrow()
})

it('a word that is no flag of the server is not repeated: it may be a secret out of its place', () => {
  const files = { 'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n    entrypoint: ["sh", "-c"]\n    command:\n      - |\n        redis-server \\\n          API_KEY: "Hun7er301201Xq"\n' }
  const { problems, stacks } = lint(memoryTree(files)), said = JSON.stringify([problems, stacks])
  expect(said).toContain('a word in the command of redis may set anything')
  expect(said).not.toContain('Hun7er301201Xq')
})

it('a mounted file that nobody can name is not accused of not being read', () => {
  const rules = (source: string): readonly string[] => lint(memoryTree({ 'compose.yaml': `services:\n  redis:\n    image: redis:7.4\n    volumes: ["${source}:/usr/local/etc/redis/redis.conf"]\n`, 'redis.conf': 'maxmemory 1gb\n' })).findings.map(({ rule }) => rule)
  expect(rules('./redis.conf')).toContain('redis/config-file-not-loaded')
  expect(rules('${FOLDER}/redis.conf')).toContain('redis/config-file-not-loaded')
  expect(rules('${FILE}')).not.toContain('redis/config-file-not-loaded')
})

it('values that list containers are read alike in any order, also where an image stands beside them', () => {
  const components = (...controllers: readonly string[]): unknown => lint(memoryTree({ 'app.yaml': `kind: HelmRelease\nmetadata: {name: notes}\nspec:\n values:\n  controllers:\n${controllers.join('')}` })).stacks.map(stack => stack.components.map(({ name }) => name))
  const notes = '   main:\n    containers: {main: {image: {repository: notes}, env: {CACHE_URL: redis}}}\n', store = '   redis:\n    containers: {main: {repository: redis}}\n'
  expect(components(notes, store)).toEqual(components(store, notes))
})

it('a password among the defaults of a chart that lies here is no more told than one that is stated', () => {
  const report = lint(memoryTree({
    'Chart.yaml': 'name: shop\ndependencies:\n  - {name: redis, repository: charts.helm.sh/stable}\n', 'charts/redis/Chart.yaml': 'name: redis\nversion: 10.5.7\n',
    'charts/redis/values.yaml': 'configmap: |\n  requirepass hunter2-planted\n  maxmemory 1gb\n',
  }))
  expect(JSON.stringify(report)).toContain('"value":"***"')
  expect(JSON.stringify(report)).not.toContain('hunter2-planted')
})

it('a broker of an unreadable version, or that is started by something unreadable, is accused of nothing new', () => {
  const rules = (service: string, files: Readonly<Record<string, string>> = {}): readonly string[] => lint(memoryTree({ 'compose.yaml': `services:\n  kafka:\n${service}`, ...files })).findings.map(({ rule }) => rule)
  const mounted = (tag: string): readonly string[] => rules(`    image: apache/kafka:${tag}\n    volumes: ["./server.properties:/mnt/shared/config/server.properties"]\n`, { 'server.properties': 'default.replication.factor=3\nmin.insync.replicas=4\n' })
  expect(mounted('3.6.0')).toContain('kafka/min-isr-equals-replication')
  expect([mounted('3.9.0'), mounted('${TAG}')].flat()).not.toContain('kafka/min-isr-equals-replication')
  const started = (by: string): readonly string[] => rules(`    image: confluentinc/cp-kafka:7.6.0\n    command: ${by} /etc/kafka.properties\n`)
  expect(started('${START}')).toEqual(started('kafka-server-start'))
  const scripted = (by: string): readonly string[] => rules(`    image: apache/kafka:3.9.0\n    entrypoint: [/bin/sh, -c]\n    command:\n      - |\n        ${by} --bootstrap-server kafka:9092 --create --topic orders\n`)
  expect([scripted('/opt/kafka/bin/kafka-topics.sh'), scripted('${TOOL}')]).toEqual([[], []])
})

it('a topic that is made with an unread name may show another use than the one that nothing else shows', () => {
  const rules = (topic: string): readonly string[] => lint(memoryTree({ 'compose.prod.yaml': `services:\n  kafka: {image: "apache/kafka:3.9.0"}\n  make:\n    image: apache/kafka:3.9.0\n    entrypoint: [/bin/sh, -c]\n    command: ["/opt/kafka/bin/kafka-topics.sh --bootstrap-server kafka:9092 --create --topic ${topic} --config cleanup.policy=compact"]\n  catalog: {image: "shop/catalog", environment: {KAFKA_BOOTSTRAP_SERVERS: "kafka:9092"}}\n` })).findings.map(({ rule }) => rule)
  expect([rules('product-cache'), rules('${TOPIC}')].flat()).not.toContain('kafka/no-lag-monitoring')
})

it('a server that its command alone shows, under an image that cannot be read, is no undeclared one', () => {
  const rules = (image: string): readonly string[] => lint(memoryTree({
    'compose.yaml': `services:\n  kafka: {image: "apache/kafka:3.9.0"}\n  redpanda: {image: "${image}", command: [redpanda, start]}\n`,
    'misfit.yaml': 'apiVersion: misfit/v1\nkind: DesignSpec\ncomponents: [{id: kafka, technology: kafka, uses: [{id: orders, use: event-bus}]}]\n',
  })).findings.map(({ rule }) => rule)
  expect(rules('redpandadata/redpanda:v24.2.4')).toContain('spec/undeclared-component')
  expect(['shop/billing:4.2', '${IMAGE}:4.2'].flatMap(rules)).not.toContain('spec/undeclared-component')
})

const rulesIn = (text: string, files: Readonly<Record<string, string>> = {}): readonly string[] => lint(memoryTree({ 'compose.yaml': text, ...files })).findings.map(({ rule }) => rule)

it('a topic that is made on a server that cannot be read is held against no cluster, unless what makes it waits for the only one', () => {
  const rules = (server: string, waits = ''): readonly string[] => rulesIn(`services:\n  kafka: {image: "apache/kafka:3.9.0"}\n  make:\n    image: apache/kafka:3.9.0\n    command: kafka-topics --create --topic orders --replication-factor 3 --bootstrap-server ${server}\n${waits}`)
  expect(rules('kafka:9092')).toContain('kafka/replication-exceeds-brokers')
  expect(rules('kafka:${PORT}')).toContain('kafka/replication-exceeds-brokers')
  expect(rules('${SERVER}', '    depends_on: [kafka]\n')).toContain('kafka/replication-exceeds-brokers')
  for (const server of ['elsewhere:9092', '${SERVER}', '${HOST}:9092']) expect(rules(server).filter(rule => /replication-exceeds|auto-create/.test(rule))).toEqual([])
})

it('an address for rate limits that cannot be read may be that of the server that the program works with', () => {
  const rules = (address: string): readonly string[] => rulesIn(`services:\n  app: {image: chatwoot/chatwoot, environment: {KAFKA_BROKERS: "kafka:9092", RATELIMIT_STORAGE_URI: "${address}"}}\n  kafka: {image: "redis:6.0", command: redis-server --maxmemory 64mb --maxmemory-policy allkeys-lru}\n  redis: {image: "redis:7.4"}\n`)
  expect([rules('redis://redis:6379/2'), rules('${ADDRESS}')].flat()).not.toContain('redis/queue-on-evicting-instance')
})

it('a config of Compose with an unread file or source is not accused of not being read', () => {
  const rules = (source: string, file: string): readonly string[] => rulesIn(`services:\n  redis: {image: "redis:7.4", command: redis-server --save 60 1, volumes: ["./missing.conf:/etc/redis.conf"], configs: [{source: "${source}", target: /etc/redis.conf}]}\nconfigs: {conf: {file: "${file}"}}\n`, { 'redis.conf': 'maxmemory 1gb\n' })
  expect(rules('conf', './redis.conf')).toContain('redis/config-file-not-loaded')
  expect([rules('conf', '${FILE}'), rules('${NAME}', './redis.conf')].flat()).not.toContain('redis/config-file-not-loaded')
})

it('a replica that names nobody is not one of the only server there is, where another service may be a server', () => {
  const rules = (command: string): readonly string[] => rulesIn(`services:\n  other: {build: ./api, command: "${command}"}\n  copy: {image: "redis:7.4", command: redis-server /etc/redis.conf, environment: {REDIS_REPLICATION_MODE: slave}, volumes: ["./redis.conf:/usr/local/etc/redis/redis.conf"]}\n  redis-2: {image: "redis:7.4"}\n`, { 'redis.conf': 'appendonly yes\n' })
  const told = rules('valkey-server --maxmemory 64mb')
  for (const rule of rules('${START}')) expect(told).toContain(rule)
})

it('a program of which the command cannot be read may queue its jobs, so that a cache is not called the only use', () => {
  const rules = (command: string): readonly string[] => rulesIn(`services:\n  redis: {image: "redis:7.4", command: redis-server --appendonly yes, volumes: ["data:/data"]}\n  app: {image: "shop/web:1", command: "${command}", environment: {CACHE_DRIVER: redis, REDIS_HOST: redis}}\nvolumes: {data: {}}\n`)
  expect(rules('node index.js')).toContain('redis/over-persistent-cache')
  for (const command of ['php artisan queue:work redis', 'php ${X} queue:work redis', 'php artisan ${COMMAND}', 'php artisan queue:${X}', 'bundle exec ${X}']) expect(rules(command)).not.toContain('redis/over-persistent-cache')
})

it('what a server is declared to be used for, in words that nobody can read, may be anything', () => {
  const rules = (use: string): readonly string[] => rulesIn(`services:\n  store: {image: "redis:7.4", volumes: ["data:/var/lib/postgresql/data"], labels: {misfit.use: "${use}"}}\nvolumes: {data: {}}\n`)
  expect(rules('job-queue')).toContain('redis/volume-not-on-data-dir')
  expect(rules('${USE}')).not.toContain('redis/volume-not-on-data-dir')
})

const evicting = 'redis-server --maxmemory 64mb --maxmemory-policy allkeys-lru'
const queue = { 'api/package.json': '{"name": "shop", "dependencies": {"bullmq": "5"}}', 'api/index.js': "import { Queue } from 'bullmq'\nnew Queue('mails')\n" }
const designed = (id: string): Readonly<Record<string, string>> => ({ 'misfit.yaml': `apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n  - {id: ${id}, technology: redis, uses: [{id: pages, use: job-queue}]}\n` })
const included = { 'more.yml': 'services: {redis: {image: redis}}\n' }

// What `--stacks` found, one of each kind: services, in which a variable without a value takes the place of what stands between ⟦ and ⟧.
const kinds: Readonly<Record<string, readonly [services: string, more?: Readonly<Record<string, string>>, top?: string]>> = {
  'the node that speaks for a cluster': [`
    store: {command: "⟦redis-server --cluster-enabled yes⟧"}
    redis: {image: redis, command: --cluster-enabled yes, volumes: ["data:/var/lib/redis"]}`],
  'whether a replica is the node of a cluster': [`
    queue: {command: "redis-server --cluster-enabled ⟦yes⟧", environment: {REDIS_REPLICATION_MODE: slave}}
    store: {image: redis, command: redis-server --appendonly yes}`],
  'whom several servers of one service follow': [`
    redis: {image: redis}
    store: {image: redis}
    copy: {image: redis, command: "redis-server --replicaof ⟦redis⟧ 6379", volumes: ["data:/var/lib/redis"], deploy: {replicas: 3}}`],
  'what is included and may be the primary': ['copy: {image: "redis/redis-stack-server:7.4.0-v1", command: redis-server --replicaof redis 6379, volumes: ["./redis.conf:/etc/redis.conf:ro"]}', { 'more.yml': 'services: {redis: {}}\n' }, 'include: ["⟦more.yml⟧"]'],
  'what is included and may be what a design means': [`cache: {command: ${evicting}}`, { ...included, ...designed('registry') }, 'include: ["⟦more.yml⟧"]'],
  'with whom a broker votes': [`
    redis-2: {image: "apache/kafka:3.9.0", environment: {KAFKA_CONTROLLER_QUORUM_VOTERS: "⟦1@kafka:9093,2@broker:9093⟧"}}
    broker: {command: kafka-server-start /etc/kafka.properties}
    kafka: {image: "apache/kafka:3.9.0", environment: {KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: "true"}, volumes: ["data:/tmp/kraft-combined-logs"]}`],
  'the image of who votes with a broker': [`
    redis-2: {image: "⟦apache/kafka:3.9.0⟧", environment: {KAFKA_CONTROLLER_QUORUM_VOTERS: "1@kafka:9093,2@broker:9093"}}
    broker: {command: kafka-server-start /etc/kafka.properties}
    kafka: {image: "apache/kafka:3.9.0", environment: {KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: "true"}, volumes: ["data:/tmp/kraft-combined-logs"]}`],
  'what a program waits for': [`
    shop: {build: ., environment: {BROKERS: kafka}}
    worker: {depends_on: ["⟦kafka⟧"]}
    kafka: {image: "apache/kafka:3.9.0"}`],
  'a choice that tells what the other server is for': [`
    web: {environment: {CACHE_DRIVER: "⟦redis⟧"}}
    redis: {command: [redis-server]}
    cache: {image: redis, command: --maxmemory 64mb}`],
  'a setting of a server that shows a use': [`
    kafka: {image: "apache/kafka:3.9.0", environment: {KAFKA_LOG_CLEANUP_POLICY: "⟦compact⟧"}}
    shop: {build: ., depends_on: [kafka]}`],
  'an image that is never pulled': [`
    redis-2: {image: "apache/kafka:3.9.0", volumes: ["data:/var/lib/kafka/data"]}
    registry: {image: "⟦shop/web:1⟧", volumes: ["./redis.conf:/usr/local/etc/redis/redis.conf"], pull_policy: never}`],
  'what may be one more among servers alone': [`
    queue: {image: redis}
    store: {command: redis-server}
    redis: {environment: {REDIS_REPLICATION_MODE: slave}, restart: unless-stopped}
    zookeeper: {image: redis, command: "⟦redis-cli -h redis monitor⟧", restart: unless-stopped}`],
  'whether a broker beside a program only keeps metadata': [`
    redis: {image: redis}
    broker: {image: "apache/kafka:3.9.0", environment: {KAFKA_PROCESS_ROLES: "⟦controller⟧"}, volumes: [".:/app"]}`, queue],
  'one of the servers that a sentinel may watch': [`
    redis: {image: redis, command: redis-server --sentinel}
    main: {command: ${evicting}}
    web: {environment: {CELERY_BROKER_URL: "redis://redis"}}
    store: {image: "⟦valkey/valkey:8⟧"}`],
  'what tells one technology from another': [`
    redis: {command: redpanda start --mode dev-container, healthcheck: {test: [CMD, "⟦redis-cli⟧", ping]}}
    web: {environment: {CACHE_URL: redis}}`],
  'a mount that may be the configuration of a broker': ['kafka: {environment: {KAFKA_PROCESS_ROLES: broker, KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: "true", KAFKA_ZOOKEEPER_CONNECT: zookeeper}, volumes: ["⟦./server.properties:/etc/kafka.properties⟧"]}'],
  'a mount that may configure another program': [`
    shop: {build: ., environment: {KAFKA_BROKERS: "kafka:9092"}}
    store: {volumes: ["⟦./server.properties⟧:/etc/kafka.properties"]}
    kafka: {image: "apache/kafka:3.9.0"}`, { 'server.properties': 'brokers=kafka:9092\n' }],
  'memory over a volume': ['redis: {image: "redis:7.4", volumes: ["data:/data"], tmpfs: "⟦/data⟧"}', { 'go.mod': 'module shop\n\nrequire github.com/hibiken/asynq v0.24.1\n' }],
  'a value that may hold by itself': ['kafka: {image: "bitnami/kafka:3.7", environment: {KAFKA_MIN_INSYNC_REPLICAS: "⟦1⟧"}}'],
  'topics that a broker makes': ['kafka: {image: wurstmeister/kafka, environment: {KAFKA_CREATE_TOPICS: "⟦orders:3:2⟧"}, deploy: {replicas: 3}}'],
  'the port of a registry and a name': [`
    registry: {image: "example.com:⟦5000/shop/worker⟧"}
    redis: {command: [redis-server, --maxmemory, 64mb, --maxmemory-policy, volatile-lru]}
    zookeeper: {command: npm run dev}`, { 'index.js': queue['api/index.js'], Dockerfile: 'FROM debian:12\nCOPY . .\n' }],
  'a command that may show jobs': [`
    app: {environment: {CACHE_URL: redis}}
    redis: {command: [redis-server, --appendonly, "yes"]}
    web: {command: "celery -A shop ⟦worker⟧"}`],
  'where declared jobs come from': [`
    store: {command: [sh, -c, "${evicting} --save ''"]}
    zookeeper: {command: "rq worker -u ⟦redis://redis:6379⟧"}`, designed('zookeeper')],
  'the tag of what shares a server': [`
    db: {environment: {CELERY_RESULT_BACKEND: "redis://cache"}, image: "nginx:⟦1⟧"}
    app: {environment: {CELERY_RESULT_BACKEND: "redis://cache:6379/1"}, image: shop/web}
    cache: {image: redis}
    web: {environment: {CACHE_URL: "redis://cache"}, image: ruby}`],
  'whether a mount can be written to': [`
    store: {image: "redis:7.4", volumes: ["data:/data"], mem_limit: 64m}
    kafka: {image: "apache/kafka:3.9.0", volumes: ["./redis.conf:/etc/redis.conf:⟦ro⟧"]}`],
  'whether a server that is called a queue is a cluster, which queues hardly work with': ['queue: {image: redis, command: "redis-server --cluster-enabled ⟦yes⟧"}'],
  'whether a server that is called a cache is a cluster': ['cache: {image: "redis:7.4", command: "redis-server --cluster-enabled ⟦yes⟧", volumes: ["data:/var/lib/postgresql/data"]}'],
  'the driver that leads to the server of its name': [`
    app: {environment: {CACHE_DRIVER: "⟦redis⟧"}}
    redis-2: {command: ${evicting}}
    redis: {image: "bitnamilegacy/valkey:8.0", volumes: ["data:/var/lib/postgresql/data"]}`],
  'the driver that keeps an application off the server of its default name': [`
    redis: {image: "redis:7.4"}
    cache: {command: valkey-server --maxmemory 64mb --maxmemory-policy allkeys-lfu}
    web: {image: weblate/weblate, environment: {CACHE_DRIVER: "⟦redis⟧"}}`],
  'a driver that speaks against the other technology': [`
    redis: {image: "confluentinc/cp-server:7.6.0"}
    db: {environment: {CACHE_URL: "redis://redis:6379/1", CACHE_DRIVER: "⟦redis⟧"}}
    kafka: {environment: {KAFKA_NODE_ID: 1, KAFKA_ADVERTISED_LISTENERS: "PLAINTEXT://localhost:9092", KAFKA_PROCESS_ROLES: controller}}`],
  'the host name that shows a broker': [`
    queue: {image: "redis:7.2", volumes: ["data:/var/lib/postgresql/data"]}
    web: {hostname: "⟦kafka-main⟧", ports: ["9092:9092"]}
    worker: {image: "debezium/connect:2.5"}
    kafka: {image: "apache/kafka:3.9.0"}`],
  'the port that shows a broker': [`
    broker: {image: "apache/kafka:3.9.0", environment: {KAFKA_ADVERTISED_LISTENERS: "PLAINTEXT://kafka:9092"}}
    web: {hostname: kafka-main, ports: ["⟦9092:9092⟧"], environment: {KAFKA_BOOTSTRAP_SERVERS: "kafka:9092,broker:9092"}}`],
  'the image of whom a broker votes with': [`
    kafka-2: {image: "confluentinc/cp-kafka:7.6.0", environment: {KAFKA_CONTROLLER_QUORUM_VOTERS: "1@kafka:9093,2@broker:9093", KAFKA_DEFAULT_REPLICATION_FACTOR: 3}}
    kafka: {image: "⟦confluentinc/cp-kafka:7.6.0⟧", profiles: [dev]}
    broker: {image: wurstmeister/kafka, restart: always}`],
  'the image of a sentinel that holds the program': [`
    cache: {image: "⟦redis:7.4⟧", command: redis-server --port 26379 --sentinel, volumes: ["./:/app"]}
    broker: {image: "redis:7.4", volumes: ["./:/app"]}`, { 'redis.conf': 'appendonly yes\n', 'package.json': queue['api/package.json'], 'index.js': queue['api/index.js'] }],
  'an address beside a program that can read its events again': [`
    redis: {restart: always}
    kafka: {image: "confluentinc/cp-server:7.6.0"}
    connect: {image: "debezium/connect:2.5", environment: {CACHE_URL: "⟦redis://cache:6379/0⟧"}, profiles: [dev]}`],
  'who waits for a broker': [`
    cache: {command: redis-server /etc/redis.conf, environment: {REDIS_REPLICATION_MODE: slave}}
    app: {depends_on: ["⟦kafka⟧"]}
    kafka: {image: "apache/kafka:3.9.0", environment: {KAFKA_BROKER_ID: 2}}`],
  'on which of two clusters a topic is made': [`
    kafka-2: {command: "kafka-topics --create --topic orders --replication-factor 3 --bootstrap-server ⟦kafka⟧:9092"}
    web: {image: wurstmeister/kafka}
    kafka: {deploy: {replicas: 3}, command: redpanda start --mode dev-container}`],
  'a mount beside the data of an image that nobody knows': ['broker: {image: acme/kafka, command: redpanda start --mode dev-container, volumes: ["./redis.conf:⟦/etc/redis.conf⟧:ro", "data:/var/lib/kafka/data"]}'],
}

it.each(Object.entries(kinds))('hiding %s adds no finding', (_, [services, more = {}, top = '']) => {
  const written = `${top}\nservices:\n${services.trim().split('\n').map(line => `  ${line.trim()}\n`).join('')}`
  const report = (text: string): ReturnType<typeof lint> => lint(memoryTree({ 'compose.yaml': text, ...more }))
  expect(written).toMatch(/⟦.+⟧/)
  expect(added(report(written.replace(/⟦(.+?)⟧/, '$1')), report(written.replace(/⟦.+?⟧/, '${HIDDEN}'))).map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([])
})
