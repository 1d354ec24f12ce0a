// Reports data that must survive where only occasional snapshots protect it. Knows uses and settings; no file format.
import { defineRule } from '../../src/model/rule.ts'
import { ownersOf, restingOn, dataOf, evidenceOf, loggingInstead, persistence, persistenceNotes, stated, thatMustSurvive } from './needs.ts'
import { source } from './sources.ts'

export default defineRule({
  id: 'redis/durable-role-snapshot-only',
  technology: 'redis',
  rows: ['durability'],
  concern: 'durability',
  severity: 'info',
  severityNote: 'A warning when it is declared that the data has no other home and nobody chose a snapshot schedule.',
  summary: 'Data that must survive is protected by occasional snapshots only, so a crash loses what came after the last one.',
  messages: {
    snapshots: '{component} holds {data}{owners} and saves only snapshots{schedule}, so a crash loses everything since the last one.',
  },
  failure: 'A clean stop writes a last snapshot and loses nothing. A kill for memory, a power cut or a forced stop drops every acknowledged write since the last snapshot: with the default schedule up to an hour when fewer than 100 keys changed.',
  fix: 'Add appendonly yes with appendfsync everysec to {component}, which limits the loss to about a second, and keep the snapshots as backups.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '-    command: redis-server',
      '+    command: redis-server --appendonly yes --appendfsync everysec',
    ].join('\n'),
    helm: [
      ' redis:',
      '   commonConfiguration: |-',
      '+    appendonly yes',
    ].join('\n'),
  },
  hazards: [
    'A server that only has a snapshot starts empty when it is restarted with appendonly yes. On the running server first: CONFIG SET appendonly yes, wait until INFO persistence says aof_rewrite_in_progress:0, then change the file.',
  ],
  sources: [source.persistence, source.bullmq],
  bad: [
    {
      title: 'a job queue on the default snapshots',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
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
      line: 2,
    },
    {
      title: 'the only copy of the data, a snapshot every five minutes at best',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --save 300 10 --appendonly no
    labels:
      misfit.use: source-of-truth
    volumes: ["redis-data:/data"]
  web:
    image: registry.example.com/ledger:2.0
    environment:
      REDIS_URL: redis://redis:6379/0
volumes:
  redis-data:
`,
      },
      line: 4,
    },
  ],
  good: [
    {
      title: 'an append-only file beside the snapshots',
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
    {
      title: 'the image of another maker switches the append-only file on by itself',
      files: {
        'compose.yaml': `services:
  redis:
    image: bitnami/redis:7.4
    volumes: ["redis-data:/bitnami/redis/data"]
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
    if (uses.length === 0 || component.external || persistence(component) !== 'snapshots') return
    const { kind } = component.storage
    // Storage that goes away is the graver cause and has a rule of its own.
    if (kind !== 'named-volume' && kind !== 'bind' && kind !== 'claim') return
    const save = stated(component, 'save')
    const grave = uses.some(use => use.declared && use.use !== 'job-queue')
    yield {
      message: 'snapshots',
      severity: grave && save === undefined ? 'warning' : 'info',
      data: { data: dataOf(uses), owners: ownersOf(uses), schedule: save ? ` (save ${save.value})` : ' on the default schedule' },
      span: (stated(component, 'appendonly') ?? save)?.span ?? component.span,
      ...restingOn(uses),
      because: [...persistenceNotes(component), ...evidenceOf(uses)],
      ...loggingInstead(component),
    }
  },
})
