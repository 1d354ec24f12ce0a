// The command line as people and pipelines meet it: the bundled program, its output, its exit codes.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Report } from '../../src/model/report.ts'
import { buildProgram, clean, misuse, rule, run, write as writeBelow, type Outcome, type Setting } from '../support/program.ts'

const home = mkdtempSync(join(tmpdir(), 'misfit-cli-'))
const program = join(home, 'cli.mjs')
let work: string
let runs = 0

beforeAll(() => buildProgram(program))
afterAll(() => { rmSync(home, { recursive: true, force: true }) })
beforeEach(() => {
  work = join(home, `work-${++runs}`)
  mkdirSync(work)
})

const misfit = (words: readonly string[], { cwd, env }: Partial<Setting> = {}): Promise<Outcome> => run(process.execPath, [program, ...words], { cwd: cwd ?? work, ...(env === undefined ? {} : { env }) })
const report = async (...words: readonly string[]): Promise<Report> => JSON.parse((await misfit([...words, '--format', 'json'])).out) as Report

const write = (files: Readonly<Record<string, string>>): void => { writeBelow(work, files) }

describe('misfit init --yes', () => {
  it('writes a configuration, a hook and a workflow that can be read and run', async () => {
    write({ 'deploy/compose.yaml': misuse, '.git/HEAD': 'ref: refs/heads/main\n', '.github/dependabot.yml': 'version: 2\n' })
    expect(await misfit(['init', '--yes'])).toMatchObject({ code: 0, err: '' })
    const read = (path: string): unknown => load(readFileSync(join(work, path), 'utf8'))
    expect(read('.pre-commit-config.yaml')).toMatchObject({ repos: [{ repo: 'local', hooks: [{ id: 'misfit', language: 'node' }] }] })
    expect(read('.github/workflows/misfit.yaml')).toMatchObject({ jobs: { misfit: { steps: [{}, {}, { run: expect.stringMatching(/^npm install --prefix "\$RUNNER_TEMP" .* "https:\/\/example\.com\/.*"\n"\$RUNNER_TEMP\/node_modules\/\.bin\/misfit"/) as string }] } } })
    expect(await misfit([])).toMatchObject({ code: 1, err: '' })
  })

  it('takes the misfit that the repository has among its packages, and adds nothing twice', async () => {
    write({ '.git/HEAD': 'ref: refs/heads/main\n', 'package.json': '{"devDependencies":{"misfit":"file:../misfit-0.1.0.tgz"}}', '.gitlab-ci.yml': 'misfit: {script: [npx misfit]}\n' })
    const { out } = await misfit(['init', '--yes'])
    expect(out).not.toContain('No registry has misfit yet')
    expect(load(readFileSync(join(work, '.pre-commit-config.yaml'), 'utf8'))).toMatchObject({ repos: [{ hooks: [{ id: 'misfit', language: 'system', entry: 'npx --no-install misfit' }] }] })
    const again = await misfit(['init', '--yes'])
    expect(again.out).toContain('.pre-commit-config.yaml has the hook already.\n.gitlab-ci.yml runs misfit already.\n')
    expect(again.out).not.toContain('Add to')
  })
})

describe('exit codes', () => {
  it('1 with the finding at the offending words, 0 once it is repaired', async () => {
    write({ 'deploy/compose.yaml': misuse, 'fixed/compose.yaml': clean })
    const bad = await misfit(['deploy'])
    expect(bad).toMatchObject({ code: 1, err: '' })
    expect(bad.out).toMatch(/deploy\/compose\.yaml:11:\d+ {2}error.* {2}redis\/queue-on-evicting-instance/)
    expect(bad.out).toContain('because  line 7  CELERY_BROKER_URL')
    expect(await misfit(['fixed'])).toMatchObject({ code: 0, err: '' })
  })

  it('1 for warnings only beyond --max-warnings', async () => {
    write({ 'compose.yaml': misuse, 'misfit.config.yaml': `rules:\n  ${rule}: warning\n` })
    const { summary } = await report()
    expect(summary).toMatchObject({ errors: 0 })
    expect(summary.warnings).toBeGreaterThan(0)
    expect((await misfit([])).code).toBe(0)
    expect((await misfit(['--max-warnings', String(summary.warnings)])).code).toBe(0)
    expect((await misfit(['--max-warnings', '0'])).code).toBe(1)
  })

  it.each([
    [['nowhere'], /^misfit: there is no file or folder "nowhere"\n$/],
    [['--fromat', 'json'], /^misfit: unknown option '--fromat' \(Did you mean --format\?\)\n$/],
    [['--format', 'jsn'], /^misfit: there is no format "jsn".*\(did you mean json\?\)\n$/],
    [['--max-warnings', 'few'], /^misfit: .*whole number.*\n$/],
    [['--output', 'no/such/folder.json'], /^misfit: the report cannot be written to .*\n$/],
    [['explain', 'queue-on-evicting-instnace'], /^misfit: there is no rule .*\n$/],
    [['--config', 'none.yaml'], /^misfit: there is no configuration file "none.yaml"\n$/],
  ])('2 with one line for %j', async (words, message) => {
    const { code, out, err } = await misfit(words)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(message)
  })
})

