// One key that takes so much of the traffic that its shard is full before the others. Knows the design's load.
import { defineRule } from '../../src/model/rule.ts'
import { count, declaredUses, design, percent, redis, fieldNote } from '../spec/declared.ts'

export default defineRule({
  id: 'redis/hot-key',
  technology: 'redis',
  rows: ['scale-pattern', 'latency-goal'],
  concern: 'sizing',
  severity: 'warning',
  summary: 'One key takes so many requests that a single core serves them all.',
  messages: { hot: 'One key of {use} takes {share} of {rate} requests a second on {component}, about {each} on a single core that no further node relieves.' },
  failure: 'The core of {component} that holds the key is full while others are idle; latency rises for everything on that shard, and adding nodes changes nothing.',
  fix: 'Keep a copy in the clients (client-side caching, a cache of a second), or spread {use} over several keys (key:1 … key:8).',
  diff: { spec: '         hot_key:\n-          share: 0.4\n+          share: 0.05   # after a cache of one second in each client' },
  options: { mostRequestsPerSecond: { unit: 'count', default: 25_000, least: 100, most: 1_000_000, description: 'Requests a second for one key above this are reported.' } },
  hazards: [
    'A copy in the client is as old as its expiry allows: a second is fine for a page, and not for a price that is charged.',
  ],
  sources: ['https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/latency/', 'https://redis.io/docs/latest/develop/reference/client-side-caching/'],
  bad: [
    { title: 'the front page', files: { 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 1m, hot_key: {share: 0.4}, load: {reads_per_second: 90000}']) }) }, line: 7 },
    { title: 'a shard cannot be split below one key', files: { 'misfit.yaml': design({ components: redis('redis', ['id: prices, use: derived-state, hot_key: {share: 0.25}, load: {reads_per_second: 200000}'], ['topology: {kind: cluster, nodes: 6}']) }) }, line: 8 },
  ],
  good: [
    { title: 'even traffic', files: { 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 1m, hot_key: {share: 0.05}, load: {reads_per_second: 9000}']) }) } },
    { title: 'little traffic', files: { 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 1m, hot_key: {share: 0.9}, load: {reads_per_second: 500}']) }) } },
  ],
  *check(component, _, options) {
    for (const use of declaredUses(component)) {
      const rate = (use.readsPerSecond?.value ?? 0) + (use.writesPerSecond?.value ?? 0)
      if (use.hotKeyShare === undefined || use.hotKeyShare.value * rate < options.mostRequestsPerSecond) continue
      yield {
        message: 'hot', data: { use: use.id, share: percent(use.hotKeyShare.value), rate: count(rate), each: count(use.hotKeyShare.value * rate) }, use: use.id,
        span: use.hotKeyShare.span, confidence: 'certain', because: [...fieldNote('load.reads_per_second', use.readsPerSecond), ...fieldNote('load.writes_per_second', use.writesPerSecond)],
      }
    }
  },
})
