// What a report comes to: which findings count, and the exit code.
import type { Finding, Report } from '../model/report.ts'
import type { Outcome } from '../reporters/context.ts'
import { severityCounts } from '../reporters/stacks.ts'
import type { NoticeId } from '../model/notices.ts'
import { severities, type Confidence, type Severity } from '../model/rule.ts'

export interface JudgeFlags {
  /** The mildest severity that fails the run. */
  readonly failOn: Severity
  /** Findings that rest on less are left out. */
  readonly minConfidence?: Confidence
  readonly maxWarnings?: number
  /** Having found nothing to lint is a failure of its own. */
  readonly requireInput?: boolean
  /** Findings do not fail the run. */
  readonly exitZero?: boolean
  /** `false`: neither do files that could not be read. */
  readonly failOnProblems?: boolean
}

/** What is said of a change that takes something out of sight; its severity can be set like that of a rule. */
export const switchedOffRule = 'misfit/switched-off' satisfies NoticeId

export const confidences: readonly Confidence[] = ['certain', 'likely', 'possible']

/** The report with other findings; its summary counts them. */
export function withFindings(report: Report, findings: readonly Finding[], suppressed = report.suppressed ?? []): Report {
  return { ...report, findings, suppressed, summary: { ...report.summary, ...countsBy(findings), suppressed: suppressed.length } }
}

function countsBy(findings: readonly Finding[]): Pick<Report['summary'], 'errors' | 'warnings' | 'infos'> {
  const count = (severity: Severity): number => findings.filter(finding => finding.severity === severity).length
  return { errors: count('error'), warnings: count('warning'), infos: count('info') }
}

/** The report without findings that rest on less than was asked for. */
export function confident(report: Report, least: Confidence | undefined): Report {
  if (least === undefined || least === 'possible') return report
  const enough = (finding: Finding): boolean => confidences.indexOf(finding.confidence) <= confidences.indexOf(least)
  return withFindings(report, report.findings.filter(enough), report.suppressed?.filter(enough))
}

/** What `confident` leaves out, as the last line counts it. */
export function unconfident({ findings }: Report, least: Confidence | undefined): readonly string[] {
  if (least === undefined) return []
  const left = findings.filter(({ confidence }) => confidences.indexOf(confidence) > confidences.indexOf(least))
  return left.length === 0 ? [] : [`${countsOf(left)} less than ${least} not shown (--min-confidence)`]
}

/** "1 error and 2 infos". */
export const countsOf = (findings: readonly Finding[]): string => severityCounts(countsBy(findings)).map(([, words]) => words).join(' and ')

export interface Judgement extends Outcome {
  /** 0: nothing that fails the run; 1: findings; 2: a file was not checked, or not all that it tells misfit is understood; 3: nothing to lint, where that was asked. */
  readonly code: 0 | 1 | 2 | 3
}

/** The exit code, and what the last line says of it. `overdue`: how many findings have been known for longer than is allowed; `left`: what is not in the report, in words. */
export function judged({ findings, problems, summary }: Report, { failOn, maxWarnings, requireInput, exitZero }: JudgeFlags, { overdue = 0, left = [] }: { readonly overdue?: number; readonly left?: Judgement['left'] } = {}): Judgement {
  const rest = left.length === 0 ? {} : { left }
  const failed = (code: 1 | 2 | 3, why?: string): Judgement => exitZero === true && code === 1
    ? { code: 0, failed: false, why: '--exit-zero', ...rest }
    : { code, failed: true, ...(why === undefined ? {} : { why }), ...rest }
  const unread = new Set(problems.filter(problem => problem.unread).map(problem => problem.file)).size
  if (unread > 0) return failed(2, `${unread === 1 ? 'a file was' : `${unread} files were`} not understood`)
  const limit = severities.indexOf(failOn)
  if (overdue > 0) return failed(1, 'too long in the baseline')
  if (findings.some(finding => severities.indexOf(finding.severity) <= limit)) return failed(1, failOn === 'error' ? undefined : `--fail-on ${failOn}`)
  if (maxWarnings !== undefined && summary.warnings > maxWarnings) return failed(1, `more than ${maxWarnings} ${maxWarnings === 1 ? 'warning' : 'warnings'}`)
  if (requireInput === true && summary.stacks === 0 && summary.components === 0) return failed(3, '--require-input')
  return { code: 0, failed: false, ...rest }
}

/** The report with its errors and what else fails the run; the summary still counts what is left out. */
export function failingOnly(report: Report, { failOn, maxWarnings }: Pick<JudgeFlags, 'failOn' | 'maxWarnings'>): Report {
  const tooMany = maxWarnings !== undefined && report.summary.warnings > maxWarnings
  const least = Math.max(severities.indexOf(failOn), tooMany ? severities.indexOf('warning') : 0)
  return { ...report, findings: report.findings.filter(({ severity }) => severities.indexOf(severity) <= least) }
}
