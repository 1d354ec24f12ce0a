// One Redis or Kafka of a deployment: its settings, storage and topics; knows no file format.
import type { Technology } from './names.ts'
import type { Shown } from './program.ts'
import type { DeclaredComponent } from './spec.ts'
import type { Known, Note, PartlyRead, Span, Value } from './value.ts'
import type { Declaration, Workload } from './workload.ts'

/** A server setting under its canonical name, in one of three states. */
export type Setting =
  | {
    readonly state: 'stated'; readonly value: string; readonly span: Span; readonly notes?: readonly Note[]
    /** What the other nodes of the cluster state for it, each in a place of its own. */
    readonly others?: readonly { readonly value: string; readonly span: Span }[]
  }
  | { readonly state: 'defaulted'; readonly value: string; /** "redis 7.4 image" */ readonly of: string; readonly source: string }
  | {
    readonly state: 'unknown'; readonly why: string; readonly span?: Span
    /** Nobody wrote it down: it is not said here, and nothing hides it. */
    readonly unstated?: true
  }

export type Settings = ReadonlyMap<string, Setting>

/** What survives what: see `docs/architecture.md`, storage. */
export type StorageKind =
  | 'named-volume' | 'bind' | 'claim' | 'anonymous-volume' | 'container-layer' | 'tmpfs' | 'empty-dir' | 'managed' | 'unknown'

/** A mount that the server never writes to. */
export interface Misplaced {
  readonly target: string
  readonly span: Span
  /** Of the target alone. */
  readonly targetSpan: Span
}

export interface Storage extends PartlyRead {
  readonly kind: StorageKind
  /** Directory in the container the server writes its data to. */
  readonly dataDir: string
  /** The mount, or the setting that decided it, or the component's key when nothing is mounted. */
  readonly span: Span
  /** The value behind `span` that says whether data is kept at all, where one does. */
  readonly kept?: string
  /** What makes an operator delete the data together with its own resource: `deleteClaim: true`. */
  readonly deletedWith?: Known
  /** Mounts meant for data (named volume or bind, read-write, no config) that the server never writes to. */
  readonly misplaced: readonly Misplaced[]
}

/** A Kafka topic that the stack provisions. Numbers are absent where the provisioning leaves them to the broker. */
export interface Topic extends PartlyRead {
  readonly name: string
  readonly span: Span
  readonly partitions?: Value<number>
  readonly replicas?: Value<number>
  /** Topic settings under their canonical names (`cleanup.policy`, `retention.ms`). */
  readonly config: Settings
}

/** A configuration file that is mounted into the server but never loaded by its command. */
export interface UnloadedConfig {
  readonly span: Span
  readonly target: string
  /** Settings in it that have no effect, when it could be read. */
  readonly settings: Settings
}

/** Settings that its chart makes by default, and that a stated text has dropped by taking the place of the chart's own. */
export interface DroppedDefaults {
  /** Of the stated text. */
  readonly span: Span
  /** Path of the text in the values: `commonConfiguration`. */
  readonly at: string
  /** Name → value of what nothing states any more. */
  readonly settings: ReadonlyMap<string, string>
  /** "the Bitnami redis chart" */
  readonly of: string
  /** Where a further line may stand in the text, and the white space that it begins with. */
  readonly room?: { readonly span: Span; readonly indent: string }
}

/** Something that reads like a setting of the server, and that nothing ever reads. */
export interface UnreadSetting {
  /** Of its key. */
  readonly span: Span
  /** As written: `master.extraFlags`, `KAFKA_CFG_LOG_RETENTION_HOURS`. */
  readonly written: readonly string[]
  /** What would have to read it: "the Bitnami valkey chart". */
  readonly by: string
  /** What is read instead, where there is such a thing. */
  readonly instead?: string
  /** Whether data, memory or copies depend on it. */
  readonly decides: boolean
}

/** Another program that a server cannot start without, and where that keeps its data. */
export interface Keeper {
  readonly name: string
  readonly span: Span
  readonly storage: Storage
}

/** One Redis or Kafka in a stack, deployed there or referred to as external. A cluster of several nodes is one component. */
export interface Component extends PartlyRead {
  readonly name: string
  /** Of its key (service name, values path), in the file that defines it. */
  readonly span: Span
  readonly technology: Technology
  /** `redis`, `valkey`, `keydb`, `dragonfly`, `garnet`, `kvrocks`, `redis-stack`, `apache-kafka`, `confluent`, `bitnami-kafka`, `redpanda`, `strimzi`, … */
  readonly product: string
  /** As far as the tag tells: `7.4`, `8`. */
  readonly version?: string
  /** The version of the server inside, where the product counts its own: Kafka 3.4 in Confluent Platform 7.4. */
  readonly contains?: string
  readonly image?: Value
  /** Runs elsewhere; server settings are unknown unless declared. `provider` where the host name tells (`aws-elasticache`). */
  readonly external: boolean
  readonly provider?: string
  /** The containers it consists of: brokers, or primary first and then replicas. Empty for external and chart components. */
  readonly members: readonly Workload[]
  /** Members that only copy another one: a program works with such a node where an address leads to it, and not otherwise. */
  readonly copies?: readonly Workload[]
  /** Data nodes: brokers, or primary and replicas. */
  readonly nodes: Value<number>
  /** How many nodes vote on a Kafka's metadata, where a chart says so by a number. */
  readonly controllers?: Value<number>
  readonly settings: Settings
  readonly storage: Storage
  /** Memory limit of one node in bytes. */
  readonly memoryLimit?: Value<number>
  /** Whether the platform starts it again by itself after a crash. */
  readonly restartsItself: boolean | undefined
  readonly hosts: readonly string[]
  readonly topics: readonly Topic[]
  /** Those of its hosts behind which any node answers, replicas included. */
  readonly anyNode?: readonly string[]
  readonly unloadedConfigs: readonly UnloadedConfig[]
  readonly unreadSettings?: readonly UnreadSetting[]
  /** The ZooKeeper that keeps the metadata of a Kafka. */
  readonly keeper?: Keeper
  readonly droppedDefaults?: DroppedDefaults
  readonly declared: readonly Declaration[]
  /** What its access list lets programs do. */
  readonly permits?: readonly Shown[]
  /** What the design says about it. */
  readonly spec?: DeclaredComponent
  /** Prose comments at its key, where it has no members that carry them. */
  readonly comments?: readonly Known[]
  /** What could not be read about it, once each. */
  readonly unread: readonly Note[]
}

/** What is hidden of a component that may be a part of another one, or not there at all: whatever is said of it may be wrong. */
export const allOfIt: readonly string[] = ['settings', 'storage', 'nodes', 'members', 'topics', 'keeper', 'spec', 'uses', 'clients', 'unreadSettings', 'unloadedConfigs']
