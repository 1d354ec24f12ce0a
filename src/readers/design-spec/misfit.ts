// misfit.yaml → a design. Checks the document against its shape and its ids against each other; judges no design.
import { entryOf } from '../../model/entry-of.ts'
import type { DeclaredComponent, DeclaredService, DeclaredStore, DesignSpec, Ignored, Waiver } from '../../model/spec.ts'
import { consistencyPatterns } from '../../model/spec.ts'
import type { EnvironmentClass, Problem } from '../../model/stack.ts'
import { known, unknown, type Known, type Span } from '../../model/value.ts'
import { didYouMean } from '../../model/words.ts'
import { dig, get, listOf, type YamlNode } from '../yaml.ts'
import { acceptanceOf, componentOf, latencyOf, matchIsOpen, matchOf, usesOf } from './declared.ts'
import { at, isOpen, present, readFlag, readNumber, readText, readWord, textOf, textsOf, within } from './fields.ts'
import { designSpec } from './shapes.ts'
import { validate } from './validate.ts'

const environments: Readonly<Record<string, EnvironmentClass>> = {
  production: 'production', staging: 'unspecified', dev: 'development', development: 'development', test: 'test', ci: 'test', example: 'example',
}

/** Reads one document of kind DesignSpec. */
export function readDesign(document: YamlNode, file: string): { readonly spec: DesignSpec; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [...validate(document, designSpec, '')]
  const stated = at(document, 'environment', textOf)
  const environment = stated && entryOf(environments, stated.value)
  const spec: DesignSpec = present<DesignSpec>({
    files: [file], origin: 'design spec',
    name: textOf(dig(document, 'metadata', 'name')),
    environment: stated && (environment ? known(environment, stated.span) : unknown('it cannot be read', stated.value, stated.span)),
    services: named(get(document, 'services'), serviceOf),
    stores: named(get(document, 'stores'), storeOf),
    components: named(get(document, 'components'), (node, id, span): DeclaredComponent => componentOf(node, id, span, 'design spec', usesOf(node))),
    ignore: listOf(get(document, 'ignore')).flatMap(ignoredOf),
    waivers: listOf(get(document, 'waivers')).flatMap(waiverOf),
  })
  problems.push(...twice(spec), ...dangling(spec), ...circles(spec), ...sharedGroups(spec))
  return { spec, problems }
}

function named<T>(node: YamlNode | undefined, read: (node: YamlNode, id: string, span: Span) => T): readonly T[] {
  return listOf(node).flatMap(item => {
    const id = at(item, 'id', textOf)
    return id ? [read(item, id.value, id.span)] : []
  })
}

const serviceOf = (node: YamlNode, id: string, span: Span): DeclaredService => present<DeclaredService>({
  id, span, owner: within(node, 'owner', readText), match: matchOf(get(node, 'match')), instances: within(node, 'instances', readNumber),
  onRequestPath: within(node, 'on_request_path', readFlag), writesAlso: textsOf(get(node, 'writes_also')),
  consistencyPattern: readWord(get(node, 'consistency_pattern'), consistencyPatterns),
}, [isOpen(get(node, 'id')) && 'id', matchIsOpen(get(node, 'match')) && 'match', isOpen(get(node, 'writes_also')) && 'writesAlso'])

const storeOf = (node: YamlNode, id: string, span: Span): DeclaredStore => present<DeclaredStore>({
  id, span, technology: within(node, 'technology', readText), sourceOfTruth: within(node, 'source_of_truth', readFlag),
  readBottleneck: within(node, 'read_bottleneck', readFlag), readsPerSecond: within(node, 'reads_per_second', readNumber),
  writesPerSecond: within(node, 'writes_per_second', readNumber), latencyP99: latencyOf(get(node, 'latency_goal')).p99,
}, [isOpen(get(node, 'id')) && 'id'])

function ignoredOf(node: YamlNode): readonly Ignored[] {
  const match = matchOf(get(node, 'match'))
  const reason = at(node, 'reason', textOf)
  return match ? [{ match, span: node.span, ...(reason ? { reason } : {}), ...(matchIsOpen(get(node, 'match')) ? { hidden: ['match'] } : {}) }] : []
}

function waiverOf(node: YamlNode): readonly Waiver[] {
  const rule = at(node, 'rule', textOf), component = at(node, 'component', textOf), use = at(node, 'use', textOf), acceptance = acceptanceOf(node)
  if (!rule || !acceptance) return []
  return [{ ...acceptance, rule, ...(component ? { component } : {}), ...(use ? { use } : {}) }]
}

