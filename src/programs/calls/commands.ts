// The commands of Redis that the calls of a file send: by the client that they are made on, as text (`Do("SETEX", …)`), built word by word, or
// through methods of the program's own. What they mean together is said in redis.ts.
import type { Command } from './language.ts'
import { importsAny, namesRedis, picked, textOf } from './reading.ts'
import type { Reading } from './reading.ts'
import { commandNames, distinctive } from './redis.ts'
import type { Sent } from './redis.ts'
import { hasWord } from './rules.ts'
import { boundBy } from './scopes.ts'
import { argumentsIn, isMark, siteAt } from './source.ts'
import type { Argument, Range, Site } from './source.ts'
import type { Wrapper } from './wrappers.ts'

/** Names of the file that may be commands of Redis, with their lower case: each name is looked at once. */
export function methodsIn({ words, language: { redis, caches } }: Reading): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const word of words) {
    const lower = word.length > 40 ? '' : word.toLowerCase()
    if (commandNames.has(lower) || redis.commands.has(lower) || caches?.commands.has(lower) === true || redis.verbatim?.includes(lower) === true || redis.lists?.includes(lower) === true) found.set(word, lower)
  }
  return found
}

// What a client is called whose type stands in another file of the package: `c.rdb.Set(ctx, key, value, ttl)`.
const clientNames = /^_?(?:rdb|client|cli|conn|connection)$/i

// `ops.set(…)` of `ValueOperations<String, String> ops = template.opsForValue()`
const madeWith = ({ source, clients }: Reading, { chain }: Site, word: string): boolean => chain.some(name => {
  const { from, to } = clients.get(name) ?? { from: 0, to: 0 }
  return source.tokens.slice(from, Math.min(to, from + 40)).some(({ kind, text }) => kind === 'word' && text === word)
})

// `redis { it.set(key, token) }`, `pool.with { _1.get(key) }`
function isHandedOver({ source }: Reading, { chain: [first = ''], begin }: Site): boolean {
  if (first !== 'it' && first !== '_1') return false
  for (let at = begin - 1; at >= 0 && at > begin - 60; at--) {
    if (isMark(source, at, '{') && (source.other[at] ?? -1) > begin) return namesRedis(source.tokens[at - 1]?.text ?? '') || (isMark(source, at - 2, '.') && namesRedis(source.tokens[at - 3]?.text ?? ''))
  }
  return false
}

const isClient = ({ clients: known, language: { redis } }: Reading, { chain }: Site, clients: ReadonlySet<string> | undefined): boolean =>
  chain.some((word, at) => namesRedis(word) || known.has(word) || redis.clients.includes(word) || clients?.has(word) === true || clients?.has(`${chain[at - 1] ?? ''}.${word}`) === true)

/** The commands of a call: most send one, and some a list of them. */
export function sentBy(reading: Reading, site: Site, lower: string, viaRedis: boolean, clients?: ReadonlySet<string>): readonly Sent[] {
  if (!reading.language.redis.lists?.includes(lower)) return oneSent(reading, site, lower, viaRedis, clients)
  if (!isClient(reading, site, clients)) return []
  const { source } = reading
  const inside = ({ from, to }: Range): readonly Argument[] => (isMark(source, from, '[') ? argumentsIn(source, { from: from + 1, to: to - 1 }) : [])
  return site.args.flatMap(inside).flatMap(list => {
    const args = inside(list), command = args[0] && textOf(reading, args[0])?.value.toLowerCase()
    return command === undefined || !commandNames.has(command) ? [] : [{ site: { ...site, at: list.from, begin: list.from, end: list.to, args: args.slice(1) }, command, key: args[1], ttl: false, nx: false }]
  })
}

