// The values that each chart of a release gets, exactly as Helm puts them together; for comparing with `helm template`.
import type { FileTree } from '../../model/files.ts'
import type { YamlMap } from '../yaml.ts'
import { chartAt, valuesIn, type Chart } from './chart.ts'
import { sourceOf } from './source.ts'
import { aboveTop, scopeOf, valuesBelow, type Above } from './subcharts.ts'
import { coalesce } from './values.ts'

export interface ScopedValues {
  readonly values: YamlMap | undefined
  /** Keys of charts below, whose values are scopes of their own. */
  readonly below: readonly string[]
}

/** The scopes of a chart and of all charts below it that are on, by path: `shop`, `shop/charts/redis`. */
export function chartValues(tree: FileTree, folder: string, files: readonly string[]): ReadonlyMap<string, ScopedValues> {
  const source = sourceOf(tree)
  const chart = chartAt(source, folder)
  const found = new Map<string, ScopedValues>()
  const visit = (at: Chart, path: string, given: YamlMap | undefined, from: Above): void => {
    const { values, isOn, above } = scopeOf(at, given, from)
    const on = at.dependencies.filter(dependency => dependency.chart && isOn(dependency))
    found.set(path, { values, below: on.map(({ key }) => key) })
    for (const dependency of on) if (dependency.chart) visit(dependency.chart, `${path}/charts/${dependency.key}`, valuesBelow(values, dependency, at), above)
  }
  const values = files.reduce<YamlMap | undefined>((under, file) => coalesce(under, valuesIn(source, file), true), undefined)
  if (chart) visit(chart, chart.name, values, aboveTop(values))
  return found
}
