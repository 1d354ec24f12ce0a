// What commands of a Redis client show, alone and together, in any language. Sources: https://redis.io/docs/latest/commands/ and the patterns
// of https://redis.io/docs/latest/develop/clients/patterns/.
import type { Side } from '../../model/program.ts'
import type { Meaning } from './language.ts'
import { scopeOf, splitWords, wordsIn, wordsOfArgument } from './reading.ts'
import type { Reading } from './reading.ts'
import type { Scope } from './scopes.ts'
import { isMark, type Range, type Site } from './source.ts'
import { typesAround } from './types.ts'

/** One command that the file sends. */
export interface Sent {
  readonly site: Site
  readonly command: string
  readonly key: Range | undefined
  readonly ttl: boolean
  readonly nx: boolean
  /** It is asked of the program's cache, wherever that is kept. */
  readonly kept?: true
  /** It is sent by a method of the program's own, which hands the key on. */
  readonly through?: true
}

export interface Told extends Meaning {
  readonly id: string
  /** What it is for as a rule, where nothing shows another use. */
  readonly likely?: true
  /** Of what takes two, the one that is here: a push, and not the pop. */
  readonly side?: Side
}

// What names say. Cache, lock and the like are looked for as whole words, so that a clock is no lock.
const words = {
  session: ['session', 'sess'],
  lock: ['lock', 'locks', 'unlock', 'locked', 'mutex', 'lease', 'locker', 'locking', 'semaphore', 'leader', 'redlock'],
  rate: ['limiter', 'throttle', 'throttler', 'throttled', 'throttling', 'quota', 'ratelimit', 'ratelimiter', 'ratelimiting', 'flood', 'bruteforce', 'politeness'],
  limit: ['limit', 'rate', 'limiting', 'limited'],
  attempt: ['attempt', 'debounce', 'debouncer', 'cooldown', 'debounced', 'fail', 'failure', 'failed', 'lockout'],
  cache: ['cache', 'cached', 'caching', 'cacher', 'memoize', 'memoized', 'uncached'],
  state: ['otp', 'nonce', 'verification', 'captcha', 'csrf', 'blacklist', 'blacklisted', 'denylist', 'revoked', 'presence', 'online', 'heartbeat', 'magic', 'oauth', 'pkce', 'challenge', 'invite', 'invitation', 'passcode', 'onetime', 'blocklist', 'revocation', 'mfa', 'totp', 'draft', 'progress', 'wizard', 'tombstone', 'state'],
  cart: ['cart', 'basket'],
  health: ['health', 'healthcheck', 'healthz', 'ping', 'canary'],
  seen: ['dedupe', 'dedup', 'deduplication', 'idempotency', 'idempotent', 'idempotence', 'duplicate', 'processed'],
  statestore: ['statestore'],
  queue: ['mq', 'rsmq', 'queue', 'queued', 'enqueue', 'dequeue', 'workqueue'],
  work: ['job', 'task', 'worker', 'work'],
  event: ['event', 'bus', 'eventbus'],
  history: ['log', 'history', 'audit', 'journal', 'ledger'],
  counter: ['count', 'counter', 'view', 'hit', 'stat', 'stats', 'metric', 'like', 'visit', 'visitor', 'usage', 'download', 'click', 'impression', 'visits', 'total', 'number', 'sequence', 'seq'],
  ranking: ['leaderboard', 'rank', 'ranking', 'trending', 'popular', 'scoreboard', 'highscore'],
  feed: ['feed', 'timeline', 'index', 'recent', 'autocomplete', 'suggest', 'suggestion', 'typeahead'],
  delayed: ['delayed', 'schedule', 'scheduled', 'scheduler', 'delay'],
} as const
/** What names tell of a thing's purpose. */
export type Topic = keyof typeof words
const topics = new Map<string, readonly Topic[]>()
for (const [topic, list] of Object.entries(words)) for (const word of list) topics.set(word, [...(topics.get(word) ?? []), topic as Topic])

