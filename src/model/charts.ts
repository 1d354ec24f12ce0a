// Published charts of servers: where their values say what. No technology is named here.
import type { SettingDefault } from './products.ts'
import type { Technology } from './names.ts'

/** How a place of a chart's values is written. */
export type ChartForm =
  /** Text of redis.conf or of server.properties. */
  | 'conf' | 'properties'
  /** Lines of redis.conf: a list. */
  | 'lines'
  /** Flags of the server: a list of words. */
  | 'flags'
  /** A map of settings under their own names. */
  | 'settings'
  /** A list of `name`/`value`, or a map: the environment of the image. */
  | 'environment'
  /** One setting, named by `setting`. */
  | 'setting'
  /** A text or object made elsewhere that replaces everything: nothing is known any more. */
  | 'replaced'

/** Holds where the value at a path is one of these; an absent one has its default. */
export interface ChartCondition {
  /** Route of keys; of several (`a|b`) the first that says something counts. */
  readonly at: string
  readonly is?: readonly string[]
  readonly isNot?: readonly string[]
  readonly default: string
}

/** A place in a chart's values that decides settings; later places win. */
export interface ChartPlace {
  /** Route of keys from the chart's own values. */
  readonly at: string
  readonly as: ChartForm
  readonly setting?: string
  /** What the chart writes there when nobody states anything (in the same form). */
  readonly default?: string
  /** Whether stating it drops everything that stood before, too. */
  readonly replaces?: boolean
  /** What a value is written as in the server's configuration (`true` → `yes`). */
  readonly words?: Readonly<Record<string, string>>
  /** Read only where all of these hold. */
  readonly when?: readonly ChartCondition[]
}

/** Pods of one kind: how many, whether they keep their data. */
export interface ChartPods {
  /** Paths of their number; the first that is stated counts. */
  readonly replicas?: readonly string[]
  readonly defaultReplicas: number
  /** They run only where all of these hold. */
  readonly when?: readonly ChartCondition[]
  /** Paths of the switch of a volume claim; the first that is stated counts. */
  readonly persistence?: readonly string[]
  readonly defaultPersistence?: boolean
  /** Paths of `resources` blocks; the first with a memory limit counts. */
  readonly resources?: readonly string[]
  /** Whether they hold the data. Default true. */
  readonly data?: boolean
}

/** A published chart of a server: where its values say what, and what it does when they say nothing. */
export interface Chart {
  readonly id: string
  readonly technology: Technology
  /** In words: "the Bitnami redis chart". */
  readonly title: string
  /** Names in Chart.yaml. */
  readonly names: readonly string[]
  /** Patterns on the repository or the addresses in Chart.yaml. */
  readonly repositories: readonly string[]
  /** Range of the chart's versions. */
  readonly versions?: string
  /** Paths that together give away a values file of this chart. */
  readonly shape: readonly string[]
  /** The product that it deploys. */
  readonly product: string
  /** The product whose built-in values hold where the chart writes nothing; the deployed one when absent. */
  readonly defaultsOf?: string
  readonly dataDir: string
  /** Where the data lies when persistence is off; an emptyDir when absent. */
  readonly unclaimed?: 'empty-dir' | 'container-layer'
  readonly settings: readonly ChartPlace[]
  readonly pods: readonly ChartPods[]
  /** The pods that vote on a Kafka's metadata, whether or not they are brokers too. */
  readonly controllers?: ChartPods
  /** The pods of the ZooKeeper that comes with it. */
  readonly keeper?: ChartPods
  readonly defaults?: Readonly<Record<string, SettingDefault | readonly SettingDefault[]>>
  /** Suffixes of its services' names; the first is the main one. */
  readonly services: readonly string[]
  /** Those of them that lead to any node, replicas included, where the conditions hold. */
  readonly anyNode?: readonly { readonly services: readonly string[]; readonly when?: readonly ChartCondition[] }[]
  /** Paths that charts before it read and it does not → what it reads instead; empty where it reads nothing of the kind. */
  readonly formerly?: Readonly<Record<string, string>>
  /** Where it lists the topics that it makes, and what a topic gets that does not say. */
  readonly topics?: { readonly at: string; readonly enabled?: string; readonly partitions?: string; readonly replicas?: string; readonly defaultReplicas?: number }
  readonly source: string
}
