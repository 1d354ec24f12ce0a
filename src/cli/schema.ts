// Checks what a user wrote against a JSON Schema of ours, and says the first mistake with its place. Knows the part of JSON Schema that we use.
import { entryOf } from '../model/entry-of.ts'
import type { YamlNode } from '../readers/yaml.ts'
import { didYouMean } from '../model/words.ts'

export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly (string | number | boolean | null)[]
  readonly const?: string | number | boolean | null
  readonly pattern?: string
  readonly minLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly minProperties?: number
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly discriminator?: { readonly propertyName: string }
  readonly oneOf?: readonly Schema[]
  readonly if?: Schema
  readonly then?: Schema
  readonly else?: Schema
  readonly $defs?: Readonly<Record<string, Schema>>
}

export interface Mistake {
  readonly node: YamlNode
  readonly message: string
}

/** A node as plain data: numbers and booleans where they are written plainly. */
export function plainValue(node: YamlNode): unknown {
  switch (node.kind) {
    case 'map': return Object.fromEntries([...node.entries].map(([name, { value }]) => [name, plainValue(value)]))
    case 'seq': return node.items.map(plainValue)
    case 'scalar': {
      if (node.style !== 'plain') return node.text
      if (/^(?:|~|null)$/i.test(node.text)) return null
      if (/^(?:true|false)$/i.test(node.text)) return node.text.toLowerCase() === 'true'
      return /^-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?$/.test(node.text) ? Number(node.text) : node.text
    }
  }
}

const kinds: Readonly<Record<string, string>> = { object: 'a map', array: 'a list', string: 'a text', boolean: 'true or false', number: 'a number', integer: 'a whole number' }

function isA(type: string, node: YamlNode): boolean {
  if (node.kind !== 'scalar') return (type === 'object') === (node.kind === 'map') && (type === 'array') === (node.kind === 'seq')
  const value = plainValue(node)
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}

/** The first mistake of a node against a schema; `defs` holds what `$ref` names. */
export function mistakeIn(node: YamlNode, schema: Schema, defs: Readonly<Record<string, Schema>>, what = 'the entry'): Mistake | undefined {
  const check = (part: YamlNode, of: Schema, name: string): Mistake | undefined => mistakeIn(part, of, defs, name)
  if (schema.$ref !== undefined) return check(node, entryOf(defs, schema.$ref.replace('#/$defs/', '')) ?? {}, what)
  const wrong = (message: string, at: YamlNode = node): Mistake => ({ node: at, message: `${what} ${message}` })
  if (schema.type !== undefined && !isA(schema.type, node)) return wrong(`must be ${entryOf(kinds, schema.type) ?? schema.type}`)
  const value = node.kind === 'scalar' ? plainValue(node) : undefined
  const allowed = schema.const === undefined ? schema.enum : [schema.const]
  if (allowed !== undefined && !allowed.some(each => each === value)) {
    return wrong(`cannot be ${JSON.stringify(value)}; it is one of ${allowed.join(', ')}${didYouMean(String(value), allowed.map(String))}`)
  }
  if (typeof value === 'string') {
    if (value.length < (schema.minLength ?? 0)) return wrong('must not be empty')
    if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) return wrong(`cannot be ${JSON.stringify(value)}; it must match ${schema.pattern}`)
  }
  if (typeof value === 'number' && (value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity))) {
    return wrong(`must lie between ${schema.minimum ?? ''} and ${schema.maximum ?? ''}`)
  }
  if (node.kind === 'seq') {
    if (node.items.length < (schema.minItems ?? 0)) return wrong(`needs at least ${schema.minItems ?? 0}`)
    if (node.items.length > (schema.maxItems ?? Infinity)) return wrong(`takes at most ${schema.maxItems ?? 0}`)
    for (const item of schema.items ? node.items : []) {
      const mistake = check(item, schema.items ?? {}, `an entry of ${what}`)
      if (mistake) return mistake
    }
  }
  if (schema.if) {
    const branch = mistakeIn(node, schema.if, defs, what) === undefined ? schema.then : schema.else
    const mistake = branch && check(node, branch, what)
    if (mistake) return mistake
  }
  if (schema.oneOf) return oneOf(node, schema, defs, what)
  return node.kind === 'map' ? inMap(node, schema, check, wrong) : undefined
}

function inMap(
  node: Extract<YamlNode, { kind: 'map' }>, schema: Schema,
  check: (part: YamlNode, of: Schema, name: string) => Mistake | undefined, wrong: (message: string, at?: YamlNode) => Mistake,
): Mistake | undefined {
  const names = Object.keys(schema.properties ?? {})
  for (const { key, value } of node.entries.values()) {
    const of = entryOf(schema.properties, key.text) ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined)
    if (of === undefined && schema.additionalProperties === false) return { node: key, message: `there is no option ${JSON.stringify(key.text)}${didYouMean(key.text, names)}` }
    const mistake = of && check(value, of, key.text)
    if (mistake) return mistake
  }
  const missing = schema.required?.find(name => !node.entries.has(name))
  if (missing !== undefined) return wrong(`needs ${JSON.stringify(missing)}`)
  return node.entries.size < (schema.minProperties ?? 0) ? wrong('must not be empty') : undefined
}

// With a discriminator its value chooses the branch, so that the mistake said is the one that was made.
function oneOf(node: YamlNode, schema: Schema, defs: Readonly<Record<string, Schema>>, what: string): Mistake | undefined {
  const branches = (schema.oneOf ?? []).map(branch => (branch.$ref === undefined ? branch : entryOf(defs, branch.$ref.replace('#/$defs/', '')) ?? {}))
  const name = schema.discriminator?.propertyName
  const chosen = name === undefined || node.kind !== 'map' ? undefined : node.entries.get(name)?.value
  if (name !== undefined && chosen?.kind === 'scalar') {
    const words = branches.map(branch => String(entryOf(branch.properties, name)?.const ?? ''))
    const branch = branches[words.indexOf(chosen.text)]
    return branch ? mistakeIn(node, branch, defs, what)
      : { node: chosen, message: `${name} cannot be ${JSON.stringify(chosen.text)}; it is one of ${words.join(', ')}${didYouMean(chosen.text, words)}` }
  }
  if (name !== undefined) return { node, message: `${what} needs ${JSON.stringify(name)}` }
  const mistakes = branches.map(branch => mistakeIn(node, branch, defs, what))
  // The branch of the node's own kind speaks best of what is wrong in it.
  return mistakes.some(mistake => mistake === undefined) ? undefined
    : mistakes.find((_, i) => branches[i]?.type !== undefined && isA(branches[i].type, node)) ?? mistakes[0]
}
