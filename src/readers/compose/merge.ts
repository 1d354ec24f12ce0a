// How one compose file overrides another, field by field. Knows Compose's merge rules, not what the fields are for.
// https://github.com/compose-spec/compose-spec/blob/main/13-merge.md
import { entryOf } from '../../model/entry-of.ts'
import { partOf, textOf, type Entry, type MapNode, type Node, type ScalarNode, type SeqNode } from './node.ts'

/** Fields that are replaced whole. */
const replaced = new Set(['command', 'entrypoint', 'healthcheck.test'])
/** Fields that are a map, or a list of `KEY=value`. */
const keyed = new Set(['environment', 'labels', 'annotations', 'sysctls', 'build.args', 'build.labels', 'build.additional_contexts', 'deploy.labels', 'extra_hosts', 'storage_opt'])
/** Fields that are a map, or a list of names. */
const named = new Set(['depends_on', 'networks'])
/** Lists whose items stand for something with a name: the later item with that name replaces the earlier one. */
const identified: Readonly<Record<string, (item: Node) => string>> = {
  volumes: item => targetOf(item),
  devices: item => targetOf(item),
  configs: item => grantedAs(item, ''),
  secrets: item => grantedAs(item, '/run/secrets'),
  env_file: item => (item.kind === 'map' ? textIn(item, 'path') ?? '' : plainText(item)),
  links: item => plainText(item).split(':').at(-1) ?? '',
}

/** https://github.com/compose-spec/compose-go/blob/main/override/uncity.go: a stated target is compared as it is written. */
const grantedAs = (item: Node, folder: string): string => textIn(item, 'target') ?? `${folder}/${textIn(item, 'source') ?? plainText(item)}`

/** A service by itself: of items of one list that stand for the same, the last one counts. */
export function withDistinctItems(service: MapNode): MapNode {
  let entries: Map<string, Entry> | undefined
  for (const name of Object.keys(identified)) {
    const entry = service.entries.get(name)
    if (entry?.value.kind !== 'seq' || entry.value.items.length < 2) continue
    entries ??= new Map(service.entries)
    entries.set(name, { ...entry, value: { ...entry.value, items: distinct(entry.value.items, name) } })
  }
  return entries ? { ...service, entries } : service
}

/** A service after the files or the service it extends, in order. */
export function mergeServices(base: Node | undefined, over: Node): Node {
  return base ? merge(base, over, '') : over
}

/** Merges top-level maps (`volumes`, `configs`, …) by name, each entry recursively. */
export const mergeMaps = (base: Node | undefined, over: Node): Node => (base ? merge(base, over, 'top') : over)

function merge(base: Node, over: Node, path: string): Node {
  if (over.tag === '!override') return untagged(over)
  const before = canonical(base, path), after = canonical(over, path)
  if (after.kind === 'scalar' && after.isNull && before.kind !== 'scalar') return before
  if (replaced.has(path)) return after
  if (before.kind === 'map' && after.kind === 'map') return mergeEntries(before, after, path)
  if (listLike.has(path) || (before.kind === 'seq' && after.kind === 'seq')) return concat(before, after, path)
  return after
}

const listLike = new Set(['dns', 'dns_search', 'tmpfs', 'env_file'])

function mergeEntries(base: MapNode, over: MapNode, path: string): Node {
  const driver = textIn(over, 'driver')
  if (path === 'logging' && driver !== undefined && driver !== (textIn(base, 'driver') ?? 'json-file')) return over
  const entries = new Map(base.entries)
  for (const [name, entry] of over.entries) {
    if (entry.value.tag === '!reset') { entries.delete(name); continue }
    const before = entries.get(name)
    entries.set(name, before ? { key: entry.key, value: merge(before.value, entry.value, path === '' ? name : `${path}.${name}`) } : entry)
  }
  return { ...over, entries }
}

function concat(base: Node, over: Node, path: string): Node {
  const items = distinct([...listed(base), ...listed(over)].filter(item => item.tag !== '!reset'), path)
  return { kind: 'seq', items, tag: undefined, span: over.span, source: over.source }
}

function distinct(all: readonly Node[], path: string): readonly Node[] {
  const identify = entryOf(identified, path) ?? (item => item.kind === 'scalar' ? item.text : JSON.stringify(plainOf(item)))
  const items = new Map<string, Node>()
  for (const item of all) items.set(identify(item), item)
  return [...items.values()]
}

const listed = (node: Node): readonly Node[] => (node.kind === 'seq' ? node.items : node.kind === 'scalar' && node.isNull ? [] : [node])

/** The long form of the fields that have a short one, so that both can be merged with each other. */
export function canonical(node: Node, path: string): Node {
  if (node.kind === 'seq' && keyed.has(path)) return keyedMap(node, path === 'extra_hosts' ? /[=:]/ : /=/)
  if (node.kind === 'seq' && named.has(path)) return namedMap(node)
  if (node.kind === 'scalar' && path === 'build' && !node.isNull) return asMap(node, 'context')
  return node
}

