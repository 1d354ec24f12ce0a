// Files that refer to each other in a circle. Knows references alone.

/**
 * Which circle of references each file is in, as a number of its own for each; in time that grows with the number of references.
 * https://en.wikipedia.org/wiki/Kosaraju%27s_algorithm
 */
export function circlesOf(edges: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, number> {
  const back = new Map<string, string[]>()
  for (const [from, targets] of edges) for (const to of targets) { const known = back.get(to); if (known) known.push(from); else back.set(to, [from]) }
  const finished: string[] = [], seen = new Set<string>()
  for (const start of edges.keys()) {
    const open = [{ at: start, next: [start].values() }]
    while (open.length > 0) {
      const top = open.at(-1)
      const next = top?.next.next().value
      if (next === undefined) finished.push(open.pop()?.at ?? '')
      else if (!seen.has(next)) {
        seen.add(next)
        open.push({ at: next, next: [...edges.get(next) ?? []].values() })
      }
    }
  }
  const circles = new Map<string, number>()
  for (const [number, start] of finished.reverse().entries()) {
    const reached = circles.has(start) ? [] : [start]
    for (const at of reached) {
      circles.set(at, number)
      for (const from of back.get(at) ?? []) if (!circles.has(from)) { circles.set(from, number); reached.push(from) }
    }
  }
  return circles
}
