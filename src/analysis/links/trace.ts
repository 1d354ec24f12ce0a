// Where one address leads: a variable, a word of a command, a name that is waited for. No technology is named here.
import type { Knowledge, TechnologyWords } from '../../model/knowledge.ts'
import type { Link } from '../../model/observation.ts'
import { grouped, oncePer } from '../../model/once.ts'
import type { Component, Stack, Technology, Variable, Workload } from '../../model/stack.ts'
import { isUnread, readable, type Value } from '../../model/value.ts'
import { knownImage } from '../known-images.ts'
import { assignment, commandOf, imageOf, normalKey, quoted, saysNo, textOf, wordsOf } from '../signals/text.ts'
import { isOpenHost, mayReach, reaches, targetsIn, type Target } from '../signals/targets.ts'

/** A link together with the component at its end. */
export interface Traced extends Link {
  readonly component: Component
}

/** A link that only suggests itself; evidence that rests on it loses one weight class. */
export const isWeak = (link: Link): boolean => link.how === 'depends-on' || link.how === 'only-one'

/** Words of a key that hold an address. */
export const addressWords: ReadonlySet<string> = new Set([
  'host', 'hosts', 'hostname', 'server', 'servers', 'addr', 'addrs', 'address', 'addresses', 'endpoint', 'endpoints', 'url', 'urls', 'uri', 'uris',
  'dsn', 'broker', 'brokers', 'bootstrap', 'node', 'nodes', 'location', 'seeds', 'connection', 'master',
])

// Last words of keys whose values are names of other things: `storageClass: store-ssd`, `path: lib/store.js`.
const nameWords: ReadonlySet<string> = new Set([
  'class', 'claim', 'image', 'tag', 'version', 'path', 'file', 'dir', 'directory', 'folder', 'secret', 'user', 'username', 'password', 'topic', 'group', 'volume', 'label', 'chart', 'repository',
])

export interface Ways {
  /** Schemes of other systems. */
  readonly foreign: ReadonlySet<string>
  /** Names of watchers that tell their clients where the primary is, and the component behind each. */
  readonly hops: ReadonlyMap<string, Component>
  /** Names of watchers of which nobody can read whom they watch. */
  readonly lost: ReadonlySet<string>
}

/** The ways of a stack that lead past the addresses of its components; `unidentified` where there may be servers that nobody can identify. */
export const waysOf = (stack: Stack, knowledge: Knowledge, isMember: (workload: Workload) => boolean, unidentified: boolean): Ways => ({
  foreign: new Set(['http', 'https', 'ws', 'wss', 'ftp', 'file', 's3', ...knowledge.otherStores.flatMap(store => store.schemes ?? [])]),
  ...hopsIn(stack, knowledge, isMember, unidentified),
})

// What watches servers names the one that it watches: `sentinel monitor main store-primary 6379 2`, `…_MASTER_HOST`.
function hopsIn(stack: Stack, knowledge: Knowledge, isMember: (workload: Workload) => boolean, unidentified: boolean): Pick<Ways, 'hops' | 'lost'> {
  const hops = new Map<string, Component>(), lost = new Set<string>()
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
      ?? all.find(component => watcher.dependsOn.some(name => name.value === component.name || component.members.some(member => member.name === name.value))) ?? (all.length === 1 && !unidentified ? all[0] : undefined)
    if (behind) for (const host of watcher.hosts) hops.set(host.toLowerCase(), behind)
    else if (watcher.hidden !== undefined || [...watcher.command ?? [], ...watcher.environment.map(({ value }) => value)].some(isUnread)) for (const host of watcher.hosts) lost.add(host.toLowerCase())
  }
  return { hops, lost }
}

// The name as a whole word of the text, not as a part of a longer name.
function saysWord(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0 && name !== ''; at = text.indexOf(name, at + 1)) {
    if (!/[\w.-]/.test(text[at - 1] ?? ' ') && !/[\w-]/.test(text[at + name.length] ?? ' ')) return true
  }
  return false
}

/** The components of a technology, in the order of the stack. */
export const componentsOf = (stack: Stack, technology: Technology): readonly Component[] => byTechnology(stack).get(technology) ?? nothing
const nothing: readonly Component[] = []
const byTechnology = oncePer(({ components }: Stack) => grouped(components, component => [component.technology]))

/** The only component of its technology. */
export const soleOf = (stack: Stack, technology: Technology): Component | undefined => {
  const all = componentsOf(stack, technology)
  return all.length === 1 ? all[0] : undefined
}

