// Events that must arrive, sent by publish and subscribe. Knows the design, what a client's setting calls its bus, and the channels of the clients' source.
import type { ObservedComponent, ObservedStack } from '../../src/model/observation.ts'
import type { Traffic } from '../../src/model/program.ts'
import { defineRule } from '../../src/model/rule.ts'
import type { DeclaredUse } from '../../src/model/spec.ts'
import { readable, valueOf } from '../../src/model/value.ts'
import { clientPrograms, trafficOf } from '../client-programs.ts'
import { declaredUses, design, isUse, longestAway, readers, redis, fieldNote } from '../spec/declared.ts'

/** Broadcast, or a bus of which somebody says that it is publish and subscribe. Streams and lists keep what they carry. */
const broadcasts = (use: DeclaredUse): boolean => use.structure?.value === 'pubsub'
  || (use.structure === undefined && (use.accessPattern?.value === 'broadcast' || isUse(use, 'pub-sub')) && use.maxLength === undefined)

function asksMore(use: DeclaredUse): string | undefined {
  if (use.replayRequired?.value === true) return 'somebody reads it again'
  if (use.delivery && use.delivery.value !== 'at_most_once') return `delivery is ${use.delivery.value}`
  if (use.durability && use.durability.value !== 'none' && use.durability.value !== 'best_effort') return `durability is ${use.durability.value}`
  if (use.delivery?.value === 'at_most_once') return undefined
  const away = longestAway(use)
  if (away && away.ms > 0) return `${away.consumer.service.value} may be away`
  return readers(use).length >= 3 && !isUse(use, 'pub-sub') ? `${readers(use).length} services rely on it` : undefined
}

const channel = (name: string): Readonly<Record<string, string>> => {
  const service = (folder: string, call: string): Readonly<Record<string, string>> => ({
    [`${folder}/Dockerfile`]: 'FROM node:22\nCOPY . .\n', [`${folder}/package.json`]: `{"name": "${folder}", "dependencies": {"ioredis": "^5.0.0"}}`,
    [`${folder}/src/events.ts`]: `import Redis from 'ioredis'\nconst redis = new Redis(process.env.REDIS_URL)\n${call}\n`,
  })
  return {
    'compose.yaml': `services:\n  redis: {image: "redis:7.4"}\n${['orders', 'mailer'].map(each => `  ${each}: {build: ${each}, environment: {REDIS_URL: "redis://redis:6379"}}\n`).join('')}`,
    ...service('orders', `export const placed = id => redis.publish('${name}', id)`), ...service('mailer', `await redis.subscribe('${name}')`),
  }
}

const bus = (kind: string): string => `services:
  redis:
    image: redis:7.4
    command: redis-server --appendonly yes
    volumes: ["redis-data:/data"]
  orders:
    image: registry.example.com/orders:1.4
    environment:
      EVENT_BUS: ${kind}
      EVENT_BUS_URL: redis://redis:6379
volumes:
  redis-data:
`

// What happened (`order.placed`), or a channel that is called after events; what only pages, caches and the programs themselves are told is none.
const happened = /(?:^|[.:_/-])(?:created|updated|deleted|placed|paid|shipped|cancell?ed|completed|registered|confirmed|refunded|approved|rejected|failed|processed|uploaded|(?:domain|integration)?[-_]?events?)(?:$|[.:_/-])/i
const passing = /cache|invalidat|presence|notif|socket|(?:^|\W)ws(?:\W|$)|chat|typing|online|live|logs?(?:\W|$)|room|session|ping|heartbeat|reload|config|sse|stream|ui|key(?:event|space)|progress/i

/** Channels of events that one program of the stack sends and another one hears. */
function between(component: ObservedComponent, stack: ObservedStack): readonly { readonly channel: string; readonly from: Traffic & { readonly client: string }; readonly to: Traffic & { readonly client: string } }[] {
  const programs = clientPrograms(component, stack)
  const heard = trafficOf(programs, component, 'reads')
  return trafficOf(programs, component, 'writes').flatMap(from => {
    const channel = valueOf(from.name)
    const to = channel === undefined || !happened.test(channel) || passing.test(channel) ? undefined : heard.find(each => each.client !== from.client && each.group === undefined && valueOf(each.name) === channel)
    return channel !== undefined && to ? [{ channel, from, to }] : []
  })
}

// What an application calls the way that its events take, and publish and subscribe among the answers.
const busKey = /(?:^|_)(?:EVENTS?|MESSAGES?|DOMAIN_EVENTS?|INTEGRATION_EVENTS?)_?(?:BUS|BROKER|TRANSPORT|BACKEND|DRIVER|PROVIDER|PUBLISHER)(?:_(?:TYPE|DRIVER|PROVIDER|BACKEND|TRANSPORT|KIND))?$/
const broadcast = /^(?:(?:redis|valkey)[-_ ./]?)?pub[-_ ]?sub$/i

