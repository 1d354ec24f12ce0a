// One repository's whole story: adopted with a baseline, a change brings a misuse in, the pipeline shows it, it is repaired, the hook stops the next.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Report } from '../../src/model/report.ts'
import { commit, git, gitEnv, repository } from '../support/git-repository.ts'
import { buildProgram, clean, misuse, rule, run, write, type Outcome } from '../support/program.ts'

const home = mkdtempSync(join(tmpdir(), 'misfit-story-'))
const program = join(home, 'cli.mjs')
const repo = join(home, 'shop')
beforeAll(() => buildProgram(program), 60_000)
afterAll(() => { rmSync(home, { recursive: true, force: true }) })

const misfit = (words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
  run(process.execPath, [program, ...words], { cwd: repo, env: { ...gitEnv, ...env } })

interface Sarif { runs: { results: { ruleId: string; suppressions?: { kind: string; justification?: string }[]; locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[] }[] }
const sarif = (): Sarif['runs'][number]['results'] => (JSON.parse(readFileSync(join(home, 'out.sarif'), 'utf8')) as Sarif).runs[0]?.results ?? []

it('goes from an old repository to one that stays clean', async () => {
  // Years of history with a misuse that nobody has time for.
  repository(repo)
  write(repo, { 'legacy/compose.yaml': misuse })
  commit(repo, 'the shop')
  write(repo, { 'orders/compose.yaml': clean, 'README.md': '# shop\n' })
  commit(repo, 'orders')
  expect((await misfit([])).code).toBe(1)

  // Monday: the baseline is committed, and the pipeline is green from then on.
  expect((await misfit(['baseline'])).out).toMatch(/^\d+ findings? in misfit-baseline\.json\n$/)
  commit(repo, 'adopt misfit')
  expect((await misfit([])).code).toBe(0)

  // A pull request tunes another stack. Nothing in its own line looks wrong; together with the client it loses jobs.
  git(repo, 'switch', '-q', '-c', 'tune')
  // What it does not touch is not judged again; of what it touches, the known stays known.
  write(repo, { 'legacy/compose.yaml': `# kept until spring\n${misuse}`, 'orders/compose.override.yaml': 'services:\n  redis:\n    command: redis-server --maxmemory 1gb --maxmemory-policy allkeys-lru --appendonly yes\n' })
  commit(repo, 'more room')
  const actions = { GITHUB_ACTIONS: 'true', GITHUB_BASE_REF: 'main', GITHUB_REF: 'refs/pull/1/merge', GITHUB_WORKSPACE: repo, GITHUB_STEP_SUMMARY: join(home, 'summary.md') }
  const pull = await misfit(['--since', 'auto', '--format', 'github', '--format', `sarif=${join(home, 'out.sarif')}`], actions)
  expect(pull.code).toBe(1)
  const annotations = pull.out.split('\n').filter(line => line.startsWith('::error'))
  expect(annotations).toEqual([expect.stringMatching(/^::error .*file=orders\/compose\.override\.yaml,line=3/)])
  expect(annotations[0]).toContain(rule)
  const [fresh, ...others] = sarif().filter(result => result.suppressions === undefined || result.suppressions.length === 0)
  expect([fresh?.ruleId, fresh?.locations[0]?.physicalLocation.artifactLocation.uri, others]).toEqual([rule, expect.stringMatching(/orders\/compose\.override\.yaml$/), []])
  const known = sarif().filter(result => result.suppressions?.[0]?.kind === 'external')
  expect(known.map(result => result.ruleId)).toContain(rule)
  expect(known[0]?.suppressions?.[0]?.justification).toMatch(/^in misfit-baseline\.json since /)
  // Without a choice of formats the runner gets the text, the annotations and the summary.
  await misfit(['--since', 'auto'], actions)
  expect(readFileSync(join(home, 'summary.md'), 'utf8')).toContain('orders/compose.override.yaml')

  // It is repaired, and merged.
  write(repo, { 'orders/compose.override.yaml': 'services:\n  redis:\n    command: redis-server --maxmemory 1gb --maxmemory-policy noeviction --appendonly yes\n' })
  commit(repo, 'keep the jobs')
  expect(await misfit(['--since', 'auto', '--format', 'github'], actions)).toMatchObject({ code: 0 })
  git(repo, 'switch', '-q', 'main')
  git(repo, 'merge', '-q', '--no-ff', '--no-edit', 'tune')
  expect((await misfit([])).code).toBe(0)

  // A hook stops the next one before it is a commit, and lets it pass once somebody says why.
  write(repo, { '.git/hooks/pre-commit': `#!/bin/sh\ngit diff --cached --name-only --diff-filter=ACMR -z | xargs -0 ${process.execPath} ${program} --\n` })
  chmodSync(join(repo, '.git/hooks/pre-commit'), 0o755)
  write(repo, { 'mail/compose.yaml': misuse })
  const before = git(repo, 'rev-parse', 'HEAD')
  expect(() => commit(repo, 'mail')).toThrow(rule)
  expect(git(repo, 'rev-parse', 'HEAD')).toBe(before)
  write(repo, { 'mail/compose.yaml': misuse.replace('  redis:\n', `  # misfit-ignore ${rule} -- newsletters may be lost\n  redis:\n`) })
  expect(commit(repo, 'mail')).not.toBe(before)

  // At last somebody repairs the old one; the baseline shrinks and is empty.
  write(repo, { 'legacy/compose.yaml': clean })
  const repaired = await misfit(['--since', 'HEAD'])
  expect(repaired.out).toContain(`Repaired since HEAD: ${rule} on redis (legacy/compose.yaml)`)
  await misfit(['baseline', '--prune'])
  expect(readFileSync(join(repo, 'misfit-baseline.json'), 'utf8')).not.toContain(rule)
})

it('does what docs/suppressing.md says', async () => {
  const page = readFileSync(new URL('../../docs/suppressing.md', import.meta.url), 'utf8')
  const block = (name: string): string => new RegExp(`<!-- test: ${name} -->\\n\`\`\`\\w+\\n([^]*?)\`\`\``).exec(page)?.[1] ?? ''
  const docs = repository(join(home, 'docs'))
  write(docs, { 'compose.yaml': block('compose'), 'legacy/compose.yaml': misuse, 'misfit.config.yaml': block('config') })
  commit(docs)
  git(docs, 'update-ref', 'refs/remotes/origin/main', 'HEAD')
  git(docs, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main')
  const there = (words: readonly string[]): Promise<Outcome> => run(process.execPath, [program, ...words], { cwd: docs, env: gitEnv })
  const report = JSON.parse((await there(['--format', 'json'])).out) as Report
  expect(report.suppressed?.map(finding => [finding.rule, finding.file])).toContainEqual([rule, 'compose.yaml'])
  expect(report.findings.find(finding => finding.rule === rule)).toMatchObject({ file: 'legacy/compose.yaml', severity: 'warning' })
  for (const line of [...block('since').trim().split('\n'), ...block('baseline').trim().split('\n')]) expect((await there(line.split(' ').slice(2))).code, line).toBe(0)
  expect((await there(['--fail-on', 'info'])).code).toBe(0)
})
