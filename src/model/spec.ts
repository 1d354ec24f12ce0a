// What people declare about a design: components, what each is used for and what they ask of it. Knows no file format and judges nothing.
import type { EnvironmentClass, Technology, UseName } from './names.ts'
import type { Known, PartlyRead, Span } from './value.ts'

export const problems = ['fast_reads', 'shared_state', 'coordination', 'async_workflow', 'decoupling', 'integration'] as const
export const dataNatures = ['current_state', 'event_history', 'ephemeral_signal', 'immutable'] as const
export const accessPatterns = [
  'point_lookup', 'range_scan', 'counter', 'mutual_exclusion', 'work_queue', 'broadcast', 'stream_consume', 'request_reply',
] as const
export const latencyClasses = ['sub_ms', 'few_ms', 'tens_of_ms', 'seconds', 'batch'] as const
/** From the least to the most that data survives. */
export const durabilities = ['none', 'best_effort', 'survive_clean_restart', 'survive_restart', 'survive_node_loss', 'survive_zone_loss'] as const
export const orderings = ['none', 'per_key', 'global'] as const
export const deliveries = ['at_most_once', 'at_least_once', 'exactly_once'] as const
export const backpressures = ['lag', 'block', 'drop', 'none'] as const
export const invalidations = ['ttl', 'event', 'cdc', 'write_through', 'manual', 'none'] as const
export const consistencyPatterns = ['outbox', 'cdc', 'transactional', 'event_sourced', 'none'] as const
export const structures = ['string', 'hash', 'list', 'set', 'sorted_set', 'stream', 'pubsub'] as const

export type DataNature = (typeof dataNatures)[number]
export type AccessPattern = (typeof accessPatterns)[number]
export type LatencyClass = (typeof latencyClasses)[number]
export type Durability = (typeof durabilities)[number]
export type Ordering = (typeof orderings)[number]
export type Delivery = (typeof deliveries)[number]
export type CleanupPolicy = 'delete' | 'compact' | 'compact_delete'

/** Words of older specs, and what they are called now. */
export const useAliases: Readonly<Record<string, UseName>> = {
  realtime: 'pub-sub', 'rate-limit': 'rate-limiter', 'primary-store': 'source-of-truth', leaderboard: 'counter', 'result-backend': 'job-queue',
  scheduler: 'job-queue', audit: 'event-log', 'event-sourcing': 'event-log', changelog: 'state-store', config: 'state-store',
}

/** Times are milliseconds, sizes bytes, rates per second; `forever` is Infinity. Every value keeps the place that states it. */
export interface DeclaredUse extends PartlyRead {
  readonly id: string
  readonly span: Span
  /** Absent where only signals are stated, so that the decision table can be asked. */
  readonly use?: Known<UseName>
  /** The word as written, where it is an older one. */
  readonly alias?: string
  readonly problem?: Known<(typeof problems)[number]>
  readonly dataNature?: Known<DataNature>
  readonly accessPattern?: Known<AccessPattern>
  /** Redis data structure; tells a stream from publish and subscribe. */
  readonly structure?: Known<(typeof structures)[number]>
  readonly latencyGoal?: Known<LatencyClass>
  /** The 99th percentile asked for, stated or taken from the class. */
  readonly latencyP99?: Known<number>
  readonly durability?: Known<Durability>
  readonly maxDataLoss?: Known<number>
  readonly sourceOfTruth?: Known<boolean>
  /** A store's id, `component/use`, or `none`. */
  readonly rebuildFrom?: Known
  readonly producers: readonly DeclaredProducer[]
  readonly consumers: readonly DeclaredConsumer[]
  readonly plannedConsumers?: Known<number>
  readonly replayRequired?: Known<boolean>
  readonly replayWindow?: Known<number>
  readonly backfill?: Known<boolean>
  readonly retentionTime?: Known<number>
  readonly retentionBytes?: Known<number>
  readonly retentionPolicy?: Known<CleanupPolicy>
  readonly maxLength?: Known<number>
  readonly eraseWithin?: Known<number>
  readonly deleteRetention?: Known<number>
  readonly archive?: Known
  readonly ordering?: Known<Ordering>
  /** The field that is the record's key, or `none`. */
  readonly key?: Known
  readonly delivery?: Known<Delivery>
  readonly backpressure?: Known<(typeof backpressures)[number]>
  /** Infinity for `none` and `forever`. */
  readonly ttl?: Known<number>
  readonly stalenessMax?: Known<number>
  readonly invalidation?: Known<(typeof invalidations)[number]>
  readonly source?: Known
  readonly consistency?: Known<'eventual' | 'read_your_writes'>
  readonly lockPurpose?: Known<'efficiency' | 'correctness'>
  readonly fencing?: Known<boolean>
  readonly readsPerSecond?: Known<number>
  readonly writesPerSecond?: Known<number>
  readonly eventsPerSecond?: Known<number>
  /** A factor: 1.5 means half as much again after a year. */
  readonly growthPerYear?: Known<number>
  readonly keyCount?: Known<number>
  readonly keyBytes?: Known<number>
  readonly valueBytes?: Known<number>
  readonly maxValueBytes?: Known<number>
  readonly maxElements?: Known<number>
  readonly eventBytes?: Known<number>
  readonly maxEventBytes?: Known<number>
  /** Part of all accesses that goes to one key, 0 to 1. */
  readonly hotKeyShare?: Known<number>
  readonly keys: readonly Known[]
  readonly topic?: Known
  readonly partitions?: Known<number>
  readonly replicationFactor?: Known<number>
  readonly plannedPartitions?: Known<number>
  readonly schemaFormat?: Known
  readonly schemaRegistry?: Known
  readonly schemaCompatibility?: Known
  readonly database?: Known<number>
  readonly security?: Known<boolean>
  readonly removeOnComplete?: Known<boolean>
  readonly acceptedRisk?: Acceptance
}

