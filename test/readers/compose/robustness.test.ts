// What the compose reader makes of circles, mangled files and paths that leave the root.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { composeStacks } from '../../../src/readers/compose/index.ts'
import type { Span } from '../../../src/model/value.ts'
import { at, one, only, service, texts, type Files } from '../../support/compose-service.ts'
import { memoryTree } from '../../support/memory-tree.ts'

describe('circles', () => {
  it.each([
    ['files that include each other', { 'compose.yaml': 'include: [b.yaml]\nservices:\n  redis: {image: redis}\n', 'b.yaml': 'include: [compose.yaml]\nservices:\n  b: {image: b}\n' }, ['b', 'redis'], 'compose.yaml includes itself through b.yaml'],
    ['a file that includes itself', { 'compose.yaml': 'include: [compose.yaml]\nservices:\n  redis: {image: redis}\n' }, ['redis'], 'compose.yaml includes itself'],
    ['services that extend each other', { 'compose.yaml': 'services:\n  a: {extends: b}\n  b: {extends: a, image: redis}\n' }, ['a', 'b'], 'the service a extends itself through b'],
  ])('%s are one stack with a problem', (_, files, names, message) => {
    const { stacks, problems } = composeStacks(memoryTree(files))
    expect([stacks.map(stack => stack.workloads.map(w => w.name)), problems.map(problem => problem.message)]).toEqual([[names], [message]])
  })
})

describe('robustness', () => {
  it('reads a file behind a byte order mark', () => {
    const files = { 'compose.yaml': '\uFEFFversion: "3"\nservices:\n  redis: {image: redis}\n' }
    expect(at(files, service(files).span)).toBe('redis')
  })

  const seed: Files = {
    'compose.yaml': 'include: [i.yml]\nx-a: &a {A: "${V:-x}"}\nservices:\n  redis: &r\n    image: redis:${T}\n    command: sh -c "redis-server --save \'\'"\n    environment:\n      <<: *a\n    env_file: [.env]\n    volumes: ["./c.yml:/c.yml:ro", d:/d]\n    configs: [k]\n  b: {extends: redis, labels: [misfit.use=cache], ports: ["1-2:1-2"]}\nconfigs: {k: {content: "a ${B} c"}}\n',
    'compose.override.yaml': 'services:\n  redis: !override {image: x, command: !reset null, environment: [A=1, "B=${C}"]}\n',
    'i.yml': 'services:\n  i: {image: i, extends: {file: compose.yaml, service: b}}\n',
    '.env': 'T=7\nC="${T}\n', 'c.yml': 'a: {b: [1, {c: 2}]}\n',
  }

  function spansOf(value: unknown, found: Span[] = [], seen = new Set<unknown>()): Span[] {
    if (typeof value !== 'object' || value === null || seen.has(value)) return found
    seen.add(value)
    if ('file' in value && 'start' in value && 'end' in value) found.push(value as Span)
    for (const inner of value instanceof Map ? value.values() : Object.values(value)) spansOf(inner, found, seen)
    return found
  }

  it('never throws, and every place lies in its file, whatever is mangled', () => {
    const names = Object.keys(seed)
    const edit = fc.record({ name: fc.constantFrom(...names), at: fc.nat(400), drop: fc.nat(20), add: fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('${', '}', '$', '&a ', '*a', '<<: ', '\n', '[', '!reset ', '#', "'", ': ')) })
    fc.assert(fc.property(fc.array(edit, { maxLength: 6 }), edits => {
      const files = { ...seed }
      for (const { name, at: where, drop, add } of edits) {
        const text = files[name] ?? ''
        files[name] = text.slice(0, where) + add + text.slice(where + drop)
      }
      for (const span of spansOf(composeStacks(memoryTree(files)))) {
        const length = files[span.file]?.length ?? -1
        if (span.start < 0 || span.start > span.end || span.end > length) throw new Error(`${JSON.stringify(span)} of ${length}`)
      }
    }), { numRuns: 200, seed: 1 })
  })

  it('reads brackets that close at the indentation of their key, as Go does', () => {
    const w = one('image: r\ncommand: [\n  "a", # first\n  # second\n  "b"\n]')
    expect(texts(w.command)).toEqual(['a', 'b'])
  })

  it('refuses paths outside the root and says so', () => {
    const stack = only({ 'compose.yaml': 'services:\n  redis: {image: r, env_file: ../up.env, volumes: ["../x.conf:/x.conf"]}\n' })
    expect(stack.unread.map(u => u.text)).toEqual(['../x.conf was not read: lies outside the root', 'the env file ../up.env was not read: lies outside the root'])
  })
})
