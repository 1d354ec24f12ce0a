// A real git repository in a temporary folder, for tests; no configuration of the machine reaches it.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { buildProgram } from './program.ts'

export const gitEnv = {
  GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.com', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.com',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z', GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z', GIT_ALLOW_PROTOCOL: 'file',
}

export const git = (folder: string, ...words: readonly string[]): string =>
  execFileSync('git', words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], ...gitEnv } }).trim()

/** An empty repository with the branch `main`. */
export function repository(folder: string): string {
  mkdirSync(folder, { recursive: true })
  git(folder, 'init', '-q', '-b', 'main')
  return folder
}

/** Commits everything; returns the commit. */
export function commit(folder: string, message = 'change'): string {
  git(folder, 'add', '-A')
  git(folder, 'commit', '-q', '--allow-empty', '-m', message)
  return git(folder, 'rev-parse', 'HEAD')
}

export interface Repositories {
  /** The folder of all. */
  readonly home: string
  /** The command line, built once. */
  readonly program: string
  /** The repository of the test that runs. */
  readonly repo: string
}

/** The command line and an empty repository for each test of a file; gone with the last of them. */
export function repositories(name: string): Repositories {
  const home = mkdtempSync(join(tmpdir(), `misfit-${name}-`)), program = join(home, 'cli.mjs')
  let runs = 0
  const found = { home, program, repo: '' }
  beforeAll(() => buildProgram(program), 60_000)
  afterAll(() => { rmSync(home, { recursive: true, force: true }) })
  beforeEach(() => { found.repo = repository(join(home, `repo-${++runs}`)) })
  return found
}
