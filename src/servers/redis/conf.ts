// redis.conf text and redis-server flags → directives with places. Knows their grammar, not what a server does with them.
// Behaviour measured on redis-server 7.0.15; https://redis.io/docs/latest/operate/oss_and_stack/management/config/
import { entryOf } from '../../model/entry-of.ts'
import type { Problem } from '../../model/stack.ts'
import type { Span, Text } from '../../model/value.ts'
import type { Word } from '../script.ts'

export interface Argument {
  readonly text: string
  readonly span: Span
  /** Why it cannot be known. */
  readonly unknown?: string
}

export interface Directive {
  /** Lower case, under today's name: `slaveof` is `replicaof`. */
  readonly name: string
  readonly arguments: readonly Argument[]
  /** Of the whole directive. */
  readonly span: Span
}

const oldNames: Readonly<Record<string, string>> = {
  slaveof: 'replicaof', 'min-slaves-to-write': 'min-replicas-to-write', 'min-slaves-max-lag': 'min-replicas-max-lag',
  'slave-read-only': 'replica-read-only', 'slave-priority': 'replica-priority', 'slave-serve-stale-data': 'replica-serve-stale-data',
}
const today = (name: string): string => entryOf(oldNames, name.toLowerCase()) ?? name.toLowerCase()

/** The directives of a redis.conf, in order. Lines that Redis would refuse become problems. */
export function redisConf(text: Text): { readonly directives: readonly Directive[]; readonly problems: readonly Problem[] } {
  const directives: Directive[] = [], problems: Problem[] = []
  let start = text.text.startsWith('\uFEFF') ? 1 : 0
  while (start <= text.text.length) {
    const next = text.text.indexOf('\n', start)
    const end = next < 0 ? text.text.length : next
    const line = text.text.slice(start, end)
    if (/^\s*[^#\s]/.test(line)) {
      const pieces = splitArguments(line)
      const [name, ...rest] = pieces ?? []
      if (!name) problems.push({ span: text.span(start, end), message: 'this line has unbalanced quotes; Redis refuses to start with it' })
      else {
        directives.push({
          name: today(name.text),
          arguments: rest.map(piece => argument(piece, text.span(start + piece.start, start + piece.end))),
          span: text.span(start + name.start, start + (rest.at(-1) ?? name).end),
        })
      }
    }
    if (next < 0) break
    start = next + 1
  }
  return { directives, problems }
}

// A file of the repository with `${NAME}` or `{{ … }}` in it is a template that something fills in first.
const template = /\$\{|\{\{|\$[A-Z_]{3,}|@@?[A-Z_]{3,}@|<%|^%\w+%$|^__\w+__$/
const argument = (piece: Piece, span: Span): Argument =>
  template.test(piece.text) ? { text: piece.text, span, unknown: `${piece.text} is filled in before Redis reads it` } : { text: piece.text, span }

interface Piece {
  readonly text: string
  readonly start: number
  readonly end: number
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' }

/** The words of one line, quoted as Redis reads them; undefined when the quotes do not balance. */
export function splitArguments(line: string): readonly Piece[] | undefined {
  const pieces: Piece[] = []
  let at = 0
  for (;;) {
    while (at < line.length && /\s/.test(line.charAt(at))) at++
    if (at >= line.length) return pieces
    const start = at
    let text = ''
    while (at < line.length && !/\s/.test(line.charAt(at))) {
      const quote = line.charAt(at)
      if (quote !== '"' && quote !== "'") { text += quote; at++; continue }
      for (at++; ; at++) {
        const c = line.charAt(at)
        if (at >= line.length) return undefined
        if (c === quote) break
        const hex = quote === '"' && /^\\x([0-9a-f]{2})/i.exec(line.slice(at, at + 4))
        if (hex) { text += String.fromCharCode(parseInt(hex[1] ?? '', 16)); at += 3 }
        else if (c === '\\' && quote === '"' && at + 1 < line.length) { at++; text += entryOf(escapes, line.charAt(at)) ?? line.charAt(at) }
        else if (c === '\\' && line.charAt(at + 1) === "'") { at++; text += "'" }
        else text += c
      }
      at++
      // A closing quote ends the word.
      if (at < line.length && !/\s/.test(line.charAt(at))) return undefined
      break
    }
    pieces.push({ text, start, end: at })
  }
}

export interface Flags {
  /** The configuration file, when the first word names one. */
  readonly file?: Word
  readonly directives: readonly Directive[]
  /** A word that may stand for any number of flags. */
  readonly opaque?: Word
  readonly sentinel: boolean
}

// These take more than one word; after the single word of another flag, a loose unknown can only be more flags, and it may be here.
const several = new Set(['save', 'client-output-buffer-limit', 'bind', 'user', 'loadmodule', 'rename-command', 'replicaof', 'oom-score-adj-values'])

/** Why the settings that such a word may hold are not known. A word that is no flag may be a secret that slipped out of its place, so it is not repeated. */
export const whyOpaque = ({ text, unknown }: Word, where = ''): string => (unknown === undefined || text === '' ? `a word${where} may set anything: ${unknown ?? 'it is no flag'}` : `${text}${where} may set anything: ${unknown}`)

/** What the words after `redis-server` say. */
export function redisFlags(words: readonly Word[]): Flags {
  const directives: { name: string; arguments: Argument[]; span: Span }[] = []
  let file: Word | undefined, opaque: Word | undefined, sentinel = false
  for (const [i, word] of words.entries()) {
    if (word.text === '--sentinel') { sentinel = true; continue }
    if (word.text.startsWith('--') && word.text.length > 2) {
      // `"--maxmemory 1gb"` in one word is taken as a whole line of configuration.
      const [name, ...rest] = splitArguments(word.text.slice(2)) ?? []
      if (name) directives.push({ name: today(name.text), arguments: rest.map(piece => ({ text: piece.text, span: word.span })), span: word.span })
      continue
    }
    const last = directives.at(-1)
    if (!last) {
      if (i === 0 && word.unknown === undefined && word.text !== '-') file = word
      else if (word.text !== '--' && (word.unknown === undefined || word.loose || i === 0)) opaque = word
      continue
    }
    if (word.loose && last.arguments.length > 0) {
      opaque = word
      if (!several.has(last.name)) continue
    }
    last.arguments.push(word.unknown === undefined ? { text: word.text, span: word.span } : { text: word.text, span: word.span, unknown: word.unknown })
    last.span = { ...last.span, end: last.span.file === word.span.file ? Math.max(last.span.end, word.span.end) : last.span.end }
  }
  return { ...(file ? { file } : {}), directives, ...(opaque ? { opaque } : {}), sentinel }
}
