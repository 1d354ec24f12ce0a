// A cluster for what one program says to itself; advice only, since growth and other programs are not seen in files.
import type { ObservedComponent, ObservedStack } from '../../src/model/observation.ts'
import { grouped, oncePer } from '../../src/model/once.ts'
import { defineRule } from '../../src/model/rule.ts'
import type { Workload } from '../../src/model/stack.ts'
import { isSecretImage } from '../../src/model/images.ts'
import { isUnread, readable } from '../../src/model/value.ts'
import { count, day, declaredUses, design, kafka, list, readers, fieldNote } from '../spec/declared.ts'
import { applications, brokersOf, dataTopics, isTool } from './facts.ts'
import { createTopics, oneBroker, program } from './example-stacks.ts'

/** A program of which nobody can say what it runs, or what it is declared for. */
const isSecret = ({ image, entrypoint = [], command = [], labels }: Workload): boolean =>
  isSecretImage(image) || [...entrypoint, ...command].some(isUnread) || labels.some(({ name, value }) => name.startsWith('misfit.') && isUnread(value))

const holdsSecrets = oncePer((workloads: ObservedStack['workloads']) => workloads.some(isSecret))

/** A program of the people who own the stack: nobody chooses what a published application talks to. */
const ownProgram = ({ build, image }: Workload): boolean =>
  build !== undefined || (image?.known === true && /^[^/.]+\.[^/]+\//.test(image.value) && !/^(docker\.io|ghcr\.io|quay\.io|gcr\.io|([a-z]+\.)?gcr\.io|registry\.k8s\.io|public\.ecr\.aws|mcr\.microsoft\.com|lscr\.io)\//.test(image.value))

/** Another program that names the broker, or waits for it, may use it in a way that is not understood here. */
function mentionedElsewhere(component: ObservedComponent, stack: ObservedStack, client: Workload): boolean {
  const known = new Set([...component.members, client].map(workload => workload.name)), { saying, unread } = mentions(stack.workloads)
  const isElsewhere = ({ name }: Workload): boolean => !known.has(name)
  return unread.some(isElsewhere) || component.hosts.some(host => saying.get(host)?.some(isElsewhere))
}

/** Who says which words in its environment, and who says something there that cannot be read, tools left out: once for all brokers of a stack. */
const mentions = oncePer((workloads: ObservedStack['workloads']) => {
  const others = workloads.filter(workload => !isTool(workload))
  return {
    saying: grouped(others, ({ environment }) => environment.flatMap(({ value }) => (isUnread(value) ? [] : readable(value).split(/[^\w.-]+/)))),
    unread: others.filter(({ environment }) => environment.some(({ value }) => isUnread(value))),
  }
})

const one = program('shop', 'example.com/shop/web:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092'])

const light = (more: string): string => design({ components: kafka('kafka', [`id: mails, use: job-queue, replay: false, producers: [shop], consumers: [mailer], load: {events_per_second: 5}${more}`]) })
const redisBeside = '  - {id: pages, technology: redis, uses: [{id: pages, use: cache, ttl: 10m}]}\n'

// Everything that would need a log is denied, and the rate is known to be small.
function lightFlow(component: ObservedComponent) {
  const uses = declaredUses(component)
  const [use] = uses
  const producer = use?.producers[0], rate = uses.reduce((sum, { eventsPerSecond }) => sum + (eventsPerSecond?.value ?? Infinity), 0)
  const simple = uses.every(each => each.producers.length === 1 && readers(each).length === 1 && each.replayRequired?.value === false && (each.ordering === undefined || each.ordering.value === 'none')
    && (each.plannedConsumers?.value ?? 1) <= 1 && (each.retentionTime?.value ?? 0) <= 7 * day && each.backfill?.value !== true
    && (each.use === undefined || ['event-bus', 'pub-sub', 'job-queue'].includes(each.use.value)))
  if (use === undefined || producer === undefined || !simple || rate >= 100 || component.spec?.provider !== undefined) return undefined
  return { use, data: { use: list(uses.map(({ id }) => id)), rate: count(rate), client: producer.service.value }, because: [...fieldNote('replay.required', use.replayRequired), ...fieldNote('load.events_per_second', use.eventsPerSecond)] }
}

