// What a Dockerfile written inside a compose file starts. Reads no Dockerfile on disk.
import { startsIn, type DockerLine, type Starts } from '../dockerfile-starts.ts'
import { field, partOf, scalarAt, scalarsOf, type Node } from './node.ts'

type Scalar = Extract<Node, { kind: 'scalar' }>

/**
 * `build.dockerfile_inline` of Compose, `caproverExtra.dockerfileLines` of CapRover.
 * https://docs.docker.com/reference/compose-file/build/#dockerfile_inline, https://caprover.com/docs/one-click-apps.html
 */
export function inlineBuild(service: Node): Starts | undefined {
  const whole = scalarAt(field(service, 'build'), 'dockerfile_inline')
  return startsIn(whole ? linesOf(whole) : scalarsOf(field(field(service, 'caproverExtra'), 'dockerfileLines')).map(node => lineOf(node, 0, node.text)))
}

const lineOf = (node: Scalar, at: number, text: string): DockerLine => ({ text, part: (start, end, part) => partOf(node, at + start, at + end, part) })

function linesOf(node: Scalar): readonly DockerLine[] {
  let at = 0
  return node.text.split('\n').map(text => {
    const line = lineOf(node, at, text)
    at += text.length + 1
    return line
  })
}
