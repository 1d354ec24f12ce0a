// Reports rate limits on a Redis that deletes keys when memory is full. Knows uses and settings; no file format.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { declaredUses, design, redis, fieldNote } from '../spec/declared.ts'
import { ownersOf, restingOn, established, evicts, evidenceOf } from './needs.ts'
import { source } from './sources.ts'

export default defineRule({
  id: 'redis/rate-limit-on-evicting-instance',
  technology: 'redis',
  rows: ['typical-use'],
  concern: 'durability',
  severity: 'info',
  severityNote: 'A warning where the design says that protection against abuse rests on the limits (security: true).',
  summary: 'Rate limits live on a Redis that may delete their counters, which gives everybody a fresh quota.',
  messages: {
    evicted: '{component} counts the rate limits{owners} but may delete the counters once it reaches {limit} ({policy}).',
  },
  failure: 'A counter that was evicted starts again at zero: whoever floods the service gets a fresh quota exactly when the service is under load. It matters most where the limit protects a login.',
  fix: 'Give the limits a small Redis of their own, or leave so much room that nothing is evicted at peak load.',
  diff: {
    compose: [
      ' services:',
      '+  redis-limits:',
      '+    image: redis:7.4',
      '+    command: redis-server --maxmemory 64mb --maxmemory-policy noeviction',
      '   web:',
      '     environment:',
      '-      RATELIMIT_STORAGE_URI: redis://redis:6379/1',
      '+      RATELIMIT_STORAGE_URI: redis://redis-limits:6379/0',
    ].join('\n'),
    helm: [
      '+redis-limits:   # another alias of the chart in Chart.yaml',
      '+  architecture: standalone',
      '+  master:',
      '+    extraFlags: ["--maxmemory", "64mb", "--maxmemory-policy", "noeviction"]',
      ' web:',
      '   env:',
      '-    RATELIMIT_STORAGE_URI: redis://shop-redis-master:6379/1',
      '+    RATELIMIT_STORAGE_URI: redis://shop-redis-limits-master:6379/0',
    ].join('\n'),
  },
  hazards: ['All limits start at zero once when they move.', 'With noeviction a full instance refuses writes: decide whether a request passes or fails when it cannot be counted.'],
  sources: [source.eviction],
  explains: ['redis/mixed-roles-one-instance', 'redis/managed-default-evicts'],
  bad: [
    {
      title: 'the design has a login rest on them',
      files: {
        'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n    command: redis-server --maxmemory 128mb --maxmemory-policy allkeys-lru\n',
        'misfit.yaml': design({ components: redis('redis', ['id: logins, use: rate-limiter, ttl: 15m, security: true']) }),
      },
      file: 'compose.yaml', line: 4,
    },
    {
      title: 'limits beside a cache that may evict any key',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 128mb --maxmemory-policy allkeys-lru
  web:
    image: registry.example.com/shop:1.4
    environment:
      RATELIMIT_STORAGE_URI: redis://redis:6379/1
`,
      },
      line: 4,
    },
    {
      title: 'counters expire, so a volatile policy takes them too',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 128mb --maxmemory-policy volatile-ttl
  web:
    image: registry.example.com/shop:1.4
    environment:
      RATELIMIT_STORAGE_URI: redis://redis:6379/1
`,
      },
      line: 4,
    },
  ],
  good: [
    {
      title: 'no limit, nothing is evicted',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
  web:
    image: registry.example.com/shop:1.4
    environment:
      RATELIMIT_STORAGE_URI: redis://redis:6379/1
`,
      },
    },
    {
      title: 'the limits are counted in memory of the process',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 128mb --maxmemory-policy allkeys-lru
  web:
    image: registry.example.com/shop:1.4
    environment:
      RATELIMIT_STORAGE_URI: memory://
      CACHE_URL: redis://redis:6379/0
`,
      },
    },
  ],
  *check(component) {
    const uses = established(component, 'rate-limiter')
    const eviction = evicts(component)
    if (uses.length === 0 || eviction === undefined) return
    const abuse = declaredUses(component, 'rate-limiter').find(({ security }) => security?.value === true)
    yield {
      message: 'evicted',
      ...(abuse ? { severity: 'warning' as const, use: abuse.id } : {}),
      data: { owners: ownersOf(uses), limit: eviction.limit, policy: eviction.policy },
      span: eviction.span,
      ...restingOn(uses),
      because: [...eviction.notes, ...fieldNote('security', abuse?.security), ...evidenceOf(uses)],
      ...replacement(eviction.setting, 'noeviction', 'Refuse writes when full instead of deleting limits', 'A full instance then refuses writes, also those of a cache beside the limits: separate them first.'),
    }
  },
})
