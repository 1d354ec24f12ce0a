// What became of earlier findings, in sentences for people. Knows the report only.
import type { Comparison, Report } from '../model/report.ts'

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`
const mostNamed = 10

/** One sentence or two for each state that the report was compared with; names from the files are as they are. */
export const comparisonLines = (report: Report): readonly string[] => (report.comparisons ?? []).flatMap(linesOf)

function linesOf({ kind, with: what, known, fixed, oldestDays }: Comparison): string[] {
  const lines: string[] = []
  const named = fixed.slice(0, mostNamed).map(one => `${one.rule} on ${one.component} (${one.file})`).join(', ')
  const more = fixed.length > mostNamed ? ` and ${fixed.length - mostNamed} more` : ''
  if (kind === 'revision') {
    if (known > 0) lines.push(`${count(known, 'finding')} not shown: already there at ${what}`)
    if (fixed.length > 0) lines.push(`Repaired since ${what}: ${named}${more}`)
    return lines
  }
  if (known > 0) lines.push(`${count(known, 'finding')} known in ${what}${!oldestDays ? '' : `, the oldest for ${count(oldestDays, 'day')}`}`)
  if (fixed.length > 0) lines.push(`Fixed, and still in ${what}: ${named}${more}; take ${fixed.length === 1 ? 'it' : 'them'} out with misfit baseline --prune`)
  return lines
}
