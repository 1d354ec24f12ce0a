// Wildcards in paths, matched in time that grows with the pattern times the path, whatever either says: never by a regular expression that backtracks.
// Knows `*`, `?`, `[ ]`, `\` and `**` as .gitignore and globs have them, and where asked the groups `+( )`, `*( )` and `!( )` of shells.
// https://git-scm.com/docs/gitignore#_pattern_format, https://www.gnu.org/software/bash/manual/html_node/Pattern-Matching.html

import { oncePer } from '../model/once.ts'

/** One place of a part of a path: a character, any of a class, any at all, any number of any, or a group. */
type Token = string | typeof one | typeof many | ((character: string) => boolean) | Group
const one = Symbol('?'), many = Symbol('*')

/** What is repeated, or must not be there. */
interface Group {
  readonly kind: '+' | '*' | '!'
  readonly of: readonly (readonly Token[])[]
}

/** A pattern, part by part; `globstar` stands for any number of parts. */
export type Pattern = readonly (readonly Token[] | typeof globstar)[]
export const globstar = Symbol('**')

const named: ReadonlyMap<string, RegExp> = new Map([
  ['alpha', /[A-Za-z]/], ['digit', /[0-9]/], ['alnum', /[A-Za-z0-9]/], ['upper', /[A-Z]/], ['lower', /[a-z]/], ['space', /\s/], ['blank', /[ \t]/], ['punct', /[!-/:-@[-`{-~]/], ['xdigit', /[A-Fa-f0-9]/],
])

/** Reads a pattern; undefined for one that can match nothing (a class without an end, a group with a `/`). `groups`: whether there are any. */
export function readPattern(text: string, groups = false): Pattern | undefined {
  const parts: (readonly Token[] | typeof globstar)[] = []
  let part: Token[] = []
  let plain = true
  const end = (): void => {
    const isGlobstar = plain && part.length > 1 && part.every(token => token === many)
    // Two of them in a row are as good as one.
    if (!isGlobstar) parts.push(part.filter((token, i) => token !== many || part[i - 1] !== many))
    else if (parts.at(-1) !== globstar) parts.push(globstar)
    part = []
    plain = true
  }
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i)
    const closing = groups && (c === '+' || c === '*' || c === '!') && text.charAt(i + 1) === '(' ? closingOf(text, i + 1) : undefined
    if (closing !== undefined) {
      const of = splitAt(text.slice(i + 2, closing), '|').map(words => readPattern(words, true))
      if (!of.every((each): each is readonly [readonly Token[]] => each?.length === 1 && each[0] !== globstar)) return undefined
      part.push({ kind: c as Group['kind'], of: of.map(([tokens]) => tokens) })
      plain = false
      i = closing
    } else if (c === '/') end()
    else if (c === '*') part.push(many)
    else if (c === '?') part.push(one)
    else if (c === '\\') {
      if (i + 1 === text.length) return undefined
      part.push(text.charAt(++i))
      plain = false
    } else if (c === '[') {
      const found = readClass(text, i)
      if (!found) return undefined
      part.push(found.token)
      i = found.end
    } else part.push(c)
  }
  end()
  return parts
}

/** Where the bracket that opens at a place is closed; undefined when it is not. Classes and what is escaped do not count. */
export function closingOf(text: string, start: number): number | undefined {
  const open = text.charAt(start), close = open === '(' ? ')' : '}'
  let depth = 0
  for (let i = start; i < text.length; i++) {
    const c = text.charAt(i)
    if (c === '\\') i++
    else if (c === '[') i = readClass(text, i)?.end ?? i
    else if (c === open) depth++
    else if (c === close && --depth === 0) return i
  }
  return undefined
}

/** The pieces of a text between a mark, but not inside brackets or classes. */
export function splitAt(text: string, mark: '|' | ','): readonly string[] {
  const pieces: string[] = []
  let start = 0, depth = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i)
    if (c === '\\') i++
    else if (c === '[') i = readClass(text, i)?.end ?? i
    else if (c === '(' || c === '{') depth++
    else if (c === ')' || c === '}') depth--
    else if (c === mark && depth === 0) {
      pieces.push(text.slice(start, i))
      start = i + 1
    }
  }
  return [...pieces, text.slice(start)]
}

/** The end of the class that begins at a place; undefined when there is none. */
export const classEnd = (text: string, start: number): number | undefined => readClass(text, start)?.end

function readClass(text: string, start: number): { readonly token: Token; readonly end: number } | undefined {
  let i = start + 1
  const negated = text.charAt(i) === '!' || text.charAt(i) === '^'
  if (negated) i++
  const tests: ((character: string) => boolean)[] = []
  for (let first = true; ; first = false) {
    const c = text.charAt(i)
    if (c === '') return undefined
    if (c === ']' && !first) break
    const posix = c === '[' && text.charAt(i + 1) === ':' ? /^\[:(\w{1,10}):\]/.exec(text.slice(i, i + 16)) : null
    if (posix) {
      const set = named.get(posix[1] ?? '')
      if (!set) return undefined
      tests.push(character => set.test(character))
      i += posix[0].length
      continue
    }
    const from = c === '\\' ? text.charAt(++i) : c
    if (from === '') return undefined
    i++
    if (text.charAt(i) === '-' && text.charAt(i + 1) !== ']' && text.charAt(i + 1) !== '') {
      const to = text.charAt(i + 1) === '\\' ? text.charAt(i + 2) : text.charAt(i + 1)
      i += text.charAt(i + 1) === '\\' ? 3 : 2
      tests.push(character => character >= from && character <= to)
    } else tests.push(character => character === from)
  }
  return { token: character => character !== '/' && tests.some(test => test(character)) !== negated, end: i }
}

/** Steps that matching may still take; undefined where nobody counts. */
export interface Budget { left: number }

/** Whether a pattern fits all parts of a path. Of two wildcards only the last needs a second try: what an earlier one could take, the later can as well. */
export function fits(pattern: Pattern, parts: readonly string[], budget?: Budget): boolean {
  let at = 0, part = 0, retry = -1, from = 0
  while (part < parts.length) {
    const expected = pattern[at]
    if (expected === globstar) {
      retry = at++
      from = part
    } else if (expected !== undefined && fitsPart(expected, parts[part] ?? '', budget)) {
      at++
      part++
    } else if (retry >= 0) {
      at = retry + 1
      part = ++from
    } else return false
  }
  while (pattern[at] === globstar) at++
  return at === pattern.length
}

function fitsPart(tokens: readonly Token[], text: string, budget?: Budget): boolean {
  if (hasGroups(tokens)) return endsOf(tokens, text, 0, new Map()).has(text.length)
  let at = 0, i = 0, retry = -1, from = 0, steps = 1
  while (i < text.length) {
    steps++
    const token = tokens[at]
    const c = text.charAt(i)
    if (token === many) {
      retry = at++
      from = i
    } else if (token !== undefined && (token === one || (typeof token === 'function' ? token(c) : token === c))) {
      at++
      i++
    } else if (retry >= 0) {
      at = retry + 1
      i = ++from
    } else break
  }
  if (budget) budget.left -= steps
  if (i < text.length) return false
  while (tokens[at] === many) at++
  return at === tokens.length
}

const isGroup = (token: Token | undefined): token is Group => typeof token === 'object'
// A part may be longer than all the paths that it is held against.
const hasGroups = oncePer((tokens: readonly Token[]) => tokens.some(isGroup))

type Memory = Map<Group, Map<number, ReadonlySet<number>>>

// Where tokens can end that begin at a place. What a group can take from a place is found once.
function endsOf(tokens: readonly Token[], text: string, start: number, memory: Memory): ReadonlySet<number> {
  let places: ReadonlySet<number> = new Set([start])
  for (const token of tokens) {
    const next = new Set<number>()
    if (token === many) for (let i = Math.min(...places); i <= text.length; i++) next.add(i)
    else for (const at of places) {
      if (isGroup(token)) for (const end of takenBy(token, text, at, memory)) next.add(end)
      else if (at < text.length && (token === one || (typeof token === 'function' ? token(text.charAt(at)) : token === text.charAt(at)))) next.add(at + 1)
    }
    places = next
    if (places.size === 0) break
  }
  return places
}

function takenBy(group: Group, text: string, start: number, memory: Memory): ReadonlySet<number> {
  const known = memory.get(group) ?? new Map<number, ReadonlySet<number>>()
  memory.set(group, known)
  const once = (at: number): ReadonlySet<number> => {
    const found = known.get(at) ?? new Set(group.of.flatMap(tokens => [...endsOf(tokens, text, at, memory)]))
    known.set(at, found)
    return found
  }
  if (group.kind === '!') {
    const taken = once(start)
    return new Set(Array.from({ length: text.length - start + 1 }, (_, i) => start + i).filter(end => !taken.has(end)))
  }
  const ends = new Set<number>(group.kind === '*' ? [start] : [])
  const waiting = [start], seen = new Set(waiting)
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const end of once(at)) {
      ends.add(end)
      if (!seen.has(end)) { seen.add(end); waiting.push(end) }
    }
  }
  return ends
}

/** The text that a pattern stands for where it has no wildcard. */
export const literalOf = (pattern: Pattern): string | undefined =>
  (pattern.every(part => part !== globstar && part.every(token => typeof token === 'string')) ? pattern.map(part => (part).join('')).join('/') : undefined)
