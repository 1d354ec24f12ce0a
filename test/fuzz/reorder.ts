// The same documents with the keys of their maps in another order, where a reader of YAML would see no difference.
import { isMap, isScalar, parseAllDocuments, visit } from 'yaml'
import type { Files } from './corpus.ts'
import type { Random } from './random.ts'

// Maps whose order is part of what they say, and texts in which moving lines moves what comments and aliases are about.
const ordered = /[&*#]|<<|!|\{\{|\? |\t/

/** The files written anew in both orders, so that only the order differs; undefined where there is nothing that may be turned round. */
export function reordered(files: Files, random: Random): { readonly same: Files; readonly turned: Files } | undefined {
  const written = Object.entries(files).flatMap(([path, text]) => {
    if (!/\.ya?ml$/.test(path) || text.length > 20_000 || ordered.test(text)) return []
    const documents = parseAllDocuments(text)
    if (!Array.isArray(documents) || documents.some(document => document.errors.length > 0 || document.warnings.length > 0)) return []
    if (!documents.some(document => isMap(document.contents))) return []
    const anew = (): string => documents.map(document => document.toString({ lineWidth: 0 })).join('---\n')
    const same = anew()
    for (const document of documents) visit(document, { Map(_, map) { if (map.items.every(({ key }) => isScalar(key))) map.items = [...random.shuffled(map.items)] } })
    return [{ path, same, turned: anew() }]
  })
  if (written.length === 0) return undefined
  return { same: { ...files, ...Object.fromEntries(written.map(({ path, same }) => [path, same])) }, turned: { ...files, ...Object.fromEntries(written.map(({ path, turned }) => [path, turned])) } }
}
