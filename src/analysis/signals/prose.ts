// What a sentence of a comment states about the purpose of the thing it speaks of. Knows a few habits of English; no technology is named here.
import { wordsOf } from './text.ts'

/** Words of one sentence, lower case. */
export type Sentence = readonly string[]
type Phrase = readonly string[]

/** The sentences of a paragraph, as words. */
export const sentencesOf = (text: string): readonly Sentence[] =>
  text.slice(0, 2000).split(/[.;!?](?=\s|$)/).map(wordsOf).filter(words => words.length > 0)

const leads = new Set(['for', 'as', 'handles', 'handling', 'stores', 'storing', 'holds', 'holding', 'keeps', 'backs', 'powers', 'powering', 'provides'])
const articles = new Set(['a', 'an', 'the', 'our', 'your', 'its', 'just', 'only', 'purely'])
const negations = new Set(['not', 'no', 'never', 'without', 'instead', 'rather', 'isn', 'don', 'doesn', 'won', 'cannot', 'avoid', 'unlike', 'unless', 'disable', 'disables', 'disabled', 'nor'])
const waiting = new Set(['wait', 'waits', 'waiting', 'look', 'looks', 'time', 'timeout', 'ttl', 'check', 'checks', 'see', 'same', 'such', 'well', 'long', 'soon'])
const reach = 10, before = 4

/** Whether the words occur, not denied ("not a cache"). */
export const mentions = (sentences: readonly Sentence[], phrases: readonly Phrase[]): boolean =>
  sentences.some(words => words.some((_, at) => phrases.some(phrase => fitsAt(words, at, phrase)) && !denied(words, at)))

/** Whether a sentence states one of these purposes of the thing that it stands beside: "for caching and sessions", "the primary datastore". */
export const states = (sentences: readonly Sentence[], phrases: readonly Phrase[], others: ReadonlySet<string>): boolean =>
  sentences.some(words => words.some((_, at) =>
    isLead(words, at) && !words.slice(Math.max(0, at - before), at).some(word => others.has(word)) && purposeAfter(words, at, phrases, others)))

/** The same of a sentence that stands elsewhere: it, or the one before it, must name the technology, and nothing else in between. */
export const statesOf = (sentences: readonly Sentence[], phrases: readonly Phrase[], subjects: ReadonlySet<string>, others: ReadonlySet<string>): boolean =>
  sentences.some((words, i) => words.some((_, at) => isLead(words, at) && hasSubject(words, at, sentences[i - 1], subjects, others) && purposeAfter(words, at, phrases, others)))

const fitsAt = (words: Sentence, at: number, phrase: Phrase): boolean => phrase.length > 0 && phrase.every((word, offset) => words[at + offset] === word)

const denied = (words: Sentence, at: number): boolean => words.slice(Math.max(0, at - before), at).some(word => negations.has(word))

function isLead(words: Sentence, at: number): boolean {
  const word = words[at] ?? '', previous = words[at - 1] ?? '', next = words[at + 1] ?? ''
  if (denied(words, at)) return false
  if (leads.has(word)) return !waiting.has(previous)
  if (word === 'by') return /^(used|needed|required|shared)$/.test(previous)
  // "is the session store", "is Acme's primary database"
  return word === 'is' && (articles.has(next) || words[at + 2] === 's')
}

function purposeAfter(words: Sentence, lead: number, phrases: readonly Phrase[], others: ReadonlySet<string>): boolean {
  for (let at = lead + 1; at <= lead + reach && at < words.length; at++) {
    const word = words[at] ?? ''
    if (negations.has(word) || others.has(word)) return false
    if (phrases.some(phrase => fitsAt(words, at, phrase))) return true
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