export default defineRule({
  id: 'redis/pubsub-as-event-bus',
  technology: 'redis',
  rows: ['fan-out', 'replay', 'durability'],
  concern: 'fit',
  severity: 'error',
  severityNote: 'A warning where a setting of a client names it, as nobody says there what may be missed; information where only the channels of the source do.',
  summary: 'Events that must not be missed are sent by publish and subscribe.',
  messages: {
    chosen: '{client} sends its events over {component} by publish and subscribe ({setting}): a subscriber that is away when an event is sent never gets it.',
    heard: '{client} publishes {channel} on {component} and {reader} subscribes to it: while {reader} is away what happened is never told to it.',
    missed: '{use} is broadcast on {component} although {why}: a subscriber that is away when a message is sent never gets it.',
  },
  failure: 'A subscriber of {component} that restarts or is slow misses messages for good; there is no backlog to read. Every deployment loses events by design, and nothing counts them.',
  fix: 'With one team, use a stream on {component} with consumer groups, an append-only file and a MAXLEN; with several teams or replay, a Kafka topic with a group for each service.',
  diff: { spec: '-    technology: redis\n+    technology: kafka\n     uses:\n       - id: order-events\n         use: event-bus' },
  otherTool: 'Kafka, when several services each need every event or must catch up.',
  hazards: [
    'Run both ways until every subscriber has moved; in that time an event may arrive twice.',
    'Streams and topics deliver again what was not acknowledged: make the handling idempotent.',
  ],
  sources: ['https://redis.io/docs/latest/develop/pubsub/', 'https://redis.io/docs/latest/develop/data-types/streams/'],
  explains: ['spec/replay-on-redis', 'pair/consider-kafka'],
  bad: [
    { title: 'a setting that names the bus', files: { 'compose.yaml': bus('redis-pubsub') }, line: 9 },
    { title: 'every order must arrive', files: { 'misfit.yaml': design({ components: redis('redis', ['id: orders, use: event-bus, access_pattern: broadcast, delivery: at_least_once']) }) }, line: 7 },
    { title: 'a consumer that is deployed now and then', files: { 'misfit.yaml': design({ components: redis('redis', ['id: orders, use: event-bus, structure: pubsub, consumers: [{service: mailer, downtime_max: 10m}]']) }) }, line: 7 },
    { title: 'the source of one program tells another what happened', files: channel('order.placed'), file: 'orders/src/events.ts', line: 3 },
  ],
  good: [
    { title: 'one program tells another to forget what it keeps', files: channel('product.updated.invalidate-cache') },
    { title: 'the bus is a stream', files: { 'compose.yaml': bus('redis-streams') } },
    { title: 'live updates of a page go by publish and subscribe', files: { 'compose.yaml': bus('redis-pubsub').replaceAll('EVENT_BUS', 'LIVE_UPDATES') } },
    { title: 'live updates of a page', files: { 'misfit.yaml': design({ components: redis('redis', ['id: live, role: realtime, delivery: at_most_once']) }) } },
    { title: 'a stream keeps what it carries', files: { 'misfit.yaml': design({ components: redis('redis', ['id: orders, use: event-bus, structure: stream, delivery: at_least_once, retention: {max_length: 100000}']) }) } },
  ],
  *check(component, stack) {
    const seen = new Set<string>()
    for (const { workload } of component.spec ? [] : component.clients) {
      const variable = workload.environment.find(({ name, value }) => busKey.test(name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')) && value.known && broadcast.test(value.value.trim()))
      if (!variable?.value.known || seen.has(variable.value.value)) continue
      seen.add(variable.value.value)
      const others = component.clients.filter(client => client.workload !== workload && client.workload.environment.some(each => each.name === variable.name && readable(each.value) === readable(variable.value)))
      yield {
        message: 'chosen', severity: 'warning', span: variable.value.span, confidence: 'likely',
        data: { client: workload.name, use: 'the bus', setting: `${variable.name}=${variable.value.value}` },
        because: others.slice(0, 3).map(client => ({ span: client.workload.span, text: `${client.workload.name} is on it too` })),
      }
    }
    const [first] = component.spec ? [] : between(component, stack)
    if (first) {
      yield {
        message: 'heard', severity: 'info', span: first.from.name.span, confidence: 'possible', data: { client: first.from.client, channel: first.channel, reader: first.to.client, use: first.channel },
        because: [{ span: first.to.name.span, text: `${first.to.client} hears it` }],
      }
    }
    for (const use of declaredUses(component)) {
      const why = broadcasts(use) ? asksMore(use) : undefined
      if (why === undefined) continue
      yield {
        message: 'missed', data: { use: use.id, why }, use: use.id, span: use.accessPattern?.span ?? use.structure?.span ?? use.span, confidence: 'certain',
        because: [...fieldNote('delivery', use.delivery), ...fieldNote('durability', use.durability), ...fieldNote('replay.required', use.replayRequired), ...[longestAway(use)?.note ?? []].flat()],
      }
    }
  },
})
