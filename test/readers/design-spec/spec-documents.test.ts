// Documents of other formats as designs: what is read of each fixture, what is left open, and where our own words in them are wrong.
import { describe, expect, it } from 'vitest'
import { readSpecs } from '../../../src/readers/design-spec/index.ts'
import { diskTree } from '../../../src/host/disk.ts'
import { lint, observe } from '../../../src/lint.ts'
import type { DeclaredComponent, DeclaredUse } from '../../../src/model/spec.ts'
import { memoryTree } from '../../support/memory-tree.ts'

const componentsOf = (folder: string): readonly DeclaredComponent[] => readSpecs(diskTree(`fixtures/spec/${folder}`)).documents.flatMap(({ components }) => components)
const read = (files: Record<string, string>): readonly DeclaredComponent[] => readSpecs(memoryTree(files)).documents.flatMap(({ components }) => components)

// A use as its fields say it; places and empty lists are left out.
const told = ({ id, producers, consumers, keys, ...fields }: DeclaredUse): object => ({
  id,
  ...Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'span').map(([name, value]) => [name, typeof value === 'object' && 'value' in value ? value.value : value])),
  ...(producers.length > 0 ? { producers: producers.map(({ service }) => service.value) } : {}),
  ...(consumers.length > 0 ? { consumers: consumers.map(({ service, group, offsetReset }) => [service.value, group?.value, offsetReset?.value].filter(each => each !== undefined).join(' ')) } : {}),
  ...(keys.length > 0 ? { keys: keys.map(({ value }) => value) } : {}),
})
const hosts = (component: DeclaredComponent | undefined): readonly string[] => component?.match?.host.map(({ value }) => value) ?? []

describe('AsyncAPI 3', () => {
  const [kafka, ...rest] = componentsOf('asyncapi3')

  it('servers are one component with their hosts', () => {
    expect([kafka?.id, kafka?.technology?.value, hosts(kafka), rest]).toEqual(['kafka', 'kafka', ['broker-1.parcels.example.net', 'broker.staging.example.net'], []])
  })

  it('channels with their bindings, operations with their traits, and replies are uses', () => {
    const registry = { schemaRegistry: 'https://schemas.parcels.example.net' }
    expect(kafka?.uses.map(told)).toEqual([
      {
        id: 'parcelScanned', use: 'event-bus', topic: 'parcels.scanned', partitions: 12, replicationFactor: 3, retentionPolicy: 'delete', retentionTime: 604_800_000, retentionBytes: 1e9,
        maxEventBytes: 65_536, key: 'the key of its messages', schemaFormat: 'avro', consumers: ['parcels parcels-tracking'], ...registry,
      },
      {
        id: 'parcelState', use: 'state-store', topic: 'parcels.state', partitions: 12, retentionPolicy: 'compact', deleteRetention: 86_400_000, ordering: 'per_key', latencyGoal: 'tens_of_ms', latencyP99: 50,
        producers: ['parcels'], ...registry,
      },
      { id: 'quoteAsked', use: 'request-reply', topic: 'quotes.requests', accessPattern: 'request_reply', durability: 'none', producers: ['parcels'], ...registry },
      // The address is decided by each message, so no topic is known.
      { id: 'quoteGiven', use: 'request-reply', accessPattern: 'request_reply', consumers: ['parcels'], ...registry },
      // An address with parameters is many topics.
      { id: 'depotReached', use: 'event-bus', consumers: ['parcels'], ...registry },
    ])
  })

  it('says what is wrong in our own words', () => {
    const { problems } = readSpecs(memoryTree({ 'asyncapi.yaml': 'asyncapi: 3.0.0\nchannels:\n  a: {address: a, x-misfit: {durabilty: none}}\noperations:\n  b: {action: send, x-misfit: {ordering: perkey}}\n' }))
    expect(problems.map(({ message }) => message)).toEqual(['x-misfit of a has no field "durabilty" (did you mean durability?)', 'x-misfit of b.ordering must be one of none, per_key, global, not "perkey" (did you mean per_key?)'])
  })

  it('as JSON in one line', () => {
    expect(read({ 'api/asyncapi.json': '{"asyncapi":"3.0.0","servers":{"a":{"host":"kafka:9092","protocol":"kafka"}},"channels":{"orders":{"address":"orders.v1"}}}' })[0]?.uses.map(told)).toEqual([{ id: 'orders', use: 'event-bus', topic: 'orders.v1' }])
  })

  it('documents of several services tell the readers of one topic together', () => {
    const service = (title: string, action: string): string => `asyncapi: 3.0.0\ninfo: {title: ${title}}\nservers: {a: {host: "kafka:9092", protocol: kafka}}\nchannels: {orders: {address: orders}}\noperations: {o: {action: ${action}, channel: {$ref: "#/channels/orders"}}}\n`
    const { stacks } = observe(memoryTree({ 'a/asyncapi.yaml': service('shop', 'send'), 'b/asyncapi.yaml': service('billing', 'receive'), 'c/asyncapi.yaml': service('search', 'receive') }))
    expect(stacks.flatMap(stack => stack.components.flatMap(component => component.spec?.uses.map(told)))).toEqual([{ id: 'orders', use: 'event-bus', topic: 'orders', producers: ['shop'], consumers: ['billing', 'search'] }])
  })
})

