// The one-way road from files to a report: observe, check, report. Wires the areas together and decides nothing itself.
import { createHash } from 'node:crypto'
import { decisionTable, elsewhereTable } from '../rules/decision-table.ts'
import { rules as allRules } from '../rules/index.ts'
import { check, type CheckedFinding } from './analysis/check.ts'
import { mergeShards } from './analysis/merge.ts'
import { writeReport, type ReportInput } from './analysis/report.ts'
import { familiesOf } from './analysis/shard.ts'
import { withCarefulEdits } from './analysis/shared.ts'
import { noticeRules, suppress, type Suppressed } from './analysis/suppress.ts'
import type { Table } from './analysis/verdict.ts'
import { waive } from './analysis/waivers.ts'
import { suppressionComments } from './readers/suppressions.ts'
import { readYaml } from './readers/yaml.ts'
import { remembering, type RememberingTree } from './host/remembering.ts'
import type { FileTree } from './model/files.ts'
import { docsOf } from './addresses.ts'
import type { ObservedStack } from './model/observation.ts'
import { entryOf } from './model/entry-of.ts'
import type { Report } from './model/report.ts'
import type { Rule } from './model/rule.ts'
import type { Problem, Stack } from './model/stack.ts'
import { didYouMean } from './model/words.ts'
import { filesOf, observedIn, situated, type LintOptions, type Observation } from './observe.ts'

export { filesOf, observe } from './observe.ts'
export type { LintOptions, Observation } from './observe.ts'

/** The decision table, for verdicts. */
export const table: Table = { rows: decisionTable, elsewhere: elsewhereTable }

/** Every id that a finding can have, those about comments included. */
export const ruleIds: readonly string[] = [...allRules.map(rule => rule.id), ...noticeRules]

/** Lints everything in a tree, or what was observed in it earlier. Pure apart from reading the tree; nothing in the files makes it throw. */
export function lint(tree: FileTree, options: LintOptions = {}, observation?: Observation): Report {
  const started = Date.now(), files = remembering(tree), problems: Problem[] = []
  const waiting = waitingIn(files, options, problems, observation)
  const all = waiting.reduce((sum, { stacks }) => sum + stacks.length, 0)
  const parts: Report[] = []
  let done = 0
  // Each family is let go of once it is judged: what is left of it is its report.
  for (let family = waiting.pop(); family; family = waiting.pop()) {
    const stacks: ObservedStack[] = [], order: number[] = []
    for (const [i, stack] of family.stacks.entries()) {
      options.progress?.(done++, all)
      const observed = observation ? stack as ObservedStack : observedIn(stack, problems, options)
      if (observed) { stacks.push(observed); order.push(family.order[i] ?? 0) }
    }
    parts.push(judged(stacks, order, files, options))
  }
  parts.push(reportOf({ stacks: [], findings: [], problems, milliseconds: () => Date.now() - started }, [], files, options))
  return mergeShards(parts, options.shard)
}

interface Batch {
  readonly stacks: readonly Stack[]
  readonly order: readonly number[]
}

// Families one by one would have the machine run all of the program's code for each; some together have each part of it run for all of them.
const together = 50

// What nothing but the list holds, the last first.
function waitingIn(tree: FileTree, options: LintOptions, into: Problem[], observation?: Observation): Batch[] {
  const { stacks, problems, order } = observation ?? situated(tree, options)
  into.push(...problems)
  const batches: { stacks: Stack[]; order: number[] }[] = []
  for (const family of familiesOf(stacks, filesOf)) {
    let last = batches.at(-1)
    if (!last || last.stacks.length >= together) batches.push(last = { stacks: [], order: [] })
    for (const at of family) {
      last.stacks.push(...stacks[at] ? [stacks[at]] : [])
      last.order.push(order?.[at] ?? at)
    }
  }
  return batches.reverse()
}

function rulesFor({ rules = allRules, severities, overrides = [], verdicts }: LintOptions): readonly Rule[] {
  const isOn = (id: string): boolean => entryOf(severities, id) !== 'off' || overrides.some(each => Object.hasOwn(each.severities, id))
  return verdicts === false ? rules.filter(({ id }) => isOn(id)) : rules
}

// The report of stacks that have nothing to do with any others.
function judged(stacks: readonly ObservedStack[], order: readonly number[], tree: RememberingTree, options: LintOptions): Report {
  const checked = check(stacks, rulesFor(options), options.severities ?? {}, options.options, options.overrides)
  const waived = waive(withCarefulEdits(checked.findings, stacks, file => readYaml(file, tree.text(file) ?? '').aliased))
  const { findings, suppressed, notices } = withoutSuppressed(stacks, waived.findings, tree, options)
  return reportOf({
    stacks, findings, notices, silenced: checked.silenced, suppressed: [...waived.suppressed, ...suppressed], problems: [...waiversOfNothing(stacks, options), ...checked.problems], milliseconds: () => 0,
  }, order, tree, options)
}

const reportOf = (found: Pick<ReportInput, 'stacks' | 'findings' | 'silenced' | 'notices' | 'suppressed' | 'problems' | 'milliseconds'>, order: readonly number[], tree: RememberingTree, options: LintOptions): Report => writeReport({
  ...found,
  table,
  ...(options.details === true ? { details: true } : {}),
  textOf: tree.text,
  digest: text => createHash('sha256').update(text).digest('hex').slice(0, 32),
  docsOf,
  prefix: options.prefix ?? '.',
  ...(options.anchor === undefined ? {} : { anchor: options.anchor }),
  name: options.name ?? 'stack',
  shard: { index: 1, count: 1, ...options.shard, order },
})

// A waiver of a rule that does not exist waives nothing, and its writer should know.
function waiversOfNothing(stacks: readonly ObservedStack[], options: LintOptions): readonly Problem[] {
  const ids = allRules.map(rule => rule.id), all = new Set([...ids, ...options.rules?.map(({ id }) => id) ?? []])
  const found = new Map<string, Problem>()
  for (const { rule } of stacks.flatMap(stack => stack.spec?.waivers ?? [])) {
    const known = all.has(rule.value)
    // Looking for what was meant takes a thousandth of a second.
    if (!known) found.set(`${rule.span.file}:${rule.span.start}`, { span: rule.span, message: `there is no rule ${JSON.stringify(rule.value)}${found.size < 20 ? didYouMean(rule.value, ids) : ''}, so nothing is waived`, unread: true })
  }
  return [...found.values()]
}

// Comments count in every file that shapes a stack. With named files, others may also belong to stacks that were not read: those are not judged.
function withoutSuppressed(
  stacks: readonly ObservedStack[], findings: readonly CheckedFinding[], tree: RememberingTree, options: LintOptions,
): Suppressed {
  const files = new Set([...stacks.flatMap(filesOf), ...findings.map(finding => finding.report.span.file)])
  const comments = [...files].sort().flatMap(file => suppressionComments(file, tree.text(file) ?? ''))
  const { only, severities = {}, requireReason, eslintComments } = options
  const off = new Set(Object.keys(severities).filter(id => entryOf(severities, id) === 'off'))
  return suppress(findings, comments, {
    known: allRules.map(rule => rule.id), off, severities,
    ...(requireReason === undefined ? {} : { requireReason }),
    ...(eslintComments === undefined ? {} : { eslintComments }),
    ...(only === undefined ? {} : { judged: file => only.has(file) }),
  })
}
