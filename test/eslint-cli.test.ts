// The eslint command itself, in the three versions that matter, on a repository of files: what a user sees.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import type { ESLint } from 'eslint'
import { builtinRules } from 'eslint/use-at-your-own-risk'
import n from 'eslint-plugin-n'
import unicorn from 'eslint-plugin-unicorn'
import { Linter } from 'eslint'
import { afterAll, describe, expect, it } from 'vitest'
import misfit from '../src/eslint.ts'
import { rules as kafkaAndRedis } from '../rules/index.ts'

const root = resolve(import.meta.dirname, '..')
const top = realpathSync(mkdtempSync(join(tmpdir(), 'misfit-eslint-cli-')))
afterAll(() => { rmSync(top, { recursive: true, force: true }) })

const queue = 'misfit/redis/queue-on-evicting-instance'
const recommended = "import { defineConfig } from 'eslint/config'\nimport misfit from 'misfit'\nexport default defineConfig([{ plugins: { misfit }, extends: ['misfit/recommended'] }])\n"
let count = 0

/** A copy of the fixture repository, with the plugin and one version of ESLint installed. */
function repository(config: string, eslint = 'eslint'): string {
  const folder = join(top, String(count++))
  cpSync(join(root, 'fixtures/eslint'), folder, { recursive: true })
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '@eslint'), { recursive: true })
  const link = (name: string, target: string): void => { symlinkSync(target, join(modules, name)) }
  link('misfit', root)
  link('eslint', join(root, 'node_modules', eslint))
  const nested = join(root, 'node_modules', eslint, 'node_modules/@eslint/js')
  link('@eslint/js', existsSync(nested) ? nested : join(root, 'node_modules/@eslint/js'))
  for (const name of ['eslint-plugin-yml', 'yaml-eslint-parser', 'eslint-plugin-unicorn', 'eslint-plugin-n', 'typescript-eslint', 'typescript']) link(name, join(root, 'node_modules', name))
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}')
  writeFileSync(join(folder, 'eslint.config.js'), config)
  mkdirSync(join(folder, '.git'))
  return folder
}

interface Run {
  readonly status: number | null
  readonly error: string
  readonly results: readonly ESLint.LintResult[]
  /** `file rule line:column`, sorted. */
  readonly told: readonly string[]
}

function eslint(folder: string, ...args: string[]): Run {
  const ran = spawnSync(process.execPath, [join(folder, 'node_modules/eslint/bin/eslint.js'), '.', '--format', 'json', ...args], { cwd: folder, encoding: 'utf8' })
  const results = ran.stdout.startsWith('[') ? JSON.parse(ran.stdout) as ESLint.LintResult[] : []
  const told = results.flatMap(({ filePath, messages }) => messages.map(({ ruleId, line, column }) => `${relative(folder, filePath)} ${String(ruleId)} ${line}:${column}`))
  return { status: ran.status, error: ran.stdout.startsWith('[') ? '' : ran.stdout + ran.stderr, results, told: told.sort() }
}

const expected = [`deploy/compose.override.yaml ${queue} 3:64`, `deploy/compose.yaml ${queue} 10:26`]

describe.each(['eslint', 'eslint-9-39', 'eslint-9-22'])('%s', name => {
  it('lints the repository', () => {
    const { status, error, told, results } = eslint(repository(recommended, name))
    expect({ status, error, told }).toEqual({ status: 1, error: '', told: expected })
    const justified = results.flatMap(result => result.suppressedMessages).map(message => message.suppressions.map(({ justification }) => justification))
    expect(justified).toEqual([['jobs may be lost, they are only thumbnails']])
  })

  it('is not disturbed by rules for JavaScript that apply to every file', () => {
    const { error, told } = eslint(repository(recommended.replace('export default', "import js from '@eslint/js'\nexport default").replace('defineConfig([', 'defineConfig([js.configs.recommended, '), name))
    expect({ error, told }).toEqual({ error: '', told: expected })
  })
})

