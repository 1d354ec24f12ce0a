// `misfit explain <rule>`: the rule's page in the terminal, without a network. Another name is looked for among the components.
import { rules } from '../../rules/index.ts'
import { noticeIds, notices } from '../model/notices.ts'
import { noticeText, ruleText } from '../reporters/rule-page.ts'
import { explainComponent } from './explain-component.ts'
import { pageOf } from './pages.ts'
import { didYouMean } from '../model/words.ts'
import { isTerminal, print } from './print.ts'
import { UsageError } from './usage.ts'

/** Prints all that a rule has to say; the short name is enough where only one rule has it. */
export function explainCommand(id: string, folder: string, today: string): void {
  const width = isTerminal('stdout') ? Math.min(process.stdout.columns, 110) : 100
  const notice = noticeIds.find(each => each === id || each === `misfit/${id}`)
  if (notice !== undefined) {
    print(noticeText(notices[notice], width))
    return
  }
  const short = rules.filter(rule => rule.id.endsWith(`/${id}`))
  const rule = rules.find(each => each.id === id) ?? (short.length === 1 ? short[0] : undefined)
  if (!rule) {
    // A name with a slash can only be a rule's.
    const component = id.includes('/') ? undefined : explainComponent(id, folder, today)
    if (component?.found) return
    const words = [...rules.map(each => each.id), ...noticeIds, ...(component?.names ?? [])]
    throw new UsageError(`there is no rule${component ? ' or component' : ''} ${JSON.stringify(id)}${didYouMean(id, words)}; \`misfit rules\` lists the rules`)
  }
  print(ruleText(pageOf(rule), width))
}
