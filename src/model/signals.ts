// One thing in a configuration that reveals a use: the shapes of the signals in rules/knowledge/. No technology is named here.
// Patterns are JavaScript regular expressions without flags, kept linear (no nested quantifiers); a test checks that.
import type { Technology, UseName } from './names.ts'

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
  /** Little harm comes of its loss or growth: a few keys that stay few, or work that is queued again from a database. */
  readonly mild?: true
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
  /** Settings that it gives the topics which it creates itself, whatever the broker's defaults are. */
  readonly sets?: readonly string[]
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
