// A finding as text: short with the place of the rest, or with all that is known of it.
import type { Finding, PlacedNote, ReportedStack } from '../../model/report.ts'
import type { Rule } from '../../model/rule.ts'
import { clipped, plain } from '../plain.ts'
import { cut, widthOf, wrap } from '../width.ts'
import type { Folded } from './fold.ts'
import { at, labelled, labelWidth, oneLine, severityColor, type Page } from './page.ts'

/** Message, line, one piece of evidence, what to do, and where else it is so; of mere advice the message and what to do. `listed`: the stack that it stands under. */
export function short({ first, also }: Folded, page: Page, listed?: ReportedStack): string {
  const advice = first.severity === 'info'
  const note = advice ? undefined : evidence(first)
  const more = first.because.length - 1
  return [
    ...head(first, page, listed),
    ...advice ? [] : excerpt(first, page),
    ...note === undefined ? [] : oneLine('because', near(note, first), plain(note.text), more > 0 ? ` (and ${more} more)` : '', page),
    ...labelled('fix', advice ? inBrief(first, page) : `${firstStep(plain(first.fix))}${editNote(first, true)}`, page),
    ...elsewhere(first, also, page, advice),
  ].join('\n')
}

/** Everything: all evidence, how it fails, what can go wrong while repairing. */
export function whole(finding: Finding, rule: Rule | undefined, page: Page, listed?: ReportedStack): string {
  const lines = [...head(finding, page, listed), ...excerpt(finding, page, true)]
  for (const note of finding.because) lines.push(...labelled('because', `${near(note, finding)}  ${clipped(note.text, 300)}`, page))
  lines.push(...labelled('fails', plain(finding.failureMode), page), ...labelled('fix', `${plain(finding.fix)}${editNote(finding)}`, page))
  for (const hazard of rule?.hazards ?? []) lines.push(...labelled('careful', hazard, page))
  if (finding.explains?.length) lines.push(...labelled('explains', finding.explains.join(', '), page))
  return lines.join('\n')
}

function head(finding: Finding, page: Page, listed: ReportedStack | undefined): string[] {
  const { colors, link } = page
  const doubt = finding.confidence === 'certain' ? '' : colors.dim(` (${finding.confidence})`)
  const place = link(colors.underline(`${clipped(finding.file, 200)}:${finding.line}:${finding.column}`), finding)
  return [
    `${place}  ${severityColor(finding.severity, page)(colors.bold(finding.severity))}${doubt}  ${link(colors.dim(finding.rule), { address: finding.docs })}${heldBy(finding, listed, page)}`,
    ...wrap(plain(finding.message), page.width - 2).map(line => `  ${colors.bold(line)}`),
  ]
}

// A finding that only another view of the stack has must not be read as one of what stands above it.
function heldBy({ view }: Finding, listed: ReportedStack | undefined, { colors }: Page): string {
  if (view === undefined || view.variant === listed?.variant) return ''
  return colors.dim(`  with ${clipped(view.variant, 60)}${view.environment === 'unspecified' || view.environment === listed?.environment ? '' : ` (${view.environment})`}`)
}

// What stands in another line says more than what the reader sees above it, and most of all what the message does not say.
function evidence(finding: Finding): PlacedNote | undefined {
  const elsewhere = finding.because.filter(note => note.file !== finding.file || note.line !== finding.line)
  const lastWord = (text: string): string => text.split(/[\s=:]/).at(-1) || text
  const repeated = ({ text }: PlacedNote): boolean => finding.message.includes(lastWord(text))
  return elsewhere.find(note => !repeated(note)) ?? elsewhere[0] ?? finding.because[0]
}

// A file of the same folder needs no path.
function near(note: PlacedNote, { file }: Finding): string {
  if (note.file === file) return `line ${note.line}`
  const folder = file.slice(0, file.lastIndexOf('/') + 1)
  const rest = note.file.startsWith(folder) ? note.file.slice(folder.length) : note.file
  return at(clipped(rest.includes('/') ? note.file : rest, 200), note.line)
}

