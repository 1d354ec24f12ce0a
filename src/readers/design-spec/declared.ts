// Maps of a design spec → declared components and uses. Knows the fields; that they are well-formed is the validator's matter.
import {
  accessPatterns, backpressures, consistencyPatterns, dataNatures, deliveries, durabilities, invalidations, latencyClasses, orderings, problems, structures, useAliases,
  type Acceptance, type CleanupPolicy, type DeclaredComponent, type DeclaredConsumer, type DeclaredProducer, type DeclaredUse, type LatencyClass, type Match, type Origin,
} from '../../model/spec.ts'
import { entryOf } from '../../model/entry-of.ts'
import { useNames, type Problem, type UseName } from '../../model/stack.ts'
import { known, type Known, type Span } from '../../model/value.ts'
import { didYouMean } from '../../model/words.ts'
import { dig, get, listOf, type YamlNode } from '../yaml.ts'
import { at, dayOf, durationOf, flagOf, numberOf, present, sizeOf, textOf, textsOf, wordOf } from './fields.ts'

/** The use that a word names, an older word included. */
export function useNamed(word: string): UseName | undefined {
  const plain = word.toLowerCase().replaceAll('_', '-')
  return useNames.find(name => name === plain) ?? entryOf(useAliases, plain)
}

/** What to say of a word that is no use. */
export function noUse(word: string): string {
  const near = didYouMean(word, [...useNames, ...Object.keys(useAliases)])
  return `${word} is no use that misfit knows${near === '' ? `; it knows ${useNames.join(', ')}` : near}`
}

/** One of the words that say what a component is for. */
export interface UseWord {
  /** As written, without the mark of exclusion. */
  readonly text: Known
  readonly use?: Known<UseName>
  readonly excluded: boolean
  readonly problem?: Problem
}

/** Uses in a text: `cache, !job-queue`. */
export function useWords(text: Known, excluded = false): readonly UseWord[] {
  return text.value.split(/[\s,]+/).filter(part => part !== '' && !part.includes('$')).map(part => {
    const word = part.replace(/^!/, '')
    const use = useNamed(word)
    return {
      text: known(word, text.span), excluded: excluded || part.startsWith('!'),
      ...(use ? { use: known(use, text.span) } : { problem: { span: text.span, message: noUse(word) } }),
    }
  })
}

const p99s: Readonly<Record<LatencyClass, number>> = { sub_ms: 1, few_ms: 5, tens_of_ms: 50, seconds: 5_000, batch: Infinity }
const classOf = (p99: number): LatencyClass => (p99 <= 1 ? 'sub_ms' : p99 <= 10 ? 'few_ms' : p99 <= 100 ? 'tens_of_ms' : p99 <= 10_000 ? 'seconds' : 'batch')

/** The stated goal as a class and as a 99th percentile; each is taken from the other. */
export function latencyOf(node: YamlNode | undefined): { readonly goal: Known<LatencyClass> | undefined; readonly p99: Known<number> | undefined } {
  const word = wordOf(node, latencyClasses)
  if (word) return { goal: word, p99: known(p99s[word.value], word.span) }
  const p99 = at(node, 'p99', durationOf)
  return p99 ? { goal: known(classOf(p99.value), p99.span), p99 } : { goal: undefined, p99: undefined }
}

const policies: Readonly<Record<string, CleanupPolicy>> = {
  delete: 'delete', compact: 'compact', compact_delete: 'compact_delete', 'compact,delete': 'compact_delete', 'delete,compact': 'compact_delete',
}

export function acceptanceOf(node: YamlNode | undefined): Acceptance | undefined {
  if (node?.kind !== 'map') return undefined
  return { span: node.span, ...present<Omit<Acceptance, 'span'>>({ reason: at(node, 'reason', textOf), owner: at(node, 'owner', textOf), until: at(node, 'until', dayOf) }) }
}

