// What stacks that are small to write and large to read cost: processor time and memory of the command, against the bound that docs/security.md states. Needs a build.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { large } from '../support/large.ts'
import { program } from './sides.ts'
import { write } from '../support/program.ts'

const preload = resolve(import.meta.dirname, 'usage.cjs')

it.each(Object.keys(large))('%s', title => {
  const folder = mkdtempSync(join(tmpdir(), 'misfit-large-'))
  try {
    write(join(folder, 'work'), large[title]?.() ?? {})
    const into = join(folder, 'usage.json')
    const { status, signal } = spawnSync(process.execPath, ['--require', preload, program, '-f', 'json=/dev/null'], { cwd: join(folder, 'work'), timeout: 120_000, stdio: 'ignore', env: { ...process.env, MISFIT_BENCH: into } })
    const { cpu, peak } = signal === null ? JSON.parse(readFileSync(into, 'utf8')) as { cpu: number; peak: number } : { cpu: Number.NaN, peak: Number.NaN }
    process.stdout.write(`${cpu.toFixed(0).padStart(7)} ms  ${peak.toFixed(0).padStart(5)} MiB  exit ${status ?? signal ?? ''}  ${title}\n`)
    expect(cpu).toBeLessThan(2_000)
    expect(peak).toBeLessThan(300)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
