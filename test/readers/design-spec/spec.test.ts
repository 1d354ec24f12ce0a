// Design specs: what is read of them, how they find what is deployed, what several of them say together, and what is accepted.
import { describe, expect, it } from 'vitest'
import { bytes, duration } from '../../../src/readers/design-spec/units.ts'
import { fitsGlob } from '../../../src/readers/design-spec/globs.ts'
import { diskTree } from '../../../src/host/disk.ts'
import { lint, observe } from '../../../src/lint.ts'
import { useAliases } from '../../../src/model/spec.ts'
import { memoryTree } from '../../support/memory-tree.ts'

const head = 'apiVersion: misfit/v1\nkind: DesignSpec\n'
const spec = (components: string, rest = ''): string => `${head}components:\n${components.replace(/^(?=.)/gm, '  ')}\n${rest}`
const ids = (files: Record<string, string>): readonly string[] =>
  observe(memoryTree(files)).stacks.flatMap(stack => stack.components.map(component => `${stack.kind} ${component.name} = ${component.spec?.id ?? '-'}`))
const rulesOf = (files: Record<string, string>, options = {}): readonly string[] => lint(memoryTree(files), options).findings.map(({ rule }) => rule)

const twoRedis = 'services:\n  cache:\n    image: redis:7.4\n  queue:\n    image: valkey/valkey:8\n'
const oneRedis = 'services:\n  store:\n    image: redis:7.4\n'

it('reads durations and sizes in human units', () => {
  expect(['500us', '5ms', '1.5h', '7d', 'forever', '7 d', '12', 'd'].map(duration)).toEqual([0.5, 5, 5_400_000, 604_800_000, Infinity, undefined, undefined, undefined])
  expect(['900', '60KB', '2GiB', '1.5MiB', '5 GB', '-1'].map(bytes)).toEqual([900, 60_000, 2_147_483_648, 1_572_864, undefined, undefined])
})

it('matches globs with stars in the middle', () => {
  expect(fitsGlob('*.cache.*.com', 'a.b.cache.amazonaws.com')).toBe(true)
  expect(fitsGlob('*.cache.*.com', 'cache.amazonaws.com')).toBe(false)
  expect(fitsGlob(`${'*a'.repeat(60)}b`, 'a'.repeat(5000))).toBe(false)
})

describe('the shop of the format page', () => {
  const report = lint(diskTree('fixtures/spec/shop'), { now: '2026-11-24' })

  it('is read without a problem', () => {
    expect(report.problems).toEqual([])
    expect(report.stacks.map(({ name, environment, components }) => [name, environment, components.map(component => `${component.name}: ${component.uses.map(({ use }) => use).join(' ')}`)])).toEqual([
      ['shop', 'production', ['events: event-bus event-log state-store', 'serving: derived-state cache', 'coordination: session-store rate-limiter lock', 'jobs: job-queue']],
    ])
  })

  it('gets the one finding that its page announces', () => {
    expect(report.findings.map(({ rule, line }) => `${rule}:${line}`)).toEqual(['kafka/disk-budget-overflow:26'])
    expect(report.findings[0]?.message).toContain('912.5 GiB')
  })

  it('is undecided nowhere that it describes', () => {
    expect(report.stacks[0]?.components.map(({ verdict }) => verdict)).toEqual(['misfit', 'fits', 'fits', 'fits'])
  })
})

