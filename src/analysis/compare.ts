// Which findings are new against an earlier state, which are known and which are gone. Compares contents, never line numbers.
import type { EarlierFinding, Finding } from '../model/report.ts'

export interface Compared {
  readonly fresh: readonly Finding[]
  readonly known: readonly { readonly finding: Finding; readonly earlier: EarlierFinding }[]
  readonly gone: readonly EarlierFinding[]
}

/**
 * Each earlier finding stands for one finding of today: equal ones are counted, not merged. A finding whose file is gone
 * (`exists` says no) is recognised by its rule and component in another file, so that moving a stack makes nothing new.
 */
export function compare(findings: readonly Finding[], earlier: readonly EarlierFinding[], exists: (file: string) => boolean): Compared {
  const open = new Map<string, EarlierFinding[]>()
  for (const one of earlier) open.set(one.fingerprint, [...(open.get(one.fingerprint) ?? []), one])
  const known: { finding: Finding; earlier: EarlierFinding }[] = []
  const left: Finding[] = []
  for (const finding of findings) {
    const candidates = open.get(finding.fingerprint) ?? []
    // Of equal ones, that of the same file.
    const same = candidates.findIndex(each => each.file === finding.file)
    const [match] = candidates.splice(Math.max(0, same), 1)
    if (match) known.push({ finding, earlier: match })
    else left.push(finding)
  }
  const gone = [...open.values()].flat()
  const present = new Set(earlier.map(one => one.file))
  const fresh: Finding[] = []
  for (const finding of left) {
    const moved = present.has(finding.file) ? -1 : gone.findIndex(each => each.rule === finding.rule && each.component === finding.component && !exists(each.file))
    const [match] = moved < 0 ? [] : gone.splice(moved, 1)
    if (match) known.push({ finding, earlier: match })
    else fresh.push(finding)
  }
  const order = new Map(findings.map((finding, i) => [finding, i]))
  const place = (finding: Finding): number => order.get(finding) ?? 0
  return { fresh, known: known.sort((a, b) => place(a.finding) - place(b.finding)), gone: gone.sort(byPlace) }
}

/** What stays of a finding once it is an earlier one. */
export const earlierOf = ({ rule, file, component, fingerprint }: Finding): EarlierFinding => ({ rule, file, component, fingerprint })

const byPlace = (a: EarlierFinding, b: EarlierFinding): number =>
  less(a.file, b.file) || less(a.rule, b.rule) || less(a.component, b.component) || less(a.fingerprint, b.fingerprint)
const less = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
