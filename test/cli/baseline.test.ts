// The baseline: what is known stays quiet, what is new speaks, what is fixed and what is too old is said.
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { compare, earlierOf } from '../../src/analysis/compare.ts'
import { daysBetween } from '../../src/cli/baseline.ts'
import { lint } from '../../src/lint.ts'
import type { Report } from '../../src/model/report.ts'
import schema from '../../rules/schema/baseline.schema.json' with { type: 'json' }
import { memoryTree } from '../support/memory-tree.ts'
import { buildProgram, clean, misuse, rule, run, write, type Outcome } from '../support/program.ts'

const home = mkdtempSync(join(tmpdir(), 'misfit-baseline-'))
const program = join(home, 'cli.mjs')
let work: string
let runs = 0
beforeAll(() => buildProgram(program), 60_000)
afterAll(() => { rmSync(home, { recursive: true, force: true }) })
beforeEach(() => { work = join(home, `work-${++runs}`); mkdirSync(work) })

const misfit = (...words: readonly string[]): Promise<Outcome> => run(process.execPath, [program, ...words], { cwd: work })
const report = async (...words: readonly string[]): Promise<Report> => JSON.parse((await misfit(...words, '--format', 'json')).out) as Report
const path = (): string => join(work, 'misfit-baseline.json')
interface Entry { file: string; rule: string; severity?: string; since: string; fingerprint: string; component: string }
const entries = (): Entry[] => (JSON.parse(readFileSync(path(), 'utf8')) as { findings: Entry[] }).findings
const store = (findings: readonly Entry[]): void => { writeFileSync(path(), JSON.stringify({ version: 1, findings })) }

