// The picture of one stack as SVG: a layered layout, every node a link to what is known of it. Says in its title what a screen reader should.
import { crowdName, crowdsOf, verdictSigns, verdictWords, type ComponentNode, type Crowd, type Flow, type StackGraph } from '../graph.ts'
import { clipped } from '../plain.ts'
import { count } from '../stacks.ts'
import { widthOf } from '../width.ts'
import { laidOut, type Box, type Edge, type Line } from './layout.ts'
import { esc } from './markup.ts'

const mostNodes = 120
const letter = 7.4
const small = 6.2

/** The SVG, and how many components had no room in it. */
export function picture(graph: StackGraph): { readonly svg: string; readonly left: number } {
  // What something is said about goes first where there is not room for all.
  const ranked = [...graph.components].sort((a, b) => Number(b.findings.length > 0) - Number(a.findings.length > 0))
  const components = ranked.slice(0, mostNodes)
  const shown = new Set(components)
  const crowds = crowdsOf(graph, shown)
  const drawn = crowds.flatMap(({ id, flows }) => flows.map(flow => ({ from: id, to: flow.to.id, labelWidth: Math.round(widthOf(flowLabel(flow)) * small) + 8, flow })))
  const { width, height, box, line } = laidOut([
    ...crowds.map(crowd => ({ id: crowd.id, width: Math.round(widthOf(crowdName(crowd)) * letter) + 28, height: 32 })),
    ...components.map(node => ({ id: node.id, width: Math.round(Math.max(widthOf(componentLabel(node)) * letter + 48, widthOf(below(node)) * small + 28)), height: 48 })),
  ], drawn)
  const parts = [
    ...drawn.map(each => edge(each, line(each))),
    ...crowds.map(crowd => program(crowd, box(crowd.id))),
    ...components.map(node => component(node, box(node.id))),
  ]
  const title = `${graph.components.length} Redis and Kafka components of ${graph.stack.name} and ${graph.programs.length} programs that use them; the same as text below`
  return {
    left: graph.components.length - components.length,
    svg: `<svg class="picture" role="group" aria-label="${esc(title)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">` +
      `<defs><marker id="${graph.id}a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z"/></marker></defs>` +
      `${parts.join('').replaceAll('url(#a)', `url(#${graph.id}a)`)}</svg>`,
  }
}

const componentLabel = ({ component, nodes }: ComponentNode): string => `${clipped(component.name, 32)}${nodes > 1 ? ` (${nodes} nodes)` : ''}`
const below = ({ component }: ComponentNode): string => clipped(`${[component.product, component.version].filter(Boolean).join(' ')} · ${verdictWords[component.verdict]}`, 40)
const flowLabel = ({ uses }: Flow): string => uses.slice(0, 3).join(', ') + (uses.length > 3 ? ', …' : '')

const n = (value: number): string => String(Math.round(value * 10) / 10)

function edge({ flow, labelWidth }: Edge & { readonly flow: Flow }, { points, x, y }: Line): string {
  const label = flowLabel(flow)
  const [first, ...rest] = points
  if (first === undefined) return ''
  // Smooth through the middle of each stretch.
  const curve = rest.map((point, i) => {
    const next = rest[i + 1]
    return next === undefined ? `L${n(point.x)} ${n(point.y)}` : `Q${n(point.x)} ${n(point.y)} ${n((point.x + next.x) / 2)} ${n((point.y + next.y) / 2)}`
  })
  return `<path class="flow ${flow.to.component.verdict}" d="M${n(first.x)} ${n(first.y)}${curve.join('')}" marker-end="url(#a)"/>` +
    (label === '' ? '' : `<rect class="behind" x="${n(x - labelWidth / 2)}" y="${n(y - 8)}" width="${n(labelWidth)}" height="16"/><text class="use" x="${n(x)}" y="${n(y + 4)}">${esc(label)}</text>`)
}

function program(crowd: Crowd, { x, y, width, height }: Box): string {
  return `<a href="#${crowd.id}" class="node program"><title>${esc(crowd.members.map(({ name }) => name).slice(0, 30).join(', '))}</title>` +
    `<rect x="${n(x - width / 2)}" y="${n(y - height / 2)}" width="${n(width)}" height="${n(height)}"/><text x="${n(x)}" y="${n(y + 5)}">${esc(crowdName(crowd))}</text></a>`
}

function component(node: ComponentNode, { x, y, width, height }: Box): string {
  const [left, top, right, bottom] = [x - width / 2, y - height / 2, x + width / 2, y + height / 2]
  const { component: { verdict, technology, name, uses }, findings } = node
  // A shape for each verdict: round, with cut corners, plain and dashed.
  const corner = 10
  const outline = verdict === 'misfit'
    ? `<path d="M${n(left + corner)} ${n(top)}H${n(right - corner)}L${n(right)} ${n(top + corner)}V${n(bottom - corner)}L${n(right - corner)} ${n(bottom)}H${n(left + corner)}L${n(left)} ${n(bottom - corner)}V${n(top + corner)}z"/>`
    : `<rect x="${n(left)}" y="${n(top)}" width="${n(width)}" height="${n(height)}" rx="${verdict === 'fits' ? 22 : 4}"/>`
  const said = `${name}, ${technology}: ${verdictWords[verdict]}${uses.length > 0 ? `, used as ${uses.map(({ use }) => use).join(', ')}` : ', use unknown'}${findings.length > 0 ? `, ${count(findings.length, 'finding')}` : ''}`
  return `<a href="#${node.id}" class="node ${verdict}" aria-label="${esc(said)}"><title>${esc(said)}</title>${outline}` +
    `<text x="${n(x)}" y="${n(y - 3)}" class="name">${verdictSigns[verdict]} ${esc(componentLabel(node))}</text><text x="${n(x)}" y="${n(y + 14)}" class="small">${esc(below(node))}</text></a>`
}