describe('finding what is deployed', () => {
  it('goes by match, by name, and by being the only one', () => {
    expect(ids({ 'compose.yaml': twoRedis, 'misfit.yaml': spec('- {id: pages, technology: redis, match: {compose: [cache]}}\n- {id: queue, technology: redis}') })).toEqual(['compose cache = pages', 'compose queue = queue'])
    expect(ids({ 'compose.yaml': oneRedis, 'misfit.yaml': spec('- {id: anything, technology: redis}') })).toEqual(['compose store = anything'])
    expect(ids({ 'compose.yaml': twoRedis, 'misfit.yaml': spec('- {id: second, technology: redis, match: {image: ["valkey/*"]}}\n- {id: first, technology: redis}') })).toEqual(['compose cache = first', 'compose queue = second'])
  })

  it('does not guess between two, nor across technologies', () => {
    expect(ids({ 'compose.yaml': twoRedis, 'misfit.yaml': spec('- {id: anything, technology: redis}') })).toEqual(['compose cache = -', 'compose queue = -', 'spec anything = anything'])
    expect(ids({ 'compose.yaml': oneRedis, 'misfit.yaml': spec('- {id: store, technology: kafka}') })).toEqual(['compose store = -', 'spec store = store'])
  })

  it('reaches every view of the project, but no example further down', () => {
    const files = { 'compose.yaml': oneRedis, 'compose.prod.yaml': 'services:\n  store:\n    command: redis-server --appendonly yes\n', 'examples/demo/compose.yaml': 'services:\n  redis:\n    image: redis:7\n' }
    expect([...new Set(ids({ ...files, 'misfit.yaml': spec('- {id: anything, technology: redis}') }))].sort()).toEqual(['compose redis = -', 'compose store = anything'])
  })

  it('is confined to files where the match says so', () => {
    const files = { 'a/compose.yaml': oneRedis, 'b/compose.yaml': oneRedis }
    expect(ids({ ...files, 'misfit.yaml': spec('- {id: store, technology: redis, match: {compose: [store], env: {file: "a/**"}}}') })).toEqual(['compose store = store', 'compose store = -'])
  })

  it('finds a design that lies beside the deployment', () => {
    expect(ids({ 'deploy/compose.yaml': oneRedis, 'docs/design/misfit.yaml': spec('- {id: store, technology: redis}') })).toEqual(['compose store = store'])
  })

  it('says nothing about a neighbour that no match names', () => {
    const design = (more: string): Record<string, string> => ({ 'a/compose.yaml': oneRedis, 'b/misfit.yaml': spec(`- {id: store, technology: redis${more}}`) })
    expect(ids(design(''))).toEqual(['compose store = -', 'spec store = store'])
    expect(ids(design(', match: {compose: [store]}'))).toEqual(['compose store = store'])
    expect(ids({ ...design(''), 'docs/design/misfit.yaml': spec('- {id: store, technology: redis}') })).toEqual(['compose store = store', 'spec store = store'])
  })

  it('lists nothing twice', () => {
    const report = lint(memoryTree({ 'compose.yaml': twoRedis, 'misfit.yaml': spec('- {id: pages, technology: redis, match: {compose: [cache]}}\n- {id: queue, technology: redis}') }))
    expect(report.summary.components).toBe(2)
  })
})

describe('several specs', () => {
  it('merge by id, field by field', () => {
    const { stacks } = observe(memoryTree({
      'misfit.yaml': spec('- {id: store, technology: redis, uses: [{id: pages, use: cache, ttl: 10m}]}'),
      'more.misfit.yaml': spec('- {id: store, memory: 1GiB, uses: [{id: pages, durability: none}, {id: mails, use: job-queue}]}'),
    }))
    expect(stacks.map(stack => stack.components.map(({ name }) => name))).toEqual([['store']])
    const [component] = stacks[0]?.components ?? []
    expect(component?.spec?.memory?.value).toBe(1024 ** 3)
    expect(component?.spec?.uses.map(use => [use.id, use.use?.value, use.ttl?.value, use.durability?.value])).toEqual([['pages', 'cache', 600_000, 'none'], ['mails', 'job-queue', undefined, undefined]])
  })

  it('the design wins over a block beside the service', () => {
    const compose = 'services:\n  store:\n    image: redis:7.4\n    x-misfit:\n      uses:\n        - {id: pages, use: cache, ttl: 1h, staleness_max: 2h}\n'
    const { stacks } = observe(memoryTree({ 'compose.yaml': compose, 'misfit.yaml': spec('- {id: store, technology: redis, uses: [{id: pages, use: cache, ttl: 10m}]}') }))
    const use = stacks[0]?.components[0]?.spec?.uses[0]
    expect([use?.ttl?.value, use?.stalenessMax?.value, stacks[0]?.components[0]?.spec?.uses.length]).toEqual([600_000, 7_200_000, 1])
  })
})

