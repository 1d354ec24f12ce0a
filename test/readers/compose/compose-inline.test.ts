import { expect, it } from 'vitest'
import { composeStacks } from '../../../src/readers/compose/index.ts'
import { readable } from '../../../src/model/value.ts'
import { memoryTree } from '../../support/memory-tree.ts'

const workload = (file: string, text: string, name: string) =>
  composeStacks(memoryTree({ [file]: text })).stacks[0]?.workloads.find(each => each.name === name)

it('reads a Dockerfile that stands inside the compose file', () => {
  const text = 'services:\n  redis:\n    build:\n      dockerfile_inline: |\n        FROM golang:1 AS tool\n        FROM redis:7.4\n        CMD ["redis-server", "--save", ""]\n'
  const found = workload('compose.yaml', text, 'redis')
  expect(readable(found?.image)).toBe('redis:7.4')
  expect(found?.command?.map(readable)).toEqual(['redis-server', '--save', ''])
  const span = found?.command?.[1]?.span
  expect(span && text.slice(span.start, span.end)).toBe('--save')
})

it('reads the apps of CapRover, which live under a host name of their own', () => {
  const text = "captainVersion: 4\nservices:\n  $$cap_appname-redis:\n    caproverExtra:\n      dockerfileLines:\n        - FROM redis:$$cap_version\n        - CMD exec redis-server --save '' --maxmemory 100mb\n"
  const found = workload('app.yml', text, '$$cap_appname-redis')
  expect(readable(found?.image)).toBe('redis:$cap_version')
  expect(found?.command?.map(readable)).toEqual(['redis-server', '--save', '', '--maxmemory', '100mb'])
  expect(found?.hosts).toContain('srv-captain--$cap_appname-redis')
})