export default defineRule({
  id: 'kafka/overkill-single-flow',
  technology: 'kafka',
  rows: ['failure-mode', 'fan-out', 'replay'],
  concern: 'fit',
  severity: 'info',
  severityNote: 'A warning where the design says that it is one light flow and has a Redis already.',
  summary: 'A whole broker is run for what a single program sends to itself.',
  messages: {
    declared: '{component} carries only {use}: {rate} events a second from {client} to one reader, in no order and never read again, which a small queue could carry.',
    single: '{client} is the only program in this stack that uses {component}, so a broker is operated for one flow that a small queue could carry.',
  },
  failure: 'Broker, metadata and upgrades of {component} are operated for one flow of {client}; incidents come from the machinery rather than from the work.',
  fix: 'Consider a job library or a stream on Redis (append-only file on, no eviction) or the database for {client}; keep {component} where more readers or replay are planned.',
  diff: {
    compose: ` services:
   shop:
     environment:
-      KAFKA_BOOTSTRAP_SERVERS: kafka:9092
+      QUEUE_URL: redis://queue:6379
-  kafka:
-    image: apache/kafka:3.9.0
+  queue:
+    image: valkey/valkey:8
+    command: valkey-server --appendonly yes --maxmemory-policy noeviction
+    volumes: ["queue-data:/data"]
+volumes:
+  queue-data:`,
    helm: [
      ' shop:',
      '   env:',
      '-    KAFKA_BOOTSTRAP_SERVERS: shop-kafka:9092',
      '+    QUEUE_URL: redis://shop-valkey-primary:6379',
      '-kafka:',
      '-  controller:',
      '-    replicaCount: 1',
      '+valkey:',
      '+  architecture: standalone',
      '+  commonConfiguration: |-',
      '+    appendonly yes',
      '+    save ""',
      '+    maxmemory-policy noeviction',
    ].join('\n'),
  },
  hazards: [
    'What waits in the topic is not moved: let its reader come to the end before the flow is switched.',
    'A queue on Redis is bounded by memory and keeps nothing that was read: noeviction, an append-only file and a volume come first.',
  ],
  otherTool: 'Redis, or the database that is already there, for one producer and one consumer without replay.',
  sources: ['https://kafka.apache.org/documentation/#operations'],
  words: { client: 'one application' },
  bad: [
    { title: 'a design of one light flow', files: { 'misfit.yaml': light('') + redisBeside }, line: 7 },
    { title: 'one program', files: { 'compose.yaml': oneBroker([], one) } },
    { title: 'one program and one topic with one partition', files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic mails --partitions 1 --replication-factor 1') + one) } },
  ],
  good: [
    { title: 'more readers are planned', files: { 'misfit.yaml': light(', planned_consumers: 4') } },
    { title: 'in order', files: { 'misfit.yaml': light(', ordering: per_key, key: id') } },
    { title: 'two programs', files: { 'compose.yaml': oneBroker([], one + program('billing', 'example.com/shop/billing:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092'])) } },
    {
      title: 'several topics',
      files: { 'compose.yaml': oneBroker([], createTopics('kafka', '--topic orders --partitions 6 --replication-factor 1', '--topic payments --partitions 6 --replication-factor 1') + one) },
    },
  ],
  *check(component, stack) {
    const light = lightFlow(component)
    if (light) {
      const redis = stack.components.some(({ technology }) => technology === 'redis') || stack.spec?.components.some(({ technology }) => technology?.value === 'redis') === true
      yield { message: 'declared', data: light.data, use: light.use.id, span: light.use.span, severity: redis ? 'warning' : 'info', confidence: 'certain', because: light.because }
      return
    }
    if (stack.kind !== 'compose' || brokersOf(component, stack) !== 1) return
    const topics = dataTopics(component)
    if (topics.length > 1 || topics.some(topic => topic.partitions === undefined || !topic.partitions.known || topic.partitions.value > 1)) return
    const makers = new Set(component.members.map(member => readable(member.image)))
    const clients = applications(component).filter(({ workload }) => !makers.has(readable(workload.image)) || workload.image === undefined)
    const [client, ...more] = clients
    if (client === undefined || more.length > 0 || !ownProgram(client.workload) || mentionedElsewhere(component, stack, client.workload)) return
    // Anything but a plain flow of messages has reasons of its own.
    if (component.open === true || holdsSecrets(stack.workloads) || component.uses.some(use => !['event-bus', 'pub-sub', 'job-queue'].includes(use.use))) return
    if (/connect|debezium|ksql|flink|spark|collector|ingest|logstash|vector|fluent/i.test(`${client.workload.name} ${readable(client.workload.image)}`)) return
    yield {
      message: 'single',
      data: { client: client.workload.name },
      span: component.span,
      confidence: 'possible',
      because: [client.links[0]?.note ?? { span: client.workload.span, text: `${client.workload.name} uses ${component.name}` }],
    }
  },
})
