// A view whose source no longer has what it would be rebuilt from. Knows the design, and of a deployed topic its policy and retention.
import type { ObservedComponent, ObservedStack } from '../../src/model/observation.ts'
import { defineRule } from '../../src/model/rule.ts'
import type { Note } from '../../src/model/value.ts'
import { declaredUses, design, isUse, kafka, redis, fieldNote, time, useAt, type Place } from '../spec/declared.ts'
import { declaredTopics, kept, policies } from '../kafka/declared-topics.ts'

const shop = (topic: string, view = 'rebuild_from: events/orders'): string =>
  design({ components: redis('views', [`id: order-view, use: derived-state, durability: none${view === '' ? '' : `, ${view}`}`]) + kafka('events', [`id: orders, use: event-log, ${topic}`]) })

/** What the source keeps: forgotten after a while, or all of it. */
function forgets({ component, use }: Place, stack: ObservedStack): { readonly ms: number; readonly note: Note } | undefined {
  const deployed: ObservedComponent | undefined = stack.components.find(each => each.spec?.id === component.id)
  const topic = deployed && declaredTopics(deployed).find(each => each.use.id === use.id)
  const cleaned = (topic && policies(deployed, topic)) ?? use.retentionPolicy?.value.split('_')
  if (cleaned?.includes('compact') || use.archive !== undefined) return undefined
  const found = topic ? kept(deployed, topic) : undefined
  const keeps = found ?? (use.retentionTime ? { ms: use.retentionTime.value, note: { span: use.retentionTime.span, text: 'retention.time of the design' } } : undefined)
  return keeps && Number.isFinite(keeps.ms) ? keeps : undefined
}

export default defineRule({
  id: 'pair/derived-state-cannot-rebuild',
  technology: 'redis',
  rows: ['replay', 'data-nature', 'failure-mode'],
  concern: 'semantics',
  severity: 'error',
  severityNote: 'A warning for a view that may be lost and has no source at all.',
  summary: 'A view cannot be rebuilt, because its source forgets what the view still holds.',
  messages: {
    forgets: '{use} on {component} is to be rebuilt from {source}, which keeps its records for {kept} only: what has not changed since would be missing.',
    nothing: '{use} on {component} may be lost at any time and says rebuild_from: none.',
    circle: '{use} on {component} is to be rebuilt from {source}, which is itself lost with a restart.',
  },
  failure: 'After {component} is flushed, the view holds only what changed lately: customers who were quiet have no balance and no order.',
  fix: 'Let {source} be compacted, or keep its records for ever or in an archive, and name a job that reads them again.',
  diff: { spec: '       - id: orders\n-        retention: {time: 7d, policy: delete}\n+        retention: {policy: compact}' },
  hazards: [
    'What is deleted already does not come back with longer retention: fill the view once from the store before it is relied on.',
    'A compacted topic keeps the last record of each key only, and needs a key on every record; look at the disk before records are kept for ever.',
  ],
  sources: ['https://kafka.apache.org/documentation/#compaction'],
  bad: [
    { title: 'a week of records for a view of all orders', files: { 'misfit.yaml': shop('retention: {time: 7d, policy: delete}') }, line: 7 },
    { title: 'nothing to rebuild it from', files: { 'misfit.yaml': shop('retention: {time: 7d}', 'rebuild_from: none') }, line: 7 },
  ],
  good: [
    { title: 'a compacted topic', files: { 'misfit.yaml': shop('retention: {policy: compact}') } },
    { title: 'kept for ever', files: { 'misfit.yaml': shop('retention: {time: forever}, load: {}') } },
    { title: 'a short view of a short history', files: { 'misfit.yaml': shop('retention: {time: 7d}', 'rebuild_from: events/orders, ttl: 1d') } },
  ],
  *check(component, stack) {
    for (const use of declaredUses(component)) {
      const from = use.rebuildFrom
      if (from === undefined) continue
      const source = useAt(stack, from.value)
      const data = { use: use.id, source: from.value, kept: '' }
      const base = { use: use.id, span: from.span, confidence: 'certain' as const }
      if (from.value === 'none') {
        if (isUse(use, 'derived-state') && (use.durability === undefined || ['none', 'best_effort'].includes(use.durability.value))) {
          yield { ...base, message: 'nothing', severity: 'warning', data: { ...data, source: 'a store or topic' }, because: fieldNote('durability', use.durability) }
        }
        continue
      }
      if (source === undefined) continue
      if (source.component.technology?.value === 'redis' && ['none', 'best_effort'].includes(source.use.durability?.value ?? '') && source.use.rebuildFrom === undefined) {
        yield { ...base, message: 'circle', data, because: fieldNote(`durability of ${from.value}`, source.use.durability) }
        continue
      }
      const keeps = source.component.technology?.value === 'kafka' ? forgets(source, stack) : undefined
      // A view whose entries live no longer than the records needs no older ones.
      if (keeps === undefined || (use.ttl !== undefined && use.ttl.value <= keeps.ms) || use.dataNature?.value === 'event_history') continue
      yield { ...base, message: 'forgets', data: { ...data, kept: time(keeps.ms) }, because: [keeps.note] }
    }
  },
})
