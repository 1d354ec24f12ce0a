// Texts inside the scalars of a YAML file with their places in it, and the YAML that they may be: values in a ConfigMap, inline patches. Knows places only.
import type { Text } from '../model/value.ts'
import { readYaml, type YamlNode, type YamlScalar } from './yaml.ts'

/**
 * The decoded text of a scalar with the way back to its places in the file. Decoding only drops or adds white space,
 * quotes and escapes, so each character is found again by walking both texts side by side.
 */
export function embedded(node: YamlScalar, source: string): Text {
  const { file, start, end } = node.span
  let offsets: Int32Array | undefined
  const align = (): Int32Array => {
    const found = new Int32Array(node.text.length + 1), own = source.slice(start, end)
    // What an escape stands for is nowhere in the source: looked for once, not for every time that it is written.
    const gone = new Set<string>()
    let at = 0
    for (let i = 0; i < node.text.length; i++) {
      const character = node.text.charAt(i)
      const next = gone.has(character) ? -1 : own.indexOf(character, at)
      if (next < 0) gone.add(character)
      if (next >= 0 && (character !== ' ' || next === at)) at = next
      found[i] = start + at
      if (next >= 0) at = Math.min(at + 1, own.length)
    }
    found[node.text.length] = end
    return found
  }
  const place = (offset: number): number => (offsets ??= align())[Math.max(0, Math.min(offset, node.text.length))] ?? start
  return {
    text: node.text,
    file,
    span: (from, to) => ({ file, start: place(from), end: to > from ? Math.min(end, place(to - 1) + 1) : place(from) }),
  }
}

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
