// What a reporter is given beside the report. It never looks anything up itself.
import { join } from '../model/files.ts'
import type { Rule } from '../model/rule.ts'
import type { Paint } from './text.ts'

export interface Context {
  readonly version: string
  /** The rules that ran; formats with a list of rules describe them. */
  readonly rules: readonly Rule[]
  /** The address of a rule's page. */
  readonly docsOf: (rule: string) => string
  /** Colours for those formats that have any. */
  readonly paint?: Paint
  readonly width?: number
  /** Findings only, no overview. */
  readonly quiet?: boolean
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
