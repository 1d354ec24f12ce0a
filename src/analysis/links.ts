// Which workload uses which component, traced by addresses: URLs, host keys, lists of brokers, config-file entries, commands.
// What a link means for a use is not decided here; no technology is named here.
import type { Companion, Knowledge, TechnologyWords } from '../model/knowledge.ts'
import type { Client, Link } from '../model/observation.ts'
import type { Component, Stack, Technology, Variable, Workload } from '../model/stack.ts'
import { oncePer } from '../model/once.ts'
import type { Value } from '../model/value.ts'
import { isSecretImage } from '../model/images.ts'
import { readable } from '../model/value.ts'
import { pattern } from '../model/patterns.ts'
import { knownImage } from './known-images.ts'
import { assignment, commandOf, flagsOf, imageOf, normalKey, quoted, saysNo, textOf, wordsOf } from './signals/text.ts'
import { isOpenHost, mayReach, reaches, targetsIn } from './signals/targets.ts'
import type { Target } from './signals/targets.ts'

/** A link together with the component at its end. */
export interface Traced extends Link {
  readonly component: Component
}

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
}

const strength: readonly Link['how'][] = ['url', 'host', 'config-file', 'implicit-host', 'depends-on', 'only-one']

/** A link that only suggests itself; evidence that rests on it loses one weight class. */
export const isWeak = (link: Link): boolean => link.how === 'depends-on' || link.how === 'only-one'

const byStrength = (a: Link, b: Link): number => strength.indexOf(a.how) - strength.indexOf(b.how)

/** Words of a key that hold an address. */
export const addressWords: ReadonlySet<string> = new Set([
  'host', 'hosts', 'hostname', 'server', 'servers', 'addr', 'addrs', 'address', 'addresses', 'endpoint', 'endpoints', 'url', 'urls', 'uri', 'uris',
  'dsn', 'broker', 'brokers', 'bootstrap', 'node', 'nodes', 'location', 'seeds', 'connection', 'master',
])

