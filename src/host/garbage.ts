// When garbage is collected in a run that reads much. V8 waits until its heap has grown fourfold; in a large repository most of that is texts of files and what was
// made of them for a moment. Knows no format and no stack.
import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { FileTree } from '../model/files.ts'

/** Bytes by which the heap may grow before garbage is collected: at least, at most after looking in vain, and as a share of what is in use. */
const least = 28_000_000, patient = 44_000_000, share = 0.3

let kept = least, highest = 0, wait = least
let collect: (() => void) | undefined

/** Collects garbage where the heap has grown beyond what it had to hold so far. In runs of a fraction of a second it never has. */
export function sweep(): void {
  const before = used()
  if (before < Math.max(highest, kept + Math.max(wait, kept * share))) return
  collect ??= collector()
  collect()
  const left = used()
  // What is being read is in use until all is read: soon there would be as little to collect.
  wait = before - left > (before - kept) / 2 ? least : Math.min(2 * wait, patient)
  kept = left
  highest = before
}

/** The same tree; who looks at its texts collects garbage now and then. */
export function sweeping(tree: FileTree): FileTree {
  let looks = 0
  return { ...tree, looked: () => { if (++looks % 32 === 0) sweep() } }
}

const youngest = 16_000_000

// V8 empties its young space by itself and makes it as large as it likes (16 MB in Node 20, 64 in 24): more of it than Node 20 would fill says nothing of what is held.
function used(): number {
  const young = getHeapSpaceStatistics().reduce((sum, each) => each.space_name.startsWith('new_') ? sum + each.space_used_size : sum, 0)
  return getHeapStatistics().used_heap_size - Math.max(0, young - youngest)
}

// A new context has V8's own function where the flag says so; the flag is taken back, because compiled code that is kept is bound to flags.
function collector(): () => void {
  setFlagsFromString('--expose-gc')
  const { gc } = runInNewContext('globalThis') as { readonly gc?: () => void }
  setFlagsFromString('--no-expose-gc')
  return () => gc?.()
}
