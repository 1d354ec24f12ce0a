// Strimzi's resources → Kafka components. Knows its fields, not what a topic is for.
// https://strimzi.io/docs/operators/latest/configuring
import type { Product } from '../../model/knowledge.ts'
import type { Component, Setting, Storage, StorageKind, Topic } from '../../model/stack.ts'
import { isTemplated, known, unknown, unstated, type Span, type Value } from '../../model/value.ts'
import { isStrimzi } from '../../readers/manifests/strimzi.ts'
import { scalarIn, type Resource } from '../../readers/manifests/documents.ts'
import { commentsAt } from '../../readers/prose.ts'
import { quantity } from '../../readers/quantity.ts'
import type { OperatedServer } from '../../readers/read-stack.ts'
import { dig, get, isNull, listOf, type YamlNode, type YamlScalar } from '../../readers/yaml.ts'
import { completed, statedBy } from '../charts/values.ts'
import { isSecret } from '../kafka/properties.ts'

/** The cluster that a `Kafka` resource describes, with its node pools and topics. */
export function strimziComponent({ resource: cluster, around, text }: OperatedServer, products: readonly Product[]): Component {
  const ours = around.filter(isStrimzi)
  const alone = ours.filter(resource => resource.kind === 'Kafka').length === 1
  const belongs = (resource: Resource): boolean => {
    const label = scalarIn(resource.node, 'metadata', 'labels', 'strimzi.io/cluster')?.text
    return label === undefined ? alone : label === cluster.name || isTemplated(label)
  }
  // Of two that are called alike, one for each of two tries or namespaces, a pool belongs to the one that it lies with.
  const namespaceOf = ({ node }: Resource): string | undefined => scalarIn(node, 'metadata', 'namespace')?.text
  const alike = ours.some(resource => resource.kind === 'Kafka' && resource !== cluster && resource.name === cluster.name && namespaceOf(resource) !== namespaceOf(cluster))
  const pools = ours.filter(resource => resource.kind === 'KafkaNodePool' && belongs(resource) && (!alike || namespaceOf(resource) === namespaceOf(cluster)))
  const topics = ours.filter(resource => resource.kind === 'KafkaTopic' && belongs(resource))
  return clusterOf(cluster, pools, topics, products.find(each => each.id === 'strimzi-kafka'), text)
}

function clusterOf(cluster: Resource, pools: readonly Resource[], topics: readonly Resource[], product: Product | undefined, text: (file: string) => string): Component {
  const name = scalarIn(cluster.node, 'metadata', 'name')
  const span = name?.span ?? cluster.node.span
  const spec = dig(cluster.node, 'spec', 'kafka')
  const version = scalarIn(spec, 'version')?.text
  const brokers = pools.length > 0 ? pools.filter(pool => { const roles = listOf(dig(pool.node, 'spec', 'roles')); return roles.length === 0 || roles.some(role => role.kind === 'scalar' && role.text === 'broker') }) : undefined
  const specs = brokers ? brokers.map(pool => get(pool.node, 'spec')) : [spec]
  const memory = specs.map(each => scalarIn(each, 'resources', 'limits', 'memory')).find(node => node !== undefined) ?? scalarIn(spec, 'resources', 'limits', 'memory')
  const bytes = memory && quantity(memory.text)
  const comments = commentsAt(text(cluster.file), cluster.node.span, undefined)
  // Strimzi decides where the data lies.
  const defaults = Object.fromEntries(Object.entries(product?.defaults ?? {}).filter(([setting]) => setting !== 'log.dirs'))
  return {
    name: cluster.name, span, technology: 'kafka', product: 'strimzi',
    ...(version === undefined ? {} : { version }),
    external: false, members: [],
    nodes: sum(specs.map(each => scalarIn(each, 'replicas')), span),
    settings: completed(configOf(get(spec, 'config')), defaults, version, 'Kafka as Strimzi runs it', undefined),
    storage: worst(specs.map(each => storageOf(get(each, 'storage'), span)), span),
    ...keeperOf(cluster, span),
    ...(memory && bytes !== undefined ? { memoryLimit: known(bytes, memory.span) } : {}),
    restartsItself: true,
    hosts: [`${cluster.name}-kafka-bootstrap`, `${cluster.name}-kafka-brokers`, `${cluster.name}-kafka`, cluster.name],
    ...partlyNamed(topics.map(topicOf)),
    unloadedConfigs: [], declared: [],
    ...(comments.length > 0 ? { comments } : {}),
    unread: [],
  }
}