/** Traces all links of a stack. Pure and total; unknown values link by what can be read of them. */
export function linksOf(stack: Stack, knowledge: Knowledge): Links {
  const members = new Set(stack.components.flatMap(component => component.members.flatMap(member => [member, `${member.span.file}:${member.span.start}:${member.name}`])))
  const isMember = (workload: Workload): boolean => members.has(workload) || members.has(`${workload.span.file}:${workload.span.start}:${workload.name}`)
  const foreign = new Set(['http', 'https', 'ws', 'wss', 'ftp', 'file', 's3', ...knowledge.otherStores.flatMap(store => store.schemes ?? [])])
  const ways: Ways = { foreign, hops: hopsIn(stack, knowledge, isMember) }
  const fromVariable = new Map<Variable, readonly Traced[]>()
  const ofWorkload = new Map<Workload, readonly Traced[]>()
  const elsewhere = new Map<Workload | Variable, Set<Technology>>()
  const openTo = new Map<Workload, readonly Technology[]>()
  const companions = new Set<Workload>()
  const hiddenServers = mayServe(stack, knowledge.technologies, isMember)

  for (const workload of [...stack.workloads, ...(stack.programs ?? [])]) {
    if (isMember(workload)) continue
    if (isCompanionImage(workload, knowledge)) companions.add(workload)
    const all: Traced[] = []
    const away = new Set<Technology>()
    const technologies = knowledge.technologies.filter(technology => !isOtherStore(workload, technology.id, knowledge))
    if (technologies.length === 0) continue
    for (const variable of [...workload.environment, ...workload.labels, ...flagsOf(workload)]) {
      const own = new Set<Technology>()
      const links = technologies.flatMap(technology => variableLinks(variable, workload, technology, stack, ways, own))
      if (links.length > 0) fromVariable.set(variable, links)
      if (own.size > 0) elsewhere.set(variable, own)
      for (const technology of own) away.add(technology)
      all.push(...links)
    }
    for (const variable of workload.program?.certain === true ? workload.settings ?? [] : []) {
      const links = technologies.flatMap(technology => variableLinks(variable, workload, technology, stack, ways, new Set()))
      if (links.length > 0) fromVariable.set(variable, links)
      all.push(...links)
    }
    for (const word of [...(workload.entrypoint ?? []), ...(workload.command ?? [])]) {
      all.push(...technologies.flatMap(technology => wordLinks(word, technology, stack, ways)))
    }
    for (const technology of technologies) {
      if (!away.has(technology.id)) all.push(...unsaidLinks(workload.environment, technology, stack, all))
    }
    all.push(...dependencies(workload, stack, all).filter(({ component }) => technologies.some(({ id }) => id === component.technology)))
    // What lies beside the program tells where its values lead only when the deployment shows that it goes there at all.
    for (const variable of workload.beside ?? []) {
      const links = technologies.flatMap(technology => variableLinks(variable, workload, technology, stack, ways, new Set()))
        .filter(link => all.some(other => other.component === link.component))
      if (links.length > 0) fromVariable.set(variable, links)
    }
    if (all.length > 0) ofWorkload.set(workload, all.sort(byStrength))
    const unread = workload.environment.filter(variable => !variable.value.known)
    const open = technologies.filter(({ id, words }) => hiddenServers.has(id) || unread.some(variable => mayAddress(variable.name, words)
      && !(fromVariable.get(variable) ?? []).some(link => link.component.technology === id && isFirm(link, workload, stack))))
    if (open.length > 0) openTo.set(workload, open.map(({ id }) => id))
    if (away.size > 0) elsewhere.set(workload, away)
  }

  const clients = new Map<Component, Client[]>(stack.components.map(component => [component, []]))
  for (const workload of companions.size > 0 ? stack.workloads.filter(each => !companions.has(each)) : stack.workloads) {
    const byComponent = new Map<Component, Traced[]>()
    for (const link of ofWorkload.get(workload) ?? []) byComponent.set(link.component, [...byComponent.get(link.component) ?? [], link])
    for (const [component, links] of byComponent) clients.get(component)?.push({ workload, links })
  }
  return {
    clients,
    of: (workload, technology) => {
      const links = ofWorkload.get(workload)
      return links === undefined ? none : ofTechnology(links).get(technology) ?? none
    },
    from: variable => fromVariable.get(variable) ?? none,
    isCompanion: workload => companions.has(workload),
    isMember,
    isOtherStore: (workload, technology) => isOtherStore(workload, technology, knowledge),
    leadsElsewhere: (of, technology) => elsewhere.get(of)?.has(technology) ?? false,
    openTo: workload => openTo.get(workload) ?? [],
  }
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

const keeping = new Set(['broker', 'brokers', 'bootstrap', 'cache', 'queue', 'queues', 'session', 'sessions', 'backend', 'pubsub', 'jobs', 'job', 'lock', 'events', 'stream', 'store'])

// `CELERY_BROKER_URL` may be an address of any broker, `DATABASE_URL` of none.
function mayAddress(name: string, technology: readonly string[]): boolean {
  const words = wordsOf(name), last = words.at(-1) ?? ''
  if (words.some(word => addressWords.has(word))) return words.some(word => technology.includes(word) || keeping.has(word))
  // `X_QUEUE`, `CACHE_X`, where X is the technology.
  return words.length > 1 && words.some(word => technology.includes(word)) && (technology.includes(last) || keeping.has(last))
}

// Technologies of which a workload may be a server: its image cannot be read, and its name or an address that leads to it says so.
function mayServe(stack: Stack, technologies: readonly TechnologyWords[], isMember: (workload: Workload) => boolean): ReadonlySet<Technology> {
  const unread = stack.workloads.filter(workload => workload.build === undefined && isSecretImage(workload.image) && !isMember(workload)).flatMap(({ hosts }) => hosts.map(host => host.toLowerCase()))
  if (unread.length === 0) return new Set()
  const addressed = (technology: TechnologyWords): boolean => stack.workloads.some(workload => workload.environment.some(variable => targetsIn(textOf(variable)).some(({ scheme, host }) =>
    (scheme === undefined ? wordsOf(variable.name).some(word => technology.words.includes(word)) : technology.schemes.includes(scheme)) && unread.some(name => reaches(host, name)))))
  return new Set(technologies.filter(technology => unread.some(name => wordsOf(name).some(word => technology.words.includes(word))) || addressed(technology)).map(({ id }) => id))
}

/** A link whose host can be read, or that leads to the only component there is, which the workload waits for. */
const isFirm = (link: Traced, workload: Workload, stack: Stack): boolean =>
  !isWeak(link) && (!isOpenHost(link.host ?? '') || (soleOf(stack, link.component.technology) === link.component && waitsFor(workload, link.component)))

interface Ways {
  /** Schemes of other systems. */
  readonly foreign: ReadonlySet<string>
  /** Names of watchers that tell their clients where the primary is, and the component behind each. */
  readonly hops: ReadonlyMap<string, Component>
}

// What watches servers names the one that it watches: `sentinel monitor main store-primary 6379 2`, `…_MASTER_HOST`.
function hopsIn(stack: Stack, knowledge: Knowledge, isMember: (workload: Workload) => boolean): ReadonlyMap<string, Component> {
  const hops = new Map<string, Component>()
  for (const watcher of stack.workloads) {
    if (isMember(watcher)) continue
    const image = imageOf(watcher), command = commandOf(watcher)
    const known = knownImage(knowledge, image).companions.find(companion => companion.is === 'sentinel')
    if (!known && !/\bsentinel\b/.test(command)) continue
    const { product } = knownImage(knowledge, image)
    const technology = known?.technology ?? product?.technology
    if (technology === undefined) continue
    const said = [command, ...watcher.environment.map(textOf), ...watcher.mounts.map(mount => mount.content?.text.slice(0, 20_000) ?? '')].join('\n').toLowerCase()
    const all = stack.components.filter(component => component.technology === technology && !component.external)
    const behind = all.find(component => component.hosts.some(name => saysWord(said, name.toLowerCase())))
      ?? all.find(component => watcher.dependsOn.some(name => name.value === component.name || component.members.some(member => member.name === name.value))) ?? (all.length === 1 ? all[0] : undefined)
    if (behind) for (const host of watcher.hosts) hops.set(host.toLowerCase(), behind)
  }
  return hops
}

// The name as a whole word of the text, not as a part of a longer name.
function saysWord(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0 && name !== ''; at = text.indexOf(name, at + 1)) {
    if (!/[\w.-]/.test(text[at - 1] ?? ' ') && !/[\w-]/.test(text[at + name.length] ?? ' ')) return true
  }
  return false
}

