// What is worked out of something that lives long (the knowledge, a list of signals) is worked out once, and goes with it.

/** Remembers what `make` made of each object for as long as the object lives. */
export function oncePer<K extends object, T>(make: (of: K) => T): (of: K) => T {
  const known = new WeakMap<K, { readonly made: T }>()
  return of => {
    let found = known.get(of)
    if (!found) known.set(of, found = { made: make(of) })
    return found.made
  }
}
