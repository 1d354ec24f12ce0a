// The components of a run as the report has them: views of one project become one list.
import { decisionsOf, linksOf, mergedLinks } from './report-details.ts'
import type { View } from './check.ts'
import type { Places } from './places.ts'
import type { Table } from './verdict.ts'
import type { ObservedComponent, ObservedStack } from '../model/observation.ts'
import type { ReportedComponent, ReportedSetting, ReportedUse } from '../model/report.ts'
import { masked, withoutSecrets } from '../model/secrets.ts'
import type { Setting, Workload } from '../model/stack.ts'

/** An entry that further views and the verdict are still to be added to. */
export type Draft = { -readonly [K in keyof ReportedComponent]: ReportedComponent[K] }

export interface Listing {
  readonly stack: ObservedStack
  readonly listed: Draft[]
}

const identity = (component: ObservedComponent): string =>
  JSON.stringify([component.technology, component.name, component.span.file, component.span.start])
const named = ({ technology, name }: Pick<ObservedComponent, 'technology' | 'name'>): string => `${technology} ${name}`
const project = (stack: ObservedStack): string => JSON.stringify([stack.kind, stack.root])

/** Every component once a project; what further views add to it (uses, clients) is merged into that entry. `draftOf` leads from a view to it. */
export function listComponents(stacks: readonly ObservedStack[], places: Places, table: Table | undefined): { all: readonly Listing[]; draftOf: (view: View) => Draft | undefined } {
  const drafts = new Map<string, Draft>()
  const keyOf = (stack: ObservedStack, component: ObservedComponent): string => project(stack) + identity(component)
  const all: Listing[] = stacks.map(stack => ({ stack, listed: [] }))
  // Bases first, so that a variant finds the entry to merge into.
  for (const listing of [...all].sort((a, b) => Number(a.stack.variant !== undefined) - Number(b.stack.variant !== undefined))) {
    for (const component of listing.stack.components) {
      const key = keyOf(listing.stack, component)
      const earlier = drafts.get(key)
      const draft = reportedComponent(component, places, table)
      if (earlier !== undefined) {
        earlier.uses = mergedUses(earlier.uses, draft.uses)
        earlier.clients = [...new Set([...earlier.clients, ...draft.clients])]
        earlier.links = mergedLinks(earlier.links, draft.links)
        continue
      }
      drafts.set(key, draft)
      listing.listed.push(draft)
    }
  }
  for (const { listed, stack } of all) {
    const components = new Map<string, ObservedComponent>()
    for (const component of [...stack.components].reverse()) components.set(named(component), component)
    listed.push(...listed.flatMap(draft => nodesOf(draft, components.get(named(draft)), places)))
  }
  return { all, draftOf: view => drafts.get(keyOf(view.stack, view.component)) }
}

/** How much of each kind is told again of a further node: a thousand nodes with as many programs would be a million places. */
const mostAgain = 20

// A cluster is one component; its other nodes are listed with their places, so that a reader finds every one of them.
function nodesOf(draft: Draft, component: ObservedComponent | undefined, places: Places): Draft[] {
  const others = component?.members.filter(member => member.name !== draft.name) ?? [], copies = new Set(component?.copies)
  if (!component || others.length === 0) return []
  const shared = again(draft)
  return others.map(member => ({ ...draft, ...copies.has(member) ? again({ ...draft, ...workedWith(draft, component, member) }) : shared, name: member.name, ...places.at(member.span), partOf: draft.name }))
}

const again = ({ uses, clients, links }: Draft): Pick<Draft, 'uses' | 'clients' | 'links'> =>
  ({ uses: uses.map(use => (use.evidence.length > mostAgain ? { ...use, evidence: use.evidence.slice(0, mostAgain) } : use)), clients: clients.slice(0, mostAgain), links: links.slice(0, mostAgain) })

/** Of a copy what the programs do that have an address of it. */
function workedWith({ uses, links }: Draft, { clients, uses: all }: ObservedComponent, { hosts }: Workload): Pick<Draft, 'uses' | 'clients' | 'links'> {
  const own = new Set(clients.filter(client => client.links.some(({ host }) => host !== undefined && hosts.includes(host))).map(({ workload }) => workload.name))
  const shown = new Set(all.filter(use => use.clients.some(client => own.has(client))).map(({ use }) => use))
  return { uses: uses.filter(({ use }) => shown.has(use)), clients: [...own], links: links.filter(({ program }) => own.has(program)) }
}

function mergedUses(first: readonly ReportedUse[], more: readonly ReportedUse[]): ReportedUse[] {
  const uses = new Map(first.map(use => [use.use, use]))
  for (const use of more) {
    const known = uses.get(use.use)
    if (known === undefined || known.confidence < use.confidence) uses.set(use.use, use)
  }
  return [...uses.values()].sort((a, b) => b.confidence - a.confidence)
}

function reportedComponent(component: ObservedComponent, places: Places, table: Table | undefined): Draft {
  const settings = Object.fromEntries([...component.settings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, setting]) => [name, reportedSetting(name, setting, places)]))
  return {
    name: component.name,
    ...places.at(component.span),
    technology: component.technology,
    product: component.product,
    ...(component.version === undefined ? {} : { version: component.version }),
    external: component.external,
    uses: component.uses.map(use => ({
      use: use.use,
      confidence: Math.round(use.confidence * 1000) / 1000,
      established: use.established,
      evidence: use.evidence.map(({ signal, span, text }) => ({ signal, ...places.note({ span, text }) })),
    })),
    clients: component.clients.map(client => client.workload.name),
    links: linksOf(component, places),
    ...(table === undefined ? {} : { decisions: decisionsOf(component, table, places) }),
    settings,
    verdict: 'undecided',
  }
}

function reportedSetting(name: string, setting: Setting, places: Places): ReportedSetting {
  switch (setting.state) {
    case 'stated': return { state: 'stated', value: withoutSecrets(name, setting.value), ...places.at(setting.span) }
    case 'defaulted': return { state: 'defaulted', value: withoutSecrets(name, setting.value), of: setting.of, source: setting.source }
    case 'unknown': return { state: 'unknown', why: masked(setting.why) }
  }
}
