// Chart.yaml, requirements.yaml and the subcharts below charts/ → a chart. Knows Helm's files, nothing of what a chart deploys.
// https://helm.sh/docs/topics/charts/
import { join } from '../../model/files.ts'
import type { Span } from '../../model/value.ts'
import { get, listOf, type YamlMap, type YamlNode } from '../yaml.ts'
import { inRange } from './ranges.ts'
import type { Source } from './source.ts'
import { coalesce } from './values.ts'

export interface Dependency {
  readonly name: string
  /** The key of its values: the alias, else the name. */
  readonly key: string
  readonly version: string | undefined
  readonly repository: string | undefined
  readonly conditions: readonly string[]
  /** Blocks of its values that its parent takes over as defaults. */
  readonly imports: readonly { readonly child: string; readonly parent: string }[]
  readonly tags: readonly string[]
  /** Of its name in the file that lists it. */
  readonly span: Span
  /** Its chart, when it lies in charts/ or at a `file://` address inside the tree. */
  readonly chart?: Chart
}

export interface Chart {
  readonly name: string
  readonly folder: string
  readonly version: string | undefined
  readonly appVersion: string | undefined
  /** Of its name in Chart.yaml. */
  readonly span: Span
  /** Addresses that tell whose chart it is: home, and sources that hold charts. */
  readonly addresses: readonly string[]
  readonly dependencies: readonly Dependency[]
  /** Whether it lists any: only then Helm puts its values together before somebody's are laid over them. */
  readonly lists?: boolean
  readonly values: YamlMap | undefined
  readonly library: boolean
  readonly hasTemplates: boolean
}

const limits = { depth: 6, dependencies: 200 } as const

/** The chart in a folder; undefined when its Chart.yaml says no name. */
export function chartAt(source: Source, folder: string): Chart | undefined {
  return load(source, folder, 0, [])
}

// Charts may refer to each other in circles, and many to one.
const loaded = new WeakMap<Source, Map<string, Chart | undefined>>()

function load(source: Source, folder: string, depth: number, chain: readonly string[]): Chart | undefined {
  if (chain.includes(folder) || depth > limits.depth) return undefined
  const known = loaded.get(source) ?? new Map<string, Chart | undefined>()
  loaded.set(source, known)
  const id = `${depth === 0} ${folder}`
  if (!known.has(id)) known.set(id, read(source, folder, depth, [...chain, folder]))
  return known.get(id)
}

function read(source: Source, folder: string, depth: number, chain: readonly string[]): Chart | undefined {
  const file = join(folder, 'Chart.yaml')
  const meta = source.map(file, true)
  const name = scalar(meta, 'name')
  // A chart that is itself made from a template (`{{ .name }}`) says nothing yet.
  if (!meta || !name || name.text.includes('{{')) return undefined
  const names = source.list(folder)
  const old = names.includes('requirements.yaml') ? source.map(join(folder, 'requirements.yaml'), true) : undefined
  const subcharts = subchartsIn(source, folder, depth, chain)
  const listed = [...listOf(get(meta, 'dependencies')), ...listOf(get(old, 'dependencies'))]
    .slice(0, limits.dependencies).flatMap(node => dependencyOf(node, subcharts, source, folder, depth, chain))
  // What lies in charts/ unlisted is deployed as well.
  const unlisted = subcharts.filter(chart => !listed.some(dependency => dependency.chart === chart || isMeant(chart, dependency.name, dependency.version)))
    .map((chart): Dependency => unlistedOf(listed.length > 0 ? chart : asFiled(chart)))
  return {
    name: name.text, folder, span: name.span,
    version: scalar(meta, 'version')?.text, appVersion: scalar(meta, 'appVersion')?.text,
    // Of its sources those that hold charts: an image's or a program's own repository is named by whoever packs it, too.
    addresses: [get(meta, 'home'), ...listOf(get(meta, 'sources'))].flatMap(node => (node?.kind === 'scalar' && (node === get(meta, 'home') || /chart|helm/i.test(node.text)) ? [node.text] : [])),
    dependencies: [...listed, ...unlisted], lists: listed.length > 0,
    values: names.includes('values.yaml') ? valuesIn(source, join(folder, 'values.yaml')) : undefined,
    library: scalar(meta, 'type')?.text === 'library',
    hasTemplates: names.includes('templates'),
  }
}

