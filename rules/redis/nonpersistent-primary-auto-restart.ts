// Reports a primary without persistence that restarts by itself and empties its replicas. Knows settings and uses; no file format.
import { defineRule } from '../../src/model/rule.ts'
import { dataOf, established, evidenceOf, isProven, loggingInstead, onlyLossTolerant, persistence, persistenceNotes, stated, thatMustSurvive } from './needs.ts'
import { source } from './sources.ts'

export default defineRule({
  id: 'redis/nonpersistent-primary-auto-restart',
  technology: 'redis',
  rows: ['durability'],
  concern: 'replication',
  severity: 'error',
  severityNote: 'An error for data that must survive, a warning for sessions, locks and the like, information while the use is unknown; silent for caches.',
  summary: 'A primary that keeps nothing on disk restarts by itself and empties all its replicas.',
  messages: {
    emptied: '{component} keeps nothing on disk and restarts by itself: after a crash the empty primary empties its replicas too, and {data} are gone everywhere.',
    unknown: '{component} keeps nothing on disk and restarts by itself: after a crash the empty primary empties its replicas too.',
  },
  failure: 'After a crash the primary is back, empty, before anybody promotes a replica, and the replicas faithfully copy the emptiness. All copies are gone within a second.',
  fix: 'Set appendonly yes on the primary of {component}, or do not let it restart by itself and have Sentinel promote a replica.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '     restart: always',
      '-    command: redis-server --save "" --appendonly no',
      '+    command: redis-server --appendonly yes',
      '+    volumes: ["redis-data:/data"]',
      '+volumes:',
      '+  redis-data:',
    ].join('\n'),
    helm: [
      ' redis:',
      '   architecture: replication',
      '   commonConfiguration: |-',
      '-    appendonly no',
      '+    appendonly yes',
      '     save ""',
    ].join('\n'),
  },
  hazards: ['Switch the append-only file on at the running primary first (CONFIG SET appendonly yes), then change the file: a restart with the new flag alone starts empty, and the replicas follow.'],
  sources: [source.replication],
  explains: ['redis/durable-role-without-persistence'],
  bad: [
    {
      title: 'replicas of a job queue that is not on disk',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    restart: always
    command: redis-server --save "" --appendonly no
  redis-replica:
    image: redis:7.4
    command: redis-server --replicaof redis 6379
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
`,
      },
      line: 5,
    },
    {
      title: 'replicas of sessions that are not on disk',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    restart: unless-stopped
    command: ["redis-server", "--save", "", "--appendonly", "no"]
  redis-replica:
    image: redis:7.4
    restart: unless-stopped
    command: ["redis-server", "--replicaof", "redis", "6379"]
  web:
    image: registry.example.com/shop:1.4
    environment:
      REDIS_HOST: redis
      SESSION_DRIVER: redis
`,
      },
      line: 5,
    },
  ],
  good: [
    {
      title: 'a cache with replicas may become empty',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    restart: always
    command: redis-server --save "" --appendonly no
  redis-replica:
    image: redis:7.4
    command: redis-server --replicaof redis 6379
  web:
    image: registry.example.com/shop:1.4
    environment:
      CACHE_URL: redis://redis:6379/0
`,
      },
    },
    {
      title: 'the primary stays down until a person looks',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    restart: "no"
    command: redis-server --save "" --appendonly no
  redis-replica:
    image: redis:7.4
    command: redis-server --replicaof redis 6379
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
`,
      },
    },
  ],
  *check(component) {
    if (component.external || !component.nodes.known || component.nodes.value < 2 || component.restartsItself !== true) return
    if (persistence(component) !== 'none' || onlyLossTolerant(component)) return
    const uses = established(component).filter(use => use.use !== 'cache' && use.use !== 'pub-sub' && use.use !== 'derived-state')
    const span = (stated(component, 'save') ?? stated(component, 'appendonly'))?.span ?? component.span
    yield {
      message: uses.length > 0 ? 'emptied' : 'unknown',
      severity: thatMustSurvive(component).some(isProven) ? 'error' : uses.length > 0 ? 'warning' : 'info',
      data: { data: dataOf(uses) },
      span,
      confidence: uses.length > 0 ? 'certain' : 'possible',
      because: [
        { span: component.nodes.span, text: `${String(component.nodes.value)} nodes copy one primary` },
        ...persistenceNotes(component).filter(note => note.span !== span), ...evidenceOf(uses).slice(0, 2),
      ],
      ...loggingInstead(component),
    }
  },
})
