// Pods of Deployments, StatefulSets, Jobs and the like → workloads, one a container. Knows pod specs, not what runs in them.
// https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
import { entryOf } from '../../model/entry-of.ts'
import { oncePer } from '../../model/once.ts'
import type { Mount, MountKind, Variable, Workload } from '../../model/stack.ts'
import { known, unknown, type Span, type Value } from '../../model/value.ts'
import { withoutEnd } from '../../model/words.ts'
import { commentsAt, commentsIn } from '../prose.ts'
import { flattened } from '../config-files.ts'
import { dig, get, isNull, listOf, type YamlMap, type YamlNode, type YamlScalar } from '../yaml.ts'
import { embedded } from '../yaml-inside.ts'
import { quantity } from '../quantity.ts'
import type { ConfigMaps } from './config-maps.ts'
import type { Resource } from './documents.ts'

const templates: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec', 'template'], StatefulSet: ['spec', 'template'], DaemonSet: ['spec', 'template'], ReplicaSet: ['spec', 'template'], Job: ['spec', 'template'],
  ReplicationController: ['spec', 'template'], CronJob: ['spec', 'jobTemplate', 'spec', 'template'], Pod: [], Rollout: ['spec', 'template'], DeploymentConfig: ['spec', 'template'],
}

export interface Surroundings {
  readonly resources: readonly Resource[]
  readonly maps: ConfigMaps
  readonly text: (file: string) => string
}

const maxEntries = 2000

/** Whether a resource runs pods. */
export const runsPods = (resource: Resource): boolean => Object.hasOwn(templates, resource.kind)

/** One workload for each container; the first has the resource's own name. */
export function workloadsOf(resource: Resource, around: Surroundings): readonly Workload[] {
  const template = dig(resource.node, ...entryOf(templates, resource.kind) ?? [])
  const spec = get(template, 'spec')
  const containers = listOf(get(spec, 'containers')).slice(0, 50)
  const name = dig(resource.node, 'metadata', 'name')
  const span = name?.span ?? resource.node.span
  const labels = get(get(template, 'metadata'), 'labels')
  const services = servicesOf(labels, around.resources)
  const prepared = listOf(get(spec, 'initContainers')).slice(0, 20).flatMap((container, i) =>
    (container.kind === 'map' ? [workloadOf(container, `${resource.name}/${scalar(container, 'name')?.text ?? `init-${String(i)}`}`, container.span, resource, spec, around, [], [])] : []))
  return containers.flatMap((container, i): readonly Workload[] => {
    if (container.kind !== 'map') return []
    const own = scalar(container, 'name')
    const ports = listOf(get(container, 'ports')).flatMap(port => Number(scalar(port, 'containerPort')?.text ?? NaN)).filter(port => port > 0)
    const reached = services.filter(service => containers.length === 1 || service.ports.length === 0 || service.ports.some(port => typeof port === 'number' ? ports.includes(port) : listOf(get(container, 'ports')).some(each => scalar(each, 'name')?.text === port)))
    const workload = workloadOf(container, i === 0 ? resource.name : `${resource.name}/${own?.text ?? String(i)}`, i === 0 ? span : own?.span ?? container.span, resource, spec, around, [...(i === 0 ? [resource.name] : []), ...reached.map(service => service.name)], ports.length > 0 || containers.length > 1 ? ports : reached.flatMap(service => service.ports.filter(port => typeof port === 'number')))
    return [prepared.length > 0 ? { ...workload, prepared } : workload]
  })
}

