// Reports locks on a Redis that deletes keys when memory is full. Knows uses and settings; no file format.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { declaredUses, design, redis, fieldNote } from '../spec/declared.ts'
import { ownersOf, restingOn, established, evicts, evidenceOf, sparesLocks } from './needs.ts'
import { source } from './sources.ts'

export default defineRule({
  id: 'redis/lock-on-evicting-instance',
  technology: 'redis',
  rows: ['typical-use', 'durability'],
  concern: 'semantics',
  severity: 'error',
  severityNote: 'A warning where the design says that its locks only save work (lock.purpose: efficiency); information for locks that only source shows under a policy that takes what was not touched for long (lru, lfu): a lock that is held for seconds goes late. The same under allkeys and volatile policies, as locks carry an expiry; volatile-ttl takes them first.',
  summary: 'Locks live on a Redis that may delete them before they expire.',
  messages: {
    evicted: '{component} holds the locks{owners} but may delete them while they are held, once it reaches {limit} ({policy}){first}.',
  },
  failure: 'A burst of other keys removes the lock while its holder is still at work, and a second worker enters. The result is work done twice or files written by two, with no error in any log.',
  fix: 'Give the locks a Redis of their own with maxmemory-policy noeviction. Renew locks while working, and let the protected resource check a fencing token.',
  diff: {
    compose: [
      ' services:',
      '+  redis-locks:',
      '+    image: redis:7.4',
      '+    command: redis-server --maxmemory 64mb --maxmemory-policy noeviction --appendonly yes',
      '+    volumes: ["locks-data:/data"]',
      '   worker:',
      '     environment:',
      '-      LOCK_REDIS_URL: redis://redis:6379/2',
      '+      LOCK_REDIS_URL: redis://redis-locks:6379/0',
      '+volumes:',
      '+  locks-data:',
    ].join('\n'),
    helm: [
      ' redis:',
      '   commonConfiguration: |-',
      '-    maxmemory-policy allkeys-lru',
      '+    maxmemory-policy noeviction',
    ].join('\n'),
  },
  otherTool: 'Not Kafka: for a lock that correctness depends on, take a consensus store or a row lock of the database.',
  hazards: [
    'While clients move to the new instance two workers may hold one lock: stop the workers first.',
    'With noeviction a full instance refuses writes, new locks included: leave room, and alert.',
  ],
  sources: [source.locks, source.bullmqEviction, source.eviction],
  explains: [
    'redis/mixed-roles-one-instance', 'redis/session-on-evicting-instance', 'redis/rate-limit-on-evicting-instance', 'redis/managed-default-evicts',
  ],
  bad: [
    {
      title: 'the design says that they only save work',
      files: {
        'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n    command: redis-server --maxmemory 100mb --maxmemory-policy allkeys-lru\n',
        'misfit.yaml': design({ components: redis('redis', ['id: exports, use: lock, ttl: 60s, lock: {purpose: efficiency}']) }),
      },
      file: 'compose.yaml', line: 4,
    },
    {
      title: 'locks beside a cache that may evict any key',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 100mb --maxmemory-policy allkeys-lru
    labels:
      misfit.use: lock
  web:
    image: registry.example.com/documents:4.8
    environment:
      LOCK_REDIS_URL: redis://redis:6379/2
      CACHE_URL: redis://redis:6379/0
`,
      },
      line: 4,
    },
    {
      title: 'volatile-ttl deletes what expires soonest, which is the locks',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 100mb --maxmemory-policy volatile-ttl
    labels:
      misfit.use: lock
  web:
    image: registry.example.com/documents:4.8
    environment:
      REDIS_URL: redis://redis:6379/0
`,
      },
      line: 4,
    },
  ],
  good: [
    {
      title: 'nothing is evicted',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 100mb --maxmemory-policy noeviction
    labels:
      misfit.use: lock
  web:
    image: registry.example.com/documents:4.8
    environment:
      REDIS_URL: redis://redis:6379/0
`,
      },
    },
    {
      title: 'a policy without a limit evicts nothing',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory-policy allkeys-lru
    labels:
      misfit.use: lock
  web:
    image: registry.example.com/documents:4.8
    environment:
      REDIS_URL: redis://redis:6379/0
`,
      },
    },
  ],
  *check(component, stack) {
    const uses = established(component, 'lock')
    const eviction = evicts(component)
    if (uses.length === 0 || eviction === undefined) return
    const locks = declaredUses(component, 'lock')
    const saving = locks.length > 0 && locks.every(({ lockPurpose }) => lockPurpose?.value === 'efficiency') ? locks[0] : undefined
    yield {
      ...(saving ? { severity: 'warning' as const, use: saving.id } : uses.some(use => use.declared || use.evidence.some(each => each.for && stack.files.includes(each.span.file))) || !sparesLocks(eviction) ? {} : { severity: 'info' as const }),
      message: 'evicted',
      data: {
        owners: ownersOf(uses), limit: eviction.limit, policy: eviction.policy,
        first: eviction.policy === 'volatile-ttl' ? '; keys that expire soonest, like locks, go first' : '',
      },
      span: eviction.span,
      ...restingOn(uses),
      because: [...eviction.notes, ...fieldNote('lock.purpose', saving?.lockPurpose), ...evidenceOf(uses)],
      ...replacement(eviction.setting, 'noeviction', 'Refuse writes when full instead of deleting locks', 'A full instance then refuses writes, also those of a cache beside the locks: separate them first.'),
    }
  },
})
