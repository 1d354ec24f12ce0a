// The picture in the language of Graphviz: https://graphviz.org/doc/info/lang.html
import { crowdName, crowdsOf, verdictSigns, type StackGraph } from './graph.ts'
import { clipped } from './plain.ts'
import { titleOf } from './stacks.ts'

const looks = { fits: 'color="#1a7f37", penwidth=2', misfit: 'color="#cf222e", penwidth=4', undecided: 'color="#6e7781", style=dashed' } as const

/** A directed graph, every stack a cluster. */
export function dot(graphs: readonly StackGraph[]): string {
  const lines = ['digraph misfit {', '  rankdir=LR;', '  node [fontname="sans-serif"]; edge [fontname="sans-serif", fontsize=10];']
  for (const graph of graphs) {
    const { id, stack, components } = graph
    const crowds = crowdsOf(graph)
    lines.push(`  subgraph cluster_${id} {`, `    label=${quoted(titleOf(stack).title)};`)
    for (const crowd of crowds) lines.push(`    ${crowd.id} [shape=box, label=${quoted(crowdName(crowd))}];`)
    for (const { id: node, component } of components) {
      const label = `${verdictSigns[component.verdict]} ${component.name} (${component.product})`
      lines.push(`    ${node} [shape=${component.technology === 'redis' ? 'cylinder' : 'component'}, label=${quoted(label)}, ${looks[component.verdict]}];`)
    }
    for (const { from, to, uses } of crowds.flatMap(({ flows }) => flows)) lines.push(`    ${from.id} -> ${to.id}${uses.length === 0 ? '' : ` [label=${quoted(uses.join(', '))}]`};`)
    lines.push('  }')
  }
  return `${[...lines, '}'].join('\n')}\n`
}

const quoted = (words: string): string => `"${clipped(words, 80).replace(/[\\"]/g, '\\$&')}"`
