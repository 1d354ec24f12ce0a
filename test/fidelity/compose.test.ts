// Our merged model of a compose project against that of the real program, Docker Compose 2.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { casesIn, compare, type Case, type Comparison } from './compose.ts'
import { expectRows, type Row } from './table.ts'

const corpora = ['../shared/corpus', '../shared/corpus-2']
const fixtures = 'fixtures/compose'

const version = ((): string | undefined => {
  try {
    return execFileSync('docker-compose', ['version', '--short'], { encoding: 'utf8' }).trim()
  } catch { return undefined }
})()
const installed = version?.startsWith('2.') === true

const scratch = mkdtempSync(join(tmpdir(), 'misfit-compose-'))
afterAll(() => { rmSync(scratch, { recursive: true, force: true }) }, 600_000)

const found = ({ different }: Comparison): readonly string[] => [...different.values()].flat()
const rows: Row[] = []
const record = (suite: string, cases: readonly Case[], { same, different, refused }: Comparison): void => {
  rows.push({ suite, cases: cases.length, same: same.length, different: different.size, refused: refused.size })
}

/** Whether the program is as new as a fixture's `# needs 2.30`. */
function isNewEnough(folder: string): boolean {
  const needs = /^# needs (2)\.(\d+)$/m.exec(readFileSync(join(folder, 'docker-compose.yml'), 'utf8'))
  return needs === null || Number(version?.split('.')[1]) >= Number(needs[2])
}

describe('the merged model equals docker-compose config', () => {
  it('has the program to compare with in CI', () => {
    if (process.env.CI === 'true') expect(version).toMatch(/^2\./)
  })

  it('says of each fixture where the behaviour is specified', () => {
    for (const name of readdirSync(fixtures)) expect(readFileSync(join(fixtures, name, 'docker-compose.yml'), 'utf8'), name).toMatch(/^#.*https:\/\/\S+/m)
  })

  it.skipIf(!installed)('on a fixture of each feature', async () => {
    const cases = casesIn(fixtures, scratch).filter(({ folder }) => isNewEnough(folder))
    const compared = await compare(cases, scratch)
    expect(found(compared)).toEqual([])
    expect([...compared.refused]).toEqual([])
    expect(compared.same.length).toBeGreaterThanOrEqual(15)
    record('Compose: a fixture of each feature', cases, compared)
  }, 300_000)

  it.skipIf(!installed || !corpora.every(corpus => existsSync(corpus)))('on every corpus stack that it can read', async () => {
    const cases = corpora.flatMap(corpus => casesIn(corpus, scratch))
    const compared = await compare(cases, scratch)
    if (process.env.SHOW) console.log([...compared.refused].join('\n'))
    expect(found(compared)).toEqual([])
    expect(compared.same.length).toBeGreaterThan(150)
    record('Compose: stacks of public projects', cases, compared)
  }, 1_800_000)

  // `PROJECTS=DIR`: a folder of repositories, or several with `:` between them, as many as one likes; what differs is printed.
  it.skipIf(!installed || process.env.PROJECTS === undefined)('on the projects of a folder', async () => {
    const cases = (process.env.PROJECTS ?? '').split(delimiter).flatMap(folder => casesIn(folder, scratch))
    const compared = await compare(cases, scratch)
    console.log([...found(compared), '', ...[...compared.refused].map(([place, why]) => `${place}: ${why.slice(0, 200)}`)].join('\n'))
    console.log(`${String(cases.length)} cases, ${String(compared.same.length)} same, ${String(compared.different.size)} different, ${String(compared.refused.size)} refused`)
    expect(compared.same.length + compared.different.size + compared.refused.size).toBe(cases.length)
  }, 14_400_000)

  it.skipIf(version?.startsWith('2.40.') !== true)('has its rows in docs/fidelity.md', async () => { await expectRows(rows) })
})
