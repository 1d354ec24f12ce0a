// Values together with the place that wrote them; knows nothing of files, formats or technologies.

/** A half-open range of UTF-16 offsets in one file. `file` is the path from the tree's root, with `/`. */
export interface Span {
  readonly file: string
  readonly start: number
  readonly end: number
}

/** A place and what it says: one clause in plain English, quoting the user's own text. */
export interface Note {
  readonly span: Span
  readonly text: string
}

/** A value that a file states. `notes` name the other places that shaped it (a variable's definition, an overridden layer). */
export interface Known<T = string> {
  readonly known: true
  readonly value: T
  readonly span: Span
  readonly notes?: readonly Note[]
  /** The place of a range of the value, where it is longer than a word (a script, JSON, several lines). */
  readonly at?: (start: number, end: number) => Span
}

/** A value that exists but cannot be read here (unset variable, secret, missing file). Never a reason for a finding. */
export interface Unknown {
  readonly known: false
  /** Nobody wrote it down: it is not said here, and nothing hides it. */
  readonly unstated?: true
  /** Why it cannot be read: "the variable REDIS_HOST has no value here". */
  readonly why: string
  /** The text as far as it could be resolved, unresolved references left as `${NAME}`. */
  readonly raw: string
  readonly span: Span
  /** The place of a range of `raw`, where it is longer than a word. */
  readonly at?: (start: number, end: number) => Span
}

export type Value<T = string> = Known<T> | Unknown

export const known = <T>(value: T, span: Span, notes?: readonly Note[]): Known<T> =>
  notes && notes.length > 0 ? { known: true, value, span, notes } : { known: true, value, span }

export const unknown = (why: string, raw: string, span: Span): Unknown => ({ known: false, why, raw, span })

/** For what nobody wrote down. */
export const unstated = (why: string, span: Span): Unknown => ({ known: false, unstated: true, why, raw: '', span })

/** A thing of the model of which some fields cannot be read, wholly or in part: what they hold is not all. */
export interface PartlyRead {
  readonly hidden?: readonly string[]
}

/** The same with further fields that cannot be read. */
export const hiding = <T extends PartlyRead>(of: T, ...fields: readonly string[]): T =>
  fields.length === 0 ? of : { ...of, hidden: [...new Set([...of.hidden ?? [], ...fields])] }

/** Marks what the rules' view of a stack watches, so that `isUnread` can ask without being counted. */
export const watchedMark: unique symbol = Symbol('watched')

/**
 * Whether a value or setting cannot be read. A rule that asks says outright what it makes of that, the mildest: `analysis/unknowns.ts`
 * counts every other look at an unknown and takes the rule's word for nothing afterwards.
 */
export const isUnread = (of: { readonly known: boolean } | { readonly state: string } | { readonly kind: string; readonly dataDir: string } | undefined): boolean =>
  of !== undefined && (Object.hasOwn(of, watchedMark) || ('known' in of ? !of.known : 'state' in of ? of.state === 'unknown' : of.kind === 'unknown'))

/** Whether a text has a part that is filled in later: `${NAME}`, `$(NAME)`, `{{ template }}`. */
export const isTemplated = (text: string): boolean => /\$\{|\$\(|\{\{/.test(text)

/** The value itself, or undefined where it is absent or unknown. */
export const valueOf = <T>(value: Value<T> | undefined): T | undefined => (value?.known ? value.value : undefined)

/** What can be read of a text: its value, or the partly resolved text of an unknown one. */
export const readable = (value: Value | undefined): string => (value === undefined ? '' : value.known ? value.value : value.raw)

/** Text that stands in a file, whole or inside another format's value, with the way back to places in that file. */
export interface Text {
  readonly text: string
  /** Path of the file it stands in. */
  readonly file: string
  /** The place in the file of a range of `text`. */
  span(start: number, end: number): Span
}

/** A whole file as text. */
export const wholeFile = (file: string, text: string): Text => ({ text, file, span: (start, end) => ({ file, start, end }) })
