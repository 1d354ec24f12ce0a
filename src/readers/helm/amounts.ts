// Numbers and sizes as charts write them. Knows Kubernetes' notation, not what a number is for.
import { known, unknown, type Value } from '../../model/value.ts'
import { quantity } from '../quantity.ts'
import type { YamlNode, YamlScalar } from '../yaml.ts'
import { overriddenBy, textAt, valueOfScalar } from './values.ts'

/** The memory limit of a `resources` block, in bytes. */
export function memoryLimitAt(values: YamlNode | undefined, path: string): Value<number> | undefined {
  const limit = textAt(values, `${path}.limits.memory`)
  if (!limit) return undefined
  const bytes = quantity(limit.text)
  return bytes === undefined ? unknown(`${limit.text} is no size`, limit.text, limit.span) : known(bytes, limit.span, overriddenBy(limit))
}

/** A whole number, or why it is none. */
export function numberOf(node: YamlScalar): Value<number> {
  const value = valueOfScalar(node)
  if (!value.known) return value
  return /^\d{1,9}$/.test(value.value.trim()) ? known(Number(value.value), value.span, value.notes) : unknown(`${value.value} is no number`, value.value, value.span)
}
