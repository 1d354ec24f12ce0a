// Dapr components → declared components. Knows the component types of Dapr and what their metadata says, no deployment.
// https://docs.dapr.io/reference/components-reference/
import type { DeclaredComponent, DeclaredUse, DesignSpec } from '../../model/spec.ts'
import type { Technology, UseName } from '../../model/stack.ts'
import { known, type Known, type Span } from '../../model/value.ts'
import { dig, get, listOf, type YamlNode } from '../yaml.ts'
import { textOf, textsOf } from './fields.ts'
import { duration } from './units.ts'
import { emptySpec, emptyUse, hostsMatch } from './foreign.ts'

const types: Readonly<Record<string, { readonly technology: Technology; readonly use: UseName | undefined }>> = {
  'state.redis': { technology: 'redis', use: undefined },
  'pubsub.redis': { technology: 'redis', use: 'event-bus' },
  'lock.redis': { technology: 'redis', use: 'lock' },
  'configuration.redis': { technology: 'redis', use: 'state-store' },
  'bindings.redis': { technology: 'redis', use: undefined },
  'pubsub.kafka': { technology: 'kafka', use: 'event-bus' },
  'bindings.kafka': { technology: 'kafka', use: 'event-bus' },
}

export const speaksDapr = (document: YamlNode): boolean =>
  (textOf(get(document, 'apiVersion'))?.value ?? '').startsWith('dapr.io/') && textOf(get(document, 'kind'))?.value === 'Component'

/** Components of Dapr with one technology and address are one server with several uses. */
export function readDapr(documents: readonly YamlNode[], file: string): DesignSpec | undefined {
  const found = new Map<string, DeclaredComponent>()
  for (const document of documents) {
    const type = textOf(dig(document, 'spec', 'type'))
    const about = type && Object.hasOwn(types, type.value) ? types[type.value] : undefined
    const name = textOf(dig(document, 'metadata', 'name'))
    if (type === undefined || about === undefined) continue
    const settings = metadataOf(document)
    const hosts = settings.get(about.technology === 'redis' ? 'redisHost' : 'brokers')
    const key = `${about.technology} ${hosts?.value ?? ''}`
    const earlier = found.get(key)
    const use = useOf(type, about.use, name, settings, document)
    found.set(key, earlier ? { ...earlier, uses: [...earlier.uses, use] } : {
      id: firstHost(hosts) ?? name?.value ?? about.technology, span: type.span, origin: 'document', technology: known(about.technology, type.span), uses: [use],
      ...hostsMatch(hosts),
    })
  }
  return found.size === 0 ? undefined : { ...emptySpec(file, 'document'), components: [...found.values()] }
}

function metadataOf(document: YamlNode): ReadonlyMap<string, Known> {
  const settings = new Map<string, Known>()
  for (const item of listOf(dig(document, 'spec', 'metadata'))) {
    const name = textOf(get(item, 'name')), value = textOf(get(item, 'value'))
    if (name && value) settings.set(name.value, value)
  }
  return settings
}

const firstHost = (hosts: Known | undefined): string | undefined => {
  const host = hosts?.value.split(',')[0]?.trim().replace(/:\d+$/, '').split('.')[0]
  return host !== undefined && /^[a-z][\w-]*$/i.test(host) && host !== 'localhost' ? host : undefined
}

function useOf(type: Known, use: UseName | undefined, name: Known | undefined, settings: ReadonlyMap<string, Known>, document: YamlNode): DeclaredUse {
  const span: Span = type.span
  const flag = (key: string): Known | undefined => (settings.get(key)?.value === 'true' ? settings.get(key) : undefined)
  const number = (key: string): Known<number> | undefined => {
    const found = settings.get(key)
    return found && /^\d{1,15}$/.test(found.value) ? known(Number(found.value), found.span) : undefined
  }
  const actors = flag('actorStateStore'), queried = settings.get('queryIndexes')
  const named = use ?? (actors || queried ? 'source-of-truth' : undefined)
  const ttl = number('ttlInSeconds'), length = number('maxLenApprox')
  const topic = (settings.get('publishTopic') ?? settings.get('topics'))
  const group = settings.get('consumerGroup') ?? settings.get('consumerID')
  const reset = settings.get('initialOffset')
  const timeout = settings.get('processingTimeout')
  const processing = timeout && duration(timeout.value)
  const registry = settings.get('schemaRegistryURL')
  const consumers = textsOf(get(document, 'scopes')).map(service => ({
    service, span: service.span, ...(group ? { group } : {}),
    ...(reset ? { offsetReset: known(reset.value === 'oldest' ? 'earliest' as const : 'latest' as const, reset.span) } : {}),
    ...(processing === undefined || timeout === undefined ? {} : { processingTime: known(processing, timeout.span) }),
  }))
  return {
    ...emptyUse(name?.value ?? type.value, name?.span ?? span), consumers,
    ...(named ? { use: known(named, (actors ?? queried)?.span ?? span) } : {}),
    ...(type.value === 'pubsub.redis' ? { structure: known('stream' as const, span) } : {}),
    ...(ttl ? { ttl: known(ttl.value * 1000, ttl.span) } : {}),
    ...(length ? { maxLength: length } : {}),
    ...(topic && !topic.value.includes(',') ? { topic } : {}),
    ...(registry ? { schemaRegistry: registry } : {}),
  }
}
