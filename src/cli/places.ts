// Places in files as people count them, for commands that print notes of their own. Knows lines and columns only.
import type { FileTree } from '../model/files.ts'
import { join } from '../model/files.ts'
import type { PlacedNote } from '../model/report.ts'
import { masked } from '../model/secrets.ts'
import type { Note } from '../model/value.ts'

/** Turns a note's offsets into line and column; `prefix` leads from the working directory to the tree's root. */
export function placing(tree: FileTree, prefix: string): (note: Note) => PlacedNote {
  const starts = new Map<string, readonly number[]>()
  return ({ span, text }) => {
    const known = starts.get(span.file) ?? lineStarts(tree.read(span.file))
    starts.set(span.file, known)
    let line = known.length
    while (line > 1 && (known[line - 1] ?? 0) > span.start) line--
    return { file: join(prefix, span.file), line, column: span.start - (known[line - 1] ?? 0) + 1, text: masked(text) }
  }
}

function lineStarts(text: ReturnType<FileTree['read']>): readonly number[] {
  const found = [0]
  if (typeof text !== 'string') return found
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) found.push(at + 1)
  return found
}
