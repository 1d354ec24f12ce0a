// What stands at the end of the text, where a terminal leaves the reader: rules, errors, edits, what is undecided, and the outcome in the last line.
import { nameOf } from '../../model/files.ts'
import { severities } from '../../model/rule.ts'
import type { Finding, PlacedNote, Report, ReportedComponent } from '../../model/report.ts'
import { comparisonLines } from '../comparison.ts'
import { grouped } from '../grouped.ts'
import type { Outcome } from '../context.ts'
import { outcomeLine } from '../outcome.ts'
import { clipped } from '../plain.ts'
import { count, exampleUses, stacksOf, unreadOf } from '../stacks.ts'
import { padded, widthOf, wrap } from '../width.ts'
import { at, fitted, severityColor, uncoloured, type Page } from './page.ts'

/** How often each rule is reported, gravest and most frequent first. */
export function ruleTable(findings: readonly Finding[], page: Page): string[] {
  const rank = ([{ severity }]: readonly [Finding, ...Finding[]]): number => severities.indexOf(severity)
  const rows = [...grouped(findings, ({ severity, rule }) => `${severity} ${rule}`)].sort((a, b) => rank(a) - rank(b) || b.length - a.length)
  const width = Math.max(0, ...rows.map(row => String(row.length).length))
  const longest = Math.max(0, ...rows.map(([first]) => widthOf(first.rule)))
  return rows.map(row => {
    const [first] = row
    const repaired = row.filter(finding => finding.edits?.some(edit => edit.safe)).length
    const edit = repaired > 0 ? `  ${page.colors.dim(`${repaired === row.length ? '' : `${repaired} `}--fix`)}` : ''
    const name = edit === '' ? first.rule : padded(first.rule, longest)
    return `  ${String(row.length).padStart(width)}  ${severityColor(first.severity, page)(first.severity.padEnd(7))}  ${page.link(name, { address: first.docs })}${edit}`
  })
}

/** Lines that leave the screen, more than once. */
export const long = 100
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
    ...legend(findings),
    // Advice has nothing to fail.
    ...verbose || findings.every(({ severity }) => severity === 'info') ? [] : ['How it fails: misfit explain <rule>.'],
  ]
  return parts.length === 0 ? [] : wrap(parts.join(' '), page.width).map(page.colors.dim)
}

// What stands in brackets behind a severity, where it does.
const legend = (findings: readonly Finding[]): readonly string[] => {
  const words = (['likely', 'possible'] as const).filter(word => findings.some(({ confidence }) => confidence === word))
  return words.length === 0 ? [] : [`(${words.join('), (')}): the use is inferred, not declared.`]
}

/** The components that got no verdict, and how one gets it: a line for those of unknown use, one for those that are not decided. */
export function undecidedLines({ stacks }: Report, page: Page): string[] {
  const components = stacks.flatMap(stack => stack.components).filter(component => component.verdict === 'undecided' && component.partOf === undefined)
  const unknown = components.filter(component => component.uses.length === 0)
  const doubted = components.filter(component => component.uses.length > 0)
  return [
    ...told('Undecided, use unknown', unknown, component => `; ${declaring(component)}: ${exampleUses(component)}`, page),
    ...told('Undecided', doubted, ({ name }) => `; why: misfit explain ${clipped(name, 40)}`, page),
  ].map(page.colors.dim)
}

// How a use is said where the component is defined.
const declaring = ({ file }: ReportedComponent): string =>
  (isValues(file) || (/\.ya?ml$/i.test(file) && nameOf(file).toLowerCase().includes('compose')) ? 'write there x-misfit' : /(?:^|[/.])misfit\.ya?ml$/.test(file) ? 'write there use' : 'label its pod misfit.use')

function told(what: string, components: readonly ReportedComponent[], then: (first: ReportedComponent) => string, { width }: Page): string[] {
  const [first] = components
  if (first === undefined) return []
  const more = components.length > 1 ? ` and ${components.length - 1} more` : ''
  return wrap(`${what}: ${clipped(first.name, 40)} (${at(clipped(first.file, 120), first.line)})${more}${then(first)}`, width)
}

/** What could not be read, of which nothing was judged: in one line, or each. */
export function unreadLines(report: Report, verbose: boolean, page: Page): string[] {
  const notes = unreadOf(report)
  const [first] = notes
  if (first === undefined) return []
  const placed = ({ file, line, text: says }: PlacedNote): string => `${at(clipped(file, 200), line)}  ${clipped(says, 300)}`
  if (verbose) return ['Not read, so what depends on it was not judged:', ...notes.map(note => `  ${placed(note)}`)].map(page.colors.dim)
  const more = notes.length > 1 ? ` and ${notes.length - 1} more (--verbose)` : ''
  return [page.colors.dim(`${fitted(`Not read: ${placed(first)}`, page.width - widthOf(more))}${more}`)]
}

/** Whether the run fails and why, and what was counted, in the last line; what of the components stands before it where that gets too long. */
export function lastLines(report: Report, outcome: Outcome | undefined, page: Page): string[] {
  const about = report.summary.components > 0 ? scope(report) : ''
  const words = outcomeLine(report, outcome, uncoloured)
  const short = `${words}${words === '' || about === '' ? '' : ' · '}${about}`
  if (about === '' || widthOf(short) <= page.width) return [`${outcomeLine(report, outcome, page.colors)}${short.slice(words.length)}`]
  return [page.colors.dim(`${about.charAt(0).toUpperCase()}${about.slice(1)}`), outcomeLine(report, outcome, page.colors)]
}

function scope(report: Report): string {
  const { stacks, summary } = report
  const components = stacks.flatMap(stack => stack.components).filter(component => component.partOf === undefined)
  const counted = ([['fits', 'fit'], ['misfit', 'misfit'], ['undecided', 'undecided']] as const)
    .map(([verdict, word]) => [components.filter(component => component.verdict === verdict).length, word] as const)
    .filter(([number]) => number > 0).map(([number, word]) => `${number} ${word === 'fit' && number === 1 ? 'fits' : word}`)
  return `${count(summary.components, 'component')} in ${stacksOf(report)}${counted.length === 0 ? '' : `: ${counted.join(', ')}`}`
}

/** What became of earlier findings. */
export const comparisons = (report: Report, { colors }: Page): string[] => comparisonLines(report).map(line => colors.dim(clipped(line, 1000)))

const isValues = (file: string): boolean => /\.ya?ml$/.test(file) && file.includes('values', file.lastIndexOf('/') + 1)
