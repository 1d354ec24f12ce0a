// A component of the design that no deployment has. Knows which components were tied to the design.
import { defineRule } from '../../src/model/rule.ts'
import { design, kafka, redis, fieldNote } from './declared.ts'

const one = 'services:\n  redis:\n    image: redis:7.4\n    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru\n'

export default defineRule({
  id: 'spec/declared-not-deployed',
  technology: 'both',
  rows: ['typical-use', 'primary-problem'],
  concern: 'specification',
  severity: 'warning',
  summary: 'The design has a component that is not in the deployment.',
  messages: { missing: '{component} is in the design, but nothing in the deployment beside it is that component{match}.' },
  failure: 'Whoever plans with {component} (a recovery, a migration, a capacity) plans with something that is not there, or is there under a name that nobody looks for.',
  fix: 'Deploy {component}, correct its match (compose, helm, host or image), or remove it from the design.',
  diff: { spec: '   - id: events\n     technology: kafka\n-    match: {compose: [kafka]}\n+    match: {compose: [broker]}' },
  sources: ['https://docs.docker.com/reference/compose-file/services/', 'https://helm.sh/docs/chart_template_guide/values_files/'],
  bad: [
    { title: 'a Kafka that nobody deploys', files: { 'compose.yaml': one, 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 10m']) + kafka('events', ['id: orders, use: event-bus']) }) }, file: 'misfit.yaml', line: 8 },
    { title: 'a match that finds nothing', files: { 'compose.yaml': one, 'misfit.yaml': design({ components: redis('cache', ['id: pages, use: cache, ttl: 10m'], ['match: {compose: [redis-cache]}']) }) }, file: 'misfit.yaml', line: 4 },
  ],
  good: [
    { title: 'everything is deployed', files: { 'compose.yaml': one, 'misfit.yaml': design({ components: redis('redis', ['id: pages, use: cache, ttl: 10m']) }) } },
    { title: 'nothing is deployed yet', files: { 'misfit.yaml': design({ components: kafka('events', ['id: orders, use: event-bus']) }) } },
  ],
  *check(component, stack) {
    const { spec } = component
    if (spec === undefined || stack.kind !== 'spec' || spec.provider !== undefined || !stack.spec?.missing?.includes(spec.id)) return
    const names = spec.match ? [...spec.match.compose, ...spec.match.helm, ...spec.match.host, ...spec.match.image] : []
    yield { message: 'missing', data: { match: names.length > 0 ? ` (${names.map(({ value }) => value).join(', ')})` : '' }, span: spec.span, confidence: 'certain', because: names.slice(0, 3).flatMap(name => fieldNote('match', name)) }
  },
})
