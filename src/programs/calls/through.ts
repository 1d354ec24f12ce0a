// What the files of a program show by calling what other files of it give them. Knows no library.
import { remembered } from '../../model/once.ts'
import { nothing, languageOf, type Calls } from './index.ts'
import { methodsIn, sentBy, throughWrappers } from './commands.ts'
import type { Language } from './language.ts'
import { namesRedis, readingOf } from './reading.ts'
import type { Sent } from './redis.ts'
import { gathered } from './shown.ts'
import { plain, siteAt, sourceOf } from './source.ts'
import { calledWrappers, clientsFrom, folderOf, heldBy, isHolder, lastOf, saysNothing, typedBy, type Given, type Wrapper } from './wrappers.ts'

/** What the files of a program show by calling what they give each other, file by file; undefined for one that calls nothing of it. */
export type Through = (file: string, text: string, folder: string) => (() => Omit<Calls, 'given'>) | undefined

/** What is given in one language. */
interface Part extends Given {
  readonly byMethod: ReadonlyMap<string, readonly Wrapper[]>
  readonly types: ReadonlySet<string>
  /** Finds the methods as whole words. */
  readonly methods: RegExp
}

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const anyOf = (names: Iterable<string>): string => [...new Set(names)].map(escaped).join('|')

/** How the files of a program call what they give each other. */
export function throughOf(given: Given): Through {
  const parts = new Map<string, Part>()
  const anyName = new RegExp(anyOf([...given.wrappers.map(({ method }) => method), ...given.handed.flatMap(each => each.names)]))
  return (file, text, folder) => {
    const language = anyName.test(text) ? languageOf(file, folder) : undefined
    if (!language) return undefined
    let part = parts.get(language.id)
    if (!part) parts.set(language.id, part = partIn(given, language.id))
    const own = part
    return mayCall(own, language.grammar.arrows === true, file, text) || mayGet(own, file, text) ? () => callsThrough(file, text, language, own) : undefined
  }
}

function partIn(given: Given, language: string): Part {
  const mine = (each: { readonly language: string }): boolean => each.language === language
  const wrappers = given.wrappers.filter(mine), byMethod = new Map<string, Wrapper[]>()
  for (const each of wrappers) {
    const list = byMethod.get(each.method)
    if (list) list.push(each)
    else byMethod.set(each.method, [each])
  }
  return { wrappers, handed: given.handed.filter(mine), byMethod, types: new Set(wrappers.flatMap(({ types }) => types)), methods: new RegExp(`(?<![\\w$])(?:${anyOf(byMethod.keys())})(?![\\w$])`, 'g') }
}

// Whether the text calls a method on what may hold it. The tokens tell exactly; this is for the many files that do not.
function mayCall({ byMethod, methods, wrappers }: Part, arrows: boolean, file: string, text: string): boolean {
  if (wrappers.length === 0) return false
  const lower = plain(text), folder = folderOf(file), asked = new Set<string>()
  const isThere = remembered(holder => lower.includes(holder))
  const heldHere = ({ holders }: Wrapper): boolean => holders.some(isThere)
  for (const { 0: method, index } of text.matchAll(methods)) {
    const on = receiverBefore(text, index, arrows), key = `${on ?? ' '}.${method}`
    if (asked.has(key)) continue
    asked.add(key)
    const candidates = byMethod.get(method) ?? []
    if (on === undefined) {
      // Where it is written, it stands once without being called.
      const written = text.indexOf(method, text.indexOf(method) + 1) < 0 && candidates.some(each => each.file === file)
      if (!written && candidates.some(each => (each.language !== 'go' || each.folder === folder) && heldHere(each))) return true
    } else if (candidates.some(each => (on === '' ? heldHere(each) || each.types.some(type => text.includes(type)) : isHolder(each, on) || each.types.some(type => text.includes(type))))) return true
  }
  return false
}

const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code === 36

/** The name that what stands at a place is called on; empty where that is more or says nothing, undefined where it stands alone. */
function receiverBefore(text: string, at: number, arrows: boolean): string | undefined {
  const skipped = (from: number): number => { let end = from; while (end > 0 && text.charCodeAt(end - 1) <= 32) end--; return end }
  let end = skipped(at)
  const link = text.slice(Math.max(0, end - 2), end)
  if (link === '::' || (arrows && link === '->')) end -= 2
  else if (link.endsWith('.') || (arrows && link.endsWith('\\'))) end--
  else return undefined
  const joined = end
  end = skipped(end)
  // A comment may end the line before.
  if (text.slice(end, joined).includes('\n')) return ''
  let start = end
  while (start > 0 && isLetter(text.charCodeAt(start - 1))) start--
  const name = text.slice(start, end)
  return saysNothing.has(name) || (start > 0 && text.charCodeAt(start - 1) > 127) ? '' : name
}

// Whether the text names a client that another file makes: those get it by import, or by their package.
function mayGet({ handed }: Part, file: string, text: string): boolean {
  if (handed.length === 0) return false
  const folder = folderOf(file)
  let lower: string | undefined
  return handed.some(({ language, file: other, folder: place, module, names }) => {
    if (other === file) return false
    const named = (some: readonly string[], before = ''): boolean => some.some(name => text.includes(`${before}${name}`))
    if (language !== 'go') return named(names) && (lower ??= plain(text)).includes(plain(module))
    return place === folder ? named(names) : text.includes(lastOf(place)) && named(names.filter(name => /^[A-Z]/.test(name)), '.')
  })
}

function callsThrough(file: string, text: string, language: Language, { handed, byMethod, types }: Part): Omit<Calls, 'given'> {
  const reading = readingOf(sourceOf(file, text, language.grammar), language)
  const { tokens } = reading.source
  const typed = typedBy(reading.source, types)
  const clients = heldBy(reading, clientsFrom(reading, handed).filter(name => !namesRedis(name) && !reading.clients.has(name)))
  const methods = clients.size > 0 ? methodsIn(reading) : new Map<string, string>()
  const starts = new Set(reading.scopes.map(({ from }) => from))
  const sent: Sent[] = []
  for (let at = 0; at < tokens.length && sent.length < 400; at++) {
    const token = tokens[at]
    if (token?.kind !== 'word') continue
    const mine = byMethod.get(token.text), lower = methods.get(token.text)
    if ((!mine && lower === undefined) || starts.has(at) || language.grammar.functions.includes(tokens[at - 1]?.text ?? '')) continue
    const site = siteAt(reading.source, at)
    if (site.how !== 'call') continue
    if (lower !== undefined && site.chain.some((word, at) => clients.has(word) || clients.has(`${site.chain[at - 1] ?? ''}.${word}`))) {
      const found = sentBy(reading, site, lower, true, clients)
      if (found.length > 0) { sent.push(...found); continue }
    }
    // What the file calls by itself is known already.
    if (mine && !site.chain.some(word => reading.clients.has(word) && (reading.clients.get(word)?.to ?? 0) > 0)) sent.push(...throughWrappers(reading, site, calledWrappers(reading, site, mine, typed)))
  }
  return sent.length === 0 ? nothing : gathered(reading, [], [], sent, false)
}
