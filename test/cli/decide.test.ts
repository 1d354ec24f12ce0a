// The decision table asked: which tool for which job, out of what a design states, and how the answer reads.
import { describe, expect, it } from 'vitest'
import { decisionTable, elsewhereTable } from '../../rules/decision-table.ts'
import { decide, type Choice, type Decision } from '../../src/analysis/decide.ts'
import { judgeUse } from '../../src/analysis/verdict.ts'
import { jsonSchema } from '../../src/readers/design-spec/json-schema.ts'
import { mergedSpec, readSpecs } from '../../src/readers/design-spec/index.ts'
import { placing } from '../../src/cli/places.ts'
import { table } from '../../src/lint.ts'
import { rowNames } from '../../src/model/rule.ts'
import { decisionJson, decisionMarkdown, decisionText, justification } from '../../src/reporters/decision.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { head } from '../support/specs.ts'

const treeOf = (text: string) => memoryTree({ 'misfit.yaml': text })
function decided(text: string): Decision {
  const spec = mergedSpec(readSpecs(treeOf(text)).designs)
  if (spec === undefined) throw new Error('no design')
  return decide(spec, table)
}
const component = (id: string, uses: readonly string[], technology = 'undecided'): string => `  - id: ${id}\n    technology: ${technology}\n    uses:\n${uses.map(use => `      - {${use}}\n`).join('')}`
const design = (...components: readonly string[]): string => `${head}metadata: {name: shop}\ncomponents:\n${components.join('')}`
const one = (use: string, technology?: string): Decision => decided(design(component('store', [`id: it, ${use}`], technology)))
const shown = (text: string): string => decisionText(decided(text), placing(treeOf(text), '.'))

describe('a design with a single signal', () => {
  const signals: Readonly<Record<(typeof rowNames)[number], readonly [redis: string, kafka: string]>> = {
    'primary-problem': ['problem: shared_state', 'problem: decoupling'],
    'data-nature': ['data_nature: current_state', 'data_nature: event_history'],
    'typical-use': ['structure: sorted_set', 'structure: stream'],
    'latency-goal': ['latency_goal: sub_ms', 'latency_goal: seconds'],
    durability: ['durability: best_effort', 'durability: survive_node_loss'],
    'fan-out': ['consumers: [mailer]', 'consumers: [mailer, billing, search]'],
    replay: ['replay: false', 'replay: {required: true}'],
    ordering: ['ordering: none', 'ordering: per_key'],
    backpressure: ['backpressure: drop', 'backpressure: lag'],
    'scale-pattern': ['size: {keys: 200000}', 'load: {events_per_second: 5000}'],
    'failure-mode': ['ttl: 10m', 'retention: {time: 30d}'],
    'quick-rule': ['access_pattern: point_lookup', 'access_pattern: stream_consume'],
  }

  it.each(rowNames)('takes the side of the row %s', row => {
    for (const [at, side] of (['redis', 'kafka'] as const).entries()) {
      const [use] = one(signals[row][at] ?? '').components[0]?.uses ?? []
      expect([use?.choice, use?.reasons.map(reason => reason.row.id)]).toEqual([side, [row]])
    }
  })
})

