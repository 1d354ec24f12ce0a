// What a picture of the system needs beside the findings: who uses a component for what, and the decision table of each use.
import type { ObservedComponent } from '../model/observation.ts'
import type { ReportedDecision, ReportedLink } from '../model/report.ts'
import type { Places } from './places.ts'
import { judge, type Table } from './verdict.ts'

/** The programs that use a component, each with its own place, the uses it shows, and how it reaches the component. */
export const linksOf = ({ clients, beside, uses }: ObservedComponent, places: Places): readonly ReportedLink[] => [
  ...clients.map(({ workload, links: [link] }) => ({
    program: workload.name,
    ...places.at(workload.span),
    uses: uses.filter(use => use.clients.includes(workload.name)).map(({ use }) => use),
    ...(link === undefined ? {} : { by: places.note(link.note) }),
  })),
  ...beside.map(({ workload, uses: shown }) => ({ program: workload.name, ...places.at(workload.span), uses: uses.flatMap(({ use }) => (shown.includes(use) ? [use] : [])) })),
]

/** The same program once, with the uses of all views. */
export function mergedLinks(first: readonly ReportedLink[], more: readonly ReportedLink[]): readonly ReportedLink[] {
  const links = new Map(first.map(link => [link.program, link]))
  for (const link of more) {
    const known = links.get(link.program)
    links.set(link.program, known === undefined ? link : { ...known, uses: [...new Set([...known.uses, ...link.uses])] })
  }
  return [...links.values()]
}

/** The decision table filled for each use, rows about which something is known. */
export const decisionsOf = (component: ObservedComponent, table: Table, places: Places): readonly ReportedDecision[] =>
  judge(component, table).uses.map(({ id, known, verdict, rows, elsewhere }) => ({
    id, verdict,
    ...(known.use === undefined ? {} : { use: known.use }),
    ...(elsewhere === undefined ? {} : { instead: elsewhere.to.instead }),
    rows: rows.map(({ row, side, evidence }) => ({
      row: row.id, title: row.title, side,
      reasons: [...new Set(evidence.map(({ reason }) => reason))],
      stated: evidence.flatMap(({ note, weight }) => (note && weight > 1 ? [places.note(note)] : [])),
    })),
  }))
