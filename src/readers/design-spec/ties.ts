// Which declared component speaks of which deployed one: by a match, by names and hosts, or by being the only one of its kind. Judges nothing.
import type { DeclaredComponent, DesignSpec, Match } from '../../model/spec.ts'
import { folderOf, nameOf } from '../../model/files.ts'
import type { Component, Problem, Stack } from '../../model/stack.ts'
import { isUnidentified } from '../../model/images.ts'
import { readable } from '../../model/value.ts'
import { before, didYouMean } from '../../model/words.ts'
import { fitsGlob } from './globs.ts'
import type { Block } from './blocks.ts'

export type Deployment = Omit<Stack, 'environment' | 'standing' | 'spec'>

/** Whether a path lies in a folder. */
export const within = (folder: string, path: string): boolean => folder === '.' || path === folder || path.startsWith(`${folder}/`)
const depth = (path: string): number => (path === '.' ? 0 : path.split('/').length)
/** Where a spec lies. */
export const folder = (spec: DesignSpec): string => folderOf(spec.files[0] ?? '.')

// Folders that hold the papers of what lies beside them.
const papers = /^\.?(?:docs?|documentation|designs?|specs?|architecture|adrs?|rfcs?|misfit|apis?|asyncapi|contracts|catalog|dapr|components|events|schemas?)$/i

/** The stacks that a spec may speak of. */
export interface Scope<S> {
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

/** Whether nobody can say which component a declaration means. */
export const isUnsure = ({ hidden }: DeclaredComponent): boolean => hidden?.some(name => name === 'id' || name === 'match' || name === 'technology') ?? false

/** Workloads that nobody can identify, so that they may be any component; one without a name where a part of the stack cannot be read. */
export const secretWorkloads = ({ workloads, components, hidden: of }: Deployment): readonly string[] => [
  ...(of?.includes('workloads') ? [{ name: '' }] : []), ...workloads.filter(isUnidentified), ...components.filter(({ hidden, external }) => !external && hidden?.includes('clients') === true).flatMap(({ members }) => members),
].map(({ name }) => name)

/** Whether such a workload may be what a declaration means. */
export const mayBe = ({ id, match }: DeclaredComponent, workload: string): boolean =>
  match === undefined || !listsOf(match) || match.compose.some(({ value }) => value === workload) || match.compose.length === 0 || id === workload

/** Names of the components that designs say nothing of on purpose. */
export const ignoredOf = (designs: readonly DesignSpec[], stack: Deployment): readonly string[] =>
  stack.components.filter(component => designs.some(design => design.ignore.some(({ match }) => matches(match, component, stack)))).map(({ name }) => name)

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

/** What speaks of what: the stacks that a spec may mean, and the declarations of each component. */
export interface Ties<S> {
  readonly scopes: ReadonlyMap<DesignSpec, Scope<S>>
  readonly tied: ReadonlyMap<S, ReadonlyMap<Component, readonly DeclaredComponent[]>>
  /** The declarations that have a counterpart. */
  readonly found: ReadonlySet<DeclaredComponent>
}

/** Ties designs, blocks beside components and documents of other formats to deployed components, in that order. */
export function tiesOf<S extends Deployment>(designs: readonly DesignSpec[], documents: readonly DesignSpec[], deployments: readonly S[], blocks: ReadonlyMap<S, readonly Block[]>): Ties<S> {
  const scopes = new Map([...designs, ...documents].map(spec => [spec, scope(spec, deployments)]))
  const found = new Set<DeclaredComponent>()
  const tied = new Map<S, Map<Component, DeclaredComponent[]>>()
  const tie = (stack: S, component: Component, declared: DeclaredComponent): void => {
    const all = tied.get(stack) ?? new Map<Component, DeclaredComponent[]>()
    tied.set(stack, all.set(component, [...(all.get(component) ?? []), declared]))
    found.add(declared)
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
  for (const document of documents) {
    const { all, nearest } = scopes.get(document) ?? { all: [], nearest: [] }
    for (const stack of nearest.length > 0 ? all : []) {
      for (const declared of document.components) {
        const component = byAddress(declared, stack)
        if (component) tie(stack, component, declared)
      }
    }
  }
  return { scopes, tied, found }
}
