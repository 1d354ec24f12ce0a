// Kafka brokers of a stack: which belong together, what their settings come to, where their data lies, which topics are made.
// Knows servers and images; must not know what anybody uses them for.
import type { FileTree } from '../../model/files.ts'
import type { Product } from '../../model/knowledge.ts'
import { entryOf } from '../../model/entry-of.ts'
import { allOfIt, type Component, type Setting, type Storage, type Topic, type Workload } from '../../model/stack.ts'
import { isUnidentified, parseImage } from '../../model/images.ts'
import { hiding, isUnread, known, readable, unknown, valueOf, type Note, type Value } from '../../model/value.ts'
import { before } from '../../model/words.ts'
import { clusters, isController, isLoose, type Node } from './clusters.ts'
import { keeperOf } from './keeper.ts'
import { nodeSettings, type NodeSettings } from './settings.ts'
import { nodeStorage, rank } from './storage.ts'
import { topicsOf, topicsOfVariable } from './topics.ts'
import { containedVersion, versionOf } from './versions.ts'

interface Recognised {
  readonly workload: Workload
  readonly product: Product
}
interface Broker extends Node, NodeSettings {
  readonly workload: Workload
  readonly product: Product
}
interface Cluster {
  readonly brokers: readonly Broker[]
  readonly members: readonly Broker[]
  readonly hosts: readonly string[]
}

/** The Kafka clusters among workloads recognised as brokers; `all` is searched for topic-making services. */
export function kafkaComponents(recognised: readonly Recognised[], all: readonly Workload[], tree: FileTree, partly = false): readonly Component[] {
  const nodes = recognised.map(({ workload, product }): Broker => ({ workload, product, ...nodeSettings(workload, product, tree) }))
  const found: Cluster[] = []
  for (const group of clusters(nodes)) {
    const brokers = group.filter(node => !isController(node))
    if (brokers.length === 0) continue
    const members = [...brokers, ...group.filter(isController)]
    found.push({ brokers, members, hosts: [...new Set(members.flatMap(member => member.workload.hosts))] })
  }
  // Who makes topics where no cluster is makes them elsewhere.
  if (found.length === 0) return []
  const topics = provisioned(found, all, tree), makers = all.filter(hidesWords)
  const members = new Set(found.flatMap(cluster => cluster.members.map(({ workload }) => workload)))
  // Whose node a broker is that nobody can place, and which it joins, nobody knows: each may be another's.
  const unplaced = (found.length > 1 && found.some(cluster => cluster.members.some(isLoose))) || all.some(workload => !members.has(workload) && mayBeBroker(workload, found))
  return found.flatMap((cluster, i) => {
    const one = component(cluster, topics[i] ?? none, all, makers, tree)
    // One of which nobody can read whether it is a broker may only keep metadata.
    const unsure = unplaced || cluster.members.some(({ settings }) => settings.get('process.roles')?.state === 'unknown')
    return one ? [unsure ? hiding(one, ...allOfIt) : partly ? hiding(one, 'nodes', 'members', 'keeper') : one] : []
  })
}

/** Whether a workload that nobody can identify has settings that only brokers have, or may have, or is one by what brokers say with whom they vote. */
const mayBeBroker = (workload: Workload, found: readonly Cluster[]): boolean =>
  isUnidentified(workload) && (workload.hidden?.includes('image') === true || found.some(({ members }) => members.some(({ settings }) => votesWith(settings.get('controller.quorum.voters'), workload))) || workload.environment.some(({ name }) => /^KAFKA_(?:CFG_)?(?:BROKER_ID|NODE_ID|ZOOKEEPER_CONNECT|PROCESS_ROLES|CONTROLLER_QUORUM_VOTERS)$/.test(name)))

const votesWith = (voters: Setting | undefined, { hosts }: Workload): boolean =>
  voters?.state === 'stated' && voters.value.split(',').some(voter => hosts.includes(before(voter.trim().replace(/^\d+@/, ''), /:/)))

/** The topics that are made on a cluster; `hidden` where some have names that cannot be read. */
interface Provisioned {
  readonly topics: readonly Topic[]
  readonly hidden: boolean
}
const none: Provisioned = { topics: [], hidden: false }

