// What stands at the end of the text, where a terminal leaves the reader: rules, errors, edits, what is undecided, and the outcome in the last line.
import { severities } from '../../model/rule.ts'
import type { Finding, PlacedNote, Report, ReportedComponent } from '../../model/report.ts'
import { comparisonLines } from '../comparison.ts'
import type { Outcome } from '../context.ts'
import { clipped } from '../plain.ts'
import { count, severityCounts, unreadOf } from '../stacks.ts'
import { padded, widthOf, wrap } from '../width.ts'
import { at, severityColor, type Page } from './page.ts'

/** How often each rule is reported, gravest and most frequent first. */
export function ruleTable(findings: readonly Finding[], page: Page): string[] {
  const rules = new Map<string, Finding[]>()
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.rule}`
    rules.set(key, [...(rules.get(key) ?? []), finding])
  }
  const rank = (finding: Finding | undefined): number => severities.indexOf(finding?.severity ?? 'info')
  const rows = [...rules.values()].sort((a, b) => rank(a[0]) - rank(b[0]) || b.length - a.length)
  const width = Math.max(0, ...rows.map(row => String(row.length).length))
  const longest = Math.max(0, ...rows.map(([first]) => widthOf(first?.rule ?? '')))
  return rows.flatMap(row => {
    const [first] = row
    if (first === undefined) return []
    const repaired = row.filter(finding => finding.edits?.some(edit => edit.safe)).length
    const edit = repaired > 0 ? `  ${page.colors.dim(`${repaired === row.length ? '' : `${repaired} `}--fix`)}` : ''
    const name = edit === '' ? first.rule : padded(first.rule, longest)
    return [`  ${String(row.length).padStart(width)}  ${severityColor(first.severity, page)(first.severity.padEnd(7))}  ${page.link(name, { address: first.docs })}${edit}`]
  })
}

/** Lines that leave the screen. */
export const long = 40
const mostErrors = 10

/** The errors by place, for the reader of a list of so many lines that it has left the screen. */
export function errorsAgain(findings: readonly Finding[], lines: number, page: Page): string[] {
  const errors = findings.filter(finding => finding.severity === 'error')
  if (lines < long || errors.length === 0 || errors.length === findings.length) return []
  const { link } = page
  const shown = errors.slice(0, mostErrors).map(finding =>
    `  ${link(at(clipped(finding.file, 200), finding.line), finding)}  ${severityColor('error', page)('error')}  ${finding.rule} on ${clipped(finding.component, 40)}`)
  return [...shown, ...errors.length > mostErrors ? [`  and ${count(errors.length - mostErrors, 'more error')}`] : []]
}

/** Which findings an edit would repair, by which option, and where the rest of what is known stands. */
export function nextLines(findings: readonly Finding[], verbose: boolean, page: Page): string[] {
  const safe = findings.filter(finding => finding.edits?.some(edit => edit.safe)).length
  const unsafe = findings.filter(finding => finding.edits?.some(edit => !edit.safe) && !finding.edits.some(edit => edit.safe)).length
  const edits = [...safe > 0 ? [`${safe} with --fix`] : [], ...unsafe > 0 ? [`${unsafe} with --fix-unsafe, with care`] : []].join(', ')
  const parts = [
    ...edits === '' ? [] : [`Can be fixed: ${edits}.`],
    ...verbose || findings.length === 0 ? [] : ['How it fails: misfit explain <rule>, or --verbose.'],
  ]
  return parts.length === 0 ? [] : wrap(parts.join(' '), page.width).map(page.colors.dim)
}

const mostUndecided = 2

/** The components that got no verdict, why, and how one gets it. */
export function undecidedLines({ stacks }: Report, page: Page): string[] {
  const components = stacks.flatMap(stack => stack.components).filter(component => component.verdict === 'undecided' && component.partOf === undefined)
  const unknown = components.filter(component => component.uses.length === 0)
  const doubted = components.filter(component => component.uses.length > 0)
  const said = (list: readonly ReportedComponent[]): string => {
    // The same name in many places is one word with its first place.
    const names = new Map<string, readonly ReportedComponent[]>()
    for (const component of list) names.set(component.name, [...(names.get(component.name) ?? []), component])
    const words = [...names.values()].map(([first, ...more]) => first === undefined ? '' : `${clipped(first.name, 40)} (${at(clipped(first.file, 120), first.line)}${more.length > 0 ? `, ${more.length} more` : ''})`)
    return `${words.slice(0, mostUndecided).join(', ')}${words.length > mostUndecided ? ` and ${words.length - mostUndecided} more` : ''}`
  }
  const lines: string[] = []
  if (unknown.length > 0) lines.push(...wrap(`Not judged, use unknown: ${said(unknown)}. Say it there: label misfit.use: cache (in values x-misfit: cache).`, page.width))
  if (doubted.length > 0) lines.push(...wrap(`Not judged, uses undecided: ${said(doubted)}; see misfit explain ${clipped(doubted[0]?.name ?? '', 40)}.`, page.width))
  return lines.map(page.colors.dim)
}

/** What could not be read, of which nothing was judged. */
export function unreadLines(report: Report, verbose: boolean, page: Page): string[] {
  const notes = unreadOf(report)
  const [first] = notes
  if (first === undefined) return []
  const told = ({ file, line, says }: PlacedNote): string => `${at(clipped(file, 200), line)}  ${clipped(says, 300)}`
  if (verbose) return ['Not read, so what depends on it was not judged:', ...notes.map(note => `  ${told(note)}`)].map(page.colors.dim)
  return wrap(`Not read, so what depends on it was not judged: ${told(first)}${notes.length > 1 ? `, and ${notes.length - 1} more (--verbose)` : ''}`, page.width).map(page.colors.dim)
}

/** What was counted, whether the run fails and why; always the last line. */
export function lastLine(report: Report, outcome: Outcome | undefined, { colors }: Page): string {
  const { summary, findings } = report
  const hidden = severityCounts({
    errors: 0,
    warnings: summary.warnings - findings.filter(finding => finding.severity === 'warning').length,
    infos: summary.infos - findings.filter(finding => finding.severity === 'info').length,
  }).map(([, words]) => words)
  const shown = severityCounts({
    errors: summary.errors,
    warnings: findings.filter(finding => finding.severity === 'warning').length,
    infos: findings.filter(finding => finding.severity === 'info').length,
  }).map(([severity, words]) => (severity === 'error' ? colors.red(words) : severity === 'warning' ? colors.yellow(words) : colors.cyan(words)))
  const parts = [
    shown.length > 0 ? shown.join(', ') : summary.components === 0 ? nothing(report) : hidden.length > 0 ? 'no errors' : 'no findings',
    ...hidden.length > 0 ? [`${hidden.join(' and ')} not shown (--quiet)`] : [],
    ...summary.suppressed > 0 ? [`${summary.suppressed} suppressed`] : [],
    ...report.problems.length > 0 ? [`${count(report.problems.length, 'place')} not read`] : [],
    ...summary.components > 0 ? [scope(report)] : [],
  ]
  if (outcome === undefined) return `${parts[0]?.charAt(0).toUpperCase() ?? ''}${parts.join(' · ').slice(1)}`
  // What was not judged did not pass.
  const word = outcome.failed ? colors.red('Failed') : summary.components === 0 && shown.length === 0 ? 'Nothing judged' : colors.green('Passed')
  return `${word}${outcome.why === undefined ? '' : ` (${outcome.why})`}: ${parts.join(' · ')}`
}

function scope({ stacks, summary }: Report): string {
  const components = stacks.flatMap(stack => stack.components).filter(component => component.partOf === undefined)
  const counted = ([['fits', 'fit'], ['misfit', 'misfit'], ['undecided', 'not judged']] as const)
    .map(([verdict, word]) => [components.filter(component => component.verdict === verdict).length, word] as const)
    .filter(([number]) => number > 0).map(([number, word]) => `${number} ${word === 'fit' && number === 1 ? 'fits' : word}`)
  return `${count(summary.components, 'component')} in ${count(summary.stacks, 'stack')}${counted.length === 0 ? '' : `: ${counted.join(', ')}`}`
}

const nothing = ({ summary }: Report): string => summary.stacks > 0
  ? `no Redis or Kafka found in ${count(summary.stacks, 'stack')}`
  : 'no stack found: no docker-compose file, Helm values or design spec with Redis or Kafka in it'

/** What became of earlier findings. */
export const comparisons = (report: Report, { colors }: Page): string[] => comparisonLines(report).map(line => colors.dim(clipped(line, 1000)))
