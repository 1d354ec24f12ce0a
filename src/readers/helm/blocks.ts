// Blocks of values that configure a server although no known chart stands behind them → components with what the block itself states.
// Knows how charts name such blocks; must not know what anybody uses the server for.
import type { Knowledge, Product } from '../../model/knowledge.ts'
import type { Component, Setting, Technology } from '../../model/stack.ts'
import { readable, unknown, type Note, type Span, type Value } from '../../model/value.ts'
import { fits } from '../../model/patterns.ts'
import { parseImage } from '../../servers/images.ts'
import { readProperties, settingOf } from '../../servers/kafka/properties.ts'
import { redisConf, redisFlags } from '../../servers/redis/conf.ts'
import { apply, emptyReading, watched } from '../../servers/redis/settings.ts'
import { embedded, isNull, listOf, type YamlMap, type YamlNode, type YamlScalar } from '../yaml.ts'
import { imageAt } from './image.ts'
import { claimed, memoryLimitAt, numberOf, statedBy, versionOfImage, type Block } from './known.ts'
import { at, booleanAt, textAt } from './values.ts'

/** A block that was recognised, with the path that leads to it. */
export interface Found {
  readonly path: string
  readonly key: YamlScalar
  readonly map: YamlMap
  readonly technology: Technology
  readonly product: Product | undefined
  /** Where the server's own values stand, when it is not the block itself (`redis.internal`). */
  readonly inner: YamlMap
}

const limits = { depth: 5, blocks: 100 } as const

/** `inClusterRedis` → `in-cluster-redis`. */
export const kebab = (key: string): string => key.replace(/([a-z0-9])([A-Z])/g, '$1-$2').replace(/[_.]/g, '-').toLowerCase()

const serverName = {
  redis: /^(?:.*-)?(?:redis|valkey|keydb|dragonfly)(?:-(?:master|primary|server|db|cache|queue|queues|broker|store|main|cluster|ha|persistent|volatile|sessions?|\d+))*$/,
  kafka: /^(?:.*-)?(?:kafka|redpanda)(?:-(?:broker|brokers|server|main|cluster|\d+))*$/,
} as const
const notServer = /(?:^|-)(?:external|init|wait|waiter|test|tests|exporter|metrics|sentinel|proxy|haproxy|console|ui|connect|setup|job|migrat\w*|provision\w*|cli|client|backup|operator|secret|dashboard|monitor\w*|registry|rest|topics?|commander|insight|to|for|with|probes?|checks?|volume-?permissions|sysctl|kubectl)(?:-|$)/

