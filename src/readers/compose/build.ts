// What a service's image is built from: the fields of `build`, with paths from the tree's root. Reads no Dockerfile.
// https://docs.docker.com/reference/compose-file/build/
import { join } from '../../model/files.ts'
import type { BuildSource } from '../../model/stack.ts'
import { canonical } from './merge.ts'
import { entriesOf, field, scalarAt, type Node } from './node.ts'

const isAddress = (path: string): boolean => /^[a-z][a-z0-9+.-]*:|^git@/i.test(path)

export function buildSourceOf(build: Node): BuildSource {
  const context = build.kind === 'scalar' ? build : scalarAt(build, 'context')
  const { folder: start } = (context ?? build).source
  const from = (path: string): string => (isAddress(path) ? path : join(start, path))
  const folder = from(context?.text ?? '.')
  // Somewhere else may lie another program.
  const open = ['dockerfile', 'target'].some(name => (scalarAt(build, name)?.missing.length ?? 0) > 0) || (context?.missing.length ?? 0) > 0
  const target = scalarAt(build, 'target')?.text, inline = scalarAt(build, 'dockerfile_inline')?.text
  return {
    folder,
    dockerfile: join(folder, scalarAt(build, 'dockerfile')?.text ?? 'Dockerfile'),
    ...(inline === undefined ? {} : { inline }),
    ...(target === undefined ? {} : { target }),
    contexts: new Map([...pairs(build, 'additional_contexts')].filter(([, path]) => !isAddress(path)).map(([name, path]) => [name, from(path)])),
    args: pairs(build, 'args'),
    ...(open ? { hidden: ['folder'] } : {}),
  }
}

// Lists and maps alike; a name alone passes the project's value on, and what has no value here is left out.
function pairs(build: Node, name: string): ReadonlyMap<string, string> {
  const node = field(build, name)
  if (!node) return new Map()
  return new Map(entriesOf(canonical(node, `build.${name}`)).flatMap(([key, { value }]) => {
    const found = value.kind !== 'scalar' ? undefined : value.isNull ? value.source.lookup(key, 'default') : value
    return found?.missing.length === 0 ? [[key, found.text] as const] : []
  }))
}
