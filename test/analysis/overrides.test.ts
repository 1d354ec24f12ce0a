// What an overriding file changes is named as the cause.
import { expect, test } from 'vitest'
import { lint } from '../../src/lint.ts'
import { memoryTree } from '../support/memory-tree.ts'

const base = `services:
  redis: {image: "redis:7", command: redis-server --appendonly yes, volumes: ["data:/data"]}
  worker: {image: acme/app, command: celery -A shop worker, environment: {CELERY_BROKER_URL: "redis://redis:6379/0"}}
volumes: {data: {}}
`
const because = (files: Record<string, string>): readonly string[] =>
  lint(memoryTree(files)).findings.filter(({ rule }) => rule === 'redis/durable-role-snapshot-only').flatMap(finding => finding.because.map(({ file, line, text }) => `${file}:${line} ${text}`))

test('an override that replaces a command without its settings is the first evidence', () => {
  const found = because({ 'docker-compose.yml': base, 'docker-compose.prod.yml': 'services:\n  redis:\n    command: redis-server --maxmemory-policy noeviction\n' })
  expect(found[0]).toBe('docker-compose.prod.yml:3 docker-compose.prod.yml replaces the whole command of docker-compose.yml')
})

test('what the base has, too, names no override', () => {
  const found = because({ 'docker-compose.yml': base.replace(' --appendonly yes', ''), 'docker-compose.queue.yml': 'services:\n  redis:\n    command: redis-server --maxmemory-policy noeviction\n' })
  expect(found.length).toBeGreaterThan(0)
  expect(found.filter(says => says.includes('replaces'))).toEqual([])
})
