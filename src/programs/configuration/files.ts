// What every reader of a framework's own configuration is given, and hands back: settings as names and values. Knows no framework.
import type { Shown } from '../../model/program.ts'
import { quoted } from '../../model/quoted.ts'
import type { Variable } from '../../model/stack.ts'
import type { Text } from '../../model/value.ts'

/** The program's folder, as far as its framework looks there. */
export interface Place {
  /** Paths of its files from the folder, sorted. */
  readonly paths: readonly string[]
  readonly text: (path: string) => Text | undefined
  /** Whether it is built with one of these packages: `packagist laravel/framework`. */
  readonly uses: (...names: readonly string[]) => boolean
}

export interface Configured {
  /** A value that the program takes from its environment is unknown, `raw` says from which name: `${REDIS_URL:-redis://localhost}`. */
  readonly variables: readonly Variable[]
  readonly shown: readonly Shown[]
  /** Names that an example of its environment sets and that it does not read. */
  readonly idle?: readonly string[]
}

export type Framework = (place: Place) => Configured

export const nothing: Configured = { variables: [], shown: [] }

/** Words in a file's name that keep it out of production. */
export const asideName = /(?:^|[-_./])(?:test|tests|testing|dev|devel|develop|development|local|ci|example|sample|e2e|it|integration|mock|debug)(?:[-_.]|$)/i
/** Words that make it production's. */
export const productionName = /(?:^|[-_./])(?:prod|production|live|release|docker|container|compose|k8s|kubernetes|cloud)(?:[-_.]|$)/i

/** Later ones win; the form of a name in the environment is the name. */
export function merged(variables: readonly Variable[]): readonly Variable[] {
  const found = new Map<string, Variable>()
  for (const variable of variables) {
    const key = variable.name.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase()
    found.delete(key)
    found.set(key, variable)
  }
  return [...found.values()]
}

const mostFiles = 300

/** What the first of these files that fits a pattern shows there, without its comments. */
export function shownIn({ paths, text }: Pick<Place, 'paths' | 'text'>, files: RegExp, pattern: RegExp, shows: Pick<Shown, 'id' | 'use' | 'weight' | 'kept'>): readonly Shown[] {
  for (const path of paths.filter(each => files.test(each) && !asideName.test(each)).slice(0, mostFiles)) {
    const content = text(path)
    const match = content && pattern.exec(content.text.replace(/^[ \t]*(?:#|\/\/|\*)[^\n]*/gm, comment => ' '.repeat(comment.length)))
    if (content && match) return [{ ...shows, from: 'configuration', technology: 'redis', span: content.span(match.index, match.index + match[0].trimEnd().length), text: quoted(match[0].trim()) }]
  }
  return []
}
