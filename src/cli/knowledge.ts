// Knowledge files of a user's own: signals, products, companions, providers and other stores of a company, laid over ours. Same schema.
import { knowledge as builtIn } from '../../rules/knowledge/index.ts'
import schema from '../../rules/schema/knowledge.schema.json' with { type: 'json' }
import { get, listOf, readYaml, type YamlNode, type YamlScalar } from '../readers/yaml.ts'
import type { Knowledge } from '../model/knowledge.ts'
import { entryOf } from '../model/entry-of.ts'
import { compileWith } from '../model/patterns.ts'
import { linear, whyNot } from './linear.ts'
import { mistakeIn, plainValue, type Schema } from './schema.ts'

type Kind = keyof Knowledge
/** What tells the kinds of entries apart: the first field that is there. */
const marks: readonly (readonly [field: string, kind: Kind, definition: string])[] = [
  ['where', 'signals', 'signal'], ['ecosystem', 'libraries', 'library'], ['dialect', 'products', 'product'], ['images', 'products', 'product'], ['is', 'companions', 'companion'],
  ['kind', 'otherStores', 'other-store'], ['host', 'providers', 'provider'],
]
const definitions = schema.$defs as unknown as Readonly<Record<string, Schema>>

export interface KnowledgeFile {
  /** As the user names it. */
  readonly name: string
  readonly text: string
}

/** Ours with the entries of the files before it: the first that matches decides, and one with the id of ours replaces it. */
export function withKnowledge(files: readonly KnowledgeFile[], wrong: (file: KnowledgeFile, at: number, message: string) => never): Knowledge {
  const found: Record<Kind, Record<string, unknown>[]> = { signals: [], products: [], companions: [], providers: [], otherStores: [], samples: [], technologies: [], charts: [], libraries: [] }
  for (const file of files) {
    const { documents: [root], problems: [problem] } = readYaml(file.name, file.text)
    if (problem) wrong(file, problem.span.start, problem.message)
    if (root !== undefined && root.kind !== 'seq') wrong(file, root.span.start, 'a knowledge file is a list of entries')
    for (const entry of listOf(root)) {
      const mark = marks.find(([field]) => get(entry, field) !== undefined)
      if (!mark) return wrong(file, entry.span.start, 'an entry has "where" (a signal), "ecosystem" (a library), "images" (a server product), "is" (a companion), "kind" (another store) or "host" (a provider)')
      const [, kind, definition] = mark
      const mistake = mistakeIn(entry, entryOf(definitions, definition) ?? {}, definitions, `this ${definition}`) ?? badPattern(entry)
      if (mistake) wrong(file, mistake.node.span.start, mistake.message)
      compileWith([...patternsIn(entry)].map(({ text }) => text), linear)
      const plain = plainValue(entry) as Record<string, unknown>
      if (found[kind].some(other => other['id'] === plain['id'])) wrong(file, entry.span.start, `there are two entries with the id ${JSON.stringify(plain['id'])}`)
      found[kind].push(plain)
    }
  }
  const over = <K extends Kind>(kind: K): Knowledge[K] => {
    const own = found[kind] as unknown as Knowledge[K]
    const replaced = new Set(found[kind].map(entry => entry['id']))
    return [...own, ...builtIn[kind].filter(entry => !replaced.has(entry.id))] as unknown as Knowledge[K]
  }
  return {
    signals: over('signals'), products: over('products'), companions: over('companions'), providers: over('providers'),
    otherStores: over('otherStores'), samples: builtIn.samples, technologies: builtIn.technologies, charts: builtIn.charts, libraries: over('libraries'),
  }
}

const patternFields = new Set(['image', 'images', 'key', 'value', 'command', 'topic', 'pair', 'config', 'settings', 'host', 'keys', 'unlessKeys'])
const longest = 500

/** The patterns of an entry, wherever they stand. */
function* patternsIn(node: YamlNode, field = ''): Generator<YamlScalar> {
  if (node.kind === 'scalar') { if (patternFields.has(field)) yield node; return }
  const parts = node.kind === 'seq' ? node.items.map(item => [field, item] as const)
    : [...node.entries].filter(([name]) => name !== 'defaults').map(([name, { value }]) => [field === 'config' || field === 'settings' ? field : name, value] as const)
  for (const [name, part] of parts) yield* patternsIn(part, name)
}

function badPattern(entry: YamlNode): { readonly node: YamlNode; readonly message: string } | undefined {
  for (const node of patternsIn(entry)) {
    const why = node.text.length > longest ? `has more than ${longest} characters` : whyNot(node.text)
    if (why !== undefined) return { node, message: `${JSON.stringify(node.text.slice(0, longest))} ${why}` }
  }
  return undefined
}
