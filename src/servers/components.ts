// Which workloads are Redis or Kafka servers, and which servers outside the stack its clients name.
// Knows how servers are recognised and grouped; must not know what anybody uses them for.
import { nameOf, type FileTree } from '../model/files.ts'
import type { Knowledge, Product } from '../model/knowledge.ts'
import { oncePer } from '../model/once.ts'
import { fitting } from '../model/patterns.ts'
import { allOfIt, type Component, type Storage, type Workload } from '../model/stack.ts'
import { hiding, isUnread, known, readable } from '../model/value.ts'
import type { ReadStack } from '../readers/read-stack.ts'
import { deployedComponents } from './deployed.ts'
import { externalComponents } from './external.ts'
import { isUnidentified, parseImage } from '../model/images.ts'
import { kafkaComponents } from './kafka/server.ts'
import { launchOf, statedWords, type Launch } from './launch.ts'
import { isFlagOrFile, serverCalls } from './redis/command.ts'
import { redisComponents, type Around } from './redis/components.ts'

type Recognising = Pick<Knowledge, 'products' | 'companions' | 'providers' | 'technologies'>

/** The components that a stack deploys by means of its own: charts, operators, pods. Plain workloads and addresses outside come later. */
export const ownComponents = (stack: ReadStack, tree: FileTree, knowledge: Recognising & Pick<Knowledge, 'charts'>): readonly Component[] =>
  [...deployedComponents(stack.deployed, stack.workloads, knowledge), ...findComponents(stack.pods, tree, { ...knowledge, providers: [] }, [], { pods: true }).filter(component => !component.external).map(inPod)]

// A VOLUME of the image is no volume of the pod: it goes with the container.
const inPod = (component: Component): Component => ({
  ...component, storage: inLayer(component.storage), ...behindOneService(component),
  ...(component.keeper ? { keeper: { ...component.keeper, storage: inLayer(component.keeper.storage) } } : {}),
})
// A service leads to whichever pod it selects: to replicas too, where pods find out at start whom they follow, or two sets stand behind it.
function behindOneService({ technology, settings, members }: Component): Pick<Component, 'anyNode'> {
  const cluster = settings.get('cluster-enabled')
  if (technology !== 'redis' || (cluster?.state === 'stated' && cluster.value === 'yes')) return {}
  const [only] = members
  const alike = members.length === 1 && only?.replicas?.known === true && only.replicas.value > 1 && settings.get('replicaof')?.state === 'unknown' ? only.hosts : []
  const all = members.flatMap(member => [...new Set(member.hosts)])
  const anyNode = new Set([...alike, ...all.filter((host, i) => all.indexOf(host) !== i)])
  return anyNode.size === 0 ? {} : { anyNode: [...anyNode] }
}

// Below a mounted folder some runtimes lay it over the mount and others do not (containerd's CRI plugin, CRI-O's `image_volumes`).
function inLayer(storage: Storage): Storage {
  if (storage.kind !== 'anonymous-volume') return storage
  return storage.misplaced.some(({ target }) => storage.dataDir.startsWith(`${target}/`)) ? { ...storage, kind: 'unknown', misplaced: [] } : { ...storage, kind: 'container-layer' }
}

interface Recognised {
  readonly workload: Workload
  readonly product: Product
}

/**
 * The Redis and Kafka components of a stack: those that a reader found by itself (`given`), then in the order of its workloads; components
 * elsewhere that clients name come last. `around` says where they stand.
 */
export function findComponents(workloads: readonly Workload[], tree: FileTree, knowledge: Recognising, given: readonly Component[] = [], around: Around = {}): readonly Component[] {
  const recognised: Recognised[] = []
  const members = new Set(given.flatMap(component => component.members))
  for (const workload of workloads) {
    if (members.has(workload)) continue
    const product = productOf(workload, tree, knowledge)
    if (product) recognised.push({ workload, product })
  }
  const of = (technology: Product['technology']): readonly Recognised[] => recognised.filter(entry => entry.product.technology === technology)
  const own = [...redisComponents(of('redis'), workloads, tree, around), ...kafkaComponents(of('kafka'), workloads, tree, around.partly)]
  const order = new Map(workloads.map((workload, i) => [workload.name, i]))
  // What may be no server at all, or another one, says nothing of itself; nor does one of which variables that cannot be read may say more.
  const whole = own.map(component => (component.members.some(member => mayBeAnother(member, tree) || mayBeOfOther(member, component) || isCalledUnread(member, tree, knowledge)) ? hiding(component, ...allOfIt) : component.members.some(isUseUnread) ? hiding(component, 'uses', 'declared') : component))
  whole.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0))
  return [...given, ...whole, ...externalComponents(workloads, [...given, ...whole], knowledge)]
}

const mayBeAnother = (workload: Workload, tree: FileTree): boolean =>
  workload.unsure === true || isUnidentified(workload) || workload.hidden?.includes('envFiles') === true || mayWatch(launchOf(workload, tree))

