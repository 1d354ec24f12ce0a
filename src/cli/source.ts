// Looks up lines and places for reporters, in the files that were linted.
import { remembering } from '../host/remembering.ts'
import type { FileTree } from '../model/files.ts'
import { masked } from '../model/secrets.ts'

interface Linted {
  readonly prefix: string
  readonly tree: FileTree
}

export interface LookUp {
  /** The text of a line (from 1) of a file that a report names; undefined when it is not there. */
  readonly source: (file: string, line: number) => string | undefined
  /** Line and column (from 1) of an offset in such a file. */
  readonly place: (file: string, offset: number) => { readonly line: number; readonly column: number } | undefined
}

// Columns stay, since a reporter points at them; what a value is, may stand on the line before.
function maskedLine(line: string | undefined, before = ''): string | undefined {
  const start = before.slice(-500)
  return line === undefined ? undefined : masked(`${start}\n${line}`, true).slice(start.length + 1)
}

/** Reads the files of a report again, by their paths from the working directory. */
export function lookUp(linted: readonly Linted[]): LookUp {
  const trees = linted.map(({ prefix, tree }) => ({ start: prefix === '.' ? '' : `${prefix}/`, tree: remembering(tree) }))
  const texts = new Map<string, { readonly text: string; readonly lines: readonly string[] } | undefined>()
  const read = (file: string): { readonly text: string; readonly lines: readonly string[] } | undefined => {
    if (texts.has(file)) return texts.get(file)
    const text = trees.map(({ start, tree }) => (file.startsWith(start) ? tree.text(file.slice(start.length)) : undefined)).find(found => found !== undefined)
    const found = text === undefined ? undefined : { text, lines: text.split(/\r?\n/) }
    texts.set(file, found)
    return found
  }
  return {
    source: (file, line) => maskedLine(read(file)?.lines[line - 1], read(file)?.lines[line - 2]),
    place(file, offset) {
      const text = read(file)?.text
      if (text === undefined) return undefined
      const start = text.lastIndexOf('\n', offset - 1) + 1
      let line = 1
      for (let at = text.indexOf('\n'); at >= 0 && at < start; at = text.indexOf('\n', at + 1)) line++
      return { line, column: offset - start + 1 }
    },
  }
}
