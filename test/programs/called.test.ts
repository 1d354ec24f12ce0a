// A package that nobody calls shows nothing; programs that several servers, several images or somebody's own names stand around.
import { describe, expect, it } from 'vitest'
import type { Shown } from '../../src/model/program.ts'
import { withoutUncalled } from '../../src/programs/calls/uncalled.ts'
import { composeWith, npm, programIn, usesIn } from '../support/programs.ts'

describe('a package whose purpose is one use', () => {
  const node = (source: Record<string, string>, ...packages: readonly string[]) => usesIn({ 'compose.yaml': composeWith({ api: '.' }), 'package.json': npm('api', 'express', ...packages), ...source })

  it('shows it where a file of the program names the package', () => {
    expect(node({ 'src/jobs.ts': "import { makeQueue } from 'bullmq'\n" }, 'bullmq')).toEqual(['job-queue'])
    expect(node({ 'src/app.ts': "import express from 'express'\n", 'medusa-config.ts': "export default { modules: [{ resolve: '@medusajs/locking-redis' }] }\n" }, '@medusajs/locking-redis')).toEqual(['lock'])
  })

  it('shows nothing where the source is there and none of it does', () => {
    expect(node({ 'src/app.ts': "import express from 'express'\n" }, 'bullmq')).toEqual([])
    expect(node({ 'src/app.ts': "import express from 'express'\n", 'test/jobs.test.ts': "import { Queue } from 'bullmq'\n" }, 'bullmq')).toEqual([])
  })

  it('shows it where no source lies in the repository, or the framework loads it by itself', () => {
    expect(node({}, 'bullmq')).toEqual(['job-queue'])
    expect(node({ 'src/app.ts': "import Keyv from 'keyv'\nnew Keyv('redis://redis')\n" }, '@keyv/redis')).toEqual(['cache'])
  })

  it.each([
    ['redis-mutex', 'RedisMutex.with_lock(:import) { run }', 'Mutex.new'],
    ['redlock', 'Redlock::Client.new([url])', 'lock!'],
  ])('is called by its constant in Ruby: %s', (gem, calls, other) => {
    const ruby = (line: string) => usesIn({ 'compose.yaml': composeWith({ api: '.' }), 'Gemfile': `gem '${gem}'\n`, 'app/models/import.rb': `class Import\n  def run\n    ${line}\n  end\nend\n` })
    expect(ruby(calls)).toEqual(['lock'])
    expect(ruby(other)).toEqual([])
  })

  it('shows what is called of it, not what it could do', () => {
    const ruby = (line: string) => usesIn({ 'compose.yaml': composeWith({ api: '.' }), 'Gemfile': "gem 'activejob-traffic_control'\n", 'app/jobs/import_job.rb': `class ImportJob < ApplicationJob\n  ${line}\nend\n` })
    expect(ruby('include ActiveJob::TrafficControl::Throttle')).toEqual(['rate-limiter'])
    expect(ruby('include ActiveJob::TrafficControl::Disable')).toEqual([])
  })

  it('is called by its package in Java and Rust', () => {
    const pom = '<project><artifactId>api</artifactId><dependencies><dependency><groupId>es.moki.ratelimitj</groupId><artifactId>ratelimitj-redis</artifactId></dependency></dependencies></project>'
    const java = (line: string) => usesIn({ 'compose.yaml': composeWith({ api: '.' }), 'pom.xml': pom, 'src/main/java/App.java': `${line}\nclass App {}\n` })
    expect(java('import es.moki.ratelimitj.redis.request.RedisSlidingWindowRequestRateLimiter;')).toEqual(['rate-limiter'])
    expect(java('import java.util.List;')).toEqual([])
    const rust = (line: string) => usesIn({ 'compose.yaml': composeWith({ api: '.' }), 'Cargo.toml': '[package]\nname = "api"\n[dependencies]\ntower-sessions-redis-store = "1"\n', 'src/main.rs': `${line}\nfn main() {}\n` })
    expect(rust('use tower_sessions_redis_store::RedisStore;')).toEqual(['session-store'])
    expect(rust('use tower::Service;')).toEqual([])
  })
})

describe('the server of several that a program means', () => {
  const compose = 'services:\n  north-redis: { image: "redis:7" }\n  south-redis: { image: "redis:7" }\n  api:\n    build: .\n    depends_on: [north-redis, south-redis]\n'
  const usesOf = (name: string, source: string, file = compose) => usesIn({ 'compose.yaml': file, 'package.json': npm('api', 'ioredis'), 'src/app.ts': source }, name)

  it('is the one that the program\'s own names are like', () => {
    const source = "import Redis from 'ioredis'\nclass Stores {\n  constructor(private readonly northRedis: Redis, private readonly southRedis: Redis) {}\n  async take() { return this.northRedis.brpop('tasks', 0) }\n}\n"
    expect(usesOf('north-redis', source)).toEqual(['job-queue'])
    expect(usesOf('south-redis', source)).not.toContain('job-queue')
  })

  it('is none where no name, or more than one, is', () => {
    const source = "import Redis from 'ioredis'\nconst store = new Redis(process.env.STORE)\nexport const take = () => store.brpop('tasks', 0)\n"
    expect(usesOf('north-redis', source)).toEqual([])
    expect(usesOf('north-redis', source.replaceAll('store', 'northSouth'), compose)).toEqual([])
  })
})

