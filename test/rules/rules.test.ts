// Every rule: its words, its place in the tree, and its examples, which are linted as a user would lint them.
import { readdirSync, readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { decisionTable } from '../../rules/decision-table.ts'
import { rules } from '../../rules/index.ts'
import { lint } from '../../src/index.ts'
import { rowNames, severities, type Rule, type RuleExample } from '../../src/model/rule.ts'
import type { Finding } from '../../src/model/report.ts'
import { memoryTree } from '../support/memory-tree.ts'

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

/** Rules without a change for Helm, and why. */
const composeOnly: Readonly<Record<string, string>> = {
  'kafka/log-dirs-follow-hostname': 'no chart runs the image that it is about',
}

/** Changes that can do harm themselves, and the word that must then be said. */
const hazards: readonly (readonly [title: string, advice: (added: string, removed: string) => boolean, warning: RegExp])[] = [
  ['an append-only file on a server that has a snapshot', (added, removed) => /appendonly yes/.test(added) && /(?:redis|valkey)-server|appendonly no|maxmemory/.test(removed) && !/appendonly yes/.test(removed), /starts (?:it )?empty/],
  ['a mount that moves', (added, removed) => /:\/(?:data|var\/lib)/.test(added) && /:\/(?!\/)|LOG_DIRS/.test(removed), /copy/],
  ['writes that are refused', (added, removed) => /noeviction/.test(added) && /allkeys|volatile/.test(removed), /refuses (?:new )?\w+/],
  ['keys that are evicted', (added, removed) => /allkeys-/.test(added) && /noeviction|maxmemory(?!-policy)/.test(removed) && !/allkeys-/.test(removed), /evict|queue|lock/],
  ['more copies for new topics only', (added, removed) => /replication-?factor(?:: | )3/i.test(added) && /replication-?factor(?:: | )1/i.test(removed), /reassign/],
  ['keys that move to other partitions', (added, removed) => /partitions:? (\d+)/.exec(added)?.[1] !== /partitions:? (\d+)/.exec(removed)?.[1] && /partitions:? \d/.test(removed), /[Pp]artitions/],
  ['a policy that no longer brings records back', (added, removed) => /cleanup\.policy[=:] ?delete/.test(added) && /compact/.test(removed), /does not bring/],
  ['events that are deleted sooner', (added, removed) => /ROLL_HOURS/.test(added) && /ROLL_HOURS/.test(removed), /lag|consumer/],
  ['a consumer group under a new name', (added, removed) => /GROUP_ID/.test(added) && /GROUP_ID/.test(removed), /auto\.offset\.reset/],
  ['a log directory that moves', added => /LOG_DIRS/.test(added), /cluster id|rename that directory/],
]

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
    for (const text of [rule.summary, rule.failure, rule.fix, rule.diff.compose ?? rule.diff.helm ?? rule.diff.manifests ?? rule.diff.spec ?? '']) expect(text.trim()).not.toBe('')
    expect(Object.keys(rule.diff)).not.toEqual([])
    for (const diff of Object.values(rule.diff)) expect(diff).toMatch(/^[+-]/m)
    for (const id of rule.explains ?? []) expect(ruleFiles).toContain(id)
  })

  it('says what moves its severity, where anything does', () => {
    const code = readFileSync(`rules/${rule.id}.ts`, 'utf8').replace(/^ {2}severityNote: .*$/m, '')
    if ([...code.matchAll(/\bseverity\b[:,]/g)].length > 1) expect(rule.severityNote).toMatch(/\.$/)
  })

  it.each(Object.entries(rule.diff))('shows a change for %s that can be made', (kind, diff) => {
    const side = (left: string): string => diff.split('\n').filter(line => line.startsWith(' ') || line.startsWith(left)).map(line => line.slice(1)).join('\n')
    for (const line of diff.split('\n')) expect(line).toMatch(/^[ +-]/)
    const [before, after] = [side('-'), side('+')]
    for (const text of [before, after]) expect(() => load(text)).not.toThrow()
    expect(load(before)).not.toEqual(load(after))
    if (kind === 'spec') return
    const report = lint(memoryTree(kind === 'compose' ? { 'compose.yaml': after } : kind === 'manifests' ? { 'manifest.yaml': after } : { 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n', 'values.yaml': after }))
    expect(report.problems.map(({ message }) => message)).toEqual([])
    expect(report.findings.filter(({ rule: id }) => id === rule.id).map(({ message }) => message)).toEqual([])
    if (kind !== 'compose') return
    const compose = load(after) as { readonly services?: Readonly<Record<string, { readonly volumes?: readonly string[] } | null>>; readonly volumes?: object }
    expect(Object.keys(compose.services ?? {})).not.toEqual([])
    const named = Object.values(compose.services ?? {}).flatMap(service => service?.volumes ?? []).map(mount => mount.split(':')[0] ?? '').filter(name => /^\w/.test(name))
    for (const name of named) if (diff.includes(`+volumes:`) || !before.includes(name)) expect(Object.keys(compose.volumes ?? {})).toContain(name)
  })

  it('shows the change for Helm too, where a chart can have the fault', () => {
    if (rule.diff.compose !== undefined && rule.diff.helm === undefined) expect(Object.keys(composeOnly)).toContain(rule.id)
    else expect(Object.keys(composeOnly)).not.toContain(rule.id)
  })

  it('names the other tool, where the wrong one was taken', () => {
    if (rule.concern === 'fit' && rule.technology !== 'both') expect(rule.otherTool).toMatch(/Redis|Kafka/)
  })

  it.each(hazards)('warns before its own advice can do harm: %s', (_title, advice, warning) => {
    for (const lines of Object.values(rule.diff).map(diff => diff.split('\n'))) {
      const [added, removed] = ['+', '-'].map(sign => lines.filter(line => line.startsWith(sign)).join('\n'))
      if (advice(added ?? '', removed ?? '')) expect((rule.hazards ?? []).join('\n')).toMatch(warning)
    }
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
      for (const text of [message, failureMode, fix, ...because.map(note => note.text)]) expect(text).not.toMatch(slot)
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
        expect(after.map(({ message }) => message)).not.toContain(finding.message)
        for (const { severity } of after) expect(severities.indexOf(severity)).toBeGreaterThanOrEqual(severities.indexOf(finding.severity))
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
    expect(redisFindings('    image: redis:7.4\n    tmpfs: [/data]\n    labels: {misfit.env: production}\n')).toEqual(['error redis/durable-role-without-volume'])
  })

  it('only advises where nothing but the application itself shows a queue', () => {
    const immich = '  immich:\n    image: ghcr.io/immich-app/immich-server:release\n    environment: {REDIS_HOSTNAME: redis}\n'
    expect(redisFindings('    image: redis:7.4\n', immich)).toEqual(['info redis/durable-role-without-volume'])
  })

  it('only advises about lists that a volatile policy spares', () => {
    const redis = '    image: redis:7.4\n    volumes: ["./data:/data"]\n    command: redis-server --appendonly yes --maxmemory 250mb --maxmemory-policy volatile-lru\n'
    expect(redisFindings(redis)).toEqual(['info redis/queue-on-evicting-instance'])
    // Neither a cache beside them nor limits that start anew make the policy take them.
    const cached = worker.replace('environment:\n', 'environment:\n      CACHE_URL: redis://redis:6379/2\n      RATELIMIT_STORAGE_URI: redis://redis:6379/3\n')
    expect(redisFindings(redis, cached).filter(finding => !finding.startsWith('info'))).toEqual([])
    expect(redisFindings(redis.replace('volatile', 'allkeys'), cached)[0]).toMatch(/^error redis\/queue-on-evicting-instance/)
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
