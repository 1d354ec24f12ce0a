// The programs that a chart deploys beside its servers, with what its values tell them: environment, configuration, worker blocks.
// Knows how charts write such values; must not know what the words in them mean.
import type { OtherStore } from '../../model/knowledge.ts'
import { fits } from '../../model/patterns.ts'
import type { Variable, Workload } from '../../model/stack.ts'
import { known, type Known, type Span, type Value } from '../../model/value.ts'
import { commentsAt } from '../prose.ts'
import { flattened } from '../config-files.ts'
import { isNull, type YamlMap, type YamlNode, type YamlScalar } from '../yaml.ts'
import { embedded } from '../yaml-inside.ts'
import type { Dependency } from './chart.ts'
import { imageIn, isOff } from './blocks.ts'
import { imageAt } from './image.ts'
import { bare } from '../bare-workload.ts'
import { memoryLimitAt, numberOf } from './amounts.ts'
import { at, textAt, valueOfScalar } from './values.ts'

export interface App {
  readonly name: string
  /** Of the chart's name, or of the block. */
  readonly span: Span
  readonly values: YamlMap | undefined
  readonly text: (file: string) => string | undefined
  /** Paths of blocks that belong to servers and to other charts. */
  readonly foreign: ReadonlySet<string>
  /** Whether an image is that of a server: a block with one that is no server itself waits for it or sets it up. */
  readonly isServer: (image: Value) => boolean
  /** Names of the servers that it comes with. */
  readonly servers: readonly Known[]
  /** Its containers are workloads already; what is left are values that all of them share. */
  readonly contained?: boolean
}

const limits = { variables: 3000, depth: 8, text: 100_000, blocks: 100 } as const

/** The chart's own program first, then one workload for each block that runs something of its own. */
export function workloadsOf(app: App): readonly Workload[] {
  const blocks = programs(app)
  const paths = new Set([...app.foreign, ...blocks.map(block => block.path)])
  // The image of a server that nobody recognised is no program of ours, and how the chart runs it is not known.
  const found = app.contained === true ? undefined : rootImage(app.values)
  const image = found && app.isServer(found) ? undefined : found
  const root: Workload = {
    ...bare(app.name, app.span),
    ...(image ? { image } : {}),
    environment: variablesIn(app.values, '', app, path => paths.has(path)),
    dependsOn: app.servers,
  }
  return [root, ...blocks.map(block => programOf(block, app, image, path => path !== block.path && paths.has(path)))]
}

const rootImage = (values: YamlMap | undefined): Value | undefined => {
  const direct = values && imageIn(values)
  if (direct) return direct
  // `images.app: {repository}` and the like: of several nobody can tell which is the program.
  const all = at(values, 'images')
  return all?.kind === 'map' && all.entries.size === 1 ? [...all.entries.keys()].map(key => imageAt(all, key))[0] : undefined
}

interface Program {
  readonly path: string
  readonly name: string
  readonly key: YamlScalar
  readonly map: YamlMap
  readonly image: Value | undefined
}

const runs = ['replicaCount', 'replicas', 'command', 'args', 'autoscaling', 'podAnnotations', 'extraEnv', 'extraEnvVars', 'env', 'resources']
const notProgram = /^(?:image|images|global|ingress|service|serviceAccount|resources|autoscaling|affinity|nodeSelector|podSecurityContext|securityContext|metrics|persistence|config|configs|secret|secrets|env|extraEnv|extraEnvVars|volumes|volumePermissions|initContainers?|sidecars|tests?|livenessProbe|readinessProbe|exporter|podAnnotations|podLabels|rbac|networkPolicy|tls|auth|probes|defaults?)$/i

function programs(app: App): readonly Program[] {
  const found: Program[] = []
  const visit = (map: YamlMap, path: string, depth: number): void => {
    for (const [name, { key, value }] of map.entries) {
      const here = path === '' ? name : `${path}.${name}`
      if (value.kind !== 'map' || app.foreign.has(here) || notProgram.test(name) || found.length >= limits.blocks || isOff(value)) continue
      const image = imageIn(value)
      if (image && app.isServer(image)) continue
      const known = image !== undefined || ['replicaCount', 'replicas'].some(field => textAt(value, field)) || (depth === 0 && runs.filter(field => at(value, field) !== undefined).length >= 2)
      if (known) found.push({ path: here, name, key, map: value, image })
      // A block without an image may hold what several programs share, and them.
      if (!known ? depth < 1 : !image && depth < 2) visit(value, here, depth + 1)
    }
  }
  if (app.values) visit(app.values, '', 0)
  return found
}

function programOf({ name, path, key, map, image }: Program, app: App, shared: Value | undefined, skip: (path: string) => boolean): Workload {
  const command = scriptsAt(map, 'command', app.text), args = scriptsAt(map, 'args', app.text)
  const replicas = textAt(map, 'replicaCount') ?? textAt(map, 'replicas')
  const memoryLimit = memoryLimitAt(map, 'resources')
  const own = image ?? shared
  return {
    ...bare(name, key.span),
    ...(own ? { image: own } : {}),
    ...(command ? { entrypoint: command } : {}), ...(args ? { command: args } : {}),
    environment: variablesIn(map, path, app, skip),
    hosts: [...new Set([name, `${app.name}-${name}`])],
    ...(replicas ? { replicas: numberOf(replicas) } : {}),
    ...(memoryLimit ? { memoryLimit } : {}),
    ...([textAt(map, 'image.pullPolicy'), textAt(map, 'imagePullPolicy')].some(policy => policy?.text === 'Never') ? { neverPulled: true } : {}),
    comments: commentsAt(app.text(key.span.file) ?? '', key.span, undefined),
  }
}

