// What misfit says, as elements of the page. Every text of the edited files is set as text, never as markup.
import type { Finding, Report } from '../../model/report.ts'
import { severities, type Edit } from '../../model/rule.ts'
import type { FilledRow } from '../../model/table.ts'
import { severityCounts } from '../../reporters/stacks.ts'
import type { Decided } from './engine.ts'

type Child = Node | string

/** An element with attributes and children. */
export function element<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Readonly<Record<string, string>> = {}, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

/** The verdict in one line. */
export function outcome({ summary: { errors, warnings, infos, components }, problems }: Report): string {
  if (components === 0) return problems.length > 0 ? `${counted(problems.length, 'problem')}, and no Redis or Kafka was found` : 'No Redis or Kafka was found'
  const found = severityCounts({ errors, warnings, infos }).map(([, words]) => words).join(', ')
  return `${found === '' ? 'No findings' : found} about ${counted(components, 'component')}${problems.length > 0 ? `; ${counted(problems.length, 'problem')} in reading` : ''}`
}

export interface Actions {
  readonly go: (file: string, line: number, column: number) => void
  readonly apply: (edit: Edit) => void
}

/** Findings with their evidence, and problems. */
export function findingsPanel(report: Report, actions: Actions): readonly HTMLElement[] {
  const problems = report.problems.map(({ file, line, column, message }) =>
    element('div', { class: 'finding warning' }, element('span', { class: 'word' }, 'problem'), element('p', {}, message), place(file, line, column, actions)))
  const gravestFirst = [...report.findings].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
  return [...problems, ...gravestFirst.map(finding => findingOf(finding, actions))]
}

function place(file: string, line: number, column: number, { go }: Actions): HTMLElement {
  const button = element('button', { type: 'button', class: 'place' }, `${file}:${line}`)
  button.addEventListener('click', () => { go(file, line, column) })
  return button
}

function findingOf(finding: Finding, actions: Actions): HTMLElement {
  const edits = (finding.edits ?? []).map(edit => {
    const button = element('button', { type: 'button' }, edit.title)
    button.addEventListener('click', () => { actions.apply(edit) })
    return element('p', {}, button, ...(edit.hazard === undefined ? [] : [` First: ${edit.hazard}`]))
  })
  const because = element('ul', {}, ...finding.because.map(note => element('li', {}, note.text, ' ', place(note.file, note.line, note.column, actions))))
  return element('article', { class: `finding ${finding.severity}` },
    element('span', { class: 'word' }, finding.severity), ' ', element('a', { href: `rules/${finding.rule}.html` }, finding.rule), ' ', place(finding.file, finding.line, finding.column, actions),
    element('p', {}, element('strong', {}, finding.message)),
    element('details', {}, element('summary', {}, 'Why, and how it fails'), because, element('p', {}, finding.failureMode)),
    element('p', {}, `Fix: ${finding.fix}`), ...edits)
}

const sides = { redis: 'Redis', kafka: 'Kafka', both: 'both', unknown: 'unknown' } as const

/** The filled table of every use of every component. */
export function tablePanel(decided: readonly Decided[]): readonly HTMLElement[] {
  if (decided.length === 0) return [element('p', { class: 'quiet' }, 'Nothing to decide on.')]
  return decided.flatMap(({ name, text, uses }, first) => [
    element('h3', {}, `${name}: ${text}`),
    ...(uses.length === 0 ? [element('p', { class: 'quiet' }, 'Nothing shows what it is used for.')] : uses.map((use, i) => element('details', first + i === 0 ? { open: '' } : {},
      element('summary', {}, `${use.id}: rows for Redis ${use.score.redis}, for Kafka ${use.score.kafka}`),
      element('table', {}, element('tbody', {}, head(), ...use.rows.map(rowOf)))))),
  ])
}

const head = (): HTMLElement => element('tr', {}, ...['Row', 'Redis', 'Kafka', 'Speaks for', 'Because'].map(word => element('th', { scope: 'col' }, word)))

const rowOf = ({ row, side, evidence }: FilledRow): HTMLElement => element('tr', { class: `side-${side}` },
  element('td', {}, row.title), element('td', {}, row.redis), element('td', {}, row.kafka), element('td', {}, sides[side]), element('td', {}, evidence.map(({ reason }) => reason).join('; ')))
