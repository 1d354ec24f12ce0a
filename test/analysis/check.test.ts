// Severity, causes, views and order of findings.
import { describe, expect, it } from 'vitest'
import { check } from '../../src/analysis/check.ts'
import type { Basis } from '../../src/model/observation.ts'
import type { Rule, RuleReport } from '../../src/model/rule.ts'
import type { EnvironmentClass } from '../../src/model/stack.ts'
import { component, finding, rule, stack, use, workload } from '../support/made.ts'

const found = (rules: readonly Rule[], stacks = [stack()], stated = {}) => check(stacks, rules, stated).findings
const severities = (rules: readonly Rule[], stacks = [stack()], stated = {}) => found(rules, stacks, stated).map(each => each.severity)

describe('severity', () => {
  const possible: RuleReport = finding({ confidence: 'possible' })

  it('never makes a guess an error, whatever the user states', () => {
    expect(severities([rule({ reports: [possible] })])).toEqual(['warning'])
    expect(severities([rule({ reports: [possible] })], [stack()], { 'redis/a': 'error' })).toEqual(['warning'])
  })

  it('makes nothing an error where only programs that no workload runs use the server, unless the use is declared', () => {
    const beside = [{ workload: workload({ name: 'worker' }), uses: ['job-queue' as const] }]
    expect(severities([rule({})], [stack({ components: [component({ beside })] })])).toEqual(['warning'])
    expect(severities([rule({})], [stack({ components: [component({ beside, uses: [use({ declared: true })] })] })])).toEqual(['error'])
  })

  it.each(['durability', 'replication', 'sizing'] as const)('is silent about %s outside production', concern => {
    for (const environment of ['development', 'example', 'test'] as const) {
      expect(severities([rule({ concern })], [stack({ environment: { class: environment, because: [] } })])).toEqual([])
    }
    expect(severities([rule({ concern })], [stack({ environment: { class: 'production', because: [] } })])).toEqual(['error'])
    // Nobody knows whose loss it would be: no error without a sign of production. What does not work is one anywhere.
    expect(severities([rule({ concern })])).toEqual([concern === 'durability' ? 'warning' : 'error'])
  })

  it('informs about lost data where neither the stage nor the deployment itself says whose they are', () => {
    const of = (basis: Basis, environment: EnvironmentClass): readonly string[] => severities(
      [rule({ concern: 'durability', reports: [finding({ confidence: 'likely', rests: [use({ basis })] })] })], [stack({ environment: { class: environment, because: [] } })],
    )
    expect([of('source', 'unspecified'), of('both-ends', 'unspecified'), of('proven', 'unspecified')]).toEqual([['info'], ['info'], ['warning']])
    expect([of('source', 'production'), of('both-ends', 'production')]).toEqual([['warning'], ['error']])
  })

  it('informs about what is lost where nobody says that the stack is for development, and it only looks like it', () => {
    const guessed = stack({ environment: { class: 'development', because: [], guessed: true } })
    const of = (concern: Rule['concern'], severity: Rule['severity'] = 'error', stated = {}): readonly string[] => severities([rule({ concern, severity })], [guessed], stated)
    expect([of('durability'), of('sizing', 'warning'), of('durability', 'info'), of('replication')]).toEqual([['info'], ['info'], [], []])
    expect(of('durability', 'error', { 'redis/a': 'error' })).toEqual(['info'])
  })

  it('informs about semantics and fit outside production', () => {
    const development = stack({ environment: { class: 'development', because: [] } })
    expect(severities([rule({ concern: 'semantics' }), rule({ id: 'redis/b', concern: 'fit', severity: 'warning' })], [development])).toEqual(['info', 'info'])
  })

  it('only advises about the defaults of a library', () => {
    expect(severities([rule({})], [stack({ standing: 'library-defaults' })])).toEqual(['info'])
  })

  it('follows the user', () => {
    expect(severities([rule({})], [stack()], { 'redis/a': 'off' })).toEqual([])
    expect(severities([rule({})], [stack()], { 'redis/a': 'info' })).toEqual(['info'])
  })
})

