// Which charts below a chart are on with given values, and the values that each of them gets. Knows Helm's rules, nothing of what a chart deploys.
// https://github.com/helm/helm/blob/main/pkg/chart/v2/util/dependencies.go
import { oncePer } from '../../model/once.ts'
import { get, type YamlEntry, type YamlMap, type YamlNode, type YamlScalar } from '../yaml.ts'
import type { Chart, Dependency } from './chart.ts'
import { at, coalesce, isEnabled, scoped } from './values.ts'

export interface Scope {
  /** Of the chart itself: its own, and what it imports from charts below. */
  readonly values: YamlMap | undefined
  readonly isOn: (dependency: Dependency) => boolean
}

/** A chart's scope, its defaults merged in already; `tags` are those of the chart on top, which hold for all below it. */
export function scopeOf(chart: Chart, given: YamlMap | undefined, tags: YamlNode | undefined): Scope {
  const whole = withDefaultsOf(chart, given, tags)
  const isOn = (dependency: Dependency): boolean => isEnabled(dependency, whole)
  return { values: coalesce(importedBy(chart, isOn), given, true), isOn }
}

/** The values of a chart below, as it sees them. */
export const valuesBelow = (values: YamlMap | undefined, dependency: Dependency, parent: Chart): YamlMap | undefined => scoped(values, dependency.key, dependency.chart?.values, parent.lists === true ? parent.values : undefined)

// Conditions may be written in the defaults of the subchart itself.
function withDefaultsOf(chart: Chart, values: YamlMap | undefined, tags: YamlNode | undefined): YamlMap | undefined {
  const entries = new Map(values?.entries ?? [])
  const own = entries.get('tags')
  const all = tags?.kind === 'map' ? coalesce(own?.value.kind === 'map' ? own.value : undefined, tags) : undefined
  if (all) entries.set('tags', { key: own?.key ?? keyOf('tags', all), value: all })
  for (const dependency of chart.dependencies) {
    const whole = dependency.chart?.values && valuesBelow(values, dependency, chart)
    if (whole) entries.set(dependency.key, { key: entries.get(dependency.key)?.key ?? { ...keyOf(dependency.key, whole), span: dependency.span }, value: whole })
  }
  return { kind: 'map', entries, span: values?.span ?? chart.span }
}

const keyOf = (text: string, { span }: YamlNode): YamlScalar => ({ kind: 'scalar', text, style: 'plain', span })

// What is imported are defaults, those that the chart itself states for the charts below included; everything else goes over them.
function importedBy(chart: Chart, isOn: (dependency: Dependency) => boolean): YamlMap | undefined {
  let found: YamlMap | undefined
  for (const dependency of chart.dependencies) {
    if (dependency.imports.length === 0 || !dependency.chart || !isOn(dependency)) continue
    const below = dependency.chart
    const defaults = scoped(chart.values, dependency.key, ownDefaults(below))
    for (const { child, parent } of dependency.imports) {
      const block = at(defaults, child)
      if (block?.kind === 'map') found = coalesce(under(parent, block), found, true)
    }
  }
  return found
}

// Once a chart, as many names may stand for it at each level.
const ownDefaults = oncePer((chart: Chart): YamlMap | undefined => coalesce(importedBy(chart, each => isEnabled(each, chart.values)), chart.values, true))

const under = (path: string, block: YamlMap): YamlMap =>
  (path === '.' ? [] : path.split('.')).reduceRight<YamlMap>((below, name) => {
    const entry: YamlEntry = { key: keyOf(name, below), value: below }
    return { kind: 'map', entries: new Map([[name, entry]]), span: below.span }
  }, block)

/** The tags of the chart on top. */
export const tagsOf = (values: YamlMap | undefined): YamlNode | undefined => get(values, 'tags')
