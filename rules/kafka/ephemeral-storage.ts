// Event storage that goes away with its container; knows storage kinds, not how a format states them.
import type { ObservedComponent, ObservedStack } from '../../src/model/observation.ts'
import { oncePer } from '../../src/model/once.ts'
import { defineRule, replacement, type Edit, type Severity } from '../../src/model/rule.ts'
import type { Storage, Workload } from '../../src/model/stack.ts'
import { readable, type Note } from '../../src/model/value.ts'
import { established, forOneMachine, notes, settingNote, useNote } from './facts.ts'
import { oneBroker, program } from './example-stacks.ts'

const places = {
  'container-layer': 'the writable layer of its container',
  'anonymous-volume': 'an anonymous volume',
  tmpfs: 'memory (tmpfs)',
  'empty-dir': 'an emptyDir of the pod',
} as const

const storeImage = /(postgres|postgis|timescale|mysql|mariadb|percona|mongo|elastic|opensearch|clickhouse|cassandra|scylla|redis|valkey|influx|minio|neo4j|couch|mssql|sqlserver|cockroach|solr)/i
const dataTarget = /^\/(var\/lib\/|data\b|bitnami\b|usr\/share\/[a-z]+\/data|var\/opt\/mssql|datalog\b|opt\/[a-z]+\/data)/

const lasting = (workload: Workload) => workload.mounts.find(({ kind, readOnly, content, target }) =>
  (kind === 'named-volume' || kind === 'claim' || kind === 'bind') && !readOnly && content === undefined && target.known && dataTarget.test(target.value))

const storesOf = oncePer((workloads: ObservedStack['workloads']) => workloads.filter(workload => storeImage.test(readable(workload.image))))

/** The other stores beside the broker: one that keeps its data shows that the stack is meant to; none of several shows the opposite. */
function neighbours(component: ObservedComponent, stack: ObservedStack): { readonly kept: Note | undefined; readonly disposable: boolean } {
  const own = new Set(component.members.map(member => member.name))
  const stores = storesOf(stack.workloads).filter(workload => !own.has(workload.name))
  for (const store of stores) {
    const mount = lasting(store)
    if (mount) return { kept: { span: mount.span, text: `${store.name} keeps its data on a lasting volume` }, disposable: false }
  }
  return { kept: undefined, disposable: stores.length > 0 }
}

// Where nothing says what the stack is for, a missing volume alone is too common to shout about.
function weighty(component: ObservedComponent, stack: ObservedStack, { kept, disposable }: ReturnType<typeof neighbours>): boolean {
  const history = established(component, 'event-log', 'source-of-truth')
  if (history && (history.declared || component.storage.kind !== 'anonymous-volume')) return true
  if (disposable) return false
  if (stack.environment.class === 'production') return true
  return kept !== undefined && component.uses.some(use => use.established && !use.internal) && !forOneMachine(component)
}

const step: Readonly<Record<Severity, Severity>> = { error: 'warning', warning: 'info', info: 'info' }

