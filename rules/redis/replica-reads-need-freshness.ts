// Reports clients that read locks, sessions or counters from replicas. Knows uses and clients' variables; no file format.
import { defineRule } from '../../src/model/rule.ts'
import type { Client } from '../../src/model/observation.ts'
import { readable, type Note } from '../../src/model/value.ts'
import { declaredUses, design, redis, fieldNote } from '../spec/declared.ts'
import { clientsOf, restingOn, dataOf, established, evidenceOf, replicaHosts } from './needs.ts'
import { source } from './sources.ts'

const readKey = /(^|_)(READ_FROM|READ_PREFERENCE|READ_MODE|READFROM|SLAVE_READS?|REPLICA_READS?)(_|$)/
const replicaValue = /^(any_?)?(replicas?|slaves?|replica_preferred|prefer_?replica|secondary)$/
// The read-only service of charts, and the query parameters of client libraries. Bounded, so that a long value costs nothing.
const replicaAddress = /[a-z0-9]-(replicas?|slaves?)([.:/]|$)|[?&](readfrom|readpreference|role)=(any_?)?(replica|slave|secondary)/

/** Where a client says that it reads from replicas. */
function readsReplica({ workload, links }: Client, replicas: ReadonlySet<string>): Note | undefined {
  for (const { name, value } of workload.environment) {
    const text = readable(value).slice(0, 2000).toLowerCase()
    const key = name.toUpperCase().replace(/[.-]/g, '_')
    const byMode = readKey.test(key) && replicaValue.test(text)
    const byAddress = /(REDIS|VALKEY|SESSION|LOCK)/.test(key) && replicaAddress.test(text)
    if (byMode || byAddress) return { span: value.span, text: `${workload.name} reads from a replica (${name})` }
  }
  // An address of a replica beside one of the primary is for reading; alone it is another matter.
  const copy = links.find(({ host }) => host !== undefined && replicas.has(host))
  return copy && links.some(({ host }) => host !== undefined && !replicas.has(host)) ? { span: copy.note.span, text: `${workload.name} reads from the replica ${copy.host ?? ''}` } : undefined
}

export default defineRule({
  id: 'redis/replica-reads-need-freshness',
  technology: 'redis',
  rows: ['ordering', 'data-nature'],
  concern: 'semantics',
  severity: 'warning',
  summary: 'Locks, sessions or counters are read from replicas, which lag behind what was just written.',
  messages: {
    declared: '{client} reads {data} from a replica of {component}, but the design says that it must see what it has just written.',
    stale: '{client} reads {data} of {component} from a replica, which may not have what was just written.',
  },
  failure: 'Replication is asynchronous. A session that was just written is not found and the user is sent back to the login page; a lock seems free; a limit seems unused. It happens for moments, under load, and cannot be reproduced.',
  fix: 'Read {data} from the primary; leave the replicas to caches and reports.',
  diff: {
    compose: [
      ' services:',
      '   web:',
      '     environment:',
      '-      SESSION_REDIS_URL: redis://redis-replicas:6379/0',
      '+      SESSION_REDIS_URL: redis://redis-master:6379/0',
    ].join('\n'),
    helm: [
      ' web:',
      '   env:',
      '-    SESSION_REDIS_URL: redis://shop-redis-replicas:6379/0',
      '+    SESSION_REDIS_URL: redis://shop-redis-master:6379/0',
    ].join('\n'),
  },
  hazards: ['All reads then arrive at the primary: look at its load first.'],
  sources: [source.replication],
  bad: [
    {
      title: 'the design wants to see its own writes',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
  redis-replica:
    image: redis:7.4
    command: redis-server --replicaof redis 6379
  web:
    image: registry.example.com/shop:1.4
    environment:
      REDIS_URL: redis://redis:6379/0
      REDIS_READ_FROM: replica
`,
        'misfit.yaml': design({ components: redis('redis', ['id: carts, use: derived-state, rebuild_from: orders-db, consistency: read_your_writes, consumers: [web]'], ['match: {compose: [redis]}']) }),
      },
      file: 'compose.yaml', line: 11,
    },
    {
      title: 'a replica that only its configuration tells',
      files: {
        'compose.yaml': `services:
  store:
    image: redis:7.4
    volumes: ["redis-data:/data"]
  second:
    image: redis:7.4
    command: redis-server --replicaof store 6379
  web:
    image: registry.example.com/shop:1.4
    environment:
      SESSION_REDIS_URL: redis://store:6379/0
      SESSION_LOOKUP_URL: redis://second:6379/0
volumes:
  redis-data:
`,
      },
      line: 12,
    },
    {
      title: 'sessions read with the preference for replicas',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    volumes: ["redis-data:/data"]
  redis-replica:
    image: redis:7.4
    command: redis-server --replicaof redis 6379
  web:
    image: registry.example.com/shop:1.4
    environment:
      REDIS_HOST: redis
      SESSION_DRIVER: redis
      REDIS_READ_FROM: replica
volumes:
  redis-data:
`,
      },
      line: 13,
    },
    {
      title: 'the address of the replica for rate limits',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    volumes: ["redis-data:/data"]
  redis-replica:
    image: redis:7.4
    command: redis-server --replicaof redis 6379
  web:
    image: registry.example.com/shop:1.4
    environment:
      RATELIMIT_STORAGE_URI: redis://redis:6379/0
      RATELIMIT_REDIS_READ_URL: redis://redis-replica:6379/0
volumes:
  redis-data:
`,
      },
      line: 12,
    },
  ],
  good: [
    {
      title: 'a cache may be read from a replica',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
  redis-replica:
    image: redis:7.4
    command: redis-server --replicaof redis 6379
  web:
    image: registry.example.com/shop:1.4
    environment:
      CACHE_URL: redis://redis:6379/0
      REDIS_READ_FROM: replica
`,
      },
    },
    {
      title: 'sessions are read from the primary',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    volumes: ["redis-data:/data"]
  redis-replica:
    image: redis:7.4
    command: redis-server --replicaof redis 6379
  web:
    image: registry.example.com/shop:1.4
    environment:
      REDIS_HOST: redis
      SESSION_DRIVER: redis
      REDIS_READ_FROM: master
volumes:
  redis-data:
`,
      },
    },
  ],
  *check(component) {
    const uses = established(component, 'lock', 'session-store', 'rate-limiter', 'counter')
    const told = new Set<string>()
    const replicas = replicaHosts(component)
    for (const use of declaredUses(component)) {
      if (use.consistency?.value !== 'read_your_writes') continue
      const readers = new Set(use.consumers.map(({ service }) => service.value))
      for (const client of component.clients) {
        const note = readers.size === 0 || readers.has(client.workload.name) ? readsReplica(client, replicas) : undefined
        if (note === undefined || told.has(client.workload.name)) continue
        told.add(client.workload.name)
        yield { message: 'declared', data: { client: client.workload.name, data: use.id }, use: use.id, span: note.span, confidence: 'certain', because: fieldNote('consistency', use.consistency) }
      }
    }
    if (uses.length === 0) return
    const names = clientsOf(uses)
    for (const client of component.clients) {
      const mine = uses.filter(use => use.clients.includes(client.workload.name))
      const note = mine.length > 0 ? readsReplica(client, replicas) : undefined
      if (note === undefined || told.has(client.workload.name)) continue
      yield {
        message: 'stale', data: { client: client.workload.name, data: dataOf(mine), clients: names }, span: note.span,
        ...restingOn(mine), because: evidenceOf(mine),
      }
    }
  },
})
