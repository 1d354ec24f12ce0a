// What a service's image is built from: the fields of `build`, with paths from the tree's root. Reads no Dockerfile.
// https://docs.docker.com/reference/compose-file/build/
import { join } from '../../model/files.ts'
import type { BuildSource } from '../../model/stack.ts'
import { canonical } from './merge.ts'
import { entriesOf, field, scalarAt, type Node, type ScalarNode } from './node.ts'

const isAddress = (path: string): boolean => /^[a-z][a-z0-9+.-]*:|^git@/i.test(path)

export function buildSourceOf(build: Node): BuildSource {
  const context = build.kind === 'scalar' ? build : scalarAt(build, 'context')
  const { folder: start } = (context ?? build).source
  const from = (path: string): string => (isAddress(path) ? path : join(start, path))
  const folder = from(context?.text ?? '.')
  // Somewhere else may lie another program.
  const open = ['dockerfile', 'target'].some(name => (scalarAt(build, name)?.missing.length ?? 0) > 0) || (context?.missing.length ?? 0) > 0
  const target = scalarAt(build, 'target')?.text, inline = scalarAt(build, 'dockerfile_inline')?.text
  const unreadArgs = argumentsOf(build, 'args').flatMap(([name, value]) => (value && value.missing.length > 0 ? [name] : []))
  return {
    folder,
    dockerfile: join(folder, scalarAt(build, 'dockerfile')?.text ?? 'Dockerfile'),
    ...(inline === undefined ? {} : { inline }),
    ...(target === undefined ? {} : { target }),
    contexts: new Map([...pairs(build, 'additional_contexts')].filter(([, path]) => !isAddress(path)).map(([name, path]) => [name, from(path)])),
    args: pairs(build, 'args'),
    ...(unreadArgs.length > 0 ? { unreadArgs } : {}),
    ...(open ? { hidden: ['folder'] } : {}),
  }
}

// What has no value here is left out.
const pairs = (build: Node, name: string): ReadonlyMap<string, string> =>
  new Map(argumentsOf(build, name).flatMap(([key, value]) => (value?.missing.length === 0 ? [[key, value.text] as const] : [])))

// Lists and maps alike; a name alone passes the project's value on.
function argumentsOf(build: Node, name: string): readonly (readonly [string, Pick<ScalarNode, 'text' | 'missing'> | undefined])[] {
  const node = field(build, name)
  return node ? entriesOf(canonical(node, `build.${name}`)).map(([key, { value }]) => [key, value.kind !== 'scalar' ? undefined : value.isNull ? value.source.lookup(key, 'default') : value] as const) : []
}
