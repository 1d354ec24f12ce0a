// What a Redis gives its data (eviction, persistence, storage) and what each use asks for. Knows servers' settings; must not know file formats.
import { oncePer } from '../../src/model/once.ts'
import type { ObservedComponent, ObservedStack, Use } from '../../src/model/observation.ts'
import { entryOf } from '../../src/model/entry-of.ts'
import { replacement, type Confidence, type Edit } from '../../src/model/rule.ts'
import type { Setting, UseName } from '../../src/model/stack.ts'
import type { Note, Span } from '../../src/model/value.ts'

type Stated = Extract<Setting, { state: 'stated' }>

/** Uses whose data nobody can recompute: it must outlive a restart and must never be evicted. */
const mustSurvive: ReadonlySet<UseName> = new Set(['job-queue', 'source-of-truth', 'event-log', 'event-bus'])
/** Uses that break when a key disappears early, whether or not they must outlive a restart. */
const mustNotBeEvicted: ReadonlySet<UseName> = new Set([...mustSurvive, 'lock', 'session-store', 'rate-limiter'])
const lossTolerant: ReadonlySet<UseName> = new Set(['cache', 'derived-state', 'pub-sub'])

/** Uses that rules may rest on: established, and not a platform tool's own. */
export const established = (component: ObservedComponent, ...names: readonly UseName[]): readonly Use[] =>
  component.uses.filter(use => use.established && !use.internal && (names.length === 0 || names.includes(use.use)))

/** Whether more than source that somebody may run shows the use. */
export const isProven = ({ basis }: Use): boolean => basis === 'proven' || basis === 'both-ends'

// A counter is authoritative only when a person says so; most counters are derived and can be recounted.
const counts = (use: Use): boolean => use.use === 'counter' && use.declared

export const thatMustSurvive = oncePer((component: ObservedComponent): readonly Use[] =>
  established(component).filter(use => mustSurvive.has(use.use) || counts(use)))

export const thatMustNotBeEvicted = oncePer((component: ObservedComponent): readonly Use[] =>
  established(component).filter(use => mustNotBeEvicted.has(use.use) || counts(use)))

/** The cache use of a component that holds nothing else of value, not even possibly: one doubt is enough to say nothing. */
export function soleCache(component: ObservedComponent): Use | undefined {
  if (component.open === true || component.uses.some(use => !lossTolerant.has(use.use))) return undefined
  return established(component, 'cache')[0]
}

/** Redis servers of a stack that hold what must stay; once a stack, as every cache of it asks. */
const holdersOfData = oncePer((stack: ObservedStack) => stack.components.filter(each => each.technology === 'redis' && thatMustNotBeEvicted(each).length > 0))

/** Whether somebody meant this cache to be one: it is declared, or stands apart from a Redis of the stack that holds other data. */
export const isMeantAsCache = (cache: Use, component: ObservedComponent, stack: ObservedStack): boolean =>
  cache.declared || holdersOfData(stack).some(other => other !== component)

/** Whether everything known about its use can be lost; false while nothing shows a use, true where an address that cannot be read may hide one. */
export const onlyLossTolerant = (component: ObservedComponent): boolean =>
  component.open === true || component.uses.length > 0 && component.uses.every(use => lossTolerant.has(use.use))

export const stated = (component: ObservedComponent, name: string): Stated | undefined => {
  const setting = component.settings.get(name)
  return setting?.state === 'stated' ? setting : undefined
}

/** The value in effect, stated or default; undefined while unknown. */
export const effective = (component: ObservedComponent, name: string): string | undefined => {
  const setting = component.settings.get(name)
  return setting === undefined || setting.state === 'unknown' ? undefined : unquoted(setting.value)
}

const unquoted = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/, '$2').trim()

const factors: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1e3, kb: 1024, m: 1e6, mb: 1024 ** 2, g: 1e9, gb: 1024 ** 3 }

/** Bytes of a size as Redis reads it: k, m, g are powers of 1000; kb, mb, gb powers of 1024. Measured on 7.0.15. */
export function bytes(size: string | undefined): number | undefined {
  const parts = /^(\d{1,15})([a-z]{0,2})$/.exec(size?.trim().toLowerCase() ?? '')
  const factor = entryOf(factors, parts?.[2] ?? '?')
  return parts?.[1] === undefined || factor === undefined ? undefined : Number(parts[1]) * factor
}

/** Bytes in words for people: `512 MiB`. */
export function sizeInWords(count: number): string {
  const units: readonly [number, string][] = [[1024 ** 3, 'GiB'], [1024 ** 2, 'MiB'], [1024, 'KiB']]
  const [factor, unit] = units.find(([size]) => count >= size) ?? [1, 'bytes']
  return `${String(Math.round((count / factor) * 10) / 10)} ${unit}`
}

export interface Eviction {
  readonly policy: string
  /** Any key may go; otherwise only keys with an expiry. */
  readonly everyKey: boolean
  /** The memory limit as written, or whose limit it is. */
  readonly limit: string
  /** Where the policy stands, or the limit when the policy is a default. */
  readonly span: Span
  readonly setting: Stated | undefined
  /** The other half: where the limit stands. */
  readonly notes: readonly Note[]
}

