// Measures programs beside each other: in turn, by processor time, so that a busy machine changes the ratio little. Prints; judges nothing.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface Side {
  readonly name: string
  /** What Node is to run. */
  readonly words: readonly string[]
  readonly cwd: string
}

interface Cost {
  /** Milliseconds of processor time, of the program itself without the processes that it starts. */
  readonly cpu: number
  /** MiB. */
  readonly peak: number
}

const preload = resolve(import.meta.dirname, 'usage.cjs')
export const program = resolve(import.meta.dirname, '../../dist/cli.js')

function run({ words, cwd }: Side, into: string): Cost {
  // Certificates of the machine's own take Node 20 twice as long to read as it takes to start; an empty process that reads them is no measure.
  spawnSync(process.execPath, ['--require', preload, ...words], { stdio: 'ignore', cwd, env: { ...process.env, NODE_EXTRA_CA_CERTS: '', MISFIT_BENCH: into } })
  return JSON.parse(readFileSync(into, 'utf8')) as Cost
}

/** Runs every side in turn, `rounds` times after one to warm up, and prints each one's least cost and its ratio to the first side's. */
export function beside(title: string, rounds: number, sides: readonly Side[]): void {
  const into = join(mkdtempSync(join(tmpdir(), 'misfit-usage-')), 'usage.json')
  const costs = sides.map((): Cost[] => [])
  for (let round = 0; round <= rounds; round++) {
    for (const [i, side] of sides.entries()) {
      const cost = run(side, into)
      if (round > 0) costs[i]?.push(cost)
    }
  }
  const least = costs.map(all => Math.min(...all.map(each => each.cpu)))
  process.stdout.write(`\n${title}\n`)
  for (const [i, { name }] of sides.entries()) {
    const ms = least[i] ?? 0, peak = Math.max(...costs[i]?.map(each => each.peak) ?? [])
    process.stdout.write(`  ${(ms / (least[0] ?? 1)).toFixed(2).padStart(6)} ×  ${ms.toFixed(0).padStart(6)} ms  ${peak.toFixed(0).padStart(5)} MiB  ${name}\n`)
  }
}

/** Milliseconds of processor time of this process; a busy machine does not change it as it does the wall clock. */
export function spent(action: () => void): number {
  const before = process.cpuUsage()
  action()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
