// Models made by hand for tests of what comes after reading: small, complete, all of it overridable.
import type { ObservedComponent, ObservedStack, Use } from '../../src/model/observation.ts'
import type { Rule, RuleReport } from '../../src/model/rule.ts'
import type { Workload } from '../../src/model/stack.ts'

/** Offsets of spans made here refer to this text: the key `redis` is at 12. */
export const source = 'services:\n  redis:\n    image: redis:7\n    command: redis-server --maxmemory-policy allkeys-lru\n'
export const policySpan = { file: 'compose.yaml', start: source.indexOf('allkeys'), end: source.indexOf('allkeys') + 'allkeys-lru'.length }

export const use = (changes: Partial<Use> = {}): Use => ({
  use: 'job-queue', confidence: 0.97, established: true, clients: ['web'], internal: false, declared: false, basis: 'proven',
  evidence: [{ signal: 'celery-broker-url', span: { file: 'compose.yaml', start: 12, end: 17 }, text: 'CELERY_BROKER_URL=redis://redis', weight: 0.97, for: true }],
  ...changes,
})

export const component = (changes: Partial<ObservedComponent> = {}): ObservedComponent => ({
  name: 'redis', span: { file: 'compose.yaml', start: 12, end: 17 }, technology: 'redis', product: 'redis', external: false, members: [],
  nodes: { known: true, value: 1, span: { file: 'compose.yaml', start: 12, end: 17 } }, settings: new Map(),
  storage: { kind: 'anonymous-volume', dataDir: '/data', span: { file: 'compose.yaml', start: 12, end: 17 }, misplaced: [] },
  restartsItself: undefined, hosts: ['redis'], topics: [], unloadedConfigs: [], declared: [], unread: [], uses: [use()], clients: [], beside: [], ...changes,
})

/** A program without anything to say. */
export const workload = (changes: Partial<Workload> = {}): Workload => ({
  name: 'web', span: { file: 'compose.yaml', start: 12, end: 17 }, environment: [], hosts: [], dependsOn: [], mounts: [], labels: [], ports: [], profiles: [], comments: [], declared: [], ...changes,
})

export const stack = (changes: Partial<ObservedStack> = {}): ObservedStack => ({
  name: 'shop', root: '.', kind: 'compose', files: ['compose.yaml'], environment: { class: 'unspecified', because: [] }, standing: 'deployment',
  workloads: [], components: [component()], unread: [], ...changes,
})

export const finding = (changes: Partial<RuleReport> = {}): RuleReport => ({
  message: 'main', span: policySpan, confidence: 'certain', because: [], ...changes,
})

export const rule = ({ reports = [finding()], ...changes }: Partial<Rule> & { readonly reports?: readonly RuleReport[] }): Rule => ({
  id: 'redis/a', technology: 'redis', rows: ['durability'], concern: 'semantics', severity: 'error', summary: 'A summary.',
  messages: { main: '{component} loses {what}' }, failure: '{component} fails.', fix: 'Change {component}.', diff: {}, sources: [], bad: [], good: [],
  check: () => reports, ...changes,
})
