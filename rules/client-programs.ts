// What rules ask of the source of a component's clients: the programs that can be no other's, what they set and what they hand on. Reports nothing.
import type { ObservedComponent, ObservedStack } from '../src/model/observation.ts'
import { oncePer } from '../src/model/once.ts'
import type { ClientSetting, Program, Traffic } from '../src/model/program.ts'
import type { Workload } from '../src/model/stack.ts'
import type { Span } from '../src/model/value.ts'

export interface ClientProgram {
  /** What the stack calls it; of a program beside the stack its folder. */
  readonly name: string
  readonly program: Program
}

/** Programs of this repository that work with this component, and with no other of its kind; none that may be somebody else's. */
export function clientPrograms(component: ObservedComponent, stack: ObservedStack): readonly ClientProgram[] {
  const alike = byTechnology(stack).get(component.technology) ?? [component], only = onlyServers(alike)
  const clients = component.clients.map(({ workload }) => workload).filter(workload => only.get(workload) === component)
  const all = [...clients, ...(alike.length === 1 ? stack.programs ?? [] : [])]
  return all.flatMap(({ name, program }) => (program?.certain === true ? [{ name, program }] : []))
}

const byTechnology = oncePer((stack: ObservedStack) => {
  const found = new Map<string, ObservedComponent[]>()
  for (const component of stack.components) {
    const alike = found.get(component.technology)
    if (alike) alike.push(component)
    else found.set(component.technology, [component])
  }
  return found
})

// Each client's only one among these components; undefined where it works with several.
const onlyServers = oncePer((components: readonly ObservedComponent[]) => {
  const found = new Map<Workload, ObservedComponent | undefined>()
  for (const component of components) for (const { workload } of component.clients) found.set(workload, found.has(workload) && found.get(workload) !== component ? undefined : component)
  return found
})

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
