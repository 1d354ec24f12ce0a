// Where a comment that allows a finding must stand in YAML text, so that it is a comment and ESLint heeds it. Knows text and comments only.
import { scalarsOf } from '../readers/suppressions.ts'

/** Text to put in place of a range. */
export interface Change {
  readonly start: number
  readonly end: number
  readonly text: string
}

const reason = '-- say why'

/** The changes that allow `rule` on a line (from 1). Inside a text of several lines no comment is possible: it goes around the whole. */
export function allowing(text: string, line: number, rule: string): readonly Change[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const start = starts[line - 1] ?? 0
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const lineAt = (offset: number): number => starts.findLastIndex(each => each <= offset)
  const indentOf = (index: number): string => /^[ \t]*/.exec(text.slice(starts[index]))?.[0] ?? ''
  const around = scalarsOf(text)?.find(([from, to]) => from < (starts[line] ?? text.length) && to > start && opening(text, from) < start + indentOf(line - 1).length && lineAt(opening(text, from)) < lineAt(Math.max(from, to - 1)))
  if (around) {
    const first = lineAt(opening(text, around[0]))
    const last = lineAt(Math.max(around[0], around[1] - 1))
    const indent = indentOf(first)
    const behind = starts[last + 1]
    const enable = `${indent}# eslint-enable ${rule}${eol}`
    return [
      insertion(starts[first] ?? 0, `${indent}# eslint-disable ${rule} ${reason}${eol}`),
      behind === undefined ? insertion(text.length, eol + enable.slice(0, -eol.length)) : insertion(behind, enable),
    ]
  }
  // A second comment between an earlier one and its line would take the line away from it.
  const above = line > 1 ? /^[ \t]*# eslint-disable-next-line(?=[ \t])/.exec(text.slice(starts[line - 2], start)) : null
  if (above) return [insertion((starts[line - 2] ?? 0) + above[0].length, ` ${rule},`)]
  return [insertion(start, `${indentOf(line - 1)}# eslint-disable-next-line ${rule} ${reason}${eol}`)]
}

const insertion = (at: number, text: string): Change => ({ start: at, end: at, text })

/** Where the scalar is announced: the body of a block scalar starts below its `|` or `>`. */
function opening(text: string, start: number): number {
  const before = text.slice(0, start).trimEnd()
  return /[|>][+\-0-9]*[ \t]*$/.test(before.slice(before.lastIndexOf('\n') + 1).replace(/[ \t]#[^]*/, '')) ? before.length - 1 : start
}
