// Reports values of a chart whose own configuration text drops the chart's append-only file unseen. Knows settings and uses; no file format.
import { defineRule, type Edit } from '../../src/model/rule.ts'
import type { DroppedDefaults } from '../../src/model/stack.ts'
import { dataOf, evidenceOf, logFirst, onlyLossTolerant, persistence, thatMustSurvive } from './needs.ts'
import { source } from './sources.ts'

export default defineRule({
  id: 'redis/chart-override-drops-aof',
  technology: 'redis',
  rows: ['durability'],
  concern: 'durability',
  severity: 'warning',
  severityNote: 'Information while nothing shows that the data must survive; silent for caches, where somebody wrote appendonly or save in words, and where nothing is kept on a volume.',
  summary: 'Values that add one line to a chart\'s configuration replace all of it, and the append-only file goes off unseen.',
  messages: {
    dropped: '{at} of {component} takes the place of what {chart} has there, appendonly yes included, so {data} {are} saved by occasional snapshots only.',
  },
  failure: 'The chart\'s default is one text that says appendonly yes and save "". Whoever states the text for another reason, a limit or a log level, replaces both lines: the append-only file is off, default snapshots are on, and the next kill or node failure loses the writes since the last snapshot. A server that had an append-only file before ignores it from then on.',
  fix: 'Repeat appendonly yes and save "" in {at}, or move the added lines to {instead}, which the chart adds to its own text.',
  diff: {
    helm: [
      ' redis:',
      '   commonConfiguration: |-',
      '+    appendonly yes',
      '+    save ""',
      '     maxmemory-policy noeviction',
    ].join('\n'),
  },
  hazards: [
    'A server that runs with these values has only snapshots: a restart with appendonly yes alone ignores them and starts empty, or with the append-only file of the day the values changed. On the running server first: CONFIG SET appendonly yes, wait until INFO persistence says aof_rewrite_in_progress:0, then roll out the values.',
  ],
  sources: ['https://github.com/bitnami/charts/blob/main/bitnami/redis/values.yaml', 'https://github.com/bitnami/charts/blob/main/bitnami/valkey/values.yaml', source.persistence],
  explains: ['redis/durable-role-snapshot-only'],
  bad: [
    {
      title: 'a policy is added under a job queue',
      files: {
        'Chart.yaml': `apiVersion: v2
name: shop
version: 1.0.0
dependencies:
  - {name: redis, version: 23.1.1, repository: "https://charts.bitnami.com/bitnami"}
`,
        'values.yaml': `redis:
  commonConfiguration: |-
    maxmemory-policy noeviction
worker:
  command: [celery, -A, shop, worker]
  env:
    CELERY_BROKER_URL: redis://shop-redis-master:6379/0
`,
        'values.production.yaml': 'worker: {replicas: 4}\n',
      },
      line: 3,
      file: 'values.yaml',
    },
    {
      title: 'nobody knows yet what the server is for',
      files: {
        'Chart.yaml': `apiVersion: v2
name: shop
version: 1.0.0
dependencies:
  - {name: valkey, version: 4.0.2, repository: "oci://registry-1.docker.io/bitnamicharts"}
`,
        'values.production.yaml': `valkey:
  commonConfiguration: |-
    loglevel verbose
`,
      },
      line: 3,
      file: 'values.production.yaml',
    },
  ],
  good: [
    {
      title: 'both lines are repeated',
      files: {
        'Chart.yaml': `apiVersion: v2
name: shop
version: 1.0.0
dependencies:
  - {name: redis, version: 23.1.1, repository: "https://charts.bitnami.com/bitnami"}
`,
        'values.production.yaml': `redis:
  commonConfiguration: |-
    appendonly yes
    save ""
    maxmemory-policy noeviction
worker:
  command: [celery, -A, shop, worker]
  env:
    CELERY_BROKER_URL: redis://shop-redis-master:6379/0
`,
      },
    },
    {
      title: 'the line stands where the chart only adds to its own',
      files: {
        'Chart.yaml': `apiVersion: v2
name: shop
version: 1.0.0
dependencies:
  - {name: redis, version: 23.1.1, repository: "https://charts.bitnami.com/bitnami"}
`,
        'values.production.yaml': `redis:
  master:
    configuration: |-
      maxmemory-policy noeviction
worker:
  command: [celery, -A, shop, worker]
  env:
    CELERY_BROKER_URL: redis://shop-redis-master:6379/0
`,
      },
    },
    {
      title: 'a cache needs no append-only file',
      files: {
        'Chart.yaml': `apiVersion: v2
name: shop
version: 1.0.0
dependencies:
  - {name: redis, version: 23.1.1, repository: "https://charts.bitnami.com/bitnami"}
`,
        'values.production.yaml': `redis:
  commonConfiguration: |-
    maxmemory 256mb
    maxmemory-policy allkeys-lru
web:
  env:
    CACHE_URL: redis://shop-redis-master:6379/0
`,
      },
    },
  ],
  *check(component) {
    const dropped = component.droppedDefaults
    // Whoever wrote `save` had the chart's own lines at hand and left the other out.
    if (dropped?.settings.get('appendonly') !== 'yes' || !dropped.settings.has('save') || persistence(component) !== 'snapshots') return
    if (component.storage.kind !== 'claim' || onlyLossTolerant(component)) return
    const uses = thatMustSurvive(component)
    yield {
      message: 'dropped',
      severity: uses.length > 0 ? 'warning' : 'info',
      data: {
        at: dropped.at, chart: dropped.of, data: uses.length > 0 ? dataOf(uses) : 'its data', are: uses.length > 0 ? 'are' : 'is',
        instead: component.product.includes('valkey') ? 'primary.configuration' : 'master.configuration',
      },
      span: dropped.span,
      confidence: uses.length > 0 ? 'likely' : 'certain',
      because: evidenceOf(uses),
      edits: repeated(dropped),
    }
  },
})

const repeated = ({ room, settings }: DroppedDefaults): readonly Edit[] => (room === undefined ? [] : [{
  title: 'Repeat the chart\'s own lines',
  safe: false,
  changes: [{ span: room.span, text: [...settings].map(([name, value]) => `${name} ${value === '' ? '""' : value}\n${room.indent}`).join('') }],
  hazard: logFirst,
}])
