// A declared use that the deployment contradicts: by what clients do, or by the shape of the server's settings. Knows uses, settings and storage.
import type { ObservedComponent, Use } from '../../src/model/observation.ts'
import { defineRule } from '../../src/model/rule.ts'
import type { UseName } from '../../src/model/stack.ts'
import type { Note } from '../../src/model/value.ts'
import { effective, evicts, evidenceOf, persistence } from '../redis/needs.ts'
import { declaredUses, design, isDeployed, list, redis, fieldNote } from './declared.ts'
import { settingNotes } from './guarantees.ts'

const mustStay: ReadonlySet<UseName> = new Set(['job-queue', 'source-of-truth', 'event-log', 'event-bus', 'session-store', 'lock'])
const mayGo: ReadonlySet<UseName> = new Set(['cache', 'derived-state', 'rate-limiter', 'pub-sub'])
const lastingStorage = ['named-volume', 'bind', 'claim']

// What would show the use if nobody had declared it.
function shown(use: Use): boolean {
  const rest = use.evidence.filter(evidence => evidence.for && evidence.signal !== 'declared').reduce((product, { weight }) => product * (1 - weight), 1)
  return 1 - rest >= 0.8
}

/** A server set up for a cache, or for data that must stay; undefined where its settings fit both. */
function shapeOf(component: ObservedComponent): { readonly is: 'cache' | 'keeper'; readonly text: string; readonly notes: readonly Note[] } | undefined {
  if (component.technology !== 'redis' || !isDeployed(component)) return undefined
  const eviction = evicts(component)
  const notes = settingNotes(component, 'maxmemory-policy', 'save', 'appendonly')
  const keeps = lastingStorage.includes(component.storage.kind)
  if (eviction?.everyKey && persistence(component) === 'none' && !keeps) return { is: 'cache', text: 'evicts any key, writes nothing to disk and has no volume', notes }
  const refuses = effective(component, 'maxmemory-policy') === 'noeviction'
  const log = component.settings.get('appendonly')
  return refuses && log?.state === 'stated' && log.value === 'yes' && keeps ? { is: 'keeper', text: 'never evicts, writes an append-only file and has a volume', notes } : undefined
}

const cacheServer = 'services:\n  redis:\n    image: redis:7.4\n    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru --save "" --appendonly no\n    tmpfs: /data\n'
const keeper = 'services:\n  redis:\n    image: redis:7.4\n    command: redis-server --appendonly yes --maxmemory-policy noeviction\n    volumes: ["data:/data"]\nvolumes:\n  data:\n'
const celery = 'services:\n  redis:\n    image: redis:7.4\n  worker:\n    image: registry.example.com/shop:1.4\n    command: celery -A shop worker\n    environment:\n      CELERY_BROKER_URL: redis://redis:6379/0\n'

