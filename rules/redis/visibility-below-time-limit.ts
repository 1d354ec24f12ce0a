// Jobs that may run longer than the time after which they are handed to somebody else. Knows clients' settings; no file format.
import { defineRule } from '../../src/model/rule.ts'
import type { ObservedComponent } from '../../src/model/observation.ts'
import { remembered } from '../../src/model/once.ts'
import type { Workload } from '../../src/model/stack.ts'
import { isUnread, readable, type Note, type Span } from '../../src/model/value.ts'
import { time } from '../spec/declared.ts'
import { established } from './needs.ts'

interface Found {
  readonly seconds: number
  readonly note: Note
}

const commandOf = (workload: Workload): string => [...(workload.entrypoint ?? []), ...(workload.command ?? [])].map(readable).join(' ')

const limit = (text: string): number | undefined => (/^\d{1,8}$/.test(text.trim()) ? Number(text) : undefined)

const normalName = remembered(name => name.toUpperCase().replace(/[^A-Z0-9]+/g, '_'))

/** A number under a key, or inside the value of one (`{"visibility_timeout": 3600}`). */
function inEnvironment(workload: Workload, key: RegExp, inside?: RegExp): Found | undefined {
  for (const { name, value } of workload.environment) {
    const normal = normalName(name)
    if ((!key.test(normal) && isUnread(value)) || !value.known) continue
    const seconds = key.test(normal) ? limit(value.value) : limit(inside?.exec(value.value)?.[1] ?? '')
    if (seconds !== undefined && seconds > 0) return { seconds, note: { span: value.span, text: `${name}=${value.value.length > 80 ? `${value.value.slice(0, 79)}…` : value.value}` } }
  }
  return undefined
}

// The span of the word that holds the number, where the command is a list; the place of the command otherwise.
function inCommand(workload: Workload, flag: RegExp): Found | undefined {
  const match = flag.exec(commandOf(workload))
  const seconds = limit(match?.[1] ?? '')
  const word = (workload.command ?? workload.entrypoint ?? []).find(each => readable(each).includes(match?.[1] ?? ''))
  const span: Span = word?.span ?? workload.span
  return match && seconds !== undefined && seconds > 0 ? { seconds, note: { span, text: match[0].trim() } } : undefined
}

interface Queue {
  readonly name: string
  readonly runs: (workload: Workload) => boolean
  /** After this long a job that nobody has finished is given to another worker. */
  readonly again: (workload: Workload) => Found | undefined
  /** How long a job may run. */
  readonly longest: (workload: Workload) => Found | undefined
  readonly setting: string
}

