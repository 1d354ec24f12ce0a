// The fields of a design spec as data: what may stand where. The validator and the JSON Schema for editors are both made from it.
import {
  accessPatterns, backpressures, consistencyPatterns, dataNatures, deliveries, durabilities, invalidations, latencyClasses, orderings, problems,
  structures, useAliases,
} from '../../model/spec.ts'
import { useNames } from '../../model/stack.ts'

export type Shape =
  | { readonly is: 'text' }
  /** Lower-case words with dashes; `uses` may be named by `component/use`. */
  | { readonly is: 'id' | 'reference' }
  | { readonly is: 'flag' | 'day' | 'size' }
  | { readonly is: 'number'; readonly least: number; readonly most?: number; readonly whole: boolean }
  /** `words` are accepted beside durations. */
  | { readonly is: 'duration'; readonly words: readonly string[] }
  | { readonly is: 'word'; readonly words: readonly string[]; readonly aliases?: readonly string[] }
  | { readonly is: 'list'; readonly of: Shape; /** One item may stand without brackets. */ readonly single: boolean }
  | MapShape
  /** A scalar for short, or a map with details. */
  | { readonly is: 'short'; readonly scalar: Shape; readonly map: MapShape }
export interface MapShape {
  readonly is: 'map'
  readonly fields: Readonly<Record<string, Field>>
  readonly required: readonly string[]
  /** Two names of one field: only one may stand. */
  readonly same?: readonly (readonly [string, string])[]
}
export interface Field {
  readonly shape: Shape
  readonly description: string
}

const text: Shape = { is: 'text' }
const id: Shape = { is: 'id' }
const reference: Shape = { is: 'reference' }
const flag: Shape = { is: 'flag' }
const size: Shape = { is: 'size' }
const whole = (least = 0): Shape => ({ is: 'number', least, whole: true })
const number = (least = 0, most?: number): Shape => ({ is: 'number', least, whole: false, ...(most === undefined ? {} : { most }) })
const duration = (...words: readonly string[]): Shape => ({ is: 'duration', words })
const word = (words: readonly string[], aliases?: readonly string[]): Shape => ({ is: 'word', words, ...(aliases ? { aliases } : {}) })
const list = (of: Shape, single = false): Shape => ({ is: 'list', of, single })
const field = (shape: Shape, description: string): Field => ({ shape, description })
const map = (fields: MapShape['fields'], required: readonly string[] = [], same: MapShape['same'] = []): MapShape => ({ is: 'map', fields, required, same })
const short = (scalar: Shape, shape: MapShape): Shape => ({ is: 'short', scalar, map: shape })

const acceptance = {
  reason: field(text, 'Why the risk is acceptable.'),
  owner: field(text, 'Who answers for it.'),
  until: field({ is: 'day' }, 'The last day on which it holds, such as 2027-06-30.'),
}

const match = map({
  compose: field(list(text, true), 'Names of compose services.'),
  helm: field(list(text, true), 'Values paths of chart blocks, such as redis or cacheRedis.'),
  host: field(list(text, true), 'Host names, also with *, as clients write them.'),
  image: field(list(text, true), 'Image names, also with *.'),
  env: field(map({ file: field(list(text, true), 'Files, also with **.') }), 'Confines the match to some files.'),
})

const producer = short(text, map({
  service: field(text, 'Id of the service that writes.'),
  acks: field(word(['all', '-1', '0', '1']), 'How many brokers must accept a record.'),
  client_version: field(text, 'Version of its client library.'),
  transactional: field(flag, 'Whether it writes in transactions.'),
  dual_write: field(map({
    with: field(text, 'The store that it writes as well.'),
    pattern: field(word(consistencyPatterns), 'What keeps the two writes together.'),
  }), 'A second write of the same fact.'),
}, ['service']))

const consumer = short(text, map({
  service: field(text, 'Id of the service that reads.'),
  group: field(text, 'Its consumer group.'),
  instances: field(whole(), 'How many of it run.'),
  downtime_max: field(duration('forever'), 'The longest time it may stand still.'),
  batch_interval: field(duration(), 'How often it reads, when it does not read all the time.'),
  on_request_path: field(flag, 'Whether a user waits for it.'),
  processing_time: field(duration(), 'Time for one record.'),
  max_poll_records: field(whole(1), 'Records it takes at once.'),
  offset_reset: field(word(['earliest', 'latest', 'none']), 'Where it starts without a position.'),
  idempotency_key: field(text, 'The field by which it knows what it has seen.'),
  isolation: field(word(['read_committed', 'read_uncommitted']), 'Whether it reads records of open transactions.'),
}, ['service']))

const useWord = word(useNames, Object.keys(useAliases))

