// What labelled cases say of the inference: `npm run accuracy -- CORPUS… [--table NAME…] [--write]`. A corpus is a folder of cases, each with labels.yaml
// (what the files are for, components with their uses) beside its files. Prints three tables, or those named: `calibration`, how the stated confidence
// compares with the truth; `signals`, in how many cases each fires and how often it is right; `environments`, what stacks are for as labelled and as judged,
// with `--show` each difference. `--write` puts them into docs/accuracy.md.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import console from 'node:console'
import process from 'node:process'
import { parseArgs, promisify } from 'node:util'
import { parse } from 'yaml'

const run = promisify(execFile)
const { values: options, positionals: corpora } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean', default: false }, show: { type: 'boolean', default: false }, table: { type: 'string', multiple: true }, bin: { type: 'string', default: 'dist/cli.js' } } })
const titles = { calibration: 'Confidence', signals: 'Signals', environments: 'Environments' }
const tables = options.table ?? Object.keys(titles)
if (corpora.length === 0 || tables.some(name => !(name in titles))) { console.error('name a folder of labelled cases, and of tables calibration, signals and environments'); process.exit(2) }

const signals = new Map(), bins = new Map(), classes = new Map(), differing = []
let cases = 0
for (const corpus of corpora) {
  for (const name of readdirSync(corpus).sort()) {
    const file = join(corpus, name, 'labels.yaml')
    if (!existsSync(file)) continue
    cases++
    const report = await lint(join(corpus, name))
    const components = report.stacks.flatMap(stack => stack.components), seen = new Set(), labels = parse(readFileSync(file, 'utf8'), { merge: true })
    compareClasses(labels, report.stacks, name)
    for (const truth of labels.components ?? []) {
      const mine = matching(truth, components, seen)
      if (!mine) continue
      seen.add(mine)
      const right = new Set((truth.uses ?? []).flatMap(label => [label.use, ...(label.also ?? [])]))
      for (const use of mine.uses) {
        const bin = Math.min(0.95, Math.floor(use.confidence * 20) / 20)
        const counts = bins.get(bin) ?? { uses: 0, right: 0, stated: 0 }
        bins.set(bin, { uses: counts.uses + 1, right: counts.right + Number(right.has(use.use)), stated: counts.stated + use.confidence })
        for (const signal of new Set(use.evidence.map(evidence => evidence.signal))) {
          const known = signals.get(signal) ?? { cases: new Set(), right: 0, wrong: 0 }
          known.cases.add(`${corpus} ${name}`)
          known[right.has(use.use) ? 'right' : 'wrong']++
          signals.set(signal, known)
        }
      }
    }
  }
}

async function lint(folder) {
  const { stdout } = await run('node', [resolve(options.bin), folder, '--format', 'json', '--exclude', '**/labels.yaml'], { maxBuffer: 1 << 28, timeout: 120_000 }).catch(error => error)
  try { return JSON.parse(stdout) } catch { return { stacks: [] } }
}

// Each labelled file once: the view that it gives its name to, else the plain one that holds it.
function compareClasses(labels, stacks, name) {
  const labelled = new Map((labels.components ?? []).flatMap(({ file, environment }) => (file ? [[file, environment ?? labels.environment]] : [])))
  for (const [file, truth] of labelled) {
    const ends = path => path === file || path?.endsWith(`/${file}`)
    const holding = stacks.filter(({ files }) => files.some(ends)).sort((a, b) => a.files.length - b.files.length)
    const stack = stacks.find(({ root, variant }) => variant !== undefined && (ends(variant) || ends(`${root}/${variant}`))) ?? holding.find(({ variant }) => variant === undefined) ?? holding[0]
    if (!stack || truth === undefined) continue
    const said = stack.environment ?? 'unspecified', row = classes.get(truth) ?? new Map()
    classes.set(truth, row.set(said, (row.get(said) ?? 0) + 1))
    if (said !== truth) differing.push(`${truth} → ${said}: ${name} ${file} (${(stack.environmentBecause ?? []).join('; ')})`)
  }
}

function matching(truth, components, seen) {
  const last = name => String(name).split('.').at(-1)
  const kind = components.filter(each => each.technology === truth.technology && !seen.has(each))
  const inFile = kind.filter(each => !truth.file || each.file.endsWith(truth.file))
  return inFile.find(each => each.name === truth.name) ?? inFile.find(each => last(each.name) === last(truth.name)) ?? kind.find(each => each.name === truth.name) ?? (inFile.length === 1 ? inFile[0] : undefined)
}

