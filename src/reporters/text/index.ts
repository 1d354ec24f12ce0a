// The report as text for people at a terminal: short unless asked, the outcome in the last line. Pure: source lines come through a look-up,
// colours through a painter.
import type { Finding, Report, ReportedStack } from '../../model/report.ts'
import type { Context } from '../context.ts'
import { clipped } from '../plain.ts'
import { byStack, count } from '../stacks.ts'
import { comparisons, errorsAgain, lastLine, long, nextLines, ruleTable, undecidedLines, unreadLines } from './end.ts'
import { short, whole } from './finding.ts'
import { folded, unfolded, type Folded } from './fold.ts'
import { pageOf, severityColor, type Page, type PageOptions } from './page.ts'
import { overview, stackLine } from './stacks.ts'

export type { Link, Paint } from './page.ts'

export type TextOptions = PageOptions & Partial<Pick<Context, 'rules' | 'verbose' | 'groupBy' | 'statistics' | 'outcome' | 'notes'>>

/** The whole report with a final line break. */
export function text(report: Report, options: TextOptions): string {
  const page = pageOf(options)
  const body = options.statistics === true ? [] : listed(report, options, page)
  const lines = body.reduce((sum, block) => sum + block.split('\n').length + 1, 0)
  const { findings } = report
  const rules = new Set(findings.map(finding => finding.rule))
  const blocks = [
    ...body,
    report.problems.map(problem => problemLine(problem, page)).join('\n'),
    (options.statistics === true ? findings.length > 0 : lines >= long && rules.size > 1 && rules.size < findings.length) ? ruleTable(findings, page).join('\n') : '',
    options.statistics === true ? '' : errorsAgain(findings, lines, page).join('\n'),
    [
      ...options.statistics === true || options.verbose === true ? [] : undecidedLines(report, page),
      ...options.statistics === true ? [] : unreadLines(report, options.verbose === true, page),
      ...nextLines(findings, options.verbose === true, page),
      ...comparisons(report, page),
      ...options.notes ?? [],
      lastLine(report, options.outcome, page),
    ].join('\n'),
  ]
  return `${blocks.filter(block => block !== '').join('\n\n')}\n`
}

interface Entry {
  readonly finding: Finding
  readonly stack: ReportedStack | undefined
}

// The findings under their headings.
function listed(report: Report, options: TextOptions, page: Page): string[] {
  const parts = byStack(report.stacks, report.findings)
  const entries = parts.flatMap(({ stack, findings }) => findings.map((finding): Entry => ({ finding, stack })))
  const written = ({ first, also }: Folded): string =>
    (options.verbose === true ? whole(first, options.rules?.find(rule => rule.id === first.rule), page) : short({ first, also }, page))
  const fold = (some: readonly Entry[]): readonly Folded[] => (options.verbose === true ? unfolded(some.map(({ finding }) => finding)) : folded(some))
  if (options.groupBy === 'file' || options.groupBy === 'rule') {
    const key = options.groupBy
    const groups = new Map<string, Entry[]>()
    for (const finding of report.findings) {
      const stack = entries.find(entry => entry.finding === finding)?.stack
      groups.set(finding[key], [...(groups.get(finding[key]) ?? []), { finding, stack }])
    }
    const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    return sorted.flatMap(([name, group]) => [heading(name, group, page), ...fold(group).map(written)])
  }
  const all = fold(entries)
  const stackOf = new Map(entries.map(({ finding, stack }) => [finding, stack]))
  return parts.flatMap(({ stack, findings }) => {
    const own = all.filter(({ first }) => stackOf.get(first) === stack)
    const title = options.verbose === true && stack ? (stack.components.length > 0 ? [overview(stack, page)] : []) : own.length > 0 && stack ? [stackLine(stack, findings, page)] : []
    if (options.verbose === true) return [...title, ...own.map(written)]
    return own.length === 0 ? [] : [[...title, ...own.map(written)].join('\n')]
  })
}

function heading(name: string, group: readonly Entry[], page: Page): string {
  const [first] = group
  const paint = first ? severityColor(first.finding.severity, page) : page.colors.dim
  return `${page.colors.bold(clipped(name, 200))}  ${paint(count(group.length, 'finding'))}`
}

const problemLine = (problem: Report['problems'][number], { colors }: Page): string =>
  `${clipped(problem.file, 200)}:${problem.line}:${problem.column}  ${colors.magenta('problem')}  ${clipped(problem.message, 400)}`
