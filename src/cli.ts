#!/usr/bin/env node
// The command line: arguments → lint → reporter → exit code. The work is loaded only when a command needs it.
import manifest from '../package.json' with { type: 'json' }

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`misfit | head`) is no failure of ours.
  if (error.code !== 'EPIPE') throw error
})

const words = process.argv.slice(2)
// Hooks and editors ask for the version often; the parser of arguments is not needed for it.
if (words.length === 1 && (words[0] === '--version' || words[0] === '-v')) {
  process.stdout.write(`${manifest.version}\n`)
} else {
  const { run } = await import('./cli/run.ts')
  process.exitCode = await run(words, manifest.version)
}
