// Design specs of a tree: misfit.yaml and documents of other formats that state a design. Knows how they are found and told apart.
import type { FileTree } from '../../model/files.ts'
import { filesNamed, folderOf, nameOf, once, yamlFilesThat, type Refusal } from '../../model/files.ts'
import type { DesignSpec } from '../../model/spec.ts'
import type { Problem } from '../../model/stack.ts'
import { get, readYaml, type YamlNode } from '../yaml.ts'
import { readAsyncApi, isAsyncApi } from './asyncapi.ts'
import type { Specs } from './attach.ts'
import { readBackstage, isBackstage } from './backstage.ts'
import { readDapr, isDapr } from './dapr.ts'
import { textOf } from './fields.ts'
import type { ForeignSpec } from './foreign.ts'
import { readDesign } from './misfit.ts'
import { asUnread } from './validate.ts'
import { readScore, isScore } from './score.ts'

export { attach } from './attach.ts'
export { strayBlocks } from './ties.ts'
export type { Specs } from './attach.ts'
export type { Deployment } from './ties.ts'
export { blocksOf } from './blocks.ts'
export type { Block } from './blocks.ts'
export { mergedSpec } from './merge.ts'

/** A format that states a design in its own words: how to know a document of it, and what it tells. */
interface Foreign {
  readonly recognises: (document: YamlNode) => boolean
  readonly read: (documents: readonly YamlNode[], file: string) => ForeignSpec
}

// One line a format.
const foreign: readonly Foreign[] = [
  { recognises: isAsyncApi, read: readAsyncApi },
  { recognises: isDapr, read: readDapr },
  { recognises: isBackstage, read: readBackstage },
  { recognises: isScore, read: readScore },
]

// A pipeline that runs misfit is likely to be called like it: .github/workflows/misfit.yaml.
const named = (path: string): boolean => /^misfit\.ya?ml$|\.misfit\.ya?ml$/.test(nameOf(path)) && !/(?:^|\/)\.\w/.test(folderOf(path))
/** Whether a tree has a file that is named as a design. */
export const hasDesign = (tree: FileTree, stated: readonly string[] = []): boolean => stated.length > 0 || filesNamed(tree, named).length > 0

const isAsyncApiJson = (name: string): boolean => /^(?=.*asyncapi).*\.json$/i.test(name)

const hint = /^[ \t{]*["']?(?:kind["']?\s*:\s*["']?(?:DesignSpec|Component|Resource|API)\b|asyncapi["']?\s*:|apiVersion["']?\s*:\s*["']?score\.dev)/m

const maySpecify = (path: string, text: string | Refusal): boolean => named(path) || (typeof text === 'string' && hint.test(text))

export interface ReadSpecs extends Specs {
  readonly problems: readonly Problem[]
}

/** Reads every spec of a tree. `stated` files are specs whatever their name is. */
export const readSpecs = (tree: FileTree, stated: readonly string[] = []): ReadSpecs => (stated.length > 0 ? specsIn(tree, stated) : once(tree, readSpecs, () => specsIn(tree, stated)))

function specsIn(tree: FileTree, stated: readonly string[]): ReadSpecs {
  const designs: DesignSpec[] = [], documents: DesignSpec[] = [], problems: Problem[] = []
  const hinting = [...yamlFilesThat(tree, maySpecify), ...filesNamed(tree, isAsyncApiJson)].sort()
  const wanted = new Set([...hinting, ...stated])
  for (const file of stated.length === 0 ? wanted : new Set([...tree.files(), ...stated])) {
    if (!wanted.has(file)) continue
    const asked = stated.includes(file) || named(file)
    const text = tree.read(file)
    if (typeof text === 'object' && asked) problems.push({ span: { file, start: 0, end: 0 }, message: `cannot read ${file}: ${text.refused}`, unread: true })
    if (typeof text !== 'string' || (!asked && !hint.test(text))) continue
    const read = readYaml(file, text)
    // Whoever names a file of another format as a spec means that format.
    const own = read.documents.filter(document => isDesignSpec(document) || (asked && !foreign.some(({ recognises }) => recognises(document))))
    if (own.length > 0 || asked) problems.push(...read.problems.map(asUnread))
    for (const document of own) {
      const { spec, problems: mistakes } = readDesign(document, file)
      if (isSmall(spec, problems)) designs.push(spec)
      problems.push(...mistakes.map(asUnread))
    }
    for (const format of foreign) {
      const theirs = own.length > 0 ? [] : read.documents.filter(format.recognises)
      if (theirs.length === 0) continue
      const { spec, problems: mistakes } = format.read(theirs, file)
      if (spec && isSmall(spec, problems)) documents.push(spec)
      problems.push(...mistakes)
    }
  }
  return { designs, documents, problems }
}

/** Of a design at most: rules compare each use with all others. */
const most = { components: 2_500, uses: 2_500, waivers: 2_500 } as const

// What a larger one says is left out whole, since a part of it could be missed in the rest.
function isSmall({ components, waivers }: DesignSpec, problems: Problem[]): boolean {
  for (const [what, all] of [['components', components], ['uses', components.flatMap(({ uses }) => uses)], ['waivers', waivers]] as const) {
    const span = all[most[what]]?.span
    if (span === undefined) continue
    problems.push({ span, message: `the design was not read: it states ${all.length} ${what}, and at most ${most[what]} can be compared in time; divide it`, unread: true })
    return false
  }
  return true
}

const isDesignSpec = (document: YamlNode): boolean => textOf(get(document, 'kind'))?.value === 'DesignSpec' && (textOf(get(document, 'apiVersion'))?.value ?? '').startsWith('misfit/')
