// What a reporter is given beside the report. It never looks anything up itself.
import { join } from '../model/files.ts'
import type { Rule } from '../model/rule.ts'
import type { Grouping } from './names.ts'
import type { RulePage } from './rule-page.ts'
import type { Link, Paint } from './text/page.ts'

/** Whether the run fails, and why where the findings alone do not say it. */
export interface Outcome {
  readonly failed: boolean
  readonly why?: string
  /** What was found and is not in the report, as numbers with the reason. */
  readonly left?: readonly string[]
}

export interface Context {
  readonly version: string
  /** The rules that ran; formats with a list of rules describe them. */
  readonly rules: readonly Rule[]
  /** Where people find out about misfit, when it has an address. */
  readonly home?: string | undefined
  /** The page of a rule, when it has an address. */
  readonly docsOf: (rule: string) => string | undefined
  /** What a rule's page says, every slot of its words filled; for formats that bring rules with them. */
  readonly pageOf?: (rule: Rule) => Pick<RulePage, 'failure' | 'fix' | 'repair'>
  /** Colours for those formats that have any. */
  readonly paint?: Paint
  readonly width?: number
  readonly link?: Link
  /** All that is known: every component, all evidence, how it fails, what to mind while repairing. */
  readonly verbose?: boolean
  /** What the findings are gathered by; the stack when absent. */
  readonly groupBy?: Grouping
  /** Numbers instead of the findings. */
  readonly statistics?: boolean
  /** What the run comes to; without it nothing is said of that. */
  readonly outcome?: Outcome
  /** Lines for people before the last one. */
  readonly notes?: readonly string[]
  /** The text of a line (from 1) of a file of the report; undefined when it is not there. */
  readonly source: (file: string, line: number) => string | undefined
  /** The place of an offset in a file of the report, from 1; undefined when the file is not there. */
  readonly place: (file: string, offset: number) => { readonly line: number; readonly column: number } | undefined
  /** The working directory inside the repository, as a pipeline sees it; `.` when it is the repository's top. */
  readonly base: string
  /** When the run began: `2026-01-31T12:00:00`, in UTC. */
  readonly started: string
}

/** A path of the report as the pipeline's platform knows it: from the top of the repository. */
export const fromTop = (file: string, { base }: Context): string => join(base, file)
