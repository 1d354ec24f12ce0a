// A cache whose keys never expire under a policy that only removes keys that do. Knows the design and the policy.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { declaredUses, design, redis, fieldNote } from '../spec/declared.ts'
import { evicts } from './needs.ts'
import { source } from './sources.ts'

const server = (policy: string): string => `services:
  cache:
    image: redis:7.4
    command: redis-server --maxmemory 256mb --maxmemory-policy ${policy}
`

export default defineRule({
  id: 'redis/cache-volatile-without-ttl',
  technology: 'redis',
  rows: ['scale-pattern', 'failure-mode'],
  concern: 'semantics',
  severity: 'warning',
  summary: 'A cache whose entries never expire lives under a policy that only removes entries that do.',
  messages: { nothing: '{component} may only remove keys with an expiry ({policy}), but the entries of {use} have none, so it refuses writes once it reaches {limit}.' },
  failure: 'With {policy} and no key that expires, there is nothing to remove: {component} behaves as with noeviction and answers every write with an error once memory is full.',
  fix: 'Give the entries of {use} an expiry, or let {component} remove any key: maxmemory-policy allkeys-lru.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '     image: redis:7.4',
      '-    command: redis-server --maxmemory 256mb --maxmemory-policy volatile-lru',
      '+    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru',
    ].join('\n'),
    helm: [
      ' redis:',
      '   master:',
      '-    extraFlags: ["--maxmemory", "256mb", "--maxmemory-policy", "volatile-lru"]',
      '+    extraFlags: ["--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru"]',
    ].join('\n'),
  },
  hazards: [
    'Under allkeys-lru any key may be evicted: make sure first that no queue, lock or session lives there.',
    'An expiry that is added reaches only the entries written from then on; the old ones stay until they are written again or deleted.',
  ],
  sources: [source.eviction],
  bad: ['volatile-lru', 'volatile-ttl'].map(policy => ({
    title: policy, files: { 'compose.yaml': server(policy), 'misfit.yaml': design({ components: redis('cache', ['id: pages, use: cache, ttl: none']) }) }, line: 4,
  })),
  good: [
    { title: 'the entries expire', files: { 'compose.yaml': server('volatile-lru'), 'misfit.yaml': design({ components: redis('cache', ['id: pages, use: cache, ttl: 10m']) }) } },
    { title: 'any key may go', files: { 'compose.yaml': server('allkeys-lru'), 'misfit.yaml': design({ components: redis('cache', ['id: pages, use: cache, ttl: none']) }) } },
  ],
  *check(component) {
    const eviction = evicts(component)
    if (eviction === undefined || eviction.everyKey) return
    const uses = declaredUses(component)
    if (uses.some(({ ttl }) => ttl !== undefined && Number.isFinite(ttl.value))) return
    const use = declaredUses(component, 'cache').find(({ ttl }) => ttl?.value === Infinity)
    if (use === undefined) return
    yield {
      message: 'nothing', data: { use: use.id, policy: eviction.policy, limit: eviction.limit }, use: use.id, span: eviction.span, confidence: 'certain',
      because: [...eviction.notes, ...fieldNote('ttl', use.ttl, 'none')],
      ...replacement(eviction.setting, 'allkeys-lru', 'Evict the least recently used keys when full', 'Any key may then be evicted: make sure that only cache entries live there.'),
    }
  },
})