describe('the program of a workload', () => {
  it('is what is mounted into an image that holds only tools', () => {
    const compose = 'services:\n  redis: { image: "redis:7" }\n  app:\n    build: { context: ./docker/php }\n    environment: { REDIS_URL: "redis://redis" }\n    volumes: [".:/var/www/html"]\n'
    const files = { 'compose.yaml': compose, 'docker/php/Dockerfile': 'FROM php:8.4\nCOPY start.sh /start.sh\nCOPY conf /conf\n', 'docker/php/start.sh': '', 'docker/php/conf/a.ini': '', 'docker/php/conf/b.ini': '', 'package.json': npm('app', 'bullmq') }
    expect(programIn(files, 'app')?.folders).toEqual(['.'])
  })

  it('is nobody\'s where its context lies in another repository', () => {
    const files = { 'compose.yaml': composeWith({ worker: './OtherRepository', api: './Third' }), 'Dockerfile': 'FROM node\nCOPY . .\n', 'package.json': npm('shop', 'bullmq') }
    expect(programIn(files, 'worker')).toBeUndefined()
    // It may be the program beside a stack of which no program is here.
    expect(usesIn(files)).toEqual(['job-queue'])
  })

  it('is none that a database is given its migrations of', () => {
    const compose = (image: string) => `services:\n  redis: { image: "redis:7" }\n  db:\n    image: ${image}\n    volumes: ["./migrations:/mnt/migrations"]\n`
    const files = (image: string) => ({ 'compose.yaml': compose(image), 'migrations/package.json': npm('migrations', 'express'), 'api/package.json': npm('api', 'bullmq') })
    expect(programIn(files('mcr.microsoft.com/mssql/server:2022-latest'), 'db')).toBeUndefined()
    expect(usesIn(files('mcr.microsoft.com/mssql/server:2022-latest'))).toEqual(['job-queue'])
    expect(programIn(files('node:22'), 'db')?.folders).toEqual(['migrations'])
  })

  it('is told by an image whose registry and tag are not known', () => {
    const files = { 'compose.yaml': 'services:\n  redis: { image: "redis:7" }\n  api: { image: "${REGISTRY}/shop-api:${TAG:-latest}", environment: { REDIS_URL: "redis://redis" } }\n', 'README.md': '# Shop\n', 'api/Dockerfile': 'FROM node\nCOPY . .\n', 'api/package.json': npm('api', 'bullmq') }
    expect(programIn(files, 'api')?.folders).toEqual(['api'])
    expect(programIn({ ...files, 'compose.yaml': files['compose.yaml'].replace('shop-api', '${NAME}') }, 'api')).toBeUndefined()
  })
})

describe('a program beside a stack', () => {
  const source = { 'package.json': npm('shop', 'ioredis'), 'src/lock.ts': "import Redis from 'ioredis'\nconst redis = new Redis()\nexport const take = id => redis.set(`lock:${id}`, '1', 'PX', 1000, 'NX')\n" }
  const stack = (image: string) => `services:\n  redis: { image: "redis:7" }\n  app: { image: "${image}", environment: { REDIS_URL: "redis://redis" } }\n`

  it('says less where a known application works with the server, unless that is the repository\'s own', () => {
    expect(usesIn({ ...source, 'compose.yaml': stack('redash/redash:10') })).not.toContain('lock')
    expect(usesIn({ ...source, 'compose.yaml': stack('redash/redash:10'), 'README.md': '# Redash\n' })).toContain('lock')
  })

  it('says as much beside a registry that keeps its own data there', () => {
    const kafka = 'services:\n  kafka: { image: "apache/kafka:3.9.0" }\n  schemas: { image: "confluentinc/cp-schema-registry:7.4.0", environment: { SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS: "kafka:9092" } }\n'
    const app = { 'package.json': npm('shop', 'kafkajs'), 'src/app.ts': "import { Kafka } from 'kafkajs'\nconst kafka = new Kafka({ brokers: ['kafka:9092'] })\nconst consumer = kafka.consumer({ groupId: 'shop' })\nconsumer.subscribe({ topic: 'orders' })\nconst producer = kafka.producer()\nproducer.send({ topic: 'mails', messages })\n" }
    expect(usesIn({ ...app, 'compose.yaml': kafka }, 'kafka')).toContain('event-bus')
  })

  it('is none that people run by hand', () => {
    const files = { 'compose.yaml': 'services:\n  redis: { image: "redis:7" }\n', 'package.json': npm('shop', 'express'), 'scripts/report/package.json': npm('report', 'bullmq') }
    expect(usesIn(files)).toEqual([])
    expect(usesIn({ ...files, 'jobs/package.json': npm('jobs', 'bullmq') })).toEqual(['job-queue'])
  })
})

describe('functions that nothing names', () => {
  const shown: Shown = { id: 'redis-list-queue', from: 'call', technology: 'redis', use: 'job-queue', weight: 'strong', span: { file: 'a.js', start: 0, end: 1 }, text: 'rpush', within: { name: 'storeLater', types: [] } }
  const calls = [{ file: 'a.js', shown: [shown], traffic: [], settings: [], addresses: [] }]
  const handed = (files: number, text: string): boolean | undefined => withoutUncalled(calls, Array.from({ length: files }, (_, i) => `${i}.js`), () => text)[0]?.shown[0]?.handed

  it('are believed to be called where there is too much to look through', () => {
    const long = ' '.repeat(1_000_000)
    expect(handed(10, long)).toBe(true)
    expect(handed(1_100, long)).toBeUndefined()
    expect(handed(10, `${long}storeLater()`)).toBeUndefined()
  })
})