/** What waits in lists and streams. */
export const queues = ['job-queue', 'event-bus', 'event-log'] as const

/** Bull and BullMQ hold a lock with an expiry on each job in work; most other queues are lists and streams that never expire. */
export const usesExpiringKeys = (uses: readonly Use[]): boolean =>
  uses.some(use => use.evidence.some(evidence => evidence.for && /bull/i.test(`${evidence.signal} ${evidence.text}`)))

/** Whether a policy deletes keys of a use: a volatile one takes only those with an expiry. */
export const takes = ({ everyKey }: Eviction, use: Use): boolean => everyKey || !queues.some(name => name === use.use) || usesExpiringKeys([use])

/** How the server deletes keys on its own when memory is full; undefined when it does not, or when that cannot be known. */
export function evicts(component: ObservedComponent): Eviction | undefined {
  if (component.product === 'kvrocks') return undefined
  const limit = stated(component, 'maxmemory')
  const notes = limit ? [{ span: limit.span, text: `the memory limit: maxmemory ${limit.value}` }] : []
  const policy = effective(component, 'maxmemory-policy')
  // Redis refuses to start with another word: https://redis.io/docs/latest/develop/reference/eviction/
  if (policy === undefined || !/^(?:allkeys|volatile)-(?:lru|lfu|lrm|random)$|^volatile-ttl$/.test(policy)) return undefined
  const setting = stated(component, 'maxmemory-policy')
  // A provider sets a limit by itself. Its default policy is another rule's matter, as nobody here wrote it.
  const byProvider = component.external && component.provider !== undefined && setting !== undefined
  // Dragonfly in cache mode evicts without a stated limit, as it takes one from its machine.
  const byMachine = component.product === 'dragonfly'
  const size = bytes(limit?.value) ?? 0, limited = size > 0
  if (!byProvider && !byMachine && !limited) return undefined
  // Killed by its container before it gets there.
  if (limited && component.memoryLimit !== undefined && !component.external && component.memoryLimit.known && component.memoryLimit.value > 0 && component.memoryLimit.value < size) return undefined
  return {
    policy: byMachine ? 'cache_mode' : policy, everyKey: policy.startsWith('allkeys-'),
    limit: limited ? limit?.value ?? '' : byMachine ? 'the memory of its machine' : `the limit of ${component.provider ?? 'its provider'}`,
    span: setting?.span ?? limit?.span ?? component.span, setting, notes: setting ? notes : [],
  }
}

/** Whether it takes first what nobody has touched for long: a lock that is held for seconds is rarely that. */
export const sparesLocks = ({ policy }: Eviction): boolean => /-(?:lru|lfu)$|^cache_mode$/.test(policy)

/** `none`: both mechanisms off; `snapshots`: RDB only; `log`: AOF, or a server that keeps its data on disk. */
export type Persistence = 'none' | 'snapshots' | 'log' | 'unknown'

export function persistence(component: ObservedComponent): Persistence {
  if (component.product === 'kvrocks') return 'log'
  const log = effective(component, 'appendonly')?.toLowerCase()
  if (log === 'yes') return 'log'
  const save = effective(component, 'save')
  if (log !== 'no' || save === undefined) return 'unknown'
  return save === '' ? 'none' : 'snapshots'
}

/** Places that switch persistence off or on, for a finding's evidence. */
export const persistenceNotes = (component: ObservedComponent): readonly Note[] =>
  ['save', 'appendonly'].flatMap(name => {
    const setting = stated(component, name)
    return setting ? [{ span: setting.span, text: `${name} ${unquoted(setting.value) || '""'}` }] : []
  })

/** Somebody said three times over that this data lives in memory only: no snapshots, no log, and RAM where the files would be. */
export function memoryOnlyByDesign(component: ObservedComponent): boolean {
  const save = stated(component, 'save')
  const log = stated(component, 'appendonly')
  if (save === undefined || log === undefined || persistence(component) !== 'none') return false
  return component.storage.kind === 'tmpfs'
}

const accepted = /\bno (?:persistence|durability|volume|disk) (?:is )?(?:needed|required|necessary|wanted)\b|\b(?:persistence|durability) (?:is )?(?:not|un) ?(?:needed|required|necessary)\b|\b(?:does|do|doesn't|don't)(?: not)? need (?:persistence|durability|a volume)\b|\b(?:may|can) be lost\b|\bloss (?:is )?(?:fine|acceptable|accepted|ok(?:ay)?|tolerable)\b|\b(?:ephemeral|not persisted|unpersisted|without persistence) (?:by design|on purpose|intentionally)\b|\bintentionally (?:ephemeral|not persisted|without persistence|unpersisted)\b/i

/** A person wrote beside the server that what it holds may be lost; a finding about that is a reminder. */
export const saidToBeLost = (component: ObservedComponent): boolean =>
  [...component.comments ?? [], ...component.members.flatMap(member => member.comments)].some(({ value }) => accepted.test(value) && !/\b(?:does|do) need\b/i.test(value))