const expiries = ['expire', 'pexpire', 'expireat', 'pexpireat']
const read = new Set(['get', 'mget', 'hget', 'hgetall', 'exists', 'getex'])
export const blockingPops = new Set(['brpop', 'blpop', 'brpoplpush', 'blmove', 'blmpop', 'bzpopmin'])
const pushes = new Set(['lpush', 'rpush', 'lpop', 'rpop', 'rpoplpush', 'lmove'])
export const groupReads = new Set(['xreadgroup', 'xgroup', 'xack', 'xautoclaim', 'xclaim', 'xpending'])
const shouts = new Set(['publish', 'subscribe', 'psubscribe', 'spublish', 'ssubscribe'])
const storesForATime = ({ command, ttl }: Sent): boolean => command === 'setex' || command === 'psetex' || (command === 'set' && ttl)
const kept = new Set(['set', 'mset', 'hset', 'hmset', 'hsetnx', 'sadd'])

/** What each command shows by the company it keeps; nothing for most. */
export function toldBy(reading: Reading, all: readonly Sent[]): ReadonlyMap<Sent, readonly Told[]> {
  const commands = new Set(all.map(sent => sent.command)), byScope = new Map<Scope | undefined, Sent[]>()
  for (const sent of all) {
    const scope = scopeOf(reading, sent.site.at), list = byScope.get(scope)
    if (list) list.push(sent)
    else byScope.set(scope, [sent])
  }
  // The file and its folder: `internal/redislock/acquire.go`.
  const path = reading.source.file.split('/').slice(-2).flatMap(splitWords)
  const found = new Map<Sent, readonly Told[]>(), classes = new Map<Scope | undefined, readonly string[]>()
  const classOf = (at: number, scope: Scope | undefined): readonly string[] => {
    let known = classes.get(scope)
    if (!known) classes.set(scope, known = scope ? typesAround(reading.source, at, scope).slice(0, 1).flatMap(splitWords) : [])
    return known
  }
  for (const sent of all) {
    // What the server tells a client about the keys that it has at hand: https://redis.io/docs/latest/develop/reference/client-side-caching/
    if (shouts.has(sent.command) && keyText(reading, sent).startsWith('__redis__:')) continue
    const scope = scopeOf(reading, sent.site.at), file = [...path, ...classOf(sent.site.at, scope)]
    // The streams that a group reads stand behind other words.
    const first = sent.site.args[0], last = sent.site.args.at(-1)
    const range = groupReads.has(sent.command) && first && last ? { from: first.from, to: last.to } : sent.key
    const key = range === undefined ? [] : range === sent.key ? wordsOfArgument(reading, range) : wordsIn(reading, range)
    // The key says most, then the function, then the client's name and the file's.
    // `var slidingWindow = redis.NewScript(…)` is called by what it is assigned to.
    const assigned = reading.source.tokens[sent.site.begin - 2]
    if ((sent.command === 'eval' || sent.command === 'evalsha') && assigned?.kind === 'word' && isMark(reading.source, sent.site.begin - 1, '=', ':=', ':')) file.push(...splitWords(assigned.text))
    const layers = [key, [...(scope ? splitWords(scope.name) : []), ...(sent.through ? splitWords(sent.site.name) : [])], [...sent.site.chain.flatMap(splitWords), ...file]].map(topicsOf)
    const beside = byScope.get(scope) ?? []
    const near = (names: ReadonlySet<string> | readonly string[], same = true): boolean => [...names].some(name =>
      commands.has(name) && beside.some(other => other !== sent && other.command === name && (!same || keyText(reading, other) === keyText(reading, sent))))
    const expiring = (): boolean => beside.some(other => other !== sent && storesForATime(other))
    const side = sideOf(sent, reading)
    const told = meaning({ sent, layers, commands, near, expiring, removing: () => isRemoving(reading), storing: isStore(file) })
    if (told.length > 0) found.set(sent, side ? told.map(each => (halves.has(each.use) ? { ...each, side } : each)) : told)
  }
  return found
}

// A `RedisStore` is called after what it works with, and may be anything's.
const isStore = (words: readonly string[]): boolean => words.some((word, at) => word === 'store' && !generic.test(words[at - 1] ?? ''))
// Words stand in the singular: `redi`.
const generic = /^(?:redis?|valkey|kv|memory|base|abstract|key|value|generic|cache)$/

// A lock, a queue and what is told to others take two.
const halves: ReadonlySet<Meaning['use']> = new Set(['lock', 'job-queue', 'event-bus', 'pub-sub'])
const takes = new Set([...blockingPops, ...groupReads, 'lpop', 'rpop', 'rpoplpush', 'lmove', 'xread', 'subscribe', 'psubscribe', 'ssubscribe'])
const gives = new Set(['lpush', 'rpush', 'xadd', 'publish', 'spublish'])

