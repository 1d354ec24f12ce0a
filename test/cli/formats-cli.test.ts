// Formats as a pipeline meets them: several at once, what the platforms get by themselves, output through a pipe.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { formatNames } from '../../src/reporters/names.ts'
import { buildProgram, clean, misuse, rule, run, write, type Outcome } from '../support/program.ts'
import { readXml } from '../support/xml.ts'

const home = mkdtempSync(join(tmpdir(), 'misfit-formats-'))
const program = join(home, 'cli.mjs')
let work = ''
let runs = 0

beforeAll(() => buildProgram(program))
afterAll(() => { rmSync(home, { recursive: true, force: true }) })
beforeEach(() => {
  work = join(home, `work-${++runs}`)
  mkdirSync(work)
})

const misfit = (words: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = work): Promise<Outcome> => run(process.execPath, [program, ...words], { cwd, env })
const file = (name: string): string => readFileSync(join(work, name), 'utf8')

describe('several formats', () => {
  it('prints one and writes the others', async () => {
    write(work, { 'compose.yaml': misuse })
    const { code, out, err } = await misfit(['--format', 'text', '--format', 'sarif=out.sarif', '--format', 'junit=report.xml', '--format', 'markdown=a=b.md'])
    expect([code, err]).toEqual([1, ''])
    expect(out).toContain('compose.yaml:11:')
    expect(JSON.parse(file('out.sarif'))).toMatchObject({ version: '2.1.0' })
    expect(readXml(file('report.xml')).name).toBe('testsuites')
    expect(file('a=b.md')).toContain('### misfit: ')
  })

  it('prints the text when every format has a file', async () => {
    write(work, { 'compose.yaml': misuse })
    expect((await misfit(['--format', 'sarif=out.sarif'])).out).toContain(rule)
  })

  it.each([
    [['--format', 'json', '--format', 'sarif'], /^misfit: only one format can be printed, not json and sarif; give the others a file: --format sarif=FILE\n$/],
    [['--format', 'sarif='], /^misfit: --format sarif= needs a file name\n$/],
    [['--format', 'sariff=x'], /^misfit: there is no format "sariff".*\(did you mean sarif\?\)\n$/],
    [['--format', 'sarif=no/such/folder.sarif'], /^misfit: the report cannot be written to "no\/such\/folder.sarif": .*\n$/],
  ])('refuses %j', async (words, message) => {
    const { code, out, err } = await misfit(words)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(message)
  })

  it.each(formatNames)('writes complete %s through a pipe, with nothing else in it', async format => {
    const services = Array.from({ length: format === 'concise' ? 450 : 150 }, (_, i) => `  web${i}:\n    image: shop/web:1\n    command: celery -A shop worker\n    environment:\n      CELERY_BROKER_URL: redis://redis${i}:6379/0 # ${'x'.repeat(300)}\n` +
      `  redis${i}:\n    image: redis:7.4\n    command: redis-server --maxmemory 1gb --maxmemory-policy allkeys-lru\n`)
    write(work, { 'compose.yaml': `services:\n${services.join('')}` })
    const piped = await misfit(['--format', format, '--format', `${format}=again`])
    expect(piped).toMatchObject({ code: 1, err: format === 'concise' ? expect.stringMatching(/^Failed: 450 errors[^\n]*\n$/) as string : '' })
    const undated = (text: string): string => text.replace(/timestamp="[^"]*"/g, '').replace(/"milliseconds": \d+/, '')
    expect(undated(piped.out)).toBe(undated(file('again')))
    // More than a pipe holds, except where the format itself is bounded.
    expect(piped.out.length).toBeGreaterThan(format === 'markdown' ? 50_000 : 70_000)
    if (format === 'sarif' || format === 'json' || format === 'rdjson' || format === 'gitlab') JSON.parse(piped.out)
    if (format === 'junit' || format === 'checkstyle') readXml(piped.out)
  })
})

it.each([{}, { CI: 'true', JENKINS_URL: 'http://ci' }, { TF_BUILD: 'True' }, { GITHUB_WORKSPACE: '/elsewhere' }, { GITHUB_WORKSPACE: home }, { CI_PROJECT_DIR: home }, { GITHUB_WORKSPACE: 'work' }])('counts paths from the top of the work tree, whatever runs it: %j', async env => {
  // A submodule's top is the checkout's; a checkout may lie in a folder of where its platform works.
  write(work, { '.git/HEAD': '', 'app/deploy/compose.yaml': misuse, ...(env.GITHUB_WORKSPACE === 'work' ? { 'app/.git': 'gitdir: ../.git/modules/app\n' } : {}) })
  const { out } = await misfit(['--format', 'sarif', 'deploy'], env.GITHUB_WORKSPACE === 'work' ? { GITHUB_WORKSPACE: work } : env, join(work, 'app'))
  expect(out).toContain('"uri": "app/deploy/compose.yaml"')
})

