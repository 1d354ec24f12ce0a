// Several declarations of one thing → one, the stronger winning field by field. Knows ids and topics, no file format.
import { origins, type DeclaredComponent, type DeclaredUse, type DesignSpec } from '../../model/spec.ts'
import type { PartlyRead } from '../../model/value.ts'

/** One component out of two that speak of the same; the first is the stronger. */
export function mergedComponent(strong: DeclaredComponent, weak: DeclaredComponent): DeclaredComponent {
  return { ...over(strong, weak), uses: mergedUses(strong, weak) }
}

// What the stronger hides and the weaker states is stated; what neither can be read for stays hidden.
function over<T extends PartlyRead>(strong: T, weak: T): T {
  const both = { ...weak, ...strong }
  const hidden = [...new Set([...strong.hidden ?? [], ...weak.hidden ?? []])].filter(name => strong.hidden?.includes(name) === true || !Object.hasOwn(strong, name))
  return both.hidden === undefined ? both : { ...both, hidden }
}

function mergedUses(strong: DeclaredComponent, weak: DeclaredComponent): readonly DeclaredUse[] {
  const merged = [...strong.uses]
  for (const use of weak.uses) {
    const index = merged.findIndex(each => isSame(each, use, strong.uses))
    const earlier = merged[index]
    if (earlier === undefined) merged.push(use)
    else merged[index] = mergedUse(earlier, use, strong.origin === weak.origin)
  }
  return merged
}

// A use that was named after its word only is the one use of that word, if there is just one.
const isSame = (a: DeclaredUse, b: DeclaredUse, strong: readonly DeclaredUse[]): boolean =>
  a.id === b.id || (a.topic !== undefined && a.topic.value === b.topic?.value) ||
  (b.topic === undefined && b.use !== undefined && b.id === b.use.value && a.use?.value === b.use.value && strong.filter(use => use.use?.value === b.use?.value).length === 1)

// Documents of equal weight each know their own readers and writers; a stronger one knows them all.
function mergedUse(strong: DeclaredUse, weak: DeclaredUse, equal: boolean): DeclaredUse {
  const together = <T>(ours: readonly T[], theirs: readonly T[], name: (each: T) => string): readonly T[] => {
    if (ours.length === 0 || theirs.length === 0) return ours.length > 0 ? ours : theirs
    const names = new Set(ours.map(name))
    return equal ? [...ours, ...theirs.filter(each => !names.has(name(each)))] : ours
  }
  return {
    ...over(strong, weak),
    producers: together(strong.producers, weak.producers, ({ service }) => service.value),
    consumers: together(strong.consumers, weak.consumers, ({ service, group }) => `${service.value} ${group?.value ?? ''}`),
    keys: together(strong.keys, weak.keys, ({ value }) => value),
  }
}

/** One spec out of several, strongest first. */
export function mergedSpec(specs: readonly DesignSpec[]): DesignSpec | undefined {
  const [first, ...rest] = [...specs].sort((a, b) => origins.indexOf(a.origin) - origins.indexOf(b.origin))
  if (first === undefined) return undefined
  return rest.reduce((strong, weak) => ({
    ...over(strong, weak),
    files: [...new Set([...strong.files, ...weak.files])],
    services: byId(strong.services, weak.services, (a, b) => ({ ...over(a, b), writesAlso: a.writesAlso.length > 0 ? a.writesAlso : b.writesAlso })),
    stores: byId(strong.stores, weak.stores, over),
    components: byId(strong.components, weak.components, mergedComponent),
    ignore: [...strong.ignore, ...weak.ignore],
    waivers: [...strong.waivers, ...weak.waivers],
  }), first)
}

function byId<T extends { readonly id: string }>(strong: readonly T[], weak: readonly T[], merge: (strong: T, weak: T) => T): readonly T[] {
  const merged = new Map(strong.map(each => [each.id, each]))
  for (const each of weak) {
    const earlier = merged.get(each.id)
    merged.set(each.id, earlier === undefined ? each : merge(earlier, each))
  }
  return [...merged.values()]
}
