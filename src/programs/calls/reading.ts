// One source file being read: what it imports, which of its names are Redis clients, what arguments say. Knows no library but by the language's data.
import type { Known, Value } from '../../model/value.ts'
import { known, unknown } from '../../model/value.ts'
import type { Import, Language, Pick } from './language.ts'
import { accessorsIn } from './accessors.ts'
import type { Token } from './lex.ts'
import { assignmentsOf, boundBy, constantsOf, scopesOf } from './scopes.ts'
import type { Scope } from './scopes.ts'
import { fieldsOf, isMark, plain } from './source.ts'
import type { Argument, Range, Site, Source } from './source.ts'

export interface Reading {
  readonly source: Source
  readonly language: Language
  readonly imports: readonly Import[]
  /** Every name in the file. */
  readonly words: ReadonlySet<string>
  readonly scopes: readonly Scope[]
  /** Token of the text of each constant. */
  readonly constants: ReadonlyMap<string, number>
  readonly assignments: ReadonlyMap<string, readonly Range[]>
  /** Variables, fields and parameters that hold a Redis client, with where they get it. */
  readonly clients: ReadonlyMap<string, Range>
  /** The same for clients of the program's cache. */
  readonly caches: ReadonlyMap<string, Range>
}

export function readingOf(source: Source, language: Language): Reading {
  const imports = language.imports(source)
  // Most files that name a library call nothing of it: what takes a walk through the file is worked out when it is first asked for.
  const scopes = once(() => scopesOf(source)), constants = once(() => constantsOf(source)), assignments = once(() => assignmentsOf(source)), clients = once(() => clientsOf(source, language.redis, imports, scopes()))
  const caches = once(() => (language.caches && importsAny(imports, language.caches.modules) ? clientsOf(source, language.caches, imports, []) : new Map<string, Range>()))
  return {
    source, language, imports, words: wordsOf(source),
    get scopes() { return scopes() }, get constants() { return constants() }, get assignments() { return assignments() }, get clients() { return clients() }, get caches() { return caches() },
  }
}

function wordsOf({ tokens }: Source): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { kind, text } of tokens) if (kind === 'word') found.add(text)
  return found
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

/** Whether a file imports a module, or one inside it. */
export function importsAny(imports: readonly Import[], modules: readonly string[]): boolean {
  return imports.some(({ module }) => modules.some(each => module === each || (module.startsWith(each) && /[./:\\]/.test(module.charAt(each.length)))))
}

const redisWord = /redis|valkey|keydb|jedis|lettuce/i
/** Whether a name says by itself that it is a Redis. */
export const namesRedis = (name: string): boolean => redisWord.test(name)

// What programs call the type of their client, or its interface: `rds Redis`, `kv: RedisClient`.
const clientType = /^I?(?:Redis|Valkey)(?:Client|Conn|Connection|Cmdable|Pool)?$/

// What a function is said to give: `-> AppRedis`, `: RedisClientType`.
const givenType = /(?:Redis|Valkey)(?:Client|Conn|Connection|Cluster)?(?:Type)?$/

// Names get a client by import, by type or by assignment; two passes, so that what is made of a client counts too.
function clientsOf(source: Source, known: { readonly modules: readonly string[]; readonly clients: readonly string[] }, imports: readonly Import[], scopes: readonly Scope[]): ReadonlyMap<string, Range> {
  const found = new Map<string, Range>()
  const makers = new Set(known.clients)
  const nowhere = { from: 0, to: 0 }
  for (const { module, names } of imports) {
    if (importsAny([{ module, names }], known.modules)) for (const name of names) makers.add(name)
    // A module of the program's own that is named so; a whole project of that name says nothing.
    else if (namesRedis(module.split(/[./:\\]+/).slice(-2).join(' '))) for (const name of names) found.set(name, nowhere)
  }
  const { tokens } = source
  const tells = (name: string): boolean => makers.has(name) || found.has(name) || namesRedis(name)
  const add = (at: number, range: Range): void => {
    const name = tokens[at]
    if (name?.kind === 'word' && !found.has(name.text)) found.set(name.text, range)
  }
  const places = placesOf(source, word => makers.has(word) || clientType.test(word))
  for (let pass = 0; pass < 2; pass++) {
    for (const i of places) {
      const { kind, text } = tokens[i] as Token
      if (isMark(source, i, '=', ':=')) {
        const end = statementEnd(source, i + 1, 40)
        // What is assigned begins with the client: `new Redis(…)`, `await createClient(…)`, `redis.from_url(…)`, `this.redis.duplicate()`.
        for (let at = i + 1; at < Math.min(end, i + 7); at++) {
          if (isMark(source, at, '(', '{', '[', '=>')) break
          if (tokens[at]?.kind === 'word' && tells(tokens[at]?.text ?? '')) { add(boundBy(source, i), { from: i + 1, to: end }); break }
        }
      } else if ((text === 'as' && kind === 'word') || (isMark(source, i, '|') && isMark(source, i + 2, '|'))) {
        // `with redis.pipeline() as pipe`, `pool.with { |redis| … }`
        for (let at = i - 1; at > i - 12 && at > 0; at--) {
          if (tokens[at]?.kind === 'word' && tells(tokens[at]?.text ?? '')) { add(i + 1, { from: at, to: i }); break }
          if (tokens[at]?.first === true) break
        }
      } else if (kind === 'word' && (makers.has(text) || clientType.test(text) || ownType(source, i, found))) {
        typed(source, i, add)
      }
    }
    // What gives a client is one where it is called.
    if (pass === 0 && (found.size > 0 || scopes.length > 0)) {
      for (const [name, range] of accessorsIn(source, scopes, name => makers.has(name) || found.has(name), name => makers.has(name) || clientType.test(name) || givenType.test(name))) if (!found.has(name)) found.set(name, range)
    }
  }
  return found
}

