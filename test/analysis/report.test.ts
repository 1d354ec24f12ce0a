// From spans to lines, from views to one list, from findings to fingerprints.
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import { check } from '../../src/analysis/check.ts'
import type { ObservedStack } from '../../src/model/observation.ts'
import type { Rule } from '../../src/model/rule.ts'
import type { Setting } from '../../src/model/stack.ts'
import { writeReport } from '../../src/analysis/report.ts'
import { lint } from '../../src/lint.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { component, finding, policySpan, rule, source, stack, use } from '../support/made.ts'

const reportOf = (stacks: readonly ObservedStack[], rules: readonly Rule[] = [rule({ reports: [finding({ data: { what: 'jobs' } })] })], text = source, prefix = '.') =>
  writeReport({
    stacks, ...check(stacks, rules, {}), textOf: () => text, digest: words => words, prefix, name: 'here', milliseconds: () => 0, docsOf: rule => `https://example.com/${rule}`,
  })

it('counts lines and columns from 1 and puts the prefix before every path', () => {
  const [only] = reportOf([stack()], undefined, source, '../shop').findings
  expect(only).toMatchObject({ file: '../shop/compose.yaml', line: 4, column: 46, endLine: 4, endColumn: 57, message: 'redis loses jobs' })
})

it('counts lines of files with Windows line ends the same way', () => {
  const text = source.replaceAll('\n', '\r\n')
  const span = { ...policySpan, start: text.indexOf('allkeys'), end: text.indexOf('allkeys') + 11 }
  expect(reportOf([stack()], [rule({ reports: [finding({ span })] })], text).findings[0]).toMatchObject({ line: 4, column: 46 })
})

it('keeps the fingerprint when lines move, and changes it with the component and the values', () => {
  const print = (stacks: readonly ObservedStack[], rules?: readonly Rule[], text?: string) => reportOf(stacks, rules, text).findings[0]?.fingerprint
  const moved = [rule({ reports: [finding({ data: { what: 'jobs' }, span: { ...policySpan, start: 3, end: 4 } })] })]
  expect(print([stack()], moved)).toBe(print([stack()]))
  expect(print([stack({ variant: 'compose.prod.yaml' })])).toBe(print([stack()]))
  expect(print([stack({ components: [component({ name: 'other' })] })])).not.toBe(print([stack()]))
  expect(print([stack()], [rule({ reports: [finding({ data: { what: 'locks' } })] })])).not.toBe(print([stack()]))
})

it('lists a component once for all views of a project and merges what they show', () => {
  const base = stack({ components: [component({ uses: [use({ use: 'cache', confidence: 0.6, established: false })] })] })
  const variant = stack({
    variant: 'compose.prod.yaml', files: ['compose.yaml', 'compose.prod.yaml'],
    components: [
      component({ uses: [use(), use({ use: 'cache', confidence: 0.9 })] }),
      component({ name: 'queue', span: { file: 'compose.prod.yaml', start: 0, end: 1 }, uses: [] }),
    ],
  })
  // The order of views must not matter: bases come first.
  const { stacks } = reportOf([variant, base], [])
  const listed = stacks.map(each => each.components.map(({ name, uses }) => [name, ...uses.map(({ use: name, confidence }) => `${name} ${confidence}`)]))
  expect(listed).toEqual([[['queue']], [['redis', 'job-queue 0.97', 'cache 0.9']]])
})

it('lists no view that adds nothing', () => {
  expect(reportOf([stack(), stack({ variant: 'compose.prod.yaml' })]).stacks).toHaveLength(1)
})

it('judges: misfit by errors and warnings, fits by established uses, else undecided', () => {
  const verdict = (rules: readonly Rule[], components = [component()]) => reportOf([stack({ components })], rules).stacks[0]?.components[0]?.verdict
  expect(verdict([rule({})])).toBe('misfit')
  expect(verdict([rule({ severity: 'info' })])).toBe('fits')
  expect(verdict([])).toBe('fits')
  expect(verdict([], [component({ uses: [use({ confidence: 0.6, established: false })] })])).toBe('undecided')
})

it('calls a stack in the root by the name of the root', () => {
  const report = reportOf([stack({ name: '.' })])
  expect([report.stacks[0]?.name, report.findings[0]?.stack]).toEqual(['here', 'here'])
})

it('keeps to its schema', () => {
  const ajv = new Ajv2020({ allErrors: true })
  const validate = ajv.compile(JSON.parse(readFileSync(new URL('../../rules/schema/report.schema.json', import.meta.url), 'utf8')) as object)
  const settings = new Map<string, Setting>([
    ['maxmemory-policy', { state: 'stated', value: 'allkeys-lru', span: policySpan }],
    ['appendonly', { state: 'defaulted', value: 'no', of: 'redis 7.4 image', source: 'https://redis.io' }],
    ['save', { state: 'unknown', why: 'the variable SAVE has no value here' }],
  ])
  const edits = [{ title: 'Do not evict', safe: true, changes: [{ span: policySpan, text: 'noeviction' }] }]
  const rules = [rule({ explains: ['redis/b'], reports: [finding({ edits, because: [{ span: policySpan, text: 'so' }] })] }), rule({ id: 'redis/b' })]
  const stacks = [stack({ components: [component({ settings, version: '7.4' })] }), stack({ root: 'other', variant: 'x.yaml' })]
  const report = writeReport({
    stacks, ...check(stacks, rules, {}), textOf: () => source, digest: () => '0123456789abcdef', prefix: '.', name: 'here', milliseconds: () => 0, docsOf: rule => `https://example.com/${rule}`,
  })
  expect(validate({ ...report, problems: [{ file: 'a', line: 1, column: 1, message: 'm' }] }), JSON.stringify(validate.errors)).toBe(true)
  expect(validate({ ...report, extra: 1 })).toBe(false)
})

it('lists a node that only copies another one with the uses of those who have an address of it', () => {
  const compose = (replica: string): string => `services:
  main: {image: "redis:7"}
  copy: {image: "redis:7", command: redis-server --replicaof main 6379}
  web: {image: acme/web, environment: {SESSION_REDIS_URL: "redis://main:6379", CACHE_REDIS_URL: "redis://${replica}:6379"}}
  reader: {image: acme/reader, environment: {CACHE_REDIS_URL: "redis://${replica}:6379"}}
`
  const copied = (replica: string): unknown => lint(memoryTree({ 'compose.yaml': compose(replica) })).stacks.flatMap(({ components }) => components).filter(({ partOf }) => partOf === 'main').map(({ name, uses, clients }) => [name, uses.map(({ use: what }) => what).sort(), clients])
  expect(copied('main')).toEqual([['copy', [], []]])
  expect(copied('copy')).toEqual([['copy', ['cache', 'session-store'], ['web', 'reader']]])
})
