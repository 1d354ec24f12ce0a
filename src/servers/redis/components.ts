// Redis servers of a stack → components: a replica belongs to its primary, the nodes of a cluster to each other.
import type { FileTree } from '../../model/files.ts'
import type { Product } from '../../model/knowledge.ts'
import { allOfIt, type Component, type Workload } from '../../model/stack.ts'
import { isUnidentified } from '../../model/images.ts'
import { hiding, isUnread, known, readable, unknown, type Value } from '../../model/value.ts'
import { redisServer, type RedisServer } from './server.ts'

/** Where the servers stand. */
export interface Around {
  readonly pods?: boolean
  readonly partly?: boolean
}

interface Node {
  readonly workload: Workload
  readonly product: Product
  readonly server: RedisServer
}

/**
 * The Redis components among workloads recognised as servers; `all` is searched for later `CONFIG SET` commands. Pods of one set have names of
 * their own; where a part of the stack cannot be read (`partly`), anybody may be in it.
 */
export function redisComponents(
  recognised: readonly { readonly workload: Workload; readonly product: Product }[], all: readonly Workload[], tree: FileTree, { pods = false, partly = false }: Around = {},
): readonly Component[] {
  const nodes = recognised.map(({ workload, product }) => ({ workload, product, server: redisServer(workload, product, tree, all) }))
  const groups: Node[][] = []
  const replicas: { readonly node: Node; readonly primary: string | undefined }[] = []
  const copies = new Set<Node>()
  let cluster: Node[] | undefined
  for (const node of nodes) {
    if (inCluster(node)) {
      if (cluster) cluster.push(node)
      else groups.push(cluster = [node])
      continue
    }
    const primary = primaryOf(node)
    if (primary === false) groups.push([node])
    else replicas.push({ node, primary })
  }
  // What nobody can identify may be the one that is followed.
  const stranger = partly || all.some(workload => isUnidentified(workload) && !nodes.some(node => node.workload === workload))
  const isAmong = (node: Node): boolean => pods && hasCopies(node)
  // Where nobody can read who is in the cluster, its first node, which speaks for all, may be another one.
  const unsettled = nodes.filter(isClusterUnread), ring = [...cluster ?? [], ...unsettled]
  if (unsettled.length > 0 ? nodes.length > 1 : stranger) for (const node of ring) copies.add(node)
  for (const { node, primary } of replicas) {
    const named = primary === undefined ? undefined : groups.find(group => group.some(member => answers(member, primary)))
      ?? groups.find(group => group.some(member => replicas.some(entry => answers(entry.node, primary) && entry.primary !== undefined && answers(member, entry.primary))))
    const group = named ?? (primary === undefined && groups.length === 1 && !stranger && unsettled.length === 0 ? groups[0] : undefined)
    if (isPrimaryUnread(node) && !isAmong(node)) copies.add(node)
    if (group) { group.push(node); continue }
    groups.push([node])
    const among = primary === undefined && isAmong(node)
    // The server that it copies is here, but nobody recognised it: what it is set to and where its data lies is told there.
    if (!among && (primary === undefined || partly || all.some(workload => workload !== node.workload && answers({ workload }, primary)))) copies.add(node)
  }
  // Of whom a copy is that nobody can place, it says more than can be read.
  const loose = nodes.some(node => node.workload.hidden?.some(field => field === 'envFiles' || field === 'image') === true || (isPrimaryUnread(node) && !isAmong(node)))
    || (stranger && replicas.some(({ primary }) => primary === undefined))
  return groups.map(group => hiding(component(group), ...group.some(node => copies.has(node)) ? allOfIt : groups.length > 1 && group.some(mayFollow) ? ['spec'] : [], ...loose ? ['copies', 'members', 'nodes'] : []))
}

// Whatever starts it may make it a copy of another one.
const mayFollow = ({ server }: Node): boolean => server.opaque && !server.settings.has('replicaof')

// `redis-master-0.redis-headless.default.svc.cluster.local` is a pod of redis-master; a service's name may have its namespace behind it.
function answers({ workload }: Pick<Node, 'workload'>, host: string): boolean {
  const [label = ''] = host.split('.')
  return workload.hosts.includes(host) || (label !== host && (workload.hosts.includes(label) || workload.hosts.includes(label.replace(/-\d+$/, ''))))
}

const replicationMode = /^(?:REDIS|VALKEY|KEYDB)_REPLICATION_MODE$/

// A host name, undefined when it cannot be known, false for a server that follows nobody.
function primaryOf({ workload, server }: Node): string | undefined | false {
  const setting = server.settings.get('replicaof')
  if (setting?.state === 'stated' && setting.value !== '' && !/^no one$/i.test(setting.value)) return setting.value.split(/\s+/)[0]
  if (setting?.state === 'unknown') return undefined
  const mode = workload.environment.find(variable => replicationMode.test(variable.name))
  return mode && (isUnread(mode.value) || /^(?:slave|replica)$/i.test(readable(mode.value))) ? undefined : false
}

/** Whether there are several of it: pods may agree at start on one of them, whom the others copy. */
const hasCopies = ({ workload: { replicas } }: Node): boolean => replicas?.known === true && replicas.value > 1

/** Whether it follows somebody, or may, and nobody can read whom. */
const isPrimaryUnread = ({ workload, server }: Node): boolean =>
  (server.settings.get('replicaof')?.state === 'unknown' && !server.opaque) || workload.environment.some(({ name, value }) => replicationMode.test(name) && isUnread(value))

function inCluster({ workload, product, server }: Node): boolean {
  const setting = server.settings.get('cluster-enabled')
  if (setting?.state === 'stated') return setting.value === 'yes'
  return product.id === 'bitnami-redis-cluster' || workload.environment.some(variable => /^(?:REDIS|VALKEY)_NODES$/.test(variable.name))
}

/** Whether nobody can read if it is the node of a cluster; what an image brings is its own. */
const isClusterUnread = (node: Node): boolean =>
  !inCluster(node) && node.server.settings.get('cluster-enabled')?.state === 'unknown' && (!node.server.opaque || isUnidentified(node.workload) || node.workload.command?.some(isUnread) === true)

function component(members: readonly Node[]): Component {
  const first = members[0] as Node
  const { workload, product, server } = first
  const restart = workload.restart
  return {
    name: workload.name,
    span: workload.span,
    technology: 'redis',
    product: product.id === 'redis-unofficial' ? 'redis' : product.id,
    ...(server.version === undefined ? {} : { version: server.version }),
    ...(workload.image ? { image: workload.image } : {}),
    external: false,
    members: members.map(member => member.workload),
    ...(members.length > 1 && !inCluster(first) ? { copies: members.slice(1).map(member => member.workload) } : {}),
    nodes: count(members),
    settings: server.settings,
    storage: server.storage,
    ...(workload.memoryLimit ? { memoryLimit: workload.memoryLimit } : {}),
    restartsItself: restart === undefined ? false : restart.known ? restart.value !== 'no' : undefined,
    hosts: [...new Set(members.flatMap(member => member.workload.hosts))],
    topics: [],
    unloadedConfigs: members.flatMap(member => member.server.unloadedConfigs),
    declared: members.flatMap(member => member.workload.declared),
    unread: members.flatMap(member => member.server.unread),
  }
}

function count(members: readonly Node[]): Value<number> {
  let sum = 0
  for (const { workload } of members) {
    if (workload.replicas?.known === false) return unknown(workload.replicas.why, workload.replicas.raw, workload.replicas.span)
    sum += workload.replicas?.value ?? 1
  }
  const [first] = members
  return known(sum, first?.workload.replicas?.span ?? (first as Node).workload.span)
}
