// Offsets as lines and columns, and paths as the report has them.
import { join } from '../model/files.ts'
import { remembered } from '../model/once.ts'
import type { Place, PlacedNote } from '../model/report.ts'
import { masked } from '../model/secrets.ts'
import type { Note, Span } from '../model/value.ts'

export interface Places {
  readonly at: (span: Span) => Place
  readonly end: (span: Span) => { readonly endLine: number; readonly endColumn: number }
  readonly path: (file: string) => string
  readonly note: (note: Note) => PlacedNote
}

/** Places in the files of a run, by the text behind each; lines are found by binary search in an index made once a file. */
export function placing(textOf: (file: string) => string | undefined, prefix: string): Places {
  const indexes = new Map<string, readonly number[]>()
  const lineStarts = (file: string): readonly number[] => {
    const known = indexes.get(file)
    if (known) return known
    const starts = [0]
    const text = textOf(file) ?? ''
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    indexes.set(file, starts)
    return starts
  }
  const position = (file: string, offset: number): { line: number; column: number } => {
    const starts = lineStarts(file)
    let low = 0
    for (let high = starts.length - 1; low < high;) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }
  const path = remembered(file => join(prefix, file))
  // Field by field: a report has tens of thousands of places.
  const at = (span: Span): Place => {
    const { line, column } = position(span.file, span.start)
    return { file: path(span.file), line, column }
  }
  return {
    at,
    end(span) {
      const { line, column } = position(span.file, span.end)
      return { endLine: line, endColumn: column }
    },
    path,
    note({ span, text }) {
      const { line, column } = position(span.file, span.start)
      return { file: path(span.file), line, column, text: masked(text) }
    },
  }
}
