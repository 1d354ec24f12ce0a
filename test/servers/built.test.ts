// Servers whose image the repository builds from a server's image.
import { describe, expect, it } from 'vitest'
import { lint } from '../../src/lint.ts'
import { observe } from '../../src/observe.ts'
import { readable } from '../../src/model/value.ts'
import type { ObservedComponent } from '../../src/model/observation.ts'
import { memoryTree } from '../support/memory-tree.ts'

const compose = 'services:\n  store:\n    build: {context: ./store}\n'
const built = (dockerfile: string, more: Record<string, string> = {}): ObservedComponent | undefined =>
  observe(memoryTree({ 'compose.yaml': compose, 'store/Dockerfile': dockerfile, ...more })).stacks.flatMap(({ components }) => components)[0]
const said = (component: ObservedComponent | undefined, name: string): string | undefined => {
  const setting = component?.settings.get(name)
  return setting?.state === 'unknown' ? 'unknown' : setting?.value
}

describe('a service built from a server\'s image', () => {
  it('is that server, whatever it is called', () => {
    const store = built('FROM redis:7.4-alpine\nRUN apk add --no-cache curl && mkdir -p /data\n')
    expect([store?.technology, readable(store?.members[0]?.image), said(store, 'maxmemory-policy')]).toEqual(['redis', 'redis:7.4-alpine', 'noeviction'])
  })

  it('is so through earlier stages, arguments and a target', () => {
    const stages = 'ARG VERSION=7.2\nFROM golang:1.23 AS tool\nRUN go build ./...\nFROM --platform=linux/amd64 redis:${VERSION} AS base\nFROM base AS run\nCOPY --from=tool /bin/tool /bin/tool\nCMD ["redis-server", "--maxmemory", "100mb"]\n'
    expect([readable(built(stages)?.members[0]?.image), said(built(stages), 'maxmemory')]).toEqual(['redis:7.2', '100mb'])
    expect(built(stages.replace('FROM base AS run', 'FROM golang:1.23 AS run'))).toBeUndefined()
    const target = (name: string): number => observe(memoryTree({ 'compose.yaml': compose.replace('./store', `./store, target: ${name}`), 'store/Dockerfile': stages })).stacks.flatMap(({ components }) => components).length
    expect([target('base'), target('tool')]).toEqual([1, 0])
  })

  it('has no version where nobody can read the argument', () => {
    const store = observe(memoryTree({ 'compose.yaml': compose.replace('./store', './store, args: {VERSION: "${VERSION}"}'), 'store/Dockerfile': 'ARG VERSION=5.0\nFROM redis:${VERSION}\n' })).stacks[0]?.components[0]
    expect([store?.technology, store?.version]).toEqual(['redis', undefined])
    expect(built('ARG VERSION=5.0\nFROM redis:${VERSION}\n')?.version).toBe('5.0')
  })

  it('reads the file that is copied into it, with its place', () => {
    const files = {
      'compose.yaml': 'services:\n  store:\n    build: ./store\n    restart: always\n  worker:\n    image: acme/worker\n    command: celery -A app worker\n    environment: {CELERY_BROKER_URL: "redis://store:6379/0"}\n',
      'store/Dockerfile': 'FROM redis:7\nCOPY redis.conf /usr/local/etc/redis/\nCMD ["redis-server", "/usr/local/etc/redis/redis.conf"]\n',
      'store/redis.conf': '# small\nmaxmemory 64mb\nmaxmemory-policy allkeys-lru\n',
    }
    const queue = (tree: Record<string, string>): readonly string[] => lint(memoryTree(tree)).findings.filter(({ rule }) => rule === 'redis/queue-on-evicting-instance').map(({ file, line }) => `${file}:${line}`)
    expect(queue(files)).toEqual(['store/redis.conf:3'])
    // What nobody can read may set another policy.
    expect(queue({ ...files, 'store/Dockerfile': files['store/Dockerfile'].replace('CMD', 'RUN sed -i s/allkeys-lru/noeviction/ /usr/local/etc/redis/redis.conf\nCMD') })).toEqual([])
    expect(queue({ ...files, 'store/Dockerfile': files['store/Dockerfile'].replace('redis.conf /usr', '--from=other redis.conf /usr') })).toEqual([])
  })

  it('has the variables of its Dockerfile, those of the deployment over them', () => {
    const kafka = 'FROM apache/kafka:3.9.0\nENV KAFKA_NUM_PARTITIONS=6 KAFKA_LOG_RETENTION_HOURS="24"\n'
    expect([said(built(kafka), 'num.partitions'), said(built(kafka), 'log.retention.hours')]).toEqual(['6', '24'])
    expect(said(built('FROM apache/kafka:3.9.0\nENV KAFKA_NUM_PARTITIONS 6\n'), 'num.partitions')).toBe('6')
    const stated = observe(memoryTree({ 'compose.yaml': `${compose}    environment: {KAFKA_NUM_PARTITIONS: 12}\n`, 'store/Dockerfile': kafka })).stacks[0]?.components[0]
    expect(said(stated, 'num.partitions')).toBe('12')
    expect(built(`${kafka}ENV KAFKA_LOG_DIRS=$HOME/logs\n`)).toBeUndefined()
  })

  it.each([
    ['a tool of Redis', 'FROM redis:7\nCOPY create.sh /usr/local/bin/create\nENTRYPOINT ["create"]\n'],
    ['a sentinel', 'FROM redis:7\nCOPY sentinel.conf /etc/sentinel.conf\nCMD ["redis-server", "/etc/sentinel.conf", "--sentinel"]\n'],
    ['a tool of Kafka', 'FROM confluentinc/cp-kafka:7.6.0\nCOPY topics.sh /topics.sh\nCMD ["/topics.sh"]\n'],
    ['an application', 'FROM node:22\nCMD ["node", "app.js"]\n'],
    ['an image that an argument without a value names', 'ARG BASE\nFROM ${BASE}\n'],
  ])('does not make a server of %s', (_, dockerfile) => {
    expect(built(dockerfile)).toBeUndefined()
  })

  it('is found when only its Dockerfile or a file in it is named', () => {
    const files = { 'compose.yaml': compose, 'store/Dockerfile': 'FROM redis:7\nCOPY redis.conf /redis.conf\nCMD ["redis-server", "/redis.conf"]\n', 'store/redis.conf': 'maxmemory 1gb\n' }
    const [whole] = observe(memoryTree(files)).stacks
    expect([...whole?.touched ?? []]).toEqual(expect.arrayContaining(['store/Dockerfile', 'store/redis.conf']))
    const found = (only: string): number => observe(memoryTree(files), { only: new Set([only]) }).stacks.length
    expect(['store/Dockerfile', 'store/redis.conf', 'store/notes.txt'].map(found)).toEqual([1, 1, 0])
    const folder = { ...files, 'store/Dockerfile': 'FROM redis:7\nCOPY conf /etc/redis\nCMD ["redis-server", "/etc/redis/redis.conf"]\n', 'store/conf/redis.conf': 'maxmemory 2gb\n' }
    const [component] = observe(memoryTree(folder), { only: new Set(['store/conf/redis.conf']) }).stacks.flatMap(({ components }) => components)
    expect(said(component, 'maxmemory')).toBe('2gb')
  })

  it('tells what the stacks below it are for, whichever of their files is named', () => {
    const tree = memoryTree({
      'compose.yaml': `${compose}    ports: ["6379:6379"]\n`, 'store/Dockerfile': 'FROM redis:7\n', 'app/compose.yaml': 'services:\n  redis: {image: "redis:7"}\n',
    })
    const classOf = (only?: string): unknown => observe(tree, only === undefined ? {} : { only: new Set([only]) }).stacks.find(({ root }) => root === 'app')?.environment.class
    expect([classOf(), classOf('app/compose.yaml')]).toEqual(['development', 'development'])
  })
})
