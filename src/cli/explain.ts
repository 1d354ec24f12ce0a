// `misfit explain <rule>`: the rule's page in the terminal, without a network. Another name is looked for among the components.
import { rules } from '../../rules/index.ts'
import { ruleText } from '../reporters/rule-page.ts'
import { explainComponent } from './explain-component.ts'
import { pageOf } from './pages.ts'
import { didYouMean } from '../model/words.ts'
import { isTerminal, print } from './print.ts'
import { UsageError } from './usage.ts'

/** Prints all that a rule has to say; the short name is enough where only one rule has it. */
export function explainCommand(id: string, folder: string, today: string): void {
  const short = rules.filter(rule => rule.id.endsWith(`/${id}`))
  const rule = rules.find(each => each.id === id) ?? (short.length === 1 ? short[0] : undefined)
  if (!rule) {
    // A name with a slash can only be a rule's.
    const component = id.includes('/') ? undefined : explainComponent(id, folder, today)
    if (component?.found) return
    const words = [...rules.map(each => each.id), ...(component?.names ?? [])]
    throw new UsageError(`there is no rule${component ? ' or component' : ''} ${JSON.stringify(id)}${didYouMean(id, words)}; \`misfit rules\` lists the rules`)
  }
  const width = isTerminal('stdout') ? Math.min(process.stdout.columns, 110) : 100
  print(ruleText(pageOf(rule), width))
}
