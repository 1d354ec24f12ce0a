// What rules ask of the source of a component's clients: the programs that can be no other's, what they set and what they hand on. Reports nothing.
import type { ObservedComponent, ObservedStack } from '../src/model/observation.ts'
import type { ClientSetting, Program, Traffic } from '../src/model/program.ts'
import type { Span } from '../src/model/value.ts'

export interface ClientProgram {
  /** What the stack calls it; of a program beside the stack its folder. */
  readonly name: string
  readonly program: Program
}

/** Programs of this repository that work with this component, and with no other of its kind; none that may be somebody else's. */
export function clientPrograms(component: ObservedComponent, stack: ObservedStack): readonly ClientProgram[] {
  const others = stack.components.filter(other => other !== component && other.technology === component.technology)
  const elsewhere = new Set(others.flatMap(other => other.clients.map(({ workload }) => workload)))
  const clients = component.clients.map(({ workload }) => workload).filter(workload => !elsewhere.has(workload))
  const all = [...clients, ...(others.length === 0 ? stack.programs ?? [] : [])]
  return all.flatMap(({ name, program }) => (program?.certain === true ? [{ name, program }] : []))
}

/** What these programs state under a name, one entry for each place. */
export const programSettings = (programs: readonly ClientProgram[], component: ObservedComponent, name: string): readonly (ClientSetting & { readonly client: string })[] =>
  once(programs, ({ settings }) => settings.filter(each => each.technology === component.technology && each.name === name), ({ value }) => value.span)

/** The messages that these programs write or read, one entry for each place. */
export const trafficOf = (programs: readonly ClientProgram[], component: ObservedComponent, how: Traffic['how']): readonly (Traffic & { readonly client: string })[] =>
  once(programs, ({ traffic }) => traffic.filter(each => each.technology === component.technology && each.how === how), ({ name }) => name.span)

// Two workloads may run one program.
function once<T extends object>(programs: readonly ClientProgram[], of: (program: Program) => readonly T[], placeOf: (one: T) => Span): readonly (T & { readonly client: string })[] {
  const found = new Map<string, T & { readonly client: string }>()
  for (const { name: client, program } of programs) {
    for (const one of of(program)) {
      const { file, start } = placeOf(one), place = `${file}:${start}`
      if (!found.has(place)) found.set(place, { ...one, client })
    }
  }
  return [...found.values()]
}