const useFields: MapShape['fields'] = {
  use: field(useWord, 'What the component is for.'),
  role: field(useWord, 'An older name of `use`.'),
  problem: field(word(problems), 'The problem it solves.'),
  data_nature: field(word(dataNatures), 'What its data is.'),
  access_pattern: field(word(accessPatterns), 'How its data is reached.'),
  structure: field(word(structures), 'The data structure, where that matters.'),
  latency_goal: field(short(word(latencyClasses), map({ p99: field(duration(), 'The 99th percentile.') }, ['p99'])), 'How fast it must answer or deliver.'),
  durability: field(word(durabilities), 'What its data must survive.'),
  max_data_loss: field(duration(), 'The longest span of writes that may be lost.'),
  source_of_truth: field(flag, 'Whether this is the only copy of its data.'),
  rebuild_from: field(reference, 'What it can be rebuilt from: a store, or component/use; or none.'),
  producers: field(list(producer, true), 'Services that write to it.'),
  consumers: field(list(consumer, true), 'Services that read from it.'),
  planned_consumers: field(whole(), 'Consumers to be expected later.'),
  replay: field(short(flag, map({
    required: field(flag, 'Whether somebody must read the past again.'),
    window: field(duration('forever'), 'How far back.'),
    backfill: field(flag, 'Whether new consumers start from the past.'),
  })), 'Reading the past again.'),
  retention: field(map({
    time: field(duration('forever'), 'How long records are kept.'),
    bytes: field(size, 'How many bytes are kept, of each partition.'),
    policy: field(word(['delete', 'compact', 'compact_delete'], ['compact,delete', 'delete,compact']), 'How old records are removed.'),
    max_length: field(whole(1), 'How many entries are kept.'),
    erase_within: field(duration(), 'The time in which deleted personal data must be gone.'),
    delete_retention: field(duration(), 'How long the mark of a deletion stays readable.'),
  }), 'What is kept.'),
  archive: field(text, 'The store that keeps what is removed here.'),
  ordering: field(word(orderings), 'The order that readers rely on.'),
  key: field(text, 'The field that is the record\'s key, or none.'),
  delivery: field(word(deliveries), 'How often a reader may see a record.'),
  backpressure: field(word(backpressures), 'What happens when readers are too slow.'),
  ttl: field(duration('none', 'forever'), 'How long an entry lives.'),
  staleness_max: field(duration(), 'How old a value may be that somebody reads.'),
  invalidation: field(word(invalidations), 'What removes stale values.'),
  source: field(text, 'The store that a cache fronts.'),
  consistency: field(word(['eventual', 'read_your_writes']), 'What readers may miss.'),
  lock: field(map({
    purpose: field(word(['efficiency', 'correctness']), 'What a second holder would cost: some work, or wrong data.'),
    fencing: field(flag, 'Whether the protected resource refuses older holders.'),
  }), 'What a lock protects.'),
  load: field(map({
    reads_per_second: field(number(), 'Reads per second.'),
    writes_per_second: field(number(), 'Writes per second.'),
    events_per_second: field(number(), 'Events per second.'),
    growth_per_year: field(number(), 'Factor of growth in a year: 2 doubles.'),
  }), 'How much is asked of it.'),
  size: field(map({
    keys: field(whole(), 'Number of keys.'),
    avg_key_bytes: field(size, 'Size of a key.'),
    avg_value_bytes: field(size, 'Size of a value.'),
    max_value_bytes: field(size, 'Size of the largest value.'),
    max_elements: field(whole(), 'Elements of the largest collection.'),
    avg_event_bytes: field(size, 'Size of an event.'),
    max_event_bytes: field(size, 'Size of the largest event.'),
  }), 'How large its data is.'),
  hot_key: field(map({ share: field(number(0, 1), 'Part of all accesses that goes to one key, 0 to 1.') }, ['share']), 'The most wanted key.'),
  keys: field(list(text, true), 'Patterns of its keys, such as session:*.'),
  topic: field(short(text, map({
    name: field(text, 'Name of the topic.'),
    partitions: field(whole(1), 'Number of partitions.'),
    replication_factor: field(whole(1), 'Number of copies.'),
    planned_partitions: field(whole(1), 'Partitions to be expected later.'),
  })), 'The topic.'),
  schema: field(map({
    format: field(word(['avro', 'protobuf', 'json', 'none']), 'Format of the records.'),
    registry: field(text, 'Where the schemas are kept.'),
    compatibility: field(text, 'Which changes are allowed.'),
  }), 'The contract of the records.'),
  db: field(whole(), 'Index of the logical database.'),
  security: field(flag, 'Whether protection against abuse rests on it.'),
  remove_on_complete: field(flag, 'Whether finished jobs are removed.'),
  accepted_risk: field(map(acceptance, ['reason']), 'A risk that somebody accepts for this use.'),
}

