// Kubernetes resources of a tree, grouped into what is deployed together. Knows documents and folders, nothing of what they run.
import { chartFolders, filesNamed, folderOf, join, nameOf, yamlFilesThat, type Refusal } from '../../model/files.ts'
import { known, unknown, type Note, type Value } from '../../model/value.ts'
import { namedLikeCompose } from '../compose/recognise.ts'
import { substitutions } from '../flux-substitution.ts'
import { dig, get, isNull, listOf, madeLater, readYaml, withTexts, type YamlFile, type YamlMap, type YamlNode, type YamlScalar } from '../yaml.ts'
import { objectsOf } from './openshift.ts'
import type { FileTree } from '../../model/files.ts'
import type { Problem } from '../../model/stack.ts'

export interface Resource {
  readonly kind: string
  readonly name: string
  readonly api: string
  readonly node: YamlMap
  readonly file: string
  /** What it was called before kustomizations renamed it. */
  readonly former?: readonly string[]
  /** It is made from an item of a generator of Kustomize's, which is its node. */
  readonly isGenerated?: boolean
}

/** Resources of one folder, or of the folders that a kustomization joins. */
export interface Group {
  readonly root: string
  /** The file that tells this group from others of its folder. */
  readonly variant?: string
  readonly files: readonly string[]
  readonly resources: readonly Resource[]
  readonly kustomizations: readonly Kustomization[]
}

const longest = 2_000_000
/** Resources of a group. */
const most = 20_000

const text = (node: YamlNode | undefined, ...keys: readonly string[]): string => {
  let at: YamlNode | undefined = node
  for (const key of keys) at = get(at, key)
  return at?.kind === 'scalar' ? at.text : ''
}

