// AsyncAPI 2 and 3 → declared components. Knows servers, channels, operations and their Kafka bindings; no deployment. References into
// other files are not followed.
// https://www.asyncapi.com/docs/reference/specification/v3.0.0, …/v2.6.0 and https://github.com/asyncapi/bindings/blob/master/kafka/README.md
import type { CleanupPolicy, DeclaredComponent, DeclaredConsumer, DeclaredProducer, DeclaredUse } from '../../model/spec.ts'
import type { Problem, Technology } from '../../model/stack.ts'
import { known, type Known, type Span } from '../../model/value.ts'
import { before } from '../../model/words.ts'
import { dig, get, listOf, type YamlMap, type YamlNode } from '../yaml.ts'
import { useNamed, useOf } from './declared.ts'
import { numberOf, textOf } from './fields.ts'
import { emptyMatch, emptySpec, follow, referred, type ForeignSpec } from './foreign.ts'
import { mergedComponent } from './merge.ts'
import { extension } from './shapes.ts'
import { validate } from './validate.ts'

export const isAsyncApi = (document: YamlNode): boolean => /^[23]\./.test(textOf(get(document, 'asyncapi'))?.value ?? '')

interface Traffic {
  readonly producers: DeclaredProducer[]
  readonly consumers: DeclaredConsumer[]
  /** Where an operation says that an answer comes back, on the asking and on the answering channel. */
  reply?: Known<'request_reply'>
  /** What operations add in our own words. */
  readonly own: YamlNode[]
}

