// Reports data that must not be evicted on a managed Redis whose policy nobody stated. Knows uses and providers; no file format.
import { entryOf } from '../../src/model/entry-of.ts'
import { defineRule } from '../../src/model/rule.ts'
import { ownersOf, dataOf, evidenceOf, stated, thatMustNotBeEvicted } from './needs.ts'
import { source } from './sources.ts'

// Providers known to evict by default; the others keep what upstream does, or nobody has shown it.
const evicting: Readonly<Record<string, string>> = {
  'aws-elasticache': 'ElastiCache',
  'azure-cache-for-redis': 'Azure Cache for Redis',
}

export default defineRule({
  id: 'redis/managed-default-evicts',
  technology: 'redis',
  rows: ['durability'],
  concern: 'durability',
  severity: 'info',
  summary: 'Data that must not be evicted is on a managed Redis, which evicts by default.',
  messages: {
    managed: '{component} holds {data}{owners} on {provider}, which evicts keys with an expiry (volatile-lru) unless its maxmemory-policy is changed.',
  },
  failure: 'Managed services set a memory limit and a volatile policy by themselves: keys with an expiry (locks, sessions, the bookkeeping of queues) are deleted when memory is full, although a Redis of one\'s own would never do that.',
  fix: 'Set maxmemory-policy noeviction in the parameter group or the settings of {component}, and declare it in the design spec.',
  diff: {
    spec: [
      ' components:',
      '   - id: queue',
      '     technology: redis',
      '+    managed: {provider: aws-elasticache, maxmemory_policy: noeviction}',
    ].join('\n'),
  },
  hazards: ['With noeviction a full instance refuses writes: set an alert on its memory first.'],
  sources: [source.elasticache, source.azure, source.bullmqAws],
  bad: [
    {
      title: 'rate limits on ElastiCache',
      files: {
        'compose.yaml': `services:
  web:
    image: registry.example.com/shop:1.4
    environment:
      RATELIMIT_STORAGE_URI: rediss://limits.abc123.ng.0001.use1.cache.amazonaws.com:6379/0
`,
      },
      line: 5,
    },
    {
      title: 'sessions on ElastiCache',
      files: {
        'compose.yaml': `services:
  web:
    image: registry.example.com/shop:1.4
    environment:
      SESSION_REDIS_URL: redis://sessions.abc123.0001.euw1.cache.amazonaws.com:6379/0
`,
      },
      line: 5,
    },
  ],
  good: [
    {
      title: 'the design says which policy is set',
      files: {
        'compose.yaml': `services:
  web:
    image: registry.example.com/shop:1.4
    environment:
      RATELIMIT_STORAGE_URI: rediss://limits.abc123.ng.0001.use1.cache.amazonaws.com:6379/0
`,
        'misfit.yaml': `apiVersion: misfit/v1
kind: DesignSpec
components:
  - id: limits
    technology: redis
    managed: {provider: aws-elasticache, maxmemory_policy: noeviction}
    match: {host: [limits.abc123.ng.0001.use1.cache.amazonaws.com]}
    uses:
      - {id: api-limits, use: rate-limiter, ttl: 1m}
`,
      },
    },
    {
      title: 'a cache may be evicted',
      files: {
        'compose.yaml': `services:
  web:
    image: registry.example.com/shop:1.4
    environment:
      CACHE_URL: redis://shop.abc123.0001.euw1.cache.amazonaws.com:6379/0
`,
      },
    },
    {
      title: 'a host of one\'s own says nothing about its policy',
      files: {
        'compose.yaml': `services:
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis.internal.example.com:6379/0
`,
      },
    },
  ],
  *check(component) {
    const uses = thatMustNotBeEvicted(component)
    const provider = entryOf(evicting, component.provider ?? '')
    if (!component.external || provider === undefined || uses.length === 0 || stated(component, 'maxmemory-policy')) return
    yield {
      message: 'managed',
      data: { data: dataOf(uses), owners: ownersOf(uses), provider },
      span: component.span,
      confidence: 'possible',
      because: evidenceOf(uses),
    }
  },
})
