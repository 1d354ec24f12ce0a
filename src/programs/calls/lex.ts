// Source text into tokens: words, strings, numbers, marks. Comments are dropped. Knows how languages write those, nothing of what they mean.

/** One way to write a string, tried in the order given. */
export interface StringForm {
  readonly open: string
  readonly close: string
  /** `\` takes the next character literally. */
  readonly escapes?: boolean
  /** May go over line ends; otherwise one that is not closed ends with its line. */
  readonly lines?: boolean
  /** What opens a place for code: `${`, `#{`, `{`. Closed by `}`. */
  readonly hole?: string
  /** Holds one character, or is no string at all: a Rust lifetime, a generic quote. */
  readonly char?: boolean
}

/** How a language writes what is no code. */
export interface Lexis {
  /** Openers and closers of comments; a line comment is closed by a line end. */
  readonly comments: readonly (readonly [open: string, close: string])[]
  readonly strings: readonly StringForm[]
  /** Letters before a string change it; where this stands in one, code is inside: `f"{name}"`, `s"$name"`. */
  readonly prefixHole?: string
  /** `/…/` is a regular expression where a value is expected. */
  readonly regex?: boolean
  /** What opens a heredoc, before its name: `<<`, `<<<`. */
  readonly heredoc?: string
  /** Code begins behind this, everything before is text: `<?`. */
  readonly codeOpens?: string
}

export interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'mark'
  readonly start: number
  readonly end: number
  /** A word, number or mark as written; a string without its quotes. */
  readonly text: string
  /** First of its line. */
  readonly first: boolean
  /** A string with code inside, whose value cannot be told. */
  readonly computed: boolean
}

/** Longer files say nothing: nobody wrote them by hand. */
export const maxLength = 400_000

// By the codes of their two characters.
const doubleMarks = new Map(['=>', '->', '::', '?.', '&.', ':=', '==', '!=', '<=', '>=', '&&', '||', '??', '+=', '|>', '<-', '++'].map(mark => [mark.charCodeAt(0) << 16 | mark.charCodeAt(1), mark]))
const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13) || code === 160 || code === 0xfeff
const isDigit = (code: number): boolean => code >= 48 && code <= 57
const isWord = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 36 || (code > 127 && !isSpace(code)) || isDigit(code)

/** What a character below 128 may begin. */
const space = 1, digit = 2, word = 4, doubled = 8, special = 16
const common = Uint8Array.from({ length: 128 }, (_, code) =>
  (isSpace(code) ? space : 0) | (isDigit(code) ? digit : 0) | (isWord(code) ? word : 0) | ([...doubleMarks.keys()].some(mark => mark >> 16 === code) ? doubled : 0))
const beginnings = new WeakMap<Lexis, Uint8Array>()

// The characters that comments, strings and heredocs begin with are special: all others are passed without a look at those.
function beginningsOf(lexis: Lexis): Uint8Array {
  let found = beginnings.get(lexis)
  if (!found) {
    beginnings.set(lexis, found = common.slice())
    for (const open of [...lexis.comments.map(([open]) => open), ...lexis.strings.map(({ open }) => open), lexis.heredoc ?? ''].filter(open => open !== '')) {
      const code = open.charCodeAt(0)
      found[code] = (found[code] ?? 0) | special
    }
  }
  return found
}

const commentAt = (lexis: Lexis, text: string, at: number): readonly [string, string] | undefined => lexis.comments.find(([open]) => text.startsWith(open, at) && !(open === '#' && text.charCodeAt(at + 1) === 91))
const stringAt = (lexis: Lexis, text: string, at: number): StringForm | undefined => lexis.strings.find(({ open }) => text.startsWith(open, at))

function endOfWord(text: string, from: number, length: number): number {
  let end = from
  while (end < length && isWord(text.charCodeAt(end))) end++
  return end
}

