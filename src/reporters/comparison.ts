// What became of earlier findings, in sentences for people. Knows the report only.
import type { Comparison, EarlierFinding, Report } from '../model/report.ts'

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`
const mostNamed = 10
const nameOf = ({ rule, component, file }: EarlierFinding): string => `${rule} on ${component} (${file})`
const listed = (words: readonly string[]): string => `${words.slice(0, mostNamed).join('; ')}${words.length > mostNamed ? ` and ${words.length - mostNamed} more` : ''}`

/** One sentence or two for each state that the report was compared with; names from the files are as they are. */
export const comparisonLines = (report: Report): readonly string[] => (report.comparisons ?? []).flatMap(linesOf)

function linesOf({ kind, with: what, known, graver = [], fixed, oldestDays }: Comparison): string[] {
  const lines = graver.length === 0 ? [] : [`Graver than ${kind === 'revision' ? 'at' : 'in'} ${what}: ${listed(graver.map(one => `${nameOf(one)}, ${one.severity} instead of ${one.was}`))}`]
  const named = listed(fixed.map(nameOf))
  if (kind === 'revision') {
    if (known > 0) lines.push(`${count(known, 'finding')} not shown: already there at ${what}`)
    if (fixed.length > 0) lines.push(`Repaired since ${what}: ${named}`)
    return lines
  }
  if (known > 0) lines.push(`${count(known, 'finding')} known in ${what}${!oldestDays ? '' : `, the oldest for ${count(oldestDays, 'day')}`}`)
  if (fixed.length > 0) lines.push(`Fixed, and still in ${what}: ${named}; take ${fixed.length === 1 ? 'it' : 'them'} out with misfit baseline --prune`)
  return lines
}
