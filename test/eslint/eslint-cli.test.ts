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
import typescript from 'typescript'
import ts from 'typescript-eslint'
import { afterAll, describe, expect, it } from 'vitest'
import misfit from '../../src/eslint.ts'
import { rules as kafkaAndRedis } from '../../rules/index.ts'

const root = resolve(import.meta.dirname, '../..')
const top = realpathSync(mkdtempSync(join(tmpdir(), 'misfit-eslint-cli-')))
afterAll(() => { rmSync(top, { recursive: true, force: true }) })

const queue = 'misfit/redis/queue-on-evicting-instance'
const recommended = "import { defineConfig } from 'eslint/config'\nimport misfit from 'misfit/eslint'\nexport default defineConfig([{ plugins: { misfit }, extends: ['misfit/recommended'] }])\n"
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

// The types of 9.22 name those of the package `eslint`, which beside an alias is another version.
describe.each(['eslint', 'eslint-9-39'])('the types beside %s', name => {
  it('fit a configuration that is checked', () => {
    const folder = repository('', name)
    rmSync(join(folder, 'node_modules/misfit'))
    for (const part of ['package.json', 'dist/eslint.d.mts']) cpSync(join(root, part), join(folder, 'node_modules/misfit', part))
    const configs = ['eslint.config.ts', 'eslint.config.js'].map(file => join(folder, file))
    for (const path of configs) writeFileSync(path, `// @ts-check
import { defineConfig } from 'eslint/config'
import misfit from 'misfit/eslint'
export default defineConfig([
  misfit.configs.recommended,
  { plugins: { misfit }, extends: ['misfit/strict'] },
  { ...misfit.configs['rules-only'], rules: { 'misfit/kafka/single-broker-durable': 'off' }, settings: misfit.contextSettings('.') },
])
`)
    const { ModuleKind, ModuleResolutionKind, ScriptTarget } = typescript
    const program = typescript.createProgram(configs, {
      strict: true, noEmit: true, allowJs: true, checkJs: true, types: [], target: ScriptTarget.ES2023, module: ModuleKind.NodeNext, moduleResolution: ModuleResolutionKind.NodeNext,
    })
    const own = typescript.getPreEmitDiagnostics(program).filter(each => each.file?.fileName.startsWith(folder) !== false)
    expect(own.map(({ messageText }) => typescript.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([])
    expect(program.getSourceFiles().map(source => source.fileName)).toContain(join(folder, 'node_modules/misfit/dist/eslint.d.mts'))
  })
})

describe('beside other plugins', () => {
  it('typescript-eslint, unicorn and n report nothing on YAML', () => {
    const config = `import js from '@eslint/js'
import n from 'eslint-plugin-n'
import unicorn from 'eslint-plugin-unicorn'
import ts from 'typescript-eslint'
import misfit from 'misfit/eslint'
export default [js.configs.all, ...ts.configs.strictTypeChecked, ...ts.configs.stylisticTypeChecked, { languageOptions: { parserOptions: { projectService: true } } }, unicorn.configs.recommended, n.configs['flat/recommended-module'], misfit.configs.recommended, { ignores: ['*.js'] }]
`
    const { error, told } = eslint(repository(config))
    expect({ error, told }).toEqual({ error: '', told: expected })
  })

  it('no rule of theirs crashes or reports, each on its own', () => {
    const theirs = { n, unicorn, ts: ts.plugin } as unknown as Record<string, ESLint.Plugin>
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only list with the deprecated rules, which people still turn on
    const ids = [...builtinRules.keys(), ...Object.entries(theirs).flatMap(([name, { rules = {} }]) => Object.keys(rules).map(id => `${name}/${id}`))]
    const texts = ['deploy/compose.yaml', 'chart/templates/redis.yaml', 'broken.yml'].map(path => readFileSync(join(root, 'fixtures/eslint', path), 'utf8'))
    const linter = new Linter({ configType: 'flat', cwd: top })
    const offenders = ids.filter(id => {
      try {
        return texts.some(text => linter.verify(text, [{ ...misfit.configs.recommended, plugins: { misfit, ...theirs }, rules: { [id]: 'error' } }], { filename: join(top, 'compose.yaml') }).length > 0)
      } catch {
        return true
      }
    })
    expect(ids.length).toBeGreaterThan(550)
    expect(offenders).toEqual([])
  })

  it('with eslint-plugin-yml behind misfit, both report', () => {
    const config = "import yml from 'eslint-plugin-yml'\nimport misfit from 'misfit/eslint'\nexport default [misfit.configs.recommended, ...yml.configs.recommended, { files: ['**/*.yaml'], rules: { 'yml/flow-sequence-bracket-spacing': ['error', 'always'] } }, { ignores: ['chart/**', 'broken.yml'] }]\n"
    const { error, told } = eslint(repository(config))
    expect(error).toBe('')
    expect(told).toEqual(expect.arrayContaining([...expected, 'deploy/compose.yaml yml/flow-sequence-bracket-spacing 4:14']))
  })

  it('with rules-only, the order does not matter', () => {
    const config = "import yml from 'eslint-plugin-yml'\nimport misfit from 'misfit/eslint'\nexport default [...yml.configs.recommended, misfit.configs['rules-only'], { ignores: ['chart/**', 'broken.yml'] }]\n"
    expect(eslint(repository(config)).told).toEqual(expect.arrayContaining(expected))
  })
})

describe('options of the command', () => {
  it('--concurrency gives the same result', () => {
    expect(eslint(repository(recommended), '--concurrency', '2').told).toEqual(expected)
  })

  it('does not search what git ignores, as misfit does not', () => {
    const folder = repository(recommended)
    cpSync(join(folder, 'deploy'), join(folder, 'copies'), { recursive: true })
    writeFileSync(join(folder, '.gitignore'), 'copies\n')
    expect(eslint(folder).told).toEqual(expected)
  })

  it('--cache notices a neighbour that is gone, through the settings', () => {
    const folder = repository("import misfit from 'misfit/eslint'\nexport default [{ ...misfit.configs.recommended, settings: misfit.contextSettings(import.meta.dirname) }]\n")
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
