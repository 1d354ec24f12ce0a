// GitLab's Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
import type { Report } from '../model/report.ts'
import type { Severity } from '../model/rule.ts'
import { fromTop, type Context } from './context.ts'
import { jsonText } from './escape.ts'
import { plain } from './plain.ts'
import { notJudged } from './stacks.ts'

const severities: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'major', info: 'info' }

/** One entry a finding, and one for each stack of which something was not read; GitLab compares runs by the fingerprint, which must be unique in a report. */
export function gitlab(report: Report, context: Context): string {
  const seen = new Map<string, number>()
  const own = (fingerprint: string): string => {
    const times = (seen.get(fingerprint) ?? 0) + 1
    seen.set(fingerprint, times)
    return times === 1 ? fingerprint : `${fingerprint}-${times}`
  }
  const findings = report.findings.map(finding => ({
    description: plain(`${finding.message} ${finding.failureMode} ${finding.fix}`),
    check_name: finding.rule,
    fingerprint: own(finding.fingerprint),
    severity: severities[finding.severity],
    location: {
      path: fromTop(finding.file, context),
      positions: { begin: { line: finding.line, column: finding.column }, end: { line: finding.endLine, column: finding.endColumn } },
      lines: { begin: finding.line, end: finding.endLine },
    },
  }))
  const problems = report.problems.map(problem => {
    const path = fromTop(problem.file, context)
    return { description: `Not read: ${plain(problem.message)}`, check_name: 'problem', fingerprint: own(`problem:${path}:${plain(problem.message)}`), severity: problem.unread ? 'major' : 'info', location: { path, lines: { begin: problem.line, end: problem.line } } }
  })
  const unread = notJudged(report).map(note => {
    const path = fromTop(note.file, context)
    return { description: plain(note.text), check_name: 'unread', fingerprint: own(`unread:${path}`), severity: 'info', location: { path, lines: { begin: note.line, end: note.line } } }
  })
  return jsonText([...findings, ...problems, ...unread])
}
