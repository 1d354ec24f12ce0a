// Small configuration files as flat names and values, so that what an application's file says is seen like its environment.
// Knows file syntaxes (KEY=VALUE, properties, INI, TOML lines, YAML, JSON), not what the names mean.
import type { Variable } from '../model/stack.ts'
import { known, unknown, type Span, type Text, type Value } from '../model/value.ts'
import { looksLikeCompose } from './compose/recognise.ts'
import { readYaml, isNull, type YamlNode } from './yaml.ts'

const most = 2000
const longest = 4000

/** The entries of a configuration file, names joined with `.`; nothing where the format is not known. `name` tells the format. */
export function flattened(name: string, content: Text): readonly Variable[] {
  if (/\.(?:ya?ml|json)$/i.test(name)) return switchedOn(fromYaml(content))
  if (/\.(?:env|properties|conf|cnf|cfg|ini|toml|config)$|(?:^|\/)\.?env(?:\.|$)/i.test(name)) return switchedOn(fromLines(content, /\.(?:ini|toml|conf|cfg|cnf)$/i.test(name)))
  return []
}

// What stands beside `enabled: false` is what a program would do, and nobody knows what stands beside a switch that cannot be read.
function switchedOn(variables: readonly Variable[]): readonly Variable[] {
  const flags = new Set<string>(), parts = new Set<string>()
  for (const { name, value } of variables) {
    const [, part, flag = ''] = /^(.{1,400})\.((?:is[_-]?)?(?:en|dis)abled)$/i.exec(name) ?? []
    const on = /disabled$/i.test(flag) ? /^(?:false|no|off|0)$/i : /^(?:true|yes|on|1)$/i
    if (part === undefined || (value.known && on.test(value.value.trim()))) continue
    flags.add(name)
    parts.add(part)
  }
  if (parts.size === 0) return variables
  // The switch itself stays where nothing around it is off.
  return variables.filter(({ name }) => ![...name.matchAll(/[.[]/g)].some(({ index }) => parts.has(name.slice(0, index)) && !(flags.has(name) && index === name.lastIndexOf('.'))))
}

function fromYaml(content: Text): readonly Variable[] {
  const variables: Variable[] = []
  const visit = (node: YamlNode, path: string, key: Span, depth: number): void => {
    if (variables.length >= most || depth > 30) return
    if (node.kind === 'scalar') {
      if (path !== '' && !isNull(node) && node.text.length <= longest) {
        variables.push({ name: path, nameSpan: key, value: valueIn(node.text, place(content, node.span)), origin: 'config-file' })
      }
    } else if (node.kind === 'seq') {
      for (const [i, item] of node.items.entries()) visit(item, `${path}[${i}]`, item.kind === 'scalar' ? place(content, item.span) : key, depth + 1)
    } else {
      for (const [name, entry] of node.entries) visit(entry.value, path === '' ? name : `${path}.${name}`, place(content, entry.key.span), depth + 1)
    }
  }
  for (const document of readYaml(content.file, content.text).documents) {
    // What manages the stack has its compose file mounted: that says what others run with.
    if (document.kind !== 'map' || !looksLikeCompose(content.file, document)) visit(document, '', place(content, document.span), 0)
  }
  return variables
}

const place = (content: Text, span: Span): Span => content.span(span.start, span.end)

/** A value of a file; a reference to a variable without a default is unknown, with one it is the default. */
function valueIn(text: string, span: Span): Value {
  const reference = /\$\{([A-Za-z_][\w.-]{0,100})(?::-?([^${}]{0,1000}))?\}|<%=|\{\{/
  let result = text
  for (let i = 0; i < 10; i++) {
    const match = reference.exec(result)
    if (!match) return known(result, span)
    if (match[2] === undefined) return unknown('it is filled in when the program starts', text, span)
    result = result.slice(0, match.index) + match[2] + result.slice(match.index + match[0].length)
  }
  return unknown('it is filled in when the program starts', text, span)
}

const pair = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.\-[\]/]{0,200})[ \t]*[=:][ \t]*([^]*)/
const header = /^[ \t]*\[{1,2}([^\]]{1,200})\]/

function fromLines(content: Text, sections: boolean): readonly Variable[] {
  const variables: Variable[] = []
  let section = '', at = 0
  for (const line of content.text.split('\n')) {
    const start = at
    at += line.length + 1
    if (variables.length >= most || line.length > longest || /^\s*(?:[#;!]|\/\/|$)/.test(line)) continue
    const head = sections ? header.exec(line) : null
    if (head) { section = `${(head[1] ?? '').trim()}.`; continue }
    const match = pair.exec(line)
    const name = match?.[1]
    if (!match || name === undefined) continue
    const [from, to] = trimmedValue(line, line.length - (match[2] ?? '').length)
    const nameAt = start + line.indexOf(name)
    variables.push({
      name: section + name, nameSpan: content.span(nameAt, nameAt + name.length),
      value: valueIn(line.slice(from, to), content.span(start + from, start + to)), origin: 'config-file',
    })
  }
  return variables
}

/** The range of a value in its line, without quotes and trailing comment. */
function trimmedValue(line: string, from: number): readonly [number, number] {
  const quote = line[from]
  if (quote === '"' || quote === "'") {
    const end = line.indexOf(quote, from + 1)
    if (end > 0) return [from + 1, end]
  }
  const comment = line.slice(from).search(/[ \t][#;]/)
  const end = comment < 0 ? line.length : from + comment
  return [from, from + line.slice(from, end).trimEnd().length]
}
