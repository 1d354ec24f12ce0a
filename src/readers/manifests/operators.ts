// Resources of Redis operators → the workloads that the operators run for them. Knows each operator's fields, not the servers' settings.
import type { Component, Mount, Setting, Settings, StorageKind, Workload } from '../../model/stack.ts'
import { known, unknown, type Span, type Value } from '../../model/value.ts'
import { bare } from '../helm/clients.ts'
import { quantity } from '../helm/known.ts'
import { redisConf } from '../../servers/redis/conf.ts'
import { apply, emptyReading, watched } from '../../servers/redis/settings.ts'
import { dig, get, isNull, listOf, type YamlNode, type YamlScalar } from '../yaml.ts'
import type { ConfigMaps } from './config-maps.ts'
import type { Resource } from './documents.ts'

const scalar = (node: YamlNode | undefined, ...keys: readonly string[]): YamlScalar | undefined => {
  const found = dig(node, ...keys)
  return found?.kind === 'scalar' && !isNull(found) && found.text !== '' ? found : undefined
}

interface Operator {
  readonly api: RegExp
  readonly kind: RegExp
  /** The workload whose flags and mounts say everything; undefined when only some of it can be known. */
  readonly workload?: (resource: Resource, span: Span) => Workload
  readonly component?: (resource: Resource, span: Span, maps: ConfigMaps) => Component
}