/** The words of a command in a block; a script among them carries the places inside it. */
export function scriptsAt(map: YamlMap, key: string, text: (file: string) => string | undefined): readonly Value[] | undefined {
  const node = at(map, key)
  if (node?.kind !== 'seq') return undefined
  const words = node.items.flatMap(item => {
    if (item.kind !== 'scalar') return []
    const source = /\s/.test(item.text) ? text(item.span.file) : undefined
    return [valueOfScalar(item, source === undefined ? undefined : (start, end) => embedded(item, source).span(start, end))]
  })
  return words.length > 0 ? words : undefined
}

/** Containers whose entries are variables by their own names. */
const environmentKey = /^(?:(?:extra|additional|common|global|shared|pod|container|custom|app|default)?-?(?:env|envs|environment|env-?vars?|environment-?variables?|secret-?env|env-?config)s?|env-from|config-?map|config-?maps|string-?data)$/
const kebab = (key: string): string => key.replace(/([a-z0-9])([A-Z])/g, '$1-$2').replace(/[_.]/g, '-').toLowerCase()
/** Blocks that no program reads as its configuration. */
const plumbing = new Set(['resources', 'affinity', 'tolerations', 'nodeSelector', 'podAnnotations', 'annotations', 'podLabels', 'labels', 'commonLabels', 'ingress', 'serviceAccount', 'securityContext', 'podSecurityContext',
  'containerSecurityContext', 'livenessProbe', 'readinessProbe', 'startupProbe', 'autoscaling', 'topologySpreadConstraints', 'updateStrategy', 'rbac', 'networkPolicy', 'networkPolicies', 'serviceMonitor', 'prometheusRule', 'pdb', 'vpa', 'lifecycle', 'image', 'crds'])

/** Every scalar below a map as a variable. In environment blocks, and in capitals, it has its own name; elsewhere the path that leads to it. */
function variablesIn(values: YamlMap | undefined, prefix: string, app: App, skip: (path: string) => boolean): readonly Variable[] {
  const found: Variable[] = []
  const add = (name: string, nameSpan: Span, value: Value): void => {
    if (found.length < limits.variables && name !== '') found.push({ name, nameSpan, value, origin: 'values' })
  }
  const scalar = (node: YamlScalar, name: string, key: Span): void => {
    if (isNull(node)) return
    const several = node.style === 'block' && node.text.includes('\n')
    if (several && node.text.length < limits.text) {
      const inner = insideOf(name, node, app)
      for (const variable of inner) if (found.length < limits.variables) found.push({ ...variable, origin: 'values' })
      if (inner.length > 0) return
    }
    add(name, key, valueOfScalar(node))
  }
  const visit = (node: YamlNode, path: string, name: string, key: Span, depth: number): void => {
    if (depth > limits.depth || found.length >= limits.variables) return
    if (node.kind === 'scalar') { scalar(node, name, key); return }
    if (node.kind === 'seq') {
      for (const item of node.items) {
        const label = textAt(item, 'name') ?? textAt(item, 'key')
        const value = at(item, 'value')
        if (label && value?.kind === 'scalar') scalar(value, label.text, label.span)
        else if (item.kind === 'scalar') add(name, item.span, valueOfScalar(item))
        else visit(item, path, name, key, depth + 1)
      }
      return
    }
    for (const [own, entry] of node.entries) {
      const here = path === '' ? own : `${path}.${own}`
      if (skip(here) || plumbing.has(own) || (entry.value.kind === 'map' && isOff(entry.value) && !environmentKey.test(kebab(own)))) continue
      const known = environmentKey.test(kebab(own))
      const inner = entry.value.kind === 'map' ? at(entry.value, 'value') : undefined
      const label = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(own) || name === '' ? own : `${name}.${own}`
      // `KEY: {value: x}` beside `KEY: {valueFrom: …}`.
      if (inner?.kind === 'scalar' && /^[A-Z][A-Z0-9_]+$/.test(own)) scalar(inner, own, entry.key.span)
      else visit(entry.value, here, known && entry.value.kind !== 'scalar' ? '' : label, entry.key.span, depth + 1)
    }
  }
  if (values) visit(values, prefix, '', values.span, 0)
  return found
}

// A block of text is a file of some kind: by the name of its key, else by its lines.
function insideOf(name: string, node: YamlScalar, app: App): readonly Variable[] {
  const source = app.text(node.span.file)
  if (source === undefined) return []
  const text = embedded(node, source)
  const last = name.slice(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1)
  const byName = flattened(last, text)
  if (byName.length > 0) return byName
  if (node.text.includes('{{') && /^[ \t]*\{\{/m.test(node.text)) return []
  const lines = node.text.split('\n').filter(line => line.trim() !== '' && !line.trim().startsWith('#'))
  const pairs = lines.filter(line => /^\s*(?:export\s+)?[A-Za-z_][\w.-]*\s*=/.test(line)).length
  if (pairs > 0 && pairs * 2 >= lines.length) return flattened('block.properties', text)
  const keys = lines.filter(line => /^\s*(?:-\s+)?["']?[A-Za-z_][\w.-]*["']?:(?:\s|$)/.test(line)).length
  return keys > 0 && keys * 2 >= lines.length ? flattened('block.yaml', text) : []
}

/** Other stores and brokers that a chart brings along: a workload for each, told by the dependency's name. */
export function storesOf(dependencies: readonly Dependency[], values: YamlMap | undefined, stores: readonly OtherStore[]): readonly Workload[] {
  const found: Workload[] = []
  for (const dependency of dependencies) {
    const block = at(values, dependency.key)
    const image = block && imageAt(block, 'image')
    if (!stores.some(store => fits(store.image, false, dependency.name))) continue
    found.push({ ...bare(dependency.key, dependency.span), image: image?.known ? image : known(dependency.name, dependency.span) })
  }
  return found
}
