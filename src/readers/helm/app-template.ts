// Values that list controllers and containers, as the app-template chart and charts built on its library take them → workloads.
// Knows those fields, not what runs in a container. https://bjw-s-labs.github.io/helm-charts/docs/app-template/
import { entryOf } from '../../model/entry-of.ts'
import type { Mount, MountKind, Variable, Workload } from '../../model/stack.ts'
import { known, unknown, type Span, type Value } from '../../model/value.ts'
import { get, isNull, listOf, type YamlMap, type YamlNode } from '../yaml.ts'
import { bare } from '../bare-workload.ts'
import { scriptsAt } from './clients.ts'
import { isOff } from './blocks.ts'
import { imageAt } from './image.ts'
import { memoryLimitAt, numberOf } from './amounts.ts'
import { at, textAt, valueOfScalar } from './values.ts'

const kinds: Readonly<Record<string, MountKind>> = {
  persistentVolumeClaim: 'claim', pvc: 'claim', emptyDir: 'empty-dir', hostPath: 'bind', configMap: 'config', secret: 'secret', nfs: 'claim',
}

/** One workload for each container of `controllers`; nothing for other values. */
export function containersOf(release: string, values: YamlMap | undefined, text: (file: string) => string | undefined): readonly Workload[] {
  const controllers = get(values, 'controllers')
  if (controllers?.kind !== 'map') return []
  const found: Workload[] = []
  const several = controllers.entries.size > 1
  for (const [controller, { key, value }] of controllers.entries) {
    const containers = get(value, 'containers')
    if (containers?.kind !== 'map' || isOff(value)) continue
    const replicas = textAt(value, 'replicas')
    const once = /^(?:job|cronjob)$/i.test(textAt(value, 'type')?.text ?? '')
    let first = true
    for (const [container, entry] of containers.entries) {
      const image = imageAt(entry.value, 'image')
      if (entry.value.kind !== 'map' || isOff(entry.value) || !image) continue
      const base = several ? controller : release
      const name = first ? base : `${base}/${container}`
      const entrypoint = scriptsAt(entry.value, 'command', text), command = scriptsAt(entry.value, 'args', text)
      const memoryLimit = memoryLimitAt(entry.value, 'resources')
      found.push({
        ...bare(name, first ? key.span : entry.key.span), image,
        ...(entrypoint ? { entrypoint } : {}), ...(command ? { command } : {}),
        environment: environmentOf(get(entry.value, 'env')),
        hosts: [...new Set(first ? [base, release, `${release}-${controller}`] : [name])],
        mounts: mountsOf(values, controller, container),
        ...(replicas ? { replicas: numberOf(replicas) } : {}),
        ...(memoryLimit ? { memoryLimit } : {}),
        restart: known(once ? 'no' : 'always', key.span),
      })
      first = false
    }
  }
  return found
}

function environmentOf(node: YamlNode | undefined): readonly Variable[] {
  const found: Variable[] = []
  const add = (name: string, nameSpan: Span, value: YamlNode | undefined): void => {
    if (value?.kind === 'scalar' && !isNull(value)) found.push({ name, nameSpan, value: valueOfScalar(value), origin: 'environment' })
    else if (value?.kind === 'map') {
      const inner = get(value, 'value')
      const secret: Value = unknown('Kubernetes fills it in', '', value.span)
      found.push({ name, nameSpan, value: inner?.kind === 'scalar' ? valueOfScalar(inner) : secret, origin: 'environment' })
    }
  }
  if (node?.kind === 'map') for (const [name, { key, value }] of node.entries) add(name, key.span, value)
  else for (const item of listOf(node)) {
    const name = textAt(item, 'name')
    if (name) add(name.text, name.span, get(item, 'value') ?? item)
  }
  return found.slice(0, 2000)
}

function mountsOf(values: YamlMap | undefined, controller: string, container: string): readonly Mount[] {
  const found: Mount[] = []
  const persistence = get(values, 'persistence')
  for (const [name, { key, value }] of persistence?.kind === 'map' ? persistence.entries : []) {
    if (isOff(value)) continue
    const type = textAt(value, 'type')
    const kind = textAt(value, 'medium')?.text === 'Memory' ? 'tmpfs' : entryOf(kinds, type?.text ?? 'persistentVolumeClaim') ?? 'unknown'
    const advanced = get(value, 'advancedMounts')
    const own = advanced === undefined ? listOf(get(value, 'globalMounts')) : listOf(get(get(advanced, controller), container))
    const paths = own.flatMap(mount => textAt(mount, 'path') ?? [])
    const basis = { source: known(name, key.span), readOnly: false }
    for (const path of paths) found.push({ ...basis, kind, target: valueOfScalar(path), span: path.span })
    if (paths.length === 0 && advanced === undefined) found.push({ ...basis, kind, target: known(textAt(value, 'mountPath')?.text ?? `/${name}`, key.span), span: type?.span ?? key.span })
  }
  return found
}

/** Whether values are written for containers of their own. */
export const listsContainers = (values: YamlMap | undefined): boolean => {
  const controllers = get(values, 'controllers')
  return controllers?.kind === 'map' && [...controllers.entries.values()].some(({ value }) => at(value, 'containers')?.kind === 'map')
}

/** Top-level blocks of such values that describe what surrounds the containers. */
export const containerKeys = ['controllers', 'persistence', 'service', 'ingress', 'route', 'serviceMonitor', 'networkpolicies', 'configMaps', 'secrets', 'rawResources', 'defaultPodOptions']
