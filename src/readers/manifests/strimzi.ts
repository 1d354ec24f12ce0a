// Strimzi's resources → Kafka components, and the workloads that run beside them. Knows its fields, not what a topic is for.
// https://strimzi.io/docs/operators/latest/configuring
import type { Product } from '../../model/knowledge.ts'
import type { Component, Setting, Storage, StorageKind, Topic, Variable, Workload } from '../../model/stack.ts'
import { known, unknown, type Span, type Value } from '../../model/value.ts'
import { commentsAt } from '../prose.ts'
import { bare } from '../helm/clients.ts'
import { completed, quantity } from '../helm/known.ts'
import { isSecret } from '../../servers/kafka/properties.ts'
import { dig, get, isNull, listOf, type YamlNode, type YamlScalar } from '../yaml.ts'
import type { Resource } from './documents.ts'

const isOurs = (resource: Resource): boolean => resource.api.startsWith('kafka.strimzi.io/')

const scalar = (node: YamlNode | undefined, ...keys: readonly string[]): YamlScalar | undefined => {
  const found = dig(node, ...keys)
  return found?.kind === 'scalar' && !isNull(found) && found.text !== '' ? found : undefined
}

/** The clusters that `Kafka` resources describe, with their node pools and topics. */
export function strimziComponents(resources: readonly Resource[], products: readonly Product[], text: (file: string) => string): readonly Component[] {
  const ours = resources.filter(isOurs)
  const clusters = ours.filter(resource => resource.kind === 'Kafka')
  const product = products.find(each => each.id === 'strimzi-kafka')
  return clusters.map(cluster => {
    const belongs = (resource: Resource): boolean => {
      const label = scalar(resource.node, 'metadata', 'labels', 'strimzi.io/cluster')?.text
      return label === undefined ? clusters.length === 1 : label === cluster.name
    }
    const pools = ours.filter(resource => resource.kind === 'KafkaNodePool' && belongs(resource))
    const topics = ours.filter(resource => resource.kind === 'KafkaTopic' && belongs(resource))
    return clusterOf(cluster, pools, topics, product, text)
  })
}

function clusterOf(cluster: Resource, pools: readonly Resource[], topics: readonly Resource[], product: Product | undefined, text: (file: string) => string): Component {
  const name = scalar(cluster.node, 'metadata', 'name')
  const span = name?.span ?? cluster.node.span
  const spec = dig(cluster.node, 'spec', 'kafka')
  const version = scalar(spec, 'version')?.text
  const brokers = pools.length > 0 ? pools.filter(pool => { const roles = listOf(dig(pool.node, 'spec', 'roles')); return roles.length === 0 || roles.some(role => role.kind === 'scalar' && role.text === 'broker') }) : undefined
  const specs = brokers ? brokers.map(pool => get(pool.node, 'spec')) : [spec]
  const memory = specs.map(each => scalar(each, 'resources', 'limits', 'memory')).find(node => node !== undefined) ?? scalar(spec, 'resources', 'limits', 'memory')
  const bytes = memory && quantity(memory.text)
  const comments = commentsAt(text(cluster.file), cluster.node.span, undefined)
  // Strimzi decides where the data lies.
  const defaults = Object.fromEntries(Object.entries(product?.defaults ?? {}).filter(([setting]) => setting !== 'log.dirs'))
  return {
    name: cluster.name, span, technology: 'kafka', product: 'strimzi',
    ...(version === undefined ? {} : { version }),
    external: false, members: [],
    nodes: sum(specs.map(each => scalar(each, 'replicas')), span),
    settings: completed(configOf(get(spec, 'config')), defaults, version, 'Kafka as Strimzi runs it', undefined),
    storage: worst(specs.map(each => storageOf(get(each, 'storage'), span)), span),
    ...(memory && bytes !== undefined ? { memoryLimit: known(bytes, memory.span) } : {}),
    restartsItself: true,
    hosts: [`${cluster.name}-kafka-bootstrap`, `${cluster.name}-kafka-brokers`, `${cluster.name}-kafka`, cluster.name],
    topics: topics.map(topicOf),
    unloadedConfigs: [], declared: [],
    ...(comments.length > 0 ? { comments } : {}),
    unread: [],
  }
}

