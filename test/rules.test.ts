// Every rule: its words, its place in the tree, and its examples, which are linted as a user would lint them.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decisionTable } from '../rules/decision-table.ts'
import { rules } from '../rules/index.ts'
import { lint } from '../src/index.ts'
import { rowNames, type Rule, type RuleExample } from '../src/model/rule.ts'
import type { Finding } from '../src/model/report.ts'
import { memoryTree } from './memory-tree.ts'

const areas = ['kafka', 'pair', 'redis', 'spec']
const slot = /\{[a-zA-Z]+\}/

const ruleFiles = areas.flatMap(area => names(`rules/${area}`)
  .filter(name => readFileSync(`rules/${area}/${name}`, 'utf8').includes('defineRule({'))
  .map(name => `${area}/${name.replace(/\.ts$/, '')}`))

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter(name => name.endsWith('.ts'))
  } catch {
    return []
  }
}

const reported = (rule: Rule, example: RuleExample): readonly Finding[] =>
  lint(memoryTree({ ...example.files })).findings.filter(({ rule: id, explains }) => id === rule.id || explains?.includes(rule.id))

it('lists every rule once, under the name of its file', () => {
  expect(rules.map(rule => rule.id).sort()).toEqual([...ruleFiles].sort())
})

describe.each(rules.map(rule => [rule.id, rule] as const))('%s', (_, rule) => {
  it('has the words that its page needs', () => {
    expect(rule.rows.length).toBeGreaterThan(0)
    for (const row of rule.rows) expect(rowNames).toContain(row)
    expect(rule.sources.length).toBeGreaterThan(0)
    for (const source of rule.sources) expect(new URL(source).protocol).toBe('https:')
    for (const text of [rule.summary, rule.failure, rule.fix, rule.diff.compose ?? rule.diff.helm ?? rule.diff.spec ?? '']) expect(text.trim()).not.toBe('')
    expect(Object.keys(rule.diff)).not.toEqual([])
    for (const diff of Object.values(rule.diff)) expect(diff).toMatch(/^[+-]/m)
    for (const id of rule.explains ?? []) expect(ruleFiles).toContain(id)
  })

  it('says each message in one sentence', () => {
    for (const message of Object.values(rule.messages)) {
      expect(message).toMatch(/^[^.]\S.*\.$/)
      expect(message).not.toMatch(/\.\s/)
      expect(message.length).toBeLessThan(260)
    }
  })

  it('shows at least two bad and two good examples', () => {
    expect(rule.bad.length).toBeGreaterThanOrEqual(2)
    expect(rule.good.length).toBeGreaterThanOrEqual(2)
  })

  it.each(rule.bad.map(example => [example.title, example] as const))('reports: %s', (_title, example) => {
    const found = lint(memoryTree({ ...example.files })).findings.filter(finding => finding.rule === rule.id)
    expect(found, 'reported').not.toEqual([])
    const file = example.file ?? Object.keys(example.files)[0]
    if (example.line !== undefined) expect(found.map(finding => `${finding.file}:${finding.line}`)).toContain(`${file ?? ''}:${example.line}`)
    for (const { message, failureMode, fix, because } of found) {
      for (const text of [message, failureMode, fix, ...because.map(note => note.says)]) expect(text).not.toMatch(slot)
      expect(message).toMatch(/^\S.*\S\.$/)
    }
  })

  it.each(rule.good.map(example => [example.title, example] as const))('accepts: %s', (_title, example) => {
    expect(reported(rule, example).map(finding => finding.message)).toEqual([])
  })
})

describe('edits', () => {
  const edited = rules.flatMap(rule => rule.bad.map(example => [`${rule.id}: ${example.title}`, rule, example] as const))

  it.each(edited)('repair what they are offered for: %s', (_title, rule, example) => {
    for (const finding of reported(rule, example)) {
      for (const edit of finding.rule === rule.id ? finding.edits ?? [] : []) {
        const files = { ...example.files }
        for (const { span, text } of [...edit.changes].sort((a, b) => b.span.start - a.span.start)) {
          const before = files[span.file] ?? ''
          files[span.file] = before.slice(0, span.start) + text + before.slice(span.end)
        }
        const after = lint(memoryTree(files)).findings.filter(({ rule: id }) => id === rule.id)
        expect(after.map(({ message }) => message)).toEqual([])
      }
    }
  })
})

