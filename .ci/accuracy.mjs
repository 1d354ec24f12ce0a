// What labelled cases say of the inference: `npm run accuracy -- CORPUS… [--write]`. A corpus is a folder of cases, each with labels.yaml
// (components with their uses) beside its files. Prints in how many cases each signal fires and how often it is right, and how the stated
// confidence compares with the truth; `--write` puts both tables into docs/accuracy.md.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import console from 'node:console'
import process from 'node:process'
import { parseArgs, promisify } from 'node:util'
import { parse } from 'yaml'

const run = promisify(execFile)
const { values: options, positionals: corpora } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean', default: false }, bin: { type: 'string', default: 'dist/cli.js' } } })
if (corpora.length === 0) { console.error('name a folder of labelled cases'); process.exit(2) }

const signals = new Map(), bins = new Map()
let cases = 0
for (const corpus of corpora) {
  for (const name of readdirSync(corpus).sort()) {
    const file = join(corpus, name, 'labels.yaml')
    if (!existsSync(file)) continue
    cases++
    const report = await lint(join(corpus, name))
    const components = report.stacks.flatMap(stack => stack.components), seen = new Set()
    for (const truth of parse(readFileSync(file, 'utf8'), { merge: true }).components ?? []) {
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
const text = {
  calibration: [`Uses of at least 0.5 on the labelled components of ${cases} cases. A bin of fewer than ten is put to the next.`, '', ...calibration].join('\n'),
  signals: [`In how many of ${cases} labelled cases each signal fires, and how often the use that it speaks for is true there.`, '', ...table, '',
    `In one case only: ${once.map(({ id, wrong }) => `\`${id}\`${wrong > 0 ? ' (wrong)' : ''}`).join(', ')}.`, '',
    `Entries that know one application by its image: ${applications.length} fire, in ${applications.reduce((sum, each) => sum + each.cases, 0)} cases; right ${applications.reduce((sum, each) => sum + each.right, 0)} times, wrong ${applications.reduce((sum, each) => sum + each.wrong, 0)}.`].join('\n'),
}
console.log(`${text.calibration}\n\n${text.signals}`)

if (options.write) {
  const path = 'docs/accuracy.md'
  let page = existsSync(path) ? readFileSync(path, 'utf8') : '# Accuracy\n'
  for (const [name, title] of [['calibration', 'Confidence'], ['signals', 'Signals']]) {
    const block = `<!-- ${name}: npm run accuracy -- CORPUS… --write -->\n${text[name]}\n<!-- /${name} -->`
    const found = new RegExp(`<!-- ${name}:[\\s\\S]*?<!-- /${name} -->`)
    page = found.test(page) ? page.replace(found, () => block) : `${page.trimEnd()}\n\n## ${title}\n\n${block}\n`
  }
  writeFileSync(path, page)
}