// Where a name may get a client: assignments, what is bound by `as` or between bars, and what is a type of clients or may be one.
function placesOf(source: Source, isType: (word: string) => boolean): readonly number[] {
  const { tokens, grammar } = source, kinds = new Map<string, boolean>()
  const mayType = (word: string): boolean => {
    let known = kinds.get(word)
    if (known === undefined) kinds.set(word, known = word === 'as' || isType(word))
    return known
  }
  const found: number[] = []
  for (let i = 1; i < tokens.length; i++) {
    const token = tokens[i]
    if (token?.kind === 'mark' ? token.text === '=' || token.text === ':=' || (token.text === '|' && isMark(source, i + 2, '|')) : token?.kind === 'word' && (mayType(token.text) || (grammar.qualified === true && isMark(source, i - 1, '.')))) found.push(i)
  }
  return found
}

// `conn redis.Cmdable` of a package of the program's own that is called so.
const ownType = (source: Source, at: number, known: ReadonlyMap<string, Range>): boolean =>
  source.grammar.qualified === true && isMark(source, at - 1, '.') && known.has(source.tokens[at - 2]?.text ?? '') && /cmdable|client|conn(?:ection)?$|pool$/i.test(source.tokens[at]?.text ?? '')

// `name: Redis`, `name *redis.Client`, `Redis name;`, `RedisTemplate<String, Object> name`
function typed(source: Source, at: number, add: (at: number, range: Range) => void): void {
  const { tokens } = source
  let left = at - 1
  while (isMark(source, left, '.', '::', '*', '&', '?') || (tokens[left]?.kind === 'word' && isMark(source, left + 1, '.', '::'))) left--
  if (isMark(source, left, ':')) add(left - 1, { from: left - 1, to: at + 1 })
  let right = at + 1
  while (isMark(source, right, '.', '::') && tokens[right + 1]?.kind === 'word') right += 2
  const end = right
  if (isMark(source, right, '<')) {
    for (let depth = 0; right < at + 24; right++) {
      if (isMark(source, right, '<')) depth++
      else if (isMark(source, right, '>') && --depth === 0) { right++; break }
    }
  }
  if (isMark(source, right, '?')) right++
  if (tokens[right]?.kind === 'word' && isMark(source, right + 1, ';', ',', ')', '=', '{')) add(right, { from: at, to: right + 1 })
  else if (tokens[left]?.kind === 'word' && (left < at - 1 || (source.grammar.qualified === true && (tokens[left]?.first === true || isMark(source, left - 1, '(', ',')))) && (isMark(source, end, ',', ')', '}', '=') || tokens[end]?.first === true)) add(left, { from: left, to: at + 1 })
}

/** Where the statement ends that a token belongs to, at most so many tokens on. */
export function statementEnd(source: Source, from: number, most: number): number {
  let at = from
  for (let steps = 0; steps < most && at < source.tokens.length; steps++) {
    if (isMark(source, at, ';', ')', ']', '}', ',')) break
    const next = source.tokens[at]
    if (at > from && next?.first === true && !isMark(source, at, '.', '?.', '&.', '->', '||', '??', '|>') && !isMark(source, at - 1, '=', '(', ',', '||', '??', '.')) break
    at = (isMark(source, at, '(', '[', '{') && (source.other[at] ?? -1) > at ? source.other[at] ?? at : at) + 1
  }
  return at
}

/** The function that a token stands in. */
export function scopeOf(reading: Reading, at: number): Scope | undefined {
  let best: Scope | undefined
  for (const scope of reading.scopes) {
    if (scope.from > at) break
    if (scope.to > at) best = scope
  }
  return best
}

/** An argument by its place (named ones do not count) or by its field name. */
export function picked(reading: Reading, site: Site, picks: readonly Pick[]): Argument | undefined {
  const places = site.args.filter(arg => arg.name === undefined)
  for (const pick of picks) {
    const found = typeof pick === 'number' ? places[pick] : fieldsOf(reading.source, site.args).find(field => plain(field.name ?? '') === plain(pick))
    if (found) return found
  }
  return undefined
}

