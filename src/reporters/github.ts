// Workflow commands for GitHub Actions: one annotation a finding. Knows the runner's escaping, which keeps text from being a command:
// https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
import type { Finding, Report } from '../model/report.ts'
import { fromTop, type Context } from './context.ts'
import { story } from './escape.ts'
import { clipped, plain } from './plain.ts'
import { unreadOf } from './stacks.ts'

const levels = { error: 'error', warning: 'warning', info: 'notice' } as const
const order = ['error', 'warning', 'info']
// The runner cuts a message at 4096 characters.
const longest = 4000

/** One line an annotation, the gravest first, because GitHub shows only ten of each kind a step. */
export function github(report: Report, context: Context): string {
  const findings = [...report.findings].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
  const [unread, ...more] = unreadOf(report)
  return [
    ...findings.map(finding => annotation(finding, context)),
    ...report.problems.map(problem => command(problem.unread ? 'error' : 'warning', {
      file: fromTop(problem.file, context), line: problem.line, col: problem.column, title: 'misfit could not read this',
    }, plain(problem.message))),
    // One for all of them: annotations are few.
    ...unread === undefined ? [] : [command('notice', { file: fromTop(unread.file, context), line: unread.line, col: unread.column, title: 'misfit did not read this' },
      `${clipped(unread.text, 600)}${more.length > 0 ? `, and ${more.length} more` : ''}: what depends on it was not judged`)],
  ].map(line => `${line}\n`).join('')
}

function annotation(finding: Finding, context: Context): string {
  // Columns are only understood on one line.
  const columns = finding.line === finding.endLine ? { col: finding.column, endColumn: Math.max(finding.endColumn - 1, finding.column) } : {}
  return command(levels[finding.severity], {
    file: fromTop(finding.file, context), line: finding.line, endLine: finding.endLine, ...columns, title: `misfit: ${finding.rule}`,
  }, story(finding).map(line => clipped(line, 1200)).join('\n').slice(0, longest))
}

const command = (name: string, properties: Readonly<Record<string, string | number>>, message: string): string =>
  `::${name} ${Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`).join(',')}::${data(message)}`

const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('##[', '##%5B')
const property = (text: string): string => data(clipped(text, 1000)).replaceAll(':', '%3A').replaceAll(',', '%2C')

/** Text for the log of a job: a line in it that the runner would take for a command is broken up. */
export const inert = (text: string): string => text.replace(/^([^\S\r\n\u2028\u2029]*:):/gm, '$1 :').replace(/##(?=(?:vso|teamcity)?\[)/gi, '## ')
