// Values files as trees that merge the way Helm merges them, every value still at its place. Knows Helm's merge rules only.
// https://helm.sh/docs/chart_template_guide/values_files/ and pkg/chart/common/util/coalesce.go of helm/helm
import type { Note, Span } from '../../model/value.ts'
import { known, unknown, type Value } from '../../model/value.ts'
import { get, isNull, type YamlEntry, type YamlMap, type YamlNode, type YamlScalar } from '../yaml.ts'

/** A scalar that won over other layers; the notes say what stood there. */
type Layered = YamlScalar & { readonly overridden?: readonly Note[] }

/**
 * `over` laid upon `base`: maps merge, lists and scalars replace, null removes what `base` had. Between layers of one chart a null stays
 * (`keepNull`), since it also removes what a subchart has by itself.
 */
export function coalesce(base: YamlMap | undefined, over: YamlMap | undefined, keepNull = false): YamlMap | undefined {
  if (!base || !over) return over ?? base
  const entries = new Map<string, YamlEntry>(base.entries)
  for (const [name, entry] of over.entries) {
    const before = base.entries.get(name)
    if (isNull(entry.value) && !keepNull) entries.delete(name)
    else if (before?.value.kind === 'map' && entry.value.kind === 'map') {
      const merged = coalesce(before.value, entry.value, keepNull)
      if (merged) entries.set(name, { key: entry.key, value: merged })
    } else entries.set(name, before ? { key: entry.key, value: laidOver(entry.value, before.value) } : entry)
  }
  return { kind: 'map', entries, span: over.span }
}

function laidOver(winner: YamlNode, loser: YamlNode): YamlNode {
  if (winner.kind !== 'scalar' || loser.kind !== 'scalar' || winner.span.file === loser.span.file) return winner
  const note: Note = { span: loser.span, text: `overrides ${shown(loser.text)} of ${loser.span.file}` }
  return { ...winner, overridden: [...(loser as Layered).overridden ?? [], note] } as Layered
}

const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text)

/** The places of the layers that a scalar overrode. */
export const overriddenBy = (node: YamlNode | undefined): readonly Note[] => (node?.kind === 'scalar' ? (node as Layered).overridden ?? [] : [])

// What the parent removed from its own globals is no word about those of a chart below; a null for what it never had is one.
const withoutNulls = (map: YamlMap, from: YamlNode | undefined): YamlMap => ({
  ...map,
  entries: new Map([...map.entries].filter(([name, { value }]) => !isNull(value) || get(from, name) === undefined)
    .map(([name, { key, value }]) => [name, { key, value: value.kind === 'map' ? withoutNulls(value, get(from, name)) : value }])),
})

/**
 * A subchart's values: its own defaults, what the parent says under its key, and the parent's globals on top. Those of the parent chart's own
 * defaults (`whose`) are in place before anybody's values are laid over them if it lists its charts, so that a null there takes nothing from the charts below.
 */
export function scoped(parent: YamlMap | undefined, key: string, defaults: YamlMap | undefined, whose?: { readonly values: YamlMap | undefined; readonly lists?: boolean }): YamlMap | undefined {
  const stated = get(parent, key)
  // A null stays, as it also removes what the charts below have by themselves.
  const own = coalesce(defaults, stated?.kind === 'map' ? stated : undefined, true)
  const said = parent?.entries.get('global'), given = whose?.values?.entries.get('global')
  const entry = said?.value.kind === 'map' ? said : whose?.lists === true ? given : undefined
  const before = own?.entries.get('global')
  // What is no map takes no globals.
  if (entry?.value.kind !== 'map' || (before && before.value.kind !== 'map')) return own
  const below = before?.value.kind === 'map' ? before.value : undefined
  const under = whose?.lists === true && given?.value.kind === 'map' ? coalesce(below, withoutNulls(given.value, given.value)) : below
  const merged = coalesce(under, withoutNulls(entry.value, given?.value))
  if (!merged) return own
  return { kind: 'map', entries: new Map([...(own?.entries ?? []), ['global', { key: entry.key, value: merged }]]), span: own?.span ?? entry.value.span }
}

