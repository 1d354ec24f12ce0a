// A store that readers overload and nothing relieves. Advice out of the design only.
import { defineRule } from '../../src/model/rule.ts'
import type { DeclaredStore } from '../../src/model/spec.ts'
import { count, design, everyUse, kafka, redis, fieldNote } from '../spec/declared.ts'

const busy = (store: DeclaredStore): boolean => store.readBottleneck?.value === true
  || ((store.readsPerSecond?.value ?? 0) > 10 * (store.writesPerSecond?.value ?? Infinity) && (store.latencyP99?.value ?? Infinity) < 10)

const shop = (store: string, more = ''): string => design({ stores: `- {id: orders-db, technology: postgresql, ${store}}\n`, components: kafka('events', ['id: orders, use: event-bus, ordering: per_key, key: id']) + more })

export default defineRule({
  id: 'pair/consider-redis',
  technology: 'both',
  rows: ['primary-problem', 'latency-goal', 'quick-rule'],
  concern: 'fit',
  severity: 'info',
  summary: 'A database that its readers overload has no cache or read model before it.',
  messages: { relieve: '{store} struggles with its readers ({load}), and nothing in this design caches or serves what they ask for.' },
  failure: 'Readers and writers of {store} share its capacity, so a peak of readers delays the writes on which the business rests.',
  fix: 'Put a Redis cache (with an expiry) before {store}, or let a consumer keep a read model in Redis from its changes.',
  diff: {
    spec: [
      ' components:',
      '+  - id: serving',
      '+    technology: redis',
      '+    uses:',
      '+      - {id: order-cache, use: cache, source: orders-db, ttl: 10m}',
    ].join('\n'),
  },
  hazards: [
    'A cache shows what was true when it was filled: say how old a value may be, and give each entry an expiry no longer than that.',
    'When an empty cache starts, every read goes to the database at once: warm it, or let readers in step by step.',
  ],
  otherTool: 'Redis for what many readers ask for again and again.',
  sources: ['https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Strategies.html'],
  bad: [
    { title: 'reads are the bottleneck', files: { 'misfit.yaml': shop('read_bottleneck: true') }, line: 4 },
    { title: 'forty reads for a write, wanted within 5 ms', files: { 'misfit.yaml': shop('reads_per_second: 4000, writes_per_second: 100, latency_goal: {p99: 5ms}') }, line: 4 },
  ],
  good: [
    { title: 'a cache is there', files: { 'misfit.yaml': shop('read_bottleneck: true', redis('serving', ['id: order-cache, use: cache, source: orders-db, ttl: 10m'])) } },
    { title: 'few readers', files: { 'misfit.yaml': shop('reads_per_second: 40, writes_per_second: 30') } },
  ],
  *check(component, stack) {
    // About a store, so one component speaks for all of them.
    if (stack.components[0] !== component) return
    for (const store of stack.spec?.stores ?? []) {
      if (!busy(store) || everyUse(stack).some(({ use }) => use.source?.value === store.id || use.rebuildFrom?.value === store.id)) continue
      // A view that is fed by events takes readers away too.
      if (everyUse(stack).some(({ component: each, use }) => each.technology?.value === 'redis' && ['cache', 'derived-state'].includes(use.use?.value ?? '') && use.source === undefined)) continue
      const load = store.readBottleneck?.value === true ? 'read_bottleneck' : `${count(store.readsPerSecond?.value ?? 0)} reads for ${count(store.writesPerSecond?.value ?? 0)} writes a second`
      yield { message: 'relieve', data: { store: store.id, load }, span: store.span, confidence: 'likely', because: [...fieldNote('read_bottleneck', store.readBottleneck), ...fieldNote('reads_per_second', store.readsPerSecond)] }
    }
  },
})
