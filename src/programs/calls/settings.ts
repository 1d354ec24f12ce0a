// Client settings that source states, under their canonical names. Source: https://kafka.apache.org/documentation/#configuration
import type { ClientSetting } from '../../model/program.ts'
import type { Known } from '../../model/value.ts'
import { known } from '../../model/value.ts'
import type { Reading } from './reading.ts'
import { scopeOf, splitWords, textOf, wordsOfArgument } from './reading.ts'
import type { Sent } from './redis.ts'
import type { Token } from './lex.ts'
import { isMark, plain } from './source.ts'
import type { Range, Site } from './source.ts'

const canonical = [
  'acks', 'enable.idempotence', 'auto.offset.reset', 'max.poll.interval.ms', 'max.poll.records', 'max.request.size', 'transactional.id', 'group.id', 'enable.auto.commit',
  'session.timeout.ms', 'isolation.level', 'compression.type', 'message.max.bytes', 'fetch.max.bytes', 'max.partition.fetch.bytes', 'retries', 'linger.ms', 'batch.size',
  'max.in.flight.requests.per.connection', 'partition.assignment.strategy', 'processing.guarantee', 'application.id', 'delivery.timeout.ms', 'allow.auto.create.topics',
]
const byText = new Map(canonical.map(name => [name, name]))
// `MAX_POLL_INTERVAL_MS_CONFIG` of the Java client.
const byConstant = new Map(canonical.map(name => [`${name.replaceAll('.', '_').toUpperCase()}_CONFIG`, name]))
// What the libraries call the three ways to acknowledge.
const values = new Map([['waitforall', 'all'], ['requireall', 'all'], ['all', 'all'], ['-1', 'all'], ['allisracks', 'all'], ['waitforlocal', '1'], ['requireone', '1'], ['leader', '1'], ['leaderack', '1'], ['noresponse', '0'], ['requirenone', '0'], ['none', '0'], ['noack', '0']])
const offsets = new Map([['earliest', 'earliest'], ['smallest', 'earliest'], ['beginning', 'earliest'], ['offsetoldest', 'earliest'], ['firstoffset', 'earliest'], ['latest', 'latest'], ['largest', 'latest'], ['offsetnewest', 'latest'], ['lastoffset', 'latest'], ['end', 'latest']])
const meanings = new Map([['acks', values], ['auto.offset.reset', offsets]])

/** Settings of Kafka clients: in maps by their own name, by the constants of the Java client, and as the language's libraries spell them. */
export function settingsIn(reading: Reading): readonly ClientSetting[] {
  const { source, language } = reading
  const found: ClientSetting[] = []
  source.tokens.forEach((token, at) => {
    if (found.length >= 60 || (token.kind !== 'text' && token.kind !== 'word') || token.computed) return
    const name = token.kind === 'text' ? byText.get(token.text) : byConstant.get(token.text) ?? language.settings?.get(token.text)
    if (name === undefined) return
    let next = at + 1
    // `props[GROUP_ID_CONFIG] = …`
    while (isMark(source, next, ']', ')')) next++
    if (!isMark(source, next, ':', '=', '=>', ',', '->', '(') && source.tokens[next]?.text !== 'to') return
    const value = valueAt(reading, next + 1)
    if (!value) return
    const meant = meanings.get(name)?.get(value.value) ?? meanings.get(name)?.get(plain(value.value))
    if (!value.named) found.push({ technology: 'kafka', name, value: known(meant ?? value.value, value.span) })
    // A name counts where it is that of a known choice, such as `AutoOffsetReset.Earliest`; others are variables.
    else if (meant !== undefined) found.push({ technology: 'kafka', name, value: known(meant, value.span) })
  })
  return found
}

function valueAt(reading: Reading, from: number): (Known & { readonly named?: true }) | undefined {
  const { source } = reading
  let to = from
  // `-1`, `Acks.All`, `kafka.RequireAll`
  while (to < from + 6 && (source.tokens[to]?.kind !== 'mark' || isMark(source, to, '.', '::', '-')) && (to === from || !source.tokens[to]?.first)) {
    to++
    if (!isMark(source, to, '.', '::') && !isMark(source, to - 1, '.', '::', '-')) break
  }
  const last = source.tokens[to - 1]
  if (to <= from || last === undefined || !(isMark(source, to, ',', ';', ')', '}', ']') || source.tokens[to]?.first !== false)) return undefined
  const text = textOf(reading, { from, to })
  if (text) return text
  if (last.kind === 'number') return known((isMark(source, from, '-') ? '-' : '') + last.text.replaceAll('_', ''), source.span({ from, to }))
  if (last.kind !== 'word') return undefined
  const lower = last.text.toLowerCase()
  if (lower === 'true' || lower === 'false') return known(lower, source.span({ from, to }))
  return { ...known(last.text, source.span({ from, to })), named: true }
}

/**
 * What a program asks of its Redis server: locks that never end (https://redis.io/docs/latest/commands/set/#patterns), events of the keyspace that
 * it listens for (https://redis.io/docs/latest/develop/pubsub/keyspace-notifications/), and the length that it trims its streams to, `none` where it never does (https://redis.io/docs/latest/commands/xadd/).
 */
