// `--min-confidence` leaves findings out, and nothing else: what a threshold hides is neither repaired nor known to be gone, and comes back with what it rests on.
import { beforeEach, expect, it } from 'vitest'
import type { Report } from '../../src/model/report.ts'
import { commit, gitEnv, repositories } from '../support/git-repository.ts'
import { clean, misuse, rule, run, write, type Outcome } from '../support/program.ts'

const all = repositories('confidence'), { program } = all
let repo = ''
beforeEach(() => { ({ repo } = all) })

const likely = misuse, certain = misuse.replace('  redis:\n', '  redis:\n    labels: {misfit.use: job-queue}\n')
const misfit = (...words: readonly string[]): Promise<Outcome> => run(process.execPath, [program, ...words], { cwd: repo, env: gitEnv })
const told = async (...words: readonly string[]): Promise<{ readonly code: number; readonly findings: readonly string[]; readonly fixed: readonly string[] }> => {
  const { code, out } = await misfit('--format', 'json', ...words), { findings, comparisons = [] } = JSON.parse(out) as Report
  return { code, findings: findings.map(finding => `${finding.confidence} ${finding.rule}`), fixed: comparisons.flatMap(({ fixed }) => fixed.map(one => one.rule)) }
}
const nothing = { code: 0, findings: [], fixed: [] }, none = `${clean}# before\n`

async function changed(before: string, after: string, ...words: readonly string[]): Promise<Awaited<ReturnType<typeof told>>> {
  write(repo, { 'compose.yaml': before })
  commit(repo)
  write(repo, { 'compose.yaml': after })
  return told('--since', 'HEAD', ...words)
}

it('the two stacks rest on different evidence', async () => {
  expect([(await changed(none, likely)).findings, (await changed(none, certain)).findings]).toEqual([[`likely ${rule}`], [`certain ${rule}`]])
})

it.each([
  ['that was below it and still is', likely, `${likely}# later\n`, nothing],
  ['that has fallen below it is not repaired', certain, likely, nothing],
  ['that comes up below it', none, likely, nothing],
  ['that rises above it is told, and fails', likely, certain, { code: 1, findings: [`certain ${rule}`], fixed: [] }],
  ['that was above it and is gone is repaired', certain, clean, { code: 0, findings: [], fixed: [rule] }],
])('with --since, a finding %s', async (_, before, after, expected) => {
  expect(await changed(before, after, '--min-confidence', 'certain')).toEqual(expected)
})

it.each([
  ['and the run has the threshold, nothing is repaired', [], ['--min-confidence', 'certain'], likely, nothing],
  ['and what is gone is repaired', [], ['--min-confidence', 'certain'], clean, { code: 0, findings: [], fixed: [rule] }],
  ['with the threshold, what it left out is told without it', ['--min-confidence', 'certain'], [], likely, { code: 1, findings: [`likely ${rule}`], fixed: [] }],
])('a baseline is written %s', async (_, writing, running, after, expected) => {
  write(repo, { 'compose.yaml': likely })
  await misfit('baseline', ...writing)
  write(repo, { 'compose.yaml': after })
  expect(await told(...running)).toEqual(expected)
})

it('with both, neither takes what is hidden for repaired', async () => {
  write(repo, { 'compose.yaml': certain })
  await misfit('baseline')
  commit(repo)
  write(repo, { 'compose.yaml': likely })
  expect(await told('--since', 'HEAD', '--min-confidence', 'certain')).toEqual(nothing)
})

it('what a change switches off is told whatever it rests on', async () => {
  write(repo, { 'compose.yaml': likely })
  commit(repo)
  write(repo, { 'misfit.config.yaml': `rules: { ${rule}: off }\n` })
  expect((await told('--since', 'HEAD', '--min-confidence', 'certain')).findings).toEqual(['certain misfit/switched-off'])
})
