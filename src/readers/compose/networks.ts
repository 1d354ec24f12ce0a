// The networks of a project that live beyond it. https://docs.docker.com/reference/compose-file/networks/
import { entriesOf, field, scalarAt, scalarsOf, type Node } from './node.ts'
import type { Project } from './project.ts'

/** Networks that another project may join (`external`, or with a name of their own), by that name: the services that each connects. */
export function sharedNetworks({ services, top }: Project): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  const names = new Map(entriesOf(top.get('networks')).flatMap(([key, { value }]) => { const name = nameOf(key, value); return name === undefined ? [] : [[key, name] as const] }))
  if (names.size === 0) return found
  for (const { name, node } of services.values()) {
    if (field(node, 'network_mode')) continue
    const stated = field(node, 'networks')
    const joined = stated?.kind === 'map' ? [...stated.entries.keys()] : scalarsOf(stated).map(({ text }) => text)
    for (const key of joined.length > 0 ? joined : ['default']) {
      const network = names.get(key)
      if (network !== undefined) found.set(network, (found.get(network) ?? new Set()).add(name))
    }
  }
  return found
}

function nameOf(key: string, network: Node): string | undefined {
  const name = scalarAt(network, 'name') ?? scalarAt(field(network, 'external'), 'name')
  if (name) return name.missing.length > 0 ? undefined : name.text
  return scalarAt(network, 'external')?.text === 'true' ? key : undefined
}