function component(cluster: Cluster, { topics, hidden }: Provisioned, all: readonly Workload[], makers: readonly Workload[], tree: FileTree): Component | undefined {
  const first = cluster.brokers[0]
  if (!first) return undefined
  const { workload, product } = first
  const version = versionOf(workload)
  const contains = containedVersion(version, product)
  const settings = settingsOf(cluster.brokers)
  const keeper = keeperOf(settings, all)
  const unread = cluster.members.flatMap(member => member.unreadSettings)
  const memoryLimit = cluster.brokers.find(broker => broker.workload.memoryLimit)?.workload.memoryLimit
  return {
    name: workload.name, span: workload.span, technology: 'kafka', product: product.id,
    ...(version === undefined ? {} : { version }),
    ...(contains === undefined ? {} : { contains }),
    ...(workload.image ? { image: workload.image } : {}),
    external: false,
    members: cluster.members.map(member => member.workload),
    nodes: nodesOf(cluster.brokers),
    settings,
    storage: storageOf(cluster.brokers, tree),
    ...(memoryLimit ? { memoryLimit } : {}),
    restartsItself: restartsItself(workload),
    hosts: cluster.hosts,
    topics,
    unloadedConfigs: cluster.members.flatMap(member => member.unloaded),
    ...(unread.length > 0 ? { unreadSettings: unread } : {}),
    ...(keeper ? { keeper } : {}),
    declared: cluster.members.flatMap(member => member.workload.declared),
    unread: once(cluster.members.flatMap(member => member.unread)),
    ...(hidden || makers.some(each => mayMakeTopics(each, cluster)) ? { hidden: ['topics'] } : {}),
  }
}

const hidesWords = ({ entrypoint = [], command = [] }: Workload): boolean => [...entrypoint, ...command].some(word => !word.known)

/** Whether a workload runs something on topics of which a word that is no option's value cannot be read; of one that hides words. */
function mayMakeTopics(workload: Workload, { members }: Cluster): boolean {
  const words = [...workload.entrypoint ?? [], ...workload.command ?? []]
  if (members.some(member => member.workload === workload)) return false
  const line = words.map(readable).join(' ')
  const image = parseImage(workload.image)?.name
  return (/kafka-topics|kafka-configs|\brpk\b/.test(line) || (image !== undefined && members.some(member => parseImage(member.workload.image)?.name === image)))
    && line.replace(/(?:^|\s)--[\w-]+[ =](?!-)\S+/g, ' ').includes('${')
}

function nodesOf(brokers: readonly Broker[]): Value<number> {
  // Whom one of them works with may be somebody whom the others do not name.
  const loose = brokers.length > 1 ? brokers.find(isLoose) : undefined
  if (loose) return unknown(`what ${loose.workload.name} works with cannot be read`, '', loose.workload.span)
  let count = 0
  for (const { workload } of brokers) {
    if (workload.replicas && !workload.replicas.known) return unknown(workload.replicas.why, workload.replicas.raw, workload.replicas.span)
    count += valueOf(workload.replicas) ?? 1
  }
  return known(count, brokers[0]?.workload.replicas?.span ?? brokers[0]?.workload.span ?? { file: '', start: 0, end: 0 })
}

// What any broker states counts, since a cluster is as configured as its brokers; the first one that states it gives the place.
function settingsOf(brokers: readonly Broker[]): ReadonlyMap<string, Setting> {
  const settings = new Map<string, Setting>()
  const strength = { stated: 2, unknown: 1, defaulted: 0 } as const
  for (const broker of brokers) {
    for (const [name, setting] of broker.settings) {
      const before = settings.get(name)
      if (!before || strength[setting.state] > strength[before.state]) settings.set(name, setting)
      else if (before.state === 'stated' && setting.state === 'stated') settings.set(name, also(before, setting))
    }
  }
  return settings
}

type Stated = Extract<Setting, { state: 'stated' }>

// Brokers that share one text, by an anchor or an extended service, state it in one place.
function also(first: Stated, { value, span }: Stated): Stated {
  const others = first.others ?? []
  const known = [first, ...others].some(one => one.span.file === span.file && one.span.start === span.start)
  return known ? first : { ...first, others: [...others, { value, span }] }
}

// One broker without storage loses its copies, so the worst broker speaks for all.
function storageOf(brokers: readonly Broker[], tree: FileTree): Storage {
  const all = brokers.map(broker => nodeStorage(broker.workload, broker.product, broker.settings, tree))
  const worst = all.reduce((worse, one) => (rank[one.kind] < rank[worse.kind] ? one : worse))
  return { ...worst, misplaced: all.flatMap(one => one.misplaced) }
}

