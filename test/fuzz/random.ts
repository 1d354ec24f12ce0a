// Chance that can be repeated: the same seed and number give the same choices on every machine.

export interface Random {
  /** A whole number from 0 to below `limit`. */
  readonly below: (limit: number) => number
  readonly chance: (share: number) => boolean
  readonly pick: <T>(list: readonly T[]) => T
  /** The list in another order. */
  readonly shuffled: <T>(list: readonly T[]) => readonly T[]
}

/** Choices for one input: its number within a seed. */
export function randomFor(seed: number, number: number): Random {
  let state = mixed(mixed(seed) ^ mixed(number + 0x9e37_79b9))
  // https://github.com/cprosche/mulberry32
  const next = (): number => {
    state = (state + 0x6d2b_79f5) | 0
    let mix = Math.imul(state ^ (state >>> 15), state | 1)
    mix ^= mix + Math.imul(mix ^ (mix >>> 7), mix | 61)
    return ((mix ^ (mix >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new Error('nothing to pick from')
    return list[below(list.length)] as T
  }
  return {
    below, pick, chance: share => next() < share,
    shuffled: list => list.map(value => ({ value, at: next() })).sort((a, b) => a.at - b.at).map(({ value }) => value),
  }
}

function mixed(value: number): number {
  let mix = value | 0
  mix = Math.imul(mix ^ (mix >>> 16), 0x45d9_f3b)
  mix = Math.imul(mix ^ (mix >>> 16), 0x45d9_f3b)
  return mix ^ (mix >>> 16)
}
