// What a Dockerfile starts: the image that it begins with, its entrypoint and command, each with its place. Reads no file and runs nothing.
// https://docs.docker.com/reference/dockerfile/
import { isTemplated, type Value } from '../model/value.ts'
import { shellWords } from './shell.ts'

export interface Starts {
  readonly image?: Value
  readonly entrypoint?: readonly Value[]
  readonly command?: readonly Value[]
}

/** A line of a Dockerfile, continued ones as one. */
export interface DockerLine {
  readonly text: string
  /** A part of it as a value, with its place in the file that the line stands in. */
  readonly part: (start: number, end: number, text: string) => Value
}

/** What the last stage of these lines starts; undefined where none of them says what image they begin with. */
export function startsIn(lines: readonly DockerLine[]): Starts | undefined {
  let found: Starts | undefined
  for (const { text, part } of lines) {
    const match = /^(\s*(FROM|CMD|ENTRYPOINT)\s+)(\S[^]*)$/i.exec(text)
    if (!match) {
      // A line that is filled in later may say anything of what runs.
      if (found && isTemplated(/^\s*(\S*)/.exec(text)?.[1] ?? '')) found = { ...found, entrypoint: [part(0, text.length, text)] }
      continue
    }
    const [, head = '', instruction = '', rest = ''] = match
    if (instruction.toUpperCase() === 'FROM') {
      const name = /^(?:--\S+\s+)*(\S+)/.exec(rest), image = name?.[1] ?? '', at = head.length + (name?.[0].length ?? 0) - image.length
      found = { image: part(at, at + image.length, image) }
    } else found = { ...found, [instruction.toUpperCase() === 'CMD' ? 'command' : 'entrypoint']: words(rest, (start, end, word) => part(head.length + start, head.length + end, word)) }
  }
  return found?.image ? found : undefined
}

// The JSON form is a list of words; the other form is a line for the shell.
function words(text: string, part: DockerLine['part']): readonly Value[] {
  if (text.startsWith('[')) return [...text.matchAll(/"((?:[^"\\]|\\[^])*)(?:"|\\?$)/g)].map(match => part(match.index + 1, match.index + 1 + (match[1] ?? '').length, match[1] ?? ''))
  return shellWords(text.replace(/^exec\s+/, hidden => ' '.repeat(hidden.length))).map(word => part(word.start, word.end, word.text))
}
