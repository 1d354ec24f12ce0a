// What goes wrong through the user's own words: a message of one line, with the nearest right word. Knows no option.

/** misfit was asked for something it cannot do; ends in exit code 2. */
export class UsageError extends Error {}

/** " (did you mean x?)" for the nearest of the right words, nothing when none is near. */
export function didYouMean(word: string, words: readonly string[]): string {
  let best: string | undefined
  let least = Math.max(2, Math.floor(word.length * 0.4)) + 1
  for (const candidate of words) {
    const distance = distanceBetween(word.toLowerCase(), candidate.toLowerCase())
    if (distance < least) { least = distance; best = candidate }
  }
  // A rule's short name is as good as a near miss.
  best ??= words.find(candidate => candidate.endsWith(`/${word}`))
  return best === undefined ? '' : ` (did you mean ${best}?)`
}

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
