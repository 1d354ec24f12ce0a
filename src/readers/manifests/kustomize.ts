// Kustomizations → the resources that they build. Knows what Kustomize joins, generates, patches and renames, nothing of what the resources run.
// https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
import { folderOf } from '../../model/files.ts'
import { entryOf } from '../../model/entry-of.ts'
import { get, listOf, type YamlEntry, type YamlMap, type YamlNode, type YamlScalar } from '../yaml.ts'
import { includedBy, scalarIn, type Group, type Kustomization, type Resource } from './documents.ts'
import { patched, type Patching } from './patches.ts'

const limits = { depth: 10, resources: 20_000 } as const

/** The resources of a group as its kustomizations build them: each builds upon those that it names, and one that is named twice is there twice. */
export function built(group: Group, patching: Patching): readonly Resource[] {
  const [first, ...others] = group.kustomizations
  if (first === undefined) return group.resources
  const kustomizations = new Map(group.kustomizations.map(each => [folderOf(each.file), each]))
  const own = new Map<string, Resource[]>()
  for (const resource of group.resources) own.set(resource.file, [...own.get(resource.file) ?? [], resource])
  const from = (folder: string, depth: number, under: readonly Resource[]): readonly Resource[] => {
    const kustomization = kustomizations.get(folder)
    if (kustomization === undefined || depth > limits.depth || !patching.may(under.length + 10, kustomization.node.span)) return under
    let all = joined(under, includedBy(folder, kustomization.node, ['resources', 'bases']).map(path => own.get(path) ?? from(path, depth + 1, [])))
    // A component changes what was gathered before it.
    for (const path of includedBy(folder, kustomization.node, ['components'])) all = from(path, depth + 1, all)
    return transformed(joined(all, [generatedBy(kustomization, all, patching)]), kustomization, patching)
  }
  // Resources that lie beside a kustomization which names none of them.
  const names = includedBy(folderOf(first.file), first.node, ['resources', 'bases', 'components'])
  if (others.length === 0 && !names.some(path => own.has(path))) return transformed(joined(group.resources, [generatedBy(first, group.resources, patching)]), first, patching)
  return from(folderOf(first.file), 0, [])
}

const idOf = ({ kind, name, node }: Resource): string => `${kind} ${scalarIn(node, 'metadata', 'namespace')?.text ?? ''} ${name}`

/** Resources with further lists of them, from each of which comes what was not there before it. */
function joined(before: readonly Resource[], lists: readonly (readonly Resource[])[]): readonly Resource[] {
  const all = [...before], ids = new Set(before.map(idOf))
  for (const list of lists) {
    const fresh = list.filter(resource => resource.isGenerated === true || !ids.has(idOf(resource)))
    for (const resource of fresh) { all.push(resource); ids.add(idOf(resource)) }
  }
  return all.slice(0, limits.resources)
}

/** What it generates goes by the name that a map has now with which it is merged. */
const generatedBy = ({ file, node }: Kustomization, before: readonly Resource[], { may }: Patching): readonly Resource[] => [['configMapGenerator', 'ConfigMap'], ['secretGenerator', 'Secret']].flatMap(([field = '', kind = '']) =>
  listOf(get(node, field)).flatMap((item): readonly Resource[] => {
    const name = scalarIn(item, 'name')
    if (item.kind !== 'map' || !name) return []
    const into = scalarIn(item, 'behavior') && may(before.length, item.span) ? before.find(each => each.kind === kind && [each.name, ...each.former ?? []].includes(name.text)) : undefined
    return [{ kind, name: into?.name ?? name.text, ...(into?.former ? { former: into.former } : {}), api: 'v1', node: item, file, isGenerated: true }]
  }))

// In the order of kusttarget_configplugin.go of kubernetes-sigs/kustomize, except that it patches by operations after renaming; targets fit either name.
function transformed(resources: readonly Resource[], kustomization: Kustomization, patching: Patching): readonly Resource[] {
  const { node } = kustomization
  const namespace = scalarIn(node, 'namespace')
  let all = patched(resources, kustomization, patching)
  if (!patching.may(all.reduce((sum, each) => sum + (each.node.span.end - each.node.span.start) / 20, 0), node.span)) return all
  if (namespace) all = all.map(resource => (resource.isGenerated === true || unscoped.test(resource.kind) ? resource : { ...resource, node: withIn(resource.node, ['metadata', 'namespace'], namespace) }))
  all = renamed(all, scalarIn(node, 'namePrefix')?.text ?? '', scalarIn(node, 'nameSuffix')?.text ?? '')
  for (const item of listOf(get(node, 'replicas'))) {
    const name = scalarIn(item, 'name')?.text, count = scalarIn(item, 'count')
    if (count && patching.may(all.length, item.span)) all = all.map(resource => (scaled.test(resource.kind) && [resource.name, ...resource.former ?? []].includes(name ?? '') ? { ...resource, node: withIn(resource.node, ['spec', 'replicas'], count) } : resource))
  }
  const images = listOf(get(node, 'images')).filter(item => patching.may(all.length, item.span))
  return images.length === 0 ? all : all.map(resource => ({ ...resource, node: withImages(resource.node, images) as YamlMap }))
}

