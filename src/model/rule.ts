// The contract of a rule and of what it reports. A rule sees the model only.
import type { ObservedComponent, ObservedStack, Use } from './observation.ts'
import { entryOf } from './entry-of.ts'
import type { Technology } from './stack.ts'
import type { Note, Span } from './value.ts'
import { clip } from './words.ts'

export const severities = ['error', 'warning', 'info'] as const
export type Severity = (typeof severities)[number]

/** `certain`: stated in a file or proven default; `likely`: rests on an established use; `possible`: rests on less. */
export type Confidence = 'certain' | 'likely' | 'possible'

/** The twelve rows of the decision table (`rules/decision-table.yaml`). */
export const rowNames = [
  'primary-problem', 'data-nature', 'typical-use', 'latency-goal', 'durability', 'fan-out', 'replay', 'ordering', 'backpressure',
  'scale-pattern', 'failure-mode', 'quick-rule',
] as const
export type RowName = (typeof rowNames)[number]

/** What a rule watches over; durability, replication and sizing are silent in development, example and test stacks. */
export type Concern = 'durability' | 'replication' | 'sizing' | 'operations' | 'semantics' | 'fit' | 'specification'

/** A replacement of text in one file, offered as a suggestion. `safe`: loses no data and keeps intended behaviour. */
export interface Edit {
  readonly title: string
  readonly safe: boolean
  readonly changes: readonly { readonly span: Span; readonly text: string }[]
  /** What to do first, for edits that are not safe. */
  readonly hazard?: string
}

/** A value, where it stands, and where other nodes of the same cluster state it. */
export interface StatedValue {
  readonly span: Span
  readonly value: string
  readonly others?: readonly { readonly span: Span; readonly value: string }[]
}

/**
 * Replaces a value that a file states, on every node that states the same; safe unless a hazard is named. Nothing where one of the
 * places holds more than the plain value.
 */
export function replacement(value: StatedValue | undefined, text: string, title: string, hazard?: string): { readonly edits?: readonly Edit[] } {
  if (value === undefined) return {}
  const same = [value, ...(value.others ?? []).filter(other => other.value === value.value)]
  if (same.some(({ span }) => span.end - span.start !== value.value.length)) return {}
  return { edits: [{ title, safe: hazard === undefined, changes: same.map(({ span }) => ({ span, text })), ...(hazard === undefined ? {} : { hazard }) }] }
}

export interface RuleReport<Message extends string = string> {
  readonly message: Message
  /** Fills the `{slots}` of the message, the failure mode and the fix; `component` is always there. */
  readonly data?: Readonly<Record<string, string | number>>
  /** The place to change. */
  readonly span: Span
  readonly confidence: Confidence
  /** When it differs from the rule's own. */
  readonly severity?: Severity
  /** Id of the declared use that it is about, so that an accepted risk of that use covers it. */
  readonly use?: string
  /** The uses without which it would be none: what they rest on bounds how grave it may be. */
  readonly rests?: readonly Use[]
  /** The other places that clash with it. */
  readonly because: readonly Note[]
  readonly edits?: readonly Edit[]
}

/** A small stack that tests lint: path → text. `line` is where a bad one must be reported, in the first file unless `file` says. */
export interface RuleExample {
  readonly title: string
  readonly files: Readonly<Record<string, string>>
  readonly line?: number
  readonly file?: string
}

/** A threshold that a user may change, by its name. */
export interface RuleOption {
  /** What the number counts: `share` is a fraction of 1, `hours` and `minutes` are times, `count` is a number of things. */
  readonly unit: 'share' | 'hours' | 'minutes' | 'count' | 'bytes'
  readonly default: number
  readonly least: number
  readonly most: number
  /** What it decides, in one sentence. */
  readonly description: string
}

export interface Rule<Message extends string = string, Option extends string = string> {
  /** `<area>/<name>`, equal to its path; the name states the misuse. */
  readonly id: string
  readonly technology: Technology | 'both'
  readonly rows: readonly RowName[]
  readonly concern: Concern
  readonly severity: Severity
  /** What moves the severity, in one sentence. */
  readonly severityNote?: string
  /** One sentence without jargon: what the rule reports. */
  readonly summary: string
  readonly messages: Readonly<Record<Message, string>>
  /** How it fails: what breaks, when, how one notices. `{slots}` are filled from the report. */
  readonly failure: string
  /** What to do instead, one or two sentences; `{slots}` are filled. */
  readonly fix: string
  /** The change as a diff, for the docs. */
  readonly diff: { readonly compose?: string; readonly helm?: string; readonly manifests?: string; readonly spec?: string }
  /** When the other tool is the right answer. */
  readonly otherTool?: string
  /** What can go wrong while repairing. */
  readonly hazards?: readonly string[]
  /** Addresses that were opened. */
  readonly sources: readonly string[]
  /** Thresholds, by name; the configuration may change them. */
  readonly options?: Readonly<Record<Option, RuleOption>>
  /** Words for the `{slots}` of `failure` and `fix` on the rule's page, where the first bad example's own read badly. */
  readonly words?: Readonly<Record<string, string>>
  /** Rules whose findings on the same component are symptoms of this one and are folded into it. */
  readonly explains?: readonly string[]
  readonly bad: readonly RuleExample[]
  readonly good: readonly RuleExample[]
  /** Called once per component; reports on that component only. */
  check(component: ObservedComponent, stack: ObservedStack, options: Readonly<Record<Option, number>>): Iterable<RuleReport<Message>>
}

/** Lets the compiler check that every reported message and every option exists. */
export const defineRule = <Message extends string, Option extends string = never>(rule: Rule<Message, Option>): Rule => rule

/** The thresholds in effect: the rule's own, and over them what a person stated. */
export const optionsOf = (rule: Rule, stated: Readonly<Record<string, number>> = {}): Readonly<Record<string, number>> =>
  ({ ...Object.fromEntries(Object.entries(rule.options ?? {}).map(([name, option]) => [name, option.default])), ...stated })

/** Replaces `{name}` by the data, the start of it where it is longer than anybody reads; an unknown slot stays visible, and a test fails on it. */
export const fill = (template: string, data: Readonly<Record<string, string | number>>): string =>
  template.replace(/\{([a-zA-Z]+)\}/g, (slot, name: string) => clip(String(entryOf(data, name) ?? slot), 500))
