// Looks up single source lines for reporters, from the trees that were linted.
import { remembering } from '../host/remembering.ts'
import type { FileTree } from '../model/files.ts'

interface Linted {
  readonly prefix: string
  readonly tree: FileTree
}

/** The text of a line (from 1) of a file that a report names; undefined when it is not there. */
export function sourceLines(linted: readonly Linted[]): (file: string, line: number) => string | undefined {
  const trees = linted.map(({ prefix, tree }) => ({ start: prefix === '.' ? '' : `${prefix}/`, tree: remembering(tree) }))
  const files = new Map<string, readonly string[]>()
  const linesOf = (file: string): readonly string[] => {
    for (const { start, tree } of trees) {
      const text = file.startsWith(start) ? tree.text(file.slice(start.length)) : undefined
      if (text !== undefined) return text.split(/\r?\n/)
    }
    return []
  }
  return (file, line) => {
    const lines = files.get(file) ?? linesOf(file)
    files.set(file, lines)
    return lines[line - 1]
  }
}
