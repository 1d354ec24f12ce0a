// Reports clients that write through a name behind which the replicas answer, too. Knows links and uses; no file format.
import { defineRule } from '../../src/model/rule.ts'
import type { ObservedComponent } from '../../src/model/observation.ts'
import { restingOn, dataOf, established, evidenceOf, replicaHosts } from './needs.ts'
import { source } from './sources.ts'

// `{{ .Release.Name }}-redis`, `redis.shop.svc.cluster.local`: the service is the first label behind the release.
const serviceOf = (host: string): string => host.replace(/^\$\{[^{}]*\}[-_.]/, '').split('.')[0] ?? host

// Who only reads says so in the key: `REDIS_READ_URL`, `REPLICA_HOST`. A Sentinel client asks on another port.
const reads = /(?:^|_|\.)(?:reads?|reader|read_?only|replicas?|slaves?|ro|sentinels?)(?:$|_|\.|[A-Z])/i
const sentinelPort = 26379

const several = (component: ObservedComponent): boolean => component.nodes.known && component.nodes.value > 1

const chart = (dependency: string): string => `apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - ${dependency}\n`
const redisHa = chart('{name: redis-ha, version: 4.29.4, repository: https://dandydeveloper.github.io/charts}')
const bitnami = chart('{name: redis, version: 20.1.4, repository: oci://registry-1.docker.io/bitnamicharts}')

