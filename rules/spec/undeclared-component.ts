// A Redis or Kafka that the design does not mention. Knows which components were tied to the design.
import { parseImage } from '../../src/model/images.ts'
import { defineRule } from '../../src/model/rule.ts'
import { isDesign } from '../../src/model/spec.ts'
import { design, redis } from './declared.ts'

const two = 'services:\n  cache:\n    image: redis:7.4\n    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru\n  queue:\n    image: redis:7.4\n    command: redis-server --appendonly yes\n    volumes: ["queue-data:/data"]\nvolumes:\n  queue-data:\n'
const cache = design({ components: redis('cache', ['id: pages, use: cache, ttl: 10m']) })

export default defineRule({
  id: 'spec/undeclared-component',
  technology: 'both',
  rows: ['typical-use', 'primary-problem'],
  concern: 'specification',
  severity: 'warning',
  summary: 'A Redis or Kafka is deployed that the design does not mention.',
  messages: { undeclared: '{component} is deployed, but {spec} does not mention it.' },
  failure: 'Nobody has said what {component} is for, so nobody can say whether it may be emptied, upgraded or removed.',
  fix: 'Add {component} to {spec} with what it is for (`misfit spec` writes a draft), or list it under ignore with a reason.',
  diff: { spec: ' components:\n+  - id: queue\n+    technology: redis\n+    uses:\n+      - {id: jobs, use: job-queue}' },
  sources: ['https://kafka.apache.org/documentation/#design', 'https://redis.io/docs/latest/'],
  bad: [
    { title: 'the second of two', files: { 'compose.yaml': two, 'misfit.yaml': cache }, line: 5 },
    { title: 'another technology', files: { 'compose.yaml': 'services:\n  kafka:\n    image: apache/kafka:3.9.0\n  cache:\n    image: redis:7.4\n', 'misfit.yaml': cache }, line: 2 },
  ],
  good: [
    { title: 'left out on purpose', files: { 'compose.yaml': two, 'misfit.yaml': `${cache}ignore:\n  - {match: {compose: [queue]}, reason: another team runs it}\n` } },
    { title: 'what lies in a folder is left out', files: { 'compose.yaml': two, 'misfit.yaml': `${cache}ignore:\n  - {match: {env: {file: "compose.*"}}, reason: moves next month}\n` } },
    { title: 'the only one needs no name', files: { 'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n', 'misfit.yaml': cache } },
    { title: 'no design at all', files: { 'compose.yaml': two } },
  ],
  *check(component, stack) {
    const { spec } = stack
    if (!isDesign(spec) || stack.kind === 'spec' || component.spec?.origin === 'design spec' || component.spec?.origin === 'x-misfit') return
    if (spec.ignored?.includes(component.name) === true) return
    // By its command alone it is a server; its image may be another program's.
    if (component.members.some(({ image }) => image?.known === false && parseImage(image) === undefined)) return
    const file = spec.files[0] ?? 'the design'
    yield { message: 'undeclared', data: { spec: file }, span: component.span, confidence: 'certain', because: [] }
  },
})
