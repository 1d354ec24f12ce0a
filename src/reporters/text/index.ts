// The report as text for people at a terminal: short unless asked, the outcome in the last line. Pure: source lines come through a look-up,
// colours through a painter.
import type { Finding, Report, ReportedStack } from '../../model/report.ts'
import { severities } from '../../model/rule.ts'
import type { Context } from '../context.ts'
import { grouped } from '../grouped.ts'
import { clipped } from '../plain.ts'
import { byStack, count } from '../stacks.ts'
import { comparisons, errorsAgain, lastLines, long, nextLines, ruleTable, undecidedLines, unreadLines } from './end.ts'
import { short, whole } from './finding.ts'
import { byRule, folded, unfolded, type Folded } from './fold.ts'
import { pageOf, severityColor, type Page, type PageOptions } from './page.ts'
import { problemLines } from './problems.ts'
import { heading as stackHeading, overview, stackLine } from './stacks.ts'

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
    problemLines(report.problems, options.verbose === true, page).join('\n'),
    (options.statistics === true ? findings.length > 0 : lines >= long && rules.size > 1 && rules.size < findings.length) ? ruleTable(findings, page).join('\n') : '',
    options.statistics === true ? '' : errorsAgain(findings, lines, page).join('\n'),
    [
      ...options.statistics === true || options.verbose === true ? [] : undecidedLines(report, page),
      ...options.statistics === true ? [] : unreadLines(report, options.verbose === true, page),
      ...nextLines(findings, options.verbose === true, page),
      ...comparisons(report, page),
      ...options.notes ?? [],
      ...lastLines(report, options.outcome, page),
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
  const stackOf = new Map(entries.map(({ finding, stack }) => [finding, stack]))
  const written = ({ first, also }: Folded): string =>
    (options.verbose === true ? whole(first, options.rules?.find(rule => rule.id === first.rule), page, stackOf.get(first)) : short({ first, also }, page, stackOf.get(first)))
  const fold = (some: readonly Entry[]): readonly Folded[] => (options.verbose === true ? unfolded(some.map(({ finding }) => finding)) : folded(some))
  if (options.groupBy === 'file' || options.groupBy === 'rule') {
    const key = options.groupBy
    const inOrder = report.findings.map((finding): Entry => ({ finding, stack: stackOf.get(finding) }))
    const sorted = [...grouped(inOrder, ({ finding }) => finding[key])].sort(([a], [b]) => (a.finding[key] < b.finding[key] ? -1 : a.finding[key] > b.finding[key] ? 1 : 0))
    return sorted.flatMap(group => [heading(group[0].finding[key], group, page), ...fold(group).map(written)])
  }
  const title = (stack: ReportedStack | undefined, findings: readonly Finding[]): string[] => {
    if (stack === undefined) return []
    return options.verbose !== true ? [stackLine(stack, findings, page)] : stack.components.length > 0 ? [overview(stack, page)] : []
  }
  if (options.verbose === true) return parts.flatMap(({ stack, findings }) => [...title(stack, findings), ...unfolded(findings).map(written)])
  // Advice comes last, so that it hides nothing, unless somebody wants all that is said of a stack together.
  const together = options.groupBy === 'stack'
  const isLate = ({ severity }: Finding): boolean => !together && severity === 'info'
  const owned = new Map<ReportedStack | undefined, Folded[]>(parts.map(({ stack }) => [stack, []]))
  for (const each of fold(entries.filter(({ finding }) => !isLate(finding))).map(one => led(one, stackOf))) owned.get(stackOf.get(each.first))?.push(each)
  const groups = [
    ...parts.map(({ stack, findings }) => {
      const own = gravestFirst(owned.get(stack) ?? [])
      if (own.length > (together ? 0 : 1)) return { heads: title(stack, findings), own }
      // A single finding says itself what its stack is about, but not why that is taken for production.
      return { heads: own.length === 1 && stack?.environment === 'production' && stack.environmentBecause?.[0] !== undefined ? [stackHeading(stack, page)] : [], own }
    }),
    { heads: [], own: byRule(entries.flatMap(({ finding }) => (isLate(finding) ? [finding] : []))) },
  ]
  return blocksOf(groups.flatMap(({ heads, own }) => (own.length === 0 ? [] : [{ headed: heads.length > 0, lines: [...heads, ...own.map(written)] }])))
}

// What is deployed is told first, with the places on people's own machines behind it.
function led({ first, also }: Folded, stackOf: ReadonlyMap<Finding, ReportedStack | undefined>): Folded {
  const mild = (finding: Finding): number => { const stage = stackOf.get(finding)?.environment; return stage === 'production' ? 0 : stage === 'unspecified' || stage === undefined ? 1 : 2 }
  const [lead = first, ...others] = [first, ...also].sort((a, b) => mild(a) - mild(b))
  return { first: lead, also: others }
}

const gravestFirst = (some: readonly Folded[]): readonly Folded[] => [...some].sort((a, b) => severities.indexOf(a.first.severity) - severities.indexOf(b.first.severity))

// What has no heading stands together.
function blocksOf(groups: readonly { readonly headed: boolean; readonly lines: readonly string[] }[]): string[] {
  const blocks: string[][] = []
  let bare = false
  for (const { headed, lines } of groups) {
    if (bare && !headed) blocks.at(-1)?.push(...lines)
    else blocks.push([...lines])
    bare = !headed
  }
  return blocks.map(lines => lines.join('\n'))
}

function heading(name: string, group: readonly Entry[], page: Page): string {
  const [first] = group
  const paint = first ? severityColor(first.finding.severity, page) : page.colors.dim
  return `${page.colors.bold(clipped(name, 200))}  ${paint(count(group.length, 'finding'))}`
}