// What to do without its reason.
const firstStep = (words: string): string => {
  const [step = ''] = /^.*?(?=;|:(?= an? )|, (?:which|so that)\b)/.exec(firstSentence(words)) ?? []
  return step.length < 12 ? firstSentence(words) : `${step}.`
}

// Of advice on one line where that can be: the page of the rule has what stands in brackets.
function inBrief(finding: Finding, { width }: Page): string {
  const step = firstStep(plain(finding.fix))
  const all = `${step}${editNote(finding)}`
  return widthOf(all) <= width - labelWidth - 2 ? all : `${step.replace(/ \((?!and \d)[^()]*\)/g, '')}${editNote(finding)}`
}

const firstSentence = (words: string): string => /^.*?[.!?](?= +[A-Z`])/.exec(words)?.[0] ?? words

// An edit that needs care is often one step of several: `named` says which.
function editNote({ edits: [first, ...more] = [] }: Finding, named = false): string {
  if (first === undefined) return ''
  return first.safe || more.some(({ safe }) => safe) ? ' (--fix)' : named ? ` (--fix-unsafe: ${clipped(first.title, 80)})` : ' (--fix-unsafe)'
}

const mostPlaces = 8

// The other places, each once; of advice, what one line holds.
function elsewhere(first: Finding, also: readonly Finding[], page: Page, brief: boolean): string[] {
  const where = ({ file, line }: Finding): string => (file === first.file ? `line ${line}` : at(clipped(file, 200), line))
  const told = (finding: Finding): string => `${where(finding)}${finding.component === first.component ? '' : ` (${clipped(finding.component, 40)})`}`
  const places = [...new Map(also.map(finding => [told(finding), where(finding)]))].filter(([place]) => place !== told(first))
  const listed = (number: number, column: 0 | 1 = 0): string => `${places.slice(0, number).map(place => place[column]).join(', ')}${places.length > number ? ` and ${places.length - number} more` : ''}`
  const fits = (words: string): boolean => widthOf(words) <= page.width - labelWidth - 2
  let number = Math.min(places.length, mostPlaces)
  while (brief && number > 1 && !fits(listed(number))) number--
  return number === 0 ? [] : labelled('also in', brief && !fits(listed(number)) ? listed(number, 1) : listed(number), page)
}

// The source line, its place in colour or, where all is told, marked below; a long line is cut around the place.
function excerpt(finding: Finding, page: Page, marked = false): string[] {
  const { colors, coloured, width } = page
  const line = page.source(finding.file, finding.line)
  if (line === undefined) return []
  const indent = line.length - line.trimStart().length
  const from = finding.column - 1
  const to = finding.endLine === finding.line ? Math.max(finding.endColumn - 1, from + 1) : line.length
  const number = String(finding.line).padStart(labelWidth - 2)
  const room = width - labelWidth - 4
  const start = from - indent > room - 20 ? from - Math.min(20, room >> 1) : Math.min(indent, from)
  const before = `${start > indent ? '…' : ''}${visible(line.slice(start, from))}`
  const place = cut(visible(line.slice(from, to).slice(0, room)), room - widthOf(before)).trimEnd()
  const after = cut(visible(line.slice(to, to + room)), room - widthOf(before) - widthOf(place)).trimEnd()
  const mark = severityColor(finding.severity, page)
  const bar = colors.dim('│')
  const shown = `  ${colors.dim(number)} ${bar} ${before}${coloured ? mark(colors.underline(place)) : place}${after}`
  // A line that is the place says no more than the place, and the name of the component stands in the message.
  if (`${before}${after}`.replace(/[\s:]/g, '') === '' || (!marked && place === finding.component)) return []
  return coloured || !marked ? [shown] : [shown, `  ${' '.repeat(number.length)} ${bar} ${' '.repeat(widthOf(before))}${'~'.repeat(Math.max(1, widthOf(place)))}`]
}

const visible = (words: string): string => plain(words.replaceAll('\t', '  '))
