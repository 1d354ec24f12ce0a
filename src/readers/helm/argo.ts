// Argo CD's Application and ApplicationSet → releases. Knows their fields, nothing of the charts.
// https://argo-cd.readthedocs.io/en/stable/user-guide/helm/ and …/operator-manual/applicationset/Generators-List/
import { join, nameOf } from '../../model/files.ts'
import { get, listOf, withTexts, type YamlNode } from '../yaml.ts'
import { addFile, addSet, asMap, gathered, inner, plain, type Release } from './release.ts'
import type { Source } from './source.ts'
import { at, textAt } from './values.ts'

const mostElements = 40

/** One release for each source of the application that is a chart. */
export function argoReleases(spec: YamlNode | undefined, name: string, file: string, source: Source): readonly Release[] {
  return [...(get(spec, 'source') ? [get(spec, 'source')] : []), ...listOf(get(spec, 'sources'))].flatMap((node): readonly Release[] => {
    const chart = textAt(node, 'chart'), path = textAt(node, 'path')
    const folder = path && plain(path) !== undefined ? join('.', path.text) : undefined
    const local = folder !== undefined && source.list(folder).includes('Chart.yaml') ? folder : undefined
    const named = plain(chart) ?? (local === undefined ? undefined : nameOf(local))
    if (named === undefined) return []
    const helm = get(node, 'helm')
    // Values files first, then `values`, over it `valuesObject`, over all the parameters.
    const to = gathered()
    for (const item of listOf(get(helm, 'valueFiles'))) {
      if (item.kind !== 'scalar') continue
      // `$ref/path` names a file of another source, which is mostly this repository; other paths start at the chart.
      const where = plain(item) === undefined || /^https?:/.test(item.text) ? undefined : item.text.startsWith('$') ? item.text.replace(/^\$[^/]*\//, '') : local === undefined ? undefined : item.text.startsWith('/') ? item.text.slice(1) : join(local, item.text)
      const ignorable = textAt(helm, 'ignoreMissingValueFiles')?.text === 'true' && where !== undefined && source.text(join('.', where)) === undefined
      if (!ignorable) addFile(to, where === undefined ? undefined : join('.', where), item, source)
    }
    const text = textAt(helm, 'values'), object = get(helm, 'valuesObject')
    if (text?.text.includes('{{')) to.hidden.push({ span: text.span, text: 'its values are made from a template' })
    else if (text && object === undefined) to.layers.push(...asMap(inner(text, source)))
    to.layers.push(...asMap(object))
    for (const parameter of listOf(get(helm, 'parameters'))) addSet(to, textAt(parameter, 'name'), get(parameter, 'value'))
    for (const parameter of listOf(get(helm, 'fileParameters'))) addSet(to, textAt(parameter, 'name'), undefined)
    return [{
      name: plain(textAt(helm, 'releaseName')) ?? name, chart: named, version: plain(textAt(node, 'targetRevision')), repository: plain(textAt(node, 'repoURL')),
      ...(local === undefined ? {} : { path: local }),
      span: (chart ?? path)?.span ?? (node as YamlNode).span, file, ...to,
    }]
  })
}

/** The releases of an ApplicationSet: one for each element of its lists; what other generators fill in stays unknown. */
export function argoSetReleases(document: YamlNode, name: string, file: string, source: Source): readonly Release[] {
  const template = at(document, 'spec.template.spec')
  const elements = listOf(at(document, 'spec.generators')).flatMap(generator => listOf(at(generator, 'list.elements'))).slice(0, mostElements)
  if (elements.length === 0 || !template) return argoReleases(template, name, file, source)
  const title = textAt(document, 'spec.template.metadata.name')
  return elements.flatMap(element => {
    const fill = (text: string): string => text.replace(/\{\{-?\s*\.?([\w.-]{1,100})\s*-?\}\}/g, (whole, key: string) => textAt(element, key)?.text ?? whole)
    const own = title ? fill(title.text) : name
    return argoReleases(filled(template, fill), own.includes('{{') ? name : own, file, source)
  })
}

const filled = (node: YamlNode, fill: (text: string) => string): YamlNode =>
  withTexts(node, ({ text, style }) => (text.includes('{{') && style !== 'block' ? fill(text) : text))
