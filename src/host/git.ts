// Questions to the `git` program about a folder and its history. Never checks out, writes, fetches, or runs what a repository's configuration names.
import { spawnSync } from 'node:child_process'
import { realpathSync } from 'node:fs'

/** git cannot give what was asked of it; the message says what to do. */
export class GitError extends Error {}

// Everything a configuration could start is switched off. Transport is forbidden, or a partial clone would fetch what it lacks.
const guarded = [
  '--no-pager', '--no-replace-objects', '--literal-pathspecs', '-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'core.pager=cat', '-c', 'diff.external=',
  '-c', 'core.sshCommand=false', '-c', 'core.askPass=false', '-c', 'credential.helper=', '-c', 'protocol.allow=never', '-c', 'gc.auto=0', '-c', 'maintenance.auto=false',
  // A folder that merely looks like a repository (`HEAD`, `objects`, `refs`, all of which can be committed) is none: https://git-scm.com/docs/git-config#Documentation/git-config.txt-safebareRepository
  '-c', 'safe.bareRepository=explicit',
]
// A hook runs with variables that point git at the repository of the commit in progress.
const dropped = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_EXTERNAL_DIFF', 'GIT_NAMESPACE', 'GIT_TRACE', 'GIT_TRACE2', 'GIT_TRACE2_EVENT', 'GIT_PAGER']

interface Answer {
  readonly ok: boolean
  readonly out: Buffer
  readonly err: string
}

/** Asks the `git` program about a folder. */
export function git(folder: string, words: readonly string[], input?: string): Answer {
  const env: NodeJS.ProcessEnv = { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' }
  for (const name of dropped) Reflect.deleteProperty(env, name)
  const { error, status, stdout, stderr } = spawnSync('git', [...guarded, ...words], { cwd: folder, env, maxBuffer: 2 ** 30, windowsHide: true, ...(input === undefined ? {} : { input }) })
  if (error) throw new GitError('code' in error && error.code === 'ENOENT' ? 'the program git was not found' : `git failed: ${error.message}`)
  const err = stderr.toString('utf8').trim()
  if (/dubious ownership/.test(err)) throw new GitError(`git refuses to read ${JSON.stringify(folder)}, because it belongs to another user; run: git config --global --add safe.directory ${JSON.stringify(folder)}`)
  if (/cannot use bare repository/.test(err)) throw new GitError(`${JSON.stringify(folder)} holds a git repository among its files (HEAD, objects, refs), so git refuses to work there; name the folder above it, or take those files out`)
  return { ok: status === 0, out: stdout, err }
}

const line = (answer: Answer): string | undefined => (answer.ok ? answer.out.toString('utf8').trim() || undefined : undefined)

/** The top folder of the work tree that a folder lies in; undefined outside of git. */
export function topOf(folder: string): string | undefined {
  const top = line(git(folder, ['rev-parse', '--show-toplevel']))
  return top === undefined ? undefined : realpathSync(top)
}

/** The commit that a name stands for; undefined when there is none. */
export const commitOf = (folder: string, name: string): string | undefined =>
  (name === '' || name.includes('\0') ? undefined : line(git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`])))

/** The commit at which two branched; undefined when they share none, or none that is there. */
export const mergeBase = (folder: string, a: string, b: string): string | undefined => line(git(folder, ['merge-base', a, b]))?.split('\n')[0]

/** Whether history is cut off. */
export const isShallow = (folder: string): boolean => line(git(folder, ['rev-parse', '--is-shallow-repository'])) === 'true'

/** The commits before a commit. */
export const parentsOf = (folder: string, commit: string): readonly string[] =>
  line(git(folder, ['rev-list', '--parents', '--max-count=1', commit]))?.split(/\s+/).slice(1) ?? []

/** Paths below a folder that git tracks, whatever .gitignore files say; empty where git knows of none. The index is read and nothing run, so whose it is does not matter. */
export function trackedBelow(folder: string): readonly string[] {
  try {
    const answer = git(folder, ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached'])
    return answer.ok ? answer.out.toString('utf8').split('\0').filter(path => path !== '') : []
  } catch (error) {
    if (error instanceof GitError) return []
    throw error
  }
}