const unscoped = /^(?:Namespace|CustomResourceDefinition|ClusterRole|ClusterRoleBinding|PersistentVolume|StorageClass|PriorityClass|APIService|(?:Validating|Mutating)WebhookConfiguration)$/
const scaled = /^(?:Deployment|StatefulSet|ReplicaSet|ReplicationController)$/

/** https://github.com/kubernetes-sigs/kustomize/blob/master/api/internal/builtins/PrefixTransformer.go */
function renamed(resources: readonly Resource[], prefix: string, suffix: string): readonly Resource[] {
  if (prefix === '' && suffix === '') return resources
  const keeps = /^(?:Namespace|CustomResourceDefinition|APIService)$/
  const names = new Map<string, string>()
  const all = resources.map((resource): Resource => {
    if (keeps.test(resource.kind)) return resource
    const name = `${prefix}${resource.name}${suffix}`
    names.set(`${resource.kind} ${resource.name}`, name)
    const written = scalarIn(resource.node, 'metadata', 'name')
    return { ...resource, name, former: [...resource.former ?? [], resource.name], node: written ? withIn(resource.node, ['metadata', 'name'], { ...written, text: name }) : resource.node }
  })
  return all.map(resource => (resource.isGenerated === true ? resource : { ...resource, node: withReferences(resource.node, names) as YamlMap }))
}

/** Where a resource names another, by the key that the reference stands under: the kind, and the key of the name. */
const references: Readonly<Record<string, readonly [kind: string, name: string]>> = {
  configMap: ['ConfigMap', 'name'], configMapRef: ['ConfigMap', 'name'], configMapKeyRef: ['ConfigMap', 'name'],
  secret: ['Secret', 'secretName'], secretRef: ['Secret', 'name'], secretKeyRef: ['Secret', 'name'], persistentVolumeClaim: ['PersistentVolumeClaim', 'claimName'],
}

function withReferences(node: YamlNode, names: ReadonlyMap<string, string>): YamlNode {
  return changed(node, (key, value) => {
    if (key === 'serviceName') return value.kind === 'scalar' ? { ...value, text: names.get(`Service ${value.text}`) ?? value.text } : value
    const [kind = '', field = ''] = entryOf(references, key) ?? []
    const name = value.kind === 'map' ? scalarIn(value, field) ?? scalarIn(value, 'name') : undefined
    const to = name && names.get(`${kind} ${name.text}`)
    return value.kind !== 'map' || to === undefined || name === undefined ? undefined : withIn(value, [scalarIn(value, field) ? field : 'name'], { ...name, text: to })
  })
}

function withImages(node: YamlNode, images: readonly YamlNode[]): YamlNode {
  return changed(node, (key, value) => (value.kind !== 'seq' || !/^(?:initC|c)ontainers$/.test(key) ? undefined : {
    ...value, items: value.items.map(container => {
      const image = scalarIn(container, 'image')
      return container.kind === 'map' && image ? withIn(container, ['image'], images.reduce(withImage, image)) : container
    }),
  }))
}

/** https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/ */
function withImage(image: YamlScalar, item: YamlNode): YamlScalar {
  const [, name = '', tag = '', digest = ''] = /^(.*?)(:[\w.-]{1,128})?(@[\w:.+-]+)?$/.exec(image.text) ?? []
  if (name !== scalarIn(item, 'name')?.text) return image
  const newName = scalarIn(item, 'newName'), newTag = scalarIn(item, 'newTag'), newDigest = scalarIn(item, 'digest')
  const place = newDigest ?? newTag ?? newName
  const version = newDigest ? `@${newDigest.text}` : newTag ? `:${newTag.text}` : `${tag}${digest}`
  return place ? { ...image, text: `${newName?.text ?? name}${version}`, style: 'plain', span: place.span } : image
}

/** A tree in which `change` puts another value in the place of what stands under a key; what it leaves alone is searched further. */
function changed(node: YamlNode, change: (key: string, value: YamlNode) => YamlNode | undefined): YamlNode {
  if (node.kind === 'seq') return { ...node, items: node.items.map(item => changed(item, change)) }
  if (node.kind !== 'map') return node
  return { ...node, entries: new Map([...node.entries].map(([name, entry]): [string, YamlEntry] => [name, { key: entry.key, value: change(name, entry.value) ?? changed(entry.value, change) }])) }
}

/** A map with a value at a path, whose maps are made where they are missing. */
function withIn(node: YamlMap, [key = '', ...rest]: readonly string[], value: YamlNode): YamlMap {
  const before = node.entries.get(key)
  const inner: YamlNode = rest.length === 0 ? value : withIn(before?.value.kind === 'map' ? before.value : { kind: 'map', entries: new Map(), span: value.span }, rest, value)
  return { ...node, entries: new Map([...node.entries, [key, { key: before?.key ?? { kind: 'scalar', text: key, style: 'plain', span: value.span }, value: inner }]]) }
}