const unlistedOf = (chart: Chart): Dependency =>
  ({ name: chart.name, key: chart.name, version: chart.version, repository: undefined, conditions: [], tags: [], imports: [], span: chart.span, chart })

// Below a chart that lists no dependencies Helm settles none: whatever lies there is deployed once, under its own name.
// https://github.com/helm/helm/blob/main/pkg/chart/v2/util/dependencies.go, processDependencyEnabled
function asFiled(chart: Chart): Chart {
  const dependencies = chart.dependencies.filter(({ chart: below }, i, all) => below === undefined || all.findIndex(other => other.chart === below) === i)
  return { ...chart, dependencies: dependencies.map(each => (each.chart ? { ...unlistedOf(asFiled(each.chart)), imports: each.key === each.chart.name ? each.imports : [] } : each)) }
}

/** The values in a file; as of Helm 4 later documents are laid over the first. */
export const valuesIn = (source: Source, file: string): YamlMap | undefined =>
  source.documents(file, true).filter(document => document.kind === 'map').reduce<YamlMap | undefined>((values, document) => coalesce(values, document, true), undefined)

const isMeant = (chart: Chart, name: string, version: string | undefined): boolean =>
  chart.name === name && (version === undefined || chart.version === undefined || inRange(chart.version, version) !== false)

const scalar = (node: YamlNode | undefined, key: string) => {
  const found = get(node, key)
  return found?.kind === 'scalar' && found.text !== '' ? found : undefined
}

function subchartsIn(source: Source, folder: string, depth: number, chain: readonly string[]): readonly Chart[] {
  const found: Chart[] = []
  // https://github.com/helm/helm/blob/main/pkg/chart/v2/loader/load.go
  for (const name of source.list(join(folder, 'charts')).filter(name => !/^[._]/.test(name)).slice(0, limits.dependencies)) {
    const path = join(folder, `charts/${name}`)
    const inside = /\.tgz$/.test(name) ? source.unpacked(path) : source.list(path).includes('Chart.yaml') ? path : undefined
    const chart = inside === undefined ? undefined : load(source, inside, depth + 1, chain)
    if (chart) found.push(chart)
  }
  return found
}

function dependencyOf(node: YamlNode, subcharts: readonly Chart[], source: Source, folder: string, depth: number, chain: readonly string[]): readonly Dependency[] {
  const name = scalar(node, 'name')
  if (!name) return []
  const version = scalar(node, 'version')?.text, repository = scalar(node, 'repository')?.text
  const beside = repository?.startsWith('file://') ? load(source, join(folder, repository.slice('file://'.length)), depth + 1, chain) : undefined
  const chart = subcharts.find(each => isMeant(each, name.text, version)) ?? beside
  return [{
    name: name.text, key: scalar(node, 'alias')?.text ?? name.text, version, repository,
    conditions: (scalar(node, 'condition')?.text ?? '').trim().split(',').filter(path => path !== ''),
    imports: listOf(get(node, 'import-values')).flatMap(item => {
      const child = scalar(item, 'child')?.text, parent = scalar(item, 'parent')?.text
      return item.kind === 'scalar' ? [{ child: `exports.${item.text}`, parent: '.' }] : child === undefined || parent === undefined ? [] : [{ child, parent }]
    }),
    tags: listOf(get(node, 'tags')).flatMap(tag => (tag.kind === 'scalar' ? [tag.text] : [])),
    span: name.span,
    ...(chart ? { chart } : {}),
  }]
}