describe('misfit baseline', () => {
  it('writes what is there, by the schema, the same every time, and later runs are clean', async () => {
    write(work, { 'a/compose.yaml': misuse, 'b/compose.yaml': misuse })
    expect((await misfit('baseline')).code).toBe(0)
    const first = readFileSync(path(), 'utf8')
    const validate = new Ajv2020({ strict: true }).compile(schema)
    expect(validate(JSON.parse(first)), JSON.stringify(validate.errors)).toBe(true)
    expect((await misfit('baseline')).code).toBe(0)
    expect(readFileSync(path(), 'utf8')).toBe(first)
    const later = await misfit('--max-warnings', '0', '--fail-on', 'info')
    expect(later.code).toBe(0)
    expect(later.out).toContain(`${entries().length} findings known in misfit-baseline.json\n`)
    expect((await misfit('--no-baseline')).code).toBe(1)
  })

  it('keeps the findings in the report as suppressed', async () => {
    write(work, { 'compose.yaml': misuse })
    await misfit('baseline')
    const { findings, suppressed, summary } = await report()
    expect(findings).toEqual([])
    expect(suppressed?.map(finding => finding.rule)).toContain(rule)
    expect(suppressed?.[0]?.suppression).toMatchObject({ kind: 'external', justification: expect.stringMatching(/^in misfit-baseline\.json since \d{4}-\d\d-\d\d$/) as string })
    expect(summary).toMatchObject({ errors: 0, warnings: 0, suppressed: suppressed?.length })
  })

  it('knows a finding again when lines move, when its folder is renamed, and from a folder below', async () => {
    write(work, { '.git/HEAD': '', 'first/compose.yaml': misuse })
    await misfit('baseline')
    write(work, { 'first/compose.yaml': `# a\n# b\n${misuse}` })
    expect((await report()).findings).toEqual([])
    expect((await run(process.execPath, [program], { cwd: join(work, 'first') })).code).toBe(0)
    expect((await misfit('first')).code).toBe(0)
    expect((await misfit('first/compose.yaml')).code).toBe(0)
    renameSync(join(work, 'first'), join(work, 'new'))
    expect((await report()).findings).toEqual([])
  })

  it('reports what is new, also the same misuse in a second place', async () => {
    write(work, { 'a/compose.yaml': misuse })
    await misfit('baseline')
    write(work, { 'b/compose.yaml': misuse })
    const { findings } = await report()
    expect(new Set(findings.map(finding => finding.file))).toEqual(new Set(['b/compose.yaml']))
    expect(findings.map(finding => finding.rule)).toContain(rule)
  })

  it('says what is fixed, and takes it out without letting anything new in', async () => {
    write(work, { 'a/compose.yaml': misuse, 'b/compose.yaml': misuse })
    await misfit('baseline')
    const before = entries().length
    write(work, { 'a/compose.yaml': clean, 'c/compose.yaml': misuse })
    const { comparisons } = await report()
    expect(comparisons?.[0]?.fixed.map(one => [one.rule, one.file])).toContainEqual([rule, 'a/compose.yaml'])
    expect((await misfit()).out).toContain(`Fixed, and still in misfit-baseline.json: ${rule} on redis (a/compose.yaml)`)
    await misfit('baseline', '--prune')
    expect(entries()).toHaveLength(before - (comparisons?.[0]?.fixed.length ?? 0))
    expect(entries().map(entry => entry.file)).not.toContain('c/compose.yaml')
  })

  it('takes nothing for fixed that was not looked at, cannot be read, or is silenced by a comment', async () => {
    write(work, { '.git/HEAD': '', 'a/compose.yaml': misuse, 'b/compose.yaml': misuse })
    await misfit('baseline')
    expect((await report('a')).comparisons?.[0]?.fixed).toEqual([])
    expect((await report('a/compose.yaml')).comparisons?.[0]?.fixed).toEqual([])
    expect((await report('--exclude', 'b')).comparisons?.[0]?.fixed).toEqual([])
    write(work, { 'a/compose.yaml': 'services: [\n', 'b/compose.yaml': misuse.replace('  redis:\n', `  # misfit-ignore ${rule} -- known\n  redis:\n`) })
    expect((await report()).comparisons?.[0]?.fixed).toEqual([])
    await misfit('baseline', 'b', '--output', 'misfit-baseline.json')
    expect(entries().map(entry => entry.file)).toContain('a/compose.yaml')
  })

  it('keeps the day, tells the age, and fails on it', async () => {
    write(work, { 'compose.yaml': misuse })
    await misfit('baseline')
    store(entries().map(entry => ({ ...entry, since: '2020-01-31' })))
    await misfit('baseline')
    expect(entries()[0]?.since).toBe('2020-01-31')
    expect((await report()).comparisons?.[0]?.oldestDays).toBeGreaterThan(2000)
    const old = await misfit('--max-baseline-age', '90')
    expect(old).toMatchObject({ code: 1, err: expect.stringMatching(/^misfit: \d+ findings? ha(s|ve) been in the baseline for more than 90 days\n$/) as string })
    expect(old.out).toContain(rule)
    expect((await misfit('--max-baseline-age', '99999')).code).toBe(0)
  })

  it('reports again what has become graver, and takes it in anew only when it is written, not when it is pruned', async () => {
    write(work, { 'compose.yaml': misuse })
    await misfit('baseline')
    const mild = (): void => { store(entries().map(entry => ({ ...entry, severity: 'info' }))) }
    mild()
    const found = await report()
    expect(found.findings.map(finding => finding.rule)).toContain(rule)
    expect(found.comparisons?.[0]?.graver).toContainEqual(expect.objectContaining({ rule, file: 'compose.yaml', severity: 'error', was: 'info' }))
    expect((await misfit()).code).toBe(1)
    await misfit('baseline', '--prune')
    expect(entries().find(entry => entry.rule === rule)?.severity).toBe('info')
    await misfit('baseline')
    expect(entries().find(entry => entry.rule === rule)?.severity).toBe('error')
    expect((await misfit()).code).toBe(0)
    // One that an earlier version wrote says nothing of it.
    store(entries().map(({ rule: id, file, component, since, fingerprint }) => ({ rule: id, file, component, since, fingerprint })))
    expect((await misfit()).code).toBe(0)
  })

  it.each([
    [['--baseline', 'none.json'], '', /^misfit: there is no baseline "none\.json"; misfit baseline writes one\n$/],
    [[], '{', /^misfit: the baseline "misfit-baseline\.json" cannot be read: .*\n$/],
    [[], '{"version": 2}', /^misfit: "misfit-baseline\.json" is no baseline of misfit/],
    [[], '{"version": 1, "findings": [{"rule": "x"}]}', /^misfit: "misfit-baseline\.json": finding 1 has no since\n$/],
    [[], '{"version": 1, "findings": [{"since": "soon"}]}', /since must be a day/],
    [[], '{"version": 1, "findings": [{"since": "2026-01-31", "file": "a", "rule": "x", "component": "y", "fingerprint": "z", "severity": "bad"}]}', /^misfit: "misfit-baseline\.json": finding 1: severity must be one of error, warning, info\n$/],
    [['--max-baseline-age', '1'], '', /^misfit: --max-baseline-age needs a baseline/],
    [['baseline', '--prune'], '', /^misfit: there is no baseline "misfit-baseline\.json" to prune\n$/],
  ])('2 with one line for %j and %j', async (words, text, message) => {
    write(work, { 'compose.yaml': clean, ...(text === '' ? {} : { 'misfit-baseline.json': text }) })
    const { code, err } = await misfit(...words)
    expect(code).toBe(2)
    expect(err).toMatch(message)
  })
})

