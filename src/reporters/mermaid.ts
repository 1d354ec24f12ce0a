// The picture as Mermaid, which GitHub and GitLab draw in Markdown: https://mermaid.js.org/syntax/flowchart.html
import { crowdName, crowdsOf, verdictSigns, type ComponentNode, type StackGraph } from './graph.ts'
import { clipped } from './plain.ts'
import { titleOf } from './stacks.ts'

const classes = [
  'classDef fits stroke:#1a7f37,stroke-width:2px', 'classDef misfit stroke:#cf222e,stroke-width:4px', 'classDef undecided stroke:#6e7781,stroke-dasharray:4 3',
]

/** A flowchart of some stacks; several are framed with their names. */
export function mermaid(graphs: readonly StackGraph[]): string {
  const lines = ['flowchart LR']
  for (const graph of graphs) {
    const framed = graphs.length > 1
    const crowds = crowdsOf(graph)
    const body = [
      ...crowds.map(crowd => `${crowd.id}[${quoted(crowdName(crowd))}]`),
      ...graph.components.map(node => `${node.id}${shape(node)}:::${node.component.verdict}`),
      ...crowds.flatMap(({ flows }) => flows).map(({ from, to, uses }) => `${from.id} -->${uses.length === 0 ? '' : `|${quoted(uses.join(', '))}|`} ${to.id}`),
    ]
    lines.push(...framed ? [`subgraph ${graph.id}[${quoted(titleOf(graph.stack).title)}]`, ...body.map(line => `  ${line}`), 'end'] : body)
  }
  return [...lines.slice(0, 1), ...[...lines.slice(1), ...classes].map(line => `  ${line}`)].join('\n') + '\n'
}

// Redis is a cylinder, Kafka a lane, so that one tells them apart without colours.
const shape = ({ component }: ComponentNode): string => {
  const label = quoted(`${verdictSigns[component.verdict]} ${clipped(component.name, 40)} (${component.product})`)
  return component.technology === 'redis' ? `[(${label})]` : `[[${label}]]`
}

// Whatever could be syntax, markup or a link becomes one of Mermaid's character references.
const quoted = (words: string): string => `"${clipped(words, 80).replace(/[^\p{L}\p{N} _.,:()\u2714\u2716?-]/gu, character => `#${character.codePointAt(0) ?? 63};`)}"`
