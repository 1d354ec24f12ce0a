// Resources of Redis operators → components, as far as they can be known. Knows each operator's fields.
import type { Component, Setting, Settings, StorageKind } from '../../model/stack.ts'
import { parseImage } from '../../model/images.ts'
import { isTemplated, known, unknown, unstated, type Span, type Value } from '../../model/value.ts'
import type { ConfigMaps } from '../../readers/manifests/config-maps.ts'
import { countIn, scalarIn, type Resource } from '../../readers/manifests/documents.ts'
import type { OperatedServer } from '../../readers/read-stack.ts'
import { dig, get, listOf, type YamlNode, type YamlScalar } from '../../readers/yaml.ts'
import { statedBy } from '../charts/values.ts'
import { redisConf } from '../redis/conf.ts'
import { apply, emptyReading, watched } from '../redis/settings.ts'

const operators: readonly { readonly api: RegExp; readonly component: (resource: Resource, span: Span, maps: ConfigMaps) => Component }[] = [
  { api: /^redis\.redis\.opstreelabs\.in\//, component: opstree },
  { api: /^(?:hyperspike\.io|valkey\.io|valkey\.buf\.red)\//, component: valkey },
  { api: /^kubedb\.com\//, component: kubedb },
  { api: /^app\.redislabs\.com\//, component: enterprise },
]

/** The component that an operator deploys for a resource of its own. */
export const redisComponentOf = ({ resource, span, maps }: OperatedServer): Component | undefined =>
  operators.find(each => each.api.test(resource.api))?.component(resource, span, maps)

const partly = (resource: Resource, span: Span, product: string, storage: Component['storage'], nodes: Value<number>, hosts: readonly string[], why: string, settings: Settings = new Map()): Component => ({
  name: resource.name, span, technology: 'redis', product, external: false, members: [], nodes,
  settings: new Map([...watched.map((name): readonly [string, Setting] => [name, { state: 'unknown', why }]), ...settings]),
  storage, restartsItself: true, hosts: [resource.name, ...hosts], topics: [], unloadedConfigs: [], declared: [],
  unread: [{ span, text: why }],
})

// https://redis-operator.opstree.dev/docs/configuration/ and api/common/v1beta2/common_types.go of OT-CONTAINER-KIT/redis-operator:
// the ConfigMap has the entry `redis-additional.conf`, and each line of `dynamicConfig` is applied to the running server.
function opstree(resource: Resource, span: Span, maps: ConfigMaps): Component {
  const spec = get(resource.node, 'spec')
  const storage = dig(spec, 'storage', 'volumeClaimTemplate') ?? dig(spec, 'storage', 'volumeClaimTemplates')
  const size = scalarIn(spec, 'clusterSize')
  const reading = emptyReading()
  for (const config of [get(spec, 'redisConfig'), dig(spec, 'redisLeader', 'redisConfig')]) {
    const map = scalarIn(config, 'additionalRedisConfig')
    const text = map && maps.of('ConfigMap', map.text)?.get('redis-additional.conf')?.text
    for (const directive of text ? redisConf(text).directives : []) apply(reading, directive, () => ({ why: 'it is not here' }))
    for (const line of listOf(get(config, 'dynamicConfig'))) {
      if (line.kind === 'scalar') for (const directive of redisConf({ text: line.text, file: line.span.file, span: () => line.span }).directives) apply(reading, directive, () => ({ why: 'it is not here' }))
    }
  }
  const component = partly(resource, span, 'redis', { kind: storage ? 'claim' : 'unknown', dataDir: '/data', span: storage?.span ?? span, misplaced: [] },
    resource.kind === 'RedisCluster' ? nodesOfCluster(spec, size, span) : size ? countIn(size) : known(1, span),
    [`${resource.name}-headless`, `${resource.name}-leader`, `${resource.name}-master`], 'the image of the operator writes a configuration of its own', reading.settings)
  const image = scalarIn(spec, 'kubernetesConfig', 'image')
  const version = image && parseImage(known(image.text, image.span))?.version
  return version === undefined ? component : { ...component, version }
}

// `clusterSize` is the number of leaders, and as many followers run beside them unless either is stated by itself.
function nodesOfCluster(spec: YamlNode | undefined, size: YamlScalar | undefined, span: Span): Value<number> {
  const [leaders, followers] = ['redisLeader', 'redisFollower'].map(part => scalarIn(spec, part, 'replicas') ?? size)
  const one = leaders && countIn(leaders), other = followers && countIn(followers)
  return one?.known === true && other?.known === true ? known(one.value + other.value, one.span) : leaders || followers ? unknown('how many leaders and followers run is not stated', '', span) : unstated('how many leaders and followers run is not stated', span)
}

// https://kubedb.com/docs/latest/guides/redis/concepts/redis/: `Ephemeral` is an emptyDir, and a claim is the default.
function kubedb(resource: Resource, span: Span): Component {
  const spec = get(resource.node, 'spec')
  const type = scalarIn(spec, 'storageType')
  const kind: StorageKind = type?.text === 'Ephemeral' ? 'empty-dir' : 'claim'
  const size = scalarIn(spec, 'replicas')
  const nodes = scalarIn(spec, 'mode')?.text === 'Cluster' ? unstated('it is a cluster of shards', span) : size ? countIn(size) : known(1, span)
  const version = scalarIn(spec, 'version')?.text
  const component = partly(resource, span, resource.kind === 'Valkey' || version?.startsWith('valkey') === true ? 'valkey' : 'redis',
    { kind, dataDir: '/data', span: type?.span ?? span, misplaced: [] }, nodes, [`${resource.name}-pods`], 'KubeDB writes a configuration of its own')
  return version !== undefined && /^\d/.test(version) ? { ...component, version } : component
}

function valkey(resource: Resource, span: Span): Component {
  const spec = get(resource.node, 'spec')
  const storage = get(spec, 'storage')
  const size = scalarIn(spec, 'nodes') ?? scalarIn(spec, 'shards')
  return partly(resource, span, 'valkey', { kind: storage ? 'claim' : 'unknown', dataDir: '/data', span: storage?.span ?? span, misplaced: [] }, size ? countIn(size) : unstated('it is not stated', span), [`${resource.name}-headless`], 'the operator writes a configuration of its own')
}

// https://redis.io/docs/latest/operate/kubernetes/reference/api/redis_enterprise_database_api/
function enterprise(resource: Resource, span: Span): Component {
  const spec = get(resource.node, 'spec')
  const settings = new Map<string, Setting>()
  const policy = scalarIn(spec, 'evictionPolicy'), memory = scalarIn(spec, 'memorySize'), saved = scalarIn(spec, 'persistence')
  const size = memory && /^(\d+(?:\.\d+)?)\s*([KMGT])[Ii]?[Bb]?$/i.exec(memory.text)
  const at = (node: YamlScalar, value: string): Setting => statedBy(isTemplated(node.text) ? node : { ...node, text: value })
  if (policy) settings.set('maxmemory-policy', at(policy, policy.text))
  if (memory && size) settings.set('maxmemory', at(memory, String(Math.round(Number(size[1]) * 1024 ** (' KMGT'.indexOf((size[2] ?? '').toUpperCase()))))))
  if (saved) {
    settings.set('appendonly', at(saved, /^aof/i.test(saved.text) ? 'yes' : 'no'))
    const hours = /^snapshotEvery(\d+)Hours?$/i.exec(saved.text)?.[1]
    settings.set('save', at(saved, hours === undefined ? '' : `${String(Number(hours) * 3600)} 1`))
  }
  return partly(resource, span, 'redis', { kind: 'managed', dataDir: '', span, misplaced: [] }, unstated('the cluster decides it', span), [], 'Redis Enterprise has settings of its own', settings)
}
