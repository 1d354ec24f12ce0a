// Loops of a template that make one entry of each value: `{{ $key }}: {{ $value }}`, `- name: {{ $key }}`, `{{ $key }}={{ $value }}`. Knows the shapes that charts
// write; any other loop is nobody's guess. https://helm.sh/docs/chart_template_guide/control_structures/#looping-with-the-range-action
import { isNull, type YamlMap, type YamlNode, type YamlScalar } from '../yaml.ts'
import { outcomeOf, type Outcome, type Scope } from './expressions.ts'

export interface Loop {
  /** The entries as a map or a list, or as lines of a text. */
  readonly outcome: Outcome
  /** Of what it makes. */
  readonly column: number
}

/** What a `range` goes over. */
export const rangedOver = (argument: string, scope: Scope): Outcome => outcomeOf(argument.replace(/^\$\w+\s*(?:,\s*\$\w+\s*)?:=\s*/, ''), scope)

const entry = /^["']?\{\{-?\s*([$.][\w.]*)((?:\s*\|\s*(?:quote|squote|toString|int|int64)){0,3})\s*-?\}\}["']?(:[ \t]+)["']?\{\{-?\s*([$.][\w.]*)((?:\s*\|\s*(?:quote|squote|toString|int|int64)){0,3})\s*-?\}\}["']?$/
const line = /^\{\{-?\s*([$.][\w.]*)((?:\s*\|\s*(?:quote|squote|toString|int|int64)){0,3})\s*-?\}\}( ?= ?| )\{\{-?\s*([$.][\w.]*)((?:\s*\|\s*(?:quote|squote|toString|int|int64)){0,3})\s*-?\}\}$/
const first = /^- (name|value):[ \t]+["']?\{\{-?\s*([$.][\w.]*)((?:\s*\|\s*(?:quote|squote|toString|int|int64)){0,3})\s*-?\}\}["']?$/, second = /^(name|value):[ \t]+["']?\{\{-?\s*([$.][\w.]*)((?:\s*\|\s*(?:quote|squote|toString|int|int64)){0,3})\s*-?\}\}["']?$/

/** What a loop comes to; undefined where it is none of these, or a value is no text. */
export function loopOf(argument: string, body: string, over: Outcome): Loop | undefined {
  if (over.is !== 'node' || over.node.kind === 'scalar') return undefined
  const lines = body.split('\n').filter(each => each.trim() !== ''), column = lines[0]?.search(/\S/) ?? 0
  const [, key = '', value = ''] = /^(\$\w+)\s*,\s*(\$\w+)\s*:=/.exec(argument) ?? []
  const texts = lines.map(each => each.trim())
  const [only = '', more = ''] = texts
  if (texts.length === 1 && over.node.kind === 'map' && key !== '') {
    const [, name, , between = '', content, how = ''] = entry.exec(only) ?? line.exec(only) ?? []
    const pairs = name === key && content === value ? pairsOf(over.node, how) : undefined
    if (!pairs) return undefined
    if (between.startsWith(':')) return { outcome: { is: 'node', node: over.node }, column }
    return { outcome: { is: 'text', text: pairs.map(each => each.map(({ text }) => text).join(between)).join('\n'), ...(pairs[0] ? { span: pairs[0][1].span } : {}) }, column }
  }
  const [, left = '', from = '', how = ''] = first.exec(only) ?? [], [, right = '', other = '', otherHow = ''] = second.exec(more) ?? []
  if (texts.length !== 2 || left === '' || right === '' || left === right) return undefined
  const [name, content, written] = left === 'name' ? [from, other, otherHow] : [other, from, how]
  if (over.node.kind === 'map') {
    const pairs = name === key && content === value && key !== '' ? pairsOf(over.node, written) : undefined
    return pairs && { outcome: { is: 'node', node: { kind: 'seq', span: over.node.span, items: pairs.map(([own, text]) => itemOf(own, text)) } }, column }
  }
  const item = /^(\$\w+)\s*:=/.exec(argument)?.[1] ?? value
  const items = name === `${item}.name` && content === `${item}.value` ? over.node.items.map(each => namedIn(each, written)) : []
  return items.length === 0 || items.includes(undefined) ? undefined : { outcome: { is: 'node', node: { kind: 'seq', span: over.node.span, items: items.flatMap(each => each ?? []) } }, column }
}

type Pair = readonly [name: YamlScalar, value: YamlScalar]

// Go goes over a map in the order of its keys.
function pairsOf({ entries }: YamlMap, how: string): readonly Pair[] | undefined {
  const pairs = [...entries.values()].flatMap(({ key, value }): readonly Pair[] => (isPrinted(value, how) ? [[key, value]] : []))
  return pairs.length < entries.size ? undefined : pairs.sort(([one], [other]) => (one.text < other.text ? -1 : 1))
}

function namedIn(item: YamlNode, how: string): YamlMap | undefined {
  const name = item.kind === 'map' ? item.entries.get('name')?.value : undefined, value = item.kind === 'map' ? item.entries.get('value')?.value : undefined
  return name?.kind === 'scalar' && value && isPrinted(value, how) ? itemOf(name, value) : undefined
}

/** Whether a template prints it as it stands: Go writes a number of seven digits as `1e+06`, unless it is made an integer. */
const isPrinted = (node: YamlNode, how: string): node is YamlScalar =>
  node.kind === 'scalar' && !isNull(node) && !node.text.includes('{{') && !node.text.includes('\n') && (node.style !== 'plain' || !/^[-+]?\d{7,}$|^[-+]?[\d.]+e/i.test(node.text) || /\bint/.test(how))

function itemOf(name: YamlScalar, value: YamlScalar): YamlMap {
  const word = (text: string): YamlScalar => ({ kind: 'scalar', text, style: 'plain', span: name.span })
  const span = name.span.file === value.span.file && name.span.start < value.span.start ? { ...value.span, start: name.span.start } : value.span
  return { kind: 'map', span, entries: new Map([['name', { key: word('name'), value: name }], ['value', { key: word('value'), value }]]) }
}
