// How much the text says for what it finds: `npm run lines -- REPOSITORY… [--bin FILE]`. Counts the lines of each repository's report, empty ones too,
// against its findings, and of those that are not empty the share that is about nothing: neither a finding (with its stack's heading), nor a
// file that could not be read, nor the outcome.
import { execFile } from 'node:child_process'
import console from 'node:console'
import { resolve } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'

const { values: { bin }, positionals: folders } = parseArgs({ allowPositionals: true, options: { bin: { type: 'string', default: 'dist/cli.js' } } })
if (folders.length === 0) { console.error('name the repositories'); process.exit(2) }

const lint = (cwd, format) => new Promise(done => {
  execFile('node', [resolve(bin), '.', '--format', format], { cwd, maxBuffer: 1 << 29 }, (error, stdout) => done(stdout))
})

const sum = { lines: 0, told: 0, nothing: 0, findings: 0 }
const row = (lines, findings, told, nothing, name) =>
  console.log([lines, findings, findings === 0 ? '-' : (lines / findings).toFixed(1), told === 0 ? '-' : `${Math.round(100 * nothing / told)} %`].map(cell => String(cell).padStart(8)).join('') + `  ${name}`)

console.log(['lines', 'findings', 'each', 'nothing'].map(head => head.padStart(8)).join(''))
for (const folder of folders) {
  const { findings } = JSON.parse(await lint(folder, 'json'))
  const text = (await lint(folder, 'text')).trimEnd()
  const blocks = text.slice(0, text.lastIndexOf('\n') + 1).split('\n\n').map(block => block.split('\n').filter(line => line !== ''))
  const about = blocks.filter(block => block.some(line => /^\S.*:\d+:\d+ {2}(?:error|warning|info|problem)/.test(line))).flat().length
  const told = blocks.flat().length + 1
  const lines = text.split('\n').length
  row(lines, findings.length, told, told - about - 1, folder.split('/').at(-1))
  sum.lines += lines; sum.told += told; sum.nothing += told - about - 1; sum.findings += findings.length
}
row(sum.lines, sum.findings, sum.told, sum.nothing, `${folders.length} repositories`)
