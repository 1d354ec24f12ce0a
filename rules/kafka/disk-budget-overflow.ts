// Records that need more disk than the brokers have. Knows the design's load, the retention in effect and the disks.
import type { ObservedComponent } from '../../src/model/observation.ts'
import { defineRule } from '../../src/model/rule.ts'
import { valueOf, type Note } from '../../src/model/value.ts'
import { count, design, kafka, fieldNote, size, time } from '../spec/declared.ts'
import { copiesOf, declaredTopics, kept, partitionsOf, policies, type DeclaredTopic } from './declared-topics.ts'
import { numberOf } from './facts.ts'

interface Need {
  readonly each: DeclaredTopic
  /** With all copies. */
  readonly bytes: number
  readonly sum: string
  readonly notes: readonly Note[]
}

function needOf(component: ObservedComponent, each: DeclaredTopic): Need | undefined {
  const { use, topic } = each
  if (policies(component, each)?.every(policy => policy === 'compact')) return undefined
  const keeps = kept(component, each)
  const copies = copiesOf(component, each) ?? 1
  if (!use.eventsPerSecond || !use.eventBytes || keeps === undefined || !Number.isFinite(keeps.ms)) return undefined
  const rate = use.eventsPerSecond.value * use.eventBytes.value
  const cap = numberOf(topic?.config.get('retention.bytes')) ?? use.retentionBytes?.value
  const partitions = partitionsOf(each)
  const capped = cap !== undefined && cap > 0 && partitions !== undefined ? cap * partitions : Infinity
  return {
    each, bytes: Math.min(rate * (keeps.ms / 1000), capped) * copies,
    sum: `${count(use.eventsPerSecond.value)} × ${count(use.eventBytes.value)} B/s × ${time(keeps.ms)} × ${copies}`,
    notes: [...fieldNote(`${use.id} load.events_per_second`, use.eventsPerSecond), keeps.note],
  }
}

const one = (disk: string, load: string): string => design({ components: kafka('events', [`id: orders, use: event-bus, ${load}, size: {avg_event_bytes: 900}, retention: {time: 35d}, topic: {name: orders, replication_factor: 3}`], ['topology: {kind: cluster, nodes: 3}', `disk: ${disk}`]) })

export default defineRule({
  id: 'kafka/disk-budget-overflow',
  technology: 'kafka',
  rows: ['scale-pattern', 'backpressure'],
  concern: 'sizing',
  severity: 'error',
  severityNote: 'A warning where a topic is kept for ever without a limit of size, as the day when the disk is full may be far off.',
  summary: 'The records that are to be kept need more disk than there is.',
  messages: {
    over: '{uses} need {need} on {component} ({sum}), more than {share} of its {room}.',
    endless: '{use} is never deleted on {component}, neither by time nor by size, so it grows until the disk is full.',
  },
  failure: 'When the disk is full, the broker of {component} takes its log directory offline and stops. Only the leadership of its partitions moves, to brokers that hold the same records and are just as full; no record is moved away.',
  fix: 'Give the brokers of {component} larger disks, keep records for less time, set retention.bytes, or move old segments to object storage.',
  diff: { helm: ' kafka:\n   controller:\n     persistence:\n-      size: 8Gi\n+      size: 500Gi', spec: '-    disk: 300GiB\n+    disk: 500GiB' },
  options: { largestShare: { unit: 'share', default: 0.8, least: 0.1, most: 1, description: 'A larger part of the disk than this is reported.' } },
  hazards: [
    'Shorter retention deletes within minutes (five by default, log.retention.check.interval.ms): look at the lag of the slowest consumer first.',
    'A larger volume claim is not always taken over: StatefulSets refuse a changed size, and only classes with allowVolumeExpansion grow.',
  ],
  sources: ['https://kafka.apache.org/documentation/#topicconfigs', 'https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html'],
  bad: [
    { title: '120 events a second for 35 days', files: { 'misfit.yaml': one('300GiB', 'load: {events_per_second: 120}') }, line: 7 },
    { title: 'kept for ever without a limit', files: { 'misfit.yaml': design({ components: kafka('events', ['id: clicks, use: event-log, load: {events_per_second: 40}, retention: {time: forever, policy: delete}']) }) }, line: 7 },
  ],
  good: [
    { title: 'it fits', files: { 'misfit.yaml': one('500GiB', 'load: {events_per_second: 120}') } },
    { title: 'the rate is not known', files: { 'misfit.yaml': design({ components: kafka('events', ['id: orders, use: event-bus, retention: {time: 35d}'], ['disk: 300GiB']) }) } },
  ],
  *check(component, _, options) {
    const topics = declaredTopics(component)
    const needs = topics.flatMap(each => needOf(component, each) ?? [])
    const nodes = component.spec?.nodes?.value ?? valueOf(component.nodes)
    const disk = component.spec?.disk
    if (disk && nodes !== undefined && needs.length > 0) {
      const need = needs.reduce((sum, { bytes }) => sum + bytes, 0)
      if (need > disk.value * nodes * options.largestShare) {
        yield {
          message: 'over', span: disk.span, confidence: 'certain', because: needs.flatMap(({ notes }) => notes),
          data: {
            uses: needs.map(({ each }) => each.use.id).join(', '), need: size(need), sum: needs.map(({ sum }) => sum).join(' + '),
            share: `${Math.round(options.largestShare * 100)} %`, room: `${nodes} × ${size(disk.value)}`,
          },
        }
      }
    }
    for (const each of topics) {
      const { use, topic } = each
      const rate = use.eventsPerSecond
      const unlimited = numberOf(topic?.config.get('retention.bytes') ?? component.settings.get('log.retention.bytes')) ?? -1
      if (rate === undefined || use.archive !== undefined || use.retentionBytes !== undefined || unlimited > 0) continue
      if (kept(component, each)?.ms !== Infinity || policies(component, each)?.includes('compact')) continue
      yield { message: 'endless', severity: 'warning', data: { use: use.id }, use: use.id, span: use.retentionTime?.span ?? use.span, confidence: 'certain', because: fieldNote('load.events_per_second', rate) }
    }
  },
})
