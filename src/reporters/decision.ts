// Decisions and explanations as text, Markdown and JSON: which tool for which job, and the filled decision table. Decides nothing.
import type { PlacedNote } from '../model/report.ts'
import type { FilledRow } from '../model/table.ts'
import type { Technology } from '../model/stack.ts'
import type { Note } from '../model/value.ts'
import { plain } from './plain.ts'

export type Choice = Technology | 'both' | 'neither' | 'undecided'

interface DecidedUse {
  readonly id: string
  readonly choice: Choice
  readonly rows: readonly FilledRow[]
  readonly reasons: readonly FilledRow[]
  readonly open: readonly FilledRow[]
  readonly score: Readonly<Record<Technology, number>>
  readonly elsewhere: { readonly to: { readonly instead: string; readonly says: string }; readonly note: Note | undefined } | undefined
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

const saysOf = (rows: readonly FilledRow[], side: Technology): readonly string[] =>
  unique(rows.filter(row => row.side === side).flatMap(({ evidence }) => [...evidence].sort((a, b) => b.weight - a.weight).filter(each => each.side === side).slice(0, 1).map(({ says }) => says)))

/** Why a use gets what it gets, in one clause. */
function because(use: DecidedUse): string {
  if (use.elsewhere) return `${use.elsewhere.to.says}, which is a job for ${use.elsewhere.to.instead}`
  if (use.choice === 'undecided') return 'nothing that is declared speaks for either tool'
  if (use.choice === 'neither') return 'it is a job for neither of the two'
  if (use.choice === 'both') return `Kafka keeps what happened (${list(saysOf(use.reasons, 'kafka').slice(0, 3))}), Redis serves the present state that is built from it (${list(saysOf(use.reasons, 'redis').slice(0, 3))})`
  return list(saysOf(use.reasons, use.choice).slice(0, 3))
}

// What goes wrong with the tool that was not chosen: the row that matters most to a reader in doubt.
function wrongTool(use: DecidedUse): readonly string[] {
  if (use.choice !== 'redis' && use.choice !== 'kafka') return []
  const row = use.rows.find(each => each.row.id === 'failure-mode')?.row
  return row ? [`With the wrong tool: ${row[use.choice === 'redis' ? 'kafka' : 'redis']}`] : []
}

/** One line to paste into a design document. */
export function justification(decision: DecidedDesign): string {
  const uses = decision.components.flatMap(component => component.uses.map(use => ({ ...use, name: `${component.id}/${use.id}` })))
  const having = (choice: Choice): readonly string[] => uses.filter(use => use.choice === choice).map(({ name }) => name)
  const why = (choice: Technology): string => list(unique(uses.filter(use => use.choice === choice).flatMap(use => saysOf(use.reasons, choice))).slice(0, 3))
  const parts: string[] = []
  if (having('kafka').length > 0) parts.push(`Kafka for ${list(having('kafka'))}, since ${why('kafka')}`)
  if (having('redis').length > 0) parts.push(`Redis for ${list(having('redis'))}, since ${why('redis')}`)
  for (const use of uses) if (use.choice === 'both') parts.push(`Kafka and Redis for ${use.name}: ${because(use)}`)
  for (const use of uses) if (use.elsewhere) parts.push(`${use.elsewhere.to.instead} for ${use.name}, since ${use.elsewhere.to.says}`)
  if (having('undecided').length > 0) parts.push(`nothing decides ${list(having('undecided'))} yet`)
  const text = parts.join('; ')
  return text === '' ? 'The design declares no use yet.' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

/** How the two work together, where a design needs both. */
export const splitSays = 'Kafka is the source of truth for events; Redis is the serving layer that consumers keep up to date and can rebuild.'

/** The recommendation for people at a terminal. */
export function decisionText(decision: DecidedDesign, placed: Placed): string {
  const lines = [`${decision.name === undefined ? 'This design' : plain(decision.name)}: ${titles[decision.choice]}`, '', `  ${plain(justification(decision))}`]
  if (decision.choice === 'both') lines.push(`  ${splitSays}`)
  for (const component of decision.components) {
    const stated = component.choice === component.stated || component.choice === 'undecided' ? undefined : component.stated
    lines.push('', `${plain(component.id)}: ${titles[component.choice]}${stated === undefined ? '' : ` (the design says ${titles[stated]})`}`)
    for (const use of component.uses) {
      lines.push('', `  ${plain(use.id)}: ${use.elsewhere ? plain(use.elsewhere.to.instead) : titles[use.choice]} (rows for Redis ${use.score.redis}, for Kafka ${use.score.kafka})`)
      lines.push(`    ${plain(because(use))}`, ...wrongTool(use).map(words => `    ${words}`), ...tableLines(use.rows, placed, '    '), ...openLines(use.open, '    '))
    }
  }
  return `${lines.join('\n')}\n`
}

/** The filled table: a line a row with its side and what speaks for it. */
export function tableLines(rows: readonly FilledRow[], placed: Placed, indent: string): readonly string[] {
  const width = Math.max(0, ...rows.map(({ row }) => row.title.length))
  const sides: Readonly<Record<FilledRow['side'], string>> = { redis: 'Redis', kafka: 'Kafka', both: 'both', unknown: '–' }
  return rows.map(({ row, side, evidence }) => {
    const said = evidence.map(each => {
      const place = each.note && placed(each.note)
      return `${evidence.length > 1 && side === 'both' ? `${sides[each.side]}: ` : ''}${each.says}${place ? ` (${place.says}, ${place.file}:${place.line})` : ''}`
    })
    return `${indent}${row.title.padEnd(width)}  ${sides[side].padEnd(5)}  ${plain(unique(said).slice(0, 2).join('; '))}`.trimEnd()
  })
}

/** What one more declared field would decide. */
export function openLines(rows: readonly FilledRow[], indent: string): readonly string[] {
  return rows.flatMap(({ row }) => {
    const fields = unique(row.observations.flatMap(({ fact }) => fact ?? []))
    return fields.length === 0 ? [] : [`${indent}${fields.join(' or ')} would decide: ${row.title.toLowerCase()}`]
  })
}

const cell = (text: string): string => plain(text).replace(/[\\`*_{}[\]<>#|]/g, '\\$&')

/** The recommendation as Markdown for a design document. */
export function decisionMarkdown(decision: DecidedDesign): string {
  const lines = [`## ${cell(decision.name ?? 'Redis or Kafka')}: ${titles[decision.choice]}`, '', cell(justification(decision))]
  if (decision.choice === 'both') lines.push('', splitSays)
  for (const component of decision.components) {
    for (const use of component.uses) {
      lines.push('', `### ${cell(`${component.id}/${use.id}`)}: ${use.elsewhere ? cell(use.elsewhere.to.instead) : titles[use.choice]}`, '', `${cell(because(use))}.`, '', '| | side | because |', '| --- | --- | --- |')
      for (const { row, side, evidence } of use.rows) {
        lines.push(`| ${row.title} | ${side === 'unknown' ? '' : titles[side]} | ${cell(unique(evidence.map(({ says }) => says)).join('; '))} |`)
      }
      for (const words of wrongTool(use)) lines.push('', words)
    }
  }
  return `${lines.join('\n')}\n`
}

/** The recommendation for programs. */
export function decisionJson(decision: DecidedDesign, placed: Placed): string {
  const rowOf = ({ row, side, evidence }: FilledRow): object => ({
    row: row.id, side, evidence: evidence.map(({ side: of, says, weight, note }) => ({ side: of, says, weight: Math.min(1, weight), ...(note ? placed(note) : {}) })),
  })
  return `${JSON.stringify({
    version: 1, name: decision.name, choice: decision.choice, justification: justification(decision),
    components: decision.components.map(({ id, stated, choice, uses }) => ({
      id, technology: stated, choice,
      uses: uses.map(use => ({
        id: use.id, choice: use.choice, ...(use.elsewhere ? { instead: use.elsewhere.to.instead } : {}), because: because(use), score: use.score,
        table: use.rows.map(rowOf), wanted: unique(use.open.flatMap(({ row }) => row.observations.flatMap(({ fact }) => fact ?? []))),
      })),
    })),
  }, null, 2)}\n`
}
