// A server that is killed while it writes its last snapshot. Knows the design's size, the persistence and the grace of the platform.
import { defineRule } from '../../src/model/rule.ts'
import { valueOf } from '../../src/model/value.ts'
import { declaredUses, design, redis, fieldNote, size, time } from '../spec/declared.ts'
import { onlyLossTolerant, persistence, persistenceNotes } from './needs.ts'
import { source } from './sources.ts'

// Writing and syncing a snapshot takes five to ten seconds a gigabyte on ordinary disks; the faster half is taken.
const secondsPerGiB = 5
const server = (rest: string): string => `services:\n  redis:\n    image: redis:7.4\n${rest}    volumes: ["data:/data"]\nvolumes:\n  data:\n`
const sessions = design({ components: redis('redis', ['id: sessions, use: session-store, ttl: 12h, size: {keys: 6000000, avg_value_bytes: 900}']) })

export default defineRule({
  id: 'redis/stop-grace-too-short',
  technology: 'redis',
  rows: ['durability', 'scale-pattern'],
  concern: 'durability',
  severity: 'info',
  summary: 'The server is killed before its last snapshot is written.',
  messages: { killed: '{component} needs about {need} to write {size} at shutdown but is killed after {grace}, so the last snapshot is lost with all writes since the one before.' },
  failure: 'Every planned restart of {component} ends in a kill during the final save; the server comes back with the snapshot before it, minutes or an hour old.',
  fix: 'Give {component} stop_grace_period: 2m (Kubernetes: terminationGracePeriodSeconds), or an append-only file, which needs no final save.',
  diff: { compose: ' services:\n   redis:\n     image: redis:7.4\n+    stop_grace_period: 2m', helm: ' redis:\n   master:\n+    terminationGracePeriodSeconds: 120' },
  hazards: [
    'A longer grace holds up every deployment and every drain of a node for as long as the save takes.',
    'The way by an append-only file: adding appendonly yes by flag to a server that only has a snapshot starts it empty; run CONFIG SET appendonly yes on the running server first.',
  ],
  sources: [source.persistence, 'https://docs.docker.com/reference/compose-file/services/'],
  bad: [
    { title: 'six gigabytes and ten seconds', files: { 'compose.yaml': server(''), 'misfit.yaml': sessions }, line: 2 },
    { title: 'a grace that is too short', files: { 'compose.yaml': server('    stop_grace_period: 5s\n'), 'misfit.yaml': sessions }, line: 4 },
  ],
  good: [
    { title: 'two minutes', files: { 'compose.yaml': server('    stop_grace_period: 2m\n'), 'misfit.yaml': sessions } },
    { title: 'an append-only file', files: { 'compose.yaml': server('    command: redis-server --appendonly yes\n'), 'misfit.yaml': sessions } },
  ],
  *check(component) {
    const member = component.members[0]
    if (component.external || member === undefined || persistence(component) !== 'snapshots' || onlyLossTolerant(component)) return
    const sized = declaredUses(component).filter(use => use.keyCount !== undefined && use.valueBytes !== undefined)
    const bytes = sized.reduce((sum, use) => sum + (use.keyCount?.value ?? 0) * ((use.keyBytes?.value ?? 40) + (use.valueBytes?.value ?? 0)), 0)
    if (member.stopGrace !== undefined && !member.stopGrace.known) return
    const grace = valueOf(member.stopGrace) ?? 10
    const need = (bytes / 1024 ** 3) * secondsPerGiB
    if (need <= grace) return
    yield {
      message: 'killed', data: { need: time(Math.round(need) * 1000), size: size(bytes), grace: time(grace * 1000) }, span: member.stopGrace?.span ?? component.span, confidence: 'likely',
      because: [...sized.flatMap(use => fieldNote(`${use.id} size.keys`, use.keyCount)), ...persistenceNotes(component)],
    }
  },
})