function sideOf({ command, nx }: Sent, reading: Reading): Side | undefined {
  if (takes.has(command)) return 'takes'
  if (gives.has(command)) return 'gives'
  if (command === 'lock') return 'both'
  // What nobody takes away again marks that something was seen.
  return command !== 'setnx' && !nx ? undefined : isRemoving(reading) ? 'both' : 'gives'
}

const isRemoving = ({ words: all }: Reading): boolean => [...all].some(word => releases.test(word))
const releases = /^_?(?:[a-z]+_?)?(?:del|unlink|delete|keydelete|release|unlock|eval|evalsha)(?:_?(?:async|script|key|keys|lock))?$/i

/** What words say of the purpose of what they name. */
export function topicsOf(list: readonly string[]): ReadonlySet<Topic> {
  const found = new Set(list.flatMap(word => topics.get(word) ?? []))
  // A rate or a limit alone may be any; together they are one thing.
  if (list.includes('rate') && ['limit', 'limiting', 'limited'].some(word => list.includes(word))) found.add('rate')
  if (list.includes('state') && list.includes('store')) found.add('statestore')
  // Ways to count them.
  if ((list.includes('window') && ['sliding', 'fixed'].some(word => list.includes(word))) || (list.includes('bucket') && ['token', 'leaky'].some(word => list.includes(word)))) found.add('rate')
  // Who is logged in: `refresh_token:…`.
  if (list.includes('token') && ['refresh', 'access', 'login', 'jwt'].some(word => list.includes(word)) && !found.has('state')) found.add('session')
  return found
}

const keyText = (reading: Reading, sent: Sent): string =>
  sent.key === undefined ? '' : reading.source.tokens.slice(sent.key.from, Math.min(sent.key.to, sent.key.from + 30)).map(token => token.text).join(' ')

/** Whether words say what something is for. */
export const sayTopic = (list: readonly string[]): boolean => topicsOf(list).size > 0

type Layers = readonly ReadonlySet<Topic>[]
// The first of the layers that says one of these.
function said(layers: Layers, ...wanted: readonly Topic[]): Topic | undefined {
  for (const layer of layers) for (const topic of wanted) if (layer.has(topic)) return topic
  return undefined
}

/** What a command is told from: the words around it, and the commands of its file and of its function. */
interface Around {
  readonly sent: Sent
  readonly layers: Layers
  readonly commands: ReadonlySet<string>
  /** Whether its function sends one of these, too; for the same key unless told otherwise. */
  readonly near: (names: ReadonlySet<string> | readonly string[], same?: boolean) => boolean
  /** Whether its function stores something for a time. */
  readonly expiring: () => boolean
  /** Whether its file takes something away again. */
  readonly removing: () => boolean
  /** Whether its file or class is called a store: `job_store.rb`, `services/store`. */
  readonly storing: boolean
}

const as = (id: string, use: Meaning['use'], weight: Meaning['weight']): readonly Told[] => [{ id: `redis-${id}`, use, weight }]

function meaning(around: Around): readonly Told[] {
  const { sent, layers, commands, near } = around, { command } = sent
  if (command === 'setnx' || (sent.nx && (command === 'set' || command === 'setex'))) return setIfAbsent(around)
  if (storesForATime(sent) || ((command === 'set' || command === 'hset' || command === 'hmset') && near(expiries))) return setForATime(around)
  if (command === 'eval' || command === 'evalsha' || command === 'evalshaex') return scripts(layers)
  if (command === 'incr' || command === 'incrby' || command === 'incrbyfloat' || command === 'hincrby') return increments(around)
  if (command === 'pfadd') return as('estimate', 'counter', 'strong')
  if (command === 'zincrby') return as('ranking', 'counter', said(layers, 'ranking', 'counter') ? 'strong' : 'weak')
  if (command === 'zadd') return sortedSets(around)
  if (blockingPops.has(command)) return as('blocking-pop', 'job-queue', 'strong')
  if (pushes.has(command)) return lists(around)
  if (command === 'xadd' || groupReads.has(command) || command === 'xread' || command === 'xrange' || command === 'xrevrange') return streams(command, layers, commands)
  if (command === 'throttle') return as('throttle', 'rate-limiter', 'decisive')
  if (command === 'lock') return as('lock', 'lock', 'strong')
  if (shouts.has(command)) return as('publish', 'pub-sub', 'strong')
  return kept.has(command) ? keptValues(around) : []
}

