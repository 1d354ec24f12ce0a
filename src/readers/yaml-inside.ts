// YAML that stands inside a block of text of another YAML file: values in a ConfigMap, inline patches. Knows places only.
import type { Text } from '../model/value.ts'
import { embedded, readYaml, type YamlNode, type YamlScalar } from './yaml.ts'

/** The documents inside a scalar, at their places in its file, whose whole text is `source`. */
export function yamlInside(node: YamlScalar, source: string): readonly YamlNode[] {
  const text = embedded(node, source)
  return readYaml(node.span.file, text.text).documents.map(document => moved(document, text))
}

function moved(node: YamlNode, text: Text): YamlNode {
  const span = text.span(node.span.start, node.span.end)
  if (node.kind === 'scalar') return { ...node, span }
  if (node.kind === 'seq') return { ...node, items: node.items.map(item => moved(item, text)), span }
  return { ...node, entries: new Map([...node.entries].map(([name, { key, value }]) => [name, { key: moved(key, text) as YamlScalar, value: moved(value, text) }])), span }
}
