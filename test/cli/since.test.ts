// `--since` on real git repositories: what a change causes and repairs, wherever the changed line is, and nothing is touched.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { gitTree } from '../../src/host/git-tree.ts'
import type { Report } from '../../src/model/report.ts'
import { commit, git, gitEnv, repositories, repository } from '../support/git-repository.ts'
import { clean, misuse, rule, run, write, type Outcome } from '../support/program.ts'

const all = repositories('since'), { home, program } = all
let repo = ''
beforeEach(() => { ({ repo } = all) })

const misfit = (words: readonly string[], cwd = repo, env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
  run(process.execPath, [program, ...words], { cwd, env: { ...gitEnv, ...env } })
const since = async (rev: string, cwd = repo, env: Readonly<Record<string, string>> = {}, ...words: readonly string[]): Promise<Report> => {
  const { out, err } = await misfit(['--since', rev, '--format', 'json', ...words], cwd, env)
  if (out === '') throw new Error(err)
  return JSON.parse(out) as Report
}
const places = (report: Report): string[] => report.findings.map(finding => `${finding.rule} ${finding.file}`)
const fixed = (report: Report): string[] => report.comparisons?.[0]?.fixed.map(one => `${one.rule} ${one.file}`) ?? []

describe('a change', () => {
  it('that adds a misuse is told, what was there before is not', async () => {
    write(repo, { 'first/compose.yaml': misuse, 'new/compose.yaml': clean })
    commit(repo)
    write(repo, { 'first/compose.yaml': `# moved\n${misuse}`, 'new/compose.yaml': misuse })
    expect(places(await since('HEAD'))).toEqual([`${rule} new/compose.yaml`])
    expect((await misfit(['--since', 'HEAD'])).code).toBe(1)
  })

  it('is told in the file it causes trouble in, not only where the line changed', async () => {
    const override = 'services:\n  redis:\n    command: redis-server --maxmemory 1gb --maxmemory-policy noeviction --appendonly yes\n'
    write(repo, { 'compose.yaml': misuse, 'compose.override.yaml': override })
    commit(repo)
    expect(places(await since('HEAD'))).toEqual([])
    unlinkSync(join(repo, 'compose.override.yaml'))
    expect(places(await since('HEAD'))).toContain(`${rule} compose.yaml`)
  })

  it('of a client that starts to use a cache as a queue is told, also when a hook names only that file', async () => {
    write(repo, { 'compose.yaml': misuse.replace('CELERY_BROKER_URL: redis://redis:6379/0', 'env_file').replace('environment:\n      env_file', 'env_file: [web.env]').replace('celery -A shop worker', 'serve'), 'web.env': 'X=1\n' })
    commit(repo)
    write(repo, { 'web.env': 'CELERY_BROKER_URL=redis://redis:6379/0\n' })
    const report = await since('HEAD', repo, {}, 'web.env')
    expect(places(report)).toContain(`${rule} compose.yaml`)
  })

  it('that repairs is praised, and one that only silences is not', async () => {
    write(repo, { 'compose.yaml': misuse })
    commit(repo)
    write(repo, { 'compose.yaml': clean })
    expect(fixed(await since('HEAD'))).toContain(`${rule} compose.yaml`)
    expect((await misfit(['--since', 'HEAD'])).out).toContain(`Repaired since HEAD: ${rule} on redis (compose.yaml)`)
    write(repo, { 'compose.yaml': misuse.replace('  redis:\n', `  # misfit-ignore ${rule} -- known\n  redis:\n`) })
    expect(fixed(await since('HEAD'))).toEqual([])
  })

  it('by which a known finding becomes graver is told, with what it was', async () => {
    const development = misuse.replace('    environment:\n', '    environment:\n      NODE_ENV: development\n')
    write(repo, { 'compose.yaml': development, 'other/compose.yaml': development })
    commit(repo)
    write(repo, { 'compose.yaml': development.replace('NODE_ENV: development', 'NODE_ENV: production'), 'other/compose.yaml': `# moved\n${development}` })
    const report = await since('HEAD')
    expect(report.findings.filter(finding => finding.rule === rule).map(({ file, severity }) => `${severity} ${file}`)).toEqual(['error compose.yaml'])
    expect(report.comparisons?.[0]?.graver).toMatchObject([{ rule, file: 'compose.yaml', severity: 'error', was: 'info' }])
    const { out, code } = await misfit(['--since', 'HEAD'])
    expect(code).toBe(1)
    expect(out).toContain(`Graver than at HEAD: ${rule} on redis (compose.yaml), error instead of info`)
    write(repo, { 'compose.yaml': `# moved\n${development}` })
    expect((await since('HEAD')).comparisons?.[0]).not.toHaveProperty('graver')
  })

  it('that raises a limit makes no new finding, and repairs none', async () => {
    write(repo, { 'compose.yaml': misuse })
    commit(repo)
    write(repo, { 'compose.yaml': misuse.replace('256mb', '600mb') })
    const report = await since('HEAD')
    expect([places(report), fixed(report)]).toEqual([[], []])
  })

  it('by which a finding is told in other words repairs nothing', async () => {
    write(repo, { 'compose.yaml': misuse })
    commit(repo)
    write(repo, { 'compose.yaml': misuse.replace('  redis:\n', '  redis:\n    labels: {misfit.use: cache}\n') })
    const report = await since('HEAD')
    expect([places(report), fixed(report)]).toEqual([[`${rule} compose.yaml`], []])
  })

  it('that moves a stack makes nothing new', async () => {
    write(repo, { 'first/compose.yaml': misuse })
    commit(repo)
    renameSync(join(repo, 'first'), join(repo, 'renamed'))
    const report = await since('HEAD')
    expect([places(report), fixed(report)]).toEqual([[], []])
  })
})

describe('a change of Helm values and designs', () => {
  const chart = { 'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: redis, version: 19.0.0, repository: "https://charts.bitnami.com/bitnami"}\n' }
  const worker = 'worker:\n  image: shop/worker:1\n  command: ["celery", "-A", "shop", "worker"]\n  env:\n    - {name: CELERY_BROKER_URL, value: "redis://shop-redis-master:6379/0"}\n'
  const server = (policy: string): string => `redis:\n  commonConfiguration: |-\n    appendonly yes\n    maxmemory 256mb\n    maxmemory-policy ${policy}\n`

  it('is told in the layer below when a layer loses what it set', async () => {
    write(repo, { ...chart, 'chart/values.yaml': server('allkeys-lru'), 'chart/values-prod.yaml': server('noeviction') + worker })
    commit(repo)
    expect(places(await since('HEAD'))).toEqual([])
    write(repo, { 'chart/values-prod.yaml': worker })
    expect(places(await since('HEAD'))).toContain(`${rule} chart/values.yaml`)
    expect(places(await since('HEAD', repo, {}, 'chart/values-prod.yaml'))).toContain(`${rule} chart/values.yaml`)
  })

  it('compares packed charts as they were', async () => {
    const pack = (policy: string): void => {
      write(repo, { 'store/Chart.yaml': 'name: store\nversion: 1.0.0\n', 'store/values.yaml': `redis:\n  image: redis:7.2\n  args: [--maxmemory, 256mb, --maxmemory-policy, ${policy}, --appendonly, "yes"]\n${worker.replace('shop-redis-master', 'shop-store-redis')}` })
      execFileSync('tar', ['-czf', 'chart/charts/store-1.0.0.tgz', 'store'], { cwd: repo })
      rmSync(join(repo, 'store'), { recursive: true })
    }
    write(repo, { 'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: store, version: 1.0.0}\n', 'chart/values.yaml': 'store: {}\n', 'chart/charts/.keep': '' })
    pack('allkeys-lru')
    expect(gitTree(repo, repo, commit(repo)).archive('chart/charts/store-1.0.0.tgz')).toMatchObject({ files: expect.any(Function) as unknown })
    write(repo, { 'chart/values.yaml': 'store: {}\nother: 1\n' })
    const all = JSON.parse((await misfit(['--format', 'json'])).out) as Report
    expect(places(all)).not.toEqual([])
    expect(places(await since('HEAD'))).toEqual([])
    pack('noeviction')
    expect(fixed(await since('HEAD'))).not.toEqual([])
  })

  it('of a design is told where the deployment no longer keeps to it', async () => {
    const design = (use: string): string => `apiVersion: misfit/v1\nkind: DesignSpec\nmetadata: {name: shop}\ncomponents:\n  - id: redis\n    technology: redis\n    match: {compose: [redis]}\n    uses:\n      - {id: main, role: ${use}}\n`
    write(repo, { 'compose.yaml': misuse.replace('CELERY_BROKER_URL', 'REDIS_URL').replace('celery -A shop worker', 'serve'), 'misfit.yaml': design('cache') })
    commit(repo)
    expect(places(await since('HEAD'))).toEqual([])
    write(repo, { 'misfit.yaml': design('job-queue') })
    expect(places(await since('HEAD'))).toContain(`${rule} compose.yaml`)
  })
})

describe('the base', () => {
  it('is the branching point for auto, whichever platform names the target branch', async () => {
    write(repo, { 'a/compose.yaml': clean, 'b/compose.yaml': clean })
    commit(repo)
    const clone = join(home, `clone-${basename(repo)}`)
    git(home, 'clone', '-q', repo, clone)
    // The target has moved on and repaired nothing of ours; its own new misuse is not ours either.
    write(repo, { 'b/compose.yaml': misuse })
    commit(repo)
    git(clone, 'switch', '-q', '-c', 'feature')
    write(clone, { 'a/compose.yaml': misuse })
    commit(clone)
    git(clone, 'fetch', '-q')
    const sha = git(clone, 'merge-base', 'HEAD', 'origin/main')
    const environments: Readonly<Record<string, string>>[] = [
      {}, { GITHUB_BASE_REF: 'main' }, { CI_MERGE_REQUEST_DIFF_BASE_SHA: sha }, { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' }, { BITBUCKET_PR_DESTINATION_BRANCH: 'main' },
      { SYSTEM_PULLREQUEST_TARGETBRANCH: 'refs/heads/main' }, { CHANGE_TARGET: 'main' }, { BUILDKITE_PULL_REQUEST_BASE_BRANCH: 'main' }, { DRONE_TARGET_BRANCH: 'main' }, { CI_DEFAULT_BRANCH: 'main' },
    ]
    for (const env of environments) expect(places(await since('auto', clone, env)), JSON.stringify(env)).toEqual([`${rule} a/compose.yaml`])
    // After a merge of the target, its misuse is still not the change's doing.
    git(clone, 'merge', '-q', '--no-edit', 'origin/main')
    expect(places(await since('auto', clone))).toEqual([`${rule} a/compose.yaml`])
  })

  it('is known on a push to GitHub by the event, since actions/checkout sets no default branch', async () => {
    write(repo, { 'compose.yaml': clean })
    commit(repo)
    git(repo, 'switch', '-q', '-c', 'change')
    write(repo, { 'compose.yaml': misuse })
    commit(repo)
    write(home, { [`event-${basename(repo)}.json`]: JSON.stringify({ ref: 'refs/heads/change', repository: { default_branch: 'main' } }) })
    expect(places(await since('auto', repo, { GITHUB_EVENT_PATH: join(home, `event-${basename(repo)}.json`) }))).toEqual([`${rule} compose.yaml`])
    expect((await misfit(['--since', 'auto'], repo, { GITHUB_EVENT_PATH: join(home, 'nowhere.json') })).code).toBe(2)
  })

  it('is the target itself where GitHub checked out a merge of depth two', async () => {
    write(repo, { 'compose.yaml': clean })
    commit(repo)
    git(repo, 'switch', '-q', '-c', 'feature')
    write(repo, { 'compose.yaml': misuse })
    commit(repo)
    git(repo, 'switch', '-q', 'main')
    git(repo, 'merge', '-q', '--no-ff', '--no-edit', 'feature')
    const clone = join(home, `depth-${basename(repo)}`)
    git(home, 'clone', '-q', '--depth', '2', '--no-tags', '--single-branch', `file://${repo}`, clone)
    git(clone, 'switch', '-q', '--detach')
    git(clone, 'update-ref', '-d', 'refs/remotes/origin/main')
    git(clone, 'symbolic-ref', '-d', 'refs/remotes/origin/HEAD')
    git(clone, 'branch', '-q', '-D', 'main')
    expect(places(await since('auto', clone, { GITHUB_BASE_REF: 'main', GITHUB_REF: 'refs/pull/7/merge' }))).toEqual([`${rule} compose.yaml`])
    const { code, err } = await misfit(['--since', 'auto'], clone, { GITHUB_BASE_REF: 'main' })
    expect([code, err]).toEqual([2, expect.stringMatching(/^misfit: --since auto: the target branch "main" \(GITHUB_BASE_REF\) is not there; this clone is shallow.*fetch-depth: 0.*\n$/)])
  })

  it('that is missing ends in 2 with what to do', async () => {
    write(repo, { 'compose.yaml': clean })
    commit(repo)
    const wrong = async (rev: string, cwd: string, env = {}): Promise<string> => {
      const { code, out, err } = await misfit(['--since', rev], cwd, env)
      expect([code, out]).toEqual([2, ''])
      return err
    }
    expect(await wrong('v9', repo)).toBe('misfit: there is no revision "v9" here\n')
    expect(await wrong('--output=x', repo)).toBe('misfit: there is no revision "--output=x" here\n')
    expect(await wrong('auto', repo)).toMatch(/the default branch \(origin\/HEAD\) is not there; fetch it first, or name a revision/)
    expect(await wrong('auto', repo, { CI_MERGE_REQUEST_DIFF_BASE_SHA: '0123456789012345678901234567890123456789' })).toMatch(/the commit 012345678901 \(CI_MERGE_REQUEST_DIFF_BASE_SHA\) is not there/)
    const outside = mkdtempSync(join(tmpdir(), 'misfit-nogit-'))
    write(outside, { 'compose.yaml': clean })
    expect(await wrong('HEAD', outside)).toMatch(/lies in no git work tree/)
    rmSync(outside, { recursive: true })
    const shallow = join(home, `shallow-${basename(repo)}`)
    commit(repo)
    git(home, 'clone', '-q', '--depth', '1', `file://${repo}`, shallow)
    expect(await wrong('HEAD~1', shallow)).toMatch(/there is no revision "HEAD~1" here; this clone is shallow.*git fetch --unshallow/)
  })
})

describe('where the files are', () => {
  it('may be a folder below, or a further work tree', async () => {
    write(repo, { 'deploy/shop/compose.yaml': clean, 'other/compose.yaml': clean })
    commit(repo)
    const tree = join(home, `worktree-${basename(repo)}`)
    git(repo, 'worktree', 'add', '-q', tree)
    for (const top of [repo, tree]) {
      write(top, { 'deploy/shop/compose.yaml': misuse, 'other/compose.yaml': misuse })
      expect(places(await since('HEAD', join(top, 'deploy')))).toEqual([`${rule} shop/compose.yaml`])
      expect(places(await since('HEAD', top, {}, 'deploy'))).toEqual([`${rule} deploy/shop/compose.yaml`])
    }
    write(repo, { 'fresh/compose.yaml': misuse })
    expect(places(await since('HEAD', join(repo, 'fresh')))).toContain(`${rule} compose.yaml`)
  })

  it('may be a submodule, as it was at the revision', async () => {
    const library = repository(join(home, `library-${basename(repo)}`))
    write(library, { 'first/compose.yaml': misuse, 'new/compose.yaml': clean })
    commit(library)
    git(repo, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'vendor/lib')
    commit(repo)
    expect(places(await since('HEAD'))).toEqual([])
    write(join(repo, 'vendor/lib'), { 'new/compose.yaml': misuse })
    expect(places(await since('HEAD'))).toEqual([`${rule} vendor/lib/new/compose.yaml`])
  })

  it('lint tracked files, whatever .gitignore names', async () => {
    write(repo, { 'gen/compose.yaml': misuse })
    commit(repo)
    write(repo, { '.gitignore': 'gen/\n' })
    commit(repo)
    const report = await since('HEAD')
    expect([places(report), fixed(report)]).toEqual([[], []])
  })
})

describe('git', () => {
  it('runs nothing that the repository configures, and leaves everything as it is', async () => {
    write(repo, { 'compose.yaml': clean, '.gitattributes': '* diff=evil filter=evil\n' })
    commit(repo)
    write(repo, { 'compose.yaml': misuse })
    const trap = join(repo, '.git', 'trap.sh')
    const sprung = join(home, `sprung-${basename(repo)}`)
    write(repo, { '.git/trap.sh': `#!/bin/sh\ntouch ${sprung}\n` })
    chmodSync(trap, 0o755)
    for (const key of ['core.fsmonitor', 'core.pager', 'diff.external', 'diff.evil.textconv', 'filter.evil.smudge', 'filter.evil.clean', 'core.sshCommand', 'core.askPass', 'remote.origin.uploadpack', 'uploadpack.packObjectsHook', 'alias.ls-tree']) git(repo, 'config', key, key.startsWith('alias') ? `!${trap}` : trap)
    git(repo, 'config', 'remote.origin.url', `ext::${trap}`)
    git(repo, 'config', 'protocol.ext.allow', 'always')
    git(repo, 'config', 'extensions.partialClone', 'origin')
    git(repo, 'config', 'remote.origin.promisor', 'true')
    for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction']) write(repo, { [`.git/hooks/${hook}`]: `#!/bin/sh\ntouch ${sprung}\n` })
    for (const hook of readdirSync(join(repo, '.git/hooks'))) chmodSync(join(repo, '.git/hooks', hook), 0o755)
    const state = (): string => execFileSync('sh', ['-c', 'find . -type f -exec sha256sum {} + | sort -k2'], { cwd: repo, encoding: 'utf8' })
    const before = [state(), statSync(join(repo, '.git/index')).mtimeMs]
    expect(places(await since('HEAD'))).toEqual([`${rule} compose.yaml`])
    await misfit(['--since', '0123456789012345678901234567890123456789'])
    await misfit(['--since', 'auto'])
    expect([state(), statSync(join(repo, '.git/index')).mtimeMs]).toEqual(before)
    expect(existsSync(sprung)).toBe(false)
  })

  it('is asked about the right repository inside a hook', async () => {
    write(repo, { 'compose.yaml': clean })
    commit(repo)
    write(repo, { 'compose.yaml': misuse })
    expect(places(await since('HEAD', repo, { GIT_DIR: '/nowhere', GIT_INDEX_FILE: '/nowhere/index', GIT_WORK_TREE: '/nowhere' }))).toEqual([`${rule} compose.yaml`])
  })

  it('gives a tree that is confined like the disk\'s', () => {
    write(repo, { 'a/file.yaml': 'x: 1\n', 'bin.yaml': 'a\0b', 'a/b/deep.yaml': 'y: 2\n' })
    symlinkSync('../file.yaml', join(repo, 'a/b/up.yaml'))
    symlinkSync('/etc/passwd', join(repo, 'out.yaml'))
    symlinkSync('../../outside', join(repo, 'further.yaml'))
    symlinkSync('round.yaml', join(repo, 'round.yaml'))
    symlinkSync('a', join(repo, 'folder'))
    const tree = gitTree(repo, repo, commit(repo))
    expect(tree.files()).toEqual(['a/b/deep.yaml', 'a/file.yaml', 'bin.yaml'])
    expect(tree.read('a/b/../file.yaml')).toBe('x: 1\n')
    expect(tree.read('folder/file.yaml')).toBe('x: 1\n')
    expect(tree.read('a/b/up.yaml')).toBe('x: 1\n')
    expect(tree.read('nothing.yaml')).toBeUndefined()
    expect(tree.read('a')).toBeUndefined()
    for (const path of ['../x', '/etc/passwd', 'out.yaml', 'further.yaml', 'round.yaml', 'bin.yaml']) expect(tree.read(path), path).toHaveProperty('refused')
    expect(tree.list('a')).toEqual(['b', 'file.yaml'])
    expect(tree.list('.')).toContain('a')
    expect(tree.list('none')).toBeUndefined()
    expect(gitTree(repo, join(repo, 'a'), 'HEAD').files()).toEqual(['b/deep.yaml', 'file.yaml'])
  })
})