/** The technology that a key names as a server; undefined for clients, tools and everything else. */
export function technologyOf(key: string): Technology | undefined {
  const name = kebab(key)
  if (notServer.test(name)) return undefined
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
export function serverBlocks(values: YamlMap | undefined, knowledge: Pick<Knowledge, 'products' | 'companions'>, skip: (path: string) => boolean, wanted: (path: string) => boolean = () => false): readonly Found[] {
  const found: Found[] = []
  const visit = (map: YamlMap, path: string, depth: number): void => {
    for (const [name, { key, value }] of map.entries) {
      const here = path === '' ? name : `${path}.${name}`
      // Kubernetes services, ingresses and the like are named after the servers that they lead to.
      if (/^(?:service|ingress|route|serviceMonitor|networkPolic(?:y|ies))$/i.test(name)) continue
      if (value.kind !== 'map' || depth > limits.depth || found.length >= limits.blocks || skip(here) || (isOff(value) && !wanted(here))) continue
      const server = serverIn(here, key, value, knowledge)
      if (server) found.push(server)
      else if (!notServer.test(kebab(name)) || name === 'global') visit(value, here, depth + 1)
    }
  }
  if (values) visit(values, '', 0)
  return found
}

function serverIn(path: string, key: YamlScalar, map: YamlMap, knowledge: Pick<Knowledge, 'products' | 'companions'>): Found | undefined {
  const named = technologyOf(key.text)
  const type = textAt(map, 'type')?.text.toLowerCase()
  if (named && type === 'external') return undefined
  const internal = at(map, 'internal')
  const inner = type === 'internal' && internal?.kind === 'map' ? internal : map
  const image = imageIn(inner)
  const product = serverOf(image, knowledge)
  if (product && (named || !notServer.test(kebab(key.text))) && !/^(?:image|images|initImage)$/.test(key.text)) return { path, key, map, technology: product.technology, product, inner }
  if (!named) return undefined
  // The image of another program: this block configures a client that is called after its server.
  if (image && parseImage(image) && !new RegExp(named === 'redis' ? 'redis|valkey|keydb|dragonfly' : 'kafka|redpanda').test(readable(image))) return undefined
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
  const own = imageAt(map, 'image')
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

const why = 'the chart behind this block is not known, so what it sets by itself is unknown'

/** The component that a recognised block configures; what it does not state is unknown. */
export function blockComponent(found: Found, block: Block, products: readonly Product[], unread: readonly Note[]): Component {
  const { technology, inner } = found
  const image = imageIn(inner)
  const version = versionOfImage(image)
  const settings = technology === 'redis' ? redisSettings(found, block) : kafkaSettings(found, block)
  const memoryLimit = memoryLimitAt(inner, 'resources') ?? memoryLimitAt(inner, 'master.resources') ?? memoryLimitAt(inner, 'deployment.resources')
  const product = found.product ?? products.find(each => each.id === guess(block.name, technology))
  const nodes = ['replicaCount', 'replicas', 'brokers', 'master.count'].map(name => textAt(inner, name)).find(node => node !== undefined)
  return {
    name: block.name, span: block.span, technology,
    product: product === undefined || product.id === 'redis-unofficial' ? (technology === 'redis' ? 'redis' : 'apache-kafka') : product.id,
    ...(version === undefined ? {} : { version }),
    ...(image ? { image } : {}),
    external: false, members: [],
    nodes: nodes ? numberOf(nodes) : unknown(why, '', block.span),
    settings,
    storage: storageIn(found, block, product),
    ...(memoryLimit ? { memoryLimit } : {}),
    restartsItself: true,
    hosts: [...new Set([...block.names, ...block.names.flatMap(name => (technology === 'redis' ? [`${name}-master`, `${name}-headless`] : [`${name}-headless`]))])],
    topics: [], unloadedConfigs: [], declared: [],
    unread,
  }
}

const guess = (name: string, technology: Technology): string =>
  technology === 'kafka' ? (/redpanda/i.test(name) ? 'redpanda' : 'apache-kafka') : /valkey/i.test(name) ? 'valkey' : /keydb/i.test(name) ? 'keydb' : /dragonfly/i.test(name) ? 'dragonfly' : 'redis'

function storageIn(found: Found, block: Block, product: Product | undefined): Component['storage'] {
  const dataDir = product?.dataDir ?? (found.technology === 'redis' ? '/data' : '/var/lib/kafka/data')
  for (const path of ['master.persistence.enabled', 'primary.persistence.enabled', 'persistence.enabled', 'persistentVolume.enabled', 'storage.enabled', 'persistence.data.enabled']) {
    const stated = textAt(found.inner, path)
    if (!stated) continue
    // app-template names the kind of volume beside the switch.
    const kind = textAt(found.inner, path.replace(/enabled$/, 'type'))
    if (kind?.text === 'emptyDir') return { kind: 'empty-dir', dataDir, span: kind.span, misplaced: [] }
    return claimed({ values: found.inner, span: block.span }, path, false, dataDir)
  }
  return { kind: 'unknown', dataDir, span: block.span, misplaced: [] }
}

const confKeys = /^(?:commonConfiguration|configuration|configmap|config|redisConfig|valkeyConfig|conf|redis\.conf|valkey\.conf|customConfig|extraConfig)$/i

function redisSettings(found: Found, block: Block): ReadonlyMap<string, Setting> {
  const reading = emptyReading()
  for (const name of watched) reading.settings.set(name, { state: 'unknown', why })
  const directives = (node: YamlScalar): void => {
    for (const directive of redisConf(embedded(node, block.text(node.span.file) ?? '')).directives) if (serverDirectives.has(directive.name)) apply(reading, directive, () => ({}))
  }
  const visit = (map: YamlMap, depth: number): void => {
    for (const [name, { value }] of map.entries) {
      if (value.kind === 'map') {
        if (depth < 3 && /^(?:master|primary|config|configmap|redis|valkey|server|standalone|conf|configuration|data|internal)$/i.test(name)) visit(value, depth + 1)
      } else if (/^(?:extraFlags|extraArgs|args|command|arguments)$/i.test(name)) {
        const words = listOf(value).flatMap(item => (item.kind === 'scalar' ? item.text.trim().split(/\s+/).map(text => ({ text, span: item.span })) : []))
        const from = words.findIndex(word => word.text.startsWith('--'))
        if (from >= 0) for (const directive of redisFlags(words.slice(from)).directives) if (serverDirectives.has(directive.name)) apply(reading, directive, () => ({}))
      } else if (value.kind === 'scalar' && !isNull(value)) {
        const directive = kebab(name)
        if (value.style === 'block' || (confKeys.test(name) && value.text.includes(' '))) { if (confKeys.test(name) || /\.conf$/.test(name)) directives(value) }
        else if (serverDirectives.has(directive) && directive !== 'save' && value.text !== '') reading.settings.set(directive, { ...statedBy(value), ...(/^(?:true|false)$/.test(value.text) ? { value: value.text === 'true' ? 'yes' : 'no' } : {}) })
      }
    }
  }
  visit(found.inner, 0)
  return reading.settings
}

const serverDirectives = new Set<string>([...watched, 'maxmemory-samples', 'auto-aof-rewrite-percentage', 'replicaof', 'maxclients', 'timeout', 'min-replicas-max-lag'])

/** Names of broker settings that charts write in camel case (`minInsyncReplicas`). */
const brokerSettings = new Set(`auto.create.topics.enable default.replication.factor min.insync.replicas num.partitions offsets.topic.replication.factor
transaction.state.log.replication.factor transaction.state.log.min.isr log.retention.hours log.retention.minutes log.retention.ms log.retention.bytes log.segment.bytes
log.cleanup.policy log.dirs log.dir unclean.leader.election.enable offsets.retention.minutes message.max.bytes delete.topic.enable log.roll.hours`.split(/\s+/))

function kafkaSettings(found: Found, block: Block): ReadonlyMap<string, Setting> {
  const settings = new Map<string, Setting>([...brokerSettings].map(name => [name, { state: 'unknown', why }]))
  const visit = (map: YamlMap, depth: number): void => {
    for (const [name, { value }] of map.entries) {
      if (value.kind === 'map') { if (depth < 3 && !notServer.test(kebab(name)) && !/^zookeeper$/i.test(name)) visit(value, depth + 1) }
      else if (value.kind === 'scalar' && !isNull(value) && value.text !== '') {
        const dotted = name.includes('.') ? name : name.replace(/^KAFKA_(?:CFG_)?/, '').replace(/([a-z])([A-Z])/g, '$1.$2').replace(/_/g, '.').toLowerCase()
        if (brokerSettings.has(dotted)) settings.set(dotted, statedBy(value))
        else if (value.style === 'block') for (const property of readProperties(embedded(value, block.text(value.span.file) ?? ''))) if (brokerSettings.has(property.name)) settings.set(property.name, settingOf(property))
      }
    }
  }
  visit(found.inner, 0)
  return settings
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

/** A component that runs elsewhere; nothing about its server is known. */
export function externalComponent(name: string, technology: Technology, host: string, span: Span): Component {
  const outside = 'it runs outside these files'
  return {
    name, span, technology, product: technology === 'redis' ? 'redis' : 'apache-kafka', external: true, members: [],
    nodes: unknown(outside, '', span),
    settings: new Map((technology === 'redis' ? watched : []).map(setting => [setting, { state: 'unknown', why: outside } satisfies Setting])),
    storage: { kind: 'unknown', dataDir: '', span, misplaced: [] },
    restartsItself: undefined, hosts: [host], topics: [], unloadedConfigs: [], declared: [], unread: [],
  }
}

