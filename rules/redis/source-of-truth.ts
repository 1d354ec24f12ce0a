// Reports a Redis that is the only home of data, with the guards that it lacks. Knows uses, settings and storage; no file format.
import type { ObservedComponent } from '../../src/model/observation.ts'
import { defineRule, replacement } from '../../src/model/rule.ts'
import type { StorageKind } from '../../src/model/stack.ts'
import { ownersOf, restingOn, established, evicts, evidenceOf, memoryOnlyByDesign, persistence, stated } from './needs.ts'
import { source } from './sources.ts'

const lasting: ReadonlySet<StorageKind> = new Set(['named-volume', 'bind', 'claim'])
const fleeting: ReadonlySet<StorageKind> = new Set(['anonymous-volume', 'container-layer', 'tmpfs', 'empty-dir'])

// The last guard that is missing once the files themselves are safe.
const alone = (component: ObservedComponent): boolean =>
  lasting.has(component.storage.kind) && persistence(component) === 'log' && component.nodes.known && component.nodes.value < 2

// RAM only is the point of some products; they say so by switching off everything that writes.
const forgetsByDesign = (component: ObservedComponent): boolean =>
  memoryOnlyByDesign(component) || (stated(component, 'save') !== undefined && stated(component, 'appendonly') !== undefined && persistence(component) === 'none')

export default defineRule({
  id: 'redis/source-of-truth',
  technology: 'redis',
  rows: ['durability', 'failure-mode'],
  concern: 'durability',
  severity: 'info',
  severityNote: 'An error when the instance may also evict that data; information otherwise, as other rules report the persistence and the volume it lacks.',
  summary: 'Redis is the only home of data that nothing can rebuild.',
  messages: {
    evicts: '{component} is the only home of the data{owners} but deletes keys once it reaches {limit} ({policy}).',
    only: '{component} is the only home of the data{owners}, on one node without a replica.',
    perhaps: '{component} may be the only home of the data{owners}, and its files lie on storage that goes away with it.',
  },
  failure: 'A failover drops writes that were acknowledged (replication is asynchronous); an eviction or a FLUSHALL removes rows that exist nowhere else. All of it must fit into memory, and the day it does not, the migration happens under pressure.',
  fix: 'Write to a database first and serve reads from {component}. Until then: appendonly yes, maxmemory-policy noeviction, a volume, a replica with min-replicas-to-write 1, and backups that were restored once.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '-    command: redis-server --maxmemory 1gb --maxmemory-policy allkeys-lru',
      '+    command: redis-server --maxmemory 1gb --maxmemory-policy noeviction --appendonly yes',
      '+    volumes: ["redis-data:/data"]',
      '+volumes:',
      '+  redis-data:',
    ].join('\n'),
    helm: [
      ' redis:',
      '   architecture: replication',
      '   commonConfiguration: |-',
      '-    maxmemory 1gb',
      '-    maxmemory-policy allkeys-lru',
      '+    appendonly yes',
      '+    save ""',
      '+    maxmemory 1gb',
      '+    maxmemory-policy noeviction',
      '+    min-replicas-to-write 1',
    ].join('\n'),
  },
  otherTool: 'Kafka for a history of changes, a database for current rows.',
  hazards: [
    'With noeviction a full instance refuses writes: set an alert and know the memory number.',
    'Adding appendonly yes by flag to a server that only has a snapshot starts it empty: run CONFIG SET appendonly yes on the live server first.',
  ],
  sources: [source.persistence, source.replication, source.eviction],
  explains: ['redis/mixed-roles-one-instance', 'redis/managed-default-evicts'],
  bad: [
    {
      title: 'the only copy of the data may be evicted',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 1gb --maxmemory-policy allkeys-lru --appendonly yes
    labels:
      misfit.use: source-of-truth
    volumes: ["redis-data:/data"]
  web:
    image: registry.example.com/links:2.0
    environment:
      REDIS_URL: redis://redis:6379/0
volumes:
  redis-data:
`,
      },
      line: 4,
    },
    {
      title: 'one node, well kept, but the only one',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --appendonly yes
    labels:
      misfit.use: source-of-truth
    volumes: ["redis-data:/data"]
  web:
    image: registry.example.com/links:2.0
    environment:
      REDIS_URL: redis://redis:6379/0
volumes:
  redis-data:
`,
      },
      line: 2,
    },
  ],
  good: [
    {
      title: 'the only datastore of the stack, but what it holds is a cache',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 1gb --maxmemory-policy allkeys-lru
  web:
    image: registry.example.com/feeds:2.0
    environment:
      CACHE_URL: redis://redis:6379/0
`,
      },
    },
    {
      title: 'a database keeps the data, Redis the jobs',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --appendonly yes
    volumes: ["redis-data:/data"]
  db:
    image: postgres:16
    volumes: ["db-data:/var/lib/postgresql/data"]
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      DATABASE_URL: postgres://app@db/app
      CELERY_BROKER_URL: redis://redis:6379/0
volumes:
  redis-data:
  db-data:
`,
      },
    },
  ],
  *check(component) {
    const possible = component.uses.filter(use => use.use === 'source-of-truth' && !use.internal)
    const uses = established(component, 'source-of-truth')
    if (possible.length === 0 || forgetsByDesign(component)) return
    const eviction = evicts(component)
    const data = { owners: ownersOf(possible), limit: eviction?.limit ?? '', policy: eviction?.policy ?? '' }
    const resting = restingOn(possible)
    if (uses.length > 0 && eviction) {
      yield {
        message: 'evicts', severity: 'error', data, span: eviction.span, ...resting, because: [...eviction.notes, ...evidenceOf(uses)],
        ...replacement(eviction.setting, 'noeviction', 'Refuse writes when full instead of deleting data', 'A full instance then refuses writes: give it enough memory, and an alert.'),
      }
    } else if (uses.length > 0 && !component.external && alone(component)) {
      yield { message: 'only', data, span: component.span, ...resting, because: evidenceOf(uses) }
    } else if (uses.length === 0 && component.open !== true && !component.external && fleeting.has(component.storage.kind)) {
      yield { message: 'perhaps', data, span: component.span, confidence: 'possible', because: evidenceOf(possible) }
    }
  },
})