describe('a folder named like a command', () => {
  const commands = ['spec', 'rules', 'init', 'baseline', 'decide', 'explain', 'graph', 'completion', 'help']

  it.each(commands)('is linted behind `--`: %s', async name => {
    write({ [`${name}/compose.yaml`]: misuse, 'clean/compose.yaml': clean })
    for (const words of [['--', name], ['-f', 'json', '--', name], ['--quiet', '--', name, 'clean'], [`./${name}`]]) {
      const { code, out } = await misfit(words)
      expect([words, code, out.includes(rule)]).toEqual([words, 1, true])
    }
    expect(readdirSync(work).sort()).toEqual(['clean', name].sort())
  })

  it.each(commands)('is refused as a bare word, with both spellings: %s', async name => {
    write({ [`${name}/compose.yaml`]: misuse })
    const { code, out, err } = await misfit([name, 'other'])
    expect([code, out]).toEqual([2, ''])
    expect(err).toBe(`misfit: ${name} is a command, and a path here too: write misfit ./${name} other to lint it, or misfit ${name} -- other for the command\n`)
  })

  it('leaves commands commands', async () => {
    write({ 'rules/compose.yaml': misuse })
    expect((await misfit(['rules', '-f', 'json'])).code).toBe(0)
    expect((await misfit(['explain', rule])).code).toBe(0)
    expect((await misfit(['explain', '--', rule])).code).toBe(0)
  })
})

describe('files', () => {
  it('makes a broken file a problem with its place and lints the rest', async () => {
    write({ 'a/compose.yaml': 'services:\n  redis: [\n', 'b/compose.yaml': misuse })
    const { problems, findings } = await report()
    expect(problems).toEqual([expect.objectContaining({ file: 'a/compose.yaml', line: expect.any(Number) as number })])
    expect(findings.map(finding => finding.rule)).toContain(rule)
  })

  it('says so when there is nothing to lint', async () => {
    expect(await misfit([])).toMatchObject({ code: 0, out: expect.stringContaining('Nothing judged: no stack found') as string })
  })

  it('leaves out what --exclude, the configuration and .gitignore name', async () => {
    write({ 'a/compose.yaml': misuse, 'b/compose.yaml': misuse, 'c/compose.yaml': misuse, 'd/compose.yaml': misuse })
    write({ '.gitignore': 'c/\n', 'misfit.config.yaml': 'ignore: [b/**]\n' })
    expect((await report('--exclude', '**/d/*')).stacks.flatMap(stack => stack.files)).toEqual(['a/compose.yaml'])
  })

  it('lints the stacks that a named file belongs to, with everything that shapes them', async () => {
    write({ '.git/HEAD': '', 'deploy/compose.yaml': clean, 'deploy/compose.override.yaml': `services:\n  redis:\n    command: redis-server --maxmemory 1gb --maxmemory-policy allkeys-lru\n`, 'other/compose.yaml': misuse })
    const { stacks, findings } = await report('deploy/compose.yaml')
    expect(stacks.map(stack => stack.root)).toEqual(['deploy'])
    expect(findings.find(finding => finding.rule === rule)).toMatchObject({ file: 'deploy/compose.override.yaml', line: 3 })
  })

  it('reads nothing outside the root', async () => {
    write({ 'secret.env': 'POLICY=allkeys-lru\n', 'root/compose.yaml': clean.replace('image: redis:7.4', 'image: redis:7.4\n    env_file: [../secret.env, link.env]') })
    symlinkSync(join(work, 'secret.env'), join(work, 'root/link.env'))
    expect(JSON.stringify(await report('root'))).not.toContain('POLICY')
  })

  it('prints paths from the working directory', async () => {
    write({ 'in/here/.keep': '', 'deploy/compose.yaml': misuse })
    const { out } = await misfit(['../../deploy', '--format', 'json'], { cwd: join(work, 'in/here') })
    expect((JSON.parse(out) as Report).findings[0]?.file).toBe('../../deploy/compose.yaml')
  })
})

