// Which brokers and controllers form one cluster. Knows the settings that tie nodes together, nothing of storage or topics.
import type { Setting, Workload } from '../../model/stack.ts'
import { valueOf } from '../../model/value.ts'
import { withoutEnd } from '../../model/words.ts'

export interface Node {
  readonly workload: Workload
  readonly settings: ReadonlyMap<string, Setting>
}

// Made when first asked: what languages know of order takes 5 ms to load.
let collator: Intl.Collator | undefined
const byName = (a: string, b: string): number => (collator ??= new Intl.Collator('en', { numeric: true })).compare(a, b)

/** Groups of nodes that belong together, each by name, so that what its first one is set to does not hang on the order in which files list them; groups in the order in which one of theirs comes first. */
export function clusters<T extends Node>(nodes: readonly T[]): readonly (readonly T[])[] {
  const ties = nodes.map(node => tiesOf(node, nodes))
  const group = nodes.map((_, i) => i)
  const find = (i: number): number => {
    let at = i
    for (let next = group[at]; next !== undefined && next !== at; next = group[at]) at = next
    return at
  }
  // Only nodes that have something in common can be tied.
  const alike = new Map<string, number[]>()
  ties.forEach((own, i) => {
    for (const sign of signsOf(own)) {
      const same = alike.get(sign)
      if (same) same.push(i)
      else alike.set(sign, [i])
    }
  })
  for (const same of alike.values()) {
    for (const [at, i] of same.entries()) {
      for (let k = 0; k < at; k++) {
        const j = same[k] ?? i, a = ties[i], b = ties[j]
        if (a && b && find(i) !== find(j) && together(a, b)) group[Math.max(find(i), find(j))] = Math.min(find(i), find(j))
      }
    }
  }
  const found = new Map<number, T[]>()
  nodes.forEach((node, i) => {
    const list = found.get(find(i))
    if (list) list.push(node)
    else found.set(find(i), [node])
  })
  return [...found.values()].map(list => list.sort((a, b) => byName(a.workload.name, b.workload.name)))
}

/** Whether a node only keeps metadata (`process.roles=controller`). */
export const isController = (node: Node): boolean => roles(node) === 'controller'

/** Whether what ties a node to others cannot be read, so that it may belong to any cluster. */
export const isLoose = (node: Node): boolean =>
  ['zookeeper.connect', 'controller.quorum.voters', 'controller.quorum.bootstrap.servers', 'seeds'].some(name => node.settings.get(name)?.state === 'unknown')

const roles = (node: Node): string | undefined => stated(node, 'process.roles')?.replace(/\s/g, '')

const stated = (node: Node, name: string): string | undefined => {
  const setting = node.settings.get(name)
  return setting?.state === 'stated' ? setting.value : undefined
}

interface Ties {
  readonly node: Node
  readonly id: string | undefined
  /** Hosts that vote or lead to the quorum; empty when none is stated or all are the node itself. */
  readonly quorum: readonly string[]
  readonly quorumStated: boolean
  readonly zookeeper: { readonly hosts: readonly string[]; readonly root: string } | undefined
  readonly seeds: readonly string[]
}

function tiesOf(node: Node, nodes: readonly Node[]): Ties {
  const quorum = stated(node, 'controller.quorum.voters') ?? stated(node, 'controller.quorum.bootstrap.servers')
  const zookeeper = stated(node, 'zookeeper.connect')
  return {
    node,
    id: clusterId(node.workload),
    quorum: hostsOf(quorum, node, nodes),
    quorumStated: quorum !== undefined,
    zookeeper: zookeeper === undefined ? undefined : zookeeperOf(zookeeper),
    seeds: hostsOf(stated(node, 'seeds'), node, nodes),
  }
}

function clusterId(workload: Workload): string | undefined {
  for (const name of ['CLUSTER_ID', 'KAFKA_CLUSTER_ID', 'KAFKA_KRAFT_CLUSTER_ID', 'KAFKA_CFG_CLUSTER_ID']) {
    const value = valueOf(workload.environment.find(variable => variable.name === name)?.value)
    if (value) return value
  }
  return undefined
}

// `1@kafka:9093,2@…` or `host:port,…`: host names, a node's own names and loopback as its workload's name.
function hostsOf(list: string | undefined, node: Node, nodes: readonly Node[]): readonly string[] {
  if (list === undefined) return []
  const hosts = list.split(',').map(part => part.trim().replace(/^\d+@/, '').replace(/^\w+:\/\//, '').replace(/:\d+(:[\w-]+)?$/, '')).filter(host => host !== '')
  return [...new Set(hosts.map(host => ownerOf(host, node, nodes)))].sort()
}

function ownerOf(host: string, node: Node, nodes: readonly Node[]): string {
  if (/^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[?::1?\]?)$/.test(host)) return `=${node.workload.name}`
  const owner = node.workload.hosts.includes(host) ? node : nodes.find(other => other.workload.hosts.includes(host))
  return owner ? `=${owner.workload.name}` : host
}

function zookeeperOf(connect: string): Ties['zookeeper'] {
  const slash = connect.indexOf('/')
  const root = slash < 0 ? '' : withoutEnd(connect.slice(slash), '/')
  const hosts = (slash < 0 ? connect : connect.slice(0, slash)).split(',').map(host => host.trim().toLowerCase()).map(host => (/:\d+$/.test(host) ? host : `${host}:2181`))
  return { hosts, root }
}

// Of what two nodes that are `together` share at least one.
const signsOf = ({ node, id, quorum, zookeeper, seeds }: Ties): ReadonlySet<string> => new Set([
  `=${node.workload.name}`, ...quorum, ...seeds, ...id === undefined ? [] : [`id ${id}`], ...zookeeper?.hosts.map(host => `zookeeper ${host}${zookeeper.root}`) ?? [],
])

function together(a: Ties, b: Ties): boolean {
  if (a.zookeeper && b.zookeeper && !a.quorumStated && !b.quorumStated) return sameZookeeper(a.zookeeper, b.zookeeper)
  if (overlap(a.quorum, b.quorum)) return true
  const self = (ties: Ties): string => `=${ties.node.workload.name}`
  if (a.quorum.includes(self(b)) || b.quorum.includes(self(a))) return true
  if (a.seeds.includes(self(b)) || b.seeds.includes(self(a)) || overlap(a.seeds, b.seeds)) return true
  // A copied sample id ties nothing where each node names a quorum of its own, or is one by default.
  return a.id !== undefined && a.id === b.id && (a.quorumStated !== b.quorumStated || isController(a.node) !== isController(b.node))
}

const overlap = (a: readonly string[], b: readonly string[]): boolean => a.some(host => b.includes(host))

function sameZookeeper(a: NonNullable<Ties['zookeeper']>, b: NonNullable<Ties['zookeeper']>): boolean {
  const local = (host: string): boolean => /^(localhost|127\.|0\.0\.0\.0|\[?::1)/.test(host)
  return a.root === b.root && a.hosts.some(host => b.hosts.includes(host) && !local(host))
}
