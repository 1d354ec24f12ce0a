// What Flux fills into resources before it applies them: `spec.postBuild` of its Kustomizations. Knows that field, nothing of the resources.
// https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution
import { folderOf, join, nameOf, yamlFiles, yamlFilesThat, type FileTree, type Refusal } from '../model/files.ts'
import { dig, get, isNull, listOf, readYaml, withTexts, type YamlNode } from './yaml.ts'

/** Variables by name; undefined where two Kustomizations that apply the same file disagree. */
interface Variables {
  readonly values: Map<string, string | undefined>
  /** A secret, or a map that is not here, may say anything. */
  hidden: boolean
}

const longest = 1_000_000
const mostFolders = 2_000

/** Fills in the document of a file, where a Kustomization of Flux applies it with variables. */
export function substitutions(tree: FileTree): (file: string, document: YamlNode) => YamlNode {
  const byFolder = new Map<string, Variables>()
  for (const { path, spec } of kustomizationsIn(tree)) {
    const own = variablesOf(spec, tree)
    for (const folder of foldersOf(path, tree)) {
      const before = byFolder.get(folder)
      if (!before) { byFolder.set(folder, { values: new Map(own.values), hidden: own.hidden }); continue }
      before.hidden ||= own.hidden
      for (const [name, value] of own.values) before.values.set(name, before.values.has(name) && before.values.get(name) !== value ? undefined : value)
    }
  }
  if (byFolder.size === 0) return (_, document) => document
  return (file, document) => {
    for (let folder = folderOf(file); ; folder = folderOf(folder)) {
      const variables = byFolder.get(folder)
      if (variables) return isDisabled(document) ? document : filled(document, variables)
      if (folder === '.') return document
    }
  }
}

const maySubstitute = (_: string, text: string | Refusal): boolean =>
  typeof text === 'string' && text.length <= longest && text.includes('postBuild') && text.includes('kustomize.toolkit.fluxcd.io')

function* kustomizationsIn(tree: FileTree): Generator<{ readonly path: string; readonly spec: YamlNode }> {
  for (const file of yamlFilesThat(tree, maySubstitute)) {
    const text = tree.read(file)
    if (typeof text !== 'string') continue
    for (const document of readYaml(file, text).documents) {
      const path = dig(document, 'spec', 'path'), spec = get(document, 'spec')
      if (!spec || path?.kind !== 'scalar' || !get(spec, 'postBuild') || path.text.includes('$')) continue
      yield { path: join('.', path.text), spec }
      // https://fluxcd.io/flux/components/kustomize/kustomizations/#components
      for (const item of listOf(get(spec, 'components'))) if (item.kind === 'scalar' && !item.text.includes('$')) yield { path: join(join('.', path.text), item.text), spec }
    }
  }
}

function variablesOf(spec: YamlNode, tree: FileTree): Variables {
  const found: Variables = { values: new Map(), hidden: false }
  const take = (node: YamlNode | undefined): void => {
    for (const [name, { value }] of node?.kind === 'map' ? node.entries : []) if (value.kind === 'scalar') found.values.set(name, isNull(value) ? '' : value.text)
  }
  for (const item of listOf(dig(spec, 'postBuild', 'substituteFrom'))) {
    const kind = get(item, 'kind'), name = get(item, 'name')
    const maps = kind?.kind === 'scalar' && kind.text === 'ConfigMap' && name?.kind === 'scalar' ? configMapsNamed(name.text, tree) : []
    if (maps.length === 1) take(maps[0])
    else found.hidden = true
  }
  // What stands in the resource wins over what it takes from elsewhere.
  take(dig(spec, 'postBuild', 'substitute'))
  return found
}

function configMapsNamed(name: string, tree: FileTree): readonly YamlNode[] {
  return yamlFiles(tree).flatMap(file => {
    const text = tree.read(file)
    if (typeof text !== 'string' || text.length > longest || !text.includes('ConfigMap') || !text.includes(name)) return []
    return readYaml(file, text).documents.flatMap(document => {
      const kind = get(document, 'kind'), own = dig(document, 'metadata', 'name'), data = get(document, 'data')
      return kind?.kind === 'scalar' && kind.text === 'ConfigMap' && own?.kind === 'scalar' && own.text === name && data ? [data] : []
    })
  })
}

/** The folder that is applied, and those that its kustomizations build upon. */
function foldersOf(path: string, tree: FileTree): ReadonlySet<string> {
  const found = new Set<string>()
  const visit = (folder: string): void => {
    if (found.has(folder) || found.size > mostFolders) return
    found.add(folder)
    const names = (tree.list(folder) ?? []).filter(name => /^kustomization\.ya?ml$/.test(nameOf(name)))
    for (const name of names) {
      const file = join(folder, name), text = tree.read(file)
      for (const document of typeof text === 'string' ? readYaml(file, text).documents : []) {
        for (const key of ['resources', 'bases', 'components']) {
          for (const item of listOf(get(document, key))) if (item.kind === 'scalar' && tree.list(join(folder, item.text)) !== undefined) visit(join(folder, item.text))
        }
      }
    }
  }
  visit(path)
  return found
}

const isDisabled = (document: YamlNode): boolean => ['annotations', 'labels'].some(field => {
  const said = dig(document, 'metadata', field, 'kustomize.toolkit.fluxcd.io/substitute')
  return said?.kind === 'scalar' && said.text === 'disabled'
})

const filled = (node: YamlNode, variables: Variables): YamlNode => withTexts(node, ({ text }) => (text.includes('${') ? substituted(text, variables) : text))

/** `${name}`, `${name:-default}` and `${name:=default}`; `$${name}` is `${name}`. What is not known stays as it is written. */
function substituted(text: string, { values, hidden }: Variables): string {
  return text.replace(/(\$?)\$\{([A-Za-z_]\w{0,200})(?::?[-=]([^{}]{0,500}))?\}/g, (whole, escape: string, name: string, otherwise: string | undefined) => {
    if (escape !== '') return whole.slice(1)
    const value = values.get(name)
    if (value !== undefined && (value !== '' || otherwise === undefined)) return value
    // Whatever nobody names is empty, as long as all who could name it are here.
    return values.has(name) && value === undefined ? whole : hidden ? whole : otherwise ?? ''
  })
}
