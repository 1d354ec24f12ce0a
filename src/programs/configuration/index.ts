// The configuration that a program's framework reads by itself, one line a framework.
import type { FileTree } from '../../model/files.ts'
import type { Shown } from '../../model/program.ts'
import type { Variable } from '../../model/stack.ts'
import { wholeFile } from '../../model/value.ts'
import type { Manifest } from '../manifests/manifest.ts'
import { adonis } from './adonis.ts'
import { applications } from './applications.ts'
import { dotnet } from './dotnet.ts'
import type { Framework } from './files.ts'
import { jvm } from './jvm.ts'
import { laravel } from './laravel.ts'
import { pythonSettings } from './python-settings.ts'
import { rails } from './rails.ts'
import { symfony } from './symfony.ts'

const frameworks: readonly Framework[] = [jvm, dotnet, laravel, rails, pythonSettings, symfony, adonis, applications]
const longest = 200_000

export interface Configuration {
  readonly variables: readonly Variable[]
  readonly shown: readonly Shown[]
  /** Names that an example of its environment sets and that it does not read. */
  readonly idle: readonly string[]
  /** Files that said something. */
  readonly files: readonly string[]
}

/** What the files of a folder say; `paths` are those of the program, from the tree's root. */
export function configurationIn(folder: string, paths: readonly string[], manifests: readonly Manifest[], tree: FileTree): Configuration {
  const start = folder === '.' ? '' : `${folder}/`
  const packages = new Set(manifests.flatMap(manifest => manifest.dependencies.map(({ ecosystem, name }) => `${ecosystem} ${name}`)))
  const place = {
    paths: paths.map(path => path.slice(start.length)),
    text: (path: string) => {
      const text = tree.read(start + path)
      return typeof text === 'string' && text.length <= longest ? wholeFile(start + path, text) : undefined
    },
    uses: (...names: readonly string[]) => names.some(name => packages.has(name)),
  }
  const found = frameworks.map(framework => framework(place))
  const variables = found.flatMap(each => each.variables), shown = found.flatMap(each => each.shown)
  return { variables, shown, idle: found.flatMap(each => each.idle ?? []), files: [...new Set([...variables.map(variable => variable.nameSpan.file), ...shown.map(each => each.span.file)])] }
}

// What a framework reads only where the source switches that part of it on, and the call that does.
// https://docs.spring.io/spring-boot/reference/io/caching.html
const idle: readonly { readonly settings: RegExp; readonly unless: string }[] = [{ settings: /^spring\.cache\./, unless: 'cacheable' }]

/** Without the settings of what no source file switches on: a cache that is configured and never enabled keeps nothing. */
export const withoutIdle = (variables: readonly Variable[], called: readonly Shown[]): readonly Variable[] =>
  variables.filter(({ name }) => !idle.some(({ settings, unless }) => settings.test(name) && !called.some(({ id }) => id === unless)))
