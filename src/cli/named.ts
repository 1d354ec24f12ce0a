// What of a report concerns the files that somebody named: what lies in them and what they cause.
import type { Report } from '../model/report.ts'
import { withFindings } from './judge.ts'

/** The report with only those findings and problems that lie in the files or rest on evidence in them. */
export function about(report: Report, files: ReadonlySet<string>): Report {
  const concerns = (finding: Report['findings'][number]): boolean => files.has(finding.file) || finding.because.some(note => files.has(note.file))
  return { ...withFindings(report, report.findings.filter(concerns), report.suppressed?.filter(concerns)), problems: report.problems.filter(problem => files.has(problem.file)) }
}
