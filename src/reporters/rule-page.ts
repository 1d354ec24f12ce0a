// A rule as pages to read: Markdown for the docs, plain text for the terminal, and tables of all rules. Knows the rule's own words only.
import { entryOf } from '../model/entry-of.ts'
import type { Notice } from '../model/notices.ts'
import type { Finding } from '../model/report.ts'
import type { Concern, Rule, RuleExample, RowName } from '../model/rule.ts'
import { plain } from './plain.ts'
import { wrapped } from './width.ts'

/** A row of the decision table. */
export interface PageRow {
  readonly id: RowName
  readonly title: string
  readonly redis: string
  readonly kafka: string
  readonly guidance: string
}

/** All that a page says about a rule; `failure` and `fix` have their slots filled. */
export interface RulePage {
  readonly rule: Rule
  readonly rows: readonly PageRow[]
  readonly failure: string
  readonly fix: string
  /** What each bad example is told. */
  readonly bad: readonly { readonly example: RuleExample; readonly findings: readonly Finding[] }[]
  /** The change that repairs the first bad example, as diffs that can be applied to it. */
  readonly repair: readonly { readonly path: string; readonly diff: string }[]
  /** Rules that this one is folded into. */
  readonly foldedInto: readonly string[]
}

type Block =
  | { readonly is: 'text' | 'quote'; readonly text: string }
  | { readonly is: 'list' | 'links' | 'rules'; readonly items: readonly string[] }
  | { readonly is: 'code'; readonly title: string; readonly language: string; readonly text: string }
  | { readonly is: 'title'; readonly text: string }
  | { readonly is: 'row'; readonly title: string; readonly text: string }

interface Section {
  readonly title: string
  readonly blocks: readonly Block[]
}

const elsewhere: Readonly<Record<Concern, string>> = {
  durability: 'Silent in development, example and test stacks.',
  replication: 'Silent in development, example and test stacks.',
  sizing: 'Silent in development, example and test stacks.',
  semantics: 'Information in development, example and test stacks.',
  fit: 'Information in development, example and test stacks.',
  operations: 'Information in development, example and test stacks.',
  specification: 'The same in every environment.',
}

const units = { share: 'a share of 1', hours: 'hours', minutes: 'minutes', count: 'a number', bytes: 'bytes' } as const
const text = (words: string): Block => ({ is: 'text', text: words })
const list = (items: readonly string[]): Block => ({ is: 'list', items })

// Everything but the heading, in reading order; sections without content are left out.
function sections(page: RulePage): readonly Section[] {
  const { rule } = page
  const diffs: Block[] = page.repair.map(({ path, diff }) => ({ is: 'code', title: `The first example below, ${path}`, language: 'diff', text: diff }))
  const shownFor = (name: string): boolean => page.repair.some(({ path }) => path === name)
  if (rule.diff.compose !== undefined && !shownFor('compose.yaml')) diffs.push({ is: 'code', title: 'compose.yaml', language: 'diff', text: rule.diff.compose })
  if (rule.diff.helm !== undefined) diffs.push({ is: 'code', title: 'values.yaml (Helm)', language: 'diff', text: rule.diff.helm })
  if (rule.diff.manifests !== undefined) diffs.push({ is: 'code', title: 'Kubernetes manifest', language: 'diff', text: rule.diff.manifests })
  if (rule.diff.spec !== undefined && !shownFor('misfit.yaml')) diffs.push({ is: 'code', title: 'misfit.yaml', language: 'diff', text: rule.diff.spec })
  const edits = offered(page)
  const rows = page.rows.flatMap((row): Block[] => [{ is: 'row', title: row.title, text: row.guidance }, list([`Redis: ${row.redis}`, `Kafka: ${row.kafka}`])])
  const folds = [
    ...(rule.explains?.length ? [text('Instead of these, as symptoms of the same cause:'), { is: 'rules', items: rule.explains } as const] : []),
    ...(page.foldedInto.length > 0 ? [text('Where one of these is reported as the cause, this one is folded into it:'), { is: 'rules', items: page.foldedInto } as const] : []),
  ]
  const all: Section[] = [
    { title: 'How it fails', blocks: [text(page.failure)] },
    { title: 'What to do', blocks: [text(page.fix), ...diffs] },
    { title: 'Before you change it', blocks: [rule.hazards?.length ? list(rule.hazards) : text('Nothing can break by this change.')] },
    { title: 'Suggested edits', blocks: edits.length > 0 ? [list(edits)] : [] },
    { title: 'When another tool is right', blocks: rule.otherTool === undefined ? [] : [text(rule.otherTool)] },
    { title: 'Severity', blocks: [text([`${capital(rule.severity)} by default.`, ...(rule.severityNote === undefined ? [] : [rule.severityNote]), elsewhere[rule.concern]].join(' '))] },
    { title: 'Options', blocks: rule.options ? [list(Object.entries(rule.options).map(([name, option]) => `${name} (${units[option.unit]}, ${option.default} unless stated, from ${option.least} to ${option.most}): ${option.description}`))] : [] },
    { title: 'One finding per cause', blocks: folds },
    { title: 'Decision table', blocks: rows },
    { title: 'Reported', blocks: page.bad.flatMap(({ example, findings }) => [...shown(example), ...findings.map((finding): Block => ({ is: 'quote', text: said(finding) }))]) },
    { title: 'Accepted', blocks: rule.good.flatMap(shown) },
    { title: 'Sources', blocks: [{ is: 'links', items: rule.sources }] },
  ]
  return all.filter(section => section.blocks.length > 0)
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)
const said = (finding: Finding): string => `${finding.file}:${finding.line}  ${finding.severity}: ${finding.message}`
const languages: Readonly<Record<string, string>> = { yaml: 'yaml', yml: 'yaml', conf: 'conf', env: 'sh', json: 'json', properties: 'properties' }

