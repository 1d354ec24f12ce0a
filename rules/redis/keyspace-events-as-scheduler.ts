// Reports timers built on the notifications of expired keys. Knows settings, clients' variables and what their source subscribes to; no file format.
import { defineRule } from '../../src/model/rule.ts'
import type { ObservedComponent, ObservedStack } from '../../src/model/observation.ts'
import { readable, type Note } from '../../src/model/value.ts'
import { clientPrograms, programSettings } from '../client-programs.ts'
import { stated } from './needs.ts'
import { source } from './sources.ts'

const subscribes = /__keyevent@[^:]{0,20}__:expired/

/** Where a client names the channel of expired keys. */
function listeners(component: ObservedComponent, stack: ObservedStack): readonly (readonly [client: string, note: Note])[] {
  const found: (readonly [string, Note])[] = [...subscribed(component, stack)]
  for (const { workload } of component.clients) {
    for (const { name, value } of workload.environment) {
      if (subscribes.test(readable(value))) found.push([workload.name, { span: value.span, text: `${workload.name} waits for expired keys (${name})` }])
    }
    for (const word of workload.command ?? []) {
      if (subscribes.test(readable(word))) found.push([workload.name, { span: word.span, text: `${workload.name} waits for expired keys` }])
    }
  }
  return found
}

// Where the source of a client subscribes to it.
const subscribed = (component: ObservedComponent, stack: ObservedStack): readonly (readonly [client: string, note: Note])[] =>
  programSettings(clientPrograms(component, stack), component, 'notify-keyspace-events').flatMap(({ client, value }) =>
    (subscribes.test(value.value) ? [[client, { span: value.span, text: `${client} waits for expired keys` }] as const] : []))

export default defineRule({
  id: 'redis/keyspace-events-as-scheduler',
  technology: 'redis',
  rows: ['durability', 'backpressure'],
  concern: 'semantics',
  severity: 'warning',
  severityNote: 'Information when the server announces expired keys and nothing else, but no client is seen to wait for them, and where only the source of a client says that it waits.',
  summary: 'Work is started by notifications of expired keys, which are late and can be lost.',
  messages: {
    listener: '{component} starts work of {client} by announcing expired keys (notify-keyspace-events {events}), which come late and are lost while it restarts.',
    subscribed: '{client} waits for expired keys of {component} to start work, which come late and are lost while it restarts.',
    announced: '{component} announces only expired keys (notify-keyspace-events {events}): as a timer these come late, and are lost while nobody listens.',
  },
  failure: 'The notification is sent when Redis removes the key, not when it expires, which can be minutes later. It is a plain publish: while the listener restarts the event is lost for good, and the timer never fires.',
  fix: 'Keep due times in a sorted set that a worker polls, or use the delayed jobs of a queue library; keep notifications for statistics and cache invalidation.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '-    command: redis-server --notify-keyspace-events Ex',
      '+    command: redis-server --appendonly yes',
    ].join('\n'),
    helm: [
      ' redis:',
      '   commonConfiguration: |-',
      '     appendonly yes',
      '     save ""',
      '-    notify-keyspace-events Ex',
    ].join('\n'),
  },
  otherTool: 'Kafka, when the events that start the work must not be lost and several services want them.',
  hazards: ['Adding appendonly yes by flag to a server that only has a snapshot starts it empty. On the running server first: CONFIG SET appendonly yes, wait until INFO persistence says aof_rewrite_in_progress:0, then change the file.', 'Keys that are pending when the change is rolled out still need their event: run both ways until the longest expiry has passed.'],
  sources: [source.keyspace],
  bad: [
    {
      title: 'a service waits for expired keys',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --notify-keyspace-events Ex
  reminders:
    image: registry.example.com/reminders:1.0
    environment:
      REDIS_URL: redis://redis:6379/0
      REMINDER_CHANNEL: __keyevent@0__:expired
`,
      },
      line: 4,
    },
    {
      title: 'the source of a client waits for expired keys',
      files: {
        'compose.yaml': 'services:\n  redis: {image: "redis:7.4"}\n  reminders: {build: reminders, environment: {REDIS_URL: "redis://redis:6379"}}\n',
        'reminders/Dockerfile': 'FROM node:22\nCOPY . .\n', 'reminders/package.json': '{"name": "reminders", "dependencies": {"ioredis": "^5.0.0"}}',
        'reminders/src/due.ts': "import Redis from 'ioredis'\nconst redis = new Redis(process.env.REDIS_URL)\nawait redis.subscribe('__keyevent@0__:expired')\n",
      },
      file: 'reminders/src/due.ts', line: 3,
    },
    {
      title: 'the server announces expired keys and nothing else',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: ["redis-server", "--notify-keyspace-events", "Ex"]
`,
      },
      line: 4,
    },
  ],
  good: [
    {
      title: 'all events are announced, for whatever reason',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --notify-keyspace-events KEA
`,
      },
    },
    {
      title: 'evicted keys are counted, expired ones are not',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --notify-keyspace-events Ke
`,
      },
    },
  ],
  *check(component, stack) {
    const setting = stated(component, 'notify-keyspace-events')
    if (setting === undefined || !/[KE]/.test(setting.value) || !/[xA]/.test(setting.value)) {
      // The program may tell the server to announce them (CONFIG SET).
      const [only] = component.settings.get('notify-keyspace-events')?.state === 'unknown' || setting ? [] : subscribed(component, stack)
      if (only) yield { message: 'subscribed', severity: 'info', data: { client: only[0], events: '' }, span: only[1].span, confidence: 'possible', because: [] }
      return
    }
    const [first, ...more] = listeners(component, stack)
    if (first) {
      yield {
        message: 'listener', data: { events: setting.value, client: first[0] }, span: setting.span, confidence: 'likely',
        because: [first, ...more].slice(0, 3).map(([, note]) => note),
      }
    } else if (/^[KE]*x[KE]*$/.test(setting.value)) {
      yield { message: 'announced', severity: 'info', data: { events: setting.value }, span: setting.span, confidence: 'possible', because: [] }
    }
  },
})
