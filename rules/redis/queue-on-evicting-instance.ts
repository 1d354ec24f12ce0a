// Reports jobs or events on a Redis that deletes keys when memory is full. Knows uses and settings; no file format.
import { defineRule, replacement, type Severity } from '../../src/model/rule.ts'
import { dataOf, established, evicts, evidenceOf, ownersOf, queues, restingOn, thatMustNotBeEvicted, usesExpiringKeys } from './needs.ts'
import { source } from './sources.ts'

const jobs = { whole: 'whole queues', things: 'jobs', key: 'the list that holds all waiting jobs', see: 'the workers see an empty queue' } as const
const events = { whole: 'whole streams', things: 'events', key: 'a stream with all that is in it', see: 'its consumers see an empty one' } as const

// What each policy does when memory runs out.
const outcomes = {
  anyKey: ({ key, see }: typeof jobs | typeof events) => `Redis removes whole keys to make room: ${key} is one key, it disappears in one step, the producers were told OK, ${see} and no log has an error`,
  expiringKeys: () => 'Redis removes keys with an expiry: a running job loses its lock, is taken for stalled and runs a second time beside itself',
  fullOfQueue: ({ things }: typeof jobs | typeof events) => `Redis finds no key that it may remove, and every write fails with "OOM command not allowed": new ${things} are refused, and so is all else that lives there`,
} as const

export default defineRule({
  id: 'redis/queue-on-evicting-instance',
  technology: 'redis',
  rows: ['durability', 'typical-use', 'failure-mode'],
  concern: 'semantics',
  severity: 'error',
  severityNote: 'An error under an allkeys policy. Under a volatile policy a warning for Bull and BullMQ, whose job locks expire, and information for plain lists and streams, which are spared.',
  summary: 'A job queue or event stream lives on a Redis that may delete any of its keys when memory is full.',
  messages: {
    anyKey: '{component} holds {data}{owners} but deletes any key, {whole} included, once it reaches {limit} ({policy}){shared}.',
    expiringKeys: '{component} holds {data}{owners} and deletes keys with an expiry, the locks of running jobs among them, once it reaches {limit} ({policy}){shared}.',
    fullOfQueue: '{component} holds {data}{owners}: {policy} spares keys without an expiry, so once these fill {limit} every write is refused{shared}.',
  },
  failure: 'When memory runs out, {outcome}. It happens at peak load, when the backlog is longest.',
  fix: 'Set maxmemory-policy noeviction on {component}, give it an append-only file and a volume, and move what may be evicted to a Redis of its own. Alert at 80 % of memory: a full instance then refuses writes, which is visible and can be retried.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '-    command: redis-server --maxmemory 512mb --maxmemory-policy allkeys-lru',
      '+    command: redis-server --maxmemory 512mb --maxmemory-policy noeviction --appendonly yes',
      '+    volumes: ["queue-data:/data"]',
      '+volumes:',
      '+  queue-data:',
    ].join('\n'),
    helm: [
      ' redis:',
      '   commonConfiguration: |-',
      '     appendonly yes',
      '-    maxmemory-policy allkeys-lru',
      '+    maxmemory-policy noeviction',
    ].join('\n'),
  },
  otherTool: 'Kafka, when several independent consumers need every message or when messages must be read again. Plain background jobs stay in Redis.',
  hazards: [
    'With noeviction a full instance refuses writes: set an alert and know the memory number before the change.',
    'Adding appendonly yes by flag to a server that only has a snapshot starts it empty. On the running server first: CONFIG SET appendonly yes, wait until INFO persistence says aof_rewrite_in_progress:0, then change the file.',
    'Where the jobs are Celery\'s: its documentation accepts allkeys-lru to keep a binding key alive; the policy can still delete the list of tasks.',
  ],
  sources: [source.eviction, source.bullmq, source.bullmqEviction, source.sidekiqEviction, source.rqEviction, source.celery],
  explains: [
    'redis/mixed-roles-one-instance', 'redis/lock-on-evicting-instance', 'redis/session-on-evicting-instance', 'redis/rate-limit-on-evicting-instance',
    'redis/managed-default-evicts',
  ],
  bad: [
    {
      title: 'a Celery broker that may evict any key',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 512mb --maxmemory-policy allkeys-lru
    volumes: ["redis-data:/data"]
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
volumes:
  redis-data:
`,
      },
      line: 4,
    },
    {
      title: 'a database index of its own isolates nothing',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: ["redis-server", "--maxmemory", "1gb", "--maxmemory-policy", "allkeys-lfu", "--appendonly", "yes"]
    volumes: ["redis-data:/data"]
  web:
    image: registry.example.com/shop:1.4
    environment:
      CACHE_URL: redis://redis:6379/0
      CELERY_BROKER_URL: redis://redis:6379/1
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/1
volumes:
  redis-data:
`,
      },
      line: 4,
    },
    {
      title: 'Dragonfly in cache mode evicts without a stated limit',
      files: {
        'compose.yaml': `services:
  dragonfly:
    image: docker.dragonflydb.io/dragonflydb/dragonfly:v1.23.0
    command: ["dragonfly", "--cache_mode=true"]
    volumes: ["queue-data:/data"]
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://dragonfly:6379/0
volumes:
  queue-data:
`,
      },
      line: 4,
    },
  ],
  good: [
    {
      title: 'the policy is set, but no limit makes it act',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory-policy allkeys-lru
    volumes: ["redis-data:/data"]
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
volumes:
  redis-data:
`,
      },
    },
    {
      title: 'Celery is in the stack, but its broker is RabbitMQ and Redis is a cache',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru
  rabbitmq:
    image: rabbitmq:3.13
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: amqp://rabbitmq:5672//
      CACHE_URL: redis://redis:6379/0
`,
      },
    },
    {
      title: 'a full queue refuses writes instead of forgetting jobs',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 512mb --maxmemory-policy noeviction --appendonly yes
    volumes: ["redis-data:/data"]
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
volumes:
  redis-data:
`,
      },
    },
  ],
  *check(component) {
    const uses = established(component, ...queues)
    const eviction = evicts(component)
    if (uses.length === 0 || eviction === undefined) return
    const others = [...established(component, 'cache'), ...thatMustNotBeEvicted(component).filter(use => !uses.includes(use))]
    const shared = others.length > 0 ? `; it shares that memory with ${dataOf(others)}` : ''
    // Where the policy spares the queue itself, what it does take is the cause; another rule reports it. What cannot be read may be that.
    if (!eviction.everyKey && component.open === true) return
    if (!eviction.everyKey && others.some(use => use.use === 'lock')) return
    const bull = usesExpiringKeys(uses), jobsAmong = uses.some(use => use.use === 'job-queue')
    if (!eviction.everyKey && !bull && others.some(use => use.use === 'session-store')) return
    const severity: Severity = eviction.everyKey ? 'error' : bull ? 'warning' : 'info'
    const message = eviction.everyKey ? 'anyKey' : bull ? 'expiringKeys' : 'fullOfQueue', held = jobsAmong ? jobs : events
    yield {
      message,
      severity,
      data: { data: dataOf(uses), owners: ownersOf(uses), limit: eviction.limit, policy: eviction.policy, shared, whole: held.whole, outcome: outcomes[message](held) },
      span: eviction.span,
      ...restingOn(uses),
      because: [...eviction.notes, ...evidenceOf(uses), ...evidenceOf(others).slice(0, 1)],
      ...replacement(eviction.setting, 'noeviction', `Refuse writes when full instead of deleting ${jobsAmong ? 'jobs' : 'events'}`, 'A full instance then refuses writes: give it enough memory, and an alert.'),
    }
  },
})
