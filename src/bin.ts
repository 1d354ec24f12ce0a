#!/usr/bin/env node
// Starts the command line without waiting for what a run does not need. Knows the built program only; src/cli.ts is that program.
import { accessSync, constants, readFileSync, renameSync, unlinkSync, writeFileSync, writeSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import type v8 from 'node:v8'
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
  const { setFlagsFromString } = load('node:v8') as typeof v8
  for (const flag of flagsOf(process.versions.v8)) setFlagsFromString(flag)
  // The first run leaves compiled code beside the program, where it may write there. V8 refuses what another version of it has made.
  const compiled = `${file}.${process.version}-${process.arch}`
  let cachedData: Buffer | undefined
  try { cachedData = readFileSync(compiled) } catch { if (!mayWrite(__dirname)) { withoutOwn(load, file); return } }
  // The built program is ASCII (the build makes sure), which is read quickest as what it is.
  const script = new Script(module.wrap(readFileSync(file, 'latin1')), { filename: file, ...(cachedData ? { cachedData } : {}) })
  if (cachedData === undefined || script.cachedDataRejected === true) process.on('exit', () => { if (isShort()) keep(compiled, script) })
  ;(script.runInThisContext() as (...given: unknown[]) => void)({}, load, { exports: {} }, file, __dirname)
}

/** How V8 is to run a program that takes a fraction of a second, or seconds. It says so on standard error when it does not know a flag. */
function flagsOf(version: string): readonly string[] {
  // V8 compiles what is hot for runs of hours, of which that took a third: here what is eight times as hot. Version 12 has another name for it; with 13 it made no difference.
  const compiling = version.startsWith('11.') ? ['--interrupt-budget=1000000'] : version.startsWith('12.') ? ['--invocation-count-for-turbofan=24000'] : []
  return [
    ...compiling,
    // Most patterns are tried on a few texts only. V8 compiles one at its second use; here at the fiftieth, and till then it does not polish what it interprets.
    '--regexp-tier-up-ticks=50', '--no-regexp-peephole-optimization',
    // What starts a program is not forgotten in a long run, which may be the one that leaves compiled code.
    '--no-flush-bytecode',
  ]
}

// Node 22.1 and later keep compiled code in the user's temporary folder; what they keep is slower to load: https://nodejs.org/api/module.html#module-compile-cache
function withoutOwn(load: NodeJS.Require, file: string): void {
  const { enableCompileCache } = module as { readonly enableCompileCache?: () => unknown }
  enableCompileCache?.()
  load(file)
}

function mayWrite(folder: string): boolean {
  try { accessSync(folder, constants.W_OK); return true } catch { return false }
}

// Of what a longer run leaves so much is marked as hot, and compiled again at each start, that one stack takes a seventh more.
function isShort(): boolean {
  return process.cpuUsage().user < 1_500_000
}

// Under its name only when it is whole: other runs may start meanwhile.
function keep(compiled: string, script: Script): void {
  const part = `${compiled}.${process.pid}`
  try { writeFileSync(part, script.createCachedData()); renameSync(part, compiled) } catch { try { unlinkSync(part) } catch { /* It was never there. */ } }
}
