// Sizes and times as server settings write them; knows units only.
import { entryOf } from './entry-of.ts'

const sizeFactors: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1e3, kb: 1024, m: 1e6, mb: 1024 ** 2, g: 1e9, gb: 1024 ** 3 }

/** Bytes of a Redis memory value: `100mb`, `1g` (k, m, g are powers of 1000; kb, mb, gb of 1024); undefined when it is none. */
export function bytes(text: string): number | undefined {
  const match = /^(\d{1,19})(b|kb?|mb?|gb?)?$/i.exec(text.trim())
  const factor = entryOf(sizeFactors, match?.[2]?.toLowerCase() ?? '')
  return match && factor !== undefined ? Number(match[1]) * factor : undefined
}

const timeFactors: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 }

/** Milliseconds of `500ms`, `10m`, `1h30m`, `7d`, `2w`; undefined when it is no duration. */
export function milliseconds(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase()
  if (!/^(?:\d{1,12}(?:\.\d{1,6})?(?:ms|s|m|h|d|w)){1,6}$/.test(trimmed)) return undefined
  let sum = 0
  for (const [, amount, unit] of trimmed.matchAll(/(\d{1,12}(?:\.\d{1,6})?)(ms|s|m|h|d|w)/g)) sum += Number(amount) * (entryOf(timeFactors, unit ?? '') ?? 0)
  return sum
}

const units: readonly (readonly [number, string])[] = [[1024 ** 3, 'GiB'], [1024 ** 2, 'MiB'], [1024, 'KiB']]

/** A number of bytes for people: `512 MiB`, `1.5 GiB`. */
export function size(amount: number): string {
  const [factor, unit] = units.find(([least]) => amount >= least) ?? [1, 'B']
  return `${Math.round((amount / factor) * 10) / 10} ${unit}`
}
