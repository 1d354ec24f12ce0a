// Reports a replicated Redis whose primary accepts writes that no replica has. Knows uses and settings; no file format.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { ownersOf, restingOn, dataOf, effective, evidenceOf, stated, thatMustSurvive } from './needs.ts'
import { source } from './sources.ts'

export default defineRule({
  id: 'redis/replicas-not-required-for-writes',
  technology: 'redis',
  rows: ['durability'],
  concern: 'replication',
  severity: 'info',
  summary: 'The primary accepts writes that no replica has received, and a failover discards them.',
  messages: {
    alone: '{component} accepts {data}{owners} even when none of its replicas answers (min-replicas-to-write 0), and a failover then discards them.',
  },
  failure: 'A primary that is cut off from its replicas keeps accepting writes. When a replica is promoted in the meantime, everything the old primary accepted is thrown away as it comes back.',
  fix: 'Set min-replicas-to-write 1 and min-replicas-max-lag 10 on {component}: an isolated primary then refuses writes after ten seconds.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '-    command: redis-server --appendonly yes',
      '+    command: redis-server --appendonly yes --min-replicas-to-write 1 --min-replicas-max-lag 10',
    ].join('\n'),
    helm: [
      ' redis:',
      '   master:',
      '+    configuration: |-',
      '+      min-replicas-to-write 1',
      '+      min-replicas-max-lag 10',
    ].join('\n'),
  },
  hazards: ['With one replica only, its restart then stops all writes (NOREPLICAS): have two.'],
  sources: [source.replication],
  bad: [
    {
      title: 'the default under a job queue',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --appendonly yes
    volumes: ["redis-data:/data"]
  redis-replica:
    image: redis:7.4
    command: redis-server --replicaof redis 6379 --appendonly yes
    volumes: ["replica-data:/data"]
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
volumes:
  redis-data:
  replica-data:
`,
      },
      line: 2,
    },
    {
      title: 'zero, written down',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --appendonly yes --min-replicas-to-write 0
    volumes: ["redis-data:/data"]
  redis-replica:
    image: redis:7.4
    command: redis-server --replicaof redis 6379
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
  ],
  good: [
    {
      title: 'one replica must answer',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --appendonly yes --min-replicas-to-write 1
    volumes: ["redis-data:/data"]
  redis-replica:
    image: redis:7.4
    command: redis-server --replicaof redis 6379
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
      title: 'there is no replica to wait for',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --appendonly yes
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
    const uses = thatMustSurvive(component)
    if (uses.length === 0 || component.external || !component.nodes.known || component.nodes.value < 2) return
    if (effective(component, 'min-replicas-to-write') !== '0') return
    yield {
      message: 'alone',
      data: { data: dataOf(uses), owners: ownersOf(uses) },
      span: stated(component, 'min-replicas-to-write')?.span ?? component.span,
      ...restingOn(uses),
      because: [{ span: component.nodes.span, text: `${String(component.nodes.value)} nodes` }, ...evidenceOf(uses)],
      ...replacement(stated(component, 'min-replicas-to-write'), '1', 'Ask for one replica in touch before a write', 'The primary refuses writes from then on while no replica is connected: see in INFO replication that one is.'),
    }
  },
})