// Called like one technology and run like another, where what else would tell them apart cannot be read.
const mayBeOfOther = (workload: Workload, { technology }: Component): boolean =>
  technology === 'kafka' && workload.hosts.some(host => redisName.test(host)) && (workload.healthcheck?.some(isUnread) === true || workload.hidden?.includes('published') === true)

// One that only a name or a port tells that cannot be read.
const isCalledUnread = (workload: Workload, tree: FileTree, knowledge: Recognising): boolean =>
  workload.hidden?.some(field => field === 'hosts' || field === 'ports') === true && productOf({ ...workload, hidden: [] }, tree, knowledge) === undefined

// What somebody declares that it is used for, in words that nobody can read, may be anything.
const isUseUnread = ({ labels }: Workload): boolean => labels.some(({ name, value }) => !value.known && /^misfit\.(?:uses?|not)$/.test(name))

// `redis-server ${ARGS}` may be a sentinel. What follows an option is its value.
const mayWatch = (launch: Launch): boolean => serverCalls(launch).some(call => call.arguments.some((word, i, words) => word.loose === true && !words[i - 1]?.text.startsWith('-')))

const companionsIn = oncePer((companions: Recognising['companions']) => fitting(companions.map(({ image }) => image), false))
const productsIn = oncePer((products: readonly Product[]) => {
  const images = products.flatMap(product => product.images.map(image => ({ image, product })))
  const found = fitting(images.map(({ image }) => image), false)
  return (name: string): Product | undefined => images[found(name)[0] ?? -1]?.product
})

/** The server product that an image is called like; undefined for tools and everything else. */
export const productNamed = ({ products, companions }: Pick<Recognising, 'products' | 'companions'>) => (image: string): Product | undefined => (companionsIn(companions)(image).length > 0 ? undefined : productsIn(products)(image))

/** The server product that a workload runs; undefined for clients, tools and everything else. */
export function productOf(workload: Workload, tree: FileTree, knowledge: Recognising): Product | undefined {
  const name = parseImage(workload.image)?.name
  if (name !== undefined && companionsIn(knowledge.companions)(name).length > 0) return undefined
  const byImage = name === undefined ? undefined : productsIn(knowledge.products)(name)
  // An image built here, hidden in a variable or of somebody's own (`acme/app-redis`): the way it runs has to tell.
  const speaking = name === undefined || workload.build !== undefined || /(?:^|[-_])(?:(?:redis|valkey|keydb)(?:[-_]server)?|(?:kafka|redpanda)(?:[-_](?:broker|server))?)$/.test(name) || advertises(name, workload) || startsServer(workload)
  const product = byImage ?? (speaking ? unnamed(workload, tree, knowledge.products) : undefined)
  if (!product) return undefined
  const launch = launchOf(workload, tree)
  return (product.technology === 'redis' ? isRedisClient(workload, launch) : isKafkaClient(workload)) ? undefined : product
}

// Only a broker has an address to advertise.
const advertises = (image: string, workload: Workload): boolean => image.includes('kafka') && workload.environment.some(({ name }) => name === 'KAFKA_ADVERTISED_LISTENERS')

// A company's own image that is told to run the server.
const startsServer = (workload: Workload): boolean => /^(?:redis|valkey|keydb)-server$/.test(nameOf(readable(statedWords(workload)[0] ?? known('', workload.span)).trim().split(/\s/)[0] ?? ''))

const clientPrograms = /^(?:(?:redis|valkey|keydb)-(?:cli|benchmark|sentinel|check-aof|check-rdb|trib(?:\.rb)?)|valkey-sentinel|sleep|tail|true|echo|cat|ls|wait-for-it(?:\.sh)?|curl|nc|ping|python3?|node|crond?|watch)$/
const helperName = /(?:^|[-_.])(?:init|setup|cli|client|create|creator|sentinel|bootstrap|configure|provision\w*|wait|migrat\w*|backup|restore|healthcheck|check|seed\w*|load(?:er)?|import(?:er)?)(?:$|[-_.\d])/i

