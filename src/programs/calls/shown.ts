// What the hits and commands of one file show together: uses, messages written and read, client settings, addresses.
import type { Technology } from '../../model/names.ts'
import type { Side, Shown, Traffic } from '../../model/program.ts'
import { addressesIn } from './addresses.ts'
import { trafficUses } from './kafka.ts'
import type { Hit } from './kafka.ts'
import type { Calls } from './index.ts'
import type { Library, Rule } from './language.ts'
import { picked, scopeOf, splitWords, textOf, textsOf, valueOf } from './reading.ts'
import type { Reading } from './reading.ts'
import { sayTopic, toldBy } from './redis.ts'
import type { Sent, Told } from './redis.ts'
import { scriptsIn } from './scripts.ts'
import { serverSettings, settingsIn } from './settings.ts'
import type { Argument, Range, Site } from './source.ts'
import { namesAt, quoted } from './text.ts'
import { typesAround } from './types.ts'
import { savedBeside } from './stores.ts'
import { whereaboutsOf } from './whereabouts.ts'
import { handedKey } from './wrappers.ts'

export function gathered(reading: Reading, libraries: readonly Library[], hits: readonly Hit[], sent: readonly Sent[], viaRedis: boolean): Omit<Calls, 'given'> {
  const shown: Shown[] = [], traffic: Traffic[] = []
  const seen = new Set<string>()
  const add = (technology: Technology, site: Site, told: { readonly id: string; readonly use?: Told['use']; readonly weight: Told['weight']; readonly handed?: true; readonly likely?: true; readonly only?: false; readonly kept?: 'cache'; readonly through?: true; readonly side?: Side }): void => {
    const range: Range = { from: site.begin, to: site.end }
    const names = namesAt(reading, site)
    const key = [told.id, told.use, told.weight, told.side, ...names].join(' ')
    if (seen.has(key) || shown.length >= 60) return
    seen.add(key)
    const span = reading.source.span(range)
    const scope = scopeOf(reading, site.at)
    shown.push({ ...told, from: 'call', technology, span, text: quoted(reading, range), ...(names.length > 0 ? { names } : {}), ...(scope ? { within: { name: scope.name, types: typesAround(reading.source, site.at, scope) } } : {}) })
  }
  const wraps = isWrapper(reading, sent, hits)
  for (const { library, rule, site } of hits) {
    for (const meaning of rule.means ?? []) add(library.technology, site, { id: rule.id, ...(library.cached ? { kept: 'cache' as const } : {}), ...(wraps && handedOn(reading, site) ? { ...meaning, weight: 'weak' as const } : meaning), ...(meaning.use === 'job-queue' ? { side: worksOff.test(site.name) ? 'takes' as const : 'gives' as const } : {}) })
    if (!rule.traffic) { if (!rule.means) add(library.technology, site, { id: rule.id, weight: 'weak' }); continue }
    traffic.push(...trafficOf(reading, library, rule, site))
  }
  const technologies = new Set<Technology>(libraries.map(library => library.technology))
  if (viaRedis || sent.some(({ kept }) => !kept)) technologies.add('redis')
  const settings = technologies.has('kafka') ? settingsIn(reading) : []
  for (const use of trafficUses(reading, hits, settings.some(({ name }) => name === 'group.id'))) add('kafka', use.site, use)
  const told = toldBy(reading, sent)
  for (const one of sent) {
    const how = { ...(one.kept ? { kept: 'cache' as const } : {}), ...(one.through ? { through: true as const } : {}) }
    for (const each of told.get(one) ?? []) add('redis', one.site, { ...how, ...(!composed.has(each.id) && (wraps ? handedOn(reading, one.site) : !plainly.has(each.id) && isHanded(reading, one)) ? { id: each.id, use: each.use, weight: 'weak' as const, handed: true as const } : each) })
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
    whereabouts: new Map([...technologies].flatMap(technology => { const where = whereaboutsOf(reading, technology, makersOf(reading, technology, libraries, viaRedis)); return where ? [[technology, where] as const] : [] })),
  }
}

// What makes a client: the library's own names for it, and what is built on one, such as a queue. Methods of a client make none.
const makersOf = ({ language }: Reading, technology: Technology, libraries: readonly Library[], viaRedis: boolean): ReadonlySet<string> => new Set([
  ...technology === 'redis' ? viaRedis ? language.redis.clients : [] : ['Kafka'],
  ...libraries.filter(library => library.technology === technology && !library.cached).flatMap(({ rules }) => rules.flatMap(({ names }) => names.filter(name => /^[A-Z]|^create/.test(name)))),
])

// What takes jobs out, by the names that libraries have for it: `new Worker`, `asynq.NewServer`, `run_worker`.
const worksOff = /worker|server|processor|consumer|^process$/i

// A class that hands on whatever the client can do shows what could be done, not what is.
function isWrapper({ source: { file } }: Reading, sent: readonly Sent[], hits: readonly Hit[]): boolean {
  if (splitWords(file.slice(file.lastIndexOf('/') + 1)).some(word => ['util', 'utils', 'helper', 'wrapper'].includes(word))) return true
  return new Set([...sent.map(({ command }) => command), ...hits.map(({ site }) => site.name)]).size >= 8
}

// Only the caller knows what it is for: neither the key nor the function says it.
function isHanded(reading: Reading, one: Sent): boolean {
  const place = handedKey(reading, one)
  return place !== undefined && !sayTopic(splitWords(place.scope.name)) && !isOwnKey(reading, one, place.name)
}

// What parameters are called whose caller names a key, or a part of one.
const anyKey = new Set(['key', 'k', 'name', 'field', 'channel', 'topic', 'queue', 'stream', 'list', 'pattern', 'hash', 'path', 'prefix', 'namespace', 'resource', 'identifier', 'entity', 'item', 'data', 'obj', 'object', 'value', 'arg', 'args', 'param', 'option', 'request', 'req', 'type', 'text', 'str', 'string', 'url', 'uri', 'member', 'bucket', 'cmd', 'command', 'suffix', 'label', 'tag', 'hashed', 'digest', 'input'])

// Of `set(walletId, balance)` the method knows what it keeps, and of `set(key, value)` it does not.
function isOwnKey({ source }: Reading, { key }: Sent, parameter: string): boolean {
  const last = splitWords(parameter).at(-1)
  if (!key || last === undefined || anyKey.has(last)) return false
  return last !== 'id' || splitWords(parameter).length > 1 || key.to - key.from > 1 || source.tokens[key.from]?.computed === true
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
  const keyed = traffic.keyed?.(site, reading), besides = traffic.how === 'writes' ? savedBeside(reading, site) : undefined
  const more = { ...(groupName ? { group: groupName } : {}), ...(keyed === undefined ? {} : { keyed }), ...(besides ? { besides } : {}) }
  return textsOf(reading, topic).map(name => ({ technology, how: traffic.how, name, ...more }))
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
