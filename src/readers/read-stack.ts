// What every reader leaves: a stack of workloads, and the servers that it deploys by other means than a workload of its own.
// Nothing is concluded here; what a server is like once it is launched is found by others.
import type { Chart as KnownChart, Product } from '../model/knowledge.ts'
import type { Problem, Stack, Technology, Workload } from '../model/stack.ts'
import type { Known, Note, Span } from '../model/value.ts'
import type { ConfigMaps } from './manifests/config-maps.ts'
import type { Resource } from './manifests/documents.ts'
import type { YamlMap, YamlScalar } from './yaml.ts'

/** A stack as its files state it; components and environment are found by others. */
export type ReadStack = Omit<Stack, 'components' | 'environment' | 'touched'> & {
  /** Every file that was read for it, also those that are not there. */
  readonly touched: ReadonlySet<string>
  /** Those of its workloads that run in pods, whose file systems differ from those of containers by themselves. */
  readonly pods: readonly Workload[]
  /** Networks that other projects may join, by the names that they have on the machine: which of its workloads each connects. */
  readonly networks?: ReadonlyMap<string, ReadonlySet<string>>
  /** Servers that no workload shows, in the order of the files. */
  readonly deployed: readonly Deployed[]
}

export interface Reading {
  readonly stacks: readonly ReadStack[]
  readonly problems: readonly Problem[]
}

/** A server that a chart, a block of values or an operator deploys, or one elsewhere that the values name. */
export type Deployed = ChartServer | BlockServer | AddressedServer | OperatedServer

interface Server {
  readonly name: string
  /** Of its key, or of the dependency or resource that brings it. */
  readonly span: Span
  readonly technology: Technology
}

interface ValuesServer extends Server {
  readonly block: Block
  /** Prose comments at its key. */
  readonly comments: readonly Known[]
  /** What is not known about it, and why. */
  readonly notes: readonly Note[]
}

/** A server that a published chart deploys. */
export interface ChartServer extends ValuesServer {
  readonly by: 'chart'
  readonly chart: KnownChart
  /** The chart's own folder, where the tree holds a copy: what its files say was chosen by nobody here. */
  readonly copy?: { readonly folder: string; readonly name: string; readonly version: string | undefined }
}

/** A server that a block of values configures, the chart behind which is not known. */
export interface BlockServer extends ValuesServer {
  readonly by: 'block'
  readonly found: FoundBlock
}

export interface AddressedServer extends Server {
  readonly by: 'address'
  readonly host: string
}

/** A resource of an operator, with those around it that may belong to it. */
export interface OperatedServer extends Server {
  readonly by: 'operator'
  readonly resource: Resource
  readonly around: readonly Resource[]
  readonly maps: ConfigMaps
  readonly text: (file: string) => string
}

/** A block of values that configures one server. */
export interface Block {
  /** Path of the block from the top of the values: `redis`, `global.redis`. */
  readonly name: string
  /** Of its key, or of the dependency that brings it. */
  readonly span: Span
  readonly values: YamlMap | undefined
  /** Text of a values file, for places inside its blocks of text. */
  readonly text: (file: string) => string | undefined
  /** Names under which its services may be reached, without their suffixes. */
  readonly names: readonly string[]
  readonly chartVersion: string | undefined
  /** The version of the program that the server's own chart states; where the values name no tag it is the image's. */
  readonly appVersion?: string | undefined
  /** Values that exist and are not here. */
  readonly hidden: Note | undefined
  /** Nobody can say whether it is deployed. */
  readonly unsure?: true
}

/** A block that was recognised as a server's, with the path that leads to it. */
export interface FoundBlock {
  readonly path: string
  readonly key: YamlScalar
  readonly map: YamlMap
  readonly technology: Technology
  readonly product: Product | undefined
  /** Where the server's own values stand, when it is not the block itself (`redis.internal`). */
  readonly inner: YamlMap
}
