// What a change switches off is told, and does not count for itself: real repositories, every kind of silence, every format.
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Report } from '../../src/model/report.ts'
import { formatNames } from '../../src/reporters/names.ts'
import { commit, git, gitEnv, repositories, repository } from '../support/git-repository.ts'
import { clean, misuse, rule, run, write, type Outcome } from '../support/program.ts'

const all = repositories('switched'), { home, program } = all
let repo = ''
beforeEach(() => { ({ repo } = all) })

const misfit = (...words: readonly string[]): Promise<Outcome> => run(process.execPath, [program, ...words], { cwd: repo, env: gitEnv })
/** The report with the exit code. */
const told = async (): Promise<{ readonly code: number; readonly report: Report }> => {
  const { code, out } = await misfit('--since', 'HEAD', '--format', 'json')
  return { code, report: JSON.parse(out) as Report }
}
const since = async (...words: readonly string[]): Promise<Report> => JSON.parse((await misfit('--since', 'HEAD', '--format', 'json', ...words)).out) as Report
const own = 'misfit/switched-off'
const said = (report: Report): string[] => report.findings.map(({ rule: id, severity, file, line, message }) => (id === own ? `${severity} ${file}:${line} ${message}` : `${id} ${file}`))
const repaired = (report: Report): string[] => report.comparisons?.flatMap(({ fixed }) => fixed.map(one => `${one.rule} ${one.file}`)) ?? []

