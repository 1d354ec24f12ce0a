// The text at a terminal: short, the same finding once, the outcome in the last line, readable at 80 columns in any script.
import { describe, expect, it } from 'vitest'
import type { Finding, Report, ReportedComponent } from '../../src/model/report.ts'
import { text, type TextOptions } from '../../src/reporters/text/index.ts'
import { widthOf } from '../../src/reporters/width.ts'
import { rule } from '../support/made.ts'

const component = (changes: Partial<ReportedComponent> = {}): ReportedComponent => ({
  name: 'redis', file: 'a/compose.yaml', line: 2, column: 3, technology: 'redis', product: 'redis', external: false,
  uses: [{ use: 'job-queue', confidence: 0.97, established: true, evidence: [] }], clients: ['web'], links: [], settings: {}, verdict: 'misfit', ...changes,
})
const finding = (changes: Partial<Finding> = {}): Finding => ({
  file: 'a/compose.yaml', line: 4, column: 46, endLine: 4, endColumn: 57, rule: 'redis/queue', severity: 'error', confidence: 'certain', stack: 'a', component: 'redis',
  message: 'redis loses jobs.', rows: [], failureMode: 'Memory fills up.', fix: 'Change redis. Then look again.', docs: 'https://example.com/queue', fingerprint: 'f00',
  because: [{ file: 'a/compose.yaml', line: 4, column: 1, text: 'maxmemory 1gb' }, { file: 'a/compose.yaml', line: 2, column: 1, text: 'CELERY_BROKER_URL=redis://redis' }, { file: 'a/web.env', line: 9, column: 1, text: 'QUEUE=redis' }],
  ...changes,
})
const stackOf = (name: string, components = [component({ file: `${name}/compose.yaml` })]): Report['stacks'][number] =>
  ({ name, root: name, environment: 'production', files: [`${name}/compose.yaml`], components })
const report = (findings: readonly Finding[], stacks = [...new Set(findings.map(each => each.stack))].map(name => stackOf(name)), changes: Partial<Report> = {}): Report => ({
  version: 1, stacks, findings, problems: [],
  summary: {
    files: 1, stacks: stacks.length, components: stacks.flatMap(stack => stack.components).length, suppressed: 0, milliseconds: 1,
    errors: findings.filter(each => each.severity === 'error').length, warnings: findings.filter(each => each.severity === 'warning').length, infos: findings.filter(each => each.severity === 'info').length,
  },
  ...changes,
})
const source = (): string => '    command: redis-server --maxmemory-policy allkeys-lru'
const written = (of: Report, options: Partial<TextOptions> = {}): string => text(of, { source, ...options })
const last = (shown: string): string => shown.trimEnd().split('\n').at(-1) ?? ''

