// What a command writes into a file: `echo`, `printf`, `cat` and here-documents. Knows those programs, not what the file is for.
import type { Span, Text } from '../model/value.ts'
import type { Call } from './launch.ts'

export type Piece = Pick<Text, 'text' | 'file' | 'span'>
interface Content { readonly text?: Text; readonly why?: string }

/** The file after the command, `before` it; `read` finds the files that `cat` names. `why` is said where it cannot be known. */
export function written(before: Content, call: Call, read: (path: string) => readonly Piece[] | undefined, why: string): Content {
  if (before.why !== undefined) return before
  const pieces = piecesOf(call, read)
  if (!pieces) return { why }
  return { text: joined([...(before.text ? [before.text] : []), ...pieces]) }
}

function piecesOf(call: Call, read: (path: string) => readonly Piece[] | undefined): readonly Piece[] | undefined {
  const { program, conditional, input } = call
  const words = call.arguments
  const line = (text: string, span: Span): Piece => ({ text: `${conditional ? undecided(text) : text}\n`, file: span.file, span: () => span })
  if (program === 'cat') {
    const files = words.filter(word => !word.text.startsWith('-'))
    if (files.some(word => word.unknown !== undefined)) return undefined
    const found = files.map(word => read(word.text))
    return found.includes(undefined) ? undefined : [...found.flatMap(pieces => pieces ?? []), ...(input ?? []).map(word => line(word.text, word.span))]
  }
  const shown = words.filter((word, i) => !(program === 'echo' && i === 0 && /^-[neE]+$/.test(word.text)))
    .map(word => ({ text: word.unknown === undefined ? word.text : `${word.text}\${…}`, span: word.span }))
  const span = shown[0]?.span ?? call.word.span
  if (program === 'echo') {
    // A whole line that is not known may say anything.
    if (words.some(word => word.unknown !== undefined && word.text === '' && word === words[0])) return undefined
    return shown.map(word => word.text).join(' ').split('\n').map(text => line(text, span))
  }
  if (program !== 'printf') return undefined
  let next = 1
  const text = (shown[0]?.text ?? '').replace(/\\n/g, '\n').replace(/%s/g, () => shown[next++]?.text ?? '')
  return text.replace(/\n$/, '').split('\n').map(each => line(each, span))
}

/** What a line says when nobody knows whether it was written. */
export const undecided = (text: string): string => text.replace(/^(\s*[^#\s]\S*)\s.*$/, '$1 ${…}')

/** Lines and files after each other, each at its own place. */
export function joined(pieces: readonly Piece[]): Text {
  const starts: number[] = []
  let text = ''
  for (const piece of pieces) {
    if (text !== '' && !text.endsWith('\n')) text += '\n'
    starts.push(text.length)
    text += piece.text
  }
  return {
    text, file: pieces[0]?.file ?? '',
    span: (start, end) => {
      const at = Math.max(0, starts.findLastIndex(each => each <= start)), piece = pieces[at], from = starts[at] ?? 0
      return piece ? piece.span(start - from, Math.min(end - from, piece.text.length)) : { file: '', start: 0, end: 0 }
    },
  }
}
