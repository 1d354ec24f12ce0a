// Names have a grammar: a word for a role (session, queue), a word for its place (store, url, topic), and a value that is a technology, its
// address, or the name of a thing inside it. Reads keys in whatever order and case people write them. Must not know any technology.
import type { Knowledge, KeyWordSignal, TechnologyWords } from '../../model/knowledge.ts'
import { oncePer } from '../../model/once.ts'
import type { Technology, Variable, Workload } from '../../model/stack.ts'
import { isWeak } from '../links/trace.ts'
import { componentsFor, hitsOf, lowered, signalsOf } from './context.ts'
import type { Context, Hit, Reach } from './context.ts'
import { pattern } from '../../model/patterns.ts'
import { assignment, normalKey, remembered, saysNo, textOf, wordsOf } from './text.ts'

/** Last words of keys about credentials and tuning: they name no backend. */
const tuning = new Set([
  'password', 'passwd', 'pass', 'pwd', 'secret', 'token', 'username', 'user', 'tls', 'ssl', 'ttl', 'prefix', 'timeout', 'port', 'size', 'lifetime', 'expire',
  'expiry', 'expiration', 'interval', 'concurrency', 'max', 'min', 'limit', 'count', 'retries', 'retry', 'attempts', 'window', 'ms', 'seconds', 'days', 'hours',
  'minutes', 'length', 'name', 'key', 'namespace', 'version', 'level', 'path', 'dir', 'directory', 'image', 'tag', 'replicas', 'workers', 'threads', 'memory',
])

/** Words of keys that choose a backend. */
const choosing = new Set([
  'driver', 'store', 'backend', 'adapter', 'provider', 'type', 'engine', 'connection', 'transport', 'manager', 'handler', 'storage', 'dsn', 'url', 'kind', 'implementation', 'policy', 'strategy',
])

/** Words of keys that hold an address. */
const addressing = new Set(['host', 'hosts', 'hostname', 'url', 'urls', 'uri', 'uris', 'addr', 'addrs', 'address', 'server', 'servers', 'endpoint', 'endpoints', 'dsn', 'location', 'broker', 'brokers', 'connection', 'node', 'nodes'])

/** Words of keys that switch a part on or off. */
const switching = new Set(['enabled', 'enable', 'use', 'using', 'active', 'disabled', 'disable'])

/** What a role is kept for how long, and under which names: it tells a use where the key names the technology. */
const keeping = new Set(['ttl', 'prefix', 'expiry', 'expire', 'expires', 'expiration', 'namespace', 'lifetime'])

/** Last words of keys that name a thing inside the technology, where the key names that: the jobs' list, not the access key of a hosted cache. */
const naming = new Set(['name', 'key', 'list'])

/** What may stand beside the role and the technology in a key that says nothing else. */
const fillers = new Set([
  'app', 'default', 'my', 'primary', 'main', 'async', 'the', 'is', 'config', 'settings', 'options', 'l', 'level', 'layer', 'first', 'second', 'secondary', 'distributed', 'remote',
  'global', 'shared', 'common',
])

/** One technology's words, and the roles that a key of it may speak of. */
interface Vocabulary {
  readonly technology: TechnologyWords
  readonly byWord: ReadonlyMap<string, readonly KeyWordSignal[]>
}

export interface Grammar {
  /** What a variable says of the roles of each technology that is not `taken` by a documented key. */
  hits(variable: Variable, workload: Workload, taken: ReadonlySet<string>, keepsClass: boolean): readonly Hit[]
}

/** The roles that a name of some other thing speaks of: a server, a topic. The ids of the grammar's entries. */
export function rolesNamed(context: Context, technology: Technology, name: string): ReadonlySet<string> {
  return wordsFor(signalsOf(context, 'key-words'))(context.knowledge).named.get(technology)?.(name) ?? nobody
}
const nobody: ReadonlySet<string> = new Set()

/** The roles that a variable would choose a technology for, or lead to, if its value could be read. */
export const hiddenRoles = ({ name, value }: Variable, technology: Technology, context: Context): ReadonlySet<string> =>
  (value.known || !wordsOf(name).some(word => choosing.has(word) || addressing.has(word)) ? nobody : rolesNamed(context, technology, name))