describe('a design of several jobs', () => {
  const shop = design(
    component('events', ['id: orders, data_nature: event_history, replay: {required: true, window: 30d}, consumers: [billing, mailer, search]']),
    component('serving', ['id: order-view, access_pattern: point_lookup, latency_goal: sub_ms, rebuild_from: events/orders']),
  )

  it('has Kafka as the truth and Redis as the serving layer, each with its part', () => {
    const { choice, components } = decided(shop)
    expect([choice, components.map(each => [each.id, each.choice])]).toEqual(['both', [['events', 'kafka'], ['serving', 'redis']]])
    expect(justification(decided(shop))).toBe('Kafka for events/orders, since its data is a history, several readers want the same records and somebody must read the past again; Redis for serving/order-view, since an answer is wanted within milliseconds and somebody asks for a value.')
    expect(shown(shop).replace(/\s+/g, ' ')).toContain('Kafka is the source of truth for events; Redis is the serving layer that consumers keep up to date and can rebuild.')
  })

  it('says so only where the design builds the one from the other', () => {
    expect(shown(shop.replace(', rebuild_from: events/orders', ''))).not.toContain('serving layer')
  })

  it('splits one use that asks for both', () => {
    const [use] = one('data_nature: event_history, replay: {required: true}, access_pattern: point_lookup, latency_goal: sub_ms').components[0]?.uses ?? []
    expect(use?.choice).toBe('both')
    expect(justification(one('data_nature: event_history, replay: {required: true}, access_pattern: point_lookup, latency_goal: sub_ms')))
      .toBe('Kafka and Redis for store/it: Kafka keeps what happened (its data is a history and somebody must read the past again), Redis serves the present state that is built from it (an answer is wanted within milliseconds and somebody asks for a value).')
  })

  it.each([
    ['use: source-of-truth', 'a database'],
    ['source_of_truth: true, data_nature: current_state', 'a database'],
    ['access_pattern: request_reply', 'a direct call (HTTP or gRPC)'],
    ['use: request-reply', 'a direct call (HTTP or gRPC)'],
    ['use: lock, lock: {purpose: correctness}', 'a lock service or a row lock in the database'],
  ])('sends %s elsewhere', (use, instead) => {
    const decision = one(use)
    expect([decision.choice, decision.components[0]?.uses[0]?.elsewhere?.to.instead]).toEqual(['neither', instead])
    expect(justification(decision).toLowerCase()).toContain(`${instead.toLowerCase()} for store/it, since `)
  })

  it.each<[string, Choice]>([
    ['use: lock, lock: {purpose: efficiency}', 'redis'], ['use: lock, lock: {purpose: correctness, fencing: true}', 'redis'], ['use: counter, source_of_truth: true', 'redis'],
    ['use: event-log, source_of_truth: true', 'kafka'], ['use: job-queue', 'redis'], ['use: state-store', 'kafka'], ['use: cache', 'redis'], ['use: cdc', 'kafka'],
  ])('keeps %s where it belongs', (use, choice) => {
    expect(one(use).choice).toBe(choice)
  })

  it('says so when the design has the wrong tool', () => {
    expect(shown(design(component('events', ['id: orders, use: event-log'], 'redis')))).toContain('events: Kafka (the design says Redis)')
  })

  it('names the fields that would decide when nothing does', () => {
    const text = shown(design(component('store', ['id: it, delivery: at_least_once'])))
    expect(text).toContain('store: undecided')
    expect(text.replace(/\s+/g, ' ')).toContain('Any of these fields would decide: problem, data_nature, retention.policy, structure, latency_goal,')
    expect(shown(design(component('store', ['id: it, use: cache']), '  - id: empty\n    uses: []\n'))).toContain('empty: undecided\n\n  It declares no use yet.')
  })
})

it('gives each job its own reasons in one line, and says where the design has the other tool', () => {
  const text = design(component('store', ['id: pages, use: cache', 'id: carts, access_pattern: point_lookup'], 'kafka'), component('bus', ['id: orders, access_pattern: stream_consume'], 'kafka'))
  const [kafka, ...redis] = justification(decided(text)).split('; ')
  expect(kafka).toMatch(/^Kafka for bus\/orders, since [^,]*$/)
  expect(redis).toEqual([expect.stringMatching(/^Redis for store\/pages, since .*, though the design says Kafka$/), expect.stringMatching(/^Redis for store\/carts, since .*, though the design says Kafka\.$/)])
})

