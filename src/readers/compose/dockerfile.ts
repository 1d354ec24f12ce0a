// What a Dockerfile written inside a compose file runs: its last base image, entrypoint and command. Reads no Dockerfile on disk.
import { isTemplated, type Value } from '../../model/value.ts'
import { field, partOf, scalarAt, scalarsOf, type Node } from './node.ts'
import { shellWords } from '../shell.ts'

export interface InlineBuild {
  readonly image?: Value
  readonly entrypoint?: readonly Value[]
  readonly command?: readonly Value[]
}

type Scalar = Extract<Node, { kind: 'scalar' }>

/**
 * `build.dockerfile_inline` of Compose, `caproverExtra.dockerfileLines` of CapRover.
 * https://docs.docker.com/reference/compose-file/build/#dockerfile_inline, https://caprover.com/docs/one-click-apps.html
 */
export function inlineBuild(service: Node): InlineBuild | undefined {
  const whole = scalarAt(field(service, 'build'), 'dockerfile_inline')
  const lines = whole ? linesOf(whole) : scalarsOf(field(field(service, 'caproverExtra'), 'dockerfileLines')).map(node => ({ node, start: 0, text: node.text }))
  let found: InlineBuild | undefined
  for (const { node, start, text } of lines) {
    const match = /^(\s*(FROM|CMD|ENTRYPOINT)\s+)(\S[^]*)$/i.exec(text)
    if (!match) {
      // A line that is filled in later may say anything of what runs.
      if (found && isTemplated(/^\s*(\S*)/.exec(text)?.[1] ?? '')) found = { ...found, entrypoint: [partOf(node, start, start + text.length, text)] }
      continue
    }
    const [, head = '', instruction = '', rest = ''] = match
    const from = start + head.length
    if (instruction.toUpperCase() === 'FROM') {
      const name = /^(?:--\S+\s+)*(\S+)/.exec(rest)
      const image = name?.[1] ?? ''
      const at = from + (name?.[0].length ?? 0) - image.length
      found = { image: partOf(node, at, at + image.length, image) }
    } else found = { ...found, [instruction.toUpperCase() === 'CMD' ? 'command' : 'entrypoint']: words(node, from, rest) }
  }
  return found?.image ? found : undefined
}

// The JSON form is a list of words; the other form is a line for the shell.
function words(node: Scalar, from: number, text: string): readonly Value[] {
  if (text.startsWith('[')) return [...text.matchAll(/"((?:[^"\\]|\\[^])*)(?:"|\\?$)/g)].map(match => partOf(node, from + match.index + 1, from + match.index + 1 + (match[1] ?? '').length, match[1] ?? ''))
  return shellWords(text.replace(/^exec\s+/, hidden => ' '.repeat(hidden.length))).map(word => partOf(node, from + word.start, from + word.end, word.text))
}

function linesOf(node: Scalar): readonly { node: Scalar; start: number; text: string }[] {
  let start = 0
  return node.text.split('\n').map(text => {
    const line = { node, start, text }
    start += text.length + 1
    return line
  })
}
