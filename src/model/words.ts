// The nearest right word to a wrong one; knows no option, field or format.

/** " (did you mean x?)" for the nearest of the right words, nothing when none is near. */
export function didYouMean(word: string, words: readonly string[]): string {
  let best: string | undefined
  let least = Math.max(2, Math.floor(word.length * 0.4)) + 1
  for (const candidate of words) {
    const distance = distanceBetween(plainly(word), plainly(candidate))
    if (distance < least) { least = distance; best = candidate }
  }
  // A rule's short name, the beginning of a word, a word with something behind it.
  best ??= words.find(candidate => word.length > 3 && (candidate.endsWith(`/${word}`) || candidate.startsWith(word) || word.startsWith(`${candidate}_`)))
  return best === undefined ? '' : ` (did you mean ${best}?)`
}

const plainly = (word: string): string => word.toLowerCase().replaceAll('-', '_')

// Edit distance of two short words, one row at a time.
function distanceBetween(a: string, b: string): number {
  if (a.length > 100 || b.length > 100) return Infinity
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length] ?? 0
}
