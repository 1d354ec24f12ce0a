// Ties declared components to those that a deployment has, and makes stacks of those that none has. Knows names, hosts, images and
// files; judges nothing and reads no text.
import type { DeclaredComponent, DesignSpec, Match } from '../../model/spec.ts'
import { folderOf, nameOf } from '../../model/files.ts'
import type { Component, Declaration, Problem, Setting, Settings, Stack, Topic } from '../../model/stack.ts'
import { isSecretImage } from '../../model/images.ts'
import { hiding, isUnread, known, readable, unstated, type Span } from '../../model/value.ts'
import { before, didYouMean } from '../../model/words.ts'
import { fitsGlob } from './globs.ts'
import { mergedComponent, mergedSpec } from './merge.ts'
import type { Block } from './blocks.ts'

export type Deployment = Omit<Stack, 'environment' | 'standing' | 'spec'>

/** Specs found in a tree: designs by folder, and documents of other formats. */
export interface Specs {
  readonly designs: readonly DesignSpec[]
  readonly documents: readonly DesignSpec[]
}

const within = (folder: string, path: string): boolean => folder === '.' || path === folder || path.startsWith(`${folder}/`)
const depth = (path: string): number => (path === '.' ? 0 : path.split('/').length)
const folder = (spec: DesignSpec): string => folderOf(spec.files[0] ?? '.')

// Folders that hold the papers of what lies beside them.
const papers = /^\.?(?:docs?|documentation|designs?|specs?|architecture|adrs?|rfcs?|misfit|apis?|asyncapi|contracts|catalog|dapr|components|events|schemas?)$/i

interface Scope<S> {
  readonly all: readonly S[]
  /** Those of them that lie nearest to the spec: it speaks of these as a whole. */
  readonly nearest: readonly S[]
}

/**
 * The stacks that a spec may speak of: those below its own folder, and, where that is a folder of papers, those beside it. Of its
 * neighbours it means only what a `match` names.
 */
function scope<S extends Deployment>(spec: DesignSpec, stacks: readonly S[]): Scope<S> {
  let own = true
  for (let at = folder(spec); ; at = folderOf(at)) {
    const all = stacks.filter(stack => stack.components.length > 0 && (within(at, stack.root) || stack.files.some(file => within(at, file))))
    const least = Math.min(...all.map(stack => depth(stack.root)))
    if (all.length > 0) return { all, nearest: own ? all.filter(stack => depth(stack.root) === least) : [] }
    if (at === '.') return { all: [], nearest: [] }
    own &&= papers.test(nameOf(at))
  }
}

