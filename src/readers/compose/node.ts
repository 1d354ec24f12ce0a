// YAML nodes of a compose file with their variables replaced. Knows places, folders and variables, not what a field means.
import { oncePer } from '../../model/once.ts'
import { known, unknown, type Note, type Span, type Text, type Value } from '../../model/value.ts'
import { isNull, type YamlNode, type YamlScalar } from '../yaml.ts'
import { embedded } from '../yaml-inside.ts'
import { interpolate, origin, shapedBy, type Interpolated, type Lookup } from './interpolate.ts'

/** The file a node stands in, as far as reading its values needs it. */
export interface Source {
  readonly file: string
  readonly text: string
  /** Folder that relative paths in it start from. */
  readonly folder: string
  readonly lookup: Lookup
}

export interface ScalarNode {
  readonly kind: 'scalar'
  /** With variables replaced; those without a value stay as `${NAME}`. */
  readonly text: string
  readonly missing: readonly string[]
  readonly notes: readonly Note[]
  readonly isNull: boolean
  readonly plain: boolean
  readonly tag: string | undefined
  readonly span: Span
  readonly source: Source
  readonly yaml: YamlScalar
  readonly interpolated: Interpolated | undefined
}
export interface Entry {
  readonly key: Span
  readonly value: Node
}
export interface MapNode {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, Entry>
  readonly tag: string | undefined
  readonly span: Span
  readonly source: Source
}
export interface SeqNode {
  readonly kind: 'seq'
  readonly items: readonly Node[]
  readonly tag: string | undefined
  readonly span: Span
  readonly source: Source
}
export type Node = ScalarNode | MapNode | SeqNode

/** Replaces the variables in a tree. Shared nodes stay shared, so the work is that of the text, not of its expansion. */
export function resolve(node: YamlNode, source: Source): Node {
  const done = new Map<YamlNode, Node>()
  const visit = (yaml: YamlNode): Node => {
    const before = done.get(yaml)
    if (before) return before
    const made = yaml.kind === 'scalar' ? scalar(yaml, source) : yaml.kind === 'seq'
      ? { kind: 'seq' as const, items: yaml.items.map(visit), tag: yaml.tag, span: yaml.span, source }
      : { kind: 'map' as const, entries: new Map([...yaml.entries].map(([name, e]) => [name, { key: e.key.span, value: visit(e.value) }])), tag: yaml.tag, span: yaml.span, source }
    done.set(yaml, made)
    return made
  }
  return visit(node)
}

function scalar(yaml: YamlScalar, source: Source): ScalarNode {
  const interpolated = yaml.text.includes('$') ? interpolate(yaml.text, source.lookup) : undefined
  const shaped = interpolated ? shapedBy(interpolated, 0, interpolated.text.length) : { missing: [], notes: [] }
  return {
    kind: 'scalar', text: interpolated?.text ?? (yaml.style === 'plain' && yaml.tag === undefined ? printed(yaml.text) : yaml.text), ...shaped, isNull: isNull(yaml), plain: yaml.style === 'plain', tag: yaml.tag,
    span: yaml.span, source, yaml, interpolated,
  }
}

/**
 * A plain boolean or number as Compose prints it where it needs a text: `True` as `true`, `0755` as `493`, `1_000` as `1000`, `1.50` as `1.5`.
 * https://github.com/go-yaml/yaml/blob/v3/resolve.go and Go's `%v`
 */
function printed(text: string): string {
  if (/^(?:True|TRUE|False|FALSE)$/.test(text)) return text.toLowerCase()
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? '-Inf' : '+Inf'
  if (!/^[-+.\d][\d_a-fA-FxXoO.+-]*$/.test(text) || text.length > 40) return text
  const bare = text.replaceAll('_', '')
  const whole = /^([-+]?)(?:0x([\da-fA-F]+)|0b([01]+)|0o?([0-7]+)|(0|[1-9]\d*))$/.exec(bare)
  if (whole) {
    const [, sign, hex, binary, octal, decimal] = whole
    const digits = decimal ?? BigInt(hex !== undefined ? `0x${hex}` : binary !== undefined ? `0b${binary}` : `0o${octal ?? ''}`).toString()
    return sign === '-' && digits !== '0' ? `-${digits}` : digits
  }
  return /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(text) ? float(Number(text)) : text
}

// Exponents from 21 on and below -4, of two digits at least: https://pkg.go.dev/fmt#hdr-Printing
function float(number: number): string {
  const size = Math.abs(number)
  if (size !== 0 && (size < 1e-4 || size >= 1e21)) return number.toExponential().replace(/e([-+])(\d)$/, 'e$10$2')
  return Object.is(number, -0) ? '-0' : String(number)
}

/** Why a text with these variables cannot be read. */
export const noValue = (missing: readonly string[]): string =>
  missing.length === 1 ? `the variable ${missing[0] ?? ''} has no value here` : `the variables ${missing.join(' and ')} have no value here`

/** The whole scalar as a value. */
export function valueOfScalar(node: ScalarNode): Value {
  const value = node.missing.length > 0 ? unknown(noValue(node.missing), node.text, node.span) : known(node.text, node.span, node.notes)
  if (!/[\s{,]/.test(node.text)) return value
  return { ...value, at: (start, end) => textOf(node).span(start, end) }
}

/** A scalar's text with the way back to places in its file, through interpolation and YAML's quoting. Once a scalar: a command has many words. */
export const textOf = oncePer((node: ScalarNode): Text => {
  const inner = embedded(node.yaml, node.source.text)
  const { interpolated } = node
  if (!interpolated) return inner
  return {
    text: interpolated.text,
    file: inner.file,
    span: (start, end) => {
      const from = origin(interpolated, start, Math.max(end, start + 1))
      return inner.span(from.start, from.end)
    },
  }
})

/** A part of a scalar as a value of its own; `text` differs from the range where quotes were taken off. */
export function partOf(node: ScalarNode, start: number, end: number, text?: string): Value {
  const whole = textOf(node)
  const shaped = node.interpolated ? shapedBy(node.interpolated, start, end) : { missing: [], notes: [] }
  const part = text ?? whole.text.slice(start, end)
  const span = whole.span(start, end)
  return shaped.missing.length > 0 ? unknown(noValue(shaped.missing), part, span) : known(part, span, shaped.notes)
}

export const field = (node: Node | undefined, name: string): Node | undefined => (node?.kind === 'map' ? node.entries.get(name)?.value : undefined)
export const scalarAt = (node: Node | undefined, name: string): ScalarNode | undefined => {
  const value = field(node, name)
  return value?.kind === 'scalar' && !value.isNull ? value : undefined
}
export const entriesOf = (node: Node | undefined): readonly (readonly [string, Entry])[] => (node?.kind === 'map' ? [...node.entries] : [])
/** The items of a list; a single value counts as a list of one, null as none. */
export const itemsOf = (node: Node | undefined): readonly Node[] =>
  node === undefined || (node.kind === 'scalar' && node.isNull) ? [] : node.kind === 'seq' ? node.items : [node]
export const scalarsOf = (node: Node | undefined): readonly ScalarNode[] => itemsOf(node).filter(item => item.kind === 'scalar')