it('AsyncAPI 2, where subscribers get what is sent', () => {
  const [kafka, redis] = componentsOf('asyncapi2')
  expect([kafka?.technology?.value, hosts(kafka), kafka?.uses.map(told)]).toEqual(['kafka', ['kafka.lights.example.net'], [
    { id: 'lamp.measured', use: 'event-bus', topic: 'lamp.measured', partitions: 20, replicationFactor: 3, key: 'the key of its messages', consumers: ['lights lights-history'] },
  ]])
  expect([redis?.technology?.value, hosts(redis), redis?.uses.map(told)]).toEqual(['redis', ['live.lights.example.net'], [{ id: 'lamp.now', use: 'pub-sub', producers: ['lights'] }]])
})

describe('Dapr', () => {
  const [redis, kafka, ...rest] = componentsOf('dapr')

  it('components of one address are one server', () => {
    expect([redis?.id, redis?.technology?.value, kafka?.id, kafka?.technology?.value, hosts(kafka), rest]).toEqual(['redis', 'redis', 'kafka-1', 'kafka', ['kafka-1', 'kafka-2'], []])
  })

  it('types, settings and scopes of a Redis', () => {
    expect(redis?.uses.map(told)).toEqual([
      { id: 'cart-state', use: 'source-of-truth', database: 2, consumers: ['cart'] },
      // What a state store without actors is for, its users know.
      { id: 'price-cache', ttl: 600_000, consumers: ['cart'] },
      { id: 'cart-events', use: 'event-bus', structure: 'stream', maxLength: 50_000, producers: ['cart'], consumers: ['mailer'] },
      { id: 'stock-lock', use: 'lock' },
      { id: 'flags', use: 'state-store' },
    ])
  })

  it('topics, groups and offsets of a Kafka', () => {
    expect(kafka?.uses.map(told)).toEqual([
      { id: 'orders-orders', use: 'event-bus', topic: 'orders', consumers: ['billing orders-in earliest'] },
      { id: 'orders-returns', use: 'event-bus', topic: 'returns', consumers: ['billing orders-in earliest'] },
      { id: 'orders-receipts', use: 'event-bus', topic: 'receipts', producers: ['billing'] },
      // A group of the runtime's making is not known.
      { id: 'bus', use: 'event-bus', maxEventBytes: 65_536, schemaRegistry: 'http://schemas:8081', consumers: ['billing latest', 'search latest'] },
    ])
  })

  it('cluster and sentinel are topologies', () => {
    const component = (more: string): string => `apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: a}\nspec: {type: lock.redis, metadata: [{name: redisHost, value: "r:6379"}, ${more}]}\n`
    expect(read({ 'a.yaml': component('{name: redisType, value: cluster}'), 'b.yaml': component('{name: failover, value: "true"}') }).map(({ topology }) => topology?.value)).toEqual(['cluster', 'sentinel'])
  })

  it('its name is a handle that shows no use', () => {
    const component = (name: string, type: string): string => `apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: ${name}}\nspec: {type: ${type}, metadata: [{name: redisHost, value: "{env:REDIS}"}]}\n`
    const uses = (name: string, type: string): readonly string[] =>
      observe(memoryTree({ 'a.yaml': component(name, type) })).stacks.flatMap(({ components }) => components.flatMap(each => each.uses.map(({ use }) => use)))
    expect([uses('pubsub', 'pubsub.redis'), uses('pubsub', 'bindings.redis'), uses('cache', 'state.redis'), uses('queue', 'lock.redis')]).toEqual([['event-bus'], [], [], ['lock']])
  })

  it('what is deployed is not listed twice, and an application reaches it through its sidecar', () => {
    const report = lint(diskTree('fixtures/spec/dapr'))
    expect(report.stacks.map(({ components }) => components.map(({ name }) => name))).toEqual([['redis'], ['kafka-1']])
    expect(report.findings.filter(({ rule }) => rule === 'spec/consumer-drift')).toEqual([])
  })
})

