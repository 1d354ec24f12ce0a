// Comments that suppress findings, as a reader of comments hands them on; knows neither comment syntax nor rules.
import type { Span } from './value.ts'

/** One rule that a comment names, and where it is silenced. */
export interface SuppressedRule {
  /** Rule id; `*` for all rules. */
  readonly id: string
  /** Of the id in the comment; of the whole comment for `*`. */
  readonly span: Span
  /** The line, block or file in which findings of the rule are suppressed. */
  readonly covers: Span
}

export interface SuppressionComment {
  /** `own`: misfit-ignore, covers a component's findings anywhere when its key is covered; `eslint`: covers places only, as in ESLint. */
  readonly kind: 'own' | 'eslint'
  /** From the `#` to the end of the comment. */
  readonly span: Span
  /** What to delete when the comment goes: its line when nothing else stands there, else also the blanks before it. */
  readonly removal: Span
  readonly rules: readonly SuppressedRule[]
  /** What follows `--`. */
  readonly reason?: string
  /** The list of rules as it stands in the comment. */
  readonly list: Span
}
