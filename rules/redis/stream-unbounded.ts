// A stream that nobody trims. Knows the design, the memory limit and what the clients' source adds.
import { defineRule } from '../../src/model/rule.ts'
import type { DeclaredUse } from '../../src/model/spec.ts'
import { clientPrograms, programSettings } from '../client-programs.ts'
import { declaredUses, design, fieldNote, isUse, redis } from '../spec/declared.ts'
import { bytes, effective, stated } from './needs.ts'

/** A use that appends: declared as a stream, or a bus that is read as one. */
export const isStream = (use: DeclaredUse): boolean => use.structure?.value === 'stream'
  || (use.structure === undefined && isUse(use, 'event-bus', 'stream-processing') && use.accessPattern?.value !== 'broadcast')

export default defineRule({
  id: 'redis/stream-unbounded',
  technology: 'redis',
  rows: ['scale-pattern', 'data-nature'],
  concern: 'semantics',
  severity: 'warning',
  severityNote: 'An error where a memory limit with noeviction turns the full stream into refused writes. Of what only source shows, a warning there and information elsewhere: how fast it grows stands in no file.',
  summary: 'A stream grows without a limit, since reading an entry does not remove it.',
  messages: {
    added: '{use} adds to a stream on {component} and nothing in the repository trims it, so it grows until {end}.',
    grows: '{use} appends to a stream on {component} and nothing trims it, so it grows until {end}.',
  },
  failure: 'Acknowledged entries stay in the memory of {component}; the stream grows until the whole instance refuses writes or is killed, its other uses included.',
  fix: 'Cap it where it is written (XADD key MAXLEN ~ 100000 …, in Dapr maxLenApprox) and declare retention.max_length for {use}.',
  diff: { spec: '       - id: orders\n         structure: stream\n+        retention: {max_length: 100000}' },
  otherTool: 'Kafka, when the window that readers need does not fit into memory.',
  hazards: [
    'Trimming removes entries that nobody has read yet: compare the cap with the lag in XINFO GROUPS (from Redis 7.0) first.',
  ],
  sources: ['https://redis.io/docs/latest/develop/data-types/streams/', 'https://docs.dapr.io/reference/components-reference/supported-pubsub/setup-redis-pubsub/'],
  bad: [
    { title: 'no cap', files: { 'misfit.yaml': design({ components: redis('redis', ['id: orders, use: event-bus, structure: stream']) }) }, line: 7 },
    {
      title: 'a Dapr component without maxLenApprox',
      files: { 'components/pubsub.yaml': 'apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata:\n  name: orders\nspec:\n  type: pubsub.redis\n  version: v1\n  metadata:\n  - name: redisHost\n    value: redis:6379\n' },
      line: 6,
    },
  ],
  good: [
    { title: 'capped by length', files: { 'misfit.yaml': design({ components: redis('redis', ['id: orders, use: event-bus, structure: stream, retention: {max_length: 100000}']) }) } },
    { title: 'capped by age', files: { 'misfit.yaml': design({ components: redis('redis', ['id: orders, use: event-bus, structure: stream, retention: {time: 2h}']) }) } },
  ],
  *check(component, stack) {
    const limit = stated(component, 'maxmemory')
    const full = (bytes(limit?.value) ?? 0) > 0 && effective(component, 'maxmemory-policy') === 'noeviction'
    const end = full ? `it reaches ${limit?.value ?? ''} and every write is refused` : 'memory is full'
    const because = limit ? [{ span: limit.span, text: `maxmemory ${limit.value}` }] : []
    const added = declaredUses(component).length > 0 ? [] : programSettings(clientPrograms(component, stack), component, 'stream.maxlen')
    const [first] = added
    // Somebody who trims one stream may trim them all.
    if (first && added.every(({ value }) => value.value === 'none')) yield { message: 'added', severity: full ? 'warning' : 'info', data: { use: first.client, end }, span: first.value.span, confidence: 'likely', because }
    for (const use of declaredUses(component)) {
      if (!isStream(use) || use.maxLength !== undefined || use.retentionTime !== undefined || use.retentionBytes !== undefined) continue
      yield {
        message: 'grows', severity: full ? 'error' : 'warning', data: { use: use.id, end },
        use: use.id, span: use.structure?.span ?? use.use?.span ?? use.span, confidence: use.structure ? 'certain' : 'likely',
        because: [...because, ...fieldNote('use', use.use)],
      }
    }
  },
})