function workloadOf(
  container: YamlMap, name: string, span: Span, resource: Resource, spec: YamlNode | undefined, around: Surroundings, hosts: readonly string[], ports: readonly number[],
): Workload {
  const image = scalar(container, 'image')
  const environment = environmentOf(container, around)
  const mounts = mountsOf(container, spec, resource, around)
  const entrypoint = words(get(container, 'command'), environment, around), command = words(get(container, 'args'), environment, around)
  const replicas = resource.kind === 'DaemonSet' ? undefined : scalar(get(resource.node, 'spec'), 'replicas')
  const memory = dig(container, 'resources', 'limits', 'memory')
  const grace = scalar(spec, 'terminationGracePeriodSeconds')
  const probe = get(container, 'livenessProbe') ?? get(container, 'readinessProbe')
  const check = listOf(dig(probe, 'exec', 'command')).flatMap(node => (node.kind === 'scalar' ? [known(node.text, node.span)] : []))
  const restart = scalar(spec, 'restartPolicy')
  const namespace = dig(resource.node, 'metadata', 'namespace'), once = resource.kind === 'Job' || resource.kind === 'CronJob'
  return {
    name, span,
    ...(image ? { image: stated(image) } : {}),
    ...(entrypoint ? { entrypoint } : {}), ...(command ? { command } : {}),
    environment: [...environment, ...configEntries(mounts)],
    ...(namespace?.kind === 'scalar' ? { namespace: namespace.text } : {}),
    hosts: hosts.length > 0 ? [...new Set(hosts)] : [name],
    dependsOn: [], mounts, labels: [], ports, profiles: [],
    ...(replicas ? { replicas: number(replicas) } : {}),
    ...(memory?.kind === 'scalar' ? { memoryLimit: size(memory) } : {}),
    restart: known(once ? 'no' : (restart?.text ?? 'Always') === 'Always' ? 'always' : restart?.text === 'OnFailure' ? 'on-failure' : 'no', restart?.span ?? span),
    ...(scalar(spec, 'hostNetwork')?.text === 'true' || listOf(get(spec, 'containers')).length > 1 ? { sharesNetwork: true as const } : {}),
    ...rolling(resource), ...(check.length > 0 ? { healthcheck: check } : {}),
    ...(scalar(container, 'imagePullPolicy')?.text === 'Never' ? { neverPulled: true } : {}),
    ...(grace ? { stopGrace: number(grace) } : {}),
    comments: [...commentsAt(around.text(resource.file), resource.node.span, image?.span.file === resource.file ? image.span : undefined), ...mounts.flatMap(({ content }) => (content ? commentsIn(content) : []))],
    declared: [],
  }
}

/**
 * A Deployment starts the new pod before it ends the old one unless it says otherwise.
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy
 */
function rolling({ kind, node }: Resource): Pick<Workload, 'overlaps'> {
  const spec = get(node, 'spec'), strategy = get(spec, 'strategy'), replicas = scalar(spec, 'replicas')
  if (kind !== 'Deployment' || (strategy !== undefined && strategy.kind !== 'map') || (replicas !== undefined && replicas.text !== '1')) return {}
  const type = scalar(strategy, 'type'), surge = scalar(get(strategy, 'rollingUpdate'), 'maxSurge')
  return (type !== undefined && type.text !== 'RollingUpdate') || (surge !== undefined && !/^[1-9]/.test(surge.text)) ? {} : { overlaps: type?.span ?? dig(node, 'kind')?.span ?? node.span }
}

const scalar = (node: YamlNode | undefined, key: string): YamlScalar | undefined => {
  const found = get(node, key)
  return found?.kind === 'scalar' && !isNull(found) ? found : undefined
}
// Something fills a template in before Kubernetes reads it.
const stated = (node: YamlScalar): Value => (node.text.includes('{{') ? unknown('it is filled in from a template', node.text, node.span) : known(node.text, node.span))
const number = (node: YamlScalar): Value<number> => (/^\d{1,9}$/.test(node.text) ? known(Number(node.text), node.span) : unknown(`${node.text} is no number`, node.text, node.span))
const size = (node: YamlScalar): Value<number> => {
  const bytes = quantity(node.text)
  return bytes === undefined ? unknown(`${node.text} is no size`, node.text, node.span) : known(bytes, node.span)
}

/** `$(NAME)` is replaced by Kubernetes itself; longer texts carry places inside them. */
function words(node: YamlNode | undefined, environment: readonly Variable[], around: Surroundings): readonly Value[] | undefined {
  const items = listOf(node)
  if (items.length === 0) return undefined
  return items.flatMap((item): readonly Value[] => {
    if (item.kind !== 'scalar') return []
    let hidden: string | undefined
    const text = item.text.replace(/\$\(([A-Za-z_]\w*)\)/g, (whole, name: string) => {
      const value = environment.find(variable => variable.name === name)?.value
      if (value?.known) return value.value
      // In a script the shell runs it as a command.
      if (value) hidden = value.why
      return whole
    })
    if (hidden !== undefined) return [unknown(hidden, text, item.span)]
    const value = stated({ ...item, text })
    if (!value.known) return [value]
    return [text === item.text && /\s/.test(text) ? { ...value, at: (start: number, end: number) => embedded(item, around.text(item.span.file)).span(start, end) } : value]
  })
}

