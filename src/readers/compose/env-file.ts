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

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$$' }
const line = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.\-[\]]*)[ \t]*(?:([=:])[ \t]*|(?=[ \t]*$))/gm

/** The entries of an env file in order. References are looked up in the entries before, then in `outer`. */
export function readEnvFile(file: string, source: string, outer: Lookup): readonly EnvEntry[] {
  const entries: EnvEntry[] = []
  const seen = new Map<string, EnvEntry>()
  const lookup: Lookup = (name, how) => outer(name, 'default') ?? seen.get(name) ?? outer(name, how)
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
  const comment = text.startsWith('#') && source[from - 1] !== '=' ? 0 : text.search(/[ \t]#/)
  const value = (comment < 0 ? text : text.slice(0, comment)).trimEnd()
  return { start: from, end: from + value.length, style: 'plain' }
}

function evaluate(raw: string, style: Raw['style'], lookup: Lookup): Resolved {
  if (style === 'single') return { text: raw.replace(/\\(['\\])/g, '$1'), missing: [], notes: [] }
  const text = style === 'double' ? raw.replace(/\\(.)/gs, (whole, c: string) => entryOf(escapes, c) ?? whole) : raw
  const result = interpolate(text, lookup)
  return { text: result.text, ...shapedBy(result, 0, result.text.length) }
}

/** A note that says where a variable is defined. */
export const definedAt = (entry: EnvEntry, example: boolean): Note => ({
  span: { ...entry.nameSpan, end: Math.max(entry.nameSpan.end, entry.span.end) },
  says: example ? `${entry.name} is set in the example file ${entry.nameSpan.file}, the real one is not here` : `${entry.name} is set in ${entry.nameSpan.file}`,
})
