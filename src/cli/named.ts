// What of a report concerns the files that somebody named: what lies in them and what they cause.
import { withoutFiles } from '../host/memory.ts'
import { lint, type LintOptions } from '../lint.ts'
import { join, type FileTree } from '../model/files.ts'
import type { Finding, Report } from '../model/report.ts'
import { withFindings } from './judge.ts'

/**
 * The report on the files that `only` names. What they cause by taking something away (an override with `!reset`, a command without a flag) has no
 * place in them: it is what is not there without them. `named`: their paths in the report.
 */
export function lintNamed(tree: FileTree, options: LintOptions, named: ReadonlySet<string>): Named {
  const whole = lint(tree, options)
  const report = concerning(whole, tree, options, named)
  const kept = new Set(report.findings)
  return { report, elsewhere: whole.findings.filter(finding => !kept.has(finding)) }
}

/** A report on named files, and what else stands against the stacks that they belong to. */
export interface Named {
  readonly report: Report
  readonly elsewhere: readonly Finding[]
}

function concerning(whole: Report, tree: FileTree, options: LintOptions, named: ReadonlySet<string>): Report {
  const near = about(whole, named)
  const kept = new Set<Finding>([...near.findings, ...near.suppressed ?? []])
  // A component that is defined in a named file is nowhere without it.
  const defined = new Set(whole.stacks.flatMap(({ components }) => components.filter(({ file }) => named.has(file)).map(({ name }) => name)))
  const files = new Set(whole.stacks.filter(stack => stack.files.some(file => named.has(file))).flatMap(stack => stack.files))
  const rest = whole.findings.filter(finding => !kept.has(finding) && !defined.has(finding.component) && files.has(finding.file))
  if (rest.length === 0 || options.only === undefined) return near
  const start = options.prefix === undefined || options.prefix === '.' ? '' : `${options.prefix}/`
  const others = new Set([...files].filter(file => !named.has(file)).map(file => file.slice(start.length)))
  const without = new Set(lint(withoutFiles(tree, options.only), { ...options, only: others }).findings.map(idOf))
  const caused = new Set(rest.filter(finding => !without.has(idOf(finding))))
  return withFindings(near, whole.findings.filter(finding => kept.has(finding) || caused.has(finding)), near.suppressed ?? [])
}

const idOf = ({ file, rule, component, line, column }: Finding): string => JSON.stringify([join('.', file), rule, component, line, column])

/** The report with only those findings and problems that lie in the files or rest on evidence in them. */
export function about(report: Report, files: ReadonlySet<string>): Report {
  const concerns = (finding: Report['findings'][number]): boolean => files.has(finding.file) || finding.because.some(note => files.has(note.file))
  return { ...withFindings(report, report.findings.filter(concerns), report.suppressed?.filter(concerns)), problems: report.problems.filter(problem => files.has(problem.file)) }
}
