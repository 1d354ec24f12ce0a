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
  readonly says: string
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
