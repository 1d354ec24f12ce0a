// Image references as charts write them: a text, or a map of registry, repository and tag. Knows those habits only.
import { isTemplated, known, unknown, type Value } from '../../model/value.ts'
import { isNull, type YamlNode } from '../yaml.ts'
import { at, overriddenBy, textAt, untemplated } from './values.ts'

const plain = /^[a-z0-9][a-z0-9._-]*(?::\d+)?(?:\/[a-z0-9._-]+)*(?::[\w][\w.-]*)?(?:@sha256:[0-9a-f]+)?$/i

/** The image under a key of a block, joined with the tags that stand beside it; its place is where the repository is written. */
export function imageAt(values: YamlNode | undefined, path: string): Value | undefined {
  const node = at(values, path)
  if (node === undefined || isNull(node)) return imageParts(values)
  if (node.kind === 'map') return imageParts(node) ?? undefined
  if (node.kind !== 'scalar' || node.text === '') return imageParts(values)
  if (isTemplated(node.text)) return unknown('Helm fills it in from a template', untemplated(node.text), node.span)
  if (!plain.test(node.text)) return undefined
  const tag = /:[^/:]+$/.test(node.text) ? undefined : textAt(values, 'imageTag') ?? textAt(values, 'tag')
  return joined(node, undefined, tag?.text)
}

// `repository` may carry its registry, and `tag` may be a number.
function imageParts(map: YamlNode | undefined): Value | undefined {
  const repository = textAt(map, 'repository') ?? textAt(map, 'repo') ?? (textAt(map, 'tag') ? textAt(map, 'name') ?? textAt(map, 'image') : undefined)
  if (!repository || repository.text === '') return undefined
  if (isTemplated(repository.text)) return unknown('Helm fills it in from a template', untemplated(repository.text), repository.span)
  if (!plain.test(repository.text)) return undefined
  return joined(repository, textAt(map, 'registry')?.text, /:[^/:]+$/.test(repository.text) ? undefined : textAt(map, 'tag')?.text)
}

function joined(node: { readonly text: string; readonly span: { file: string; start: number; end: number } } & YamlNode, registry: string | undefined, tag: string | undefined): Value {
  const prefix = registry === undefined || registry === '' || isTemplated(registry) ? '' : `${registry}/`
  const suffix = tag === undefined || tag === '' || isTemplated(tag) ? '' : `:${tag}`
  return known(`${prefix}${node.text}${suffix}`, node.span, overriddenBy(node))
}