// It counts where the call is made on a Redis client, or on what is called a client in a file that imports Redis'; one that only Redis has, also where the file imports a client.
function oneSent(reading: Reading, site: Site, lower: string, viaRedis: boolean, clients: ReadonlySet<string> | undefined): readonly Sent[] {
  const { redis, caches } = reading.language
  const asked = caches?.commands.get(lower)
  if (asked && site.chain.some(word => reading.caches.has(word)) && !site.chain.some(namesRedis)) {
    return [{ site, command: asked.command, key: picked(reading, site, [asked.key ?? 0, 'key']), ttl: asked.ttl?.(site, reading) ?? true, nx: asked.nx?.(site, reading) ?? false, kept: true }]
  }
  if (site.chain.length === 0 || importsAny(reading.imports, redis.not ?? [])) return []
  const verbatim = redis.verbatim?.includes(lower) ? verbatimCommand(reading, site) : undefined
  const special = verbatim ?? redis.commands.get(lower)?.find(({ on }) => on === undefined || on.some(word => site.chain.includes(word)) || on.some(word => madeWith(reading, site, word)))
  const command = special?.command ?? lower
  if (special === undefined && !commandNames.has(lower)) return []
  if (!isClient(reading, site, clients) && !isHandedOver(reading, site) && !(viaRedis && (distinctive.has(command) || verbatim || special?.own || site.chain.some(word => clientNames.test(word))))) return []
  if (listening.has(command) && !namesChannel(reading, site)) return []
  const key = verbatim ? verbatim.range : picked(reading, site, [special?.key ?? redis.key ?? 0, 'key', 'name'])
  const built = redis.builder !== undefined && site.chain.at(-1) === redis.builder ? builtBehind(reading, site) : undefined
  if (built) return [{ site, command, ...built }]
  return [{ site, command, key, ttl: special?.ttl?.(site, reading) ?? false, nx: special?.nx?.(site, reading) ?? false }]
}

const listening = new Set(['subscribe', 'psubscribe', 'ssubscribe'])

// `template.opsForValue().get(key).subscribe(value -> …)` waits for what a command gives; a channel is a text or a name.
const namesChannel = ({ source }: Reading, { args: [first] }: Site): boolean =>
  first !== undefined && !isMark(source, first.from - 1, '=>', '->') && !source.tokens.slice(first.from, Math.min(first.to, first.from + 8)).some((_, i) => isMark(source, first.from + i, '=>', '->')) && source.tokens[first.from]?.text !== 'function' && !isMark(source, first.from + 1, '::')

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

/** Methods of a client under a name of their own, with the command that each sends: `const getAsync = promisify(client.get).bind(client)`. */
export function promisedIn(reading: Reading): ReadonlyMap<string, string> {
  const { source, clients, words } = reading
  const found = new Map<string, string>()
  if (!words.has('promisify')) return found
  source.tokens.forEach(({ kind, text }, at) => {
    if (kind !== 'word' || text !== 'promisify') return
    const { begin, args: [method] } = siteAt(source, at)
    if (!method || !isMark(source, begin - 1, '=')) return
    const chain: string[] = []
    for (let next = method.from; next < method.to && source.tokens[next]?.kind === 'word'; next += 2) { chain.push(source.tokens[next]?.text ?? ''); if (!isMark(source, next + 1, '.')) break }
    if (chain.at(-1) === 'bind') chain.pop()
    const command = chain.pop()?.toLowerCase() ?? '', name = source.tokens[boundBy(source, begin - 1)]
    if (commandNames.has(command) && chain.some(word => namesRedis(word) || clients.has(word)) && name?.kind === 'word') found.set(name.text, command)
  })
  return found
}

/** What a call of one of these sends. */
export function promised(reading: Reading, site: Site, command: string): Sent {
  const special = reading.language.redis.commands.get(command)?.[0]
  return { site, command: special?.command ?? command, key: picked(reading, site, [0]), ttl: special?.ttl?.(site, reading) ?? false, nx: special?.nx?.(site, reading) ?? false }
}

/** The commands that a call sends through the program's own methods. */
export function throughWrappers({ source }: Reading, site: Site, wrappers: readonly Wrapper[]): readonly Sent[] {
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