function environmentOf(container: YamlMap, around: Surroundings): readonly Variable[] {
  const found = new Map<string, Variable>()
  const put = (name: string, nameSpan: Span, value: Value): void => { if (found.size < maxEntries) found.set(name, { name, nameSpan, value, origin: 'environment' }) }
  for (const from of listOf(get(container, 'envFrom'))) {
    const prefix = scalar(from, 'prefix')?.text ?? ''
    for (const [key, kind] of [['configMapRef', 'ConfigMap'], ['secretRef', 'Secret']] as const) {
      const name = scalar(get(from, key), 'name')
      for (const [entry, { text, span, key: at }] of (name && around.maps.of(kind, name.text)) ?? []) put(`${prefix}${entry}`, at, { ...known(text.text, span), at: (start, end) => text.span(start, end) })
    }
  }
  for (const item of listOf(get(container, 'env'))) {
    const name = scalar(item, 'name'), value = get(item, 'value')
    if (!name) continue
    if (value?.kind === 'scalar') put(name.text, name.span, expanded(value, found))
    else put(name.text, name.span, referred(get(item, 'valueFrom'), name.span, around, container))
  }
  return [...found.values()]
}

function expanded(node: YamlScalar, before: ReadonlyMap<string, Variable>): Value {
  let hidden: string | undefined
  const text = node.text.replace(/\$\(([A-Za-z_]\w*)\)/g, (whole, name: string) => {
    const value = before.get(name)?.value
    if (value?.known) return value.value
    if (value) hidden = value.why
    return value ? `\${${name}}` : whole
  })
  return hidden !== undefined ? unknown(hidden, text, node.span) : text.includes('{{') ? stated(node) : known(text, node.span)
}

function referred(from: YamlNode | undefined, span: Span, around: Surroundings, container: YamlMap): Value {
  for (const [key, kind] of [['configMapKeyRef', 'ConfigMap'], ['secretKeyRef', 'Secret']] as const) {
    const reference = get(from, key)
    const map = scalar(reference, 'name'), entry = scalar(reference, 'key')
    if (!map || !entry) continue
    const found = around.maps.of(kind, map.text)?.get(entry.text)
    return found ? known(found.text.text, found.span) : unknown(`it stands in the ${kind} ${map.text}, which is not here`, '', reference?.span ?? span)
  }
  return resourceOf(get(from, 'resourceFieldRef'), container) ?? unknown('Kubernetes fills it in', '', from?.span ?? span)
}

// A container's own limit in whole units of the divisor: https://kubernetes.io/docs/tasks/inject-data-application/environment-variable-expose-pod-information/
function resourceOf(reference: YamlNode | undefined, container: YamlMap): Value | undefined {
  const [, kind = '', resource = ''] = /^(limits|requests)\.(memory|ephemeral-storage)$/.exec(scalar(reference, 'resource')?.text ?? '') ?? []
  const amount = kind === '' || (scalar(reference, 'containerName')?.text ?? scalar(container, 'name')?.text) !== scalar(container, 'name')?.text ? undefined : scalar(get(get(container, 'resources'), kind), resource)
  const bytes = amount && quantity(amount.text), divisor = quantity(scalar(reference, 'divisor')?.text ?? '1')
  return amount && bytes !== undefined && divisor !== undefined && divisor > 0 ? known(String(Math.ceil(bytes / divisor)), amount.span) : undefined
}

function mountsOf(container: YamlMap, spec: YamlNode | undefined, resource: Resource, around: Surroundings): readonly Mount[] {
  const volumes = new Map<string, YamlNode>()
  for (const volume of listOf(get(spec, 'volumes'))) volumes.set(scalar(volume, 'name')?.text ?? '', volume)
  const claims = new Set(listOf(get(get(resource.node, 'spec'), 'volumeClaimTemplates')).map(node => scalar(get(node, 'metadata'), 'name')?.text ?? ''))
  return listOf(get(container, 'volumeMounts')).slice(0, 200).flatMap((mount): readonly Mount[] => {
    const name = scalar(mount, 'name'), path = scalar(mount, 'mountPath')
    if (!name || !path) return []
    const readOnly = scalar(mount, 'readOnly')?.text === 'true'
    const volume = volumes.get(name.text)
    // What is no absolute path is filled in before Kubernetes reads it.
    const target = path.text.startsWith('/') ? stated(path) : unknown('it is no absolute path', path.text, path.span)
    const basis = { target, source: stated(name), readOnly, span: path.span }
    const sub = scalar(mount, 'subPath')?.text
    const whole = sub === undefined ? basis : { ...basis, sub }
    if (claims.has(name.text)) return [{ ...whole, kind: 'claim' }]
    const files = volume ? filesOf(volume, sub, path, basis, around) : undefined
    return files ?? [{ ...whole, kind: kindOf(volume) }]
  })
}

const volumeKinds: readonly (readonly [string, MountKind])[] = [
  ['persistentVolumeClaim', 'claim'], ['emptyDir', 'empty-dir'], ['hostPath', 'bind'], ['configMap', 'config'], ['secret', 'secret'], ['nfs', 'claim'], ['ephemeral', 'empty-dir'], ['awsElasticBlockStore', 'claim'],
  ['gcePersistentDisk', 'claim'], ['azureDisk', 'claim'], ['cephfs', 'claim'], ['iscsi', 'claim'], ['rbd', 'claim'],
]

