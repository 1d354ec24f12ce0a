// JUnit XML as most servers read it: a suite a stack, a test case a finding, a passing one for each component without any.
// The schema is that of the Ant task: https://github.com/windyroad/JUnit-Schema
import type { Finding, Report } from '../model/report.ts'
import type { Context } from './context.ts'
import { story, xml } from './escape.ts'
import { byStack, notJudged } from './stacks.ts'

interface Case {
  readonly name: string
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped'
  readonly lines?: readonly string[]
  readonly kind?: string
}

interface Suite {
  readonly name: string
  readonly cases: readonly Case[]
}

/** Errors and warnings are failures, infos pass with their words, suppressed findings are skipped; a file that was not checked is an error, what else could not be read passes with its words. */
export function junit(report: Report, { started }: Context): string {
  const suppressed = byStack(report.stacks, report.suppressed ?? [])
  const parts = byStack(report.stacks, report.findings)
  const suites = parts.flatMap(({ stack, findings }): Suite[] => {
    if (stack === undefined) return []
    const quiet = suppressed.find(part => part.stack === stack)?.findings ?? []
    const named = new Set([...findings, ...quiet].map(finding => finding.component))
    const fine = stack.components.filter(component => !named.has(component.name))
    return [{ name: stack.name, cases: [...findings.map(found), ...quiet.map(skipped), ...fine.map((component): Case => ({ name: component.name, outcome: 'passed' }))] }]
  })
  const none = <P extends { readonly stack: unknown }>(all: readonly P[]): P | undefined => all.find(part => part.stack === undefined)
  const rest = [...none(parts)?.findings.map(found) ?? [], ...none(suppressed)?.findings.map(skipped) ?? []]
  if (rest.length > 0) suites.push({ name: 'misfit', cases: rest })
  const files = [
    ...report.problems.map((problem): Case => ({ name: `${problem.file}:${problem.line}:${problem.column}`, outcome: problem.unread ? 'error' : 'passed', kind: 'problem', lines: [problem.message] })),
    ...notJudged(report).map((note): Case => ({ name: `${note.file}:${note.line}:${note.column}`, outcome: 'passed', kind: 'unread', lines: [note.text] })),
  ]
  if (files.length > 0) suites.push({ name: 'files', cases: files })
  const body = suites.map((each, id) => suite(each.name, each.cases, id, started))
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${body.join('')}</testsuites>\n`
}

const titled = (finding: Finding): string => `${finding.component}: ${finding.rule} at ${finding.file}:${finding.line}:${finding.column}`

const found = (finding: Finding): Case => ({
  name: titled(finding), outcome: finding.severity === 'info' ? 'passed' : 'failure', kind: finding.severity, lines: story(finding),
})

const skipped = (finding: NonNullable<Report['suppressed']>[number]): Case => ({
  name: titled(finding), outcome: 'skipped', lines: [`suppressed${finding.suppression.justification === undefined ? '' : `: ${finding.suppression.justification}`}`],
})

function suite(name: string, cases: readonly Case[], id: number, started: string): string {
  const count = (outcome: Case['outcome']): number => cases.filter(each => each.outcome === outcome).length
  const attributes = `name="${xml(name) || 'stack'}" package="misfit" id="${id}" timestamp="${started}" hostname="localhost" tests="${cases.length}" ` +
    `failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="0"`
  return `  <testsuite ${attributes}>\n    <properties/>\n${cases.map(each => testCase(each, name)).join('')}` +
    `    <system-out>${xml(told(cases))}</system-out>\n    <system-err></system-err>\n  </testsuite>\n`
}

const told = (cases: readonly Case[]): string =>
  cases.filter(each => each.outcome === 'passed' && each.lines !== undefined).map(each => `${each.name}: ${(each.lines ?? []).join(' ')}`).join(' | ')

function testCase({ name, outcome, lines = [], kind = '' }: Case, suiteName: string): string {
  const start = `    <testcase name="${xml(name)}" classname="misfit.${xml(suiteName)}" time="0"`
  if (outcome === 'passed') return `${start}/>\n`
  const [message = '', ...more] = lines
  const type = outcome === 'skipped' ? '' : ` type="${xml(kind)}"`
  return `${start}>\n      <${outcome} message="${xml(message)}"${type}>${more.map(xml).join('\n')}</${outcome}>\n    </testcase>\n`
}
