// Which stack a finding belongs to, and what a stack is called before people. Knows the report only.
import type { Finding, PlacedNote, Report, ReportedComponent, ReportedStack } from '../model/report.ts'
import { clipped } from './plain.ts'

export interface OfStack<F extends Finding> {
  /** Undefined for what belongs to no listed component: what is said of comments, for example. */
  readonly stack: ReportedStack | undefined
  readonly findings: readonly F[]
}

/** The findings by stack, in the order of the stacks; those of none come last. Every finding is given once. */
export function byStack<F extends Finding>(stacks: readonly ReportedStack[], findings: readonly F[]): readonly OfStack<F>[] {
  const named = new Map<string, ReportedStack[]>()
  for (const stack of stacks) {
    for (const name of new Set(stack.components.map(component => component.name))) push(named, JSON.stringify([stack.name, name]), stack)
  }
  const owns = new Map<ReportedStack | undefined, F[]>()
  for (const finding of new Set(findings)) {
    const candidates = named.get(JSON.stringify([finding.stack, finding.component])) ?? []
    push(owns, candidates.find(stack => isAbout(finding, stack)) ?? candidates[0], finding)
  }
  const rest = owns.get(undefined)
  const parts = stacks.map(stack => ({ stack, findings: owns.get(stack) ?? [] }))
  return rest ? [...parts, { stack: undefined, findings: rest }] : parts
}

const push = <K, V>(lists: Map<K, V[]>, key: K, value: V): void => {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

// Stacks of the same name exist; the files decide, but a finding may lie in one that several stacks mount.
const isAbout = (finding: Finding, stack: ReportedStack): boolean =>
  stack.files.includes(finding.file) || finding.because.some(note => stack.files.includes(note.file))

/** Where a stack is, its own name where that says more, its variant and its environment with the first reason for it. */
export function titleOf({ name, root, variant, environment, environmentBecause: [reason] = [] }: ReportedStack): { readonly title: string; readonly about: string } {
  const told = root === '.' || root === name || root.endsWith(`/${name}`) ? undefined : root
  const about = [told === undefined ? undefined : clipped(told, 80), variant === undefined ? undefined : clipped(variant, 60), environment === 'unspecified' ? undefined : reason === undefined ? environment : `${environment} (${clipped(reason, 80)})`]
  return { title: clipped(root === '.' || told !== undefined ? name : root, 80), about: about.filter(part => part !== undefined).join(' · ') }
}

/** What could not be read for any of the stacks, each once. */
export const unreadOf = ({ stacks }: Report): readonly PlacedNote[] =>
  [...new Map(stacks.flatMap(({ unread = [] }) => unread).map(note => [identity(note), note])).values()]

const identity = ({ file, line, text: says }: PlacedNote): string => `${file}:${line}:${says}`

/** What was not read, and what that costs: a line for each stack, at its first such place, since formats of machines show every line to somebody. */
export function notJudged({ stacks }: Report): readonly PlacedNote[] {
  const told = new Set<string>()
  return stacks.flatMap(({ unread = [] }) => {
    const [first, ...more] = unread.filter(note => !told.has(identity(note)))
    for (const note of unread) told.add(identity(note))
    return first ? [{ ...first, text: more.length === 0 ? `${first.text}: what depends on it was not judged` : `${first.text}, and ${more.length} more: what depends on them was not judged` }] : []
  })
}

/** What a person might declare of a component; which of them it is, only they know. */
export const exampleUses = ({ technology }: Pick<ReportedComponent, 'technology'>): string => `USE (${technology === 'kafka' ? 'event-bus, event-log, cdc' : 'cache, session-store, job-queue'}, …)`

export const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`

/** "3 stacks (2 development)": how many, and how many of those with a component are judged more mildly than what is deployed. */
export function stacksOf({ summary, stacks }: Report): string {
  const judged = stacks.filter(({ components }) => components.length > 0)
  const mild = (['development', 'example', 'test'] as const).flatMap(name => {
    const number = judged.filter(({ environment }) => environment === name).length
    return number === 0 ? [] : [number === summary.stacks ? name : `${number} ${name}`]
  })
  return `${count(summary.stacks, 'stack')}${mild.length === 0 ? '' : ` (${mild.join(', ')}, judged more mildly)`}`
}

/** "2 errors", "1 warning", "3 infos": only what there is, gravest first. */
export const severityCounts = ({ errors, warnings, infos }: Pick<Report['summary'], 'errors' | 'warnings' | 'infos'>): readonly (readonly ['error' | 'warning' | 'info', string])[] =>
  ([['error', errors], ['warning', warnings], ['info', infos]] as const).filter(([, number]) => number > 0).map(([severity, number]) => [severity, count(number, severity)])
