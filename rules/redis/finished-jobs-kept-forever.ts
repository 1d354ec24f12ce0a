// Finished jobs that nobody removes. Knows the design, and by its evidence which library runs the queue.
import { defineRule } from '../../src/model/rule.ts'
import { declaredUses, design, redis, fieldNote } from '../spec/declared.ts'
import { established } from './needs.ts'

const worker = `services:
  redis:
    image: redis:7.4
    command: redis-server --appendonly yes
    volumes: ["data:/data"]
  worker:
    image: registry.example.com/shop:1.4
    environment:
      BULLMQ_REDIS_URL: redis://redis:6379
volumes:
  data:
`

export default defineRule({
  id: 'redis/finished-jobs-kept-forever',
  technology: 'redis',
  rows: ['scale-pattern', 'backpressure'],
  concern: 'sizing',
  severity: 'info',
  summary: 'Finished jobs stay in memory for ever.',
  messages: { kept: '{use} keeps its finished jobs on {component} for ever, so its memory fills with work that is done.' },
  failure: 'The sets of completed and failed jobs on {component} grow with every job; with noeviction the day comes when no new job is accepted.',
  fix: 'Let the queue remove finished jobs by age and number (BullMQ: removeOnComplete and removeOnFail with age and count) and declare remove_on_complete: true.',
  diff: { spec: '       - id: mails\n         use: job-queue\n-        remove_on_complete: false\n+        remove_on_complete: true' },
  hazards: [
    'With the jobs go their return values and error messages: see who still reads them, and let failed jobs stay longer than completed ones.',
  ],
  sources: ['https://docs.bullmq.io/guide/queues/auto-removal-of-jobs'],
  bad: [
    { title: 'declared to be kept', files: { 'misfit.yaml': design({ components: redis('redis', ['id: mails, use: job-queue, remove_on_complete: false']) }) }, line: 7 },
    { title: 'declared to be kept, with a worker', files: { 'compose.yaml': worker, 'misfit.yaml': design({ components: redis('redis', ['id: mails, use: job-queue, remove_on_complete: false']) }) }, file: 'misfit.yaml', line: 7 },
  ],
  good: [
    { title: 'removed', files: { 'misfit.yaml': design({ components: redis('redis', ['id: mails, use: job-queue, remove_on_complete: true']) }) } },
    { title: 'nothing is said', files: { 'misfit.yaml': design({ components: redis('redis', ['id: mails, use: job-queue']) }) } },
  ],
  *check(component) {
    const bull = established(component, 'job-queue').some(use => use.evidence.some(evidence => evidence.for && /bull/i.test(`${evidence.signal} ${evidence.text}`)))
    for (const use of declaredUses(component, 'job-queue')) {
      const stated = use.removeOnComplete
      // Only Bull keeps jobs unless it is told; a design that describes the load of one has had the occasion to say so.
      if (stated?.value === true || (stated === undefined && !(bull && (use.eventsPerSecond !== undefined || use.writesPerSecond !== undefined)))) continue
      yield { message: 'kept', data: { use: use.id }, use: use.id, span: stated?.span ?? use.span, confidence: stated ? 'certain' : 'possible', because: fieldNote('use', use.use) }
    }
  },
})
