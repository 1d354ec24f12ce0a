// `--since`: what the change between a revision and the files causes and repairs. Knows reports and the two sides, no git.
import { compare, earlierOf, graverOf, isGraver } from '../analysis/compare.ts'
import { changesSince, treeBefore } from '../host/changes.ts'
import type { GitTree } from '../host/git-tree.ts'
import { remembering } from '../host/remembering.ts'
import type { LintOptions } from '../lint.ts'
import type { FileTree } from '../model/files.ts'
import { lintChange, type Compared } from '../since.ts'
import { accepting, type EarlierFinding, type Report, type ReportedStack } from '../model/report.ts'
import { withFindings } from './judge.ts'
import { asUsage } from './revision.ts'

/** Both sides of a change: a tree, and the files of its folder at a revision. `whole`: everything is to be judged, whatever it has to do with the change. */
export function lintSince(tree: FileTree, base: GitTree, options: LintOptions, whole: boolean): Compared {
  return asUsage(() => {
    const changed = whole ? undefined : changesSince(base)
    // Both sides read what has not changed from the same texts.
    const now = remembering(tree)
    return lintChange(now, changed ? treeBefore(now, base, changed) : base, changed, options)
  })
}

/** What is known of a file today: it is linted, it is there and not linted, or it is gone. */
export type Seen = (file: string) => 'linted' | 'out of reach' | 'gone'

/** The report with only what was not there before, or was milder; what is gone is said beside it, where it was looked for. */
export function sinceReport(report: Report, before: Report, rev: string, seen: Seen): Report {
  const suppressed = report.suppressed ?? []
  const { fresh, known, gone } = compare([...report.findings, ...suppressed], before.findings.map(earlierOf), file => seen(file) === 'linted')
  const found = new Set(report.findings)
  const still = known.filter(({ finding }) => found.has(finding))
  const graver = still.filter(isGraver)
  const set = new Set([...fresh, ...graver.map(({ finding }) => finding)])
  const unread = new Set(report.problems.map(problem => problem.file))
  const cannotTell = blurred(report, before)
  const unreadBefore = new Set(before.problems.flatMap(problem => (problem.unread ? [problem.file] : [])))
  return {
    ...withFindings(accepting(report, file => unreadBefore.has(file)), report.findings.filter(finding => set.has(finding))),
    comparisons: [...(report.comparisons ?? []), {
      kind: 'revision', with: rev, known: still.length - graver.length, ...graverOf(graver), fixed: gone.filter(one => !unread.has(one.file) && seen(one.file) !== 'out of reach' && !cannotTell(one)),
    }],
  }
}

/** Whether something of a finding's stack or component could be read at the revision and cannot be now, so that nobody knows whether it is repaired. */
function blurred(report: Report, before: Report): (finding: EarlierFinding) => boolean {
  const stacksOf = ({ stacks }: Report, file: string): readonly ReportedStack[] => stacks.filter(({ files }) => files.includes(file))
  const unknowns = (stacks: readonly ReportedStack[], component: string): readonly string[] => stacks.flatMap(({ components, unread = [] }) => [
    ...components.filter(({ name }) => name === component).flatMap(({ settings }) => Object.entries(settings).filter(([, { state }]) => state === 'unknown').map(([key]) => key)), ...unread.map(({ text }) => text),
  ])
  return ({ file, component }) => {
    const known = new Set(unknowns(stacksOf(before, file), component))
    return unknowns(stacksOf(report, file), component).some(each => !known.has(each))
  }
}
