// What a person wrote beside a server about losing its data weighs more than what its use asks for.
import { expect, test } from 'vitest'
import { lint } from '../../src/lint.ts'
import { memoryTree } from '../support/memory-tree.ts'

const worker = '  worker:\n    image: acme/shop\n    command: celery -A shop worker\n    restart: always\n    environment: {CELERY_BROKER_URL: "redis://redis:6379/0"}\n'
const found = (comment: string, command: string): readonly string[] =>
  lint(memoryTree({ 'compose.yaml': `services:\n  redis:\n    image: redis:7\n    restart: always\n    # ${comment}\n    command: ${command}\n${worker}` })).findings.map(({ rule, severity }) => `${severity} ${rule}`)

test.each([
  ['No persistence needed: the queue survives short restarts by retries', 'redis-server --save "" --appendonly no', 'info redis/durable-role-without-persistence'],
  ['Jobs can be lost', 'redis-server --appendonly yes', 'info redis/durable-role-without-volume'],
  ['No persistence yet', 'redis-server --save "" --appendonly no', 'error redis/durable-role-without-persistence'],
  ['Jobs of the shop', 'redis-server --appendonly yes', 'warning redis/durable-role-without-volume'],
])('%s', (comment, command, finding) => { expect(found(comment, command)).toEqual([finding]) })