/** The node under `a.b.c`; a key that itself holds dots is no path. */
export function at(node: YamlNode | undefined, path: string): YamlNode | undefined {
  return entryAt(node, path)?.value
}

/** The entry under `a.b.c`, for the place of its key. */
export function entryAt(node: YamlNode | undefined, path: string): YamlEntry | undefined {
  if (node?.kind !== 'map') return undefined
  const dot = path.indexOf('.')
  return dot < 0 ? node.entries.get(path) : entryAt(node.entries.get(path.slice(0, dot))?.value, path.slice(dot + 1))
}

/** The text of a scalar that is not null; undefined for everything else. */
export const textAt = (node: YamlNode | undefined, path: string): YamlScalar | undefined => {
  const found = at(node, path)
  return found?.kind === 'scalar' && !isNull(found) ? found : undefined
}

/** True, false, or undefined where neither is written; `yes`, `off` and `n` count, as Helm's reader of YAML 1.1 takes them. */
export function booleanAt(node: YamlNode | undefined, path: string): boolean | undefined {
  const found = at(node, path)
  // To a template every text but the empty one is true, `"false"` as well.
  return booleanOf(found) ?? (found?.kind === 'scalar' && found.style !== 'plain' && /^(?:true|false)$/.test(found.text) ? true : undefined)
}

// https://yaml.org/type/bool.html
const yes = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/, no = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/

/** What a plain word says, quoted ones are texts. */
export const booleanOf = (node: YamlNode | undefined): boolean | undefined =>
  node?.kind !== 'scalar' || node.style !== 'plain' ? undefined : yes.test(node.text) ? true : no.test(node.text) ? false : undefined

/** A scalar as a value; a template in it is filled in by Helm and unknown here, the release's name as `${release}`; `${NAME}` by Flux or a pipeline before it. */
export function valueOfScalar(node: YamlScalar, place?: (start: number, end: number) => Span): Value {
  const places = place ? { at: place } : {}
  if (!node.text.includes('{{')) return { ...isLater(node.text) ? unknown('it is filled in before Helm reads it', node.text, node.span) : known(node.text, node.span, overriddenBy(node)), ...places }
  return { ...unknown('Helm fills it in from a template', untemplated(node.text), node.span), ...places }
}

// A whole text, since inside of longer ones a program may fill in its own.
const isLater = (text: string): boolean => /\$\{\w+\}/.test(text) && !/[\s=]/.test(text)

/** A text with its templates as `${release}`, which is what stands before the name of a service. */
export const untemplated = (text: string): string =>
  text.replace(/\{\{-?\s*printf\s+"%s-([a-z0-9-]{1,60})([^"]{0,60})"\s+(?:\(\s*)?(?:\$|\.|include)[^{}]*\}\}/g, '${release}-$1$2').replace(/\{\{[^{}]*\}\}/g, '${release}')

/** Names of services of its own release that values name: `{{ .Release.Name }}-redis-master` → `redis-master`. */
export function servicesNamed(values: YamlNode | undefined): ReadonlySet<string> {
  const found = new Set<string>()
  let left = 50_000
  const visit = (node: YamlNode): void => {
    if (left-- <= 0) return
    if (node.kind === 'map') for (const { value } of node.entries.values()) visit(value)
    else if (node.kind === 'seq') node.items.forEach(visit)
    else if (node.text.includes('{{') && node.text.length < 2_000) {
      for (const match of untemplated(node.text).matchAll(/\$\{release\}-([a-z0-9-]{2,60})/g)) found.add(match[1] ?? '')
    }
  }
  if (values) visit(values)
  return found
}

/** Whether a dependency is on: the first condition that is a boolean decides, then tags, else it is on. What is quoted is no boolean. */
export function isEnabled(dependency: { readonly conditions: readonly string[]; readonly tags: readonly string[] }, values: YamlMap | undefined): boolean {
  for (const path of dependency.conditions) {
    const decided = booleanOf(at(values, path))
    if (decided !== undefined) return decided
  }
  const stated = get(values, 'tags')
  const tags = dependency.tags.map(tag => booleanOf(get(stated, tag))).filter(tag => tag !== undefined)
  return tags.length === 0 || tags.includes(true)
}
