// What people and programs read: complete, and harmless whatever the linted files contain.
import { expect, it } from 'vitest'
import { check } from '../../src/analysis/check.ts'
import type { Report } from '../../src/model/report.ts'
import { writeReport } from '../../src/analysis/report.ts'
import { json } from '../../src/reporters/json.ts'
import { text } from '../../src/reporters/text/index.ts'
import { component, finding, rule, source, stack } from '../support/made.ts'

const made = (name = 'redis', quoted = 'CELERY_BROKER_URL=redis://redis'): Report => {
  const stacks = [stack({ components: [component({ name })] })]
  const because = [{ span: { file: 'compose.yaml', start: 12, end: 17 }, text: quoted }]
  const rules = [rule({ failure: 'Memory fills up, then {component} evicts the queue.', reports: [finding({ because, data: { what: 'jobs' } })] })]
  return writeReport({
    stacks, ...check(stacks, rules, {}), textOf: () => source, digest: () => 'f00', prefix: '.', name: 'here', milliseconds: () => 0, docsOf: rule => `https://example.com/${rule}`,
  })
}
const lineOf = (_: string, line: number): string | undefined => source.split('\n')[line - 1]
const plainText = (report: Report): string => text(report, { source: lineOf })

it('lets nothing from a file steer the terminal', () => {
  const hostile = '\u001b[31mred\u0007\r\nnew line\u202eright\u200bgone\u0085\u009b2J'
  const shown = plainText({ ...made(hostile, hostile), problems: [{ file: hostile, line: 1, column: 1, message: hostile }] })
  // eslint-disable-next-line no-control-regex
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u200b-\u200f]/)
  expect(shown).toContain('\\u{1b}[31mred\\u{7}\\r\\nnew line\\u{202e}right')
  expect(shown.split('\n').filter(line => line.startsWith('new line'))).toEqual([])
})

it('cuts a long line around the place', () => {
  const long = `${'x'.repeat(5000)}allkeys-lru${'y'.repeat(5000)}`
  const report = made()
  const [only] = report.findings
  if (!only) throw new Error('no finding')
  const shown = text({ ...report, findings: [{ ...only, column: 5001, endColumn: 5012 }] }, { source: () => long, verbose: true })
  expect(Math.max(...shown.split('\n').map(line => line.length))).toBeLessThan(120)
  const lines = shown.split('\n')
  const marked = lines.findIndex(line => line.includes('~~~'))
  expect(lines[marked - 1]?.slice(lines[marked]?.indexOf('~')).slice(0, 11)).toBe('allkeys-lru')
})

it('says so when nothing was found', () => {
  const empty = writeReport({ stacks: [], findings: [], problems: [], textOf: () => '', digest: () => '', prefix: '.', name: 'here', milliseconds: () => 0, docsOf: () => '' })
  expect(plainText(empty)).toMatch(/^No stack found/)
})

it('writes JSON that reads back as the same report', () => {
  const report = made('a"\u001b\u2028b')
  expect(JSON.parse(json(report))).toEqual(report)
})
