// Compose projects that share a network which outlives them: a program of one reaches a server of another by name. Knows networks, names and
// addresses, no uses. https://docs.docker.com/reference/compose-file/networks/#external
import { nameOf } from '../model/files.ts'
import type { Workload } from '../model/stack.ts'
import { readable } from '../model/value.ts'
import type { ReadStack } from '../readers/read-stack.ts'

const limits = { length: 2_000, stacks: 2_000, guests: 40 } as const

type Shared = Pick<ReadStack, 'root' | 'kind' | 'files' | 'touched' | 'workloads' | 'networks' | 'variant'>

interface Host {
  readonly stack: Shared
  readonly workload: Workload
}

/**
 * The stacks with the programs of others that name one of their servers on a network of both. A name that two projects give to servers on one network
 * leads to neither, and a project with such a server of its own has no need of another's.
 */
export function withSharedNetworks<T extends Shared>(stacks: readonly T[]): readonly T[] {
  const sharing = stacks.filter(({ kind, networks }) => kind === 'compose' && networks !== undefined && networks.size > 0).slice(0, limits.stacks)
  if (sharing.length < 2) return stacks
  const hosts = new Map<string, Host[]>()
  for (const stack of sharing) {
    for (const [network, names] of stack.networks ?? []) {
      for (const workload of stack.workloads) {
        if (!names.has(workload.name) || !isServer(workload)) continue
        for (const host of workload.hosts) {
          const key = `${network} ${host.toLowerCase()}`
          hosts.set(key, [...hosts.get(key) ?? [], { stack, workload }])
        }
      }
    }
  }
  const guests = new Map<Shared, Map<string, { readonly workload: Workload; readonly from: Shared }>>()
  for (const stack of [...sharing].sort((a, b) => Number(a.variant !== undefined) - Number(b.variant !== undefined))) {
    const own = new Set(stack.workloads.flatMap(workload => workload.hosts.map(host => host.toLowerCase())))
    for (const [network, names] of stack.networks ?? []) {
      for (const workload of stack.workloads) {
        if (!names.has(workload.name) || isServer(workload)) continue
        for (const host of namedBy(workload)) {
          if (own.has(host)) continue
          const found = hosts.get(`${network} ${host}`) ?? []
          // Views of one project have the same service.
          if (new Set(found.map(each => `${each.workload.span.file} ${each.workload.name}`)).size !== 1) continue
          for (const { stack: to } of found) {
            if (to.root === stack.root && to.workloads.some(({ name }) => name === workload.name)) continue
            const list = guests.get(to) ?? new Map<string, { workload: Workload; from: Shared }>()
            const id = `${stack.root} ${workload.name}`
            if (!list.has(id) && list.size < limits.guests) list.set(id, { workload, from: stack })
            guests.set(to, list)
          }
        }
      }
    }
  }
  return stacks.map(stack => {
    const own = guests.get(stack)
    if (!own) return stack
    const files = [...own.values()].flatMap(({ from }) => from.files)
    return { ...stack, files: [...new Set([...stack.files, ...files])], touched: new Set([...stack.touched, ...files]), workloads: [...stack.workloads, ...[...own.values()].map(({ workload }) => workload)] }
  })
}

const isServer = ({ image }: Workload): boolean => /redis|valkey|keydb|dragonfly|kvrocks|kafka|redpanda/i.test(nameOf(readable(image)))
const named = /redis|valkey|keydb|dragonfly|kafka|redpanda|queue|cache|broker|bootstrap|session/i
const holdsAddress = /(?:HOST|HOSTS|HOSTNAME|SERVER|SERVERS|ADDR|ADDRESS|BROKERS?|ENDPOINT|URL|URI|NODE|NODES)$/i

// `redis://cache:6379/0`, `kafka:9092,kafka-2:9092`; under a key for addresses a bare name is one.
function namedBy({ environment }: Workload): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { name, value } of environment) {
    const text = readable(value).toLowerCase()
    if (text === '' || text.length > limits.length || !(named.test(name) || named.test(text))) continue
    for (const [, host = ''] of text.matchAll(/(?:^|[/@,\s])([a-z0-9][\w.-]{0,80}):\d{2,5}\b/g)) found.add(host)
    for (const [, host = ''] of text.matchAll(/:\/\/(?:[^/@\s,]{0,80}@)?([a-z0-9][\w.-]{0,80})/g)) found.add(host)
    if (holdsAddress.test(name) && /^[a-z0-9][\w.-]{0,80}$/.test(text)) found.add(text)
  }
  return found
}
