// Entries that should expire and do not. Knows the design, the policy and the locks of the clients' source.
import { defineRule } from '../../src/model/rule.ts'
import { clientPrograms, programSettings } from '../client-programs.ts'
import { declaredUses, design, fieldNote, redis } from '../spec/declared.ts'
import { evicts } from './needs.ts'
import { source } from './sources.ts'

const expire = ['cache', 'session-store', 'rate-limiter', 'lock'] as const
const driven: ReadonlySet<string> = new Set(['event', 'cdc', 'write_through'])

export default defineRule({
  id: 'redis/ttl-missing',
  technology: 'redis',
  rows: ['scale-pattern', 'failure-mode'],
  concern: 'semantics',
  severity: 'warning',
  severityNote: 'An error for locks of the design, which a crashed holder would keep for ever; information where nothing is said about the expiry.',
  summary: 'Entries of a cache, session store, limiter or lock never expire.',
  messages: {
    kept: 'Entries of {use} ({kind}) on {component} never expire, so stale ones stay and single ones pile up.',
    locked: 'The lock {use} on {component} never expires, so a holder that crashes keeps it for ever.',
    taken: '{use} takes a lock on {component} without an expiry, so a holder that crashes keeps it for ever.',
    unsaid: 'Nothing says when entries of {use} ({kind}) on {component} expire.',
  },
  failure: 'Stale values of {use} live on {component} until somebody flushes it, keys that nobody asks for again fill its memory, and a lock without an expiry outlives its holder.',
  fix: 'Set an expiry when {use} is written, shorter than the staleness that readers accept and with some jitter, and declare it as ttl.',
  diff: { spec: '       - id: pages\n         use: cache\n-        ttl: none\n+        ttl: 10m' },
  hazards: [
    'An expiry reaches only the keys that are written from then on: the old ones stay until they are written again or deleted.',
    'Many keys written in one go expire in one go: spread the expiries a little.',
  ],
  sources: ['https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Strategies.html', source.eviction, source.locks],
  bad: [
    { title: 'a cache that keeps everything', files: { 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: none']) }) }, line: 7 },
    { title: 'a lock for ever', files: { 'misfit.yaml': design({ components: redis('redis', ['id: exports, use: lock, ttl: none']) }) }, line: 7 },
  ],
  good: [
    { title: 'ten minutes', files: { 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 10m']) }) } },
    {
      title: 'events remove what is stale, and the policy what is too much',
      files: {
        'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru\n',
        'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: none, invalidation: cdc']) }),
      },
    },
    { title: 'one word is no statement about the expiry', files: { 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache']) }) } },
  ],
  *check(component, stack) {
    for (const { client, value } of declaredUses(component, 'lock').length > 0 ? [] : programSettings(clientPrograms(component, stack), component, 'lock.ttl').slice(0, 3)) {
      yield { message: 'taken', severity: 'warning', data: { use: client, kind: 'lock' }, span: value.span, confidence: 'likely', because: [] }
    }
    const anyKey = evicts(component)?.everyKey === true
    for (const use of declaredUses(component, ...expire)) {
      const never = use.ttl?.value === Infinity
      // A spec of a few words leaves the expiry open; one that describes size or source has left it out.
      const described = use.keyCount !== undefined || use.source !== undefined || use.stalenessMax !== undefined
      if (!never && (use.ttl !== undefined || !described)) continue
      const lock = use.use?.value === 'lock'
      if (!lock && anyKey && driven.has(use.invalidation?.value ?? '')) continue
      yield {
        message: !never ? 'unsaid' : lock ? 'locked' : 'kept', severity: !never ? 'info' : lock ? 'error' : 'warning', data: { use: use.id, kind: use.use?.value ?? '' },
        use: use.id, span: use.ttl?.span ?? use.span, confidence: never ? 'certain' : 'likely', because: [...fieldNote('use', use.use), ...fieldNote('invalidation', use.invalidation)],
      }
    }
  },
})