export default defineRule({
  id: 'spec/role-drift',
  technology: 'both',
  rows: ['typical-use', 'durability', 'quick-rule'],
  concern: 'specification',
  severity: 'warning',
  severityNote: 'An error where data that must stay is declared on a server that is set up as a cache; information for a further use that could not do much harm.',
  summary: 'The deployment does something else than the design says.',
  messages: {
    cacheShaped: 'The design says that {component} is for {use}, but the deployment {shape}, as a cache would.',
    keeperShaped: 'The design says that {component} is for {use}, but the deployment {shape}, as for data that must stay.',
    alsoUsed: 'The design says that {component} is for {use}, but {clients} use it for {found} as well.',
  },
  failure: 'People who review trust the design and people who operate trust the file, and the day of the incident is decided by the file of {component}.',
  fix: 'Change the one that is wrong: the settings or the clients of {component}, or the uses that the design declares for it.',
  diff: { spec: '   - id: redis\n     uses:\n       - {id: pages, use: cache}\n+      - {id: jobs, use: job-queue}   # a worker was found' },
  hazards: [
    'A deployment that is brought back to the design changes for its clients: move those that use it otherwise first, or they lose what they keep there.',
  ],
  sources: ['https://redis.io/docs/latest/develop/reference/eviction/', 'https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/'],
  explains: [
    'redis/queue-on-evicting-instance', 'redis/durable-role-without-persistence', 'redis/durable-role-without-volume', 'redis/lock-on-evicting-instance',
    'redis/session-on-evicting-instance', 'redis/over-persistent-cache', 'redis/cache-noeviction', 'spec/durability-drift',
  ],
  bad: [
    { title: 'a queue on a server that is set up as a cache', files: { 'compose.yaml': cacheServer, 'misfit.yaml': design({ components: redis('redis', ['id: mails, use: job-queue']) }) }, file: 'misfit.yaml', line: 7 },
    { title: 'a cache on a server that keeps everything', files: { 'compose.yaml': keeper, 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 10m']) }) }, file: 'misfit.yaml', line: 7 },
    { title: 'a worker takes jobs from the cache', files: { 'compose.yaml': celery, 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 10m']) }) }, file: 'misfit.yaml', line: 7 },
  ],
  good: [
    { title: 'a cache that is set up as one', files: { 'compose.yaml': cacheServer, 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 10m']) }) } },
    { title: 'both uses are declared', files: { 'compose.yaml': celery, 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 10m', 'id: mails, use: job-queue']) }) } },
    { title: 'a name that says something else', files: { 'misfit.yaml': design({ components: redis('bus', ['id: pages, use: cache, ttl: 10m']) }) } },
    { title: 'a component of Dapr on a server that others use, too', files: { 'compose.yaml': celery, 'dapr/pubsub.yaml': 'apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata:\n  name: pubsub\nspec:\n  type: pubsub.redis\n  version: v1\n  metadata:\n    - name: redisHost\n      value: redis:6379\n' } },
    { title: 'settings that fit several uses', files: { 'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n', 'misfit.yaml': design({ components: redis('redis', ['id: mails, use: job-queue']) }) } },
  ],
  *check(component) {
    const declared = declaredUses(component).filter(use => use.use !== undefined)
    const [first] = declared
    if (first?.use === undefined) return
    const names = new Set(declared.flatMap(({ use }) => use?.value ?? []))
    // Where something that cannot be read may show a use, nobody knows that it is not there.
    const undone = component.open === true ? [] : declared.filter(({ use }) => !component.uses.some(each => each.use === use?.value && shown(each)))
    const shape = shapeOf(component)
    const stays = undone.filter(use => use.use !== undefined && mustStay.has(use.use.value) && use.durability?.value !== 'none')
    if (shape?.is === 'cache' && stays[0]?.use) {
      yield { message: 'cacheShaped', severity: 'error', data: { use: list(stays.flatMap(({ use }) => use?.value ?? [])), shape: shape.text }, use: stays[0].id, span: stays[0].use.span, confidence: 'certain', because: shape.notes }
    }
    const allGo = undone.length === declared.length && declared.every(({ use, durability }) => use !== undefined && mayGo.has(use.value) && (durability === undefined || ['none', 'best_effort'].includes(durability.value)))
    if (shape?.is === 'keeper' && allGo) {
      yield { message: 'keeperShaped', data: { use: list([...names]), shape: shape.text }, use: first.id, span: first.use.span, confidence: 'certain', because: shape.notes }
    }
    // What a platform's component is for is no word on what else its server is for.
    if (component.spec?.origin === 'document') return
    for (const found of component.uses) {
      // What it is called contradicts nobody; what a client does with it may.
      if (found.declared || found.internal || !found.established || names.has(found.use) || found.clients.length === 0) continue
      yield {
        message: 'alsoUsed', severity: mustStay.has(found.use) ? 'warning' : 'info', span: first.use.span, confidence: 'likely',
        data: { use: list([...names]), found: found.use, clients: list(found.clients) }, because: [...evidenceOf([found]), ...fieldNote('use', first.use)],
      }
    }
  },
})
