// How grave a finding may be hangs on whether something works with the server: words, another machine and what nobody opens make no error.
import { describe, expect, it } from 'vitest'
import { lint } from '../../src/lint.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { npm } from '../support/programs.ts'

const evicting = (comment = '', more = ''): string => `services:\n${comment}  redis:\n    image: redis:7.4\n    restart: always\n    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru\n${more}`
const production = '    restart: always\n    environment: {NODE_ENV: production, REDIS_URL: "redis://redis:6379"}\n'
const severityOf = (files: Record<string, string>, rule: string): string | undefined => lint(memoryTree(files)).findings.find(each => each.rule === rule)?.severity

describe('what people write of a server', () => {
  const queue = 'redis/queue-on-evicting-instance', comment = '  # Redis is used for background jobs\n'
  it('is information: nothing shows that it works with the server', () => {
    expect(severityOf({ 'docker-compose.prod.yml': evicting(comment, `  app:\n    image: acme/app:1\n${production}`) }, queue)).toBe('info')
  })
  it('is information where they were read and show something else', () => {
    const files = (source: string, ...more: readonly string[]): Record<string, string> => ({
      'docker-compose.prod.yml': evicting(comment, `  app:\n    build: app\n${production}`), 'app/Dockerfile': 'FROM node\nCOPY . .\n', 'app/package.json': npm('app', 'ioredis', ...more),
      'app/src/a.ts': `import Redis from 'ioredis'\nconst redis = new Redis(process.env.REDIS_URL)\nawait redis.setex('page:1', 60, '')\nawait redis.setex('page:2', 60, '')\n${source}`, 'app/src/b.ts': "import Redis from 'ioredis'\nconst redis = new Redis(process.env.REDIS_URL)\nawait redis.setex('cache:list', 60, '')\n",
    })
    expect(severityOf(files(''), queue)).toBe('info')
    expect(severityOf(files("import { Queue, Worker } from 'bullmq'\nnew Queue('mails', { connection: redis })\nnew Worker('mails', send, { connection: redis })\n", 'bullmq'), queue)).toBe('error')
  })
})

describe('a program that calls the machine it runs on', () => {
  const rule = 'redis/durable-role-without-volume'
  const files = (broker: string, compose = '', server = ''): Record<string, string> => ({
    'docker-compose.prod.yml': `services:\n  redis:\n    image: redis:7.4\n    restart: always\n${server}  app:\n    build: app\n    restart: always\n    environment: {FLASK_ENV: production, REDIS_HOST: redis}\n${compose}`,
    'app/Dockerfile': 'FROM python\nCOPY . .\n', 'app/requirements.txt': 'celery\nredis\n',
    'app/jobs.py': `import os\nfrom celery import Celery\napp = Celery('jobs', ${broker})\n`,
  })
  it('works with no server of another container', () => {
    expect(severityOf(files("broker='redis://localhost:6379/0'"), rule)).toBe('info')
    expect(severityOf(files("broker='redis://redis:6379/0'"), rule)).toBe('warning')
  })
  it('may be told another address', () => {
    expect(severityOf(files("broker=os.getenv('REDIS_URL', 'redis://localhost:6379/0')"), rule)).toBe('warning')
    expect(severityOf(files("broker=os.environ.get('BROKER') or 'redis://localhost:6379/0'"), rule)).toBe('warning')
  })
  it('does where they share a network', () => {
    expect(severityOf(files("broker='redis://localhost:6379/0'", '    network_mode: host\n', '    network_mode: host\n'), rule)).toBe('warning')
  })
})

describe('a server that no program opens', () => {
  const rule = 'redis/maxmemory-too-close-to-limit'
  const files = (source: string): Record<string, string> => ({
    'docker-compose.prod.yml': `services:\n  redis:\n    image: redis:7.4\n    restart: always\n    mem_limit: 256m\n    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru\n  app:\n    build: app\n${production}`,
    'app/Dockerfile': 'FROM node\nCOPY . .\n', 'app/package.json': npm('app', 'express', 'ioredis'), 'app/src/a.ts': source,
  })
  it('fills no memory', () => {
    const found = lint(memoryTree(files("import express from 'express'\nexpress().listen(80)\n"))).findings.find(each => each.rule === rule)
    expect(found?.severity).toBe('info')
    expect(found?.because.map(({ text }) => text)).toContain('no program of this repository opens redis')
    expect(severityOf(files("import Redis from 'ioredis'\nexport const redis = new Redis(process.env.REDIS_URL)\n"), rule)).toBe('warning')
  })
  it('may be opened by an image that nobody can look into', () => {
    const own = files("import express from 'express'\n")
    expect(severityOf({ ...own, 'docker-compose.prod.yml': `${own['docker-compose.prod.yml'] ?? ''}  worker:\n    image: acme/worker:1\n${production}` }, rule)).toBe('warning')
  })
})

describe('what starts with a stack and empties the server', () => {
  const files = (script: string): Record<string, string> => ({
    'docker-compose.prod.yml': evicting('', '  worker:\n    build: .\n    restart: always\n    environment: {APP_ENV: production, CELERY_BROKER_URL: "redis://redis:6379/0"}\n'),
    'Dockerfile': 'FROM python\nCOPY docker/start.sh /start.sh\nCMD ["/start.sh"]\n', 'docker/start.sh': script,
  })
  it('says that its jobs may be lost', () => {
    expect(severityOf(files('#!/bin/sh\nexec celery -A app worker\n'), 'redis/queue-on-evicting-instance')).toBe('error')
    for (const line of ['redis-cli -h redis flushall', 'celery -A app purge -f']) expect(severityOf(files(`#!/bin/sh\n${line}\nexec celery -A app worker\n`), 'redis/queue-on-evicting-instance'), line).toBe('warning')
    expect(severityOf(files('#!/bin/sh\n# redis-cli -h redis flushall\nexec celery -A app worker\n'), 'redis/queue-on-evicting-instance')).toBe('error')
  })
})

it('asks ThingsBoard, which sets the retention of its topics, for no longer retention of the broker', () => {
  const compose = (more: string): string => `services:\n  kafka:\n    image: apache/kafka:3.9.0\n    restart: always\n    environment: {KAFKA_NODE_ID: 1, KAFKA_PROCESS_ROLES: "broker,controller", KAFKA_LOG_RETENTION_MS: 300000}\n  core:\n    image: thingsboard/tb-node:3.9\n    environment: {TB_QUEUE_TYPE: kafka, TB_KAFKA_SERVERS: "kafka:9092"}\n${more}`
  const rule = 'kafka/retention-below-consumer-downtime'
  expect(severityOf({ 'docker-compose.prod.yml': compose('') }, rule)).toBeUndefined()
  expect(severityOf({ 'docker-compose.prod.yml': compose('  orders:\n    image: acme/orders:1\n    environment: {SPRING_KAFKA_CONSUMER_GROUP_ID: orders, SPRING_KAFKA_BOOTSTRAP_SERVERS: "kafka:9092"}\n') }, rule)).toBe('warning')
})

it('takes no component of Dapr for a server of the deployment that is on the machine of whoever develops', () => {
  const component = (host: string): string => `apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: pubsub}\nspec:\n  type: pubsub.redis\n  version: v1\n  metadata:\n  - {name: redisHost, value: "${host}"}\n`
  const names = (host: string): readonly string[] => lint(memoryTree({ 'components/pubsub.yaml': component(host) })).stacks.flatMap(({ components }) => components.map(({ name }) => name))
  expect(names('redis:6379')).toEqual(['redis'])
  expect([...names('localhost:6379'), ...names('host.docker.internal:6379')]).toEqual([])
})
