// Resources of Kafka operators other than Strimzi → components. Knows each operator's fields, not what a topic is for.
import type { Chart, Product } from '../../model/knowledge.ts'
import type { Component, Setting, Storage, StorageKind, Topic } from '../../model/stack.ts'
import { parseImage } from '../../model/images.ts'
import { isTemplated, known, unstated, type Span, type Value } from '../../model/value.ts'
import { countIn, scalarIn, type Resource } from '../../readers/manifests/documents.ts'
import type { OperatedServer } from '../../readers/read-stack.ts'
import { dig, get, isNull, listOf } from '../../readers/yaml.ts'
import { knownComponent } from '../charts/known.ts'
import { statedBy } from '../charts/values.ts'
import { partlyNamed } from './strimzi.ts'

/** The cluster that an operator runs for a resource, with the topics that other resources declare for it. */
export function kafkaComponentOf(server: OperatedServer, knowledge: Around): Component | undefined {
  const { resource, span, around } = server
  if (resource.api.startsWith('platform.confluent.io/')) return confluent(resource, span, around)
  if (resource.api.startsWith('kubedb.com/')) return kubedb(resource, span)
  if (resource.api.startsWith('kafka.banzaicloud.io/')) return koperator(resource, span, around)
  return redpanda(server, knowledge)
}

interface Around {
  readonly products: readonly Product[]
  readonly charts: readonly Chart[]
}

const partly = (resource: Resource, span: Span, product: string, storage: Storage, nodes: Value<number>, why: string): Component => ({
  name: resource.name, span, technology: 'kafka', product, external: false, members: [], nodes, storage,
  settings: new Map(), restartsItself: true, hosts: [resource.name], topics: [], unloadedConfigs: [], declared: [], unread: [{ span, text: why }],
})

// https://docs.confluent.io/operator/current/co-configure-overview.html: it sets replication by the number of brokers, unless overridden.
function confluent(resource: Resource, span: Span, resources: readonly Resource[]): Component {
  const spec = get(resource.node, 'spec')
  const replicas = scalarIn(spec, 'replicas')
  const settings = new Map<string, Setting>()
  for (const line of listOf(dig(spec, 'configOverrides', 'server'))) {
    const match = line.kind === 'scalar' ? /^([\w.-]{1,200})\s*=\s*(\S.*)?$/.exec(line.text) : null
    if (match) settings.set(match[1] ?? '', statedAs(match[2] ?? '', line.span))
  }
  const topics = topicsOf(resources, 'platform.confluent.io/', 'KafkaTopic', resource.name, ['spec', 'kafkaClusterRef', 'name'], { partitions: 'partitionCount', replicas: 'replicas', config: 'configs' })
  const volume = scalarIn(spec, 'dataVolumeCapacity')
  const image = scalarIn(spec, 'image', 'application')
  const version = image && parseImage(known(image.text, image.span))?.version
  return {
    ...(version === undefined ? {} : { version }),
    ...partly(resource, span, 'confluent', { kind: volume ? 'claim' : 'unknown', dataDir: '/mnt/data/data0/logs', span: volume?.span ?? span, misplaced: [] }, replicas ? countIn(replicas) : unstated('it is not stated', span), 'the operator sets what is not overridden'),
    settings, ...partlyNamed(topics), hosts: [resource.name, `${resource.name}-headless`],
  }
}

// https://kubedb.com/docs/latest/guides/kafka/concepts/kafka/
function kubedb(resource: Resource, span: Span): Component {
  const spec = get(resource.node, 'spec')
  const type = scalarIn(spec, 'storageType')
  const kind: StorageKind = type?.text === 'Ephemeral' ? 'empty-dir' : 'claim'
  const replicas = scalarIn(spec, 'topology', 'broker', 'replicas') ?? scalarIn(spec, 'replicas')
  return { ...partly(resource, span, 'apache-kafka', { kind, dataDir: '/var/log/kafka', span: type?.span ?? span, misplaced: [] }, replicas ? countIn(replicas) : unstated('it is not stated', span), 'KubeDB writes a configuration of its own'), hosts: [resource.name, `${resource.name}-pods`] }
}

