// Gathers what a rule's page says: the words of the rule, and what its own bad examples are told.
import { decisionTable } from '../../rules/decision-table.ts'
import { rules } from '../../rules/index.ts'
import { repairs } from '../../rules/repairs.ts'
import { check } from '../analysis/check.ts'
import { memoryTree } from '../host/memory.ts'
import { lint, observe } from '../lint.ts'
import { entryOf } from '../model/entry-of.ts'
import { fill, type Rule } from '../model/rule.ts'
import type { RulePage } from '../reporters/rule-page.ts'
import { applied, unifiedDiff } from './fix.ts'

const names = { redis: 'Redis', kafka: 'Kafka', both: 'the instance' } as const

/** The page of a rule, every slot filled. */
export function pageOf(rule: Rule): RulePage {
  const words = { ...dataOf(rule), component: names[rule.technology], ...rule.words }
  return {
    rule,
    rows: decisionTable.filter(row => rule.rows.includes(row.id)),
    failure: sentences(fill(rule.failure, words)),
    fix: sentences(fill(rule.fix, words)),
    bad: rule.bad.map(example => ({
      example, findings: lint(memoryTree(example.files)).findings.filter(finding => finding.rule === rule.id),
    })),
    repair: changesOf(rule),
    foldedInto: rules.filter(other => other.explains?.includes(rule.id)).map(other => other.id),
  }
}

/** The first bad example as it is once repaired; undefined where neither a good example nor an edit says so. */
export function repaired(rule: Rule): Readonly<Record<string, string>> | undefined {
  const [example] = rule.bad
  const repair = entryOf(repairs, rule.id)
  if (example === undefined || typeof repair === 'string') return rule.good.find(good => good.title === repair)?.files
  if (repair !== undefined) return Object.fromEntries(Object.entries(example.files).map(([path, text]) => [path, repair.reduce((all, [from, to]) => all.replace(from, to), text)]))
  const edits = lint(memoryTree(example.files)).findings.filter(finding => finding.rule === rule.id).flatMap(finding => finding.edits ?? [])
  // Some edits lay the ground for the repair only, or leave the next thing to repair.
  return edits.map(edit => Object.fromEntries(Object.entries(example.files).map(([path, text]) => [path, applied(text, edit.changes.filter(change => change.span.file === path))])))
    .find(files => lint(memoryTree(files)).findings.every(finding => finding.rule !== rule.id && finding.severity === 'info'))
}

// The change as a diff, a file each.
function changesOf(rule: Rule): RulePage['repair'] {
  const before = rule.bad[0]?.files ?? {}
  const after = repaired(rule) ?? before
  return Object.entries(after).flatMap(([path, text]) => {
    const old = entryOf(before, path) ?? ''
    return old === text ? [] : [{ path, diff: unifiedDiff(path, old, text) }]
  })
}

// What fills the slots in the first bad example.
function dataOf(rule: Rule): Readonly<Record<string, string | number>> {
  const [example] = rule.bad
  if (example === undefined) return {}
  const { findings } = check(observe(memoryTree(example.files)).stacks, [rule], {})
  return findings[0]?.report.data ?? {}
}

// A slot at the start of a sentence may have been filled with a small letter.
const sentences = (text: string): string => text.replace(/(^|[.!?] )(the instance)/g, (_, start: string) => `${start}The instance`)
