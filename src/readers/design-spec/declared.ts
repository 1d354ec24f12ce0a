// Maps of a design spec → declared components and uses. Knows the fields; that they are well-formed is the validator's matter.
import {
  accessPatterns, backpressures, consistencyPatterns, dataNatures, deliveries, durabilities, invalidations, latencyClasses, orderings, problems, structures, useAliases,
  type Acceptance, type CleanupPolicy, type DeclaredComponent, type DeclaredConsumer, type DeclaredProducer, type DeclaredUse, type LatencyClass, type Match, type Origin,
} from '../../model/spec.ts'
import { entryOf } from '../../model/entry-of.ts'
import { useNames, type Problem, type UseName } from '../../model/stack.ts'
import { isTemplated, known, unknown, type Known, type Span } from '../../model/value.ts'
import { didYouMean } from '../../model/words.ts'
import { dig, get, listOf, type YamlNode } from '../yaml.ts'
import { at, isOpen, present, readDay, readDuration, readFlag, readNumber, readSize, readText, readWord, textOf, textsOf, within, type Read } from './fields.ts'

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
export function latencyOf(node: YamlNode | undefined): { readonly goal: Read<LatencyClass>; readonly p99: Read<number> } {
  const word = readWord(node, latencyClasses)
  if (word) return { goal: word, p99: word.known ? known(p99s[word.value], word.span) : word }
  const p99 = within(node, 'p99', readDuration)
  return { goal: p99?.known === true ? known(classOf(p99.value), p99.span) : p99, p99 }
}

const policies: Readonly<Record<string, CleanupPolicy>> = {
  delete: 'delete', compact: 'compact', compact_delete: 'compact_delete', 'compact,delete': 'compact_delete', 'delete,compact': 'compact_delete',
}

export function acceptanceOf(node: YamlNode | undefined): Acceptance | undefined {
  if (node?.kind !== 'map') return undefined
  return { span: node.span, ...present<Omit<Acceptance, 'span'>>({ reason: within(node, 'reason', readText), owner: within(node, 'owner', readText), until: within(node, 'until', readDay) }) }
}

function producerOf(node: YamlNode): DeclaredProducer | undefined {
  const service = textOf(node) ?? at(node, 'service', textOf)
  if (!service || isTemplated(service.value)) return undefined
  return present<DeclaredProducer>({
    service, span: node.span,
    acks: within(node, 'acks', readText), clientVersion: within(node, 'client_version', readText), transactional: within(node, 'transactional', readFlag),
    dualWriteWith: within(get(node, 'dual_write'), 'with', readText), dualWritePattern: within(get(node, 'dual_write'), 'pattern', each => readWord(each, consistencyPatterns)),
  })
}

function consumerOf(node: YamlNode): DeclaredConsumer | undefined {
  const service = textOf(node) ?? at(node, 'service', textOf)
  if (!service || isTemplated(service.value)) return undefined
  return present<DeclaredConsumer>({
    service, span: node.span,
    group: within(node, 'group', readText), instances: within(node, 'instances', readNumber), downtimeMax: within(node, 'downtime_max', readDuration),
    batchInterval: within(node, 'batch_interval', readDuration), onRequestPath: within(node, 'on_request_path', readFlag),
    processingTime: within(node, 'processing_time', readDuration), maxPollRecords: within(node, 'max_poll_records', readNumber),
    offsetReset: readWord(get(node, 'offset_reset'), ['earliest', 'latest', 'none']), idempotencyKey: within(node, 'idempotency_key', readText),
    isolation: readWord(get(node, 'isolation'), ['read_committed', 'read_uncommitted']),
  })
}

