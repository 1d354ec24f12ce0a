// The tables of a TOML file, as far as manifests use them: names, strings, lists of strings and inline tables, each with its place.
// https://toml.io/en/v1.0.0
import type { Span, Text } from '../../model/value.ts'

export interface TomlEntry {
  /** Dotted path of its table: `tool.poetry.dependencies`. */
  readonly table: string
  readonly key: string
  /** As written, possibly over several lines. */
  readonly value: string
  /** Where the value begins in the text. */
  readonly at: number
  readonly span: Span
  readonly text: string
}

const header = /^[ \t]*\[{1,2}[ \t]{0,40}([^\]\n]{1,200}?)\]{1,2}/
const pair = /^[ \t]*("[^"\n]{1,200}"|'[^'\n]{1,200}'|[\w.-]{1,200})[ \t]*=[ \t]*/
const mostLines = 400

export function tomlEntries(content: Text): readonly TomlEntry[] {
  const lines = content.text.split('\n').map(withoutComment)
  const found: TomlEntry[] = []
  let table = '', at = 0
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '', start = at
    at += line.length + 1
    const head = header.exec(line)
    if (head) { table = bare(head[1] ?? ''); continue }
    const match = pair.exec(line)
    if (!match) continue
    let value = line.slice(match[0].length)
    for (let more = 0; open(value) && i + 1 < lines.length && more < mostLines; more++) {
      const next = lines[++i] ?? ''
      value += `\n${next}`
      at += next.length + 1
    }
    const lead = line.length - line.trimStart().length
    const key = bare(match[1] ?? '')
    found.push({ table, key, value, at: start + match[0].length, span: content.span(start + lead, start + match[0].length + (value.split('\n')[0] ?? '').trimEnd().length), text: line.trim() })
  }
  return found
}

// A `#` outside strings.
function withoutComment(line: string): string {
  const mark = /^(?:[^"'#]|"(?:[^"\\]|\\.)*"|'[^']*')*#/.exec(line)
  return mark ? line.slice(0, mark[0].length - 1) + ' '.repeat(line.length - mark[0].length + 1) : line
}

const bare = (name: string): string => name.replace(/["']/g, '').split('.').map(part => part.trim()).join('.')

// Whether a list or table is not closed yet; brackets inside strings do not count.
function open(value: string): boolean {
  const plain = value.replace(/"(?:[^"\\\n]|\\.)*(?:"|\\?$)|'[^'\n]*(?:'|$)/gm, '')
  return (plain.match(/[[{]/g)?.length ?? 0) > (plain.match(/[\]}]/g)?.length ?? 0)
}

/** The strings in a value, each with its place in the text. */
export const stringsIn = ({ value, at }: TomlEntry): readonly { readonly text: string; readonly start: number; readonly end: number }[] =>
  [...value.matchAll(/"([^"\n]*)"|'([^'\n]*)'/g)].map(match => ({ text: match[1] ?? match[2] ?? '', start: at + match.index, end: at + match.index + match[0].length }))
