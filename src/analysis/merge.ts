// Reports put together, and the order in which a report has its findings and problems.
import type { Finding, Report } from '../model/report.ts'

/** One report of several runs, in the order of the runs' roots. */
export function mergeReports(reports: readonly Report[]): Report {
  const [first] = reports
  if (first !== undefined && reports.length === 1) return first
  const sum = (figure: (summary: Report['summary']) => number): number => reports.reduce((total, { summary }) => total + figure(summary), 0)
  return {
    version: 1,
    stacks: reports.flatMap(report => report.stacks),
    findings: reports.flatMap(report => report.findings),
    problems: reports.flatMap(report => report.problems),
    suppressed: reports.flatMap(report => report.suppressed ?? []),
    summary: {
      files: sum(summary => summary.files),
      stacks: sum(summary => summary.stacks),
      components: sum(summary => summary.components),
      errors: sum(summary => summary.errors),
      warnings: sum(summary => summary.warnings),
      infos: sum(summary => summary.infos),
      suppressed: sum(summary => summary.suppressed),
      milliseconds: sum(summary => summary.milliseconds),
    },
  }
}

/** One report of the parts of one run, each stack and finding where the whole run would have put it; of those of a shard it is a part itself. */
export function mergeShards(reports: readonly Report[], shard?: Pick<NonNullable<Report['shard']>, 'index' | 'count'>): Report {
  const { version, findings, problems, suppressed, summary } = mergeReports(reports)
  const placed = reports.flatMap(report => report.stacks.map((stack, i) => ({ stack, at: report.shard?.order[i] ?? 0 }))).sort((one, other) => one.at - other.at)
  const root = reports[0]?.shard?.root
  return {
    version, stacks: placed.map(({ stack }) => stack),
    findings: [...findings].sort(byPlace), problems: [...problems].sort(byProblem), suppressed: [...suppressed ?? []].sort(byPlace),
    ...(shard && root !== undefined ? { shard: { index: shard.index, count: shard.count, root, order: placed.map(({ at }) => at) } } : {}),
    summary,
  }
}

/** By file, place, rule and words. */
export const byPlace = (a: Finding, b: Finding): number =>
  compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.rule, b.rule) || compare(a.message, b.message)
/** By file, place and words. */
export const byProblem = (a: Report['problems'][number], b: Report['problems'][number]): number =>
  compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.message, b.message)
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
