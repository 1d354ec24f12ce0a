// Several programs that share events without an agreed form; knows the registries and the keys that name one.
import type { ObservedStack } from '../../src/model/observation.ts'
import { oncePer } from '../../src/model/once.ts'
import { defineRule } from '../../src/model/rule.ts'
import { readable } from '../../src/model/value.ts'
import { declaredUses, design, kafka, fieldNote } from '../spec/declared.ts'
import { applications, established, list, notes, useNote } from './facts.ts'
import { oneBroker, program } from './example-stacks.ts'

const registry = /(schema-?registry|apicurio|karapace)/i
const registryKey = /SCHEMA_?REGISTRY|APICURIO|KARAPACE/i

const events = (text: string): string => text.replace('    environment:', '    labels:\n      misfit.use: event-bus\n    environment:')
const client = (name: string, more: readonly string[] = []): string =>
  program(name, `registry.example.com/shop/${name}:4.2`, ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092', `KAFKA_GROUP_ID: ${name}`, ...more])
const three = client('billing') + client('mailer') + client('search')

const shared = (schema: string): string => design({
  services: '- {id: shop, owner: storefront}\n- {id: billing, owner: payments}', components: kafka('events', [`id: orders, use: event-bus, producers: [shop], consumers: [billing]${schema}`]),
})

const hasRegistry = oncePer((workloads: ObservedStack['workloads']) => workloads.some(workload => registry.test(`${readable(workload.image)} ${workload.name}`) || workload.environment.some(({ name }) => registryKey.test(name))))

export default defineRule({
  id: 'kafka/no-schema-contract',
  technology: 'kafka',
  rows: ['fan-out'],
  concern: 'operations',
  severity: 'info',
  severityNote: 'A warning where the design has several teams share events without a form, or lets every change of the form through.',
  summary: 'Several programs share events and nothing holds the form of an event fixed.',
  messages: {
    owners: 'The teams {programs} share {use} on {component}, and the design names neither a form nor a registry for its events.',
    anything: 'The registry of {use} on {component} lets every change through (schema.compatibility: {mode}), so a renamed field reaches {programs} unchecked.',
    unagreed: '{programs} share the events of {component}, and no schema registry stops one of them from changing their form.',
  },
  failure: 'A renamed field reaches every consumer of {component} at once: each fails on the same record, and the partition stands still until somebody skips it.',
  fix: 'Run a schema registry beside {component} with compatibility BACKWARD, and register the schema of each topic.',
  diff: {
    compose: ` services:
+  schema-registry:
+    image: confluentinc/cp-schema-registry:7.9.0
+    environment:
+      SCHEMA_REGISTRY_HOST_NAME: schema-registry
+      SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS: kafka:9092`,
    helm: [
      ' kafka:',
      '   controller:',
      '     replicaCount: 3',
      '+schema-registry:   # the Bitnami schema-registry chart, as a dependency beside it',
      '+  kafka:',
      '+    enabled: false',
      '+  externalKafka:',
      '+    brokers: ["PLAINTEXT://shop-kafka:9092"]',
    ].join('\n'),
  },
  hazards: [
    'A registry binds only the producers that use its serializers: move them first, then the consumers, topic by topic.',
  ],
  sources: ['https://docs.confluent.io/platform/current/schema-registry/index.html'],
  bad: [
    { title: 'two teams and no form', files: { 'misfit.yaml': shared('') }, line: 10 },
    { title: 'a registry that lets everything through', files: { 'misfit.yaml': shared(', schema: {format: avro, registry: registry, compatibility: NONE}') }, line: 10 },
    { title: 'three programs in production', files: { 'compose.prod.yaml': events(oneBroker([], three)) }, line: 2 },
    { title: 'a user interface is no contract', files: { 'compose.prod.yaml': events(oneBroker([], three + program('kafka-ui', 'provectuslabs/kafka-ui:v0.7.2', ['KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS: kafka:9092']))) }, line: 2 },
  ],
  good: [
    { title: 'two teams and a form', files: { 'misfit.yaml': shared(', schema: {format: avro, registry: registry, compatibility: BACKWARD}') } },
    { title: 'a registry in the stack', files: { 'compose.prod.yaml': events(oneBroker([], three + program('schema-registry', 'confluentinc/cp-schema-registry:7.9.0', ['SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS: kafka:9092']))) } },
    { title: 'a registry elsewhere', files: { 'compose.prod.yaml': events(oneBroker([], client('billing', ['SCHEMA_REGISTRY_URL: https://registry.example.com']) + client('mailer') + client('search'))) } },
    { title: 'two programs can talk to each other', files: { 'compose.prod.yaml': events(oneBroker([], client('billing') + client('mailer'))) } },
    { title: 'nothing says that the stack is production', files: { 'compose.yaml': events(oneBroker([], three)) } },
  ],
  *check(component, stack) {
    const registered = hasRegistry(stack.workloads)
    const agreed = declaredUses(component).some(({ schemaFormat, schemaRegistry }) => schemaRegistry !== undefined || (schemaFormat !== undefined && schemaFormat.value !== 'none'))
    for (const declared of declaredUses(component)) {
      const mode = declared.schemaCompatibility
      const owners = new Set([...declared.producers, ...declared.consumers].flatMap(({ service }) => stack.spec?.services.find(({ id }) => id === service.value)?.owner?.value ?? []))
      if (mode && /^none$/i.test(mode.value)) {
        yield { message: 'anything', data: { use: declared.id, mode: mode.value, programs: list(declared.consumers.map(({ service }) => service.value), 4) || 'its readers' }, use: declared.id, span: mode.span, severity: 'warning', confidence: 'certain', because: fieldNote('use', declared.use) }
      } else if (owners.size > 1 && !agreed && !registered) {
        yield { message: 'owners', data: { use: declared.id, programs: list([...owners], 4) }, use: declared.id, span: declared.span, severity: 'warning', confidence: 'certain', because: fieldNote('use', declared.use) }
        return
      }
    }
    if (stack.environment.class !== 'production' || component.external) return
    // A design that names a form or a registry has agreed on one.
    if (agreed || registered) return
    const use = established(component, 'event-bus', 'event-log')
    // Programs of one publisher's product agree among themselves; programs of the team's own have to be held together.
    const programs = applications(component)
    if (use === undefined || programs.length < 3) return
    yield {
      message: 'unagreed',
      data: { programs: list(programs.map(({ workload }) => workload.name), 4) },
      span: component.span,
      confidence: 'possible',
      because: notes(useNote(use)),
    }
  },
})
