// The action's script and the jobs of docs/ci.md, run as their platforms run them, with the program at hand instead of a registry.
import { chmodSync, mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { load } from 'js-yaml'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { block, blocksOf } from '../support/docs-blocks.ts'
import { buildProgram, clean, misuse, rule, run, write, type Outcome } from '../support/program.ts'
import { readXml } from '../support/xml.ts'

interface Step { readonly run?: string; readonly uses?: string; readonly env?: Record<string, string>; readonly with?: Record<string, string> }
interface Action { readonly inputs: Record<string, { readonly default: string }>; readonly outputs: object; readonly runs: { readonly steps: readonly Step[] } }

const root = resolve(import.meta.dirname, '../..')
const action = load(readFileSync(join(root, 'action.yml'), 'utf8')) as Action
const home = mkdtempSync(join(tmpdir(), 'misfit-action-'))
const place = join(home, 'action')
const bin = join(home, 'bin')
const program = join(place, 'dist/cli.js')
const temporary = join(home, 'temporary')
let work = ''
let runs = 0

beforeAll(async () => {
  write(home, { 'action/package.json': '{"type":"module"}' })
  await buildProgram(program)
  // Says how it was called, then puts the program where npm would.
  write(bin, {
    npm: `#!/bin/sh\necho "npm $*" >> "$CALLS"\n[ -z "$REGISTRY_IS_DOWN" ] || exit 1\n[ "$1 $2" = "install --prefix" ] || exit 1\nmkdir -p "$3/node_modules/.bin"\n[ -n "$INSTALLS_NOTHING" ] || cp "${bin}/misfit" "$3/node_modules/.bin/misfit"\n`,
    misfit: `#!/bin/sh\n[ -z "$IS_ANOTHER" ] || exit "$IS_ANOTHER"\nexec "${process.execPath}" "${program}" "$@"\n`,
  })
  for (const name of ['npm', 'misfit']) chmodSync(join(bin, name), 0o755)
})
afterAll(() => { rmSync(home, { recursive: true, force: true }) })
beforeEach(() => {
  work = join(home, `work ${++runs}`)
  mkdirSync(work)
  write(work, { output: '', summary: '', calls: '' })
})

const file = (name: string): string => readFileSync(join(work, name), 'utf8')
const runner = (): Record<string, string> => ({
  PATH: `${bin}:${process.env['PATH'] ?? ''}`, CALLS: join(work, 'calls'), GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: work,
  GITHUB_OUTPUT: join(work, 'output'), GITHUB_STEP_SUMMARY: join(work, 'summary'), GITHUB_ACTION_PATH: place, RUNNER_TEMP: temporary,
})

/** Runs a script as the runner does for `shell: bash`. */
function script(text: string, env: Readonly<Record<string, string>>): Promise<Outcome> {
  write(home, { 'script.sh': text })
  return run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', join(home, 'script.sh')], { cwd: work, env })
}

function act(given: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const [step] = action.runs.steps
  return script(step?.run ?? '', { ...runner(), ...inputs(given) })
}

/** The variables of the action's step for some inputs. */
function inputs(stated: Readonly<Record<string, string>>): Record<string, string> {
  const given: Record<string, string> = { ...Object.fromEntries(Object.entries(action.inputs).map(([name, input]) => [name, input.default])), ...stated }
  return Object.fromEntries(Object.entries(action.runs.steps[0]?.env ?? {}).map(([name, value]) => [name, value.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, input: string) => given[input] ?? '')]))
}

