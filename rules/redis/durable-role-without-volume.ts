// Reports data that must survive in files on storage that goes away with its container or pod. Knows uses and storage; no file format.
import { defineRule, replacement, type Edit, type Severity } from '../../src/model/rule.ts'
import type { ObservedComponent, ObservedStack, Use } from '../../src/model/observation.ts'
import type { Storage, StorageKind } from '../../src/model/stack.ts'
import { anyKeeper, ownersOf, restingOn, dataOf, evidenceOf, keeperOf, knownOnlyByApplication, lossOf, onlyLossTolerant, persistence, persistenceNotes, saidToBeLost, stated, thatMustSurvive } from './needs.ts'
import { clientPrograms, programSettings } from '../client-programs.ts'
import { source } from './sources.ts'

// Where the files end up, in words, and what takes them away. The rest survives, or nobody can tell.
const fleeting: Partial<Record<StorageKind, readonly [where: string, end: string]>> = {
  'anonymous-volume': ['a volume without a name', 'docker compose down and up give it a new, empty one'],
  'container-layer': ['the container itself', 'every change of its settings creates a new, empty container'],
  tmpfs: ['memory (tmpfs)', 'every restart starts empty'],
  'empty-dir': ['the pod itself (emptyDir)', 'every move of the pod to another node starts empty'],
}
// Nobody finds a volume to name where none is mounted.
const unmounted = 'the anonymous volume of its image, as no volume is mounted'
// A pod outlives its containers: each that ends is replaced by a new one, beside the same emptyDir.
const inPod: typeof fleeting = {
  ...fleeting,
  'container-layer': ['the container itself', 'every restart of the container starts empty'],
  tmpfs: ['memory (emptyDir)', 'every new pod starts empty'],
}