/** The grammar of the role words for a stack: each distinct key is read once. */
export function grammarOf(context: Context): Grammar {
  const { vocabularies, split, others, roles, owns } = wordsFor(signalsOf(context, 'key-words'))(context.knowledge)
  return {
    hits(variable, workload, taken, keepsClass) {
      const found: Hit[] = []
      for (const vocabulary of vocabularies) {
        if (taken.has(vocabulary.technology.id)) continue
        const spoken = roles.get(vocabulary)?.(variable.name) ?? []
        if (spoken.length > 0 || owns.get(vocabulary)?.(variable.name) === true) found.push(...readVariable(variable, split(variable.name), spoken, vocabulary, { workload, context, keepsClass, others, split }))
      }
      return found
    },
  }
}

// What the words of a list of signals come to is the same in every stack.
const wordsFor = oncePer((signals: readonly KeyWordSignal[]) => oncePer((knowledge: Knowledge) => {
  const vocabularies = knowledge.technologies.filter(each => signals.some(signal => signal.technology === each.id)).map(technology => vocabularyOf(technology, signals))
  const known = new Set(vocabularies.flatMap(({ technology, byWord }) => [...technology.words, ...byWord.keys()]).concat([...choosing, ...addressing, 'queue', 'message', 'topic', 'stream', 'channel', 'primary', 'distributed']))
  const split = remembered((name): readonly string[] => wordsOf(name).flatMap(word => partsOf(word, known)))
  const others = new Set([...knowledge.otherStores.flatMap(store => [store.id, ...(store.schemes ?? [])]), ...knowledge.technologies.flatMap(technology => technology.words)])
  const roles = new Map<Vocabulary, (name: string) => readonly Spoken[]>(vocabularies.map(vocabulary => [vocabulary, remembered(name => rolesIn(split(name), name, vocabulary))]))
  const owns = new Map<Vocabulary, (name: string) => boolean>(vocabularies.map(vocabulary => [vocabulary, remembered(name => ownName(split(name), vocabulary.technology) !== undefined)]))
  const named = new Map<Technology, (name: string) => ReadonlySet<string>>(vocabularies.map(vocabulary => [
    vocabulary.technology.id, remembered(name => new Set(split(name).length > 0 ? roles.get(vocabulary)?.(name).map(({ signal }) => signal.id) : [])),
  ]))
  return { vocabularies, split, others, roles, owns, named }
}))

function vocabularyOf(technology: TechnologyWords, signals: readonly KeyWordSignal[]): Vocabulary {
  const byWord = new Map<string, KeyWordSignal[]>()
  for (const signal of signals) {
    if (signal.technology !== technology.id) continue
    for (const word of [...signal.words ?? [], ...(signal.phrases ?? []).map(([first = '']) => first)]) byWord.set(word, [...byWord.get(word) ?? [], signal])
  }
  return { technology, byWord }
}

// `MESSAGEQUEUE` is two words where both are known.
function partsOf(word: string, known: ReadonlySet<string>): readonly string[] {
  if (word.length < 7 || known.has(word)) return [word]
  for (let at = 3; at <= word.length - 3; at++) {
    if (known.has(word.slice(0, at)) && known.has(word.slice(at))) return [word.slice(0, at), word.slice(at)]
  }
  return [word]
}

function rolesIn(words: readonly string[], name: string, { technology, byWord }: Vocabulary): readonly Spoken[] {
  const found = new Map<KeyWordSignal, number>()
  words.forEach((word, at) => {
    for (const signal of byWord.get(word) ?? []) {
      const phrase = signal.phrases?.find(parts => parts.every((part, offset) => words[at + offset] === part))
      if (phrase) found.set(signal, at + phrase.length - 1)
      else if (signal.words?.includes(word)) found.set(signal, at)
    }
  })
  const fitting = [...found].map(([signal, at]) => ({ signal, at }))
    .filter(({ signal }) => !signal.unlessWords?.some(word => words.includes(word)) && !signal.unlessKeys?.some(source => pattern(source, true).test(normalKey(name))))
  // `CACHE_DB_URL` speaks of a cache, `X_DB` of an index in X.
  const named = words.some(word => technology.words.includes(word))
  return fitting.filter(({ signal }) => !signal.alone || (!named && fitting.every(other => other.signal.alone)))
}

