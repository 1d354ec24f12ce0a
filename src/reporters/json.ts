// The report as JSON, exactly as the contract in model/report.ts says; nothing is added and nothing left out.
import type { Report } from '../model/report.ts'
import { jsonParts } from './escape.ts'

/** Indented JSON with a final line break, in parts. */
export const jsonOf = (report: Report): Iterable<string> => jsonParts(report)

/** The same as one text. */
export const json = (report: Report): string => [...jsonOf(report)].join('')
