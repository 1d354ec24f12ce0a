// What else is known of images, hosts and registries: servers, their companions and providers, other stores, libraries. No technology is named here.
import type { Technology, UseName } from './names.ts'

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
  /** What in a script throws away all that a server of it holds, or its queues (a pattern). */
  readonly empties?: string
  /** Commands that make a container of its own image a client instead of a tool (patterns). */
  readonly clientCommands: readonly string[]
  readonly source: string
}

/** An application that its makers publish to show something with. */
export interface Sample {
  readonly id: string
  /** Whole-name pattern of its images, as of products. */
  readonly image: string
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
