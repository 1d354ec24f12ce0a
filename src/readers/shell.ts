// Splits a command line into words with their places. Knows shell quoting, nothing of programs or YAML.

export interface Word {
  readonly text: string
  readonly start: number
  readonly end: number
  /** An unquoted operator (`&&`, `;`, `|`, a line end), only when asked for. */
  readonly operator: boolean
}

const blank = /\s/
const operators = /&&|\|\||[;|&\n]|\d?>>?&?\d?|</y

/** The words of a command line. With `operators`, also those of a script: `&&`, `;`, `|`, redirections, line ends; comments dropped. */
export function shellWords(line: string, withOperators = false): readonly Word[] {
  const words: Word[] = []
  let text = '', start = -1
  const close = (end: number): void => {
    if (start >= 0) words.push({ text, start, end, operator: false })
    text = ''
    start = -1
  }
  for (let i = 0; i < line.length; i++) {
    const c = line.charAt(i)
    if (withOperators && (start < 0 || !/\d/.test(c))) {
      if (c === '#' && start < 0) { const end = line.indexOf('\n', i); i = (end < 0 ? line.length : end) - 1; continue }
      operators.lastIndex = i
      const operator = operators.exec(line)?.[0]
      if (operator) {
        close(i)
        words.push({ text: operator, start: i, end: i + operator.length, operator: true })
        i += operator.length - 1
        continue
      }
    }
    if (blank.test(c)) { close(i); continue }
    if (start < 0) start = i
    if (c === '\\') {
      const next = line.charAt(++i)
      if (next !== '\n') text += next
      else if (text === '') start = -1
      continue
    }
    if (c !== '"' && c !== "'") { text += c; continue }
    for (i++; i < line.length && line[i] !== c; i++) {
      if (c === '"' && line[i] === '\\' && '"\\$`\n'.includes(line.charAt(i + 1))) i++
      text += line.charAt(i)
    }
  }
  close(line.length)
  return words
}
