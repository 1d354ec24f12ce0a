// What the calls in a source file show: uses, messages written and read, client settings, addresses. The languages are data.
import type { Technology } from '../../model/names.ts'
import type { Address, ClientSetting, Shown, Traffic } from '../../model/program.ts'
import type { Span } from '../../model/value.ts'
import { methodsIn, promised, promisedIn, sentBy } from './commands.ts'
import { conditionsIn, type Conditional } from './conditions.ts'
import { readsId, writesId, type Hit } from './kafka.ts'
import type { Language, Library, Rule } from './language.ts'
import { languages } from './languages/index.ts'
import { maxLength } from './lex.ts'
import { isNoProgram } from './paths.ts'
import { importsAny, readingOf } from './reading.ts'
import type { Reading } from './reading.ts'
import type { Sent } from './redis.ts'
import { wholeScript } from './scripts.ts'
import { gathered } from './shown.ts'
import { isMark, siteAt, sourceOf } from './source.ts'
import type { Site } from './source.ts'
import type { Whereabouts } from './whereabouts.ts'
import { handedIn, wrappersIn, type Given } from './wrappers.ts'

/** What one source file shows by its calls. */
export interface Calls {
  readonly shown: readonly Shown[]
  readonly traffic: readonly Traffic[]
  readonly settings: readonly ClientSetting[]
  /** Servers that the code names outright: `redis://redis:6379/1`, `brokers: ['kafka:9092']`. */
  readonly addresses: readonly Address[]
  /** Where its clients are made for, where it makes any. */
  readonly whereabouts?: ReadonlyMap<Technology, Whereabouts>
  /** What other files of the program may call. */
  readonly given: Given
}

const noneGiven: Given = { wrappers: [], handed: [] }
export const nothing: Calls = { shown: [], traffic: [], settings: [], addresses: [], given: noneGiven }

const byExtension = new Map(languages.flatMap(language => language.extensions.map(extension => [extension, language] as const)))

/** The language that a file of the program in `folder` is read in; none for tests, examples, generated and vendored files and for what is no source. */
export function languageOf(file: string, folder = ''): Language | undefined {
  const language = byExtension.get(file.slice(file.lastIndexOf('.') + 1).toLowerCase())
  return language === undefined || isNoProgram(file, folder) ? undefined : language
}

/** Ids of what calls show only where the program is built with a client: `@Cacheable` keeps things in any store. */
export const anyStoreIds: ReadonlySet<string> = new Set(languages.flatMap(language => language.libraries.filter(library => library.anyStore).flatMap(library => library.rules.map(rule => rule.id))))

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

interface Search {
  /** What says no to nearly all texts, and quickly. */
  readonly quick: readonly RegExp[]
  readonly exact: RegExp
}
const searches = new Map<Language, Search>()

/** Whether a file can say anything at all, by the names of known libraries. */
export function mayShow(language: Language, text: string): boolean {
  let search = searches.get(language)
  if (!search) searches.set(language, search = searchFor(language))
  return text.length <= maxLength && search.quick.some(each => each.test(text)) && search.exact.test(text)
}

// JavaScript passes over a text in steps as long as the shortest word that is looked for, so short ones are looked for by themselves, and their ends later.
function searchFor({ redis, caches, libraries }: Language): Search {
  const names = [...redis.modules, ...(caches?.modules ?? []), ...libraries.flatMap(library => (library.common ? [] : [...library.modules, ...(library.names ?? [])]))]
  // Shorter names make longer ones needless; nearly all hold one of these.
  const technologies = '[Rr]edis|[Kk]afka|REDIS|KAFKA', others = [...new Set(names.filter(name => !/redis|kafka/i.test(name)))]
  const anyOf = (some: readonly string[]): string => some.map(escaped).join('|')
  const parts = [others.filter(name => name.length < 5), others.filter(name => name.length >= 5)].filter(part => part.length > 0)
  return { quick: [technologies, ...parts.map(anyOf)].map(each => new RegExp(each)), exact: new RegExp(`${technologies}${others.length > 0 ? `|(?<!\\w)(?:${anyOf(others)})(?!\\w)` : ''}`) }
}

/** Of evidence that stands in a hundred files, these many places tell as much. */
const placesEach = 5

const technologies: readonly Technology[] = ['redis', 'kafka']
// In other languages a framework makes clients that no source makes.
const madeInSource = /\.(?:py|go|[cm]?[jt]sx?)$/

/**
 * What several files of one program show together: messages that one writes and another reads make an event bus; where every client that source makes
 * is made for the machine itself, each call goes there.
 */
export function together(files: readonly Omit<Calls, 'given'>[]): Omit<Calls, 'given'> {
  const said = (technology: Technology, where: Whereabouts): boolean => files.some(({ whereabouts }) => whereabouts?.get(technology) === where)
  const itself = new Set(technologies.filter(technology => said(technology, 'itself') && !said(technology, 'elsewhere')))
  const all = files.flatMap(file => file.shown.map(each => ((itself.has(each.technology) && madeInSource.test(each.span.file)) || file.whereabouts?.get(each.technology) === 'itself' ? { ...each, itself: true as const } : each)))
  const both = all.some(({ id }) => id === writesId) && all.some(({ id }) => id === readsId)
  const counts = new Map<string, number>()
  const shown: Shown[] = []
  for (const each of all) {
    const kind = [each.id, each.use, each.weight, each.side, each.when !== undefined, ...(each.names ?? [])].join(' ')
    const count = counts.get(kind) ?? 0
    counts.set(kind, count + 1)
    if (count < placesEach) shown.push(both && (each.id === writesId || each.id === readsId) ? { ...each, weight: 'strong' } : each)
  }
  return { shown, traffic: files.flatMap(file => file.traffic), settings: files.flatMap(file => file.settings), addresses: files.flatMap(file => file.addresses) }
}

