// The decision table as data with types: twelve rows, each with a Redis side and a Kafka side. Its words live in the YAML file.
import type { Elsewhere, Row } from '../src/model/table.ts'
import table from './decision-table.yaml'

export type { Row, RowObservation } from '../src/model/table.ts'

const { rows, elsewhere } = table as { readonly rows: readonly Row[]; readonly elsewhere: readonly Elsewhere[] }

/** The rows in the order of `rowNames`; a test checks the file against the types. */
export const decisionTable = rows
/** Jobs for neither of the two. */
export const elsewhereTable = elsewhere