const observingKinds: readonly Companion['is'][] = ['exporter', 'ui', 'tool', 'coordination', 'sentinel']

function isCompanionImage(workload: Workload, knowledge: Knowledge): boolean {
  const image = imageOf(workload)
  if (image === '') return false
  const { product, companions } = knownImage(knowledge, image)
  if (companions.some(companion => observingKinds.includes(companion.is))) return true
  // A container of the server's own image that is no server: topic creation, waiting, a console.
  const technology = knowledge.technologies.find(each => each.id === product?.technology)
  return technology !== undefined && !technology.clientCommands.some(source => pattern(source, false).test(commandOf(workload)))
}

// A database that shares its environment with the applications does not use what they use.
function isOtherStore(workload: Workload, technology: Technology, knowledge: Knowledge): boolean {
  const image = imageOf(workload)
  return image !== '' && workload.build === undefined && knownImage(knowledge, image).stores.some(store => !store.reads?.includes(technology))
}

const soleOf = (stack: Stack, technology: Technology): Component | undefined => {
  const all = stack.components.filter(component => component.technology === technology)
  return all.length === 1 ? all[0] : undefined
}

function variableLinks(
  variable: Variable, workload: Workload, technology: TechnologyWords, stack: Stack, ways: Ways, away: Set<Technology>,
): readonly Traced[] {
  const text = textOf(variable), targets = targetsIn(text)
  if (targets.length === 0) return none
  const words = wordsOf(variable.name)
  const namesTechnology = words.some(word => technology.words.includes(word))
  const addressed = words.some(word => addressWords.has(word))
  const found: Traced[] = []
  for (const target of targets) {
    // A bare word is a host name only under a key that holds addresses or calls the technology by name.
    const plain = target.scheme === undefined && target.port === undefined
    if (plain && target.host === text.toLowerCase() && !addressed && !namesTechnology) continue
    if (plain && !addressed && saysNo(target.host)) continue
    const own = target.scheme !== undefined && technology.schemes.includes(target.scheme)
    const spoken = own || (namesTechnology && addressed && target.scheme === undefined)
    const component = targetComponent(target, spoken, technology, stack, ways)
    if (component === undefined) {
      if (spoken && !isOpenHost(target.host) && !technology.words.includes(target.host)) away.add(technology.id)
      continue
    }
    // A host that cannot be read is the component that the workload waits for.
    const certain = component.hosts.some(name => mayReach(target.host, name.toLowerCase())) || ways.hops.get(target.host) === component || waitsFor(workload, component)
    const database = target.database ?? neighbourDatabase(variable, workload)
    found.push({
      component,
      how: !certain ? 'only-one' : variable.origin === 'config-file' ? 'config-file' : target.scheme === undefined ? 'host' : 'url',
      note: { span: variable.value.span, text: assignment(variable) },
      key: variable.name,
      ...(database === undefined ? {} : { database }),
      ...placeOf(target),
    })
  }
  return distinct(found)
}

const placeOf = ({ host, port, openPort }: Target): Pick<Link, 'host' | 'port' | 'hidden'> =>
  ({ ...(host === '' ? {} : { host }), ...(port === undefined ? {} : { port }), ...(openPort ? { hidden: ['port'] } : {}) })