it('counts equal findings instead of merging them', () => {
  const [finding] = lint(memoryTree({ 'compose.yaml': misuse })).findings
  if (!finding) throw new Error('nothing found')
  const earlier = [earlierOf(finding), earlierOf(finding)]
  expect(compare([finding, finding, finding], earlier, () => true)).toMatchObject({ fresh: { length: 1 }, known: { length: 2 }, gone: [] })
  expect(compare([finding], earlier, () => true)).toMatchObject({ fresh: [], known: { length: 1 }, gone: { length: 1 } })
})

it('counts days over a change of clocks, and never below none', () => {
  expect(daysBetween('2026-03-01', '2026-04-01')).toBe(31)
  expect(daysBetween('2026-04-01', '2026-03-01')).toBe(0)
})

describe('judgement', () => {
  beforeEach(() => { write(work, { 'compose.yaml': misuse }) })

  it('fails from the severity that was chosen', async () => {
    write(work, { 'misfit.config.yaml': `overrides:\n  - files: "*.yaml"\n    rules: {${rule}: warning}\n` })
    expect((await misfit()).code).toBe(0)
    expect((await misfit('--fail-on', 'warning')).code).toBe(1)
    expect(await misfit('--fail-on', 'worning')).toMatchObject({ code: 2, err: 'misfit: there is no severity "worning", only error, warning, info (did you mean warning?)\n' })
  })

  it('leaves out what rests on less', async () => {
    const all = (await report()).findings
    const least = (await report('--min-confidence', 'certain')).findings
    expect(least).toEqual(all.filter(finding => finding.confidence === 'certain'))
    expect(least.length).toBeLessThan(all.length)
  })

  it('3 only where there is nothing and something was required', async () => {
    mkdirSync(join(work, 'empty'))
    expect((await misfit('empty')).code).toBe(0)
    expect((await misfit('empty', '--require-input')).code).toBe(3)
    expect((await misfit('--require-input')).code).toBe(1)
  })

  it('a suppression needs a reason where reasons are required', async () => {
    write(work, { 'compose.yaml': misuse.replace('  redis:\n', `  # misfit-ignore ${rule}\n  redis:\n`) })
    expect((await misfit()).code).toBe(0)
    expect((await misfit('--require-reason')).code).toBe(1)
  })

  it('--fix takes out suppressions that suppress nothing', async () => {
    write(work, { 'compose.yaml': clean.replace('  redis:\n', `  # misfit-ignore ${rule} -- old\n  redis:\n`) })
    await misfit('--fix')
    expect(readFileSync(join(work, 'compose.yaml'), 'utf8')).not.toContain('misfit-ignore')
  })

  it.each([
    ['overrides:\n  - files: x\n    rules: {redis/nothing: off}\n', /3:13: there is no rule/],
    ['overrides:\n  - files: x\n', /an override needs rules/],
    ['overrides:\n  - file: x\n', /there is no option "file" \(did you mean files\?\)/],
    [`overrides:\n  - rules: {${rule}: off}\n`, /an override needs files/],
    [`overrides:\n  - files: x\n    rules: {${rule}: of}\n`, /did you mean off\?/],
  ])('refuses the override %j', async (text, message) => {
    write(work, { 'misfit.config.yaml': text })
    const { code, err } = await misfit()
    expect([code, err]).toEqual([2, expect.stringMatching(message)])
  })
})