describe('causes', () => {
  const chain = [
    rule({ id: 'redis/symptom' }),
    rule({ id: 'redis/middle', explains: ['redis/symptom'] }),
    rule({ id: 'redis/cause', explains: ['redis/middle'] }),
  ]

  it('folds symptoms into their cause, also over several steps and in any order', () => {
    for (const rules of [chain, [...chain].reverse()]) {
      expect(found(rules).map(each => [each.rule.id, each.explains])).toEqual([['redis/cause', ['redis/middle', 'redis/symptom']]])
    }
  })

  it('keeps a symptom that is graver than its cause', () => {
    expect(found([rule({ id: 'redis/cause', severity: 'warning', explains: ['redis/symptom'] }), rule({ id: 'redis/symptom' })]).map(each => [each.rule.id, each.explains])).toEqual([['redis/cause', []], ['redis/symptom', []]])
  })

  it('survives rules that explain each other', () => {
    const rules = [rule({ id: 'redis/a', explains: ['redis/b'] }), rule({ id: 'redis/b', explains: ['redis/a'] })]
    expect(found(rules)).toHaveLength(1)
  })

  it('does not fold over components, nor into a cause that is silent', () => {
    const two = stack({ components: [component({ name: 'one' }), component({ name: 'two' })] })
    const only = (name: string, made: Rule): Rule => ({ ...made, check: (c, s, o) => (c.name === name ? made.check(c, s, o) : []) })
    expect(found([only('one', rule({ id: 'redis/cause', explains: ['redis/symptom'] })), only('two', rule({ id: 'redis/symptom' }))], [two])).toHaveLength(2)
    const development = stack({ environment: { class: 'development', because: [] } })
    const silent = rule({ id: 'redis/cause', concern: 'durability', explains: ['redis/symptom'] })
    expect(found([silent, rule({ id: 'redis/symptom', concern: 'operations' })], [development]).map(each => each.rule.id)).toEqual(['redis/symptom'])
  })
})

describe('views of one project', () => {
  it('say the same thing once, as gravely as any of them', () => {
    const mild = stack({ environment: { class: 'development', because: [] } })
    const [only, ...more] = found([rule({ concern: 'semantics' })], [mild, stack({ variant: 'compose.prod.yaml' })])
    expect(more).toEqual([])
    expect(only?.severity).toBe('error')
    expect(only?.views).toHaveLength(2)
  })

  it('keep what differs in its words', () => {
    const counting = (views: number): Rule => ({ ...rule({}), check: (_, { variant }) => [finding({ data: { what: variant ?? String(views) } })] })
    expect(found([counting(1)], [stack(), stack({ variant: 'b' })])).toHaveLength(2)
  })
})

it('orders by file, offset and rule', () => {
  const at = (file: string, start: number): RuleReport => finding({ span: { file, start, end: start + 1 } })
  const rules = [rule({ id: 'redis/z', reports: [at('b.yaml', 1), at('a.yaml', 9)] }), rule({ id: 'redis/y', reports: [at('a.yaml', 9), at('a.yaml', 2)] })]
  expect(found(rules).map(({ rule: { id }, report: { span } }) => `${span.file} ${span.start} ${id}`))
    .toEqual(['a.yaml 2 redis/y', 'a.yaml 9 redis/y', 'a.yaml 9 redis/z', 'b.yaml 1 redis/z'])
})

it('reports a rule that throws and runs the others', () => {
  const broken: Rule = { ...rule({ id: 'redis/broken' }), check: () => { throw new TypeError('oops') } }
  const { findings, problems } = check([stack()], [broken, rule({})], {})
  expect(findings).toHaveLength(1)
  expect(problems).toEqual([{ span: { file: 'compose.yaml', start: 12, end: 17 }, message: 'the rule redis/broken failed on redis: oops' }])
})

it('asks a rule about its own technology only', () => {
  const kafka = stack({ components: [component({ technology: 'kafka' })] })
  expect(found([rule({})], [kafka])).toEqual([])
  expect(found([rule({ technology: 'both' })], [kafka])).toHaveLength(1)
})