// `CHANNELS_CACHE_URL` is the address of a cache: the last role in a key is what it is about, unless it is a mere hint.
function nearest(spoken: readonly Spoken[]): readonly KeyWordSignal[] {
  const plain = spoken.filter(({ signal }) => signal.means.some(meaning => meaning.weight !== 'weak'))
  const last = Math.max(...plain.map(({ at }) => at))
  return spoken.filter(({ signal, at }) => at >= last || !plain.some(each => each.signal === signal)).map(({ signal }) => signal)
}

/** A role in a key, and where its last word stands. */
interface Spoken {
  readonly signal: KeyWordSignal
  readonly at: number
}

interface Around {
  readonly workload: Workload
  readonly context: Context
  readonly keepsClass: boolean
  readonly others: ReadonlySet<string>
  readonly split: (name: string) => readonly string[]
}

function readVariable(variable: Variable, words: readonly string[], spoken: readonly Spoken[], { technology, byWord }: Vocabulary, around: Around): readonly Hit[] {
  const { workload, context, keepsClass, others, split } = around
  const place = { workload, span: variable.value.span, text: assignment(variable) }
  const text = textOf(variable)
  const named = words.some(word => technology.words.includes(word))
  const hits = (signals: readonly KeyWordSignal[], reached: readonly Reach[], lower = false): readonly Hit[] =>
    signals.flatMap(signal => hitsOf(signal, 'env', lower ? signal.means.map(meaning => ({ ...meaning, weight: lowered(meaning.weight) })) : signal.means, reached, place, { keepsClass }))
  const reach = (): readonly Reach[] => componentsFor(context, workload, technology.id, variable)

  const inside = ownName(words, technology)
  if (inside !== undefined && variable.value.known && /^[\w.:{}-]{2,100}$/.test(text) && !/^(?:true|false|yes|no|on|off|\d+)$/i.test(text)) {
    // `queue.nats.stream` is a stream of that one.
    if (words.some(word => others.has(word) && !technology.words.includes(word))) return []
    const at = ownerOf(technology.id, workload, context)
    return at.length === 0 ? [] : insideHits(spoken.map(({ signal }) => signal), named, at, hits)
  }
  if (spoken.length === 0) return []
  const roles = nearest(spoken)
  const last = words.at(-1) ?? ''
  // The technology's name is an address under a key for addresses only: elsewhere it names a kind.
  const kindOnly = technology.words.includes(text.toLowerCase()) && !addressing.has(last)
  const direct = kindOnly ? [] : context.links.from(variable).filter(link => link.component.technology === technology.id).map(link => ({ component: link.component, link }))
  if (tuning.has(last)) {
    if (!variable.value.known || text === '' || text === '0') return []
    if (named && naming.has(last)) return hits(roles.filter(role => !role.kept), reach(), true)
    if (!words.slice(-2).some(word => keeping.has(word))) return []
    const firm = workload.image === undefined && context.links.of(workload, technology.id).some(link => !isWeak(link))
    return hits(named ? roles : firm ? roles.filter(role => role.kept) : [], reach(), true)
  }
  if (direct.length > 0) return hits(roles, direct, !named && !words.slice(-2).some(word => choosing.has(word) || addressing.has(word)))
  // `MESSAGE_BUS: provider=x;host=…`: the value says what its key leaves open.
  const within = choiceIn(text)
  const chooses = within !== undefined || words.slice(-2).some(word => choosing.has(word))
  const against = (): readonly Hit[] => hits(roles.filter(role => !role.alone).map(role => ({ ...role, means: role.means.map(meaning => ({ ...meaning, weight: 'against' as const })) })), reach())
  // What is chosen by a word that nobody can read may be another backend; the database of a worker is none for its jobs.
  if (!variable.value.known) return chooses && !named && isAbout(words, spoken, technology) ? against().map(hit => ({ ...hit, doubt: true as const })) : []
  if (text === '') return []

  const switches = named && switchesOn(words, word => technology.words.includes(word) || roles.some(role => (role.words ?? []).includes(word) || (role.phrases ?? []).some(phrase => phrase.at(-1) === word)))
  const value = within !== undefined ? split(within) : text.length <= 80 && !/^[/.~]/.test(text) ? split(text) : []
  const chosen = value.some(word => technology.words.includes(word) || technology.libraries?.includes(word))
  if (chosen && (within !== undefined || (chooses && isAbout(words, spoken, technology)) || saysOnly(words, value, roles, technology))) {
    // `EVENT_BUS=x-pubsub`: the value says how.
    const how = rolesIn(value, text, { technology, byWord }).map(({ signal }) => signal).filter(role => !roles.includes(role) && !role.alone)
    return [...hits(roles, reach(), !chooses), ...hits(how.filter(role => role.inside), reach()), ...hits(how.filter(role => !role.inside), reach(), true)]
  }
  if (switches && /^(?:true|yes|on|1|enabled)$/i.test(text)) return hits(roles, reach())
  if (named && /^\d{1,2}$/.test(text) && words.some(word => word === 'db' || word === 'database' || word === 'index')) return hits(roles, reach(), true)
  // Another backend is chosen, or this one is switched off. What does not name the technology switches something else.
  const away = chooses && (value.some(word => others.has(word) && !technology.words.includes(word)) || (saysNo(text) && !/^(?:|false|0|no|off)$/i.test(text)))
  return away || (switches && saysNo(text)) ? against() : []
}