describe('a finding', () => {
  it('is its message with the line, one piece of evidence from elsewhere, and what to do', () => {
    expect(written(report([finding()]), { outcome: { failed: true } })).toBe([
      'a/compose.yaml:4:46  error  redis/queue',
      '  redis loses jobs.',
      '        4 │ command: redis-server --maxmemory-policy allkeys-lru',
      '  because  line 2  CELERY_BROKER_URL=redis://redis (and 2 more)',
      '  fix      Change redis.',
      '',
      'How it fails: misfit explain <rule>.',
      'Failed: 1 error · 1 component in 1 stack: 1 misfit',
      '',
    ].join('\n'))
  })

  it('says why its stack is taken for production', () => {
    const why = (environment: 'production' | 'development'): string => written(report([finding()], [{ ...stackOf('a'), environment, environmentBecause: ['its name says so'] }])).split('\n')[0] ?? ''
    expect([why('production'), why('development')]).toEqual(['a · production (its name says so)', 'a/compose.yaml:4:46  error  redis/queue'])
  })

  it('says which view of its stack it is true for, where the heading names another', () => {
    const view = { variant: 'compose.prod.yaml', environment: 'production' } as const
    const head = (stack: Partial<Report['stacks'][number]>): string => written(report([finding({ view })], [{ ...stackOf('a'), ...stack }])).split('\n').find(line => line.includes('redis/queue')) ?? ''
    expect(head({ environment: 'development' })).toBe('a/compose.yaml:4:46  error  redis/queue  with compose.prod.yaml (production)')
    expect(head({ variant: 'compose.prod.yaml' })).toBe('a/compose.yaml:4:46  error  redis/queue')
  })

  it('explains the doubt that stands behind a severity', () => {
    expect(written(report([finding({ confidence: 'likely' })]))).toContain('(likely): the use is inferred, not declared.')
    expect(written(report([finding()]))).not.toContain('inferred')
  })

  it('of mere advice is its message and what to do', () => {
    const shown = written(report([finding({ severity: 'info' })]))
    expect(shown).toContain('redis/queue\n  redis loses jobs.\n  fix      Change redis.\n')
  })

  it('has all evidence, how it fails and what to mind when verbose', () => {
    const shown = written(report([finding({ explains: ['redis/other'] })]), { verbose: true, rules: [{ ...rule({ id: 'redis/queue' }), hazards: ['A restart empties it.'] }] })
    expect(shown).toContain('  ✖ redis  redis  misfit: job-queue 97 % ← web\n')
    for (const line of ['because  line 4  maxmemory 1gb', 'because  web.env:9  QUEUE=redis', 'fails    Memory fills up.', 'fix      Change redis. Then look again.', 'careful  A restart empties it.', 'explains redis/other']) {
      expect(shown).toContain(`  ${line}\n`)
    }
  })

  it('shows no line that says no more than its place', () => {
    expect(written(report([finding({ line: 2, column: 3, endLine: 2, endColumn: 8 })]), { source: () => '  redis:' })).not.toContain('│')
  })

  it('keeps evidence to one line, or two where its place is long', () => {
    const because = (file: string): Finding['because'] => [{ file, line: 7, column: 1, text: `QUEUE_URL=${'redis '.repeat(40)}` }]
    const lines = (file: string): readonly string[] => written(report([finding({ because: because(file) })]), { width: 80 }).split('\n').filter(line => /because|QUEUE/.test(line))
    expect(lines('a/web.env')).toEqual([expect.stringMatching(/^ {2}because {2}web\.env:7 {2}QUEUE_URL=redis .*…$/)])
    expect(lines(`${'deep/'.repeat(11)}web.env`)).toEqual([expect.stringMatching(/^ {2}because {2}deep\/.*\/web\.env:7$/), expect.stringMatching(/^ {11}QUEUE_URL=redis /)])
  })

  it('names evidence that the message does not say already', () => {
    const because = [{ file: 'a/compose.yaml', line: 8, column: 1, text: 'the memory limit: maxmemory 1gb' }, { file: 'a/compose.yaml', line: 2, column: 1, text: 'CELERY_BROKER_URL=redis://redis' }]
    expect(written(report([finding({ message: 'redis loses jobs at 1gb.', because })]))).toContain('because  line 2  CELERY')
    expect(written(report([finding({ message: 'redis loses jobs at 1gb.', because: because.slice(0, 1) })]))).toContain('because  line 8  the memory')
  })

  it('never cuts what to do, and leaves out brackets of advice where that makes it one line', () => {
    const fix = `Run two: one for the cache (a limit, no persistence) and one for the ${'sessions '.repeat(5)}(append-only file).`
    const shown = (changes: Partial<Finding>): string => written(report([finding({ fix, ...changes })]))
    expect(shown({ severity: 'info' })).toContain(`fix      ${fix.replace(/ \([^)]*\)/g, '')}\n`)
    expect(shown({}).replace(/\s+/g, ' ')).toContain(fix)
    expect(shown({ severity: 'info', fix: 'Run two (one for the cache).' })).toContain('fix      Run two (one for the cache).\n')
    expect(shown({ severity: 'info', fix: 'Move it all '.repeat(30) })).not.toContain('…')
  })

  it('says by which option it can be repaired', () => {
    const edit = { title: 'set it', changes: [] }
    const shown = written(report([finding({ edits: [{ ...edit, safe: true }] }), finding({ rule: 'redis/b', message: 'b', edits: [{ ...edit, safe: false }] })]))
    expect(shown).toContain('fix      Change redis. (--fix)\n')
    expect(shown).toContain('fix      Change redis. (--fix-unsafe: set it)\n')
    expect(shown).toContain('Can be fixed: 1 with --fix, 1 with --fix-unsafe, with care.')
  })
})

