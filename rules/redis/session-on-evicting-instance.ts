// Reports sessions on a Redis that deletes keys when memory is full. Knows uses and settings; no file format.
import type { Evidence, Use } from '../../src/model/observation.ts'
import { defineRule, replacement } from '../../src/model/rule.ts'
import { ownersOf, restingOn, established, evicts, evidenceOf } from './needs.ts'
import { source } from './sources.ts'

const revoked = /(?:black|deny|block)_?list|revoked|revocation/i
const ofTokens = /token|jti|jwt|logout|sign_?out/i

/** Where a program writes down which tokens count no more before they expire; addresses that are shut out are no such thing. */
const revocations = (use: Use): readonly Evidence[] =>
  use.evidence.filter(({ for: speaks, text, span }) => speaks && revoked.test(text) && ofTokens.test(`${text} ${span.file.slice(span.file.lastIndexOf('/') + 1)}`))

export default defineRule({
  id: 'redis/session-on-evicting-instance',
  technology: 'redis',
  rows: ['typical-use', 'durability'],
  concern: 'semantics',
  severity: 'warning',
  summary: 'Sessions or revoked tokens live on a Redis that may delete them before they expire: people are logged out, or let in again.',
  messages: {
    evicted: '{component} holds the sessions{owners} but may delete them once it reaches {limit} ({policy}), which logs people out.',
    both: '{component} holds the sessions and the list of revoked tokens{owners} but may delete both once it reaches {limit} ({policy}): people are logged out, and tokens that were revoked are let in again.',
    revoked: '{component} holds the list of revoked tokens{owners} but may delete entries once it reaches {limit} ({policy}), which lets tokens in again that were revoked.',
  },
  failure: 'What is evicted was neither expired nor ended. A spike of other keys logs out random people and empties their baskets. Nothing is logged, and support cannot reproduce it because memory is fine again.',
  fix: 'Give {what} a Redis of their own with maxmemory-policy noeviction, sized for peak times. At least use volatile-ttl and let cache entries expire sooner than {what}.',
  diff: {
    compose: [
      ' services:',
      '+  redis-sessions:',
      '+    image: redis:7.4',
      '+    command: redis-server --maxmemory 256mb --maxmemory-policy noeviction',
      '+    volumes: ["sessions-data:/data"]',
      '   web:',
      '     environment:',
      '-      SESSION_REDIS_URL: redis://redis:6379/1',
      '+      SESSION_REDIS_URL: redis://redis-sessions:6379/0',
      '+volumes:',
      '+  sessions-data:',
    ].join('\n'),
    helm: [
      ' redis:',
      '   commonConfiguration: |-',
      '-    maxmemory-policy allkeys-lru',
      '+    maxmemory-policy noeviction',
    ].join('\n'),
  },
  hazards: ['Moving the sessions logs everybody out once.', 'With noeviction a full instance refuses new sessions: set an alert.'],
  sources: [source.eviction, source.valkeyLru],
  explains: ['redis/mixed-roles-one-instance', 'redis/rate-limit-on-evicting-instance', 'redis/managed-default-evicts'],
  bad: [
    {
      title: 'sessions and cache on one evicting instance',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru
  web:
    image: registry.example.com/shop:1.4
    environment:
      REDIS_HOST: redis
      SESSION_DRIVER: redis
      CACHE_STORE: redis
`,
      },
      line: 4,
    },
    {
      title: 'tokens that were revoked',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru
  api:
    build: ./api
    environment:
      REDIS_URL: redis://redis:6379
`,
        'api/Dockerfile': 'FROM node:22\nCOPY . /app\nCMD ["node", "index.js"]\n',
        'api/package.json': '{"name": "api", "dependencies": {"ioredis": "5.4.1"}}\n',
        'api/index.js': "import { revoke } from './tokens.js'\nrevoke('4711', 3600)\n",
        'api/tokens.js': "import Redis from 'ioredis'\nconst redis = new Redis(process.env.REDIS_URL)\nexport const revoke = (jti, seconds) => redis.set('revoked:' + jti, '1', 'EX', seconds)\nexport const isRevoked = jti => redis.exists('revoked:' + jti)\n",
      },
      line: 4,
    },
    {
      title: 'a volatile policy takes sessions too, as they expire',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 256mb --maxmemory-policy volatile-lru
  web:
    image: registry.example.com/shop:1.4
    environment:
      SPRING_SESSION_STORE_TYPE: redis
      SPRING_DATA_REDIS_HOST: redis
`,
      },
      line: 4,
    },
  ],
  good: [
    {
      title: 'sessions on an instance that never evicts',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 256mb --maxmemory-policy noeviction
  web:
    image: registry.example.com/shop:1.4
    environment:
      REDIS_HOST: redis
      SESSION_DRIVER: redis
`,
      },
    },
    {
      title: 'sessions are kept in files, only the cache is in Redis',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru
  web:
    image: registry.example.com/shop:1.4
    environment:
      REDIS_HOST: redis
      SESSION_DRIVER: file
      CACHE_STORE: redis
`,
      },
    },
  ],
  *check(component) {
    const sessions = established(component, 'session-store'), revoking = established(component, 'state-store').filter(use => revocations(use).length > 0)
    const uses = [...sessions, ...revoking]
    const eviction = evicts(component)
    if (uses.length === 0 || eviction === undefined) return
    yield {
      message: revoking.length === 0 ? 'evicted' : sessions.length === 0 ? 'revoked' : 'both',
      data: { what: [...sessions.length > 0 ? ['the sessions'] : [], ...revoking.length > 0 ? ['the revoked tokens'] : []].join(' and '), owners: ownersOf(uses), limit: eviction.limit, policy: eviction.policy },
      span: eviction.span,
      ...restingOn(uses),
      because: [...eviction.notes, ...evidenceOf(sessions), ...revoking.flatMap(revocations).slice(0, 2)],
      ...replacement(eviction.setting, 'noeviction', 'Refuse writes when full instead of deleting sessions', 'A full instance then refuses writes, also those of a cache beside the sessions: separate them first.'),
    }
  },
})