const dataNames: Partial<Record<UseName, string>> = {
  'job-queue': 'the jobs', 'source-of-truth': 'the only copy of the data', 'event-log': 'the event history', 'event-bus': 'the events',
  counter: 'the counters', lock: 'the locks', 'session-store': 'the sessions', 'rate-limiter': 'the rate limits', cache: 'the cache entries',
  'derived-state': 'the read models',
}

/** "the jobs and the sessions". */
export const dataOf = (uses: readonly Use[]): string => listed(uses.map(use => dataNames[use.use] ?? `the data of its use as ${use.use}`))

const losses: readonly (readonly [use: UseName, words: string])[] = [
  ['source-of-truth', 'what stands nowhere else is gone for good, and the next write starts from nothing'],
  ['event-log', 'the history has a hole that nothing fills again'],
  ['job-queue', 'waiting, delayed and retried jobs are gone although their producers were told OK, and people notice work that never happened'],
  ['event-bus', 'events that not every consumer has read are gone, so that each of them knows something else'],
  ['counter', 'the numbers start at zero again'],
]

/** What keeps a server's files where it is deployed, and where nobody can tell how. */
export const keeperOf = ({ kind }: ObservedStack): string => (kind === 'compose' ? 'a named volume' : 'a persistent volume claim')
export const anyKeeper = 'a named volume or a persistent volume claim'

/** What it means that the data of these uses is gone, in the words for the gravest of them. */
export const lossOf = (uses: readonly Use[]): string =>
  losses.find(([name]) => uses.some(({ use }) => use === name))?.[1] ?? 'what was in it is gone'

/** "web, worker and 2 more"; "its clients" when none is known by name. */
export function clientsOf(uses: readonly Use[]): string {
  const names = [...new Set(uses.flatMap(use => use.clients))]
  if (names.length === 0) return 'its clients'
  return listed(names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names)
}

/** " of web and worker", behind what they keep; nothing when none is known by name. */
export const ownersOf = (uses: readonly Use[]): string => (uses.every(use => use.clients.length === 0) ? '' : ` of ${clientsOf(uses)}`)

export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`

/** The strongest evidence of some uses, at most three places and one place once. */
export function evidenceOf(uses: readonly Use[]): readonly Note[] {
  const notes: Note[] = []
  const places = new Set<string>()
  const all = uses.flatMap(use => use.evidence.filter(evidence => evidence.for)).sort((a, b) => b.weight - a.weight)
  for (const { span, text } of all) {
    const place = `${span.file}:${span.start}`
    // Several workloads of one image say the same thing; once is enough.
    if (places.has(place) || places.has(text) || notes.length === 3) continue
    places.add(place).add(text)
    notes.push({ span, text })
  }
  return notes
}

/** Whether only knowledge of an application shows the uses, and nothing that the files themselves say. */
export const knownOnlyByApplication = (uses: readonly Use[]): boolean =>
  uses.every(use => !use.declared && use.evidence.every(evidence => !evidence.for || evidence.signal.startsWith('app-')))

/** For a report that would be none without these uses: what a person declared is certain, what was inferred is likely, and as grave as what it rests on. */
export const restingOn = (uses: readonly Use[]): { readonly confidence: Confidence; readonly rests: readonly Use[] } =>
  ({ confidence: uses.some(use => use.declared) ? 'certain' : 'likely', rests: uses })

/** Measured on 7.0.15: a server that only has a snapshot ignores it when it starts with the flag, and the data is gone. */
export const logFirst = 'A restart with the new flag alone starts empty. On the running server first: redis-cli CONFIG SET appendonly yes, wait for aof_rewrite_in_progress:0 in INFO persistence, then change the file.'

/** Turns a stated `appendonly no` into `yes`. */
export const loggingInstead = (component: ObservedComponent): { readonly edits?: readonly Edit[] } => {
  const log = stated(component, 'appendonly')
  return log?.value === 'no' ? replacement(log, 'yes', 'Switch the append-only file on', logFirst) : {}
}

const alwaysCluster: ReadonlySet<string> = new Set(['bitnami-redis-cluster', 'grokzen-redis-cluster'])

/** Whether it is a cluster of shards for certain. */
export const isCluster = (component: ObservedComponent): boolean => alwaysCluster.has(component.product) || effective(component, 'cluster-enabled') === 'yes'

/** Host names of the containers that only copy the primary. KeyDB's replicas may take writes, and the nodes of a cluster are no replicas. */
export function replicaHosts(component: ObservedComponent): ReadonlySet<string> {
  if (component.product === 'keydb' || component.external || isCluster(component)) return new Set()
  const [primary, ...replicas] = component.members
  const nodes = replicas.some(({ environment }) => environment.some(({ name }) => /^(?:REDIS|VALKEY)_NODES$/.test(name)))
  return new Set(nodes ? [] : replicas.flatMap(({ hosts }) => hosts).filter(host => !primary?.hosts.includes(host)).map(host => host.toLowerCase()))
}