const queues: readonly Queue[] = [
  {
    name: 'Celery', setting: 'visibility_timeout',
    runs: workload => /\bcelery\b/.test(commandOf(workload)),
    again: workload => inEnvironment(workload, /(?:^|_)VISIBILITY_TIMEOUT$/, /visibility_timeout["']?\s*[:=]\s*["']?(\d{1,8})/i),
    longest: workload => inCommand(workload, /--time-limit[= ](\d{1,8})/) ?? inEnvironment(workload, /(?:^|_)(?:CELERY|CELERYD)_(?:TASK_)?TIME_LIMIT$/),
  },
  {
    name: 'Laravel', setting: 'retry_after',
    runs: workload => /\bartisan\s+(?:queue:(?:work|listen)|horizon)\b/.test(commandOf(workload)),
    again: workload => inEnvironment(workload, /(?:^|_)(?:REDIS_)?QUEUE_RETRY_AFTER$|(?:^|_)QUEUE_REDIS_RETRY_AFTER$/),
    longest: workload => inCommand(workload, /--timeout[= ](\d{1,8})/),
  },
]

/** What the worker itself states, else what another client of the same server does: they share one configuration. */
const statedFor = (component: ObservedComponent, workload: Workload, read: (one: Workload) => Found | undefined): Found | undefined =>
  read(workload) ?? component.clients.map(client => read(client.workload)).find(found => found !== undefined)

const worker = (command: string, environment: readonly string[]): string => `services:
  redis:
    image: redis:7.4
    command: redis-server --appendonly yes
    volumes: ["redis-data:/data"]
  worker:
    image: registry.example.com/shop:1.4
    command: ${command}
    environment:
${environment.map(line => `      ${line}\n`).join('')}volumes:
  redis-data:
`
const celery = (more: readonly string[], flags = ''): string => worker(`celery -A shop worker${flags}`, ['CELERY_BROKER_URL: redis://redis:6379/0', ...more])

export default defineRule({
  id: 'redis/visibility-below-time-limit',
  technology: 'redis',
  rows: ['typical-use', 'failure-mode'],
  concern: 'semantics',
  severity: 'warning',
  summary: 'A job may run for longer than the time after which the queue gives it to another worker.',
  messages: {
    twice: '{client} may work on a job of {component} for {longest}, but after {again} ({setting}) it is given to another worker, so long jobs run twice.',
  },
  failure: '{library} takes a job that is not finished after {again} for lost and hands it out again while the first worker is still at it: mails go out twice, payments are booked twice, and nothing in the logs says why.',
  fix: 'Set {setting} of {library} above {longest}, the longest time that a job of {client} may take, or lower the time limit below {again}.',
  diff: {
    compose: [
      ' services:',
      '   worker:',
      '     environment:',
      '-      CELERY_BROKER_TRANSPORT_OPTIONS: "{\\"visibility_timeout\\": 3600}"',
      '+      CELERY_BROKER_TRANSPORT_OPTIONS: "{\\"visibility_timeout\\": 10800}"',
      '       CELERY_TASK_TIME_LIMIT: 7200',
    ].join('\n'),
    helm: [
      ' worker:',
      '   env:',
      '-    REDIS_QUEUE_RETRY_AFTER: 90',
      '+    REDIS_QUEUE_RETRY_AFTER: 330',
    ].join('\n'),
  },
  hazards: ['A longer time also delays the jobs of a worker that was killed: they wait that long before another takes them.'],
  sources: ['https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html#visibility-timeout', 'https://laravel.com/docs/queues#job-expiration'],
  words: { client: 'the worker', library: 'The library', setting: 'the visibility timeout', again: 'that time', longest: 'longer' },
  bad: [
    { title: 'two hours of work, one hour of patience', files: { 'compose.yaml': celery(['CELERY_BROKER_TRANSPORT_OPTIONS: \'{"visibility_timeout": 3600}\'', 'CELERY_TASK_TIME_LIMIT: 7200']) }, line: 11 },
    { title: 'a time limit on the command line', files: { 'compose.yaml': celery(['CELERY_VISIBILITY_TIMEOUT: 1800'], ' --time-limit=3600') }, line: 11 },
    { title: 'Laravel retries while the job runs', files: { 'compose.yaml': worker('php artisan queue:work redis --timeout=300', ['REDIS_HOST: redis', 'QUEUE_CONNECTION: redis', 'REDIS_QUEUE_RETRY_AFTER: 90']) }, line: 12 },
  ],
  good: [
    { title: 'patience for longer than the work', files: { 'compose.yaml': celery(['CELERY_BROKER_TRANSPORT_OPTIONS: \'{"visibility_timeout": 10800}\'', 'CELERY_TASK_TIME_LIMIT: 7200']) } },
    { title: 'no time is stated for a job', files: { 'compose.yaml': celery(['CELERY_VISIBILITY_TIMEOUT: 1800']) } },
    { title: 'Laravel gives up before it retries', files: { 'compose.yaml': worker('php artisan queue:work redis --timeout=60', ['REDIS_HOST: redis', 'QUEUE_CONNECTION: redis', 'REDIS_QUEUE_RETRY_AFTER: 90']) } },
  ],
  *check(component) {
    if (established(component, 'job-queue').length === 0) return
    const told = new Set<string>()
    for (const { workload } of component.clients) {
      const queue = queues.find(each => each.runs(workload))
      const again = queue && statedFor(component, workload, queue.again)
      const longest = queue && statedFor(component, workload, queue.longest)
      if (!queue || !again || !longest || longest.seconds < again.seconds) continue
      const place = `${again.note.span.file}:${again.note.span.start}`
      if (told.has(place)) continue
      told.add(place)
      yield {
        message: 'twice', span: again.note.span, confidence: 'certain',
        data: { client: workload.name, library: queue.name, setting: queue.setting, again: time(again.seconds * 1000), longest: time(longest.seconds * 1000) },
        because: [longest.note],
      }
    }
  },
})
