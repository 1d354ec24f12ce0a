// The source files of a program's folders and what their calls show. Knows where source lies and how much of it is read; the languages are next door.
import { beneath, glance, once, type FileTree } from '../model/files.ts'
import type { Ecosystem } from '../model/knowledge.ts'
import { oncePerText } from '../model/once.ts'
import { anyOf } from '../model/patterns.ts'
import type { Note } from '../model/value.ts'
import { callsOf, languageOf, mayShow, type Calls } from './calls/index.ts'
import { throughOf } from './calls/through.ts'
import { withoutUncalled } from './calls/uncalled.ts'
import { isAside, type Projects } from './projects.ts'

/** What bounds the work on one program, and on the texts that may call a server, which cost most. Who has more of it gets a note, not a wait. */
export const limits = { files: 20_000, fileCharacters: 400_000, characters: 60_000_000, calling: 24_000_000 } as const

export type FileCalls = Omit<Calls, 'given'> & { readonly file: string }

export interface Sources {
  /** The files of a program in one of its folders: none of other programs below it, none of tests and examples. */
  filesOf(folder: string, own: readonly string[]): readonly string[]
  /** Whether the source of an ecosystem's packages in some folders, or what configures it, holds one of these words in any case; undefined where there is no such source, or more than is read. */
  names(folders: readonly string[], ecosystem: Ecosystem, words: readonly string[], holds?: (file: string) => boolean): boolean | undefined
  /** The calls of the files in some folders, file by file; those that show nothing left out. `holds`: whether a file is a part of the program at all. */
  in(folders: readonly string[], holds?: (file: string) => boolean): { readonly calls: readonly FileCalls[]; readonly unread: readonly Note[] }
}

// An editor's server asks about the same texts again and again. Bounded by the length of what was read.
const recent = oncePerText<Calls>(20_000_000)
// Most files of a program say nothing at all; which ones is known for as long as nothing in the tree changes.
const silentIn = (tree: FileTree): Set<string> => once(tree, silentIn, () => new Set<string>())
/** Wrappers and clients of one program that its other files are looked through for. */
const mostGiven = 300

/** Where the packages of an ecosystem are named. Manifests and what tools write name all of them. */
const spelling: Readonly<Record<Ecosystem, { readonly source: RegExp; readonly configuration?: RegExp }>> = {
  npm: { source: /\.(?:[cm]?[jt]sx?|vue|svelte)$/, configuration: /(?:^|\/)(?!package(?:-lock)?\.json$|pnpm-)[^/]{1,100}\.(?:json5?|ya?ml|vue|svelte|astro|graphql)$/ },
  pypi: { source: /\.py$/ }, rubygems: { source: /\.(?:rb|ru|rake)$/ }, packagist: { source: /\.php$/ }, go: { source: /\.go$/ }, maven: { source: /\.(?:java|kts?|scala)$/ },
  nuget: { source: /\.cs$/ }, hex: { source: /\.exs?$/ }, crates: { source: /\.rs$/ },
}

function callsIn(file: string, text: string, folder: string, tree: FileTree): Calls | undefined {
  const silent = silentIn(beneath(tree, file))
  if (silent.has(file)) return undefined
  const language = languageOf(file, folder)
  if (language && mayShow(language, text)) return recent(`${folder}\n${file}`, text, () => callsOf(file, text, folder))
  silent.add(file)
  return undefined
}

export function sourcesOf(tree: FileTree, projects: Projects): Sources {
  const known = new Map<string, Calls | undefined>(), large = new Set<string>()
  let characters = 0, calling = 0
  const read = (file: string, text: string, folder: string): Calls | undefined => {
    characters += text.length
    if (text.length > limits.fileCharacters) {
      // What it imports stands at its head.
      const language = languageOf(file, folder)
      if (language && mayShow(language, text.slice(0, 100_000))) large.add(file)
      return undefined
    }
    const calls = callsIn(file, text, folder, tree)
    if (calls) calling += text.length
    return calls
  }
  const filesOf = (folder: string, own: readonly string[]): readonly string[] => {
    const others = projects.within(folder).map(project => project.folder).filter(other => other !== folder && !own.includes(other))
    return projects.files(folder).filter(file => !isAside(file, folder) && !others.some(other => file.startsWith(`${other}/`)))
  }
  // What the files of one program call of each other.
  const through = (texts: ReadonlyMap<string, string | undefined>, folders: readonly string[], given: Calls['given']): readonly FileCalls[] => {
    if (given.wrappers.length === 0 && given.handed.length === 0) return []
    const folderOf = (file: string): string => folders.find(folder => folder === '.' || file.startsWith(`${folder}/`)) ?? '.'
    const shared = throughOf(given)
    return [...texts].flatMap(([file, looked]) => {
      const text = looked ?? glance(tree, file)
      if (typeof text !== 'string' || text.length > limits.fileCharacters || calling > limits.calling) return []
      const called = shared(file, text, folderOf(file))
      if (!called) return []
      calling += text.length
      const calls = called()
      return calls.shown.length > 0 || calls.traffic.length > 0 ? [{ ...calls, file }] : []
    })
  }
  return {
    filesOf,
    names(folders, ecosystem, words, holds = () => true) {
      const holdsOne = anyOf(words.map(word => word.toLowerCase())), { source, configuration } = spelling[ecosystem]
      let some = false, left: number = limits.characters
      for (const folder of folders) {
        for (const file of filesOf(folder, folders)) {
          const isSource = source.test(file) && languageOf(file, folder) !== undefined
          if (!holds(file) || !(isSource || configuration?.test(file) === true)) continue
          const text = glance(tree, file)
          if (typeof text !== 'string' || (left -= text.length) < 0) return undefined
          if (holdsOne(text.toLowerCase())) return true
          some ||= isSource
        }
      }
      return some ? false : undefined
    },
    in(folders, holds = () => true) {
      const found: FileCalls[] = [], unread: Note[] = []
      const given: Calls['given'][] = []
      // Texts that were read now: nobody needs them when the program is known.
      const seen = new Map<string, string | undefined>()
      for (const folder of folders) {
        for (const file of filesOf(folder, folders)) {
          if (seen.has(file) || !languageOf(file, folder) || !holds(file)) continue
          let text: ReturnType<FileTree['read']>
          if (!known.has(file)) {
            if (known.size >= limits.files || characters > limits.characters || calling > limits.calling) {
              unread.push({ span: { file, start: 0, end: 0 }, text: `the source in ${folder} was read up to here: there is more of it than misfit looks at` })
              return { calls: found, unread }
            }
            text = glance(tree, file)
            known.set(file, typeof text === 'string' ? read(file, text, folder) : undefined)
          }
          seen.set(file, typeof text === 'string' ? text : undefined)
          if (large.has(file)) unread.push({ span: { file, start: 0, end: 0 }, text: `${file} was not read: it is larger than ${limits.fileCharacters} characters` })
          const calls = known.get(file)
          if (calls) given.push(calls.given)
          if (calls && (calls.shown.length > 0 || calls.traffic.length > 0 || calls.settings.length > 0 || calls.addresses.length > 0)) found.push({ ...calls, file })
        }
      }
      found.push(...through(seen, folders, { wrappers: given.flatMap(each => each.wrappers).slice(0, mostGiven), handed: given.flatMap(each => each.handed).slice(0, mostGiven) }))
      // The report shows places in them, of the same text.
      for (const { file } of found) tree.read(file)
      const calls = withoutUncalled(found, [...seen.keys()], file => { const text = seen.get(file) ?? glance(tree, file); return typeof text === 'string' ? text : undefined })
      return { calls, unread }
    },
  }
}
