// Checkstyle XML, which many review tools read: https://github.com/checkstyle/checkstyle (XMLLogger)
import type { Report } from '../model/report.ts'
import type { Context } from './context.ts'
import { fromTop } from './context.ts'
import { xml } from './escape.ts'
import { notJudged } from './stacks.ts'

/** The findings and problems by file, and as infos what was not read. */
export function checkstyle(report: Report, context: Context): string {
  const files = new Map<string, string[]>()
  const add = (file: string, line: number, column: number, severity: string, message: string, source: string): void => {
    const lines = files.get(file) ?? []
    lines.push(`    <error line="${line}" column="${column}" severity="${severity}" message="${xml(message)}" source="${xml(source)}"/>\n`)
    files.set(file, lines)
  }
  for (const finding of report.findings) {
    add(finding.file, finding.line, finding.column, finding.severity, `${finding.message} ${finding.failureMode} ${finding.fix}`, `misfit.${finding.rule}`)
  }
  for (const problem of report.problems) add(problem.file, problem.line, problem.column, problem.unread ? 'error' : 'warning', problem.message, 'misfit.problem')
  for (const note of notJudged(report)) add(note.file, note.line, note.column, 'info', note.text, 'misfit.unread')
  const body = [...files].map(([file, lines]) => `  <file name="${xml(fromTop(file, context))}">\n${lines.join('')}  </file>\n`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="4.3">\n${body.join('')}</checkstyle>\n`
}
