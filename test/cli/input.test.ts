// What is linted and how it is shown: lists of files, standard input, what is read and gone by, terminals, exit codes that the last line agrees with.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Report } from '../../src/model/report.ts'
import { colored, linking } from '../../src/cli/terminal.ts'
import { buildProgram, clean, misuse, rule, write as writeBelow } from '../support/program.ts'

const home = mkdtempSync(join(tmpdir(), 'misfit-input-'))
const program = join(home, 'cli.mjs')
let work: string
let runs = 0

beforeAll(() => buildProgram(program))
afterAll(() => { rmSync(home, { recursive: true, force: true }) })
beforeEach(() => {
  work = join(home, `work-${++runs}`)
  mkdirSync(work)
  // The top of a work tree, so that nothing above it is taken for one.
  write({ '.git/HEAD': '' })
})
const write = (files: Readonly<Record<string, string>>): void => { writeBelow(work, files) }
function misfit(words: readonly string[], input = '', env: Readonly<Record<string, string>> = {}): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { cwd: work, input, encoding: 'utf8', env: { PATH: process.env['PATH'], ...env } })
  return { code: status, out: stdout, err: stderr }
}
const last = (out: string): string => out.trimEnd().split('\n').at(-1) ?? ''

describe('--files-from', () => {
  it('lints what a file or standard input lists, by lines or NULs', () => {
    write({ 'a/compose.yaml': misuse, 'b/compose.yaml': misuse, 'c/compose.yaml': misuse, list: 'a/compose.yaml\r\n\nb/compose.yaml\n' })
    const files = (words: readonly string[], input?: string): readonly string[] =>
      (JSON.parse(misfit([...words, '--format', 'json'], input).out) as Report).stacks.flatMap(stack => stack.files)
    expect(files(['--files-from', 'list'])).toEqual(['a/compose.yaml', 'b/compose.yaml'])
    expect(files(['--files-from', '-', 'a/compose.yaml'], 'c/compose.yaml\0')).toEqual(['a/compose.yaml', 'c/compose.yaml'])
  })

  it('lints nothing for an empty list, and says which file of it is missing', () => {
    write({ 'compose.yaml': misuse })
    const err = 'Nothing was linted: the list of files is empty\n'
    expect(misfit(['--files-from', '-'])).toEqual({ code: 0, out: '', err })
    expect(misfit(['--files-from', '-', '--require-input'])).toEqual({ code: 3, out: '', err })
    expect(misfit(['--files-from', '-'], 'gone.yaml\n')).toEqual({ code: 2, out: '', err: 'misfit: there is no file or folder "gone.yaml"\n' })
    expect(misfit(['--files-from', 'gone'])).toEqual({ code: 2, out: '', err: 'misfit: the list of files "gone" cannot be read: there is no such file\n' })
    symlinkSync('/dev/zero', join(work, 'endless'))
    expect(misfit(['--files-from', 'endless'])).toMatchObject({ code: 2, err: expect.stringMatching(/^misfit: the list of files "endless" cannot be read: /) as string })
    expect(misfit(['merge', 'endless'])).toMatchObject({ code: 2, err: expect.stringMatching(/^misfit: the report "endless" cannot be read: /) as string })
  })
})

describe('standard input', () => {
  it('is linted as the file that it is named, with the stack beside it', () => {
    write({ 'deploy/compose.yaml': clean, 'deploy/.env': '' })
    const { code, out } = misfit(['-', '--stdin-filename', 'deploy/compose.yaml', '--format', 'concise'], misuse)
    expect(code).toBe(1)
    expect(out).toMatch(/^deploy\/compose\.yaml:11:64 error redis\/queue-on-evicting-instance redis holds the jobs of web/)
    // A file that is not there yet.
    expect(misfit(['-', '--stdin-filename', 'deploy/compose.prod.yaml', '--format', 'concise'], misuse).out).toContain('deploy/compose.prod.yaml:11:64 error ')
  })

  it('needs a name, and is not written to', () => {
    expect(misfit(['-'])).toMatchObject({ code: 2, err: expect.stringContaining('--stdin-filename') as string })
    expect(misfit(['-', '--stdin-filename', 'no/compose.yaml'])).toMatchObject({ code: 2, err: 'misfit: there is no folder "no" for "no/compose.yaml"\n' })
    expect(misfit(['-', '--stdin-filename', 'compose.yaml', '--fix'])).toMatchObject({ code: 2 })
    expect(misfit(['-', '--stdin-filename', 'compose.yaml', '--files-from', '-'], '-')).toMatchObject({ code: 2 })
  })

  it('is read up to the size of a file', () => {
    expect(misfit(['-', '--stdin-filename', 'compose.yaml'], 'x'.repeat(5_000_001))).toMatchObject({ code: 2, err: 'misfit: the text on standard input cannot be read: it is larger than 5 MB\n' })
  })
})

