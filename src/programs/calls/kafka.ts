// What writing to and reading from topics shows, in any language. Source: https://kafka.apache.org/documentation/#intro_concepts_and_terms
import type { Library, Meaning, Rule } from './language.ts'
import { picked } from './reading.ts'
import type { Reading } from './reading.ts'
import type { Site } from './source.ts'

/** A place where a rule of a library fits. */
export interface Hit { readonly library: Library; readonly rule: Rule; readonly site: Site }
interface TrafficUse { readonly site: Site; readonly id: string; readonly use?: Meaning['use']; readonly weight: Meaning['weight']; readonly likely?: true }

export const writesId = 'kafka-writes', readsId = 'kafka-reads'

/** A consumer group, or a file that both writes and reads, is an event bus; one side alone is perhaps one. `grouped`: the file sets a group. */
export function trafficUses(reading: Reading, hits: readonly Hit[], grouped: boolean): readonly TrafficUse[] {
  const mine = hits.filter(({ library, rule }) => library.technology === 'kafka' && rule.traffic)
  const writes = mine.filter(({ rule }) => rule.traffic?.how === 'writes'), reads = mine.filter(({ rule }) => rule.traffic?.how === 'reads')
  const found: TrafficUse[] = []
  const both = writes.length > 0 && reads.length > 0
  for (const { site, rule } of reads) {
    const inGroup = grouped || rule.traffic?.grouped === true || (rule.traffic?.group !== undefined && picked(reading, site, rule.traffic.group) !== undefined)
    found.push(inGroup || both ? { site, id: readsId, use: 'event-bus', weight: 'strong' } : { site, id: readsId, use: 'event-bus', weight: 'weak', likely: true })
  }
  for (const { site } of writes) found.push({ site, id: writesId, use: 'event-bus', weight: both ? 'strong' : 'weak', ...(both ? {} : { likely: true }) })
  return found
}
