// Names against patterns with `*`; knows nothing else.

/** Whether a text fits a pattern in which `*` stands for anything; case does not matter. Work grows with the product of both lengths. */
export function fitsGlob(pattern: string, text: string): boolean {
  const wanted = pattern.toLowerCase().replace(/\*+/g, '*'), found = text.toLowerCase()
  let p = 0, t = 0, star = -1, mark = 0
  while (t < found.length) {
    if (p < wanted.length && wanted[p] === '*') { star = p++; mark = t }
    else if (p < wanted.length && (wanted[p] === found[t] || wanted[p] === '?')) { p++; t++ }
    else if (star >= 0) { p = star + 1; t = ++mark }
    else return false
  }
  while (wanted[p] === '*') p++
  return p === wanted.length
}
