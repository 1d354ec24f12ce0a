// Globs that people write in a configuration, behind --exclude and for names of rules: braces and groups over wildcards, in bounded time.
import { classEnd, closingOf, fits, readPattern, splitAt, type Pattern } from './wildcard.ts'

const mostAlternatives = 1_000
const longest = 2_000

/** A test of paths by a glob; a refusal where it cannot be one. `*` and `**` also stand for names that begin with a dot. */
export function globOf(text: string): ((path: string) => boolean) | { readonly refused: string } {
  if (text.length > longest) return { refused: `it is longer than ${longest} characters` }
  const texts = alternatives(text)
  if (texts === undefined) return { refused: `its braces stand for more than ${mostAlternatives} patterns` }
  const patterns: Pattern[] = []
  for (const each of texts) {
    const pattern = readPattern(each.replace(/^\.\//, ''), true)
    if (pattern === undefined) return { refused: 'a class [ ] in it has no end, or a group +( ), *( ), !( ) has a / in it' }
    patterns.push(pattern)
  }
  return path => {
    const parts = path.split('/')
    return patterns.some(pattern => fits(pattern, parts))
  }
}

// `{a,b}`, `{1..3}`, `@(a|b)`, `?(a|b)` and `(a|b)` stand for several texts each.
function alternatives(text: string): readonly string[] | undefined {
  let done: readonly string[] = ['']
  const add = (pieces: readonly string[]): boolean => {
    if (done.length * pieces.length > mostAlternatives) return false
    done = done.flatMap(head => pieces.map(piece => head + piece))
    return true
  }
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i)
    if (c === '\\') { add([text.slice(i, ++i + 1)]); continue }
    const end = c === '[' ? classEnd(text, i) : c === '{' || c === '(' ? closingOf(text, i) : c === '@' || c === '?' || c === '+' || c === '*' || c === '!' ? (text.charAt(i + 1) === '(' ? closingOf(text, i + 1) : undefined) : undefined
    if (end === undefined) { add([c]); continue }
    const inner = text.slice(c === '{' || c === '(' ? i + 1 : i + 2, end)
    const pieces = c === '{' ? (rangeOf(inner) ?? splitAt(inner, ',')) : splitAt(inner, '|')
    const known = c === '[' || c === '+' || c === '*' || c === '!' || ((c === '{' || c === '(') && pieces.length < 2)
    // What is no list is what it looks like; a group that repeats is left to the wildcards, its own lists are not.
    const own = known ? [text.slice(i, end + 1)] : pieces.flatMap(piece => alternatives(piece) ?? Array.from({ length: mostAlternatives + 1 }, () => ''))
    if (!add(c === '?' ? ['', ...own] : own)) return undefined
    i = end
  }
  return done
}

function rangeOf(inner: string): readonly string[] | undefined {
  const [, from = '', to = ''] = /^(\d{1,6}|[a-zA-Z])\.\.(\d{1,6}|[a-zA-Z])$/.exec(inner) ?? []
  if (from === '') return undefined
  const digits = /\d/.test(from)
  if (digits !== /\d/.test(to)) return undefined
  const [a, b] = digits ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)]
  if (Math.abs(a - b) > mostAlternatives) return Array.from({ length: mostAlternatives + 1 }, () => '')
  return Array.from({ length: Math.abs(a - b) + 1 }, (_, i) => (digits ? String(Math.min(a, b) + i) : String.fromCharCode(Math.min(a, b) + i)))
}
