// Reports one Redis that holds a cache and also data that must not be evicted. Knows uses and settings; no file format.
import { defineRule } from '../../src/model/rule.ts'
import { bytes, dataOf, effective, established, evicts, evidenceOf, isProven, knownOnlyByApplication, ownersOf, restingOn, sparesLocks, stated, takes, thatMustNotBeEvicted } from './needs.ts'
import { source } from './sources.ts'

export default defineRule({
  id: 'redis/mixed-roles-one-instance',
  technology: 'redis',
  rows: ['typical-use', 'durability'],
  concern: 'durability',
  severity: 'info',
  severityNote: 'An error when the instance evicts and also holds the only copy of the data, a warning when it evicts (a volatile policy spares lists and streams); information while nothing is evicted; silent about a known application that brings both uses along, as long as there is no memory limit.',
  summary: 'One Redis serves a cache, which may be evicted, and data that must not be.',
  messages: {
    evicting: '{component} holds {data}{owners} beside a cache, and deletes keys of both once it reaches {limit} ({policy}); a database index does not separate them.',
    full: '{component} holds {data}{owners} beside a cache: when the cache fills {limit}, writes of both are refused; a database index does not separate them.',
    unlimited: '{component} holds {data}{owners} beside a cache, so no memory limit and policy can suit both.',
  },
  failure: 'Memory limit, eviction policy and persistence belong to the server, not to the database index. With eviction the growth of the cache deletes the other keys; without it a full cache makes every write fail, and work stops being accepted because a cache is full.',
  fix: 'Run two: one for the cache (a limit, allkeys-lru, no persistence) and one for {data} (noeviction, append-only file, volume); point the clients\' addresses apart.',
  diff: {
    compose: [
      ' services:',
      '-  redis:',
      '-    image: redis:7.4',
      '+  redis-cache:',
      '+    image: redis:7.4',
      '+    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru --save "" --appendonly no',
      '+  redis-queue:',
      '+    image: redis:7.4',
      '+    command: redis-server --maxmemory-policy noeviction --appendonly yes',
      '+    volumes: ["queue-data:/data"]',
      '+volumes:',
      '+  queue-data:',
    ].join('\n'),
    helm: [
      '-redis:',
      '-  architecture: standalone',
      '+redis-cache:   # two aliases of the chart in Chart.yaml',
      '+  architecture: standalone',
      '+  commonConfiguration: |-',
      '+    appendonly no',
      '+    save ""',
      '+    maxmemory 256mb',
      '+    maxmemory-policy allkeys-lru',
      '+redis-queue:',
      '+  architecture: standalone',
      '+  commonConfiguration: |-',
      '+    appendonly yes',
      '+    save ""',
      '+    maxmemory-policy noeviction',
    ].join('\n'),
  },
  hazards: ['Splitting changes where locks and sessions are looked for: people log in once more, and two workers may hold one lock during the change. Drain the queue first.'],
  sources: [source.eviction, source.select, source.valkeyLru],
  bad: [
    {
      title: 'a cache and a job queue in two database indexes of one server with a limit',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 512mb --maxmemory-policy noeviction --appendonly yes
    volumes: ["redis-data:/data"]
  web:
    image: registry.example.com/shop:1.4
    environment:
      CACHE_URL: redis://redis:6379/1
      CELERY_BROKER_URL: redis://redis:6379/0
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
      title: 'nothing is evicted yet, but no limit will suit both',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    volumes: ["redis-data:/data"]
  web:
    image: registry.example.com/shop:1.4
    environment:
      CACHE_URL: redis://redis:6379/1
      CELERY_BROKER_URL: redis://redis:6379/0
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
volumes:
  redis-data:
`,
      },
      line: 2,
    },
  ],
  good: [
    {
      title: 'a server for each',
      files: {
        'compose.yaml': `services:
  redis-cache:
    image: redis:7.4
    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru
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
    },
    {
      title: 'the cache is Memcached',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --appendonly yes
    volumes: ["redis-data:/data"]
  memcached:
    image: memcached:1.6
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CACHE_URL: memcached://memcached:11211
      CELERY_BROKER_URL: redis://redis:6379/0
volumes:
  redis-data:
`,
      },
    },
  ],
  *check(component) {
    const caches = established(component, 'cache')
    const eviction = evicts(component), uses = thatMustNotBeEvicted(component).filter(use => !eviction || takes(eviction, use))
    if (caches.length === 0 || uses.length === 0) return
    const limit = stated(component, 'maxmemory')
    const policy = effective(component, 'maxmemory-policy')
    const data = { data: dataOf(uses), owners: ownersOf(uses), limit: eviction?.limit ?? limit?.value ?? '', policy: eviction?.policy ?? policy ?? '' }
    const because = [...evidenceOf(uses).slice(0, 2), ...evidenceOf(caches).slice(0, 1)]
    const resting = restingOn(uses)
    if (eviction) {
      // A limit that starts anew costs little, a lock of seconds goes late, and both have a rule of their own.
      if (uses.every(use => use.use === 'rate-limiter' || (use.use === 'lock' && !isProven(use) && sparesLocks(eviction)))) return
      const severity = uses.some(use => use.use === 'source-of-truth' && isProven(use)) ? 'error' : 'warning'
      yield { message: 'evicting', severity, data, span: eviction.span, ...resting, because: [...eviction.notes, ...because] }
      return
    }
    const size = bytes(effective(component, 'maxmemory'))
    if (policy !== 'noeviction' || size === undefined) return
    // Without a limit nothing breaks yet. An application that brings both uses along was made that way; only a stack's own choice is worth a word.
    if (size === 0 && (knownOnlyByApplication(caches) || knownOnlyByApplication(uses))) return
    yield { message: size > 0 ? 'full' : 'unlimited', data, span: (size > 0 ? limit?.span : undefined) ?? component.span, ...resting, because }
  },
})
