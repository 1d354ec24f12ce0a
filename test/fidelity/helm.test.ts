// How values reach charts, and what rendered charts lead to, against the real programs, Helm 3 and Helm 4.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { differing, helmVersion, layersIn, ourScopes, theirScopes } from './helm.ts'
import { expectRows, type Row } from './table.ts'

const layers = layersIn('fixtures/helm-values')

/** Differences that stay, and why. */
interface Known { readonly chart: RegExp; readonly why: string }
const slips: readonly Known[] = [
  { chart: /\/global-tables$/, why: 'Helm shares a table that lies two deep in globals between a chart, its parent and its siblings, so what one states shows in all: a slip that no chart relies on' },
  { chart: /\/import-shared$/, why: 'Helm writes what is imported later into the table that was imported first, in the chart that it came from: the same slip' },
  { chart: /\/word-keys$/, why: 'a key that is written `on` or `off` without quotes is `true` or `false` for Helm, which no template asks for' },
]
const known: Readonly<Record<string, readonly Known[]>> = {
  helm3: [
    ...slips,
    { chart: /\/documents$/, why: 'Helm 3 reads the first document of a values file only; a file with several is written for Helm 4' },
    { chart: /\/import-aliases$/, why: 'Helm 3 imports from the first of two names for a chart only; Helm 4 from both' },
    { chart: /\/aliased-twice$/, why: 'Helm 3 renders what lies below a chart with two names once, with the values of the last; Helm 4 for each' },
  ],
  helm4: slips,
}

const programs = [['helm3', 'Helm 3', 'v3.'], ['helm4', 'Helm 4', 'v4.']] as const
const installed = programs.every(([program, , major]) => helmVersion(program).startsWith(major))

const scratch = mkdtempSync(join(tmpdir(), 'misfit-helm-'))
afterAll(() => { rmSync(scratch, { recursive: true, force: true }) })
const rows: Row[] = []

describe('values reach the charts as Helm says', () => {
  it('has the programs to compare with in CI', () => {
    if (process.env.CI === 'true') expect(programs.map(([program]) => helmVersion(program).slice(0, 3))).toEqual(['v3.', 'v4.'])
  })

  it('says of each fixture where the behaviour is specified', () => {
    for (const { chart } of layers) expect(readFileSync(join(chart, 'Chart.yaml'), 'utf8'), chart).toMatch(/^#.*https:\/\/\S+/)
  })

  it.skipIf(!installed).each(programs)('%s', async (program, name) => {
    let same = 0, different = 0
    const gone = new Set(known[program])
    const found: string[] = []
    for (const { chart, values } of layers) {
      const faults = differing(ourScopes(chart, values), await theirScopes(program, chart, values, scratch))
      if (faults.length === 0) { same++; continue }
      different++
      const reason = known[program]?.find(each => each.chart.test(chart))
      if (reason) gone.delete(reason)
      else found.push(`${chart} ${values.join(' ')}`, ...faults)
    }
    expect(found).toEqual([])
    expect([...gone].map(({ why }) => why), 'differences that are there no more').toEqual([])
    rows.push({ suite: `${name}: layers of values`, cases: layers.length, same, different, refused: 0 })
  }, 300_000)
})

it.skipIf(!installed)('has its rows in docs/fidelity.md', async () => { await expectRows(rows) })
