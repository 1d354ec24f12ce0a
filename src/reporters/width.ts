// How wide text is on a terminal, and text broken and padded by it. Knows Unicode's widths only; the text must be harmless already.
import { eastAsianWidth } from 'get-east-asian-width'

// Marks that lie over the character before them, and what only joins or selects: https://www.unicode.org/reports/tr11/
const noWidth = /[\p{Mn}\p{Me}\p{Cf}]/u
// eslint-disable-next-line no-control-regex -- the range of plain characters begins with one
const ascii = /^[\u0000-\u007f]*$/

const columns = (character: string): number => (noWidth.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0))

/** The columns that a text takes on a terminal. */
export function widthOf(words: string): number {
  if (ascii.test(words)) return words.length
  let width = 0
  for (const character of words) width += columns(character)
  return width
}

/** The longest beginning of a text that takes at most so many columns. */
export function cut(words: string, width: number): string {
  if (words.length <= width && ascii.test(words)) return words
  let [taken, end] = [0, 0]
  for (const character of words) {
    taken += columns(character)
    if (taken > width) break
    end += character.length
  }
  return words.slice(0, end)
}

/** The text with spaces behind it up to a width. */
export const padded = (words: string, width: number): string => words + ' '.repeat(Math.max(0, width - widthOf(words)))

/** Breaks words into lines of at most `width` columns; a longer word stays whole. */
export function wrap(words: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  let taken = 0
  for (const word of words.split(' ')) {
    const more = widthOf(word)
    if (line !== '' && taken + 1 + more > width) { lines.push(line); line = word; taken = more }
    else { taken = line === '' ? more : taken + 1 + more; line = line === '' ? word : `${line} ${word}` }
  }
  lines.push(line)
  return lines
}

/** The same as one text, further lines indented by `hang`. */
export const wrapped = (words: string, width: number, indent: string, hang = indent): string =>
  wrap(words, width - Math.max(indent.length, hang.length)).map((line, i) => `${i === 0 ? indent : hang}${line}`.trimEnd()).join('\n')
