// Gathers what a rule's page says: the words of the rule, and what its own bad examples are told.
import { decisionTable } from '../../rules/decision-table.ts'
import { rules } from '../../rules/index.ts'
import { check } from '../analysis/check.ts'
import { memoryTree } from '../host/memory.ts'
import { lint, observe } from '../lint.ts'
import { fill, type Rule } from '../model/rule.ts'
import type { RulePage } from '../reporters/rule-page.ts'

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
    foldedInto: rules.filter(other => other.explains?.includes(rule.id)).map(other => other.id),
  }
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