describe('x-misfit', () => {
  it('is a use for short', () => {
    const { stacks } = observe(memoryTree({ 'compose.yaml': 'services:\n  store:\n    image: redis:7.4\n    x-misfit: {use: lock, lock: {purpose: correctness}, ttl: 30s}\n' }))
    const [component] = stacks[0]?.components ?? []
    expect(component?.uses.map(({ use, declared }) => [use, declared])).toEqual([['lock', true]])
    expect(component?.spec?.uses.map(use => [use.use?.value, use.lockPurpose?.value, use.ttl?.value])).toEqual([['lock', 'correctness', 30_000]])
  })

  const store = (block: string): Record<string, string> => ({ 'compose.yaml': `services:\n  store:\n    image: redis:7.4\n    x-misfit: ${block}\n` })
  const chart = (block: string): Record<string, string> => ({
    'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: redis, version: 23.1.1, repository: "https://charts.bitnami.com/bitnami"}\n',
    'values.yaml': `redis:\n  x-misfit: ${block}\n`,
  })
  const usesOf = (files: Record<string, string>): unknown => observe(memoryTree(files)).stacks[0]?.components.map(({ uses }) => uses.map(({ use, declared }) => `${use}${declared ? '' : '?'}`))
  const said = (files: Record<string, string>): readonly string[] => observe(memoryTree(files)).problems.map(({ message }) => message)

  it.each([['a compose service', store], ['a block of values', chart]])('of %s may be a word, several, or a map', (_, files) => {
    expect(usesOf(files('lock'))).toEqual([['lock']])
    expect(usesOf(files('[lock, rate_limit]'))).toEqual([['lock', 'rate-limiter']])
    expect(usesOf(files('{uses: [{id: a, use: lock}, {id: b, role: leaderboard}]}'))).toEqual([['lock', 'counter']])
  })

  it.each([['a compose service', store, 'store'], ['a block of values', chart, 'redis']])('of %s says its mistakes', (_, files, name) => {
    expect(said(files('{use: lock, tll: 30s}'))).toEqual([`x-misfit of ${name} has no field "tll" (did you mean ttl?)`])
    expect(said(files('lokc'))).toEqual(['lokc is no use that misfit knows (did you mean lock?)'])
    expect(said(files('{use: [lock, "!cahce"]}'))).toEqual(['cahce is no use that misfit knows (did you mean cache?)'])
  })

  it('at the top of a compose file names services, and says so when there is none', () => {
    const top = (name: string): Record<string, string> => ({ 'compose.yaml': `x-misfit:\n  ${name}: {use: lock, ttl: 30s}\nservices:\n  store:\n    image: redis:7.4\n` })
    expect([usesOf(top('store')), said(top('store'))]).toEqual([[['lock']], []])
    expect(said(top('stor'))).toEqual(['x-misfit speaks of "stor", which is no service here (did you mean store?)'])
  })
})

it('knows what a provider sets from the design', () => {
  const managed = (policy: string): Record<string, string> => ({
    'compose.yaml': 'services:\n  worker:\n    image: example.com/worker:1\n    command: celery -A shop worker\n    environment:\n      CELERY_BROKER_URL: redis://jobs.abc.cache.amazonaws.com:6379/0\n',
    'misfit.yaml': spec(`- {id: jobs, technology: redis, managed: {provider: aws, maxmemory_policy: ${policy}}, uses: [{id: mails, use: job-queue}]}`),
  })
  expect(rulesOf(managed('allkeys-lru'))).toEqual(['redis/queue-on-evicting-instance'])
  expect(rulesOf(managed('noeviction'))).toEqual([])
})