function restartsItself(workload: Workload): boolean | undefined {
  if (!workload.restart) return false
  const policy = valueOf(workload.restart)
  return policy === undefined ? undefined : /^(always|unless-stopped|on-failure|any)/.test(policy)
}

const once = (notes: readonly Note[]): readonly Note[] =>
  notes.filter((note, i) => notes.findIndex(other => other.text === note.text && other.span.start === note.span.start && other.span.file === note.span.file) === i)

/** The topics of each cluster, from its own variables and from every command of the stack that makes some. */
function provisioned(found: readonly Cluster[], all: readonly Workload[], tree: FileTree): readonly Provisioned[] {
  const lists = found.map(() => new Map<string, Topic>()), open = new Set<number>()
  const add = (cluster: number, topic: Topic): void => {
    const list = lists[cluster]
    const before = list?.get(topic.name)
    list?.set(topic.name, before ? joined(before, topic) : topic)
  }
  found.forEach((cluster, i) => {
    for (const { workload, product } of cluster.members) {
      const names = entryOf(variables, product.dialect) ?? []
      for (const topic of topicsOfVariable(workload, names, tree)) add(i, topic)
      if (workload.environment.some(({ name, value }) => names.includes(name) && isUnread(value))) open.add(i)
    }
  })
  for (const workload of all) {
    for (const { topic, servers } of topicsOf(workload, tree)) {
      const cluster = clusterOf(workload, servers, found, all)
      if (cluster === undefined) {
        // It may be any of them.
        if (hostsIn(servers).some(isOpenHost)) for (const at of found.keys()) open.add(at)
        continue
      }
      // Where it is made on a server that cannot be read, it may be none of this one's; a workload that waits for the only one there is works with it.
      const waits = found.length === 1 && workload.dependsOn.some(({ value }) => found[cluster]?.hosts.includes(value))
      if (topic) add(cluster, isUnidentified(workload) || (!waits && hostsIn(servers).some(isOpenHost)) ? hiding(topic, 'name', 'partitions', 'replicas', 'config') : topic)
      else open.add(cluster)
    }
  }
  return lists.map((list, i) => ({ topics: [...list.values()], hidden: open.has(i) }))
}

/** Variables from which the image's entrypoint makes topics; other images ignore them. */
const variables: Readonly<Record<string, readonly string[]>> = {
  'kafka-wurstmeister': ['KAFKA_CREATE_TOPICS'], 'kafka-debezium': ['CREATE_TOPICS'], 'kafka-env': ['KAFKA_CREATE_TOPICS', 'CREATE_TOPICS'],
}

const joined = (before: Topic, after: Topic): Topic => ({ ...before, ...after, span: before.span, config: new Map([...before.config, ...after.config]) })

const hostsIn = (servers: readonly string[]): readonly string[] => servers.map(server => before(server.trim().replace(/^\w+:\/\//, ''), /\//).replace(/:[\d$][^:/]*$/, '')).filter(host => host !== '')
const isOpenHost = (host: string): boolean => /[$`]|\{\{/.test(host)

function clusterOf(workload: Workload, servers: readonly string[], found: readonly Cluster[], all: readonly Workload[]): number | undefined {
  const hosts = hostsIn(servers)
  const named = found.findIndex(cluster => hosts.some(host => cluster.hosts.includes(host)))
  if (named >= 0) return named
  const own = found.findIndex(cluster => cluster.members.some(member => member.workload.name === workload.name))
  if (own >= 0) return own
  const keeper = found.findIndex(cluster => cluster.brokers.some(broker => {
    const connect = broker.settings.get('zookeeper.connect')
    return connect?.state === 'stated' && hosts.some(host => connect.value.split(/[,/]/).some(part => part.replace(/:\d+$/, '') === host))
  }))
  if (keeper >= 0) return keeper
  // A host of the stack that is no broker may be a proxy before one; a host outside it is another cluster.
  const outside = hosts.some(host => !isOpenHost(host) && !/^(localhost|127\.|host\.docker\.internal)/.test(host) && !all.some(other => other.hosts.includes(host)))
  if (outside) return undefined
  if (found.length === 1) return 0
  const depends = found.findIndex(cluster => workload.dependsOn.some(name => cluster.hosts.includes(name.value)))
  return depends >= 0 ? depends : undefined
}