function producerOf(node: YamlNode): DeclaredProducer | undefined {
  const service = textOf(node) ?? at(node, 'service', textOf)
  if (!service) return undefined
  return present<DeclaredProducer>({
    service, span: node.span,
    acks: at(node, 'acks', textOf), clientVersion: at(node, 'client_version', textOf), transactional: at(node, 'transactional', flagOf),
    dualWriteWith: textOf(dig(node, 'dual_write', 'with')), dualWritePattern: wordOf(dig(node, 'dual_write', 'pattern'), consistencyPatterns),
  })
}

function consumerOf(node: YamlNode): DeclaredConsumer | undefined {
  const service = textOf(node) ?? at(node, 'service', textOf)
  if (!service) return undefined
  return present<DeclaredConsumer>({
    service, span: node.span,
    group: at(node, 'group', textOf), instances: at(node, 'instances', numberOf), downtimeMax: at(node, 'downtime_max', durationOf),
    batchInterval: at(node, 'batch_interval', durationOf), onRequestPath: at(node, 'on_request_path', flagOf),
    processingTime: at(node, 'processing_time', durationOf), maxPollRecords: at(node, 'max_poll_records', numberOf),
    offsetReset: wordOf(get(node, 'offset_reset'), ['earliest', 'latest', 'none']), idempotencyKey: at(node, 'idempotency_key', textOf),
    isolation: wordOf(get(node, 'isolation'), ['read_committed', 'read_uncommitted']),
  })
}

/** One use out of a map of use fields. */
export function useOf(node: YamlNode, id: string, word: Known | undefined, span: Span): DeclaredUse {
  const name = word && useNamed(word.value)
  const alias = word && name !== word.value ? word.value : undefined
  const latency = latencyOf(get(node, 'latency_goal'))
  const replay = get(node, 'replay'), retention = get(node, 'retention'), load = get(node, 'load'), size = get(node, 'size'), topic = get(node, 'topic')
  const policy = at(retention, 'policy', textOf)
  const cleanup = policy && entryOf(policies, policy.value)
  return present<DeclaredUse>({
    id, span, alias,
    use: word && name ? known(name, word.span) : undefined,
    problem: wordOf(get(node, 'problem'), problems),
    dataNature: wordOf(get(node, 'data_nature'), dataNatures),
    accessPattern: wordOf(get(node, 'access_pattern'), accessPatterns),
    structure: wordOf(get(node, 'structure'), structures),
    latencyGoal: latency.goal, latencyP99: latency.p99,
    durability: wordOf(get(node, 'durability'), durabilities),
    maxDataLoss: at(node, 'max_data_loss', durationOf),
    sourceOfTruth: at(node, 'source_of_truth', flagOf),
    rebuildFrom: at(node, 'rebuild_from', textOf),
    producers: listOf(get(node, 'producers')).flatMap(item => producerOf(item) ?? []),
    consumers: listOf(get(node, 'consumers')).flatMap(item => consumerOf(item) ?? []),
    plannedConsumers: at(node, 'planned_consumers', numberOf),
    replayRequired: flagOf(replay) ?? at(replay, 'required', flagOf),
    replayWindow: at(replay, 'window', durationOf),
    backfill: at(replay, 'backfill', flagOf),
    retentionTime: at(retention, 'time', durationOf), retentionBytes: at(retention, 'bytes', sizeOf),
    retentionPolicy: policy && cleanup ? known(cleanup, policy.span) : undefined,
    maxLength: at(retention, 'max_length', numberOf), eraseWithin: at(retention, 'erase_within', durationOf),
    deleteRetention: at(retention, 'delete_retention', durationOf),
    archive: at(node, 'archive', textOf),
    ordering: wordOf(get(node, 'ordering'), orderings),
    key: at(node, 'key', textOf),
    delivery: wordOf(get(node, 'delivery'), deliveries),
    backpressure: wordOf(get(node, 'backpressure'), backpressures),
    ttl: at(node, 'ttl', durationOf),
    stalenessMax: at(node, 'staleness_max', durationOf),
    invalidation: wordOf(get(node, 'invalidation'), invalidations),
    source: at(node, 'source', textOf),
    consistency: wordOf(get(node, 'consistency'), ['eventual', 'read_your_writes']),
    lockPurpose: wordOf(dig(node, 'lock', 'purpose'), ['efficiency', 'correctness']),
    fencing: flagOf(dig(node, 'lock', 'fencing')),
    readsPerSecond: at(load, 'reads_per_second', numberOf), writesPerSecond: at(load, 'writes_per_second', numberOf),
    eventsPerSecond: at(load, 'events_per_second', numberOf), growthPerYear: at(load, 'growth_per_year', numberOf),
    keyCount: at(size, 'keys', numberOf), keyBytes: at(size, 'avg_key_bytes', sizeOf), valueBytes: at(size, 'avg_value_bytes', sizeOf),
    maxValueBytes: at(size, 'max_value_bytes', sizeOf), maxElements: at(size, 'max_elements', numberOf),
    eventBytes: at(size, 'avg_event_bytes', sizeOf), maxEventBytes: at(size, 'max_event_bytes', sizeOf),
    hotKeyShare: numberOf(dig(node, 'hot_key', 'share')),
    keys: textsOf(get(node, 'keys')),
    topic: textOf(topic) ?? at(topic, 'name', textOf),
    partitions: at(topic, 'partitions', numberOf), replicationFactor: at(topic, 'replication_factor', numberOf),
    plannedPartitions: at(topic, 'planned_partitions', numberOf),
    schemaFormat: textOf(dig(node, 'schema', 'format')), schemaRegistry: textOf(dig(node, 'schema', 'registry')), schemaCompatibility: textOf(dig(node, 'schema', 'compatibility')),
    database: at(node, 'db', numberOf), security: at(node, 'security', flagOf), removeOnComplete: at(node, 'remove_on_complete', flagOf),
    acceptedRisk: acceptanceOf(get(node, 'accepted_risk')),
  })
}

