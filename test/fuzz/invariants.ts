// What holds for every input. Each invariant is a function that throws with what is wrong; the fuzzer and its test know nothing else of misfit.
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { rules } from '../../rules/index.ts'
import { docsOf } from '../../src/addresses.ts'
import { noConfig, optionsOf, readConfig, type Config } from '../../src/cli/config.ts'
import { lookUp } from '../../src/cli/source.ts'
import { UsageError } from '../../src/cli/usage.ts'
import { memoryTree } from '../../src/host/memory.ts'
import { lint, observe, type LintOptions } from '../../src/lint.ts'
import type { FileTree } from '../../src/model/files.ts'
import type { Report } from '../../src/model/report.ts'
import type { Span } from '../../src/model/value.ts'
import { inert } from '../../src/reporters/github.ts'
import { formatNames, reporters, type Context, type FormatName } from '../../src/reporters/index.ts'
import { read, steering } from '../support/formats.ts'
import { added, unsetOne } from '../support/mutations.ts'
import type { Files, Kind } from './corpus.ts'
import { markup, type Input } from './mutate.ts'
import { reordered } from './reorder.ts'
import type { Random } from './random.ts'

/** Processor time that one run may take, in milliseconds. */
export const longest = 2_000

export class Broken extends Error {
  constructor(readonly invariant: string, message: string) { super(message) }
}
const broken = (invariant: string, message: string): never => { throw new Broken(invariant, message) }

/** The texts as a tree: what lies behind `x.tgz!/` is what the packed chart `x.tgz` holds. With an order, listings are as a disk may give them. */
function treeOf(files: Files, order?: Random): FileTree {
  const names = Object.keys(files), packed = names.filter(path => path.includes('.tgz!/'))
  const entries = Object.entries(files).filter(([path]) => !packed.includes(path))
  const tree = memoryTree(Object.fromEntries([...order?.shuffled(entries) ?? entries, ...packed.map(path => [path.slice(0, path.indexOf('!/')), ''] as const)]))
  return {
    ...tree,
    archive(path) {
      const inside = packed.filter(name => name.startsWith(`${path}!/`))
      return inside.length === 0 ? tree.archive(path) : memoryTree(Object.fromEntries(inside.map(name => [name, files[name] ?? ''])))
    },
  }
}

const validReport = new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(readFileSync('rules/schema/report.schema.json', 'utf8')) as object)

/** The options that the input's own configuration asks for; a mistake in it is told with a place that exists. */
function optionsIn(files: Files): LintOptions {
  const text = files['misfit.config.yaml']
  if (text === undefined) return {}
  const beside = (path: string): string | undefined => (Object.hasOwn(files, path) ? files[path] : undefined)
  let config: Config
  try {
    config = readConfig({ path: 'misfit.config.yaml', folder: '.', text, inPackage: false }, beside)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const [, file = '', line = '', column = ''] = /^([^:\n]+):(\d+):(\d+): ./.exec(error.message) ?? []
    placed(files, { file, line: Number(line), column: Number(column) }, `the mistake in the configuration "${error.message.slice(0, 200)}"`)
    config = noConfig
  }
  try {
    return optionsOf(config, '.', '.')
  } catch (error) {
    // A pattern that is too large is refused by name.
    if (!(error instanceof UsageError)) throw error
    return optionsOf(noConfig, '.', '.')
  }
}

const lineCache = new Map<string, readonly string[]>()
function placed(files: Files, { file, line, column }: { readonly file: string; readonly line: number; readonly column: number }, what: string): void {
  const text = Object.hasOwn(files, file) ? files[file] ?? '' : ''
  let lines = lineCache.get(text)
  if (!lines) {
    if (lineCache.size > 20) lineCache.clear()
    lineCache.set(text, lines = text.split('\n'))
  }
  const own = lines[line - 1]
  if (own === undefined || column < 1 || column > own.length + 1) broken('places', `${what} stands at ${JSON.stringify(file)}:${line}:${column}, which does not exist`)
}

