// Asks people at a terminal. Knows no question.
import { createInterface } from 'node:readline'
import { UsageError } from './usage.ts'

/** Asks a question; the answer is one of the words, the first of them by default. */
export type Ask = (question: string, words: readonly string[]) => Promise<string>

/** Asks again until the answer is the beginning of a word; the empty answer takes the first. */
export function asking(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): { readonly ask: Ask; readonly close: () => void } {
  const terminal = createInterface({ input, output })
  // Lines that were typed ahead wait here for their question.
  const lines = terminal[Symbol.asyncIterator]()
  const ask: Ask = async (question, words) => {
    for (;;) {
      terminal.setPrompt(`${question} [${words.join('/')}] `)
      terminal.prompt()
      const line = await lines.next()
      if (line.done === true) throw new UsageError('stopped before the last question; what was written so far stays')
      const answer = line.value.trim().toLowerCase()
      const word = words.find(each => each.startsWith(answer))
      if (word !== undefined) return word
      output.write(`The answer is one of ${words.join(', ')}, or the beginning of one.\n`)
    }
  }
  return { ask, close: () => { terminal.close() } }
}
