// What published charts lead to by their values alone, and by the manifests that Helm makes of them. The charts in fixtures/charts are our
// own and follow the conventions of the published ones; `CHARTS=DIR`, a folder with the published ones by the same names, holds them to it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { byManifests, byValues, chartCases, differences, publishedAt } from './charts.ts'
import { helmVersion } from './helm.ts'
import { expectRows, type Row } from './table.ts'

const cases = chartCases('fixtures/charts')
const titleOf = ({ folder, values }: typeof cases[number]): string => [basename(folder), ...values].join(' ')

/** Of the published charts themselves. */
const more = [{ chart: /^cp-kafka/, differs: /^findings: .*kafka\/auto-create-topics/, why: 'the published one makes a topic of its own for its test' }]

/** Differences that stay, and why. */
const known: readonly { readonly chart: RegExp; readonly differs: RegExp; readonly why: string }[] = [
  { chart: /redis-ha/, differs: /^findings: .*redis\/eviction-policy-inert/, why: 'in manifests nobody can tell what the chart wrote from what somebody chose' },
  { chart: /^cloudpirates-kafka/, differs: /^(?:storage|default\.|offsets\.|findings)/, why: 'the image declares a volume below the mounted folder, which runtimes treat differently; copies are capped by the number of brokers' },
  { chart: /^valkey-helm/, differs: /rollout-shares-data/, why: 'that the new pod starts before the old one ends stands in the chart\'s template, not in its values' },
  { chart: /^redpanda/, differs: /^(?:memory|default\.replication\.factor: \?)/, why: 'the limit is the chart\'s own; it counts copies by the number of brokers, which by values stays unknown' },
]

const programs = [['helm3', 'Helm 3', 'v3.'], ['helm4', 'Helm 4', 'v4.']] as const
const installed = programs.every(([program, , major]) => helmVersion(program).startsWith(major))

const scratch = mkdtempSync(join(tmpdir(), 'misfit-charts-'))
afterAll(() => { rmSync(scratch, { recursive: true, force: true }) })
const rows: Row[] = []

describe('rendered manifests lead to what the values do', () => {
  it('has 20 charts, each with the address of the published one', () => {
    const folders = [...new Set(cases.map(({ folder }) => folder))]
    expect(folders.length).toBeGreaterThanOrEqual(20)
    for (const folder of folders) expect(readFileSync(join(folder, 'Chart.yaml'), 'utf8'), folder).toMatch(/^#.*https:\/\/\S+/m)
  })

  it.skipIf(!installed).each(programs)('%s', async (program, name) => {
    const found: string[] = []
    let same = 0
    for (const each of cases) {
      const { seen, refusal } = await byManifests(program, each, scratch)
      const faults = refusal === undefined ? differences(byValues(each), seen) : [refusal]
      const unexplained = faults.filter(fault => !known.some(({ chart, differs }) => chart.test(titleOf(each)) && differs.test(fault)))
      if (faults.length === 0) same++
      if (unexplained.length > 0) found.push(titleOf(each), ...unexplained.map(fault => `  ${fault}`))
    }
    expect(found).toEqual([])
    rows.push({ suite: `${name}: charts by values and by manifests`, cases: cases.length, same, different: cases.length - same, refused: 0 })
  }, 600_000)

  it.skipIf(!installed || process.env.CHARTS === undefined)('our charts are as the published ones', async () => {
    const found: string[] = []
    for (const each of cases) {
      const published = publishedAt(process.env.CHARTS, each)
      if (published === undefined) { found.push(`${titleOf(each)}: not in ${process.env.CHARTS ?? ''}`); continue }
      const [own, other] = [await byManifests('helm3', each, scratch), await byManifests('helm3', each, scratch, published)]
      const faults = (other.refusal === undefined ? differences(own.seen, other.seen) : [other.refusal]).filter(fault => !more.some(({ chart, differs }) => chart.test(titleOf(each)) && differs.test(fault)))
      if (faults.length > 0) found.push(titleOf(each), ...faults.map(fault => `  ${fault}`))
    }
    expect(found).toEqual([])
  }, 600_000)
})

it.skipIf(!installed)('has its rows in docs/fidelity.md', async () => { await expectRows(rows) })