describe('the action', () => {
  it('fails on findings, with annotations, the summary and the outputs', async () => {
    write(work, { 'compose.yaml': misuse })
    const { code, out } = await act({ sarif: 'misfit.sarif' })
    expect(code).toBe(1)
    expect(out).toContain(`::error file=compose.yaml,line=11`)
    expect(file('summary')).toContain('### misfit: 1 error')
    expect(file('output')).toBe('exit-code=1\nsarif=misfit.sarif\n')
    expect(JSON.parse(file('misfit.sarif'))).toMatchObject({ version: '2.1.0' })
    expect(file('calls')).toBe('')
  })

  it('passes when there is nothing to report, or when findings shall not fail', async () => {
    write(work, { 'a/compose.yaml': clean, 'b/compose.yaml': misuse })
    expect((await act({ paths: 'a' })).code).toBe(0)
    expect((await act({ fail: 'false' })).code).toBe(0)
    expect(file('output')).toContain('exit-code=1')
    expect((await act({ fail: 'false', paths: 'nowhere' })).code).toBe(2)
  })

  it('takes paths and arguments one a line, from its working directory', async () => {
    write(work, { 'app/my deploy/compose.yaml': misuse, 'app/other/compose.yaml': misuse, 'app/more/compose.yaml': clean })
    const { out } = await act({ 'working-directory': 'app', paths: 'my deploy\nmore\n', args: '--format\ntext\n--format\ngithub\n', sarif: 'out.sarif' })
    expect(out).toContain('::error file=app/my deploy/compose.yaml')
    expect(out).not.toContain('other')
    expect(file('output')).toContain('sarif=app/out.sarif\n')
  })

  it('runs another package when asked', async () => {
    write(work, { 'compose.yaml': clean })
    expect((await act({ package: 'https://example.com/misfit-0.1.0.tgz' })).code).toBe(0)
    expect(file('calls')).toMatch(/^npm install --prefix \S+ --registry https:\/\/registry\.npmjs\.org .*-- https:\/\/example\.com\/misfit-0\.1\.0\.tgz\n$/)
  })

  it('runs no input as script, and lets none write another output', async () => {
    write(work, { 'compose.yaml': clean })
    const evil = '$(touch owned)`touch owned`";touch owned;"'
    expect((await act({ paths: evil })).code).toBe(2)
    await act({ sarif: `x\nevil=1` })
    expect(() => file('owned')).toThrow()
    expect(file('output')).not.toMatch(/^evil/m)
    for (const step of action.runs.steps) expect(step.run).not.toContain('${{')
  })
})

