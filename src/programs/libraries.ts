// From the packages that a program is built with to what they show. What a package means is knowledge; this only looks it up.
import type { Ecosystem, Knowledge, Library } from '../model/knowledge.ts'
import { oncePer } from '../model/once.ts'
import { anyOf } from '../model/patterns.ts'
import type { Shown } from '../model/program.ts'
import { quoted } from '../model/quoted.ts'
import type { Dependency, Manifest } from './manifests/manifest.ts'

export interface LibraryIndex {
  /** Whether a text can name a known package at all: asked before anything is read. */
  mayName(text: string): boolean
  /** `isCalled`: whether one of these words stands in the program's source of an ecosystem; undefined where there is none, or not all was read. */
  shownBy(manifests: readonly Manifest[], isCalled?: (ecosystem: Ecosystem, words: readonly string[]) => boolean | undefined): readonly Shown[]
}

// Registries take these marks for one.
const plain = (text: string): string => text.toLowerCase().replace(/[_.]/g, '-')

/** The index of a knowledge's libraries. */
export const libraryIndex = oncePer<Knowledge, LibraryIndex>(({ libraries }) => {
  const exact = new Map<string, Library[]>()
  const open: { readonly start: string; readonly library: Library }[] = []
  const needles = new Set<string>()
  for (const library of libraries) {
    for (const name of library.names) {
      const key = `${library.ecosystem} ${name}`
      if (name.endsWith('*')) open.push({ start: key.slice(0, -1), library })
      else exact.set(key, [...(exact.get(key) ?? []), library])
      // The part of a name that a manifest writes down in one piece, whatever its syntax.
      needles.add(name.replace(/\*$/, '').split(':').at(-1)?.toLowerCase() ?? '')
    }
  }
  needles.delete('')
  const anyName = anyOf([...needles].map(plain))
  const librariesOf = ({ ecosystem, name }: Dependency): readonly Library[] => {
    const key = `${ecosystem} ${name}`
    return [...exact.get(key) ?? [], ...open.flatMap(({ start, library }) => (key.startsWith(start) ? [library] : []))]
  }
  return {
    mayName: text => anyName(plain(text)),
    shownBy(manifests, isCalled) {
      const all = manifests.flatMap(manifest => manifest.dependencies)
      const names = new Set(all.map(({ ecosystem, name }) => `${ecosystem} ${name}`))
      const extended = new Set(all.flatMap(({ name, extras = [] }) => extras.map(extra => `${name}[${extra}]`)))
      const there = ({ ecosystem }: Library, name: string): boolean => names.has(`${ecosystem} ${name}`) || extended.has(name)
      return all.flatMap(dependency => librariesOf(dependency).flatMap(library => {
        if (library.beside?.some(name => there(library, name)) === false || library.unless?.some(name => there(library, name)) === true) return []
        const words = wordsOf(library, dependency)
        const called = words === undefined || isCalled?.(library.ecosystem, words) !== false
        return library.means.length === 0 && !called ? [] : shown(library, dependency, called)
      }))
    },
  }
})

// What the source of whoever calls a package says; undefined where that cannot be told by its name.
function wordsOf({ called, loaded, ecosystem, means }: Library, { name, text }: Dependency): readonly string[] | undefined {
  if (called) return called
  // A general client that no source imports is nobody's: its name alone says too little in prose.
  if (means.length === 0 && !loaded && ecosystem === 'npm' && !text.includes('npm:')) return ["'", '"', '`'].flatMap(quote => [`${quote}${name}${quote}`, `${quote}${name}/`])
  if (means.length === 0 && !loaded && ecosystem === 'go') return [name]
  if (loaded || !means.some(({ weight }) => weight === 'strong' || weight === 'decisive')) return undefined
  // `"jobs": "npm:bullmq@5"` is imported as `jobs`.
  if (ecosystem === 'npm') return [name, ...(text.includes('npm:') ? /^"([^"]+)"/.exec(text)?.slice(1) ?? [] : [])]
  return ecosystem === 'go' ? [name] : ecosystem === 'crates' ? [name.replaceAll('-', '_')] : undefined
}

// What nobody calls may be left over: it hints at a use and shows none.
function shown(library: Library, { span, text }: Dependency, called: boolean): readonly Shown[] {
  const base = { id: library.id, from: 'library', technology: library.technology, span, text: quoted(text), ...(library.only === undefined ? {} : { only: library.only }) } as const
  return library.means.length === 0 ? [{ ...base, weight: 'weak' }] : library.means.map(({ use, weight }) => ({ ...base, use, weight: called || weight === 'against' ? weight : 'weak' as const }))
}
