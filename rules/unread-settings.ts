// What rules about settings that nobody reads have in common: one report for each reader that passes them over.
import type { ObservedComponent } from '../src/model/observation.ts'
import type { RuleReport } from '../src/model/rule.ts'
import { list } from './spec/declared.ts'

/** A report for each image or chart that does not read what is written for it, the most telling setting first. */
export function* unreadReports(component: ObservedComponent): Iterable<RuleReport<'unread'>> {
  const groups = new Map<string, NonNullable<typeof component.unreadSettings>>()
  for (const unread of component.unreadSettings ?? []) groups.set(unread.by, [...groups.get(unread.by) ?? [], unread])
  for (const [by, all] of groups) {
    const [first, ...others] = [...all].sort((a, b) => Number(b.decides) - Number(a.decides))
    if (first === undefined) continue
    const written = [...new Set(all.flatMap(each => each.written))]
    const same = others.every(other => other.instead === first.instead)
    const instead = first.instead === undefined ? '' : `; in place of ${same && written.length > 1 ? 'these' : first.written[0] ?? 'it'} it reads ${first.instead}`
    const place = first.instead === undefined ? 'a key that it reads' : first.instead
    yield {
      message: 'unread', span: first.span, confidence: 'certain', severity: first.decides ? 'warning' : 'info',
      data: { by, written: list(written), instead, place },
      because: others.map(({ span, written, instead: other }) => ({ span, text: `${list(written)} is not read either${other === undefined ? '' : `; it reads ${other}`}` })),
    }
  }
}
