// The commands of Redis that the calls of a file send: by the client that they are made on, as text (`Do("SETEX", …)`), built word by word, or
// through methods of the program's own. What they mean together is said in redis.ts.
import type { Command } from './language.ts'
import { importsAny, namesRedis, picked, textOf } from './reading.ts'
import type { Reading } from './reading.ts'
import { commandNames, distinctive } from './redis.ts'
import type { Sent } from './redis.ts'
import { hasWord } from './rules.ts'
import { argumentsIn, isMark } from './source.ts'
import type { Range, Site } from './source.ts'
import type { Wrapper } from './wrappers.ts'

/** Names of the file that may be commands of Redis, with their lower case: each name is looked at once. */
export function methodsIn({ words, language: { redis, caches } }: Reading): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const word of words) {
    const lower = word.length > 40 ? '' : word.toLowerCase()
    if (commandNames.has(lower) || redis.commands.has(lower) || caches?.commands.has(lower) === true || redis.verbatim?.includes(lower) === true) found.set(word, lower)
  }
  return found
}

// What a client is called whose type stands in another file of the package: `c.rdb.Set(ctx, key, value, ttl)`.
const clientNames = /^_?(?:rdb|client|cli|conn|connection)$/i

/** The command of a call: it counts where the call is made on a Redis client, or on what is called a client in a file that imports Redis'; one that only Redis has, also where the file imports a client. */
export function sentBy(reading: Reading, site: Site, lower: string, viaRedis: boolean, clients?: ReadonlySet<string>): Sent | undefined {
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