describe('configuration', () => {
  it.each([
    ['rules:\n  redis/queue-on-evicting-instanc: off\n', /^misfit: misfit\.config\.yaml:2:3: there is no rule .* \(did you mean redis\/queue-on-evicting-instance\?\)\n$/],
    [`rules:\n  ${rule}: of\n`, /^misfit: misfit\.config\.yaml:2:\d+: the severity of .* cannot be "of".*\(did you mean off\?\)\n$/],
    ['rulez: {}\n', /^misfit: misfit\.config\.yaml:1:1: there is no option "rulez" \(did you mean rules\?\)\n$/],
    ['rules: [\n', /^misfit: misfit\.config\.yaml:\d+:\d+: not valid YAML.*\n$/],
    ['stacks: [{}]\n', /^misfit: misfit\.config\.yaml:1:10: .*\n$/],
  ])('is refused with the place of the mistake: %j', async (text, message) => {
    write({ 'compose.yaml': misuse, 'misfit.config.yaml': text })
    const { code, err } = await misfit([])
    expect(code).toBe(2)
    expect(err).toMatch(message)
  })

  it('is not hidden by a package.json that has misfit among its dependencies', async () => {
    write({ 'shop/compose.yaml': misuse, 'shop/package.json': JSON.stringify({ devDependencies: { misfit: '1' } }), 'misfit.config.yaml': `rules: {${rule}: off}\n` })
    expect((await report('shop')).findings.map(finding => finding.rule)).not.toContain(rule)
  })

  it('turns rules off, also from package.json', async () => {
    write({ 'compose.yaml': misuse, 'package.json': JSON.stringify({ name: 'x', misfit: { rules: { [rule]: 'off' } } }) })
    expect((await report()).findings.map(finding => finding.rule)).not.toContain(rule)
  })

  it('counts for what is explained and drawn, and what it switches off does not fit', async () => {
    write({ 'compose.yaml': misuse, 'misfit.config.yaml': `rules: { ${rule}: off }\n` })
    expect((await misfit([])).out).toMatch(/^Undecided: redis \(compose\.yaml:8\); why: misfit explain redis\nNothing judged: no component could be judged · 1 component in 1 stack: 1 undecided\n$/)
    const { out } = await misfit(['explain', 'redis'])
    expect(out).toContain('undecided: the configuration switches off what would stand against it.')
    expect(out).toMatch(new RegExp(`What the configuration switches off\\n {2}${rule} {2}compose\\.yaml:\\d+\\n`))
    expect((await misfit(['graph'])).out).toContain(':::undecided')
    write({ 'misfit.config.yaml': 'environment: { "**": development }\n' })
    expect((await misfit(['explain', 'redis'])).out).toContain('development, because the configuration says so')
  })

  it('says what stacks are for and which files belong together', async () => {
    write({ 'base.yml': clean, 'tuning.yml': 'services:\n  redis:\n    command: redis-server --maxmemory 1gb --maxmemory-policy allkeys-lru\n' })
    write({ 'misfit.config.yaml': 'stacks:\n  - compose: [base.yml, tuning.yml]\nenvironment:\n  "base.*": production\n' })
    const { stacks, findings } = await report()
    expect(stacks.find(stack => stack.files.length === 2)).toMatchObject({ environment: 'production' })
    expect(findings.find(finding => finding.rule === rule)).toMatchObject({ file: 'tuning.yml', line: 3 })
  })
})

