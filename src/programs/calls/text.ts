// How a call is quoted, and the names that tell which server is meant.
import type { Reading } from './reading.ts'
import { statementEnd } from './reading.ts'
import type { Range, Site } from './source.ts'

const secretWords = /pass|secret|token|credential|private_?key|api_?key|^pwd$|^auth$/i

/** Hides what stands for a password in an address: `redis://:***@cache:6379`. */
export const withoutCredentials = (text: string): string => text.replace(/:\/\/[^\s/@]{1,300}@/g, '://***@')

/** The text of a range on one line, without credentials, at most 120 characters. */
export function quoted({ source }: Reading, { from, to }: Range): string {
  let line = ''
  const first = source.tokens[from]?.start ?? 0
  let last = first
  for (let at = from; at < to && line.length < 200; at++) {
    const token = source.tokens[at]
    if (!token) break
    line += source.text.slice(last, token.start).trim() === '' ? (token.start > last ? ' ' : '') : ' '
    const key = source.tokens[at - 2]
    const secret = token.kind === 'text' && at >= from + 2 && source.tokens[at - 1]?.kind === 'mark' && key !== undefined && (key.kind === 'text' || (key.kind === 'word' && source.tokens[at - 1]?.text !== ',')) && secretWords.test(key.text)
    const written = source.text.slice(token.start, Math.min(token.end, token.start + 200))
    line += token.kind !== 'text' ? written : secret ? `${written.charAt(0)}***${written.charAt(0)}` : withoutCredentials(written)
    last = token.end
  }
  line = line.replace(/\s+/g, ' ').trim()
  return line.length > 120 ? `${line.slice(0, 119)}…` : line
}

const variable = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/

const anyHolder = new Set(['this', 'self', 'await', 'cls', 'super', 'client', 'conn', 'connection', 'multi', 'pipeline'])

/** Variables and host names in the call and in what its client is made with. */
export function namesAt(reading: Reading, site: Site): readonly string[] {
  const { source } = reading
  const found = new Set<string>()
  const look = ({ from, to }: Range): void => {
    for (let at = from; at < to && at < from + 80; at++) {
      const token = source.tokens[at]
      if (token === undefined || (token.kind !== 'word' && token.kind !== 'text') || token.text.length > 200) continue
      if (variable.test(token.text)) found.add(token.text)
      else if (token.kind === 'text') {
        const host = /^rediss?:\/\/(?:[^@/\s]{0,200}@)?([A-Za-z][\w.-]{0,100})/.exec(token.text)?.[1] ?? /^([A-Za-z][\w.-]{0,100}):\d{2,5}$/.exec(token.text)?.[1]
        if (host !== undefined) found.add(host)
      }
    }
  }
  look({ from: site.begin, to: Math.max(site.end, statementEnd(source, site.begin, 60)) })
  for (const word of site.chain) {
    const made = reading.clients.get(word)
    // What holds the client may be called like the server: `s.coordinator.rdb.ZAdd(…)`.
    if (made !== undefined ? word !== 'this' && word !== 'self' : /^\w{3,}$/.test(word) && !anyHolder.has(word)) found.add(word)
    if (made !== undefined) look(made)
  }
  return [...found].slice(0, 12)
}
