// Which workload uses which component, traced by addresses: URLs, host keys, lists of brokers, config-file entries, commands.
// What a link means for a use is not decided here; no technology is named here.
import type { Knowledge, TechnologyWords } from '../model/knowledge.ts'
import type { Client, Link } from '../model/observation.ts'
import { oncePer } from '../model/once.ts'
import type { Component, Stack, Technology, Variable, Workload } from '../model/stack.ts'
import { isCompanionImage, isOtherStore } from './links/companions.ts'
import { isFirm, mayAddress, mayChoose, mayServe } from './links/open.ts'
import { dependencies, unsaidLinks, unsaidOf, variableLinks, waysOf, wordLinks, type Traced, type Ways } from './links/trace.ts'
import { readable } from '../model/value.ts'
import { targetsIn } from './signals/targets.ts'
import { flagsOf, textOf } from './signals/text.ts'

export interface Links {
  /** The workloads that use a component, in the order of the stack; companions and tools left out. */
  readonly clients: ReadonlyMap<Component, readonly Client[]>
  /** All links of a workload to components of a technology, strongest first. */
  of(workload: Workload, technology: Technology): readonly Traced[]
  /** Where the value of one variable leads. */
  from(variable: Variable): readonly Traced[]
  /** A companion (UI, exporter, tool, coordination, sentinel): it looks at the component and does not work with it. */
  isCompanion(workload: Workload): boolean
  /** A part of a component itself. */
  isMember(workload: Workload): boolean
  /** Another kind of store: an environment that it shares with the applications says what they use. */
  isOtherStore(workload: Workload, technology: Technology): boolean
  /** Whether the workload, or one variable, names an address of the technology that is no component of this stack. */
  leadsElsewhere(of: Workload | Variable, technology: Technology): boolean
  /** The technologies of which the workload has an address that cannot be read, so that nobody can say which component it means. */
  openTo(workload: Workload): readonly Technology[]
  /** The technologies of which some workload of the stack has one, or may: what nobody can identify works with any. */
  readonly open: ReadonlySet<Technology>
}

const strength: readonly Link['how'][] = ['url', 'host', 'config-file', 'implicit-host', 'depends-on', 'only-one']

const byStrength = (a: Link, b: Link): number => strength.indexOf(a.how) - strength.indexOf(b.how)

/** Traces all links of a stack. Pure and total; unknown values link by what can be read of them. */
export function linksOf(stack: Stack, knowledge: Knowledge): Links {
  const members = new Set(stack.components.flatMap(component => component.members.flatMap(member => [member, `${member.span.file}:${member.span.start}:${member.name}`])))
  const isMember = (workload: Workload): boolean => members.has(workload) || members.has(`${workload.span.file}:${workload.span.start}:${workload.name}`)
  const trails: Trails = { links: new Map(), fromVariable: new Map(), elsewhere: new Map() }
  const openTo = new Map<Workload, readonly Technology[]>(), companions = new Set<Workload>()
  const unidentified = mayServe(stack), ways = waysOf(stack, knowledge, isMember, unidentified)
  for (const workload of [...stack.workloads, ...(stack.programs ?? [])]) {
    if (isMember(workload)) continue
    if (isCompanionImage(workload, knowledge)) companions.add(workload)
    const technologies = knowledge.technologies.filter(technology => !isOtherStore(workload, technology.id, knowledge))
    if (technologies.length === 0) continue
    follow(workload, technologies, stack, ways, trails)
    const unread = workload.environment.filter(variable => !variable.value.known), own = trails.links.get(workload) ?? none
    // A driver that cannot be read may be this technology's, and lead where one leads that is told no address.
    const mayLead = (technology: TechnologyWords): boolean => !own.some(link => link.component.technology === technology.id) && unread.some(({ name }) => mayChoose(name)) && unsaidOf(stack, technology) !== undefined
    const open = technologies.filter(technology => unidentified || hidesEnvironment(workload) || namesLost(workload, ways) || mayNameAddress(workload, technology.words) || mayLead(technology) || unread.some(variable => mayAddress(variable.name, technology.words)
      && !(trails.fromVariable.get(variable) ?? []).some(link => link.component.technology === technology.id && isFirm(link, workload, stack))))
    if (open.length > 0) openTo.set(workload, open.map(({ id }) => id))
  }
  const { links, fromVariable, elsewhere } = trails
  return {
    clients: clientsOf(stack, workload => (companions.has(workload) ? none : links.get(workload) ?? none)),
    of: (workload, technology) => {
      const own = links.get(workload)
      return own === undefined ? none : ofTechnology(own).get(technology) ?? none
    },
    from: variable => fromVariable.get(variable) ?? none,
    isCompanion: workload => companions.has(workload),
    isMember,
    isOtherStore: (workload, technology) => isOtherStore(workload, technology, knowledge),
    leadsElsewhere: (of, technology) => elsewhere.get(of)?.has(technology) ?? false,
    openTo: workload => openTo.get(workload) ?? [],
    open: new Set(unidentified ? knowledge.technologies.map(({ id }) => id) : stack.workloads.flatMap(workload => openTo.get(workload) ?? [])),
  }
}

