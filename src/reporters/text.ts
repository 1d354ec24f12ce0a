// The report as text for people at a terminal. Pure: source lines come through a look-up, colours through a painter.
import type { Finding, Report, ReportedComponent, ReportedStack, ReportedUse } from '../model/report.ts'
import { comparisonLines } from './comparison.ts'
import { clipped, plain } from './plain.ts'

export interface TextOptions {
  /** Without it the text is plain. */
  readonly paint?: Paint
  /** The text of a line (from 1) of a file of the report; undefined when it is not there. */
  readonly source: (file: string, line: number) => string | undefined
  /** Columns to wrap at; 100 when absent. */
  readonly width?: number
  /** Findings only, no overview of the components. */
  readonly quiet?: boolean
}

const styles = ['bold', 'dim', 'underline', 'red', 'green', 'yellow', 'magenta', 'cyan'] as const

/** Writes a text in a style, as Node's `styleText` does. */
export type Paint = (style: (typeof styles)[number], text: string) => string

/** Each style as a function of the text that gets it. */
type Colors = Readonly<Record<(typeof styles)[number], (text: string) => string>>

const colorsOf = (paint: Paint): Colors => Object.fromEntries(styles.map(style => [style, (text: string) => paint(style, text)])) as Colors

interface Page {
  readonly colors: Colors
  readonly width: number
  readonly source: TextOptions['source']
}

/** The whole report with a final line break. */
export function text(report: Report, options: TextOptions): string {
  const page: Page = { colors: colorsOf(options.paint ?? ((_, words) => words)), width: Math.max(40, options.width ?? 100), source: options.source }
  const blocks: string[] = []
  const left = new Set(report.findings)
  for (const stack of report.stacks) {
    const own = report.findings.filter(finding => left.has(finding) && belongs(finding, stack))
    for (const finding of own) left.delete(finding)
    if (options.quiet !== true && stack.components.length > 0) blocks.push(overview(stack, page))
    blocks.push(...own.map(finding => block(finding, page)))
  }
  blocks.push(...[...left].map(finding => block(finding, page)))
  if (report.problems.length > 0) blocks.push(report.problems.map(problem => problemLine(problem, page)).join('\n'))
  blocks.push(...conclusion(report, options.quiet === true, page))
  return `${blocks.join('\n\n')}\n`
}

// Stacks of the same name exist; the component's own entry decides, the finding's file where that is not enough.
const belongs = (finding: Finding, stack: ReportedStack): boolean =>
  finding.stack === stack.name &&
  stack.components.some(component => component.name === finding.component) &&
  (stack.files.includes(finding.file) || finding.because.some(note => stack.files.includes(note.file)))

function overview(stack: ReportedStack, { colors, width }: Page): string {
  const about = [stack.root === '.' ? undefined : clipped(stack.root, 80), stack.variant === undefined ? undefined : clipped(stack.variant, 60), stack.environment]
  const lines = [`${colors.bold(clipped(stack.name, 60))} ${colors.dim(`· ${about.filter(part => part !== undefined && part !== 'unspecified').join(' · ') || 'environment not stated'}`)}`]
  // The further nodes of a cluster are one line with it.
  const components = stack.components.filter(component => component.partOf === undefined)
  const names = components.map(component => clipped(component.name, 40))
  const products = components.map(product)
  const nameWidth = Math.max(...names.map(name => name.length))
  const productWidth = Math.max(...products.map(name => name.length))
  components.forEach((component, i) => {
    const start = `${names[i]?.padEnd(nameWidth) ?? ''}  ${colors.dim(products[i]?.padEnd(productWidth) ?? '')}`
    const rest = `${usesOf(component.uses)}${clientsOf(component.clients)}`
    const indent = 2 + 2 + nameWidth + 2 + productWidth + 2
    const [first = '', ...more] = wrap(rest, Math.max(30, width - indent - 11))
    lines.push(`  ${mark(component, colors)} ${start}  ${first} ${colors.dim(`(${component.verdict})`)}`, ...more.map(line => ' '.repeat(indent) + line))
  })
  return lines.join('\n')
}

const product = (component: ReportedComponent): string =>
  clipped([component.product, component.version, component.external ? '(external)' : undefined].filter(Boolean).join(' '), 40)

const usesOf = (uses: readonly ReportedUse[]): string =>
  uses.length === 0 ? 'use unknown' : uses.map(use => `${use.established ? '' : 'perhaps '}${use.use} ${Math.round(use.confidence * 100)}%`).join(', ')

function clientsOf(clients: readonly string[]): string {
  if (clients.length === 0) return ''
  const shown = clients.slice(0, 6).map(name => clipped(name, 40)).join(', ')
  return ` ← ${shown}${clients.length > 6 ? ` and ${clients.length - 6} more` : ''}`
}

