// What a run comes to, in one line for people: whether it fails and why, what was found, what of that is not shown, what was not judged.
import type { Report } from '../model/report.ts'
import type { Severity } from '../model/rule.ts'
import type { Outcome } from './context.ts'
import { clipped } from './plain.ts'
import { count, severityCounts } from './stacks.ts'
import { severityColor, uncoloured, type Page } from './text/page.ts'

/** What was found and what of it is not shown. Harmless on a terminal. */
export function foundLine(report: Report, outcome: Outcome | undefined, colors: Page['colors'] = uncoloured): string {
  const { summary, findings, problems } = report
  const number = (severity: Severity): number => findings.filter(finding => finding.severity === severity).length
  const hidden = severityCounts({ errors: 0, warnings: summary.warnings - number('warning'), infos: summary.infos - number('info') }).map(([, words]) => words)
  const shown = severityCounts({ errors: summary.errors, warnings: number('warning'), infos: number('info') })
    .map(([severity, words]) => severityColor(severity, { colors })(words))
  return [
    shown.length > 0 ? shown.join(', ') : nothingJudged(report, outcome) ?? (hidden.length > 0 ? 'no errors' : 'no findings'),
    ...hidden.length > 0 ? [`${hidden.join(' and ')} not shown (--quiet)`] : [],
    ...outcome?.left ?? [],
    ...summary.suppressed > 0 ? [`${summary.suppressed} suppressed`] : [],
    ...problems.length > 0 ? [`${count(problems.length, 'place')} not read`] : [],
  ].join(' · ')
}

/** The same behind whether the run fails and why; without an outcome only what was found. */
export function outcomeLine(report: Report, outcome: Outcome | undefined, colors: Page['colors'] = uncoloured): string {
  const found = foundLine(report, outcome, colors)
  if (outcome === undefined) return `${found.charAt(0).toUpperCase()}${found.slice(1)}`
  // What was not judged did not pass.
  const word = outcome.failed ? colors.red('Failed') : nothingJudged(report, outcome) === undefined ? colors.green('Passed') : 'Nothing judged'
  return `${word}${outcome.why === undefined ? '' : ` (${outcome.why})`}: ${found}`
}

// Why there is no verdict; undefined where there is one.
function nothingJudged({ summary, stacks, problems, shard, comparisons = [] }: Report, outcome: Outcome | undefined): string | undefined {
  if (summary.errors + summary.warnings + summary.infos + summary.suppressed + (outcome?.left?.length ?? 0) > 0) return undefined
  if (summary.components > 0) return stacks.every(({ components }) => components.every(({ verdict }) => verdict === 'undecided')) ? 'no component could be judged' : undefined
  if (summary.stacks > 0) return `no Redis or Kafka found in ${count(summary.stacks, 'stack')}`
  if (shard) return `no stack is in part ${shard.index} of ${shard.count}`
  if (problems.some(({ unread }) => unread)) return 'no stack that could be read'
  const revision = comparisons.find(({ kind }) => kind === 'revision')
  if (revision) return `no stack has to do with what changed since ${clipped(revision.with, 80)}`
  return 'no stack found: no docker-compose file or Helm values with Redis or Kafka in it, and no design that has chosen one (misfit decide)'
}
