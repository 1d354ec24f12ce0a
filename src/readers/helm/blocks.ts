// Blocks of values that configure a server although no known chart stands behind them → where they stand and which server they mean.
// Knows how charts name such blocks; must not know what anybody uses the server for.
import type { Knowledge, Product } from '../../model/knowledge.ts'
import type { Technology } from '../../model/stack.ts'
import { readable, type Span, type Value } from '../../model/value.ts'
import { fits } from '../../model/patterns.ts'
import { parseImage } from '../../model/images.ts'
import type { FoundBlock } from '../read-stack.ts'
import type { YamlMap, YamlNode, YamlScalar } from '../yaml.ts'
import { imageAt } from './image.ts'
import { at, booleanAt, textAt } from './values.ts'

const limits = { depth: 5, blocks: 100 } as const

/** `inClusterRedis` → `in-cluster-redis`. */
export const kebab = (key: string): string => key.replace(/([a-z0-9])([A-Z])/g, '$1-$2').replace(/[_.]/g, '-').toLowerCase()

const serverName = {
  redis: /^(?:.*-)?(?:redis|valkey|keydb|dragonfly)(?:-(?:master|primary|server|db|cache|queue|queues|broker|store|main|cluster|ha|persistent|volatile|sessions?|\d+))*$/,
  kafka: /^(?:.*-)?(?:kafka|redpanda)(?:-(?:broker|brokers|server|main|cluster|\d+))*$/,
} as const
const notServer = /(?:^|-)(?:external|init|wait|waiter|test|tests|exporter|metrics|sentinel|proxy|haproxy|console|ui|connect|setup|job|migrat\w*|provision\w*|cli|client|backup|operator|secret|dashboard|monitor\w*|registry|rest|topics?|commander|insight|to|for|with|probes?|checks?|volume-?permissions|sysctl|kubectl)(?:-|$)/

/** Whether a key is of something that goes with a server and is none: a client, a tool, a probe. */
export const isServerless = (key: string): boolean => notServer.test(kebab(key))

/** The technology that a key names as a server; undefined for clients, tools and everything else. */
export function technologyOf(key: string): Technology | undefined {
  const name = kebab(key)
  if (isServerless(key)) return undefined
  return serverName.redis.test(name) ? 'redis' : serverName.kafka.test(name) ? 'kafka' : undefined
}

/** Whether a block is switched off. */
export const isOff = (map: YamlNode | undefined): boolean => switches.some(key => booleanAt(map, key) === false)
const isOn = (map: YamlNode | undefined): boolean => switches.some(key => booleanAt(map, key) === true)
const switches = ['enabled', 'deploy', 'install', 'create', 'enable', 'deployed', 'internal.enabled']

const serverKeys = ['image', 'architecture', 'master', 'primary', 'replica', 'replicas', 'replicaCount', 'auth', 'persistence', 'persistentVolume', 'persistentVolumeClaim', 'cluster', 'controller', 'controllers',
  'broker', 'brokers', 'sentinel', 'storage', 'storageClassName', 'storageClass', 'volume', 'statefulset', 'extraFlags', 'commonConfiguration', 'redisConfig', 'valkeyConfig', 'resources', 'config.maxmemory', 'configmap']
const connectionKeys = ['host', 'url', 'uri', 'address', 'addr', 'hostname', 'redisHost', 'kafkaHost', 'endpoint', 'bootstrapServers', 'brokerList', 'external.host', 'connectionString', 'server', 'servers']

/** The server product of an image. */
export function serverOf(image: Value | undefined, knowledge: Pick<Knowledge, 'products' | 'companions'>): Product | undefined {
  const name = parseImage(image)?.name
  if (name === undefined || knowledge.companions.some(companion => fits(companion.image, false, name))) return undefined
  return knowledge.products.find(product => product.images.some(pattern => fits(pattern, false, name)))
}

/** Servers among the blocks below `values`; `skip` are paths that somebody else reads. */
export function serverBlocks(values: YamlMap | undefined, knowledge: Pick<Knowledge, 'products' | 'companions'>, skip: (path: string) => boolean, wanted: (path: string) => boolean = () => false): readonly FoundBlock[] {
  const found: FoundBlock[] = []
  const visit = (map: YamlMap, path: string, depth: number): void => {
    for (const [name, { key, value }] of map.entries) {
      const here = path === '' ? name : `${path}.${name}`
      // Kubernetes services, ingresses and the like are named after the servers that they lead to.
      if (/^(?:service|ingress|route|serviceMonitor|networkPolic(?:y|ies))$/i.test(name)) continue
      if (value.kind !== 'map' || depth > limits.depth || found.length >= limits.blocks || skip(here) || (isOff(value) && !wanted(here))) continue
      const server = serverIn(here, key, value, knowledge)
      if (server) found.push(server)
      else if (!isServerless(name) || name === 'global') visit(value, here, depth + 1)
    }
  }
  if (values) visit(values, '', 0)
  return found
}

