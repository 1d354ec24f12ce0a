// Reports data that must survive on a Redis with snapshots and append-only file both off. Knows uses and settings; no file format.
import { defineRule } from '../../src/model/rule.ts'
import { anyKeeper, ownersOf, restingOn, dataOf, evidenceOf, keeperOf, loggingInstead, lossOf, memoryOnlyByDesign, persistence, persistenceNotes, saidToBeLost, stated, thatMustSurvive } from './needs.ts'
import { source } from './sources.ts'

export default defineRule({
  id: 'redis/durable-role-without-persistence',
  technology: 'redis',
  rows: ['durability', 'failure-mode'],
  concern: 'durability',
  severity: 'error',
  severityNote: 'Silent where the files say three times that the data lives in memory only: no snapshots, no append-only file, tmpfs at the data directory. Information where a comment beside the server says that its data may be lost.',
  summary: 'Data that must survive lives on a Redis that writes nothing to disk.',
  messages: {
    off: '{component} holds {data}{owners} but writes nothing to disk (snapshots and append-only file are both off), so every restart starts empty.',
  },
  failure: 'Every restart, even a clean one during an upgrade or a node drain, starts with an empty Redis: {loss}. No error is logged.',
  fix: 'Switch the append-only file on for {component} (appendonly yes, appendfsync everysec loses at most about a second) and keep its files on {keeper}.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '-    command: redis-server --save "" --appendonly no',
      '+    command: redis-server --appendonly yes --appendfsync everysec',
      '+    volumes: ["redis-data:/data"]',
      '+volumes:',
      '+  redis-data:',
    ].join('\n'),
    helm: [
      ' redis:',
      '   commonConfiguration: |-',
      '-    appendonly no',
      '+    appendonly yes',
      '     save ""',
    ].join('\n'),
  },
  otherTool: 'Kafka for a history of events; a database, with Redis in front, for business state.',
  hazards: [
    'Switch the append-only file on at the running server first (CONFIG SET appendonly yes, wait for aof_rewrite_in_progress:0 in INFO persistence), then change the file: a restart with the new flag alone starts empty.',
  ],
  sources: [source.persistence, source.bullmq],
  words: { keeper: anyKeeper },
  bad: [
    {
      title: 'both mechanisms are switched off under a job queue',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --save "" --appendonly no
    volumes: ["redis-data:/data"]
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
volumes:
  redis-data:
`,
      },
      line: 4,
    },
    {
      title: 'snapshots off, and the append-only file is off by default',
      files: {
        'compose.yaml': `services:
  queue:
    image: valkey/valkey:8
    command:
      - valkey-server
      - --save
      - ""
    volumes: ["queue-data:/data"]
  sidekiq:
    image: registry.example.com/shop:1.4
    command: bundle exec sidekiq
    environment:
      REDIS_URL: redis://queue:6379/0
volumes:
  queue-data:
`,
      },
      line: 7,
    },
  ],
  good: [
    {
      title: 'a cache may start empty',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --save "" --appendonly no --maxmemory 256mb --maxmemory-policy allkeys-lru
  web:
    image: registry.example.com/shop:1.4
    environment:
      CACHE_URL: redis://redis:6379/0
`,
      },
    },
    {
      title: 'no snapshots, because the append-only file keeps everything',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --save "" --appendonly yes
    volumes: ["redis-data:/data"]
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
volumes:
  redis-data:
`,
      },
    },
    {
      title: 'memory only on purpose: tmpfs at the data directory, and both mechanisms off',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --save "" --appendonly no
    tmpfs:
      - /data
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
`,
      },
    },
  ],
  *check(component, stack) {
    const uses = thatMustSurvive(component)
    if (uses.length === 0 || persistence(component) !== 'none' || memoryOnlyByDesign(component)) return
    const span = (stated(component, 'save') ?? stated(component, 'appendonly'))?.span ?? component.span
    yield {
      message: 'off',
      ...(saidToBeLost(component) ? { severity: 'info' as const } : {}),
      data: { data: dataOf(uses), owners: ownersOf(uses), loss: lossOf(uses), keeper: keeperOf(stack) },
      span,
      ...restingOn(uses),
      because: [...persistenceNotes(component).filter(note => note.span !== span), ...evidenceOf(uses)],
      ...loggingInstead(component),
    }
  },
})
