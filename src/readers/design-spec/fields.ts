// Typed values out of a map of a design spec; what has the wrong shape is left out, as the validator has said so already.
import { known, type Known } from '../../model/value.ts'
import { get, isNull, listOf, type YamlNode, type YamlScalar } from '../yaml.ts'
import { bytes, duration, flag, isDay, numeric } from './units.ts'

const scalar = (node: YamlNode | undefined): YamlScalar | undefined => (node?.kind === 'scalar' && !isNull(node) ? node : undefined)

export const textOf = (node: YamlNode | undefined): Known | undefined => {
  const found = scalar(node)
  return found && found.text !== '' ? known(found.text, found.span) : undefined
}

const mapped = <T>(node: YamlNode | undefined, read: (text: string) => T | undefined): Known<T> | undefined => {
  const found = scalar(node)
  const value = found && read(found.text)
  return found && value !== undefined ? known(value, found.span) : undefined
}

export const numberOf = (node: YamlNode | undefined): Known<number> | undefined =>
  mapped(node, text => { const value = numeric(text); return value !== undefined && value >= 0 ? value : undefined })
export const flagOf = (node: YamlNode | undefined): Known<boolean> | undefined =>
  mapped(node, flag)
export const sizeOf = (node: YamlNode | undefined): Known<number> | undefined => mapped(node, bytes)
/** `none` means that there is no end. */
export const durationOf = (node: YamlNode | undefined): Known<number> | undefined =>
  mapped(node, text => (text === 'none' ? Infinity : duration(text)))
export const dayOf = (node: YamlNode | undefined): Known | undefined => mapped(node, text => (isDay(text) ? text : undefined))
export const wordOf = <W extends string>(node: YamlNode | undefined, words: readonly W[]): Known<W> | undefined =>
  mapped(node, text => words.find(word => word === text))

export const textsOf = (node: YamlNode | undefined): readonly Known[] => listOf(node).flatMap(item => textOf(item) ?? [])

/** Reads one field of a map by a reader: `at(node, 'ttl', durationOf)`. */
export const at = <T>(node: YamlNode | undefined, key: string, read: (node: YamlNode | undefined) => T | undefined): T | undefined => read(get(node, key))

/** Leaves out what is undefined, so that absent fields are absent. */
export function present<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  const found: Partial<T> = {}
  for (const key of Object.keys(fields) as (keyof T)[]) if (fields[key] !== undefined) found[key] = fields[key]
  return found as T
}
