// The templates of a chart, filled with its values → the workloads and servers that they start. Knows how charts lay out their templates, not what runs in them.
import { join } from '../../model/files.ts'
import type { Workload } from '../../model/stack.ts'
import { hiding, unknown, type Note, type Span } from '../../model/value.ts'
import { configMapsOf } from '../manifests/config-maps.ts'
import { contentsOf } from '../manifests/contents.ts'
import { scalarIn, type Resource } from '../manifests/documents.ts'
import type { Deployed, OperatedServer } from '../read-stack.ts'
import type { YamlMap, YamlNode } from '../yaml.ts'
import { kebab, serverOf } from './blocks.ts'
import type { Chart } from './chart.ts'
import type { Source } from './source.ts'
import type { ChartContents, ChartKnowledge } from './stack.ts'
import type { Outcome, Scope } from './expressions.ts'
import { aboveTop, scopeOf, valuesBelow, type Above } from './subcharts.ts'
import { filledDocuments, namedIn, rendered } from './template.ts'

const limits = { files: 300, charts: 100, calls: 2_000, characters: 3_000_000, notes: 3 } as const

interface Gapped extends Resource {
  readonly gaps: readonly number[]
}

/** What a chart deploys with what its own templates add; the files of the templates are in `files`. Blocks of values that a template starts are that workload. */
export function withTemplates(found: ChartContents, chart: Chart, values: YamlMap | undefined, release: string, source: Source, knowledge: ChartKnowledge): ChartContents & { readonly files: readonly string[] } {
  const all: Filled = { resources: [], workloads: [], deployed: [], lost: [] }
  if (!found.servers.some(server => server.by === 'chart' && found.serversOnly)) gather(chart, values, aboveTop(values), '', release, { source, found, all, left: limits.charts, calls: limits.calls, characters: limits.characters })
  if (all.resources.length === 0) return { ...found, files: [] }
  const started = all.workloads.map(workload => withGaps(workload, all.resources))
  const isServer = (workload: Workload): boolean => serverOf(workload.image, knowledge) !== undefined
  const servers = started.filter(isServer), clients = started.filter(workload => !isServer(workload))
  const replaced = new Map<Deployed, Workload>()
  const called = servers.map(workload => {
    const technology = serverOf(workload.image, knowledge)?.technology
    const block = blockOf(workload, found.servers.filter(server => server.technology === technology && !replaced.has(server)), servers.length === 1)
    if (!block) return workload
    replaced.set(block, workload)
    // A server's own chart has no block: it stands where its image does.
    const span = /(?:^|\/)Chart\.yaml$|requirements\.yaml$/.test(block.span.file) ? workload.image?.span ?? workload.span : block.span
    return { ...workload, name: block.name, span, hosts: [...new Set([...workload.hosts, ...block.block.names])], comments: [...block.comments, ...workload.comments] }
  })
  // What the values say of a program that a template starts belongs to it.
  const told = new Map(clients.map(client => [client, found.workloads.find(({ name }) => name !== chart.name && (client.name === name || client.name.endsWith(`-${name}`)))]))
  const spoken = new Set([...told.values()])
  const own = clients.length === 0 ? found.workloads : found.workloads.filter(workload => !spoken.has(workload)).map(({ image, ...workload }) => (workload.name === chart.name || image === undefined ? workload : { ...workload, image }))
  const whole = clients.map(client => {
    const said = told.get(client), image = client.image ?? said?.image ?? (clients.length === 1 ? found.workloads.find(({ name }) => name === chart.name)?.image : undefined)
    const stated = new Set(client.environment.map(({ name }) => name))
    return { ...client, ...(image ? { image } : {}), environment: [...client.environment, ...(said?.environment ?? []).filter(({ name }) => !stated.has(name))], comments: [...client.comments, ...said?.comments ?? []] }
  })
  return {
    ...found, files: [...new Set(all.resources.map(({ file }) => file))], unread: [...found.unread, ...all.lost.slice(0, limits.notes)],
    servers: [...found.servers.filter(server => !replaced.has(server)), ...all.deployed],
    workloads: [...own, ...called, ...whole], containers: [...found.containers, ...called, ...whole],
  }
}

interface Filled {
  readonly resources: Gapped[]
  readonly workloads: Workload[]
  readonly deployed: OperatedServer[]
  /** Templates that could not be followed. */
  readonly lost: Note[]
}
interface Gathering {
  readonly source: Source
  readonly found: ChartContents
  readonly all: Filled
  left: number
  /** Templates that may still be called by their names: a few in each other's bodies are many calls. */
  calls: number
  /** Of templates that may still be filled: what a deployment's charts say is read with all of them at hand. */
  characters: number
}

