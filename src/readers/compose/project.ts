// Compose files → one merged project: overrides, `extends`, `include`, variables. Knows how files combine, not what services are for.
// https://github.com/compose-spec/compose-spec/blob/main/spec.md
import { folderOf, join, nameOf } from '../../model/files.ts'
import type { Span } from '../../model/value.ts'
import { variablesOf, type Files, type Mode, type Remarks, type Variables } from './files.ts'
import type { Resolved } from './interpolate.ts'
import { mergeMaps, mergeServices, withDistinctItems, withoutResets } from './merge.ts'
import { entriesOf, field, itemsOf, resolve, scalarAt, scalarsOf, type MapNode, type Node, type Source } from './node.ts'

export interface Service {
  readonly name: string
  /** Of its key, in the file that states its image or build, else in the first. */
  readonly key: Span
  readonly source: Source
  readonly node: MapNode
  /** What it extends cannot be read. */
  readonly open?: true
}

export interface Project {
  /** As its files or their environment state it. */
  readonly name?: string
  readonly folder: string
  /** Compose files in merge order, extended and included ones before those that name them. */
  readonly files: readonly string[]
  readonly services: ReadonlyMap<string, Service>
  /** Merged top-level maps: `volumes`, `configs`, `secrets`, `networks`, `x-misfit`, `name`, `captainVersion`. */
  readonly top: ReadonlyMap<string, Node>
  readonly variables: Variables
  /** A part that it includes cannot be read: there may be more services. */
  readonly open?: true
  /** A path of a file that it includes or extends cannot be read: it may be any compose file. */
  readonly astray?: true
}

const tops = ['name', 'volumes', 'configs', 'secrets', 'networks', 'x-misfit', 'captainVersion']
const limits = { depth: 20, files: 500 } as const

interface Unit {
  readonly services: Map<string, Service>
  readonly top: Map<string, Node>
}

interface Loading {
  readonly files: Files
  readonly mode: Mode
  readonly remarks: Remarks
  readonly order: Set<string>
  /** Each unit once per folder and set of variables, as `extends` may ask for a file many times. */
  readonly units: Map<string, Unit>
  /** Files whose circle was told: hundreds that include each other have thousands of them. */
  readonly circular: Set<string>
  /** Files still to be opened by `extends` and `include`, so that hostile ones end. */
  left: number
  /** Whether something that is included cannot be read. */
  open: boolean
  astray: boolean
}

/** Reads compose files as one project, the later over the earlier. Relative paths start from the first one's folder. */
export function loadProject(files: Files, paths: readonly string[], mode: Mode, remarks: Remarks): Project {
  const loading: Loading = { files, mode, remarks, order: new Set(), units: new Map(), circular: new Set(), left: limits.files, open: false, astray: false }
  const read = load(loading, paths, folderOf(paths[0] ?? '.'), undefined, undefined, []), project: Project = { ...read, ...(loading.open ? { open: true } : {}), ...(loading.astray ? { astray: true } : {}) }
  if (!project.files.some(file => loading.files.text(file).includes('!reset'))) return project
  const services = new Map<string, Service>()
  for (const [name, service] of project.services) {
    const node = withoutResets(service.node)
    if (node.tag !== '!reset' && node.kind === 'map') services.set(name, { ...service, node })
  }
  return { ...project, services }
}

function load(
  loading: Loading, paths: readonly string[], folder: string, parent: Variables | undefined, envFiles: readonly string[] | undefined, chain: readonly string[],
): Project {
  const found = variablesOf(loading.files.tree, folder, loading.mode, parent, envFiles)
  const stated = parent ? undefined : statedName(loading, paths, folder, found)
  const variables = parent ? found : withName(found, stated, folder)
  const merged: Unit = { services: new Map(), top: new Map() }
  for (const path of paths) {
    const unit = loadUnit(loading, path, folder, variables, chain, merged)
    if (unit) layOver(merged, unit)
  }
  return { ...(stated && stated.missing.length === 0 ? { name: normal(stated.text) } : {}), folder, files: [...loading.order], ...merged, variables }
}

/** The environment's name wins over that of the last file that has one. https://docs.docker.com/compose/how-tos/project-name/ */
function statedName(loading: Loading, paths: readonly string[], folder: string, variables: Variables): Resolved | undefined {
  const stated = variables.lookup('COMPOSE_PROJECT_NAME', 'default')
  if (stated && stated.text !== '') return stated
  for (const path of [...paths].reverse()) {
    const parsed = loading.files.yaml(path)
    const stated = typeof parsed === 'object' && parsed.root?.kind === 'map' ? parsed.root.entries.get('name')?.value : undefined
    const name = typeof parsed === 'object' && stated?.kind === 'scalar' ? resolve(stated, { file: path, text: parsed.text, folder, lookup: variables.lookup }) : undefined
    if (name?.kind === 'scalar' && !name.isNull && name.text !== '') return { text: name.text, missing: name.missing, notes: [{ span: name.span, text: 'COMPOSE_PROJECT_NAME is the name of the project' }, ...name.notes] }
  }
  return undefined
}

