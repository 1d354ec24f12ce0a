// Builds the program where there is none yet: `npm install` of a git address and pre-commit's `rev:` get the sources only.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'

if (!existsSync('dist/cli.js') && existsSync('node_modules/tsup')) execFileSync(process.execPath, ['node_modules/tsup/dist/cli-default.js', '--silent'], { stdio: 'inherit' })
if (!existsSync('dist/THIRD-PARTY-LICENSES') && existsSync('dist/main.cjs')) execFileSync(process.execPath, ['.ci/after-build.mjs'], { stdio: 'inherit' })
