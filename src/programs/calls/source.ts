// A source file as tokens with what stands around them: brackets, functions, constants, calls with their arguments. Knows no library.
import type { Span } from '../../model/value.ts'
import { tokensOf } from './lex.ts'
import type { Lexis, Token } from './lex.ts'

/** A range of tokens, half-open. */
export interface Range { readonly from: number; readonly to: number }

/** One argument, or one entry of an object: `groupId: 'mail'`, `group_id='mail'`, `'group.id' => 'mail'`. */
export interface Argument extends Range {
  /** As written. */
  readonly name?: string
}

/** A name that is called, constructed, written as an annotation, or just mentioned. */
export interface Site {
  /** Index of the name's token. */
  readonly at: number
  readonly name: string
  /** What the call is made on, outermost first: `this.redis.multi().incr(k)` gives this, redis, multi. */
  readonly chain: readonly string[]
  /** Where the chain begins. */
  readonly begin: number
  /** Behind the last token that belongs to it. */
  readonly end: number
  readonly how: 'call' | 'new' | 'annotation' | 'mention'
  readonly args: readonly Argument[]
}

/** What the syntax of a language says about calls. */
export interface Grammar extends Lexis {
  /** Arguments may follow without brackets: Ruby, Elixir. */
  readonly bareArguments?: boolean
  /** Type arguments stand in square brackets: Scala. */
  readonly squareTypes?: boolean
  /** `@` begins a variable: Ruby, Elixir, PHP's silence. */
  readonly sigils?: boolean
  /** `Name{…}` constructs, without a space between: Go. */
  readonly braces?: boolean
  /** `->` reaches a method and `\` a name of a namespace: PHP. */
  readonly arrows?: boolean
  /** What an import binds stands before everything that comes from it: Go's packages. */
  readonly qualified?: boolean
  /** Words before the name of a function. */
  readonly functions: readonly string[]
  /** Functions are also `name(…) {` and `name(…): Type {`. */
  readonly methods?: boolean
}

export interface Source {
  readonly file: string
  readonly text: string
  readonly tokens: readonly Token[]
  readonly grammar: Grammar
  /** Index of the closing bracket's token for an opening one, and back; -1 where none belongs to it. */
  readonly other: Int32Array
  span(range: Range): Span
}

const closers = new Map([['(', ')'], ['[', ']'], ['{', '}']])

export function sourceOf(file: string, text: string, grammar: Grammar): Source {
  const tokens = tokensOf(text, grammar)
  const other = new Int32Array(tokens.length).fill(-1)
  const open: number[] = []
  for (const [i, { kind, text }] of tokens.entries()) {
    if (kind !== 'mark') continue
    if (text === '(' || text === '[' || text === '{') { open.push(i); continue }
    if (text !== ')' && text !== ']' && text !== '}') continue
    // A bracket that nothing closes is passed over, a few levels deep.
    for (let down = open.length - 1; down >= 0 && down > open.length - 6; down--) {
      const start = open[down] ?? 0
      if (closers.get(tokens[start]?.text ?? '') !== text) continue
      other[start] = i
      other[i] = start
      open.length = down
      break
    }
  }
  const span = ({ from, to }: Range): Span => ({ file, start: tokens[from]?.start ?? 0, end: tokens[Math.max(from, to - 1)]?.end ?? 0 })
  return { file, text, tokens, grammar, other, span }
}

export const textAt = (source: Source, at: number): string => source.tokens[at]?.text ?? ''
/** Whether one of these marks stands there; a string that holds the same character is none. Asked a million times: no list is made of them. */
export function isMark({ tokens }: Source, at: number, a: string, b?: string, c?: string, d?: string, e?: string, f?: string, g?: string): boolean {
  const token = tokens[at]
  if (token?.kind !== 'mark') return false
  const { text } = token
  return text === a || text === b || text === c || text === d || text === e || text === f || text === g
}

const links = new Set(['.', '?.', '&.', '::']), arrowLinks = new Set([...links, '->', '\\'])

