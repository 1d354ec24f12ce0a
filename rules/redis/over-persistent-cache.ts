// Reports a pure cache that writes everything to disk. Knows uses and settings; no file format.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { isUnread } from '../../src/model/value.ts'
import { ownersOf, restingOn, evidenceOf, persistence, soleCache, stated } from './needs.ts'
import { source } from './sources.ts'

export default defineRule({
  id: 'redis/over-persistent-cache',
  technology: 'redis',
  rows: ['durability', 'latency-goal'],
  concern: 'fit',
  severity: 'info',
  severityNote: 'A warning when every single write waits for the disk (appendfsync always).',
  summary: 'A pure cache writes every change to disk, although its data can be fetched again.',
  messages: {
    logged: '{component} is a cache{owners}, yet it writes every change to an append-only file.',
    waits: '{component} is a cache{owners}, yet every write waits for the disk (appendfsync always).',
  },
  failure: 'With appendfsync always each write waits for the disk: measured, half the throughput and a worst case five times as long. Rewriting the file forks the process and stalls it longer as the cache grows, all for data that can be fetched again.',
  fix: 'Set appendonly no and save "" on {component}; keep the append-only file only if a warm cache after a restart is worth its price.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '-    command: redis-server --appendonly yes --appendfsync always',
      '+    command: redis-server --appendonly no --save ""',
    ].join('\n'),
    helm: [
      ' redis:',
      '   commonConfiguration: |-',
      '-    appendonly yes',
      '+    appendonly no',
      '     save ""',
    ].join('\n'),
  },
  otherTool: 'Not Redis alone: what cannot be fetched again is no cache, and belongs in a database, or on Kafka when it is a history.',
  hazards: ['After the change the cache starts empty at each restart: make sure that the database bears the first minutes.'],
  sources: [source.persistence, source.latency],
  bad: [
    {
      title: 'a cache with an append-only file',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --appendonly yes
    volumes: ["cache-data:/data"]
  web:
    image: registry.example.com/shop:1.4
    environment:
      CACHE_URL: redis://redis:6379/0
volumes:
  cache-data:
`,
      },
      line: 4,
    },
    {
      title: 'each write of a cache waits for the disk',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --appendonly yes --appendfsync always --maxmemory 1gb --maxmemory-policy allkeys-lru
  web:
    image: registry.example.com/shop:1.4
    environment:
      CACHE_URL: redis://redis:6379/0
`,
      },
      line: 4,
    },
  ],
  good: [
    {
      title: 'the append-only file is the default of the image, nobody asked for it',
      files: {
        'compose.yaml': `services:
  redis:
    image: bitnami/redis:7.4
  web:
    image: registry.example.com/shop:1.4
    environment:
      CACHE_URL: redis://redis:6379/0
`,
      },
    },
    {
      title: 'the append-only file serves the job queue beside the cache',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --appendonly yes
    volumes: ["redis-data:/data"]
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CACHE_URL: redis://redis:6379/1
      CELERY_BROKER_URL: redis://redis:6379/0
volumes:
  redis-data:
`,
      },
    },
    {
      title: 'default snapshots cost a cache next to nothing',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    volumes: ["cache-data:/data"]
  web:
    image: registry.example.com/shop:1.4
    environment:
      CACHE_URL: redis://redis:6379/0
volumes:
  cache-data:
`,
      },
    },
  ],
  *check(component) {
    const cache = soleCache(component)
    const log = stated(component, 'appendonly')
    if (cache === undefined || log === undefined || component.product === 'kvrocks' || persistence(component) !== 'log') return
    const sync = isUnread(component.settings.get('appendfsync')) ? undefined : stated(component, 'appendfsync')
    const waits = sync?.value === 'always' ? sync : undefined
    yield {
      message: waits ? 'waits' : 'logged',
      severity: waits ? 'warning' : 'info',
      data: { owners: ownersOf([cache]) },
      span: (waits ?? log).span,
      ...restingOn([cache]),
      because: [...(waits ? [{ span: log.span, text: `appendonly ${log.value}` }] : []), ...evidenceOf([cache])],
      ...replacement(log, 'no', 'Keep no append-only file of a cache', 'The next restart starts with an older snapshot or cold: make sure that only cache entries live there, and that the database behind it can stand the refilling.'),
    }
  },
})
