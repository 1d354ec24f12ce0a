// Whole processes, as ratios against an empty one run beside them: what a hook or a CI step waits for. Needs a build.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bench, describe } from 'vitest'

const program = resolve('dist/cli.js')
// A repository of its own, as a hook meets it.
const repository = mkdtempSync(join(tmpdir(), 'misfit-bench-'))
cpSync('fixtures/shop', repository, { recursive: true })
mkdirSync(join(repository, '.git'))
const node = (...args: readonly string[]) => (): void => { spawnSync(process.execPath, args, { stdio: 'ignore', cwd: repository }) }
const options = { iterations: 15, time: 0, warmupIterations: 2 }

describe('version (target: 1.5 times an empty process)', () => {
  bench('node -e 0', node('-e', '0'), options)
  bench('misfit --version', node(program, '--version'), options)
})

describe('one stack (target: 2 times an empty process)', () => {
  bench('node -e 0', node('-e', '0'), options)
  bench('misfit', node(program), options)
})

describe('a hook on one changed file (target: 2.5 times an empty process)', () => {
  bench('node -e 0', node('-e', '0'), options)
  bench('misfit -- compose.yaml', node(program, '--', 'compose.yaml'), options)
})