// What it waits for tells where an unread address leads, and is worked with where nothing else says so.
const hidesEnvironment = ({ hidden }: Workload): boolean => hidden?.some(field => field === 'image' || field === 'envFiles' || field === 'dependsOn') === true

// An address of a watcher leads to whom it watches.
const namesLost = ({ environment }: Workload, { lost }: Ways): boolean =>
  lost.size > 0 && environment.some(variable => targetsIn(textOf(variable)).some(({ host }) => lost.has(host)))

// `-u ${URL}`, `amqp://${HOST}`; an option with a longer name says what it holds. `0.0.0.0:${PORT}` is no other host.
const mayNameAddress = ({ entrypoint = [], command = [] }: Workload, technology: readonly string[]): boolean => [...entrypoint, ...command].some((word, i, words) => {
  if (word.known || !/^(?:--?[\w-]+=)?(?:\w+:\/\/(?:[^/@]*@)?|\w+:(?=\$\{[^{}]*\}.))?\$\{/.test(word.raw)) return false
  const option = /^--?[\w-]+(?==)/.exec(word.raw)?.[0] ?? /^--?[\w-]+$/.exec(readable(words[i - 1]))?.[0]
  return option === undefined ? /^\w+:/.test(word.raw) : /^-[uhHb]$/.test(option) || mayAddress(option, technology)
})

interface Trails {
  readonly links: Map<Workload, readonly Traced[]>
  readonly fromVariable: Map<Variable, readonly Traced[]>
  readonly elsewhere: Map<Workload | Variable, ReadonlySet<Technology>>
}

// All that a workload states, then what it leaves unsaid, then what it waits for.
function follow(workload: Workload, technologies: readonly TechnologyWords[], stack: Stack, ways: Ways, { links, fromVariable, elsewhere }: Trails): void {
  const all: Traced[] = [], away = new Set<Technology>()
  const from = (variable: Variable, own: Set<Technology>, counts: (link: Traced) => boolean = () => true): readonly Traced[] => {
    const found = technologies.flatMap(technology => variableLinks(variable, workload, technology, stack, ways, own)).filter(counts)
    if (found.length > 0) fromVariable.set(variable, found)
    return found
  }
  for (const variable of [...workload.environment, ...workload.labels, ...flagsOf(workload)]) {
    const own = new Set<Technology>()
    all.push(...from(variable, own))
    if (own.size > 0) elsewhere.set(variable, own)
    for (const technology of own) away.add(technology)
  }
  for (const variable of workload.program?.certain === true ? workload.settings ?? [] : []) all.push(...from(variable, new Set()))
  for (const word of [...(workload.entrypoint ?? []), ...(workload.command ?? [])]) all.push(...technologies.flatMap(technology => wordLinks(word, technology, stack, ways)))
  for (const technology of technologies) {
    if (!away.has(technology.id)) all.push(...unsaidLinks(workload.environment, technology, stack, all))
  }
  all.push(...dependencies(workload, stack, all).filter(({ component }) => technologies.some(({ id }) => id === component.technology)))
  // What lies beside the program tells where its values lead only when the deployment shows that it goes there at all.
  for (const variable of workload.beside ?? []) from(variable, new Set(), link => all.some(other => other.component === link.component))
  if (all.length > 0) links.set(workload, all.sort(byStrength))
  if (away.size > 0) elsewhere.set(workload, away)
}

function clientsOf(stack: Stack, linksTo: (workload: Workload) => readonly Traced[]): Links['clients'] {
  const clients = new Map<Component, Client[]>(stack.components.map(component => [component, []]))
  for (const workload of stack.workloads) {
    const byComponent = new Map<Component, Traced[]>()
    for (const link of linksTo(workload)) byComponent.set(link.component, [...byComponent.get(link.component) ?? [], link])
    for (const [component, links] of byComponent) clients.get(component)?.push({ workload, links })
  }
  return clients
}

const none: readonly Traced[] = []

const ofTechnology = oncePer((links: readonly Traced[]): ReadonlyMap<Technology, readonly Traced[]> => {
  const found = new Map<Technology, Traced[]>()
  for (const link of links) {
    const same = found.get(link.component.technology)
    if (same) same.push(link)
    else found.set(link.component.technology, [link])
  }
  return found
})
