// AsyncAPI 2.6 and 3 → declared components. Knows servers, channels, operations and their Kafka bindings; no deployment.
// https://www.asyncapi.com/docs/reference/specification/v3.0.0 and https://github.com/asyncapi/bindings
import type { CleanupPolicy, DeclaredComponent, DeclaredConsumer, DeclaredProducer, DeclaredUse, DesignSpec } from '../../model/spec.ts'
import type { Technology } from '../../model/stack.ts'
import { known, type Known, type Span } from '../../model/value.ts'
import { dig, get, listOf, type YamlMap, type YamlNode } from '../yaml.ts'
import { useNamed, useOf } from './declared.ts'
import { numberOf, textOf } from './fields.ts'
import { emptyMatch, emptySpec, follow, referred } from './foreign.ts'
import { mergedComponent } from './merge.ts'

export const speaksAsyncApi = (document: YamlNode): boolean => /^[23]\./.test(textOf(get(document, 'asyncapi'))?.value ?? '')

interface Traffic {
  producers: DeclaredProducer[]
  consumers: DeclaredConsumer[]
  reply: Known<'request_reply'> | undefined
}

/** One component for each technology that the servers name, one use for each channel. */
export function readAsyncApi(documents: readonly YamlNode[], file: string): DesignSpec | undefined {
  const components: DeclaredComponent[] = []
  for (const document of documents) {
    for (const [technology, servers] of serversOf(document)) {
      const first = servers[0]
      if (first === undefined) continue
      const uses = channelsOf(document, technology, servers.map(({ id }) => id), serversOf(document).size > 1)
      const component: DeclaredComponent = {
        id: technology, span: first.span, origin: 'document', technology: known(technology, first.span), uses,
        match: { ...emptyMatch, host: servers.flatMap(({ host }) => host ?? []) },
      }
      const index = components.findIndex(({ id }) => id === technology)
      const earlier = components[index]
      if (earlier) components[index] = mergedComponent(earlier, component)
      else components.push(component)
    }
  }
  return components.length === 0 ? undefined : { ...emptySpec(file, 'document'), components }
}

interface Server {
  readonly id: string
  readonly span: Span
  readonly host: readonly Known[] | undefined
}

