// What every reader of a package manifest hands back, and the small things that they share. Knows no format.
import type { Ecosystem } from '../../model/knowledge.ts'
import { nameOf } from '../../model/files.ts'
import type { Span, Text } from '../../model/value.ts'

/** A package that the program needs when it runs; what only its developers need is left out. */
export interface Dependency {
  readonly ecosystem: Ecosystem
  /** As its registry compares names. */
  readonly name: string
  /** `celery[redis]` → `redis`. */
  readonly extras?: readonly string[]
  readonly span: Span
  /** The entry as it is written, on one line. */
  readonly text: string
}

export interface Manifest {
  readonly dependencies: readonly Dependency[]
  /** Projects of the same repository that it is built with: folders relative to its own, or names. */
  readonly local?: readonly string[]
  /** Names under which its program is started. */
  readonly commands?: readonly string[]
  /** What its own commands run, by name. */
  readonly scripts?: ReadonlyMap<string, string>
  /** It is the top of a workspace. */
  readonly holdsOthers?: boolean
}

export interface Format {
  /** Whether the file at a path is one. */
  readonly fits: (path: string) => boolean
  /** Whether a file of that name is one, where others may be called so too. */
  readonly is?: (text: string) => boolean
  /** What others of the repository call the project by. */
  readonly name: (text: Text, beside: (path: string) => Text | undefined) => string | undefined
  /** `beside` reads another file, by its path from the manifest's folder. */
  readonly read: (text: Text, beside: (path: string) => Text | undefined) => Manifest
}

export const named = (...names: readonly string[]): ((path: string) => boolean) => path => names.includes(nameOf(path))
export const first = (pattern: RegExp): ((text: Text) => string | undefined) => ({ text }) => pattern.exec(text)?.[1]

/** The text with what a pattern matches as spaces, so that places stay. */
export const without = (text: string, pattern: RegExp): string => text.replace(pattern, found => found.replace(/[^\n]/g, ' '))

/** The text with everything from an opening mark to its closing one as spaces; an open one reaches to the end. One pass, whatever the text. */
export function blanked(text: string, open: string, close: string): string {
  let result = '', at = 0
  for (let start = text.indexOf(open); start >= 0; start = text.indexOf(open, at)) {
    const found = text.indexOf(close, start + open.length), end = found < 0 ? text.length : found + close.length
    result += text.slice(at, start) + text.slice(start, end).replace(/[^\n]/g, ' ')
    at = end
  }
  return result + text.slice(at)
}

/** A dependency whose entry is one match of a pattern. */
export const dependencyAt = (content: Text, ecosystem: Ecosystem, name: string, match: RegExpMatchArray, extras?: readonly string[]): Dependency => {
  const start = match.index ?? 0, lead = /^\s*/.exec(match[0])?.[0].length ?? 0
  return { ecosystem, name, span: content.span(start + lead, start + match[0].trimEnd().length), text: match[0].replace(/\s+/g, ' ').trim(), ...(extras && extras.length > 0 ? { extras } : {}) }
}
