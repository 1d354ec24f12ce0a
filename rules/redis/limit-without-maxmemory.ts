// Reports a container memory limit that Redis itself does not know of. Knows settings and sizes; no file format.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { bytes, effective, evidenceOf, persistence, sizeInWords, soleCache, stated, thatMustSurvive } from './needs.ts'
import { source } from './sources.ts'

export default defineRule({
  id: 'redis/limit-without-maxmemory',
  technology: 'redis',
  rows: ['scale-pattern'],
  concern: 'sizing',
  severity: 'info',
  severityNote: 'A warning for a pure cache, which would have evicted, and for data that must survive and is written nowhere.',
  summary: 'The container may be killed for its memory, because Redis does not know the limit.',
  messages: {
    killed: '{component} has no maxmemory, so at the {memory} of its container it is killed instead of {instead}.',
  },
  failure: 'When the limit is reached the kernel sends SIGKILL: no last snapshot, a cold start, and clients that fill it until it is killed again.',
  fix: 'Set maxmemory of {component} to about {suggested}, 60 to 75 % of the container\'s limit; choose the policy that suits its use.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '     mem_limit: 512m',
      '-    command: redis-server',
      '+    command: redis-server --maxmemory 320mb --maxmemory-policy allkeys-lru',
    ].join('\n'),
    helm: [
      ' redis:',
      '   master:',
      '     resources: {limits: {memory: 512Mi}}',
      '+    extraFlags: ["--maxmemory", "320mb"]',
    ].join('\n'),
  },
  hazards: ['Below the present size a new limit evicts or refuses writes at once: read used_memory in INFO memory first.'],
  sources: [source.eviction, source.memory],
  explains: ['redis/cache-without-maxmemory'],
  bad: [
    {
      title: 'a limited container, an unlimited cache',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    mem_limit: 512m
  web:
    image: registry.example.com/shop:1.4
    environment:
      CACHE_URL: redis://redis:6379/0
`,
      },
      line: 4,
    },
    {
      title: 'zero, which means none, under a queue',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    mem_limit: 512m
    command: redis-server --maxmemory 0 --appendonly yes
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
      line: 4,
    },
    {
      title: 'a limit in the deploy section',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    deploy:
      resources:
        limits:
          memory: 256M
`,
      },
      line: 7,
    },
  ],
  good: [
    {
      title: 'Redis knows a limit below that of its container',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    mem_limit: 512m
    command: redis-server --maxmemory 320mb --maxmemory-policy allkeys-lru
`,
      },
    },
    {
      title: 'Dragonfly reads the limit of its container by itself',
      files: {
        'compose.yaml': `services:
  dragonfly:
    image: docker.dragonflydb.io/dragonflydb/dragonfly:v1.23.0
    mem_limit: 512m
`,
      },
    },
  ],
  *check(component) {
    const limit = component.memoryLimit
    if (!limit?.known || component.external || component.product === 'dragonfly' || component.product === 'kvrocks') return
    if (bytes(effective(component, 'maxmemory')) !== 0) return
    const cache = soleCache(component)
    const unsaved = persistence(component) === 'none' ? thatMustSurvive(component) : []
    yield {
      message: 'killed',
      severity: cache || unsaved.length > 0 ? 'warning' : 'info',
      data: {
        memory: sizeInWords(limit.value),
        instead: cache ? 'evicting' : 'refusing writes',
        suggested: `${String(Math.floor((limit.value * 2) / 3 / 1024 ** 2))}mb`,
      },
      span: limit.span,
      confidence: 'certain',
      because: evidenceOf(cache ? [cache] : unsaved),
      ...replacement(
        stated(component, 'maxmemory'), `${String(Math.floor((limit.value * 2) / 3 / 1024 ** 2))}mb`, 'Limit Redis to two thirds of its container\'s memory',
        'A server that holds more than that evicts or refuses writes at once: compare used_memory in INFO memory first.',
      ),
    }
  },
})
