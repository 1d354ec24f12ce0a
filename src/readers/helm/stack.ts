// One chart with one set of values → the servers and programs that it deploys. Knows how charts nest, nothing of where values come from.
import type { Chart as KnownChart, Knowledge } from '../../model/knowledge.ts'
import { fits } from '../../model/patterns.ts'
import type { Problem, Workload } from '../../model/stack.ts'
import { isTemplated, known, type Known, type Note, type Span } from '../../model/value.ts'
import { commentsAt, commentsWithin } from '../prose.ts'
import { within } from '../../model/images.ts'
import type { Block, ChartServer, Deployed } from '../read-stack.ts'
import type { YamlMap } from '../yaml.ts'
import { externalBlocks, imageIn, serverBlocks, serverOf, technologyOf } from './blocks.ts'
import { containerKeys, containersOf, listsContainers } from './app-template.ts'
import type { Chart, Dependency } from './chart.ts'
import { storesOf, workloadsOf } from './clients.ts'
import { isUnnamed, aboveTop, scopeOf, valuesBelow, type Above } from './subcharts.ts'
import { at, entryAt, scoped, textAt } from './values.ts'

export type ChartKnowledge = Pick<Knowledge, 'products' | 'companions' | 'otherStores' | 'charts'>

export interface ChartContents {
  readonly servers: readonly Deployed[]
  readonly workloads: readonly Workload[]
  /** Those of them that the values describe down to the container, servers included. */
  readonly containers: readonly Workload[]
  readonly unread: readonly Note[]
  readonly problems: readonly Problem[]
  /** The chart is a server itself, or brings nothing but servers. */
  readonly serversOnly: boolean
}

interface Deploying {
  readonly knowledge: ChartKnowledge
  readonly text: (file: string) => string | undefined
  readonly servers: Deployed[]
  readonly workloads: Workload[]
  readonly containers: Workload[]
  readonly unread: Note[]
  readonly problems: Problem[]
  /** Charts below that may still be read: a few aliases at each level are many charts. */
  left: number
  /** The server that is read as if it were on. */
  readonly on: string | undefined
  readonly hidden: Note | undefined
  /** Of what is read now nobody can say whether it is deployed. */
  unsure?: boolean
}

const limits = { depth: 5, charts: 500 } as const

export interface DeployedAs {
  readonly release?: string
  /** Path of a server that the values leave off, to be read as if it were on. */
  readonly on?: string
  /** Values that exist and are not here, so that nothing is left to the chart's defaults for sure. */
  readonly hidden?: Note
}

/** What a chart deploys with these values, its own defaults merged in already. */
export function deployed(chart: Chart, values: YamlMap | undefined, knowledge: ChartKnowledge, text: (file: string) => string | undefined, as: DeployedAs = {}): ChartContents {
  const { release } = as
  const to: Deploying = { knowledge, text, servers: [], workloads: [], containers: [], unread: [], problems: [], left: limits.charts, on: as.on, hidden: as.hidden }
  const server = rootServer(chart, values, to, release ?? chart.name)
  if (server) return { servers: [server], workloads: [], containers: [], unread: [], problems: [], serversOnly: true }
  deploy(chart, release ?? chart.name, values, '', to, 0, aboveTop(values))
  const programs = to.workloads.filter(workload => workload.image !== undefined || workload.environment.length > 0)
  return { servers: to.servers, workloads: programs, containers: to.containers, unread: to.unread, problems: to.problems, serversOnly: programs.length === 0 }
}

// A chart that is nothing but a server: its values are the server's.
function rootServer(chart: Chart, values: YamlMap | undefined, to: Deploying, name: string): Deployed | undefined {
  const { knowledge, text } = to
  const span = values?.entries.values().next().value?.key.span ?? chart.span
  const own = knownChart({ name: chart.name, version: chart.version, addresses: chart.addresses }, values, knowledge.charts)
  const names = [...new Set([textAt(values, 'fullnameOverride')?.text ?? '', name, `${name}-${chart.name}`].filter(each => each !== ''))]
  const block: Block = { name, span, values, text, names, chartVersion: chart.version, appVersion: chart.appVersion, hidden: to.hidden }
  if (own) return chartServer(block, own)
  // Values that list containers are no single server's, whichever image stands first.
  if (!values || listsContainers(values)) return undefined
  const image = imageIn(values)
  const product = serverOf(image, knowledge)
  const technology = product?.technology ?? technologyOf(chart.name)
  const alone = chart.dependencies.every(dependency => dependency.chart?.library === true || dependency.name === 'common')
  if (!technology || (image ? !product : !alone || (chart.hasTemplates && serverBlocks(values, knowledge, () => false).length > 0))) return undefined
  const key = { kind: 'scalar' as const, text: chart.name, style: 'plain' as const, span }
  const unread: Note = { span: chart.span, text: `what the chart ${chart.name} sets by itself is not known here` }
  return { by: 'block', name: block.name, span, technology, block, found: { path: name, key, map: values, technology, product, inner: values }, comments: [], notes: [unread] }
}

