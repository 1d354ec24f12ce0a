// Which findings are new against an earlier state, which are known and which are gone. Compares contents and causes, never line numbers.
import { folderOf } from '../model/files.ts'
import type { Comparison, EarlierFinding, Finding } from '../model/report.ts'
import { severities } from '../model/rule.ts'

export interface Compared {
  readonly fresh: readonly Finding[]
  /** With the earlier finding that it is, or that it was folded into. */
  readonly known: readonly { readonly finding: Finding; readonly earlier: EarlierFinding }[]
  readonly gone: readonly EarlierFinding[]
  /** Earlier findings that are not told any more because their cause is: they are not gone. */
  readonly folded: readonly EarlierFinding[]
}

/**
 * Each earlier finding stands for one finding of today: equal ones are counted, not merged. A finding whose file is gone
 * (`exists` says no) is recognised by its rule and component in another file, so that moving a stack makes nothing new. A symptom that
 * appears when its cause is repaired was there before, and one that its cause now explains is still there. One that is told in other words is new, and
 * nothing is gone.
 */
export function compare(findings: readonly Finding[], earlier: readonly EarlierFinding[], exists: (file: string) => boolean): Compared {
  const open = new Map<string, EarlierFinding[]>()
  for (const one of earlier) open.set(one.fingerprint, [...(open.get(one.fingerprint) ?? []), one])
  const known: { finding: Finding; earlier: EarlierFinding }[] = []
  // Of equal ones, each first finds that of its own file, as grave as it is; only then may one stand for that of another.
  const take = (left: readonly Finding[], fits: (finding: Finding, one: EarlierFinding) => boolean): readonly Finding[] => left.filter(finding => {
    const candidates = open.get(finding.fingerprint) ?? []
    const at = candidates.findIndex(one => fits(finding, one))
    const [match] = at < 0 ? [] : candidates.splice(at, 1)
    if (match) known.push({ finding, earlier: match })
    return match === undefined
  })
  const left = take(take(take(findings, (finding, one) => one.file === finding.file && (one.severity ?? finding.severity) === finding.severity), (finding, one) => one.file === finding.file), () => true)
  let gone = [...open.values()].flat()
  const present = new Set(earlier.map(one => one.file))
  const unknown = left.filter(finding => {
    const moved = present.has(finding.file) ? -1 : gone.findIndex(each => each.rule === finding.rule && each.component === finding.component && !exists(each.file))
    const [match] = moved < 0 ? [] : gone.splice(moved, 1)
    if (match) known.push({ finding, earlier: match })
    return match === undefined
  })
  const fresh = unknown.filter(finding => {
    const cause = earlier.find(one => explains(one, finding))
    if (cause) known.push({ finding, earlier: cause })
    return cause === undefined
  })
  const isFolded = (one: EarlierFinding): boolean => findings.some(finding => explains(finding, one))
  const folded = gone.filter(isFolded)
  // In other words it is still there.
  const changed = new Set(fresh.map(placeOf))
  gone = gone.filter(one => !isFolded(one) && !changed.has(placeOf(one)))
  const order = new Map(findings.map((finding, i) => [finding, i]))
  const place = (finding: Finding): number => order.get(finding) ?? 0
  return { fresh, known: known.sort((a, b) => place(a.finding) - place(b.finding)), gone: gone.sort(byPlace).map(withoutCauses), folded: folded.sort(byPlace) }
}

const placeOf = ({ rule, component, file }: EarlierFinding): string => JSON.stringify([rule, component, file])

// Of one component: another stack may have one of the same name, but hardly beside it.
const explains = (cause: EarlierFinding, symptom: EarlierFinding): boolean =>
  cause.component === symptom.component && folderOf(cause.file) === folderOf(symptom.file) && cause.explains?.includes(symptom.rule) === true

const withoutCauses = ({ rule, file, component, fingerprint, since }: EarlierFinding): EarlierFinding => ({ rule, file, component, fingerprint, ...(since === undefined ? {} : { since }) })

type Known = Compared['known'][number]

/** Whether a finding counts for more than it did; a symptom is not measured by its cause, and nothing is said where nobody wrote down what it was. */
export const isGraver = ({ finding, earlier }: Known): boolean =>
  earlier.severity !== undefined && earlier.rule === finding.rule && severities.indexOf(finding.severity) < severities.indexOf(earlier.severity)

/** What a comparison tells of those among known findings that are graver today. */
export function graverOf(known: readonly Known[]): Pick<Comparison, 'graver'> {
  const graver = known.flatMap(({ finding, earlier: { severity: was } }) => (was === undefined ? [] : [{ ...withoutCauses(finding), severity: finding.severity, was }]))
  return graver.length === 0 ? {} : { graver }
}

/** What stays of a finding once it is an earlier one. */
export const earlierOf = ({ rule, file, component, fingerprint, severity, explains }: Finding): EarlierFinding => ({ rule, file, component, fingerprint, severity, ...(explains === undefined ? {} : { explains }) })

const byPlace = (a: EarlierFinding, b: EarlierFinding): number =>
  less(a.file, b.file) || less(a.rule, b.rule) || less(a.component, b.component) || less(a.fingerprint, b.fingerprint)
const less = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