describe('what misfit goes by', () => {
  it('is listed: the files that are there, not those that were looked for', () => {
    write({ 'deploy/compose.yaml': misuse.replace('environment:', 'env_file: [web.env]\n    environment:'), 'deploy/web.env': 'A=b\n', 'other/notes.yaml': 'a: 1\n' })
    expect(misfit(['--list-files'])).toEqual({ code: 0, out: 'deploy/compose.yaml\ndeploy/web.env\n', err: '' })
  })

  it('is printed for a file: severities with overrides, thresholds, environment, whether it is ignored', () => {
    write({
      'deploy/.keep': '',
      'misfit.config.yaml': `ignore: [vendor]\nrules: {${rule}: warning, redis/maxmemory-too-close-to-limit: {largestShare: 0.8}}\noverrides: [{files: [legacy/**], rules: {${rule}: off}}]\nenvironment: {"deploy/**": production}\n`,
      'legacy/.keep': '', 'vendor/.keep': '',
    })
    const printed = (file: string): unknown => JSON.parse(misfit(['--print-config', file]).out)
    expect(printed('deploy/compose.yaml')).toMatchObject({
      file: 'deploy/compose.yaml', config: 'misfit.config.yaml', ignored: false, environment: 'production',
      rules: { [rule]: 'warning', 'redis/maxmemory-too-close-to-limit': { severity: 'warning', largestShare: 0.8 }, 'misfit/unknown-rule': 'warning' },
    })
    expect(printed('legacy/compose.yaml')).toMatchObject({ environment: null, rules: { [rule]: 'off' } })
    expect(printed('vendor/compose.yaml')).toMatchObject({ ignored: true })
  })
})

describe('a link', () => {
  it('leads neither a path, a configuration nor a spec out of the work tree', () => {
    write({ 'compose.yaml': misuse })
    writeBelow(home, { 'elsewhere/compose.yaml': misuse, 'elsewhere/kubeconfig': 'theirs: 1\n' })
    symlinkSync('/', join(work, 'disk'))
    symlinkSync(join(home, 'elsewhere'), join(work, 'outside'))
    symlinkSync('/dev/zero', join(work, 'zero.yaml'))
    for (const path of ['disk', 'outside', 'outside/compose.yaml']) expect(misfit([path])).toMatchObject({ code: 2, err: expect.stringMatching(/^misfit: ".*" is not linted: it is a link that leads to/) as string })
    expect(misfit(['/'])).toMatchObject({ code: 2, err: 'misfit: "/" is not linted: it is the whole disk; name the folder that is meant\n' })
    expect(misfit(['--config', 'zero.yaml'])).toMatchObject({ code: 2, err: expect.stringMatching(/cannot be read: it lies outside/) as string })
    symlinkSync(join(home, 'elsewhere/kubeconfig'), join(work, 'misfit.yaml'))
    expect(misfit(['spec', '--output', 'misfit.yaml'])).toMatchObject({ code: 2, err: expect.stringMatching(/nothing was changed/) as string })
    expect(readFileSync(join(home, 'elsewhere/kubeconfig'), 'utf8')).toBe('theirs: 1\n')
    rmSync(join(work, 'misfit.yaml'))
    symlinkSync('/dev/zero', join(work, 'misfit.config.yaml'))
    expect(misfit([])).toMatchObject({ code: 2, err: expect.stringMatching(/the configuration "misfit.config.yaml" cannot be read/) as string })
    rmSync(join(work, 'misfit.config.yaml'))
    symlinkSync('/dev/zero', join(work, 'misfit-baseline.json'))
    expect(misfit([])).toMatchObject({ code: 2, err: expect.stringMatching(/the baseline "misfit-baseline.json" cannot be read/) as string })
  })
})

