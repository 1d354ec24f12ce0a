// What the calls in a source file show: uses, messages written and read, client settings, addresses. The languages are data.
import type { Technology } from '../../model/names.ts'
import type { Address, ClientSetting, Shown, Traffic } from '../../model/program.ts'
import { addressesIn } from './addresses.ts'
import { readsId, trafficUses, writesId } from './kafka.ts'
import type { Command, Language, Library, Rule } from './language.ts'
import { languages } from './languages/index.ts'
import { maxLength } from './lex.ts'
import { isNoProgram } from './paths.ts'
import { importsAny, namesRedis, picked, readingOf, splitWords, textOf, textsOf, valueOf } from './reading.ts'
import type { Reading } from './reading.ts'
import { commandNames, distinctive, sayTopic, toldBy } from './redis.ts'
import { scriptsIn, wholeScript } from './scripts.ts'
import type { Sent, Told } from './redis.ts'
import { hasWord } from './rules.ts'
import { calledWrappers, clientsFrom, handedIn, handedKey, typedBy, wrappersIn, type Given, type Wrapper } from './wrappers.ts'
import { serverSettings, settingsIn } from './settings.ts'
import { argumentsIn, isMark, siteAt, sourceOf } from './source.ts'
import type { Argument, Range, Site } from './source.ts'
import { namesAt, quoted } from './text.ts'