const asMap = (node: ScalarNode, key: string): MapNode =>
  ({ kind: 'map', entries: new Map([[key, { key: node.span, value: node }]]), tag: node.tag, span: node.span, source: node.source })

function keyedMap(node: SeqNode, separator: RegExp): MapNode {
  const entries = new Map<string, Entry>()
  for (const item of node.items) {
    if (item.kind !== 'scalar') continue
    const at = item.text.search(separator)
    const end = at < 0 ? item.text.length : at
    const key = textOf(item).span(0, end)
    entries.set(item.text.slice(0, end), { key, value: at < 0 ? { ...item, text: '', isNull: true, plain: true } : scalarPart(item, at + 1) })
  }
  return { kind: 'map', entries, tag: node.tag, span: node.span, source: node.source }
}

/** The rest of a scalar from an offset, as a scalar of its own. */
function scalarPart(item: ScalarNode, start: number): ScalarNode {
  const text = item.text.slice(start)
  const value = partOf(item, start, item.text.length)
  const { interpolated } = item
  const from = interpolated ? interpolated.pieces.find(p => p.end > start) : undefined
  const cut = from ? (from.notes.length === 0 && from.missing.length === 0 ? from.from + Math.max(0, start - from.start) : from.from) : start
  return {
    ...item, text, isNull: false, plain: false, span: value.span,
    missing: value.known ? [] : item.missing, notes: value.known ? value.notes ?? [] : item.notes,
    yaml: { ...item.yaml, text: item.yaml.text.slice(interpolated ? cut : start), span: { ...item.yaml.span, start: value.span.start } },
    interpolated: interpolated && {
      text,
      pieces: interpolated.pieces.filter(p => p.end > start).map(p => ({
        ...p, start: Math.max(0, p.start - start), end: p.end - start, from: Math.max(p.from, cut) - cut, to: p.to - cut,
      })),
    },
  }
}

function namedMap(node: SeqNode): MapNode {
  const entries = new Map<string, Entry>()
  for (const item of node.items) {
    if (item.kind === 'scalar') entries.set(item.text, { key: item.span, value: { ...item, text: '', isNull: true, plain: true } })
  }
  return { kind: 'map', entries, tag: node.tag, span: node.span, source: node.source }
}

function targetOf(item: Node): string {
  if (item.kind !== 'scalar') return trimmed(textIn(item, 'target') ?? '')
  return trimmed(volumeParts(item.text).target)
}
const trimmed = (path: string): string => (path.length > 1 ? path.replace(/\/$/, '') : path)

/** The parts of `source:target:mode`, or of a target alone; each with its place in the text. A Windows drive is no separator. */
export function volumeParts(text: string): { source?: string; target: string; targetAt: number; mode?: string } {
  const parts: string[] = []
  let part = '', depth = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i)
    if (text.startsWith('${', i)) depth++
    if (c === '}' && depth > 0) depth--
    const drive = c === ':' && /^[A-Za-z]$/.test(part) && /[\\/]/.test(text.charAt(i + 1))
    if (c === ':' && depth === 0 && !drive) { parts.push(part); part = '' } else part += c
  }
  parts.push(part)
  const [source = '', target, mode] = parts
  if (target === undefined) return { target: source, targetAt: 0 }
  return { source, target, targetAt: source.length + 1, ...(mode === undefined ? {} : { mode }) }
}

const plainText = (node: Node): string => (node.kind === 'scalar' ? node.text : '')
const textIn = (node: Node, name: string): string | undefined => {
  const value = node.kind === 'map' ? node.entries.get(name)?.value : undefined
  return value?.kind === 'scalar' ? value.text : undefined
}
const untagged = (node: Node): Node => ({ ...node, tag: undefined })

/** A node as plain data, scalars as text, null as null. Bounded by the reader's node limit. */
export function plainOf(node: Node): unknown {
  if (node.kind === 'scalar') return node.isNull ? null : node.text
  if (node.kind === 'seq') return node.items.map(plainOf)
  return Object.fromEntries([...node.entries].map(([name, entry]) => [name, plainOf(entry.value)]))
}

/** The node without what `!reset` takes away and nothing was there to take it from. */
export function withoutResets(node: Node): Node {
  if (node.kind === 'seq') return { ...node, items: node.items.filter(item => item.tag !== '!reset').map(withoutResets) }
  if (node.kind !== 'map') return node
  const kept = [...node.entries].filter(([, entry]) => entry.value.tag !== '!reset')
  return { ...node, entries: new Map(kept.map(([name, entry]) => [name, { ...entry, value: withoutResets(entry.value) }])) }
}
