// The types that code stands in, in any language.
import { isMark } from './source.ts'
import type { Scope } from './scopes.ts'
import type { Source } from './source.ts'

const kinds = new Set(['class', 'interface', 'trait', 'object', 'impl', 'struct', 'module'])

/** The class that a token stands in, with what it implements; in Go the receiver's type. */
export function typesAround(source: Source, at: number, scope: Scope | undefined): readonly string[] {
  const { tokens } = source
  if (scope && isMark(source, scope.from - 1, ')') && tokens[(source.other[scope.from - 1] ?? 0) - 1]?.text === 'func') {
    const type = tokens[scope.from - 2]
    return type?.kind === 'word' ? [type.text] : []
  }
  for (let back = at; back >= 0; back--) {
    const token = tokens[back], name = tokens[back + 1]
    if (token?.kind !== 'word' || !kinds.has(token.text) || name?.kind !== 'word' || isMark(source, back - 1, '.')) continue
    const found = [name.text]
    let next = back + 2
    for (; next < back + 40 && !isMark(source, next, '{') && tokens[next] !== undefined; next++) {
      const word = tokens[next]
      if (word?.kind === 'word' && word.text !== 'for' && /^[A-Z]/.test(word.text) && !isMark(source, next + 1, '.')) found.push(word.text)
      if (source.grammar.comments[0]?.[0] === '#' && word?.first) break
    }
    // One that ends before is another.
    if (isMark(source, next, '{') && (source.other[next] ?? -1) > next && (source.other[next] ?? -1) < at) continue
    return found
  }
  return []
}
