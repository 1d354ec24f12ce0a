// Functions that give a client to whoever calls them: `def get_cache() -> Redis`, `getClient() { return this.redis }`. Knows no library.
import type { Scope } from './scopes.ts'
import { isMark } from './source.ts'
import type { Range, Source } from './source.ts'

/** Names that functions of any kind have. */
const anyFunction = new Set(['get', 'set', 'new', 'of', 'create', 'build', 'make', 'init', 'open', 'main', 'run', 'start', 'setup', 'connect', 'constructor', '__init__', '__new__', 'call', 'instance', 'getInstance', 'default', 'handler'])

/** The functions among these that give a client, by name, with where they say so. `isClient`: whether a name is a client, or makes or types one. */
export function accessorsIn(source: Source, scopes: readonly Scope[], isClient: (name: string) => boolean, isMaker: (name: string) => boolean): ReadonlyMap<string, Range> {
  const found = new Map<string, Range>()
  for (const { name, from, to } of scopes) {
    if (name.length < 4 || anyFunction.has(name) || found.has(name) || to - from > 400) continue
    const at = givesType(source, from, isMaker) ?? returns(source, from, to, isClient, isMaker)
    if (at !== undefined) found.set(name, { from: at, to: at + 1 })
  }
  return found
}

// `) -> Redis:`, `): Promise<Redis> {`, `) *redis.Client {`
function givesType(source: Source, from: number, isMaker: (name: string) => boolean): number | undefined {
  const { tokens, other } = source
  let open = from + 1
  while (open < from + 26 && !isMark(source, open, '(')) open++
  const close = other[open] ?? -1
  if (close < open) return undefined
  for (let at = close + 1; at < close + 10 && !isMark(source, at, '{', '=', '=>', ';') && !(isMark(source, at, ':') && at > close + 1); at++) {
    if (tokens[at]?.kind === 'word' && isMaker(tokens[at]?.text ?? '')) return at
    if (tokens[at]?.first === true) return undefined
  }
  return undefined
}

// `return self._client`, `return new Redis(…)`; no more than the client.
function returns(source: Source, from: number, to: number, isClient: (name: string) => boolean, isMaker: (name: string) => boolean): number | undefined {
  const { tokens, other } = source
  for (let at = from; at < to - 1; at++) {
    if (tokens[at]?.kind !== 'word' || tokens[at]?.text !== 'return') continue
    let next = at + 1, last = -1
    for (; next < at + 10 && next < to; next++) {
      if (tokens[next]?.kind === 'word') { if (tokens[next]?.first) break; last = next } else if (!isMark(source, next, '.', '?.', '->', '::', '!', '&', '*')) break
    }
    const name = tokens[last]?.text ?? ''
    if (last < 0 || !isClient(name)) continue
    if (isMark(source, next, '(')) { if (isMaker(name) && ends(source, (other[next] ?? next) + 1)) return last } else if (ends(source, next)) return last
  }
  return undefined
}

const ends = (source: Source, at: number): boolean => source.tokens[at]?.first !== false || isMark(source, at, ';', '}', ',', ')')
