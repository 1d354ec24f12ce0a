// The packed tarball, as a new user meets it: installed in an empty folder, run, imported.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'misfit-package-'))
const run = (command: string, args: readonly string[], cwd = folder): string => execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
let tarball = ''
let contents: readonly string[] = []

beforeAll(() => {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root)) as { filename: string; files: { path: string }[] }[]
  tarball = join(folder, packed?.filename ?? '')
  contents = packed?.files.map(({ path }) => path) ?? []
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

  it('prints the same without compiled code, from its own, and from code that V8 refuses; the rule pages too', () => {
    expect(contents.filter(path => path.startsWith('dist/main.cjs'))).toEqual(['dist/main.cjs'])
    const dist = join(folder, 'node_modules/misfit/dist')
    const compiled = (): string[] => readdirSync(dist).filter(name => name.startsWith('main.cjs.'))
    for (const name of compiled()) rmSync(join(dist, name))
    const program = join(folder, 'node_modules/.bin/misfit')
    const outputs = (): string[] => [['compose.yaml'], ['explain', 'redis/queue-on-evicting-instance'], ['--format', 'sarif', 'compose.yaml'], ['--version']]
      .map(words => { const { stdout, stderr } = spawnSync(program, words, { cwd: folder, encoding: 'utf8' }); return stdout + stderr })
    const first = outputs()
    expect(first[0]).toContain('redis/queue-on-evicting-instance')
    expect(first[1]).toContain('celery -A shop worker')
    expect(compiled()).toEqual([`main.cjs.${process.version}-${process.arch}`])
    expect(outputs()).toEqual(first)
    const file = join(dist, compiled()[0] ?? ''), code = readFileSync(file)
    writeFileSync(file, Buffer.concat([Buffer.from('another version'), code.subarray(15)]))
    expect(outputs()).toEqual(first)
    expect(readFileSync(file).subarray(0, 15)).toEqual(code.subarray(0, 15))
    writeFileSync(file, '')
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

  describe('lets a stranger type every command of the README and the guides as it is printed', () => {
    const home = mkdtempSync(join(tmpdir(), 'misfit-stranger-'))
    const shop = join(home, 'shop')
    const environment = { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', npm_config_offline: 'true' }
    const typed = (line: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
      spawnSync('bash', ['-o', 'pipefail', '-c', line], { cwd: shop, env: environment, encoding: 'utf8' })

    beforeAll(() => {
      cpSync(join(root, 'fixtures/shop'), shop, { recursive: true })
      for (const [path, text] of Object.entries({
        '.gitignore': 'node_modules\n', 'deploy/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n', 'deploy/shop/values.yaml': 'redis: {}\n',
        'envs/base.yaml': 'redis: { image: "redis:7.4" }\n', 'envs/live.yaml': 'redis: { maxmemory: 1gb }\n',
      })) { mkdirSync(dirname(join(shop, path)), { recursive: true }); writeFileSync(join(shop, path), text) }
      symlinkSync(join(folder, 'node_modules'), join(shop, 'node_modules'))
      const made = typed('git init -qb main && git add -A && git -c user.name=a -c user.email=a@example.com commit -qm shop && git update-ref refs/remotes/origin/main HEAD && git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main')
      expect(made).toMatchObject({ status: 0 })
    })
    afterAll(() => { rmSync(home, { recursive: true, force: true }) })

    const pages = ['README.md', ...readdirSync(join(root, 'docs')).filter(name => name.endsWith('.md')).map(name => `docs/${name}`)]
    const commands = pages.flatMap(page => [...readFileSync(join(root, page), 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n'))
      // The hooks have a test of their own.
      .filter(line => /\bmisfit\b/.test(line) && /^(?:npx|misfit|mkdir|git diff (?!--cached))/.test(line)).map(line => [page, line] as const))

    it('which are some', () => { expect(commands.length).toBeGreaterThan(15) })

    it.each(commands)('%s: %s', (_, line) => {
      const { status, stderr } = typed(line)
      if (/misfit init\b/.test(line)) expect(stderr).toContain('`misfit init --yes` takes the defaults')
      else {
        expect(stderr).not.toMatch(/^misfit: |not found|No such file/m)
        expect([0, 1]).toContain(status)
      }
    })
  })

  it('satisfies publint', () => {
    expect(run(join(root, 'node_modules/.bin/publint'), ['run', tarball, '--strict'], root)).toContain('All good!')
  })

  it('satisfies attw', () => {
    // It exits with 1 when a way of importing the package gets wrong types.
    expect(() => run(join(root, 'node_modules/.bin/attw'), [tarball, '--profile', 'esm-only'], root)).not.toThrow()
  })
})