describe('beside other plugins', () => {
  it('typescript-eslint, unicorn and n report nothing on YAML', () => {
    const config = `import js from '@eslint/js'
import n from 'eslint-plugin-n'
import unicorn from 'eslint-plugin-unicorn'
import ts from 'typescript-eslint'
import misfit from 'misfit'
export default [js.configs.all, ts.configs.base, { rules: ts.configs.recommended.at(-1).rules }, { rules: ts.configs.stylistic.at(-1).rules }, unicorn.configs.recommended, n.configs['flat/recommended-module'], misfit.configs.recommended, { ignores: ['*.js'] }]
`
    const { error, told } = eslint(repository(config))
    expect({ error, told }).toEqual({ error: '', told: expected })
  })

  it('no rule of theirs crashes or reports, each on its own', () => {
    const text = readFileSync(join(root, 'fixtures/eslint/deploy/compose.yaml'), 'utf8')
    const plugins = { misfit, n: n as ESLint.Plugin, unicorn: unicorn as unknown as ESLint.Plugin }
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only list with the deprecated rules, which people still turn on
    const ids = [...builtinRules.keys(), ...Object.keys(n.rules ?? {}).map(id => `n/${id}`), ...Object.keys(unicorn.rules ?? {}).map(id => `unicorn/${id}`)]
    const linter = new Linter({ configType: 'flat', cwd: top })
    const offenders = ids.filter(id => {
      try {
        return linter.verify(text, [{ files: ['**/*.yaml'], plugins, language: 'misfit/yaml', rules: { [id]: 'error' } }], { filename: join(top, 'compose.yaml') }).length > 0
      } catch {
        return true
      }
    })
    expect(ids.length).toBeGreaterThan(350)
    expect(offenders).toEqual([])
  })

  it('with eslint-plugin-yml behind misfit, both report', () => {
    const config = "import yml from 'eslint-plugin-yml'\nimport misfit from 'misfit'\nexport default [misfit.configs.recommended, ...yml.configs.recommended, { files: ['**/*.yaml'], rules: { 'yml/flow-sequence-bracket-spacing': ['error', 'always'] } }, { ignores: ['chart/**', 'broken.yml'] }]\n"
    const { error, told } = eslint(repository(config))
    expect(error).toBe('')
    expect(told).toEqual(expect.arrayContaining([...expected, 'deploy/compose.yaml yml/flow-sequence-bracket-spacing 4:14']))
  })

  it('with rules-only, the order does not matter', () => {
    const config = "import yml from 'eslint-plugin-yml'\nimport misfit from 'misfit'\nexport default [...yml.configs.recommended, misfit.configs['rules-only'], { ignores: ['chart/**', 'broken.yml'] }]\n"
    expect(eslint(repository(config)).told).toEqual(expect.arrayContaining(expected))
  })
})

describe('options of the command', () => {
  it('--concurrency gives the same result', () => {
    expect(eslint(repository(recommended), '--concurrency', '2').told).toEqual(expected)
  })

  it('--cache notices a neighbour that is gone, through the settings', () => {
    const folder = repository("import misfit from 'misfit'\nexport default [{ ...misfit.configs.recommended, settings: misfit.contextSettings(import.meta.dirname) }]\n")
    expect(eslint(folder, '--cache').told).toEqual(expected)
    rmSync(join(folder, 'deploy/compose.override.yaml'))
    expect(eslint(folder, '--cache').told).toEqual([])
  })

  it('--fix applies the safe edits and leaves the others to people', () => {
    const folder = repository(recommended.replace('recommended', 'strict'))
    const safe = kafkaAndRedis.find(rule => rule.id === 'kafka/internal-topics-replication')?.bad[0]?.files ?? {}
    for (const [path, text] of Object.entries(safe)) {
      mkdirSync(join(folder, 'safe'), { recursive: true })
      writeFileSync(join(folder, 'safe', path), text)
    }
    const before = eslint(folder).told.filter(line => line.startsWith('safe/'))
    expect(before.join()).toContain('misfit/kafka/internal-topics-replication')
    const after = eslint(folder, '--fix').told
    expect(after.filter(line => line.includes('kafka/internal-topics-replication'))).toEqual([])
    expect(after).toEqual(expect.arrayContaining(expected))
    expect(readFileSync(join(folder, 'deploy/compose.override.yaml'), 'utf8')).toContain('allkeys-lru')
  })
})