/** What one source file shows by its calls. */
export interface Calls {
  readonly shown: readonly Shown[]
  readonly traffic: readonly Traffic[]
  readonly settings: readonly ClientSetting[]
  /** Servers that the code names outright: `redis://redis:6379/1`, `brokers: ['kafka:9092']`. */
  readonly addresses: readonly Address[]
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

const wanted = new Map<Language, RegExp>()

/** Whether a file can say anything at all, by the names of known libraries: a quick no for most. */
export function mayShow(language: Language, text: string): boolean {
  let search = wanted.get(language)
  if (!search) {
    const names = [...language.redis.modules, ...(language.caches?.modules ?? []), ...language.libraries.flatMap(library => (library.common ? [] : [...library.modules, ...(library.names ?? [])]))]
    // Shorter names make longer ones needless; nearly all hold one of the first three.
    const others = [...new Set(names.filter(name => !/redis|kafka/i.test(name)).map(name => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))]
    wanted.set(language, search = new RegExp(['[Rr]edis', '[Kk]afka', 'REDIS', 'KAFKA', ...(others.length > 0 ? [`(?<!\\w)(?:${others.join('|')})(?!\\w)`] : [])].join('|')))
  }
  return text.length <= maxLength && search.test(text)
}

/** Of evidence that stands in a hundred files, these many places tell as much. */
const placesEach = 5

/** What several files of one program show together: messages that one writes and another reads make an event bus. */
export function together(files: readonly Omit<Calls, 'given'>[]): Omit<Calls, 'given'> {
  const all = files.flatMap(file => file.shown)
  const both = all.some(({ id }) => id === writesId) && all.some(({ id }) => id === readsId)
  const counts = new Map<string, number>()
  const shown: Shown[] = []
  for (const each of all) {
    const kind = [each.id, each.use, each.weight, ...(each.names ?? [])].join(' ')
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
  const methods = methodsIn(reading)
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    if (token?.kind !== 'word') continue
    const mine = rules.get(token.text), lower = methods.get(token.text)
    if (!mine && lower === undefined) continue
    if (language.grammar.functions.includes(tokens[at - 1]?.text ?? '')) continue
    const site = siteAt(reading.source, at)
    if (site.how === 'mention' && inImport(reading, at)) continue
    for (const [library, rule] of mine ?? []) if (fits(library, rule, site, reading)) hits.push({ library, rule, site })
    if (lower !== undefined && site.how === 'call' && sent.length < 400) {
      const one = sentBy(reading, site, lower, viaRedis)
      if (one) sent.push(one)
    }
  }
  return { ...gathered(reading, libraries, hits, sent, viaRedis), given: { wrappers: wrappersIn(reading, sent), handed: viaRedis ? handedIn(reading) : [] } }
}

/** Whether a file may call what others give it. */
export function mayCall(text: string, { wrappers, handed }: Given): boolean {
  const lower = text.length > maxLength ? '' : text.toLowerCase().replace(/[_.-]/g, '')
  return wrappers.some(({ holders, method }) => text.includes(method) && holders.some(holder => lower.includes(holder))) || handed.some(({ names }) => names.some(name => text.includes(name)))
}

/** What a file shows by calling what other files of the program give it. */
export function callsThrough(file: string, text: string, folder: string, given: Given): Omit<Calls, 'given'> {
  const language = languageOf(file, folder)
  if (!language) return nothing
  const wrappers = given.wrappers.filter(each => each.language === language.id), byMethod = new Map<string, Wrapper[]>()
  for (const each of wrappers) byMethod.set(each.method, [...(byMethod.get(each.method) ?? []), each])
  const reading = readingOf(sourceOf(file, text, language.grammar), language)
  const { tokens } = reading.source
  const typed = typedBy(reading.source, new Set(wrappers.flatMap(({ types }) => types)))
  const clients = new Set(clientsFrom(reading, given.handed).filter(name => !namesRedis(name) && !reading.clients.has(name)))
  const methods = clients.size > 0 ? methodsIn(reading) : new Map<string, string>()
  const starts = new Set(reading.scopes.map(({ from }) => from))
  const sent: Sent[] = []
  for (let at = 0; at < tokens.length && sent.length < 400; at++) {
    const token = tokens[at]
    if (token?.kind !== 'word') continue
    const mine = byMethod.get(token.text), lower = methods.get(token.text)
    if ((!mine && lower === undefined) || starts.has(at) || language.grammar.functions.includes(tokens[at - 1]?.text ?? '')) continue
    const site = siteAt(reading.source, at)
    if (site.how !== 'call') continue
    if (lower !== undefined && site.chain.some(word => clients.has(word))) {
      const one = sentBy(reading, site, lower, true, clients)
      if (one) { sent.push(one); continue }
    }
    // What the file calls by itself is known already.
    if (mine && !site.chain.some(word => reading.clients.has(word) && (reading.clients.get(word)?.to ?? 0) > 0)) sent.push(...throughWrappers(reading, site, calledWrappers(reading, site, mine, typed)))
  }
  return sent.length === 0 ? nothing : gathered(reading, [], [], sent, false)
}

function throughWrappers({ source }: Reading, site: Site, wrappers: readonly Wrapper[]): readonly Sent[] {
  const places = site.args.filter(arg => arg.name === undefined)
  const context = /^(?:ctx|c|context)$/.test(source.tokens[places[0]?.from ?? -1]?.text ?? '') ? 1 : 0
  const found = new Map<string, Sent>()
  for (const { command, key, keyName, ttl, nx, kept } of wrappers) {
    // Of `set(key, value, ttl?)` the longer form expires.
    const expires = ttl && (places.length - context > 2 || site.args.length > places.length || wrappers.every(other => other.command !== command || other.ttl))
    const other = found.get(command)
    found.set(command, { site, command, key: places[key] ?? site.args.find(({ name }) => name === keyName), ttl: (other?.ttl ?? false) || expires, nx: (other?.nx ?? false) || nx, through: true, ...(kept ? { kept: true as const } : {}) })
  }
  return [...found.values()].filter(({ key }) => key !== undefined)
}

// Names of the file that may be commands of Redis, with their lower case: each name is looked at once.
function methodsIn({ words, language: { redis, caches } }: Reading): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const word of words) {
    const lower = word.length > 40 ? '' : word.toLowerCase()
    if (commandNames.has(lower) || redis.commands.has(lower) || caches?.commands.has(lower) === true || redis.verbatim?.includes(lower) === true) found.set(word, lower)
  }
  return found
}

const importing = new Set(['import', 'using', 'use', 'from', 'package'])

// An import makes a name known; what it is used for stands elsewhere.
function inImport({ source: { tokens } }: Reading, at: number): boolean {
  let first = at
  while (first > 0 && at - first < 30 && tokens[first]?.first === false) first--
  return importing.has(tokens[first]?.text ?? '')
}

interface Hit { readonly library: Library; readonly rule: Rule; readonly site: Site }

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

// What a client is called whose type stands in another file of the package: `c.rdb.Set(ctx, key, value, ttl)`.
const clientNames = /^_?(?:rdb|client|cli|conn|connection)$/i