/** Deployments with what is declared about them, followed by the stacks of what nobody deploys. */
export function attach<S extends Deployment>(deployments: readonly S[], specs: Specs, blocks: ReadonlyMap<S, readonly Block[]>, today: string | undefined): {
  readonly deployed: ReadonlyMap<S, Pick<Stack, 'components' | 'spec'>>
  readonly declared: readonly Omit<Stack, 'environment'>[]
} {
  const designs = grouped(specs.designs)
  const scopes = new Map([...designs, ...specs.documents].map(spec => [spec, scope(spec, deployments)]))
  const found = new Map<DeclaredComponent, boolean>()
  const tied = new Map<S, Map<Component, DeclaredComponent[]>>()
  const tie = (stack: S, component: Component, declared: DeclaredComponent): void => {
    const all = tied.get(stack) ?? new Map<Component, DeclaredComponent[]>()
    tied.set(stack, all.set(component, [...(all.get(component) ?? []), declared]))
    found.set(declared, true)
  }
  for (const design of designs) {
    const { all, nearest } = scopes.get(design) ?? { all: [], nearest: [] }
    for (const stack of all) for (const [declared, component] of pairs(nearest.length > 0 ? design : onlyMatches(design), stack, nearest.includes(stack))) tie(stack, component, declared)
  }
  for (const [stack, all] of blocks) {
    for (const { owner, component: declared } of all) {
      const component = ownerOf(owner, stack)
      if (component) tie(stack, component, declared.id === '' ? { ...declared, id: component.name } : declared)
    }
  }
  for (const document of specs.documents) {
    const { all, nearest } = scopes.get(document) ?? { all: [], nearest: [] }
    for (const stack of nearest.length > 0 ? all : []) {
      for (const declared of document.components) {
        const component = byAddress(declared, stack)
        if (component) tie(stack, component, declared)
      }
    }
  }
  const open = (design: DesignSpec): boolean => design.components.some(isUnsure) || design.ignore.some(({ hidden }) => hidden !== undefined)
  // What cannot be read may be the counterpart: of the declaration, or of the deployment.
  const missing = (design: DesignSpec): readonly DeclaredComponent[] => {
    const { all = [] } = scopes.get(design) ?? {}
    const secret = [...all, ...deployments.filter(stack => stack.components.length === 0 && within(folder(design), stack.root))].flatMap(secretWorkloads)
    return design.components.filter(declared => found.get(declared) !== true && !(all.length > 0 && open(design)) && !secret.some(name => mayBe(declared, name)))
  }
  const deployed = new Map<S, Pick<Stack, 'components' | 'spec'>>()
  for (const stack of deployments) {
    const own = tied.get(stack)
    const speaking = designs.filter(design => scopes.get(design)?.nearest.includes(stack) || design.components.some(declared => [...(own?.values() ?? [])].some(all => all.includes(declared))))
    const documents = specs.documents.filter(document => document.components.some(declared => [...(own?.values() ?? [])].some(all => all.includes(declared))))
    const spec = mergedSpec([...speaking, ...documents])
    const unsure = speaking.some(open), byImages = speaking.some(design => design.components.some(({ match }) => (match?.image.length ?? 0) > 0))
    const secret = secretWorkloads(stack), maybe = secret.length > 0 && speaking.some(design => design.components.some(declared => found.get(declared) !== true && secret.some(name => mayBe(declared, name))))
    deployed.set(stack, {
      components: stack.components.map(component => {
        const all = own?.get(component)
        return all === undefined && (unsure || maybe || (byImages && isSecretImage(component.image))) ? hiding(component, 'spec', 'uses', ...component.external ? ['settings'] : []) : withSpec(component, all)
      }),
      ...(spec === undefined ? {} : { spec: { ...spec, ...(today === undefined ? {} : { today }), missing: speaking.flatMap(design => missing(design).map(({ id }) => id)), ignored: ignoredOf(speaking, stack) } }),
    })
  }
  return { deployed, declared: undeployed(designs, specs.documents, missing, deployments, scopes, today) }
}

/** Whether nobody can say which component a declaration means. */
const isUnsure = ({ hidden }: DeclaredComponent): boolean => hidden?.some(name => name === 'id' || name === 'match' || name === 'technology') ?? false

/** Workloads whose image, or what they start with, cannot be read, so that they may be any component. */
const secretWorkloads = ({ workloads, components }: Deployment): readonly string[] =>
  workloads.flatMap(workload => (isSecretImage(workload.image) || (isUnread((workload.entrypoint ?? workload.command)?.[0]) && !components.some(({ members }) => members.includes(workload))) ? [workload.name] : []))

const mayBe = ({ id, match }: DeclaredComponent, workload: string): boolean =>
  match === undefined || !listsOf(match) || match.compose.some(({ value }) => value === workload) || match.compose.length === 0 || id === workload

const ignoredOf = (designs: readonly DesignSpec[], stack: Deployment): readonly string[] =>
  stack.components.filter(component => designs.some(design => design.ignore.some(({ match }) => matches(match, component, stack)))).map(({ name }) => name)

// Designs of one folder are one design.
function grouped(designs: readonly DesignSpec[]): readonly DesignSpec[] {
  const folders = new Map<string, DesignSpec[]>()
  for (const design of designs) folders.set(folder(design), [...(folders.get(folder(design)) ?? []), design])
  return [...folders.values()].flatMap(all => mergedSpec(all) ?? [])
}

