// `misfit rules`: the list of all rules. `--format json` is for programs.
import { rules } from '../../rules/index.ts'
import { docsOf } from '../addresses.ts'
import { notices } from '../model/notices.ts'
import { print } from './print.ts'

/** Prints one line a rule, or all that programs may want to know of them. */
export function rulesCommand(flags: { readonly format: string }): void {
  if (flags.format === 'json') {
    const listed = rules.map(({ id, technology, severity, severityNote, concern, rows, summary, failure, fix, explains = [], options = {}, sources }) =>
      ({ id, technology, severity, severityNote, concern, rows, summary, failure, fix, explains, options, sources, docs: docsOf(id) }))
    print(`${JSON.stringify({ version: 1, rules: listed }, null, 2)}\n`)
    return
  }
  const all = [...rules, ...Object.values(notices)]
  const width = Math.max(0, ...all.map(rule => rule.id.length))
  print(all.map(rule => `${rule.id.padEnd(width)}  ${rule.severity.padEnd(7)}  ${rule.summary}\n`).join(''))
}
