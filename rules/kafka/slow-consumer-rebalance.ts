// A consumer that takes longer for a batch than the group waits for it. Knows the design and the clients' settings.
import { defineRule } from '../../src/model/rule.ts'
import { count, declaredUses, design, kafka, fieldNote, time } from '../spec/declared.ts'
import { readable } from '../../src/model/value.ts'
import { clientSettings, minute, type ClientSetting } from './facts.ts'
import { oneBroker, program } from './example-stacks.ts'

const slow = (more: string): string => design({ components: kafka('events', [`id: images, use: event-bus, consumers: [{service: resizer, ${more}}]`]) })

const transcoder = (interval: string): string => oneBroker([], program('transcoder', 'example.com/studio/transcoder:6', ['KAFKA_BROKERS: kafka:9092', 'KAFKA_GROUP_ID: transcoder', interval, 'JOB_TIMEOUT_SECONDS: 3600']))

// What somebody calls a job's longest time; waits for requests, locks and connections are none.
const jobKey = /(^|_)(JOBS?|TASKS?|PROCESSING|EXECUTION|TRANSCOD[A-Z]{1,8}|RENDER[A-Z]{0,8}|HANDLER)_(MAX_)?(TIMEOUT|TIME_LIMIT|DURATION|RUNTIME|LENGTH)(_(SECONDS?|SECS?|S|MINUTES?|MINS?|HOURS?|MS|MILLIS))?$/

/** Milliseconds of `3600`, `1h`, `PT1H` under a key that may say the unit; undefined where the unit cannot be told. */
function span(key: string, text: string): number | undefined {
  const amount = /^(?:PT)?(\d{1,9})\s*(ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?)?$/i.exec(text.trim())
  if (!amount) return undefined
  const unit = (amount[2] ?? /_(SECONDS?|SECS?|S|MINUTES?|MINS?|HOURS?|MS|MILLIS)$/.exec(key)?.[1] ?? '').toLowerCase()
  const size = unit.startsWith('ms') || unit.startsWith('milli') ? 1 : unit.startsWith('s') ? 1000 : unit.startsWith('m') ? minute : unit.startsWith('h') ? 60 * minute : undefined
  return size === undefined ? undefined : Number(amount[1]) * size
}

export default defineRule({
  id: 'kafka/slow-consumer-rebalance',
  technology: 'kafka',
  rows: ['backpressure', 'fan-out'],
  concern: 'operations',
  severity: 'warning',
  severityNote: 'Information where the time after which the group goes on is not stated but the default of the client.',
  summary: 'A consumer needs longer for one batch than its group waits.',
  messages: {
    stated: 'Jobs of {service} may take {each} ({setting}), which is longer than the {limit} after which {component} gives its partitions to others.',
    expelled: '{service} needs {each} for a record of {use} and takes {records} at once: {total} is longer than the {limit} after which {component} gives its partitions to others.',
  },
  failure: 'The member is put out of the group in the middle of its batch, another one starts with the same records, and so it goes round: lag grows while everybody works.',
  fix: 'Let {service} take fewer records at once (max.poll.records) or raise max.poll.interval.ms above {total}.',
  diff: {
    compose: [
      ' services:',
      '   resizer:',
      '     environment:',
      '       KAFKA_CONSUMER_GROUP_ID: resizer',
      '+      KAFKA_CONSUMER_MAX_POLL_RECORDS: 20',
    ].join('\n'),
    helm: [
      ' resizer:',
      '   env:',
      '     KAFKA_CONSUMER_GROUP_ID: resizer',
      '+    KAFKA_CONSUMER_MAX_POLL_RECORDS: 20',
    ].join('\n'),
  },
  hazards: [
    'A longer max.poll.interval.ms also means that a consumer that hangs keeps its partitions for as long.',
  ],
  sources: ['https://kafka.apache.org/documentation/#consumerconfigs'],
  bad: [
    { title: 'an hour for a job, five minutes of patience', files: { 'compose.yaml': transcoder('KAFKA_MAX_POLL_INTERVAL_MS: 300000') }, line: 21 },
    { title: 'two seconds for an image', files: { 'misfit.yaml': slow('processing_time: 2s') }, line: 7 },
    { title: 'few records, but slow ones', files: { 'misfit.yaml': slow('processing_time: 90s, max_poll_records: 10') }, line: 7 },
  ],
  good: [
    { title: 'the group waits for as long as a job may take', files: { 'compose.yaml': transcoder('KAFKA_MAX_POLL_INTERVAL_MS: 4500000') } },
    { title: 'the time of a request is no time of a job', files: { 'compose.yaml': transcoder('KAFKA_MAX_POLL_INTERVAL_MS: 300000').replace('JOB_TIMEOUT_SECONDS', 'HTTP_TIMEOUT_SECONDS') } },
    { title: 'fast enough', files: { 'misfit.yaml': slow('processing_time: 50ms') } },
    { title: 'few records at once', files: { 'misfit.yaml': slow('processing_time: 2s, max_poll_records: 20') } },
  ],
  *check(component) {
    for (const { workload, key, value, written } of clientSettings(component, jobKey)) {
      const own = (name: RegExp): ClientSetting | undefined => clientSettings(component, name).find(each => each.workload === workload && /^\d{1,12}$/.test(each.value.value))
      const each = span(key, value.value)
      const stated = own(/(^|_)MAX_POLL_INTERVAL_MS$/)
      // It must be a job that Kafka hands out: a group of its own, and no other queue that the time may be about.
      const consumes = clientSettings(component, /(^|_)(KAFKA_)?(CONSUMER_)?GROUP(_ID)?$/).some(group => group.workload === workload)
      const limit = stated ? Number(stated.value.value) : 5 * minute
      if (each === undefined || !consumes || each <= limit || /redis|valkey|amqp|rabbit|sqs/i.test(workload.environment.map(({ value: other }) => readable(other)).join(' '))) continue
      yield {
        message: 'stated', span: stated?.value.span ?? value.span, severity: stated ? 'warning' : 'info', confidence: stated ? 'likely' : 'possible',
        data: { service: workload.name, each: time(each), total: time(each), limit: time(limit), setting: `${written}=${value.value}` },
        because: stated ? [{ span: value.span, text: `${written}=${value.value}` }] : [{ span: value.span, text: 'max.poll.interval.ms is not stated, and the Java client waits five minutes' }],
      }
    }
    for (const use of declaredUses(component)) {
      for (const consumer of use.consumers) {
        const each = consumer.processingTime
        if (each === undefined) continue
        const own = (key: RegExp): number | undefined => {
          const setting = clientSettings(component, key).find(({ workload }) => workload.name === consumer.service.value)
          return setting && /^\d{1,12}$/.test(setting.value.value) ? Number(setting.value.value) : undefined
        }
        const records = consumer.maxPollRecords?.value ?? own(/(^|_)MAX_POLL_RECORDS$/) ?? 500
        const limit = own(/(^|_)MAX_POLL_INTERVAL_MS$/) ?? 5 * minute
        if (each.value * records <= limit) continue
        yield {
          message: 'expelled', use: use.id, span: each.span, confidence: consumer.maxPollRecords ? 'certain' : 'likely', because: [...fieldNote('max_poll_records', consumer.maxPollRecords), ...fieldNote('use', use.use)],
          data: { use: use.id, service: consumer.service.value, each: time(each.value), records: count(records), total: time(each.value * records), limit: time(limit) },
        }
      }
    }
  },
})