const namesOf = oncePer(({ components }: Stack) => components.map(component => ({ component, names: component.hosts.map(name => name.toLowerCase()) })))

// An address of the technology whose host cannot be read leads to the only component there is.
function targetComponent(target: Target, spoken: boolean, technology: TechnologyWords, stack: Stack, { foreign, hops }: Ways): Component | undefined {
  const own = target.scheme !== undefined && technology.schemes.includes(target.scheme)
  if (target.scheme !== undefined && !own && !technology.sharedSchemes.includes(target.scheme) && foreign.has(target.scheme)) return undefined
  const candidates = namesOf(stack).filter(({ component }) => component.technology === technology.id)
  for (const leads of [reaches, mayReach]) {
    const named = candidates.find(({ names }) => names.some(name => leads(target.host, name)))
    if (named) return named.component
  }
  const behind = hops.get(target.host)
  if (behind?.technology === technology.id) return behind
  return spoken && isOpenHost(target.host) ? soleOf(stack, technology.id) : undefined
}

const waitsFor = (workload: Workload, component: Component): boolean =>
  workload.dependsOn.some(name => name.value === component.name || component.members.some(member => member.name === name.value))

// `X_DB` beside `X_HOST`.
function neighbourDatabase(variable: Variable, workload: Workload): number | undefined {
  const stem = normalKey(variable.name).replace(/_?(HOST|HOSTS|HOSTNAME|SERVER|ADDR|ADDRESS|URL|URI|ENDPOINT)$/, '')
  for (const other of workload.environment) {
    const key = normalKey(other.name)
    if (!key.startsWith(stem) || !/^_?(DB|DATABASE|DB_?INDEX|DB_?NUMBER|DBNUM|DATABASE_?INDEX|DATABASE_?ID)$/.test(key.slice(stem.length))) continue
    const text = textOf(other)
    if (/^\d{1,3}$/.test(text)) return Number(text)
  }
  return undefined
}

function wordLinks(word: Value, technology: TechnologyWords, stack: Stack, ways: Ways): readonly Traced[] {
  const text = readable(word)
  const found: Traced[] = []
  for (const target of targetsIn(text)) {
    if (target.host === text.toLowerCase()) continue
    const component = targetComponent(target, false, technology, stack, ways)
    if (!component || !component.hosts.some(name => mayReach(target.host, name.toLowerCase()))) continue
    const { database } = target
    found.push({ component, how: target.scheme === undefined ? 'host' : 'url', note: { span: word.span, text: quoted(text) }, ...(database === undefined ? {} : { database }), ...placeOf(target) })
  }
  return distinct(found)
}

// A driver set to the technology's name (`CACHE_DRIVER=…`) is a link even where the default host goes unsaid.
function unsaidLinks(environment: readonly Variable[], technology: TechnologyWords, stack: Stack, links: readonly Traced[]): readonly Traced[] {
  if (links.some(link => link.component.technology === technology.id)) return []
  const all = stack.components.filter(component => component.technology === technology.id)
  const default_ = all.length === 1 ? all[0] : all.find(component => component.hosts.some(name => technology.words.includes(name.toLowerCase())))
  if (!default_) return []
  for (const variable of environment) {
    const text = textOf(variable)
    if (text.length > 60 || text.includes('${') || !wordsOf(text).some(word => technology.words.includes(word))) continue
    return [{ component: default_, how: 'implicit-host', note: { span: variable.value.span, text: assignment(variable) }, key: variable.name }]
  }
  for (const variable of all.length === 1 ? environment : []) {
    if (textOf(variable) === '' || saysNo(textOf(variable)) || !wordsOf(variable.name).some(word => technology.words.includes(word))) continue
    return [{ component: default_, how: 'only-one', note: { span: variable.value.span, text: assignment(variable) }, key: variable.name }]
  }
  return []
}

function dependencies(workload: Workload, stack: Stack, links: readonly Traced[]): readonly Traced[] {
  const found: Traced[] = []
  for (const component of stack.components) {
    if (links.some(link => link.component === component && !isWeak(link))) continue
    const named = workload.dependsOn.find(name => name.value === component.name || component.members.some(member => member.name === name.value))
    if (named) found.push({ component, how: 'depends-on', note: { span: named.span, text: `${workload.name} depends on ${named.value}` } })
  }
  return found
}

function distinct(links: readonly Traced[]): readonly Traced[] {
  if (links.length < 2) return links
  const seen = new Map<string, Traced>()
  for (const link of links) {
    const id = `${link.component.name} ${link.how} ${link.database ?? ''}`
    if (!seen.has(id)) seen.set(id, link)
  }
  return [...seen.values()]
}
