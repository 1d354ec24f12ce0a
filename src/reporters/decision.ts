// Decisions and explanations as text, Markdown and JSON: which tool for which job, and the filled decision table. Decides nothing.
import type { PlacedNote } from '../model/report.ts'
import type { FilledRow } from '../model/table.ts'
import type { Technology } from '../model/stack.ts'
import type { Note } from '../model/value.ts'
import { jsonText } from './escape.ts'
import { grouped } from './grouped.ts'
import { inline } from './markdown.ts'
import { clipped, plain } from './plain.ts'
import { wrapped } from './width.ts'

export type Choice = Technology | 'both' | 'neither' | 'undecided'

interface DecidedUse {
  readonly id: string
  readonly known: { readonly note: Note | undefined; readonly facts: ReadonlyMap<string, { readonly value: string | number | boolean }> }
  readonly choice: Choice
  readonly rows: readonly FilledRow[]
  readonly reasons: readonly FilledRow[]
  readonly open: readonly FilledRow[]
  readonly score: Readonly<Record<Technology, number>>
  readonly elsewhere: { readonly to: { readonly instead: string; readonly reason: string }; readonly note: Note | undefined } | undefined
}

export interface DecidedDesign {
  readonly name: string | undefined
  readonly choice: Choice
  readonly components: readonly { readonly id: string; readonly stated: Technology | undefined; readonly choice: Choice; readonly uses: readonly DecidedUse[] }[]
}

export type Placed = (note: Note) => PlacedNote

