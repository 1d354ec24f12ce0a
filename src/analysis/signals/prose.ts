// What a sentence of a comment states about the purpose of the thing it speaks of. Knows a few habits of English; no technology is named here.
import { wordsOf } from './text.ts'

/** Words of one sentence, lower case. */
export type Sentence = readonly string[]
export type Phrase = readonly string[]

/** The sentences of a paragraph, as words. Addresses, quoted code, long asides and what stands elsewhere ("kept separate from the queue") are none of it. */
export const sentencesOf = (text: string): readonly Sentence[] =>
  text.slice(0, 2000).replaceAll(/\bhttps?:\/\/\S+|`[^`]{0,200}`|\((?:enable|see|default|use|set|only|if|e\.g|i\.e)[^()]{0,400}\)/gi, ' ').replaceAll(/\([^()]{30,400}\)|\b(?:separated?|separately|apart|isolated|distinct|away) from\b[^,;.]{0,300}/gi, ' ').split(/[.;!?](?=\s|$)/).map(wordsOf).filter(words => words.length > 0)

const leads = new Set(['for', 'as', 'handles', 'handling', 'stores', 'storing', 'holds', 'holding', 'keeps', 'backs', 'powers', 'powering', 'provides', 'stores'])
// "to store the locks", "used to cache pages"
const infinitives = new Set(['store', 'hold', 'keep', 'cache', 'handle', 'manage', 'share', 'queue', 'back', 'persist'])
// "the session store": a role before the word for its place.
const places = new Set(['store', 'storage', 'backend', 'broker', 'cache', 'database', 'instance', 'server', 'bus', 'provider', 'layer'])
const articles = new Set(['a', 'an', 'the', 'our', 'your', 'its', 'just', 'only', 'purely'])
const negations = new Set(['not', 'no', 'never', 'without', 'instead', 'rather', 'isn', 'don', 'doesn', 'won', 'cannot', 'avoid', 'unlike', 'unless', 'disable', 'disables', 'disabled', 'nor'])
const waiting = new Set(['wait', 'waits', 'waiting', 'look', 'looks', 'time', 'timeout', 'ttl', 'check', 'checks', 'see', 'same', 'such', 'well', 'long', 'soon'])
// "caching via X", "sessions are kept in X", "the queue uses X".
const through = new Set(['via', 'with', 'through', 'in', 'using', 'on', 'uses', 'by'])
// Before a thing of the technology that carries something: "to X streams", "from the X stream".
const flowing = new Set([...through, 'to', 'into', 'onto', 'from', 'over', 'reads', 'writes', 'publishes', 'consumes'])
// What is merely possible states nothing.
const conditions = new Set(['if', 'whether', 'enable', 'enables', 'optional', 'optionally', 'can', 'could', 'may', 'might', 'when', 'example', 'e', 'like', 'option', 'either', 'supports'])
// How a sentence begins that offers what may be off.
const offers = new Set(['enable', 'enables', 'whether', 'if'])
// What stands in a heading beside a role and says nothing of it.
const describing = new Set([...articles, 'main', 'primary', 'shared', 'state', 'distributed', 'background', 'async', 'message', 'user', 'users', 'web', 'app', 'application', 'data', 'token', 'simple', 'memory', 's'])
const joining = new Set(['and', 'or', 'plus'])
const relating = new Set(['of', 'for', 'in', 'used', 'between', 'behind', 'by', 'on'])
const reach = 10, before = 4

/** Whether the words occur, not denied ("not a cache"). */
export const mentions = (sentences: readonly Sentence[], phrases: readonly Phrase[], apart: readonly string[] = []): boolean =>
  sentences.some(words => words.some((_, at) => phrases.some(phrase => fitsAt(words, at, phrase)) && !follows(words, at, apart) && !denied(words, at)))

/** "Cache & Pub/Sub", "session and token store": a heading of a few words that lists roles, or names the place of one. */
export const lists = (sentences: readonly Sentence[], phrases: readonly Phrase[], subjects: ReadonlySet<string>, roles: readonly (readonly Phrase[])[], others: ReadonlySet<string>, apart: readonly string[]): boolean => {
  const [words = [], more] = sentences
  if (words.some(word => others.has(word)) || offers.has(words[0] ?? '')) return false
  const at = words.findIndex((_, i) => phrases.some(phrase => fitsAt(words, i, phrase)) && !follows(words, i, apart) && !denied(words, i))
  if (at < 0 || more !== undefined || words.length > 9) return false
  const several = roles.filter(role => words.some((_, i) => role.some(phrase => fitsAt(words, i, phrase)))).length > 1
  const next = words.slice(at + 1, at + 4).findIndex(word => places.has(word))
  const placed = next >= 0 && words.slice(at + 1, at + 1 + next).every(word => joining.has(word) || roles.some(role => role.some(([first]) => first === word)) || word === 'token')
  return (several && words.length <= 7 && words.some(word => subjects.has(word))) || (placed && words.length > 2)
}

/** "Celery broker", "Queue backend", "X: job queue", "Primary data store of the shop": a heading that begins with nothing but roles, their places and the technology's name. */
export const heads = (sentences: readonly Sentence[], phrases: readonly Phrase[], subjects: ReadonlySet<string>, roles: readonly (readonly Phrase[])[], apart: readonly string[]): boolean => {
  const [words = [], more] = sentences
  const end = words.findIndex((word, at) => at > 0 && relating.has(word))
  const heading = end < 0 ? words : words.slice(0, end)
  if (more !== undefined || heading.length < 2 || heading.length > 6 || words.some(word => negations.has(word) || conditions.has(word))) return false
  let telling = 0
  for (let at = 0; at < heading.length;) {
    const role = roles.flat().find(phrase => fitsAt(heading, at, phrase))
    const word = heading[at] ?? ''
    if (!role && !places.has(word) && !subjects.has(word) && !describing.has(word) && !joining.has(word)) return false
    if (role || (places.has(word) && at > 0)) telling += role?.length ?? 1
    at += role?.length ?? 1
  }
  // "X cache" is what many people call any X.
  return telling >= 2 && heading.some((_, at) => phrases.some(phrase => fitsAt(heading, at, phrase)) && !follows(heading, at, apart))
}

/** Whether a sentence says that the role is played by the technology: "rate limiting via X", "sessions are kept in X", "publishes them to the X streams". */
export const playedBy = (sentences: readonly Sentence[], phrases: readonly Phrase[], subjects: ReadonlySet<string>, others: ReadonlySet<string>, apart: readonly string[]): boolean =>
  sentences.some(words => !words.some(word => conditions.has(word) || negations.has(word) || others.has(word)) && words.some((word, at) =>
    subjects.has(word) && ((through.has(words[at - 1] ?? '') && words.slice(0, at - 1).some((_, i) => i >= at - 8 && phrases.some(phrase => fitsAt(words, i, phrase)) && !follows(words, i, apart)))
      || (at > 1 && phrases.some(phrase => phrase.length > 1 && fitsAt(words, at, phrase)) && flowing.has(words[articles.has(words[at - 1] ?? '') ? at - 2 : at - 1] ?? '')))))

const follows = (words: Sentence, at: number, apart: readonly string[]): boolean => apart.includes(words[at - 1] ?? '')

/** Whether a sentence states one of these purposes of the thing that it stands beside: "for caching and sessions", "the primary datastore". */
export const states = (sentences: readonly Sentence[], phrases: readonly Phrase[], others: ReadonlySet<string>, apart: readonly string[] = []): boolean =>
  sentences.some(words => !offers.has(words[0] ?? '') && words.some((_, at) =>
    isLead(words, at) && !words.slice(Math.max(0, at - before), at).some(word => others.has(word)) && purposeAfter(words, at, phrases, others, apart)))

/** The same of a sentence that stands elsewhere: it, or the one before it, must name the technology, and nothing else in between. */
export const statesOf = (sentences: readonly Sentence[], phrases: readonly Phrase[], subjects: ReadonlySet<string>, others: ReadonlySet<string>, apart: readonly string[] = []): boolean =>
  sentences.some((words, i) => !offers.has(words[0] ?? '') && words.some((_, at) => isLead(words, at) && hasSubject(words, at, sentences[i - 1], subjects, others) && purposeAfter(words, at, phrases, others, apart)))

const surviving = new Set(['survive', 'survives', 'outlive', 'outlives'])
const losing = new Set(['lost', 'lose', 'loses', 'losing', 'loss'])
const dropping = new Set(['evict', 'evicts', 'evicted', 'evicting', 'eviction', 'drop', 'drops', 'dropped', 'dropping'])
const preventing = new Set([...negations, 'prevent', 'prevents', 'against'])

/** Whether a sentence says what may not be lost with the thing that it stands beside: "so that queued jobs survive a restart", "to avoid job loss", "sessions are never evicted". */
export const preserves = (sentences: readonly Sentence[], phrases: readonly Phrase[], others: ReadonlySet<string>, apart: readonly string[] = []): boolean =>
  sentences.some(words => !words.some(word => others.has(word)) && !conditions.has(words[0] ?? '') && words.some((_, at) => {
    if (follows(words, at, apart) || !phrases.some(phrase => fitsAt(words, at, phrase))) return false
    const near = words.slice(Math.max(0, at - before), at + 1 + before)
    return words.slice(at + 1, at + 1 + before).some(word => surviving.has(word)) || (near.some(word => losing.has(word) || dropping.has(word)) && near.some(word => preventing.has(word)))
  }))

// What a key says of an address beside the technology's name.
const addressing = new Set(['url', 'urls', 'uri', 'dsn', 'host', 'hosts', 'hostname', 'addr', 'addrs', 'address', 'endpoint', 'port', 'connection', 'server', 'config', 'configuration', 'settings', 'options', 'db'])

/** Whether a key names nothing but the technology, its place or role: `X`, `x_cache`, `X_SESSION_URL`; not `x_exporter`. */
export const namesPlace = (words: Sentence, subjects: ReadonlySet<string>, roles: readonly (readonly Phrase[])[]): boolean =>
  words.some(word => subjects.has(word)) && words.every(word => subjects.has(word) || places.has(word) || addressing.has(word) || roles.some(role => role.some(([first, more]) => first === word && more === undefined)))

const fitsAt = (words: Sentence, at: number, phrase: Phrase): boolean => phrase.length > 0 && phrase.every((word, offset) => words[at + offset] === word)

const denied = (words: Sentence, at: number): boolean => words.slice(Math.max(0, at - before), at).some(word => negations.has(word))

function isLead(words: Sentence, at: number): boolean {
  const word = words[at] ?? '', previous = words[at - 1] ?? '', next = words[at + 1] ?? ''
  if (denied(words, at)) return false
  if (leads.has(word)) return !waiting.has(previous)
  if (previous === 'to' && infinitives.has(word)) return true
  if (word === 'by') return /^(used|needed|required|shared)$/.test(previous)
  // "is the session store", "is Acme's primary database"
  return word === 'is' && (articles.has(next) || words.slice(at + 2, at + 5).includes('s'))
}

function purposeAfter(words: Sentence, lead: number, phrases: readonly Phrase[], others: ReadonlySet<string>, apart: readonly string[]): boolean {
  // "to cache pages" names the role itself.
  for (let at = words[lead - 1] === 'to' ? lead : lead + 1; at <= lead + reach && at < words.length; at++) {
    const word = words[at] ?? ''
    if (negations.has(word) || others.has(word)) return false
    if (phrases.some(phrase => fitsAt(words, at, phrase)) && !follows(words, at, apart)) return true
  }
  return false
}

function hasSubject(words: Sentence, lead: number, previous: Sentence | undefined, subjects: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (let at = lead - 1; at >= 0 && at >= lead - reach; at--) {
    const word = words[at] ?? ''
    if (others.has(word)) return false
    if (subjects.has(word)) return true
  }
  return /^(this|it|which|used|that)$/.test(words[0] ?? '') && lead <= before + 2 && previous !== undefined && previous.some(word => subjects.has(word)) && !previous.some(word => others.has(word))
}
