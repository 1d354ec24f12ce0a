// A Kafka that keeps its log while the ZooKeeper that knows its topics does not keep its own. Knows storage only; no file format.
import { defineRule } from '../../src/model/rule.ts'
import type { StorageKind } from '../../src/model/stack.ts'

const kept: ReadonlySet<StorageKind> = new Set(['named-volume', 'bind', 'claim'])
// Where the files of ZooKeeper end up, and what takes them away.
const fleeting: Partial<Record<StorageKind, readonly [where: string, end: string]>> = {
  'anonymous-volume': ['a volume without a name', 'docker compose down'],
  'container-layer': ['its container', 'every new container'],
  'empty-dir': ['its pod (emptyDir)', 'every new pod'],
  tmpfs: ['memory', 'every restart'],
}

const stack = (zookeeper: string, volumes: string, kafka = 'kafka-data'): string => `services:
  zookeeper:
    image: confluentinc/cp-zookeeper:7.5.3
    environment:
      ZOOKEEPER_CLIENT_PORT: 2181
${zookeeper}  kafka:
    image: confluentinc/cp-kafka:7.5.3
    depends_on: [zookeeper]
    environment:
      KAFKA_BROKER_ID: 1
      KAFKA_ZOOKEEPER_CONNECT: zookeeper:2181
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://kafka:9092
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 1
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: 1
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: 1
${kafka === '' ? '' : `    volumes: ["${kafka}:/var/lib/kafka/data"]\n`}volumes:
  kafka-data:
${volumes}`
const strimzi = (storage: string): string => `apiVersion: kafka.strimzi.io/v1beta2
kind: Kafka
metadata: {name: shop}
spec:
  kafka:
    version: 3.8.0
    replicas: 3
    storage: {type: persistent-claim, size: 100Gi}
    config: {default.replication.factor: 3, min.insync.replicas: 2}
  zookeeper:
    replicas: 3
    storage: ${storage}
`

export default defineRule({
  id: 'kafka/zookeeper-not-kept',
  technology: 'kafka',
  rows: ['durability', 'failure-mode'],
  concern: 'durability',
  severity: 'warning',
  severityNote: 'An error where ZooKeeper keeps its data in a container or pod.',
  summary: 'Kafka keeps its log on a volume, but the ZooKeeper that knows its topics and its cluster id does not.',
  messages: {
    lost: '{component} keeps its log, but {keeper} keeps the topics and the cluster id in {where}: {end} takes them away, and {component} does not start again.',
  },
  failure: 'With a new ZooKeeper, {component} finds another cluster id than the one beside its log and stops with InconsistentClusterIdException; whoever deletes meta.properties to get it up has a cluster without topics, over a log that is deleted as stray.',
  fix: 'Give {keeper} a volume at {dir} as well, or move {component} to KRaft, which keeps the metadata beside the log.',
  diff: {
    compose: [
      ' services:',
      '   zookeeper:',
      '     image: confluentinc/cp-zookeeper:7.5.3',
      '+    volumes: ["zookeeper-data:/var/lib/zookeeper/data", "zookeeper-log:/var/lib/zookeeper/log"]',
      '+volumes:',
      '+  zookeeper-data:',
      '+  zookeeper-log:',
    ].join('\n'),
    helm: [
      ' kafka:',
      '   zookeeper:',
      '     persistence:',
      '-      enabled: false',
      '+      enabled: true',
    ].join('\n'),
  },
  hazards: ['The new volume is empty too: stop Kafka, copy the data of the running ZooKeeper into it (docker cp, kubectl cp), and start ZooKeeper first.'],
  sources: ['https://kafka.apache.org/documentation/#zk', 'https://docs.confluent.io/platform/7.5/installation/docker/operations/external-volumes.html', 'https://issues.apache.org/jira/browse/KAFKA-7335'],
  words: { keeper: 'ZooKeeper', dir: 'its data directory' },
  bad: [
    { title: "the image's own volume has no name", files: { 'compose.yaml': stack('', '') }, line: 2 },
    { title: 'an image without a volume of its own', files: { 'compose.yaml': stack('', '').replace('confluentinc/cp-zookeeper:7.5.3', 'bitnamilegacy/zookeeper:3.8') }, line: 2 },
    {
      title: 'a chart whose ZooKeeper keeps nothing',
      files: { 'values.yaml': 'kafka:\n  persistence: {enabled: true}\n  zookeeper:\n    persistence: {enabled: false}\n', 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: kafka, version: 22.1.0, repository: https://charts.bitnami.com/bitnami}\n' },
      line: 4,
    },
    { title: 'claims for the brokers only', files: { 'kafka.yaml': strimzi('{type: ephemeral}') }, line: 12 },
  ],
  good: [
    { title: 'both are kept', files: { 'compose.yaml': stack('    volumes: ["zk-data:/var/lib/zookeeper/data", "zk-log:/var/lib/zookeeper/log"]\n', '  zk-data:\n  zk-log:\n') } },
    { title: 'neither is kept, so that they fit together', files: { 'compose.yaml': stack('', '', '') } },
    { title: 'a mount below the folder of the image', files: { 'compose.yaml': stack('    volumes: ["zk-data:/bitnami/zookeeper"]\n', '  zk-data:\n').replace('confluentinc/cp-zookeeper:7.5.3', 'bitnamilegacy/zookeeper:3.8') } },
    { title: 'claims for all', files: { 'kafka.yaml': strimzi('{type: persistent-claim, size: 20Gi}') } },
  ],
  *check(component) {
    const { keeper, storage } = component
    const [where, end] = keeper ? fleeting[keeper.storage.kind] ?? [] : []
    if (!keeper || where === undefined || end === undefined || !kept.has(storage.kind)) return
    yield {
      message: 'lost', span: keeper.storage.span, confidence: 'certain',
      severity: keeper.storage.kind === 'anonymous-volume' ? 'warning' : 'error',
      data: { keeper: keeper.name === 'zookeeper' ? 'its ZooKeeper' : `the ZooKeeper ${keeper.name}`, where, end, dir: keeper.storage.dataDir },
      because: [{ span: storage.span, text: `${component.name} keeps its log here` }],
    }
  },
})