export interface DeclaredProducer extends PartlyRead {
  readonly service: Known
  readonly acks?: Known
  readonly clientVersion?: Known
  readonly dualWriteWith?: Known
  readonly dualWritePattern?: Known<(typeof consistencyPatterns)[number]>
  readonly transactional?: Known<boolean>
  readonly span: Span
}

export interface DeclaredConsumer extends PartlyRead {
  readonly service: Known
  readonly group?: Known
  readonly instances?: Known<number>
  readonly downtimeMax?: Known<number>
  readonly batchInterval?: Known<number>
  readonly onRequestPath?: Known<boolean>
  readonly processingTime?: Known<number>
  readonly maxPollRecords?: Known<number>
  readonly offsetReset?: Known<'earliest' | 'latest' | 'none'>
  readonly idempotencyKey?: Known
  readonly isolation?: Known<'read_committed' | 'read_uncommitted'>
  /** A sidecar stands between, so its own configuration need not name the address. */
  readonly indirect?: boolean
  readonly span: Span
}

/** Who accepts a risk, why and until when (`2027-06-30`). */
export interface Acceptance extends PartlyRead {
  readonly reason?: Known
  readonly owner?: Known
  readonly until?: Known
  readonly span: Span
}

export interface Waiver extends Acceptance {
  readonly rule: Known
  readonly component?: Known
  readonly use?: Known
}

/** How a declaration finds its counterpart; any entry of any list is enough, `file` confines all of them. */
export interface Match {
  readonly compose: readonly Known[]
  readonly helm: readonly Known[]
  readonly host: readonly Known[]
  readonly image: readonly Known[]
  readonly files: readonly Known[]
}

export interface DeclaredService extends PartlyRead {
  readonly id: string
  readonly span: Span
  readonly owner?: Known
  readonly match?: Match
  readonly instances?: Known<number>
  readonly onRequestPath?: Known<boolean>
  readonly writesAlso: readonly Known[]
  readonly consistencyPattern?: Known<(typeof consistencyPatterns)[number]>
}

export interface DeclaredStore extends PartlyRead {
  readonly id: string
  readonly span: Span
  readonly technology?: Known
  readonly sourceOfTruth?: Known<boolean>
  readonly readBottleneck?: Known<boolean>
  readonly readsPerSecond?: Known<number>
  readonly writesPerSecond?: Known<number>
  readonly latencyP99?: Known<number>
}

/** Where a declaration comes from, strongest first; where two speak of one thing, the stronger wins field by field. */
export const origins = ['design spec', 'x-misfit', 'annotation', 'document'] as const
export type Origin = (typeof origins)[number]

export interface DeclaredComponent extends PartlyRead {
  readonly id: string
  /** The id is what a runtime calls a building block (Dapr's `pubsub`, `statestore`), and no name that somebody gave a server. */
  readonly isHandle?: boolean
  readonly span: Span
  readonly origin: Origin
  /** Absent while the design has not chosen. */
  readonly technology?: Known<Technology>
  readonly flavor?: Known
  readonly match?: Match
  readonly provider?: Known
  readonly managedPolicy?: Known
  readonly managedPersistence?: Known
  readonly managedReplicationFactor?: Known<number>
  readonly topology?: Known<'standalone' | 'replicated' | 'sentinel' | 'cluster'>
  readonly nodes?: Known<number>
  readonly racks?: Known<number>
  /** Bytes of one node. */
  readonly memory?: Known<number>
  readonly disk?: Known<number>
  readonly topicManagement?: Known<'provisioned' | 'auto'>
  readonly observability?: Known<'metrics' | 'external' | 'none'>
  readonly owner?: Known
  readonly uses: readonly DeclaredUse[]
  /** What it is not used for, whatever it looks like. */
  readonly excluded?: readonly Known<UseName>[]
}

export interface Ignored extends PartlyRead {
  readonly match: Match
  readonly reason?: Known
  readonly span: Span
}

/** Everything declared about one stack, of all its documents together. */
export interface DesignSpec extends PartlyRead {
  readonly files: readonly string[]
  readonly origin: Origin
  readonly name?: Known
  readonly environment?: Known<EnvironmentClass>
  readonly services: readonly DeclaredService[]
  readonly stores: readonly DeclaredStore[]
  readonly components: readonly DeclaredComponent[]
  readonly ignore: readonly Ignored[]
  readonly waivers: readonly Waiver[]
  /** The day that ends of waivers are compared with (`2027-06-30`); without it none has ended. */
  readonly today?: string
  /** Ids of declared components that no deployment holds, where there is a deployment to hold them. */
  readonly missing?: readonly string[]
  /** Names of deployed components that the design leaves out on purpose. */
  readonly ignored?: readonly string[]
}

/** Whether a person wrote down a design, so that a deployment can differ from it. */
export const isDesign = (spec: DesignSpec | undefined): spec is DesignSpec => spec?.origin === 'design spec'

/** Whether an acceptance still holds on that day; its last day counts. */
export const holdsOn = (acceptance: Acceptance, today: string | undefined): boolean =>
  acceptance.until === undefined || today === undefined || acceptance.until.value >= today