// `${orders.topic}` of Spring, Quarkus and Micronaut, `#{…}`, `%env(…)%`.
const reference = /\$\{|#\{|^%/

/** The text of a range that is one string, or the name of a constant of this file. A reference to configuration is no text. */
export function textOf(reading: Reading, range: Range): Known | undefined {
  const value = valueOf(reading, range)
  return value?.known ? value : undefined
}

/** The same; unknown where it is a reference to the framework's configuration. */
export function valueOf(reading: Reading, range: Range): Value | undefined {
  const text = literal(reading, range)
  return text && reference.test(text.value) ? unknown('its text stands in the configuration of the program', text.value, text.span) : text
}

function literal(reading: Reading, range: Range): Known | undefined {
  const { source, constants } = reading
  let { from, to } = range
  while (from < to && isMark(source, from, '(', '[', '{', '&', '*', ':') && (isMark(source, from, '&', '*', ':') || isMark(source, to - 1, ')', ']', '}'))) {
    if (!isMark(source, from, '&', '*', ':')) to--
    from++
  }
  const last = source.tokens[to - 1]
  if (last === undefined || from >= to) return undefined
  if (last.kind === 'text') return to - from === 1 && !last.computed && last.text.trim() !== '' ? known(last.text, source.span({ from, to })) : undefined
  if (last.kind !== 'word') return undefined
  // `:emails` in Ruby and Elixir.
  if (isMark(source, from - 1, ':') && to - from === 1 && isMark(source, range.from, ':')) return known(last.text, source.span({ from, to }))
  for (let at = from; at < to - 1; at++) if (source.tokens[at]?.kind !== 'word' && !isMark(source, at, '.', '::')) return undefined
  const constant = constants.get(last.text)
  const text = constant === undefined ? undefined : source.tokens[constant]
  return constant === undefined || text === undefined || text.text.trim() === '' ? undefined : known(text.text, source.span({ from: constant, to: constant + 1 }))
}

/** The texts of a list, or the one text. */
export function textsOf(reading: Reading, range: Range): readonly Value[] {
  const one = valueOf(reading, range)
  if (one) return [one]
  const { source } = reading
  const found: Value[] = []
  for (let at = range.from; at < range.to && found.length < 20; at++) {
    const token = source.tokens[at]
    if (token?.kind !== 'text' && token?.kind !== 'word') continue
    // Only entries of the list itself: behind a bracket or a comma, and before one.
    const alone = isMark(source, at - 1, '[', '{', ',', '(') && isMark(source, at + 1, ']', '}', ',', ')')
    const text = alone ? valueOf(reading, { from: at, to: at + 1 }) : undefined
    if (text) found.push(text)
  }
  return found
}

/** Words of names and strings in a range (of one that makes a value, without what it is made with), lower case, plural `s` dropped: `rateLimit:login` gives rate, limit, login. */
export function wordsIn(reading: Reading, { from, to }: Range, made = false): readonly string[] {
  const found: string[] = []
  for (let at = from, depth = 0; at < to && at < from + 60; at++) {
    const token = reading.source.tokens[at]
    if (isMark(reading.source, at, '(')) depth++
    else if (isMark(reading.source, at, ')')) depth--
    if (token?.kind !== 'text' && token?.kind !== 'word') continue
    // What it is made with is no part of it: `order = await session.get(Order, id)`, `order = find(session, id)`.
    if (made && token.kind === 'word' && (depth > 0 || isMark(reading.source, at + 1, '.', '?.', '->', '::'))) continue
    if (token.kind === 'word' && token.text === 'session' && isMark(reading.source, at + 1, '.', '?.', '->')) continue
    found.push(...splitWords(token.text))
    const constant = token.kind === 'word' ? reading.constants.get(token.text) : undefined
    if (constant !== undefined) found.push(...splitWords(reading.source.tokens[constant]?.text ?? ''))
  }
  return found
}

/** The same for an argument; of a variable also what was last assigned to it, in the same function. */
export function wordsOfArgument(reading: Reading, range: Range): readonly string[] {
  const own = wordsIn(reading, range)
  const token = reading.source.tokens[range.from]
  if (range.to - range.from !== 1 || token?.kind !== 'word') return own
  const scope = scopeOf(reading, range.from)
  const last = reading.assignments.get(token.text)?.filter(({ from }) => from < range.from && scopeOf(reading, from) === scope).at(-1)
  return last === undefined ? own : [...own, ...wordsIn(reading, last, true)]
}

// What is kept under the id of a session, or of somebody that a session leads to, need not be the session.
export const splitWords = (text: string): readonly string[] =>
  (text.slice(0, 200).replace(/session[_-]?id|session\??\.(?=[a-z])/gi, 'sid ').match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? []).map(word => {
    const lower = word.toLowerCase()
    return lower.length > 3 && lower.endsWith('s') && !lower.endsWith('ss') && !lower.endsWith('us') ? lower.slice(0, -1) : lower
  })