const shown = (example: RuleExample): readonly Block[] => [
  { is: 'title', text: capital(example.title) },
  ...Object.entries(example.files).map(([path, content]): Block =>
    ({ is: 'code', title: path, language: entryOf(languages, path.slice(path.lastIndexOf('.') + 1)) ?? '', text: content })),
]

// What the findings of the examples offer, each title once.
function offered(page: RulePage): readonly string[] {
  const edits = new Map(page.bad.flatMap(({ findings }) => findings.flatMap(finding => finding.edits ?? [])).map(edit => [edit.title, edit]))
  return [...edits.values()].map(edit =>
    edit.safe ? `${edit.title}: safe, applied by misfit --fix.` : `${edit.title}: needs care. ${edit.hazard ?? ''}`.trim())
}

// Prose in Markdown: what the words could mean to its parser is escaped, code in backticks is left alone.
const prose = (words: string): string => words.split(/(`[^`]+`)/).map((part, i) => (i % 2 === 1 ? part : part.replace(/[*<>[\]|]/g, '\\$&'))).join('')
const fence = (content: string): string => '`'.repeat(Math.max(3, ...[...content.matchAll(/`+/g)].map(([run]) => run.length + 1)))
const anchor = (title: string): string => title.toLowerCase().replace(/[^a-z0-9 -]/g, '').replaceAll(' ', '-')

function markdownBlock(block: Block): string {
  switch (block.is) {
    case 'text': return prose(block.text)
    case 'quote': return `> misfit: ${prose(block.text)}`
    case 'title': return `### ${prose(block.text)}`
    case 'row': return `**${prose(block.title)}.** ${prose(block.text)}`
    case 'list': return block.items.map(item => `- ${prose(item)}`).join('\n')
    case 'links': return block.items.map(item => `- <${item}>`).join('\n')
    case 'rules': return block.items.map(item => `- [${item}](../${item}.md)`).join('\n')
    case 'code': return `\`${block.title}\`:\n\n${fence(block.text)}${block.language}\n${block.text.trimEnd()}\n${fence(block.text)}`
  }
}

/** The rule's page in the docs, `docs/rules/<id>.md`. */
export function ruleMarkdown(page: RulePage): string {
  const { rule } = page
  const rows = page.rows.map(row => `[${row.title}](../index.md#${anchor(row.title)})`).join(', ')
  const parts = [
    `<!-- Generated from rules/${rule.id}.ts by \`npm run docs\`; edit the rule. -->`,
    `# ${rule.id}`,
    prose(rule.summary),
    `${capital(rule.severity)} · ${rule.concern} · ${rows}`,
    ...sections(page).flatMap(section => [`## ${section.title}`, ...section.blocks.map(markdownBlock)]),
  ]
  return `${parts.join('\n\n')}\n`
}

/** What misfit says of what people tell it, as the page `docs/rules/<id>.md`. */
export const noticeMarkdown = ({ id, summary, severity, failure, fix }: Notice): string => [
  '<!-- Generated from src/model/notices.ts by `npm run docs`; edit that. -->', `# ${id}`, prose(summary), capital(severity), '## How it fails', prose(failure), '## What to do', prose(fix), '## Severity',
  `As of a rule: \`rules: { ${id}: off }\` in the configuration. More in [Living with findings](../../suppressing.md).`,
].join('\n\n') + '\n'

/** The same page for a terminal of some width. */
export const noticeText = ({ id, summary, severity, failure, fix }: Notice, width: number): string => [
  id, wrapped(summary, width, ''), `How it fails\n${wrapped(failure, width, '  ')}`, `What to do\n${wrapped(fix, width, '  ')}`,
  `Severity\n${wrapped(`${capital(severity)} by default; rules: { ${id}: off } in the configuration switches it off.`, width, '  ')}`,
].join('\n\n') + '\n'

/** The list of all rules: by row of the decision table, then by technology. */
export function ruleIndex(rules: readonly Rule[], rows: readonly PageRow[], notices: readonly Notice[]): string {
  const line = (rule: Rule): string => `- [${rule.id}](${rule.id}.md) (${rule.severity}): ${prose(rule.summary)}`
  const parts = ['<!-- Generated from the rules by `npm run docs`. -->', '# Rules', '## By decision']
  for (const row of rows) {
    parts.push(`### ${row.title}`, prose(row.guidance), `- Redis: ${prose(row.redis)}\n- Kafka: ${prose(row.kafka)}`)
    const enforcing = rules.filter(rule => rule.rows.includes(row.id))
    if (enforcing.length > 0) parts.push(enforcing.map(line).join('\n'))
  }
  parts.push('## By technology')
  for (const [technology, title] of [['redis', 'Redis'], ['kafka', 'Kafka'], ['both', 'Both']] as const) {
    const concerned = rules.filter(rule => rule.technology === technology)
    if (concerned.length > 0) parts.push(`### ${title}`, ruleTable(concerned, ''))
  }
  parts.push('### misfit itself', ruleTable(notices, ''))
  return `${parts.join('\n\n')}\n`
}

/** A table of rules in Markdown; links start with `prefix`. */
export const ruleTable = (rules: readonly Pick<Rule, 'id' | 'severity' | 'summary'>[], prefix: string): string => [
  '| Rule | Severity | Reports |', '| --- | --- | --- |',
  ...rules.map(rule => `| [${rule.id}](${prefix}${rule.id}.md) | ${rule.severity} | ${prose(rule.summary)} |`),
].join('\n')

function textBlock(block: Block, width: number): string {
  switch (block.is) {
    case 'text': return wrapped(plain(block.text), width, '  ')
    case 'quote': return wrapped(`misfit: ${plain(block.text)}`, width, '  ')
    case 'row': return wrapped(`${block.title}. ${plain(block.text)}`, width, '  ')
    case 'title': return `  ${plain(block.text)}`
    case 'list': return block.items.map(item => wrapped(`- ${plain(item)}`, width, '  ', '    ')).join('\n')
    case 'links': case 'rules': return block.items.map(item => `  ${item}`).join('\n')
    case 'code': return [`  ${block.title}:`, ...block.text.trimEnd().split('\n').map(line => `    ${line}`.trimEnd())].join('\n')
  }
}

/** The same page for a terminal of some width. */
export function ruleText(page: RulePage, width: number): string {
  const { rule } = page
  const parts = [
    rule.id, wrapped(rule.summary, width, ''),
    ...sections(page).map(section => [section.title, section.blocks.map(block => textBlock(block, width)).join('\n\n')].join('\n')),
  ]
  return `${parts.join('\n\n')}\n`
}
