import { getHeapStatistics } from 'node:v8'
import { describe, expect, it } from 'vitest'
import { sweep, sweeping } from '../../src/host/garbage.ts'
import { memoryTree } from '../../src/host/memory.ts'
import { remembering } from '../../src/host/remembering.ts'

const used = (): number => getHeapStatistics().used_heap_size
const megabytes = (count: number): readonly unknown[] => Array.from({ length: count * 20_000 }, (_, i) => [i])

describe('garbage of a long run', () => {
  it('is collected once the heap has grown', () => {
    const held = [megabytes(100)]
    expect(held).toHaveLength(1)
    held.pop()
    const before = used()
    sweep()
    expect(used()).toBeLessThan(before - 40_000_000)
  })

  it('is looked for by whoever looks at texts, which are the same', () => {
    const tree = remembering(sweeping(memoryTree({ 'a.yaml': 'a: 1\n' })))
    sweep()
    const held = [megabytes(200)]
    expect(held).toHaveLength(1)
    held.pop()
    const before = used()
    for (let i = 0; i < 64; i++) expect(tree.read('a.yaml')).toBe('a: 1\n')
    expect(used()).toBeLessThan(before - 40_000_000)
  })
})