/** What the calls of a file show. Pure and total: any text gives an answer, in time linear in its length. */
export function callsOf(file: string, text: string, folder = ''): Calls {
  const language = languageOf(file, folder)
  if (!language || !mayShow(language, text)) return nothing
  if (language.whole) return { ...nothing, shown: wholeScript(file, text) }
  const reading = readingOf(sourceOf(file, text, language.grammar), language)
  const libraries = language.libraries.filter(library => ties(reading, library))
  const viaRedis = importsAny(reading.imports, language.redis.modules) && !importsAny(reading.imports, language.redis.not ?? [])
  const sent: Sent[] = [], hits: Hit[] = []
  const rules = rulesByName(libraries, reading)
  const { tokens } = reading.source
  const methods = methodsIn(reading), named = viaRedis ? promisedIn(reading) : new Map<string, string>()
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    if (token?.kind !== 'word') continue
    if (token.text === 'mod' && language.testModules?.includes(tokens[at + 1]?.text ?? '') === true) { at = Math.max(at, reading.source.other[at + 2] ?? at); continue }
    const mine = rules.get(token.text), lower = methods.get(token.text), own = named.get(token.text)
    if (!mine && lower === undefined && own === undefined) continue
    if (language.grammar.functions.includes(tokens[at - 1]?.text ?? '')) continue
    const site = siteAt(reading.source, at)
    if (own !== undefined && site.how === 'call' && sent.length < 400) { sent.push(promised(reading, site, own)); continue }
    if (site.how === 'mention' && inImport(reading, at) && !isMark(reading.source, site.begin - 1, ':')) continue
    for (const [library, rule] of mine ?? []) if (fits(library, rule, site, reading)) hits.push({ library, rule, site })
    if (lower !== undefined && site.how === 'call' && sent.length < 400) {
      sent.push(...sentBy(reading, site, lower, viaRedis))
    }
  }
  const given = { wrappers: wrappersIn(reading, sent), handed: viaRedis ? handedIn(reading) : [] }
  return { ...conditioned(gathered(reading, libraries, hits, sent, viaRedis), conditionsIn(reading.source)), given }
}

/** With the settings that what it shows is there for. */
function conditioned<T extends Omit<Calls, 'given'>>(calls: T, conditions: readonly Conditional[]): T {
  if (conditions.length === 0) return calls
  const under = <E extends Shown | Traffic>(each: E, { start }: Span): E => {
    const when = conditions.flatMap(({ from, to, condition }) => (from <= start && start < to ? [condition] : []))
    return when.length === 0 ? each : { ...each, when }
  }
  return { ...calls, shown: calls.shown.map(each => under(each, each.span)), traffic: calls.traffic.map(each => under(each, each.name.span)) }
}

const importing = new Set(['import', 'using', 'use', 'from', 'package'])

// An import makes a name known; what it is used for stands elsewhere, if not in an option: `use Nebulex.Cache, adapter: NebulexRedisAdapter`.
function inImport({ source: { tokens } }: Reading, at: number): boolean {
  let first = at
  while (first > 0 && at - first < 30 && tokens[first]?.first === false) first--
  return importing.has(tokens[first]?.text ?? '')
}

// By an import, by a name that is its own, or by a module of the program's own that wraps it.
const ties = ({ words, imports }: Reading, { modules, names, wrapped }: Library): boolean =>
  importsAny(imports, modules) ||
  (names !== undefined && names.some(name => words.has(name))) ||
  (wrapped !== undefined && imports.some(each => [each.module, ...each.names].some(name => name.toLowerCase().includes(wrapped))))

function rulesByName(libraries: readonly Library[], { imports }: Reading): ReadonlyMap<string, readonly (readonly [Library, Rule])[]> {
  const found = new Map<string, (readonly [Library, Rule])[]>()
  for (const library of libraries) {
    const renamed = imports.filter(each => importsAny([each], library.modules)).flatMap(each => each.renamed ?? [])
    for (const rule of library.rules) {
      const names = [...rule.names, ...renamed.flatMap(([bound, original]) => (rule.names.includes(original) ? [bound] : []))]
      for (const name of names) found.set(name, [...(found.get(name) ?? []), [library, rule]])
    }
  }
  return found
}

function fits(library: Library, rule: Rule, site: Site, reading: Reading): boolean {
  if (reading.language.grammar.qualified === true && !fromLibrary(library, site, reading)) return false
  if (!(rule.how ?? ['call', 'new']).includes(site.how)) return false
  if (rule.on && !rule.on.some(word => site.chain.includes(word))) return false
  return rule.when?.(site, reading) ?? true
}

// `errors.New` is no call of another package that has a `New`.
function fromLibrary({ modules }: Library, { chain: [first] }: Site, { imports }: Reading): boolean {
  if (first === undefined) return false
  const bound = imports.filter(({ names }) => names.includes(first))
  return bound.length === 0 || importsAny(bound, modules)
}