const titles: Readonly<Record<Choice, string>> = { redis: 'Redis', kafka: 'Kafka', both: 'Redis and Kafka', neither: 'neither', undecided: 'undecided' }
const list = (words: readonly string[]): string => (words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}` : words[0] ?? '')
const unique = (words: readonly string[]): readonly string[] => [...new Set(words)]

// What is stated says more than what a use's name suggests, so it comes first.
function saysOf(rows: readonly FilledRow[], side: Technology): readonly string[] {
  const best = rows.filter(row => row.side === side).flatMap(({ evidence }) => [...evidence].sort((a, b) => b.weight - a.weight).find(each => each.side === side) ?? [])
  return unique(best.sort((a, b) => b.weight - a.weight).map(({ reason }) => reason))
}

/** Why a use gets what it gets, in one clause. */
function because(use: DecidedUse): string {
  if (use.elsewhere) return `${use.elsewhere.to.reason}: that is a job for ${use.elsewhere.to.instead}`
  if (use.choice === 'undecided') return 'nothing that is declared speaks for either tool'
  if (use.choice === 'neither') return 'it is a job for neither of the two'
  if (use.choice === 'both') return `Kafka keeps what happened (${list(saysOf(use.reasons, 'kafka').slice(0, 3))}), Redis serves the present state that is built from it (${list(saysOf(use.reasons, 'redis').slice(0, 3))})`
  return list(saysOf(use.reasons, use.choice).slice(0, 3))
}

// What goes wrong with the tool that was not chosen: the row that matters most to a reader in doubt.
function wrongTool(use: DecidedUse): readonly string[] {
  if (use.choice !== 'redis' && use.choice !== 'kafka') return []
  return wrongToolSays(use.rows, use.choice === 'redis' ? 'kafka' : 'redis')
}

/** How a job fails on a tool that is wrong for it. */
function wrongToolSays(rows: readonly FilledRow[], tool: Technology): readonly string[] {
  const row = rows.find(each => each.row.id === 'failure-mode')?.row
  return row ? [`With ${titles[tool]} instead: ${row[tool].charAt(0).toLowerCase()}${row[tool].slice(1)}`] : []
}

/** One line to paste into a design document. */
export function justification(decision: DecidedDesign): string {
  const uses = decision.components.flatMap(component => component.uses.map(use => ({ ...use, name: `${component.id}/${use.id}`, stated: component.stated })))
  const parts: string[] = []
  for (const choice of ['kafka', 'redis'] as const) {
    const reasonsFor = ({ reasons, stated }: (typeof uses)[number]): string =>
      `${list(saysOf(reasons, choice).slice(0, 3))}${stated === undefined || stated === choice ? '' : `, though the design says ${titles[stated]}`}`
    // Each job has reasons of its own; those with the same ones share a clause.
    for (const alike of grouped(uses.filter(use => use.choice === choice), reasonsFor)) parts.push(`${titles[choice]} for ${list(alike.map(({ name }) => name))}, since ${reasonsFor(alike[0])}`)
  }
  for (const use of uses) if (use.choice === 'both') parts.push(`Kafka and Redis for ${use.name}: ${because(use)}`)
  for (const use of uses) if (use.elsewhere) parts.push(`${use.elsewhere.to.instead} for ${use.name}, since ${use.elsewhere.to.reason}`)
  const open = uses.filter(({ choice }) => choice === 'undecided').map(({ name }) => name)
  if (open.length > 0) parts.push(`nothing decides ${list(open)} yet`)
  const text = parts.join('; ')
  return text === '' ? 'The design declares no use yet.' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

/** How the two work together, where a design needs both. */
export const splitSays = 'Kafka is the source of truth for events; Redis is the serving layer that consumers keep up to date and can rebuild.'

// Two jobs for two tools are no split: one use asks for both, or what Redis serves is built from what Kafka keeps.
function splits({ components }: DecidedDesign): boolean {
  const kept = new Set(components.flatMap(({ id, uses }) => uses.filter(({ choice }) => choice === 'kafka').flatMap(use => [id, `${id}/${use.id}`])))
  return components.some(({ uses }) => uses.some(({ choice, known }) => choice === 'both' || (choice === 'redis' && kept.has(String(known.facts.get('rebuild_from')?.value ?? '')))))
}

/** The recommendation for people at a terminal. The justification stays one line, so that it can be copied as one. */
export function decisionText(decision: DecidedDesign, placed: Placed, width = 100): string {
  const paragraph = (words: string, indent: string): string => wrapped(words, width, indent)
  const lines = [`${decision.name === undefined ? 'This design' : clipped(decision.name, 200)}: ${titles[decision.choice]}`, '', clipped(justification(decision), 2_000)]
  if (splits(decision)) lines.push('', splitSays)
  for (const component of decision.components) {
    const stated = component.choice === component.stated || component.choice === 'undecided' ? undefined : component.stated
    lines.push('', `${clipped(component.id, 200)}: ${titles[component.choice]}${stated === undefined ? '' : ` (the design says ${titles[stated]})`}`)
    if (component.uses.length === 0) lines.push('', '  It declares no use yet.')
    for (const use of component.uses) {
      lines.push('', `  ${clipped(use.id, 200)}: ${use.elsewhere ? plain(use.elsewhere.to.instead) : titles[use.choice]}`, paragraph(`${capital(clipped(because(use), 1_000))}.`, '    '))
      lines.push(...wrongTool(use).map(words => paragraph(words, '    ')), ...tableLines(use.rows.filter(({ side }) => side !== 'unknown'), placed, '    ', use.known.note, width))
      if (use.choice === 'undecided') lines.push(paragraph(`Any of these fields would decide: ${fieldsOf(use.open).join(', ')}.`, '    '))
    }
  }
  return `${lines.join('\n')}\n`
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`
const fieldsOf = (rows: readonly FilledRow[]): readonly string[] => unique(rows.flatMap(({ row }) => row.observations.flatMap(({ fact }) => fact ?? [])))

/** "85 %"; what was only inferred is never wholly certain. */
export const certainty = (confidence: number): string => `${confidence < 1 ? Math.min(99, Math.round(confidence * 100)) : 100} %`

const sides: Readonly<Record<FilledRow['side'], string>> = { redis: 'Redis', kafka: 'Kafka', both: 'both ', unknown: 'unknown' }

