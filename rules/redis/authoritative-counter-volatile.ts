// A counter that is the only record of its number on a Redis that may lose it. Knows the design, eviction, persistence and storage.
import type { ObservedComponent } from '../../src/model/observation.ts'
import { defineRule } from '../../src/model/rule.ts'
import type { Note } from '../../src/model/value.ts'
import { declaredUses, design, list, redis, fieldNote } from '../spec/declared.ts'
import { evicts, persistence, persistenceNotes } from './needs.ts'
import { source } from './sources.ts'

const counter = (more = ''): string => design({ components: redis('redis', [`id: stock, use: counter, source_of_truth: true${more}`]) })
const server = (flags: string, volume: boolean): string =>
  `services:\n  redis:\n    image: redis:7.4\n    command: redis-server ${flags}\n${volume ? '    volumes: ["data:/data"]\nvolumes:\n  data:\n' : ''}`

export default defineRule({
  id: 'redis/authoritative-counter-volatile',
  technology: 'redis',
  rows: ['durability', 'data-nature'],
  concern: 'durability',
  severity: 'error',
  summary: 'A number that stands nowhere else is counted on a Redis that may lose it.',
  messages: { lost: '{use} is counted only on {component}, which {faults}, so the count can fall back or start again at zero.' },
  failure: 'After an eviction or a crash {component} answers with zero or with an old number; balances and stock are then wrong without any error.',
  fix: 'Keep the entries in a database or a Kafka topic and let {component} hold the sum (rebuild_from); until then appendonly yes, noeviction and a volume.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '     image: redis:7.4',
      '-    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru',
      '+    command: redis-server --maxmemory 256mb --maxmemory-policy noeviction --appendonly yes',
      '+    volumes: ["counter-data:/data"]',
      '+volumes:',
      '+  counter-data:',
    ].join('\n'),
    helm: [
      ' redis:',
      '   commonConfiguration: |-',
      '-    maxmemory-policy allkeys-lru',
      '+    appendonly yes',
      '+    save ""',
      '+    maxmemory-policy noeviction',
    ].join('\n'),
  },
  otherTool: 'Kafka as the record of every change, with the sum derived from it.',
  hazards: [
    'Adding appendonly yes by flag to a server that only has a snapshot starts it empty. On the running server first: CONFIG SET appendonly yes, wait until INFO persistence says aof_rewrite_in_progress:0, then change the file.',
    'With noeviction a full instance refuses writes: know the memory number, and set an alert, before the change.',
  ],
  sources: [source.persistence, source.eviction],
  bad: [
    { title: 'it may be evicted', files: { 'compose.yaml': server('--maxmemory 256mb --maxmemory-policy allkeys-lru --appendonly yes', true), 'misfit.yaml': counter() }, file: 'misfit.yaml', line: 7 },
    { title: 'snapshots only', files: { 'compose.yaml': server('--maxmemory 256mb', true), 'misfit.yaml': counter() }, file: 'misfit.yaml', line: 7 },
  ],
  good: [
    { title: 'it can be rebuilt', files: { 'compose.yaml': server('--maxmemory 256mb', true), 'misfit.yaml': counter(', rebuild_from: orders-db') } },
    { title: 'well kept', files: { 'compose.yaml': server('--appendonly yes', true), 'misfit.yaml': counter() } },
    { title: 'nothing is deployed, so nothing is known', files: { 'misfit.yaml': counter() } },
  ],
  *check(component) {
    const faults = faultsOf(component)
    if (faults.length === 0) return
    for (const use of declaredUses(component, 'counter')) {
      if (use.sourceOfTruth?.value !== true || (use.rebuildFrom !== undefined && use.rebuildFrom.value !== 'none')) continue
      yield {
        message: 'lost', data: { use: use.id, faults: list(faults.map(({ text }) => text)) }, use: use.id, span: use.sourceOfTruth.span, confidence: 'certain',
        because: [...fieldNote('use', use.use), ...faults.flatMap(({ notes }) => notes)],
      }
    }
  },
})

function faultsOf(component: ObservedComponent): readonly { readonly text: string; readonly notes: readonly Note[] }[] {
  const eviction = evicts(component)
  const kept = persistence(component)
  return [
    ...(eviction ? [{ text: `deletes keys at ${eviction.limit} (${eviction.policy})`, notes: [{ span: eviction.span, text: `maxmemory-policy ${eviction.policy}` }] }] : []),
    ...(kept === 'none' ? [{ text: 'writes nothing to disk', notes: persistenceNotes(component) }] : []),
    ...(kept === 'snapshots' ? [{ text: 'keeps snapshots only', notes: persistenceNotes(component) }] : []),
    ...(['tmpfs', 'container-layer', 'empty-dir', 'anonymous-volume'].includes(component.storage.kind)
      ? [{ text: 'has no lasting volume', notes: [{ span: component.storage.span, text: `its data lies on ${component.storage.kind.replace('-', ' ')}` }] }] : []),
  ]
}
