// Several brokers that hang on one controller; knows the quorum and the number of controllers.
import { defineRule } from '../../src/model/rule.ts'
import { brokersOf, stated } from './facts.ts'
import { oneBroker, threeBrokers } from './example-stacks.ts'

const sound = ['KAFKA_DEFAULT_REPLICATION_FACTOR: 3', 'KAFKA_MIN_INSYNC_REPLICAS: 2']

export default defineRule({
  id: 'kafka/single-controller',
  technology: 'kafka',
  rows: ['durability'],
  concern: 'replication',
  severity: 'warning',
  severityNote: 'Advice for an even number of controllers, which costs a node and buys nothing.',
  summary: 'Three or more brokers depend on a single controller.',
  messages: {
    one: '{component} has {brokers} brokers but a single controller, so losing that node stops leader election and every change of topics.',
    even: '{component} has {voters} controllers, and an even number bears no more failures than one less.',
  },
  failure: 'The metadata of {component} lives on {nodes}: once the majority of these is gone, no partition of the {brokers} brokers gets a new leader and no topic can be made or changed.',
  fix: 'Run three controllers for {component}: list them all in `controller.quorum.voters`, or set `controller.replicaCount` of the chart to 3.',
  diff: {
    compose: ` services:
   kafka-1:
     environment:
-      KAFKA_CONTROLLER_QUORUM_VOTERS: 1@kafka-1:9093
+      KAFKA_CONTROLLER_QUORUM_VOTERS: 1@kafka-1:9093,2@kafka-2:9093,3@kafka-3:9093`,
    helm: ` kafka:
   controller:
-    replicaCount: 1
+    replicaCount: 3
   broker:
     replicaCount: 3`,
  },
  hazards: ['The set of voters of a running cluster is not changed by editing the setting alone: add controllers with `kafka-metadata-quorum` (from 3.9) or form the cluster anew.'],
  sources: ['https://kafka.apache.org/documentation/#operations'],
  bad: [
    { title: 'three brokers, one voter', files: { 'compose.yaml': threeBrokers(sound, '', '1@kafka-1:9093') } },
    {
      title: 'a chart with three brokers behind one controller',
      files: {
        'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: kafka, version: 32.4.3, repository: "https://charts.bitnami.com/bitnami"}\n',
        'values.yaml': 'kafka:\n  controller:\n    replicaCount: 1\n    controllerOnly: true\n  broker:\n    replicaCount: 3\n',
      },
      file: 'values.yaml',
      line: 3,
    },
    { title: 'three brokers, two voters', files: { 'compose.yaml': threeBrokers(sound, '', '1@kafka-1:9093,2@kafka-2:9093') } },
  ],
  good: [
    { title: 'three voters', files: { 'compose.yaml': threeBrokers(sound) } },
    {
      title: 'a chart whose three controllers are its brokers',
      files: {
        'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: kafka, version: 32.4.3, repository: "https://charts.bitnami.com/bitnami"}\n',
        'values.yaml': 'kafka:\n  controller:\n    replicaCount: 3\n',
      },
    },
    { title: 'one broker, one voter', files: { 'compose.yaml': oneBroker() } },
  ],
  *check(component, stack) {
    const quorum = stated(component, 'controller.quorum.voters')
    const brokers = brokersOf(component, stack)
    const pods = component.controllers?.known ? component.controllers : undefined
    const span = quorum?.span ?? pods?.span
    if (span === undefined || brokers === undefined || brokers < 3) return
    const voters = quorum ? quorum.value.split(',').filter(voter => voter.trim() !== '').length : pods?.value ?? 0
    if (voters === 0 || (voters > 1 && voters % 2 === 1)) return
    yield {
      message: voters === 1 ? 'one' : 'even',
      data: { brokers, voters, nodes: voters === 1 ? 'one node' : `${voters} nodes` },
      span,
      severity: voters === 1 ? 'warning' : 'info',
      confidence: 'certain',
      because: [{ span: component.span, text: `${component.name} has ${brokers} brokers` }],
    }
  },
})
