// Reports clients that ask a Redis Cluster for a numbered database. Knows settings and links; no file format.
import { defineRule } from '../../src/model/rule.ts'
import type { ObservedComponent } from '../../src/model/observation.ts'
import { isSecretImage } from '../../src/model/images.ts'
import { isCluster } from './needs.ts'
import { source } from './sources.ts'

// Valkey has numbered databases in cluster mode from 9 on; Dragonfly and Kvrocks speak of clusters differently.
function lacksDatabases(component: ObservedComponent): boolean {
  if (component.product === 'valkey') return component.version !== undefined && Number.parseInt(component.version, 10) < 9
  return ['redis', 'redis-stack', 'redis-modules', 'bitnami-redis', 'bitnami-redis-cluster', 'grokzen-redis-cluster'].includes(component.product)
}

export default defineRule({
  id: 'redis/cluster-database-index',
  technology: 'redis',
  rows: ['scale-pattern'],
  concern: 'operations',
  severity: 'error',
  summary: 'A client asks a Redis Cluster for a numbered database, but a cluster has only database 0.',
  messages: {
    selects: '{client} asks {component} for database {database}, but a cluster has only database 0.',
  },
  failure: 'SELECT is refused in cluster mode. The client fails when it starts, or it silently goes on in database 0, where its keys meet those of the others.',
  fix: 'Give the keys of {client} a prefix instead of database {database}, or give it a Redis of its own; queue libraries need hash tags in a cluster.',
  diff: {
    compose: [
      ' services:',
      '   web:',
      '     environment:',
      '-      CACHE_URL: redis://redis:6379/1',
      '+      CACHE_URL: redis://redis:6379',
      '+      CACHE_KEY_PREFIX: cache',
    ].join('\n'),
    helm: [
      ' redis-cluster:',
      '   cluster: {nodes: 6}',
      ' web:',
      '   env:',
      '-    CACHE_URL: redis://shop-redis-cluster:6379/1',
      '+    CACHE_URL: redis://shop-redis-cluster:6379',
      '+    CACHE_KEY_PREFIX: cache',
    ].join('\n'),
  },
  hazards: ['The keys under the old index are not moved: let them expire, or copy them.'],
  sources: [source.select, source.laravelQueues],
  words: { client: 'the client' },
  bad: [
    {
      title: 'database 1 of a cluster, by flag',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --cluster-enabled yes --appendonly yes
    volumes: ["redis-data:/data"]
  web:
    image: registry.example.com/shop:1.4
    environment:
      CACHE_URL: redis://redis:6379/1
volumes:
  redis-data:
`,
      },
      line: 9,
    },
    {
      title: 'database 2 of a cluster, by configuration file',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server /etc/redis.conf
    volumes:
      - ./redis.conf:/etc/redis.conf:ro
      - redis-data:/data
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/2
volumes:
  redis-data:
`,
        'redis.conf': 'cluster-enabled yes\nappendonly yes\n',
      },
      line: 12,
    },
  ],
  good: [
    {
      title: 'database 0 is there',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --cluster-enabled yes --appendonly yes
    volumes: ["redis-data:/data"]
  web:
    image: registry.example.com/shop:1.4
    environment:
      CACHE_URL: redis://redis:6379/0
volumes:
  redis-data:
`,
      },
    },
    {
      title: 'a newer Valkey has numbered databases in a cluster',
      files: {
        'compose.yaml': `services:
  valkey:
    image: valkey/valkey:9.0
    command: valkey-server --cluster-enabled yes --appendonly yes
    volumes: ["valkey-data:/data"]
  web:
    image: registry.example.com/shop:1.4
    environment:
      CACHE_URL: redis://valkey:6379/1
volumes:
  valkey-data:
`,
      },
    },
  ],
  *check(component) {
    const mode = component.settings.get('cluster-enabled')
    if (!isCluster(component) || isSecretImage(component.image) || !lacksDatabases(component)) return
    for (const { workload, links } of component.clients) {
      const link = links.find(({ database }) => database !== undefined && database > 0)
      if (link?.database === undefined) continue
      yield {
        message: 'selects', data: { client: workload.name, database: link.database }, span: link.note.span, confidence: 'certain',
        because: mode?.state === 'stated' ? [{ span: mode.span, text: 'cluster-enabled yes' }] : [],
      }
    }
  },
})
