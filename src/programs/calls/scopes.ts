// The functions of a source file, its constants and what is assigned in it. Knows no library.
import type { Token } from './lex.ts'
import { isMark, textAt } from './source.ts'
import type { Range, Source } from './source.ts'

const before = (source: Source, at: number): Token | undefined => source.tokens[at]

/** Texts of constants that are set once in the file, by name: `const TOPIC = 'orders'`, `ORDERS: 'orders'`. */
export function constantsOf(source: Source): ReadonlyMap<string, number> {
  const found = new Map<string, number>(), twice = new Set<string>()
  source.tokens.forEach((token, i) => {
    if (token.kind !== 'text' || token.computed || !isMark(source, i - 1, '=', ':=', ':', '=>')) return
    // `'a' + b`, `'a'.format(…)` and `'a' if …` are more than the text.
    const next = before(source, i + 1)
    if (next && !next.first && !isMark(source, i + 1, ';', ',', ')', '}') && next.text !== 'as') return
    let name = before(source, i - 2)
    // `NAME: str = 'x'`, `const Name string = "x"`
    if (isMark(source, i - 1, '=') && name?.kind === 'word') {
      if (isMark(source, i - 3, ':')) name = before(source, i - 4)
      else if (name.text === 'string' && !name.first) name = before(source, i - 3)
    }
    if (name === undefined || name.kind === 'number' || name.kind === 'mark') return
    const known = found.get(name.text)
    if (known !== undefined && textAt(source, known) !== token.text) twice.add(name.text)
    found.set(name.text, known ?? i)
  })
  for (const name of twice) found.delete(name)
  return found
}

const declaring = new Set(['const', 'let', 'var', 'val', 'mut', 'readonly', 'private', 'public', 'protected', 'static', 'override', 'lateinit'])
const labels = new Set(['else', 'default', 'case', 'try', 'finally'])
const typeMarks = new Set(['.', '<', '>', '|', '[', ']', '?', '&', ',', '::', '*'])

/** The token of the name that is bound by the `=` at a place: `key` in `const key: string | null = …` and `var key string = …`. */
export function boundBy(source: Source, at: number): number {
  const { tokens } = source
  for (let i = at - 1; i > at - 20 && i > 0; i--) {
    const token = tokens[i], name = tokens[i - 1], before = tokens[i - 2]
    if (token?.kind === 'mark' && token.text === ':') {
      return name?.kind === 'word' && (declaring.has(before?.text ?? '') || (name.first && !labels.has(name.text)) || isMark(source, i - 2, '.', '(', ',')) ? i - 1 : at - 1
    }
    if (token?.first === true || (token?.kind === 'mark' && !typeMarks.has(token.text))) break
    if (name?.kind === 'word' && (before?.text === 'var' || before?.text === 'const') && token?.kind === 'word') return i - 1
  }
  return at - 1
}

/** What is assigned to each name, in order: `key := "lock:" + id`. */
export function assignmentsOf(source: Source): ReadonlyMap<string, readonly Range[]> {
  const found = new Map<string, Range[]>()
  source.tokens.forEach((_, i) => {
    if (!isMark(source, i, '=', ':=')) return
    const name = source.tokens[boundBy(source, i)]
    if (name?.kind !== 'word') return
    let to = i + 1
    while (to < i + 24 && to < source.tokens.length && !isMark(source, to, ';', '=', ':=') && !(to > i + 1 && source.tokens[to]?.first === true && !isMark(source, to - 1, '(', ',', '+', '.'))) to++
    const list = found.get(name.text) ?? []
    if (list.length < 20) found.set(name.text, [...list, { from: i + 1, to }])
  })
  return found
}

export interface Scope extends Range { readonly name: string }

const noFunctions = new Set(['async', 'if', 'for', 'while', 'switch', 'catch', 'with', 'return', 'using', 'lock', 'foreach', 'when', 'match'])

/** The functions of a file, from their names on. Those without an end of their own end where the next begins. */
export function scopesOf(source: Source): readonly Scope[] {
  const found: Scope[] = []
  const words = new Set(source.grammar.functions)
  source.tokens.forEach((token, i) => {
    if (token.kind !== 'word') return
    if (words.has(token.text)) {
      // Go's receivers stand before the name.
      const at = isMark(source, i + 1, '(') && source.other[i + 1] !== -1 && source.tokens[(source.other[i + 1] ?? 0) + 1]?.kind === 'word' ? (source.other[i + 1] ?? 0) + 1 : i + 1
      const name = source.tokens[at]
      // A type or a function without a name says only what it gives: `handler func(order Order) error`.
      if (name?.kind === 'word' && (at === i + 1 || isMark(source, at + 1, '(', '['))) found.push({ name: name.text, from: at, to: bodyEnd(source, at) })
    } else if (source.grammar.methods === true && isMark(source, i + 1, '(', '<') && !noFunctions.has(token.text)) {
      const open = behindTypes(source, i + 1), close = isMark(source, open, '(') ? source.other[open] ?? -1 : -1
      if (close > 0 && opensBody(source, close + 1)) found.push({ name: token.text, from: i, to: bodyEnd(source, close) })
    } else if (source.grammar.methods === true && isMark(source, i + 1, '=', ':')) {
      // `const setCache = async (key, value) => …`
      const open = behindTypes(source, source.tokens[i + 2]?.text === 'async' ? i + 3 : i + 2)
      const close = isMark(source, open, '(') ? source.other[open] ?? -1 : -1
      if (close > 0 && arrowBehind(source, close + 1)) found.push({ name: token.text, from: i, to: bodyEnd(source, close) })
    }
  })
  return found.map((scope, i) => (scope.to > 0 ? scope : { ...scope, to: found[i + 1]?.from ?? source.tokens.length }))
}

// Behind `<TKey extends keyof Store>`, where it stands.
function behindTypes(source: Source, from: number): number {
  if (!isMark(source, from, '<')) return from
  for (let at = from + 1, depth = 1; at < from + 24; at++) {
    if (isMark(source, at, '<')) depth++
    else if (isMark(source, at, '>') && --depth === 0) return at + 1
    else if (isMark(source, at, ';', '(', ')', '=')) return from
  }
  return from
}

// `=>`, `: Promise<void> =>`
function arrowBehind(source: Source, from: number): boolean {
  if (isMark(source, from, '=>')) return true
  for (let at = isMark(source, from, ':') ? from + 1 : from + 20; at < from + 20; at++) {
    if (isMark(source, at, '=>')) return true
    if (isMark(source, at, ';', '(', '=', '}')) return false
  }
  return false
}

// `{`, `: Type {`, `throws X {`, `=> {`, within a few tokens.
function opensBody(source: Source, from: number): boolean {
  if (isMark(source, from, '{')) return true
  if (!isMark(source, from, ':', '=>') && textAt(source, from) !== 'throws') return false
  for (let at = from; at < from + 12; at++) {
    if (isMark(source, at, '{')) return true
    if (isMark(source, at, ';', ')', '(', '=', ',')) return false
  }
  return false
}

function bodyEnd(source: Source, from: number): number {
  for (let at = from; at < from + 80; at++) {
    if (isMark(source, at, '{')) return (source.other[at] ?? -1) + 1
    if (isMark(source, at, '(') && (source.other[at] ?? -1) > at) at = source.other[at] ?? at
    else if (isMark(source, at, ';')) return 0
  }
  return 0
}