function serverIn(path: string, key: YamlScalar, map: YamlMap, knowledge: Pick<Knowledge, 'products' | 'companions'>): FoundBlock | undefined {
  const named = technologyOf(key.text)
  const type = textAt(map, 'type')?.text.toLowerCase()
  if (named && type === 'external') return undefined
  const internal = at(map, 'internal')
  const inner = type === 'internal' && internal?.kind === 'map' ? internal : map
  const image = imageIn(inner)
  const product = serverOf(image, knowledge)
  if (product && (named || !isServerless(key.text)) && !/^(?:image|images|initImage)$/.test(key.text)) return { path, key, map, technology: product.technology, product, inner }
  if (!named) return undefined
  // The image of another program: this block configures a client that is called after its server.
  if (image && parseImage(image) && !(named === 'redis' ? /redis|valkey|keydb|dragonfly/ : /kafka|redpanda/).test(readable(image))) return undefined
  if (inner !== map) return { path, key, map, technology: named, product: undefined, inner }
  // `cluster: {address: …}` is where a cluster is.
  const elsewhere = (node: YamlNode | undefined): boolean => connectionKeys.some(name => textAt(node, name) !== undefined)
  const serves = serverKeys.filter(name => at(map, name) !== undefined && !elsewhere(at(map, name)))
  const connects = connectionKeys.some(name => (textAt(map, name)?.text ?? '') !== '')
  const hasOwn = serves.some(name => !['resources', 'auth', 'storageClass'].includes(name))
  if (connects && !hasOwn) return undefined
  return hasOwn || (isOn(map) && !connects) ? { path, key, map, technology: named, product: undefined, inner } : undefined
}

/** The image of a block: its own, or that of the first container in the manner of the app-template chart. */
export function imageIn(map: YamlMap): Value | undefined {
  const own = imageAt(map, 'image') ?? (textAt(map, 'imageName') ? imageAt(map, 'imageName') : undefined)
  if (own) return own
  const controllers = at(map, 'controllers')
  for (const controller of controllers?.kind === 'map' ? controllers.entries.values() : []) {
    const containers = at(controller.value, 'containers')
    for (const container of containers?.kind === 'map' ? containers.entries.values() : []) {
      const image = imageAt(container.value, 'image')
      if (image) return image
    }
  }
  return undefined
}

/** A server elsewhere that the values name: `externalRedis.host`, `redis.external.addr`, a switched-off block with a host. */
export function externalBlocks(values: YamlMap | undefined): readonly { readonly path: string; readonly technology: Technology; readonly host: string; readonly span: Span }[] {
  const found: { path: string; technology: Technology; host: string; span: Span }[] = []
  const visit = (map: YamlMap, path: string, depth: number): void => {
    for (const [name, { value }] of map.entries) {
      if (value.kind !== 'map' || depth > 3) continue
      const here = path === '' ? name : `${path}.${name}`
      const words = kebab(here)
      const technology = /(?:^|-)(?:redis|valkey)(?:-|$)/.test(words) ? 'redis' : /(?:^|-)kafka(?:-|$)/.test(words) ? 'kafka' : undefined
      const outside = /(?:^|-)external(?:-|$)/.test(words) ? booleanAt(value, 'enabled') !== false : technologyOf(name) !== undefined && isOff(value)
      const address = technology && outside ? ['host', 'addr', 'address', 'hostname', 'url', 'brokers', 'bootstrapServers', 'brokerList', 'hosts'].map(key => textAt(value, key)).find(node => node && node.text !== '') : undefined
      const host = address === undefined ? undefined : /^(?:[a-z][a-z0-9+]*:\/\/)?(?:[^@/\s]*@)?([a-z0-9](?:[a-z0-9-]*\.)+[a-z][a-z0-9-]*)(?=[:/,]|$)/i.exec(address.text)?.[1]?.toLowerCase()
      if (technology && address && host !== undefined && !placeholder.test(host)) found.push({ path: here, technology, host, span: address.span })
      else visit(value, here, depth + 1)
    }
  }
  if (values) visit(values, '', 0)
  return found
}
const placeholder = /(?:^|[.-])(?:example|your|my|some|placeholder|change-?me|xxx+|foo|dummy|local|localhost|invalid|localdomain|svc|cluster|internal)(?:$|[.-])/
