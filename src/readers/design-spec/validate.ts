// Says where a design spec differs from its shape: one problem a mistake, with its place. Knows shapes, not what a field means.
import { entryOf } from '../../model/entry-of.ts'
import type { Problem } from '../../model/stack.ts'
import type { Span } from '../../model/value.ts'
import { didYouMean } from '../../model/words.ts'
import { get, isNull, type YamlMap, type YamlNode, type YamlScalar } from '../yaml.ts'
import type { MapShape, Shape } from './shapes.ts'
import { bytes, duration, flag, isDay, numeric } from './units.ts'

/** All mistakes of a node, in order. `what` names it in messages: "components[cache].ttl". */
export const validate = (node: YamlNode, shape: Shape, what: string): readonly Problem[] => [...check(node, shape, what)]

/** What people tell misfit and it cannot take is not judged by their word, which nobody should take for a pass. */
export const asUnread = (problem: Problem): Problem => ({ ...problem, unread: true })

const shown = (node: YamlNode): string =>
  node.kind === 'map' ? 'a map' : node.kind === 'seq' ? 'a list' : isNull(node) ? 'empty' : JSON.stringify(node.text.length > 60 ? `${node.text.slice(0, 60)}…` : node.text)

function* check(node: YamlNode, shape: Shape, what: string): Iterable<Problem> {
  if (shape.is === 'map') yield* checkMap(node, shape, what)
  else if (shape.is === 'short') yield* node.kind === 'map' ? checkMap(node, shape.map, what) : check(node, shape.scalar, what)
  else if (shape.is === 'list') yield* checkList(node, shape, what)
  else if (node.kind !== 'scalar' || isNull(node)) yield { span: node.span, message: `${what} must be ${expected(shape)}, but it is ${shown(node)}` }
  else {
    const wrong = scalarFault(node, shape)
    if (wrong !== undefined) yield { span: node.span, message: `${what} ${wrong}` }
  }
}

function* checkList(node: YamlNode, shape: Extract<Shape, { is: 'list' }>, what: string): Iterable<Problem> {
  if (node.kind === 'seq') {
    for (const [at, item] of node.items.entries()) yield* check(item, shape.of, `${what}[${nameOf(item) ?? at}]`)
  } else if (shape.single && !isNull(node)) yield* check(node, shape.of, what)
  else yield { span: node.span, message: `${what} must be a list, but it is ${shown(node)}` }
}

// An id or a service's name says more than a number.
function nameOf(node: YamlNode): string | undefined {
  for (const key of ['id', 'service', 'rule']) {
    const name = get(node, key)
    if (name?.kind === 'scalar' && /^[\w./-]{1,80}$/.test(name.text)) return name.text
  }
  return undefined
}

function* checkMap(node: YamlNode, shape: MapShape, what: string): Iterable<Problem> {
  const title = what === '' ? 'the design spec' : what
  if (node.kind !== 'map') {
    yield { span: node.span, message: `${title} must be a map of fields, but it is ${shown(node)}` }
    return
  }
  for (const [name, { key, value }] of node.entries) {
    if (name.startsWith('x-')) continue
    const field = entryOf(shape.fields, name)
    if (field === undefined) yield { span: key.span, message: `${title} has no field ${JSON.stringify(name)}${didYouMean(name, Object.keys(shape.fields))}` }
    else yield* check(value, field.shape, what === '' ? name : `${what}.${name}`)
  }
  for (const [first, second] of shape.same ?? []) {
    const twice = node.entries.has(first) ? node.entries.get(second) : undefined
    if (twice) yield { span: twice.key.span, message: `${title} has ${first} and ${second}, which mean the same` }
  }
  for (const name of shape.required) {
    if (!node.entries.has(name)) yield { span: startOf(node), message: `${title} needs ${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}` }
  }
}

// Of a long map its first key is place enough.
function startOf(node: YamlMap): Span {
  const first = [...node.entries.values()][0]
  return first ? first.key.span : node.span
}

function expected(shape: Exclude<Shape, { is: 'map' | 'short' | 'list' }>): string {
  switch (shape.is) {
    case 'text': return 'a text'
    case 'id': return 'a name of letters, digits, dots and dashes'
    case 'reference': return 'the id of a store, component/use, or none'
    case 'flag': return 'true or false'
    case 'day': return 'a day such as 2027-06-30'
    case 'size': return 'a size such as 900, 60KB or 2GiB'
    case 'number': return `${shape.whole ? 'a whole number' : 'a number'}${shape.most === undefined ? `, ${shape.least} or more` : ` from ${shape.least} to ${shape.most}`}`
    case 'duration': return `a duration such as 5ms, 30s, 12h or 7d${shape.words.map(word => `, or ${word}`).join('')}`
    case 'word': return shape.words.length === 1 ? shape.words.join('') : `one of ${shape.words.join(', ')}`
  }
}

function scalarFault(node: YamlScalar, shape: Exclude<Shape, { is: 'map' | 'short' | 'list' }>): string | undefined {
  const { text } = node
  const fault = `must be ${expected(shape)}, not ${shown(node)}`
  switch (shape.is) {
    case 'text': return undefined
    case 'id': return isName(node, /^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/) ? undefined : fault
    case 'reference': return isName(node, /^[A-Za-z0-9][\w.-]{0,200}(\/[A-Za-z0-9][\w.-]{0,200})?$/) ? undefined : fault
    case 'flag': return node.style === 'plain' && flag(text) !== undefined ? undefined : fault
    case 'day': return isDay(text) ? undefined : fault
    case 'size': return bytes(text) === undefined ? fault : undefined
    case 'number': return isNumber(node, shape) ? undefined : fault
    case 'duration': return shape.words.includes(text) || (text !== 'forever' && duration(text) !== undefined) ? undefined : fault
    case 'word': {
      const words = [...shape.words, ...(shape.aliases ?? [])]
      return words.includes(text) ? undefined : `${fault}${didYouMean(text, words)}`
    }
  }
}

// A name may look like a number, and an editor sees the number only: `.5` is 0.5 to it.
function isName({ style, text }: YamlScalar, pattern: RegExp): boolean {
  const value = style === 'plain' ? numeric(text) : undefined
  if (value !== undefined) return value >= 0
  return (style !== 'plain' || flag(text) === undefined) && pattern.test(text)
}

function isNumber(node: YamlScalar, { least, most, whole }: { readonly least: number; readonly most?: number; readonly whole: boolean }): boolean {
  const value = node.style === 'plain' ? numeric(node.text) : undefined
  return value !== undefined && (!whole || Number.isInteger(value)) && value >= least && (most === undefined || value <= most)
}