describe('the same finding', () => {
  const elsewhere = (stack: string, changes: Partial<Finding> = {}): Finding => finding({ stack, file: `${stack}/compose.yaml`, because: [], ...changes })

  it('in other stacks stands once, with the other places', () => {
    const shown = written(report([finding(), elsewhere('b'), elsewhere('c', { component: 'broker', message: 'broker loses jobs.' })], [stackOf('a'), stackOf('b'), stackOf('c', [component({ name: 'broker' })])]))
    expect(shown.match(/loses jobs/g)).toHaveLength(1)
    expect(shown).toContain('  also in  b/compose.yaml:4, c/compose.yaml:4 (broker)\n')
    expect(shown).not.toContain('\nb · production')
    expect(last(shown)).toMatch(/^3 errors/)
  })

  it('about a component in variants of one stack stands once, even in other words', () => {
    const variant = { ...stackOf('a'), name: 'a', variant: 'compose.dev.yaml', files: ['a/compose.dev.yaml'] }
    const shown = written(report([finding(), finding({ file: 'a/compose.dev.yaml', message: 'redis loses jobs of web.', because: [] })], [stackOf('a'), variant]))
    expect(shown).toContain('  also in  a/compose.dev.yaml:4\n')
  })

  it('is told apart by severity, rule and words, and not folded when verbose', () => {
    const all = [finding(), elsewhere('b', { severity: 'warning' }), elsewhere('c', { message: 'redis loses 3 jobs.' })]
    expect(written(report(all)).match(/loses/g)).toHaveLength(3)
    expect(written(report([finding(), elsewhere('b')]), { verbose: true }).match(/loses/g)).toHaveLength(2)
  })

  it('names eight places and counts the others', () => {
    expect(written(report(Array.from({ length: 12 }, (_, i) => elsewhere(`s${i}`))))).toContain('s8/compose.yaml:4 and 3 more')
  })
})

