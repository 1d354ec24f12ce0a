// Text of a file → the comments in it that suppress findings, with their places. Knows comment syntax, not what a rule is.
import * as yaml from 'js-yaml'
import { oncePerText } from '../model/once.ts'
import type { Span } from '../model/value.ts'
import type { SuppressedRule, SuppressionComment } from '../model/suppression.ts'
import { eventsOf, limits, withLineEnds } from './yaml.ts'

const words = /misfit-ignore|eslint-(?:disable|enable)/
const own = /^(?:#|\/\/)[#/]*[ \t]*(misfit-ignore(?:-file)?)(?![\w-])[ \t]*:?/
const foreign = /^#+[ \t]*(eslint-disable-next-line|eslint-disable-line|eslint-disable|eslint-enable)(?![\w-])/
const plugin = 'misfit/'
/** Source whose comments begin with two slashes. */
const slashes = /\.(?:[cm]?[jt]sx?|java|kts?|go|php|cs|rs|scala|groovy|gradle)$/i

/** The suppressing comments of a file, in order. Files without the words cost one search. */
export function suppressionComments(file: string, source: string): readonly SuppressionComment[] {
  if (source.length > limits.characters || file.endsWith('.json') || !words.test(source)) return []
  const isYaml = /\.ya?ml$/i.test(file)
  const text: Lines = { file, source, starts: lineStarts(source), covered: new Map() }
  const scalars = isYaml ? scalarsOf(source) : undefined
  const found: SuppressionComment[] = []
  const open: Open[] = []
  for (const [line] of text.starts.entries()) {
    const at = commentOn(text, line, isYaml, scalars)
    if (at === undefined) continue
    const end = endOf(text, line)
    const comment = source.slice(at, end)
    const mine = own.exec(comment)
    if (mine) {
      found.push(written(text, line, at, comment, mine[0].length, 'own', (id, span) => ({ id, span, covers: ownCover(text, line, at, mine[1] ?? '') })))
      continue
    }
    const theirs = foreign.exec(comment)
    if (theirs) eslintComment(text, line, at, comment, theirs, open, found)
  }
  return found
}

interface Lines {
  readonly file: string
  readonly source: string
  readonly starts: readonly number[]
  /** What the comments before a line cover, by that line: a whole page of comments may stand before the same one. */
  readonly covered: Map<number, Span>
}

interface Open {
  readonly rules: { id: string; span: Span; covers: Span }[]
}

function lineStarts(source: string): number[] {
  const starts = [0]
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** The offset behind the last visible character of a line. */
function endOf({ source, starts }: Lines, line: number): number {
  const next = starts[line + 1]
  return (starts[line] ?? 0) + source.slice(starts[line], next).trimEnd().length
}

const contentOf = (text: Lines, line: number): string => text.source.slice(text.starts[line], endOf(text, line)).trimStart()

// Only YAML has comments behind something; a trailing # of a redis.conf, .properties or .env line belongs to the value.
function commentOn(text: Lines, line: number, isYaml: boolean, scalars: readonly Range[] | undefined): number | undefined {
  const start = text.starts[line] ?? 0
  const content = text.source.slice(start, endOf(text, line))
  const named = words.exec(content)
  if (!named) return undefined
  const mark = slashes.test(text.file) ? '//' : '#'
  for (let at = content.indexOf(mark); at >= 0 && at < named.index; at = content.indexOf(mark, at + 1)) {
    const before = content.slice(0, at).replace('\uFEFF', '')
    if (isYaml ? beginsComment(before, start + at, scalars) : before.trim() === '') {
      return own.test(content.slice(at)) || foreign.test(content.slice(at)) ? start + at : undefined
    }
  }
  return undefined
}

export type Range = readonly [start: number, end: number]

/** Where scalars stand, in order: a # inside one is text. Undefined for a text that cannot be parsed; then quotes on the line have to do. */
export const scalarsOf = (source: string): readonly Range[] | undefined => recent('', source, () => scalarsIn(source))

// In an editor every finding of a file asks about its text.
const recent = oncePerText<readonly Range[] | undefined>(1_000_000)

function scalarsIn(source: string): readonly Range[] | undefined {
  try {
    return eventsOf(withLineEnds(source)).flatMap(event => (event.type === yaml.EVENT_ID.SCALAR && event.valueStart >= 0 ? [[event.valueStart, event.valueEnd] as const] : []))
  } catch {
    return undefined
  }
}

/** Whether an offset lies in one of the ranges, which are in order. */
export function within(ranges: readonly Range[] | undefined, offset: number): boolean {
  let low = 0
  for (let high = (ranges?.length ?? 0) - 1; low <= high;) {
    const middle = (low + high) >> 1
    const [start, end] = ranges?.[middle] ?? [0, 0]
    if (offset < start) high = middle - 1
    else if (offset >= end) low = middle + 1
    else return true
  }
  return false
}

/** Whether a # in YAML begins a comment, from what stands before it on its line and its offset. */
export const beginsComment = (before: string, offset: number, scalars: readonly Range[] | undefined): boolean =>
  /(?:^|[ \t])$/.test(before) && !(scalars ? within(scalars, offset) : quoted(before))

const quoted = (before: string): boolean => (before.split('"').length - 1) % 2 === 1 || (before.split("'").length - 1) % 2 === 1

type Place = (id: string, span: Span) => SuppressedRule

// `word rule, rule -- reason`; ESLint's own separator for a reason is two or more dashes between blanks.
function written(text: Lines, line: number, at: number, comment: string, from: number, kind: SuppressionComment['kind'], place: Place): SuppressionComment {
  const { file } = text
  const dashes = /(?:^|[ \t])-{2,}(?:[ \t]|$)/.exec(comment.slice(from))
  const listEnd = dashes ? from + dashes.index : comment.length
  const reason = dashes ? comment.slice(listEnd + dashes[0].length).trim() : ''
  const rules: SuppressedRule[] = []
  let offset = from
  for (const part of comment.slice(from, listEnd).split(',')) {
    const id = part.trim()
    const start = at + offset + part.length - part.trimStart().length
    if (id !== '') rules.push(place(id, { file, start, end: start + id.length }))
    offset += part.length + 1
  }
  const list = comment.slice(from, listEnd)
  const listStart = at + from + list.length - list.trimStart().length
  return {
    kind, rules,
    span: { file, start: at, end: at + comment.length },
    removal: removal(text, line, at),
    list: { file, start: listStart, end: Math.max(listStart, at + from + list.trimEnd().length) },
    ...(reason === '' ? {} : { reason }),
  }
}

function removal(text: Lines, line: number, at: number): Span {
  const { file, source, starts } = text
  const start = starts[line] ?? 0
  const before = source.slice(start, at)
  if (before.trim() === '') return { file, start, end: starts[line + 1] ?? source.length }
  return { file, start: start + before.trimEnd().length, end: endOf(text, line) }
}

// Behind something: its line. Alone: the next line that is no comment. Where that line opens a block, the whole block.
function ownCover(text: Lines, line: number, at: number, word: string): Span {
  const { file, source, starts } = text
  if (word === 'misfit-ignore-file') return { file, start: 0, end: source.length + 1 }
  let target = line
  if (source.slice(starts[line], at).replace('\uFEFF', '').trim() === '') {
    const passed: number[] = []
    let known: Span | undefined
    do {
      passed.push(target++)
      known = text.covered.get(target)
    } while (known === undefined && target < starts.length && contentOf(text, target).startsWith('#'))
    const covers = known ?? { file, start: starts[target] ?? source.length, end: blockEnd(text, target) }
    for (const before of passed) text.covered.set(before, covers)
    return covers
  }
  return { file, start: starts[target] ?? source.length, end: blockEnd(text, target) }
}

/** Where the block that a line opens ends: before the next line that is indented no deeper. */
function blockEnd(text: Lines, line: number): number {
  const indent = indentOf(text, line)
  let last = line
  for (let next = line + 1; next < text.starts.length && contentOf(text, line) !== ''; next++) {
    const content = contentOf(text, next)
    if (content === '' || content.startsWith('#')) continue
    if (indentOf(text, next) <= indent && !listOf(text, line, next, indent)) break
    last = next
  }
  return text.starts[last + 1] ?? text.source.length + 1
}

// YAML lets a list stand no deeper than its key.
const listOf = (text: Lines, key: number, line: number, indent: number): boolean =>
  indentOf(text, line) === indent && /^-(?:\s|$)/.test(contentOf(text, line)) && !/^-(?:\s|$)/.test(contentOf(text, key))

function indentOf({ source, starts }: Lines, line: number): number {
  const start = starts[line] ?? 0
  let at = start
  while (source.charAt(at) === ' ' || source.charAt(at) === '\uFEFF') at++
  return at - start
}

function eslintComment(text: Lines, line: number, at: number, comment: string, match: RegExpExecArray, open: Open[], found: SuppressionComment[]): void {
  const { file, source, starts } = text
  const word = match[1] ?? ''
  if (word === 'eslint-enable') {
    const ids = written(text, line, at, comment, match[0].length, 'eslint', (id, span) => ({ id, span, covers: span })).rules.map(rule => unprefixed(rule.id))
    for (const { rules } of open) {
      for (const rule of rules) {
        if (rule.covers.end > at && (ids.length === 0 || ids.includes(rule.id))) rule.covers = { ...rule.covers, end: at }
      }
    }
    // What is closed need not be asked by the next one.
    open.splice(0, open.length, ...open.filter(({ rules }) => rules.some(rule => rule.covers.end > at)))
    return
  }
  const target = word === 'eslint-disable-next-line' ? line + 1 : line
  const start = word === 'eslint-disable' ? at : (starts[target] ?? source.length)
  const covers: Span = { file, start, end: word === 'eslint-disable' ? source.length + 1 : (starts[target + 1] ?? source.length + 1) }
  const read = written(text, line, at, comment, match[0].length, 'eslint', (id, span) => ({ id: unprefixed(id), span, covers }))
  const rules = read.rules.length === 0
    ? [{ id: '*', span: read.span, covers }]
    : read.rules.filter((_, i) => source.startsWith(plugin, read.rules[i]?.span.start)).map(rule => ({ ...rule }))
  if (rules.length === 0) return
  found.push({ ...read, rules })
  if (word === 'eslint-disable') open.push({ rules })
}

const unprefixed = (id: string): string => (id.startsWith(plugin) ? id.slice(plugin.length) : id)
