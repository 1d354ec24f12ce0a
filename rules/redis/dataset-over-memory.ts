// Declared data that does not fit into the memory that is there. Knows the design's sizes and the limits in effect.
import type { ObservedComponent } from '../../src/model/observation.ts'
import { defineRule } from '../../src/model/rule.ts'
import type { DeclaredUse } from '../../src/model/spec.ts'
import type { Note } from '../../src/model/value.ts'
import { count, declaredUses, design, isUse, list, percent, redis, fieldNote, size } from '../spec/declared.ts'
import { bytes, stated } from './needs.ts'
import { source } from './sources.ts'

// A key with its entry in the dictionary, the object header and the allocator's rounding; measured values lie between 60 and 100.
const overhead = 80

function bytesOf(use: DeclaredUse): number | undefined {
  if (use.keyCount === undefined || use.valueBytes === undefined) return undefined
  return use.keyCount.value * ((use.keyBytes?.value ?? 40) + use.valueBytes.value + overhead) * Math.max(1, use.growthPerYear?.value ?? 1)
}

/** What data may take: the limit in effect, else most of the memory of the container or of the design. */
function room(component: ObservedComponent): { readonly bytes: number; readonly text: string; readonly note: Note } | undefined {
  const limit = stated(component, 'maxmemory')
  const most = bytes(limit?.value)
  if (limit && most !== undefined && most > 0) return { bytes: most, text: `maxmemory ${limit.value}`, note: { span: limit.span, text: `maxmemory ${limit.value}` } }
  const container = component.memoryLimit?.known ? component.memoryLimit : undefined
  if (container) return { bytes: container.value * 0.7, text: `70 % of the container's ${size(container.value)}`, note: { span: container.span, text: `a memory limit of ${size(container.value)}` } }
  const memory = component.spec?.memory
  return memory ? { bytes: memory.value * 0.8, text: `80 % of its ${size(memory.value)}`, note: { span: memory.span, text: `memory: ${size(memory.value)}` } } : undefined
}

const kept = (use: DeclaredUse): boolean => use.sourceOfTruth?.value === true || isUse(use, 'job-queue', 'session-store', 'source-of-truth', 'lock', 'event-bus', 'event-log')
const server = 'services:\n  redis:\n    image: redis:7.4\n    command: redis-server --maxmemory 512mb --maxmemory-policy allkeys-lru\n'

export default defineRule({
  id: 'redis/dataset-over-memory',
  technology: 'redis',
  rows: ['scale-pattern', 'failure-mode'],
  concern: 'sizing',
  severity: 'warning',
  severityNote: 'An error where the data must not be lost or refused; information from 80 % on.',
  summary: 'The declared data does not fit into the memory of the instance.',
  messages: {
    over: '{uses} need {need} on {component}, {share} of {room} ({sum}).',
    near: '{uses} need {need} on {component}, {share} of {room}, so growth has little room ({sum}).',
  },
  failure: 'When memory is full, {component} removes entries that are still wanted, so that the database behind it takes the load, or refuses every write.',
  fix: 'Give {component} more memory, shorten the expiry, shrink the values or shard; history belongs on disk.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '     image: redis:7.4',
      '-    mem_limit: 768m',
      '-    command: redis-server --maxmemory 512mb --maxmemory-policy allkeys-lru',
      '+    mem_limit: 3g',
      '+    command: redis-server --maxmemory 2gb --maxmemory-policy allkeys-lru',
    ].join('\n'),
    helm: [
      ' redis:',
      '   master:',
      '-    extraFlags: ["--maxmemory", "512mb", "--maxmemory-policy", "allkeys-lru"]',
      '-    resources: {limits: {memory: 768Mi}}',
      '+    extraFlags: ["--maxmemory", "2gb", "--maxmemory-policy", "allkeys-lru"]',
      '+    resources: {limits: {memory: 3Gi}}',
    ].join('\n'),
  },
  otherTool: 'Kafka, when most of the bytes are history.',
  hazards: [
    'Raise the memory of the container in the same step: a maxmemory above it ends in a kill instead of an eviction.',
    'A recreated container starts with what is on disk: a cache without persistence starts empty, and its database takes all reads at once.',
  ],
  sources: [source.memory, 'https://redis.io/docs/latest/operate/oss_and_stack/management/scaling/'],
  options: { hintFromShare: { unit: 'share', default: 0.8, least: 0.1, most: 1, description: 'From this share of the memory on, information is given; above all of it, a warning or an error.' } },
  bad: [
    { title: 'more than the limit', files: { 'compose.yaml': server, 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 1h, size: {keys: 900000, avg_key_bytes: 40, avg_value_bytes: 1500}']) }) }, line: 4 },
    { title: 'sessions that do not fit', files: { 'misfit.yaml': design({ components: redis('redis', ['id: sessions, use: session-store, ttl: 12h, size: {keys: 3000000, avg_value_bytes: 900}'], ['memory: 1GiB']) }) }, line: 6 },
  ],
  good: [
    { title: 'it fits', files: { 'compose.yaml': server, 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 1h, size: {keys: 90000, avg_key_bytes: 40, avg_value_bytes: 1500}']) }) } },
    { title: 'the number of keys is not known', files: { 'compose.yaml': server, 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 1h, size: {avg_value_bytes: 1500}']) }) } },
  ],
  *check(component, _, options) {
    const limit = room(component)
    const sized = declaredUses(component).flatMap(use => {
      const need = bytesOf(use)
      return need === undefined ? [] : [{ use, need }]
    })
    if (limit === undefined || sized.length === 0) return
    // A cluster spreads its keys over its nodes; a replica holds the same keys again.
    const shards = component.spec?.topology?.value === 'cluster' && component.spec.nodes ? component.spec.nodes.value : 1
    const need = sized.reduce((sum, each) => sum + each.need, 0) / shards
    const share = need / limit.bytes
    if (share < options.hintFromShare) return
    yield {
      message: share > 1 ? 'over' : 'near', severity: share <= 1 ? 'info' : sized.some(({ use }) => kept(use)) ? 'error' : 'warning',
      data: {
        uses: list(sized.map(({ use }) => use.id)), need: size(need), share: percent(share), room: limit.text,
        sum: sized.map(({ use }) => `${count(use.keyCount?.value ?? 0)} keys of ${count((use.keyBytes?.value ?? 40) + (use.valueBytes?.value ?? 0))} + ${overhead} bytes`).join(', '),
      },
      span: limit.note.span, confidence: 'certain',
      because: sized.flatMap(({ use }) => [...fieldNote(`${use.id} size.keys`, use.keyCount), ...fieldNote(`${use.id} size.avg_value_bytes`, use.valueBytes)]),
    }
  },
})
