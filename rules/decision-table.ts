// The decision table as data with types: twelve rows, each with a Redis side and a Kafka side. Its words live in the YAML file.
import type { RowName } from '../src/model/rule.ts'
import type { Technology, UseName } from '../src/model/stack.ts'
import rows from './decision-table.yaml'

/** Uses that speak for one side of a row. */
export interface RowObservation {
  readonly side: Technology
  readonly uses: readonly UseName[]
  readonly says: string
}

export interface Row {
  readonly id: RowName
  readonly title: string
  readonly redis: string
  readonly kafka: string
  /** What a finding that enforces the row tells its reader. */
  readonly guidance: string
  readonly observations: readonly RowObservation[]
}

/** The rows in the order of `rowNames`; a test checks the file against the types. */
export const decisionTable = rows as readonly Row[]