function places(files: Files, report: Report): void {
  for (const problem of report.problems) placed(files, problem, `the problem ${JSON.stringify(problem.message.slice(0, 80))}`)
  for (const finding of [...report.findings, ...report.suppressed ?? []]) {
    placed(files, finding, finding.rule)
    placed(files, { file: finding.file, line: finding.endLine, column: finding.endColumn }, `the end of ${finding.rule}`)
    for (const note of finding.because) placed(files, note, `the evidence of ${finding.rule}`)
    for (const { span } of (finding.edits ?? []).flatMap(edit => edit.changes)) within(files, span, `an edit of ${finding.rule}`)
  }
  for (const component of report.stacks.flatMap(stack => stack.components)) {
    placed(files, component, `the component ${component.name}`)
    for (const note of component.uses.flatMap(use => use.evidence)) placed(files, note, `the evidence ${note.signal}`)
    for (const link of component.links) placed(files, link, 'a link')
  }
}

function within(files: Files, { file, start, end }: Span, what: string): void {
  const length = Object.hasOwn(files, file) ? files[file]?.length ?? 0 : 0
  if (!(start >= 0 && start <= end && end <= length)) broken('places', `${what} has ${start} to ${end} of the ${length} characters of ${JSON.stringify(file)}`)
}

function spans(files: Files, value: unknown, seen = new Set<unknown>()): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  if ('file' in value && 'start' in value && 'end' in value) { within(files, value as Span, 'something'); return }
  for (const inner of value instanceof Map ? value.values() : Object.values(value)) spans(files, inner, seen)
}

const timeless = (report: Report): Report => ({ ...report, summary: { ...report.summary, milliseconds: 0 } })

/** A run within its time. The clock is asked first, since asking for processor time is slow; what others did meanwhile is not held against the run. */
function timed(tree: FileTree, options: LintOptions): Report {
  const before = performance.now()
  const report = lint(tree, options)
  if (performance.now() - before <= longest) return report
  const start = process.cpuUsage()
  const again = lint(tree, options)
  const { user, system } = process.cpuUsage(start)
  if ((user + system) / 1_000 > longest) broken('time', `it took ${Math.round((user + system) / 1_000)} ms`)
  return again
}

const contextOf = (tree: FileTree): Context => ({ version: '1.2.3', rules, docsOf, base: '.', started: '2026-01-31T12:00:00', ...lookUp([{ prefix: '.', tree }]) })

