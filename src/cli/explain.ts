// `misfit explain <rule>`: the rule's page in the terminal, without a network.
import { rules } from '../../rules/index.ts'
import { ruleText } from '../reporters/rule-page.ts'
import { pageOf } from './pages.ts'
import { didYouMean, UsageError } from './usage.ts'

/** Prints all that a rule has to say; the short name is enough where only one rule has it. */
export function explainCommand(id: string): void {
  const short = rules.filter(rule => rule.id.endsWith(`/${id}`))
  const rule = rules.find(each => each.id === id) ?? (short.length === 1 ? short[0] : undefined)
  if (!rule) throw new UsageError(`there is no rule ${JSON.stringify(id)}${didYouMean(id, rules.map(each => each.id))}; \`misfit rules\` lists them`)
  const width = process.stdout.isTTY ? Math.min(process.stdout.columns, 110) : 100
  process.stdout.write(ruleText(pageOf(rule), width))
}
