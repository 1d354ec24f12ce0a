// What configs mean, as data: the shapes of the files in rules/knowledge/. No technology is named here.
// Patterns are JavaScript regular expressions without flags, kept linear (no nested quantifiers); a test checks that.
import type { Technology, UseName } from './stack.ts'

/** Weight classes; see docs/architecture.md, inference. `trap` is matched so that nothing broader matches, and says nothing. */
export const weights = { decisive: 0.97, strong: 0.88, weak: 0.45 } as const
export const againstFactor = 0.3
export type Weight = keyof typeof weights | 'against' | 'trap'

/** Evidence of one family counts once (its maximum). */
export type Family = 'app' | 'env' | 'command' | 'image' | 'name' | 'topic' | 'server' | 'system' | 'comment' | 'program' | 'declared'

export interface UseMeaning {
  readonly use: UseName
  readonly weight: Weight
  /** Legitimate internal use by a platform tool (Connect offsets): misuse rules pass it over. */
  readonly internal?: boolean
  /** Holds only for the component that the keys with this prefix lead to (`REDIS_CACHE_`). */
  readonly via?: string
  /** Holds only for the component under this host name or the value of this key. */
  readonly host?: string
  /** Gates: every entry must hold on the workload. `key` and `value` are patterns; `absent: true` inverts. */
  readonly when?: readonly Gate[]
}

export interface Gate {
  readonly key?: string
  readonly value?: string
  readonly command?: string
  readonly image?: string
  readonly absent?: boolean
}

interface SignalBase {
  readonly id: string
  readonly technology: Technology
  readonly means: readonly UseMeaning[]
  /** Address of the documentation that says so. */
  readonly source: string
  readonly note?: string
}

/** An environment variable, config-file entry or values entry of a client. */
export interface KeySignal extends SignalBase {
  readonly where: 'key'
  /** Whole-key pattern (anchored by the matcher, upper case and `_`-separated after normalisation of `.`, `-` and `__`). */
  readonly key: string
  /** Whole-value pattern, case-insensitive; absent means any non-empty value. */
  readonly value?: string
  /** `value`: the value itself must lead to the component (URL, host). `client`: the workload must be linked to it. */
  readonly reaches: 'value' | 'client'
  /** The grammar of names reads the key too. */
  readonly open?: boolean
  readonly when?: readonly Gate[]
}

/**
 * A role: whole words in the key of a variable whose value leads to the component, names the technology, or stands beside a word that
 * names it. `means` holds where a word of its place (store, url, …) is there too; a bare role has one class less.
 */
export interface KeyWordSignal extends SignalBase {
  readonly where: 'key-words'
  readonly words?: readonly string[]
  /** Words that must stand next to each other. */
  readonly phrases?: readonly (readonly string[])[]
  readonly unlessWords?: readonly string[]
  readonly unlessKeys?: readonly string[]
  /** Counts only where the key speaks of no other role and does not name the technology (`DB_URL`). */
  readonly alone?: boolean
  /** How long it is kept (`CACHE_TTL`) tells it for a program that is built here: a published one keeps such things in its own memory too. */
  readonly kept?: boolean
  /** Speaks of things inside the technology (`ORDERS_STREAM=orders`); see `TechnologyWords.inside`. */
  readonly inside?: boolean
}

/** The effective command line of a client (entrypoint and command joined by spaces). */
export interface CommandSignal extends SignalBase {
  readonly where: 'command'
  /** Pattern found anywhere in it; the text that a `trap` matches is hidden from all other patterns. */
  readonly command: string
  readonly image?: string
  readonly unless?: readonly Gate[]
  /** The program works with this technology only, so that another broker in the stack says nothing against it. */
  readonly only?: boolean
}

/** A known application or companion tool, by image (matched on the name without registry, tag and digest). */
export interface ImageSignal extends SignalBase {
  readonly where: 'image'
  readonly image: string
  readonly family: 'app' | 'image'
  /** Whether the application reaches the component under its default host name without saying so. */
  readonly defaultHosts?: readonly string[]
}

/** The names of the component itself (service, container, volume, alias). */
export interface NameSignal extends SignalBase {
  readonly where: 'name'
  /** Roles of the grammar that the name speaks of. */
  readonly roles?: readonly string[]
  /** Whole words that tell it in a name only. */
  readonly words?: readonly string[]
  /** Weight when the stack has only one component of the technology; `means` holds when it has several. */
  readonly alone: Weight
  /** The name of the only component of its kind counts fully where nothing else establishes a use. */
  readonly likely?: boolean
}

/** Topic names (words after splitting) and settings. */
export interface TopicSignal extends SignalBase {
  readonly where: 'topic'
  /** Whole-name pattern, lower case. */
  readonly topic?: string
  /** Roles of the grammar that the name speaks of, or words that tell it in a topic only; one of either. */
  readonly roles?: readonly string[]
  readonly words?: readonly string[]
  /** Holds for names that a client's key states, not for provisioned ones. */
  readonly namedByClient?: boolean
  /** Two patterns with one group each: a pair exists when both groups are equal. */
  readonly pair?: readonly [string, string]
  /** Topic settings that must hold too: name → value pattern. */
  readonly config?: Readonly<Record<string, string>>
}

/** Server settings adjust uses that other families found; `introduces` is the rare exception. */
export interface SettingSignal extends SignalBase {
  readonly where: 'setting'
  /** Setting → value pattern; all must be stated. */
  readonly settings: Readonly<Record<string, string>>
  readonly introduces?: boolean
}

/** Words in prose comments beside the component. */
export interface CommentSignal extends SignalBase {
  readonly where: 'comment'
  readonly words: readonly string[]
  /** Phrases that say more where a sentence states the purpose ("used for caching and sessions"); the words themselves when absent. */
  readonly stated?: readonly string[]
  /** Words directly before which they mean something else ("pub-sub broker"). */
  readonly notAfter?: readonly string[]
  /** Stems in other languages, lower case. */
  readonly abroad?: readonly string[]
}

