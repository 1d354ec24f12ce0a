// `--since`: which revision the files are compared with, and what the change between causes and repairs.
import { readFileSync } from 'node:fs'
import { compare, earlierOf } from '../analysis/compare.ts'
import { commitOf, GitError, gitTree, isShallow, mergeBase, parentsOf, topOf, type GitTree, type GitTreeOptions } from '../host/git.ts'
import { changesSince, treeBefore } from '../host/changes.ts'
import type { LintOptions } from '../lint.ts'
import type { FileTree } from '../model/files.ts'
import { lintChange, type Compared } from '../since.ts'
import { entryOf } from '../model/entry-of.ts'
import { accepting, type Report } from '../model/report.ts'
import { withFindings } from './judge.ts'
import { UsageError } from './usage.ts'

type Environment = Readonly<Record<string, string | undefined>>

// The branch that a change is to be merged into, as each platform says it.
const targets = [
  'GITHUB_BASE_REF', 'CI_MERGE_REQUEST_TARGET_BRANCH_NAME', 'BITBUCKET_PR_DESTINATION_BRANCH', 'SYSTEM_PULLREQUEST_TARGETBRANCH', 'CHANGE_TARGET',
  'BUILDKITE_PULL_REQUEST_BASE_BRANCH', 'DRONE_TARGET_BRANCH',
  // A branch without a merge request yet.
  'CI_DEFAULT_BRANCH',
] as const

/** The files of a folder as they were at the revision; throws a UsageError that says what is missing. */
export function treeSince(folder: string, rev: string, options: GitTreeOptions, env: Environment = process.env): GitTree {
  return asUsage(() => {
    const top = topOf(folder)
    if (top === undefined) throw new UsageError(`--since compares git revisions, and ${JSON.stringify(folder)} lies in no git work tree`)
    return gitTree(top, folder, rev === 'auto' ? automatic(top, env) : named(top, rev), options)
  })
}

/** Both sides of a change: a tree, and the files of its folder at a revision. `whole`: everything is to be judged, whatever it has to do with the change. */
export function lintSince(tree: FileTree, base: GitTree, options: LintOptions, whole: boolean): Compared {
  return asUsage(() => {
    const changed = whole ? undefined : changesSince(base)
    return lintChange(tree, changed ? treeBefore(tree, base, changed) : base, changed, options)
  })
}

function asUsage<T>(action: () => T): T {
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

/** The report with only what was not there before; what is gone is said beside it. */
export function sinceReport(report: Report, before: Report, rev: string, exists: (file: string) => boolean): Report {
  const suppressed = report.suppressed ?? []
  const { fresh, known, gone } = compare([...report.findings, ...suppressed], before.findings.map(earlierOf), exists)
  const set = new Set(fresh)
  const unread = new Set(report.problems.map(problem => problem.file))
  const found = new Set(report.findings)
  const unreadBefore = new Set(before.problems.flatMap(problem => (problem.unread ? [problem.file] : [])))
  return {
    ...withFindings(accepting(report, file => unreadBefore.has(file)), report.findings.filter(finding => set.has(finding))),
    comparisons: [...(report.comparisons ?? []), {
      kind: 'revision', with: rev, known: known.filter(({ finding }) => found.has(finding)).length, fixed: gone.filter(({ file }) => !unread.has(file)),
    }],
  }
}
