// Whether plain values are as a JSON Schema has it, by the keywords that ours use. https://json-schema.org/draft/2020-12/schema
import { entryOf } from '../model/entry-of.ts'
import type { Schema } from './schema.ts'

/** Whether a value that was read from JSON is as the schema says; `definitions` are what its `$ref`s name. */
export function isAs(value: unknown, schema: Schema, definitions: Readonly<Record<string, Schema>>): boolean {
  if (schema.$ref !== undefined) {
    const named = entryOf(definitions, schema.$ref.replace('#/$defs/', ''))
    return named !== undefined && isAs(value, named, definitions)
  }
  if ('const' in schema && value !== schema.const) return false
  if (schema.enum?.some(each => each === value) === false) return false
  if (schema.oneOf && schema.oneOf.filter(each => isAs(value, each, definitions)).length !== 1) return false
  switch (schema.type) {
    case undefined: return true
    case 'string': return typeof value === 'string' && (schema.pattern === undefined || new RegExp(schema.pattern).test(value))
    case 'integer': case 'number': return typeof value === 'number' && (schema.type === 'number' || Number.isSafeInteger(value)) && value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity)
    case 'array': return Array.isArray(value) && (schema.items === undefined || value.every(item => isAs(item, schema.items ?? {}, definitions)))
    case 'object': return typeof value === 'object' && value !== null && !Array.isArray(value) && isRecord(value as Readonly<Record<string, unknown>>, schema, definitions)
    default: return typeof value === schema.type
  }
}

function isRecord(value: Readonly<Record<string, unknown>>, { properties = {}, required = [], additionalProperties: others = true }: Schema, definitions: Readonly<Record<string, Schema>>): boolean {
  return required.every(name => Object.hasOwn(value, name)) && Object.entries(value).every(([name, field]) => {
    const own = entryOf(properties, name)
    if (own === undefined) return typeof others === 'object' ? isAs(field, others, definitions) : others
    return isAs(field, own, definitions)
  })
}