// Tools share the server's image: what they run tells them apart.
function isRedisClient(workload: Workload, launch: Launch): boolean {
  const servers = serverCalls(launch)
  if (servers.some(call => call.arguments.some(word => word.text === '--sentinel'))) return true
  if (statedWords(workload).some(word => /(?:^|\/)(?=[^/]*sentinel)[^/]*\.conf$/.test(readable(word)))) return true
  if (servers.length > 0) return false
  if (/\$\(\s*(?:redis|valkey|keydb)-cli\b/.test(statedWords(workload).map(readable).join(' '))) return true
  const programs = launch.calls.filter(call => !isFlagOrFile(call.word.text) && !/^(?:echo|set|cd|mkdir|chown|chmod|cp|sysctl|ulimit|exit|trap|test|\[|until|while|sleep)$/.test(call.program))
  if (launch.calls.length > 0 && launch.calls.every(call => clientPrograms.test(call.program) || ['echo', 'set', 'exit'].includes(call.program))) return true
  if (programs.length > 0 && programs.some(call => clientPrograms.test(call.program)) && !programs.some(call => /^(?=.*(?:run|start|entrypoint)).*\.sh$|server/.test(call.program))) return true
  return statedWords(workload).length > 0 && helperName.test(workload.name)
}

/** Command lines that start a broker. */
export const kafkaServer = /kafka-server-start|kafka\.kafka\b|\/etc\/(?:confluent|kafka)\/docker\/run|start-kafka|scripts\/kafka\/run\.sh|(?:^|[\s"'/])redpanda start|rpk redpanda start|kafkaraftserver|docker-entrypoint\.sh|(?:^|\s)start(?:\s|$)/i
const kafkaTool = /kafka-(?:storage|broker-format|topics|console-|configs|acls|consumer-groups|producer-perf|consumer-perf|reassign|broker-api|mirror|verifiable|run-class|get-offsets|leader-election|features|metadata)|cub kafka-ready|rpk (?:topic|cluster|acl|security|group|profile|registry|connect)|sleep infinity|tail -f|zookeeper-server-start|connect-(?:distributed|standalone|mirror)|schema-registry-start|kafka-rest-start|ksql-server-start/i
const kafkaHelper = /(?:^|[-_.])(?:init|setup|create|creator|topics?|format|formatter|client|cli|tools?|producer|consumer|bootstrap|provision\w*|wait|zookeeper|zk)(?:$|[-_.\d])/i

function isKafkaClient(workload: Workload): boolean {
  const line = statedWords(workload).map(readable).join(' ')
  if (line === '' || kafkaServer.test(line)) return false
  return kafkaTool.test(line) || kafkaHelper.test(workload.name)
}

// Nothing may follow the family's word but what tells servers from each other: `redis-worker` and `kafka-connect` are clients.
const redisName = /^(?:.*(?<!(?:^|[-_])(?:to|from|for|with|and|via))[-_])?(?:redis|valkey|keydb|dragonfly)(?:[-_]?(?:master|primary|replica|slave|node|server|db|cache|queue|broker|store|main|\d))*$/i
const kafkaName = /^(?:.*(?<!(?:^|[-_])(?:to|from|for|with|and|via))[-_])?(?:kafka|redpanda)(?:[-_]?(?:broker|controller|node|server|main|\d))*$/i

// Recognition without an image that tells: built from source, or named by a variable that has no value here.
function unnamed(workload: Workload, tree: FileTree, products: readonly Product[]): Product | undefined {
  const stand = (id: string): Product | undefined => products.find(product => product.id === id)
  const named = (pattern: RegExp): boolean => [workload.name, ...workload.hosts].some(host => pattern.test(host))
  const listens = (...ports: readonly number[]): boolean => ports.some(port => workload.ports.includes(port))
  const hides = (field: string): boolean => workload.hidden?.includes(field) === true
  const has = (pattern: RegExp): boolean => workload.environment.some(variable => variable.origin !== 'config-file' && pattern.test(variable.name))
  const check = (workload.healthcheck ?? []).map(readable).join(' ')
  const runs = serverCalls(launchOf(workload, tree)).length > 0
  const likeRedis = listens(6379) || /(?:redis|valkey|keydb)-cli\b/.test(check) || has(/^(?:REDIS|VALKEY)_(?:AOF_ENABLED|REPLICATION_MODE|RDB_POLICY|EXTRA_FLAGS)$/) || redisImage(workload)
  const likeKafka = listens(9092, 19092, 29092)
  if (runs || (named(redisName) && likeRedis)) return stand('redis-unofficial')
  const line = statedWords(workload).map(readable).join(' ')
  if (has(/^KAFKA_CFG_(?:PROCESS_ROLES|ADVERTISED_LISTENERS|ZOOKEEPER_CONNECT)$/)) return firstKafka(products, 'kafka-bitnami')
  if (has(/^KAFKA_(?:PROCESS_ROLES|ADVERTISED_LISTENERS)$/) || /kafka-server-start/.test(line)) return firstKafka(products, 'kafka-env')
  if (/(?:^|\s)redpanda start/.test(line)) return firstKafka(products, 'redpanda')
  if (named(kafkaName) && likeKafka) return firstKafka(products, 'kafka-env')
  // Of a name or a port that cannot be read the other one tells.
  const may = (name: RegExp, like: boolean): boolean => (hides('ports') && named(name)) || (hides('hosts') && like)
  return may(redisName, likeRedis) ? stand('redis-unofficial') : may(kafkaName, likeKafka) ? firstKafka(products, 'kafka-env') : undefined
}

// `${REDIS_IMAGE}`: the variable's name says as much as a port does.
const redisImage = (workload: Workload): boolean => workload.image?.known === false && /\$\{?\w*(?:REDIS|VALKEY|KEYDB|DRAGONFLY)/i.test(workload.image.raw)

const firstKafka = (products: readonly Product[], dialect: string): Product | undefined =>
  products.find(product => product.technology === 'kafka' && product.dialect === dialect) ?? products.find(product => product.technology === 'kafka')
