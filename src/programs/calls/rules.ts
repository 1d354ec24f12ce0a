// Short ways to write down the knowledge of a language file.
import type { Technology, UseName } from '../../model/names.ts'
import type { Library, Meaning, Rule } from './language.ts'
import { scopeOf, type Reading } from './reading.ts'
import { fieldsOf, isMark, plain } from './source.ts'
import type { Site } from './source.ts'

type Test = (site: Site, reading: Reading) => boolean

/** A library whose calls of these names show one use. The id is that of its first module. */
export const uses = (technology: Technology, use: UseName, weight: Meaning['weight'], modules: readonly string[], names: readonly string[], source: string, how?: Rule['how']): Library =>
  ({ technology, modules, source, rules: [{ id: plainId(modules[0] ?? ''), names, means: [{ use, weight }], ...(how ? { how } : {}) }] })

// Without the host and owner of a Go module, the domain of a Java package and the vendor of a PHP one.
const plainId = (module: string): string =>
  module.replace(/^[\w-]+\.[\w.-]+\/(?:[\w-]+\/)?|^(?:org|com|io|net)\.\w+\./, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')

/** One of the entries has one of these names. */
export const hasField = (...names: readonly string[]): Test => {
  const wanted = new Set(names.map(plain))
  return (site, { source }) => fieldsOf(source, site.args).some(({ name }) => name !== undefined && wanted.has(plain(name))) ||
    // `{ topic, messages }`
    site.args.some(({ from, to }) => source.tokens.slice(from, Math.min(to, from + 40)).some((token, i) => token.kind === 'word' && wanted.has(plain(token.text)) && [',', '}'].includes(source.tokens[from + i + 1]?.text ?? '') && ['{', ','].includes(source.tokens[from + i - 1]?.text ?? '')))
}

/** One of the arguments is one of these texts, in any case. */
export const hasText = (...texts: readonly string[]): Test => {
  const wanted = new Set(texts.map(text => text.toLowerCase()))
  return (site, { source }) => site.args.some(({ from, to }) => to - from === 1 && source.tokens[from]?.kind === 'text' && wanted.has(source.tokens[from].text.toLowerCase()))
}

/** The call has at least so many arguments. */
export const hasArguments = (least: number): Test => site => site.args.length >= least

/** A word of the chain holds this, in any case: `this.orderProducer.send(…)`. */
export const madeOn = (part: string): Test => site => site.chain.some(word => word.toLowerCase().includes(part))

/** The arguments hold a text or a name with this in it, in any case. */
export const mentions = (...parts: readonly string[]) => (site: Pick<Site, 'args'>, { source, constants }: Reading): boolean => site.args.some(({ from, to }) =>
  source.tokens.slice(from, Math.min(to, from + 60)).some(({ kind, text }) => {
    if (kind !== 'text' && kind !== 'word') return false
    const constant = kind === 'word' ? source.tokens[constants.get(text) ?? -1]?.text : undefined
    const whole = `${text.slice(0, 200)} ${constant?.slice(0, 200) ?? ''}`.toLowerCase()
    return parts.some(part => whole.includes(part))
  }))

/** An argument is a name to which the file assigns something with this in it, in any case: `storage_uri = app.config.get('REDIS_URL')`. */
export const madeFrom = (...parts: readonly string[]): Test => ({ args }, { source }) => args.some(({ from, to }) => {
  const name = source.tokens[from]
  if (to - from !== 1 || name?.kind !== 'word') return false
  return source.tokens.some(({ kind, text }, at) => {
    if (kind !== 'word' || text !== name.text || !isMark(source, at + 1, '=', ':=') || source.tokens[at]?.first !== true) return false
    const end = source.tokens.findIndex((token, i) => i > at + 1 && token.first)
    return source.tokens.slice(at + 2, Math.min(end === -1 ? at + 40 : end, at + 40)).some(token => token.kind !== 'mark' && parts.some(part => token.text.toLowerCase().includes(part)))
  })
})

/** The function that it stands in, or the file, is called so. */
export const inside = (...parts: readonly string[]): Test => ({ at }, reading) => {
  const { file } = reading.source
  const names = [file.slice(file.lastIndexOf('/') + 1), scopeOf(reading, at)?.name ?? ''].map(name => plain(name))
  return names.some(name => parts.some(part => name.includes(part)))
}

export const all = (...tests: readonly Test[]): Test => (site, reading) => tests.every(test => test(site, reading))
export const any = (...tests: readonly Test[]): Test => (site, reading) => tests.some(test => test(site, reading))
export const not = (test: Test): Test => (site, reading) => !test(site, reading)

/** A setting in the spelling of most scripting languages: `group_id`. */
export const snakeSettings = (...names: readonly string[]): ReadonlyMap<string, string> => new Map(names.map(name => [name.replaceAll('.', '_'), name]))

const noTime = new Set(['null', 'none', 'nil', 'undefined', 'true', 'false', 'cb', 'callback', 'done', 'next', 'function', 'async', 'redis', 'self', 'this', 'lambda', 'nx', 'xx', 'options', 'opts', 'px', 'ex'])

/** What the program's own client is told besides key and value: a time to live by its name, `ttl: 60`, or by its place, `set(key, value, 60)`. */
export const hasLifetime: Test = ({ args }, { source }) => {
  if (args.some(({ name }) => name !== undefined && /ttl|expir|lifetime|max_?age/i.test(name))) return true
  const third = args.filter(arg => arg.name === undefined)[2]
  const token = third && source.tokens[third.from]
  return token?.kind === 'number' || (token?.kind === 'word' && !noTime.has(token.text.toLowerCase()))
}

/** The first argument is a text that begins so. */
export const startsWith = (beginning: string): Test => ({ args: [first] }, { source }) => {
  const token = first && source.tokens[first.from]
  return token?.kind === 'text' && token.text.startsWith(beginning)
}

/** Whether an entry is called `key`; of a list that is made elsewhere nobody can tell. */
export const keyedByField = (list?: string) => (site: Site, reading: Reading): boolean | undefined => {
  if (hasField('key')(site, reading)) return true
  const { source } = reading
  const within = list === undefined ? undefined : fieldsOf(source, site.args).find(({ name }) => name !== undefined && plain(name) === list)
  const from = list === undefined ? site.at : within?.from ?? -1, to = list === undefined ? site.end : within?.to ?? -1
  // It may be set later: `message.Key = …`.
  if (list === undefined && (reading.words.has('key') || reading.words.has('Key'))) return undefined
  if (list !== undefined && !(source.tokens[from]?.text === '[' && source.tokens[from + 1]?.text === '{')) return undefined
  return source.tokens.slice(from, Math.min(to, from + 200)).some(({ kind, text }) => kind === 'mark' && (text === '...' || text === '**')) ? undefined : false
}

/** Whether a key stands between topic and value, `send(topic, key, value)`. */
export const keyedByPlace = ({ args }: Site): boolean | undefined => (args.length === 2 ? false : args.length > 2 ? true : undefined)

/** Whether a key follows topic and value, by its name or its place: `send(topic, value, key)`. */
export const keyedBehind = (site: Site, reading: Reading): boolean | undefined =>
  (site.args.filter(({ name }) => name === undefined).length > 2 ? true : keyedByField()(site, reading))

/** The arguments hold one of these words or texts, whole, in any case. */
export const hasWord = (...words: readonly string[]): Test => {
  const wanted = new Set(words)
  return ({ args }, { source }) => args.some(({ from, to, name }) => (name !== undefined && wanted.has(name.toLowerCase())) ||
    source.tokens.slice(from, Math.min(to, from + 60)).some(({ kind, text }) => (kind === 'word' || kind === 'text') && wanted.has(text.toLowerCase())))
}

/** What is assigned to the name, or follows it on the line, holds this. */
export const followedBy = (part: string): Test => ({ at }, { source }) => {
  for (let i = at + 1; i < at + 16; i++) {
    const token = source.tokens[i]
    if (token === undefined || token.first) return false
    if (token.kind !== 'mark' && token.text.toLowerCase().includes(part)) return true
  }
  return false
}

/** This word stands before it on the line. */
export const precededBy = (word: string): Test => ({ at }, { source }) => {
  for (let i = at; i >= 0 && i > at - 16; i--) {
    const token = source.tokens[i]
    if (token?.text === word) return true
    if (token?.first === true) break
  }
  return false
}

/** It stands on the right of `=`, and the name on the left holds this, in any case. */
export const assignedTo = (part: string): Test => ({ begin }, { source }) =>
  source.tokens[begin - 1]?.text === '=' && source.tokens[begin - 2]?.text.toLowerCase().includes(part) === true
