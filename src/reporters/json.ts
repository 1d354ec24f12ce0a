// The report as JSON, exactly as the contract in model/report.ts says; what says the same as an earlier finding refers to it.
import type { Report } from '../model/report.ts'
import { jsonParts } from './escape.ts'
import { sameCause } from './text/fold.ts'

/** Indented JSON with a final line break, in parts. */
export const jsonOf = (report: Report): Iterable<string> => jsonParts(withCauses(report))

// One cause is one entry that a reader has to look at, however many variants and stacks show it. What a part of a run said of itself is found anew.
function withCauses(report: Report): Report {
  const first = new Map(sameCause(report).flatMap(([cause, ...also]) => also.map(finding => [finding, cause.fingerprint] as const)))
  if (first.size === 0 && report.findings.every(finding => finding.sameAs === undefined)) return report
  return { ...report, findings: report.findings.map(finding => ({ ...finding, sameAs: first.get(finding) })) }
}

/** The same as one text. */
export const json = (report: Report): string => [...jsonOf(report)].join('')