describe('severity and causes of Redis findings', () => {
  const worker = `  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/1
`
  const redisFindings = (redis: string, rest = worker): readonly string[] =>
    lint(memoryTree({ 'compose.yaml': `services:\n  redis:\n${redis}${rest}` })).findings
      .map(({ severity, rule, explains }) => [severity, rule, ...(explains ?? [])].join(' '))

  it('says once that an instance evicts what must stay, however many uses suffer', () => {
    const web = `  web:
    image: registry.example.com/shop:1.4
    environment: {REDIS_HOST: redis, SESSION_DRIVER: redis, CACHE_STORE: redis, CELERY_BROKER_URL: redis://redis:6379/1}
`
    const redis = '    image: redis:7.4\n    volumes: ["./data:/data"]\n    command: redis-server --appendonly yes --maxmemory 250mb --maxmemory-policy allkeys-lru\n'
    expect(redisFindings(redis, worker + web)).toEqual([
      'error redis/queue-on-evicting-instance redis/mixed-roles-one-instance redis/session-on-evicting-instance',
    ])
  })

  it('folds the missing volume into the misplaced one', () => {
    expect(redisFindings('    image: redis:7.4\n    volumes: ["./data:/var/lib/redis"]\n')).toEqual([
      'error redis/volume-not-on-data-dir redis/durable-role-without-volume',
    ])
  })

  it('weighs a volume without a name less than memory', () => {
    expect(redisFindings('    image: redis:7.4\n')).toEqual(['warning redis/durable-role-without-volume'])
    expect(redisFindings('    image: redis:7.4\n    tmpfs: [/data]\n')).toEqual(['error redis/durable-role-without-volume'])
  })

  it('only advises where nothing but the application itself shows a queue', () => {
    const immich = '  immich:\n    image: ghcr.io/immich-app/immich-server:release\n    environment: {REDIS_HOSTNAME: redis}\n'
    expect(redisFindings('    image: redis:7.4\n', immich)).toEqual(['info redis/durable-role-without-volume'])
  })

  it('only advises about lists that a volatile policy spares', () => {
    const redis = '    image: redis:7.4\n    volumes: ["./data:/data"]\n    command: redis-server --appendonly yes --maxmemory 250mb --maxmemory-policy volatile-lru\n'
    expect(redisFindings(redis)).toEqual(['info redis/queue-on-evicting-instance'])
  })

  it('concludes nothing from settings that cannot be read', () => {
    expect(redisFindings('    image: redis:7.4\n    command: redis-server /etc/redis/redis.conf\n    volumes: ["/srv/redis.conf:/etc/redis/redis.conf", "/srv/data:/data"]\n')).toEqual([])
  })
})

describe('the decision table', () => {
  it('has the twelve rows in order, each with a side for both tools', () => {
    expect(decisionTable.map(row => row.id)).toEqual([...rowNames])
    for (const row of decisionTable) for (const text of [row.title, row.redis, row.kafka, row.guidance]) expect(text.trim()).not.toBe('')
  })

  it('is enforced: each row by at least one rule', () => {
    const enforced = new Set(rules.flatMap(rule => rule.rows))
    expect(rowNames.filter(row => !enforced.has(row) && !laterRows.has(row))).toEqual([])
  })
})

// Rows that only a design spec can speak of; the rules that enforce them come with it.
const laterRows: ReadonlySet<string> = new Set(['primary-problem', 'fan-out', 'replay', 'backpressure', 'quick-rule', 'latency-goal', 'ordering'])

describe('one finding per cause', () => {
  const said = (files: Readonly<Record<string, string>>): readonly string[] =>
    lint(memoryTree({ ...files })).findings.map(({ component, rule, explains }) => [component, rule, ...(explains ?? [])].join(' '))

  it('says a root cause with its three symptoms once, beside the causes of their own', () => {
    expect(said({
      'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server --maxmemory 250mb --maxmemory-policy allkeys-lru --appendonly yes
    volumes: ["data:/data"]
  web:
    image: registry.example.com/shop:1.4
    environment: {REDIS_HOST: redis, SESSION_DRIVER: redis, CACHE_STORE: redis, RATELIMIT_STORAGE_URI: redis://redis:6379/3}
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment: {CELERY_BROKER_URL: redis://redis:6379/1}
  kafka:
    image: confluentinc/cp-kafka:7.6.0
    environment:
      KAFKA_PROCESS_ROLES: broker,controller
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 3
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: 3
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: 2
    volumes: ["log:/var/lib/kafka/data"]
volumes: {data: {}, log: {}}
`,
    })).toEqual([
      'redis redis/queue-on-evicting-instance redis/mixed-roles-one-instance redis/rate-limit-on-evicting-instance redis/session-on-evicting-instance',
      'kafka kafka/internal-topics-replication',
    ])
  })

  it('never folds a rule into one that is folded into it, in either area', () => {
    for (const rule of rules) {
      const seen = new Set<string>()
      const queue = [...(rule.explains ?? [])]
      for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
        if (seen.has(id)) continue
        seen.add(id)
        queue.push(...(rules.find(other => other.id === id)?.explains ?? []))
      }
      expect([...seen]).not.toContain(rule.id)
    }
  })
})
