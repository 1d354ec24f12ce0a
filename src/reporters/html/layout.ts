// Where the boxes and lines of a picture lie. The layout library's types cannot be resolved by Node's rules, so what is used of it is said here.
import * as dagre from '@dagrejs/dagre'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Box extends Point {
  readonly width: number
  readonly height: number
}

export interface Line extends Point {
  /** From the first box to the second; x and y are the middle of the label. */
  readonly points: readonly Point[]
}

interface Graph {
  setGraph(options: Readonly<Record<string, string | number>>): void
  setNode(id: string, box: { width: number; height: number }): void
  setEdge(from: string, to: string, label: { width: number; height: number; labelpos: string }): void
  node(id: string): Box
  edge(from: string, to: string): Partial<Line>
  graph(): { readonly width?: number; readonly height?: number }
}
const { Graph: NewGraph, layout } = dagre as unknown as { readonly Graph: new () => Graph; readonly layout: (graph: Graph) => void }

export interface Node {
  readonly id: string
  readonly width: number
  readonly height: number
}

export interface Edge {
  readonly from: string
  readonly to: string
  readonly labelWidth: number
}

/** Lays boxes out in layers from left to right, and lines between them. */
export function laidOut(nodes: readonly Node[], edges: readonly Edge[]) {
  const graph = new NewGraph()
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 60, edgesep: 12, marginx: 8, marginy: 8 })
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height })
  for (const { from, to, labelWidth } of edges) graph.setEdge(from, to, { width: labelWidth, height: 14, labelpos: 'c' })
  layout(graph)
  const { width = 0, height = 0 } = graph.graph()
  return {
    width: Math.ceil(width), height: Math.ceil(height),
    box: (id: string): Box => graph.node(id),
    line: ({ from, to }: Edge): Line => {
      const { points = [], x = 0, y = 0 } = graph.edge(from, to)
      return { points, x, y }
    },
  }
}
