// Which tool a design should have for each of its jobs: the decision table filled from what is declared. Given the table; names no technology.
import type { DeclaredComponent, DesignSpec } from '../model/spec.ts'
import type { Technology } from '../model/stack.ts'
import { knownUses, type FilledRow } from '../model/table.ts'
import { judgeUse, type Table, type UseVerdict } from './verdict.ts'

/** `both`: the use has a part for each tool. `neither`: another kind of system. `undecided`: nothing speaks for either. */
export type Choice = Technology | 'both' | 'neither' | 'undecided'

export interface UseDecision extends UseVerdict {
  readonly choice: Choice
  /** Rows that speak for the choice, or for each part of it. */
  readonly reasons: readonly FilledRow[]
  /** Rows that nothing speaks to; one more field would fill each. */
  readonly open: readonly FilledRow[]
}

export interface ComponentDecision {
  readonly id: string
  readonly component: DeclaredComponent
  readonly stated: Technology | undefined
  readonly choice: Choice
  readonly uses: readonly UseDecision[]
}

export interface Decision {
  readonly name: string | undefined
  readonly choice: Choice
  readonly components: readonly ComponentDecision[]
}

/** A recommendation for each component of a design, and for all of it. */
export function decide(spec: Pick<DesignSpec, 'name' | 'components'>, table: Table): Decision {
  const components = spec.components.map(component => {
    const stated = component.technology?.value
    const uses = knownUses(component.uses, []).map(known => decideUse(judgeUse(known, stated, table)))
    return { id: component.id, component, stated, choice: together(uses.map(({ choice }) => choice)), uses }
  })
  return { name: spec.name?.value, choice: together(components.flatMap(({ uses }) => uses.map(({ choice }) => choice))), components }
}

function decideUse(use: UseVerdict): UseDecision {
  const open = use.rows.filter(({ side }) => side === 'unknown')
  const sides = Object.entries(use.score).sort(([, a], [, b]) => b - a)
  const [first, second] = sides as [[Technology, number], [Technology, number]]
  // Where each tool has several rows and neither leads, the use has two parts.
  const split = second[1] >= 2 && first[1] - second[1] <= 1
  const choice: Choice = use.elsewhere ? 'neither' : first[1] === 0 ? 'undecided' : split || first[1] === second[1] ? 'both' : first[0]
  const reasons = use.rows.filter(({ side }) => side !== 'unknown' && side !== 'both' && (choice === 'both' || choice === side))
  return { ...use, choice, reasons, open }
}

// What is undecided takes the side of the rest; jobs for neither tool do not change what the others need.
function together(choices: readonly Choice[]): Choice {
  const tools = new Set(choices.flatMap(choice => (choice === 'neither' || choice === 'undecided' ? [] : choice === 'both' ? ['both' as const] : [choice])))
  const [only] = tools
  if (tools.size > 1) return 'both'
  return only ?? (choices.includes('neither') ? 'neither' : 'undecided')
}