describe('the exit code and the last line', () => {
  it('of a quiet run never say that there is nothing where warnings fail it', () => {
    write({ 'compose.yaml': misuse, 'misfit.config.yaml': `rules: { ${rule}: warning }\n` })
    const { code, out } = misfit(['-q', '--fail-on', 'warning', '--format', 'text', '--format', 'markdown=m.md', '--format', 'html=m.html'])
    expect(code).toBe(1)
    for (const text of [out, readFileSync(join(work, 'm.md'), 'utf8'), readFileSync(join(work, 'm.html'), 'utf8')]) {
      expect(text).toMatch(/1 warning/)
      expect(text).not.toMatch(/nothing to report|no findings/i)
    }
  })

  it.each([
    [[], 1, /^Failed: 1 error · /],
    [['--exit-zero'], 0, /^Passed \(--exit-zero\): 1 error · /],
    [['--exit-zero', '--config', 'milder.yaml', '--max-warnings', '0'], 0, /^Passed \(--exit-zero\): 1 warning · /],
    [['--config', 'milder.yaml'], 0, /^Passed: 1 warning · /],
    [['--config', 'milder.yaml', '--quiet'], 0, /^Passed: no errors · 1 warning not shown \(--quiet\) · /],
    [['--config', 'milder.yaml', '--max-warnings', '0'], 1, /^Failed \(more than 0 warnings\): 1 warning · /],
    [['--config', 'milder.yaml', '--quiet', '--fail-on', 'warning'], 1, /^Failed \(--fail-on warning\): 1 warning · /],
    [['--exclude', '*', '--require-input'], 3, /^Failed \(--require-input\): no stack found/],
    [['--exclude', '*', '--exit-zero', '--require-input'], 3, /^Failed/],
  ])('agree for %j', (words, code, line) => {
    write({ 'compose.yaml': misuse, 'milder.yaml': `rules: {${rule}: warning}\n` })
    const run = misfit(words)
    expect([run.code, last(run.out)]).toEqual([code, expect.stringMatching(line)])
  })

  it.each([
    [['--min-confidence', 'certain'], 'Passed: no findings · 1 error less than certain not shown (--min-confidence)'],
    [['web.env'], 'Passed: no findings · 1 error elsewhere in the same stack · 1 component in 1 stack: 1 misfit'],
    [['--shard', '3/3'], 'Nothing judged: no stack is in part 3 of 3'],
  ])('count what they leave out, and say why there is nothing: %j', (words, line) => {
    write({ 'compose.yaml': misuse.replace('    environment:', '    env_file: [web.env]\n    environment:'), 'web.env': 'A=1\n' })
    expect(last(misfit(words).out)).toBe(line)
  })

  it('say what nobody could judge, and do not call it passed', () => {
    write({ 'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n  web:\n    image: acme/web\n', 'broken/docker-compose.yml': 'services: [\n' })
    expect(last(misfit(['compose.yaml']).out)).toBe('Nothing judged: no component could be judged · 1 component in 1 stack: 1 undecided')
    expect(last(misfit(['broken']).out)).toBe('Failed (a file was not understood): no stack that could be read · 1 place not read')
  })

  it.each([
    ['a misspelt use in a design', { 'misfit.yaml': 'apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n  - {id: redis, technology: redis, uses: [{use: chache}]}\n' }],
    ['a misspelt field of a design', { 'misfit.yaml': 'apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n  - {id: redis, tecnology: redis}\n' }],
    ['a design that is no YAML', { 'misfit.yaml': 'apiVersion: misfit/v1\nkind: [\n' }],
    ['a waiver of no rule', { 'misfit.yaml': 'apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n  - {id: redis, technology: redis}\nwaivers: [{rule: redis/nope, reason: x, owner: y, until: 2999-01-01}]\n' }],
    ['values that are no YAML', { 'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{name: redis, version: 20.0.0, repository: "oci://registry-1.docker.io/bitnamicharts"}]\n', 'chart/values.yaml': 'redis: [\n' }],
    ['a manifest that is no YAML', { 'k8s/redis.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: redis\n' }],
    ['a misspelt label', { 'compose.yaml': clean.replace('    image: redis', '    labels: {misfit.use: chache}\n    image: redis') }],
    ['a block for nobody', { 'compose.yaml': `x-misfit: {components: {radis: cache}}\n${clean}` }],
  ])('are failure where misfit is told what it cannot take: %s', (_, files) => {
    write({ 'compose.yaml': clean, ...files })
    const run = misfit([])
    expect([run.code, last(run.out)]).toEqual([2, expect.stringMatching(/^Failed \(a file was not understood\)/)])
    expect(misfit(['--no-fail-on-problems']).code).toBe(0)
  })

  it('do not fail for long definitions of kinds, which deploy nothing', () => {
    write({ 'compose.yaml': clean, 'crds.yaml': `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: kafkas}\n# ${'redis '.repeat(400_000)}\n` })
    expect(misfit([])).toMatchObject({ code: 0, out: expect.not.stringContaining('crds') as string })
  })

  it.each([['explain', 'redis'], ['spec', '--stdout'], ['graph']])('of %s %s do not hide a file that could not be read', (...words) => {
    write({ 'docker-compose.yml': 'services:\n  redis: [\n' })
    expect(misfit(words).err).toMatch(/^docker-compose\.yml:\d+:\d+: not valid YAML/)
    write({ 'deploy/docker-compose.yml': 'services:\n  redis: [\n' })
    expect(misfit([...words, 'deploy']).err).toMatch(/^deploy\/docker-compose\.yml:\d+:\d+: not valid YAML/m)
  })

  it('leave out what is ignored, also where a hook names it', () => {
    write({ 'vendor/compose.yaml': misuse, 'misfit.config.yaml': 'ignore: [vendor/**]\n' })
    expect(misfit(['--', 'vendor/compose.yaml']).code).toBe(0)
    write({ 'compose.yaml': misuse })
    expect(misfit(['--exclude', 'compose.yaml', 'compose.yaml']).code).toBe(0)
  })

  it('know a pipeline that is called misfit.yaml from a design', () => {
    write({ 'compose.yaml': clean, '.github/workflows/misfit.yaml': 'name: misfit\non: [push]\n' })
    expect(misfit([])).toMatchObject({ code: 0, out: expect.not.stringContaining('not read') as string })
  })

  it('stand on standard error beside lines and diffs for programs', () => {
    write({ 'compose.yaml': clean })
    expect(misfit(['--format', 'concise'])).toMatchObject({ out: '', err: expect.stringMatching(/^Passed: no findings\n$/) as string })
    expect(misfit(['--fix-dry-run'])).toMatchObject({ out: '', err: expect.stringMatching(/^Nothing would be changed\.\nWith that: Passed: no findings\n$/) as string })
    write({ 'compose.yaml': 'services:\n  web: {image: nginx}\n' })
    expect(misfit(['graph'])).toMatchObject({ code: 0, err: 'Nothing to draw: no stack with a Redis or a Kafka was found\n' })
  })

  it.each([
    [[], 2, /^Failed \(a file was not understood\): 1 error · /],
    [['--exit-zero'], 2, /^Failed/],
    [['--no-fail-on-problems'], 1, /^Failed: 1 error/],
    [['--no-fail-on-problems', '--exit-zero'], 0, /^Passed/],
    [['compose.yaml'], 1, /^Failed: 1 error/],
  ])('agree for %j where a compose file is broken', (words, code, line) => {
    write({ 'compose.yaml': misuse, 'broken/docker-compose.yml': 'services:\n  redis: [\n' })
    const run = misfit(words)
    expect([run.code, last(run.out)]).toEqual([code, expect.stringMatching(line)])
  })

  it('pass over a template of a compose file, and say so', () => {
    write({ 'a/docker-compose.yml': 'services:\n{% for n in nodes %}\n  redis-{{ n }}: {image: redis}\n{% endfor %}\n', 'b/docker-compose.yml': 'services:\n  redis:\n    image: {{ image }}:{{ tag }}\n',
      '{{cookiecutter.slug}}/docker-compose.yml': 'services:\n  {% if cookiecutter.cache == "y" %}\n  redis: {image: redis}\n  {%- endif %}\n', 'c/docker-compose.yml': 'services:\n<% nodes.each do |n| %>\n  redis-<%= n %>: {image: redis}\n<% end %>\n' })
    const run = misfit([])
    expect([run.code, run.out]).toEqual([0, expect.stringMatching(/not read: it is a template/)])
    expect(run.out).not.toContain('not valid YAML')
  })

  it('agree in every format about a file that was not checked', () => {
    write({ 'docker-compose.yml': 'services:\n  redis: [\n' })
    expect(misfit(['--format', 'junit']).out).toContain('<error message="not valid YAML')
    expect(JSON.parse(misfit(['--format', 'sarif']).out)).toMatchObject({ runs: [{ invocations: [{ executionSuccessful: false, toolExecutionNotifications: [{ level: 'error' }] }] }] })
    expect(JSON.parse(misfit(['--format', 'sarif', '--no-fail-on-problems']).out)).toMatchObject({ runs: [{ invocations: [{ executionSuccessful: true, toolExecutionNotifications: [{ level: 'warning' }] }] }] })
    expect(misfit(['--format', 'junit', '--no-fail-on-problems']).out).not.toContain('<error')
  })

  it('agree once a baseline knows what cannot be read', () => {
    write({ 'docker-compose.yml': 'services:\n  redis: [\n' })
    expect(misfit(['baseline'])).toMatchObject({ code: 0, err: 'Not understood, and known from now on: docker-compose.yml\n' })
    expect(misfit([]).code).toBe(0)
    expect(misfit(['--no-baseline']).code).toBe(2)
    write({ 'empty/notes.txt': '' })
    expect(misfit(['baseline', 'empty', '-o', 'b.json']).err).toMatch(/^No stack was found/)
    write({ 'other/docker-compose.yml': 'services:\n  redis: [\n' })
    expect(misfit([]).code).toBe(2)
  })

  it('agree whatever the options, and count the same findings', () => {
    write({
      'misuse/compose.yaml': misuse, 'clean/compose.yaml': clean, 'broken/docker-compose.yml': 'services:\n  redis: [\n', 'empty/notes.yaml': 'a: 1\n',
      'both/compose.yaml': misuse, 'both/docker-compose.yml': 'services: [\n', 'milder.yaml': `rules: {${rule}: warning}\n`,
    })
    const maybe = (...words: readonly string[]): fc.Arbitrary<readonly string[]> => fc.option(fc.constant(words), { nil: [] })
    const one = (...choices: readonly (readonly string[])[]): fc.Arbitrary<readonly string[]> => fc.constantFrom([], ...choices)
    const options = fc.tuple(
      fc.constantFrom('misuse', 'clean', 'broken', 'empty', 'both').map(folder => [folder]), maybe('--config', 'milder.yaml'), maybe('--quiet'), maybe('--exit-zero'), one(['--fail-on', 'warning'], ['--fail-on', 'info']),
      one(['--max-warnings', '0'], ['--max-warnings', '5']), maybe('--require-input'), maybe('--no-fail-on-problems'), one(['--min-confidence', 'certain'], ['--min-confidence', 'possible']),
      one(['--verbose'], ['--statistics'], ['--group-by', 'rule'], ['--group-by', 'file'], ['--group-by', 'stack']),
    ).map(words => words.flat())
    fc.assert(fc.property(options, words => {
      const { code, out } = misfit(words)
      const line = last(out)
      expect([words, line, /^Failed/.test(line)]).toEqual([words, line, code !== 0])
      expect(line).toMatch(/^(?:Failed|Passed|Nothing judged)/)
      const { summary } = JSON.parse(misfit([...words, '--format', 'json']).out) as Report
      const counted = line.replace(/ · [^·]*\(--min-confidence\)/, '')
      const told = (what: string): number => Number(new RegExp(`(\\d+) ${what}s?\\b`).exec(counted)?.[1] ?? 0)
      expect([words, told('error'), told('warning'), told('info')]).toEqual([words, summary.errors, summary.warnings, summary.infos])
    }), { numRuns: 20, seed: 15 })
  }, 120_000)

  it('agree where a platform is told something more', () => {
    write({ 'compose.yaml': misuse })
    const { out } = misfit([], '', { GITLAB_CI: 'true' })
    expect(out).toContain('artifacts: { reports: { codequality')
    expect(last(out)).toMatch(/^Failed: 1 error/)
  })
})

