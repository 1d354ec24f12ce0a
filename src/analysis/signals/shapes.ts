// Evidence from the shape of the whole stack: who stands beside whom. Each shape is a small function under the name that the
// knowledge uses for it; words and weights are data. Must not know any technology.
import type { Knowledge, OtherStore, StackSignal } from '../../model/knowledge.ts'
import type { Client } from '../../model/observation.ts'
import { entryOf } from '../../model/entry-of.ts'
import { isSecretImage } from '../../model/images.ts'
import { oncePer } from '../../model/once.ts'
import type { Component, Workload } from '../../model/stack.ts'
import type { Span } from '../../model/value.ts'
import { knownImage } from '../known-images.ts'
import { isWeak } from '../links/trace.ts'
import { hitsOf, lowered, signalsOf } from './context.ts'
import type { Context, Hit } from './context.ts'
import { targetsIn } from './targets.ts'
import { fitting } from '../../model/patterns.ts'
import { assignment, commandOf, imageOf, normalKey, saysNo, textOf, wordsOf } from './text.ts'

interface Seen {
  readonly span: Span
  readonly text: string
  /** The shape rests on a suggestion only; its weight loses one class. */
  readonly weak?: boolean
}

/** Words in the names of programs that look after a server. */
const beside = new Set(['ui', 'dashboard', 'monitor', 'monitoring', 'exporter', 'manager', 'console', 'admin', 'init', 'setup', 'create', 'topics', 'test', 'tests', 'schema', 'registry', 'rest', 'proxy', 'cli', 'tools', 'operator', 'strimzi', 'akhq', 'metrics', 'prometheus', 'grafana', 'wait', 'stack'])

type Shape = (context: Context, component: Component, signal: StackSignal) => Seen | undefined

const shapes: Readonly<Record<string, Shape>> = {
  'one-application': (context, component) => {
    const first = applicationsOf(context, component)[0]
    return first?.links[0] && { span: first.links[0].note.span, text: first.links[0].note.text }
  },
  // One that merely waits for it, unless its name is that of a tool beside the server.
  'depending-application': (context, component) => {
    const server = new Set(context.knowledge.technologies.flatMap(({ words }) => words))
    const link = applicationsOf(context, component).find(({ workload }) => {
      const words = wordsOf(workload.name).filter(word => !server.has(word))
      return words.length > 0 && !words.some(word => beside.has(word))
    })?.links[0]
    return link && { span: link.note.span, text: link.note.text }
  },
  // An address that it is given, not a mere dependency.
  'addressed-application': (context, component) => {
    const link = applicationsOf(context, component).flatMap(({ links }) => links).find(each => !isWeak(each))
    return link && { span: link.note.span, text: link.note.text }
  },
  'several-applications': (context, component) => {
    const [first, ...rest] = applicationsOf(context, component)
    const second = first && rest.find(other => other.workload.name !== first.workload.name && !sameProgram(first.workload, other.workload))
    const link = second?.links[0]
    if (!first || !second || !link) return undefined
    return { span: link.note.span, text: `${first.workload.name} and ${second.workload.name} both use it (${link.note.text})`, weak: isWeak(link) || first.links.every(isWeak) }
  },
  'several-groups': (context, component) => {
    const groups = new Map<string, Seen>()
    for (const { workload } of applicationsOf(context, component)) for (const group of groupsOf(workload)) groups.set(group.name, group)
    return groups.size >= 2 ? [...groups.values()].at(-1) : undefined
  },
  'worker-beside-web': (context, component, signal) => {
    if (context.stack.components.length > 1 || storesBeside(context, 'broker').length > 0) return undefined
    for (const client of context.links.clients.get(component) ?? []) {
      const link = client.links[0]
      if (!link || isWeak(link) || isTold(client.workload, component, signal) || !wordsOf(client.workload.name).some(word => signal.words?.includes(word))) continue
      const twins = context.workloads.filter(other => other !== client.workload && sameProgram(other, client.workload))
      // One Dockerfile for all services of a repository makes none of them the worker of another.
      if (twins.length > mostOfOneProgram) continue
      const twin = twins.find(other => commandOf(other) !== commandOf(client.workload))
      if (twin) return { span: client.workload.span, text: `${client.workload.name} runs the program of ${twin.name} and reaches no other broker` }
    }
    return undefined
  },
  // A worker that is given nothing to work with but this: an address of it, and of no other store or broker.
  'worker-alone': (context, component, signal) => {
    if (storesBeside(context, 'broker').length > 0) return undefined
    for (const { workload, links } of context.links.clients.get(component) ?? []) {
      const link = links.find(each => !isWeak(each))
      if (!link || isTold(workload, component, signal) || !wordsOf(workload.name).some(word => signal.words?.includes(word)) || reachesOther(workload, component, context)) continue
      return { span: link.note.span, text: `${workload.name} is given no other store or broker (${link.note.text})` }
    }
    return undefined
  },
  // Values seldom say how a worker reaches its broker; where there is only one to reach, the worker's name does.
  'worker-block': (context, component, signal) => {
    if (context.stack.kind === 'compose' || context.stack.components.length > 1 || storesBeside(context, 'broker').length > 0) return undefined
    const worker = context.workloads.find(each => wordsOf(each.name).some(word => signal.words?.includes(word)))
    return worker && { span: worker.span, text: `${worker.name} has no other broker than ${component.name}` }
  },
  'other-broker': context => storesBeside(context, 'broker')[0],
  'other-cache': context => storesBeside(context, 'cache')[0],
  'other-database': context => storesBeside(context, 'database')[0],
  'only-store': (context, component) => {
    if (storesBeside(context, 'database').length > 0 || context.stack.components.some(other => other !== component && other.technology === component.technology)) return undefined
    if (context.stack.unread.length > 0) return undefined
    const client = (context.links.clients.get(component) ?? []).find(({ workload, links }) => workload.build && links.some(link => !isWeak(link)))
    return client && { span: client.workload.span, text: `${client.workload.name} has no other data store in this stack` }
  },
  'kept-only-store': (context, component, signal) => {
    const kept = component.storage.kind === 'named-volume' || component.storage.kind === 'bind' || component.storage.kind === 'claim'
    // What a program shows by its own files says better what it keeps there.
    const told = (context.links.clients.get(component) ?? []).some(({ workload: { program } }) => program?.shown.some(({ technology, use }) => technology === component.technology && use !== undefined))
    return kept && !told ? shapes['only-store']?.(context, component, signal) : undefined
  },
}

