// A command that Compose is given as a text → its words, split as Compose does it and not as a shell would.
// https://github.com/mattn/go-shellwords, which compose-go splits with (types/command.go)
import type { Word } from '../shell.ts'

/** Every backslash outside single quotes is an escape; the first `;`, `&`, `|`, `<` or `>` outside quotes ends the command. */
export function commandWords(line: string): readonly Word[] {
  const words: Word[] = []
  let text = '', start = -1, quote = '', depth = 0
  const isBlank = (c: string): boolean => c === ' ' || c === '\t' || c === '\r' || c === '\n'
  const close = (end: number): void => {
    // A line that goes on below is one command to everybody who writes it, a word of a line end to Compose.
    if (start >= 0 && text !== '\n') words.push({ text, start, end, operator: false })
    text = ''
    start = -1
  }
  for (let i = 0; i < line.length; i++) {
    const c = line.charAt(i)
    if (start < 0 && !isBlank(c)) start = i
    if (c === '\\' && quote !== "'" && i + 1 < line.length) text += line.charAt(++i)
    else if (quote !== '' || depth > 0) {
      if (depth > 0) { text += c; if (c === ')' && quote === '') depth--; else if (c === '`') depth = 0 }
      else if (c === quote) quote = ''
      else text += c
    } else if (isBlank(c)) close(i)
    else if (c === '"' || c === "'") quote = c
    else if (c === '`' && line.includes('`', i + 1)) { const end = line.indexOf('`', i + 1); text += line.slice(i, end + 1); i = end }
    else if (c === '(' && text.endsWith('$')) { depth = 1; text += c }
    else if (/[;&|<>]/.test(c)) {
      // `2>` names what is led elsewhere.
      if (c === '>' && /^\d/.test(text)) { text = ''; start = -1 }
      else if (text === '') start = -1
      close(i)
      return words
    } else text += c
  }
  close(line.length)
  return words
}
