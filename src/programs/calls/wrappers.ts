// Methods of the program's own classes and modules that hand a command on, `set(key, value, ttl) { client.set(key, value, 'EX', ttl) }`, and
// clients that another file gets by import: found in one file, called in others. Knows no library.
import { remembered } from '../../model/once.ts'
import type { Import } from './language.ts'
import { namesRedis, scopeOf, wordsOfArgument } from './reading.ts'
import type { Reading } from './reading.ts'
import { sayTopic, type Sent } from './redis.ts'
import { argumentsIn, isMark, plain } from './source.ts'
import type { Scope } from './scopes.ts'
import type { Argument, Site, Source } from './source.ts'
import { typesAround } from './types.ts'

/** A method or function that sends a command with the key that its caller gives. */
export interface Wrapper {
  readonly language: string
  /** Names that callers have for what holds it: its class, what that implements, its module; without endings that say nothing. */
  readonly holders: readonly string[]
  /** Types among them, as written. */
  readonly types: readonly string[]
  readonly file: string
  readonly folder: string
  readonly method: string
  readonly command: string
  /** Place of the key among the arguments, and its parameter's name. */
  readonly key: number
  readonly keyName: string
  readonly ttl: boolean
  readonly nx: boolean
  /** It asks the program's cache, wherever that is kept. */
  readonly kept?: true
}

/** A client that a file makes under a name which does not say so: `export const store = new Redis()`. */
export interface Handed {
  readonly language: string
  readonly file: string
  readonly module: string
  readonly folder: string
  readonly names: readonly string[]
}

/** What the files of a program give each other. */
export interface Given {
  readonly wrappers: readonly Wrapper[]
  readonly handed: readonly Handed[]
}

const endings = /(?:services?|clients?|managers?|helpers?|utils?|repository|repositories|repo|adapter|provider|impl|wrapper|module|instance|connection|conn|api|ops|operations|handler|facade|gateway|template|dao|storage)$/
/** A name without what says nothing: `ICacheService`, `cacheService`, `cache` are one. */
export function bare(name: string): string {
  let rest = plain(name.replace(/^\$/, '').replace(/^I(?=[A-Z][a-z])/, ''))
  for (let i = 0; i < 3; i++) rest = rest.replace(endings, '')
  return rest
}

const general = new Set(['index', 'main', 'mod', 'lib', 'client', 'init', '__init__', 'service', 'services', 'util', 'utils', 'helper', 'helpers', 'base', 'common', 'core', 'src', 'impl', 'internal', 'pkg', 'db', 'config', 'connection'])
const baseOf = (file: string): string => (file.split('/').at(-1) ?? '').replace(/\.\w+$/, '')
export const folderOf = (file: string): string => file.split('/').slice(0, -1).join('/')
/** What imports call a file: its name, or its folder's where the name is general. */
export const moduleOf = (file: string): string => { const base = baseOf(file); return general.has(base.toLowerCase()) ? file.split('/').at(-2) ?? base : base }

// Names of the parameters of a function, those for the object itself left out.
function parametersOf({ source, language }: Reading, scope: Scope): readonly string[] {
  let open = scope.from + 1
  while (open < scope.from + 26 && !isMark(source, open, '(')) open++
  const close = source.other[open] ?? -1
  if (close < open) return []
  return argumentsIn(source, { from: open + 1, to: close }).map(arg => parameterName(source, arg, language.id)).filter(name => name !== 'self' && name !== 'cls' && name !== '')
}

function parameterName(source: Source, arg: Argument, language: string): string {
  if (arg.name !== undefined) return arg.name
  let name = ''
  for (let at = arg.from; at < arg.to; at++) {
    if (isMark(source, at, '=', ':')) break
    const token = source.tokens[at]
    if (token?.kind !== 'word' || isMark(source, at - 1, '<', '@', '.')) continue
    name = token.text
    if (language === 'go') break
  }
  return name
}

