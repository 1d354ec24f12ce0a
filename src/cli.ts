#!/usr/bin/env node
// The command line: arguments → lint → reporter → exit code. The work is loaded only when a command needs it.
import { run } from './cli/run.ts'

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`misfit | head`) is no failure of ours.
  if (error.code !== 'EPIPE') throw error
})
process.exitCode = await run(process.argv.slice(2))
