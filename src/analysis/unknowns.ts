// What a rule may see of a stack in which something cannot be read: the same model, where every look at an unknown is counted. A rule that
// has looked at one says nothing, so that no rule can take the absence of knowledge for knowledge of an absence. Knows no technology.
import { entryOf } from '../model/entry-of.ts'
import { parseImage } from '../model/images.ts'
import type { ObservedStack } from '../model/observation.ts'
import { looks } from '../model/once.ts'
import { watchedMark, type PartlyRead, type Value } from '../model/value.ts'

export interface Watched {
  /** The stack as rules see it, its components in the same order. */
  readonly stack: ObservedStack
  /** How often somebody has looked at an unknown so far. */
  readonly looks: () => number
}

/** Fields that hold no values of files, or long texts. */
const untouched: ReadonlySet<string> = new Set([
  'span', 'nameSpan', 'targetSpan', 'notes', 'evidence', 'content', 'builtFrom', 'prose', 'heads', 'introductions', 'unread', 'comments', 'hidden', 'scripts',
])
// What rests on an address that cannot be read is told in the report, and held against nobody.
const withFirmUses = (record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  (Object.hasOwn(record, 'firmUses') ? { ...record, uses: entryOf(record, 'firmUses'), saidUses: entryOf(record, 'uses') } : record)
// What is meant for production as far as can be read, beside a stage that cannot be.
const withMildStage = (record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  (entryOf(record, 'class') === 'production' && entryOf(record, 'unread') !== undefined ? { ...record, class: 'unspecified' } : record)
const isNamed = (image: unknown): boolean => typeof image === 'object' && image !== null && Object.hasOwn(image, 'known') && parseImage(image as Value) !== undefined

/** A view of a stack that counts looks at what is unknown: values, settings, and fields that are hidden. What holds none is the same object as before. */
export function watched(stack: ObservedStack): Watched {
  const made = new Map<object, unknown>()
  const watch = (value: object, fields: readonly string[]): object => {
    const copy = { ...value }
    for (const field of fields) {
      const answer: unknown = entryOf(copy as Readonly<Record<string, unknown>>, field)
      Object.defineProperty(copy, field, { enumerable: true, get: () => { looks.count++; return answer } })
    }
    Object.defineProperty(copy, watchedMark, { value: true })
    return copy
  }
  const visit = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    // What can be read and is a text, a number or a switch, as nearly everything is.
    if ('known' in value && value.known === true && 'value' in value && typeof value.value !== 'object') return value
    const before = made.get(value)
    if (before !== undefined) return before
    made.set(value, value)
    const after = viewOf(value)
    if (after !== value) made.set(value, after)
    return after
  }
  const viewOf = (value: object): unknown => {
    // Nearly nothing of a stack is unknown: copies are made of what holds something that is.
    if (Array.isArray(value)) {
      let all: unknown[] | undefined
      for (const [i, each] of (value as readonly unknown[]).entries()) {
        const after = visit(each)
        if (after !== each) (all ??= [...value as readonly unknown[]])[i] = after
      }
      return all ?? value
    }
    if (value instanceof Map) {
      let all: Map<unknown, unknown> | undefined
      for (const [key, each] of value as Map<unknown, unknown>) {
        const after = visit(each)
        if (after !== each) (all ??= new Map(value as Map<unknown, unknown>)).set(key, after)
      }
      return all ?? value
    }
    if (Object.getPrototypeOf(value) !== Object.prototype) return value
    const record = withMildStage(withFirmUses(value as Readonly<Record<string, unknown>>))
    if (entryOf(record, 'known') === false) return entryOf(record, 'unstated') === true ? value : watch(value, ['known'])
    if (entryOf(record, 'state') === 'unknown') return entryOf(record, 'unstated') === true ? value : watch(value, ['state'])
    let changed: [string, unknown][] | undefined
    for (const name of Object.keys(record)) {
      const field = entryOf(record, name)
      if (typeof field !== 'object') continue
      // Of an image the name is what rules ask for; a tag that cannot be read hides no more than the version.
      const after = untouched.has(name) || (name === 'image' && isNamed(field)) ? field : visit(field)
      if (after !== entryOf(value as typeof record, name)) (changed ??= []).push([name, after])
    }
    if (entryOf(record, 'class') !== entryOf(value as typeof record, 'class')) (changed ??= []).push(['class', entryOf(record, 'class')])
    const whole = changed ? Object.fromEntries([...Object.entries(record), ...changed]) : value
    // Storage of which nobody can say what it is; a design alone has none.
    const storage = entryOf(record, 'kind') === 'unknown' && (entryOf(record, 'dataDir') ?? '') !== ''
    const { hidden: stated = [] } = value as PartlyRead
    const hidden = [...stated, ...storage ? ['kind'] : []]
    return hidden.length > 0 ? watch(whole, hidden) : whole
  }
  return { stack: visit(stack) as ObservedStack, looks: () => looks.count }
}