/** One use out of a map of use fields. */
export function useOf(node: YamlNode, id: string, word: Known | undefined, span: Span): DeclaredUse {
  const name = word && useNamed(word.value)
  const open = (key: string, items = listOf(get(node, key))): string | false => items.some(item => isOpen(item) || isOpen(get(item, 'service'))) && key
  const alias = word && name !== word.value ? word.value : undefined
  const latency = latencyOf(get(node, 'latency_goal'))
  const replay = get(node, 'replay'), retention = get(node, 'retention'), load = get(node, 'load'), size = get(node, 'size'), topic = get(node, 'topic')
  const policy = within(retention, 'policy', readText)
  const cleanup = policy?.known === true ? entryOf(policies, policy.value) : undefined
  return present<DeclaredUse>({
    id, span, alias,
    use: word && (name ? known(name, word.span) : unknown('it is no use that is known', word.value, word.span)),
    problem: readWord(get(node, 'problem'), problems),
    dataNature: readWord(get(node, 'data_nature'), dataNatures),
    accessPattern: readWord(get(node, 'access_pattern'), accessPatterns),
    structure: readWord(get(node, 'structure'), structures),
    latencyGoal: latency.goal, latencyP99: latency.p99,
    durability: readWord(get(node, 'durability'), durabilities),
    maxDataLoss: within(node, 'max_data_loss', readDuration),
    sourceOfTruth: within(node, 'source_of_truth', readFlag),
    rebuildFrom: within(node, 'rebuild_from', readText),
    producers: listOf(get(node, 'producers')).flatMap(item => producerOf(item) ?? []),
    consumers: listOf(get(node, 'consumers')).flatMap(item => consumerOf(item) ?? []),
    plannedConsumers: within(node, 'planned_consumers', readNumber),
    replayRequired: readFlag(replay) ?? within(replay, 'required', readFlag),
    replayWindow: within(replay, 'window', readDuration),
    backfill: within(replay, 'backfill', readFlag),
    retentionTime: within(retention, 'time', readDuration), retentionBytes: within(retention, 'bytes', readSize),
    retentionPolicy: policy && (cleanup ? known(cleanup, policy.span) : unknown('it cannot be read', '', policy.span)),
    maxLength: within(retention, 'max_length', readNumber), eraseWithin: within(retention, 'erase_within', readDuration),
    deleteRetention: within(retention, 'delete_retention', readDuration),
    archive: within(node, 'archive', readText),
    ordering: readWord(get(node, 'ordering'), orderings),
    key: within(node, 'key', readText),
    delivery: readWord(get(node, 'delivery'), deliveries),
    backpressure: readWord(get(node, 'backpressure'), backpressures),
    ttl: within(node, 'ttl', readDuration),
    stalenessMax: within(node, 'staleness_max', readDuration),
    invalidation: readWord(get(node, 'invalidation'), invalidations),
    source: within(node, 'source', readText),
    consistency: readWord(get(node, 'consistency'), ['eventual', 'read_your_writes']),
    lockPurpose: within(get(node, 'lock'), 'purpose', each => readWord(each, ['efficiency', 'correctness'])),
    fencing: within(get(node, 'lock'), 'fencing', readFlag),
    readsPerSecond: within(load, 'reads_per_second', readNumber), writesPerSecond: within(load, 'writes_per_second', readNumber),
    eventsPerSecond: within(load, 'events_per_second', readNumber), growthPerYear: within(load, 'growth_per_year', readNumber),
    keyCount: within(size, 'keys', readNumber), keyBytes: within(size, 'avg_key_bytes', readSize), valueBytes: within(size, 'avg_value_bytes', readSize),
    maxValueBytes: within(size, 'max_value_bytes', readSize), maxElements: within(size, 'max_elements', readNumber),
    eventBytes: within(size, 'avg_event_bytes', readSize), maxEventBytes: within(size, 'max_event_bytes', readSize),
    hotKeyShare: within(get(node, 'hot_key'), 'share', readNumber),
    keys: textsOf(get(node, 'keys')),
    topic: readText(topic) ?? within(topic, 'name', readText),
    partitions: within(topic, 'partitions', readNumber), replicationFactor: within(topic, 'replication_factor', readNumber),
    plannedPartitions: within(topic, 'planned_partitions', readNumber),
    schemaFormat: within(get(node, 'schema'), 'format', readText), schemaRegistry: within(get(node, 'schema'), 'registry', readText), schemaCompatibility: within(get(node, 'schema'), 'compatibility', readText),
    database: within(node, 'db', readNumber), security: within(node, 'security', readFlag), removeOnComplete: within(node, 'remove_on_complete', readFlag),
    acceptedRisk: acceptanceOf(get(node, 'accepted_risk')),
  }, [open('producers'), open('consumers'), open('keys'), isOpen(get(node, 'id')) && 'id'])
}

export const matchOf = (node: YamlNode | undefined): Match | undefined => node?.kind !== 'map' ? undefined : {
  compose: textsOf(get(node, 'compose')), helm: textsOf(get(node, 'helm')), host: textsOf(get(node, 'host')),
  image: textsOf(get(node, 'image')), files: textsOf(dig(node, 'env', 'file')),
}

/** A component out of a map of component fields, its uses given. */
export function componentOf(node: YamlNode, id: string, span: Span, origin: Origin, uses: readonly DeclaredUse[]): DeclaredComponent {
  return present<DeclaredComponent>({
    id, span, origin, uses,
    technology: readWord(get(node, 'technology'), ['redis', 'kafka']),
    flavor: within(node, 'flavor', readText),
    match: matchOf(get(node, 'match')),
    provider: within(get(node, 'managed'), 'provider', readText), managedPolicy: within(get(node, 'managed'), 'maxmemory_policy', readText),
    managedPersistence: within(get(node, 'managed'), 'persistence', readText), managedReplicationFactor: within(get(node, 'managed'), 'replication_factor', readNumber),
    topology: within(get(node, 'topology'), 'kind', each => readWord(each, ['standalone', 'replicated', 'sentinel', 'cluster'])),
    nodes: within(get(node, 'topology'), 'nodes', readNumber), racks: within(get(node, 'topology'), 'racks', readNumber),
    memory: within(node, 'memory', readSize), disk: within(node, 'disk', readSize),
    topicManagement: readWord(get(node, 'topic_management'), ['provisioned', 'auto']),
    observability: readWord(get(node, 'observability'), ['metrics', 'external', 'none']),
    owner: within(node, 'owner', readText),
  }, [isOpen(get(node, 'uses')) && 'uses', isOpen(get(node, 'id')) && 'id', matchIsOpen(get(node, 'match')) && 'match'])
}

/** Whether part of a match is filled in later. */
export const matchIsOpen = (node: YamlNode | undefined): boolean =>
  isOpen(node) || (node?.kind === 'map' && [...node.entries.values()].some(({ value }) => isOpen(value) || isOpen(get(value, 'file'))))

/** The uses under `uses`; a word stands for a use of that name. */
export function usesOf(node: YamlNode | undefined): readonly DeclaredUse[] {
  return listOf(get(node, 'uses')).map((item, index) => {
    const word = textOf(item) ?? at(item, 'use', textOf) ?? at(item, 'role', textOf)
    const id = at(item, 'id', textOf)
    return useOf(item, id?.value ?? word?.value ?? `use-${index + 1}`, word, id?.span ?? word?.span ?? item.span)
  })
}
