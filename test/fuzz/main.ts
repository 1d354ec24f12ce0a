// `npm run fuzz -- [--minutes N] [--count N] [--seed S] [--from N]`: mangled inputs against what holds for every input. An input is its seed and
// number: `--seed S --from N --count 1` shows one again. `npm run fuzz -- --unset DIR…` hides each literal of the repositories there instead
// (folders.ts), `--stacks` those of deployments put together by chance (stacks.ts). Ends with 1 when something did not hold.
import { parseArgs } from 'node:util'
import { corpus, kinds, type Files } from './corpus.ts'
import { unsetIn, unsetInStacks } from './folders.ts'
import { Broken, hold } from './invariants.ts'
import { minimised } from './minimise.ts'
import { inputOf, type Input } from './mutate.ts'
import { randomFor } from './random.ts'

const help = `npm run fuzz -- [--minutes N] [--count N] [--seed S] [--from N]
    mangled inputs against what holds for every input, for a minute unless told otherwise;
    an input is its seed and number: --seed S --from N --count 1 shows one again
npm run fuzz -- --stacks [--minutes N] [--count N] [--seed S] [--from N]
    hides each literal of deployments that are put together by chance
npm run fuzz -- --unset [--from N] [--count N] DIR…
    hides each literal of the repositories in the folders, the smallest first, from the Nth on
Ends with 1 when something did not hold.`

function words() {
  try {
    return parseArgs({ allowPositionals: true, options: { help: { type: 'boolean', short: 'h', default: false }, unset: { type: 'boolean', default: false }, stacks: { type: 'boolean', default: false }, minutes: { type: 'string' }, count: { type: 'string' }, seed: { type: 'string', default: '1' }, from: { type: 'string', default: '0' } } })
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${help}`)
    process.exit(2)
  }
}
const { values, positionals } = words()
if (values.help) { console.log(help); process.exit(0) }

const number = (name: 'minutes' | 'count' | 'seed' | 'from', otherwise: number): number => {
  const value = values[name] === undefined ? otherwise : Number(values[name])
  if (!(value >= 0)) { console.error(`--${name} must be a number`); process.exit(2) }
  return value
}
const seed = number('seed', 1), from = number('from', 0)
const count = number('count', Number.POSITIVE_INFINITY), minutes = number('minutes', values.count === undefined ? 1 : Number.POSITIVE_INFINITY)

const say = (text: string): void => { process.stdout.write(`${text}\n`) }
if (values.unset) process.exit(unsetIn(positionals, from, count, say) === 0 ? 0 : 1)

if (values.stacks) process.exit(unsetInStacks(seed, from, Math.min(count, 1_000_000), Date.now() + minutes * 60_000, say) === 0 ? 0 : 1)

const seeds = corpus()
const started = Date.now(), counts = new Map<string, number>(), finds = new Map<string, number>()

function failure(input: Input, at: number, thorough: boolean): Broken | undefined {
  try {
    hold(input, at, randomFor(seed ^ 0x5bd1_e995, at), thorough)
    return undefined
  } catch (error) {
    return error instanceof Broken ? error : new Broken('no throw', error instanceof Error ? error.stack ?? error.message : String(error))
  }
}

/** What tells one kind of find from another: the message without what differs from input to input. */
const kindOfFind = ({ invariant, message }: Broken): string => `${invariant}: ${message.replace(/"(?:[^"\\]|\\.)*"/g, '"…"').replace(/\d+/g, 'n').slice(0, 160)}`

function found(input: Input, at: number, first: Broken): void {
  const key = kindOfFind(first), known = finds.get(key) ?? 0
  finds.set(key, known + 1)
  if (known > 0) return
  // A secret is one by what stands beside it, so its line stays whole.
  const lines = new Set(Object.values(input.files).flatMap(text => text.split('\n')))
  const same = (files: Files): boolean => {
    const other = failure({ ...input, files }, at, false)
    return other?.invariant === first.invariant && (first.invariant !== 'no throw' || kindOfFind(other) === key) && input.secrets.every(secret => first.invariant !== 'secrets' || Object.values(files).some(text => text.split('\n').some(line => line.includes(secret) && lines.has(line))))
  }
  const small = minimised(input.files, same, first.invariant === 'time' ? 60 : undefined)
  say(`\n== ${first.invariant} (${input.kind}; --seed ${seed} --from ${at} --count 1)\n${first.message}`)
  for (const [path, text] of Object.entries(small)) say(`-- ${JSON.stringify(path)}\n${text.length > 3_000 ? `${JSON.stringify(text.slice(0, 3_000))}… (${text.length} characters)` : JSON.stringify(text)}`)
}

let done = 0, told = Date.now()
const rate = (): string => `${Math.round(done / Math.max(0.001, (Date.now() - started) / 1_000))} inputs/s`
for (; done < count && Date.now() - started < minutes * 60_000; done++) {
  const at = from + done, input = inputOf(seeds, seed, at)
  counts.set(input.kind, (counts.get(input.kind) ?? 0) + 1)
  const first = failure(input, at, count === 1)
  if (first) found(input, at, first)
  if (Date.now() - told > 60_000) { told = Date.now(); say(`${done + 1} inputs, ${rate()}, ${finds.size} kinds of finds`) }
}
say(`\n${done} inputs of seed ${seed} from ${from}, ${rate()}: ${kinds.map(kind => `${kind} ${counts.get(kind) ?? 0}`).join(', ')}`)
for (const [key, times] of [...finds].sort((a, b) => b[1] - a[1])) say(`${String(times).padStart(7)}  ${key}`)
say(finds.size === 0 ? 'Everything held.' : `${finds.size} kinds of finds.`)
process.exitCode = finds.size === 0 ? 0 : 1
