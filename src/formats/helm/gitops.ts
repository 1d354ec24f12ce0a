// Releases of charts as GitOps tools declare them: Argo CD, Flux, Helmfile, Kustomize. Knows their resources, nothing of the charts.
// https://argo-cd.readthedocs.io/en/stable/user-guide/helm/ https://fluxcd.io/flux/components/helm/helmreleases/ https://helmfile.readthedocs.io/
import { folderOf, join, nameOf } from '../../model/files.ts'
import type { Note, Span, Text } from '../../model/value.ts'
import { embedded, get, listOf, readYaml, type YamlMap, type YamlNode, type YamlScalar } from '../yaml.ts'
import type { Source } from './source.ts'
import { at, textAt } from './values.ts'

export interface Release {
  readonly name: string
  readonly chart: string
  readonly version: string | undefined
  readonly repository: string | undefined
  /** Folder of the chart, when it lies in the tree. */
  readonly path?: string
  /** Of the chart's name. */
  readonly span: Span
  readonly file: string
  /** Values files that it names. */
  readonly files: readonly string[]
  /** Base first. */
  readonly layers: readonly YamlMap[]
  readonly unread: readonly Note[]
}

const mostReleases = 3_000
const longest = 1_000_000

/** All releases that the files of a tree declare. */
export function releasesIn(source: Source, files: readonly string[], taken: ReadonlySet<string>): readonly Release[] {
  const found: Release[] = []
  const repositories = new Map<string, string>()
  const later: (() => readonly Release[])[] = []
  for (const file of files) {
    if (!/\.ya?ml$/i.test(file) || taken.has(file) || /(?:^|\/)templates\//.test(file)) continue
    const text = source.text(file)
    if (text === undefined || text.length > longest) continue
    const named = /^helmfile/.test(nameOf(file)) || /(?:^|\/)helmfile\.d\//.test(file)
    if (!named && !/^kind:\s*["']?(?:HelmRelease|Application|ApplicationSet|HelmRepository|OCIRepository)\b|^helmCharts:/m.test(text)) continue
    for (const document of source.documents(file)) {
      const kind = textAt(document, 'kind')?.text
      const name = textAt(document, 'metadata.name')?.text
      if ((kind === 'HelmRepository' || kind === 'OCIRepository') && name !== undefined) repositories.set(`${kind} ${name}`, textAt(document, 'spec.url')?.text ?? '')
      else if (kind === 'HelmRelease') later.push(() => fluxRelease(document, file, repositories, source))
      else if (kind === 'Application') later.push(() => argoReleases(get(document, 'spec'), name ?? nameOf(file), file, source))
      else if (kind === 'ApplicationSet') later.push(() => argoReleases(at(document, 'spec.template.spec'), name ?? nameOf(file), file, source))
      else if (named && get(document, 'releases')) later.push(() => helmfileReleases(document, file, source))
      else if (get(document, 'helmCharts')) later.push(() => kustomizeReleases(document, file, source))
    }
  }
  for (const read of later) if (found.length < mostReleases) found.push(...read())
  return found
}

const plain = (node: YamlScalar | undefined): string | undefined => (node === undefined || node.text === '' || node.text.includes('{{') ? undefined : node.text)
const asMap = (node: YamlNode | undefined): readonly YamlMap[] => (node?.kind === 'map' ? [node] : [])

function fluxRelease(document: YamlNode, file: string, repositories: ReadonlyMap<string, string>, source: Source): readonly Release[] {
  const spec = get(document, 'spec')
  const name = textAt(document, 'metadata.name')
  const chart = textAt(spec, 'chart.spec.chart')
  const reference = textAt(spec, 'chartRef.name')
  const shown = chart ?? reference ?? name
  if (!shown || !name) return []
  const from = textAt(spec, 'chart.spec.sourceRef.name')?.text
  const url = reference ? repositories.get(`OCIRepository ${reference.text}`) : from === undefined ? undefined : repositories.get(`HelmRepository ${from}`)
  const inside = chart?.text.startsWith('./') ? join('.', chart.text) : undefined
  const unread = listOf(get(spec, 'valuesFrom')).map((node): Note => ({ span: node.span, says: `values from ${textAt(node, 'kind')?.text ?? 'elsewhere'} ${textAt(node, 'name')?.text ?? ''} are not read` }))
  const title = reference ? (url ?? '').replace(/\/+$/, '').split('/').at(-1) || reference.text : shown.text.split('/').at(-1) ?? shown.text
  return [{
    name: plain(textAt(spec, 'releaseName')) ?? plain(name) ?? title, chart: title, version: plain(textAt(spec, 'chart.spec.version')), repository: url ?? from,
    ...(inside !== undefined && source.list(inside).includes('Chart.yaml') ? { path: inside } : {}),
    span: shown.span, file, files: [], layers: asMap(get(spec, 'values')), unread,
  }]
}

function argoReleases(spec: YamlNode | undefined, name: string, file: string, source: Source): readonly Release[] {
  const found: Release[] = []
  for (const node of [...(get(spec, 'source') ? [get(spec, 'source')] : []), ...listOf(get(spec, 'sources'))]) {
    const chart = textAt(node, 'chart'), path = textAt(node, 'path')
    const folder = path && plain(path) !== undefined ? join('.', path.text) : undefined
    const local = folder !== undefined && source.list(folder).includes('Chart.yaml') ? folder : undefined
    const named = plain(chart) ?? (local === undefined ? undefined : nameOf(local))
    if (named === undefined) continue
    const helm = get(node, 'helm')
    const layers: YamlMap[] = [], files: string[] = []
    const unread: Note[] = []
    for (const item of listOf(get(helm, 'valueFiles'))) {
      if (item.kind !== 'scalar' || plain(item) === undefined) continue
      // `$ref/path` names a file of another source, which is mostly this repository; other paths start at the chart.
      const where = item.text.startsWith('$') ? item.text.replace(/^\$[^/]*\//, '') : local === undefined ? undefined : item.text.startsWith('/') ? item.text.slice(1) : join(local, item.text)
      const values = where === undefined ? undefined : source.map(join('.', where))
      if (where !== undefined && values) { layers.push(values); files.push(join('.', where)) }
      else unread.push({ span: item.span, says: `the values file ${item.text} is not here` })
    }
    const text = textAt(helm, 'values')
    if (text && !text.text.includes('{{')) layers.push(...asMap(inner(text, source)))
    layers.push(...asMap(get(helm, 'valuesObject')))
    found.push({
      name: plain(textAt(helm, 'releaseName')) ?? name, chart: named, version: plain(textAt(node, 'targetRevision')), repository: plain(textAt(node, 'repoURL')),
      ...(local === undefined ? {} : { path: local }),
      span: (chart ?? path)?.span ?? (node as YamlNode).span, file, files, layers, unread,
    })
  }
  return found
}

function helmfileReleases(document: YamlNode, file: string, source: Source): readonly Release[] {
  const urls = new Map(listOf(get(document, 'repositories')).map(node => [textAt(node, 'name')?.text ?? '', textAt(node, 'url')?.text ?? '']))
  return listOf(get(document, 'releases')).flatMap((node): readonly Release[] => {
    const chart = textAt(node, 'chart'), name = textAt(node, 'name')
    if (!chart || !name || plain(chart) === undefined) return []
    const local = /^\.{1,2}\//.test(chart.text) ? join(folderOf(file), chart.text) : undefined
    const [repository = '', ...rest] = chart.text.replace(/^oci:\/\//, '').split('/')
    const layers: YamlMap[] = [], files: string[] = []
    const unread: Note[] = []
    for (const item of listOf(get(node, 'values'))) {
      if (item.kind === 'map') { layers.push(item); continue }
      if (item.kind !== 'scalar' || plain(item) === undefined) continue
      const path = join(folderOf(file), item.text)
      const values = /\.gotmpl$/.test(path) ? undefined : source.map(path)
      if (values) { layers.push(values); files.push(path) } else unread.push({ span: item.span, says: `the values file ${item.text} is not read` })
    }
    return [{
      name: plain(name) ?? chart.text, chart: rest.at(-1) ?? nameOf(chart.text), version: plain(textAt(node, 'version')), repository: chart.text.startsWith('oci://') ? chart.text : urls.get(repository) ?? repository,
      ...(local !== undefined && source.list(local).includes('Chart.yaml') ? { path: local } : {}),
      span: chart.span, file, files, layers, unread,
    }]
  })
}

function kustomizeReleases(document: YamlNode, file: string, source: Source): readonly Release[] {
  return listOf(get(document, 'helmCharts')).flatMap((node): readonly Release[] => {
    const chart = textAt(node, 'name')
    if (!chart) return []
    const path = textAt(node, 'valuesFile') && join(folderOf(file), textAt(node, 'valuesFile')?.text ?? '')
    const values = path === undefined ? undefined : source.map(path)
    return [{
      name: plain(textAt(node, 'releaseName')) ?? chart.text, chart: chart.text, version: plain(textAt(node, 'version')), repository: plain(textAt(node, 'repo')),
      span: chart.span, file, files: path !== undefined && values ? [path] : [], layers: [...asMap(values), ...asMap(get(node, 'valuesInline'))], unread: [],
    }]
  })
}

/** YAML that stands inside a block of text, at its places in the file. */
export function inner(node: YamlScalar, source: Source): YamlNode | undefined {
  const whole = source.text(node.span.file)
  if (whole === undefined) return undefined
  const text = embedded(node, whole)
  const [first] = readYaml(node.span.file, text.text).documents
  return first && moved(first, text)
}

function moved(node: YamlNode, text: Text): YamlNode {
  const span = text.span(node.span.start, node.span.end)
  if (node.kind === 'scalar') return { ...node, span }
  if (node.kind === 'seq') return { ...node, items: node.items.map(item => moved(item, text)), span }
  return { ...node, entries: new Map([...node.entries].map(([name, { key, value }]) => [name, { key: moved(key, text) as YamlScalar, value: moved(value, text) }])), span }
}