function setIfAbsent({ sent, layers }: Around): readonly Told[] {
  switch (said(layers, 'lock', 'seen', 'cache', 'rate', 'limit', 'attempt') ?? said(layers.slice(0, 2), 'state')) {
    case 'lock': return as('set-if-absent', 'lock', 'strong')
    // A list of tokens that are no longer good is the same list, written once.
    case 'state': return as('set-if-absent', 'state-store', 'weak')
    // Who comes first does it, nobody else.
    case 'seen': return as('set-if-absent', 'lock', 'strong')
    case 'cache': return as('set-if-absent', 'cache', 'weak')
    case 'rate': case 'limit': case 'attempt': return as('set-if-absent', 'rate-limiter', 'weak')
    default: return as('set-if-absent', 'lock', sent.ttl ? 'strong' : 'weak')
  }
}

function setForATime({ layers, near, storing }: Around): readonly Told[] {
  switch (said(layers, 'health', 'lock', 'state', 'cart', 'session', 'rate', 'statestore', 'seen', 'cache', 'attempt', 'limit')) {
    // A file about sessions keeps other things too, and not all sessions are those of users.
    case 'session': return as('set-with-expiry', 'session-store', said(layers.slice(0, 2), 'session') ? 'strong' : 'weak')
    case 'lock': return as('set-with-expiry', 'lock', 'weak')
    case 'rate': return as('set-with-expiry', 'rate-limiter', 'strong')
    case 'attempt': case 'limit': return as('set-with-expiry', 'rate-limiter', 'weak')
    case 'health': return []
    case 'statestore': case 'state': case 'cart': return as('set-with-expiry', 'state-store', 'strong')
    case 'seen': return as('set-with-expiry', 'state-store', 'weak')
    case 'cache': return as('set-with-expiry', 'cache', 'strong')
    // What a program calls its store is where things are, not a copy of them.
    default: return storing ? as('set-with-expiry', 'state-store', 'weak') : near(read) ? as('cache-aside', 'cache', 'strong') : [{ id: 'redis-set-with-expiry', use: 'cache', weight: 'weak', likely: true }]
  }
}

function scripts(layers: Layers): readonly Told[] {
  // A script does what its name says; which commands it runs stands elsewhere.
  switch (said(layers, 'rate') ?? said(layers, 'lock', 'queue', 'limit')) {
    case 'rate': return as('script', 'rate-limiter', 'strong')
    case 'limit': return as('script', 'rate-limiter', 'weak')
    case 'queue': return as('script', 'job-queue', 'strong')
    case 'lock': return as('script', 'lock', 'strong')
    default: return []
  }
}

function increments({ layers, near }: Around): readonly Told[] {
  // A limiter counts too.
  const expires = near([...expiries, 'ttl'])
  const topic = said(layers, 'rate') ?? said(layers, ...(expires ? ['limit', 'attempt'] as const : []), 'counter', 'attempt')
  if (topic === 'counter') return as('increment', 'counter', 'strong')
  if (expires) {
    return topic === 'rate' || topic === 'limit' || topic === 'attempt' ? as('increment-with-expiry', 'rate-limiter', 'strong') : [...as('increment-with-expiry', 'rate-limiter', 'weak'), ...as('increment', 'counter', 'weak')]
  }
  return topic === 'rate' ? as('increment', 'rate-limiter', 'strong') : as('increment', 'counter', 'weak')
}

function sortedSets({ layers, commands, near }: Around): readonly Told[] {
  const window = near(['zremrangebyscore', 'zcard', 'zcount'])
  if (window && said(layers, 'rate', 'limit')) return as('sliding-window', 'rate-limiter', 'strong')
  switch (said(layers, 'ranking', 'delayed', 'queue', 'feed')) {
    // Scores that are set come from elsewhere; those that are counted up are counted here.
    case 'ranking': return [...as('ranking', 'derived-state', 'strong'), ...as('ranking', 'counter', 'weak')]
    case 'feed': return as('sorted-feed', 'derived-state', 'strong')
    case 'delayed': case 'queue': return as('sorted-queue', 'job-queue', commands.has('zpopmin') || commands.has('bzpopmin') ? 'strong' : 'weak')
    default: return window ? as('sliding-window', 'rate-limiter', near(['zremrangebyscore']) && near(['zcard', 'zcount']) && !said(layers, 'state') ? 'strong' : 'weak') : []
  }
}

