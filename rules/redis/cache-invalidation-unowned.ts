// A cache of a database's rows whose stale entries nobody removes. Knows the design only.
import { defineRule } from '../../src/model/rule.ts'
import { declaredUses, design, redis, fieldNote, time } from '../spec/declared.ts'

export default defineRule({
  id: 'redis/cache-invalidation-unowned',
  technology: 'redis',
  rows: ['data-nature', 'failure-mode'],
  concern: 'semantics',
  severity: 'warning',
  summary: 'Nothing removes cached values that have changed at their source.',
  messages: {
    longer: '{use} on {component} lets entries live {ttl}, but readers accept {staleness} only and nothing else removes what {source} has changed.',
    nobody: 'Nothing removes entries of {use} on {component} when {source} changes: it has neither an expiry nor another invalidation.',
  },
  failure: 'Changes in {source} never reach {component}, so people see old prices until somebody flushes the cache by hand.',
  fix: 'Make the expiry of {use} no longer than the accepted staleness, or let changes remove entries: write through, an event, or change capture from {source}.',
  diff: { spec: '       - id: prices\n         use: cache\n         source: shop-db\n-        ttl: 24h\n+        ttl: 5m\n         staleness_max: 5m' },
  otherTool: 'Kafka as the carrier of changes: Debezium reads them from the database, a consumer removes the entries.',
  hazards: [
    'A shorter expiry sends more reads to the source: see that it bears them, and spread the expiries a little so that they do not end together.',
  ],
  sources: ['https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Strategies.html'],
  explains: ['redis/ttl-missing'],
  bad: [
    { title: 'entries outlive what readers accept', files: { 'misfit.yaml': design({ components: redis('redis', ['id: prices, use: cache, source: shop-db, ttl: 24h, staleness_max: 5m']) }) }, line: 7 },
    { title: 'nobody at all', files: { 'misfit.yaml': design({ components: redis('redis', ['id: prices, use: cache, source: shop-db, ttl: none, invalidation: none']) }) }, line: 7 },
  ],
  good: [
    { title: 'the expiry keeps the promise', files: { 'misfit.yaml': design({ components: redis('redis', ['id: prices, use: cache, source: shop-db, ttl: 5m, staleness_max: 5m']) }) } },
    { title: 'change capture removes them', files: { 'misfit.yaml': design({ components: redis('redis', ['id: prices, use: cache, source: shop-db, ttl: 24h, staleness_max: 5m, invalidation: cdc']) }) } },
    { title: 'what never changes', files: { 'misfit.yaml': design({ components: redis('redis', ['id: images, use: cache, source: shop-db, ttl: none, data_nature: immutable, invalidation: none']) }) } },
  ],
  *check(component) {
    for (const use of declaredUses(component, 'cache')) {
      if (use.source === undefined || use.dataNature?.value === 'immutable') continue
      const how = use.invalidation?.value
      if (how !== undefined && how !== 'none' && how !== 'ttl') continue
      const ttl = use.ttl?.value, staleness = use.stalenessMax?.value
      const longer = ttl !== undefined && staleness !== undefined && ttl > staleness
      if (!longer && !(ttl === Infinity || (how === 'none' && ttl === undefined))) continue
      const data = { use: use.id, source: use.source.value, ttl: ttl === undefined ? '' : time(ttl), staleness: staleness === undefined ? '' : time(staleness) }
      yield {
        message: longer && ttl !== Infinity ? 'longer' : 'nobody', data, use: use.id, span: use.ttl?.span ?? use.invalidation?.span ?? use.source.span, confidence: 'certain',
        because: [...fieldNote('source', use.source), ...fieldNote('staleness_max', use.stalenessMax, data.staleness), ...fieldNote('invalidation', use.invalidation)],
      }
    }
  },
})