// An id that stands twice names two things.
function* twice(spec: DesignSpec): Iterable<Problem> {
  const lists: readonly (readonly [string, readonly { readonly id: string; readonly span: Span }[]])[] = [
    ['services', spec.services], ['stores', spec.stores], ['components', spec.components],
    ...spec.components.map(component => [`the uses of ${component.id}`, component.uses] as const),
  ]
  for (const [what, all] of lists) {
    const seen = new Set<string>()
    for (const { id, span } of all) {
      if (seen.has(id)) yield { span, message: `the id ${JSON.stringify(id)} stands twice among ${what}` }
      seen.add(id)
    }
  }
}

// A name that leads nowhere. Services and stores are looked up only where the spec lists any: a small spec need not.
function* dangling(spec: DesignSpec): Iterable<Problem> {
  const services = spec.services.map(({ id }) => id), stores = spec.stores.map(({ id }) => id)
  const uses = spec.components.flatMap(component => component.uses.map(use => `${component.id}/${use.id}`))
  const components = spec.components.map(({ id }) => id)
  const missing = (name: Known, what: string, words: readonly string[]): Problem =>
    ({ span: name.span, message: `there is no ${what} ${JSON.stringify(name.value)} in this spec${didYouMean(name.value, words)}` })
  for (const use of spec.components.flatMap(component => component.uses)) {
    for (const { service } of [...use.producers, ...use.consumers]) {
      if (services.length > 0 && !services.includes(service.value)) yield missing(service, 'service', services)
    }
    const { rebuildFrom } = use
    if (rebuildFrom && rebuildFrom.value !== 'none') {
      if (rebuildFrom.value.includes('/')) { if (!uses.includes(rebuildFrom.value)) yield missing(rebuildFrom, 'use', uses) }
      else if (stores.length > 0 && !stores.includes(rebuildFrom.value) && !components.includes(rebuildFrom.value)) yield missing(rebuildFrom, 'store', [...stores, ...uses])
    }
    for (const store of [use.archive, use.source]) {
      if (store && stores.length > 0 && !stores.includes(store.value) && !components.includes(store.value)) yield missing(store, 'store', stores)
    }
  }
  for (const store of spec.services.flatMap(service => service.writesAlso)) {
    if (stores.length > 0 && !stores.includes(store.value) && !components.includes(store.value)) yield missing(store, 'store', stores)
  }
  for (const { component, use } of spec.waivers) {
    if (component && !components.includes(component.value)) { yield missing(component, 'component', components); continue }
    const among = spec.components.filter(({ id }) => component === undefined || id === component.value).flatMap(each => each.uses.map(({ id }) => id))
    if (use && !among.includes(use.value)) yield missing(use, 'use', among)
  }
}

// What is rebuilt from itself, over any number of steps, cannot be rebuilt at all.
function* circles(spec: DesignSpec): Iterable<Problem> {
  const from = new Map<string, Known>()
  for (const component of spec.components) for (const use of component.uses) if (use.rebuildFrom) from.set(`${component.id}/${use.id}`, use.rebuildFrom)
  const said = new Set<string>()
  for (const start of from.keys()) {
    const way = [start]
    for (let at = from.get(start)?.value; at !== undefined && way.length < 1000; at = from.get(at)?.value) {
      const place = from.get(start)
      if (at === start && place && !way.some(step => said.has(step))) {
        way.forEach(step => said.add(step))
        yield { span: place.span, message: `rebuild_from goes round in a circle: ${[...way, start].join(' → ')}` }
      }
      if (way.includes(at)) break
      way.push(at)
    }
  }
}

// Two services in one group share the records of a topic, and each misses some.
function* sharedGroups(spec: DesignSpec): Iterable<Problem> {
  for (const use of spec.components.flatMap(component => component.uses)) {
    const owners = new Map<string, string>()
    for (const { group, service } of use.consumers) {
      if (!group) continue
      const owner = owners.get(group.value)
      if (owner !== undefined && owner !== service.value) yield { span: group.span, message: `the group ${JSON.stringify(group.value)} belongs to ${owner} already; two services in one group each get only a part of ${use.id}` }
      owners.set(group.value, owner ?? service.value)
    }
  }
}