function lists({ sent: { command }, layers, commands, near, removing }: Around): readonly Told[] {
  // Who waits for a lock stands in a line, too.
  if (near(['ltrim']) || said(layers.slice(1), 'lock')) return []
  // A list of work that nobody takes from is a log of it.
  const taken = [...blockingPops, 'lpop', 'rpop', 'rpoplpush', 'lmove'].some(each => commands.has(each))
  if (said(layers.slice(0, 2), 'queue') || (taken && said(layers, 'queue', 'work'))) return as('list-queue', 'job-queue', 'strong')
  if (said(layers, 'queue', 'work') && !said(layers.slice(0, 1), 'history')) return as('list-queue', 'job-queue', 'weak')
  // Events that are only added and read again are kept; what is deleted once it was read was a buffer, what expires a view of the last ones.
  const drained = taken || ['ltrim', ...expiries].some(each => commands.has(each)) || removing()
  if (command === 'rpush' && commands.has('lrange') && !drained && said(layers.slice(0, 1), 'event')) return as('list-log', 'event-log', 'strong')
  // A list that is read as a whole and taken from in the middle.
  return (command === 'lpush' || command === 'rpush') && commands.has('lrange') ? as('kept', 'state-store', 'weak') : []
}

function keptValues({ layers, expiring }: Around): readonly Told[] {
  // A wrapper stores for a time where it is given one; that it is given none says nothing.
  if (expiring()) return []
  switch (said(layers.slice(0, 2), 'health', 'session', 'cache') ?? said(layers, 'state', 'statestore', 'cart', 'cache')) {
    case 'health': return []
    case 'session': return as('kept', 'session-store', 'weak')
    // Carts without an end are the only copy more often than not.
    case 'cart': return [...as('kept', 'source-of-truth', 'weak'), ...as('kept', 'state-store', 'weak')]
    case 'cache': return as('kept', 'cache', 'weak')
    case 'state': case 'statestore': return as('kept', 'state-store', 'strong')
    default: return as('kept', 'state-store', 'weak')
  }
}

function streams(command: string, layers: Layers, commands: ReadonlySet<string>): readonly Told[] {
  const grouped = [...commands].some(each => groupReads.has(each))
  const topic = said(layers, 'event', 'queue', 'work', 'history')
  if (grouped) {
    if (topic === 'queue' || topic === 'work') return as('stream-group', 'job-queue', 'strong')
    return topic === 'event' ? as('stream-group', 'event-bus', 'strong') : [...as('stream-group', 'event-bus', 'weak'), ...as('stream-group', 'job-queue', 'weak')]
  }
  // What is read back by range is kept as history; what is only added, somebody else may read in either way, as is what a queue is given: `queue.publish('audit', …)`.
  if (commands.has('xrange') || commands.has('xrevrange') || (topic === 'history' && said(layers.slice(1), 'queue') === undefined)) return as('stream', 'event-log', 'strong')
  return topic === 'queue' || topic === 'work' ? as('stream', 'job-queue', 'weak') : as('stream', 'event-bus', command === 'xread' && topic === 'event' ? 'strong' : 'weak')
}

/** Commands that a method of the same name sends; anything else is no command. */
export const commandNames: ReadonlySet<string> = new Set([
  ...read, ...blockingPops, ...pushes, ...groupReads, ...shouts, ...kept, 'setnx', 'setex', 'psetex', 'incr', 'incrby', 'incrbyfloat', 'hincrby', 'decr', 'decrby', 'pfadd',
  'zincrby', 'zadd', 'zremrangebyscore', 'zcard', 'zcount', 'zrangebyscore', 'zpopmin', 'expire', 'pexpire', 'expireat', 'pexpireat', 'ttl', 'ltrim',
  'xadd', 'xread', 'xrange', 'xrevrange', 'xtrim', 'getset', 'eval', 'evalsha', 'lrange',
])
/** Those that nothing but Redis has, whatever the client is called. */
export const distinctive: ReadonlySet<string> = new Set([
  ...blockingPops, ...groupReads, 'setex', 'psetex', 'zincrby', 'zadd', 'xadd', 'rpoplpush', 'hincrby', 'psubscribe', 'pfadd',
])
