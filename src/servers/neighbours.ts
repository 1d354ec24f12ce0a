// Programs of one chart, release or folder that name the server of another one in the same repository. Knows addresses and names of
// services in a cluster, nothing of formats or uses.
import { nameOf } from '../model/files.ts'
import type { Component, Stack, Workload } from '../model/stack.ts'
import { readable } from '../model/value.ts'
import type { ReadStack } from '../readers/read-stack.ts'

type Readable = Pick<Stack, 'name' | 'root' | 'kind' | 'files' | 'touched' | 'workloads'> & Partial<Pick<Stack, 'variant' | 'components'>>

interface Server {
  readonly stack: number
  readonly component: Component
}

const limits = { length: 2_000, stacks: 3_000 } as const
const mayConcern = /redis|valkey|keydb|dragonfly|kafka|redpanda|queue|cache|broker|bootstrap/i

/** Whether a stack may reach another one of its cluster, or be reached from one. */
export const mayHaveNeighbours = ({ kind, deployed, workloads }: ReadStack): boolean =>
  kind !== 'compose' && (deployed.length > 0 || workloads.some(({ image, environment }) => (image !== undefined && mayConcern.test(readable(image))) || environment.some(({ name, value }) => mayConcern.test(name) || mayConcern.test(readable(value)))))

/** The stacks with the workloads of others that surely lead to one of their servers: the address names one server of the repository only. */
export function withNeighbours<T extends Readable>(stacks: readonly T[]): readonly T[] {
  const cluster = stacks.map((stack, i) => ({ stack, i })).filter(({ stack }) => stack.kind !== 'compose' && stack.kind !== 'spec').slice(0, limits.stacks)
  const servers = new Map<string, Server | 'several'>()
  const put = (host: string, server: Server): void => {
    const before = servers.get(host)
    servers.set(host, before === undefined || (before !== 'several' && before.component.span.file === server.component.span.file && before.component.name === server.component.name) ? server : 'several')
  }
  for (const { stack, i } of cluster) {
    if (stack.variant !== undefined && stack.kind === 'chart') continue
    for (const component of stack.components ?? []) {
      if (component.external) continue
      const releases = [stack.name, nameOf(stack.root)]
      for (const host of component.hosts) for (const name of [host, ...releases.map(release => `${release}-${host}`)]) put(name.toLowerCase(), { stack: i, component })
    }
  }
  if (servers.size === 0) return stacks
  const guests = new Map<number, Map<Workload, { readonly files: readonly string[]; readonly hosts: Map<Component, Set<string>> }>>()
  for (const { stack, i } of cluster) {
    if (stack.variant !== undefined && stack.kind === 'chart') continue
    for (const workload of stack.workloads) {
      for (const [host, server] of addressesOf(workload, servers)) {
        if (server.stack === i || stack.components?.some(component => component.technology === server.component.technology)) continue
        const list = guests.get(server.stack) ?? new Map<Workload, { files: readonly string[]; hosts: Map<Component, Set<string>> }>()
        const guest = list.get(workload) ?? { files: stack.files, hosts: new Map<Component, Set<string>>() }
        guest.hosts.set(server.component, (guest.hosts.get(server.component) ?? new Set()).add(host))
        guests.set(server.stack, list.set(workload, guest))
      }
    }
  }
  return stacks.map((stack, i) => {
    const own = guests.get(i)
    if (!own) return stack
    const hosts = (component: Component): readonly string[] => [...own.values()].flatMap(guest => [...guest.hosts.get(component) ?? []])
    const files = [...own.values()].flatMap(guest => guest.files)
    return {
      ...stack,
      files: [...new Set([...stack.files, ...files])],
      ...(stack.touched ? { touched: new Set([...stack.touched, ...files]) } : {}),
      workloads: [...stack.workloads, ...own.keys()],
      components: (stack.components ?? []).map(component => ({ ...component, hosts: [...new Set([...component.hosts, ...hosts(component)])] })),
    }
  })
}

// `kafka:9092`, `redis://queue.infra.svc.cluster.local`: the first label is the service.
function* addressesOf(workload: Workload, servers: ReadonlyMap<string, Server | 'several'>): Generator<readonly [string, Server]> {
  for (const { name, value } of workload.environment) {
    const text = readable(value).toLowerCase()
    if (text === '' || text.length > limits.length || !(mayConcern.test(name) || mayConcern.test(text))) continue
    for (const match of text.matchAll(/(?:^|[/@,\s])([a-z0-9][a-z0-9-]{1,62})((?:\.[a-z0-9-]{1,63})?(?:\.svc[a-z.]*)?)(?=:\d{2,5}\b|[/,\s]|$)/g)) {
      const [, service = '', rest = ''] = match
      // A bare word is an address only with a port, a scheme or a namespace.
      if (rest === '' && !/:\d/.test(text.slice(match.index + match[0].length, match.index + match[0].length + 2)) && !text.includes('://')) continue
      const server = servers.get(service)
      if (server !== undefined && server !== 'several') yield [service, server]
    }
  }
}