/** The commands of a file whose keys its functions' callers give. */
export function wrappersIn(reading: Reading, sent: readonly Sent[]): readonly Wrapper[] {
  const { source, language } = reading
  const found: Wrapper[] = []
  for (const one of sent) {
    if (one.through || found.length >= 80) continue
    const place = handedKey(reading, one)
    if (place === undefined) continue
    const types = typesAround(source, one.site.at, place.scope)
    const folder = folderOf(source.file)
    const names = [...types, moduleOf(source.file), ...(language.id === 'go' ? [folder.split('/').at(-1) ?? ''] : [])]
    found.push({
      language: language.id, types, holders: [...new Set(names.flatMap(name => [bare(name), plain(name)]))].filter(name => name.length > 1), file: source.file, folder,
      method: place.scope.name, command: one.command, key: place.at, keyName: place.name, ttl: one.ttl, nx: one.nx, ...(one.kept ? { kept: true as const } : {}),
    })
  }
  return found
}

/** The parameter that a command's key is made of, where nothing but the caller says what the key is. */
export function handedKey(reading: Reading, { key, site }: Pick<Sent, 'key' | 'site'>): { readonly scope: Scope; readonly at: number; readonly name: string } | undefined {
  if (!key) return undefined
  const scope = scopeOf(reading, site.at)
  if (!scope || sayTopic(wordsOfArgument(reading, key))) return undefined
  const words = new Set(rawWords(reading, key, scope))
  const parameters = parametersOf(reading, scope), at = parameters.findIndex(name => words.has(name))
  return at < 0 ? undefined : { scope, at, name: parameters[at] ?? '' }
}

function rawWords(reading: Reading, { from, to }: { readonly from: number; readonly to: number }, scope: Scope): readonly string[] {
  const { tokens } = reading.source
  const own = tokens.slice(from, Math.min(to, from + 20)).flatMap(({ kind, text }) => (kind === 'word' ? [text] : kind === 'text' ? text.slice(0, 200).match(/[A-Za-z_]\w*/g) ?? [] : []))
  if (to - from !== 1) return own
  const last = reading.assignments.get(own[0] ?? '')?.filter(range => range.from < from && range.from > scope.from).at(-1)
  return last ? [...own, ...tokens.slice(last.from, last.to).flatMap(({ kind, text }) => (kind === 'word' ? [text] : kind === 'text' ? text.slice(0, 200).match(/[A-Za-z_]\w*/g) ?? [] : []))] : own
}

/** Clients of a file that others may import, or of its Go package; one whose name says Redis needs nobody to say so. */
export function handedIn(reading: Reading): readonly Handed[] {
  const { source, language } = reading
  const names = [...reading.clients].filter(([name, { from, to }]) => to > from && name.length > 1 && name !== 'this' && name !== 'self' && !namesRedis(name)).map(([name]) => name).slice(0, 20)
  return names.length === 0 ? [] : [{ language: language.id, file: source.file, module: moduleOf(source.file), folder: folderOf(source.file), names }]
}

// Each of the files of a program is asked about the same modules and folders.
export const lastOf = remembered((module: string): string => {
  const parts = module.replace(/\.(?:js|ts|mjs|py)$/, '').split(/[/.:\\]+/).filter(part => part !== ''), last = parts.at(-1) ?? ''
  return general.has(last.toLowerCase()) ? parts.at(-2) ?? last : last
})
const plainLastOf = remembered((module: string): string => plain(lastOf(module)))

// What an import may be called by whoever means a module of the program.
const modulesOf = ({ module, names }: Import): readonly string[] => [module, ...names.map(name => module.slice(0, -name.length - 1))].filter(each => each !== '').map(plainLastOf)
/** Whether an import means a module of the program by that name. */
export const comesFrom = (one: Import, wanted: string): boolean => modulesOf(one).includes(plain(wanted))

/** Names in a file that are clients which other files make. */
export function clientsFrom({ imports, source, language }: Pick<Reading, 'imports' | 'source' | 'language'>, handed: readonly Handed[]): readonly string[] {
  const folder = folderOf(source.file), own = moduleOf(source.file)
  const modules = language.id === 'go' ? imports.map(({ module }) => (module.includes('/') ? [lastOf(module)] : [])) : imports.map(modulesOf)
  const from = (wanted: string): readonly Import[] => imports.filter((_, at) => modules[at]?.includes(wanted))
  return handed.filter(each => each.language === language.id).flatMap(({ module, names, folder: other }) => {
    // What another package of Go gives stands behind its name: `cache.Client`.
    if (language.id === 'go') return other === folder ? names : from(lastOf(other)).flatMap(({ names: [bound = ''] }) => names.filter(name => /^[A-Z]/.test(name)).map(name => `${bound}.${name}`))
    if (other === folder && module === own) return []
    return from(plain(module)).flatMap(({ names: bound }) => bound.filter(name => names.includes(name)))
  })
}

