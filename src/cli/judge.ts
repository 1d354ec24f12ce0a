// What a report comes to: which findings count, and the exit code.
import type { Finding, Report } from '../model/report.ts'
import { severities, type Confidence, type Severity } from '../model/rule.ts'

export interface JudgeFlags {
  /** The mildest severity that fails the run. */
  readonly failOn: Severity
  /** Findings that rest on less are left out. */
  readonly minConfidence?: Confidence
  readonly maxWarnings?: number
  /** Having found nothing to lint is a failure of its own. */
  readonly requireInput?: boolean
}

export const confidences: readonly Confidence[] = ['certain', 'likely', 'possible']

/** The report with other findings; its summary counts them. */
export function withFindings(report: Report, findings: readonly Finding[], suppressed = report.suppressed ?? []): Report {
  const count = (severity: Severity): number => findings.filter(finding => finding.severity === severity).length
  return {
    ...report, findings, suppressed,
    summary: { ...report.summary, errors: count('error'), warnings: count('warning'), infos: count('info'), suppressed: suppressed.length },
  }
}

/** The report without findings that rest on less than was asked for. */
export function confident(report: Report, least: Confidence | undefined): Report {
  if (least === undefined || least === 'possible') return report
  const enough = (finding: Finding): boolean => confidences.indexOf(finding.confidence) <= confidences.indexOf(least)
  return withFindings(report, report.findings.filter(enough), report.suppressed?.filter(enough))
}

/** 0: nothing that fails the run; 1: findings; 3: nothing to lint, where that was asked. */
export function exitCode({ findings, summary }: Report, { failOn, maxWarnings, requireInput }: JudgeFlags): number {
  const limit = severities.indexOf(failOn)
  if (findings.some(finding => severities.indexOf(finding.severity) <= limit)) return 1
  if (maxWarnings !== undefined && summary.warnings > maxWarnings) return 1
  return requireInput === true && summary.stacks === 0 && summary.components === 0 ? 3 : 0
}