describe('the answer', () => {
  const text = design(component('events', ['id: orders, use: event-bus, replay: {required: true}'], 'redis'))

  it('reads well in a terminal', () => {
    expect(shown(text)).toBe(`shop: Kafka

Kafka for events/orders, since somebody must read the past again, it carries events between programs and it holds what happened, though the design says Redis.

events: Kafka (the design says Redis)

  orders: Kafka
    Somebody must read the past again, it carries events between programs and it holds what
    happened.
    With Redis instead: taken for a log or a database, it becomes a fragile one that loses data at a
    restart or when memory is full.
    Primary problem                   Kafka  it carries events between programs
    Nature of the data                Kafka  it holds what happened
    Typical use                       Kafka  this is what Kafka is usually taken for
    Latency goal                      Kafka  nobody waits for a single record
    Durability                        Kafka  what it holds must survive
    Fan-out                           Kafka  several consumers may read the same events
    Replay and backfill               Kafka  somebody must read the past again (replay.required:
                                             true, misfit.yaml:8)
    Backpressure                      Kafka  its backlog waits on disk
    How it grows                      Kafka  it grows with partitions and retention
    What happens with the wrong tool  Kafka  on Redis its worst day would lose history
    In short                          Kafka  it is asked for what happened
`)
  })

  it('is a section for a design document', () => {
    const markdown = decisionMarkdown(decided(text))
    expect(markdown).toMatch(/^## shop: Kafka\n\nKafka for events\/orders, since /)
    expect(markdown).toContain('### events/orders: Kafka\n\nSomebody must read the past again, it carries events')
    expect(markdown).toContain('| Replay and backfill | Kafka | ')
    expect(markdown).toContain('| Ordering | unknown |  |')
  })

  it('is data for programs, with what is stated and where', () => {
    const json: unknown = JSON.parse(decisionJson(decided(text), placing(treeOf(text), '.')))
    expect(json).toMatchObject({
      version: 1, name: 'shop', choice: 'kafka', components: [{
        id: 'events', technology: 'redis', choice: 'kafka',
        uses: [{ id: 'orders', choice: 'kafka', score: { redis: 0, kafka: 11 }, wanted: ['ordering'] }],
      }],
    })
    expect(JSON.stringify(json)).toContain(JSON.stringify({ side: 'kafka', reason: 'somebody must read the past again', weight: 1, stated: 'replay.required: true', file: 'misfit.yaml', line: 8, column: 57 }))
  })

  it('keeps hostile names as text', () => {
    const hostile = design(component('store', ['id: it, use: cache, key: a'])).replace('name: shop', 'name: "a\\e[31m|`<b>\\n# b"')
    for (const written of [shown(hostile), decisionMarkdown(decided(hostile))]) {
      expect(written).not.toContain('\u001b')
      expect(written).not.toContain('\n# b')
    }
    expect(decisionMarkdown(decided(hostile))).toContain('&#124;&#96;&#60;b&#62;')
  })
})

it('the table takes a state store on Redis for present values, and one on Kafka or on neither for the latest of a log', () => {
  const known = { id: 'carts', use: 'state-store' as const, confidence: 1, note: undefined, facts: new Map() }
  const kafkaRows = (technology?: 'redis' | 'kafka'): readonly string[] => judgeUse(known, technology, table).rows.filter(({ side }) => side === 'kafka').map(({ row }) => row.id)
  expect([kafkaRows('redis'), kafkaRows('kafka'), kafkaRows()]).toEqual([[], ['typical-use', 'replay', 'scale-pattern'], ['typical-use', 'replay', 'scale-pattern']])
})

it('the table asks for fields that a design can state', () => {
  const fields = JSON.stringify(jsonSchema('x'))
  const observations = [...decisionTable.flatMap(row => row.observations), ...elsewhereTable, ...elsewhereTable.flatMap(({ unless }) => unless ?? [])]
  for (const observation of observations) {
    expect(Object.keys(observation).filter(key => !['side', 'uses', 'except', 'fact', 'is', 'least', 'most', 'reason', 'instead', 'unless'].includes(key))).toEqual([])
    const field = observation.fact?.split('.').at(-1)
    if (field !== undefined) expect(fields).toContain(`"${field}":{"description"`)
  }
})