// Two bins together where one alone is too small to say anything.
const merged = []
for (const [from, { uses, right, stated }] of [...bins].sort(([a], [b]) => a - b)) {
  const last = merged.at(-1)
  if (last && last.uses < 10) { last.uses += uses; last.right += right; last.stated += stated; last.to = from + 0.05 } else merged.push({ from, to: from + 0.05, uses, right, stated })
}
const tail = merged.at(-1)
if (merged.length > 1 && tail && tail.uses < 10) { const before = merged.at(-2); before.uses += tail.uses; before.right += tail.right; before.stated += tail.stated; before.to = tail.to; merged.pop() }
const two = number => number.toFixed(2)
const calibration = ['| stated confidence | uses | mean stated | share that is true | difference |', '| --- | --- | --- | --- | --- |',
  ...merged.map(({ from, to, uses, right, stated }) => `| ${two(from)} to ${two(Math.min(1, to))} | ${uses} | ${two(stated / uses)} | ${two(right / uses)} | ${two(right / uses - stated / uses)} |`)]

const isApplication = id => /^app-|^app\b/.test(id)
const all = [...signals].map(([id, { cases: where, right, wrong }]) => ({ id, cases: where.size, right, wrong })).sort((a, b) => b.cases - a.cases || (a.id < b.id ? -1 : 1))
const general = all.filter(({ id }) => !isApplication(id)), applications = all.filter(({ id }) => isApplication(id))
const once = general.filter(each => each.cases === 1)
const table = ['| signal | cases | right | wrong |', '| --- | --- | --- | --- |', ...general.filter(each => each.cases > 1).map(({ id, cases: n, right, wrong }) => `| \`${id}\` | ${n} | ${right} | ${wrong} |`)]
const stages = ['production', 'development', 'example', 'test'], judged = [...stages, 'unspecified']
const counted = (truth, ...said) => said.reduce((sum, each) => sum + (classes.get(truth)?.get(each) ?? 0), 0)
const labelledFiles = stages.reduce((sum, truth) => sum + counted(truth, ...judged), 0), others = stages.slice(1)
const share = (part, whole) => `${part} of ${whole} (${whole === 0 ? 0 : Math.round(100 * part / whole)} %)`
const total = (truths, ...said) => truths.reduce((sum, truth) => sum + counted(truth, ...said), 0)
const environments = [`The ${labelledFiles} labelled files of ${cases} cases. What is unspecified is judged as production.`, '',
  `| labelled | ${judged.join(' | ')} |`, `| --- |${' --- |'.repeat(judged.length)}`, ...stages.map(truth => `| ${truth} | ${judged.map(said => counted(truth, said)).join(' | ')} |`), '',
  `Production taken for something milder: ${share(counted('production', ...others), counted('production', ...judged))}. Something milder judged as production: ${share(total(others, 'production', 'unspecified'), total(others, ...judged))}, of which ${total(others, 'production')} are called production.`]
const text = {
  environments: environments.join('\n'),
  calibration: [`Uses of at least 0.5 on the labelled components of ${cases} cases. A bin of fewer than ten is put to the next.`, '', ...calibration].join('\n'),
  signals: [`In how many of ${cases} labelled cases each signal fires, and how often the use that it speaks for is true there.`, '', ...table, '',
    `In one case only: ${once.map(({ id, wrong }) => `\`${id}\`${wrong > 0 ? ' (wrong)' : ''}`).join(', ')}.`, '',
    `Entries that know one application by its image: ${applications.length} fire, in ${applications.reduce((sum, each) => sum + each.cases, 0)} cases; right ${applications.reduce((sum, each) => sum + each.right, 0)} times, wrong ${applications.reduce((sum, each) => sum + each.wrong, 0)}.`].join('\n'),
}
console.log([...tables.map(name => text[name]), ...options.show ? [differing.sort().join('\n')] : []].join('\n\n'))

if (options.write) {
  const path = 'docs/accuracy.md'
  let page = existsSync(path) ? readFileSync(path, 'utf8') : '# Accuracy\n'
  for (const name of tables) {
    const block = `<!-- ${name}: npm run accuracy -- CORPUS… --table ${name} --write -->\n${text[name]}\n<!-- /${name} -->`
    const found = new RegExp(`<!-- ${name}:[\\s\\S]*?<!-- /${name} -->`)
    page = found.test(page) ? page.replace(found, () => block) : `${page.trimEnd()}\n\n## ${titles[name]}\n\n${block}\n`
  }
  writeFileSync(path, page)
}