const listsOf = (match: Match | undefined): boolean =>
  match !== undefined && [match.compose, match.helm, match.host, match.image].some(list => list.length > 0)

const sameTool = (declared: DeclaredComponent, component: Component): boolean =>
  declared.technology === undefined || declared.technology.value === component.technology

const namesOf = (component: Component): readonly string[] => [component.name, ...component.members.map(member => member.name)]

/** Whether a match finds a component of a stack. */
function matches(match: Match, component: Component, stack: Pick<Stack, 'files'>): boolean {
  const inFiles = match.files.length === 0 || stack.files.some(file => match.files.some(({ value }) => fitsGlob(value, file)))
  if (!inFiles) return false
  if (!listsOf(match)) return true
  const images = [component.image, ...component.members.map(member => member.image)].map(readable).filter(image => image !== '')
  return match.compose.some(({ value }) => namesOf(component).includes(value))
    || match.helm.some(({ value }) => component.name === value)
    || match.host.some(({ value }) => component.hosts.some(host => fitsGlob(value, host)))
    || match.image.some(({ value }) => images.some(image => fitsGlob(value, image) || fitsGlob(value, before(image, /[:@]/)) || fitsGlob(`*/${value}`, before(image, /[:@]/))))
}

const onlyMatches = (design: DesignSpec): DesignSpec =>
  ({ ...design, components: design.components.filter(({ match }) => match !== undefined && (listsOf(match) || match.files.length > 0)) })

// By match, else by name, else by being the only one of its kind on both sides.
function pairs(design: DesignSpec, stack: Deployment, nearest: boolean): readonly (readonly [DeclaredComponent, Component])[] {
  const made: (readonly [DeclaredComponent, Component])[] = []
  const open: DeclaredComponent[] = []
  for (const declared of design.components) {
    const { match } = declared
    const fitting = match && (listsOf(match) || match.files.length > 0)
      ? stack.components.filter(component => sameTool(declared, component) && matches(match, component, stack))
      : stack.components.filter(component => sameTool(declared, component) && namesOf(component).includes(declared.id))
    if (match && listsOf(match)) made.push(...fitting.map(component => [declared, component] as const))
    else if (fitting.length === 1 && fitting[0]) made.push([declared, fitting[0]])
    else if (nearest || (match && match.files.length > 0 && fitting.length > 0)) open.push(declared)
  }
  const taken = new Set(made.map(([, component]) => component)), secret = secretWorkloads(stack)
  for (const declared of open) {
    const left = stack.components.filter(component => !taken.has(component) && declared.technology?.value === component.technology && !design.ignore.some(({ match }) => matches(match, component, stack)))
    const rivals = open.filter(other => other.technology?.value === declared.technology?.value)
    const [only] = left
    if (left.length === 1 && only && rivals.length === 1 && !secret.some(name => name !== only.name && mayBe(declared, name))) made.push([declared, only])
  }
  return made
}

function ownerOf(owner: string, stack: Deployment): Component | undefined {
  if (owner === '') return stack.components.length === 1 ? stack.components[0] : undefined
  return stack.components.find(component => namesOf(component).includes(owner)) ?? stack.components.find(component => owner.startsWith(`${component.name}.`))
}

/** Blocks under the name of a service that the stack does not have. */
export function strayBlocks(stack: Deployment, blocks: readonly Block[]): readonly Problem[] {
  const names = [...stack.workloads.map(({ name }) => name), ...stack.components.flatMap(namesOf)]
  return blocks.flatMap(({ owner, named }) =>
    (named === undefined || names.includes(owner) ? [] : [{ span: named, message: `x-misfit speaks of ${JSON.stringify(owner)}, which is no service here${didYouMean(owner, names)}`, unread: true }]))
}

const isOpen = (host: string): boolean => /^(localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal|)$/.test(host) || /[${}<>]/.test(host)

