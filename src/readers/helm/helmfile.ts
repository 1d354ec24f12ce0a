// Helmfile's releases → releases, one for each environment where the names of values files depend on it. Knows its fields, nothing of
// the charts. https://helmfile.readthedocs.io/
import { folderOf, join, nameOf } from '../../model/files.ts'
import { get, listOf, type YamlNode, type YamlScalar } from '../yaml.ts'
import { addFile, addSet, gathered, plain, type Release } from './release.ts'
import type { Source } from './source.ts'
import { textAt } from './values.ts'

const mostEnvironments = 20
const environmentName = /\{\{-?\s*\.?(?:Environment\.Name|Values\.environment)\s*-?\}\}/g

/** The releases of a document; `environments` are the names that any document of the file declares. */
export function helmfileReleases(document: YamlNode, environments: readonly string[], file: string, source: Source): readonly Release[] {
  const urls = new Map(listOf(get(document, 'repositories')).map(node => [textAt(node, 'name')?.text ?? '', textAt(node, 'url')?.text ?? '']))
  return listOf(get(document, 'releases')).flatMap((node): readonly Release[] => {
    const chart = textAt(node, 'chart'), name = textAt(node, 'name')
    if (!chart || !name || plain(chart) === undefined || textAt(node, 'installed')?.text === 'false') return []
    const varies = listOf(get(node, 'values')).some(item => item.kind === 'scalar' && item.text.replace(environmentName, '') !== item.text)
    const views: readonly (string | undefined)[] = varies && environments.length > 0 ? environments.slice(0, mostEnvironments) : [undefined]
    return views.map(environment => releaseOf(node, chart, name, environment, urls, file, source))
  })
}

function releaseOf(node: YamlNode, chart: YamlScalar, name: YamlScalar, environment: string | undefined, urls: ReadonlyMap<string, string>, file: string, source: Source): Release {
  const local = /^\.{1,2}\//.test(chart.text) ? join(folderOf(file), chart.text) : undefined
  const [repository = '', ...rest] = chart.text.replace(/^oci:\/\//, '').split('/')
  const to = gathered()
  let variant: string | undefined
  const mayMiss = textAt(node, 'missingFileHandler')?.text
  for (const item of listOf(get(node, 'values'))) {
    if (item.kind === 'map') { to.layers.push(item); continue }
    if (item.kind !== 'scalar') continue
    const text = environment === undefined ? item.text : item.text.replace(environmentName, environment)
    const path = text.includes('{{') || text.endsWith('.gotmpl') ? undefined : join(folderOf(file), text)
    if (path !== undefined && source.text(path) === undefined && mayMiss !== undefined && mayMiss !== 'Error') continue
    addFile(to, path, item, source)
    if (text !== item.text && path !== undefined && to.files.includes(path)) variant = path
  }
  for (const set of listOf(get(node, 'set'))) addSet(to, textAt(set, 'name'), get(set, 'value'))
  return {
    name: plain(name) ?? chart.text, chart: rest.at(-1) ?? nameOf(chart.text), version: plain(textAt(node, 'version')), repository: chart.text.startsWith('oci://') ? chart.text : urls.get(repository) ?? repository,
    ...(local !== undefined && source.list(local).includes('Chart.yaml') ? { path: local } : {}),
    ...(variant === undefined ? {} : { variant }),
    span: chart.span, file, ...to,
  }
}
