// A lock that must never be held twice on a Redis that fails over. Knows the design and whether there are replicas.
import type { ObservedComponent } from '../../src/model/observation.ts'
import { defineRule } from '../../src/model/rule.ts'
import { valueOf, type Note } from '../../src/model/value.ts'
import { declaredUses, design, redis, fieldNote } from '../spec/declared.ts'
import { established, evidenceOf, stated } from './needs.ts'
import { source } from './sources.ts'

// Whatever shows that another node may take over.
function failover(component: ObservedComponent): Note | undefined {
  const kind = component.spec?.topology
  if (kind && kind.value !== 'standalone') return { span: kind.span, text: `topology: ${kind.value}` }
  const cluster = stated(component, 'cluster-enabled')
  if (cluster?.value === 'yes') return { span: cluster.span, text: 'cluster-enabled yes' }
  const nodes = valueOf(component.nodes)
  return nodes !== undefined && nodes > 1 ? { span: component.nodes.span, text: `${nodes} data nodes` } : undefined
}

const topology = 'topology: {kind: sentinel, nodes: 3}'

export default defineRule({
  id: 'redis/lock-on-async-failover',
  technology: 'redis',
  rows: ['durability', 'failure-mode'],
  concern: 'semantics',
  severity: 'error',
  severityNote: 'Information where nobody said whether a second holder would do harm.',
  summary: 'A lock that must not be held twice rests on replication that may lose it.',
  messages: {
    twice: '{use} guards correctness on {component}, which fails over to replicas that may not know the lock, so two holders can work at once.',
    question: '{component} holds locks and fails over to replicas that may not know them, and nobody has said whether a second holder of {use} would do harm.',
  },
  failure: 'The primary of {component} grants the lock and dies before it is replicated; the promoted replica grants it again. WAIT and min-replicas-to-write make the gap smaller and do not close it.',
  fix: 'Let the protected resource refuse older holders by a fencing token, or take the lock in a database or consensus store; if a second holder only costs work, declare lock.purpose: efficiency.',
  diff: { spec: '       lock:\n         purpose: correctness\n+        fencing: true' },
  otherTool: 'Not Kafka: neither tool is a lock service for correctness. A row lock in the database or etcd is.',
  hazards: [
    'A fencing token protects only where the resource itself compares it with the last one it saw and refuses an older one.',
    'While workers move to another lock service two of them may hold one lock: stop them first.',
  ],
  sources: [source.locks, source.replication],
  bad: [
    { title: 'payments are guarded by it', files: { 'misfit.yaml': design({ components: redis('locks', ['id: payments, use: lock, ttl: 30s, lock: {purpose: correctness}'], [topology]) }) }, line: 8 },
    {
      title: 'a replica in the deployment',
      files: {
        'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n  replica:\n    image: redis:7.4\n    command: redis-server --replicaof redis 6379\n',
        'misfit.yaml': design({ components: redis('redis', ['id: stock, use: lock, ttl: 30s, lock: {purpose: correctness}']) }),
      },
      file: 'misfit.yaml', line: 7,
    },
    { title: 'nobody said what the lock is for', files: { 'misfit.yaml': design({ components: redis('locks', ['id: exports, use: lock, ttl: 30s'], [topology]) }) }, line: 8 },
  ],
  good: [
    { title: 'a second holder only costs work', files: { 'misfit.yaml': design({ components: redis('locks', ['id: exports, use: lock, ttl: 30s, lock: {purpose: efficiency}'], [topology]) }) } },
    { title: 'the resource refuses older holders', files: { 'misfit.yaml': design({ components: redis('locks', ['id: payments, use: lock, ttl: 30s, lock: {purpose: correctness, fencing: true}'], [topology]) }) } },
    { title: 'one server decides', files: { 'misfit.yaml': design({ components: redis('locks', ['id: payments, use: lock, ttl: 30s, lock: {purpose: correctness}'], ['topology: {kind: standalone, nodes: 1}']) }) } },
  ],
  *check(component) {
    const over = failover(component)
    if (over === undefined) return
    const declared = declaredUses(component, 'lock')
    for (const use of declared) {
      if (use.fencing?.value === true || use.lockPurpose?.value === 'efficiency') continue
      const sure = use.lockPurpose?.value === 'correctness'
      yield {
        message: sure ? 'twice' : 'question', severity: sure ? 'error' : 'info', data: { use: use.id }, use: use.id,
        span: use.lockPurpose?.span ?? use.span, confidence: sure ? 'certain' : 'likely', because: [over, ...fieldNote('lock.purpose', use.lockPurpose)],
      }
    }
    const inferred = declared.length === 0 && component.spec !== undefined ? established(component, 'lock') : []
    if (inferred.length > 0) {
      yield { message: 'question', severity: 'info', data: { use: 'its locks' }, span: component.span, confidence: 'likely', because: [over, ...evidenceOf(inferred)] }
    }
  },
})
