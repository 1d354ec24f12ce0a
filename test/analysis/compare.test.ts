// Earlier findings and today's: equal ones in several files, causes and their symptoms.
import { expect, it } from 'vitest'
import { compare, isGraver } from '../../src/analysis/compare.ts'
import type { EarlierFinding, Finding } from '../../src/model/report.ts'

const earlier = (file: string, fingerprint: string, rule = 'r', explains?: readonly string[]): EarlierFinding => ({ rule, file, component: 'redis', fingerprint, ...(explains ? { explains } : {}) })
const finding = (...words: Parameters<typeof earlier>): Finding => earlier(...words) as Finding
const told = (findings: readonly Finding[], before: readonly EarlierFinding[], exists: (file: string) => boolean = () => true) => {
  const { fresh, known, gone, folded } = compare(findings, before, exists)
  return { fresh: fresh.map(({ file, rule }) => `${rule} ${file}`), known: known.map(each => `${each.finding.rule} ${each.finding.file} was ${each.earlier.rule} ${each.earlier.file}`), gone: gone.map(({ file, rule }) => `${rule} ${file}`), folded: folded.map(({ file, rule }) => `${rule} ${file}`) }
}

it('credits each of equal findings to the file it stands in, whatever the order', () => {
  const before = [earlier('a.yaml', 'x'), earlier('b.yaml', 'x')]
  expect(told([finding('c.yaml', 'x'), finding('b.yaml', 'x')], before)).toMatchObject({ fresh: [], known: ['r c.yaml was r a.yaml', 'r b.yaml was r b.yaml'], gone: [] })
  expect(told([finding('b.yaml', 'x')], before)).toMatchObject({ known: ['r b.yaml was r b.yaml'], gone: ['r a.yaml'] })
})

it('takes equal findings that only changed places for no graver', () => {
  const as = (severity: 'error' | 'warning'): Finding => ({ ...finding('a.yaml', 'x'), severity })
  const graver = (now: readonly Finding[], before: readonly Finding[]): number => compare(now, before, () => true).known.filter(isGraver).length
  expect([graver([as('error'), as('warning')], [as('warning'), as('error')]), graver([as('error'), as('error')], [as('warning'), as('error')])]).toEqual([0, 1])
})

it('takes no symptom for repaired when its cause appears', () => {
  expect(told([finding('d/compose.yaml', 'c', 'cause', ['symptom'])], [earlier('d/redis.conf', 's', 'symptom')])).toEqual({ fresh: ['cause d/compose.yaml'], known: [], gone: [], folded: ['symptom d/redis.conf'] })
})

it('takes no symptom for new when its cause is repaired, but one elsewhere', () => {
  const before = [earlier('d/compose.yaml', 'c', 'cause', ['symptom'])]
  expect(told([finding('d/compose.yaml', 's', 'symptom')], before)).toEqual({ fresh: [], known: ['symptom d/compose.yaml was cause d/compose.yaml'], gone: ['cause d/compose.yaml'], folded: [] })
  expect(told([finding('e/compose.yaml', 's', 'symptom')], before)).toMatchObject({ fresh: ['symptom e/compose.yaml'] })
})