// A command counts where the call is made on a Redis client, or on what is called a client in a file that imports Redis'; one that only Redis has, also where the file imports a client.
function sentBy(reading: Reading, site: Site, lower: string, viaRedis: boolean, clients?: ReadonlySet<string>): Sent | undefined {
  const { redis, caches } = reading.language
  const asked = caches?.commands.get(lower)
  if (asked && site.chain.some(word => reading.caches.has(word)) && !site.chain.some(namesRedis)) {
    return { site, command: asked.command, key: picked(reading, site, [asked.key ?? 0, 'key']), ttl: asked.ttl?.(site, reading) ?? true, nx: asked.nx?.(site, reading) ?? false, kept: true }
  }
  if (site.chain.length === 0 || importsAny(reading.imports, redis.not ?? [])) return undefined
  const verbatim = redis.verbatim?.includes(lower) ? verbatimCommand(reading, site) : undefined
  const special = verbatim ?? redis.commands.get(lower)?.find(({ on }) => on === undefined || site.chain.includes(on))
  const command = special?.command ?? lower
  if (special === undefined && !commandNames.has(lower)) return undefined
  const onClient = site.chain.some(word => namesRedis(word) || reading.clients.has(word) || redis.clients.includes(word) || clients?.has(word) === true)
  if (!onClient && !(viaRedis && (distinctive.has(command) || verbatim || special?.own || site.chain.some(word => clientNames.test(word))))) return undefined
  const key = verbatim ? verbatim.range : picked(reading, site, [special?.key ?? redis.key ?? 0, 'key', 'name'])
  const built = redis.builder !== undefined && site.chain.at(-1) === redis.builder ? builtBehind(reading, site) : undefined
  if (built) return { site, command, ...built }
  return { site, command, key, ttl: special?.ttl?.(site, reading) ?? false, nx: special?.nx?.(site, reading) ?? false }
}

// `client.B().Set().Key(key).Value(value).Nx().ExSeconds(60).Build()`
function builtBehind({ source }: Reading, site: Site): Pick<Sent, 'key' | 'ttl' | 'nx'> {
  let key: Range | undefined, ttl = false, nx = false
  for (let at = site.end, steps = 0; steps < 12 && isMark(source, at, '.') && isMark(source, at + 2, '(') && (source.other[at + 2] ?? -1) > at; steps++) {
    const name = source.tokens[at + 1]?.text ?? '', close = source.other[at + 2] ?? at
    if (key === undefined && (name === 'Key' || name === 'Channel')) key = { from: at + 3, to: close }
    else if (/^(?:Ex|Px|Exat|Pxat)/.test(name)) ttl = true
    else if (name === 'Nx') nx = true
    at = close + 1
  }
  return { key, ttl, nx }
}

const expiryWords = hasWord('ex', 'px', 'exat', 'pxat'), absentWord = hasWord('nx')

// `Do("SET", key, value, "EX", 60)`, `command(conn, ["SET", key, value, "EX", 60])`
function verbatimCommand(reading: Reading, site: Site): (Command & { readonly range: Range | undefined }) | undefined {
  const { source } = reading
  const places = site.args.filter(arg => arg.name === undefined).slice(0, 3)
  for (const list of [places, ...places.filter(({ from }) => isMark(source, from, '[')).map(({ from, to }) => argumentsIn(source, { from: from + 1, to: to - 1 }))]) {
    const at = list.findIndex(arg => commandNames.has(textOf(reading, arg)?.value.toLowerCase() ?? ''))
    const name = list[at]
    if (name) return { command: textOf(reading, name)?.value.toLowerCase() ?? '', range: site.args.length === 1 && list === places ? undefined : list[at + 1], ttl: expiryWords, nx: absentWord }
  }
  return undefined
}

function gathered(reading: Reading, libraries: readonly Library[], hits: readonly Hit[], sent: readonly Sent[], viaRedis: boolean): Omit<Calls, 'given'> {
  const shown: Shown[] = [], traffic: Traffic[] = []
  const seen = new Set<string>()
  const add = (technology: Technology, site: Site, told: { readonly id: string; readonly use?: Told['use']; readonly weight: Told['weight']; readonly handed?: true; readonly likely?: true; readonly kept?: 'cache' }): void => {
    const range: Range = { from: site.begin, to: site.end }
    const names = namesAt(reading, site)
    const key = [told.id, told.use, told.weight, ...names].join(' ')
    if (seen.has(key) || shown.length >= 60) return
    seen.add(key)
    const span = reading.source.span(range)
    shown.push({ ...told, from: 'call', technology, span, text: quoted(reading, range), ...(names.length > 0 ? { names } : {}) })
  }
  const wraps = isWrapper(reading, sent, hits)
  for (const { library, rule, site } of hits) {
    for (const meaning of rule.means ?? []) add(library.technology, site, { id: rule.id, ...(library.cached ? { kept: 'cache' as const } : {}), ...(wraps && handedOn(reading, site) ? { ...meaning, weight: 'weak' as const } : meaning) })
    if (!rule.traffic) { if (!rule.means) add(library.technology, site, { id: rule.id, weight: 'weak' }); continue }
    traffic.push(...trafficOf(reading, library, rule, site))
  }
  const technologies = new Set<Technology>(libraries.map(library => library.technology))
  if (viaRedis || sent.some(({ kept }) => !kept)) technologies.add('redis')
  const settings = technologies.has('kafka') ? settingsIn(reading) : []
  for (const use of trafficUses(reading, hits, settings.some(({ name }) => name === 'group.id'))) add('kafka', use.site, use)
  const told = toldBy(reading, sent)
  for (const one of sent) {
    const kept = one.kept ? { kept: 'cache' as const } : {}
    for (const each of told.get(one) ?? []) add('redis', one.site, { ...kept, ...(!composed.has(each.id) && (wraps ? handedOn(reading, one.site) : !plainly.has(each.id) && isHanded(reading, one)) ? { id: each.id, use: each.use, weight: 'weak' as const, handed: true as const } : each) })
    traffic.push(...streamTraffic(reading, one))
  }
  for (const script of scriptsIn(reading)) add('redis', script.site, script)
  if (told.size === 0 && sent.some(({ kept }) => !kept)) add('redis', (sent[0] as Sent).site, { id: 'redis-client', weight: 'weak' })
  const places = new Set<string>()
  const once = traffic.filter(({ how, name }) => { const place = `${how} ${name.span.start}`; return places.has(place) ? false : places.add(place) })
  return {
    shown, traffic: once.slice(0, 200),
    settings: [...settings, ...serverSettings(reading, sent)],
    addresses: addressesIn(reading, technologies),
  }
}

