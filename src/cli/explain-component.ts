// `misfit explain <component>`: what it is used for and why, the filled decision table, what stands against it, what is open.
import { realpathSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { judge, type UseVerdict } from '../analysis/verdict.ts'
import { diskTree } from '../host/disk.ts'
import { remembering } from '../host/remembering.ts'
import { lint, observe, table } from '../lint.ts'
import type { ObservedComponent } from '../model/observation.ts'
import type { Finding, PlacedNote, Report } from '../model/report.ts'
import type { Note } from '../model/value.ts'
import { openLines, tableLines } from '../reporters/decision.ts'
import { plain } from '../reporters/plain.ts'
import { print } from './print.ts'
import { placing } from './places.ts'

/** Prints every component of that name; false when there is none. */
export function explainComponent(name: string, path: string, today: string): { readonly found: boolean; readonly names: readonly string[] } {
  const root = realpathSync(path)
  const prefix = relative(realpathSync(process.cwd()), root).split(sep).join('/') || '.'
  const tree = remembering(diskTree(root))
  const { stacks } = observe(tree, { now: today })
  const names = [...new Set(stacks.flatMap(stack => stack.components.map(component => component.name)))]
  const places = placing(tree, prefix)
  const found = stacks.flatMap(stack => stack.components.filter(component => component.name === name || component.spec?.id === name))
  if (found.length === 0) return { found: false, names }
  const report = lint(tree, { now: today, prefix })
  const seen = new Set<string>()
  const blocks: string[] = []
  for (const component of found) {
    const place = `${component.span.file}:${component.span.start}`
    if (seen.has(place)) continue
    seen.add(place)
    blocks.push(explained(component, report, places))
  }
  print(`${blocks.join('\n\n')}\n`)
  return { found: true, names }
}

function explained(component: ObservedComponent, report: Report, places: (note: Note) => PlacedNote): string {
  const at = places({ span: component.span, says: '' })
  const entry = report.stacks.flatMap(stack => stack.components).find(each => each.name === component.name && each.file === at.file && each.line === at.line)
  const { uses } = judge(component, table)
  const lines = [`${plain(component.name)}  ${plain(component.product)}${component.version === undefined ? '' : ` ${plain(component.version)}`}  ${at.file}:${at.line}  ${entry?.verdict ?? 'undecided'}`, '']
  if (uses.length === 0) lines.push('Nothing shows what it is used for. Say it in misfit.yaml, or on the service: labels: { misfit.use: cache }')
  for (const use of uses) lines.push(...useLines(use, component, places), '')
  const findings = report.findings.filter(finding => finding.component === component.name && (finding.file === at.file || finding.because.some(note => note.file === at.file) || entry !== undefined))
  lines.push(findings.length === 0 ? 'Nothing stands against it.' : 'What stands against it', ...findings.flatMap(findingLines))
  return lines.join('\n').trimEnd()
}

function useLines(use: UseVerdict, component: ObservedComponent, places: (note: Note) => PlacedNote): readonly string[] {
  const inferred = component.uses.find(each => each.use === use.known.use)
  const lines = [`${plain(use.id)}${use.known.use === undefined || use.known.use === use.id ? '' : ` (${use.known.use})`}  ${Math.round(use.known.confidence * 100)} %  ${use.verdict}`]
  for (const evidence of inferred?.evidence ?? []) {
    const at = places({ span: evidence.span, says: evidence.says })
    lines.push(`  ${evidence.for ? 'because' : 'against'}  ${at.file}:${at.line}  ${plain(at.says)}`)
  }
  if (use.elsewhere) lines.push(`  ${plain(use.elsewhere.to.says)}: better ${plain(use.elsewhere.to.instead)}`)
  lines.push('  The decision table', ...tableLines(use.rows, places, '    '))
  if (use.verdict === 'misfit') {
    const worst = use.rows.find(({ row }) => row.id === 'failure-mode')?.row
    if (worst) lines.push(`  With the wrong tool: ${worst[component.technology]} ${worst.guidance}`)
  }
  const open = openLines(use.rows.filter(({ side }) => side === 'unknown'), '    ')
  if (open.length > 0) lines.push('  One more declared field', ...open)
  return lines
}

const findingLines = (finding: Finding): readonly string[] => [
  `  ${finding.severity}  ${finding.rule}  ${plain(finding.file)}:${finding.line}`, `    ${plain(finding.message)}`, `    ${plain(finding.fix)}`,
]
