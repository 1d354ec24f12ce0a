// Lints folders of repositories and sums up: `npm run wild -- DIR… [--output FILE] [--against FILE] [--sample N] [--jobs N]`.
// Each folder inside a DIR is a repository. Prints counts by rule, the slowest, crashes, the share of components with a use, and a
// sample of warnings and errors with their lines, which is the same every time. `--output` keeps the findings, `--against` compares.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import console from 'node:console'
import process from 'node:process'
import { parseArgs } from 'node:util'

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: { output: { type: 'string' }, against: { type: 'string' }, sample: { type: 'string', default: '120' }, jobs: { type: 'string', default: '2' }, bin: { type: 'string', default: 'dist/cli.js' } },
})
if (folders.length === 0) { console.error('name a folder of repositories'); process.exit(2) }

const repositories = folders.flatMap(folder => readdirSync(folder).sort().map(name => join(folder, name))).filter(path => statSync(path).isDirectory())

const lint = folder => new Promise(done => {
  const started = Date.now()
  execFile('node', [resolve(options.bin), '.', '--format', 'json', '--exclude', '**/labels.yaml'], { cwd: folder, maxBuffer: 1 << 29, timeout: 300_000 }, (error, stdout, stderr) => {
    const seconds = (Date.now() - started) / 1000
    try { done({ folder, seconds, report: JSON.parse(stdout) }) } catch { done({ folder, seconds, crash: (stderr || String(error)).slice(0, 300) }) }
  })
})

const results = []
let next = 0
await Promise.all(Array.from({ length: Number(options.jobs) }, async () => {
  while (next < repositories.length) results.push(await lint(repositories[next++]))
}))
results.sort((a, b) => (a.folder < b.folder ? -1 : 1))

const hash = text => createHash('sha256').update(text).digest('hex').slice(0, 16)
// Two folders may hold a repository of one name: then the folder is a part of it.
const shared = new Set(repositories.map(folder => basename(folder)).filter((name, at, all) => all.indexOf(name) !== at))
const nameOf = folder => (shared.has(basename(folder)) ? join(basename(dirname(folder)), basename(folder)) : basename(folder))
// What is found twice under one fingerprint is counted: the first keeps its id whatever follows.
const times = new Map()
const idOf = text => { const nth = (times.get(text) ?? 0) + 1; times.set(text, nth); return hash(nth === 1 ? text : `${text} ${nth}`) }
const findings = results.flatMap(({ folder, report }) => (report?.findings ?? []).map(({ rule, severity, confidence, file, line, component, message, fingerprint }) =>
  ({ id: idOf(`${nameOf(folder)} ${fingerprint}`), repository: nameOf(folder), rule, severity, confidence, file, line, component, message })))
const components = results.flatMap(({ report }) => (report?.stacks ?? []).flatMap(stack => stack.components.map(component => ({ ...component, environment: stack.environment }))))
const share = (part, whole) => (whole === 0 ? '-' : `${Math.round((100 * part) / whole)} %`)
const counted = list => [...list.reduce((map, key) => map.set(key, (map.get(key) ?? 0) + 1), new Map())].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))

console.log(`${results.length} repositories, ${components.length} components, ${share(components.filter(each => each.uses.some(use => use.established)).length, components.length)} with an established use, ${share(components.filter(each => each.uses.length > 0).length, components.length)} with a possible one`)
console.log(`stacks: ${counted(results.flatMap(({ report }) => (report?.stacks ?? []).map(stack => stack.environment))).map(([name, n]) => `${name} ${n}`).join(', ')}`)
console.log('\nfindings by rule')
for (const [rule, number] of counted(findings.map(each => `${each.severity.padEnd(8)}${each.rule}`))) console.log(`${String(number).padStart(6)}  ${rule}`)
console.log('\nslowest')
for (const { folder, seconds } of [...results].sort((a, b) => b.seconds - a.seconds).slice(0, 10)) console.log(`${seconds.toFixed(1).padStart(6)} s  ${nameOf(folder)}`)
const failed = results.flatMap(({ folder, crash, report }) => (crash ? [`${nameOf(folder)}: ${crash}`] : (report.problems ?? []).filter(problem => /misfit failed|the rule .* failed/.test(problem.message)).map(problem => `${nameOf(folder)}: ${problem.message}`)))
console.log(`\ncrashes: ${failed.length}`)
for (const line of failed) console.log(`  ${line}`)

// The smallest hashes: the same findings are drawn whatever else is found.
const drawn = findings.filter(each => each.severity !== 'info').sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, Number(options.sample))
console.log(`\nsample of ${drawn.length} warnings and errors`)
for (const each of drawn) {
  const path = join(results.find(({ folder }) => nameOf(folder) === each.repository).folder, each.file)
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  console.log(`\n[${each.id}] ${each.repository} ${each.file}:${each.line} ${each.severity} (${each.confidence}) ${each.rule}\n  ${each.message}`)
  for (let at = Math.max(0, each.line - 4); at < Math.min(lines.length, each.line + 4); at++) console.log(`  ${at + 1 === each.line ? '>' : ' '} ${at + 1}  ${lines[at].slice(0, 160)}`)
}

if (options.output) writeFileSync(options.output, `${JSON.stringify(findings, null, 1)}\n`)
if (options.against) {
  const before = JSON.parse(readFileSync(options.against, 'utf8'))
  const had = new Set(before.map(each => each.id)), has = new Set(findings.map(each => each.id))
  const shown = (title, list) => {
    console.log(`\n${title}: ${list.length}`)
    for (const each of list) console.log(`  ${each.severity.padEnd(8)}${each.rule}  ${each.repository} ${each.file}:${each.line}  ${each.message}`)
  }
  shown('new', findings.filter(each => !had.has(each.id)))
  shown('gone', before.filter(each => !has.has(each.id)))
}
