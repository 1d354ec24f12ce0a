// Applies what people accepted in a design: waivers of a rule, and the accepted risk of a use. Knows days as text; reads no clock.
import { holdsOn, type Acceptance } from '../model/spec.ts'
import type { CheckedFinding } from './check.ts'
import type { SuppressedCheck } from './suppress.ts'

/** Parts the findings into those that stand and those that somebody accepted until a day that is not over. */
export function waive(findings: readonly CheckedFinding[]): { readonly findings: readonly CheckedFinding[]; readonly suppressed: readonly SuppressedCheck[] } {
  const standing: CheckedFinding[] = []
  const suppressed: SuppressedCheck[] = []
  for (const finding of findings) {
    const by = acceptanceOf(finding)
    if (by === undefined) standing.push(finding)
    else suppressed.push({ finding, suppression: { kind: 'external', ...(by.reason === undefined ? {} : { justification: by.reason.value }) } })
  }
  return { findings: standing, suppressed }
}

function acceptanceOf({ rule, report, component, stack }: CheckedFinding): Acceptance | undefined {
  // An acceptance that has ended must not silence the report of its own end.
  if (rule.id === 'spec/waiver-expired') return undefined
  const today = stack.spec?.today
  const waiver = stack.spec?.waivers.find(each => each.rule.value === rule.id && holdsOn(each, today)
    && (each.component === undefined || each.component.value === component.spec?.id)
    && (each.use === undefined || report.use === undefined || each.use.value === report.use))
  if (waiver) return waiver
  const risk = report.use === undefined ? undefined : component.spec?.uses.find(({ id }) => id === report.use)?.acceptedRisk
  return risk && holdsOn(risk, today) ? risk : undefined
}
