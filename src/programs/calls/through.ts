// What the files of a program show by calling what other files of it give them. Knows no library.
import { nothing, languageOf, type Calls } from './index.ts'
import { methodsIn, sentBy, throughWrappers } from './commands.ts'
import { namesRedis, readingOf } from './reading.ts'
import type { Sent } from './redis.ts'
import { gathered } from './shown.ts'
import { plain, siteAt, sourceOf } from './source.ts'
import { calledWrappers, clientsFrom, heldBy, typedBy, type Given, type Handed, type Wrapper } from './wrappers.ts'

export interface Through {
  /** Whether a file may call anything of it: asked of each file of the program. */
  may(file: string, text: string): boolean
  /** What a file of the program in a folder shows. */
  calls(file: string, text: string, folder: string): Omit<Calls, 'given'>
}

/** What is given in one language. */
interface Part extends Given {
  readonly byMethod: ReadonlyMap<string, readonly Wrapper[]>
  readonly types: ReadonlySet<string>
}

/** How the files of a program call what they give each other. */
export function throughOf(given: Given): Through {
  const parts = new Map<string, Part>()
  const partOf = (language: string): Part => {
    let part = parts.get(language)
    if (!part) parts.set(language, part = partIn(given, language))
    return part
  }
  return { may: mayCall(given), calls: (file, text, folder) => callsThrough(file, text, folder, partOf) }
}

function partIn(given: Given, language: string): Part {
  const mine = (each: { readonly language: string }): boolean => each.language === language
  const wrappers = given.wrappers.filter(mine), byMethod = new Map<string, Wrapper[]>()
  for (const each of wrappers) {
    const list = byMethod.get(each.method)
    if (list) list.push(each)
    else byMethod.set(each.method, [each])
  }
  return { wrappers, handed: given.handed.filter(mine), byMethod, types: new Set(wrappers.flatMap(({ types }) => types)) }
}

function mayCall({ wrappers, handed }: Given): Through['may'] {
  const names = new Set([...wrappers.map(({ method }) => method), ...handed.flatMap(each => each.names)])
  const anyName = new RegExp([...names].map(name => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'))
  const written = new Set(wrappers.map(({ file, method }) => `${file} ${method}`))
  const givers = handed.map(each => ({ ...each, module: plain(each.module) }))
  return (file, text) => {
    if (!anyName.test(text)) return false
    const lower = plain(text)
    // Where a method is written, it stands once without being called.
    const calls = (method: string): boolean => { const at = text.indexOf(method); return at >= 0 && !(written.has(`${file} ${method}`) && text.indexOf(method, at + 1) < 0) }
    // A client that a file makes itself is known there; others get it by import, or by their package.
    const gets = ({ language, file: other, module }: Handed): boolean => other !== file && (language === 'go' || lower.includes(module))
    return wrappers.some(({ method, holders }) => calls(method) && holders.some(holder => lower.includes(holder))) || givers.some(each => gets(each) && each.names.some(name => text.includes(name)))
  }
}

function callsThrough(file: string, text: string, folder: string, partOf: (language: string) => Part): Omit<Calls, 'given'> {
  const language = languageOf(file, folder)
  if (!language) return nothing
  const { handed, byMethod, types } = partOf(language.id)
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
