// Dapr components → declared components. Knows the component types of Dapr and what their metadata says, no deployment.
// https://docs.dapr.io/reference/components-reference/
import { entryOf } from '../../model/entry-of.ts'
import type { DeclaredComponent, DeclaredConsumer, DeclaredProducer, DeclaredUse } from '../../model/spec.ts'
import type { Technology, UseName } from '../../model/stack.ts'
import { hiding, isTemplated, known, type Known } from '../../model/value.ts'
import { dig, get, listOf, type YamlNode } from '../yaml.ts'
import { isOpen, textOf, textsOf } from './fields.ts'
import { emptySpec, emptyUse, hostsMatch, type ForeignSpec } from './foreign.ts'

const types: Readonly<Record<string, { readonly technology: Technology; readonly use: UseName | undefined }>> = {
  'state.redis': { technology: 'redis', use: undefined },
  'pubsub.redis': { technology: 'redis', use: 'event-bus' },
  'lock.redis': { technology: 'redis', use: 'lock' },
  'configuration.redis': { technology: 'redis', use: 'state-store' },
  'bindings.redis': { technology: 'redis', use: undefined },
  'pubsub.kafka': { technology: 'kafka', use: 'event-bus' },
  'bindings.kafka': { technology: 'kafka', use: 'event-bus' },
}

export const isDapr = (document: YamlNode): boolean =>
  (textOf(get(document, 'apiVersion'))?.value ?? '').startsWith('dapr.io/') && textOf(get(document, 'kind'))?.value === 'Component'

/** Components of Dapr with one technology and address are one server with several uses. */
export function readDapr(documents: readonly YamlNode[], file: string): ForeignSpec {
  const found = new Map<string, DeclaredComponent>()
  for (const document of documents) {
    const type = textOf(dig(document, 'spec', 'type'))
    const about = type && entryOf(types, type.value)
    const name = textOf(dig(document, 'metadata', 'name'))
    if (type === undefined || about === undefined) continue
    const settings = metadataOf(document)
    const hosts = settings.get(about.technology === 'redis' ? 'redisHost' : 'brokers')
    if (about.technology === 'redis' && hosts && isOwnMachine(hosts.value)) continue
    const key = `${about.technology} ${hosts?.value ?? ''}`
    const earlier = found.get(key)
    const uses = usesOf(type, about.use, name, settings, document)
    found.set(key, earlier ? { ...earlier, uses: [...earlier.uses, ...uses] } : {
      ...identityOf(hosts, name?.value ?? about.technology), span: type.span, origin: 'document', technology: known(about.technology, type.span), uses,
      ...topologyOf(settings), ...hostsMatch(hosts),
    })
  }
  return { spec: found.size === 0 ? undefined : { ...emptySpec(file, 'document'), components: [...found.values()] }, problems: [] }
}

// The server that `dapr init` starts on the machine of whoever develops: none of a deployment. https://docs.dapr.io/getting-started/install-dapr-selfhost/
const isOwnMachine = (hosts: string): boolean => hosts.split(',').every(host => /^\s*(?:localhost|127(?:\.\d{1,3}){3}|host\.docker\.internal)(?::\d+)?\s*$/.test(host))

interface Settings {
  get(name: string): Known | undefined
  /** Whether a value cannot be read: a secret's, a variable's, one that is filled in later; with a name that cannot be read it may be any. */
  hides(...names: readonly string[]): boolean
}

function metadataOf(document: YamlNode): Settings {
  const stated = new Map<string, Known>(), hidden = new Set<string>()
  let any = false
  for (const item of listOf(dig(document, 'spec', 'metadata'))) {
    const name = textOf(get(item, 'name')), value = textOf(get(item, 'value'))
    if (!name || isTemplated(name.value)) any ||= name !== undefined || isOpen(item)
    else if (value ? isTemplated(value.value) : get(item, 'value') === undefined) hidden.add(name.value)
    else if (value) stated.set(name.value, value)
  }
  return { get: name => stated.get(name), hides: (...names) => any || names.some(name => hidden.has(name)) }
}

function topologyOf(settings: Settings): Pick<DeclaredComponent, 'topology'> {
  const type = settings.get('redisType'), failover = settings.get('failover')
  if (type?.value === 'cluster') return { topology: known('cluster', type.span) }
  return failover?.value === 'true' ? { topology: known('sentinel', failover.span) } : {}
}

const identityOf = (hosts: Known | undefined, handle: string): Pick<DeclaredComponent, 'id' | 'isHandle'> => {
  const host = firstHost(hosts)
  return host === undefined ? { id: handle, isHandle: true } : { id: host }
}

