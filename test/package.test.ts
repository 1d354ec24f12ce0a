// The packed tarball, as a new user meets it: installed in an empty folder, run, imported.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
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

  it('exports lint', () => {
    expect(run('node', ['--input-type=module', '-e', "import * as misfit from 'misfit'; console.log(typeof misfit.lint)"]).trim()).toBe('function')
  })

  it('ships the schemas it names', () => {
    const schema = JSON.parse(readFileSync(join(folder, 'node_modules/misfit/rules/schema/report.schema.json'), 'utf8')) as { $schema: string }
    expect(schema.$schema).toContain('2020-12')
  })

  it('satisfies publint', () => {
    expect(run(join(root, 'node_modules/.bin/publint'), ['run', tarball, '--strict'], root)).toContain('All good!')
  })

  it('satisfies attw', () => {
    // It exits with 1 when a way of importing the package gets wrong types.
    expect(() => run(join(root, 'node_modules/.bin/attw'), [tarball, '--profile', 'esm-only'], root)).not.toThrow()
  })
})
