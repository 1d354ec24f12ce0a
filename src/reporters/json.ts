// The report as JSON, exactly as the contract in model/report.ts says; nothing is added and nothing left out.
import type { Report } from '../model/report.ts'
import { jsonText } from './escape.ts'

/** Indented JSON with a final line break. */
export const json = (report: Report): string => jsonText(report)
