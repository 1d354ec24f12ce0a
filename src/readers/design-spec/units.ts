// Durations, sizes and dates as a design spec writes them. Knows units only.
import { entryOf } from '../../model/entry-of.ts'

const times: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 }
export const durationPattern = '^[0-9]{1,12}(\\.[0-9]{1,6})?(us|ms|s|m|h|d|w)$'

/** Milliseconds of `500us`, `5ms`, `30s`, `15m`, `12h`, `7d`; Infinity for `forever`. */
export function duration(text: string): number | undefined {
  if (text === 'forever') return Infinity
  if (!new RegExp(durationPattern).test(text)) return undefined
  const unit = text.replace(/^[0-9.]+/, '')
  return Number(text.slice(0, -unit.length)) * (entryOf(times, unit) ?? NaN)
}

const factors: Readonly<Record<string, number>> = {
  '': 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4,
  Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4,
}
export const sizePattern = '^[0-9]{1,15}(\\.[0-9]{1,6})?(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB|Ki|Mi|Gi|Ti)?$'

/** Bytes of `900`, `60KB` (1000) or `2GiB` (1024). */
export function bytes(text: string): number | undefined {
  const plain = numeric(text)
  if (plain !== undefined) return plain < 0 ? undefined : Math.round(plain)
  if (!new RegExp(sizePattern).test(text)) return undefined
  const unit = text.replace(/^[0-9.]+/, '')
  return Math.round(Number(text.slice(0, text.length - unit.length)) * (entryOf(factors, unit) ?? NaN))
}

// Months of 31, of 30 and of 28 days, and the 29th of February of leap years: an editor's schema knows the calendar too.
export const datePattern = '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))'
  + '|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$'

/** Whether a text is a day of the calendar, `2027-06-30`. */
export const isDay = (text: string): boolean => new RegExp(datePattern).test(text)

/** A boolean as YAML 1.2 writes it. */
export const flag = (text: string): boolean | undefined => (/^(true|True|TRUE)$/.test(text) ? true : /^(false|False|FALSE)$/.test(text) ? false : undefined)

const numberPattern = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)(e[-+]?[0-9]+)?$/i

/** A number as YAML 1.2 writes it: `4000`, `1.5`, `4e3`. */
export function numeric(text: string): number | undefined {
  const value = text.length <= 60 && numberPattern.test(text) ? Number(text) : NaN
  return Number.isFinite(value) ? value : undefined
}
