// Words: the nearest right one to a wrong one, ends and lengths cut off; knows no option, field or format.

/** " (did you mean x?)" for the nearest of the right words, nothing when none is near. Of those that are, one that begins alike goes first. */
export function didYouMean(word: string, words: readonly string[]): string {
  let best: string | undefined
  let least = Infinity
  const farthest = Math.max(2, Math.floor(word.length * 0.4))
  const wrong = plainly(word)
  for (const candidate of words) {
    // A rule may be meant by its short name.
    const right = plainly(word.includes('/') ? candidate : candidate.slice(candidate.lastIndexOf('/') + 1))
    const distance = wrong.length > 2 && right.startsWith(wrong) ? 1 : distanceBetween(wrong, right, farthest)
    // Who mistypes a word rarely mistypes how it begins.
    const cost = distance * (1 - alike(wrong, right) / (2 * wrong.length))
    if (distance <= farthest && cost < least) { least = cost; best = candidate }
  }
  // A word with something behind it.
  best ??= words.find(candidate => word.length > 3 && word.startsWith(`${candidate}_`))
  return best === undefined ? '' : ` (did you mean ${best}?)`
}

// How many characters two words have in common before they part.
function alike(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}

const plainly = (word: string): string => word.toLowerCase().replaceAll('-', '_')

// Edit distance of two short words, one row at a time; Infinity where it is more than `most`.
function distanceBetween(a: string, b: string, most: number): number {
  if (a.length > 100 || b.length > 100 || Math.abs(a.length - b.length) > most) return Infinity
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1))
      next.push(cost)
      if (cost < least) least = cost
    }
    if (least > most) return Infinity
    row = next
  }
  return row[b.length] ?? 0
}

/** The text before the first place that fits, all of it when none does: what `/[:@].*$/` takes away, in one pass. */
export function before(text: string, mark: RegExp): string {
  const at = text.search(mark)
  return at < 0 ? text : text.slice(0, at)
}

/** The text without some characters at its end: what `/[/:]+$/` takes away, in one pass. */
export function withoutEnd(text: string, characters: string): string {
  let end = text.length
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

/** A name as an environment variable would have it: `spring.kafka.bootstrap-servers` is `SPRING_KAFKA_BOOTSTRAP_SERVERS`. */
export const oneForm = (name: string): string => name.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase()

/** A text of at most so many characters. */
export const clip = (text: string, longest: number): string => (text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`)