/** These names, and those that hold nothing but what they give: `cache = get_cache()`, `cache: Cache = Depends(get_cache)`. */
export function heldBy({ source, assignments }: Reading, clients: readonly string[]): ReadonlySet<string> {
  const found = new Set(clients)
  if (found.size === 0) return found
  for (const [name, ranges] of assignments) {
    for (const { from } of ranges) {
      for (let at = from; at < from + 8; at++) {
        const token = source.tokens[at]
        if (token?.kind === 'word' && isOneOf(source, at, found)) {
          const behind = isMark(source, at + 1, '(') && (source.other[at + 1] ?? -1) > at ? (source.other[at + 1] ?? at) + 1 : at + 1
          const next = source.tokens[behind]
          if (next?.first !== false || isMark(source, behind, ';', ')', ',', '||', '??')) found.add(name)
          break
        }
        if (at > from && token?.first === true) break
      }
    }
  }
  return found
}

const isOneOf = ({ tokens }: Source, at: number, names: ReadonlySet<string>): boolean =>
  names.has(tokens[at]?.text ?? '') || (tokens[at - 1]?.text === '.' && names.has(`${tokens[at - 2]?.text ?? ''}.${tokens[at]?.text ?? ''}`))

/** Words in the chain of a call that name nothing which could hold a method. */
export const saysNothing: ReadonlySet<string> = new Set(['this', 'self', '$this', 'await', 'super', 'get', 'getInstance'])

/** The wrappers that a call may be of, by what it is made on. */
export function calledWrappers(reading: Reading, site: Site, wrappers: readonly Wrapper[], typed: ReadonlyMap<string, string>): readonly Wrapper[] {
  const receiver = site.chain.filter(word => !saysNothing.has(word)).at(-1)
  if (receiver === undefined) {
    if (site.chain.length > 0) return []
    // A function by its import, or of the same Go package.
    const folder = folderOf(reading.source.file)
    return wrappers.filter(each => (reading.language.id === 'go' ? each.folder === folder && each.types.length === 0 : reading.imports.some(one => one.names.includes(site.name) && each.holders.some(holder => comesFrom(one, holder)))))
  }
  return wrappers.filter(each => isHolder(each, receiver) || each.types.includes(typed.get(receiver) ?? ''))
}

/** Whether a name means what holds a method. */
export function isHolder({ holders }: Wrapper, name: string): boolean {
  const { short, whole } = formsOf(name)
  return holders.includes(whole) || (short.length > 2 && holders.includes(short))
}
const formsOf = remembered((name: string) => ({ short: bare(name), whole: plain(name.replace(/^\$/, '')) }))

/** Variables, fields and parameters with the one of these types that they have: `private cache: CacheService`, `store *Store`, `store := NewStore(…)`. */
export function typedBy(source: Source, types: ReadonlySet<string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const { tokens } = source
  tokens.forEach((token, at) => {
    const type = token.kind !== 'word' ? undefined : types.has(token.text) ? token.text : token.text.startsWith('New') && types.has(token.text.slice(3)) ? token.text.slice(3) : undefined
    if (type === undefined) return
    let left = at - 1
    while (isMark(source, left, '.', '*', '&', '?', '::') || ['new', 'await'].includes(tokens[left]?.text ?? '') || (tokens[left]?.kind === 'word' && isMark(source, left + 1, '.', '::'))) left--
    const right = tokens[at + 1]
    const name = isMark(source, left, ':', '=', ':=') ? tokens[left - 1] : right?.kind === 'word' && !right.first ? right : tokens[left]?.kind === 'word' && !token.first ? tokens[left] : undefined
    if (name?.kind === 'word' && !found.has(name.text)) found.set(name.text, type)
  })
  return found
}
