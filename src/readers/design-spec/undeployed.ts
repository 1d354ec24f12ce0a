// Stacks of what a design declares and nobody deploys. Knows what a declaration states, not how it is written.
import type { DeclaredComponent, DesignSpec } from '../../model/spec.ts'
import { folderOf, nameOf } from '../../model/files.ts'
import type { Component, Stack } from '../../model/stack.ts'
import { made } from './components.ts'
import { mergedComponent, mergedSpec } from './merge.ts'
import { folder, secretWorkloads, within, type Deployment, type Scope } from './ties.ts'

/** What a design declares and nobody deploys is judged as a design. A document's component stands alone only where its technology is nowhere deployed. */
export function undeployed(
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