/** One component for each technology that the servers name, one use for each channel. */
export function readAsyncApi(documents: readonly YamlNode[], file: string): ForeignSpec {
  const components: DeclaredComponent[] = []
  const problems: Problem[] = []
  for (const document of documents) {
    problems.push(...mistakesOf(document))
    for (const [technology, servers] of serversOf(document)) {
      const first = servers[0]
      if (first === undefined) continue
      const registry = servers.flatMap(server => server.registry ?? [])[0]
      const uses = channelsOf(document, technology, servers.map(({ id }) => id), serversOf(document).size > 1)
        .map(use => (registry && use.schemaRegistry === undefined ? { ...use, schemaRegistry: registry } : use))
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
  return { spec: components.length === 0 ? undefined : { ...emptySpec(file, 'document'), components }, problems }
}

// Everything but our own words is AsyncAPI's to judge.
function* mistakesOf(document: YamlNode): Iterable<Problem> {
  for (const list of ['channels', 'operations']) {
    for (const [id, { value }] of entriesOf(get(document, list))) {
      const own = get(value, 'x-misfit')
      if (own) yield* validate(own, extension, `x-misfit of ${id}`)
    }
  }
}

interface Server {
  readonly id: string
  readonly span: Span
  readonly registry: Known | undefined
  readonly host: readonly Known[] | undefined
}

function serversOf(document: YamlNode): ReadonlyMap<Technology, readonly Server[]> {
  const found = new Map<Technology, Server[]>()
  for (const [id, { key, value }] of entriesOf(get(document, 'servers'))) {
    const server = follow(document, value)
    const protocol = textOf(get(server, 'protocol'))?.value ?? ''
    const technology: Technology | undefined = /^kafka(-secure)?$/.test(protocol) ? 'kafka' : /^(redis|rediss|redis-secure)$/.test(protocol) ? 'redis' : undefined
    if (technology === undefined) continue
    const address = textOf(get(server, 'host')) ?? textOf(get(server, 'url'))
    const host = address && !address.value.includes('{') ? [known(before(address.value.replace(/^[a-z+-]+:\/\//i, ''), /[:/]/), address.span)] : undefined
    found.set(technology, [...(found.get(technology) ?? []), { id, span: key.span, host, registry: textOf(dig(server, 'bindings', 'kafka', 'schemaRegistryUrl')) }])
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
    // In version 2 a channel's key is its address. An address with parameters stands for many topics, one without a text is decided later.
    const second = textOf(get(document, 'asyncapi'))?.value.startsWith('2.') === true
    const address = textOf(get(binding, 'topic')) ?? (second ? known(id, key.span) : textOf(get(channel, 'address')))
    const name = address?.value.includes('{') === true ? undefined : address
    uses.push(channelUse(document, channel, { id, span: key.span, name, binding, technology }, traffic.get(id) ?? { producers: [], consumers: [], own: [] }))
  }
  return uses
}

function trafficOf(document: YamlNode, service: Known): ReadonlyMap<string, Traffic> {
  const found = new Map<string, Traffic>()
  const at = (channel: string): Traffic => {
    const traffic = found.get(channel) ?? { producers: [], consumers: [], own: [] }
    found.set(channel, traffic)
    return traffic
  }
  const add = (channel: string, sends: boolean, operation: YamlNode | undefined, span: Span): void => {
    const group = constant(document, applied(document, operation, 'bindings', 'kafka', 'groupId'))
    if (sends) at(channel).producers.push({ service, span })
    else at(channel).consumers.push({ service, span, ...(group ? { group } : {}) })
    const own = get(operation, 'x-misfit')
    if (own) at(channel).own.push(own)
  }
  for (const [, { key, value }] of entriesOf(get(document, 'operations'))) {
    const operation = follow(document, value)
    const channel = referred(get(operation, 'channel'))
    if (channel === undefined) continue
    const sends = textOf(get(operation, 'action'))?.value === 'send'
    add(channel, sends, operation, key.span)
    const reply = operation?.kind === 'map' ? operation.entries.get('reply') : undefined
    if (reply === undefined) continue
    at(channel).reply = known('request_reply', reply.key.span)
    // Who asks reads the answer, and who is asked writes it.
    const answers = referred(get(follow(document, reply.value), 'channel'))
    if (answers === undefined || answers === channel) continue
    add(answers, !sends, undefined, reply.key.span)
    at(answers).reply = known('request_reply', reply.key.span)
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

// A field of an object, its own or that of one of its traits.
function applied(document: YamlNode, node: YamlNode | undefined, ...path: readonly string[]): YamlNode | undefined {
  const own = dig(node, ...path)
  if (own) return own
  for (const trait of listOf(get(node, 'traits'))) {
    const found = dig(follow(document, trait), ...path)
    if (found) return found
  }
  return undefined
}

// A schema with one value, or the value itself; several values leave it open.
function constant(document: YamlNode, node: YamlNode | undefined): Known | undefined {
  const schema = follow(document, node)
  const choices = listOf(get(schema, 'enum'))
  return textOf(schema) ?? textOf(get(schema, 'const')) ?? (choices.length === 1 ? textOf(choices[0]) : undefined)
}

interface Channel {
  readonly id: string
  readonly span: Span
  readonly name: Known | undefined
  readonly binding: YamlNode | undefined
  readonly technology: Technology
}

function channelUse(document: YamlNode, channel: YamlNode | undefined, { id, span, name, binding, technology }: Channel, traffic: Traffic): DeclaredUse {
  const own = merged([get(channel, 'x-misfit'), ...traffic.own], span)
  const word = textOf(get(own, 'use')) ?? textOf(get(own, 'role'))
  const stated = useOf(own, id, word, span)
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
  const keyNode = messages.map(message => applied(document, message, 'bindings', 'kafka', 'key')).find(each => each !== undefined)
  const format = messages.map(message => formOf(document, message)).find(each => each !== undefined)
  const use = useNamed(word?.value ?? '') ?? (traffic.reply ? 'request-reply' : technology === 'redis' ? 'pub-sub' : policy === 'compact' ? 'state-store' : 'event-bus')
  return {
    ...stated,
    ...(technology === 'kafka' && name ? { topic: name } : {}),
    ...(partitions ? { partitions } : {}), ...(replicas ? { replicationFactor: replicas } : {}),
    ...(policy && policyNode ? { retentionPolicy: known(policy, policyNode.span) } : {}),
    ...(time ? { retentionTime: time } : {}), ...(size ? { retentionBytes: size } : {}), ...(dead ? { deleteRetention: dead } : {}), ...(most ? { maxEventBytes: most } : {}),
    ...(keyNode && stated.key === undefined ? { key: known('the key of its messages', keyNode.span) } : {}), ...(format ? { schemaFormat: format } : {}),
    ...(traffic.reply ? { accessPattern: traffic.reply } : {}),
    producers: traffic.producers, consumers: traffic.consumers,
    use: known(use, word?.span ?? traffic.reply?.span ?? span),
  }
}

const merged = (nodes: readonly (YamlNode | undefined)[], span: Span): YamlNode =>
  ({ kind: 'map', span, entries: new Map(nodes.flatMap(node => [...entriesOf(node)]).reverse()) })

// The form of a message: what a registry or a payload's schema says of it.
function formOf(document: YamlNode, message: YamlNode): Known | undefined {
  const located = applied(document, message, 'bindings', 'kafka', 'schemaIdLocation') ?? applied(document, message, 'bindings', 'kafka', 'schemaLookupStrategy')
  const payload = get(message, 'payload')
  const stated = textOf(get(message, 'schemaFormat')) ?? textOf(get(payload, 'schemaFormat')) ?? textOf(get(message, 'contentType'))
  const word = stated && /avro/i.test(stated.value) ? 'avro' : stated && /protobuf/i.test(stated.value) ? 'protobuf' : payload || located ? 'json' : undefined
  return word === undefined ? undefined : known(word, (stated ?? payload ?? located ?? message).span)
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
