// GitLab's Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
import type { Report } from '../model/report.ts'
import type { Severity } from '../model/rule.ts'
import { fromTop, type Context } from './context.ts'
import { jsonText } from './escape.ts'
import { plain } from './plain.ts'
import { notJudged, unreadOf } from './stacks.ts'

const severities: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'major', info: 'info' }

/** One entry a finding, and one for each place that was not read; GitLab compares runs by the fingerprint, which must be unique in a report. */
export function gitlab(report: Report, context: Context): string {
  const seen = new Map<string, number>()
  const findings = report.findings.map(finding => {
    const times = (seen.get(finding.fingerprint) ?? 0) + 1
    seen.set(finding.fingerprint, times)
    return {
      description: plain(`${finding.message} ${finding.failureMode} ${finding.fix}`),
      check_name: finding.rule,
      fingerprint: times === 1 ? finding.fingerprint : `${finding.fingerprint}-${times}`,
      severity: severities[finding.severity],
      location: {
        path: fromTop(finding.file, context),
        positions: { begin: { line: finding.line, column: finding.column }, end: { line: finding.endLine, column: finding.endColumn } },
        lines: { begin: finding.line, end: finding.endLine },
      },
    }
  })
  const unread = unreadOf(report).map(note => {
    const description = plain(notJudged(note)), path = fromTop(note.file, context)
    return { description, check_name: 'unread', fingerprint: `unread:${path}:${description}`, severity: 'info', location: { path, lines: { begin: note.line, end: note.line } } }
  })
  return jsonText([...findings, ...unread])
}
