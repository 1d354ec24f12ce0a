// Reports a pure cache that refuses writes when it is full. Knows uses and settings; no file format.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { bytes, ownersOf, restingOn, effective, evidenceOf, persistence, soleCache, stated } from './needs.ts'
import { source } from './sources.ts'

export default defineRule({
  id: 'redis/cache-noeviction',
  technology: 'redis',
  rows: ['typical-use'],
  concern: 'semantics',
  severity: 'warning',
  severityNote: 'Information when noeviction and an append-only file are both written down: that looks like data nobody here knows of.',
  summary: 'A pure cache refuses writes when it is full instead of making room.',
  messages: {
    refuses: '{component} is a cache{owners}, but at {limit} it refuses every write instead of evicting (maxmemory-policy noeviction{origin}).',
  },
  failure: 'Once the limit is reached every SET fails with "OOM command not allowed". Applications that treat a cache error as fatal go down; the others silently stop caching anything new.',
  fix: 'Set maxmemory-policy allkeys-lru on {component}, or allkeys-lfu when the popular keys stay the same.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '-    command: redis-server --maxmemory 256mb --maxmemory-policy noeviction',
      '+    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru',
    ].join('\n'),
    helm: [
      ' redis:',
      '   master:',
      '     extraFlags:',
      '       - --maxmemory',
      '       - 256mb',
      '+      - --maxmemory-policy',
      '+      - allkeys-lru',
    ].join('\n'),
  },
  hazards: ['Make sure first that no queue, lock or session lives there: under allkeys-lru these go too.'],
  sources: [source.eviction],
  bad: [
    {
      title: 'a limit, and the default policy',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 256mb
  web:
    image: registry.example.com/shop:1.4
    environment:
      CACHE_URL: redis://redis:6379/0
`,
      },
      line: 4,
    },
    {
      title: 'noeviction written down for a cache',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: ["redis-server", "--maxmemory", "256mb", "--maxmemory-policy", "noeviction"]
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
      title: 'the cache makes room',
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
      title: 'the queue beside the cache needs noeviction',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 256mb --maxmemory-policy noeviction --appendonly yes
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
  ],
  *check(component) {
    const cache = soleCache(component)
    if (cache === undefined || component.product === 'dragonfly') return
    const limit = stated(component, 'maxmemory')
    if (limit === undefined || (bytes(limit.value) ?? 0) === 0 || effective(component, 'maxmemory-policy') !== 'noeviction') return
    const policy = stated(component, 'maxmemory-policy')
    yield {
      message: 'refuses',
      severity: policy && stated(component, 'appendonly') && persistence(component) === 'log' ? 'info' : 'warning',
      data: { owners: ownersOf([cache]), limit: limit.value, origin: policy ? '' : ', the default' },
      span: policy?.span ?? limit.span,
      ...restingOn([cache]),
      because: [...(policy ? [{ span: limit.span, text: `the memory limit: maxmemory ${limit.value}` }] : []), ...evidenceOf([cache])],
      ...replacement(policy, 'allkeys-lru', 'Evict the least recently used keys when full', 'Any key may then be evicted: make sure that only cache entries live there.'),
    }
  },
})