describe('what never ran is no verdict', () => {
  const broken: readonly (readonly [string, string])[] = [['a crash', 'throw new Error("boom")\n'], ['a missing build', 'await import("./main.cjs")\n'], ['a program that says nothing', 'process.exitCode = 1\n'], ['another that passes', '']]

  it.each(broken)('%s', async (_, text) => {
    write(work, { 'compose.yaml': misuse, 'misfit.sarif': '{"version": "2.1.0", "runs": []}' })
    const other = join(home, `action ${runs}`)
    write(other, { 'dist/cli.js': text, 'package.json': '{"type":"module"}' })
    const [step] = action.runs.steps
    for (const fail of ['true', 'false']) {
      write(work, { output: '' })
      const { code, out } = await script(step?.run ?? '', { ...runner(), ...inputs({ fail, sarif: 'misfit.sarif' }), GITHUB_ACTION_PATH: other })
      expect(code).toBe(2)
      expect(out).toContain('::error::misfit never ran')
      expect(file('output')).toBe('exit-code=2\nsarif=\n')
    }
  })

  it('a package that cannot be installed', async () => {
    write(work, { 'compose.yaml': misuse })
    const [step] = action.runs.steps
    const { code, out } = await script(step?.run ?? '', { ...runner(), ...inputs({ fail: 'false', package: 'https://example.com/misfit-0.1.0.tgz' }), REGISTRY_IS_DOWN: '1' })
    expect([code, out, file('output')]).toEqual([2, '::error::misfit never ran: the package could not be installed\n', 'exit-code=2\nsarif=\n'])
  })

  it('a package without the program, an interrupt, and a folder that is not there', async () => {
    write(work, { 'compose.yaml': misuse, 'misfit.sarif': '{}' })
    const [step] = action.runs.steps
    const given = (stated: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Promise<Outcome> => script(step?.run ?? '', { ...runner(), ...inputs({ fail: 'false', sarif: 'misfit.sarif', ...stated }), ...env })
    const other = join(home, `killed ${runs}`)
    write(other, { 'dist/cli.js': 'process.kill(process.pid, "SIGKILL")\n', 'package.json': '{"type":"module"}' })
    const all = [await given({ package: 'other.tgz' }, { INSTALLS_NOTHING: '1' }), await given({}, { GITHUB_ACTION_PATH: other }), await given({ 'working-directory': 'nowhere' }), await given({ args: '--help' })]
    for (const { code, out } of all) {
      expect(code).toBe(2)
      expect(out).toContain('::error::misfit never ran')
    }
    expect(file('output')).toBe('exit-code=2\nsarif=\n'.repeat(all.length))
  })

  it('in the job for GitLab either', async () => {
    const committed = { 'gl-code-quality-report.json': '[]', 'misfit-junit.xml': '<testsuites/>' }
    const { misfit } = load(readFileSync(join(root, 'docs/ci/misfit.gitlab-ci.yml'), 'utf8')) as { misfit: { script: string[]; variables: Record<string, string> } }
    const job = (env: Readonly<Record<string, string>>): Promise<Outcome> => script(misfit.script.join('\n'), { PATH: runner()['PATH'] ?? '', CALLS: join(work, 'calls'), GITLAB_CI: 'true', CI_PROJECT_DIR: work, MISFIT: 'misfit.tgz', ...misfit.variables, ...env })
    write(work, { 'compose.yaml': misuse })
    const ways: readonly (readonly [Readonly<Record<string, string>>, number])[] = [
      [{ MISFIT: '' }, 1], [{ REGISTRY_IS_DOWN: '1' }, 1], [{ INSTALLS_NOTHING: '1' }, 2], [{ IS_ANOTHER: '0' }, 2], [{ IS_ANOTHER: '1' }, 2], [{ IS_ANOTHER: '137' }, 2], [{ MISFIT_ARGS: '--help' }, 2], [{ MISFIT_PATHS: 'nowhere' }, 2], [{ MISFIT_PATHS: '' }, 2], [{ MISFIT_PATHS: ' ' }, 2],
    ]
    for (const [env, expected] of ways) {
      write(work, committed)
      const { code } = await job(env)
      expect([env, code > 0]).toEqual([env, true])
      expect([env, expected === 1 || code === 2, readdirSync(work).filter(name => name in committed)]).toEqual([env, true, []])
    }
    expect((await job({})).code).toBe(1)
    write(work, { 'compose.yaml': clean })
    expect((await job({})).code).toBe(0)
  })

  it('no SARIF where none was written, and no old one', async () => {
    write(work, { 'compose.yaml': misuse, 'old.sarif': '{}' })
    await act({ sarif: 'old.sarif', paths: 'nowhere' })
    expect(file('output')).toBe('exit-code=2\nsarif=\n')
    expect((await act({ paths: ' \n', fail: 'false' })).code).toBe(2)
  })

  it('nor is a folder named like a command', async () => {
    write(work, { 'spec/compose.yaml': misuse })
    expect((await act({ paths: 'spec' })).code).toBe(1)
  })

  it('nor what the change brings along', async () => {
    write(work, { 'compose.yaml': misuse, 'node_modules/misfit/package.json': '{"name": "misfit", "version": "0.1.0", "bin": "x.js"}', 'node_modules/misfit/x.js': '', '.npmrc': 'registry=http://localhost:1/\n' })
    // The block "several" is for one's own machine.
    for (const name of ['github', 'gitlab', 'gitlab-include', 'jenkins']) {
      const text = name === 'gitlab-include' ? readFileSync(join(root, 'docs/ci/misfit.gitlab-ci.yml'), 'utf8') : block('ci.md', name)
      expect(text, name).not.toMatch(/\bnpx\b/)
    }
    expect((await act({ package: 'https://example.com/misfit-0.1.0.tgz' })).code).toBe(1)
  })
})

describe('docs/ci.md', () => {
  const jobs = (name: string): Step[] => Object.values((load(block('ci.md', name)) as { jobs: Record<string, { steps: Step[] }> }).jobs).flatMap(job => job.steps)

  it.each(['github', 'github-sarif'])('runs the workflow %s', async name => {
    write(work, { 'compose.yaml': misuse })
    const steps = jobs(name)
    const { env } = load(block('ci.md', name)) as { env: { MISFIT: string } }
    const { code, out } = await script(steps.find(step => step.run !== undefined)?.run ?? '', { ...runner(), MISFIT: env.MISFIT })
    expect([code, file('calls')]).toEqual([1, expect.stringMatching(/^npm install --prefix \S+ --registry https:\/\/registry\.npmjs\.org .*misfit-0\.1\.0\.tgz\n/) as string])
    expect(out).toContain('::error')
    const upload = steps.find(step => step.uses?.startsWith('github/codeql-action/upload-sarif'))
    if (upload) expect(JSON.parse(file(upload.with?.['sarif_file'] ?? ''))).toMatchObject({ version: '2.1.0' })
  })

  it('uses inputs and outputs that the action has', async () => {
    write(work, { 'deploy/compose.yaml': misuse, 'charts/.keep': '' })
    const steps = jobs('action')
    const used = steps.find(step => step.uses?.includes('/misfit@'))?.with ?? {}
    expect(Object.keys(used).filter(name => !(name in action.inputs))).toEqual([])
    expect((await act(used)).code).toBe(1)
    for (const [, name = ''] of block('ci.md', 'action').matchAll(/steps\.misfit\.outputs\.([\w-]+)/g)) expect(action.outputs).toHaveProperty(name)
  })

  it.each(['several', 'jenkins'])('runs the command %s', async name => {
    write(work, { 'compose.yaml': misuse })
    const { code, out } = await script(block('ci.md', name).replace('npx misfit', 'misfit'), { PATH: runner()['PATH'] ?? '', CALLS: join(work, 'calls') })
    expect(code).toBe(1)
    expect(out).toContain(rule)
    for (const [, written = ''] of block('ci.md', name).matchAll(/--format \w+=(\S+)/g)) expect(file(written).length).toBeGreaterThan(100)
  })

  it.each(['gitlab', 'gitlab-include'])('runs the job of GitLab: %s', async name => {
    write(work, { 'compose.yaml': misuse })
    const text = name === 'gitlab' ? block('ci.md', name) : readFileSync(join(root, 'docs/ci/misfit.gitlab-ci.yml'), 'utf8')
    const { misfit } = load(text) as { misfit: { script: string[]; variables?: Record<string, string>; artifacts: { reports: Record<string, string> } } }
    const { code, out } = await script(misfit.script.join('\n'), { PATH: runner()['PATH'] ?? '', CALLS: join(work, 'calls'), GITLAB_CI: 'true', CI_PROJECT_DIR: work, MISFIT: 'https://example.com/misfit-0.1.0.tgz', ...misfit.variables })
    expect(code).toBe(1)
    expect(out).toContain(rule)
    const { codequality, junit } = misfit.artifacts.reports
    expect(JSON.parse(file(codequality ?? ''))).toMatchObject([{ check_name: rule, location: { path: 'compose.yaml' } }])
    if (junit !== undefined) expect(readXml(file(junit)).name).toBe('testsuites')
  })

  it('includes a file that the package has', () => {
    const [{ local } = { local: '' }] = (load(block('ci.md', 'gitlab-include')) as { include: { local: string }[] }).include
    const path = `docs/ci/${local}`
    expect(load(readFileSync(join(root, path), 'utf8'))).toHaveProperty('misfit.script')
    const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] }
    expect(files.some(entry => path.startsWith(`${entry}/`))).toBe(true)
  })

  it('has no block that no test runs', () => {
    expect(Object.keys(blocksOf('ci.md')).sort()).toEqual(['action', 'github', 'github-sarif', 'gitlab', 'gitlab-include', 'jenkins', 'several'])
  })
})