it.each(formatNames)('says in %s nothing of where on the machine the files lie', async format => {
  write(work, { 'compose.yaml': `include: [./gone.yaml]\n${misuse.replace('services:', 'services:\n  more: {image: redis, env_file: [/elsewhere/a.env, ../b.env]}')}`, 'broken/compose.yaml': 'a: [\n' })
  symlinkSync('/dev/zero', join(work, 'docker-compose.yml'))
  const { out, err } = await misfit(['--verbose', '--format', format])
  expect(out).toContain('compose.yaml')
  expect(out + err).not.toContain(home)
})

describe('on GitHub Actions', () => {
  const github = { GITHUB_ACTIONS: 'true' }

  it('adds annotations to the text, and appends the job summary', async () => {
    write(work, { 'app/compose.yaml': misuse, summary: 'what was there\n' })
    const { code, out } = await misfit([], { ...github, GITHUB_WORKSPACE: work, GITHUB_STEP_SUMMARY: join(work, 'summary') }, join(work, 'app'))
    expect(code).toBe(1)
    expect(out).toMatch(/^compose\.yaml:11:/m)
    // Paths from the top of the repository, wherever misfit runs.
    expect(out).toMatch(/^::error file=app\/compose\.yaml,line=11,endLine=11,col=\d+,endColumn=\d+,title=misfit%3A redis\/queue-on-evicting-instance::/m)
    expect(file('summary')).toMatch(/^what was there\n[\s\S]*### misfit: 1 error/)
  })

  it('prints exactly what was asked for', async () => {
    write(work, { 'compose.yaml': misuse, summary: '' })
    const env = { ...github, GITHUB_STEP_SUMMARY: join(work, 'summary') }
    expect((await misfit(['--format', 'text'], env)).out).not.toContain('::error')
    expect((await misfit(['--format', 'text', '--format', 'github'], env)).out).toContain('::error')
    JSON.parse((await misfit(['--format', 'json'], env)).out)
    expect(file('summary')).toBe('')
  })

  it('lets no file give the runner a command', async () => {
    const name = 'web\\n::set-output name=x::y ##[add-path]/evil'
    write(work, { 'compose.yaml': misuse.replaceAll('celery -A shop worker', '"celery -A shop worker ::warning::x ##[error]y"').replace('  web:', `  "${name}":`) })
    for (const format of formatNames) {
      const { out } = await misfit(['--format', format], github)
      expect(out).not.toContain('##[')
      expect(out.split('\n').filter(line => /^\s*::(?!(error|notice|warning) file=compose\.yaml,)/.test(line))).toEqual([])
    }
  })

  it('runs without a place for the summary', async () => {
    write(work, { 'compose.yaml': clean })
    expect((await misfit([], { ...github, GITHUB_STEP_SUMMARY: join(work, 'no/such/file') })).code).toBe(0)
  })
})

it('tells on GitLab how to get its report, until it is asked for', async () => {
  write(work, { 'compose.yaml': misuse })
  const env = { GITLAB_CI: 'true', CI_PROJECT_DIR: home }
  expect((await misfit([], env)).out).toContain('misfit --format gitlab=gl-code-quality-report.json')
  expect((await misfit(['--format', 'gitlab=report.json'], env)).out).not.toContain('codequality')
  expect(JSON.parse(file('report.json'))).toMatchObject([{ location: { path: `work-${runs}/compose.yaml` } }])
})

describe('a list of files', () => {
  it('that is empty is nothing to lint', async () => {
    write(work, { 'compose.yaml': misuse })
    expect(await misfit(['--'])).toEqual({ code: 0, out: '', err: '' })
    expect(await misfit(['--quiet', '--'])).toEqual({ code: 0, out: '', err: '' })
    expect(await misfit(['--require-input', '--'])).toMatchObject({ code: 3, out: '' })
    expect((await misfit(['--', '.'])).code).toBe(1)
    expect(await misfit(['--format', 'sarif=out.sarif', '--'])).toMatchObject({ code: 0 })
    expect(JSON.parse(file('out.sarif'))).toMatchObject({ runs: [{ results: [] }] })
  })

  it('may have names that look like options', async () => {
    write(work, { '.git/HEAD': '', '--format.yaml': 'a: 1\n', 'compose.yaml': misuse })
    expect((await misfit(['--', '--format.yaml'])).code).toBe(0)
    expect((await misfit(['--', '--format.yaml', 'compose.yaml'])).code).toBe(1)
  })

  it('reports what lies in the files or is caused by them, and nothing else of their stack', async () => {
    const override = 'services:\n  redis:\n    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru --appendonly yes\n'
    write(work, { '.git/HEAD': '', 'compose.yaml': clean, 'compose.override.yaml': override, 'notes.yaml': 'a: 1\n', 'redis.env': 'A=1\n' })
    for (const named of ['compose.yaml', 'compose.override.yaml']) {
      expect((await misfit(['--', named])).out).toMatch(/compose\.override\.yaml:3:\d+ {2}error/)
    }
    expect((await misfit(['--', 'notes.yaml'])).code).toBe(0)
    write(work, { 'docker/compose.yaml': misuse.replace('volumes: [data:/data]', 'env_file: [some.env]'), 'docker/some.env': 'COLOUR=red\n' })
    expect((await misfit(['--', 'docker/some.env'])).code).toBe(0)
    expect((await misfit(['--', 'docker/some.env', 'docker/compose.yaml'])).code).toBe(1)
  })
})
