// Builds the program where there is none yet: `npm install` of a git address and pre-commit's `rev:` get the sources only.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'

if (!existsSync('dist/cli.js') && existsSync('node_modules/tsup')) {
  for (const step of [['node_modules/tsup/dist/cli-default.js', '--silent'], ['.ci/after-build.mjs']]) execFileSync(process.execPath, step, { stdio: 'inherit' })
}