describe('a terminal', () => {
  it('is coloured by flag, FORCE_COLOR, NO_COLOR, in this order', () => {
    expect([colored(undefined, true, {}), colored(undefined, false, {}), colored(undefined, true, { NO_COLOR: '1' }), colored(undefined, true, { TERM: 'dumb' })]).toEqual([true, false, false, false])
    expect([colored(undefined, false, { FORCE_COLOR: '1', NO_COLOR: '1' }), colored(undefined, true, { FORCE_COLOR: '0' }), colored(false, true, { FORCE_COLOR: '3' }), colored(true, false, { NO_COLOR: '1' })]).toEqual([true, false, false, true])
  })

  it('gets links where it says that it draws them', () => {
    expect([linking(true, { TERM_PROGRAM: 'WezTerm' }), linking(true, { VTE_VERSION: '7600' }), linking(true, { TERM: 'xterm-kitty' })]).toEqual([true, true, true])
    expect([linking(true, { TERM: 'xterm-256color' }), linking(false, { TERM_PROGRAM: 'WezTerm' }), linking(true, { TERM_PROGRAM: 'WezTerm', CI: 'true' })]).toEqual([false, false, false])
  })

  it('gets addresses in which nothing ends the link', () => {
    write({ 'a\u001b\\b c/compose.yaml': misuse })
    const { out } = misfit(['--format', 'text'], '', { FORCE_HYPERLINK: '1' })
    // eslint-disable-next-line no-control-regex -- links are what is looked for
    expect(out).toMatch(/\u001b\]8;;file:\/\/[\w.-]*\/[^\u001b ]*\/a%1B%5Cb%20c\/compose\.yaml#11\u001b\\a\\u\{1b\}/)
  })
})
