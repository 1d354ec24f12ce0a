// Reports a cache without a memory limit. Knows uses and settings; no file format.
import { defineRule } from '../../src/model/rule.ts'
import { bytes, ownersOf, restingOn, effective, evidenceOf, isMeantAsCache, soleCache, stated } from './needs.ts'
import { source } from './sources.ts'

export default defineRule({
  id: 'redis/cache-without-maxmemory',
  technology: 'redis',
  rows: ['typical-use', 'scale-pattern'],
  concern: 'sizing',
  severity: 'info',
  severityNote: 'A warning when the use is declared, or when the stack sets this cache apart from a Redis that holds other data.',
  summary: 'A cache has no memory limit, so nothing is ever evicted from it.',
  messages: {
    unlimited: '{component} is a cache{owners} without a memory limit: it never evicts, and grows until the host runs out of memory.',
  },
  failure: 'The cache grows until the host swaps or the kernel kills Redis, and every request falls through to the database at once. Eviction, which makes a cache safe, never starts.',
  fix: 'Set maxmemory-policy allkeys-lru on {component} and a maxmemory that fits its host (256mb, for example).',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '     image: redis:7.4',
      '+    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru',
    ].join('\n'),
    helm: [
      ' redis:',
      '   master:',
      '+    extraFlags: ["--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru"]',
    ].join('\n'),
  },
  hazards: ['Make sure first that nothing else lives there: under allkeys-lru a lock or a job is as easily evicted as a cache entry.'],
  sources: [source.eviction, source.memory],
  bad: [
    {
      title: 'a dedicated cache with the defaults, beside the queue it was split from',
      files: {
        'compose.yaml': `services:
  redis-cache:
    image: redis:7.4
  redis-queue:
    image: redis:7.4
    command: redis-server --appendonly yes
    volumes: ["queue-data:/data"]
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CACHE_URL: redis://redis-cache:6379/0
      CELERY_BROKER_URL: redis://redis-queue:6379/0
volumes:
  queue-data:
`,
      },
      line: 2,
    },
    {
      title: 'the limit is set to none',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 0
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
      title: 'a limit and a policy',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru
  web:
    image: registry.example.com/shop:1.4
    environment:
      CACHE_URL: redis://redis:6379/0
`,
      },
    },
    {
      title: 'a service named cache that holds the job queue must not evict',
      files: {
        'compose.yaml': `services:
  cache:
    image: redis:7.4
    volumes: ["cache-data:/data"]
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://cache:6379/0
volumes:
  cache-data:
`,
      },
    },
  ],
  *check(component, stack) {
    const cache = soleCache(component)
    if (cache === undefined || component.external || component.product === 'dragonfly' || component.product === 'kvrocks') return
    if (bytes(effective(component, 'maxmemory')) !== 0) return
    yield {
      message: 'unlimited',
      severity: isMeantAsCache(cache, component, stack) ? 'warning' : 'info',
      data: { owners: ownersOf([cache]) },
      span: stated(component, 'maxmemory')?.span ?? component.span,
      ...restingOn([cache]),
      because: evidenceOf([cache]),
    }
  },
})