export default defineRule({
  id: 'redis/writes-reach-replicas',
  technology: 'redis',
  rows: ['failure-mode', 'scale-pattern'],
  concern: 'operations',
  severity: 'warning',
  severityNote: 'An error where the address is that of a replica alone.',
  summary: 'A client writes through an address that leads to replicas, alone or beside the primary.',
  messages: {
    replica: '{client} reaches {component} through {host} only, which is a replica, so everything that it writes is refused.',
    any: '{client} reaches {component} through {host}, which leads to any of its {nodes} nodes, so whatever it writes to a replica is refused.',
  },
  failure: 'Whenever a connection of {client} ends at a replica, its writes of {data} fail with READONLY. Behind a shared name it is chance which ones do, a retry on the same connection fails again, and after a failover it hits others.',
  fix: 'Let {client} ask Sentinel for the primary, or give it the name of a service that leads to the primary alone (the master or primary service, HAProxy).',
  diff: {
    helm: [
      ' redis-ha:',
      '   replicas: 3',
      '+  haproxy:',
      '+    enabled: true',
      ' shop:',
      '   env:',
      '-    REDIS_URL: redis://shop-redis-ha:6379',
      '+    REDIS_URL: redis://shop-redis-ha-haproxy:6379',
    ].join('\n'),
  },
  hazards: ['A proxy ends the connections of a failed primary: clients must reconnect and may have to send a command again.'],
  sources: [
    'https://github.com/DandyDeveloper/charts/tree/master/charts/redis-ha', 'https://github.com/bitnami/charts/tree/main/bitnami/redis#master-replicas-with-sentinel', source.replication,
  ],
  words: { client: 'the client', data: 'data' },
  bad: [
    {
      title: "redis-ha's own service, without its proxy",
      files: {
        'values.yaml': 'redis-ha:\n  replicas: 3\njobs:\n  command: [bundle, exec, sidekiq]\n  env:\n    REDIS_URL: redis://shop-redis-ha:6379\n',
        'values-production.yaml': 'jobs: {replicas: 3}\n', 'Chart.yaml': redisHa,
      },
      line: 6,
    },
    {
      title: 'with Sentinel the main service is for reading',
      files: {
        'values.yaml': 'redis:\n  architecture: replication\n  sentinel:\n    enabled: true\njobs:\n  command: [celery, -A, shop, worker]\n  env:\n    CELERY_BROKER_URL: redis://shop-redis:6379/0\n',
        'values-production.yaml': 'jobs: {replicas: 3}\n', 'Chart.yaml': bitnami,
      },
      line: 8,
    },
    {
      title: 'every pod is behind the service of a replicated CloudPirates chart',
      files: {
        'values.yaml': 'redis:\n  architecture: replication\njobs:\n  command: [celery, -A, shop, worker]\n  env:\n    CELERY_BROKER_URL: redis://shop-redis:6379/0\n',
        'Chart.yaml': chart('{name: redis, version: 0.14.1, repository: oci://registry-1.docker.io/cloudpirates}'),
      },
      line: 6,
    },
    {
      title: 'a worker on the replica',
      files: {
        'compose.yaml': `services:
  store:
    image: redis:7.4
    volumes: ["redis-data:/data"]
  copy:
    image: redis:7.4
    command: redis-server --replicaof store 6379
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://copy:6379/0
volumes:
  redis-data:
`,
      },
      line: 12,
    },
  ],
  good: [
    {
      title: 'reads go to the replica, writes to the primary',
      files: {
        'compose.yaml': `services:
  store:
    image: redis:7.4
    volumes: ["redis-data:/data"]
  copy:
    image: redis:7.4
    command: redis-server --replicaof store 6379
  web:
    image: registry.example.com/shop:1.4
    environment:
      CACHE_URL: redis://store:6379/0
      CACHE_READ_URL: redis://copy:6379/0
volumes:
  redis-data:
`,
      },
    },
    {
      title: 'HAProxy follows the primary',
      files: {
        'values.yaml': 'redis-ha:\n  replicas: 3\n  haproxy: {enabled: true}\njobs:\n  command: [bundle, exec, sidekiq]\n  env:\n    REDIS_URL: redis://shop-redis-ha-haproxy:6379\n',
        'Chart.yaml': redisHa,
      },
    },
    {
      title: 'the client asks Sentinel',
      files: {
        'values.yaml': 'redis:\n  architecture: replication\n  sentinel:\n    enabled: true\njobs:\n  command: [celery, -A, shop, worker]\n  env:\n    CELERY_BROKER_URL: sentinel://shop-redis:26379/0\n',
        'Chart.yaml': bitnami,
      },
    },
    {
      title: 'there is one node only',
      files: {
        'values.yaml': 'redis-ha:\n  replicas: 1\njobs:\n  command: [bundle, exec, sidekiq]\n  env:\n    REDIS_URL: redis://shop-redis-ha:6379\n',
        'Chart.yaml': redisHa,
      },
    },
  ],
  *check(component) {
    const replicas = replicaHosts(component)
    const mixed = new Set(several(component) ? component.anyNode : [])
    const wrong = (host: string): boolean => mixed.has(serviceOf(host)) || replicas.has(host)
    for (const { workload, links, open } of mixed.size + replicas.size === 0 ? [] : component.clients) {
      if (open === true) continue
      const uses = established(component).filter(use => use.clients.includes(workload.name))
      const link = links.find(({ host, port, key, note }) => host !== undefined && wrong(host) && port !== sentinelPort && !reads.test(key ?? '') && !/sentinel/i.test(note.text))
      // Another address of its own may be the one that it writes to.
      const other = links.some(({ host, port }) => host !== undefined && (port === sentinelPort || !wrong(host)))
      if (uses.length === 0 || link?.host === undefined || other) continue
      const alone = replicas.has(link.host)
      const nodes = component.nodes.known ? component.nodes.value : 0
      yield {
        message: alone ? 'replica' : 'any', span: link.note.span, severity: alone ? 'error' : 'warning', ...restingOn(uses),
        data: { client: workload.name, host: serviceOf(link.host), nodes, data: dataOf(uses) },
        because: [
          alone ? { span: component.members.find(({ hosts }) => hosts.includes(link.host ?? ''))?.span ?? component.span, text: `${link.host} copies ${component.name}` }
            : { span: component.nodes.span, text: `${component.name} has ${String(nodes)} nodes` },
          ...evidenceOf(uses).filter(({ span }) => span !== link.note.span),
        ],
      }
    }
  },
})
