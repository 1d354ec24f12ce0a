// Declared readers and writers that the deployment contradicts. Knows which workloads use a component.
import type { ObservedComponent, ObservedStack } from '../../src/model/observation.ts'
import { defineRule } from '../../src/model/rule.ts'
import type { DeclaredConsumer } from '../../src/model/spec.ts'
import type { Workload } from '../../src/model/stack.ts'
import { applications, clientSettings } from '../kafka/facts.ts'
import { oneBroker, program } from '../kafka/example-stacks.ts'
import { declaredUses, design, kafka } from './declared.ts'

const bus = (consumers: string, more = ''): string => design({ components: kafka('kafka', [`id: orders, use: event-bus, ${more}consumers: [${consumers}]`]) })
const billing = program('billing', 'example.com/shop/billing:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092', 'KAFKA_GROUP_ID: orders-billing'])
const idle = program('mailer', 'example.com/shop/mailer:4.2', ['SMTP_HOST: mail'])

/** The workloads that a declared service stands for: by its match, else by its name. */
function workloadsOf(id: string, stack: ObservedStack): readonly Workload[] {
  const match = stack.spec?.services.find(service => service.id === id)?.match
  const names = match && match.compose.length > 0 ? match.compose.map(({ value }) => value) : [id]
  return stack.workloads.filter(workload => names.includes(workload.name))
}

// Dapr's sidecar has the address, so the application's own configuration need not name it. https://docs.dapr.io/reference/environment/
const sidecar = (workload: Workload): boolean => workload.environment.some(({ name }) => name.startsWith('DAPR_'))

const groupKey = /(^|_)(GROUP_ID|CONSUMER_GROUP|CONSUMER_GROUP_ID|GROUPID)$/

function groupOf(component: ObservedComponent, consumer: DeclaredConsumer, workloads: readonly Workload[]) {
  const stated = clientSettings(component, groupKey).filter(({ workload }) => workloads.includes(workload))
  return consumer.group !== undefined && stated.length === 1 && stated[0]?.value.value !== consumer.group.value ? stated[0] : undefined
}

export default defineRule({
  id: 'spec/consumer-drift',
  technology: 'both',
  rows: ['fan-out'],
  concern: 'specification',
  severity: 'warning',
  severityNote: 'Information for a client that the design does not list.',
  summary: 'Other services use a component than the design says.',
  messages: {
    group: '{service} reads {use} in the group {found}, but the design says {declared}.',
    unlinked: 'The design says that {service} reads {use}, but nothing in its configuration leads to {component}.',
    extra: '{service} uses {component}, but the design names neither a use that it reads nor one that it writes.',
  },
  failure: 'Whoever changes {component} asks the readers that the design names, and breaks the ones that it does not.',
  fix: 'Correct the readers, writers and groups that the design lists for {component}, or the configuration of {service}.',
  diff: { spec: '         consumers:\n-          - {service: billing, group: billing}\n+          - {service: billing, group: orders-billing}' },
  hazards: [
    'A reader that the design does not name may be needed all the same: ask its owner before its configuration changes.',
  ],
  sources: ['https://kafka.apache.org/documentation/#consumerconfigs'],
  bad: [
    { title: 'another group', files: { 'compose.yaml': oneBroker([], billing), 'misfit.yaml': bus('{service: billing, group: billing}') }, file: 'misfit.yaml', line: 7 },
    { title: 'a reader that does not know the broker', files: { 'compose.yaml': oneBroker([], billing + idle), 'misfit.yaml': bus('{service: billing, group: orders-billing}, {service: mailer}') }, file: 'misfit.yaml', line: 7 },
  ],
  good: [
    { title: 'as declared', files: { 'compose.yaml': oneBroker([], billing), 'misfit.yaml': bus('{service: billing, group: orders-billing}') } },
    { title: 'readers that live elsewhere', files: { 'compose.yaml': oneBroker([], billing), 'misfit.yaml': bus('{service: billing, group: orders-billing}, {service: warehouse}') } },
  ],
  *check(component, stack) {
    if (stack.kind === 'spec') return
    const uses = declaredUses(component)
    const linked = new Set(component.clients.map(({ workload }) => workload))
    const named = new Set<Workload>()
    for (const use of uses) {
      for (const { service } of use.producers) workloadsOf(service.value, stack).forEach(workload => named.add(workload))
      for (const consumer of use.consumers) {
        const workloads = workloadsOf(consumer.service.value, stack)
        workloads.forEach(workload => named.add(workload))
        const base = { use: use.id, confidence: 'likely' as const }
        const data = { use: use.id, service: consumer.service.value }
        const other = groupOf(component, consumer, workloads)
        if (other && consumer.group) {
          yield { ...base, message: 'group', data: { ...data, found: other.value.value, declared: consumer.group.value }, span: consumer.group.span, because: [{ span: other.value.span, text: `${other.written}=${other.value.value}` }] }
        } else if (consumer.indirect !== true && workloads.length > 0 && !workloads.some(sidecar) && !workloads.some(workload => linked.has(workload)) && workloads.every(workload => workload.environment.length > 0 && workload.environment.every(({ value }) => value.known))) {
          yield { ...base, message: 'unlinked', data, span: consumer.service.span, because: [{ span: workloads[0]?.span ?? consumer.span, text: `${consumer.service.value} names no address of ${component.name}` }] }
        }
      }
    }
    // Only a design that lists clients for every use claims that the list is whole; a document of another tool speaks of that tool's own clients.
    if (component.spec?.origin === 'document' || uses.length === 0 || uses.some(use => use.producers.length + use.consumers.length === 0)) return
    for (const { workload, links } of applications(component)) {
      if (named.has(workload) || links.every(({ how }) => how === 'depends-on' || how === 'only-one')) continue
      yield { message: 'extra', severity: 'info', data: { service: workload.name }, span: links[0]?.note.span ?? workload.span, confidence: 'likely', because: links.slice(0, 1).map(({ note }) => note) }
    }
  },
})