/** https://github.com/compose-spec/compose-go/blob/main/loader/loader.go, NormalizeProjectName */
const normal = (name: string): string => name.toLowerCase().replace(/[^a-z0-9_-]/g, '').replace(/^[_-]+/, '')

/** Compose gives the project's name to every interpolation: the stated one, or that of the folder, which only the root's owner knows for the root. */
function withName(variables: Variables, stated: Resolved | undefined, folder: string): Variables {
  const variable = 'COMPOSE_PROJECT_NAME'
  const own = normal(nameOf(folder))
  const name: Resolved = (stated?.missing.length === 0 ? { ...stated, text: normal(stated.text) } : stated) ?? (own === '' ? { text: `\${${variable}}`, missing: [variable], notes: [] } : { text: own, missing: [], notes: [] })
  return { ...variables, lookup: (asked, how) => (asked === variable ? name : variables.lookup(asked, how)) }
}

/** Lays a unit over another, which is changed: copies of what hundreds of files gave so far would cost more than the files. */
function layOver({ services, top }: Unit, over: Unit): void {
  for (const [name, service] of over.services) {
    const before = services.get(name)
    // What is taken away stays until everything is merged, as it may be laid over files that are still to come.
    services.set(name, service.node.tag === '!reset' || before?.node.tag === '!reset' ? service : mergeService(before, service))
  }
  for (const [name, node] of over.top) top.set(name, mergeMaps(top.get(name), node))
}

const runs = (service: Service): boolean => field(service.node, 'image') !== undefined || field(service.node, 'build') !== undefined

function mergeService(base: Service | undefined, over: Service): Service {
  if (!base) return over
  const node = mergeServices(base.node, over.node)
  const keeper = runs(base) || !runs(over) ? base : over
  return node.kind === 'map' ? { ...keeper, node } : keeper
}

/** One file with what it includes, its services' `extends` resolved. Undefined when it cannot be read. */
function loadUnit(loading: Loading, path: string, folder: string, variables: Variables, chain: readonly string[], before?: Unit): Unit | undefined {
  if (chain.length > limits.depth || chain.includes(path) || loading.left-- <= 0) return undefined
  const parsed = loading.files.yaml(path)
  if (parsed === undefined || typeof parsed === 'string' || !parsed.root) return undefined
  const source: Source = { file: path, text: parsed.text, folder, lookup: variables.lookup }
  const inside = [...chain, path]
  const unit = unitOf(loading, resolve(parsed.root, source), source, variables, inside, before)
  // Later documents are laid over the first, as other files would be.
  for (const document of parsed.later) layOver(unit, unitOf(loading, resolve(document, source), source, variables, inside, unit))
  loading.order.add(path)
  return unit
}

function unitOf(loading: Loading, root: Node, source: Source, variables: Variables, chain: readonly string[], before?: Unit): Unit {
  const included = include(loading, root, source, variables, chain)
  const own = new Map<string, Service>()
  for (const [name, entry] of entriesOf(field(root, 'services'))) {
    const node = entry.value.kind === 'map' ? withDistinctItems(entry.value) : emptyMap(entry.value)
    own.set(name, { name, key: entry.key, source, node })
  }
  const resolver = extendsResolver(loading, own, variables, chain, name => included.services.get(name) ?? before?.services.get(name))
  const top = new Map<string, Node>()
  for (const name of tops) {
    const node = field(root, name)
    if (node) top.set(name, node)
  }
  const services = new Map([...own.keys()].map(name => [name, resolver(name, []) ?? own.get(name)]).filter(isService))
  layOver(included, { services, top })
  return included
}

const isService = (entry: readonly (string | Service | undefined)[]): entry is [string, Service] => entry[1] !== undefined
const emptyMap = (node: Node): MapNode => ({ kind: 'map', entries: new Map(), tag: node.tag, span: node.span, source: node.source })

/** Resolves `extends` in the services of one file; `elsewhere` finds those of included and earlier files. */
function extendsResolver(
  loading: Loading, own: ReadonlyMap<string, Service>, variables: Variables, chain: readonly string[], elsewhere: (name: string) => Service | undefined,
): (name: string, visited: readonly string[]) => Service | undefined {
  const done = new Map<string, Service>()
  const resolveOne = (name: string, visited: readonly string[]): Service | undefined => {
    const service = own.get(name)
    if (!service) return elsewhere(name)
    const before = done.get(name)
    if (before) return before
    const extended = field(service.node, 'extends')
    if (extended && visited.includes(name)) loading.remarks.problems.push({ span: extended.span, message: `the service ${name} extends itself${through(visited, name)}` })
    if (extended && visited.length > limits.depth) loading.remarks.problems.push({ span: extended.span, message: `what the service ${name} extends was not read: services that extend each other more than ${limits.depth} deep are left out` })
    if (!extended || visited.includes(name) || visited.length > limits.depth) return withoutExtends(service)
    const baseName = extended.kind === 'scalar' ? extended.text : scalarAt(extended, 'service')?.text ?? name
    const file = scalarAt(extended, 'file')
    if (file && file.missing.length > 0) loading.astray = true
    const base = file
      ? otherFile(loading, join(service.source.folder, file.text), file.span, variables, chain)?.get(baseName)
      : resolveOne(baseName, [...visited, name])
    const bare = withoutExtends(service)
    const node = base ? mergeServices(base.node, bare.node) : bare.node
    const whole = node.kind === 'map' ? { ...bare, node } : bare
    const made = base && base.open !== true ? whole : { ...whole, open: true as const }
    done.set(name, made)
    return made
  }
  return resolveOne
}

