// Values so large that one command holds up all others. Knows the design's sizes.
import { defineRule, type Severity } from '../../src/model/rule.ts'
import type { Known } from '../../src/model/value.ts'
import { count, declaredUses, design, redis, fieldNote, size, time } from '../spec/declared.ts'
import { source } from './sources.ts'

const mb = 1e6

export default defineRule({
  id: 'redis/large-values',
  technology: 'redis',
  rows: ['latency-goal', 'scale-pattern'],
  concern: 'sizing',
  severity: 'warning',
  severityNote: 'An error above 10 MB.',
  summary: 'Single values are so large that reading one holds up every other client.',
  messages: {
    value: '{use} keeps values of up to {size} on {component}, and while one of them is read nobody else is served.',
    average: '{use} keeps values of {size} on average on {component}, each of which holds up every other client for a while.',
    elements: '{use} keeps collections of up to {size} elements on {component}, and one command over such a collection blocks all others.',
  },
  failure: '{component} runs one command at a time: reading 10 MB holds it for about ten milliseconds, so unrelated calls miss their goal, and deleting or moving such a key stalls the shard.',
  fix: 'Split or compress what {use} stores, or put it into object storage and keep a reference; redis-cli --bigkeys finds the largest keys.',
  diff: { spec: '         size:\n-          max_value_bytes: 20MB\n+          max_value_bytes: 100KB   # the rest lies in object storage' },
  options: {
    largestValueBytes: { unit: 'bytes', default: mb, least: 1024, most: 512 * mb, description: 'A largest value above this is reported.' },
    largestAverageBytes: { unit: 'bytes', default: 100_000, least: 1024, most: 512 * mb, description: 'An average value above this is reported.' },
    mostElements: { unit: 'count', default: 1_000_000, least: 100, most: 4_294_967_295, description: 'A collection of more elements is reported.' },
  },
  hazards: [
    'Deleting a large key with DEL stalls the server just like reading it: use UNLINK, which frees the memory in the background.',
  ],
  sources: [source.latency, 'https://redis.io/docs/latest/develop/tools/cli/'],
  bad: [
    { title: 'twenty megabytes', files: { 'misfit.yaml': design({ components: redis('redis', ['id: reports, use: cache, ttl: 1h, size: {max_value_bytes: 20MB}']) }) }, line: 7 },
    { title: 'large on average', files: { 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 1h, size: {avg_value_bytes: 300KB}']) }) }, line: 7 },
    { title: 'a collection of ten million', files: { 'misfit.yaml': design({ components: redis('redis', ['id: scores, use: counter, size: {max_elements: 10000000}']) }) }, line: 7 },
  ],
  good: [
    { title: 'small values', files: { 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 1h, size: {avg_value_bytes: 1500, max_value_bytes: 80KB}']) }) } },
    { title: 'nobody is in a hurry', files: { 'misfit.yaml': design({ components: redis('redis', ['id: reports, use: cache, ttl: 1h, latency_goal: {p99: 2s}, load: {reads_per_second: 1}, size: {max_value_bytes: 5MB}']) }) } },
  ],
  *check(component, _, options) {
    for (const use of declaredUses(component)) {
      const patient = (use.latencyP99?.value ?? 0) >= 100 && (use.readsPerSecond?.value ?? Infinity) < 10
      const found: [('value' | 'average' | 'elements'), Known<number> | undefined, number, Severity][] = [
        ['value', use.maxValueBytes, options.largestValueBytes, (use.maxValueBytes?.value ?? 0) > 10 * mb ? 'error' : 'warning'],
        ['average', use.valueBytes, options.largestAverageBytes, (use.valueBytes?.value ?? 0) > 10 * mb ? 'error' : 'warning'],
        ['elements', use.maxElements, options.mostElements, 'warning'],
      ]
      const first = found.find(([, value, limit]) => value !== undefined && value.value > limit)
      if (first === undefined || (patient && first[3] !== 'error')) continue
      const [message, value, , severity] = first
      if (value === undefined) continue
      yield {
        message, severity, data: { use: use.id, size: message === 'elements' ? count(value.value) : size(value.value) }, use: use.id, span: value.span, confidence: 'certain',
        because: fieldNote('latency_goal', use.latencyP99, use.latencyP99 ? time(use.latencyP99.value) : undefined),
      }
    }
  },
})
