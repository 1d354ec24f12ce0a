// Whether a component has the right job: the decision table filled for each of its uses. Given the table; names no technology.
import type { ObservedComponent } from '../model/observation.ts'
import type { Verdict } from '../model/report.ts'
import type { Technology } from '../model/stack.ts'
import { clearLead, elsewhereFor, fillTable, knownUses, scoreOf, type Elsewhere, type FilledRow, type KnownUse, type Row } from '../model/table.ts'
import type { Note } from '../model/value.ts'

export interface Table {
  readonly rows: readonly Row[]
  readonly elsewhere: readonly Elsewhere[]
}

export interface UseVerdict {
  readonly id: string
  readonly known: KnownUse
  readonly rows: readonly FilledRow[]
  /** Rows on the side of each tool. */
  readonly score: Readonly<Record<Technology, number>>
  /** Neither tool should have this job. */
  readonly elsewhere: { readonly to: Elsewhere; readonly note: Note | undefined } | undefined
  readonly verdict: Verdict
}

/** The verdict of each use of a component, and of all of them together. */
export function judge(component: Pick<ObservedComponent, 'technology' | 'spec' | 'uses'>, table: Table): { readonly uses: readonly UseVerdict[]; readonly verdict: Verdict } {
  const uses = knownUses(component.spec?.uses ?? [], component.uses).map(known => judgeUse(known, component.technology, table))
  const certain = uses.filter(({ known }) => known.confidence >= 0.8)
  const verdict = certain.some(use => use.verdict === 'misfit') ? 'misfit' : certain.some(use => use.verdict === 'fits') ? 'fits' : 'undecided'
  return { uses, verdict }
}

/** The table for one use, seen from the tool that has it; without one nothing fits and nothing misfits. */
export function judgeUse(known: KnownUse & { readonly id: string }, technology: Technology | undefined, table: Table): UseVerdict {
  const rows = fillTable(table.rows, known, technology)
  const score = scoreOf(rows)
  const own = technology === undefined ? 0 : score[technology]
  const other = Object.entries(score).reduce((most, [name, count]) => (name === technology ? most : Math.max(most, count)), 0)
  const elsewhere = elsewhereFor(table.elsewhere, known)
  const verdict = technology === undefined ? 'undecided' : other - own >= clearLead ? 'misfit' : own > other && elsewhere === undefined ? 'fits' : 'undecided'
  return { id: known.id, known, rows, score, elsewhere, verdict }
}
