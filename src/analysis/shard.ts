// Which part of a run a stack belongs to, where several machines share one. Knows only which stacks share files; judges nothing.
import type { Stack } from '../model/stack.ts'

/** The part `index` (from 1) of `count`. */
export interface Shard {
  readonly index: number
  readonly count: number
}

export interface Sharding {
  /** Whether a stack is judged in this part: with all that shares a file or a place in the report with it. */
  readonly has: (stack: Pick<Stack, 'kind' | 'root' | 'files'>) => boolean
  /** The same of what is said about a file. */
  readonly hasFile: (file: string) => boolean
}

type Placed = Pick<Stack, 'kind' | 'root' | 'files'>

/** Divides stacks; a stack stays in its part whatever is added elsewhere. `filesOf`: every file that shapes a stack. */
export function sharding<S extends Placed>({ index, count }: Shard, stacks: readonly S[], filesOf: (stack: S) => readonly string[]): Sharding {
  const top = topsOf(stacks, filesOf)
  const mine = (name: string): boolean => hash(top(name)) % count === index - 1
  return { has: stack => mine(project(stack)), hasFile: mine }
}

/** Stacks that share a file or a place in the report, directly or by way of others, as their indexes: families that are judged alone as they would be among all. */
export function familiesOf<S extends Placed>(stacks: readonly S[], filesOf: (stack: S) => readonly string[]): number[][] {
  const top = topsOf(stacks, filesOf), families = new Map<string, number[]>()
  for (const [at, stack] of stacks.entries()) {
    const name = top(project(stack)), family = families.get(name)
    if (family) family.push(at)
    else families.set(name, [at])
  }
  return [...families.values()]
}

const project = ({ kind, root }: Placed): string => `${root} ${kind}`

// The name that stands for all that hangs together with a name.
function topsOf<S extends Placed>(stacks: readonly S[], filesOf: (stack: S) => readonly string[]): (name: string) => string {
  const parents = new Map<string, string>()
  const top = (name: string): string => {
    let at = name
    for (let next = parents.get(at); next !== undefined && next !== at; next = parents.get(at)) at = next
    if (at !== name) parents.set(name, at)
    return at
  }
  for (const stack of stacks) {
    for (const file of filesOf(stack)) {
      // The least name stands for all, in whatever order they are joined.
      const one = top(project(stack)), other = top(file)
      if (one !== other) parents.set(one < other ? other : one, one < other ? one : other)
    }
  }
  return top
}

/** FNV-1a: the same on every machine. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0
  return value
}
