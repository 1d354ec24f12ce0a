#!/usr/bin/env node
// Starts the command line without waiting for what a run does not need. Knows the built program only; src/cli.ts is that program.
import { readFileSync, writeSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { Script } from 'node:vm'
import manifest from '../package.json' with { type: 'json' }

const [word, ...more] = process.argv.slice(2)
// Hooks and editors ask for the version often; the linter is not needed for it.
if (more.length === 0 && (word === '--version' || word === '-v')) writeSync(1, `${manifest.version}\n`)
else {
  // Node ends with 1 when a program breaks, which is the code of findings: what never ran must not look like a verdict.
  process.on('uncaughtException', error => { writeSync(2, `misfit: internal error: ${error.message.split('\n', 1)[0] ?? ''}\n`); process.exit(2) })
  start(`${__dirname}/main.cjs`)
}

/** Runs the program, from compiled code where there is some. */
function start(file: string): void {
  const load = createRequire(file)
  const { enableCompileCache } = module as { readonly enableCompileCache?: () => unknown }
  // Node 22.1 and later keep compiled code for the next run, in the user's temporary folder: https://nodejs.org/api/module.html#module-compile-cache
  if (enableCompileCache) { enableCompileCache(); load(file); return }
  // For earlier ones the build has left it beside the program. V8 refuses what another version of it has made.
  let cachedData: Buffer
  try { cachedData = readFileSync(`${file}.${process.version}-${process.arch}`) } catch { load(file); return }
  // The built program is ASCII (the build makes sure), which is read quickest as what it is.
  const script = new Script(module.wrap(readFileSync(file, 'latin1')), { filename: file, cachedData })
  ;(script.runInThisContext() as (...given: unknown[]) => void)({}, load, { exports: {} }, file, __dirname)
}
