// Patterns of the knowledge: compiled late and once, tried only where they can match. Knows regular expressions, nothing of what they mean.

import { entryOf } from './entry-of.ts'
import { remembered } from './once.ts'

/** What is asked of a compiled pattern. */
export interface Pattern {
  test(text: string): boolean
  exec(text: string): { readonly index: number; readonly [group: number]: string | undefined } | null
  [Symbol.replace](text: string, replacer: (found: string) => string): string
}

// Our own patterns are compiled by JavaScript, and a test holds each to linear time. Those of users are compiled by what bounds any pattern.
let foreign: ReadonlyMap<string, (source: string, flags: string) => Pattern> = new Map()

/** Hands the patterns of a user's knowledge to an engine whose time grows with the text alone, whatever they are. */
export function compileWith(sources: Iterable<string>, engine: (source: string, flags: string) => Pattern): void {
  foreign = new Map([...foreign, ...[...sources].map(source => [source, engine] as const)])
  for (const cache of [wholes, parts, alls, preparedWholes, preparedParts]) cache.clear()
}

// Kept by the source alone: a compound key would be built and hashed anew each time.
const wholes = new Map<string, Pattern>(), parts = new Map<string, Pattern>(), alls = new Map<string, Pattern>()

/** A pattern of the knowledge: `whole` anchors it at both ends. Never throws: a pattern that does not compile matches nothing. */
export function pattern(source: string, whole: boolean): Pattern {
  const cache = whole ? wholes : parts
  let found = cache.get(source)
  if (!found) cache.set(source, found = compiled(source, whole, 'is'))
  return found
}

/** The text with every place that a pattern of the knowledge fits as blanks. */
export function blanked(source: string, text: string): string {
  let found = alls.get(source)
  if (!found) alls.set(source, found = compiled(source, false, 'gis'))
  return found[Symbol.replace](text, hidden => ' '.repeat(hidden.length))
}

function compiled(source: string, whole: boolean, flags: string): Pattern {
  const text = whole ? `^(?:${source})$` : source
  try { return foreign.get(source)?.(text, flags) ?? new RegExp(text, flags) } catch { return /(?!)/ }
}

let prepared: Readonly<Record<string, string>> = {}

/** Takes over needles that were worked out earlier; other patterns are still read when they are first tried. */
export const remember = (needles: typeof prepared): void => { prepared = needles }

function needlesFor(source: string): readonly string[] | undefined {
  const found = entryOf(prepared, source)
  return found === undefined ? needlesOf(source) : found === '' ? undefined : found.split('|')
}

interface Prepared {
  test?: Pattern
  readonly needles: readonly string[] | undefined
  readonly answers: Map<string, boolean>
}
const preparedWholes = new Map<string, Prepared>(), preparedParts = new Map<string, Prepared>()

/**
 * Whether a pattern of the knowledge fits a key or image name written in the pattern's own case. There are hundreds of patterns
 * and thousands of keys, most of them many times: what holds none of a pattern's literal parts is not tried (compiling a pattern
 * costs more than all the rest), and answers are kept.
 */
export function fits(source: string, whole: boolean, text: string): boolean {
  const known = whole ? preparedWholes : preparedParts
  let entry = known.get(source)
  if (!entry) known.set(source, entry = { needles: needlesFor(source), answers: new Map() })
  if (entry.needles?.every(needle => !text.includes(needle))) return false
  let answer = entry.answers.get(text)
  if (answer === undefined) {
    answer = (entry.test ??= compiled(source, whole, '')).test(text)
    if (entry.answers.size > 5_000) entry.answers.clear()
    entry.answers.set(text, answer)
  }
  return answer
}

/** Which of these patterns fit a key or image name, as their indexes; each distinct text is matched once. */
export function fitting(sources: readonly string[], whole: boolean): (text: string) => readonly number[] {
  let candidates: ((text: string) => readonly number[]) | undefined
  return remembered(text => {
    candidates ??= candidatesAmong(sources.map(needlesFor))
    return candidates(text).filter(at => fits(sources[at] ?? '', whole, text))
  })
}

/** Which of these patterns, ignoring case, can fit somewhere in a text of lower case, as their indexes: so few that each can be tried. */
export const fittingMaybe = (sources: readonly string[]): (lower: string) => readonly number[] =>
  candidatesAmong(sources.map(source => needlesFor(source)?.map(needle => needle.toLowerCase())))

/** Whether any of these texts stands in another one. */
export function anyOf(needles: readonly string[]): (text: string) => boolean {
  const short = needles.filter(needle => needle.length < 3)
  let candidates: ((text: string) => readonly number[]) | undefined
  return text => short.some(needle => text.includes(needle)) || (candidates ??= candidatesAmong(needles.flatMap(needle => (needle.length < 3 ? [] : [[needle]]))))(text).length > 0
}