describe('waivers', () => {
  const ttl = '- {id: store, technology: redis, uses: [{id: pages, use: cache, ttl: none}, {id: others, use: cache, ttl: none}]}'
  const waiver = (more: string): string => `waivers:\n  - {rule: redis/ttl-missing, reason: small, owner: shop, ${more}}\n`

  it('silence what they name until their day is over', () => {
    const files = { 'misfit.yaml': spec(ttl, waiver('component: store, until: 2027-06-30')) }
    expect(rulesOf(files, { now: '2027-06-30' })).toEqual([])
    expect(lint(memoryTree(files), { now: '2027-06-30' }).suppressed?.map(({ rule, suppression }) => [rule, suppression])).toEqual([['redis/ttl-missing', { kind: 'external', justification: 'small' }], ['redis/ttl-missing', { kind: 'external', justification: 'small' }]])
    expect(rulesOf(files, { now: '2027-07-01' })).toEqual(['redis/ttl-missing', 'redis/ttl-missing', 'spec/waiver-expired'])
  })

  it('may name one use only', () => {
    expect(lint(memoryTree({ 'misfit.yaml': spec(ttl, waiver('component: store, use: pages, until: 2027-06-30')) })).findings.map(({ message }) => message)).toEqual([expect.stringContaining('others')])
  })

  it('of a rule that does not exist are said', () => {
    const { problems } = lint(memoryTree({ 'misfit.yaml': spec(ttl, waiver('until: 2027-06-30').replace('ttl-missing', 'ttl-mising')) }))
    expect(problems.map(({ message }) => message)).toEqual(['there is no rule "redis/ttl-mising" (did you mean redis/ttl-missing?), so nothing is waived'])
  })

  it('an accepted risk covers its use', () => {
    expect(rulesOf({ 'misfit.yaml': spec('- {id: store, technology: redis, uses: [{id: pages, use: cache, ttl: none, accepted_risk: {reason: small, owner: shop, until: 2099-01-01}}]}') }, { now: '2026-01-01' })).toEqual([])
  })
})

it('accepts the older words for uses', () => {
  for (const [alias, use] of Object.entries(useAliases)) {
    const { stacks, problems } = observe(memoryTree({ 'misfit.yaml': spec(`- {id: a, technology: redis, uses: [{id: b, role: ${alias}}]}`) }))
    expect([problems, stacks[0]?.components[0]?.uses.map(each => each.use)]).toEqual([[], [use]])
  }
})

it('takes the environment from the design, and from a variant where it speaks for itself', () => {
  const files = { 'compose.yaml': oneRedis, 'compose.test.yaml': 'services:\n  store:\n    command: redis-server\n', 'misfit.yaml': spec('- {id: store, technology: redis}', 'environment: production\n') }
  expect(observe(memoryTree(files)).stacks.map(({ variant, environment }) => [variant, environment.class])).toEqual([[undefined, 'production'], ['compose.test.yaml', 'test']])
})

it('compares a design with all that it speaks of, also when one file is named', () => {
  const files = { 'compose.yaml': twoRedis, 'misfit.yaml': spec('- {id: cache, technology: redis, uses: [{id: a, use: cache, ttl: 1h}]}\n- {id: queue, technology: redis, uses: [{id: b, use: job-queue}]}') }
  for (const file of Object.keys(files)) {
    const report = lint(memoryTree(files), { only: new Set([file]) })
    expect([report.summary.components, report.findings.filter(({ rule }) => rule.startsWith('spec/'))]).toEqual([2, []])
  }
})

it('says that a design cannot be read, and judges by none', () => {
  const tree = memoryTree({ 'misfit.yaml': '', 'compose.yaml': oneRedis })
  const { problems } = lint({ ...tree, read: path => (path === 'misfit.yaml' ? { refused: 'it is larger than 5 MB' } : tree.read(path)) })
  expect(problems).toMatchObject([{ file: 'misfit.yaml', line: 1, message: 'cannot read misfit.yaml: it is larger than 5 MB', unread: true }])
})

it('survives whatever stands in a spec', () => {
  for (const text of ['', '[]', 'kind: DesignSpec', head, `${head}components: {a: 1}`, `${head}components: [[], 1, null, {id: {}}]`, `${head}components:\n  - id: a\n    uses: [{use: [cache]}, {consumers: {a: 1}}]\n`, `${head}\t`, '{{ .Values }}']) {
    expect(() => lint(memoryTree({ 'misfit.yaml': text, 'compose.yaml': oneRedis }))).not.toThrow()
    expect(lint(memoryTree({ 'misfit.yaml': text })).problems.every(({ message }) => !message.includes('misfit failed'))).toBe(true)
  }
})
