// What the fuzzer found, each as its smallest input.
import { expect, it } from 'vitest'
import { lint } from '../../src/index.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { hold } from './invariants.ts'
import { randomFor } from './random.ts'

const found: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a place behind the end of a block scalar at the end of its file': { 'application.yaml': 'kind: Application\nspec:\n source:\n    repoURL: bitnamicharts\n    chart: redis\n    helm:\n     values: |\n      commonConfiguration: |\n       append' },
  'a block scalar in a block scalar at the end of its file': { 'application.yaml': 'kind: Application\nspec:\n source:\n    chart: redis\n    helm:\n     values: |\n      : |\n       append' },
}

it.each(Object.entries(found))('%s', (_, files) => {
  for (const number of [0, 1, 2]) expect(() => { hold({ kind: 'manifests', files, secrets: [] }, number, randomFor(1, number), true) }).not.toThrow()
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
  const rules = (command: string, more = ''): readonly string[] => rulesIn(`services:\n  other: {build: ./api, command: "${command}"}\n  copy: {${more}image: "redis:7.4", command: redis-server /etc/redis.conf, environment: {REDIS_REPLICATION_MODE: slave}, volumes: ["./redis.conf:/usr/local/etc/redis/redis.conf"]}\n  redis-2: {image: "redis:7.4"}\n`, { 'redis.conf': 'appendonly yes\n' })
  const told = rules('valkey-server --maxmemory 64mb')
  for (const rule of rules('${START}')) expect(told).toContain(rule)
  for (const rule of rules('${START}', 'deploy: {replicas: 3}, ')) expect(rules('tail -f /dev/null', 'deploy: {replicas: 3}, ')).toContain(rule)
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
