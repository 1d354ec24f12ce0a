// The packed tarball, as a new user meets it: installed in an empty folder, run, imported.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'misfit-package-'))
const run = (command: string, args: readonly string[], cwd = folder): string => execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
let tarball = ''

beforeAll(() => {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root)) as { filename: string }[]
  tarball = join(folder, packed?.filename ?? '')
  writeFileSync(join(folder, 'package.json'), '{"name":"empty","private":true,"type":"module"}')
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball])
}, 120_000)

afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

describe('the packed package', () => {
  it('brings no dependencies', () => {
    const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { packages: Record<string, unknown> }
    expect(Object.keys(lock.packages)).toEqual(['', 'node_modules/misfit'])
  })

  it('lints a stack from its command', () => {
    cpSync(join(root, 'fixtures/shop/compose.yaml'), join(folder, 'compose.yaml'))
    let output = ''
    try {
      run(join(folder, 'node_modules/.bin/misfit'), ['--format', 'json'])
    } catch (error) {
      output = (error as { stdout: string }).stdout
      expect((error as { status: number }).status).toBe(1)
    }
    const report = JSON.parse(output) as { findings: { rule: string }[] }
    expect(report.findings.map(finding => finding.rule)).toContain('redis/queue-on-evicting-instance')
  })

  it('prints the same from compiled code, from code that V8 refuses, and without any; the rule pages too', () => {
    const dist = join(folder, 'node_modules/misfit/dist')
    const compiled = readdirSync(dist).filter(name => name.startsWith('main.cjs.'))
    expect(compiled).toEqual([`main.cjs.${process.version}-${process.arch}`])
    const program = join(folder, 'node_modules/.bin/misfit')
    const outputs = (): string[] => [['compose.yaml'], ['explain', 'redis/queue-on-evicting-instance'], ['--format', 'sarif', 'compose.yaml'], ['--version']]
      .map(words => { const { stdout, stderr } = spawnSync(program, words, { cwd: folder, encoding: 'utf8' }); return stdout + stderr })
    const first = outputs()
    expect(first[0]).toContain('redis/queue-on-evicting-instance')
    expect(first[1]).toContain('celery -A shop worker')
    const file = join(dist, compiled[0] ?? '')
    const code = readFileSync(file)
    writeFileSync(file, Buffer.concat([Buffer.from('another version'), code.subarray(15)]))
    expect(outputs()).toEqual(first)
    writeFileSync(file, '')
    expect(outputs()).toEqual(first)
    rmSync(file)
    expect(outputs()).toEqual(first)
  })

  it('exports lint', () => {
    expect(run('node', ['--input-type=module', '-e', "import * as misfit from 'misfit'; console.log(typeof misfit.lint)"]).trim()).toBe('function')
  })

  it('exports the ESLint plugin as an entry of its own, without the command', () => {
    const code = "import plugin from 'misfit/eslint'; import * as api from 'misfit'; console.log('default' in api, Object.keys(plugin.configs).join(), process.argv.length)"
    expect(run('node', ['--input-type=module', '-e', code]).trim()).toBe('false recommended,strict,rules-only 1')
  })

  it('ships the schemas it names', () => {
    const schema = JSON.parse(readFileSync(join(folder, 'node_modules/misfit/rules/schema/report.schema.json'), 'utf8')) as { $schema: string }
    expect(schema.$schema).toContain('2020-12')
  })

  it('ships every page that its README links to, and the licences of what it bundles', () => {
    const installed = join(folder, 'node_modules/misfit')
    const readme = readFileSync(join(installed, 'README.md'), 'utf8')
    const links = [...readme.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => path)
    expect(links.length).toBeGreaterThan(10)
    expect(links.filter(path => !existsSync(join(installed, path)))).toEqual([])
    expect(readFileSync(join(installed, 'dist/THIRD-PARTY-LICENSES'), 'utf8')).toMatch(/dagre \d[^]*commander \d[^]*re2js \d/)
  })

  it('satisfies publint', () => {
    expect(run(join(root, 'node_modules/.bin/publint'), ['run', tarball, '--strict'], root)).toContain('All good!')
  })

  it('satisfies attw', () => {
    // It exits with 1 when a way of importing the package gets wrong types.
    expect(() => run(join(root, 'node_modules/.bin/attw'), [tarball, '--profile', 'esm-only'], root)).not.toThrow()
  })
})