describe('Backstage', () => {
  it('resources, who depends on them, and annotations', () => {
    const [redis, topic, ...rest] = componentsOf('backstage')
    expect([redis?.id, redis?.technology?.value, redis?.owner?.value, redis?.match?.compose.map(({ value }) => value), redis?.uses.map(told)]).toEqual(['orders-redis', 'redis', 'team-orders', ['store'], [
      { id: 'cache', use: 'cache', durability: 'survive_restart', consumers: ['web'] }, { id: 'job-queue', use: 'job-queue', durability: 'survive_restart', consumers: ['web'] },
    ]])
    expect([topic?.id, topic?.technology?.value, topic?.uses.map(told), rest]).toEqual(['order-events', 'kafka', [{ id: 'order-events', topic: 'order-events', consumers: ['billing'] }], []])
  })

  it('says what is wrong in annotations', () => {
    const resource = (annotation: string): string => `apiVersion: backstage.io/v1alpha1\nkind: Resource\nmetadata: {name: a, annotations: {misfit.dev/${annotation}}}\nspec: {type: redis}\n`
    const said = (annotation: string): readonly string[] => readSpecs(memoryTree({ 'catalog-info.yaml': resource(annotation) })).problems.map(({ message }) => message)
    expect(said('roles: "cahce,lock"')).toEqual(['cahce is no use that misfit knows (did you mean cache?)'])
    expect(said('durabilty: none')).toEqual(['there is no annotation misfit.dev/durabilty (did you mean durability?)'])
    expect(said('ttl: "600"')).toEqual(['misfit.dev/ttl must be a duration such as 5ms, 30s, 12h or 7d, or none, or forever, not "600"'])
    expect(said('replay: "true"')).toEqual([])
  })
})

it('Score workloads: resources with their parameters', () => {
  const components = componentsOf('score')
  expect(components.map(({ id, technology, uses }) => [id, technology?.value, uses.map(told)])).toEqual([
    ['shared-cache', 'redis', [{ id: 'cache', use: 'cache', ttl: 600_000, consumers: ['checkout'] }]],
    ['checkout-orders', 'kafka', [{ id: 'orders', topic: 'orders', partitions: 6, consumers: ['checkout'] }]],
  ])
})

describe('Kubernetes objects', () => {
  const redis = (metadata: string): Record<string, string> => ({
    'redis.yaml': `apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: redis\n${metadata}spec:\n  selector: {matchLabels: {app: redis}}\n  template:\n    metadata: {labels: {app: redis}}\n    spec:\n      containers: [{name: redis, image: "redis:7.4"}]\n`,
  })
  const usesOf = (files: Record<string, string>): unknown => observe(memoryTree(files)).stacks.flatMap(({ components }) => components.flatMap(({ spec }) => spec?.uses.map(told)))

  it('annotations and the label are read as fields', () => {
    expect(usesOf(redis('  annotations: {misfit.dev/role: job-queue, misfit.dev/durability: survive_restart}\n'))).toEqual([{ id: 'job-queue', use: 'job-queue', durability: 'survive_restart' }])
    expect(usesOf(redis('  labels: {misfit.use: lock}\n'))).toEqual([{ id: 'lock', use: 'lock' }])
  })

  it('also on what an operator deploys', () => {
    expect(usesOf({ 'kafka.yaml': 'apiVersion: kafka.strimzi.io/v1beta2\nkind: Kafka\nmetadata:\n  name: events\n  annotations: {misfit.dev/role: event-log}\nspec:\n  kafka:\n    replicas: 3\n    storage: {type: persistent-claim, size: 10Gi}\n' })).toEqual([{ id: 'event-log', use: 'event-log' }])
  })
})

it('never stands beside a deployment of the same technology', () => {
  const files = { 'compose.yaml': 'services:\n  broker:\n    image: apache/kafka:3.9.0\n', 'api/asyncapi.yaml': 'asyncapi: 3.0.0\nservers: {other: {host: events.example.com, protocol: kafka}}\nchannels: {a: {address: a}}\n' }
  expect(observe(memoryTree(files)).stacks.flatMap(({ kind, components }) => components.map(({ name, spec }) => [kind, name, spec?.id]))).toEqual([['compose', 'broker', undefined]])
})

it('survives whatever stands in a document', () => {
  const heads = ['asyncapi: 3.0.0\n', 'asyncapi: 2.6.0\n', 'apiVersion: dapr.io/v1alpha1\nkind: Component\n', 'apiVersion: backstage.io/v1alpha1\nkind: Resource\n', 'apiVersion: score.dev/v1b1\n']
  const bodies = ['servers: []\n', 'servers: {a: {protocol: kafka}}\nchannels: [1]\n', 'servers: {a: {protocol: kafka}}\nchannels: {a: {$ref: "#/channels/a"}, b: null}\noperations: {c: {channel: 3, traits: {a: 1}}}\n', 'metadata: []\nspec: 1\n', 'metadata: {name: a}\nspec: {type: state.redis, metadata: {a: 1}}\nresources: {a: null, b: {type: redis, params: []}}\nscopes: {a: 1}\n']
  for (const head of heads) for (const body of bodies) expect(() => lint(memoryTree({ 'a.yaml': head + body }))).not.toThrow()
})