/**
 * The filled table: a line a row with its side and what speaks for it, where a design states it with the place; the unknown rows in one line, with the
 * fields that would fill them. What only follows from the use's name (`known`) does not repeat its place.
 */
export function tableLines(rows: readonly FilledRow[], placed: Placed, indent: string, known: Note | undefined, width = 100): readonly string[] {
  const filled = rows.filter(({ side }) => side !== 'unknown')
  const longest = Math.max(0, ...filled.map(({ row }) => row.title.length))
  const lines = filled.map(({ row, side, evidence }) => {
    // What is stated outweighs what the name suggests, so only that is shown.
    const counts = evidence.some(({ weight }) => weight > 1) ? evidence.filter(({ weight }) => weight > 1) : evidence
    const said = unique(counts.map(each => {
      const place = each.note && !(each.note.span.start === known?.span.start && each.note.span.file === known.span.file) ? placed(each.note) : undefined
      return `${side === 'both' ? `${titles[each.side]}: ` : ''}${each.reason}${place ? ` (${place.text}, ${place.file}:${place.line})` : ''}`
    }))
    const start = `${indent}${row.title.padEnd(longest)}  ${sides[side]}  `
    return `${start}${wrapped(clipped(said.slice(0, 2).join('; '), 1_000), Math.max(width, start.length + 30), ' '.repeat(start.length)).trimStart()}`
  })
  const open = rows.filter(({ side }) => side === 'unknown')
  if (open.length === 0) return lines
  const fields = unique(open.flatMap(row => fieldsOf([row])[0] ?? []))
  return [...lines, wrapped(`Unknown: ${list(open.map(({ row }) => row.title.toLowerCase()))}. Fields that would say it: ${fields.join(', ')}.`, width, indent)]
}

const cell = (text: string): string => inline(clipped(text, 2_000))

/** The recommendation as Markdown for a design document. */
export function decisionMarkdown(decision: DecidedDesign): string {
  const lines = [`## ${cell(decision.name ?? 'Redis or Kafka')}: ${titles[decision.choice]}`, '', cell(justification(decision))]
  if (splits(decision)) lines.push('', splitSays)
  for (const component of decision.components) {
    for (const use of component.uses) {
      lines.push('', `### ${cell(`${component.id}/${use.id}`)}: ${use.elsewhere ? cell(use.elsewhere.to.instead) : titles[use.choice]}`, '', `${cell(capital(because(use)))}.`, '', '| | side | because |', '| --- | --- | --- |')
      for (const { row, side, evidence } of use.rows) {
        lines.push(`| ${row.title} | ${sides[side].trim()} | ${cell(unique(evidence.map(({ reason }) => reason)).join('; '))} |`)
      }
      for (const words of wrongTool(use)) lines.push('', words)
    }
  }
  return `${lines.join('\n')}\n`
}

/** The recommendation for programs. */
export function decisionJson(decision: DecidedDesign, placed: Placed): string {
  const rowOf = ({ row, side, evidence }: FilledRow): object => ({
    row: row.id, side, evidence: evidence.map(({ side: of, reason, weight, note }) => ({ side: of, reason, weight: Math.min(1, weight), ...(note ? statedAt(placed(note)) : {}) })),
  })
  const statedAt = ({ text: stated, ...place }: PlacedNote): object => ({ stated, ...place })
  return jsonText({
    version: 1, name: decision.name, choice: decision.choice, justification: justification(decision),
    components: decision.components.map(({ id, stated, choice, uses }) => ({
      id, technology: stated, choice,
      uses: uses.map(use => ({
        id: use.id, choice: use.choice, ...(use.elsewhere ? { instead: use.elsewhere.to.instead } : {}), because: because(use), score: use.score,
        table: use.rows.map(rowOf), wanted: fieldsOf(use.open),
      })),
    })),
  })
}