const operators: readonly Operator[] = [
  { api: /^databases\.spotahome\.com\//, kind: /^RedisFailover$/, workload: failover },
  { api: /^dragonflydb\.io\//, kind: /^Dragonfly$/, workload: dragonfly },
  { api: /^redis\.redis\.opstreelabs\.in\//, kind: /^Redis(?:Cluster|Replication)?$/, component: opstree },
  { api: /^(?:hyperspike\.io|valkey\.io|valkey\.buf\.red)\//, kind: /^Valkey(?:Cluster)?$/, component: valkey },
  { api: /^kubedb\.com\//, kind: /^(?:Redis|Valkey)$/, component: kubedb },
  { api: /^app\.redislabs\.com\//, kind: /^RedisEnterpriseDatabase$/, component: enterprise },
]

/** What operators deploy: workloads whose servers are read like any other's, and components of which less is known. */
export function operated(resources: readonly Resource[], maps: ConfigMaps): { readonly workloads: readonly Workload[]; readonly components: readonly Component[] } {
  const workloads: Workload[] = [], components: Component[] = []
  for (const resource of resources) {
    const operator = operators.find(each => each.api.test(resource.api) && each.kind.test(resource.kind))
    const span = scalar(resource.node, 'metadata', 'name')?.span ?? resource.node.span
    if (operator?.workload) workloads.push(operator.workload(resource, span))
    if (operator?.component) components.push(operator.component(resource, span, maps))
  }
  return { workloads, components }
}

const claim = (span: Span): Mount => ({ kind: 'claim', target: known('/data', span), readOnly: false, span })
const emptyDir = (span: Span): Mount => ({ kind: 'empty-dir', target: known('/data', span), readOnly: false, span })

const common = (resource: Resource, span: Span, block: YamlNode | undefined, image: YamlScalar | undefined, otherwise: string): Workload => {
  const replicas = scalar(block, 'replicas'), memory = scalar(block, 'resources', 'limits', 'memory')
  const bytes = memory && quantity(memory.text)
  return {
    ...bare(resource.name, span),
    image: known(image?.text ?? otherwise, image?.span ?? span),
    ...(replicas ? { replicas: count(replicas) } : {}),
    ...(memory && bytes !== undefined ? { memoryLimit: known(bytes, memory.span) } : {}),
    restart: known('always', span),
  }
}

const count = (node: YamlScalar): Value<number> => (/^\d{1,4}$/.test(node.text) ? known(Number(node.text), node.span) : unknown(`${node.text} is no number`, node.text, node.span))

// https://github.com/spotahome/redis-operator: customConfig is applied line by line; without a claim the data is in an emptyDir.
// Its own configuration keeps two snapshots (operator/redisfailover/service/generator.go).
function failover(resource: Resource, span: Span): Workload {
  const block = dig(resource.node, 'spec', 'redis')
  const storage = dig(block, 'storage', 'persistentVolumeClaim')
  const words: Value[] = ['redis-server', '--save', '900', '1', '--save', '300', '10'].map(text => known(text, span))
  for (const line of listOf(get(block, 'customConfig'))) {
    if (line.kind !== 'scalar') continue
    const [name = '', ...rest] = line.text.trim().split(/\s+/)
    // CONFIG SET save replaces the whole schedule.
    if (name === 'save') words.splice(1, words.findIndex(word => word.known && word.value === '10'), ...[])
    words.push(known(`--${name}`, line.span), ...rest.map(text => known(text.replace(/^""$/, ''), line.span)))
  }
  return {
    ...common(resource, span, block, scalar(block, 'image'), 'redis'), command: words,
    mounts: [storage ? claim(storage.span) : emptyDir(span)],
    hosts: [resource.name, `rfs-${resource.name}`, `rfr-${resource.name}`, `rfrm-${resource.name}`],
  }
}

// https://www.dragonflydb.io/docs/managing-dragonfly/operator/dragonfly-configuration
function dragonfly(resource: Resource, span: Span): Workload {
  const spec = get(resource.node, 'spec')
  const args = listOf(get(spec, 'args')).flatMap(node => (node.kind === 'scalar' ? [known(node.text, node.span)] : []))
  const storage = dig(spec, 'snapshot', 'persistentVolumeClaimSpec')
  return {
    ...common(resource, span, spec, scalar(spec, 'image'), 'docker.dragonflydb.io/dragonflydb/dragonfly'),
    ...(args.length > 0 ? { command: args } : {}),
    mounts: [storage ? { ...claim(storage.span), target: known('/dragonfly/snapshots', storage.span) } : emptyDir(span)],
  }
}

const partly = (resource: Resource, span: Span, product: string, storage: Component['storage'], nodes: Value<number>, hosts: readonly string[], why: string, settings: Settings = new Map()): Component => ({
  name: resource.name, span, technology: 'redis', product, external: false, members: [], nodes,
  settings: new Map([...watched.map((name): readonly [string, Setting] => [name, { state: 'unknown', why }]), ...settings]),
  storage, restartsItself: true, hosts: [resource.name, ...hosts], topics: [], unloadedConfigs: [], declared: [],
  unread: [{ span, says: why }],
})

// https://redis-operator.opstree.dev/docs/configuration/ and api/common/v1beta2/common_types.go of OT-CONTAINER-KIT/redis-operator:
// the ConfigMap has the entry `redis-additional.conf`, and each line of `dynamicConfig` is applied to the running server.
function opstree(resource: Resource, span: Span, maps: ConfigMaps): Component {
  const spec = get(resource.node, 'spec')
  const storage = dig(spec, 'storage', 'volumeClaimTemplate') ?? dig(spec, 'storage', 'volumeClaimTemplates')
  const size = scalar(spec, 'clusterSize')
  const reading = emptyReading()
  for (const config of [get(spec, 'redisConfig'), dig(spec, 'redisLeader', 'redisConfig')]) {
    const map = scalar(config, 'additionalRedisConfig')
    const text = map && maps.of('ConfigMap', map.text)?.get('redis-additional.conf')?.text
    for (const directive of text ? redisConf(text).directives : []) apply(reading, directive, () => ({ why: 'it is not here' }))
    for (const line of listOf(get(config, 'dynamicConfig'))) {
      if (line.kind === 'scalar') for (const directive of redisConf({ text: line.text, file: line.span.file, span: () => line.span }).directives) apply(reading, directive, () => ({ why: 'it is not here' }))
    }
  }
  return partly(resource, span, 'redis', { kind: storage ? 'claim' : 'unknown', dataDir: '/data', span: storage?.span ?? span, misplaced: [] }, size ? count(size) : known(1, span),
    [`${resource.name}-headless`, `${resource.name}-leader`, `${resource.name}-master`], 'the image of the operator writes a configuration of its own', reading.settings)
}

// https://kubedb.com/docs/latest/guides/redis/concepts/redis/: `Ephemeral` is an emptyDir, and a claim is the default.
function kubedb(resource: Resource, span: Span): Component {
  const spec = get(resource.node, 'spec')
  const type = scalar(spec, 'storageType')
  const kind: StorageKind = type?.text === 'Ephemeral' ? 'empty-dir' : 'claim'
  const size = scalar(spec, 'replicas')
  const nodes = scalar(spec, 'mode')?.text === 'Cluster' ? unknown('it is a cluster of shards', '', span) : size ? count(size) : known(1, span)
  const version = scalar(spec, 'version')?.text
  const component = partly(resource, span, resource.kind === 'Valkey' || version?.startsWith('valkey') === true ? 'valkey' : 'redis',
    { kind, dataDir: '/data', span: type?.span ?? span, misplaced: [] }, nodes, [`${resource.name}-pods`], 'KubeDB writes a configuration of its own')
  return version !== undefined && /^\d/.test(version) ? { ...component, version } : component
}

function valkey(resource: Resource, span: Span): Component {
  const spec = get(resource.node, 'spec')
  const storage = get(spec, 'storage')
  const size = scalar(spec, 'nodes') ?? scalar(spec, 'shards')
  return partly(resource, span, 'valkey', { kind: storage ? 'claim' : 'unknown', dataDir: '/data', span: storage?.span ?? span, misplaced: [] }, size ? count(size) : unknown('it is not stated', '', span), [`${resource.name}-headless`], 'the operator writes a configuration of its own')
}

// https://redis.io/docs/latest/operate/kubernetes/reference/api/redis_enterprise_database_api/
function enterprise(resource: Resource, span: Span): Component {
  const spec = get(resource.node, 'spec')
  const settings = new Map<string, Setting>()
  const policy = scalar(spec, 'evictionPolicy'), memory = scalar(spec, 'memorySize'), saved = scalar(spec, 'persistence')
  const size = memory && /^(\d+(?:\.\d+)?)\s*([KMGT])[Ii]?[Bb]?$/i.exec(memory.text)
  const at = (node: YamlScalar, value: string): Setting => ({ state: 'stated', value, span: node.span })
  if (policy) settings.set('maxmemory-policy', at(policy, policy.text))
  if (memory && size) settings.set('maxmemory', at(memory, String(Math.round(Number(size[1]) * 1024 ** (' KMGT'.indexOf((size[2] ?? '').toUpperCase()))))))
  if (saved) {
    settings.set('appendonly', at(saved, /^aof/i.test(saved.text) ? 'yes' : 'no'))
    const hours = /^snapshotEvery(\d+)Hours?$/i.exec(saved.text)?.[1]
    settings.set('save', at(saved, hours === undefined ? '' : `${String(Number(hours) * 3600)} 1`))
  }
  return partly(resource, span, 'redis', { kind: 'managed', dataDir: '', span, misplaced: [] }, unknown('the cluster decides it', '', span), [], 'Redis Enterprise has settings of its own', settings)
}