/** All tokens of a text, in one pass; never throws. */
export function tokensOf(text: string, lexis: Lexis): readonly Token[] {
  const tokens: Token[] = []
  const length = Math.min(text.length, maxLength)
  let at = lexis.codeOpens === undefined ? 0 : opened(text, lexis.codeOpens)
  let first = true, heredoc: string | undefined
  // What opens and never closes is looked for to a far end: a few times, not for each of thousands.
  const vain = { heredocs: 0, holes: 0 }
  const classes = beginningsOf(lexis)
  while (at < length) {
    const code = text.charCodeAt(at), start = at
    const begins = code < 128 ? classes[code] ?? 0 : isSpace(code) ? space : word
    // A line that goes on in the next one: Python, shell-like.
    if (code === 92 && (text.charCodeAt(at + 1) === 10 || text.startsWith('\r\n', at + 1))) { at++; continue }
    if (begins === space) {
      at++
      if (code !== 10) continue
      first = true
      if (heredoc !== undefined) {
        const end = endOfHeredoc(text, at, heredoc)
        if (end < 0) vain.heredocs++
        else at = end
        heredoc = undefined
      }
      continue
    }
    const comment = begins < special ? undefined : commentAt(lexis, text, at)
    if (comment) {
      const end = text.indexOf(comment[1], at + comment[0].length)
      // A line end is left to the spaces, which count lines.
      at = end < 0 ? length : end + (comment[1] === '\n' ? 0 : comment[1].length)
      first ||= comment[1] !== '\n' && text.slice(start, at).includes('\n')
      continue
    }
    const form = begins < special ? undefined : stringAt(lexis, text, at)
    const end = form && endOfString(text, at, form, length, vain)
    if (form && end) {
      const inner = text.slice(at + form.open.length, end.close)
      const prefix = prefixOf(tokens.at(-1), at, lexis)
      if (prefix) { tokens.pop(); first = prefix.first }
      const computed = end.computed || (prefix !== undefined && lexis.prefixHole !== undefined && inner.includes(lexis.prefixHole))
      tokens.push({ kind: 'text', start: prefix?.start ?? at, end: at = end.after, text: inner, first, computed })
      first = false
      continue
    }
    if (begins >= special && lexis.heredoc !== undefined && vain.heredocs < 20 && text.startsWith(lexis.heredoc, at)) {
      const name = /^[~-]?[ \t]?["'`]?([A-Za-z_]\w{0,60})/.exec(text.slice(at + lexis.heredoc.length, at + lexis.heredoc.length + 70))
      // `x << name` shifts or appends; heredocs have names in capitals, or a sign before them.
      if (name?.[1] !== undefined && (lexis.heredoc === '<<<' || /^[~-]?["'`]?[A-Z][A-Z_0-9]*$/.test(name[0]))) {
        heredoc = name[1]
        tokens.push({ kind: 'text', start, end: at = at + lexis.heredoc.length + name[0].length, text: '', first, computed: true })
        first = false
        while (/["'`]/.test(text.charAt(at))) at++
        continue
      }
    }
    let kind: Token['kind'] = 'mark', written: string | undefined
    const regex = lexis.regex === true && code === 47 && valueExpected(tokens) ? endOfRegex(text, at) : 0
    if (regex > 0) { at = regex; written = '/' }
    else if ((begins & digit) > 0) {
      kind = 'number'
      at++
      while (at < length && (isWord(text.charCodeAt(at)) || (text.charCodeAt(at) === 46 && isDigit(text.charCodeAt(at + 1))))) at++
    } else if ((begins & word) > 0) {
      kind = 'word'
      at = endOfWord(text, at + 1, length)
    } else {
      written = (begins & doubled) > 0 ? doubleMarks.get(code << 16 | text.charCodeAt(at + 1)) : undefined
      at += written === undefined ? 1 : 2
    }
    tokens.push({ kind, start, end: at, text: written ?? text.slice(start, at), first, computed: false })
    first = false
  }
  return tokens
}

// `f`, `rb`, `raw`: a short word that touches the string.
const prefixOf = (last: Token | undefined, at: number, { prefixHole }: Lexis): Token | undefined =>
  prefixHole !== undefined && last?.kind === 'word' && last.end === at && last.text.length <= 3 ? last : undefined

function opened(text: string, open: string): number {
  const found = text.indexOf(open)
  return found < 0 ? text.length : found + open.length
}

interface StringEnd { readonly close: number; readonly after: number; readonly computed: boolean }

function endOfString(text: string, start: number, form: StringForm, length: number, vain: { holes: number }): StringEnd | undefined {
  if (form.char === true) {
    const from = start + form.open.length
    const close = text.charAt(from) === '\\' ? from + 2 + text.slice(from + 2, from + 12).indexOf(form.close) : from + 1
    return text.startsWith(form.close, close) ? { close, after: close + form.close.length, computed: false } : undefined
  }
  let computed = false
  const close = form.close.charCodeAt(0), hole = form.hole?.charCodeAt(0)
  for (let at = start + form.open.length; at < length; at++) {
    const code = text.charCodeAt(at)
    if (code === 92 && form.escapes === true) { at++; continue }
    if (code === close && text.startsWith(form.close, at)) return { close: at, after: at + form.close.length, computed }
    if (code === 10 && form.lines !== true) return { close: at, after: at, computed: true }
    if (code === hole && form.hole !== undefined && text.startsWith(form.hole, at)) {
      computed = true
      const end = vain.holes < 50 ? endOfHole(text, at + form.hole.length, length) : -1
      if (end < 0) vain.holes++
      else at = end
    }
  }
  return { close: length, after: length, computed: true }
}

// The brace that closes a place for code; strings inside are passed over, so that neither their braces nor their quotes count.
function endOfHole(text: string, start: number, length: number): number {
  let depth = 1
  const end = Math.min(length, start + 2_000)
  for (let at = start; at < end; at++) {
    const char = text.charAt(at)
    if (char === '{') depth++
    else if (char === '}' && --depth === 0) return at
    else if (char === '"' || char === "'" || char === '`') at = closedWithin(text, char, at + 1, end) ?? at
  }
  return -1
}

function closedWithin(text: string, quote: string, from: number, end: number): number | undefined {
  for (let at = from; at < end && text.charAt(at) !== '\n'; at++) if (text.charAt(at) === quote) return at
  return undefined
}

const valueWords = new Set(['return', 'typeof', 'case', 'in', 'of', 'and', 'or', 'not', 'if', 'unless', 'when', 'then', 'else', 'do', 'await', 'yield'])

function valueExpected(tokens: readonly Token[]): boolean {
  const last = tokens.at(-1)
  if (last === undefined) return true
  return last.kind === 'mark' ? ![')', ']', '}', '++'].includes(last.text) : last.kind === 'word' && valueWords.has(last.text)
}

function endOfRegex(text: string, start: number): number {
  let inClass = false
  for (let at = start + 1; at < text.length && at - start < 1_000; at++) {
    const char = text.charAt(at)
    if (char === '\n') return -1
    if (char === '\\') at++
    else if (char === '[') inClass = true
    else if (char === ']') inClass = false
    else if (char === '/' && !inClass) return at + 1
  }
  return -1
}

// Behind the line that holds the name alone.
function endOfHeredoc(text: string, start: number, name: string): number {
  for (let line = start; line >= start; line = text.indexOf('\n', line) + 1) {
    let at = line
    while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++
    if (text.startsWith(name, at) && !isWord(text.charCodeAt(at + name.length))) return at + name.length
  }
  return -1
}
