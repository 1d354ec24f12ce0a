// One release of a chart, as a GitOps tool declares it, and the ways in which such tools write values. Knows nothing of the charts.
import type { Note, Span } from '../../model/value.ts'
import { isNull, type YamlMap, type YamlNode, type YamlScalar } from '../yaml.ts'
import { yamlInside } from '../yaml-inside.ts'
import { valuesIn } from './chart.ts'
import type { Source } from './source.ts'
import { coalesce } from './values.ts'

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
  /** The file that tells this release from others of its declaration (one for each environment). */
  readonly variant?: string
  /** Values files that it names. */
  readonly files: readonly string[]
  /** Base first. */
  readonly layers: readonly YamlMap[]
  /** Values that are not here: whatever nobody states may stand there. */
  readonly hidden: readonly Note[]
}

/** What a release's values come to while its declaration is read. */
export interface Gathered {
  readonly layers: YamlMap[]
  readonly files: string[]
  readonly hidden: Note[]
}
export const gathered = (): Gathered => ({ layers: [], files: [], hidden: [] })

/** Adds a values file of the tree, or notes that it is not here. */
export function addFile(to: Gathered, path: string | undefined, named: YamlScalar, source: Source): void {
  const values = path === undefined ? undefined : valuesIn(source, path)
  const text = path === undefined ? undefined : source.text(path)
  if (path !== undefined && values) { to.layers.push(values); to.files.push(path) }
  // An empty file says nothing.
  else if (text?.replace(/^[ \t]*#.*$/gm, '').trim() !== '') to.hidden.push({ span: named.span, text: `the values file ${named.text} ${text === undefined ? 'is not here' : 'cannot be read'}` })
}

/** The text of a scalar that holds no template; undefined for everything else. */
export const plain = (node: YamlScalar | undefined): string | undefined => (node === undefined || node.text === '' || node.text.includes('{{') ? undefined : node.text)
export const asMap = (node: YamlNode | undefined): readonly YamlMap[] => (node?.kind === 'map' ? [node] : [])

/** YAML that stands inside a block of text, at its places in the file. */
export function inner(node: YamlScalar, source: Source): YamlNode | undefined {
  const whole = source.text(node.span.file)
  return whole === undefined ? undefined : yamlInside(node, whole)[0]
}

/** `a.b\.c` set to a value, as `--set` does; undefined for a path into a list, whose other items would be lost. */
export function valuesOf(path: YamlScalar, value: YamlNode): YamlMap | undefined {
  if (/[[\]{}]/.test(path.text) || path.text === '') return undefined
  const parts = path.text.split(/(?<!\\)\./).map(part => part.replace(/\\\./g, '.'))
  if (parts.length > 20 || parts.includes('')) return undefined
  const key = (text: string): YamlScalar => ({ kind: 'scalar', text, style: 'plain', span: path.span })
  return parts.reduceRight<YamlNode>((below, part) => ({ kind: 'map', entries: new Map([[part, { key: key(part), value: below }]]), span: path.span }), value) as YamlMap
}

/** Lays single values over everything else; what cannot be set so is hidden. */
export function addSet(to: Gathered, name: YamlScalar | undefined, value: YamlNode | undefined): void {
  if (!name || (value && isNull(value))) return
  const set = value && plain(name) !== undefined && (value.kind !== 'scalar' || !value.text.includes('{{')) ? valuesOf(name, value) : undefined
  if (!set) { to.hidden.push({ span: name.span, text: `${name.text} is set to something that cannot be read here` }); return }
  const last = to.layers.pop()
  to.layers.push(coalesce(last, set) ?? set)
}