const through = (chain: readonly string[], name: string): string => {
  const others = chain.slice(chain.indexOf(name) + 1)
  return others.length > 0 ? ` through ${others.join(', ')}` : ''
}

function withoutExtends(service: Service): Service {
  const entries = new Map(service.node.entries)
  entries.delete('extends')
  return { ...service, node: { ...service.node, entries } }
}

function otherFile(loading: Loading, path: string, at: Span, variables: Variables, chain: readonly string[]): ReadonlyMap<string, Service> | undefined {
  if (chain.includes(path)) return sameFile(loading, path, variables, chain)
  const known = loading.units.get(path)
  if (known) return known.services
  const unit = loadUnit(loading, path, folderOf(path), variables, chain)
  if (!unit) { missing(loading, path, at, 'extends'); return undefined }
  loading.units.set(path, unit)
  return unit.services
}

/** A file that extends its own services by name of the file: their bare definitions, so that nothing goes round in circles. */
function sameFile(loading: Loading, path: string, variables: Variables, chain: readonly string[]): ReadonlyMap<string, Service> | undefined {
  const parsed = loading.files.yaml(path)
  if (parsed === undefined || typeof parsed === 'string' || !parsed.root || loading.left-- <= 0) return undefined
  const source: Source = { file: path, text: parsed.text, folder: folderOf(path), lookup: variables.lookup }
  const services = new Map<string, Service>()
  for (const [name, entry] of entriesOf(field(resolve(parsed.root, source), 'services'))) {
    if (entry.value.kind === 'map') services.set(name, { name, key: entry.key, source, node: entry.value })
  }
  const resolver = extendsResolver(loading, services, variables, [...chain, path], () => undefined)
  if (chain.filter(file => file === path).length > 1) return services
  return new Map([...services.keys()].map(name => [name, resolver(name, [])]).filter(isService))
}

function missing(loading: Loading, path: string, span: Span, how: 'extends' | 'include'): void {
  const found = loading.files.yaml(path)
  if (typeof found === 'string') { loading.remarks.problems.push({ span, message: `cannot read ${path}: ${found}` }); return }
  if (found && !found.root) return
  if (!found) loading.remarks.problems.push({ span, message: `${how} names ${path}, which is not here` })
}

/** What a file includes, each as a project of its own, imported under the file's own definitions. */
function include(loading: Loading, root: Node, source: Source, variables: Variables, chain: readonly string[]): Unit {
  const merged: Unit = { services: new Map(), top: new Map() }
  for (const item of itemsOf(field(root, 'include'))) {
    const named = item.kind === 'map' ? scalarsOf(field(item, 'path')) : scalarsOf(item)
    const unresolved = named.find(n => n.missing.length > 0 || /^(?:oci|https?|git|ssh):|^git@|\.git(?:#|$)/.test(n.text))
    if (unresolved) loading.remarks.unread.push({ span: unresolved.span, text: `includes ${unresolved.text}, which cannot be read here` })
    if (unresolved) loading.open = true
    if (unresolved && unresolved.missing.length > 0) loading.astray = true
    if (unresolved || named.length === 0) continue
    const paths = named.map(n => join(source.folder, n.text))
    const first = paths[0] ?? '.'
    const directory = scalarAt(item, 'project_directory')
    const folder = directory ? join(source.folder, directory.text) : folderOf(first)
    const envFiles = scalarsOf(field(item, 'env_file')).map(n => join(source.folder, n.text))
    for (const [i, path] of paths.entries()) {
      if (chain.includes(path)) {
        if (!loading.circular.has(source.file)) loading.remarks.problems.push({ span: named[i]?.span ?? item.span, message: `${path} includes itself${through(chain, path)}` })
        loading.circular.add(source.file)
      }
      else if (loading.files.yaml(path) === undefined || typeof loading.files.yaml(path) === 'string') missing(loading, path, named[i]?.span ?? item.span, 'include')
    }
    if (paths.every(path => chain.includes(path))) continue
    if (chain.length > limits.depth || loading.left <= 0) {
      loading.remarks.problems.push({ span: named[0]?.span ?? item.span, message: `${first} was not read: ${chain.length > limits.depth ? `files that include each other more than ${limits.depth} deep` : `more than ${limits.files} files that include or extend each other`} are left out` })
      break
    }
    const part = load(loading, paths, folder, variables, envFiles.length > 0 ? envFiles : undefined, chain)
    layOver(merged, { services: new Map(part.services), top: new Map(part.top) })
  }
  return merged
}
