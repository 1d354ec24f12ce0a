// Accepted risks whose time is over, or for which nobody answers. Knows the design and the day.
import type { ObservedComponent, ObservedStack } from '../../src/model/observation.ts'
import { defineRule } from '../../src/model/rule.ts'
import { holdsOn, type Acceptance } from '../../src/model/spec.ts'
import { declaredUses, design, redis, fieldNote } from './declared.ts'

interface Accepted {
  readonly acceptance: Acceptance
  readonly what: string
  readonly use: string | undefined
}

/** What is accepted about a component; waivers without a component are told with the first one. */
function accepted(component: ObservedComponent, stack: ObservedStack): readonly Accepted[] {
  const own = declaredUses(component).flatMap(use => (use.acceptedRisk ? [{ acceptance: use.acceptedRisk, what: `the accepted risk of ${use.id}`, use: use.id }] : []))
  const waivers = (stack.spec?.waivers ?? [])
    .filter(waiver => (waiver.component ? waiver.component.value === component.spec?.id : stack.components[0] === component))
    .map(waiver => ({ acceptance: waiver, what: `the waiver of ${waiver.rule.value}`, use: waiver.use?.value }))
  return [...own, ...waivers]
}

const cache = (more: string): string => redis('redis', [`id: pages, use: cache, ttl: 10m${more}`])

export default defineRule({
  id: 'spec/waiver-expired',
  technology: 'both',
  rows: ['failure-mode'],
  concern: 'specification',
  severity: 'warning',
  summary: 'A risk was accepted until a day that is over, or nobody answers for it.',
  messages: {
    over: 'On {component}, {what} ended on {until}, so its findings are reported again.',
    owner: 'On {component}, {what} names no owner, so nobody answers for it.',
    endless: 'On {component}, {what} has no end, so nobody will look at it again.',
  },
  failure: 'An exception that was meant for a quarter becomes the rule for {component}, and the person who accepted it has left.',
  fix: 'Repair what was accepted, or have its owner accept it again with a reason and a new day.',
  diff: { spec: ' waivers:\n   - rule: redis/lock-on-async-failover\n     component: coordination\n     reason: a duplicate export is harmless\n-    until: 2024-06-30\n+    owner: storefront\n+    until: 2027-06-30' },
  sources: ['https://microservices.io/patterns/data/transactional-outbox.html', 'https://redis.io/docs/latest/'],
  bad: [
    { title: 'nobody owns it', files: { 'misfit.yaml': `${design({ components: cache('') })}waivers:\n  - {rule: redis/ttl-missing, component: redis, reason: temporary, until: 2099-01-01}\n` }, line: 9 },
    { title: 'no end', files: { 'misfit.yaml': design({ components: cache(', accepted_risk: {reason: temporary, owner: shop}') }) }, line: 7 },
  ],
  good: [
    { title: 'owned and limited', files: { 'misfit.yaml': `${design({ components: cache('') })}waivers:\n  - {rule: redis/ttl-missing, component: redis, reason: temporary, owner: shop, until: 2099-01-01}\n` } },
    { title: 'nothing is accepted', files: { 'misfit.yaml': design({ components: cache('') }) } },
  ],
  *check(component, stack) {
    for (const { acceptance, what, use } of accepted(component, stack)) {
      const { owner, until, span } = acceptance
      const message = !holdsOn(acceptance, stack.spec?.today) ? 'over' : owner === undefined ? 'owner' : until === undefined ? 'endless' : undefined
      if (message === undefined) continue
      yield { message, data: { what, until: until?.value ?? '' }, ...(use === undefined ? {} : { use }), span: message === 'over' && until ? until.span : span, confidence: 'certain', because: fieldNote('reason', acceptance.reason) }
    }
  },
})
