// Consumers whose delay nobody sees; knows the tools that measure it.
import { defineRule } from '../../src/model/rule.ts'
import { readable } from '../../src/model/value.ts'
import { applications, established, notes, useNote } from './facts.ts'
import { oneBroker, program } from './example-stacks.ts'

const measures = /(kafka[-_]?exporter|kafka[-_]?lag|burrow|kminion|datadog|dd-agent|opentelemetry|otel|telegraf|jmx[-_]?exporter|jmx-prometheus|newrelic|grafana\/(agent|alloy)|metricbeat|prometheus|zabbix|control-center|strimzi)/i

const queue = (text: string): string => text.replace('    environment:', '    labels:\n      misfit.use: job-queue\n    environment:')
const worker = program('worker', 'example.com/shop/worker:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092', 'KAFKA_GROUP_ID: orders'])

export default defineRule({
  id: 'kafka/no-lag-monitoring',
  technology: 'kafka',
  rows: ['backpressure'],
  concern: 'operations',
  severity: 'info',
  summary: 'Nothing in a production stack measures how far the consumers are behind.',
  messages: {
    unseen: 'Nothing in this stack measures how far the consumers of {component} are behind, so a stuck one is found when events expire.',
  },
  failure: 'A consumer of {component} that hangs looks alive; the delay grows unseen until retention deletes what it has not read.',
  fix: 'Add an exporter of consumer lag beside {component} (kafka-exporter, kminion, Burrow) and alert on lag; at best also on the time left until events expire.',
  diff: {
    compose: ` services:
+  kafka-exporter:
+    image: danielqsj/kafka-exporter:v1.9.0
+    command: ["--kafka.server=kafka:9092"]`,
    helm: ` kafka:
   controller:
     replicaCount: 3
+prometheus-kafka-exporter:   # the chart of prometheus-community, as a dependency beside it
+  kafkaServer: ["shop-kafka:9092"]`,
  },
  sources: ['https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html'],
  bad: [
    { title: 'production consumers and no exporter', files: { 'compose.prod.yaml': queue(oneBroker([], worker)) }, line: 2 },
    { title: 'a user interface does not alert', files: { 'compose.prod.yaml': queue(oneBroker([], worker + program('kafka-ui', 'provectuslabs/kafka-ui:v0.7.2', ['KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS: kafka:9092']))) }, line: 2 },
  ],
  good: [
    { title: 'an exporter', files: { 'compose.prod.yaml': queue(oneBroker([], worker + program('kafka-exporter', 'danielqsj/kafka-exporter:v1.9.0', [], ['command: ["--kafka.server=kafka:9092"]']))) } },
    { title: 'nothing says that the stack is production', files: { 'compose.yaml': queue(oneBroker([], worker)) } },
  ],
  *check(component, stack) {
    if (stack.environment.class !== 'production' || stack.kind !== 'compose' || component.external) return
    const watched = component.spec?.observability?.value
    if (watched === 'metrics' || watched === 'external') return
    if (stack.workloads.some(workload => measures.test(`${readable(workload.image)} ${workload.name}`))) return
    if (component.members.some(member => member.environment.some(({ name }) => /JMX|METRICS/i.test(name)))) return
    const use = established(component, 'job-queue', 'event-bus', 'event-log', 'cdc', 'stream-processing')
    if (use === undefined || applications(component).length === 0) return
    yield { message: 'unseen', span: component.span, confidence: 'possible', because: notes(useNote(use)) }
  },
})