/** The tree as it was, then the change; what the change comes to. */
async function after(before: Readonly<Record<string, string>>, change: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<Report> {
  write(repo, before)
  commit(repo)
  write(repo, change)
  return since(...words)
}

describe('a configuration of the change', () => {
  it('does not count, and is told with what it would silence and where', async () => {
    const report = await after({ 'a/compose.yaml': clean, 'b/compose.yaml': misuse, 'misfit.config.yaml': '# ours\n' }, { 'a/compose.yaml': misuse, 'misfit.config.yaml': '# ours\n\nignore: [a, b]\n' })
    expect(said(report)).toEqual([
      `${rule} a/compose.yaml`,
      `warning misfit.config.yaml:3 This change sets \`ignore\` anew, which counts once it is merged: 2 files would no longer be linted (a/compose.yaml, b/compose.yaml); no longer reported would be ${rule} on redis (a/compose.yaml), ${rule} on redis (b/compose.yaml).`,
    ])
    expect(repaired(report)).toEqual([])
  })

  it.each([
    ['rules', `rules: { ${rule}: off }\n`, `${rule} would be off; no longer reported would be ${rule} on redis (compose.yaml)`],
    ['rules', `rules: { ${rule}: info }\n`, `${rule} would be info instead of error; milder would be ${rule} on redis (compose.yaml)`],
    ['overrides', `overrides: [{ files: compose.yaml, rules: { ${rule}: off } }]\n`, `no longer reported would be ${rule} on redis (compose.yaml)`],
    ['environment', 'environment: { "**": test }\n', `milder would be ${rule} on redis (compose.yaml)`],
  ])('is told by its key: %s', async (key, text, effect) => {
    const report = await after({ 'compose.yaml': clean }, { 'compose.yaml': misuse, 'misfit.config.yaml': text })
    expect(said(report)).toEqual([`${rule} compose.yaml`, `warning misfit.config.yaml:1 This change sets \`${key}\` anew, which counts once it is merged: ${effect}.`])
  })

  it('is told when it stands in package.json, goes away, or silences nothing yet', async () => {
    const report = await after({ 'compose.yaml': clean, 'package.json': '{"misfit":{"rules":{"misfit/switched-off":"error"}}}' }, { 'compose.yaml': misuse, 'package.json': `{"misfit":{"rules":{"${rule}":"off"}}}` })
    expect(said(report)).toEqual([`${rule} compose.yaml`, expect.stringMatching(new RegExp(`^error package.json:1 .*${rule} would be off`))])
    const later = await after({ 'compose.yaml': clean }, { 'misfit.config.yaml': 'overrides: [{ files: compose.yaml, rules: { kafka/single-broker-durable: off } }]\n' })
    expect(said(later)).toContainEqual(expect.stringMatching(/^info misfit.config.yaml:1 .*nothing would be reported differently/))
  })

  it('with a mistake in it ends the run, and one that repairs a mistake counts for itself', async () => {
    write(repo, { 'compose.yaml': misuse, 'misfit.config.yaml': 'rules: { a: b }\n' })
    commit(repo)
    expect((await misfit('--since', 'HEAD')).code).toBe(2)
    write(repo, { 'misfit.config.yaml': 'rules: {}\n' })
    const { findings } = await since()
    expect(findings.map(finding => finding.message)).toEqual([expect.stringMatching(/^The configuration at HEAD cannot be read \(misfit.config.yaml:1:.*so this change is judged by its own/)])
  })

  it('that somebody names is that of the revision too; one from elsewhere is as it is', async () => {
    const report = await after({ 'compose.yaml': clean, 'ci/misfit.yaml': 'rules: {}\n' }, { 'compose.yaml': misuse, 'ci/misfit.yaml': 'ignore: [compose.yaml]\n' }, '--config', 'ci/misfit.yaml')
    expect(said(report)).toContain(`${rule} compose.yaml`)
    write(home, { 'trusted.yaml': `rules: { ${rule}: off }\n` })
    expect(said(await since('--config', join(home, 'trusted.yaml')))).toEqual([])
  })

  it('and its knowledge are those of the revision', async () => {
    const knowledge = (use: string): string => `- id: acme-runner\n  where: image\n  image: "^shop/web$"\n  technology: redis\n  family: app\n  source: https://example.com\n  means: [{ use: ${use}, weight: decisive }]\n`
    const stack = misuse.replace('celery -A shop worker', 'serve').replace('CELERY_BROKER_URL', 'REDIS_URL')
    const report = await after({ 'compose.yaml': stack.replace('allkeys-lru', 'noeviction'), 'misfit.config.yaml': 'knowledge: [own.yaml]\n', 'own.yaml': knowledge('job-queue') }, { 'compose.yaml': stack, 'own.yaml': knowledge('cache') })
    expect(said(report)).toEqual([`${rule} compose.yaml`, expect.stringMatching(/^warning misfit.config.yaml:1 This change sets `knowledge` anew.*no longer reported would be redis\/queue-on-evicting-instance/)])
  })
})

describe('a baseline of the change', () => {
  it('does not count, and what it takes out needs no word', async () => {
    write(repo, { 'a/compose.yaml': misuse, 'b/compose.yaml': clean })
    await misfit('baseline')
    commit(repo)
    write(repo, { 'a/compose.yaml': clean, 'b/compose.yaml': misuse })
    await misfit('baseline')
    const report = await since()
    expect(said(report)).toEqual([`${rule} b/compose.yaml`, `warning misfit-baseline.json:1 This change puts into misfit-baseline.json what it causes itself: ${rule} on redis (b/compose.yaml).`])
    expect(report.comparisons).toMatchObject([{ kind: 'baseline', fixed: [] }, { kind: 'revision', fixed: [{ rule, file: 'a/compose.yaml' }] }])
    expect((await misfit('--since', 'HEAD')).code).toBe(1)
  })

  it('that is the first one counts for nothing new either', async () => {
    write(repo, { 'a/compose.yaml': misuse })
    commit(repo)
    write(repo, { 'b/compose.yaml': misuse })
    await misfit('baseline')
    expect(said(await since())).toContainEqual(`${rule} b/compose.yaml`)
  })
})

describe('in the files themselves', () => {
  it('a comment that silences is told with its reason', async () => {
    const report = await after({ 'compose.yaml': misuse }, { 'compose.yaml': misuse.replace('  redis:\n', `  # misfit-ignore ${rule} -- as we like it\n  redis:\n`) })
    expect(said(report)).toEqual([`warning compose.yaml:12 This change silences ${rule} on redis by a comment: as we like it.`])
    commit(repo)
    expect(said(await since())).toEqual([])
  })

  it('a waiver of the design is told with its reason, and that it waives nothing any more is nothing new', async () => {
    const design = (waivers: string): string => `apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n  - {id: redis, technology: redis, uses: [{id: jobs, use: job-queue, durability: none}]}\n${waivers}`
    const waiver = `waivers:\n  - {rule: ${rule}, component: redis, reason: moved in May}\n`
    const report = await after({ 'compose.yaml': misuse, 'misfit.yaml': design('') }, { 'compose.yaml': misuse, 'misfit.yaml': design(waiver) })
    expect(said(report)).toContain(`warning compose.yaml:11 This change silences ${rule} on redis by a design: moved in May.`)
    expect(repaired(report)).not.toContain(`${rule} compose.yaml`)
    commit(repo)
    expect(said(await since())).toEqual([])
  })

  it('an environment that makes a stack matter less is told with what it makes milder', async () => {
    const stack = misuse.replace(' --appendonly yes', '')
    const report = await after({ 'compose.yaml': stack }, { 'compose.yaml': stack.replace('  web:\n', '  web:\n    labels: {misfit.env: example}\n') })
    expect(said(report)).toEqual([expect.stringMatching(/^warning compose.yaml:1 This change makes repo-\d+ example \(it was production\), because the label misfit.env=example: no longer reported is redis\/.*; milder is redis\//)])
    expect(repaired(report)).toEqual([])
  })
})

it('a stack that is renamed to a milder one is silenced, not repaired', async () => {
  write(repo, { 'docker-compose.yml': misuse.replace('services:', 'name: shop\nservices:'), 'other/compose.yaml': misuse })
  commit(repo)
  renameSync(join(repo, 'docker-compose.yml'), join(repo, 'docker-compose.dev.yml'))
  const report = await since()
  expect(said(report)).toEqual([expect.stringMatching(/^warning docker-compose\.dev\.yml:1 This change makes .* development/)])
  expect(repaired(report)).toEqual([])
})

it.each(['examples', '.devcontainer', 'old', 'tests/fixtures'])('a stack that moves to %s is judged more mildly, not repaired, though it is another stack now', async folder => {
  write(repo, { 'deploy/compose.yaml': clean, 'deploy/redis.conf': '', 'other/compose.yaml': misuse })
  commit(repo)
  mkdirSync(join(repo, folder), { recursive: true })
  renameSync(join(repo, 'deploy'), join(repo, folder, 'shop'))
  write(repo, { [`${folder}/shop/compose.yaml`]: misuse })
  expect(said(await since())).toContainEqual(expect.stringMatching(/^warning .*\/shop\/compose\.yaml:1 This change makes shop \w+ \(it was production as deploy\), because .*: (?:no longer reported|milder) is /))
  git(repo, 'add', '-A')
  expect(said(await since())).toContainEqual(expect.stringMatching(/^warning .*\/shop\/compose\.yaml:1 This change makes shop/))
  commit(repo)
  expect(said(await since())).toEqual([])
})

it('a stack that loses its sign of production counts for less, which is told', async () => {
  const stack = 'services:\n  web: {image: shop/web, restart: always, environment: {CELERY_BROKER_URL: "redis://jobs/0"}}\n  jobs: {image: redis:7.4, restart: always, command: redis-server --save "" --appendonly no}\n'
  const report = await after({ 'compose.yaml': stack }, { 'compose.yaml': stack.replaceAll(' restart: always,', '') })
  expect(said(report)).toEqual([expect.stringMatching(/^warning compose\.yaml:1 This change makes repo-\d+ unspecified \(it was production\): milder is redis\//)])
})

it.each([['a setting', '--maxmemory-policy allkeys-lru', '--maxmemory-policy ${POLICY}'], ['an image', /image: redis.*/, 'image: ${IMAGE}']])('what hides behind a variable in %s is not repaired', async (_, plain, hidden) => {
  expect(misuse).toMatch(plain)
  const report = await after({ 'compose.yaml': misuse }, { 'compose.yaml': misuse.replace(plain, hidden) })
  expect([said(report), repaired(report)]).toEqual([[], []])
})

describe('out of sight', () => {
  it.each(['--assume-unchanged', '--skip-worktree'])('is no file at which git was told not to look (%s)', async bit => {
    write(repo, { 'compose.yaml': clean })
    commit(repo)
    git(repo, 'update-index', bit, 'compose.yaml')
    write(repo, { 'compose.yaml': misuse })
    expect(said(await since())).toEqual([`${rule} compose.yaml`])
  })

  it('is what is recorded and not checked out: told, not repaired', async () => {
    write(repo, { 'compose.yaml': misuse, 'other/compose.yaml': clean })
    commit(repo)
    write(repo, { 'compose.yaml': `${misuse}# x\n` })
    git(repo, 'add', '-A')
    git(repo, 'update-index', '--skip-worktree', 'compose.yaml')
    rmSync(join(repo, 'compose.yaml'))
    const report = await since()
    expect(said(report)).toEqual([`warning compose.yaml:1 This change puts compose.yaml where it is not linted: git records it, and it is not checked out here (a sparse checkout, or skip-worktree); reported there was ${rule} on redis (compose.yaml).`])
    expect(repaired(report)).toEqual([])
  })

  it('is a folder that became a submodule which is not there: told, not repaired', async () => {
    const library = repository(`${repo}-library`)
    write(library, { 'compose.yaml': misuse })
    commit(library)
    write(repo, { 'deploy/compose.yaml': misuse, 'other/compose.yaml': clean })
    commit(repo)
    git(repo, 'rm', '-rq', 'deploy')
    git(repo, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'deploy')
    expect(said(await since())).toEqual([])
    git(repo, 'submodule', '--quiet', 'deinit', '-f', 'deploy')
    const report = await since()
    expect(said(report)).toEqual([
      'info deploy:1 This change sets the submodule deploy, which is not checked out here, so nothing in it was looked at.',
      `warning deploy/compose.yaml:1 This change puts deploy/compose.yaml where it is not linted: deploy is a submodule, and it is not checked out here; reported there was ${rule} on redis (deploy/compose.yaml).`,
    ])
    expect(repaired(report)).toEqual([])
  })

  it('is no file that git tracks, whatever .gitignore says', async () => {
    const report = await after({ 'compose.yaml': clean, 'gen/compose.yaml': misuse }, { 'compose.yaml': misuse, '.gitignore': 'compose.yaml\n*.log\n' })
    expect(said(report)).toEqual([
      expect.stringContaining('info compose.yaml:1 This change has .gitignore name compose.yaml, which git tracks'), `${rule} compose.yaml`, expect.stringContaining('info gen/compose.yaml:1'),
    ])
    expect(repaired(report)).toEqual([])
    // Also without a revision, and an untracked one is still left out.
    write(repo, { 'new/compose.yaml': misuse })
    expect(said(JSON.parse((await misfit('--format', 'json')).out) as Report)).toEqual([`${rule} compose.yaml`, `${rule} gen/compose.yaml`])
  })

  it('is a link that Compose would start from, though it was never linted', async () => {
    write(repo, { 'a/compose.yaml': clean })
    commit(repo)
    symlinkSync('/dev/null', join(repo, 'compose.yaml'))
    const { code, report } = await told()
    expect(report.problems).toEqual([expect.objectContaining({ file: 'compose.yaml', message: expect.stringMatching(/^it is a symbolic link .* so what Compose would start from it is not looked at/) as string, unread: true })])
    expect(code).toBe(2)
    // One that was there before is not what the change does.
    commit(repo)
    write(repo, { 'a/compose.yaml': `${clean}# x\n` })
    expect(await told()).toMatchObject({ code: 0, report: { problems: [{ file: 'compose.yaml' }] } })
  })

  it('is a file that became a link: told, not repaired', async () => {
    write(repo, { 'compose.yaml': misuse })
    commit(repo)
    renameSync(join(repo, 'compose.yaml'), join(repo, 'real.txt'))
    symlinkSync('real.txt', join(repo, 'compose.yaml'))
    const report = await since()
    expect(said(report)).toEqual([`warning compose.yaml:1 This change puts compose.yaml where it is not linted: it is a symbolic link to real.txt now, and links are not followed; reported there was ${rule} on redis (compose.yaml).`])
    expect(repaired(report)).toEqual([])
  })

  it.each([['node_modules/x'], [Array.from({ length: 42 }, () => 'd').join('/')]])('is a file that moved to %s: told, not repaired', async folder => {
    write(repo, { 'compose.yaml': misuse, 'other/compose.yaml': clean })
    commit(repo)
    mkdirSync(join(repo, folder), { recursive: true })
    renameSync(join(repo, 'compose.yaml'), join(repo, folder, 'compose.yaml'))
    git(repo, 'add', '-A', '-f')
    const report = await since()
    expect(said(report)).toEqual([`warning compose.yaml:1 This change puts compose.yaml where it is not linted: it has moved to ${folder}/compose.yaml; reported there was ${rule} on redis (compose.yaml).`])
    expect(repaired(report)).toEqual([])
  })

  it('is a file under a name that nobody lints, with most of its text: told, not repaired', async () => {
    write(repo, { 'compose.yaml': misuse, 'other/compose.yaml': clean })
    commit(repo)
    rmSync(join(repo, 'compose.yaml'))
    write(repo, { 'compose.yaml.tmpl': `# filled in by deploy.sh\n${misuse}` })
    git(repo, 'add', '-A')
    const report = await since()
    expect(said(report)).toEqual([`warning compose.yaml:1 This change puts compose.yaml where it is not linted: it has moved to compose.yaml.tmpl; reported there was ${rule} on redis (compose.yaml).`])
    expect(repaired(report)).toEqual([])
  })

  it('is not what is simply deleted', async () => {
    write(repo, { 'compose.yaml': misuse, 'other/compose.yaml': clean })
    commit(repo)
    rmSync(join(repo, 'compose.yaml'))
    const report = await since()
    expect([said(report), repaired(report)]).toEqual([[], [`${rule} compose.yaml`]])
  })
})

it('is told in every format', async () => {
  write(repo, { 'compose.yaml': clean })
  commit(repo)
  write(repo, { 'compose.yaml': misuse, 'misfit.config.yaml': `rules: { ${rule}: off }\n` })
  await misfit('--since', 'HEAD', ...formatNames.flatMap(name => ['--format', `${name}=out.${name}`]))
  for (const name of formatNames) expect(readFileSync(join(repo, `out.${name}`), 'utf8'), name).toMatch(/would be off/)
  expect(lstatSync(join(repo, 'out.json')).isFile()).toBe(true)
})

it('is no repository that lies among the files', async () => {
  write(repo, { 'deploy/compose.yaml': clean })
  const bare = join(repo, 'deploy')
  git(dirname(repo), 'init', '-q', '--bare', `${repo}-bare`)
  for (const name of ['HEAD', 'config', 'objects', 'refs']) renameSync(join(`${repo}-bare`, name), join(bare, name))
  git(repo, 'config', '-f', 'deploy/config', 'core.bare', 'false')
  git(repo, 'config', '-f', 'deploy/config', 'core.worktree', '..')
  expect(existsSync(join(bare, 'HEAD'))).toBe(true)
  const { code, err } = await misfit('--since', 'HEAD', 'deploy')
  expect([code, err]).toEqual([2, expect.stringMatching(/holds a git repository among its files/)])
})