const mostOfOneProgram = 8

/** Whether the calls of its program show what it does with the server, and that is something else: its name says no more then. */
function isTold({ program }: Workload, { technology }: Component, { means }: StackSignal): boolean {
  const shown = program?.certain === true ? program.shown.filter(each => each.technology === technology && each.use !== undefined && each.weight !== 'against') : []
  return shown.some(({ from, handed }) => from === 'call' && handed === undefined) && !shown.some(({ use }) => means.some(meaning => meaning.use === use))
}

/** What the stack's shape shows, and apart from it what counts only where nothing else shows a use. */
export function shapeHits(context: Context): { readonly hits: readonly Hit[]; readonly introducing: readonly Hit[] } {
  const hits: Hit[] = [], introducing: Hit[] = []
  // What cannot be read may be the other store, broker or cache that a shape lacks.
  const hidden = context.workloads.some(({ image, build }) => build === undefined && isSecretImage(image)), open = new Set(context.workloads.flatMap(workload => context.links.openTo(workload)))
  for (const signal of signalsOf(context, 'stack')) {
    for (const component of context.stack.components) {
      if (component.technology !== signal.technology) continue
      const seen = entryOf(shapes, signal.shape)?.(context, component, signal)
      if (!seen) continue
      const means = seen.weak ? signal.means.map(meaning => ({ ...meaning, weight: lowered(meaning.weight) })) : signal.means
      ;(signal.introduces ? introducing : hits).push(...hitsOf(signal, 'system', means, [{ component, link: undefined }], { span: seen.span, text: seen.text }, { soft: true, ...(hidden || open.has(component.technology) ? { unsure: true as const } : {}) }))
    }
  }
  return { hits, introducing }
}

/** Names of all shapes, so that a test can check the knowledge. */
export const shapeNames: readonly string[] = Object.keys(shapes)

