// Sizes and durations as Compose writes them. Knows units only.
// https://github.com/compose-spec/compose-spec/blob/main/11-extension.md#specifying-byte-values
import { entryOf } from '../../model/entry-of.ts'

const factors: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 }

/** Bytes of `512m`, `1gb`, `2GiB`, `1048576`; undefined when it is no size. */
export function bytesOf(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)\s{0,3}([kmgt]?)(?:i?b)?$/i.exec(text.trim())
  const factor = entryOf(factors, match?.[2]?.toLowerCase() ?? '-')
  return match && factor !== undefined ? Math.floor(Number(match[1]) * factor) : undefined
}

const seconds: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86400 }

/** Seconds of `1m30s`, `500ms`; undefined when it is no duration. */
export function secondsOf(text: string): number | undefined {
  const parts = text.trim()
  if (!/^(?:\d{1,12}(?:\.\d{1,6})?(?:us|ms|s|m|h|d)){1,6}$/.test(parts)) return undefined
  let sum = 0
  for (const [, amount, unit] of parts.matchAll(/(\d{1,12}(?:\.\d{1,6})?)(us|ms|s|m|h|d)/g)) sum += Number(amount) * (entryOf(seconds, unit ?? '') ?? 0)
  return sum
}