// What a list of settings in one value chooses: `provider=x;server=…`.
function choiceIn(text: string): string | undefined {
  for (const [, name = '', value] of text.slice(0, 400).matchAll(/(?:^|[;,\s])([A-Za-z]{3,20})\s*=\s*([\w.-]{2,40})(?=[;,\s]|$)/g)) if (choosing.has(name.toLowerCase())) return value
  return undefined
}

// A role word in the key of a stream says what the stream is for; without one, its being there at all is a hint.
function insideHits(
  roles: readonly KeyWordSignal[], named: boolean, reached: readonly Reach[],
  hits: (signals: readonly KeyWordSignal[], reached: readonly Reach[], lower?: boolean) => readonly Hit[],
): readonly Hit[] {
  const own = roles.filter(role => role.inside), telling = roles.filter(role => !role.inside && !role.alone)
  return telling.length > 0 || named ? [...hits(telling, reached, true), ...hits(own, reached)] : hits(own, reached, true)
}

/** The last words of a key whose value names a thing inside the technology (a stream, a group of readers). */
function ownName(words: readonly string[], technology: TechnologyWords): string | undefined {
  const tail = words.at(-1) === 'name' || words.at(-1) === 'key' || words.at(-1) === 'id' ? words.slice(0, -1) : words
  return technology.inside?.find(phrase => wordsOf(phrase).every((word, at, all) => tail.at(at - all.length) === word))
}

// Names of things say nothing of their owner: the workload must reach this technology, and no other that has such things.
function ownerOf(technology: Technology, workload: Workload, context: Context): readonly Reach[] {
  const firm = context.links.of(workload, technology).filter(link => !isWeak(link))
  const rival = context.knowledge.technologies.some(other => other.id !== technology && other.inside === undefined && context.links.of(workload, other.id).length > 0)
  const components = new Set(firm.map(link => link.component))
  return rival || components.size !== 1 ? [] : firm.slice(0, 1).map(link => ({ component: link.component, link }))
}

// The backend of the role, not of something that the role belongs to: between the role and the place stand only other such words.
const isAbout = (words: readonly string[], spoken: readonly Spoken[], technology: TechnologyWords): boolean =>
  spoken.some(({ at }) => words.slice(at + 1).every(word => choosing.has(word) || fillers.has(word) || technology.words.includes(word)))

// `CACHE=x`, `EVENT_BUS: x-pubsub`: nothing in key and value but roles and the technology.
function saysOnly(words: readonly string[], value: readonly string[], roles: readonly KeyWordSignal[], technology: TechnologyWords): boolean {
  const isKnown = (word: string): boolean => technology.words.includes(word) || fillers.has(word) || roles.some(role => role.words?.includes(word) || role.phrases?.some(phrase => phrase.includes(word)))
  return value.length <= 3 && words.filter(word => !isKnown(word)).length <= 1 && words.some(word => roles.some(role => role.words?.includes(word) || role.phrases?.some(phrase => phrase.includes(word))))
}

// `USE_X_CACHE`, `X_CACHE_ENABLED`; what stands directly before `enabled` is what is switched: `X_STORE_RETRY_ENABLED` switches retries.
function switchesOn(words: readonly string[], matters: (word: string) => boolean): boolean {
  const last = words.length - 1
  if (switching.has(words[last] ?? '')) return matters(words[last - 1] ?? '')
  return words.some(word => switching.has(word))
}
