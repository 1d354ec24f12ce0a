// Typed values out of a map of a design spec; what has the wrong shape is left out, as the validator has said so already.
import { isTemplated, known, unknown, type Known, type PartlyRead, type Unknown } from '../../model/value.ts'
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

/** What a field says; unknown where something stands there that cannot be read: a mistake, or a part that is filled in later. */
export type Read<T> = Known<T> | Unknown | undefined

const why = 'it cannot be read'
const reading = <T>(strict: (node: YamlNode | undefined) => Known<T> | undefined) => (node: YamlNode | undefined): Read<T> => {
  const value = strict(node)
  if (value && !(typeof value.value === 'string' && isTemplated(value.value))) return value
  const found = scalar(node)
  return found && unknown(why, found.text, found.span)
}

export const readText = reading(textOf), readNumber = reading(numberOf), readFlag = reading(flagOf), readSize = reading(sizeOf)
export const readDuration = reading(durationOf), readDay = reading(dayOf)
export const readWord = <W extends string>(node: YamlNode | undefined, words: readonly W[]): Read<W> => reading(each => wordOf(each, words))(node)

/** Reads one field below a map; a text that is filled in later, where the map should stand, hides all of its fields. */
export const within = <T>(node: YamlNode | undefined, key: string, read: (node: YamlNode | undefined) => Read<T>): Read<T> =>
  node?.kind === 'scalar' && isTemplated(node.text) ? unknown(why, node.text, node.span) : read(get(node, key))

/** Whether an item of a list, or the list itself, is filled in later, so that the list may hold more. */
export const isOpen = (node: YamlNode | undefined): boolean => listOf(node).some(item => item.kind === 'scalar' && isTemplated(item.text))

/** Leaves out what is undefined, so that absent fields are absent; what cannot be read is named as hidden. */
export function present<T extends PartlyRead>(fields: { readonly [K in keyof T]: T[K] | Unknown | undefined }, open: readonly (string | false)[] = []): T {
  const found: Partial<T> = {}, hidden = open.filter(name => name !== false)
  for (const key of Object.keys(fields) as (keyof T & string)[]) {
    const value = fields[key] as { readonly known?: boolean } | undefined
    if (value !== undefined && typeof value === 'object' && value.known === false) hidden.push(key)
    else if (value !== undefined) found[key] = fields[key] as T[typeof key]
  }
  return (hidden.length > 0 ? { ...found, hidden } : found) as T
}
