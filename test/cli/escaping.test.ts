// What is not a report goes through the same escaping: usage errors, explain, decide, lists of files, diffs.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { unifiedDiff } from '../../src/cli/fix.ts'
import type { Report } from '../../src/model/report.ts'
import { jsonText } from '../../src/reporters/escape.ts'
import { plain } from '../../src/reporters/plain.ts'
import { buildProgram, misuse, run, write, type Outcome } from '../support/program.ts'

const home = mkdtempSync(join(tmpdir(), 'misfit-escaping-'))
const program = join(home, 'cli.mjs')
beforeAll(() => buildProgram(program), 60_000)
afterAll(() => { rmSync(home, { recursive: true, force: true }) })
const misfit = (cwd: string, ...words: readonly string[]): Promise<Outcome> => run(process.execPath, [program, ...words], { cwd: join(home, cwd), env: { GITHUB_ACTIONS: 'true' } })

const hidden = '\u{e0041}\u{e0042}'
const hostile = `a\u001b[2J\u202e${hidden}##vso[task.complete]##teamcity[x]##[error]`
// eslint-disable-next-line no-control-regex -- they are what is looked for
const active = /[\u0000-\u0009\u000b-\u001f\u202e]|\u{e0041}|##(?:vso|teamcity)?\[|^\s*::/mu

it('every character that hides or steers is shown, and joined emoji are left alone', () => {
  expect(plain(hostile)).toBe('a\\u{1b}[2J\\u{202e}\\u{e0041}\\u{e0042}## vso[task.complete]## teamcity[x]## [error]')
  for (const text of ['👩‍💻', '🏳️‍🌈', '👨🏽‍🚀 of 👩‍👩‍👧']) expect(plain(text)).toBe(text)
  expect(plain('a\u200db')).toBe('a\\u{200d}b')
  expect(jsonText({ [hostile]: hostile })).not.toMatch(active)
  expect(JSON.parse(jsonText({ [hostile]: hostile }))).toEqual({ [hostile]: hostile })
})

it('no usage error steers, and none is endless', async () => {
  mkdirSync(join(home, 'usage'))
  for (const words of [[hostile], ['--config', hostile], ['--since', hostile], ['explain', hostile], ['decide', hostile], ['--format', hostile], [`--${hostile}`], ['--exclude', 'x', `n${'o'.repeat(100_000)}`]]) {
    const { code, err } = await misfit('usage', ...words)
    expect([code, active.test(err), err.length < 3_000], words.join(' ').slice(0, 100)).toEqual([2, false, true])
  }
})

it('explain, lists and decisions say what stands in files as text', async () => {
  write(join(home, 'said'), { '::error ::x/compose.yaml': misuse.replace('image: shop/web:1', `image: shop/web:1 # ${hostile}`).replace('restart: always\n    command: redis', `labels: {misfit.env: ${JSON.stringify(hostile)}}\n    restart: always\n    command: redis`) })
  const design = `apiVersion: misfit/v1\nkind: DesignSpec\nmetadata: {name: ${JSON.stringify(`[x](https://evil.example) https://evil.example www.evil.example a@evil.example @somebody #1 ${hostile}`)}}\ncomponents: [{id: a, uses: [{id: b, use: cache}]}]\n`
  write(join(home, 'said'), { 'misfit.yaml': design })
  for (const words of [['explain', 'redis'], ['--list-files'], ['decide'], ['decide', '-f', 'json'], ['decide', '-f', 'markdown'], ['--print-config', '::error ::x/compose.yaml'], ['graph']]) {
    const { out, err } = await misfit('said', ...words)
    expect(out, words.join(' ')).not.toBe('')
    expect([active.test(out), active.test(err)], words.join(' ')).toEqual([false, false])
  }
  const { out } = await misfit('said', 'decide', '-f', 'markdown')
  expect(out).not.toMatch(/https:\/\/evil|www\.evil|a@evil|@somebody|\]\(/)
})

it('a name that nobody can read to its end makes no message, page or problem endless', async () => {
  const name = 'n'.repeat(30_000)
  write(join(home, 'long'), {
    'compose.yaml': `x-a: {${name}: 1, ${name}: 2}\nservices:\n  ${name}:\n    image: redis:7\n    command: redis-server --maxmemory 100mb --maxmemory-policy allkeys-lru --save ""\n    hostname: jobs\n  worker: {image: shop/worker, command: celery worker, environment: {CELERY_BROKER_URL: "redis://jobs:6379/0"}}\n`,
    'misfit.yaml': `apiVersion: misfit/v1\nkind: DesignSpec\nmetadata: {name: ${name}}\ncomponents: [{id: ${name}, technology: ${name}, uses: [{id: ${name}, use: cache}]}]\n`,
  })
  for (const words of [['.'], ['.', '--verbose'], ['.', '-f', 'concise'], ['.', '-f', 'github'], ['decide'], ['decide', '-f', 'markdown'], ['explain', name], ['explain', 'worker']]) {
    const { out, err } = await misfit('long', ...words)
    expect(out + err).not.toBe('')
    expect(Math.max(...`${out}\n${err}`.split('\n').map(line => line.length)), words.join(' ').slice(0, 40)).toBeLessThan(8_000)
  }
  const { findings, problems } = JSON.parse((await misfit('long', '.', '-f', 'json')).out) as Report
  expect([findings.length > 0, problems.length > 0]).toEqual([true, true])
  for (const { message } of [...findings, ...problems]) expect(message.length).toBeLessThan(3_000)
})

it('a name forges no hunk, and its diff still applies', () => {
  const name = 'a\n@@ -1,1 +1,1 @@\n-x\n+y\t"q"\\'
  const diff = unifiedDiff(name, 'one: 👩‍💻\n', 'two: 👩‍💻\n')
  expect(diff.split('\n').filter(line => line.startsWith('@@'))).toHaveLength(1)
  const folder = join(home, 'diff')
  mkdirSync(folder)
  writeFileSync(join(folder, name), 'one: 👩‍💻\n')
  execFileSync('git', ['init', '-q'], { cwd: folder })
  execFileSync('git', ['apply', '-'], { cwd: folder, input: diff })
  expect(readFileSync(join(folder, name), 'utf8')).toBe('two: 👩‍💻\n')
})