/** The call, construction, annotation or mention whose name stands at a token. */
export function siteAt(source: Source, at: number): Site {
  const { tokens, other } = source
  const chain: string[] = []
  let begin = at
  const joins = source.grammar.arrows === true ? arrowLinks : links
  for (let steps = 0; steps < 16; steps++) {
    let back = begin - 1
    if (tokens[back]?.kind !== 'mark' || !joins.has(textAt(source, back))) break
    back--
    while (isMark(source, back, '?', '!')) back--
    while (isMark(source, back, ')', ']', '>') && steps++ < 16) {
      back = isMark(source, back, '>') ? angleBack(source, back) - 1 : (other[back] ?? -1) < 0 ? -1 : (other[back] ?? 0) - 1
    }
    if (back < 0) break
    const token = tokens[back]
    if (token?.kind !== 'word') { if (isMark(source, back, '::', '\\')) begin = back; break }
    chain.unshift(token.text)
    begin = back
  }
  const before = begin - 1
  // `Client.new` of Ruby is a call of its own, and what the next line begins with is not made by it.
  const made = tokens[before]?.kind === 'word' && textAt(source, before) === 'new' && !isMark(source, before - 1, '.')
  const annotation = (source.grammar.sigils !== true && isMark(source, before, '@')) || (isMark(source, before, '[') && isMark(source, before - 1, '#'))
  // `Redix.command!(…)`
  const behind = source.grammar.bareArguments === true && isMark(source, at + 1, '!', '?') && tokens[at + 1]?.start === tokens[at]?.end ? at + 2 : at + 1
  let open = behind
  if (isMark(source, open, '<')) open = angle(source, open)
  else if (source.grammar.squareTypes === true && isMark(source, open, '[') && (other[open] ?? -1) > open) open = (other[open] ?? open) + 1
  const bracket = isMark(source, open, '(') || (source.grammar.braces === true && isMark(source, open, '{') && tokens[open]?.start === tokens[open - 1]?.end)
  let args: readonly Argument[] = [], end = behind
  if (bracket || (made && isMark(source, open, '{'))) {
    end = (other[open] ?? -1) < 0 ? open + 1 : (other[open] ?? 0) + 1
    args = argumentsIn(source, { from: open + 1, to: end - 1 })
    // `new Config(…) { Name = … }`
    if (made && isMark(source, end, '{') && (other[end] ?? -1) > 0) {
      args = [...args, ...argumentsIn(source, { from: end + 1, to: other[end] ?? end })]
      end = (other[end] ?? end) + 1
    }
  } else if (source.grammar.bareArguments === true && bareBegins(source, behind)) {
    end = bareEnd(source, behind)
    args = argumentsIn(source, { from: behind, to: end })
  }
  const called = end > behind
  return {
    at, name: textAt(source, at), chain, begin: made || annotation ? before : begin, end, args,
    how: made ? 'new' : annotation ? 'annotation' : called ? 'call' : 'mention',
  }
}

// Behind the `>` of type arguments, or where it was when they are none.
function angle(source: Source, open: number): number {
  let depth = 0
  for (let at = open; at < open + 40; at++) {
    if (isMark(source, at, '<')) depth++
    else if (isMark(source, at, '>') && --depth === 0) return at + 1
    else if (isMark(source, at, ';', '(', '&&', '||', '=')) break
  }
  return open
}

function angleBack(source: Source, close: number): number {
  let depth = 0
  for (let at = close; at > close - 40; at--) {
    if (isMark(source, at, '>')) depth++
    else if (isMark(source, at, '<') && --depth === 0) return at
    else if (isMark(source, at, ';', '(', ')')) break
  }
  return -1
}

const endWords = new Set(['do', 'if', 'unless', 'rescue', 'then', 'and', 'or', 'while', 'until', 'end', 'when'])

function bareBegins(source: Source, at: number): boolean {
  const token = source.tokens[at]
  if (token === undefined || token.first || token.start === source.tokens[at - 1]?.end) return false
  if (token.kind === 'mark') return (token.text === ':' || token.text === '[' || token.text === '::' || token.text === '*') && source.tokens[at + 1]?.start === token.end
  return !(token.kind === 'word' && endWords.has(token.text))
}

// The end of the line, unless a comma or an open bracket carries it over.
function bareEnd(source: Source, from: number): number {
  let at = from
  for (let steps = 0; steps < 200 && at < source.tokens.length; steps++) {
    const token = source.tokens[at]
    if (token === undefined || isMark(source, at, ')', ']', '}', ';') || (token.kind === 'word' && endWords.has(token.text))) break
    if (at > from && token.first && !isMark(source, at - 1, ',', '=>', '|', '+')) break
    at = (closers.has(token.text) && token.kind === 'mark' && (source.other[at] ?? -1) > at ? source.other[at] ?? at : at) + 1
  }
  return at
}

/** The parts between commas, at most forty. */
export function argumentsIn(source: Source, { from, to }: Range): readonly Argument[] {
  const found: Argument[] = []
  let start = from
  const add = (end: number): void => { if (end > start) found.push(named(source, { from: start, to: end })) }
  for (let at = from; at < to && found.length < 40; at++) {
    if (isMark(source, at, ',', ';')) { add(at); start = at + 1 }
    else if (isMark(source, at, '(', '[', '{')) at = Math.max(at, Math.min(source.other[at] ?? at, to))
  }
  if (found.length < 40) add(to)
  return found
}

function named(source: Source, range: Range): Argument {
  const at = isMark(source, range.from, ':') ? range.from + 1 : range.from
  const token = source.tokens[at]
  if (token && (token.kind === 'word' || token.kind === 'text') && isMark(source, at + 1, ':', '=', '=>', '->') && at + 2 < range.to) {
    return { name: token.text, from: at + 2, to: range.to }
  }
  return range
}

/** Entries by name, in an argument and in the objects inside it, at most three deep. */
export function fieldsOf(source: Source, args: readonly Argument[], deep = 3): readonly Argument[] {
  const found: Argument[] = []
  for (const arg of args) {
    if (arg.name !== undefined) found.push(arg)
    if (deep === 0) continue
    for (let at = arg.from; at < arg.to && found.length < 60; at++) {
      if (!isMark(source, at, '{', '[', '(')) continue
      const close = source.other[at] ?? -1
      if (close < 0) continue
      found.push(...fieldsOf(source, argumentsIn(source, { from: at + 1, to: Math.min(close, arg.to) }), deep - 1))
      at = close
    }
  }
  return found
}

/** Names alike in all spellings: `groupId`, `group_id`, `group.id`, `GroupID`. */
export const plain = (name: string): string => name.toLowerCase().replace(/[_.-]/g, '')
