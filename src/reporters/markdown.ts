// The report as Markdown for a pull-request comment or a job summary: verdict, table, folded details. Nothing in a name is markup, a link
// or a mention: https://github.github.com/gfm/
import type { Finding, Report } from '../model/report.ts'
import { comparisonLines } from './comparison.ts'
import { fromTop, type Context } from './context.ts'
import { crowdsOf, graphsOf, type StackGraph } from './graph.ts'
import { mermaid } from './mermaid.ts'
import { foundLine } from './outcome.ts'
import { clipped } from './plain.ts'
import { unreadOf, stacksOf } from './stacks.ts'

// A comment on GitHub may have 65,536 characters.
const longest = 60_000
const mostRows = 50
const marks = { error: '❌', warning: '⚠️', info: 'ℹ️' } as const
const order = ['error', 'warning', 'info']

/** The whole page; what does not fit into a comment is counted at the end. */
export function markdown(report: Report, context: Context): string {
  const findings = [...report.findings].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
  const blocks = ['<!-- misfit -->', `### misfit: ${inline(foundLine(report, context.outcome))}${scope(report)}`]
  if (findings.length > 0) blocks.push(table(findings, context))
  blocks.push(...picture(report))
  let size = blocks.join('\n\n').length
  let left = findings.length
  for (const finding of findings) {
    const block = details(finding, context)
    if (size + block.length + 200 > longest) break
    blocks.push(block)
    size += block.length + 2
    left--
  }
  if (left > 0) blocks.push(`${left} more in the full report.`)
  for (const line of comparisonLines(report)) blocks.push(inline(clipped(line, 1000)))
  if (report.problems.length > 0) {
    const shown = report.problems.slice(0, 10).map(problem => `- ${code(clipped(`${fromTop(problem.file, context)}:${problem.line}`, 200))} ${inline(clipped(problem.message, 300))}`)
    if (report.problems.length > shown.length) shown.push(`- and ${report.problems.length - shown.length} more`)
    const block = `**Not readable**\n\n${shown.join('\n')}`
    if (size + block.length < longest + 4000) blocks.push(block)
  }
  const unread = unreadOf(report)
  if (unread.length > 0) {
    const shown = unread.slice(0, 10).map(note => `- ${code(clipped(`${fromTop(note.file, context)}:${note.line}`, 200))} ${inline(clipped(note.text, 300))}`)
    if (unread.length > shown.length) shown.push(`- and ${unread.length - shown.length} more`)
    const block = `<details><summary>Not read, so what depends on it was not judged: ${unread.length}</summary>\n\n${shown.join('\n')}\n\n</details>`
    if (size + block.length < longest + 4000) blocks.push(block)
  }
  return `${blocks.join('\n\n')}\n`
}

const mostNodes = 24

// Of the stacks that something is said about, the gravest first, as far as a picture can still be read.
function picture(report: Report): readonly string[] {
  const grave = ({ findings }: StackGraph): number => Math.min(...findings.map(({ severity }) => order.indexOf(severity)))
  const shown: StackGraph[] = []
  let nodes = 0
  for (const graph of graphsOf(report).filter(({ findings, flows }) => findings.length > 0 && flows.length > 0).sort((a, b) => grave(a) - grave(b))) {
    const more = crowdsOf(graph).length + graph.components.length
    if (nodes + more > mostNodes) continue
    nodes += more
    shown.push(graph)
  }
  return shown.length === 0 ? [] : [`\`\`\`mermaid\n${mermaid(shown)}\`\`\``]
}

const scope = (report: Report): string => (report.summary.components === 0 ? '' : ` · ${count(report.summary.components, 'component')} in ${stacksOf(report)}`)

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`

function table(findings: readonly Finding[], context: Context): string {
  const rows = findings.slice(0, mostRows).map(finding =>
    `| ${marks[finding.severity]} | ${code(clipped(finding.component, 40))} | ${inline(clipped(finding.message, 160))} | ${code(clipped(`${fromTop(finding.file, context)}:${finding.line}`, 120))} |`)
  return ['| | Component | Finding | Where |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function details(finding: Finding, context: Context): string {
  const at = (file: string, line: number): string => code(clipped(`${fromTop(file, context)}:${line}`, 200))
  return [
    `<details><summary>${marks[finding.severity]} ${code(finding.rule)} ${inline(clipped(finding.message, 300))}</summary>`,
    '',
    `- At ${at(finding.file, finding.line)}`,
    ...finding.because.slice(0, 20).map(note => `- Because ${at(note.file, note.line)} ${inline(clipped(note.text, 300))}`),
    `- Fails: ${inline(clipped(finding.failureMode, 1000))}`,
    `- Fix: ${inline(clipped(finding.fix, 1000))}`,
    ...(finding.docs === undefined ? [] : ['', `[About this rule](${finding.docs})`]),
    '',
    '</details>',
  ].join('\n')
}

// Every mark that can be markup becomes a character reference, which never is. What platforms link after rendering (mentions, issues,
// addresses, emoji) is parted by a space of no width.
/** Text that is no markup, link or mention in Markdown; it must be harmless already. */
export const inline = (text: string): string => text
  .replace(/[@#!~$%&](?=\w)|:(?=\/\/)|www(?=\.)|GH(?=-\d)|:(?=[\w+-]{1,50}:)/gi, '$&\u200b')
  .replace(/[#$&*+<>@[\\\]^_`{|}~!]/g, mark => `&#${mark.charCodeAt(0)};`)

const code = (text: string): string => `<code>${inline(text)}</code>`
