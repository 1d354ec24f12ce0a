// A stale replica may become leader; knows the one setting that allows it.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { valueOf } from '../../src/model/value.ts'
import { brokersOf, dataTopics, effective, numberOf, stated, telemetryTopic } from './facts.ts'
import { createTopics, oneBroker, threeBrokers } from './example-stacks.ts'

const setting = 'unclean.leader.election.enable'

/** Only copies that are complete may then lead; a partition without one waits for it and loses nothing. */
const clean = 'Let only a complete copy become leader'

export default defineRule({
  id: 'kafka/unclean-leader-election',
  technology: 'kafka',
  rows: ['durability', 'ordering'],
  concern: 'replication',
  severity: 'error',
  severityNote: 'A warning on a topic of telemetry.',
  summary: 'A copy that is behind may take over, and acknowledged events vanish.',
  messages: {
    allowed: '{component} lets a replica that is behind become leader of {subject} (unclean.leader.election.enable=true), so events already acknowledged vanish.',
  },
  failure: 'After a broker failure a stale copy leads {subject} on {component}: everything written since it fell behind is gone, producers were told it was safe, '
    + 'and consumers see offsets move backwards.',
  fix: 'Set `unclean.leader.election.enable` to false for {subject} on {component} (the default since 0.11); add copies if availability is the worry.',
  diff: {
    compose: ` services:
   kafka-1:
     environment:
-      KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: "true"`,
    helm: ` kafka:
   overrideConfiguration:
-    unclean.leader.election.enable: true`,
  },
  hazards: ['A partition whose in-sync replicas are all gone stays offline without it: bring one of them back rather than switching it on.'],
  sources: ['https://kafka.apache.org/documentation/#design', 'https://kafka.apache.org/documentation/#topicconfigs'],
  bad: [
    { title: 'switched on for the cluster', files: { 'compose.yaml': threeBrokers(['KAFKA_DEFAULT_REPLICATION_FACTOR: 3', 'KAFKA_MIN_INSYNC_REPLICAS: 2', 'KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: "true"']) } },
    { title: 'switched on for a topic', files: { 'compose.yaml': threeBrokers([], createTopics('kafka-1', '--topic orders --partitions 6 --replication-factor 3 --config min.insync.replicas=2 --config unclean.leader.election.enable=true')) } },
  ],
  good: [
    { title: 'refused in words', files: { 'compose.yaml': threeBrokers(['KAFKA_DEFAULT_REPLICATION_FACTOR: 3', 'KAFKA_MIN_INSYNC_REPLICAS: 2', 'KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: "false"']) } },
    { title: 'one broker has no other replica', files: { 'compose.yaml': oneBroker(['KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: "true"']) } },
  ],
  *check(component, stack) {
    if (component.external || component.product === 'redpanda' || brokersOf(component, stack) === 1) return
    // Nothing is elected where every topic has one copy, which is a fault of its own.
    const topics = dataTopics(component)
    const single = (copies: number | undefined): boolean => copies === 1
    if (topics.length > 0 ? topics.every(topic => single(valueOf(topic.replicas))) : single(numberOf(stated(component, 'default.replication.factor')))) return
    const first = stated(component, setting)
    // One broker that says so is enough, whatever the others say.
    const [cluster, ...others] = first ? [first, ...(first.others ?? [])].filter(({ value }) => value.trim().toLowerCase() === 'true') : []
    if (cluster) {
      yield { message: 'allowed', data: { subject: 'its topics' }, span: cluster.span, confidence: 'certain', because: [{ span: component.span, text: `${component.name} replicates between brokers` }], ...replacement({ ...cluster, others }, 'false', clean) }
    }
    for (const topic of topics) {
      const own = topic.config.get(setting)
      if (own?.state !== 'stated' || effective(own) !== 'true') continue
      yield {
        message: 'allowed', data: { subject: `topic ${topic.name}` }, span: own.span, severity: telemetryTopic(topic.name) ? 'warning' : 'error',
        confidence: 'certain', because: [{ span: component.span, text: `${component.name} replicates between brokers` }], ...replacement(own, 'false', clean),
      }
    }
  },
})
