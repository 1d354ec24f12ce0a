// What of a report concerns the files that somebody named: what lies in them and what they cause.
import type { Report } from '../model/report.ts'

/** The report with only those findings and problems that lie in the files or rest on evidence in them. */
export function about(report: Report, files: ReadonlySet<string>): Report {
  const concerns = (finding: Report['findings'][number]): boolean => files.has(finding.file) || finding.because.some(note => files.has(note.file))
  const findings = report.findings.filter(concerns)
  const suppressed = report.suppressed?.filter(concerns)
  const count = (severity: string): number => findings.filter(finding => finding.severity === severity).length
  return {
    ...report,
    findings,
    ...(suppressed === undefined ? {} : { suppressed }),
    problems: report.problems.filter(problem => files.has(problem.file)),
    summary: {
      ...report.summary, errors: count('error'), warnings: count('warning'), infos: count('info'), suppressed: suppressed?.length ?? report.summary.suppressed,
    },
  }
}
