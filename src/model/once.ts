// What is worked out of something that lives long (the knowledge, a list of signals) is worked out once, and goes with it.

/** Remembers what `make` made of the last text under each key, the oldest forgotten first: at most `most` characters of texts. */
export function oncePerText<T>(most: number): (key: string, text: string, make: () => T) => T {
  const known = new Map<string, { readonly text: string; readonly made: T }>()
  let length = 0
  const forget = (key: string, text: string): void => { length -= text.length; known.delete(key) }
  return (key, text, make) => {
    const found = known.get(key)
    if (found?.text === text) return found.made
    const made = make()
    if (found) forget(key, found.text)
    known.set(key, { text, made })
    length += text.length
    for (const [oldest, entry] of known) {
      if (length <= most) break
      forget(oldest, entry.text)
    }
    return made
  }
}

/** How often somebody has looked at an unknown of a watched stack (`analysis/unknowns.ts`); only differences mean anything. */
export const looks = { count: 0 }

/** Remembers what `make` made of each object for as long as the object lives; whoever asks again has looked at the same unknowns. */
export function oncePer<K extends object, T>(make: (of: K) => T): (of: K) => T {
  const known = new WeakMap<K, { readonly made: T; readonly looked: number }>()
  return of => {
    const found = known.get(of)
    if (found) {
      looks.count += found.looked
      return found.made
    }
    const before = looks.count, made = make(of)
    known.set(of, { made, looked: looks.count - before })
    return made
  }
}

/** Things under each of their keys, in their order: worked out once, looked up often. */
export function grouped<K, T>(all: Iterable<T>, keysOf: (one: T) => readonly K[]): ReadonlyMap<K, readonly T[]> {
  const found = new Map<K, T[]>()
  for (const one of all) {
    for (const key of new Set(keysOf(one))) {
      const same = found.get(key)
      if (same) same.push(one)
      else found.set(key, [one])
    }
  }
  return found
}

/** Remembers what `work` made of a text: the same ones meet every signal of every stack. */
export function remembered<T, K extends string = string>(work: (text: K) => T): (text: K) => T {
  const known = new Map<string, T>()
  return text => {
    let found = known.get(text)
    if (found === undefined) {
      if (known.size > 10_000) known.clear()
      known.set(text, found = work(text))
    }
    return found
  }
}