// Whether a workload names another data store or broker: another component, an address of another kind.
function reachesOther(workload: Workload, component: Component, context: Context): boolean {
  if (context.knowledge.technologies.some(({ id }) => context.links.of(workload, id).some(link => link.component !== component))) return true
  const { ofKey, ofScheme } = tablesOf(context.knowledge)
  return [...workload.environment, ...(workload.beside ?? [])].some(variable => {
    const text = textOf(variable)
    return text !== '' && !saysNo(text) && (ofKey(normalKey(variable.name)).length > 0 || (text.includes(':') && targetsIn(text).some(({ scheme }) => scheme !== undefined && ofScheme(scheme).length > 0)))
  })
}

// Clients that are applications: no platform tool (registry, connector runtime, proxy) among them.
function applicationsOf(context: Context, component: Component): readonly Client[] {
  return (context.links.clients.get(component) ?? []).filter(({ workload, links }) => {
    const image = imageOf(workload)
    if (image !== '' && knownImage(context.knowledge, image).companions.length > 0) return false
    return links.some(link => link.how !== 'only-one' || link.key !== undefined)
  })
}

function sameProgram(a: Workload, b: Workload): boolean {
  const parts = ['folder', 'dockerfile', 'inline', 'target'] as const
  if (a.builtFrom && b.builtFrom && parts.every(part => a.builtFrom?.[part] === b.builtFrom?.[part])) return true
  const image = imageOf(a)
  return image !== '' && image === imageOf(b) && (a.build === undefined) === (b.build === undefined)
}

function groupsOf(workload: Workload): readonly (Seen & { readonly name: string })[] {
  const found: (Seen & { readonly name: string })[] = []
  for (const variable of workload.environment) {
    if (!/(^|_)(GROUP_?ID|CONSUMER_?GROUP(_?ID|_NAME)?|GROUPID)$/.test(normalKey(variable.name)) || !variable.value.known) continue
    const text = textOf(variable)
    if (!saysNo(text)) found.push({ name: text, span: variable.value.span, text: assignment(variable) })
  }
  const flag = /--(?:consumer-)?group(?:-id)?[ =]([\w.-]+)/.exec(commandOf(workload))?.[1]
  if (flag !== undefined) found.push({ name: flag, span: workload.span, text: `consumer group ${flag}` })
  return found
}

/** Other data stores of a kind: workloads of the stack, addresses of stores outside it. */
const storesBeside = (context: Context, kind: OtherStore['kind']): readonly Seen[] => storesOf(context).get(kind) ?? []

// Which stores an image is, a key speaks of and a scheme leads to.
const tablesOf = oncePer(({ otherStores }: Knowledge) => {
  const keys = otherStores.flatMap(store => (store.keys ?? []).map(source => ({ source, kind: store.kind })))
  const image = fitting(otherStores.map(store => store.image), false), key = fitting(keys.map(({ source }) => source), true)
  const schemes = new Map<string, Set<OtherStore['kind']>>()
  for (const store of otherStores) for (const scheme of store.schemes ?? []) schemes.set(scheme, (schemes.get(scheme) ?? new Set()).add(store.kind))
  return {
    ofImage: (name: string) => image(name).flatMap(at => otherStores[at]?.kind ?? []),
    ofKey: (name: string) => key(name).flatMap(at => keys[at]?.kind ?? []),
    ofScheme: (scheme: string) => [...schemes.get(scheme) ?? []],
  }
})

const storesOf = oncePer((context: Context): ReadonlyMap<OtherStore['kind'], readonly Seen[]> => {
  const found = new Map<OtherStore['kind'], Seen[]>()
  const { ofImage, ofKey, ofScheme } = tablesOf(context.knowledge)
  const add = (kinds: readonly OtherStore['kind'][], seen: () => Seen): void => {
    for (const kind of kinds.length > 1 ? new Set(kinds) : kinds) {
      const list = found.get(kind)
      if (list) list.push(seen())
      else found.set(kind, [seen()])
    }
  }
  for (const workload of context.stack.workloads) {
    const image = imageOf(workload)
    if (image !== '') add(ofImage(image), () => ({ span: workload.span, text: `${workload.name} (${image}) stands beside it` }))
    for (const variable of [...workload.environment, ...(workload.beside ?? [])]) {
      const text = textOf(variable)
      if (text === '' || saysNo(text)) continue
      const schemes = text.includes(':') ? targetsIn(text).flatMap(target => (target.scheme === undefined ? [] : [target.scheme])) : []
      add([...schemes.flatMap(ofScheme), ...ofKey(normalKey(variable.name))], () => ({ span: variable.value.span, text: assignment(variable) }))
    }
  }
  return found
})