describe('output', () => {
  it('is complete through a pipe at any size', async () => {
    const services = Array.from({ length: 60 }, (_, i) => `  redis${i}:\n    image: redis:7.4\n    command: redis-server --maxmemory-policy allkeys-lru # ${'x'.repeat(200)}\n`)
    write({ 'compose.yaml': `services:\n${services.join('')}` })
    const { out } = await misfit(['--format', 'json'])
    // More than a pipe holds, so that an early exit would cut it.
    expect(out.length).toBeGreaterThan(150_000)
    expect((JSON.parse(out) as Report).summary.components).toBe(60)
  })

  it('is the same every time', async () => {
    write({ 'b/compose.yaml': misuse, 'a/compose.yaml': misuse })
    expect((await misfit([])).out).toBe((await misfit([])).out)
  })

  it('goes to a file, and is coloured only when asked', async () => {
    write({ 'compose.yaml': misuse })
    expect(await misfit(['--output', 'report.txt'])).toMatchObject({ code: 1, out: '' })
    // eslint-disable-next-line no-control-regex -- colours are what is looked for
    const colours = /\u001b\[/
    expect(readFileSync(join(work, 'report.txt'), 'utf8')).not.toMatch(colours)
    expect((await misfit(['--color'], { env: { NO_COLOR: '1' } })).out).toMatch(colours)
    expect((await misfit(['--no-color'])).out).not.toMatch(colours)
  })

  it('holds errors only when quiet', async () => {
    write({ 'compose.yaml': misuse.replace(' --appendonly yes', '') })
    const { out } = await misfit(['--quiet', '--format', 'json'])
    const { findings, summary } = JSON.parse(out) as Report
    expect(new Set(findings.map(finding => finding.severity))).toEqual(new Set(['error']))
    expect(summary.infos + summary.warnings).toBeGreaterThan(0)
  })

  it('explains rules and lists them', async () => {
    const { out } = await misfit(['rules'])
    expect(out).toContain(rule)
    expect((await misfit(['explain', 'queue-on-evicting-instance'])).out).toMatch(/How it fails[\s\S]*What to do[\s\S]*Sources/)
    expect((await misfit(['explain', 'misfit/unused-suppression'])).out).toMatch(/How it fails[\s\S]*What to do/)
    expect((await misfit(['rules'])).out).toContain('misfit/switched-off')
    expect((await misfit(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(await misfit(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('Usage: misfit') as string })
  })
})

describe('--values', () => {
  const chart = {
    'deploy/shop/Chart.yaml': 'name: shop\nversion: 1.0.0\ndependencies: [{name: redis, version: 20.1.0, repository: https://charts.bitnami.com/bitnami}]\n',
    'deploy/shop/values.yaml': 'env: {CELERY_BROKER_URL: "redis://shop-redis-master:6379/0"}\nredis:\n  architecture: standalone\n',
    'envs/eu.yaml': 'redis: {master: {extraFlags: ["--maxmemory 1gb", "--maxmemory-policy allkeys-lru"]}}\n',
    'envs/live.yaml': 'redis: {master: {extraFlags: ["--maxmemory 2gb", "--maxmemory-policy noeviction"]}}\n',
  }

  it('lays the files over the chart in the order of the flags, wherever they are', async () => {
    write(chart)
    const bad = await report('deploy/shop', '--values', 'envs/live.yaml', '--values', 'envs/eu.yaml')
    expect(bad.stacks.map(stack => [stack.name, stack.files])).toEqual([['shop', ['deploy/shop/values.yaml', 'envs/live.yaml', 'envs/eu.yaml', 'deploy/shop/Chart.yaml']]])
    expect(bad.findings.map(finding => [finding.rule, finding.file])).toContainEqual([rule, 'envs/eu.yaml'])
    expect((await report('deploy/shop', '--values', 'envs/eu.yaml,envs/live.yaml')).findings.map(finding => finding.rule)).not.toContain(rule)
    expect((await misfit(['--values', '../../envs/eu.yaml'], { cwd: join(work, 'deploy/shop') })).code).toBe(1)
  })

  it.each([
    [['deploy/shop', '--values', 'envs/us.yaml'], 'misfit: there is no values file "envs/us.yaml"\n'],
    [['envs', '--values', 'envs/eu.yaml'], 'misfit: --values needs a chart, and there is no Chart.yaml in "envs"\n'],
    [['deploy/shop', 'envs', '--values', 'envs/eu.yaml'], 'misfit: --values belongs to one chart, and 2 paths are named\n'],
    [['deploy/shp', '--values', 'envs/eu.yaml'], 'misfit: there is no file or folder "deploy/shp"\n'],
  ])('%j says in one line what is wrong', async (words, err) => {
    write(chart)
    expect(await misfit(words)).toEqual({ code: 2, out: '', err })
  })

  it('says which compose file of the configuration is not there', async () => {
    write({ 'compose.yaml': misuse, 'misfit.config.yaml': 'stacks: [{compose: [compose.yaml, live.yaml]}]\n' })
    const { problems, findings } = await report()
    expect(problems.map(problem => problem.message)).toEqual(['there is no live.yaml, which the configuration names among the files of a stack'])
    expect(findings.map(finding => finding.rule)).toEqual([rule])
    expect((await misfit([])).code).toBe(2)
  })

  it('says which chart and values of the configuration are not there', async () => {
    write({ ...chart, 'misfit.config.yaml': 'stacks:\n  - {chart: deploy/shop, values: [envs/eu.yaml, envs/us.yaml]}\n  - {chart: deploy/shp, values: []}\n' })
    expect((await report()).problems.map(problem => problem.message)).toEqual(['there is no chart in deploy/shp, which the configuration names', 'the values file envs/us.yaml of the chart shop is not here'])
    expect((await misfit([])).code).toBe(2)
  })
})