function deploy(chart: Chart, name: string, given: YamlMap | undefined, prefix: string, to: Deploying, depth: number, from: Above): void {
  const { values, isOn, isUnsure, above } = scopeOf(chart, given, from)
  const foreign = new Set<string>()
  const start = to.servers.length
  const containers = containersOf(prefix === '' ? name : last(prefix), values, to.text)
  if (listsContainers(values)) for (const key of containerKeys) foreign.add(key)
  const wanted = (path: string): boolean => to.on === joined(prefix, path)
  for (const dependency of chart.dependencies) {
    foreign.add(dependency.key)
    if (dependency.chart?.library || (!isOn(dependency) && !wanted(dependency.key))) continue
    if (to.left-- <= 0) {
      if (to.problems.length === 0) to.problems.push({ span: dependency.span, message: `the chart ${dependency.key} was not read: a deployment of more than ${limits.charts} charts is read in part` })
      continue
    }
    const before = to.unsure
    to.unsure = before === true || isUnsure(dependency)
    fromDependency(dependency, values, prefix, chart, to, depth, above)
    to.unsure = before ?? false
  }
  const enabled = chart.dependencies.filter(isOn)
  // A block may be the values of a chart whose name cannot be read.
  const outside = to.unsure
  to.unsure = outside === true || chart.dependencies.some(isUnnamed)
  // An operator's values name the images of what it deploys later; nothing of that runs by itself.
  const blocks = /(?:^|-)operator(?:$|-)/.test(chart.name) && chart.dependencies.length === 0 ? [] : serverBlocks(values, to.knowledge, path => foreign.has(path), wanted)
  for (const found of blocks) {
    foreign.add(found.path)
    const block = blockAt(found.path, found.key.span, found.inner, prefix, chart, to, [last(found.path)])
    const shaped = byShape(found.inner, to.knowledge.charts, found.technology)
    add(shaped ? chartServer(block, shaped) : { by: 'block', name: block.name, span: block.span, technology: found.technology, block, found, comments: [], notes: [] }, to)
  }
  to.unsure = outside ?? false
  for (const { path, technology, host, span } of externalBlocks(values)) {
    to.servers.push({ by: 'address', name: joined(prefix, path), technology, host, span: entryAt(values, path)?.key.span ?? span })
  }
  const servers = to.servers.slice(start).filter(server => server.by !== 'address').map((server): Known => known(server.name, server.span))
  to.containers.push(...containers)
  const programs = [...containers, ...workloadsOf({ contained: containers.length > 0, name: containers.length > 0 ? `${name} values` : prefix === '' ? chart.name : last(prefix), span: chart.span, values, text: to.text, foreign, servers, isServer: image => serverOf(image, to.knowledge) !== undefined }), ...storesOf(enabled, values, to.knowledge.otherStores)]
  to.workloads.push(...(outside === true ? programs.map(workload => ({ ...workload, unsure: true as const })) : programs))
}

const last = (path: string): string => path.slice(path.lastIndexOf('.') + 1)
const joined = (prefix: string, path: string): string => (prefix === '' ? path : `${prefix}.${path}`)

function fromDependency(dependency: Dependency, values: YamlMap | undefined, prefix: string, parent: Chart, to: Deploying, depth: number, above: Above): void {
  const entry = values?.entries.get(dependency.key)
  const span = entry?.key.span ?? dependency.span
  const version = plainVersion(dependency.version) ?? plainVersion(dependency.chart?.version)
  const stated = entry?.value.kind === 'map' ? entry.value : undefined
  const addresses = dependency.repository?.startsWith('file:') || dependency.repository === undefined ? dependency.chart?.addresses ?? [] : [dependency.repository]
  const below = dependency.chart && valuesBelow(values, dependency, parent)
  const own = dependency.chart?.values
  const found = knownChart({ name: dependency.name, version, addresses }, stated, to.knowledge.charts)
    ?? shapedCopy(dependency, version, to.knowledge.charts)
  const names = [...new Set([textAt(stated, 'fullnameOverride')?.text, textAt(stated, 'nameOverride')?.text, dependency.key, dependency.name].filter(name => name !== undefined && name !== ''))] as string[]
  if (found) {
    const block: Block = { ...blockAt(dependency.key, span, own ? below : stated, prefix, parent, to, names), appVersion: dependency.chart?.appVersion }
    const copy = dependency.chart
    add({ ...chartServer(block, found), ...(copy && own ? { copy: { folder: copy.folder, name: copy.name, version: copy.version } } : {}) }, to)
    return
  }
  const technology = technologyOf(dependency.name) ?? technologyOf(dependency.key)
  if (dependency.chart && depth < limits.depth && technology === undefined) { deploy(dependency.chart, dependency.chart.name, below, joined(prefix, dependency.key), to, depth + 1, above); return }
  if (technology === undefined) {
    // A chart that is not here still gets these values; its own stay unknown.
    if (stated && !dependency.chart && depth < limits.depth && !to.knowledge.otherStores.some(store => fits(store.image, false, dependency.name))) {
      deploy({ ...parent, name: dependency.name, version: dependency.version, span, addresses: [], dependencies: [], values: undefined }, dependency.name, scoped(values, dependency.key, undefined), joined(prefix, dependency.key), to, depth + 1, above)
    }
    return
  }
  const inner = below ?? stated ?? { kind: 'map', entries: new Map(), span }
  const block: Block = { ...blockAt(dependency.key, span, inner, prefix, parent, to, names), appVersion: dependency.chart?.appVersion }
  const unread: Note = { span: dependency.span, text: `what the chart ${dependency.name}${dependency.version === undefined ? '' : ` ${dependency.version}`} sets by itself is not known here` }
  const key = entry?.key ?? { kind: 'scalar' as const, text: dependency.key, style: 'plain' as const, span }
  add({ by: 'block', name: block.name, span, technology, block, found: { path: dependency.key, key, map: inner, technology, product: undefined, inner }, comments: [], notes: [unread] }, to)
}