export function serverSettings(reading: Reading, sent: readonly Sent[]): readonly ClientSetting[] {
  const found: ClientSetting[] = []
  const trims = trimmedAt(reading)
  if (trims >= 0) found.push({ technology: 'redis', name: 'stream.maxlen', value: known('some', reading.source.span({ from: trims, to: trims + 1 })) })
  for (const { command, site, key, ttl, nx, through } of sent) {
    if (through) continue
    if (command === 'psubscribe' || command === 'subscribe') {
      const at = within(reading, site, ({ kind, text }) => kind === 'text' && /^__key(event|space)@/.test(text))
      if (at !== undefined) found.push({ technology: 'redis', name: 'notify-keyspace-events', value: known(reading.source.tokens[at]?.text.slice(0, 100) ?? '', reading.source.span({ from: at, to: at + 1 })) })
    } else if (((command === 'setnx' && !lasts(reading, site)) || (command === 'set' && nx)) && !ttl && !spreads(reading, site) && key && isLock(reading, key, site) && !expires(reading, sent, site)) {
      found.push({ technology: 'redis', name: 'lock.ttl', value: known('none', reading.source.span({ from: site.begin, to: site.end })) })
    } else if (command === 'xadd') {
      const at = within(reading, site, ({ text }) => limiting.test(text)) ?? positional(reading, site)
      if (at === undefined && (trims >= 0 || !isInline(reading, site) || expires(reading, sent, site))) continue
      const length = at === undefined ? undefined : [1, 2, 3].map(step => reading.source.tokens[at + step]).find(token => token?.kind === 'number')
      found.push({ technology: 'redis', name: 'stream.maxlen', value: known(at === undefined ? 'none' : length?.text.replaceAll('_', '') ?? 'some', reading.source.span({ from: site.begin, to: site.end })) })
    }
  }
  return found.slice(0, 10)
}

// `MAXLEN`, `MaxLenApprox`, `maxLength: 1000`, `xadd_maxlen`, `StreamMaxlen::Approx`
const limiting = /^(?:max_?len(?:gth)?|minid|maxlenapprox|usemaxlen|trim|xadd_?maxlen\w*|streammaxlen)$/i
// `StreamAddAsync(key, entries, null, 1000, true)`: https://github.com/StackExchange/StackExchange.Redis/blob/main/docs/Streams.md
const positional = ({ source }: Reading, { args, name }: Site): number | undefined => {
  const length = /^StreamAdd(?:Async)?$/.test(name) ? args.slice(3).find(({ from, to }) => to - from === 1 && source.tokens[from]?.kind === 'number') : undefined
  return length && length.from - 1
}

const trimming = /^(?:xtrim|xdel|stream_?trim|streamDelete)/i

/** Where streams are trimmed, however the client spells it: `xtrim`, `XTrimMaxLenApprox`, `StreamTrimAsync`, `opsForStream().trim`, `xdel`; -1 for nowhere. */
function trimmedAt({ words, source: { tokens } }: Reading): number {
  const named = new Set([...words].filter(word => word === 'trim' || trimming.test(word)))
  return named.size === 0 ? -1 : tokens.findIndex(({ kind, text }, i) => kind === 'word' && named.has(text)
    && (text !== 'trim' || tokens.slice(Math.max(0, i - 6), i).some(({ text: before }) => /stream/i.test(before))))
}

// Go hands a context on first.
const given = ({ source }: Reading, { args }: Site): readonly Range[] => args.filter(({ from }, i) => i > 0 || !/^(?:ctx|context)$/i.test(source.tokens[from]?.text ?? ''))

// What follows key and value is how long: `setIfAbsent(key, value, ttl)`, `SetNX(ctx, key, value, ttl)`, where Go's 0 is for ever.
function lasts(reading: Reading, site: Site): boolean {
  const [, , third] = given(reading, site)
  return third !== undefined && !(third.to - third.from === 1 && reading.source.tokens[third.from]?.text === '0')
}

// Arguments that are put together elsewhere, or one by one (`cmd("XADD").arg(…)`), may hold a limit.
const isInline = (reading: Reading, site: Site): boolean => !spreads(reading, site) && (
  given(reading, site).length > 1 || reading.source.tokens.slice(site.at, site.end).some(({ kind, text }) => kind === 'mark' && text === '{'))

// `xadd('orders', fields, **options)`, `xadd('orders', ...args)`
const spreads = ({ source }: Reading, { at, end }: Site): boolean =>
  source.tokens.slice(at, Math.min(end, at + 120)).some(({ kind, text }, i, tokens) => kind === 'mark' && (text === '...' || text === '**' || (text === '*' && tokens[i + 1]?.text === '*')))

const lockWords = new Set(['lock', 'mutex', 'lease', 'locked', 'locking'])
const isLock = (reading: Reading, key: Range, site: Site): boolean =>
  [...wordsOfArgument(reading, key), ...splitWords(scopeOf(reading, site.at)?.name ?? '')].some(word => lockWords.has(word))

// The function gives it a time to live, or compares the time that it holds.
const expires = (reading: Reading, sent: readonly Sent[], site: Site): boolean =>
  sent.some(({ command, site: other }) => /^p?expire(?:at)?$|^getset$/.test(command) && scopeOf(reading, other.at) === scopeOf(reading, site.at))

function within({ source }: Reading, { at, end }: Site, test: (token: Token) => boolean): number | undefined {
  for (let i = at + 1; i < end && i < at + 80; i++) {
    const token = source.tokens[i]
    if (token && test(token)) return i
  }
  return undefined
}