// https://github.com/adobe/koperator: a claim for each storage unless it is an emptyDir; `readOnlyConfig` is server.properties of all brokers.
function koperator(resource: Resource, span: Span, resources: readonly Resource[]): Component {
  const spec = get(resource.node, 'spec')
  const brokers = listOf(get(spec, 'brokers'))
  const groups = get(spec, 'brokerConfigGroups')
  const stores = [...groups?.kind === 'map' ? [...groups.entries.values()].map(({ value }) => value) : [], ...brokers.map(broker => get(broker, 'brokerConfig'))].flatMap(each => listOf(get(each, 'storageConfigs')))
  const first = stores[0]
  const kind: StorageKind = first === undefined ? 'unknown' : stores.every(store => get(store, 'emptyDir') !== undefined) ? 'empty-dir' : 'claim'
  const config = scalarIn(spec, 'readOnlyConfig')
  const settings = new Map<string, Setting>()
  for (const line of config?.text.split('\n').slice(0, 500) ?? []) {
    const match = /^\s*([\w.-]{1,200})\s*=\s*(\S.*)?$/.exec(line)
    if (config && match) settings.set(match[1] ?? '', statedAs((match[2] ?? '').trim(), config.span))
  }
  return {
    ...partly(resource, span, 'apache-kafka', { kind, dataDir: scalarIn(first, 'mountPath')?.text ?? '/kafka-logs', span: first?.span ?? span, misplaced: [] },
      brokers.length > 0 ? known(brokers.length, span) : unstated('it is not stated', span), 'the operator sets what is not stated'),
    settings, hosts: [resource.name, `${resource.name}-headless`, `${resource.name}-all-broker`],
    ...partlyNamed(topicsOf(resources, 'kafka.banzaicloud.io/', 'KafkaTopic', resource.name, ['spec', 'clusterRef', 'name'], { partitions: 'partitions', replicas: 'replicationFactor', config: 'config' })),
  }
}

// https://docs.redpanda.com/current/reference/k-crd/: `clusterSpec` are the values of the Redpanda chart.
function redpanda({ resource, span, around: resources, text }: OperatedServer, { products, charts }: Around): Component | undefined {
  const chart = charts.find(each => each.names.includes('redpanda'))
  const values = dig(resource.node, 'spec', 'clusterSpec')
  const block = { name: resource.name, span, values: values?.kind === 'map' ? values : undefined, text, names: [resource.name], chartVersion: undefined, hidden: undefined }
  const component = chart && knownComponent(block, chart, products)
  const topics = topicsOf(resources, 'cluster.redpanda.com/', 'Topic', resource.name, ['spec', 'cluster', 'clusterRef', 'name'], { partitions: 'partitions', replicas: 'replicationFactor', config: 'additionalConfig' })
  return component && { ...component, ...partlyNamed(topics) }
}

const statedAs = (text: string, span: Span): Setting => statedBy({ kind: 'scalar', text, style: 'plain', span })

// A topic that names no cluster belongs to the only one there is, which is this one when nothing else is named.
const isOf = (named: string | undefined, cluster: string): boolean => named === undefined || named === cluster || isTemplated(named)

function topicsOf(resources: readonly Resource[], api: string, kind: string, cluster: string, reference: readonly string[], fields: { readonly partitions: string; readonly replicas: string; readonly config: string }): readonly Topic[] {
  return resources.filter(resource => resource.kind === kind && resource.api.startsWith(api) && isOf(scalarIn(resource.node, ...reference)?.text, cluster)).map(({ node, name }) => {
    const spec = get(node, 'spec')
    const title = scalarIn(spec, 'overwriteTopicName') ?? scalarIn(spec, 'name') ?? scalarIn(node, 'metadata', 'name')
    const partitions = scalarIn(spec, fields.partitions), replicas = scalarIn(spec, fields.replicas)
    const config = get(spec, fields.config)
    const settings = new Map<string, Setting>()
    for (const [key, { value }] of config?.kind === 'map' ? config.entries : []) if (value.kind === 'scalar' && !isNull(value)) settings.set(key, statedBy(value))
    return { name: title?.text ?? name, span: title?.span ?? node.span, ...(partitions ? { partitions: countIn(partitions) } : {}), ...(replicas ? { replicas: countIn(replicas) } : {}), config: settings }
  })
}
