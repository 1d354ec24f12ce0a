// `--since`: the revision that a change is compared with, and files as they were there, the configuration and the baseline among them. Writes nothing.
import { readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { configNames, type ReadFile } from '../host/config.ts'
import { commitOf, GitError, isShallow, mergeBase, parentsOf, topOf } from '../host/git.ts'
import { textsAt } from '../host/git-objects.ts'
import { liesIn, readNamed } from '../host/read.ts'
import { entryOf } from '../model/entry-of.ts'
import { UsageError } from './usage.ts'

/** A commit of a work tree. */
export interface Revision {
  /** The top folder of the work tree. */
  readonly top: string
  readonly commit: string
  /** As it was asked for. */
  readonly said: string
  /** The text of a file by its absolute path, as it was; of what lies outside the work tree, as it is. */
  readonly read: ReadFile
}

type Environment = Readonly<Record<string, string | undefined>>

// The branch that a change is to be merged into, as each platform says it.
const targets = [
  'GITHUB_BASE_REF', 'CI_MERGE_REQUEST_TARGET_BRANCH_NAME', 'BITBUCKET_PR_DESTINATION_BRANCH', 'SYSTEM_PULLREQUEST_TARGETBRANCH', 'CHANGE_TARGET',
  'BUILDKITE_PULL_REQUEST_BASE_BRANCH', 'DRONE_TARGET_BRANCH',
  // A branch without a merge request yet.
  'CI_DEFAULT_BRANCH',
] as const

/** The revision that a folder's change is compared with; `auto` is found. Throws a UsageError that says what is missing. */
export function revisionOf(folder: string, said: string, env: Environment = process.env): Revision {
  return asUsage(() => {
    const top = topOf(folder)
    if (top === undefined) throw new UsageError(`--since compares git revisions, and ${JSON.stringify(folder)} lies in no git work tree`)
    const commit = said === 'auto' ? automatic(top, env) : named(top, said)
    return { top, commit, said, read: readingAt(top, commit) }
  })
}

// Whoever asks for one of the names that a configuration may have is likely to ask for the others in that folder.
function readingAt(top: string, commit: string): ReadFile {
  const folders = new Map<string, ReadonlyMap<string, string>>()
  const inTree = (path: string): string => relative(top, path).split(sep).join('/')
  return path => {
    if (!liesIn(path, top)) return readNamed(path)
    const folder = dirname(path)
    if (!folders.has(folder)) folders.set(folder, asUsage(() => textsAt(top, commit, configNames.map(name => inTree(join(folder, name))))))
    const known = folders.get(folder)?.get(inTree(path))
    return known ?? ((configNames as readonly string[]).includes(path.slice(folder.length + 1)) ? undefined : asUsage(() => textsAt(top, commit, [inTree(path)])).get(inTree(path)))
  }
}

/** What git cannot give as a mistake of the user's, which ends the run in 2. */
export function asUsage<T>(action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw error instanceof GitError ? new UsageError(error.message) : error
  }
}

function named(top: string, rev: string): string {
  const commit = commitOf(top, rev)
  if (commit !== undefined) return commit
  throw new UsageError(`there is no revision ${JSON.stringify(rev)} here${isShallow(top) ? '; this clone is shallow, so fetch more of it: git fetch --unshallow' : ''}`)
}

/** The commit that a change branched from, by the variables of the pipeline, else by the default branch of `origin`. */
export function automatic(top: string, env: Environment): string {
  const shallow = isShallow(top)
  const deepen = shallow
    ? '; this clone is shallow, so fetch the whole history: fetch-depth: 0 in actions/checkout, GIT_DEPTH: 0 in GitLab, or git fetch --unshallow'
    : '; fetch it first, or name a revision: --since REV'
  // GitLab knows the commit itself.
  const sha = env['CI_MERGE_REQUEST_DIFF_BASE_SHA']
  if (sha) {
    const commit = commitOf(top, sha)
    if (commit !== undefined) return commit
    if (!env['CI_MERGE_REQUEST_TARGET_BRANCH_NAME']) throw new UsageError(`--since auto: the commit ${sha.slice(0, 12)} (CI_MERGE_REQUEST_DIFF_BASE_SHA) is not there${deepen}`)
  }
  const variable = targets.find(each => entryOf(env, each))
  const pushed = variable === undefined ? defaultBranch(env['GITHUB_EVENT_PATH']) : undefined
  const branch = (variable === undefined ? pushed : entryOf(env, variable))?.replace(/^refs\/heads\//, '')
  const said = branch === undefined ? 'the default branch (origin/HEAD)' : `the target branch ${JSON.stringify(branch)} (${variable ?? 'GITHUB_EVENT_PATH'})`
  const head = commitOf(top, 'HEAD')
  if (head === undefined) throw new UsageError('--since auto: there is no commit yet')
  const target = (branch === undefined ? ['refs/remotes/origin/HEAD'] : [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`])
    .map(each => commitOf(top, each)).find(each => each !== undefined)
  const base = target === undefined ? undefined : mergeBase(top, target, head)
  if (base !== undefined) return base
  // GitHub checks out a merge of the change into its target: the first parent is the target itself.
  const [first, second] = /^refs\/pull\/\d+\/merge$/.test(env['GITHUB_REF'] ?? '') ? parentsOf(top, head) : []
  if (first !== undefined && second !== undefined && commitOf(top, first) !== undefined) return first
  throw new UsageError(`--since auto: ${target === undefined ? `${said} is not there` : `${said} and HEAD have no commit in common here`}${deepen}`)
}

// A push on GitHub has no target; what happened stands in a file, the repository's default branch among it:
// https://docs.github.com/en/actions/reference/workflows-and-actions/variables
function defaultBranch(event: string | undefined): string | undefined {
  try {
    const happened: unknown = event ? JSON.parse(readFileSync(event, 'utf8')) : undefined
    const branch = (happened as { readonly repository?: { readonly default_branch?: unknown } } | undefined)?.repository?.default_branch
    return typeof branch === 'string' ? branch : undefined
  } catch {
    return undefined
  }
}