function configOf(node: YamlNode | undefined): ReadonlyMap<string, Setting> {
  const settings = new Map<string, Setting>()
  for (const [name, { value }] of node?.kind === 'map' ? node.entries : []) {
    if (value.kind === 'scalar' && !isNull(value) && !isSecret(name)) settings.set(name, value.text.includes('${') || value.text.includes('{{') ? { state: 'unknown', why: `${name} is filled in later`, span: value.span } : { state: 'stated', value: value.text, span: value.span })
  }
  return settings
}

function sum(counts: readonly (YamlScalar | undefined)[], span: Span): Value<number> {
  let total = 0
  for (const count of counts) {
    if (!count) return unknown('the number of replicas is not stated', '', span)
    if (!/^\d{1,4}$/.test(count.text)) return unknown(`${count.text} is no number`, count.text, count.span)
    total += Number(count.text)
  }
  return counts.length === 0 ? unknown('its node pools are not here', '', span) : known(total, counts[0]?.span ?? span)
}

function storageOf(node: YamlNode | undefined, span: Span): Storage {
  const dataDir = '/var/lib/kafka/data'
  const type = scalar(node, 'type')
  if (!type) return { kind: 'unknown', dataDir, span, misplaced: [] }
  if (type.text === 'jbod') return worst(listOf(get(node, 'volumes')).map(volume => storageOf(volume, type.span)), type.span)
  const kind: StorageKind = type.text === 'persistent-claim' ? 'claim' : type.text === 'ephemeral' ? 'empty-dir' : 'unknown'
  return { kind, dataDir, span: type.span, misplaced: [] }
}

const worst = (all: readonly Storage[], span: Span): Storage =>
  all.find(each => each.kind === 'empty-dir') ?? all.find(each => each.kind === 'unknown') ?? all[0] ?? { kind: 'unknown', dataDir: '/var/lib/kafka/data', span, misplaced: [] }

function topicOf(resource: Resource): Topic {
  const spec = get(resource.node, 'spec')
  const name = scalar(spec, 'topicName') ?? scalar(resource.node, 'metadata', 'name')
  const number = (key: string): Value<number> | undefined => {
    const node = scalar(spec, key)
    return node && (/^\d{1,6}$/.test(node.text) ? known(Number(node.text), node.span) : unknown(`${node.text} is no number`, node.text, node.span))
  }
  const partitions = number('partitions'), replicas = number('replicas')
  return { name: name?.text ?? resource.name, span: name?.span ?? resource.node.span, ...(partitions ? { partitions } : {}), ...(replicas ? { replicas } : {}), config: configOf(get(spec, 'config')) }
}

const clients: ReadonlySet<string> = new Set(['KafkaConnect', 'KafkaConnector', 'KafkaMirrorMaker2', 'KafkaMirrorMaker', 'KafkaBridge'])

/** Connect clusters, connectors, mirrors and bridges as workloads: their configuration is what they say about their use. */
export function strimziWorkloads(resources: readonly Resource[]): readonly Workload[] {
  return resources.filter(resource => isOurs(resource) && clients.has(resource.kind)).map(resource => {
    const spec = get(resource.node, 'spec')
    const environment: Variable[] = []
    const add = (name: string, at: Span, node: YamlNode): void => {
      if (node.kind === 'scalar' && !isNull(node) && environment.length < 1000) environment.push({ name, nameSpan: at, value: node.text.includes('${') ? unknown('it is filled in later', node.text, node.span) : known(node.text, node.span), origin: 'config-file' })
    }
    const config = get(spec, 'config')
    for (const [name, { key, value }] of config?.kind === 'map' ? config.entries : []) add(resource.kind === 'KafkaConnect' ? `CONNECT_${name}` : name, key.span, value)
    const type = scalar(spec, 'class')
    if (type) add('connector.class', type.span, type)
    const servers = scalar(spec, 'bootstrapServers')
    if (servers) add('bootstrap.servers', servers.span, servers)
    for (const each of listOf(get(spec, 'clusters'))) {
      const server = scalar(each, 'bootstrapServers')
      if (server) add(`${scalar(each, 'alias')?.text ?? 'cluster'}.bootstrap.servers`, server.span, server)
    }
    const cluster = scalar(resource.node, 'metadata', 'labels', 'strimzi.io/cluster')
    const name = scalar(resource.node, 'metadata', 'name')
    return {
      ...bare(resource.name, name?.span ?? resource.node.span), environment,
      hosts: [`${resource.name}-connect-api`],
      // A connector is run by its Connect cluster.
      dependsOn: cluster ? [known(cluster.text, cluster.span)] : [],
    }
  })
}
