// The picture of a system before anybody draws it: programs, Redis and Kafka components, and what flows between them. Draws nothing.
import type { Finding, Report, ReportedComponent, ReportedStack } from '../model/report.ts'
import { grouped } from './grouped.ts'
import { clipped } from './plain.ts'
import { byStack } from './stacks.ts'

export interface ProgramNode {
  readonly id: string
  readonly name: string
  readonly file: string
  readonly line: number
}

export interface ComponentNode {
  readonly id: string
  readonly component: ReportedComponent
  /** Further nodes of the same cluster. */
  readonly nodes: number
  readonly findings: readonly Finding[]
}

export interface Flow {
  readonly from: ProgramNode
  readonly to: ComponentNode
  /** What the program uses it for, as far as that shows. */
  readonly uses: readonly string[]
}

/** One stack as a picture: its programs on one side, its components on the other. */
export interface StackGraph {
  readonly id: string
  readonly stack: ReportedStack
  readonly programs: readonly ProgramNode[]
  readonly components: readonly ComponentNode[]
  readonly flows: readonly Flow[]
  readonly findings: readonly Finding[]
}

/** The stacks that have a component, in the report's order. Ids are short, and the same for the same report. */
export function graphsOf(report: Report): readonly StackGraph[] {
  return byStack(report.stacks, report.findings).flatMap(({ stack, findings }, index): StackGraph[] => {
    if (stack === undefined || stack.components.length === 0) return []
    const id = `s${index}`
    const own = stack.components.filter(component => component.partOf === undefined)
    const components = own.map((component, i): ComponentNode => ({
      id: `${id}c${i}`, component, nodes: stack.components.filter(({ partOf }) => partOf === component.name).length + 1,
      findings: findings.filter(finding => finding.component === component.name),
    }))
    const programs = new Map<string, ProgramNode>()
    const flows: Flow[] = []
    for (const to of components) {
      // Who uses what has one use has it for that.
      const [only, ...more] = to.component.uses.filter(({ established }) => established)
      for (const { program, file, line, uses } of to.component.links) {
        const from = programs.get(program) ?? { id: `${id}p${programs.size}`, name: program, file, line }
        programs.set(program, from)
        flows.push({ from, to, uses: uses.length === 0 && only !== undefined && more.length === 0 ? [only.use] : uses })
      }
    }
    return [{ id, stack, programs: [...programs.values()], components, flows, findings }]
  })
}

/** Programs that use the same components for the same, drawn as one. */
export interface Crowd {
  readonly id: string
  readonly members: readonly ProgramNode[]
  readonly flows: readonly Flow[]
}

const crowded = 4

/** The programs that use one of the components (all unless some are named): one each, or one for more than four that use the same for the same. */
export function crowdsOf({ programs, flows, components }: StackGraph, shown: ReadonlySet<ComponentNode> = new Set(components)): readonly Crowd[] {
  const used = programs.map(member => ({ member, flows: flows.filter(({ from, to }) => from === member && shown.has(to)) })).filter(each => each.flows.length > 0)
  return grouped(used, each => each.flows.map(({ to, uses }) => `${to.id} ${uses.join()}`).join(' ')).flatMap((group): readonly Crowd[] => {
    const [{ member, flows: first }] = group
    return group.length > crowded ? [{ id: member.id, members: group.map(each => each.member), flows: first }] : group.map(each => ({ id: each.member.id, members: [each.member], flows: each.flows }))
  })
}

/** What a crowd is called: its first program, and how many there are beside it. */
export const crowdName = ({ members }: Crowd): string => `${clipped(members[0]?.name ?? '', 32)}${members.length > 1 ? ` and ${members.length - 1} more` : ''}`

/** Each verdict as a sign and a word, since a colour alone says nothing to many. */
export const verdictSigns = { fits: '✔', misfit: '✖', undecided: '?' } as const
export const verdictWords = { fits: 'fits', misfit: 'misfit', undecided: 'not judged' } as const
