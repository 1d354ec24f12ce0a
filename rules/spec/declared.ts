// What the rules ask of a declared design again and again, and short designs for their examples. Reports nothing.
import type { ObservedComponent, ObservedStack } from '../../src/model/observation.ts'
import { oncePer } from '../../src/model/once.ts'
import { durabilities, type DeclaredComponent, type DeclaredConsumer, type DeclaredUse, type Durability } from '../../src/model/spec.ts'
import type { Technology, UseName } from '../../src/model/stack.ts'
import type { Known, Note } from '../../src/model/value.ts'
import { withoutEnd } from '../../src/model/words.ts'

export const second = 1000
export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** The declared uses of a component, all or those of some names. */
export const declaredUses = (component: ObservedComponent | DeclaredComponent, ...names: readonly UseName[]): readonly DeclaredUse[] => {
  const uses = 'uses' in component && 'origin' in component ? component.uses : component.spec?.uses ?? []
  return names.length === 0 ? uses : uses.filter(({ use }) => use !== undefined && names.includes(use.value))
}

/** Whether files here deploy it: a service, a chart or an operator's resource. What is only designed or run by a provider is not. */
export const isDeployed = ({ external, members, storage }: ObservedComponent): boolean => !external && (members.length > 0 || storage.kind !== 'unknown')

export const isUse = (use: DeclaredUse, ...names: readonly UseName[]): boolean => use.use !== undefined && names.includes(use.use.value)

/** A note on a declared value: its field and what it says. */
export const fieldNote = (field: string, value: Known<unknown> | undefined, shown?: string): readonly Note[] =>
  value === undefined ? [] : [{ span: value.span, text: `${field}: ${shown ?? String(value.value)}` }]

/** "7 days", "90 minutes", "500 us", "for ever". */
export function time(ms: number): string {
  if (ms === Infinity) return 'for ever'
  const units = [[day, 'day'], [hour, 'hour'], [minute, 'minute'], [second, 'second']] as const
  for (const [size, name] of units) {
    const count = Math.round((ms / size) * 10) / 10
    if (ms >= size && (ms % size === 0 || ms >= size * 3)) return `${count} ${name}${count === 1 ? '' : 's'}`
  }
  return ms >= 1 ? `${Math.round(ms * 10) / 10} ms` : `${Math.round(ms * 1000)} us`
}

/** "1.5 GiB". */
export function size(bytes: number): string {
  const units: readonly (readonly [number, string])[] = [[1024 ** 4, 'TiB'], [1024 ** 3, 'GiB'], [1024 ** 2, 'MiB'], [1024, 'KiB']]
  const [factor, unit] = units.find(([least]) => bytes >= least) ?? [1, 'bytes']
  return `${Math.round((bytes / factor) * 10) / 10} ${unit}`
}

/** A number with thin groups: "12,000". */
export const count = (number: number): string => String(Math.round(number * 10) / 10).replace(/\B(?=(\d{3})+(?!\d))/g, ',')

export const list = (names: readonly string[], most = 4): string =>
  names.length > most ? `${names.slice(0, most).join(', ')} and ${names.length - most} more`
    : names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}` : names[0] ?? ''

export const percent = (share: number): string => `${Math.round(share * 100)} %`

/** Whether a declared durability asks for at least as much as another. */
export const atLeast = (durability: Known<Durability> | undefined, least: Durability): boolean =>
  durability !== undefined && durabilities.indexOf(durability.value) >= durabilities.indexOf(least)

/** Independent readers: groups where they are named, services otherwise. */
export const readers = (use: DeclaredUse): readonly string[] => [...new Set(use.consumers.map(({ group, service }) => group?.value ?? service.value))]

/** The longest time a reader is away, by outage or by its own rhythm. */
export function longestAway(use: DeclaredUse): { readonly ms: number; readonly consumer: DeclaredConsumer; readonly note: Note } | undefined {
  let longest: { ms: number; consumer: DeclaredConsumer; note: Note } | undefined
  for (const consumer of use.consumers) {
    for (const [field, value] of [['downtime_max', consumer.downtimeMax], ['batch_interval', consumer.batchInterval]] as const) {
      if (value && Number.isFinite(value.value) && (longest === undefined || value.value > longest.ms)) {
        longest = { ms: value.value, consumer, note: { span: value.span, text: `${consumer.service.value} has ${field}: ${time(value.value)}` } }
      }
    }
  }
  return longest
}

export interface Place {
  readonly component: DeclaredComponent
  readonly use: DeclaredUse
}

/** Every declared use of the design with its component. */
export const everyUse = oncePer((stack: ObservedStack): readonly Place[] =>
  (stack.spec?.components ?? []).flatMap(component => component.uses.map(use => ({ component, use }))))

const usesByReference = oncePer((stack: ObservedStack) => new Map([...everyUse(stack)].reverse().map(place => [`${place.component.id}/${place.use.id}`, place])))

/** The use that `component/use` names. */
export const useAt = (stack: ObservedStack, reference: string): Place | undefined => usesByReference(stack).get(reference)

export const technologyOf = (component: DeclaredComponent): Technology | undefined => component.technology?.value

/** A design as the text of an example: lists of lines, each list one entry under its key. */
export const design = (parts: { readonly components: string; readonly services?: string; readonly stores?: string; readonly rest?: string }): string =>
  `apiVersion: misfit/v1\nkind: DesignSpec\n${parts.services === undefined ? '' : `services:\n${indented(parts.services, 2)}`}${parts.stores === undefined ? '' : `stores:\n${indented(parts.stores, 2)}`}`
  + `components:\n${indented(parts.components, 2)}${parts.rest ?? ''}`

/** A Redis of a design with its uses, one flow map a line. */
export const redis = (id: string, uses: readonly string[], fields: readonly string[] = []): string => entry(id, 'redis', uses, fields)
export const kafka = (id: string, uses: readonly string[], fields: readonly string[] = []): string => entry(id, 'kafka', uses, fields)

const entry = (id: string, technology: Technology, uses: readonly string[], fields: readonly string[]): string =>
  [`- id: ${id}`, `  technology: ${technology}`, ...fields.map(field => `  ${field}`), '  uses:', ...uses.map(use => `    - {${use}}`), ''].join('\n')

const indented = (text: string, by: number): string => `${withoutEnd(text.replace(/^(?=.)/gm, ' '.repeat(by)), '\n')}\n`