// A broken file counts when it speaks of our servers; what is made into YAML later is no mistake of its writer.
const concerns = /redis|valkey|keydb|dragonfly|kafka|redpanda/i
const runs = /\bimage["']?[ \t]*:[^\n,]{0,200}(?:redis|valkey|keydb|dragonfly|kafka|redpanda)/i
const isManifest = (source: string): boolean => /^[ \t]*["']?kind["']?\s*:/m.test(source) && /^[ \t]*["']?apiVersion["']?\s*:/m.test(source)
const definesKinds = (source: string): boolean => [...source.matchAll(/^kind:[ \t]*(\S*)/gm)].every(([, kind]) => kind === 'CustomResourceDefinition')
const template = /\{\{|\{%|<%|^[ \t]*#@/m
// `namespace: {{NAMESPACE}}`: one word for YAML, which something fills in later. Lines of a template's own (`{{- if … }}`, `{% for … %}`) make other documents of it.
const gaps = /\{\{[^{}\r\n]{0,200}\}\}/g, ownLines = /^[ \t]*\{\{|\{%|<%|^[ \t]*#@/m
// A private-use letter: a word for YAML, and in no file.
const gap = '\uE001'

/** The documents of a file. What a tool of its writer fills in (`{{NAME}}`) stays in the texts as it is written. */
function documentsOf(file: string, source: string): YamlFile {
  if (!source.includes('{{') || source.includes(gap) || ownLines.test(source)) return readYaml(file, source)
  const read = readYaml(file, source.replace(gaps, found => gap.repeat(found.length)))
  const written: YamlFile['documents'] = read.documents.map(document => withTexts(document, ({ text: filled, span }) => {
    if (!filled.includes(gap)) return filled
    const found = [...source.slice(span.start, span.end).matchAll(gaps)].map(([whole]) => whole)
    return filled.replace(/\uE001+/g, () => found.shift() ?? '{{}}')
  }))
  return { ...read, documents: written }
}

export interface Kustomization {
  readonly file: string
  readonly node: YamlMap
}

const isKustomization = (name: string): boolean => /^kustomization\.ya?ml$/.test(name)
// Files that may hold resources by their text, or join some.
const isCandidate = (file: string, text: string | Refusal): boolean =>
  typeof text === 'string' && (text.length > longest || isManifest(text) || isKustomization(nameOf(file)))

const isTooLong = (_: string, text: string | Refusal): boolean => typeof text === 'string' && text.length > longest
// A compose file and a design, whose own readers say so.
const toldElsewhere = (file: string): boolean => namedLikeCompose(file) || /(?:^|[./])misfit\.ya?ml$/.test(file)
const isRefused = (_: string, text: string | Refusal): boolean => typeof text !== 'string'

/**
 * Groups of resources, by folder; what is broken is told as `problems`. Templates, charts and files without a `kind` are left alone. Where somebody `asked` for
 * some files, groups that cannot have to do with them may be missing. A group's documents are read when its turn comes: who lets go of a group lets go of them.
 */
export function* groupsOf(tree: FileTree, taken: (file: string) => boolean, problems: Problem[], asked?: readonly string[]): Generator<Group> {
  const charts = chartFolders(tree)
  const kustomizations = new Map<string, Kustomization>()
  const files: string[] = []
  const read = (file: string, source: string): readonly YamlNode[] => {
    const { documents, problems: mistakes } = documentsOf(file, source)
    if (runs.test(source) && documents.length === 0 && template.test(source)) problems.push({ span: { file, start: 0, end: 0 }, message: madeLater('a manifest') })
    if (concerns.test(source) && !template.test(source)) problems.push(...mistakes.map(problem => (documents.length === 0 ? { ...problem, unread: true as const } : problem)))
    return documents
  }
  const tooLong = new Set(yamlFilesThat(tree, isTooLong))
  // What nothing joins with files of other folders is near to them only where it lies beside them.
  const folders = asked && filesNamed(tree, isKustomization).length === 0 ? new Set(asked.map(folderOf)) : undefined
  // Of what cannot be read at all nobody knows what it is: it is told, and fails nothing.
  for (const file of yamlFilesThat(tree, isRefused)) {
    const refusal = tree.read(file)
    if (typeof refusal === 'object' && !taken(file) && !inChart(file, charts) && !toldElsewhere(file)) problems.push({ span: { file, start: 0, end: 0 }, message: `not read: ${refusal.refused}; if it is a manifest, what it deploys was not judged` })
  }
  for (const file of yamlFilesThat(tree, isCandidate)) {
    if (folders?.has(folderOf(file)) === false && !tooLong.has(file)) continue
    if (taken(file) || inChart(file, charts)) continue
    const joins = file.includes('kustomization.y') && isKustomization(nameOf(file))
    if (!joins && !tooLong.has(file)) { files.push(file); continue }
    const source = tree.read(file)
    if (typeof source !== 'string') continue
    if (source.length > longest) {
      const start = source.slice(0, longest)
      // Definitions of kinds deploy nothing, and are long.
      if (isManifest(start) && concerns.test(source) && !definesKinds(source)) problems.push({ span: { file, start: 0, end: 0 }, message: `not read: the manifest has more than ${longest} characters`, unread: true })
      continue
    }
    for (const document of read(file, source)) if (document.kind === 'map') kustomizations.set(folderOf(file), { file, node: document })
  }
  const near = asked && nearTo(asked, files, kustomizations, tree)
  const fill = substitutions(tree)
  const resourcesOf = (file: string): readonly Resource[] => {
    const source = tree.read(file)
    return typeof source !== 'string' ? [] : read(file, source).flatMap(document => resourcesIn(fill(file, document))).flatMap(node => {
      const kind = text(node, 'kind'), name = text(node, 'metadata', 'name') || text(node, 'metadata', 'generateName')
      return node.kind !== 'map' || kind === '' || name === '' ? [] : [{ kind, name, api: text(node, 'apiVersion'), node, file }]
    })
  }
  yield* grouped(near ? files.filter(file => near.has(file)) : files, resourcesOf, kustomizations)
}

/** The resources of a document: itself, or what it is a list or a template of. */
function resourcesIn(document: YamlNode): readonly YamlNode[] {
  switch (text(document, 'kind')) {
    case 'List': return listOf(get(document, 'items'))
    case 'Template': return objectsOf(document)
    default: return [document]
  }
}

/** The files of which a group may consist that one of the files asked for belongs to: those beside it, and what a kustomization joins with it or with a text that it names. */
function nearTo(asked: readonly string[], files: readonly string[], kustomizations: ReadonlyMap<string, Kustomization>, tree: FileTree): ReadonlySet<string> {
  const folders = new Set(asked.map(folderOf))
  if (kustomizations.size === 0) return new Set(files.filter(file => folders.has(folderOf(file))))
  const all = new Set(asked), known = new Set(files)
  const concerned = (folder: string): boolean => {
    const source = tree.read(kustomizations.get(folder)?.file ?? '')
    return folders.has(folder) || (typeof source === 'string' && asked.some(file => source.includes(nameOf(file))))
  }
  const near = new Set<string>()
  for (const { files: joined, folders: through } of joinedBy(kustomizations, file => known.has(file)).groups) {
    if (through.some(concerned) || joined.some(file => all.has(file))) for (const file of joined) near.add(file)
  }
  for (const folder of kustomizations.keys()) if (concerned(folder)) folders.add(folder)
  for (const file of files) if (folders.has(folderOf(file))) near.add(file)
  return near
}

const mostAlternatives = 40

/** Files that define the same resource stand for each other, as in a folder of examples; each is looked at with what all share. */
function alternatives(files: readonly string[], found: ReadonlyMap<string, readonly Resource[]>): readonly { readonly files: readonly string[]; readonly variant?: string }[] {
  const owners = new Map<string, Set<string>>()
  for (const file of files) {
    for (const { kind, name, node } of found.get(file) ?? []) {
      if (kind === 'ConfigMap' || kind === 'Namespace') continue
      const id = `${kind} ${text(node, 'metadata', 'namespace')} ${name}`
      owners.set(id, (owners.get(id) ?? new Set()).add(file))
    }
  }
  const clashing = new Set([...owners.values()].filter(each => each.size > 1).flatMap(each => [...each]))
  if (clashing.size === 0) return [{ files }]
  const shared = files.filter(file => !clashing.has(file))
  return [...clashing].slice(0, mostAlternatives).map(file => ({ files: [file, ...shared], variant: file }))
}

const inChart = (file: string, charts: ReadonlySet<string>): boolean => {
  if (charts.size === 0) return false
  for (let at = folderOf(file); ; at = folderOf(at)) {
    if (charts.has(at)) return true
    if (at === '.') return false
  }
}

interface Joined {
  readonly folder: string
  /** Sorted. */
  readonly files: readonly string[]
  /** Of the kustomizations that it consists of. */
  readonly folders: readonly string[]
}

/** The paths in the tree that a kustomization names under these fields. */
export const includedBy = (folder: string, node: YamlMap, fields: readonly string[]): readonly string[] =>
  fields.flatMap(key => listOf(get(node, key))).flatMap(item => (item.kind === 'scalar' && !isElsewhere(item.text) ? [join(folder, item.text)] : []))

// https://github.com/kubernetes-sigs/kustomize/blob/master/examples/remoteBuild.md
const isElsewhere = (path: string): boolean => /^[a-z][a-z0-9+.-]*:|^git@|^(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org)\/|[?&]ref=/i.test(path)

/** What a kustomization builds upon that lies in another repository. */
export const elsewhere = ({ node }: Kustomization): readonly Note[] => ['resources', 'bases', 'components'].flatMap(key => listOf(get(node, key)))
  .flatMap(item => (item.kind === 'scalar' && isElsewhere(item.text) ? [{ span: item.span, text: `it builds upon ${item.text}, which is not here and was not read` }] : []))

/** What kustomizations join, each with all that it builds upon, and the files that are patches only. */
function joinedBy(kustomizations: ReadonlyMap<string, Kustomization>, has: (file: string) => boolean): { readonly groups: readonly Joined[]; readonly patches: ReadonlySet<string> } {
  const patches = new Set<string>()
  const includes = new Map<string, readonly string[]>()
  for (const [folder, { node }] of kustomizations) {
    for (const key of ['patches', 'patchesStrategicMerge', 'patchesJson6902']) {
      for (const item of listOf(get(node, key))) patches.add(join(folder, item.kind === 'scalar' ? item.text : text(item, 'path')))
    }
    includes.set(folder, includedBy(folder, node, ['resources', 'bases', 'components']))
  }
  const included = new Set([...includes.values()].flat())
  const collect = (folder: string, files: Set<string>, kustom: Set<string>, depth: number): void => {
    if (depth > 10 || kustom.has(folder)) return
    kustom.add(folder)
    for (const path of includes.get(folder) ?? []) {
      if (has(path)) files.add(path)
      else if (includes.has(path)) collect(path, files, kustom, depth + 1)
    }
  }
  const groups: Joined[] = []
  for (const folder of [...includes.keys()].sort()) {
    // What another kustomization builds upon is a part of it, not a deployment of its own.
    if (included.has(folder)) continue
    const files = new Set<string>(), kustom = new Set<string>()
    collect(folder, files, kustom, 0)
    if (files.size > 0) groups.push({ folder, files: [...files].sort(), folders: [...kustom] })
  }
  return { groups, patches }
}

function* grouped(all: readonly string[], resourcesOf: (file: string) => readonly Resource[], kustomizations: ReadonlyMap<string, Kustomization>): Generator<Group> {
  const known = new Set(all)
  const joined = joinedBy(kustomizations, file => known.has(file))
  const covered = new Set<string>(), shared = new Set<string>()
  for (const file of joined.groups.flatMap(({ files }) => files)) (covered.has(file) ? shared : covered).add(file)
  const folders = new Map<string, string[]>()
  for (const file of all) {
    if (covered.has(file)) continue
    // A patch is no resource, but may be broken.
    if (joined.patches.has(file)) { resourcesOf(file); continue }
    const own = folders.get(folderOf(file))
    if (own) own.push(file)
    else folders.set(folderOf(file), [file])
  }
  const kept = new Map([...shared].map(file => [file, resourcesOf(file)]))
  const foundIn = (files: readonly string[]): ReadonlyMap<string, readonly Resource[]> => new Map(files.flatMap(file => {
    const found = kept.get(file) ?? resourcesOf(file)
    return found.length > 0 ? [[file, found] as const] : []
  }))
  const parts = [...joined.groups.map(group => ({ ...group, root: group.folder, joined: true })), ...[...folders].map(([root, files]) => ({ root, files, folders: [root], joined: false }))]
  for (const { root, files, folders: through, joined } of parts.sort((a, b) => (a.root < b.root ? -1 : a.root > b.root ? 1 : 0))) {
    const found = foundIn(files), own = [...found.keys()]
    for (const { files: chosen, variant } of joined ? [{ files: own, variant: undefined }] : alternatives(own, found)) {
      if (chosen.length > 0) yield { root, files: chosen, ...(variant === undefined ? {} : { variant }), resources: chosen.flatMap(file => found.get(file) ?? []).slice(0, most), kustomizations: through.flatMap(path => kustomizations.get(path) ?? []) }
    }
  }
}

/** The scalar under these keys, where it is there and says something. */
export const scalarIn = (node: YamlNode | undefined, ...keys: readonly string[]): YamlScalar | undefined => {
  const found = dig(node, ...keys)
  return found?.kind === 'scalar' && !isNull(found) && found.text !== '' ? found : undefined
}

/** A number of replicas, partitions and the like, or why it is none. */
export const countIn = (node: YamlScalar): Value<number> => (/^\d{1,6}$/.test(node.text) ? known(Number(node.text), node.span) : unknown(`${node.text} is no number`, node.text, node.span))
