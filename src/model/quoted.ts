// Text of a linted file as evidence shows it: one line, bounded, without secrets. Knows no format.
import { masked } from './secrets.ts'

/** Text with its secrets hidden, on one line, at most `limit` characters. */
export function quoted(text: string, limit = 120): string {
  const line = masked(text.length > limit * 20 ? text.slice(0, limit * 20) : text).replace(/\s+/g, ' ').trim()
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line
}
