// Gathers findings that say the same: of variants of one stack, of the same fault in several places, advice by its rule. Knows the report only.
import type { Finding, Report, ReportedStack } from '../../model/report.ts'
import { grouped } from '../grouped.ts'
import { byStack } from '../stacks.ts'

/** A finding with those that say the same elsewhere. */
export interface Folded {
  readonly first: Finding
  readonly also: readonly Finding[]
}

/** One entry a finding where nothing is to be folded. */
export const unfolded = (findings: readonly Finding[]): readonly Folded[] => findings.map(first => ({ first, also: [] }))

/** One entry a rule, for advice: what to do is told once, in the words of the first place. */
export const byRule = (findings: readonly Finding[]): readonly Folded[] => grouped(findings, finding => finding.rule).map(([first, ...also]) => ({ first, also }))

/**
 * Folds findings of one rule and severity that differ by the component's name only, or that ask for the same of one component in variants of
 * a stack. The first of them stays where it is.
 */
export function folded(findings: readonly { readonly finding: Finding; readonly stack: ReportedStack | undefined }[]): readonly Folded[] {
  const groups: { readonly first: Finding; readonly also: Finding[]; readonly stacks: Set<ReportedStack | undefined> }[] = []
  const known = new Map<string, (typeof groups)[number]>()
  for (const { finding, stack } of findings) {
    const { rule, severity, component, message, fix } = finding
    const words = JSON.stringify([rule, severity, message.split(component)])
    const variant = JSON.stringify([rule, severity, component, stack?.root, fix, 'variant'])
    // What one variant says twice is two faults.
    const other = known.get(variant)
    let group = known.get(words) ?? (other?.stacks.has(stack) === false ? other : undefined)
    if (group) group.also.push(finding)
    else groups.push(group = { first: finding, also: [], stacks: new Set() })
    group.stacks.add(stack)
    if (!known.has(words)) known.set(words, group)
    if (stack && !known.has(variant)) known.set(variant, group)
  }
  return groups
}

/** Each finding of a report, in its order; the first of those that say the same has the others with it. */
export function sameCause({ stacks, findings }: Report): readonly (readonly [Finding, ...Finding[]])[] {
  const entries = byStack(stacks, findings).flatMap(part => part.findings.map(finding => ({ finding, stack: part.stack })))
  const also = new Map(folded(entries).map(each => [each.first, each.also]))
  return findings.map(finding => [finding, ...also.get(finding) ?? []])
}
