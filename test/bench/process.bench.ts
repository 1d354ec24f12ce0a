// Whole processes, as ratios against an empty one run beside them: what a hook or a CI step waits for. Needs a build.
import { spawnSync } from 'node:child_process'
import { bench, describe } from 'vitest'

const node = (...args: readonly string[]) => (): void => { spawnSync(process.execPath, args, { stdio: 'ignore' }) }
const options = { iterations: 15, time: 0, warmupIterations: 2 }

describe('version (target: 1.5 times an empty process)', () => {
  bench('node -e 0', node('-e', '0'), options)
  bench('misfit --version', node('dist/cli.js', '--version'), options)
})

describe('one stack (target: 2 times an empty process)', () => {
  bench('node -e 0', node('-e', '0'), options)
  bench('misfit fixtures/shop', node('dist/cli.js', 'fixtures/shop'), options)
})
