// Redis and Kafka doing each other's job in one design. Knows the design and the decision table.
import { defineRule } from '../../src/model/rule.ts'
import { oncePer } from '../../src/model/once.ts'
import { clearLead, fillTable, knownUses, scoreOf, type FilledRow } from '../../src/model/table.ts'
import type { DeclaredComponent, DesignSpec } from '../../src/model/spec.ts'
import type { Technology } from '../../src/model/stack.ts'
import type { Note } from '../../src/model/value.ts'
import { decisionTable } from '../decision-table.ts'
import { design, kafka, list, redis } from '../spec/declared.ts'

interface Misplaced {
  readonly component: DeclaredComponent
  readonly technology: Technology
  readonly use: string
  readonly rows: readonly FilledRow[]
  readonly lead: number
  readonly note: Note
}

const other = (technology: Technology): Technology => (technology === 'redis' ? 'kafka' : 'redis')

/** Declared uses for which the other tool leads clearly, once a design: every component of it asks. */
const misplacedIn = oncePer((spec: DesignSpec): readonly Misplaced[] => spec.components.flatMap(component => {
  const technology = component.technology?.value
  if (technology !== 'redis' && technology !== 'kafka') return []
  return knownUses(component.uses, []).flatMap((known, index) => {
    const rows = fillTable(decisionTable, known)
    const score = scoreOf(rows)
    const lead = score[other(technology)] - score[technology]
    const use = component.uses[index]
    if (lead < clearLead || use === undefined) return []
    return [{ component, technology, use: known.id, lead, rows: rows.filter(({ side }) => side === other(technology)), note: { span: use.use?.span ?? use.span, text: `${known.id} on ${component.id}` } }]
  })
}))

const swapped = (onRedis: string, onKafka: string): string => design({ components: redis('redis', [onRedis]) + kafka('kafka', [onKafka]) })

export default defineRule({
  id: 'pair/tools-swapped',
  technology: 'both',
  rows: ['quick-rule', 'failure-mode', 'data-nature', 'primary-problem', 'fan-out', 'replay', 'backpressure', 'ordering', 'latency-goal'],
  concern: 'fit',
  severity: 'error',
  summary: 'Redis carries the history while Kafka serves the look-ups.',
  messages: { swapped: '{component} has {use}, which {rows} rows of the decision table put on {tool}, while {elsewhere} has {swapped}, which belongs here.' },
  failure: 'Both halves fail in their own way: the history is cut short by memory, and each look-up reads through a log. Neither shows in a test with little data.',
  fix: 'Swap them: publish the events to Kafka, and let a consumer keep the view that is looked up in Redis.',
  diff: { spec: '   - id: redis\n     uses:\n-      - {id: order-history, use: event-log}\n+      - {id: order-view, use: derived-state, rebuild_from: kafka/order-history}\n   - id: kafka\n     uses:\n-      - {id: order-view, use: cache}\n+      - {id: order-history, use: event-log}' },
  hazards: [
    'A move loses what is written meanwhile: write to both until the new side is complete, then move the readers one by one.',
    'Records that exist in Redis only have to be published to Kafka once, in their order, before its stream is dropped.',
  ],
  sources: ['https://kafka.apache.org/documentation/#design', 'https://redis.io/docs/latest/develop/data-types/streams/'],
  explains: [
    'redis/event-log-in-redis', 'redis/pubsub-as-event-bus', 'spec/replay-on-redis', 'kafka/used-as-cache', 'kafka/used-as-shared-state',
    'kafka/latency-goal-unreachable', 'pair/no-serving-layer', 'pair/consider-kafka', 'pair/consider-redis',
  ],
  bad: [
    { title: 'history in memory, look-ups in a log', files: { 'misfit.yaml': swapped('id: order-history, use: event-log', 'id: order-view, use: cache') }, line: 7 },
    {
      title: 'seen by what is asked of them',
      files: { 'misfit.yaml': swapped('id: orders, data_nature: event_history, replay: {required: true}, ordering: per_key, backpressure: lag', 'id: prices, data_nature: current_state, access_pattern: point_lookup, latency_goal: sub_ms') },
      line: 7,
    },
  ],
  good: [
    { title: 'each has its own job', files: { 'misfit.yaml': swapped('id: order-view, use: cache, ttl: 10m', 'id: order-history, use: event-log') } },
    { title: 'jobs may lie on either', files: { 'misfit.yaml': swapped('id: mails, use: job-queue', 'id: order-history, use: event-log') } },
  ],
  *check(component, stack) {
    const all = stack.spec ? misplacedIn(stack.spec) : []
    const own = all.filter(each => each.technology === component.technology && each.component.id === component.spec?.id)
    const opposite = all.find(each => each.technology === other(component.technology))
    const [first] = own
    if (first === undefined || opposite === undefined) return
    yield {
      message: 'swapped', use: first.use, span: first.note.span, confidence: 'certain',
      data: { use: list(own.map(({ use }) => use)), rows: first.rows.length, tool: component.technology === 'redis' ? 'Kafka' : 'Redis', elsewhere: opposite.component.id, swapped: opposite.use },
      because: [opposite.note, ...first.rows.flatMap(({ row, evidence }) => evidence.flatMap(({ note, reason: says }) => (note ? [{ span: note.span, text: `${row.title}: ${says}` }] : []))).slice(0, 4)],
    }
  },
})
