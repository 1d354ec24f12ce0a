// A block of values without a known chart behind it → its component, with what the block itself states.
// Knows how charts name such settings; must not know what anybody uses the server for.
import type { Product } from '../../model/knowledge.ts'
import type { Component, Setting, Technology } from '../../model/stack.ts'
import { isTemplated, unstated, type Note } from '../../model/value.ts'
import { memoryLimitAt, numberOf } from '../../readers/helm/amounts.ts'
import { imageIn, isServerless, kebab } from '../../readers/helm/blocks.ts'
import { textAt } from '../../readers/helm/values.ts'
import type { Block, FoundBlock } from '../../readers/read-stack.ts'
import { isNull, listOf, type YamlMap, type YamlScalar } from '../../readers/yaml.ts'
import { embedded } from '../../readers/yaml-inside.ts'
import { readProperties, settingOf } from '../kafka/properties.ts'
import { redisConf, redisFlags } from '../redis/conf.ts'
import { apply, emptyReading, watched } from '../redis/settings.ts'
import { claimed } from './pods.ts'
import { statedBy, versionOfImage } from './values.ts'

const why = 'the chart behind this block is not known, so what it sets by itself is unknown'

/** The component that a recognised block configures; what it does not state is unknown. */
export function blockComponent(found: FoundBlock, block: Block, products: readonly Product[], unread: readonly Note[]): Component {
  const { technology, inner } = found
  const image = imageIn(inner)
  const version = versionOfImage(image, block.appVersion)
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
    nodes: nodes ? numberOf(nodes) : unstated(why, block.span),
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

function storageIn(found: FoundBlock, block: Block, product: Product | undefined): Component['storage'] {
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

function redisSettings(found: FoundBlock, block: Block): ReadonlyMap<string, Setting> {
  const reading = emptyReading()
  for (const name of watched) reading.settings.set(name, { state: 'unknown', why })
  const directives = (node: YamlScalar): void => {
    for (const directive of redisConf(embedded(node, block.text(node.span.file) ?? '')).directives) if (serverDirectives.has(directive.name) || isTemplated(directive.name)) apply(reading, directive, () => ({}))
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
        else if (serverDirectives.has(directive) && directive !== 'save' && value.text !== '') reading.settings.set(directive, statedBy(/^(?:true|false)$/.test(value.text) ? { ...value, text: value.text === 'true' ? 'yes' : 'no' } : value))
      }
    }
  }
  visit(found.inner, 0)
  if (reading.opaque) for (const name of watched) if (!reading.settings.has(name)) reading.settings.set(name, { state: 'unknown', why: reading.opaque.text, span: reading.opaque.span })
  return reading.settings
}

const serverDirectives = new Set<string>([...watched, 'maxmemory-samples', 'auto-aof-rewrite-percentage', 'replicaof', 'maxclients', 'timeout', 'min-replicas-max-lag'])

/** Names of broker settings that charts write in camel case (`minInsyncReplicas`). */
const brokerSettings = new Set(`auto.create.topics.enable default.replication.factor min.insync.replicas num.partitions offsets.topic.replication.factor
transaction.state.log.replication.factor transaction.state.log.min.isr log.retention.hours log.retention.minutes log.retention.ms log.retention.bytes log.segment.bytes
log.cleanup.policy log.dirs log.dir unclean.leader.election.enable offsets.retention.minutes message.max.bytes delete.topic.enable log.roll.hours`.split(/\s+/))

function kafkaSettings(found: FoundBlock, block: Block): ReadonlyMap<string, Setting> {
  const settings = new Map<string, Setting>([...brokerSettings].map(name => [name, { state: 'unknown', why }]))
  const visit = (map: YamlMap, depth: number): void => {
    for (const [name, { value }] of map.entries) {
      if (value.kind === 'map') { if (depth < 3 && !isServerless(name) && !/^zookeeper$/i.test(name)) visit(value, depth + 1) }
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