const sameUse: MapShape['same'] = [['use', 'role']]
export const use = map({ id: field(id, 'Name of the use in this component.'), ...useFields }, [], sameUse)

const componentFields: MapShape['fields'] = {
  technology: field(word(['redis', 'kafka', 'undecided']), 'The tool; undecided while the design has not chosen.'),
  flavor: field(text, 'The product: valkey, dragonfly, redpanda, strimzi …'),
  match: field(match, 'Where the deployment has it.'),
  managed: field(map({
    provider: field(text, 'Who runs it.'),
    maxmemory_policy: field(text, 'Its eviction policy.'),
    persistence: field(text, 'How it keeps data.'),
    replication_factor: field(whole(1), 'Copies of a topic.'),
  }), 'What a provider runs for you.'),
  topology: field(map({
    kind: field(word(['standalone', 'replicated', 'sentinel', 'cluster']), 'How its nodes work together.'),
    nodes: field(whole(1), 'Number of nodes.'),
    racks: field(whole(1), 'Zones or racks that they are spread over.'),
  }), 'Its nodes.'),
  memory: field(size, 'Memory of one node.'),
  disk: field(size, 'Disk of one node.'),
  topic_management: field(word(['provisioned', 'auto']), 'Who creates topics.'),
  observability: field(word(['metrics', 'external', 'none']), 'How it is watched.'),
  owner: field(text, 'The team that runs it.'),
}

export const component = map({ id: field(id, 'Name of the component.'), ...componentFields, uses: field(list(use), 'What it is used for, one entry a purpose.') }, ['id'])

const blockUses = field(list(short(text, use), true), 'What it is used for.')
/** An `x-misfit` block beside a service or in values: one component, or one use for short. */
export const block = map({
  id: field(id, 'Name of the component.'), ...componentFields, ...useFields, uses: blockUses,
  use: field(list(text, true), 'What it is for; !word excludes a use.'), not: field(list(text, true), 'What it is not for.'),
  ephemeral: field(flag, 'Whether its data may be lost at any time.'),
}, [], sameUse)

/** What `x-misfit` on a channel or operation of AsyncAPI may say. */
export const extension = map({ ...useFields }, [], sameUse)

const inOneWord = (shape: Shape): boolean => shape.is !== 'map' && shape.is !== 'list'

/** What annotations of other tools may say of a component and its uses: the fields that fit into one word. */
export const annotation = map(Object.fromEntries(Object.entries({ ...componentFields, ...useFields }).filter(([, { shape }]) => inOneWord(shape))))

export const designSpec = map({
  apiVersion: field(word(['misfit/v1']), 'Version of this format.'),
  kind: field(word(['DesignSpec']), 'What this document is.'),
  metadata: field(map({
    name: field(text, 'Name of the system.'), owner: field(text, 'Who answers for it.'), description: field(text, 'What it does.'),
  }), 'About this document.'),
  environment: field(word(['production', 'staging', 'dev', 'test', 'ci'], ['development', 'example']), 'What the deployment is for.'),
  services: field(list(map({
    id: field(id, 'Name of the service.'),
    owner: field(text, 'The team behind it.'),
    match: field(match, 'Where the deployment has it.'),
    instances: field(whole(), 'How many of it run.'),
    on_request_path: field(flag, 'Whether users wait for it.'),
    writes_also: field(list(text, true), 'Stores that it writes as well.'),
    consistency_pattern: field(word(consistencyPatterns), 'What keeps several writes together.'),
  }, ['id'])), 'The programs that use the components.'),
  stores: field(list(map({
    id: field(id, 'Name of the store.'),
    technology: field(text, 'What it is.'),
    source_of_truth: field(flag, 'Whether it keeps the only copy.'),
    read_bottleneck: field(flag, 'Whether reads are what it struggles with.'),
    reads_per_second: field(number(), 'Reads per second.'),
    writes_per_second: field(number(), 'Writes per second.'),
    latency_goal: field(short(word(latencyClasses), map({ p99: field(duration(), 'The 99th percentile.') }, ['p99'])), 'How fast readers want it.'),
  }, ['id'])), 'Databases and other stores.'),
  components: field(list(component), 'Each Redis or Kafka.'),
  ignore: field(list(map({ match: field(match, 'What is left out.'), reason: field(text, 'Why.') }, ['match'])), 'Components outside this design on purpose.'),
  waivers: field(list(map({
    rule: field(text, 'Id of the rule.'),
    component: field(id, 'Id of the component.'),
    use: field(id, 'Id of the use.'),
    ...acceptance,
  }, ['rule', 'reason'])), 'Findings that somebody accepts.'),
}, ['apiVersion', 'kind'])