// A document names hosts, not services; one whose host is nobody here in particular speaks of the only one there is.
function byAddress(declared: DeclaredComponent, stack: Deployment): Component | undefined {
  const own = stack.components.filter(component => sameTool(declared, component) && declared.technology !== undefined)
  const hosts = (declared.match?.host ?? []).map(({ value }) => value.replace(/^[a-z+]+:\/\//, '').replace(/:\d+$/, '').toLowerCase())
  const first = (host: string): string => host.split('.')[0] ?? host
  const named = own.find(component => component.hosts.some(host => hosts.some(wanted => fitsGlob(wanted, host) || fitsGlob(first(wanted), host))) || namesOf(component).includes(declared.id))
  return named ?? (own.length === 1 && hosts.every(host => isOpen(host) || !host.includes('.')) ? own[0] : undefined)
}

function withSpec(component: Component, all: readonly DeclaredComponent[] | undefined): Component {
  const [first, ...rest] = all ?? []
  if (first === undefined) return component
  const spec = rest.reduce(mergedComponent, first)
  // What a provider sets cannot be read from the deployment; what can be read there, counts.
  const provided = component.external ? new Map([...settingsOf(spec), ...[...component.settings].filter(([, { state }]) => state === 'stated')]) : undefined
  const settings = provided && provided.size > 0 ? new Map([...component.settings, ...provided]) : component.settings
  // Whoever it is, the design speaks of it.
  const hidden = component.hidden?.filter(field => field !== 'spec')
  return { ...component, ...(hidden ? { hidden } : {}), settings, spec, declared: [...component.declared, ...declarations(spec, component.declared)] }
}

function declarations(spec: DeclaredComponent, have: readonly Declaration[]): readonly Declaration[] {
  const seen = new Set(have.map(({ use }) => use))
  const all = [...spec.uses.map(({ use }) => ({ use, excluded: false })), ...(spec.excluded ?? []).map(use => ({ use, excluded: true }))]
  return all.flatMap(({ use, excluded }) => {
    if (use === undefined || seen.has(use.value)) return []
    seen.add(use.value)
    return [{ use: use.value, excluded, span: use.span }]
  })
}

// What a design declares and nobody deploys is judged as a design. A document's component stands alone only where its technology is nowhere deployed.
function undeployed(
  designs: readonly DesignSpec[], documents: readonly DesignSpec[], missing: (design: DesignSpec) => readonly DeclaredComponent[],
  deployments: readonly Deployment[], scopes: ReadonlyMap<DesignSpec, Scope<Deployment>>, today: string | undefined,
): readonly Omit<Stack, 'environment'>[] {
  const deployed = new Set(deployments.flatMap(stack => stack.components.map(component => component.technology)))
  const loose = (document: DesignSpec): readonly DeclaredComponent[] =>
    // A server that cannot be read may be the one that it speaks of.
    (deployments.some(stack => (within(stack.root, folder(document)) || within(folder(document), stack.root)) && secretWorkloads(stack).length > 0) ? []
      : document.components.filter(({ technology }) => technology !== undefined && !deployed.has(technology.value)))
  const stacks: Omit<Stack, 'environment'>[] = []
  const spare = new Set(documents.filter(document => loose(document).length > 0))
  for (const design of designs) {
    const left = missing(design)
    const [own, others] = [left.map(component => absorbed(component, left, [...spare].flatMap(loose))), deployed.size > 0 ? (scopes.get(design)?.nearest ?? []) : []]
    if (left.length > 0) spare.clear()
    const components = own.flatMap(component => made(component))
    if (components.length === 0) continue
    const spec = { ...design, components: design.components.map(component => own.find(({ id }) => id === component.id) ?? component), ...(today === undefined ? {} : { today }), missing: others.length > 0 ? left.map(({ id }) => id) : [] }
    stacks.push(specStack(spec, folder(design), components))
  }
  const merged = mergedSpec([...spare].map(document => ({ ...document, components: loose(document) })))
  const components = merged?.components.flatMap(made) ?? []
  if (merged && components.length > 0) stacks.push(specStack(merged, commonFolder(merged.files.map(folderOf)), components))
  return stacks
}

// A document's component joins the only declared one of its technology.
function absorbed(component: DeclaredComponent, all: readonly DeclaredComponent[], loose: readonly DeclaredComponent[]): DeclaredComponent {
  const alone = all.filter(({ technology }) => technology?.value === component.technology?.value).length === 1
  return loose.filter(({ id, technology }) => technology?.value === component.technology?.value && (alone || id === component.id)).reduce(mergedComponent, component)
}

function commonFolder(folders: readonly string[]): string {
  const [first = '.', ...rest] = folders
  let common = first
  while (common !== '.' && !rest.every(each => within(common, each))) common = folderOf(common)
  return common
}

const specStack = (spec: DesignSpec, root: string, components: readonly Component[]): Omit<Stack, 'environment'> => ({
  name: spec.name?.value ?? nameOf(root), root, kind: 'spec', files: spec.files, standing: 'deployment', workloads: [], components, spec, unread: [],
})

const why = 'nothing is deployed yet'

/** A component as a design alone tells it; nothing for one whose tool is not chosen. */
function made(spec: DeclaredComponent): readonly Component[] {
  const { technology, span } = spec
  if (technology === undefined) return []
  return [{
    name: spec.id, span, technology: technology.value,
    product: spec.flavor?.value ?? (technology.value === 'redis' ? 'redis' : 'apache-kafka'),
    external: spec.provider !== undefined, ...(spec.provider ? { provider: spec.provider.value } : {}),
    members: [], nodes: spec.nodes ?? unstated(why, span), settings: settingsOf(spec),
    storage: { kind: 'unknown', dataDir: '', span, misplaced: [] },
    restartsItself: undefined, hosts: [spec.id], topics: topicsOf(spec), unloadedConfigs: [], declared: declarations(spec, []), spec, unread: [],
  }]
}

const stated = (value: string, span: Span): Setting => ({ state: 'stated', value, span })

/** What a provider sets, by the fields of a design that say so. */
const managed: Readonly<Record<string, readonly string[]>> = {
  managedPolicy: ['maxmemory-policy'], managedReplicationFactor: ['default.replication.factor'], managedPersistence: ['save', 'appendonly'],
}

function settingsOf(spec: DeclaredComponent): Settings {
  const settings = new Map<string, Setting>()
  const { managedPolicy: policy, managedPersistence: kept, managedReplicationFactor: copies, hidden = [] } = spec
  for (const [field, names] of Object.entries(managed)) {
    if (hidden.includes(field)) for (const name of names) settings.set(name, { state: 'unknown', why: 'what the design says of it cannot be read', span: spec.span })
  }
  if (policy) settings.set('maxmemory-policy', stated(policy.value, policy.span))
  if (copies) settings.set('default.replication.factor', stated(String(copies.value), copies.span))
  if (kept && /^(none|off|no)$/i.test(kept.value)) settings.set('save', stated('', kept.span))
  if (kept) settings.set('appendonly', stated(/aof|append/i.test(kept.value) ? 'yes' : 'no', kept.span))
  return settings
}

function topicsOf(spec: DeclaredComponent): readonly Topic[] {
  return spec.uses.flatMap(use => {
    if (use.topic === undefined) return []
    const config = new Map<string, Setting>()
    const ms = (value: number): string => (value === Infinity ? '-1' : String(Math.round(value)))
    if (use.retentionPolicy) config.set('cleanup.policy', stated(use.retentionPolicy.value.replace('compact_delete', 'compact,delete'), use.retentionPolicy.span))
    if (use.retentionTime) config.set('retention.ms', stated(ms(use.retentionTime.value), use.retentionTime.span))
    if (use.retentionBytes) config.set('retention.bytes', stated(String(use.retentionBytes.value), use.retentionBytes.span))
    if (use.deleteRetention) config.set('delete.retention.ms', stated(ms(use.deleteRetention.value), use.deleteRetention.span))
    return [{
      name: use.topic.value, span: use.topic.span, config,
      ...(use.partitions ? { partitions: known(use.partitions.value, use.partitions.span) } : {}),
      ...(use.replicationFactor ? { replicas: known(use.replicationFactor.value, use.replicationFactor.span) } : {}),
    }]
  })
}