// Until Kafka 4 the resource could bring ZooKeeper along.
function keeperOf(cluster: Resource, span: Span): Pick<Component, 'keeper'> {
  const spec = dig(cluster.node, 'spec', 'zookeeper')
  return spec === undefined ? {} : { keeper: { name: `${cluster.name}-zookeeper`, span: spec.span, storage: storageOf(get(spec, 'storage'), span) } }
}

function configOf(node: YamlNode | undefined): ReadonlyMap<string, Setting> {
  const settings = new Map<string, Setting>()
  for (const [name, { value }] of node?.kind === 'map' ? node.entries : []) {
    if (value.kind === 'scalar' && !isNull(value) && !isSecret(name)) settings.set(name, statedBy(value))
  }
  return settings
}

function sum(counts: readonly (YamlScalar | undefined)[], span: Span): Value<number> {
  let total = 0
  for (const count of counts) {
    if (!count) return unstated('the number of replicas is not stated', span)
    if (!/^\d{1,4}$/.test(count.text)) return unknown(`${count.text} is no number`, count.text, count.span)
    total += Number(count.text)
  }
  return counts.length === 0 ? unstated('its node pools are not here', span) : known(total, counts[0]?.span ?? span)
}

function storageOf(node: YamlNode | undefined, span: Span): Storage {
  const dataDir = '/var/lib/kafka/data'
  const type = scalarIn(node, 'type')
  if (!type) return { kind: 'unknown', dataDir, span, misplaced: [] }
  if (type.text === 'jbod') return worst(listOf(get(node, 'volumes')).map(volume => storageOf(volume, type.span)), type.span)
  const kind: StorageKind = type.text === 'persistent-claim' ? 'claim' : type.text === 'ephemeral' ? 'empty-dir' : 'unknown'
  const deletes = kind === 'claim' ? scalarIn(node, 'deleteClaim') : undefined
  return { kind, dataDir, span: type.span, misplaced: [], ...(deletes?.text === 'true' ? { deletedWith: known(deletes.text, deletes.span) } : {}) }
}

const worst = (all: readonly Storage[], span: Span): Storage =>
  all.find(each => each.kind === 'empty-dir') ?? all.find(each => each.kind === 'unknown') ?? all[0] ?? { kind: 'unknown', dataDir: '/var/lib/kafka/data', span, misplaced: [] }

/** Topics; those whose names are filled in later are hidden. */
export function partlyNamed(topics: readonly Topic[]): Pick<Component, 'topics' | 'hidden'> {
  const named = topics.filter(topic => !isTemplated(topic.name))
  return { topics: named, ...(named.length < topics.length ? { hidden: ['topics'] } : {}) }
}

function topicOf(resource: Resource): Topic {
  const spec = get(resource.node, 'spec')
  const name = scalarIn(spec, 'topicName') ?? scalarIn(resource.node, 'metadata', 'name')
  const number = (key: string): Value<number> | undefined => {
    const node = scalarIn(spec, key)
    return node && (/^\d{1,6}$/.test(node.text) ? known(Number(node.text), node.span) : unknown(`${node.text} is no number`, node.text, node.span))
  }
  const partitions = number('partitions'), replicas = number('replicas')
  return { name: name?.text ?? resource.name, span: name?.span ?? resource.node.span, ...(partitions ? { partitions } : {}), ...(replicas ? { replicas } : {}), config: configOf(get(spec, 'config')) }
}