// The charts below of which nobody has published the defaults run what their templates say, as this one does.
function gather(chart: Chart, given: YamlMap | undefined, from: Above, prefix: string, release: string, to: Gathering): void {
  const { values, isOn, above } = scopeOf(chart, given, from)
  const { source, found, all } = to
  const folder = join(chart.folder, 'templates')
  const files = chart.hasTemplates ? filesIn(folder, source) : []
  const named = files.length === 0 ? new Map<string, string>() : namedIn(files.map(file => source.text(file) ?? ''))
  const include = (name: string, scope: Scope): Outcome | undefined => {
    const body = named.get(name)
    return body === undefined || to.calls-- <= 0 ? undefined : rendered(body, scope)
  }
  const top: Scope = { values, dot: 'top', variables: new Map(), chart, release, include, depth: 0 }
  const resources = files.filter(isTemplate).flatMap(file => {
    const written = source.text(file) ?? ''
    to.characters -= written.length
    const documents = to.characters < 0 ? undefined : filledDocuments(file, written, top)
    if (documents === undefined) all.lost.push({ span: { file, start: 0, end: 0 }, text: `what this template of the chart ${chart.name} comes to is not known` })
    return (documents ?? []).flatMap(({ node, gaps }): readonly Gapped[] => {
      const kind = node.kind === 'map' ? scalarIn(node, 'kind')?.text : undefined
      return node.kind !== 'map' || kind === undefined ? [] : [{ kind, name: scalarIn(node, 'metadata', 'name')?.text ?? '', api: scalarIn(node, 'apiVersion')?.text ?? '', node, file, gaps }]
    })
  })
  const text = (file: string): string => source.text(file) ?? ''
  const { workloads, deployed } = contentsOf(resources, configMapsOf(resources, { ...source.tree, read: path => source.text(path) }), text)
  all.resources.push(...resources)
  all.workloads.push(...workloads)
  all.deployed.push(...deployed)
  for (const dependency of chart.dependencies) {
    const below = dependency.chart, path = prefix === '' ? dependency.key : `${prefix}.${dependency.key}`
    if (!below || below.library || !isOn(dependency) || prefix.split('.').length > 4 || to.left-- <= 0) continue
    if (found.servers.some(server => server.by === 'chart' && server.name === path)) continue
    gather(below, valuesBelow(values, dependency, chart), above, path, release, to)
  }
}

const isTemplate = (file: string): boolean => /(?:^|\/)[^_/][^/]*\.ya?ml(?:\.tpl)?$/.test(file)

function filesIn(folder: string, source: Source): readonly string[] {
  const found: string[] = []
  const visit = (at: string, depth: number): void => {
    for (const name of [...source.list(at)].sort()) {
      if (found.length >= limits.files) return
      if (/\.(?:ya?ml|tpl)$/.test(name)) { if (!/^tests?-/.test(name)) found.push(join(at, name)) }
      else if (!name.includes('.') && depth < 4 && name !== 'tests' && name !== 'charts') visit(join(at, name), depth + 1)
    }
  }
  visit(folder, 0)
  return found
}

// What a server does with its data does not hang on these.
const harmless = new Set([
  'metadata', 'labels', 'annotations', 'selector', 'serviceName', 'strategy', 'updateStrategy', 'podManagementPolicy', 'revisionHistoryLimit', 'minReadySeconds', 'progressDeadlineSeconds', 'securityContext', 'affinity', 'tolerations',
  'nodeSelector', 'topologySpreadConstraints', 'priorityClassName', 'schedulerName', 'runtimeClassName', 'serviceAccountName', 'automountServiceAccountToken', 'imagePullSecrets', 'imagePullPolicy', 'hostAliases', 'dnsConfig', 'dnsPolicy', 'ports',
  'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle', 'terminationGracePeriodSeconds', 'storageClassName', 'storage', 'accessModes', 'volumeMode', 'cpu', 'image', 'value', 'valueFrom', 'persistentVolumeClaim', 'status',
])

// What stands at a gap may be anything that a pod can have: where it may be a mount or a word of the command, neither is known.
function withGaps(workload: Workload, resources: readonly Gapped[]): Workload {
  const name = workload.name.split('/')[0]
  const resource = resources.find(each => each.name === name && isIn(workload.span, each.node.span)) ?? resources.find(each => each.name === name)
  const gap = resource?.gaps.find(at => !isHarmless(at, resource.node))
  if (!resource || gap === undefined) return workload
  const lost = unknown('a template decides it', '', { file: resource.file, start: gap, end: gap })
  const words = { ...(workload.command === undefined && workload.entrypoint !== undefined ? { entrypoint: [...workload.entrypoint, lost] } : { command: [...workload.command ?? [], lost] }) }
  return hiding({ ...workload, ...words, mounts: [...workload.mounts, { kind: 'unknown', target: lost, readOnly: false, span: lost.span }] }, 'environment', 'replicas', 'memoryLimit')
}

function isHarmless(at: number, node: YamlNode): boolean {
  if (node.kind === 'seq') return node.items.some(item => isAround(item, at) && isHarmless(at, item))
  if (node.kind === 'scalar') return false
  for (const { key, value } of node.entries.values()) if (isAround(value, at)) return harmless.has(key.text) || isHarmless(at, value)
  return false
}
const isAround = ({ span }: YamlNode, at: number): boolean => at >= span.start && at < span.end

const isIn = (inner: Span, outer: Span): boolean => inner.file === outer.file && inner.start >= outer.start && inner.end <= outer.end

/** The block of values that a workload runs: the one that its image stands in, the one that it is called after, the only one. */
function blockOf(workload: Workload, servers: readonly Deployed[], alone: boolean): Extract<Deployed, { by: 'block' }> | undefined {
  const blocks = servers.flatMap(server => (server.by === 'block' ? [server] : []))
  const { image } = workload
  return (image && blocks.find(({ block }) => block.values && isIn(image.span, block.values.span)))
    ?? blocks.find(({ name }) => workload.name.endsWith(kebab(name.slice(name.lastIndexOf('.') + 1))))
    ?? (alone && blocks.length === 1 ? blocks[0] : undefined)
}
