// Patches of kustomizations → the resources as they are deployed. Knows how Kustomize patches, nothing of what the resources run.
// https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/ and
// https://github.com/kubernetes/community/blob/main/contributors/devel/sig-api-machinery/strategic-merge-patch.md
import { entryOf } from '../../model/entry-of.ts'
import { folderOf, join } from '../../model/files.ts'
import { oncePer } from '../../model/once.ts'
import type { Note, Span } from '../../model/value.ts'
import { get, isNull, listOf, readYaml, type YamlEntry, type YamlMap, type YamlNode, type YamlScalar } from '../yaml.ts'
import { yamlInside } from '../yaml-inside.ts'
import { scalarIn, type Kustomization, type Resource } from './documents.ts'

interface Target {
  readonly kind?: string | undefined
  readonly name?: string | undefined
  /** Labels and their values; no value where what is asked of it is not understood. */
  readonly labels: ReadonlyMap<string, string | undefined>
}

export interface Patching {
  readonly read: (file: string) => string
  /** Files that patches were read from. */
  readonly files: Set<string>
  /** What cannot be applied. */
  readonly unread: Note[]
  /** Whether one more thing may be done that looks at so many resources, or at as much text; what may not any more is noted once. */
  readonly may: (looks: number, at: Span) => boolean
}

/** Looks at resources for one group at most: one for each image, patch or further kustomization that may change one of them. A look takes as long as five characters of YAML. */
const mostLooks = 400_000

/** How the resources of one group are patched. */
export function patchingWith(read: Patching['read']): Patching {
  const unread: Note[] = []
  let left = mostLooks
  return {
    read, files: new Set(), unread,
    may(looks, at) {
      if (left < 0) return false
      left -= looks + 1
      if (left < 0) unread.push({ span: at, text: `${at.file} was read up to here: what its kustomizations generate and patch is more than can be looked at in time` })
      return left >= 0
    },
  }
}

/** Resources after the patches of a kustomization. */
export function patched(resources: readonly Resource[], { file, node }: Kustomization, { read, files, unread, may }: Patching): readonly Resource[] {
  let all = resources
  const lay = (document: YamlNode, target: Target | undefined, at: YamlNode): void => { if (may(all.length, at.span)) all = applied(all, document, target, steps => may(steps * 10, at.span)) }
  const documents = (patch: YamlNode | undefined, path: YamlScalar | undefined, span: YamlNode): readonly YamlNode[] => {
    if (patch !== undefined) files.add(file)
    if (patch?.kind === 'map') return [patch]
    if (patch?.kind === 'scalar') return may(patch.text.length / 5, span.span) ? yamlInside(patch, read(file)) : []
    const place = path && join(folderOf(file), path.text)
    const text = place === undefined ? '' : read(place)
    if (place !== undefined && text !== '') { files.add(place); return may(text.length / 5, span.span) ? readYaml(place, text).documents : [] }
    if (!unread.some(note => note.span.file === span.span.file && note.span.start === span.span.start)) unread.push({ span: span.span, text: `the patch ${path?.text ?? ''} is not here` })
    return []
  }
  for (const item of listOf(get(node, 'patchesStrategicMerge'))) {
    const inline = item.kind === 'map' || (item.kind === 'scalar' && item.style === 'block')
    for (const document of documents(inline ? item : undefined, item.kind === 'scalar' && !inline ? item : undefined, item)) lay(document, undefined, item)
  }
  for (const item of listOf(get(node, 'patches'))) {
    const target = targetOf(get(item, 'target'))
    for (const document of documents(get(item, 'patch'), scalarIn(item, 'path'), item)) lay(document, target, item)
  }
  for (const item of listOf(get(node, 'patchesJson6902'))) {
    const inline = get(item, 'patch') ?? get(item, 'ops')
    for (const document of documents(inline, scalarIn(item, 'path'), item)) lay(document, targetOf(get(item, 'target')), item)
  }
  return all
}

const targetOf = (node: YamlNode | undefined): Target | undefined =>
  node === undefined ? undefined : { kind: scalarIn(node, 'kind')?.text, name: scalarIn(node, 'name')?.text, labels: labelsIn(scalarIn(node, 'labelSelector')?.text ?? '') }

const labelsIn = (selector: string): Target['labels'] => new Map(selector.split(',').filter(part => part.trim() !== '').map(part => {
  const [, key = part, value] = /^\s*([\w./-]+)\s*==?\s*([\w.-]+)\s*$/.exec(part) ?? []
  return [key, value]
}))

function applied(resources: readonly Resource[], patch: YamlNode, target: Target | undefined, may: (steps: number) => boolean): readonly Resource[] {
  // A list of operations is a JSON patch, which always names its target.
  if (patch.kind === 'seq') return target === undefined ? resources : resources.map(resource => (fits(resource, target) && may(patch.items.length) ? with_(resource, operated(resource.node, patch.items)) : resource))
  if (patch.kind !== 'map') return resources
  const own: Target = target ?? { kind: scalarIn(patch, 'kind')?.text, name: scalarIn(patch, 'metadata', 'name')?.text, labels: new Map() }
  return resources.flatMap(resource => {
    if (!fits(resource, own) || !may(1)) return [resource]
    if (directiveOf(patch) === 'delete') return []
    const merged = merge(resource.node, patch, builtIn.test(resource.api))
    return merged.kind === 'map' ? [with_(resource, merged)] : [resource]
  })
}

