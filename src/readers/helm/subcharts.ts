// Which charts below a chart are on with given values, and the values that each of them gets. Knows Helm's rules, nothing of what a chart deploys.
// https://github.com/helm/helm/blob/main/pkg/chart/v2/util/dependencies.go
import { get, type YamlEntry, type YamlMap, type YamlNode, type YamlScalar } from '../yaml.ts'
import type { Chart, Dependency } from './chart.ts'
import { isTemplated } from '../../model/value.ts'
import { at, coalesce, isEnabled, scoped, textAt } from './values.ts'

export interface Scope {
  /** Of the chart itself: its own, and what it imports from charts below. */
  readonly values: YamlMap | undefined
  readonly isOn: (dependency: Dependency) => boolean
  /** Whether nobody can say so. */
  readonly isUnsure: (dependency: Dependency) => boolean
  /** For the charts below it. */
  readonly above: Above
}

/** What reaches a chart from all above it. */
export interface Above {
  /** Those of the release and of the defaults of each chart on the way; what is stated for a chart under its key is no tag. */
  readonly tags: YamlMap | undefined
  readonly isTop: boolean
}

/** Above the chart on top, of which these are all the values. */
export const aboveTop = (values: YamlMap | undefined): Above => ({ tags: tagsIn(values), isTop: true })

/** A chart's scope, its defaults merged in already. */
export function scopeOf(chart: Chart, given: YamlMap | undefined, above: Above): Scope {
  const imported = importedBy(chart, given, above, { left: mostImporting })
  return { values: imported ? coalesce(coalesce(imported, chart.values, true), given, true) : given, isOn: switchesOf(chart, given, above), isUnsure: dependency => isUnnamed(dependency) || dependency.conditions.some(path => isTemplated(path) || isTemplated(textAt(given, path)?.text ?? '')), above: belowOf(chart, above) }
}

/** Whether something fills in later which chart a dependency is, or under which key its values stand. */
export const isUnnamed = ({ name, key, repository }: Dependency): boolean => [name, key, repository ?? ''].some(isTemplated)

const belowOf = (chart: Chart, { tags }: Above): Above => ({ tags: coalesce(tagsIn(chart.values), tags), isTop: false })

function switchesOf(chart: Chart, given: YamlMap | undefined, above: Above): (dependency: Dependency) => boolean {
  const whole = withDefaultsOf(chart, given, above)
  return dependency => isEnabled(dependency, whole)
}

/** The values of a chart below, as it sees them. */
export const valuesBelow = (values: YamlMap | undefined, dependency: Dependency, parent: Chart): YamlMap | undefined => scoped(values, dependency.key, dependency.chart?.values, parent)

// Conditions may be written in the defaults of the subchart itself; below the chart on top those are not looked up under an alias.
function withDefaultsOf(chart: Chart, values: YamlMap | undefined, above: Above): YamlMap | undefined {
  const entries = new Map(values?.entries ?? [])
  const { tags } = belowOf(chart, above)
  if (tags) entries.set('tags', { key: entries.get('tags')?.key ?? keyOf('tags', tags), value: tags })
  else entries.delete('tags')
  for (const dependency of chart.dependencies) {
    const whole = dependency.chart?.values && (above.isTop || dependency.key === dependency.name) ? valuesBelow(values, dependency, chart) : undefined
    if (whole) entries.set(dependency.key, { key: entries.get(dependency.key)?.key ?? { ...keyOf(dependency.key, whole), span: dependency.span }, value: whole })
  }
  return { kind: 'map', entries, span: values?.span ?? chart.span }
}

const keyOf = (text: string, { span }: YamlNode): YamlScalar => ({ kind: 'scalar', text, style: 'plain', span })

// Many names may stand for one chart at each level.
const mostImporting = 500

// What is imported are defaults, those that the chart itself states for the charts below included; everything else goes over them.
// Which charts are on is settled by everything, before anything is imported.
function importedBy(chart: Chart, given: YamlMap | undefined, above: Above, bound: { left: number }): YamlMap | undefined {
  if (!chart.dependencies.some(({ imports }) => imports.length > 0)) return undefined
  const isOn = switchesOf(chart, given, above)
  let found: YamlMap | undefined
  for (const dependency of chart.dependencies) {
    if (dependency.imports.length === 0 || !dependency.chart || !isOn(dependency) || bound.left-- <= 0) continue
    const below = dependency.chart
    const own = coalesce(importedBy(below, valuesBelow(given, dependency, chart), belowOf(chart, above), bound), below.values, true)
    const defaults = scoped(chart.values, dependency.key, own)
    for (const { child, parent } of dependency.imports) {
      const block = at(defaults, child)
      if (block?.kind === 'map') found = coalesce(under(parent, block), found, true)
    }
  }
  return found
}

const under = (path: string, block: YamlMap): YamlMap =>
  (path === '.' ? [] : path.split('.')).reduceRight<YamlMap>((below, name) => {
    const entry: YamlEntry = { key: keyOf(name, below), value: below }
    return { kind: 'map', entries: new Map([[name, entry]]), span: below.span }
  }, block)

function tagsIn(values: YamlMap | undefined): YamlMap | undefined {
  const tags = get(values, 'tags')
  return tags?.kind === 'map' ? tags : undefined
}
