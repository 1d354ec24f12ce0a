// `misfit merge`: the reports of the parts of a run → one report, as the run over everything would have written it.
import schema from '../../rules/schema/report.schema.json' with { type: 'json' }
import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { mergeShards } from '../analysis/merge.ts'
import { diskTree } from '../host/disk.ts'
import { memoryTree } from '../host/memory.ts'
import { liesIn, readNamed, workTree } from '../host/read.ts'
import { join } from '../model/files.ts'
import type { Report } from '../model/report.ts'
import { isAs } from './json-schema.ts'
import { baselinesOf, tell, type LintFlags } from './lint.ts'
import { outputOf } from './output.ts'
import { here } from './roots.ts'
import { UsageError } from './usage.ts'

/** Prints the merged report, goes by the baseline, and returns the exit code of the whole. */
export function mergeCommand(files: readonly string[], flags: LintFlags): number {
  const output = outputOf(flags)
  const reports = files.map(file => ({ file, report: reportIn(file) }))
  const [first] = reports
  const shard = first?.report.shard
  if (!first || !shard) throw new UsageError(`${JSON.stringify(first?.file ?? '')} is no report of a part; misfit --shard 1/4 --format json=FILE writes one`)
  const parts = new Map<number, string>()
  for (const { file, report } of reports) {
    const own = report.shard
    if (own?.count !== shard.count || own.root !== shard.root) throw new UsageError(`${JSON.stringify(file)} and ${JSON.stringify(first.file)} are no parts of one run`)
    const earlier = parts.get(own.index)
    if (earlier !== undefined) throw new UsageError(`${JSON.stringify(earlier)} and ${JSON.stringify(file)} are both part ${own.index} of ${own.count}`)
    parts.set(own.index, file)
  }
  // A part may claim to be one of millions.
  const missing = Array.from({ length: Math.min(shard.count, parts.size + 20) }, (_, i) => i + 1).filter(index => !parts.has(index))
  if (missing.length > 0) throw new UsageError(`of ${shard.count} parts ${shard.count - parts.size === 1 ? 'one is' : 'these are'} missing: ${missing.join(', ')}${missing.length < shard.count - parts.size ? ' and more' : ''}`)
  const folder = resolve(here, shard.root)
  const report = mergeShards(reports.map(each => each.report))
  // Whoever wrote a part may not have lines of other files shown.
  const tree = existsSync(folder) && liesIn(realpathSync(folder), realpathSync(workTree(here))) ? diskTree(folder) : memoryTree({})
  return tell([{ prefix: join('.', shard.root), folder, whole: true, tree, report }], flags, output, baselinesOf(flags))
}

/** Bytes of one part's report: those of a large repository are longer than what a repository writes. */
const longest = 200_000_000

function reportIn(file: string): Report {
  const text = readNamed(file, { size: longest })
  if (typeof text !== 'string') throw new UsageError(`the report ${JSON.stringify(file)} cannot be read: ${text?.refused ?? 'there is no such file'}`)
  let report: unknown
  try {
    report = JSON.parse(text)
  } catch {
    // What the parser says quotes the file, whatever file that is.
    throw new UsageError(`the report ${JSON.stringify(file)} cannot be read: it is no JSON`)
  }
  if (!isAs(report, schema, schema.$defs)) throw new UsageError(`${JSON.stringify(file)} is no JSON report of misfit`)
  return report as Report
}
