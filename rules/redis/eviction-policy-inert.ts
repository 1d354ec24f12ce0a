// Reports an eviction policy that no memory limit makes act. Knows settings; no file format.
import { defineRule, type Edit } from '../../src/model/rule.ts'
import { bytes, effective, isMeantAsCache, sizeInWords, soleCache, stated } from './needs.ts'
import { source } from './sources.ts'

export default defineRule({
  id: 'redis/eviction-policy-inert',
  technology: 'redis',
  rows: ['scale-pattern'],
  concern: 'sizing',
  severity: 'info',
  severityNote: 'A warning when the container has a memory limit of its own, where Redis is killed instead of evicting, and for a cache that is declared or stands apart from a Redis that holds other data.',
  summary: 'An eviction policy is set, but without a memory limit it never acts.',
  messages: {
    inert: '{component} sets maxmemory-policy {policy} without a maxmemory, so it never evicts anything.',
    killed: '{component} sets maxmemory-policy {policy} without a maxmemory: it evicts nothing, and is killed when it reaches the {memory} of its container.',
  },
  failure: 'Whoever reads the file takes it for a bounded cache. The process grows until the host or the container runs out of memory and is then killed, instead of evicting old keys.',
  fix: 'Add a maxmemory to {component} (60 to 75 % of the memory it has), or drop the policy if nothing is to be evicted.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '-    command: redis-server --maxmemory-policy allkeys-lru',
      '+    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru',
    ].join('\n'),
    helm: [
      ' redis:',
      '   commonConfiguration: |-',
      '     maxmemory-policy allkeys-lru',
      '+    maxmemory 256mb',
    ].join('\n'),
  },
  hazards: ['From the moment a limit is set the policy acts: make sure first that no queue, lock or session lives there.'],
  sources: [source.eviction],
  explains: ['redis/cache-without-maxmemory', 'redis/limit-without-maxmemory'],
  bad: [
    {
      title: 'a policy without a limit',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory-policy allkeys-lru
`,
      },
      line: 4,
    },
    {
      title: 'the limit is zero, which means none, in a container that has one',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    mem_limit: 512m
    command: redis-server /etc/redis.conf
    volumes:
      - ./redis.conf:/etc/redis.conf:ro
`,
        'redis.conf': 'maxmemory 0\nmaxmemory-policy volatile-lru\n',
      },
      file: 'redis.conf',
      line: 2,
    },
    {
      title: 'an image of somebody\'s own, started by a script that holds the whole command',
      files: {
        'compose.yaml': `services:
  redis:
    image: registry.example.com/shop/redis:2.1
    command: ["sh", "-c", "redis-server --maxmemory-policy allkeys-lru --requirepass $$PASSWORD"]
`,
      },
      line: 4,
    },
  ],
  good: [
    {
      title: 'policy and limit',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru
`,
      },
    },
    {
      title: 'the limit comes from a variable that has no value here',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory \${REDIS_MEMORY} --maxmemory-policy allkeys-lru
`,
      },
    },
    {
      title: 'an image of somebody\'s own may add options to a command that it is given',
      files: {
        'compose.yaml': `services:
  redis:
    image: registry.example.com/shop/redis:2.1
    command: redis-server --maxmemory-policy allkeys-lru
`,
      },
    },
    {
      title: 'noeviction needs no limit',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory-policy noeviction
`,
      },
    },
  ],
  *check(component, stack) {
    const policy = stated(component, 'maxmemory-policy')
    if (policy === undefined || component.external || component.product === 'dragonfly' || component.product === 'kvrocks') return
    if (!/^(allkeys|volatile)-/.test(policy.value) || bytes(effective(component, 'maxmemory')) !== 0) return
    const limit = component.memoryLimit?.known ? component.memoryLimit : undefined
    const zero = stated(component, 'maxmemory')
    const cache = soleCache(component)
    yield {
      message: limit ? 'killed' : 'inert',
      severity: limit || (cache && isMeantAsCache(cache, component, stack)) ? 'warning' : 'info',
      data: { policy: policy.value, memory: limit ? sizeInWords(limit.value) : '' },
      span: policy.span,
      confidence: 'certain',
      because: [
        ...(zero ? [{ span: zero.span, text: `maxmemory ${zero.value} means no limit` }] : []),
        ...(limit ? [{ span: limit.span, text: `the container's memory limit: ${sizeInWords(limit.value)}` }] : []),
      ],
      ...(zero && limit ? { edits: [limited(zero.span, limit.value)] } : {}),
    }
  },
})

// Two thirds leave room for buffers and for the copy that a snapshot makes.
const limited = (span: Edit['changes'][number]['span'], memory: number): Edit => ({
  title: 'Limit Redis to two thirds of its container\'s memory',
  safe: false,
  changes: [{ span, text: `${String(Math.floor((memory * 2) / 3 / 1024 ** 2))}mb` }],
  hazard: 'The policy acts from then on: make sure that only cache entries live there.',
})