// A class that hands on whatever the client can do shows what could be done, not what is.
function isWrapper({ source: { file } }: Reading, sent: readonly Sent[], hits: readonly Hit[]): boolean {
  if (splitWords(file.slice(file.lastIndexOf('/') + 1)).some(word => ['util', 'utils', 'helper', 'wrapper'].includes(word))) return true
  return new Set([...sent.map(({ command }) => command), ...hits.map(({ site }) => site.name)]).size >= 8
}

// Only the caller knows what it is for: neither the key nor the function says it.
function isHanded(reading: Reading, one: Sent): boolean {
  const place = handedKey(reading, one)
  return place !== undefined && !sayTopic(splitWords(place.scope.name))
}

// Several commands that make one thing are no mere handing on.
const composed = new Set(['redis-cache-aside', 'redis-sliding-window', 'redis-increment-with-expiry', 'redis-script'])

// What these are for does not hang on the key.
const plainly = new Set(['redis-publish', 'redis-blocking-pop'])

// The first argument is a variable, which holds what the caller gave: `redis.incr(key)`.
function handedOn({ source, constants }: Reading, { args }: Site): boolean {
  const key = args.find(({ from }) => source.tokens[from]?.text !== 'ctx')
  const first = key && source.tokens[key.from]
  return key === undefined || (key.to - key.from === 1 && first?.kind === 'word' && /^\$?[a-z]/.test(first.text) && !constants.has(first.text))
}

function trafficOf(reading: Reading, { technology }: Library, { traffic }: Rule, site: Site): readonly Traffic[] {
  const topic = traffic && picked(reading, site, traffic.topic ?? [])
  if (!traffic || !topic) return []
  const group = traffic.group && picked(reading, site, traffic.group)
  const groupName = group && valueOf(reading, group)
  return textsOf(reading, topic).map(name => ({ technology, how: traffic.how, name, ...(groupName ? { group: groupName } : {}) }))
}

const streamCommands = new Map<string, Traffic['how']>([['xadd', 'writes'], ['publish', 'writes'], ['subscribe', 'reads'], ['psubscribe', 'reads']])

function streamTraffic(reading: Reading, { command, key, site }: Sent): readonly Traffic[] {
  const how = streamCommands.get(command)
  const name = how && key && textOf(reading, key)
  if (name) return [{ technology: 'redis', how, name }]
  if (command !== 'xreadgroup') return []
  // `'GROUP', group, consumer, …, 'STREAMS', stream, '>'`, or both as fields or first arguments.
  const places = site.args.filter(arg => arg.name === undefined)
  const behind = (word: string): Argument | undefined => places[places.findIndex(arg => textOf(reading, arg)?.value.toUpperCase() === word) + 1 || places.length]
  const stream = behind('STREAMS') ?? picked(reading, site, ['streams', 'stream', 'key']), group = behind('GROUP') ?? picked(reading, site, ['group', 'groupname', 0])
  const groupName = group && textOf(reading, group)
  return (stream ? textsOf(reading, stream) : []).slice(0, 1).filter(each => each.known && each.value !== '>').map(each => ({ technology: 'redis', how: 'reads', name: each, ...(groupName ? { group: groupName } : {}) }))
}
