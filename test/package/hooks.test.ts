// Hooks as docs/pre-commit.md gives them, in real repositories: a commit is stopped, and passes after the fix.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { load } from 'js-yaml'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { block, blocksOf } from '../support/docs-blocks.ts'
import { clean, misuse, rule, run, write, type Outcome } from '../support/program.ts'

const root = resolve(import.meta.dirname, '../..')
const home = mkdtempSync(join(tmpdir(), 'misfit-hooks-'))
const release = join(home, 'release')
const bin = join(home, 'bin')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
let tarball = ''
let count = 0

// Nothing of this machine's git or npm settings, nothing from the network.
const environment = {
  PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: home, PRE_COMMIT_HOME: join(home, 'pre-commit'), npm_config_offline: 'true', npm_config_cache: join(home, 'npm'),
  npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false',
  GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.com', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.com',
}
const call = (file: string, words: readonly string[], cwd: string): string => execFileSync(file, words, { cwd, env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
// Where CI=true they must be there.
const has = (program: string, ...words: string[]): boolean => { try { execFileSync(program, words, { stdio: 'ignore' }); return true } catch { return process.env['CI'] === 'true' } }

beforeAll(() => {
  call(join(root, '.ci/release-tree'), [release], home)
  const program = join(release, 'dist/cli.js')
  // The package as npm sees it, and the repository as a release tag shows it.
  const [packed] = JSON.parse(call('npm', ['pack', '--json', '--pack-destination', home], release)) as { filename: string }[]
  tarball = join(home, packed?.filename ?? '')
  call('git', ['init', '-q', '-b', 'main'], release)
  call('git', ['add', '-A'], release)
  call('git', ['commit', '-qm', 'release'], release)
  call('git', ['tag', `v${version}`], release)
  // npx without a registry: the project has misfit installed.
  write(bin, { npx: `#!/bin/sh\nwhile [ "$1" != misfit ]; do shift; done\nshift\nexec "${process.execPath}" "${program}" "$@"\n`, misfit: `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n` })
  for (const name of ['npx', 'misfit']) chmodSync(join(bin, name), 0o755)
}, 120_000)
afterAll(() => { rmSync(home, { recursive: true, force: true }) })

function repository(files: Readonly<Record<string, string>>): string {
  const folder = join(home, `repository ${++count}`)
  mkdirSync(folder)
  call('git', ['init', '-q', '-b', 'main'], folder)
  write(folder, files)
  call('git', ['add', '-A'], folder)
  call('git', ['commit', '-qm', 'start', '--no-verify'], folder)
  return folder
}

function commit(folder: string, files: Readonly<Record<string, string>>): Promise<Outcome> {
  write(folder, files)
  call('git', ['add', '-A'], folder)
  return run('git', ['commit', '-qm', 'change'], { cwd: folder, env: environment })
}

const head = (folder: string): string => call('git', ['log', '--format=%s'], folder).split('\n')[0] ?? ''

/** The story that every hook must tell; the misuse is in a file that is not part of the commit. */
async function stopsAndPasses(folder: string): Promise<void> {
  const stopped = await commit(folder, { 'deploy/compose.yaml': misuse })
  expect(stopped.code).toBe(1)
  expect(stopped.out + stopped.err).toContain(rule)
  expect(head(folder)).toBe('start')
  expect(await commit(folder, { 'deploy/compose.yaml': clean })).toMatchObject({ code: 0 })
  expect(head(folder)).toBe('change')
  // What an earlier commit left elsewhere is not held against this one.
  expect(await commit(folder, { 'deploy/notes.yaml': 'a: 1\n' })).toMatchObject({ code: 0 })
}

const start = { 'deploy/compose.yaml': 'services: {}\n', 'old/compose.yaml': misuse }

it('is documented for this version', () => {
  for (const page of ['pre-commit.md', 'ci.md']) {
    const text = readFileSync(join(root, 'docs', page), 'utf8')
    expect(new Set([...text.matchAll(/misfit[@-]v?(\d+\.\d+\.\d+)|rev: v(\S+)/g)].map(found => found[1] ?? found[2]))).toEqual(new Set([version]))
  }
})

it('names the same files in the published hook and in the guide', () => {
  const [published] = load(readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8')) as { files: string; args: string[]; require_serial: boolean }[]
  for (const name of ['local', 'system']) {
    const { repos } = load(block('pre-commit.md', name)) as { repos: { hooks: object[] }[] }
    expect(repos[0]?.hooks[0]).toMatchObject({ files: published?.files, args: ['--'], require_serial: true })
  }
  const pattern = new RegExp(published?.files ?? '')
  for (const name of ['compose.yaml', 'a/values.yml', '.env', 'a/.env.local', 'a/redis.conf', 'kafka/server.properties', 'app.env']) expect(pattern.test(name), name).toBe(true)
  for (const name of ['main.ts', 'environment', 'a/myenv', 'yaml', 'a.yaml/b']) expect(pattern.test(name), name).toBe(false)
})

describe.skipIf(!has('pre-commit', '--version'))('pre-commit', () => {
  const configured: Readonly<Record<string, () => string>> = {
    'the packed package, as a local hook': () => block('pre-commit.md', 'local').replace(`https://example.com/misfit-${version}.tgz`, tarball),
    'the git repository, at a tag': () => block('pre-commit.md', 'git').replace('https://github.com/OWNER/misfit', release),
    'the one that the project has installed': () => block('pre-commit.md', 'system'),
  }

  it.each(Object.keys(configured))('stops a commit and lets it pass after the fix: %s', async title => {
    const folder = repository({ ...start, '.pre-commit-config.yaml': configured[title]?.() ?? '' })
    await run('sh', ['-c', block('pre-commit.md', 'install')], { cwd: folder, env: environment })
    await stopsAndPasses(folder)
  }, 180_000)

  it('reports a misuse in a file that the commit does not touch, when the commit causes it', async () => {
    const quiet = 'services:\n  web:\n    image: shop/web:1\n'
    const worker = '    command: celery -A shop worker\n    environment:\n      CELERY_BROKER_URL: redis://redis:6379/0\n'
    const server = 'services:\n  redis:\n    image: redis:7.4\n    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru --appendonly yes\n    volumes: [data:/data]\nvolumes: {data: {}}\n'
    const folder = repository({ 'compose.yaml': quiet, 'compose.override.yaml': server, '.pre-commit-config.yaml': block('pre-commit.md', 'system') })
    await run('sh', ['-c', block('pre-commit.md', 'install')], { cwd: folder, env: environment })
    const stopped = await commit(folder, { 'compose.yaml': quiet + worker })
    expect(stopped.code).toBe(1)
    expect(stopped.out + stopped.err).toMatch(/compose\.override\.yaml:4:\d+/)
  })
})

describe('a plain git hook', () => {
  const hooked = (files: Readonly<Record<string, string>>): string => {
    const folder = repository(files)
    write(folder, { '.git/hooks/pre-commit': block('pre-commit.md', 'plain') })
    chmodSync(join(folder, '.git/hooks/pre-commit'), 0o755)
    return folder
  }

  it('stops a commit and lets it pass after the fix', () => stopsAndPasses(hooked(start)))

  it('lets a commit pass that has no file for it', async () => {
    const folder = hooked({ ...start, gone: 'x\n' })
    rmSync(join(folder, 'gone'))
    expect(await commit(folder, {})).toMatchObject({ code: 0 })
    expect(head(folder)).toBe('change')
  })

  it('takes names that would be options, and names with spaces and quotes', async () => {
    const folder = hooked(start)
    expect(await commit(folder, { '--quiet.yaml': 'a: 1\n', 'it\'s a "name"\n.yaml': 'a: 1\n' })).toMatchObject({ code: 0 })
    expect((await commit(folder, { 'a b/compose.yaml': misuse })).code).toBe(1)
  })
})

it.skipIf(!has('lefthook', 'version'))('lefthook stops a commit and lets it pass after the fix', async () => {
  const folder = repository({ ...start, 'lefthook.yml': block('pre-commit.md', 'lefthook') })
  call('lefthook', ['install'], folder)
  await stopsAndPasses(folder)
})

it.each(['lefthook', 'lint-staged'])('runs the line for %s with the staged files behind it', async name => {
  const configuration = load(block('pre-commit.md', name)) as { 'pre-commit'?: { jobs: { run: string }[] }; 'lint-staged'?: Record<string, string> }
  const line = configuration['pre-commit']?.jobs[0]?.run.replace('{staged_files}', 'deploy/compose.yaml') ?? `${Object.values(configuration['lint-staged'] ?? {})[0] ?? ''} deploy/compose.yaml`
  const folder = repository({ 'deploy/compose.yaml': misuse })
  expect((await run('sh', ['-c', line], { cwd: folder, env: environment })).code).toBe(1)
  write(folder, { 'deploy/compose.yaml': clean })
  expect((await run('sh', ['-c', line], { cwd: folder, env: environment })).code).toBe(0)
})

it('has no block that no test runs', () => {
  expect(Object.keys(blocksOf('pre-commit.md')).sort()).toEqual(['git', 'install', 'lefthook', 'lint-staged', 'local', 'plain', 'system'])
})