export default defineRule({
  id: 'redis/durable-role-without-volume',
  technology: 'redis',
  rows: ['durability'],
  concern: 'durability',
  severity: 'error',
  severityNote: 'A warning for a volume without a name, which at least survives a restart and a recreated container; one step milder when only the application is known to queue jobs, as many can queue them again, or when all that it holds are streams that the programs trim on every write and read without a group, and information where a comment beside the server says that its data may be lost. An append-only file that was asked for while nothing shows what it is to keep is a warning in production and information elsewhere.',
  summary: 'Data that must survive is written to storage that disappears with its container or pod.',
  messages: {
    fleeting: '{component} keeps {data}{owners} in {where}: {end}.',
    logged: '{component} appends every write to a file in {where}: {end}, so the file restores nothing.',
  },
  failure: 'Routine work ({upgrade}) gives {component} new storage. The old files are orphaned or deleted, and it starts empty without an error: {loss}.',
  fix: 'Keep {dir}, the data of {component}, on {keeper}.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '     image: redis:7.4',
      '+    volumes: ["redis-data:/data"]',
      '+volumes:',
      '+  redis-data:',
    ].join('\n'),
    helm: [
      ' redis:',
      '   master:',
      '     persistence:',
      '-      enabled: false',
      '+      enabled: true',
    ].join('\n'),
  },
  hazards: ['The new volume hides the files that are there now: stop the writers, run redis-cli SAVE, copy the files out of the container, and put them into the volume first.'],
  sources: [source.composeDown, source.image, source.valkeyImage, source.bitnamiRedis],
  words: { keeper: anyKeeper },
  bad: [
    {
      title: 'a job queue without any volume',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
`,
      },
      line: 2,
    },
    {
      title: 'an append-only file in memory',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --appendonly yes
    tmpfs:
      - /data
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
`,
      },
      line: 6,
    },
    {
      title: 'a chart whose claim is switched off',
      files: {
        'Chart.yaml': `apiVersion: v2
name: shop
version: 1.0.0
dependencies:
  - {name: redis, version: 23.1.1, repository: "https://charts.bitnami.com/bitnami"}
`,
        'values.yaml': `redis:
  architecture: standalone
  master:
    persistence:
      enabled: false
worker:
  command: [celery, -A, shop, worker]
  env:
    CELERY_BROKER_URL: redis://shop-redis-master:6379/0
`,
        'values.production.yaml': 'worker: {replicas: 4}\n',
      },
      file: 'values.yaml',
      line: 5,
    },
  ],
  good: [
    {
      title: 'a folder of the host at the data directory',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    volumes: ["./redis:/data"]
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
`,
      },
    },
    {
      title: 'sessions may be lost, people log in again',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
  web:
    image: registry.example.com/shop:1.4
    environment:
      SESSION_DRIVER: redis
      REDIS_HOST: redis
`,
      },
    },
    {
      title: 'the volume comes from the override that belongs to the file',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
`,
        'compose.override.yaml': `services:
  redis:
    volumes: ["redis-data:/data"]
volumes:
  redis-data:
`,
      },
    },
  ],
  *check(component, stack) {
    const uses = thatMustSurvive(component)
    const [where, end] = (stack.kind === 'compose' ? fleeting : inPod)[component.storage.kind] ?? []
    const kept = persistence(component)
    if (where === undefined || end === undefined || component.external || kept === 'none' || kept === 'unknown') return
    const log = stated(component, 'appendonly')
    if (uses.length === 0) {
      // A container that ends takes its file along, and a log is of use to nobody but the one who starts again. A cache needs none: that is another fault.
      if (log?.value !== 'yes' || component.storage.kind !== 'container-layer' || onlyLossTolerant(component) || saidToBeLost(component)) return
      yield {
        message: 'logged', severity: stack.environment.class === 'production' ? 'warning' : 'info', span: log.span, confidence: 'certain', because: [{ span: component.storage.span, text: `nothing is mounted at ${component.storage.dataDir}` }],
        data: { where, end, dir: component.storage.dataDir, loss: 'what the log was to keep', keeper: claimOf(component.storage, stack), upgrade: stack.kind === 'compose' ? 'docker compose down, then up' : 'an upgrade, a drained node' },
      }
      return
    }
    yield {
      message: 'fleeting',
      severity: saidToBeLost(component) ? 'info' : severityOf(component.storage.kind, uses, passesBy(component, stack, uses)),
      data: { data: dataOf(uses), owners: ownersOf(uses), where: component.storage.kind === 'anonymous-volume' && isWithoutMount(component) ? unmounted : where, end, dir: component.storage.dataDir, loss: lossOf(uses), keeper: claimOf(component.storage, stack), upgrade: stack.kind === 'compose' ? 'docker compose down, then up' : 'an upgrade, a drained node' },
      span: component.storage.span,
      ...restingOn(uses),
      because: [...persistenceNotes(component), ...evidenceOf(uses)],
      ...claimInstead(component.storage),
    }
  },
})

// A mount has its own place; without one the whole server stands for it.
const isWithoutMount = ({ storage, span }: ObservedComponent): boolean => storage.span.file === span.file && storage.span.start === span.start

const claimOf = ({ kept }: Storage, stack: ObservedStack): string => `${keeperOf(stack)}${stack.kind === 'compose' || kept === undefined ? '' : ', which is switched off here'}`

// The switch of a chart; a server in compose needs a volume with a name of somebody's choice.
const claimInstead = ({ span, kept }: Storage): { readonly edits?: readonly Edit[] } => (kept === undefined || !/^(?:false|no|0)$/i.test(kept) ? {} : replacement(
  { span, value: kept }, 'true', 'Keep the data on a volume claim',
  'A StatefulSet refuses a claim that is added later: delete it with kubectl delete statefulset --cascade=orphan before the upgrade, and save the data of the running pod first.',
))

// Streams that the programs trim on every write, and whose readers keep no place in them, hold what was said lately and forget it by themselves.
function passesBy(component: ObservedComponent, stack: ObservedStack, uses: readonly Use[]): boolean {
  if (!uses.every(use => use.use === 'event-bus' && !use.declared && use.evidence.every(each => !/group/i.test(each.text)))) return false
  const lengths = programSettings(clientPrograms(component, stack), component, 'stream.maxlen')
  return lengths.length > 0 && lengths.every(({ value }) => value.value !== 'none')
}

// Knowing the application does not tell whether it can queue its jobs again from its database; many do.
function severityOf(kind: StorageKind, uses: readonly Use[], passing: boolean): Severity {
  const onlyKnown = passing || (uses.every(use => use.use === 'job-queue') && knownOnlyByApplication(uses))
  return kind === 'anonymous-volume' ? (onlyKnown ? 'info' : 'warning') : onlyKnown ? 'warning' : 'error'
}
