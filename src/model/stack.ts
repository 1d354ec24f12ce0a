// What a deployment consists of: stacks, workloads, Redis and Kafka components; knows no file format.
import type { EnvironmentClass, Technology, UseName } from './names.ts'
import type { Program } from './program.ts'
import type { DeclaredComponent, DesignSpec } from './spec.ts'
import type { Known, Note, PartlyRead, Span, Text, Value } from './value.ts'

export { useNames, type EnvironmentClass, type Technology, type UseName } from './names.ts'

export interface Environment {
  readonly class: EnvironmentClass
  /** What would tell and cannot be read, so that it may be any other class. */
  readonly unread?: Note
  /** Why it is thought so; empty for `unspecified`. A path is evidence without a place, so notes may be few. */
  readonly because: readonly string[]
}

/** One environment variable of a workload, or one flattened entry of a configuration file that it mounts. */
export interface Variable {
  readonly name: string
  readonly nameSpan: Span
  readonly value: Value
  readonly origin: 'environment' | 'env-file' | 'config-file' | 'values'
}

export type MountKind = 'named-volume' | 'bind' | 'claim' | 'anonymous-volume' | 'tmpfs' | 'empty-dir' | 'config' | 'secret' | 'unknown'

/** Something mounted into a workload's file system. */
export interface Mount {
  readonly kind: MountKind
  /** Absolute path in the container. */
  readonly target: Value
  /** Volume name, host path or config name, as written. */
  readonly source?: Value
  /** Path inside the volume, when only that is mounted. */
  readonly sub?: string
  /** Path in the tree of what is mounted, when it is a file or folder of the repository. */
  readonly path?: string
  /** The content, when it is one readable file or written inline. */
  readonly content?: Text
  readonly readOnly: boolean
  readonly span: Span
}

/** What an image is built from. Paths are from the tree's root; what lies outside it is never read. */
export interface BuildSource extends PartlyRead {
  /** The context's folder, or its address where it lies elsewhere. */
  readonly folder: string
  readonly dockerfile: string
  /** The text of a Dockerfile that is written in the deployment file itself. */
  readonly inline?: string
  readonly target?: string
  /** Further contexts by the names that the Dockerfile has for them. */
  readonly contexts: ReadonlyMap<string, string>
  readonly args: ReadonlyMap<string, string>
}

/** A program of the stack: a compose service, a container of a pod, an app chart. */
export interface Workload extends PartlyRead {
  readonly name: string
  /** Of its key. */
  readonly span: Span
  readonly image?: Value
  /** Present when the image is built from source of the repository. */
  readonly build?: Span
  readonly builtFrom?: BuildSource
  /** Its image is called like the repository: it runs one of its programs, and nobody can tell which. */
  readonly ours?: true
  /** Words of the entrypoint and command as the deployment states them; absent means the image's own. */
  readonly entrypoint?: readonly Value[]
  readonly command?: readonly Value[]
  /** Scripts of the repository that these name, and the lines of its Dockerfile that stand in for them. */
  readonly scripts?: readonly Text[]
  readonly environment: readonly Variable[]
  /** Entries of the env file in the folder that it is built from: the platform passes them to nobody, but the program's libraries may read them. */
  readonly beside?: readonly Variable[]
  /** Names under which other workloads reach it, its own name first. */
  readonly hosts: readonly string[]
  /** Whether it is deployed at all cannot be read. */
  readonly unsure?: true
  /** Workloads named by depends_on and links. */
  readonly dependsOn: readonly Known[]
  readonly mounts: readonly Mount[]
  readonly labels: readonly Variable[]
  /** Container ports that it publishes or exposes. */
  readonly ports: readonly number[]
  /** Those of them that the machine itself publishes. */
  readonly published?: readonly number[]
  readonly profiles: readonly string[]
  readonly replicas?: Value<number>
  /** Memory limit in bytes. */
  readonly memoryLimit?: Value<number>
  /** `no`, `always`, `on-failure`, `unless-stopped`; a pod of a Deployment is `always`, of a Job `no`. */
  readonly restart?: Value
  readonly healthcheck?: readonly Value[]
  /** Grace between SIGTERM and SIGKILL, in seconds. */
  readonly stopGrace?: Value<number>
  /** It keeps a terminal or its standard input open (`tty`, `stdin_open`), as people do to work in it. */
  readonly interactive?: boolean
  /** Its image is never pulled (`imagePullPolicy: Never`, `pull_policy: never`): it must lie on the machine already. */
  readonly neverPulled?: boolean
  /** Prose comments on the line above its key, or trailing on the key's or the image's line. Weak evidence only. */
  readonly comments: readonly Known[]
  /** Uses that a person declared for it (`x-misfit`, label `misfit.use`). */
  readonly declared: readonly Declaration[]
  /** Containers of its pod that run to their end before it starts. */
  readonly prepared?: readonly Workload[]
  /** What it runs, where the repository holds it. */
  readonly program?: Program
  /** What the configuration files of its program set and the deployment does not, with what it takes from the deployment filled in. */
  readonly settings?: readonly Variable[]
}

