// docs/api.md is run as it stands, and the declarations say what is there: no value that does not exist, no ESLint, no skipLibCheck.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { afterAll, describe, expect, it } from 'vitest'
import { misuse } from '../support/program.ts'

const root = resolve(import.meta.dirname, '../..')
const home = mkdtempSync(join(tmpdir(), 'misfit-api-'))
afterAll(() => { rmSync(home, { recursive: true, force: true }) })
mkdirSync(join(home, 'deploy'))
mkdirSync(join(home, 'node_modules'))
symlinkSync(root, join(home, 'node_modules/misfit'))
writeFileSync(join(home, 'package.json'), '{"type":"module"}')
writeFileSync(join(home, 'deploy/compose.yaml'), misuse)
writeFileSync(join(home, 'deploy/misfit.config.yaml'), 'rules: {redis/queue-on-evicting-instance: warning}\n')
writeFileSync(join(home, 'strict.config.yaml'), 'rules: {redis/queue-on-evicting-instance: error}\n')

const page = readFileSync(join(root, 'docs/api.md'), 'utf8')
const blocks = [...page.matchAll(/<!-- test: (\w+) -->\n```js\n([^]*?)```/g)].map(([, name = '', code = '']) => ({ name, code }))

describe('docs/api.md', () => {
  it.each(blocks)('$name runs as printed', ({ name, code }) => {
    writeFileSync(join(home, `${name}.mjs`), code)
    const out = execFileSync(process.execPath, [`${name}.mjs`], { cwd: home, encoding: 'utf8' })
    const expected: Readonly<Record<string, RegExp>> = {
      folder: /^0 1\nwarning redis\/queue-on-evicting-instance deploy\/compose\.yaml:11 redis holds/, memory: /redis\/queue-on-evicting-instance[^]*\n0\n$/,
      format: /^true deploy · production .*\n.*compose\.yaml:11.*redis\/queue-on-evicting-instance/, observe: /^\. redis redis \[ 'job-queue \d/,
    }
    expect(out).toMatch(expected[name] ?? /nothing is expected of this block/)
    if (name === 'format') expect(readFileSync(join(home, 'misfit.html'), 'utf8')).toContain('Decision table: job-queue')
  })

  it('has every block tested', () => {
    expect([blocks.length, page.match(/```js/g)?.length]).toEqual([4, 4])
  })
})

describe('the declarations', () => {
  it.each(['index', 'eslint'])('of %s name the values that are there', async entry => {
    const file = join(root, `dist/${entry}.d.mts`)
    const program = ts.createProgram([file], { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, skipLibCheck: true })
    const checker = program.getTypeChecker()
    const source = program.getSourceFile(file)
    const module = source && checker.getSymbolAtLocation(source)
    const declared = module ? checker.getExportsOfModule(module).filter(each => ((each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each).flags & ts.SymbolFlags.Value) !== 0).map(({ name }) => name) : []
    expect(declared.sort()).toEqual(Object.keys(await import(pathToFileURL(join(root, `dist/${entry}.mjs`)).href) as object).sort())
  })

  it('compile where there is no ESLint, with every library checked', () => {
    const folder = join(home, 'typed')
    for (const part of ['package.json', 'dist/index.d.mts']) { mkdirSync(join(folder, 'node_modules/misfit/dist'), { recursive: true }); cpSync(join(root, part), join(folder, 'node_modules/misfit', part)) }
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    writeFileSync(join(folder, 'use.ts'), `import { formatReport, lint, memoryTree, rules, type Finding, type Report, type Rule } from 'misfit'
const report: Report = lint(memoryTree({}), { severities: { a: 'off' } })
export const findings: readonly Finding[] = report.findings
export const ids: readonly string[] = rules.map((rule: Rule) => rule.id)
export const text: string = formatReport(report, 'sarif')
// @ts-expect-error -- there is no such format
formatReport(report, 'pdf')
`)
    const program = ts.createProgram([join(folder, 'use.ts')], { strict: true, noEmit: true, skipLibCheck: false, types: [], lib: ['lib.es2023.d.ts'], target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext })
    expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([])
  })
})
