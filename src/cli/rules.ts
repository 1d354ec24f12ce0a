// `misfit rules` and `misfit explain`: what the rules say about themselves.
import { rules } from '../../rules/index.ts'
import { didYouMean, UsageError } from './usage.ts'

/** Prints one line a rule. */
export function rulesCommand(): void {
  const width = Math.max(0, ...rules.map(rule => rule.id.length))
  process.stdout.write(rules.map(rule => `${rule.id.padEnd(width)}  ${rule.severity.padEnd(7)}  ${rule.summary}\n`).join(''))
}

/** Prints all that a rule has to say. */
export function explainCommand(id: string): void {
  const rule = rules.find(each => each.id === id) ?? rules.find(each => each.id.endsWith(`/${id}`))
  if (!rule) throw new UsageError(`there is no rule ${JSON.stringify(id)}${didYouMean(id, rules.map(each => each.id))}; \`misfit rules\` lists them`)
  const lines = [
    `${rule.id} (${rule.severity})`, '', rule.summary, '',
    'How it fails', `  ${rule.failure}`, '',
    'What to do', `  ${rule.fix}`,
  ]
  if (rule.severityNote !== undefined) lines.push('', 'Severity', `  ${rule.severityNote}`)
  for (const [name, diff] of Object.entries(rule.diff)) lines.push('', `In ${name}`, ...diff.trimEnd().split('\n').map(line => `  ${line}`))
  if (rule.otherTool !== undefined) lines.push('', 'When another tool is right', `  ${rule.otherTool}`)
  if (rule.hazards?.length) lines.push('', 'While repairing', ...rule.hazards.map(hazard => `  - ${hazard}`))
  lines.push('', 'Decision-table rows', `  ${rule.rows.join(', ')}`, '', 'Sources', ...rule.sources.map(source => `  ${source}`))
  process.stdout.write(`${lines.join('\n')}\n`)
}