function serversOf(document: YamlNode): ReadonlyMap<Technology, readonly Server[]> {
  const found = new Map<Technology, Server[]>()
  for (const [id, { key, value }] of entriesOf(get(document, 'servers'))) {
    const server = follow(document, value)
    const protocol = textOf(get(server, 'protocol'))?.value ?? ''
    const technology: Technology | undefined = /^kafka(-secure)?$/.test(protocol) ? 'kafka' : /^rediss?$/.test(protocol) ? 'redis' : undefined
    if (technology === undefined) continue
    const address = textOf(get(server, 'host')) ?? textOf(get(server, 'url'))
    const host = address && !address.value.includes('{') ? [known(address.value.replace(/^[a-z+-]+:\/\//i, '').replace(/[:/].*$/, ''), address.span)] : undefined
    found.set(technology, [...(found.get(technology) ?? []), { id, span: key.span, host }])
  }
  return found
}

const entriesOf = (node: YamlNode | undefined): YamlMap['entries'] => (node?.kind === 'map' ? node.entries : new Map())

function channelsOf(document: YamlNode, technology: Technology, servers: readonly string[], several: boolean): readonly DeclaredUse[] {
  const service = textOf(dig(document, 'info', 'title')) ?? known('this service', document.span)
  const traffic = trafficOf(document, service)
  const uses: DeclaredUse[] = []
  for (const [id, { key, value }] of entriesOf(get(document, 'channels'))) {
    const channel = follow(document, value)
    // A channel without servers is available on all of them.
    const on = listOf(get(channel, 'servers')).map(server => textOf(server)?.value ?? referred(server) ?? '')
    if (on.length > 0 ? !on.some(server => servers.includes(server)) : several && technology === 'redis' && get(get(channel, 'bindings'), 'kafka') !== undefined) continue
    const binding = dig(channel, 'bindings', 'kafka')
    const address = textOf(get(channel, 'address'))
    const name = textOf(get(binding, 'topic')) ?? address ?? known(id, key.span)
    uses.push(channelUse(document, channel, { id, span: key.span, name, binding, technology }, traffic.get(id) ?? { producers: [], consumers: [], reply: undefined }))
  }
  return uses
}

function trafficOf(document: YamlNode, service: Known): ReadonlyMap<string, Traffic> {
  const found = new Map<string, Traffic>()
  const at = (channel: string): Traffic => {
    const traffic = found.get(channel) ?? { producers: [], consumers: [], reply: undefined }
    found.set(channel, traffic)
    return traffic
  }
  const add = (channel: string, sends: boolean, operation: YamlNode | undefined, span: Span): void => {
    const group = constant(dig(operation, 'bindings', 'kafka', 'groupId'))
    if (sends) at(channel).producers.push({ service, span })
    else at(channel).consumers.push({ service, span, ...(group ? { group } : {}) })
  }
  for (const [, { key, value }] of entriesOf(get(document, 'operations'))) {
    const operation = follow(document, value)
    const channel = referred(get(operation, 'channel'))
    if (channel === undefined) continue
    add(channel, textOf(get(operation, 'action'))?.value === 'send', operation, key.span)
    const reply = operation?.kind === 'map' ? operation.entries.get('reply') : undefined
    if (reply) at(channel).reply = known('request_reply', reply.key.span)
  }
  // In version 2 an operation says what others may do: who is subscribed to, sends.
  for (const [id, { value }] of entriesOf(get(document, 'channels'))) {
    for (const [word, sends] of [['subscribe', true], ['publish', false]] as const) {
      const entry = entriesOf(follow(document, value)).get(word)
      if (entry) add(id, sends, entry.value, entry.key.span)
    }
  }
  return found
}

// A schema with one value, or the value itself.
const constant = (node: YamlNode | undefined): Known | undefined => textOf(node) ?? textOf(get(node, 'const')) ?? textOf(listOf(get(node, 'enum'))[0])

interface Channel {
  readonly id: string
  readonly span: Span
  readonly name: Known
  readonly binding: YamlNode | undefined
  readonly technology: Technology
}

function channelUse(document: YamlNode, channel: YamlNode | undefined, { id, span, name, binding, technology }: Channel, traffic: Traffic): DeclaredUse {
  const own = get(channel, 'x-misfit')
  const word = textOf(get(own, 'use')) ?? textOf(get(own, 'role'))
  const stated = useOf(own ?? { kind: 'map', entries: new Map(), span }, id, word, span)
  const topic = get(binding, 'topicConfiguration')
  const policyNode = get(topic, 'cleanup.policy')
  const policies = listOf(policyNode).flatMap(item => textOf(item)?.value ?? [])
  const policy: CleanupPolicy | undefined = policies.includes('compact') ? (policies.includes('delete') ? 'compact_delete' : 'compact') : policies.includes('delete') ? 'delete' : undefined
  const ms = (key: string): Known<number> | undefined => {
    const found = textOf(get(topic, key))
    return found && /^-?\d{1,17}$/.test(found.value) ? known(Number(found.value) < 0 ? Infinity : Number(found.value), found.span) : undefined
  }
  const bytes = (key: string): Known<number> | undefined => {
    const found = ms(key)
    return found && Number.isFinite(found.value) ? found : undefined
  }
  const [time, size, dead, most] = [ms('retention.ms'), bytes('retention.bytes'), bytes('delete.retention.ms'), bytes('max.message.bytes')]
  const partitions = numberOf(get(binding, 'partitions')), replicas = numberOf(get(binding, 'replicas'))
  const messages = messagesOf(document, channel)
  const keyed = messages.find(message => dig(message, 'bindings', 'kafka', 'key') !== undefined)
  const keyNode = keyed && dig(keyed, 'bindings', 'kafka', 'key')
  const registry = messages.map(message => textOf(dig(message, 'bindings', 'kafka', 'schemaIdLocation'))).find(each => each !== undefined)
  const use = useNamed(word?.value ?? '') ?? (traffic.reply ? 'request-reply' : technology === 'redis' ? 'pub-sub' : policy === 'compact' ? 'state-store' : 'event-bus')
  return {
    ...stated,
    ...(technology === 'kafka' ? { topic: name } : {}),
    ...(partitions ? { partitions } : {}), ...(replicas ? { replicationFactor: replicas } : {}),
    ...(policy && policyNode ? { retentionPolicy: known(policy, policyNode.span) } : {}),
    ...(time ? { retentionTime: time } : {}), ...(size ? { retentionBytes: size } : {}), ...(dead ? { deleteRetention: dead } : {}), ...(most ? { maxEventBytes: most } : {}),
    ...(keyNode ? { key: known('the key of its messages', keyNode.span) } : {}), ...(registry ? { schemaFormat: registry } : {}),
    ...(traffic.reply ? { accessPattern: traffic.reply } : {}),
    producers: traffic.producers, consumers: traffic.consumers,
    use: known(use, word?.span ?? traffic.reply?.span ?? span),
  }
}

function messagesOf(document: YamlNode, channel: YamlNode | undefined): readonly YamlNode[] {
  const found: YamlNode[] = []
  const add = (node: YamlNode | undefined): void => {
    const message = follow(document, node)
    if (message) found.push(message)
    for (const option of listOf(get(message, 'oneOf'))) add(option)
  }
  for (const { value } of entriesOf(get(channel, 'messages')).values()) add(value)
  for (const word of ['subscribe', 'publish']) add(dig(channel, word, 'message'))
  return found
}
