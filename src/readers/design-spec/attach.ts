// Deployments with what is declared about them, and what cannot be read of either side hidden. Judges nothing and reads no text.
import type { DeclaredComponent, DesignSpec } from '../../model/spec.ts'
import type { Component, Stack } from '../../model/stack.ts'
import { isSecretImage } from '../../model/images.ts'
import { hiding } from '../../model/value.ts'
import type { Block } from './blocks.ts'
import { declarations, settingsOf } from './components.ts'
import { mergedComponent, mergedSpec } from './merge.ts'
import { folder, ignoredOf, isUnsure, mayBe, secretWorkloads, tiesOf, within, type Deployment } from './ties.ts'
import { undeployed } from './undeployed.ts'

/** Specs found in a tree: designs by folder, and documents of other formats. */
export interface Specs {
  readonly designs: readonly DesignSpec[]
  readonly documents: readonly DesignSpec[]
}

/** Deployments with what is declared about them, followed by the stacks of what nobody deploys. */
export function attach<S extends Deployment>(deployments: readonly S[], specs: Specs, blocks: ReadonlyMap<S, readonly Block[]>, today: string | undefined): {
  readonly deployed: ReadonlyMap<S, Pick<Stack, 'components' | 'spec'>>
  readonly declared: readonly Omit<Stack, 'environment'>[]
} {
  const designs = grouped(specs.designs)
  const { scopes, tied, found } = tiesOf(designs, specs.documents, deployments, blocks)
  const open = (design: DesignSpec): boolean => design.components.some(isUnsure) || design.ignore.some(({ hidden }) => hidden !== undefined)
  // What cannot be read may be the counterpart: of the declaration, or of the deployment.
  const missing = (design: DesignSpec): readonly DeclaredComponent[] => {
    const { all = [] } = scopes.get(design) ?? {}
    const secret = [...all, ...deployments.filter(stack => stack.components.length === 0 && within(folder(design), stack.root))].flatMap(secretWorkloads)
    return design.components.filter(declared => !found.has(declared) && !(all.length > 0 && open(design)) && !secret.some(name => mayBe(declared, name)))
  }
  const deployed = new Map<S, Pick<Stack, 'components' | 'spec'>>()
  for (const stack of deployments) {
    const own = tied.get(stack)
    const speaking = designs.filter(design => scopes.get(design)?.nearest.includes(stack) || design.components.some(declared => [...(own?.values() ?? [])].some(all => all.includes(declared))))
    const documents = specs.documents.filter(document => document.components.some(declared => [...(own?.values() ?? [])].some(all => all.includes(declared))))
    const spec = mergedSpec([...speaking, ...documents])
    const unsure = speaking.some(open), byImages = speaking.some(design => design.components.some(({ match }) => (match?.image.length ?? 0) > 0))
    const secret = secretWorkloads(stack), maybe = stack.hidden?.includes('components') === true || secret.length > 0 && speaking.some(design => design.components.some(declared => secret.some(name => mayBe(declared, name))))
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

// Designs of one folder are one design.
function grouped(designs: readonly DesignSpec[]): readonly DesignSpec[] {
  const folders = new Map<string, DesignSpec[]>()
  for (const design of designs) folders.set(folder(design), [...(folders.get(folder(design)) ?? []), design])
  return [...folders.values()].flatMap(all => mergedSpec(all) ?? [])
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