const kindOf = (volume: YamlNode | undefined): MountKind => {
  if (scalar(get(volume, 'emptyDir'), 'medium')?.text === 'Memory') return 'tmpfs'
  return volumeKinds.find(([key]) => get(volume, key) !== undefined)?.[1] ?? 'unknown'
}

// Each entry of a mounted map is a file of its own.
function filesOf(volume: YamlNode, subPath: string | undefined, path: YamlScalar, basis: Omit<Mount, 'kind'>, around: Surroundings): readonly Mount[] | undefined {
  const sources = [volume, ...listOf(get(get(volume, 'projected'), 'sources'))]
  const found: Mount[] = []
  for (const source of sources) {
    const map = get(source, 'configMap'), secret = get(source, 'secret')
    const name = scalar(map, 'name') ?? scalar(secret, 'secretName') ?? scalar(secret, 'name')
    const entries = name && around.maps.of(map ? 'ConfigMap' : 'Secret', name.text)
    if (!entries) continue
    const renamed = new Map(listOf(get(map ?? secret, 'items')).map(item => [scalar(item, 'key')?.text ?? '', scalar(item, 'path')?.text ?? '']))
    for (const [entry, { text, path: file }] of entries) {
      if (renamed.size > 0 && !renamed.has(entry)) continue
      const title = renamed.get(entry) ?? entry
      if (subPath !== undefined && subPath !== title) continue
      const target = subPath === undefined ? `${withoutEnd(path.text, '/')}/${title}` : path.text
      found.push({ ...basis, kind: map ? 'config' : 'secret', target: known(target, path.span), content: text, ...(file === undefined ? {} : { path: file }) })
    }
  }
  return found.length > 0 ? found : undefined
}

function configEntries(mounts: readonly Mount[]): readonly Variable[] {
  const found: Variable[] = []
  for (const mount of mounts) {
    if (mount.kind !== 'config' || !mount.content || mount.content.text.length > 200_000) continue
    found.push(...flattened(mount.target.known ? mount.target.value : '', mount.content).slice(0, maxEntries - found.length))
  }
  return found
}

interface Service {
  readonly name: string
  readonly ports: readonly (number | string)[]
}

/** Services whose selector fits a pod's labels. */
function servicesOf(labels: YamlNode | undefined, resources: readonly Resource[]): readonly Service[] {
  if (labels?.kind !== 'map') return []
  const bySelector = selectingServices(resources)
  return [...labels.entries].flatMap(([key, { value }]) => (value.kind === 'scalar' ? bySelector.get(`${key}=${value.text}`) ?? [] : []))
    .filter(({ selector }) => [...selector.entries].every(([key, { value }]) => value.kind === 'scalar' && scalar(labels, key)?.text === value.text))
    .sort((a, b) => a.at - b.at).map(({ service }) => service)
}

interface Selecting {
  readonly at: number
  readonly selector: YamlMap
  readonly service: Service
}

// By the label of each selector that the fewest services want: thousands of pods ask.
const selectingServices = oncePer((resources: readonly Resource[]) => {
  const all = resources.flatMap(({ kind, name, node }, at): readonly Selecting[] => {
    const selector = kind === 'Service' ? dig(node, 'spec', 'selector') : undefined
    return selector?.kind === 'map' ? [{ at, selector, service: { name, ports: targetsOf(node) } }] : []
  })
  const labelsOf = ({ selector }: Selecting): readonly string[] => [...selector.entries].map(([key, { value }]) => `${key}=${value.kind === 'scalar' ? value.text : ''}`)
  const wanted = new Map<string, number>()
  for (const label of all.flatMap(labelsOf)) wanted.set(label, (wanted.get(label) ?? 0) + 1)
  const found = new Map<string, Selecting[]>()
  for (const each of all) {
    const [first, ...rest] = labelsOf(each)
    if (first === undefined) continue
    const rarest = rest.reduce((least, label) => ((wanted.get(label) ?? 0) < (wanted.get(least) ?? 0) ? label : least), first)
    const known = found.get(rarest)
    if (known) known.push(each)
    else found.set(rarest, [each])
  }
  return found
})

const targetsOf = (service: YamlNode): Service['ports'] => listOf(dig(service, 'spec', 'ports')).flatMap(port => {
  const target = scalar(port, 'targetPort') ?? scalar(port, 'port')
  return target === undefined ? [] : [/^\d+$/.test(target.text) ? Number(target.text) : target.text]
})
