// Resources of operators that say everything about what they run → workloads like any other. Knows each operator's fields, not the servers' settings.
import type { Mount, Technology, Workload } from '../../model/stack.ts'
import { known, type Span, type Value } from '../../model/value.ts'
import { bare } from '../bare-workload.ts'
import { quantity } from '../quantity.ts'
import { dig, get, listOf, type YamlNode, type YamlScalar } from '../yaml.ts'
import { countIn, scalarIn, type Resource } from './documents.ts'

const operators: readonly { readonly api: RegExp; readonly kind: RegExp; readonly technology: Technology }[] = [
  { api: /^redis\.redis\.opstreelabs\.in\//, kind: /^Redis(?:Cluster|Replication)?$/, technology: 'redis' },
  { api: /^(?:hyperspike\.io|valkey\.io|valkey\.buf\.red)\//, kind: /^Valkey(?:Cluster)?$/, technology: 'redis' },
  { api: /^kubedb\.com\//, kind: /^(?:Redis|Valkey)$/, technology: 'redis' },
  { api: /^app\.redislabs\.com\//, kind: /^RedisEnterpriseDatabase$/, technology: 'redis' },
  { api: /^(?:kafka\.strimzi\.io|platform\.confluent\.io|kubedb\.com)\//, kind: /^Kafka$/, technology: 'kafka' },
  { api: /^kafka\.banzaicloud\.io\//, kind: /^KafkaCluster$/, technology: 'kafka' },
  { api: /^cluster\.redpanda\.com\//, kind: /^Redpanda$/, technology: 'kafka' },
]

/** The technology that an operator deploys for a resource by means of its own; undefined for everything else. */
export const operatedTechnology = (resource: Resource): Technology | undefined =>
  operators.find(each => each.api.test(resource.api) && each.kind.test(resource.kind))?.technology

/** The workload that an operator runs for a resource; undefined when only some of it can be known, or it is no server's. */
export function operatedWorkload(resource: Resource): Workload | undefined {
  const span = scalarIn(resource.node, 'metadata', 'name')?.span ?? resource.node.span
  if (resource.kind === 'RedisFailover' && resource.api.startsWith('databases.spotahome.com/')) return failover(resource, span)
  if (resource.kind === 'Dragonfly' && resource.api.startsWith('dragonflydb.io/')) return dragonfly(resource, span)
  return undefined
}

const claim = (span: Span): Mount => ({ kind: 'claim', target: known('/data', span), readOnly: false, span })
const emptyDir = (span: Span): Mount => ({ kind: 'empty-dir', target: known('/data', span), readOnly: false, span })

const common = (resource: Resource, span: Span, block: YamlNode | undefined, image: YamlScalar | undefined, otherwise: string): Workload => {
  const replicas = scalarIn(block, 'replicas'), memory = scalarIn(block, 'resources', 'limits', 'memory')
  const bytes = memory && quantity(memory.text)
  return {
    ...bare(resource.name, span),
    image: known(image?.text ?? otherwise, image?.span ?? span),
    ...(replicas ? { replicas: countIn(replicas) } : {}),
    ...(memory && bytes !== undefined ? { memoryLimit: known(bytes, memory.span) } : {}),
    restart: known('always', span),
  }
}

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
  const workload = common(resource, span, block, scalarIn(block, 'image'), 'redis')
  return {
    // The operator runs three unless it is told otherwise (api/redisfailover/v1/defaults.go).
    ...workload, replicas: workload.replicas ?? known(3, span), command: words,
    mounts: [storage ? claim(storage.span) : emptyDir(span)],
    hosts: [resource.name, `rfs-${resource.name}`, `rfr-${resource.name}`, `rfrm-${resource.name}`],
  }
}

// https://www.dragonflydb.io/docs/managing-dragonfly/operator/dragonfly-configuration
function dragonfly(resource: Resource, span: Span): Workload {
  const spec = get(resource.node, 'spec')
  const args = listOf(get(spec, 'args')).flatMap(node => (node.kind === 'scalar' ? [known(node.text, node.span)] : []))
  const snapshot = get(spec, 'snapshot'), folder = scalarIn(snapshot, 'dir'), cron = scalarIn(snapshot, 'cron')
  const storage = get(snapshot, 'persistentVolumeClaimSpec') ?? get(snapshot, 'existingPersistentVolumeClaimName')
  // The operator passes both on as flags (internal/resources/resources.go); without `snapshot` the folder is the image's own.
  const place = folder ? known(folder.text, folder.span) : known('/dragonfly/snapshots', snapshot?.span ?? span)
  const flags = snapshot === undefined ? [] : [known(`--dir=${place.value}`, place.span), ...(cron ? [known(`--snapshot_cron=${cron.text}`, cron.span)] : [])]
  return {
    ...common(resource, span, spec, scalarIn(spec, 'image'), 'docker.dragonflydb.io/dragonflydb/dragonfly'),
    ...(args.length + flags.length > 0 ? { command: [...args, ...flags] } : {}),
    mounts: [storage ? { ...claim(storage.span), target: place } : snapshot === undefined ? emptyDir(span) : { ...emptyDir(span), target: place }],
  }
}
