// Env files (`KEY=value` lines): entries with places, and their values. Knows the dotenv dialect of Compose, not who uses the file.
import { entryOf } from '../../model/entry-of.ts'
import type { Note, Span } from '../../model/value.ts'
import { interpolate, shapedBy, type Lookup, type Resolved } from './interpolate.ts'

export interface EnvEntry extends Resolved {
  readonly name: string
  readonly nameSpan: Span
  /** Of the value, without its quotes. */
  readonly span: Span
  /** False for a line that is only a name: the value is the host's. */
  readonly stated: boolean
}

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', v: '\v', n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$$' }
const line = /^\uFEFF?[ \t]*(?:export[ \t]+)?([\p{L}\p{N}_][\p{L}\p{N}_.\-[\]]*)[ \t]*(?:([=:])[ \t]*|$)/gmu

/** The entries of an env file in order. References are looked up in `outer`, then in the entries before, those of `earlier` files included. */
export function readEnvFile(file: string, source: string, outer: Lookup, earlier: ReadonlyMap<string, EnvEntry> = new Map()): readonly EnvEntry[] {
  const entries: EnvEntry[] = []
  const seen = new Map<string, EnvEntry>()
  const lookup: Lookup = (name, how) => outer(name, 'default') ?? seen.get(name) ?? earlier.get(name) ?? outer(name, how)
  line.lastIndex = 0
  for (let match = line.exec(source); match && entries.length < 5000; match = line.exec(source)) {
    const name = match[1] ?? ''
    const at = match.index + match[0].indexOf(name)
    const nameSpan = { file, start: at, end: at + name.length }
    const from = match.index + match[0].length
    const raw = match[2] === undefined ? { start: from, end: from, style: 'plain' as const } : rawValue(source, from)
    const value = evaluate(source.slice(raw.start, raw.end), raw.style, lookup)
    const entry = { name, nameSpan, span: { file, start: raw.start, end: raw.end }, stated: match[2] !== undefined, ...value }
    entries.push(entry)
    if (entry.stated) seen.set(name, entry)
    line.lastIndex = Math.max(from, raw.end)
  }
  return entries
}

const rawLine = /^\uFEFF?[ \t]*([^\s#=][^\s=]{0,200})(=([^\r\n]*)|(?=\r?$))/gm

/** The entries of an env file whose `format` is `raw`: nothing is unquoted, replaced or cut off. */
export function readRawEnvFile(file: string, source: string): readonly EnvEntry[] {
  return [...source.matchAll(rawLine)].slice(0, 5000).map(match => {
    const [whole, name = '', assigned, text = ''] = match
    const at = match.index + whole.indexOf(name), end = match.index + whole.length
    return { name, nameSpan: { file, start: at, end: at + name.length }, span: { file, start: end - text.length, end }, stated: assigned !== '', text, missing: [], notes: [] }
  })
}

interface Raw { readonly start: number; readonly end: number; readonly style: 'plain' | 'single' | 'double' }

/** Where a value stands: up to the closing quote, or to the end of its line without a trailing comment. */
function rawValue(source: string, from: number): Raw {
  const quote = source[from]
  if (quote === '"' || quote === "'") {
    for (let i = from + 1; i < source.length; i++) {
      if (source[i] === '\\') i++
      else if (source[i] === quote) return { start: from + 1, end: i, style: quote === '"' ? 'double' : 'single' }
    }
  }
  const newline = source.slice(from, from + 100_000).search(/[\r\n]/)
  const text = newline < 0 ? source.slice(from) : source.slice(from, from + newline)
  const comment = text.indexOf(' #')
  const value = (comment < 0 ? text : text.slice(0, comment)).trimEnd()
  return { start: from, end: from + value.length, style: 'plain' }
}

function evaluate(raw: string, style: Raw['style'], lookup: Lookup): Resolved {
  if (style === 'single') return { text: raw.replaceAll("\\'", "'"), missing: [], notes: [] }
  const text = style === 'double' ? raw.replace(/\\(?:0([0-7]{3})|(.))/gs, (whole, octal: string | undefined, c: string | undefined) =>
    (octal === undefined ? entryOf(escapes, c ?? '') ?? whole : String.fromCharCode(parseInt(octal, 8)))) : raw
  const result = interpolate(text, lookup)
  return { text: result.text, ...shapedBy(result, 0, result.text.length) }
}

/** A note that says where a variable is defined. */
export const definedAt = (entry: EnvEntry, example: boolean): Note => ({
  span: { ...entry.nameSpan, end: Math.max(entry.nameSpan.end, entry.span.end) },
  text: example ? `${entry.name} is set in the example file ${entry.nameSpan.file}, the real one is not here` : `${entry.name} is set in ${entry.nameSpan.file}`,
})
