// The picture in the language of Graphviz: https://graphviz.org/doc/info/lang.html
import { verdictSigns, type StackGraph } from './graph.ts'
import { clipped } from './plain.ts'
import { titleOf } from './stacks.ts'

const looks = { fits: 'color="#1a7f37", penwidth=2', misfit: 'color="#cf222e", penwidth=4', undecided: 'color="#6e7781", style=dashed' } as const

/** A directed graph, every stack a cluster. */
export function dot(graphs: readonly StackGraph[]): string {
  const lines = ['digraph misfit {', '  rankdir=LR;', '  node [fontname="sans-serif"]; edge [fontname="sans-serif", fontsize=10];']
  for (const { id, stack, programs, components, flows } of graphs) {
    lines.push(`  subgraph cluster_${id} {`, `    label=${quoted(titleOf(stack).title)};`)
    for (const { id: node, name } of programs) lines.push(`    ${node} [shape=box, label=${quoted(name)}];`)
    for (const { id: node, component } of components) {
      const label = `${verdictSigns[component.verdict]} ${component.name} (${component.product})`
      lines.push(`    ${node} [shape=${component.technology === 'redis' ? 'cylinder' : 'component'}, label=${quoted(label)}, ${looks[component.verdict]}];`)
    }
    for (const { from, to, uses } of flows) lines.push(`    ${from.id} -> ${to.id}${uses.length === 0 ? '' : ` [label=${quoted(uses.join(', '))}]`};`)
    lines.push('  }')
  }
  return `${[...lines, '}'].join('\n')}\n`
}

const quoted = (words: string): string => `"${clipped(words, 80).replace(/[\\"]/g, '\\$&')}"`