/** Shape of the whole stack; each shape is a small function of the inference, named here so that it carries words and a source. */
export interface StackSignal extends SignalBase {
  readonly where: 'stack'
  readonly shape: string
  /** Words that the shape looks for (names of workers). */
  readonly words?: readonly string[]
  /** Counts only where nothing else establishes a use. */
  readonly introduces?: boolean
}

export type Signal =
  | KeySignal | KeyWordSignal | CommandSignal | ImageSignal | NameSignal | TopicSignal | SettingSignal | CommentSignal | StackSignal

/** How configurations call a technology: what makes a value lead to it, and a key speak of it. */
export interface TechnologyWords {
  readonly id: Technology
  /** Whole words in keys, and whole values of driver keys (`CACHE_DRIVER=…`). */
  readonly words: readonly string[]
  /** Libraries that work with it only (`QUEUE_BACKEND=…`). */
  readonly libraries?: readonly string[]
  /** URL schemes of its own. */
  readonly schemes: readonly string[]
  /** Schemes that it shares with others; they lead to it by the host name only. */
  readonly sharedSchemes: readonly string[]
  /** Last words of keys whose value names a thing inside it, where such words are not its own alone (`stream`, `consumer group`). */
  readonly inside?: readonly string[]
  /** Keys that name a topic in themselves, by their group (`MP_MESSAGING_INCOMING_<channel>_CONNECTOR`, whose topic is the channel by default). */
  readonly channelKeys?: readonly string[]
  /** Commands that make a container of its own image a client instead of a tool (patterns). */
  readonly clientCommands: readonly string[]
  readonly source: string
}

/** How to recognise other data stores and brokers, by image or by URL scheme and key. */
export interface OtherStore {
  readonly id: string
  readonly kind: 'database' | 'broker' | 'cache'
  readonly image: string
  /** What it takes part in as a client by its own features; of all else it is none, though it be given the environment of one. */
  readonly reads?: readonly Technology[]
  /** URL schemes that lead to it (`postgres`, `amqp`). */
  readonly schemes?: readonly string[]
  /** Key patterns that show one outside the stack. */
  readonly keys?: readonly string[]
}

export interface SettingDefault {
  readonly value: string
  /** Version range as `>=6.2 <8`, absent for all. */
  readonly versions?: string
  readonly source: string
}

/** A server product: how to recognise it, where it writes, what it does when nothing is stated. */
export interface Product {
  readonly id: string
  readonly technology: Technology
  /** In words: "the official Redis image". */
  readonly title: string
  /** Patterns on the image name without registry, tag and digest. */
  readonly images: readonly string[]
  /** How the entrypoint is configured: a dialect that formats/ implements (`redis-official`, `redis-bitnami`, `kafka-env`, `kafka-bitnami`, `redpanda`, …). */
  readonly dialect: string
  readonly dataDir: string
  /** Paths that the image declares as VOLUME. */
  readonly volumes: readonly string[]
  readonly defaults: Readonly<Record<string, SettingDefault | readonly SettingDefault[]>>
  /** Single-process development image. */
  readonly developmentOnly?: boolean
  readonly source: string
}

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

/** Companions of a technology that are no component: exporters, UIs, tools. Patterns on the image name. */
export interface Companion {
  readonly id: string
  readonly technology: Technology
  readonly image: string
  readonly is: 'exporter' | 'ui' | 'tool' | 'proxy' | 'coordination' | 'registry' | 'connect' | 'sentinel'
  readonly source?: string
}

/** Host name suffixes of managed services. */
export interface Provider {
  readonly id: string
  readonly technology: Technology
  readonly host: string
  /** Pattern on the host name of an endpoint behind which cluster mode is on. */
  readonly cluster?: string
  readonly defaults?: Readonly<Record<string, SettingDefault>>
  readonly source: string
}

/** A package of some language's registry that tells what a program built with it does. */
export interface Library {
  readonly id: string
  /** Whose package manager knows it: `npm`, `pypi`, `rubygems`, … */
  readonly ecosystem: Ecosystem
  /** Names in the registry, as the registry compares them (lower case, `group:artifact` for Maven). `*` at the end stands for any rest. */
  readonly names: readonly string[]
  readonly technology: Technology
  /** Empty for a general client. */
  readonly means: readonly { readonly use: UseName; readonly weight: 'decisive' | 'strong' | 'weak' | 'against' }[]
  /** It works with this technology only, so that another broker or store beside says nothing against it. */
  readonly only?: boolean
  /** Holds only where one of these packages is there too. */
  readonly beside?: readonly string[]
  /** Holds only where none of these is: the program has another backend for the same. */
  readonly unless?: readonly string[]
  /** Words one of which stands in the source of who calls it. Default for npm, Go and Rust: its own name, which whoever imports it writes. */
  readonly called?: readonly string[]
  /** Its framework loads it by itself: no source need name it. */
  readonly loaded?: true
  readonly source: string
  readonly note?: string
}

export const ecosystems = ['npm', 'pypi', 'rubygems', 'packagist', 'go', 'maven', 'nuget', 'hex', 'crates'] as const
export type Ecosystem = (typeof ecosystems)[number]

export interface Knowledge {
  readonly signals: readonly Signal[]
  readonly products: readonly Product[]
  readonly companions: readonly Companion[]
  readonly providers: readonly Provider[]
  readonly otherStores: readonly OtherStore[]
  readonly technologies: readonly TechnologyWords[]
  readonly charts: readonly Chart[]
  readonly libraries: readonly Library[]
}