const builtIn = /^(?:v1|(?:apps|batch|autoscaling|policy|extensions|networking\.k8s\.io)\/\S+)$/
// A patch does not rename what it is laid over.
const with_ = (resource: Resource, node: YamlMap): Resource => ({ ...resource, node })

function fits({ kind, name, former = [], node }: Resource, target: Target): boolean {
  const named = (pattern: string): boolean => [name, ...former].some(each => each === pattern || matches(pattern, each))
  if (target.kind !== undefined && target.kind !== kind) return false
  if (target.name !== undefined && !named(target.name)) return false
  return [...target.labels].every(([key, value]) => value !== undefined && scalarIn(node, 'metadata', 'labels', key)?.text === value)
}

// Names of targets are anchored regular expressions; only `.*` is understood, so that no stranger's pattern runs here.
function matches(pattern: string, name: string): boolean {
  const parts = pattern.replace(/^\^|\$$/g, '').split('.*')
  if (parts.length === 1 || parts.some(part => /[\\[\](){}+?*|]/.test(part))) return false
  const [first = '', ...rest] = parts
  const last = rest.at(-1) ?? ''
  let at = first.length
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false
  for (const part of rest.slice(0, -1)) { at = name.indexOf(part, at); if (at < 0) return false; at += part.length }
  return at <= name.length - last.length
}

const directiveOf = (node: YamlNode | undefined): string | undefined => scalarIn(node, '$patch')?.text

/** Keys by which items of Kubernetes' own lists are told apart. */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'], initContainers: ['name'], volumes: ['name'], env: ['name'], volumeMounts: ['mountPath'], ports: ['containerPort', 'port'],
  imagePullSecrets: ['name'],
}

// By what an item of a list is called; one patch after another asks the same items.
const idBy = oncePer((keys: readonly string[]) => oncePer((item: YamlNode): string | undefined => keys.map(key => scalarIn(item, key)?.text).find(text => text !== undefined)))

function merge(base: YamlNode, over: YamlNode, strategic: boolean, field = ''): YamlNode {
  if (base.kind === 'map' && over.kind === 'map') {
    if (directiveOf(over) === 'replace') return withoutDirective(over)
    const entries = new Map<string, YamlEntry>(base.entries)
    for (const [name, entry] of over.entries) {
      if (name === '$patch' || name.startsWith('$setElementOrder') || name.startsWith('$retainKeys')) continue
      const before = entries.get(name)
      if (isNull(entry.value) || (entry.value.kind === 'map' && directiveOf(entry.value) === 'delete')) entries.delete(name)
      else entries.set(name, before ? { key: entry.key, value: merge(before.value, entry.value, strategic, name) } : entry)
    }
    return { ...base, entries }
  }
  const keys = strategic ? entryOf(mergeKeys, field) : undefined
  if (base.kind !== 'seq' || over.kind !== 'seq' || keys === undefined) return over
  const idOf = idBy(keys), called = new Map(over.items.map((item): [string | undefined, YamlNode[]] => [idOf(item), []]))
  for (const item of base.items.toReversed()) called.get(idOf(item))?.push(item)
  const patchedItems: YamlNode[] = [], gone = new Set<YamlNode>()
  let left = base.items
  for (const item of over.items) {
    const id = idOf(item)
    if (directiveOf(item) === 'replace' && id === undefined) { left = []; called.clear(); continue }
    const before = id === undefined ? undefined : called.get(id)?.pop()
    if (before) gone.add(before)
    if (directiveOf(item) !== 'delete') patchedItems.push(before ? merge(before, item, strategic) : item)
  }
  // What a patch names stands in front, in its order.
  return { ...base, items: [...patchedItems, ...left.filter(item => !gone.has(item))] }
}

const withoutDirective = (node: YamlMap): YamlMap => ({ ...node, entries: new Map([...node.entries].filter(([name]) => name !== '$patch')) })

/** https://datatracker.ietf.org/doc/html/rfc6902: add, replace and remove. */
function operated(node: YamlMap, operations: readonly YamlNode[]): YamlMap {
  let result: YamlNode = node
  for (const operation of operations.slice(0, 200)) {
    const op = scalarIn(operation, 'op')?.text, path = scalarIn(operation, 'path')
    if (op === undefined || path === undefined || !path.text.startsWith('/')) continue
    const parts = path.text.slice(1).split('/').map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    const value = get(operation, 'value')
    if (op === 'remove' || ((op === 'add' || op === 'replace') && value)) result = changed(result, parts, op, value, path)
  }
  return result.kind === 'map' ? result : node
}

function changed(node: YamlNode, [part = '', ...rest]: readonly string[], op: string, value: YamlNode | undefined, path: YamlScalar): YamlNode {
  if (node.kind === 'map') {
    const entries = new Map(node.entries), before = entries.get(part)
    if (rest.length > 0) {
      if (before) entries.set(part, { ...before, value: changed(before.value, rest, op, value, path) })
    } else if (op === 'remove') entries.delete(part)
    else if (value) entries.set(part, { key: before?.key ?? { kind: 'scalar', text: part, style: 'plain', span: path.span }, value })
    return { ...node, entries }
  }
  if (node.kind !== 'seq') return node
  const items = [...node.items], at = part === '-' ? items.length : /^\d{1,4}$/.test(part) ? Number(part) : -1
  const before = items[at]
  if (at < 0 || at > items.length) return node
  if (rest.length > 0) { if (before) items[at] = changed(before, rest, op, value, path) }
  else if (op === 'remove') items.splice(at, 1)
  else if (value) items.splice(at, op === 'replace' ? 1 : 0, value)
  return { ...node, items }
}