// One pass over a text finds the needles of all patterns in it, by the three characters that they begin with.
function candidatesAmong(needles: readonly (readonly string[] | undefined)[]): (text: string) => readonly number[] {
  const always: number[] = [], byStart = new Map<number, { readonly needle: string; readonly at: number }[]>()
  for (const [at, own] of needles.entries()) {
    if (!own?.every(needle => needle.length >= 3)) { always.push(at); continue }
    for (const needle of own) {
      const start = startAt(needle, 0), list = byStart.get(start)
      if (list) list.push({ needle, at })
      else byStart.set(start, [{ needle, at }])
    }
  }
  return text => {
    const found = new Set(always)
    for (let i = 0; i + 3 <= text.length; i++) {
      for (const { needle, at } of byStart.get(startAt(text, i)) ?? nothing) if (text.startsWith(needle, i)) found.add(at)
    }
    return [...found].sort((a, b) => a - b)
  }
}
const nothing: readonly never[] = []
// Different starts may have the same number; whoever asks compares the text.
const startAt = (text: string, i: number): number => (text.charCodeAt(i) << 14) ^ (text.charCodeAt(i + 1) << 7) ^ text.charCodeAt(i + 2)

/** Texts of which at least one stands in everything that a pattern fits; undefined where that cannot be told. */
export function needlesOf(source: string): readonly string[] | undefined {
  // Most patterns are one literal, or some literals side by side: no need to read those character by character.
  const plain = source.startsWith('(^|/)') && source.endsWith('$') ? source.slice(5, -1) : source
  if (literals.test(plain)) return plain.split('|')
  return new NeedleReader(source).alternation()
}

/** Reads a pattern from left to right. */
class NeedleReader {
  private at = 0

  constructor(private readonly source: string) {}

  /** An alternation needs what one of its sequences needs; a sequence needs each of its parts, so the longest is taken. */
  alternation(): readonly string[] | undefined {
    const all: (readonly string[] | undefined)[] = [this.sequence()]
    while (this.source[this.at] === '|') { this.at++; all.push(this.sequence()) }
    return all.includes(undefined) ? undefined : [...new Set(all.flatMap(each => each ?? []))]
  }

  private sequence(): readonly string[] | undefined {
    let best: readonly string[] | undefined, run = ''
    const offer = (needles: readonly string[] | undefined): void => {
      if (needles !== undefined && shortest(needles) > (best === undefined ? 0 : shortest(best))) best = needles
    }
    const end = (): void => { if (run !== '') offer([run]); run = '' }
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      const atom = this.next(), times = this.quantifier()
      if (times === 'optional' || atom === undefined) end()
      else if (typeof atom !== 'string') { end(); offer(atom) }
      else { run += atom; if (times === 'repeated') end() }
    }
    end()
    return best
  }

  // How often what stands before may come, its lazy form too.
  private quantifier(): 'once' | 'optional' | 'repeated' {
    const { source } = this, sign = source[this.at]
    if (sign !== '?' && sign !== '*' && sign !== '+' && sign !== '{') return 'once'
    const optional = sign === '?' || sign === '*' || (sign === '{' && (source[this.at + 1] === '0' || source[this.at + 1] === ','))
    this.at = sign === '{' ? source.indexOf('}', this.at) + 1 || source.length : this.at + 1
    if (source[this.at] === '?') this.at++
    return optional ? 'optional' : 'repeated'
  }

  // One character, the needles of a group, or undefined for what stands for many texts or none.
  private next(): string | readonly string[] | undefined {
    const { source } = this, char = source[this.at++] ?? ''
    if (char === '\\') { const escaped = source[this.at++] ?? ''; return isWord(escaped) ? undefined : escaped }
    if (char === '[') { this.characterClass(); return undefined }
    if (char === '(') return this.group()
    return char === '.' || char === '^' || char === '$' ? undefined : char
  }

  private characterClass(): void {
    while (this.at < this.source.length && this.source[this.at] !== ']') this.at += this.source[this.at] === '\\' ? 2 : 1
    this.at++
  }

  private group(): readonly string[] | undefined {
    const { source, at } = this
    const special = source[at] !== '?' ? '' : source[at + 1] === '<' ? source.slice(at, at + 3) : source.slice(at, at + 2)
    this.at += special.length
    const inside = this.alternation()
    this.at++
    return special === '' || special === '?:' ? inside : undefined
  }
}

const literals = /^[A-Za-z0-9_/-]+(?:\|[A-Za-z0-9_/-]+)*$/
const isWord = (char: string): boolean => (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || (char >= '0' && char <= '9')
const shortest = (needles: readonly string[]): number => Math.min(...needles.map(needle => needle.length))