// A copy in charts/ of a chart from a registry says by itself what it is: by its own addresses, by its shape where it has none. A chart of
// somebody's own (`file://`) and one of another version may look alike and be another.
function shapedCopy({ name, repository, chart }: Dependency, version: string | undefined, charts: readonly KnownChart[]): KnownChart | undefined {
  if (chart?.values === undefined || repository?.startsWith('file:')) return undefined
  if (chart.addresses.length > 0) return knownChart({ name, version, addresses: chart.addresses }, chart.values, charts)
  return byShape(chart.values, charts.filter(each => each.names.includes(name) && (version === undefined || within(version, each.versions) !== false)))
}

function blockAt(path: string, span: Span, values: YamlMap | undefined, prefix: string, chart: Chart, to: Deploying, names: readonly string[]): Block {
  const overrides = ['fullnameOverride', 'nameOverride', 'name'].flatMap(key => textAt(values, key)?.text ?? []).filter(name => /^[a-z0-9.-]+$/.test(name))
  const all = [...overrides, ...names]
  return { name: joined(prefix, path), span, values, text: to.text, names: [...new Set([...all, ...all.map(name => `${chart.name}-${name}`)])], chartVersion: chart.version, hidden: to.hidden, ...(to.unsure === true || isTemplated(textAt(values, 'enabled')?.text ?? '') ? { unsure: true } : {}) }
}

/** The server of a published chart that a block of values configures. */
export const chartServer = (block: Block, chart: KnownChart): ChartServer =>
  ({ by: 'chart', name: block.name, span: block.span, technology: chart.technology, block, chart, comments: [], notes: [] })

function add(server: Extract<Deployed, { block: Block }>, to: Deploying): void {
  const { span } = server.block, text = to.text(span.file) ?? ''
  to.servers.push({ ...server, comments: [...commentsAt(text, span, undefined), ...commentsWithin(text, span)] })
}

/** `^26.8`, `18.*.*`, `>= 17.0.0` → the version that is at least meant. */
export const plainVersion = (version: string | undefined): string | undefined => /\d+(?:\.\d+){0,2}/.exec(version ?? '')?.[0]

interface Named {
  readonly name: string
  readonly version: string | undefined
  readonly addresses: readonly string[]
}

/** The known chart of that name, from one of its repositories, in the entry for its version. */
export function knownChart(named: Named, values: YamlMap | undefined, charts: readonly KnownChart[]): KnownChart | undefined {
  const same = charts.filter(chart => chart.names.includes(named.name) && named.addresses.some(address => chart.repositories.some(pattern => fits(pattern, false, address.toLowerCase()))))
  const version = plainVersion(named.version)
  return same.find(chart => version !== undefined && within(version, chart.versions) === true) ?? (version === undefined ? byShape(values, same) : undefined)
}

/** The known chart whose values these must be; of two versions of one the older, where its keys stand without those that took their place. */
export function byShape(values: YamlMap | undefined, charts: readonly KnownChart[], technology?: KnownChart['technology']): KnownChart | undefined {
  const outdated = (chart: KnownChart): number => Object.entries(chart.formerly ?? {}).filter(([path, instead]) => at(values, path) !== undefined && at(values, instead) === undefined).length
  const [first, ...others] = charts.filter(chart => (technology === undefined || chart.technology === technology) && chart.shape.every(paths => paths.split('|').some(path => at(values, path) !== undefined)))
  return first && (others.find(other => other.names.some(name => first.names.includes(name)) && outdated(other) < outdated(first)) ?? first)
}