const firstHost = (hosts: Known | undefined): string | undefined => {
  const host = hosts?.value.split(',')[0]?.trim().replace(/:\d+$/, '').split('.')[0]
  return host !== undefined && /^[a-z][\w-]*$/i.test(host) && host !== 'localhost' ? host : undefined
}

// What each field of a use is read from.
const fieldsOf: readonly (readonly [keyof DeclaredUse, ...names: readonly string[]])[] = [
  ['use', 'actorStateStore', 'queryIndexes'], ['ttl', 'ttlInSeconds'], ['maxLength', 'maxLenApprox'], ['database', 'redisDB'], ['maxEventBytes', 'maxMessageBytes'], ['schemaRegistry', 'schemaRegistryURL'],
  ['topic', 'topics', 'publishTopic'], ['consumers', 'topics', 'subscriptionScopes', 'direction', 'consumerGroup', 'consumerID', 'initialOffset'], ['producers', 'publishTopic', 'publishingScopes', 'direction'],
]

// One use a component, except that a binding of several topics has one for each.
function usesOf(type: Known, use: UseName | undefined, name: Known | undefined, settings: Settings, document: YamlNode): readonly DeclaredUse[] {
  const { span } = type
  const number = (key: string): Known<number> | undefined => {
    const found = settings.get(key)
    return found && /^\d{1,15}$/.test(found.value) ? known(Number(found.value), found.span) : undefined
  }
  const setting = settings.get('actorStateStore'), queried = settings.get('queryIndexes')
  const actors = setting?.value === 'true' ? setting : undefined
  const named = use ?? (actors || queried ? 'source-of-truth' : undefined)
  const ttl = number('ttlInSeconds'), length = number('maxLenApprox'), database = number('redisDB'), largest = number('maxMessageBytes')
  const registry = settings.get('schemaRegistryURL')
  const common: DeclaredUse = {
    ...emptyUse(name?.value ?? type.value, name?.span ?? span),
    ...(named ? { use: known(named, (actors ?? queried)?.span ?? span) } : {}),
    ...(type.value === 'pubsub.redis' ? { structure: known('stream' as const, span) } : {}),
    ...(ttl ? { ttl: known(ttl.value * 1000, ttl.span) } : {}),
    ...(length ? { maxLength: length } : {}), ...(database ? { database } : {}), ...(largest ? { maxEventBytes: largest } : {}),
    ...(registry ? { schemaRegistry: registry } : {}),
  }
  const hidden = hiding(common, ...fieldsOf.flatMap(([field, ...names]) => (settings.hides(...names) ? [field] : [])))
  const apps = clientsOf(type, settings, document)
  const read = settings.get('topics')?.value.split(',').map(topic => topic.trim()).filter(topic => topic !== '') ?? []
  const written = settings.get('publishTopic')
  const topics = [...new Set([...read, ...(written ? [written.value] : [])])]
  if (type.value !== 'bindings.kafka' || topics.length === 0) return [{ ...hidden, ...apps }]
  return topics.map(topic => {
    const consumers = read.includes(topic) ? apps.consumers : [], producers = topic === written?.value ? apps.producers : []
    const place = read.includes(topic) ? settings.get('topics') : written
    return { ...hidden, id: topics.length === 1 ? common.id : `${common.id}-${topic}`, topic: known(topic, place?.span ?? span), consumers, producers }
  })
}

// Which applications read and which write: `scopes` lists all, and a broker's own scopes say more of each.
function clientsOf(type: Known, settings: Settings, document: YamlNode): { readonly consumers: readonly DeclaredConsumer[]; readonly producers: readonly DeclaredProducer[] } {
  const apps = textsOf(get(document, 'scopes'))
  const group = settings.get('consumerGroup') ?? settings.get('consumerID'), reset = settings.get('initialOffset')
  const may = (key: string): ((app: string) => boolean | undefined) => {
    const scopes = new Map((settings.get(key)?.value ?? '').split(';').map(part => part.trim().split('=')).map(([app = '', topics = '']) => [app.trim(), topics.trim() !== ''] as const))
    return app => scopes.get(app)
  }
  const subscribes = may('subscriptionScopes'), publishes = may('publishingScopes')
  const direction = settings.get('direction')?.value
  const consumers = apps.filter(({ value }) => subscribes(value) !== false && direction !== 'output').map(service => ({
    // A group that the runtime fills in (`{podName}`) is not known here.
    service, span: service.span, indirect: true, ...(group && !group.value.includes('{') ? { group } : {}),
    ...(reset ? { offsetReset: known(reset.value === 'oldest' ? 'earliest' as const : 'latest' as const, reset.span) } : {}),
  }))
  const producers = apps.filter(({ value }) => publishes(value) === true || (type.value === 'bindings.kafka' && direction !== 'input')).map(service => ({ service, span: service.span }))
  return { consumers, producers }
}
