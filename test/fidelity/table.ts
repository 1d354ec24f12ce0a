// The table of docs/fidelity.md: each suite keeps its own rows, `npm run fidelity` writes them anew.
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'

export interface Row {
  readonly suite: string
  readonly cases: number
  readonly same: number
  /** With a reason that the page or the test gives. */
  readonly different: number
  readonly refused: number
}

const page = 'docs/fidelity.md'

/** Compares a suite's rows with those of the page. */
export async function expectRows(rows: readonly Row[]): Promise<void> {
  let text = readFileSync(page, 'utf8')
  for (const { suite, cases, same, different, refused } of rows) {
    const row = `| ${suite} | ${String(cases)} | ${String(same)} | ${String(different)} | ${String(refused)} |`
    const lines = text.split('\n')
    const at = lines.findIndex(line => line.startsWith(`| ${suite} |`))
    expect(at, `a row for ${suite} in ${page}`).toBeGreaterThan(0)
    lines[at] = row
    text = lines.join('\n')
  }
  await expect(text).toMatchFileSnapshot(`../../${page}`)
}