function mark(component: ReportedComponent, colors: Colors): string {
  if (component.verdict === 'misfit') return colors.red('✖')
  return component.verdict === 'fits' ? colors.green('✔') : colors.dim('?')
}

function block(finding: Finding, page: Page): string {
  const { colors, width } = page
  const paint = finding.severity === 'error' ? colors.red : finding.severity === 'warning' ? colors.yellow : colors.cyan
  const doubt = finding.confidence === 'certain' ? '' : colors.dim(` (${finding.confidence})`)
  const lines = [
    `${colors.underline(`${clipped(finding.file, 200)}:${finding.line}:${finding.column}`)}  ${paint(colors.bold(finding.severity))}${doubt}  ${colors.dim(finding.rule)}`,
    ...wrap(plain(finding.message), width - 2).map(line => `  ${colors.bold(line)}`),
    ...excerpt(finding, paint, page),
  ]
  for (const note of finding.because) lines.push(...labelled('because', `${clipped(note.file, 200)}:${note.line}  ${clipped(note.says, 300)}`, page))
  lines.push(...labelled('fails', plain(finding.failureMode), page), ...labelled('fix', plain(finding.fix), page))
  if (finding.explains?.length) lines.push(...labelled('explains', finding.explains.join(', '), page))
  return lines.join('\n')
}

const label = 9
const labelled = (name: string, words: string, { colors, width }: Page): string[] =>
  wrap(words, width - label - 2).map((line, i) => `  ${colors.dim((i === 0 ? name : '').padEnd(label))}${line}`)

// The source line with the place underlined; a long line is cut around the place.
function excerpt(finding: Finding, paint: (text: string) => string, { colors, width, source }: Page): string[] {
  const line = source(finding.file, finding.line)
  if (line === undefined) return []
  const room = width - label - 4
  const from = finding.column - 1
  const to = finding.endLine === finding.line ? Math.max(finding.endColumn - 1, from + 1) : line.length
  const start = from > room - 20 ? from - Math.min(20, room >> 1) : 0
  const cut = start > 0 ? '…' : ''
  const before = cut + visible(line.slice(start, from))
  const place = visible(line.slice(from, to).slice(0, room)).trimEnd()
  const after = visible(line.slice(from, from + room)).slice(place.length)
  const shown = (before + place + after).slice(0, room).trimEnd()
  const bar = colors.dim('│')
  return [
    `  ${colors.dim(String(finding.line).padStart(label - 2))} ${bar} ${shown}`,
    `  ${' '.repeat(label - 2)} ${bar} ${' '.repeat(Math.min(before.length, room - 1))}${paint('~'.repeat(Math.max(1, Math.min(place.length, room - before.length))))}`,
  ]
}

const visible = (words: string): string => plain(words.replaceAll('\t', '  '))

const problemLine = (problem: Report['problems'][number], { colors }: Page): string =>
  `${clipped(problem.file, 200)}:${problem.line}:${problem.column}  ${colors.magenta('problem')}  ${clipped(problem.message, 400)}`

function conclusion(report: Report, quiet: boolean, { colors }: Page): string[] {
  const { summary } = report
  const lines: string[] = []
  const components = report.stacks.flatMap(stack => stack.components)
  if (!quiet && components.some(component => component.uses.length === 0)) {
    lines.push(colors.dim('Where the use is unknown, say it there: the label misfit.use: cache on a service or pod, x-misfit: cache in values'))
  }
  const scope = `${count(summary.components, 'component')} in ${count(summary.stacks, 'stack')}`
  const found = [
    summary.errors > 0 ? colors.red(count(summary.errors, 'error')) : '',
    summary.warnings > 0 ? colors.yellow(count(summary.warnings, 'warning')) : '',
    summary.infos > 0 ? colors.cyan(count(summary.infos, 'hint')) : '',
    summary.suppressed > 0 ? colors.dim(`${summary.suppressed} suppressed`) : '',
  ].filter(part => part !== '')
  if (found.length > 0) lines.push(`${found.join(', ')} · ${scope}`)
  else if (summary.components > 0) lines.push(`${colors.green('Nothing to report')} · ${scope}`)
  else if (summary.stacks > 0) lines.push(`No Redis or Kafka found in ${count(summary.stacks, 'stack')}.`)
  else lines.push('No stack found: no docker-compose file, Helm values or design spec with Redis or Kafka in it.')
  return [...lines, ...comparisonLines(report).map(line => colors.dim(clipped(line, 1000)))]
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`

/** Breaks words into lines of at most `width` characters; a longer word stays whole. */
function wrap(words: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of words.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) { lines.push(line); line = word }
    else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines
}