function harmless(format: FormatName, output: string, secrets: readonly string[]): void {
  const around = (at: number): string => JSON.stringify(output.slice(Math.max(0, at - 60), at + 60))
  const steers = output.search(steering)
  if (steers >= 0) broken('text only', `${format} steers a terminal at ${around(steers)}`)
  if (!output.isWellFormed()) broken('text only', `${format} is no UTF-8`)
  const logged = format === 'text' || format === 'concise' ? inert(output) : output
  const commands = logged.search(/##\[|^[ \t]*::(?!(?:error|warning|notice) file=)/m)
  if (commands >= 0) broken('text only', `${format} has a workflow command`)
  if (format === 'html') {
    if (output.includes(`<${markup}`)) broken('text only', 'html has markup of a linted file')
    if (output.split('<script').length !== 2 || output.split('</script').length !== 2) broken('text only', 'html has a script of a linted file')
  }
  if (format === 'markdown' && new RegExp(`[<[@|]${markup}`).test(output)) broken('text only', 'markdown has markup of a linted file')
  for (const secret of secrets) if (output.includes(secret)) broken('secrets', `${format} tells the secret at ${around(output.indexOf(secret))}`)
  try {
    read(format, output)
  } catch (error) {
    broken('valid formats', `${format}: ${error instanceof Error ? error.message.slice(0, 400) : String(error)}`)
  }
}

// A cluster has the name of its first node, so a finding is known by its rule.
const causes = ({ findings }: Report): readonly string[] => [...new Set(findings.map(({ rule, stack }) => `${rule} in ${stack}`))].sort()
const difference = (one: Report, other: Report): string => {
  const [a, b] = [JSON.stringify(one, null, 1), JSON.stringify(other, null, 1)]
  const [left, right] = [a.split('\n'), b.split('\n')], at = left.findIndex((line, index) => line !== right[index])
  return `${(left[at] ?? '').trim().slice(0, 120)} and ${(right[at] ?? '').trim().slice(0, 120)}`
}

/** Kinds whose deployment is a compose file. */
const variables: ReadonlySet<Kind> = new Set(['compose', 'redis.conf', 'properties', 'env', 'program'])

// As often as their cost allows; an input's number decides, so that a replay does the same.
const every = { spans: 8, unset: 8, again: 2, keys: 8, sarif: 48, html: 16 } as const
const light = formatNames.filter(format => format !== 'sarif' && format !== 'html')

/** Throws `Broken` for the first invariant that does not hold; `thorough` asks all of them. */
export function hold({ kind, files, secrets }: Input, number: number, random: Random, thorough = false): void {
  const due = (share: keyof typeof every): boolean => thorough || Math.floor(number / 12) % every[share] === 0
  const tree = treeOf(files)
  let options: LintOptions, report: Report
  try {
    options = optionsIn(files)
    report = timed(tree, options)
    if (due('spans')) spans(files, observe(tree, options))
  } catch (error) {
    if (error instanceof Broken) throw error
    throw new Broken('no throw', error instanceof Error ? `${error.message.slice(0, 200)} ${(error.stack ?? '').split('\n').filter(line => line.trimStart().startsWith('at ')).slice(0, 3).map(line => line.trim()).join(' ')}` : String(error))
  }
  for (const { message } of report.problems) if (/misfit failed on|the rule .* failed/.test(message)) broken('no throw', message.slice(0, 300))
  places(files, report)
  if (!validReport(report)) broken('valid formats', `the report: ${JSON.stringify(validReport.errors).slice(0, 300)}`)
  // Another order of files asks both at once; what differs is looked at closer.
  if (due('again')) {
    const was = JSON.stringify(timeless(report)), other = timeless(lint(treeOf(files, random), options))
    if (was !== JSON.stringify(other)) {
      const same = timeless(lint(tree, options))
      broken(was === JSON.stringify(same) ? 'order of files' : 'twice', difference(timeless(report), was === JSON.stringify(same) ? other : same))
    }
  }
  if (due('keys')) {
    const both = reordered(files, random)
    const [was, is] = both ? [causes(lint(treeOf(both.same), options)), causes(lint(treeOf(both.turned), options))] : [[], []]
    const changed = [...was.filter(cause => !is.includes(cause)).map(cause => `- ${cause}`), ...is.filter(cause => !was.includes(cause)).map(cause => `+ ${cause}`)]
    if (changed.length > 0) broken('key order', `with keys in another order: ${changed.join(', ')}`)
  }
  if (due('unset') && variables.has(kind)) {
    // Only Compose gives `${NAME}` a meaning in all of its files. What could not be read before may be read with another value.
    const composed = Object.fromEntries(Object.entries(files).filter(([path]) => /compose.*\.ya?ml$/.test(path) && !report.problems.some(problem => problem.file === path && problem.unread === true)))
    const change = unsetOne(composed, () => random.below(0x4000_0000) / 0x4000_0000)
    const [more] = change ? added(report, lint(treeOf({ ...files, ...change.files }), options)) : []
    // A tag that cannot be read counts as Kafka 0.11 (2017) or later (docs/security.md).
    const older = change && /kafka:0\.(?:\d|10)(?:\.[^→]*)? → /.test(change.text)
    // Compose refuses an image that ends with a sign, has a blank or has a tag that begins with one, so nothing is known of it before either.
    if (change && more && !older && !/\.image: [^→]*(?:[^\w→]|:[-.][^→]*|\s[^→]*) → /.test(change.text)) broken('unknown never accuses', `${more.rule} on ${more.component} is new with ${change.text}`)
  }
  const context = contextOf(tree)
  const turn = Math.floor(number / 12)
  const wanted = formatNames.filter(format => thorough || (format === 'sarif' || format === 'html' ? due(format) : secrets.length > 0 ? format === 'text' || format === light[turn % light.length] : format === light[turn % light.length]))
  for (const format of wanted) {
    let output: string
    try {
      output = reporters[format](report, { ...context, verbose: number % 3 === 0 })
    } catch (error) {
      throw new Broken('no throw', `${kind}: ${format}: ${error instanceof Error ? (error.stack ?? error.message).slice(0, 400) : String(error)}`)
    }
    harmless(format, output, secrets)
  }
}