export default defineRule({
  id: 'kafka/ephemeral-storage',
  technology: 'kafka',
  rows: ['durability', 'replay'],
  concern: 'durability',
  severity: 'error',
  severityNote: 'A warning for an anonymous volume, which outlives a recreated container but not `compose down`; advice where nothing shows that the stack '
    + 'is meant to keep data, or none of its stores does; one step milder where every topic is fed from a database that can be read again.',
  summary: 'The broker keeps its log where it disappears with the container or pod.',
  messages: {
    lost: '{component} writes its topics to {place} ({dir}), so they are gone when {when}.',
  },
  failure: 'Topics, committed offsets and consumer positions of {component} are gone when {when}; consumers start again at `auto.offset.reset` and skip '
    + 'or repeat everything, and nobody sees an error.',
  fix: '{how}.',
  diff: {
    compose: ` services:
   kafka:
     image: apache/kafka:3.9.0
     environment:
-      KAFKA_LOG_DIRS: /tmp/kraft-combined-logs
+      KAFKA_LOG_DIRS: /var/lib/kafka/data
+    volumes:
+      - kafka-data:/var/lib/kafka/data
+volumes:
+  kafka-data:`,
    helm: ` kafka:
   controller:
     persistence:
-      enabled: false
+      enabled: true
+      size: 50Gi`,
  },
  hazards: [
    'A new mount hides what the old place holds: stop producers and the broker, copy the log directory out, then change the file.',
    'A KRaft broker keeps its cluster metadata in the same directory; a new, empty one must be formatted with the same cluster id.',
  ],
  sources: [
    'https://github.com/apache/kafka/blob/trunk/docker/examples/README.md',
    'https://github.com/confluentinc/kafka-images',
    'https://docs.docker.com/reference/cli/docker/compose/down/',
  ],
  words: { how: 'Set the log directory of Kafka to the one that its image prepares for data (/var/lib/kafka/data in those of Apache and Confluent) and mount a named volume there, or switch the persistence of its chart on' },
  bad: [
    {
      title: 'the log directory is under /tmp, in the container',
      files: {
        'compose.prod.yaml': `services:
  kafka:
    image: confluentinc/cp-kafka:7.6.0
    labels:
      misfit.use: event-bus
    environment:
      KAFKA_NODE_ID: 1
      KAFKA_PROCESS_ROLES: broker,controller
      KAFKA_CONTROLLER_QUORUM_VOTERS: 1@kafka:9093
      KAFKA_LOG_DIRS: /tmp/kraft-combined-logs
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 1
`,
      },
      line: 10,
    },
    {
      title: 'no volume at all beside a database that has one',
      files: {
        'compose.yaml': `services:
  kafka:
    image: bitnami/kafka:3.7
    labels:
      misfit.use: event-log
    environment:
      KAFKA_CFG_NODE_ID: 0
      KAFKA_CFG_PROCESS_ROLES: controller,broker
      KAFKA_CFG_CONTROLLER_QUORUM_VOTERS: 0@kafka:9093
  orders:
    image: example.com/shop/orders:4.2
    environment:
      KAFKA_BOOTSTRAP_SERVERS: kafka:9092
      DATABASE_URL: postgres://db/orders
  db:
    image: postgres:16
    volumes:
      - db-data:/var/lib/postgresql/data
volumes:
  db-data:
`,
      },
      line: 2,
    },
    {
      title: 'a chart whose claims are switched off',
      files: {
        'Chart.yaml': `apiVersion: v2
name: shop
version: 1.0.0
dependencies:
  - {name: kafka, version: 32.4.3, repository: "https://charts.bitnami.com/bitnami"}
`,
        'values.yaml': `kafka:
  controller:
    persistence:
      enabled: false
`,
        'values.production.yaml': 'orders: {replicas: 4}\n',
      },
      file: 'values.yaml',
      line: 4,
    },
  ],
  good: [
    { title: 'a named volume at the log directory', files: { 'compose.yaml': oneBroker([], program('orders', 'example.com/shop/orders:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092'])) } },
    {
      title: 'the volume is mounted above the log directory',
      files: {
        'compose.yaml': `services:
  kafka:
    image: bitnami/kafka:3.7
    labels:
      misfit.use: event-log
    volumes:
      - kafka-data:/bitnami/kafka
volumes:
  kafka-data:
`,
      },
    },
    {
      title: 'a stack for development',
      files: {
        'compose.dev.yaml': `services:
  kafka:
    image: confluentinc/cp-kafka:7.6.0
    labels:
      misfit.use: event-log
    environment:
      KAFKA_LOG_DIRS: /tmp/kraft-combined-logs
`,
      },
    },
  ],
  *check(component, stack) {
    const { kind, dataDir, span } = component.storage
    if (kind !== 'container-layer' && kind !== 'anonymous-volume' && kind !== 'tmpfs' && kind !== 'empty-dir') return
    const when = kind === 'anonymous-volume' ? 'the stack is taken down and started again'
      : kind === 'tmpfs' ? 'the container restarts' : kind === 'empty-dir' ? 'the pod moves or is deleted' : stack.kind !== 'compose' ? 'the container restarts' : 'the container is recreated by a changed setting or image'
    const around = neighbours(component, stack)
    let severity: Severity = kind === 'anonymous-volume' ? 'warning' : 'error'
    const uses = (component.saidUses ?? component.uses).filter(use => use.established && !use.internal)
    if (uses.length > 0 && uses.every(use => use.use === 'cdc')) severity = step[severity]
    if (!weighty(component, stack, around)) severity = 'info'
    yield {
      message: 'lost',
      data: { place: places[kind], dir: dataDir, when, how: remedy(component) },
      span,
      severity,
      confidence: stack.environment.class === 'production' || uses.length > 0 ? 'likely' : 'possible',
      because: notes(settingNote(component, 'log.dirs'), useNote(uses[0]), around.kept).filter(note => note.span !== span),
      ...claimInstead(component.storage),
    }
  },
})

function remedy({ name, storage: { kind, dataDir } }: ObservedComponent): string {
  if (kind === 'empty-dir') return `Switch the persistence of ${name} on, so that its log lies on a volume claim`
  // No image prepares a folder below /tmp, and a volume that is mounted there belongs to root.
  return dataDir.startsWith('/tmp/')
    ? `Set the log directory of ${name} to the one that its image prepares for data (/var/lib/kafka/data in those of Apache and Confluent) and mount a named volume there`
    : `Mount a named volume at ${dataDir}, the log directory of ${name}`
}

// The switch of a chart; a broker in compose needs a volume with a name of somebody's choice.
const claimInstead = ({ span, kept }: Storage): { readonly edits?: readonly Edit[] } => (kept === undefined || !/^(?:false|no|0)$/i.test(kept) ? {} : replacement(
  { span, value: kept }, 'true', 'Keep the log on a volume claim',
  'A StatefulSet refuses a claim that is added later: it must be deleted with kubectl delete statefulset --cascade=orphan before the upgrade, and the log that the pods hold now is lost with them.',
))