describe('the end', () => {
  it('has a table by rule after a longer list, and the errors again after a long one', () => {
    const many = Array.from({ length: 24 }, (_, i) => finding({ rule: 'redis/a', severity: 'warning', line: i + 10, message: `redis has fault ${i}.` }))
    const shown = written(report([finding(), ...many]))
    expect(shown).toContain('\n   1  error    redis/queue\n  24  warning  redis/a\n')
    expect(shown).toContain('\n  a/compose.yaml:4  error  redis/queue on redis\n')
    expect(written(report([finding(), ...many.slice(0, 12)]))).not.toContain('  1  error')
  })

  it('says what was not judged, why, and how to declare it', () => {
    const doubted = component({ name: 'events', verdict: 'undecided' })
    const unknown = Array.from({ length: 8 }, (_, i) => component({ name: `r${Math.max(1, i)}`, verdict: 'undecided', uses: [], line: i + 1 }))
    const shown = written(report([], [stackOf('a', [...unknown, doubted])]), { width: 200, outcome: { failed: false } })
    expect(shown).toBe([
      'Undecided, use unknown: r1 (a/compose.yaml:1) and 7 more; write there x-misfit: USE (cache, session-store, job-queue, …)',
      'Undecided: events (a/compose.yaml:2); why: misfit explain events',
      'Nothing judged: no component could be judged · 9 components in 1 stack: 9 undecided',
      '',
    ].join('\n'))
  })

  it('says how a component of a chart is declared', () => {
    expect(written(report([], [stackOf('a', [component({ technology: 'kafka', verdict: 'undecided', uses: [] })])]))).toContain('x-misfit: USE (event-bus')
    expect(written(report([], [stackOf('a', [component({ file: 'a/values-prod.yaml', verdict: 'undecided', uses: [] })])]))).toContain('x-misfit: USE (cache,')
  })

  it('tells what is deployed first, and what people run on their own machines behind it', () => {
    const stacks = [{ ...stackOf('a'), files: ['a/dev.yaml'], environment: 'development' as const, root: 'a' }, { ...stackOf('a'), files: ['a/prod.yaml'], variant: 'prod.yaml', root: 'a' }]
    const shown = written(report([finding({ file: 'a/dev.yaml' }), finding({ file: 'a/prod.yaml' })], stacks))
    expect(shown.indexOf('a/prod.yaml:4')).toBeLessThan(shown.indexOf('dev.yaml:4'))
    expect(shown).toContain('also in  a/dev.yaml:4')
  })

  it('says in one line what was not read, and each with --verbose', () => {
    const unread = ['the env file web.env is not here', `the templates of the chart ${'long-'.repeat(30)} are not read`].map((text, i) => ({ file: 'a/compose.yaml', line: i + 1, column: 1, text }))
    const of = report([], [{ ...stackOf('a'), unread: [...unread].reverse() }])
    const [line = ''] = written(of, { width: 80 }).split('\n')
    expect(line).toMatch(/^Not read: a\/compose\.yaml:2 {2}the templates .*… and 1 more \(--verbose\)$/)
    expect(widthOf(line)).toBeLessThanOrEqual(80)
    for (const { text } of unread) expect(written(of, { verbose: true })).toContain(text)
  })

  it('names what is alike among problems once, and every file of them', () => {
    const twice = (file: string, line: number, key: string): Report['problems'][number] => ({ file, line, column: 1, message: `the key ${key} stands twice; the last one counts` })
    const of = report([], [], { problems: [twice('a', 1, 'image'), twice('a', 2, 'ports'), twice('b', 3, 'x'), { file: 'c', line: 4, column: 1, message: 'not valid YAML' }] })
    const shown = written(of).split('\n')
    expect(shown.slice(0, 2)).toEqual(['a:1:1  problem  the key image stands twice; the last one counts; also b:3 and 1 more', 'c:4:1  problem  not valid YAML'])
    expect(written({ ...of, problems: of.problems.slice(0, 2) })).toContain('; also line 2\n')
    expect(written(of, { verbose: true }).match(/stands twice/g)).toHaveLength(3)
  })

  it('keeps the outcome whole in the last line where it is narrow', () => {
    const shown = written(report([finding(), finding({ severity: 'warning', rule: 'redis/b' })]), { width: 60, outcome: { failed: true, why: '--fail-on warning' } })
    expect(shown.trimEnd().split('\n').slice(-2)).toEqual(['1 component in 1 stack: 1 misfit', 'Failed (--fail-on warning): 1 error, 1 warning'])
  })

  it('says in the last line how many stacks are judged more mildly than what is deployed', () => {
    const of = (...classes: readonly ('development' | 'example' | 'production')[]): string => last(written(report([], classes.map((environment, i) => ({ ...stackOf(`s${i}`, [component({ verdict: 'fits' })]), environment }))), { outcome: { failed: false } }))
    expect([of('development'), of('production'), of('development', 'production', 'example')].map(line => / in (.*):/.exec(line)?.[1])).toEqual(['1 stack (development, judged more mildly)', '1 stack', '3 stacks (1 development, 1 example, judged more mildly)'])
  })

  it('counts what is not shown, and never calls that nothing', () => {
    const all = report([finding({ severity: 'warning' }), finding({ severity: 'info', rule: 'redis/b' })])
    expect(last(written({ ...all, findings: [] }, { outcome: { failed: false } }))).toBe('Passed: no errors · 1 warning and 1 info not shown (--quiet) · 1 component in 1 stack: 1 misfit')
  })

  it('says why a run fails or passes where the findings do not say it', () => {
    expect(last(written(report([finding({ severity: 'warning' })]), { outcome: { failed: true, why: '--fail-on warning' } }))).toMatch(/^Failed \(--fail-on warning\): 1 warning · /)
    expect(last(written(report([]), { outcome: { failed: false } }))).toBe('Nothing judged: no stack found: no docker-compose file or Helm values with Redis or Kafka in it, and no design that has chosen one (misfit decide)')
    expect(last(written(report([], [], { problems: [{ file: 'x', line: 1, column: 1, message: 'not valid YAML' }] })))).toContain('1 place not read')
  })
})

