// The JSON report: a contract of its own, versioned; see docs/architecture.md and rules/schema/report.schema.json.
import type { Confidence, Edit, RowName, Severity } from './rule.ts'
import type { EnvironmentClass, Technology, UseName } from './stack.ts'

/** A place as people count: lines and columns from 1, columns in UTF-16 units. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

export interface PlacedNote extends Place {
  readonly text: string
}

export type Verdict = 'fits' | 'misfit' | 'undecided'

export interface ReportedUse {
  readonly use: UseName
  readonly confidence: number
  readonly established: boolean
  readonly evidence: readonly (PlacedNote & { readonly signal: string })[]
}

export type ReportedSetting =
  | ({ readonly state: 'stated'; readonly value: string } & Place)
  | { readonly state: 'defaulted'; readonly value: string; readonly of: string; readonly source: string }
  | { readonly state: 'unknown'; readonly why: string }

/** A program that uses a component; the place is the program's own. */
export interface ReportedLink extends Place {
  readonly program: string
  /** The uses that its own evidence shows. */
  readonly uses: readonly UseName[]
  /** How it reaches the component. */
  readonly by?: PlacedNote
}

/** The decision table filled for one use. */
export interface ReportedDecision {
  /** As the design calls it, else the use's name. */
  readonly id: string
  readonly use?: UseName
  readonly verdict: Verdict
  /** What should have the job, where neither tool should. */
  readonly instead?: string
  readonly rows: readonly {
    readonly row: RowName
    readonly title: string
    readonly side: Technology | 'both' | 'unknown'
    readonly reasons: readonly string[]
    /** What a design states of it. */
    readonly stated: readonly PlacedNote[]
  }[]
}

export interface ReportedComponent extends Place {
  readonly name: string
  readonly technology: Technology
  readonly product: string
  readonly version?: string
  readonly external: boolean
  readonly uses: readonly ReportedUse[]
  readonly clients: readonly string[]
  /** The clients with their places and what they use it for. */
  readonly links: readonly ReportedLink[]
  /** Where it was asked for. */
  readonly decisions?: readonly ReportedDecision[]
  readonly settings: Readonly<Record<string, ReportedSetting>>
  readonly verdict: Verdict
  /** A further node of a cluster that is listed under this name: same verdict and, unless it only copies another node, same uses, with the first 20 of evidence, clients and links; a place of its own. */
  readonly partOf?: string
}

export interface ReportedStack {
  readonly name: string
  readonly root: string
  readonly environment: EnvironmentClass
  /** Why it is thought so, in words, most telling first; absent where nothing says what it is for. */
  readonly environmentBecause?: readonly string[]
  readonly files: readonly string[]
  readonly variant?: string
  readonly components: readonly ReportedComponent[]
  /** What its files refer to and could not be read, so that what depends on it was not judged; absent where there is nothing. */
  readonly unread?: readonly PlacedNote[]
}

export interface Finding extends Place {
  readonly rule: string
  readonly severity: Severity
  readonly confidence: Confidence
  readonly stack: string
  readonly component: string
  readonly endLine: number
  readonly endColumn: number
  readonly message: string
  readonly rows: readonly RowName[]
  readonly failureMode: string
  readonly fix: string
  readonly because: readonly PlacedNote[]
  /** The view that it is true for, where the stack's own files alone do not have it: the file that names the view, and what that is for. */
  readonly view?: { readonly variant: string; readonly environment: EnvironmentClass }
  /** Rule ids of findings that this one explains. */
  readonly explains?: readonly string[]
  readonly edits?: readonly Edit[]
  /** Address of the rule's page, where there is a documentation site. */
  readonly docs?: string | undefined
  /** Survives moved lines. */
  readonly fingerprint: string
  /** In a written report: the fingerprint of the first finding of the same cause, in another variant or stack. */
  readonly sameAs?: string | undefined
}

export interface ReportedProblem extends Place {
  readonly message: string
  /** The file was not checked, or what it tells misfit is not understood, which fails the run; absent where that was accepted. */
  readonly unread?: true
}

/** The report with what could not be read held against nobody where `accepted` says so. */
export const accepting = (report: Report, accepted: (file: string) => boolean): Report =>
  ({ ...report, problems: report.problems.map(({ unread, ...problem }) => (unread === undefined || accepted(problem.file) ? problem : { ...problem, unread })) })

/** Why a finding is not held against anybody: `inSource` by a comment, `external` by a baseline, a waiver or the configuration. */
export interface Suppression {
  readonly kind: 'inSource' | 'external'
  readonly justification?: string
}

export type SuppressedFinding = Finding & { readonly suppression: Suppression }

/** A finding of an earlier state: of a baseline, or of the revision that the files were compared with. */
export interface EarlierFinding {
  readonly rule: string
  readonly file: string
  readonly component: string
  readonly fingerprint: string
  /** Absent in a baseline that an earlier version wrote. */
  readonly severity?: Severity
  /** Rule ids of the findings that were folded into it. */
  readonly explains?: readonly string[]
  /** Day (YYYY-MM-DD) since which it is known, where a baseline tells. */
  readonly since?: string
}

/** What became of an earlier state's findings; those that are still there, and no graver, are not among the report's findings. */
export interface Comparison {
  readonly kind: 'baseline' | 'revision'
  /** The baseline's path, or the revision as it was asked for. */
  readonly with: string
  /** How many of them are still there, and no graver than they were. */
  readonly known: number
  /** Those that are graver now, as they are today; they are among the report's findings. Absent where there is none. */
  readonly graver?: readonly (EarlierFinding & { readonly severity: Severity; readonly was: Severity })[]
  /** Those that are gone. */
  readonly fixed: readonly EarlierFinding[]
  /** Age in days of the oldest one that is still there, where a baseline tells. */
  readonly oldestDays?: number
}

export interface Report {
  readonly version: 1
  readonly stacks: readonly ReportedStack[]
  readonly findings: readonly Finding[]
  readonly problems: readonly ReportedProblem[]
  /** Findings that somebody suppressed; not among `findings`, counted as `summary.suppressed`. */
  readonly suppressed?: readonly SuppressedFinding[]
  /** With `--shard`: which part of the run this is. */
  readonly shard?: {
    /** From 1. */
    readonly index: number
    readonly count: number
    /** The folder that is linted, from the working directory. */
    readonly root: string
    /** The place of each of these stacks among those of all parts. */
    readonly order: readonly number[]
  }
  /** With a baseline or `--since`: what became of the earlier findings. */
  readonly comparisons?: readonly Comparison[]
  readonly summary: {
    readonly files: number
    readonly stacks: number
    readonly components: number
    readonly errors: number
    readonly warnings: number
    readonly infos: number
    readonly suppressed: number
    readonly milliseconds: number
  }
}
