// One line a finding, for people who skim and for editors and scripts that read lines: `file:line:column severity rule message`.
import type { Report } from '../model/report.ts'
import { clipped, plain } from './plain.ts'
import { notJudged } from './stacks.ts'

/** The findings in the order of their places, then what could not be read. Empty when there is nothing of either. */
export const concise = (report: Report): string => [
  ...report.findings.map(finding => line(finding, `${finding.severity} ${finding.rule} ${plain(finding.message)}`)),
  ...report.problems.map(problem => line(problem, `${problem.unread ? 'error' : 'warning'} problem ${clipped(problem.message, 400)}`)),
  ...notJudged(report).map(note => line(note, `info unread ${clipped(note.text, 400)}`)),
].join('')

const line = (at: { readonly file: string; readonly line: number; readonly column: number }, words: string): string =>
  `${plain(at.file)}:${at.line}:${at.column} ${words}\n`
