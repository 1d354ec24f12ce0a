// A consumer that takes longer for a batch than the group waits for it. Knows the design and the clients' settings.
import { defineRule } from '../../src/model/rule.ts'
import { count, declaredUses, design, kafka, says, time } from '../spec/declared.ts'
import { clientSettings, minute } from './facts.ts'

const slow = (more: string): string => design({ components: kafka('events', [`id: images, use: event-bus, consumers: [{service: resizer, ${more}}]`]) })

export default defineRule({
  id: 'kafka/slow-consumer-rebalance',
  technology: 'kafka',
  rows: ['backpressure', 'fan-out'],
  concern: 'operations',
  severity: 'warning',
  summary: 'A consumer needs longer for one batch than its group waits.',
  messages: { expelled: '{service} needs {each} for a record of {use} and takes {records} at once: {total} is longer than the {limit} after which {component} gives its partitions to others.' },
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
    { title: 'two seconds for an image', files: { 'misfit.yaml': slow('processing_time: 2s') }, line: 7 },
    { title: 'few records, but slow ones', files: { 'misfit.yaml': slow('processing_time: 90s, max_poll_records: 10') }, line: 7 },
  ],
  good: [
    { title: 'fast enough', files: { 'misfit.yaml': slow('processing_time: 50ms') } },
    { title: 'few records at once', files: { 'misfit.yaml': slow('processing_time: 2s, max_poll_records: 20') } },
  ],
  *check(component) {
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
          message: 'expelled', use: use.id, span: each.span, confidence: consumer.maxPollRecords ? 'certain' : 'likely', because: [...says('max_poll_records', consumer.maxPollRecords), ...says('use', use.use)],
          data: { use: use.id, service: consumer.service.value, each: time(each.value), records: count(records), total: time(each.value * records), limit: time(limit) },
        }
      }
    }
  },
})
