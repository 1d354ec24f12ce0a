// Which files of a tree declare releases of charts: for Argo CD, Flux, Helmfile, Kustomize. Knows their kinds; each tool has a file.
import { filesNamed, folderOf, join, nameOf, yamlFilesThat, type Refusal } from '../../model/files.ts'
import { substitutions } from '../flux-substitution.ts'
import { get, listOf, type YamlNode } from '../yaml.ts'
import { argoReleases, argoSetReleases } from './argo.ts'
import { configMapsIn, fluxRelease } from './flux.ts'
import { helmfileReleases } from './helmfile.ts'
import { addFile, asMap, gathered, plain, type Release } from './release.ts'
import type { Source } from './source.ts'
import { textAt } from './values.ts'

const mostReleases = 3_000
const longest = 1_000_000

const isHelmfile = (file: string): boolean => /^helmfile/.test(nameOf(file)) || /(?:^|\/)helmfile\.d\//.test(file)
const mayDeclare = (file: string, text: string | Refusal): boolean => typeof text === 'string' && text.length <= longest
  && (isHelmfile(file) || /^kind:\s*["']?(?:HelmRelease|Application|ApplicationSet|HelmRepository|OCIRepository)\b|^helmCharts:/m.test(text))
const isTemplated = (name: string): boolean => /\.ya?ml\.gotmpl$/i.test(name)

/** All releases that the files of a tree declare. */
export function releasesIn(source: Source, taken: ReadonlySet<string>): readonly Release[] {
  const found: Release[] = []
  const repositories = new Map<string, string>()
  const maps = configMapsIn(source)
  const later: (() => readonly Release[])[] = []
  const fill = substitutions(source.tree)
  const templated = filesNamed(source.tree, isTemplated).filter(file => mayDeclare(file, source.tree.read(file) ?? ''))
  for (const file of [...yamlFilesThat(source.tree, mayDeclare), ...templated].sort()) {
    if (taken.has(file) || /(?:^|\/)templates\//.test(file)) continue
    const named = isHelmfile(file)
    const documents = source.documents(file).map(document => fill(file, document))
    const environments = named ? documents.flatMap(document => { const all = get(document, 'environments'); return all?.kind === 'map' ? [...all.entries.keys()] : [] }) : []
    for (const document of documents) {
      const kind = textAt(document, 'kind')?.text
      const name = textAt(document, 'metadata.name')?.text
      if ((kind === 'HelmRepository' || kind === 'OCIRepository') && name !== undefined) {
        repositories.set(`${kind} ${name}`, textAt(document, 'spec.url')?.text ?? '')
        repositories.set(`version ${name}`, textAt(document, 'spec.ref.tag')?.text ?? textAt(document, 'spec.ref.semver')?.text ?? '')
      }
      else if (kind === 'HelmRelease') later.push(() => fluxRelease(document, file, repositories, maps, source))
      else if (kind === 'Application') later.push(() => argoReleases(get(document, 'spec'), name ?? nameOf(file), file, source))
      else if (kind === 'ApplicationSet') later.push(() => argoSetReleases(document, name ?? nameOf(file), file, source))
      else if (named && get(document, 'releases')) later.push(() => helmfileReleases(document, environments, file, source))
      else if (get(document, 'helmCharts')) later.push(() => kustomizeReleases(document, file, source))
    }
  }
  for (const read of later) if (found.length < mostReleases) found.push(...read())
  return found
}

// https://kubectl.docs.kubernetes.io/references/kustomize/builtins/#_helmchartinflationgenerator_
function kustomizeReleases(document: YamlNode, file: string, source: Source): readonly Release[] {
  return listOf(get(document, 'helmCharts')).flatMap((node): readonly Release[] => {
    const chart = textAt(node, 'name')
    if (!chart) return []
    const to = gathered()
    for (const named of [textAt(node, 'valuesFile'), ...listOf(get(node, 'additionalValuesFiles'))]) if (named?.kind === 'scalar') addFile(to, join(folderOf(file), named.text), named, source)
    return [{
      name: plain(textAt(node, 'releaseName')) ?? chart.text, chart: chart.text, version: plain(textAt(node, 'version')), repository: plain(textAt(node, 'repo')),
      span: chart.span, file, ...to, layers: [...to.layers, ...asMap(get(node, 'valuesInline'))],
    }]
  })
}
