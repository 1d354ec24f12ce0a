// What is worked out of something that lives long (the knowledge, a list of signals) is worked out once, and goes with it.

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