/** Where the addresses in a variable lead; `away` gets the technology where one leads to no component of the stack. */
export function variableLinks(
  variable: Variable, workload: Workload, technology: TechnologyWords, stack: Stack, ways: Ways, away: Set<Technology>,
): readonly Traced[] {
  const text = textOf(variable), targets = targetsIn(text)
  if (targets.length === 0) return []
  const words = wordsOf(variable.name)
  const namesTechnology = words.some(word => technology.words.includes(word))
  const addressed = words.some(word => addressWords.has(word))
  const found: Traced[] = []
  for (const target of targets) {
    // A bare word is a host name only under a key that holds addresses or calls the technology by name.
    const plain = target.scheme === undefined && target.port === undefined
    if (plain && target.host === text.toLowerCase() && !addressed && !namesTechnology) continue
    if (plain && !addressed && (saysNo(target.host) || nameWords.has(words.at(-1) ?? ''))) continue
    const own = target.scheme !== undefined && technology.schemes.includes(target.scheme)
    const spoken = own || (namesTechnology && addressed && target.scheme === undefined)
    const component = targetComponent(target, spoken, technology, stack, ways)
    if (component === undefined) {
      if (spoken && !isOpenHost(target.host) && !technology.words.includes(target.host)) away.add(technology.id)
      continue
    }
    // A host that cannot be read is the component that the workload waits for.
    const certain = isCalled(component, target.host) || ways.hops.get(target.host) === component || waitsFor(workload, component)
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

interface Named {
  readonly component: Component
  readonly names: readonly string[]
}
const callNames = oncePer(({ hosts }: Component): ReadonlySet<string> => new Set(hosts.map(name => name.toLowerCase())))
/** Whether a host leads to the component under one of its names: of a cluster with a thousand nodes, most do by the very name. */
function isCalled(component: Component, host: string): boolean {
  const names = callNames(component)
  return names.has(host) || [...names].some(name => mayReach(host, name))
}
const namesOf = oncePer(({ components }: Stack) => grouped(components.map((component): Named => ({ component, names: component.hosts.map(name => name.toLowerCase()) })), ({ component }) => [component.technology]))
const calledExactly = oncePer(({ components }: Stack) => grouped(components, component => component.hosts.map(name => name.toLowerCase())))

// An address of the technology whose host cannot be read leads to the only component there is.
function targetComponent(target: Target, spoken: boolean, technology: TechnologyWords, stack: Stack, { foreign, hops }: Ways): Component | undefined {
  const own = target.scheme !== undefined && technology.schemes.includes(target.scheme)
  if (target.scheme !== undefined && !own && !technology.sharedSchemes.includes(target.scheme) && foreign.has(target.scheme)) return undefined
  const exact = calledExactly(stack).get(target.host)?.find(component => component.technology === technology.id)
  if (exact) return exact
  const candidates = namesOf(stack).get(technology.id) ?? []
  for (const leads of [reaches, mayReach]) {
    const named = candidates.find(({ names }) => names.some(name => leads(target.host, name)))
    if (named) return named.component
  }
  const behind = hops.get(target.host)
  if (behind?.technology === technology.id) return behind
  return spoken && isOpenHost(target.host) ? soleOf(stack, technology.id) : undefined
}

/** Whether it starts after the component. */
export const waitsFor = (workload: Workload, component: Component): boolean =>
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

/** Where the addresses in a word of a command lead. */
export function wordLinks(word: Value, technology: TechnologyWords, stack: Stack, ways: Ways): readonly Traced[] {
  const text = readable(word)
  const found: Traced[] = []
  for (const target of targetsIn(text)) {
    if (target.host === text.toLowerCase()) continue
    const component = targetComponent(target, false, technology, stack, ways)
    if (!component || !isCalled(component, target.host)) continue
    const { database } = target
    found.push({ component, how: target.scheme === undefined ? 'host' : 'url', note: { span: word.span, text: quoted(text) }, ...(database === undefined ? {} : { database }), ...placeOf(target) })
  }
  return distinct(found)
}

/** The component that a program works with whose driver is set to the technology's name and that is told no address: the only one, or the one with that name. */
export const unsaidOf = (stack: Stack, technology: TechnologyWords): Component | undefined =>
  soleOf(stack, technology.id) ?? namesOf(stack).get(technology.id)?.find(({ names }) => names.some(name => technology.words.includes(name)))?.component

/** A driver set to the technology's name (`CACHE_DRIVER=…`) is a link even where the default host goes unsaid. */
export function unsaidLinks(environment: readonly Variable[], technology: TechnologyWords, stack: Stack, links: readonly Traced[]): readonly Traced[] {
  if (links.some(link => link.component.technology === technology.id)) return []
  const default_ = unsaidOf(stack, technology)
  if (!default_) return []
  for (const variable of environment) {
    const text = textOf(variable)
    if (text.length > 60 || text.includes('${') || !wordsOf(text).some(word => technology.words.includes(word))) continue
    return [{ component: default_, how: 'implicit-host', note: { span: variable.value.span, text: assignment(variable) }, key: variable.name }]
  }
  for (const variable of soleOf(stack, technology.id) ? environment : []) {
    if (textOf(variable) === '' || saysNo(textOf(variable)) || !wordsOf(variable.name).some(word => technology.words.includes(word))) continue
    return [{ component: default_, how: 'only-one', note: { span: variable.value.span, text: assignment(variable) }, key: variable.name }]
  }
  return []
}

/** The components that a workload waits for and no address of it leads to. */
export function dependencies(workload: Workload, stack: Stack, links: readonly Traced[]): readonly Traced[] {
  const found: Traced[] = [], waited = new Set(workload.dependsOn.flatMap(({ value }) => startedAs(stack).get(value) ?? []))
  for (const component of waited.size > 0 ? stack.components : []) {
    if (!waited.has(component) || links.some(link => link.component === component && !isWeak(link))) continue
    const named = workload.dependsOn.find(name => name.value === component.name || component.members.some(member => member.name === name.value))
    if (named) found.push({ component, how: 'depends-on', note: { span: named.span, text: `${workload.name} depends on ${named.value}` } })
  }
  return found
}

const startedAs = oncePer(({ components }: Stack) => grouped(components, ({ name, members }) => [name, ...members.map(member => member.name)]))

function distinct(links: readonly Traced[]): readonly Traced[] {
  if (links.length < 2) return links
  const seen = new Map<string, Traced>()
  for (const link of links) {
    const id = `${link.component.name} ${link.how} ${link.database ?? ''}`
    if (!seen.has(id)) seen.set(id, link)
  }
  return [...seen.values()]
}
