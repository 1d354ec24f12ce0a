// `misfit decide [spec]`: which tool a design should have for each of its jobs. Reads design specs only; nothing needs to be deployed.
import { existsSync, statSync } from 'node:fs'
import { basename, dirname, relative, sep } from 'node:path'
import { decide } from '../analysis/decide.ts'
import { mergedSpec, readSpecs } from '../readers/design-spec/index.ts'
import { diskTree } from '../host/disk.ts'
import { table } from '../lint.ts'
import { decisionJson, decisionMarkdown, decisionText } from '../reporters/decision.ts'
import { placing } from './places.ts'
import { complain, print, printText } from './print.ts'
import { placeOf } from './roots.ts'
import { UsageError } from './usage.ts'

export interface DecideFlags {
  readonly format: string
}

/** Prints the recommendation; 2 when a spec cannot be read as one. */
export function decideCommand(path: string | undefined, flags: DecideFlags): number {
  const asked = path ?? '.'
  if (!existsSync(asked)) throw new UsageError(`there is no file or folder ${JSON.stringify(asked)}`)
  const real = placeOf(asked)
  const isFile = !statSync(real).isDirectory()
  const root = isFile ? dirname(real) : real
  const tree = diskTree(root, isFile ? { include: [basename(real)] } : {})
  const read = readSpecs(isFile ? { ...tree, files: () => [basename(real)] } : tree, isFile ? [basename(real)] : [])
  const places = placing(tree, relative(process.cwd(), root).split(sep).join('/') || '.')
  for (const problem of read.problems) {
    const at = places({ span: problem.span, text: problem.message })
    complain(`${at.file}:${at.line}:${at.column}: ${at.text}`)
  }
  const spec = mergedSpec([...read.designs, ...read.documents])
  if (spec === undefined) throw new UsageError(`there is no design spec ${isFile ? 'in' : 'below'} ${JSON.stringify(asked)}; \`misfit spec\` writes a draft out of a deployment`)
  const decision = decide(spec, table)
  const written = flags.format === 'json' ? decisionJson(decision, places) : flags.format === 'markdown' ? decisionMarkdown(decision) : decisionText(decision, places)
  if (flags.format === 'json') print(written)
  else printText(written)
  return read.problems.length > 0 ? 2 : 0
}
