// Reports queue libraries whose keys a Redis Cluster would spread over several nodes. Knows uses, settings and libraries; no file format.
import { defineRule } from '../../src/model/rule.ts'
import type { Evidence, Use } from '../../src/model/observation.ts'
import type { Workload } from '../../src/model/stack.ts'
import { readable } from '../../src/model/value.ts'
import { established, isCluster } from './needs.ts'

interface Library {
  readonly name: string
  /** In the evidence of a use: its signal, or the quoted text. */
  readonly shows: RegExp
  /** What makes it work, where anything does. */
  readonly tag?: string
  readonly source: string
}

const libraries: readonly Library[] = [
  { name: 'Sidekiq', shows: /\bsidekiq/i, source: 'https://github.com/sidekiq/sidekiq/wiki/Using-Redis' },
  { name: 'Laravel Horizon', shows: /\bhorizon\b/i, source: 'https://laravel.com/docs/horizon' },
  { name: 'Celery', shows: /\bcelery|CELERY/, source: 'https://github.com/celery/celery/issues/2852' },
  { name: 'RQ', shows: /\brq[ -](?:worker|scheduler)|\brqworker|\brq\b/i, source: 'https://github.com/rq/rq/issues/940' },
  { name: 'Resque', shows: /\bresque/i, source: 'https://github.com/resque/resque' },
  { name: 'BullMQ', shows: /\bbull(?:mq)?\b|BULL/i, tag: 'a prefix in braces, as in {bull-jobs}, on every queue and worker', source: 'https://docs.bullmq.io/patterns/redis-cluster' },
]

// One that no tag helps says more than another one.
function libraryOf(uses: readonly Use[], workload: Workload): { readonly library: Library; readonly evidence: Evidence } | undefined {
  const found = uses.filter(use => use.clients.includes(workload.name)).flatMap(use => use.evidence.filter(each => each.for)).flatMap(evidence => {
    const library = libraries.find(({ shows }) => shows.test(`${evidence.signal.replace(/-/g, ' ')} ${evidence.text}`))
    return library ? [{ library, evidence }] : []
  })
  return found.find(({ library }) => library.tag === undefined) ?? found[0]
}

// A hash tag holds the keys of a queue together: `{queue}:`, and what was changed in a library to allow it.
const tagged = (workload: Workload): boolean => [...(workload.entrypoint ?? []), ...(workload.command ?? []), ...workload.environment.map(({ value }) => value)]
  .some(value => /\{[\w:-]{1,40}\}|global_keyprefix|rediscluster/i.test(readable(value).replace(/\$\{[^{}]*\}/g, '').slice(0, 5_000)))

const cluster = (command: string, more = ''): string => `services:
  redis:
    image: redis:7.4
    command: redis-server --cluster-enabled yes --appendonly yes
    volumes: ["redis-data:/data"]
  worker:
    image: registry.example.com/shop:1.4
    command: ${command}
    environment:
      REDIS_URL: redis://redis:6379
${more}volumes:
  redis-data:
`

export default defineRule({
  id: 'redis/queue-library-on-cluster',
  technology: 'redis',
  rows: ['scale-pattern', 'typical-use'],
  concern: 'operations',
  severity: 'error',
  severityNote: 'A warning for a library that can use a cluster once its keys have a hash tag, which the program may set.',
  summary: 'A queue library that needs all its keys on one node works on a Redis Cluster.',
  messages: {
    cannot: '{client} runs {library} on the Redis Cluster {component}, but one operation of {library} touches several keys, which a cluster keeps on different nodes.',
  },
  failure: 'As soon as {component} has more than one shard, commands of {library} fail with CROSSSLOT or MOVED: jobs cannot be taken, or only those whose keys happen to share a slot. On one shard it works, and breaks on the day of scaling.',
  fix: 'Give the jobs of {client} a Redis without cluster mode (with Sentinel or a managed failover for availability){remedy}.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '     image: redis:7.4',
      '-    command: redis-server --cluster-enabled yes --appendonly yes',
      '+    command: redis-server --appendonly yes',
    ].join('\n'),
    helm: [
      ' worker:',
      '   env:',
      '-    REDIS_URL: redis://shop-redis-cluster:6379',
      '+    REDIS_URL: redis://shop-redis-master:6379',
    ].join('\n'),
  },
  hazards: ['A server does not change out of cluster mode with its data: let the workers finish the jobs first, or export them.'],
  sources: ['https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/', ...libraries.map(({ source }) => source)],
  words: { client: 'the client', library: 'the library', remedy: '' },
  bad: [
    { title: 'Sidekiq', files: { 'compose.yaml': cluster('bundle exec sidekiq') }, line: 8 },
    { title: 'Celery on a managed cluster', files: { 'compose.yaml': 'services:\n  worker:\n    image: registry.example.com/shop:1.4\n    command: celery -A shop worker\n    environment:\n      CELERY_BROKER_URL: rediss://clustercfg.jobs.ab12cd.memorydb.eu-west-1.amazonaws.com:6379/0\n' } },
    { title: 'BullMQ without a hash tag', files: { 'compose.yaml': cluster('node worker.js', '      BULLMQ_REDIS_URL: redis://redis:6379\n') } },
  ],
  good: [
    { title: 'a server without cluster mode', files: { 'compose.yaml': cluster('bundle exec sidekiq').replace('--cluster-enabled yes ', '') } },
    { title: 'a prefix that holds the keys together', files: { 'compose.yaml': cluster('node worker.js', '      BULLMQ_REDIS_URL: redis://redis:6379\n      BULLMQ_PREFIX: "{shop-jobs}"\n') } },
    { title: 'a cache is content with a cluster', files: { 'compose.yaml': cluster('node server.js', '      CACHE_STORE: redis\n') } },
  ],
  *check(component) {
    if (!isCluster(component)) return
    const mode = component.settings.get('cluster-enabled')
    for (const { workload } of component.clients) {
      const uses = established(component, 'job-queue'), found = libraryOf(uses, workload)
      if (found === undefined || tagged(workload)) continue
      const { library, evidence } = found
      yield {
        message: 'cannot', span: evidence.span, severity: library.tag === undefined ? 'error' : 'warning', confidence: library.tag === undefined ? 'certain' : 'likely', rests: uses,
        data: { client: workload.name, library: library.name, remedy: library.tag === undefined ? '' : `, or ${library.tag}` },
        because: [mode?.state === 'stated' ? { span: mode.span, text: 'cluster-enabled yes' } : { span: component.span, text: `${component.name} is a cluster` }],
      }
    }
  },
})
