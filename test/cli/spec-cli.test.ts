// `misfit spec`, `decide` and `explain <component>` as people run them: what they write, say and refuse.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { draftOf } from '../../src/cli/spec.ts'
import { lint } from '../../src/lint.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { buildProgram, misuse, run, write as writeIn, type Outcome } from '../support/program.ts'

const home = mkdtempSync(join(tmpdir(), 'misfit-spec-'))
const program = join(home, 'misfit.mjs')
let work = ''
const misfit = (...words: readonly string[]): Promise<Outcome> => run(process.execPath, [program, ...words], { cwd: work })
const write = (files: Readonly<Record<string, string>>): void => { writeIn(work, files) }
const read = (path: string): string => readFileSync(join(work, path), 'utf8')

beforeAll(() => buildProgram(program))
afterAll(() => { rmSync(home, { recursive: true }) })
beforeEach(() => { work = mkdtempSync(join(home, 'work-')) })

const redraft = (deployment: Record<string, string>, before: string) => draftOf(memoryTree(deployment), { name: 'shop', before, file: 'misfit.yaml' })

describe('misfit spec', () => {
  it('writes a draft with its evidence and open questions, for editors and for review', async () => {
    write({ 'compose.yaml': misuse })
    expect(await misfit('spec')).toEqual({ code: 0, out: '', err: 'misfit.yaml: a draft of 1 component; correct it and commit it\n' })
    const text = read('misfit.yaml')
    expect(text).toMatch(/^# yaml-language-server: \$schema=node_modules\/misfit\/rules\/schema\/misfit\.schema\.json\n/)
    expect(text).toContain(`  # used by web
  - id: redis
    technology: redis
    flavor: redis
    match: {compose: [redis]}
    uses:
      # CELERY_BROKER_URL=redis://redis:6379/0 (compose.yaml:7)
      # celery -A shop worker (compose.yaml:5)
      - id: job-queue
        use: job-queue
        # What must the jobs survive? durability: survive_restart
`)
    expect(JSON.parse((await misfit('--format', 'json')).out)).toMatchObject({ problems: [] })
  })

  const two = { 'compose.yaml': misuse.replace('volumes: {data: {}}', '  cache:\n    image: valkey/valkey:8\nvolumes: {data: {}}') }

  it('keeps what people wrote: values, comments, order, and what they took out', async () => {
    const edited = `# Ours.
apiVersion: misfit/v1
kind: DesignSpec
metadata: {name: shop, owner: team-shop}   # not the folder's name

components:
  - id: jobs # renamed
    technology: redis
    match: {compose: [redis]}
    memory: 256MB
    uses:
      # the comment of its evidence is gone, and so is the question
      - {id: mails, use: job-queue, durability: none}

waivers: []
`
    const { text, added, undeclared } = await redraft(two, edited)
    expect([added, undeclared]).toEqual([1, []])
    const [first = '', rest = ''] = text.split('\n  - id: cache\n')
    expect(edited.startsWith(first.trimEnd())).toBe(true)
    expect(rest).toMatch(/^ {4}technology: redis\n[\s\S]*\nwaivers: \[\]\n$/)
    expect(lint(memoryTree({ ...two, 'misfit.yaml': text })).problems).toEqual([])
    expect((await redraft(two, text)).text).toBe(text)
  })

  it('leaves out what is ignored, and says which use was taken out', async () => {
    const design = 'apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n  - id: redis\n    technology: redis\n    uses: [{id: pages, use: cache}]\nignore:\n  - {match: {compose: [cache]}, reason: another team runs it}\n'
    expect(await redraft(two, design)).toEqual({ text: design, added: 0, undeclared: ['redis: it is used as job-queue too, which the spec does not declare'], problems: [] })
  })

  it.each([
    ['no list yet', 'apiVersion: misfit/v1\nkind: DesignSpec\n'],
    ['a list without a value', 'apiVersion: misfit/v1\nkind: DesignSpec\ncomponents: # soon\nwaivers: []\n'],
    ['an empty list', 'apiVersion: misfit/v1\nkind: DesignSpec\ncomponents: []  # soon\nwaivers: []\n'],
    ['a list in brackets', 'apiVersion: misfit/v1\nkind: DesignSpec\n# mine\ncomponents: [{id: cache, technology: redis}]\n'],
    ['a list without indent', 'apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n- id: cache\n  technology: redis # last\n'],
    ['no last line break', 'apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n  - id: cache\n    technology: redis'],
  ])('adds to %s', async (_, before) => {
    const { text } = await redraft(two, before)
    const report = lint(memoryTree({ ...two, 'misfit.yaml': text }))
    expect([report.problems, report.findings.filter(({ rule }) => rule.startsWith('spec/')).map(({ rule, message }) => `${rule} ${message}`)]).toEqual([[], []])
    for (const words of before.match(/#.*/g) ?? []) expect(text).toContain(words)
    expect((await redraft(two, text)).text).toBe(text)
  })

  it('knows an earlier spec under another name', async () => {
    write(two)
    await misfit('spec', '-o', 'design.yaml')
    const text = read('design.yaml')
    expect(await misfit('spec', '-o', 'design.yaml')).toMatchObject({ code: 0, err: 'design.yaml: every component is there already\n' })
    expect(read('design.yaml')).toBe(text)
  })

  it('refuses to add to what is not YAML, and where there is nothing to write', async () => {
    write({ ...two, 'misfit.yaml': 'components: [\n' })
    expect(await misfit('spec')).toMatchObject({ code: 2, err: expect.stringMatching(/^misfit: misfit\.yaml:\d+:\d+: .*; nothing was changed\n$/) as string })
    expect(read('misfit.yaml')).toBe('components: [\n')
    write({ 'empty/readme.md': '' })
    expect(await misfit('spec', 'empty')).toEqual({ code: 2, out: '', err: 'misfit: there is neither Redis nor Kafka below "empty", so there is nothing to write\n' })
    expect(await misfit('spec', '-o', 'nowhere/misfit.yaml', '--stdout')).toMatchObject({ code: 0 })
    expect(await misfit('spec', '-o', 'nowhere/design.yaml')).toEqual({ code: 2, out: '', err: 'misfit: there is no folder "nowhere"\n' })
  })
})

describe('misfit decide', () => {
  const design = 'apiVersion: misfit/v1\nkind: DesignSpec\nmetadata: {name: shop}\ncomponents:\n  - id: events\n    technology: undecided\n    uses: [{id: orders, use: event-log}]\n'

  it('reads one spec, a folder of them, or a document of another format', async () => {
    write({ 'design/misfit.yaml': design, 'other.txt': design, 'api/asyncapi.yml': 'asyncapi: 3.0.0\nservers: {a: {host: k, protocol: kafka}}\nchannels: {orders: {address: orders}}\n' })
    for (const path of ['design', 'design/misfit.yaml', 'other.txt']) expect(await misfit('decide', path)).toMatchObject({ code: 0, out: expect.stringContaining('shop: Kafka\n') as string, err: '' })
    expect(await misfit('decide', 'api/asyncapi.yml')).toMatchObject({ code: 0, out: expect.stringContaining('Kafka for kafka/orders, since ') as string, err: '' })
    expect((await misfit('decide', 'design', '-f', 'markdown')).out).toMatch(/^## shop: Kafka\n/)
    expect(JSON.parse((await misfit('decide', 'design', '-f', 'json')).out)).toMatchObject({ name: 'shop', choice: 'kafka' })
  })

  it('decides what it can of a spec with mistakes, and says them', async () => {
    write({ 'misfit.yaml': design.replace('use: event-log', 'use: event-log, ttll: 5m') })
    expect(await misfit('decide')).toMatchObject({ code: 2, out: expect.stringContaining('shop: Kafka\n') as string, err: 'misfit.yaml:7:41: components[events].uses[orders] has no field "ttll" (did you mean ttl?)\n' })
  })
})

describe('misfit explain <component>', () => {
  it('says what it is used for and why, fills the table, and says what stands against it', async () => {
    write({ 'compose.yaml': misuse })
    const { code, out } = await misfit('explain', 'redis')
    expect(code).toBe(0)
    expect(out).toBe(`redis  redis 7.4  compose.yaml:8
misfit: the right tool for what it is used for, but it will fail at it
(redis/queue-on-evicting-instance, below).
production, because all services start again by themselves.

job-queue, 99 % sure: the right tool
  because  CELERY_BROKER_URL=redis://redis:6379/0  (compose.yaml:7)
  because  celery -A shop worker  (compose.yaml:5)
  The decision table
    Typical use          Redis  this is what Redis is usually taken for
    Fan-out              Redis  each job goes to one worker
    Replay and backfill  Redis  nothing is read a second time
    Backpressure         Redis  its backlog is bounded by memory
    Unknown: primary problem, nature of the data, latency goal, durability, ordering, how it grows,
    what happens with the wrong tool and in short. Fields that would say it: problem, data_nature,
    latency_goal, durability, ordering, size.keys, ttl, access_pattern.

What stands against it
  error  redis/queue-on-evicting-instance  compose.yaml:11
    redis holds the jobs of web but deletes any key, whole queues included, once it reaches 256mb
    (allkeys-lru).
    Fix: Set maxmemory-policy noeviction on redis, give it an append-only file and a volume, and
    move what may be evicted to a Redis of its own. Alert at 80 % of memory: a full instance then
    refuses writes, which is visible and can be retried.
`)
  })

  it('finds a component by its name in the design, and says when another tool suits it better', async () => {
    write({ 'compose.yaml': 'services:\n  store:\n    image: redis:7.4\n', 'misfit.yaml': 'apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n  - id: history\n    technology: redis\n    match: {compose: [store]}\n    uses: [{id: orders, use: event-log, replay: {required: true, window: 30d}}]\n' })
    const { out } = await misfit('explain', 'history')
    expect(out).toMatch(/^store {2}redis 7\.4 {2}compose\.yaml:2\nmisfit: another tool suits orders better, by the decision table below\.\n/)
    expect(out).toContain('orders (event-log), declared: the wrong tool\n')
    expect(out).toContain('Replay and backfill               Kafka  somebody must read the past again')
    expect(out.replace(/\s+/g, ' ')).toContain('With the wrong tool: Taken for a log or a database, it becomes a fragile one')
  })

  it('reads the programs that use it wherever they lie in the repository', async () => {
    write({ '.git/HEAD': 'ref: refs/heads/main\n', 'deploy/compose.yaml': 'services:\n  store:\n    image: redis:7.4\n  worker:\n    build: ../worker\n    environment: {REDIS_URL: "redis://store"}\n', 'worker/Dockerfile': 'FROM python:3.12\nCOPY . .\n', 'worker/requirements.txt': 'rq==1.16\n' })
    expect((await misfit('explain', 'store', 'deploy')).out).toMatch(/^job-queue/m)
    expect((await misfit('explain', 'store', 'worker')).err).toContain('there is no rule or component "store"')
  })

  it('says when nothing shows a use', async () => {
    write({ 'compose.yaml': 'services:\n  store:\n    image: redis:7.4\n' })
    expect((await misfit('explain', 'store')).out).toContain('undecided: its use is unknown.\nenvironment not stated: judged as if it were deployed.\n\nNothing shows what it is used for. Say it in misfit.yaml')
  })
})

describe('what cannot be done', () => {
  it.each([
    [['explain', 'redsi'], 'misfit: there is no rule or component "redsi" (did you mean redis?); `misfit rules` lists the rules'],
    [['explain', 'redis', 'nowhere'], 'misfit: there is no folder "nowhere"'],
    [['explain'], 'misfit: missing required argument \'rule|component\''],
    [['decide', 'nowhere'], 'misfit: there is no file or folder "nowhere"'],
    [['decide', '-f', 'markdwon'], 'misfit: there is no format "markdwon", only text, markdown, json (did you mean markdown?)'],
    [['decide'], 'misfit: there is no design spec below "."; `misfit spec` writes a draft out of a deployment'],
    [['decide', 'a', 'b'], 'misfit: too many arguments for \'decide\'. Expected 1 argument but got 2.'],
    [['spec', 'nowhere'], 'misfit: there is no folder "nowhere"'],
    [['spec', '--ouput', 'a'], 'misfit: unknown option \'--ouput\' (Did you mean --output?)'],
  ])('%j is refused in one line', async (words, line) => {
    write({ 'compose.yaml': misuse })
    expect(await misfit(...words)).toEqual({ code: 2, out: '', err: `${line}\n` })
  })

  it.each(['spec', 'decide', 'explain'])('misfit %s --help says what it takes', async command => {
    expect(await misfit(command, '--help')).toMatchObject({ code: 0, out: expect.stringMatching(/^Usage: misfit [\s\S]*Arguments:\n {2}\S+ {2,}\S[\s\S]*Options:/) as string, err: '' })
  })
})