/** A use that a person declared, or excluded. */
export interface Declaration {
  readonly use: UseName
  readonly excluded: boolean
  readonly span: Span
}

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
  /** What the design says about it. */
  readonly spec?: DeclaredComponent
  /** Prose comments at its key, where it has no members that carry them. */
  readonly comments?: readonly Known[]
  /** What could not be read about it, once each. */
  readonly unread: readonly Note[]
}

/** What is hidden of a component that may be a part of another one, or not there at all: whatever is said of it may be wrong. */
export const allOfIt: readonly string[] = ['settings', 'storage', 'nodes', 'members', 'topics', 'keeper', 'spec', 'uses', 'clients', 'unreadSettings']

/** A place in a repository's own tools that starts deployments: a target of a Makefile, a script of package.json, a Tiltfile. */
export interface Start {
  readonly span: Span
  /** Name of the target or script; empty where the tool has none. */
  readonly target: string
  /** Files, or folders whose own files are meant. */
  readonly starts: readonly string[]
  /** The tool, where it serves nobody but those who work on the program. */
  readonly develops?: string
}

export type StackKind = 'compose' | 'chart' | 'values' | 'manifests' | 'spec'

/** The files that describe one deployment together, as one view (base, base and override, base and `.prod`, …). */
export interface Stack extends PartlyRead {
  /** Folder or chart name. */
  readonly name: string
  /** Folder, from the tree's root; `.` for the root itself. */
  readonly root: string
  readonly kind: StackKind
  /** In merge order. */
  readonly files: readonly string[]
  /** Every file that was read for it, where the reader tells. */
  readonly touched?: ReadonlySet<string>
  /** Distinguishes views of one project: the variant's file name. */
  readonly variant?: string
  readonly environment: Environment
  /** A chart's own values are defaults for others, not a deployment. */
  readonly standing: 'deployment' | 'library-defaults'
  readonly workloads: readonly Workload[]
  readonly components: readonly Component[]
  /** Programs of the repository that somebody starts outside of it, beside the servers that it starts. */
  readonly programs?: readonly Workload[]
  /** The design that speaks of this stack. */
  readonly spec?: DesignSpec
  /** Prose comments at the top of its files: what the authors say it is for. */
  readonly heads?: readonly Known[]
  /** Of the READMEs in its folder and above, nearest first: the title on the first line, then the first sentences. */
  readonly introductions?: readonly Known[]
  /** What tools of the repository start, in its folder and above. */
  readonly starts?: readonly Start[]
  /** All prose comments of its files and env files, by paragraph. */
  readonly prose?: readonly Known[]
  readonly unread: readonly Note[]
}

/** Something that could not be read, with its place. The rest is linted. */
export interface Problem {
  readonly span: Span
  readonly message: string
  /** The file says what it is for and was not checked at all, or people told misfit something that it could not take: nobody should take that for a pass. */
  readonly unread?: true
}
