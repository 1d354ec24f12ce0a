// What every reader of a package manifest hands back. Knows no format.
import type { Ecosystem } from '../../model/knowledge.ts'
import type { Text } from '../../model/value.ts'
import type { Span } from '../../model/value.ts'

/** A package that the program needs when it runs; what only its developers need is left out. */
export interface Dependency {
  readonly ecosystem: Ecosystem
  /** As its registry compares names. */
  readonly name: string
  /** `celery[redis]` → `redis`. */
  readonly extras?: readonly string[]
  readonly span: Span
  /** The entry as it is written, on one line. */
  readonly says: string
}

export interface Manifest {
  readonly dependencies: readonly Dependency[]
  /** Projects of the same repository that it is built with: folders relative to its own, or names. */
  readonly local?: readonly string[]
  /** It is the top of a workspace. */
  readonly holdsOthers?: boolean
}

export interface Format {
  /** Whether a file of that name is one. */
  readonly fits: (name: string) => boolean
  readonly ecosystem: Ecosystem
  /** What others of the repository call the project by. */
  readonly name: (text: Text) => string | undefined
  readonly read: (text: Text) => Manifest
}