describe('the order', () => {
  it('is the gravest of a stack first, under its line where there are several', () => {
    const shown = written(report([finding({ severity: 'warning', line: 2, rule: 'redis/b', message: 'b' }), finding()]))
    expect(shown).toMatch(/^a · production {2}✖ redis \(job-queue\)\na\/compose\.yaml:4.*\n[\s\S]*\na\/compose\.yaml:2/)
  })

  it('says why a stack is taken for production only where the line has room', () => {
    const stack = { ...stackOf('a'), environmentBecause: ['most services start again by themselves'] }
    const shown = (width: number): string | undefined => written(report([finding(), finding({ line: 9, rule: 'redis/b', message: 'b' })], [stack]), { width }).split('\n')[0]
    expect([shown(100), shown(60)]).toEqual(['a · production (most services start again by themselves)  ✖ redis (job-queue)', 'a · production  ✖ redis (job-queue)'])
  })

  it('has advice last, each rule once and in one line of what to do', () => {
    const advice = (stack: string, changes: Partial<Finding> = {}): Finding => finding({ stack, file: `${stack}/compose.yaml`, severity: 'info', rule: 'redis/c', because: [], ...changes })
    const fix = `Set this on redis, which ${'helps '.repeat(30)}. Or so.`
    const all = report([advice('a', { message: 'redis holds the jobs of web.', fix }), advice('b', { message: 'redis holds the jobs of shop.' }), finding({ stack: 'c', file: 'c/compose.yaml' })])
    expect(written(all)).toMatch(/^c\/compose\.yaml[\s\S]*\na\/compose\.yaml:4:46 {2}info {2}redis\/c\n {2}redis holds the jobs of web\.\n {2}fix {6}Set this on redis\.\n {2}also in {2}b\/compose\.yaml:4\n/)
    expect(written(all, { groupBy: 'stack' })).toMatch(/^a · production[\s\S]*\nb · production[\s\S]*\nc · production/)
  })
})

describe('findings are gathered', () => {
  const some = [finding(), finding({ file: 'b/compose.yaml', stack: 'b', rule: 'redis/b', message: 'b' }), finding({ line: 9, rule: 'redis/b', message: 'c' })]

  it('by rule or file under headings', () => {
    const heads = (groupBy: 'rule' | 'file'): readonly string[] => written(report(some), { groupBy }).split('\n').filter(line => /\d findings?$/.test(line))
    expect(heads('rule')).toEqual(['redis/b  2 findings', 'redis/queue  1 finding'])
    expect(heads('file')).toEqual(['a/compose.yaml  2 findings', 'b/compose.yaml  1 finding'])
  })

  it('into numbers alone', () => {
    const shown = written(report(some), { statistics: true })
    expect(shown).toContain('  2  error    redis/b\n  1  error    redis/queue\n')
    expect(shown).not.toContain('compose.yaml')
  })
})

describe('a terminal', () => {
  it('of 80 columns holds every line, also of wide characters', () => {
    const name = '订单队列服务'
    const line = `    command: ${'数据'.repeat(10)}${'e\u0301'.repeat(8)} allkeys-lru 数据`.padEnd(100, '数')
    const words = `${name} ${'把任务保存在会被删除的内存里 '.repeat(8)}`
    const shown = written(report([finding({ component: name, message: words, fix: words, column: line.indexOf('allkeys') + 1, endColumn: line.indexOf('allkeys') + 12, because: [{ file: 'a/web.env', line: 1, column: 1, text: words }] })], [stackOf('a', [component({ name })])]),
      { width: 80, source: () => line, verbose: true })
    expect(shown.split('\n').filter(line => widthOf(line) > 80)).toEqual([])
    const lines = shown.split('\n')
    const marked = lines.findIndex(line => line.includes('~~~'))
    expect(widthOf(lines[marked]?.replace(/~+$/, '') ?? '')).toBe(widthOf(lines[marked - 1]?.slice(0, lines[marked - 1]?.indexOf('allkeys') ?? 0) ?? ''))
  })

  it('with links gets them at places and rules', () => {
    const shown = written(report([finding()]), { link: (words, to) => `<${words}|${'address' in to ? to.address : `${to.file}#${to.line}`}>` })
    expect(shown).toContain('<a/compose.yaml:4:46|a/compose.yaml#4>  error  <redis/queue|https://example.com/queue>')
  })
})
