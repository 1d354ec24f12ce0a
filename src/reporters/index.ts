// The formats by name, one line each. Every one of them goes through the shared tests in test/formats.test.ts.
import type { Report } from '../model/report.ts'
import { checkstyle } from './checkstyle.ts'
import { concise } from './concise.ts'
import type { Context } from './context.ts'
import { github } from './github.ts'
import { gitlab } from './gitlab.ts'
import { html } from './html/index.ts'
import { json, jsonOf } from './json.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import type { FormatName } from './names.ts'
import { rdjson } from './rdjson.ts'
import { sarif } from './sarif.ts'
import { text } from './text/index.ts'

export type { Context } from './context.ts'
export { formatNames, type FormatName } from './names.ts'

export const reporters: Readonly<Record<FormatName, (report: Report, context: Context) => string>> = {
  text, concise, json, sarif, github, gitlab, junit, markdown, html, checkstyle, rdjson,
}

/** The report in a format, in parts where it can be long: a run writes it, and need not hold it. */
export const partsOf = (format: FormatName, report: Report, context: Context): Iterable<string> => (format === 'json' ? jsonOf(report) : [reporters[format](report, context)])
