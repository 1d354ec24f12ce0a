// Reports a volume that is meant for Redis data but mounted where the server never writes. Knows storage; no file format.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { serious } from '../stage.ts'
import { evidenceOf, isProven, onlyLossTolerant, persistence, thatMustSurvive } from './needs.ts'
import { source } from './sources.ts'

// Folders that people take for Redis's data directory. A log, certificate or script folder is none.
const looksLikeData = /(^|[/_-])(data|redis|valkey|keydb|redis-data|redisdata|db|dump|persist|persistence|storage)\/?$/
const looksLikeOther = /(^|\/)(logs?|etc|conf|config|certs?|tls|ssl|run|init|scripts?|backups?|sbin|bin|modules?|users?)(\/|$)/

export default defineRule({
  id: 'redis/volume-not-on-data-dir',
  technology: 'redis',
  rows: ['durability'],
  concern: 'semantics',
  severity: 'error',
  severityNote: 'A warning while nothing shows that the data must survive, information when all of it may be lost or the stack is for development.',
  summary: 'A volume is mounted for the data, but this image writes its data somewhere else.',
  messages: {
    elsewhere: '{component} has a volume at {target} but writes its data to {dir}, so nothing it writes reaches the volume.',
  },
  failure: 'Everybody believes that the data is kept. The mounted folder stays empty while the files lie in a volume without a name or in the container, and {end} loses them all.',
  fix: 'Mount the volume at {dir}, the directory this image writes to.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '     volumes:',
      '-      - redis-data:/var/lib/redis',
      '+      - redis-data:/data',
    ].join('\n'),
    helm: [
      ' # bjw-s app-template',
      ' persistence:',
      '   data:',
      '     type: persistentVolumeClaim',
      '     accessMode: ReadWriteOnce',
      '     size: 8Gi',
      '     globalMounts:',
      '-      - path: /var/lib/redis',
      '+      - path: /data',
    ].join('\n'),
  },
  hazards: ['The files that exist now are not in the volume: stop the writers, run redis-cli SAVE, copy the files out of the container into the volume, then change the mount.'],
  sources: [source.image, source.valkeyImage, source.bitnamiRedis],
  explains: ['redis/durable-role-without-volume'],
  bad: [
    {
      title: 'the path of a distribution package, with the official image',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    volumes:
      - redis-data:/var/lib/redis
volumes:
  redis-data:
`,
      },
      line: 5,
    },
    {
      title: 'a guessed folder under a job queue',
      files: {
        'compose.yaml': `services:
  redis:
    image: valkey/valkey:8
    command: valkey-server --appendonly yes
    volumes:
      - queue:/redis-data
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
volumes:
  queue:
`,
      },
      line: 6,
    },
  ],
  good: [
    {
      title: 'the server is told to write there',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --dir /var/lib/redis
    volumes:
      - redis-data:/var/lib/redis
volumes:
  redis-data:
`,
      },
    },
    {
      title: 'a volume for logs is no volume for data',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    volumes:
      - redis-logs:/var/log/redis
volumes:
  redis-logs:
`,
      },
    },
    {
      title: 'two volumes, one of them at the data directory',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    volumes:
      - redis-data:/data
      - legacy:/var/lib/redis
volumes:
  redis-data:
  legacy:
`,
      },
    },
  ],
  *check(component, stack) {
    const { kind, dataDir, misplaced, span } = component.storage
    if (component.external || (kind !== 'anonymous-volume' && kind !== 'container-layer') || persistence(component) === 'none') return
    const mount = misplaced.find(({ target }) => looksLikeData.test(target) && !looksLikeOther.test(target))
    if (mount === undefined) return
    const uses = thatMustSurvive(component)
    yield {
      message: 'elsewhere',
      severity: uses.some(isProven) && serious(stack) ? 'error' : onlyLossTolerant(component) ? 'info' : 'warning',
      data: { target: mount.target, dir: dataDir, end: stack.kind === 'compose' ? 'the first docker compose down, or move to another host,' : 'the next new pod' },
      span: mount.span,
      confidence: 'certain',
      because: [{ span, text: `nothing is mounted at ${dataDir}` }, ...evidenceOf(uses)],
      ...replacement({ span: mount.targetSpan, value: mount.target }, dataDir, `Mount the volume at ${dataDir}`, 'The files that exist now are not in the volume: stop the writers, run redis-cli SAVE and copy them into it first.'),
    }
  },
})
