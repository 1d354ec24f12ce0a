// Parts of a run, each on a machine of its own, and the report that they make together.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { Report } from '../../src/model/report.ts'
import { buildProgram, misuse, run, write, type Outcome } from '../support/program.ts'

const home = mkdtempSync(join(tmpdir(), 'misfit-shard-'))
const program = join(home, 'misfit.mjs')
const repo = join(home, 'repo')
const misfit = (words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> => run(process.execPath, [program, ...words], { cwd: repo, env })
const chart = (name: string): string => `apiVersion: v2\nname: ${name}\nversion: 1.0.0\ndependencies: [{name: redis, version: 19.0.0, repository: 'https://charts.bitnami.com/bitnami'}]\n`

beforeAll(async () => {
  await buildProgram(program)
  write(repo, {
    'compose.yaml': misuse, 'compose.prod.yaml': 'services:\n  redis:\n    command: redis-server --save ""\n', 'broken/compose.yaml': 'services: [\n',
    'common/base.yaml': misuse, 'one/compose.yaml': 'include: [../common/base.yaml]\n', 'two/compose.yaml': 'include: [../common/base.yaml]\n',
    'silent/compose.yaml': misuse.replace('services:', '# misfit-ignore-file redis/queue-on-evicting-instance: known\nservices:'),
    ...Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map(name => [`teams/${name}/compose.yaml`, misuse])),
    'charts/shop/Chart.yaml': chart('shop'), 'charts/shop/values.yaml': 'redis: {architecture: standalone, master: {persistence: {enabled: false}}}\n',
    'charts/shop/values-prod.yaml': 'redis: {master: {persistence: {enabled: true}}}\n',
    'catalog/misfit.yaml': 'apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n  - {id: lost, technology: kafka, uses: [{use: event-bus}]}\n',
  })
})

const whole = (text: string): Report => { const report = JSON.parse(text) as Report; return { ...report, summary: { ...report.summary, milliseconds: 0 } } }

async function parts(count: number): Promise<readonly string[]> {
  const files = Array.from({ length: count }, (_, i) => join(home, `part-${i + 1}-of-${count}.json`))
  for (const [i, file] of files.entries()) expect((await misfit(['--shard', `${i + 1}/${count}`, '-f', `json=${file}`, '--exit-zero'])).code).toBe(0)
  return files
}

it.each([1, 3, 8])('of %i parts together is the report on everything', async count => {
  const files = await parts(count)
  const merged = await misfit(['merge', ...files.toReversed(), '-f', 'json']), all = await misfit(['-f', 'json'])
  expect(whole(merged.out)).toEqual(whole(all.out))
  expect(merged.code).toBe(all.code)
  expect((await misfit(['merge', ...files])).out).toBe((await misfit([])).out)
  const judged = files.map(file => (JSON.parse(readFileSync(file, 'utf8')) as Report).stacks.length)
  if (count > 1) expect(Math.max(...judged)).toBeLessThan(whole(all.out).stacks.length)
})

it('stays in its part when stacks are added elsewhere', async () => {
  const before = (JSON.parse(readFileSync((await parts(3))[0] ?? '', 'utf8')) as Report).stacks.map(({ root }) => root)
  write(repo, { 'teams/new/compose.yaml': misuse })
  const after = (JSON.parse(readFileSync((await parts(3))[0] ?? '', 'utf8')) as Report).stacks.map(({ root }) => root)
  expect(after.filter(root => root !== 'teams/new')).toEqual(before)
})

it('is what goes by the baseline', async () => {
  const files = await parts(2)
  expect((await misfit(['baseline'])).code).toBe(0)
  const { code, out } = await misfit(['merge', ...files])
  expect(out).toContain('findings known in misfit-baseline.json')
  expect({ code, out }).toMatchObject(await misfit([]).then(all => ({ code: all.code, out: all.out })))
})

it('says what is missing or wrong', async () => {
  const [one = '', two = ''] = await parts(2)
  const other = join(home, 'other.json')
  writeFileSync(other, '{"version": 1}')
  expect(await misfit(['merge', one])).toMatchObject({ code: 2, err: 'misfit: of 2 parts one is missing: 2\n' })
  expect((await misfit(['merge', one, two, one])).err).toMatch(/are both part 1 of 2/)
  expect((await misfit(['merge', other])).err).toMatch(/is no JSON report of misfit/)
  expect((await misfit(['--shard', '3/2'])).code).toBe(2)
  expect((await misfit(['--shard', '1/2', '--fix'])).code).toBe(2)
})

// The variables as the engines document them: strategy.job-total and the matrix on GitHub, CI_NODE_INDEX and CI_NODE_TOTAL on GitLab.
// https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#strategy-context https://docs.gitlab.com/ci/variables/predefined_variables/
it('shows no line of a file elsewhere, and takes nothing for a report that is none, whatever a part says', async () => {
  const [part = ''] = await parts(1)
  const report = whole(readFileSync(part, 'utf8')), outside = join(home, 'outside.txt'), hostile = join(home, 'hostile.json')
  writeFileSync(outside, 'hunter-line-of-another-file\n')
  const [finding] = report.findings
  writeFileSync(hostile, JSON.stringify({ ...report, shard: { ...report.shard, root: '..' }, findings: [{ ...finding, file: '../outside.txt', line: 1, column: 1, endLine: 1, endColumn: 3 }] }))
  for (const format of ['text', 'html', 'markdown', 'json']) expect((await misfit(['merge', hostile, '--verbose', '-f', format])).out).not.toContain('hunter-line')
  writeFileSync(hostile, JSON.stringify({ ...report, findings: [{ rule: 'x', severity: 'error' }] }))
  expect(await misfit(['merge', hostile])).toMatchObject({ code: 2, err: expect.stringMatching(/is no JSON report of misfit/) as string })
  expect((await misfit(['merge', outside])).err).not.toContain('hunter-line')
  // What would be counted as nothing, or break a format.
  for (const wrong of [{ severity: 'fatal' }, { line: -5 }, { because: [null] }, { message: 1 }]) {
    writeFileSync(hostile, JSON.stringify({ ...report, findings: [{ ...finding, ...wrong }] }))
    expect(await misfit(['merge', hostile]), JSON.stringify(wrong)).toMatchObject({ code: 2, err: expect.stringMatching(/is no JSON report of misfit/) as string })
  }
  writeFileSync(hostile, JSON.stringify({ ...report, shard: { ...report.shard, count: 1e12 } }))
  expect((await misfit(['merge', hostile])).err).toMatch(/^misfit: of 1000000000000 parts these are missing: 2, 3, .* and more\n$/)
})

it('is what the documented pipelines ask for', async () => {
  const page = readFileSync('docs/ci.md', 'utf8')
  const github = /--shard (\S+ ?\S* ?\S*\/\S+ ?\S* ?\}\})/.exec(page.slice(page.indexOf('strategy:')))?.[1] ?? ''
  expect(github.replace('${{ matrix.part }}', '2').replace('${{ strategy.job-total }}', '4')).toBe('2/4')
  const gitlab = /--shard "?(\$CI_NODE_INDEX\/\$CI_NODE_TOTAL)/.exec(page)?.[1] ?? ''
  expect((await misfit(['--shard', gitlab.replace('$CI_NODE_INDEX', '1').replace('$CI_NODE_TOTAL', '4'), '-f', 'json', '--exit-zero'])).code).toBe(0)
})
