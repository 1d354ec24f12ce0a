// Variables in a compose text: `$NAME`, `${NAME}` and the forms with defaults. Knows the syntax, not where values come from.
// https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md
import type { Note } from '../../model/value.ts'

/** What a variable is worth: its text and the note where it is defined, or nothing. */
export interface Resolved {
  readonly text: string
  readonly notes: readonly Note[]
  /** Variables inside the value that have no value themselves. */
  readonly missing: readonly string[]
}
export type Lookup = (name: string, how: 'plain' | 'default') => Resolved | undefined

/** A stretch of the result and the stretch of the source that it came from. */
interface Piece {
  readonly start: number
  readonly end: number
  readonly from: number
  readonly to: number
  readonly missing: readonly string[]
  readonly notes: readonly Note[]
}

export interface Interpolated {
  /** The text with every variable replaced; one without a value stays as `${NAME}`. */
  readonly text: string
  readonly pieces: readonly Piece[]
}

const name = /[A-Za-z_][A-Za-z0-9_]*/y

const nameAt = (text: string, at: number): string => {
  name.lastIndex = at
  return name.exec(text)?.[0] ?? ''
}

/**
 * Where the group whose body starts at an offset ends: at the `}` that closes it; -1 when there is none. As in Compose, every brace in it
 * counts, but not the character behind an opening one, and where they do not add up the last brace of the line closes. Braces are paired
 * once for the whole text, since each of thousands of open groups would look through all of it.
 */
function closings(text: string): (from: number) => number {
  const pairs = new Map<number, number>()
  const open: number[] = []
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{') open.push(i++)
    else if (text[i] === '}') {
      const opening = open.pop()
      if (opening !== undefined) pairs.set(opening, i)
    }
  }
  let line = { end: -1, last: -1 }
  return from => {
    if (text[from] === '}') return from
    const paired = pairs.get(from - 1)
    if (paired !== undefined) return paired
    if (line.end < from) {
      const end = text.indexOf('\n', from)
      line = { end: end < 0 ? text.length : end, last: text.lastIndexOf('}', end < 0 ? text.length : end) }
    }
    return line.last < from ? -1 : line.last
  }
}

const maxDepth = 20
/** How much longer than its source a text may become, in characters. What goes beyond has no value: a few doubled variables would fill all memory. */
const mostAdded = 100_000
const mostNotes = 50

/** Replaces the variables of a text. Malformed references stay as they are written. */
export function interpolate(source: string, lookup: Lookup, depth = 0): Interpolated {
  const pieces: Piece[] = []
  let text = ''
  const add = (part: string, from: number, to: number, missing: readonly string[] = [], notes: readonly Note[] = []): void => {
    const piece = { start: text.length, end: text.length + part.length, from, to, missing, notes }
    const last = pieces.at(-1)
    // Thousands of lone dollars are one stretch of text.
    if (last && isLiteral(last) && isLiteral(piece) && last.to === from) pieces[pieces.length - 1] = { ...last, end: piece.end, to }
    else pieces.push(piece)
    text += part
  }
  let at = 0
  let closing: ((from: number) => number) | undefined
  while (at < source.length) {
    const dollar = source.indexOf('$', at)
    if (dollar < 0) { add(source.slice(at), at, source.length); break }
    if (dollar > at) add(source.slice(at, dollar), at, dollar)
    const next = source[dollar + 1]
    if (next === '$') { add('$', dollar, dollar + 2); at = dollar + 2; continue }
    const plain = nameAt(source, dollar + 1)
    const end = plain ? dollar + 1 + plain.length : next === '{' ? (closing ??= closings(source))(dollar + 2) + 1 : 0
    if (end <= 0) { add('$', dollar, dollar + 1); at = dollar + 1; continue }
    const value = plain ? valueOfName(plain, lookup) : group(source.slice(dollar + 2, end - 1), lookup, depth)
    if (value && text.length + value.text.length > source.length + mostAdded) add('', dollar, end, [plain || nameAt(source, dollar + 2)])
    else if (value) add(value.text, dollar, end, value.missing, value.notes)
    else add(source.slice(dollar, end), dollar, end)
    at = end
  }
  return { text, pieces }
}

const unresolved = (name: string): Resolved => ({ text: `\${${name}}`, notes: [], missing: [name] })
const valueOfName = (name: string, lookup: Lookup): Resolved => lookup(name, 'plain') ?? unresolved(name)
const nothing: Resolved = { text: '', notes: [], missing: [] }

/** The value of what stands between the braces; undefined when it is no reference. */
function group(body: string, lookup: Lookup, depth: number): Resolved | undefined {
  const variable = nameAt(body, 0)
  if (!variable || depth > maxDepth) return undefined
  const rest = body.slice(variable.length)
  if (rest === '') return valueOfName(variable, lookup)
  const form = /^(:?)([-?+])/.exec(rest)
  if (!form) return undefined
  const word = (): Resolved => flatten(interpolate(rest.slice(form[0].length), lookup, depth + 1))
  const found = lookup(variable, form[2] === '?' ? 'plain' : 'default')
  const set = found !== undefined && (form[1] === '' || found.text !== '')
  switch (form[2]) {
    case '-': return set ? found : word()
    case '+': return set ? word() : nothing
    default: return set ? found : unresolved(variable)
  }
}

const flatten = ({ text, pieces }: Interpolated): Resolved => ({ text, ...shapes(pieces) })

/** What shaped some pieces, each thing once: variables that name each other twice would double it each time. */
function shapes(pieces: readonly Piece[]): { readonly missing: readonly string[]; readonly notes: readonly Note[] } {
  const missing = new Set(pieces.flatMap(piece => piece.missing)), notes = new Map<string, Note>()
  for (const note of pieces.flatMap(piece => piece.notes)) if (notes.size < mostNotes) notes.set(`${note.span.file}:${note.span.start}:${note.text}`, note)
  return { missing: [...missing].slice(0, mostNotes), notes: [...notes.values()] }
}

/** Text that stands in the source as it is. */
const isLiteral = (piece: Piece): boolean => piece.end - piece.start === piece.to - piece.from && piece.notes.length === 0 && piece.missing.length === 0

/** The pieces that a range of the result touches: its ends may lie on theirs. */
function* touching({ pieces }: Interpolated, start: number, end: number): Generator<Piece> {
  let low = 0
  for (let high = pieces.length; low < high;) {
    const middle = (low + high) >> 1
    if ((pieces[middle]?.end ?? 0) < start) low = middle + 1
    else high = middle
  }
  for (let at = low; at < pieces.length; at++) {
    const piece = pieces[at]
    if (!piece || piece.start > end) return
    yield piece
  }
}

/** What shaped a range of the result: variables without a value, and notes of where the others are defined. */
export function shapedBy(result: Interpolated, start: number, end: number): { missing: readonly string[]; notes: readonly Note[] } {
  const shaping = [...touching(result, start, end)].filter(p => (p.start < end && p.end > start) || (p.start === p.end && p.start >= start && p.end <= end))
  return shapes(shaping)
}

/** The range of the source that a range of the result came from. */
export function origin(result: Interpolated, start: number, end: number): { start: number; end: number } {
  let from: number | undefined, to = 0
  for (const piece of touching(result, start, end)) {
    if (piece.end <= start || piece.start >= end) continue
    const literal = isLiteral(piece)
    from ??= literal ? piece.from + Math.max(0, start - piece.start) : piece.from
    to = literal ? piece.to - Math.max(0, piece.end - end) : piece.to
  }
  return from === undefined ? { start: 0, end: 0 } : { start: from, end: Math.max(from, to) }
}
