// How grave a finding may be: by what its use rests on, by whether anything tells what the stack is for, and by what the rule is about. Knows no rule
// and no technology. The figures behind the table are in docs/accuracy.md.
import { isUnidentified } from '../model/images.ts'
import type { Basis, ObservedComponent, ObservedStack } from '../model/observation.ts'
import { severities, type Concern, type Rule, type RuleReport, type Severity } from '../model/rule.ts'

/** 0 is the gravest. */
export const rank = (severity: Severity): number => severities.indexOf(severity)
const milder = (a: Severity, b: Severity): Severity => (rank(a) > rank(b) ? a : b)

/** Whether a finding says what happens to a use, rather than what is so of the server whatever it is used for. */
export const restsOnUses = ({ rests = [] }: RuleReport): boolean => rests.length > 0

const silentOutsideProduction: ReadonlySet<Concern> = new Set(['durability', 'replication', 'sizing'])
const milderOutsideProduction: ReadonlySet<Concern> = new Set(['semantics', 'fit', 'operations'])
// What a server is started with and what a design says of it is so whether or not anything opens it.
const ofServer: ReadonlySet<Concern> = new Set(['operations', 'specification'])
const ofData: ReadonlySet<Concern> = new Set(['durability', 'sizing'])

/** The severity of a report; undefined means silence. A person's own severity is kept as it is, except that a guess is never an error. */
export function severityOf(rule: Rule, report: RuleReport, stack: ObservedStack, stated: Severity | undefined, component: ObservedComponent): Severity | undefined {
  const production = stack.environment.unread === undefined && (stack.environment.class === 'production' || stack.environment.class === 'unspecified')
  // What merely looks like somebody's own machine may be where it runs: what it loses there is told, and no more.
  if (!production && silentOutsideProduction.has(rule.concern)) return stack.environment.guessed && ofData.has(rule.concern) && (report.severity ?? rule.severity) !== 'info' ? 'info' : undefined
  // Where nothing tells what the stack is for, what is lost may be nobody's.
  const told = stack.environment.class !== 'unspecified' || stack.spec !== undefined
  const doubted = report.confidence === 'possible' || isBesides(component, stack) || (component.emptied !== undefined && restsOnUses(report))
  const cap = component.unopened && !ofServer.has(rule.concern) ? 'info' : milder(doubted ? 'warning' : 'error', ceilingOf(report, rule.concern, told))
  if (stated !== undefined) return milder(stated, cap)
  if (stack.standing === 'library-defaults') return 'info'
  const severity = milder(report.severity ?? rule.severity, worstOf(report, rule.concern, told))
  return milder(!production && milderOutsideProduction.has(rule.concern) ? 'info' : severity, cap)
}

// What source shows may be what nobody runs: by itself it makes no error, and one sign of it, a name or people's words no warning.
const ceilings: Readonly<Record<'told' | 'untold', Readonly<Record<Basis, Severity>>>> = {
  told: { proven: 'error', 'both-ends': 'error', source: 'warning', 'one-sign': 'info' },
  untold: { proven: 'error', 'both-ends': 'warning', source: 'warning', 'one-sign': 'info' },
}

// The strongest of several uses counts.
const ceilingOf = ({ rests = [] }: RuleReport, concern: Concern, told: boolean): Severity =>
  rests.filter(({ mild }) => !mild || !ofData.has(concern)).map(({ basis }) => ceilings[told ? 'told' : 'untold'][basis]).reduce((a, b) => (rank(a) < rank(b) ? a : b), rests.length > 0 ? 'info' : 'error')

// Where nothing tells what a stack is for, a missing volume says as much of the stack as of a fault: a warning where the deployment itself shows the use.
const worstOf = (report: RuleReport, concern: Concern, told: boolean): Severity => (told || concern !== 'durability' ? 'error' : isProven(report) ? 'warning' : 'info')

const isProven = ({ confidence, rests = [] }: RuleReport): boolean => confidence === 'certain' || rests.some(({ basis }) => basis === 'proven')

/** Whether only programs that no workload runs are known to use it, or may: they may be started elsewhere, and otherwise. */
const isBesides = ({ clients, beside, uses, open }: ObservedComponent, { programs = [], workloads }: ObservedStack): boolean =>
  clients.every(({ hidden }) => hidden !== undefined) && !uses.some(({ declared }) => declared)
  // What nobody can identify need not run the program that it holds.
  && (beside.length > 0 || (open === true && (programs.length > 0 || workloads.some(workload => workload.program !== undefined && isUnidentified(workload)))))