export const matchOf = (node: YamlNode | undefined): Match | undefined => node?.kind !== 'map' ? undefined : {
  compose: textsOf(get(node, 'compose')), helm: textsOf(get(node, 'helm')), host: textsOf(get(node, 'host')),
  image: textsOf(get(node, 'image')), files: textsOf(dig(node, 'env', 'file')),
}

/** A component out of a map of component fields, its uses given. */
export function componentOf(node: YamlNode, id: string, span: Span, origin: Origin, uses: readonly DeclaredUse[]): DeclaredComponent {
  return present<DeclaredComponent>({
    id, span, origin, uses,
    technology: wordOf(get(node, 'technology'), ['redis', 'kafka']),
    flavor: at(node, 'flavor', textOf),
    match: matchOf(get(node, 'match')),
    provider: textOf(dig(node, 'managed', 'provider')), managedPolicy: textOf(dig(node, 'managed', 'maxmemory_policy')),
    managedPersistence: textOf(dig(node, 'managed', 'persistence')), managedReplicationFactor: numberOf(dig(node, 'managed', 'replication_factor')),
    topology: wordOf(dig(node, 'topology', 'kind'), ['standalone', 'replicated', 'sentinel', 'cluster']),
    nodes: numberOf(dig(node, 'topology', 'nodes')), racks: numberOf(dig(node, 'topology', 'racks')),
    memory: at(node, 'memory', sizeOf), disk: at(node, 'disk', sizeOf),
    topicManagement: wordOf(get(node, 'topic_management'), ['provisioned', 'auto']),
    observability: wordOf(get(node, 'observability'), ['metrics', 'external', 'none']),
    owner: at(node, 'owner', textOf),
  })
}

/** The uses under `uses`; a word stands for a use of that name. */
export function usesOf(node: YamlNode | undefined): readonly DeclaredUse[] {
  return listOf(get(node, 'uses')).map((item, index) => {
    const word = textOf(item) ?? at(item, 'use', textOf) ?? at(item, 'role', textOf)
    const id = at(item, 'id', textOf)
    return useOf(item, id?.value ?? word?.value ?? `use-${index + 1}`, word, id?.span ?? word?.span ?? item.span)
  })
}
