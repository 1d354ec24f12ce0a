// The command line as a program: arguments → lint → reporter → exit code.
import manifest from '../package.json' with { type: 'json' }
import { run } from './cli/run.ts'

void run(process.argv.slice(2), manifest.version).then(code => { process.exitCode = code })
