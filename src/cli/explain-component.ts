// `misfit explain <component>`: what it is used for and why, the filled decision table, what stands against it, what is open.
import { existsSync, realpathSync, statSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { judge, type UseVerdict } from '../analysis/verdict.ts'
import { diskTree } from '../host/disk.ts'
import { liesIn, workTree } from '../host/read.ts'
import { remembering } from '../host/remembering.ts'
import { lint, observe, table } from '../lint.ts'
import type { Evidence, ObservedComponent } from '../model/observation.ts'
import type { Finding, PlacedNote, Report, Verdict } from '../model/report.ts'
import type { Environment } from '../model/stack.ts'
import type { Note } from '../model/value.ts'
import { certainty, tableLines } from '../reporters/decision.ts'
import { clipped, plain } from '../reporters/plain.ts'
import { exampleUses } from '../reporters/stacks.ts'
import { wrapped } from '../reporters/width.ts'
import { complainOf, printText } from './print.ts'
import { placing } from './places.ts'
import { optionsOf } from './config.ts'
import { configOf, fromHere, placeOf } from './roots.ts'
import { UsageError } from './usage.ts'

/** Prints every component of that name in a folder; false when there is none. The programs that use it may lie anywhere in the repository. */
export function explainComponent(name: string, path: string, today: string): { readonly found: boolean; readonly names: readonly string[] } {
  if (!existsSync(path) || !statSync(path).isDirectory()) throw new UsageError(`there is no folder ${JSON.stringify(path)}`)
  const place = placeOf(path), root = realpathSync(workTree(place))
  const inside = liesIn(place, root) ? relative(root, place).split(sep).join('/') : ''
  const lies = (file: string): boolean => inside === '' || file.startsWith(`${inside}/`)
  const prefix = fromHere(root)
  const { config, folder } = configOf(root)
  const { ignored, ...configured } = optionsOf(config, folder, root)
  const tree = remembering(diskTree(root, { exclude: ignored, tracked: true }))
  const options = { ...configured, now: today, prefix }
  const observation = observe(tree, options)
  const stacks = observation.stacks.map(({ components, environment }) => ({ environment, components: components.filter(({ span }) => lies(span.file)) }))
  const names = [...new Set(stacks.flatMap(stack => stack.components.flatMap(component => [component.name, ...(component.spec ? [component.spec.id] : [])])))]
  const places = placing(tree, prefix)
  const found = stacks.flatMap(({ components, environment }) => components.filter(component => component.name === name || component.spec?.id === name).map(component => ({ component, environment })))
  const report = lint(tree, options, observation)
  complainOf(report.problems)
  if (found.length === 0) return { found: false, names }
  // What somebody switched off, a reader of the verdict wants to know.
  const whole = lint(tree, { ...options, severities: {}, overrides: [] }, observation)
  const seen = new Set<string>()
  const blocks: string[] = []
  // One view of a stack may know more of it than another.
  for (const { component, environment } of [...found].sort((a, b) => b.component.uses.length - a.component.uses.length)) {
    const place = `${component.span.file}:${component.span.start}`
    if (seen.has(place)) continue
    seen.add(place)
    blocks.push(explained(component, environment, report, silencedIn(report, whole), places))
  }
  printText(`${blocks.join('\n\n')}\n`)
  return { found: true, names }
}

// Findings of rules that the configuration switches off.
function silencedIn(report: Report, whole: Report): readonly Finding[] {
  const told = new Set([...report.findings, ...report.suppressed ?? []].map(({ rule, fingerprint, file }) => JSON.stringify([rule, fingerprint, file])))
  return whole.findings.filter(({ rule, fingerprint, file, severity }) => severity !== 'info' && !told.has(JSON.stringify([rule, fingerprint, file])))
}

function explained(component: ObservedComponent, environment: Environment, report: Report, silenced: readonly Finding[], places: (note: Note) => PlacedNote): string {
  const at = places({ span: component.span, text: '' })
  const entry = report.stacks.flatMap(stack => stack.components).find(each => each.name === component.name && each.file === at.file && each.line === at.line)
  const { uses } = judge(component, table)
  const own = (finding: Finding): boolean => finding.component === component.name && (finding.file === at.file || finding.because.some(note => note.file === at.file) || entry !== undefined)
  const findings = report.findings.filter(own), accepted = (report.suppressed ?? []).filter(own), off = silenced.filter(own)
  const verdict = entry?.verdict ?? 'undecided'
  const lines = [`${clipped(component.name, 200)}  ${plain(component.product)}${component.version === undefined ? '' : ` ${clipped(component.version, 200)}`}  ${plain(at.file)}:${at.line}`, paragraph(because(verdict, uses, [...findings, ...accepted], off), ''), paragraph(meantFor(environment), ''), '']
  if (uses.length === 0) lines.push(`Nothing shows what it is used for. Say it in misfit.yaml, by the label misfit.use: ${exampleUses(component)} on a service or pod, or by x-misfit: USE in values.`, '')
  for (const use of uses) lines.push(...useLines(use, component, places), '')
  lines.push(...programLines(component, places))
  lines.push(findings.length > 0 ? 'What stands against it' : accepted.length + off.length > 0 ? 'Nothing else stands against it.' : 'Nothing stands against it.', ...findings.flatMap(findingLines))
  if (accepted.length > 0) lines.push('', 'What somebody accepted', ...accepted.map(({ suppression: { justification }, ...finding }) => `  ${finding.rule}  ${plain(finding.file)}:${finding.line}${justification === undefined ? '' : `  ${clipped(justification, 200)}`}`))
  if (off.length > 0) lines.push('', 'What the configuration switches off', ...off.map(({ rule, file, line }) => `  ${rule}  ${plain(file)}:${line}`))
  return lines.join('\n').trimEnd()
}

const mostShown = 12

// What each client's program does with it, and where.
function programLines(component: ObservedComponent, places: (note: Note) => PlacedNote): readonly string[] {
  const lines: string[] = []
  for (const workload of [...component.clients.map(client => client.workload), ...component.beside.map(({ workload }) => workload)]) {
    const { program } = workload
    if (!program) continue
    const shown = program.shown.filter(each => each.technology === component.technology && each.use !== undefined).map(each => ({ what: each.weight === 'against' ? `no ${each.use ?? ''}` : each.use ?? '', span: each.span, text: each.text }))
    const traffic = program.traffic.filter(each => each.technology === component.technology && each.name.known).map(each => ({ what: each.how, span: each.name.span, text: `${each.name.known ? each.name.value : ''}${each.group?.known === true ? ` as ${each.group.value}` : ''}` }))
    const settings = program.settings.filter(each => each.technology === component.technology).map(each => ({ what: 'sets', span: each.value.span, text: `${each.name}=${each.value.value}` }))
    const all = [...new Map([...shown, ...traffic, ...settings].map(each => { const at = places({ span: each.span, text: each.text }); return [`${each.what} ${at.file}:${at.line}`, `    ${each.what}  ${clipped(at.text, 500)}  (${plain(at.file)}:${at.line})`] as const })).values()]
    if (all.length === 0) continue
    const [folder = '.'] = program.folders
    lines.push(`  ${clipped(workload.name, 200)}, the program in ${plain(folder)}${program.certain ? '' : ' or another one'}`, ...all.slice(0, mostShown), ...(all.length > mostShown ? [`    and ${all.length - mostShown} more places`] : []))
  }
  return lines.length > 0 ? ['What its clients\' programs do with it', ...lines, ''] : []
}

const paragraph = (words: string, indent: string): string => wrapped(clipped(words, 2_000), 100, indent)

const meantFor = ({ class: name, because: reasons }: Environment): string => {
  if (name === 'unspecified') return `environment not stated${reasons[0] === undefined ? '' : ` (${reasons[0]})`}: judged as if it were deployed.`
  const milder = name === 'production' ? '' : ': nothing is said of durability, replication and sizes, and the rest is information'
  return `${name}${reasons.length === 0 ? '' : `, because ${reasons.join('; ')}`}${milder}.`
}

// A verdict of misfit has one of two reasons: another tool's job, or the right job on the wrong settings.
function because(verdict: Verdict, uses: readonly UseVerdict[], findings: readonly Finding[], off: readonly Finding[]): string {
  const wrong = uses.filter(use => use.verdict === 'misfit').map(({ id }) => id)
  const grave = findings.filter(({ severity }) => severity !== 'info').map(({ rule }) => rule)
  if (verdict === 'fits') return `fits: this is the right tool for what it is used for${findings.length === 0 ? '' : '; what stands against it below is advice'}.`
  if (wrong.length > 0) return `misfit: another tool suits ${wrong.join(', ')} better, by the decision table below.`
  if (verdict === 'misfit') return `misfit: the right tool for what it is used for, but it will fail at it (${[...new Set(grave)].join(', ')}, below).`
  if (off.length > 0) return 'undecided: the configuration switches off what would stand against it.'
  return uses.length === 0 ? 'undecided: its use is unknown.' : 'undecided: what is known of it does not decide between the tools.'
}

// Whether the tool is right for the job; whether it is set up for it is another question.
const tools: Readonly<Record<Verdict, string>> = { fits: 'the right tool', misfit: 'the wrong tool', undecided: 'nothing decides between the tools' }

function useLines(use: UseVerdict, component: ObservedComponent, places: (note: Note) => PlacedNote): readonly string[] {
  const inferred = component.uses.find(each => each.use === use.known.use)
  const said = inferred?.declared === true ? 'declared' : `${certainty(use.known.confidence)} sure`
  const lines = [`${clipped(use.id, 200)}${use.known.use === undefined || use.known.use === use.id ? '' : ` (${use.known.use})`}, ${said}: ${tools[use.verdict]}`]
  lines.push(...evidenceLines(inferred?.evidence ?? [], places))
  if (use.elsewhere) lines.push(`  ${plain(use.elsewhere.to.reason)}: better ${plain(use.elsewhere.to.instead)}`)
  lines.push('  The decision table', ...tableLines(use.rows, places, '    ', use.known.note))
  const worst = use.rows.find(({ row }) => row.id === 'failure-mode')?.row
  if (use.verdict === 'misfit' && worst) lines.push(paragraph(`With the wrong tool: ${worst[component.technology]} ${worst.guidance}`, '  '))
  return lines
}

const most = 8

// One line for what is said alike in many places: the strongest first, with the first place of each.
function evidenceLines(evidence: readonly Evidence[], places: (note: Note) => PlacedNote): readonly string[] {
  const groups = new Map<string, { readonly first: PlacedNote; readonly for: boolean; readonly others: Set<string> }>()
  for (const each of evidence) {
    const at = places({ span: each.span, text: each.text })
    const key = `${each.for} ${at.text}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { first: at, for: each.for, others: new Set() })
    else if (at.file !== group.first.file || at.line !== group.first.line) group.others.add(`${at.file}:${at.line}`)
  }
  const lines = [...groups.values()].map(({ first, for: supports, others }) =>
    `  ${supports ? 'because' : 'against'}  ${clipped(first.text, 500)}  (${plain(first.file)}:${first.line}${others.size > 0 ? ` and ${others.size} more` : ''})`)
  return lines.length > most + 1 ? [...lines.slice(0, most), `  and ${lines.length - most} more signs`] : lines
}

const findingLines = (finding: Finding): readonly string[] => [
  `  ${finding.severity}  ${finding.rule}  ${plain(finding.file)}:${finding.line}`, paragraph(finding.message, '    '), paragraph(`Fix: ${finding.fix}`, '    '),
]
