// Events that expire while a consumer is away; without a declared downtime this is a hint, since short retention is usually a chosen buffer.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { design, kafka, longestAway, fieldNote, time } from '../spec/declared.ts'
import { declaredTopics, kept, policies } from './declared-topics.ts'
import { brokerRetention, dataTopics, duration, effective, hour, list, minute, numberOf, policiesOf, stated } from './facts.ts'
import { createTopics, oneBroker, program } from './example-stacks.ts'

const week = { 'log.retention.ms': '604800000', 'log.retention.minutes': '10080', 'log.retention.hours': '168' } as const
const needsDisk = 'Longer retention needs disk: check the volume first.'

const away = design({ components: kafka('kafka', ['id: orders, use: event-bus, consumers: [{service: billing, downtime_max: 3d}]']) })

export default defineRule({
  id: 'kafka/retention-below-consumer-downtime',
  technology: 'kafka',
  rows: ['durability', 'backpressure'],
  concern: 'durability',
  severity: 'info',
  severityNote: 'An error where the design says that a consumer may be away for longer, a warning for less than twice as long. A warning where events are kept for less than ten minutes, so that not even a restart of a consumer is covered, unless programs create the topics themselves.',
  summary: 'Events are deleted so soon that a consumer which is down for a while loses them.',
  messages: {
    hint: 'On {component}, {subject} keeps events for {kept} only, so a consumer that is down for longer loses what it has not read.',
    declared: '{service} may be away for {away}, but {component} keeps the records of {subject} for {kept} only, so it loses what it has not read.',
    close: '{service} may be away for {away}, and {component} keeps the records of {subject} for {kept}, which is less than twice as long: it may not catch up in time.',
    restart: 'On {component}, {subject} keeps events for {kept} only, so what arrives while a consumer restarts may be gone before it is back.',
  },
  failure: 'A consumer of {subject} that is away for more than {kept} returns to an offset that no longer exists on {component} and is reset: it skips a hole or repeats everything left.',
  fix: 'Keep {subject} on {component} longer than the longest outage plus the time to catch up (a week covers a long weekend), or note that the short buffer is intended.',
  diff: {
    compose: ` services:
   kafka:
     environment:
-      KAFKA_LOG_RETENTION_MS: 60000
+      KAFKA_LOG_RETENTION_HOURS: 168`,
    helm: ` kafka:
   overrideConfiguration:
-    log.retention.hours: 1
+    log.retention.hours: 168`,
  },
  hazards: ['Longer retention needs disk: check the volume before you raise it.'],
  sources: ['https://kafka.apache.org/documentation/#topicconfigs', 'https://kafka.apache.org/documentation/#consumerconfigs'],
  options: {
    longestDowntimeHours: { unit: 'hours', default: 24, least: 0, most: 8760, description: 'How long a consumer may be away: a broker that keeps events no longer is reported.' },
    longestTopicDowntimeHours: { unit: 'hours', default: 1, least: 0, most: 8760, description: 'The same for the retention that a single topic states, which is more often a chosen buffer.' },
    // Shorter than a redeployment takes: no consumer can restart without losing events.
    restartMinutes: { unit: 'minutes', default: 10, least: 0, most: 1440, description: 'How long a restart takes: shorter retention of a broker is a warning.' },
  },
  words: { subject: 'the topic', kept: 'the retention time', service: 'a consumer', away: 'a while' },
  bad: [
    { title: 'a weekend away, a day kept', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_HOURS: 24']), 'misfit.yaml': away }, file: 'misfit.yaml', line: 7 },
    { title: 'no time to catch up', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_HOURS: 96']), 'misfit.yaml': away }, file: 'misfit.yaml', line: 7 },
    { title: 'one minute', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_MS: 60000'], program('orders', 'example.com/shop/orders:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092'])) }, line: 14 },
    { title: 'six hours', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_HOURS: 6'], program('orders', 'example.com/shop/orders:4.2', ['KAFKA_BOOTSTRAP_SERVERS: kafka:9092'])) }, line: 14 },
  ],
  good: [
    { title: 'twice as long as anybody is away', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_HOURS: 168']), 'misfit.yaml': away } },
    { title: 'a week', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_HOURS: 168']) } },
    {
      title: 'a short default that the topic overrides',
      files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_HOURS: 6'], createTopics('kafka', '--topic orders --partitions 6 --replication-factor 1 --config retention.ms=604800000')) },
    },
  ],
  *check(component, _, options) {
    let told = false
    for (const each of declaredTopics(component)) {
      const { use } = each
      const away = longestAway(use), keeps = kept(component, each)
      if (away === undefined || keeps === undefined || use.delivery?.value === 'at_most_once' || policies(component, each)?.includes('compact')) continue
      if (keeps.ms >= 2 * away.ms) continue
      told = true
      const gone = keeps.ms < away.ms
      yield {
        message: gone ? 'declared' : 'close', severity: gone ? 'error' : 'warning', use: use.id, span: away.note.span, confidence: 'certain', because: [keeps.note, ...fieldNote('use', use.use)],
        data: { subject: use.id, service: away.consumer.service.value, away: time(away.ms), kept: time(keeps.ms) },
      }
    }
    // A hint has nothing to add to what the design decides.
    if (told) return
    const restart = options.restartMinutes * minute
    const retention = brokerRetention(component)
    const place = retention && stated(component, retention.name)
    const topics = dataTopics(component)
    const inheriting = component.set?.includes('retention.ms') !== true && (topics.length === 0 || topics.some(topic => !topic.config.has('retention.ms')))
    if (retention && place && inheriting && retention.ms >= 0 && retention.ms <= options.longestDowntimeHours * hour) {
      const short = retention.ms < restart
      yield {
        message: short ? 'restart' : 'hint',
        data: { subject: 'each topic', kept: duration(retention.ms) },
        span: place.span,
        // Where no topic is made by itself and none is declared, programs make them, and may say how long each keeps its events.
        severity: short && !(topics.length === 0 && effective(component.settings.get('auto.create.topics.enable')) === 'false') ? 'warning' : 'info',
        confidence: 'certain',
        because: [{ span: component.span, text: `no topic of ${component.name} is shown to keep its events longer` }],
        ...replacement(place, week[retention.name], 'Keep events for a week, as Kafka does by default', needsDisk),
      }
    }
    const brief = topics.flatMap(topic => {
      const own = topic.config.get('retention.ms')
      const ms = numberOf(own)
      if (own?.state !== 'stated' || ms === undefined || ms < 0 || ms > options.longestTopicDowntimeHours * hour) return []
      return policiesOf(component, topic)?.includes('delete') === false ? [] : [{ topic, ms, span: own.span, setting: own }]
    })
    const [first, ...others] = brief
    if (first === undefined) return
    yield {
      message: first.ms < restart ? 'restart' : 'hint',
      data: { subject: `${brief.length > 1 ? 'each of ' : ''}${list(brief.map(one => one.topic.name))}`, kept: duration(first.ms) },
      span: first.span,
      severity: 'info',
      confidence: 'certain',
      because: others.map(one => ({ span: one.span, text: `${one.topic.name} keeps events for ${duration(one.ms)}` })),
      ...(others.length === 0 ? replacement(first.setting, week['log.retention.ms'], 'Keep events for a week, as Kafka does by default', needsDisk) : {}),
    }
  },
})
