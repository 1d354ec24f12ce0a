// Files that a program is given, as flat names and values.
import { expect, it } from 'vitest'
import { lint } from '../../src/lint.ts'
import { memoryTree } from '../support/memory-tree.ts'

it('a compose file that is mounted says what others run with, and nothing of the program that manages them', () => {
  const compose = 'services:\n  manager:\n    image: acme/manager:1\n    volumes: ["./compose.yaml:/app/compose.yaml:ro", "./settings.yaml:/app/settings.yaml:ro"]\n  audit:\n    image: acme/audit:1\n    environment: {REDIS_URL: "redis://redis:6379"}\n  redis: {image: "redis:7.4"}\n'
  const read = (settings: string) => lint(memoryTree({ 'compose.yaml': compose, 'settings.yaml': settings })).stacks[0]?.components[0]?.uses.flatMap(({ evidence }) => evidence.map(({ text }) => text)) ?? []
  expect(read('audit: {port: 1}\n').filter(text => text.startsWith('services.'))).toEqual([])
  expect(read('session: {store: "redis://redis:6379"}\n')).toContain('session.store=redis://redis:6379')
})
