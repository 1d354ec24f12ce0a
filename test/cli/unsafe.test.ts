// Edits that need care: asked about at a terminal, named elsewhere; what --fix leaves and why.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Finding, Report } from '../../src/model/report.ts'
import { asking } from '../../src/cli/ask.ts'
import { askedFor } from '../../src/cli/unsafe.ts'
import { buildProgram, misuse, write } from '../support/program.ts'

const home = mkdtempSync(join(tmpdir(), 'misfit-unsafe-'))
const program = join(home, 'cli.mjs')
let work: string
let runs = 0
beforeAll(() => buildProgram(program))
afterAll(() => { rmSync(home, { recursive: true, force: true }) })
beforeEach(() => { work = join(home, `work-${++runs}`); mkdirSync(work); write(work, { 'compose.yaml': misuse }) })

const misfit = (...words: readonly string[]): { code: number | null; out: string; told: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { cwd: work, encoding: 'utf8' })
  return { code: status, out: stdout, told: stderr }
}
const file = (): string => readFileSync(join(work, 'compose.yaml'), 'utf8')

describe('without a terminal', () => {
  it('--fix leaves them, and says why', () => {
    const { code, out } = misfit('--fix')
    expect([code, file()]).toEqual([1, misuse])
    expect(out).toMatch(/Nothing was changed\.\nNot made, because it needs care \(--fix-unsafe\):\n {2}compose\.yaml:11 redis\/queue-on-evicting-instance: .*First: .*\nFailed/)
  })

  it('--fix-unsafe makes them, and names them as such', () => {
    const { code, out } = misfit('--fix-unsafe')
    expect([code, file()]).toEqual([0, misuse.replace('allkeys-lru', 'noeviction')])
    expect(out).toMatch(/Changed 1 file for 1 finding\.\nNeeded care, and made:\n {2}compose\.yaml:11 redis\/queue-on-evicting-instance: .*First: /)
  })

  it('--fix-dry-run shows them when they are asked for, and writes nothing', () => {
    expect(misfit('--fix-dry-run')).toMatchObject({ out: '', told: expect.stringMatching(/^Nothing would be changed\.\nNot made, because it needs care \(--fix-unsafe\):\n/) as string })
    expect(misfit('--fix-dry-run', '--fix-unsafe').told).toMatch(/^Would change 1 file for 1 finding\.\nNeeds care:\n {2}compose\.yaml:11 redis\/queue-on-evicting-instance: .*First: .*\nWith that: Passed/)
    expect(misfit('--fix-dry-run', '--fix-unsafe').out).toContain('+    command: redis-server --maxmemory 256mb --maxmemory-policy noeviction --appendonly yes\n')
    expect(file()).toBe(misuse)
  })
})

describe('at a terminal', () => {
  const edit = (safe: boolean) => ({ title: 'set it', safe, changes: [], ...(safe ? {} : { hazard: 'Look at\u001b[31m it.' }) })
  const finding = (rule: string, safe = false) => ({ rule, file: 'a', line: 1, component: 'redis', message: rule, edits: [edit(safe)] }) as unknown as Finding
  const findings = [finding('redis/a'), finding('redis/b', true), finding('redis/c'), finding('redis/d')]

  it.each([
    ['y\nn\ny\n', ['redis/a', 'redis/b', 'redis/d']],
    ['\na\n', ['redis/b', 'redis/c', 'redis/d']],
    ['yes\nq\n', ['redis/a', 'redis/b']],
  ])('the answers %j choose %j', async (answers, chosen) => {
    const [input, output] = [new PassThrough(), new PassThrough()]
    const { ask, close } = asking(input, output)
    input.write(answers)
    const choose = await askedFor({ findings } as unknown as Report, ask)
    close()
    expect(findings.filter(each => each.edits?.some(one => choose(each, one))).map(each => each.rule)).toEqual(chosen)
    const shown = String(output.read())
    expect(shown).toContain('a:1 redis/a: set it? First: Look at\\u{1b}[31m it. [no/yes/all/quit]')
    expect(shown).not.toContain('redis/b')
  })
})
