// `misfit graph`: the picture of a system alone, for documents. Judges as lint does and prints no finding.
import { dot } from '../reporters/dot.ts'
import { graphsOf } from '../reporters/graph.ts'
import { mermaid } from '../reporters/mermaid.ts'
import { mergeReports } from '../analysis/merge.ts'
import { lint } from '../lint.ts'
import { complain, complainOf, print } from './print.ts'
import { inputsOf, type InputFlags } from './roots.ts'

/** Prints the stacks that hold a Redis or a Kafka. */
export function graphCommand(paths: readonly string[], flags: InputFlags & { readonly format: string }): number {
  const report = mergeReports(inputsOf(paths, flags).map(({ tree, options }) => lint(tree, options)))
  complainOf(report.problems)
  const graphs = graphsOf(report)
  if (graphs.length === 0) complain('Nothing to draw: no stack with a Redis or a Kafka was found')
  print(flags.format === 'dot' ? dot(graphs) : mermaid(graphs))
  return 0
}
