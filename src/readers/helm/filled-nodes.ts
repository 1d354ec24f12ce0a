// The nodes of a filled template with what its actions come to in the place of their marks: values, texts, and entries of the list or the map in which
// an action stands.
import type { Span } from '../../model/value.ts'
import { readYaml, type YamlEntry, type YamlNode } from '../yaml.ts'
import { hole, type Outcome } from './expressions.ts'

// Private-use letters: a word for YAML, and in no file.
export const mark = '\uE001', rest = '\uE000', splice = '\uE002'

/** An action of a template with what it comes to; offsets in the filled text. */
export interface Action {
  readonly start: number
  readonly end: number
  readonly outcome: Outcome
}

/** A template's text with what its actions come to. */
export interface Filled {
  readonly text: string
  readonly actions: readonly Action[]
  /** What comes to entries of the list or the map in which it stands, by the number behind its mark. */
  readonly splices: readonly Outcome[]
  readonly gaps: readonly number[]
}

// `maxmemory {{ … }}`, `log.dirs={{ … }}`: what stands before a value on its line.
const behindKey = /(?:^|\n)[ \t]*[\w.-]{1,200}(?:[ \t]*[=:]|[ \t])[^\n]*$/

/** A node of values in place of an action that is all there is, else the text with what its actions come to. What is unknown is an empty map: no text, and not nothing. */
export function resolved(node: YamlNode, filled: Filled, lost: readonly number[]): YamlNode {
  if (node.kind === 'seq') return { ...node, items: node.items.flatMap(item => {
    const among = splicedIn(item, filled)
    return among === undefined ? [resolved(item, filled, lost)] : among.kind === 'seq' ? among.items : []
  }) }
  if (node.kind === 'map') {
    const entries = new Map<string, YamlEntry>()
    for (const { key, value } of node.entries.values()) {
      const among = splicedIn(key, filled)
      if (among?.kind === 'map') for (const [name, entry] of among.entries) entries.set(name, entry)
      const name = resolved(key, filled, lost)
      if (among === undefined && name.kind === 'scalar') entries.set(name.text, { key: name, value: resolved(value, filled, lost) })
    }
    return { ...node, entries }
  }
  const unread: YamlNode = { kind: 'map', entries: new Map(), span: node.span }
  if (node.style === 'block' && lost.some(at => at >= node.span.start && at <= node.span.end)) return unread
  if (node.text.includes(splice)) return unread
  if (!node.text.includes(mark)) return node
  const own = actionsWithin(filled.actions, node.span)
  const [only] = own
  const whole = only !== undefined && node.text.trim().length <= only.end - only.start
  if (whole && only.outcome.is === 'node') return only.outcome.node
  if (whole && only.outcome.is === 'text' && !(node.style === 'block' && !/^-? ?[\w.-]+: /.test(only.outcome.text)) && /\n|^-? ?[\w.-]+: /.test(only.outcome.text)) return placed(readYaml(node.span.file, only.outcome.text).documents[0], node.span) ?? unread
  const state = { next: 0, hidden: false }, spans: Span[] = []
  const text = node.text.replace(/\uE001\uE000*/g, (_, at: number) => {
    const outcome = own[state.next++]?.outcome
    if (outcome?.is === 'text' && !outcome.text.includes(hole)) { if (outcome.span) spans.push(outcome.span); return outcome.text }
    if (outcome?.is === 'nothing') return ''
    // In a file of its own one value is unknown, and the lines around it say what they say.
    if (node.style !== 'block' || outcome?.is !== 'unknown' || !behindKey.test(node.text.slice(Math.max(0, at - 500), at))) state.hidden = true
    return outcome?.is === 'unknown' ? outcome.raw : '${…}'
  })
  if (state.hidden || state.next !== own.length) return unread
  return { ...node, text, span: spans[0] ?? node.span }
}

// Those between the ends of a node; they stand in the order of the text.
function actionsWithin(actions: readonly Action[], { start, end }: Span): readonly Action[] {
  let low = 0, high = actions.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((actions[middle]?.start ?? 0) < start) low = middle + 1
    else high = middle
  }
  const found: Action[] = []
  for (let action = actions[low]; action !== undefined && action.start <= end; action = actions[++low]) if (action.end <= end + 1) found.push(action)
  return found
}

// The entries that an action stands for, which takes the place of an item or a key.
function splicedIn(node: YamlNode, { splices }: Filled): YamlNode | undefined {
  const at = node.kind === 'scalar' && node.text.startsWith(splice) ? Number.parseInt(node.text.slice(1), 10) : undefined
  const outcome = at === undefined ? undefined : splices[at]
  if (outcome?.is === 'node') return outcome.node
  return outcome?.is === 'text' ? placed(readYaml(node.span.file, outcome.text).documents[0], node.span) ?? { kind: 'map', entries: new Map(), span: node.span } : undefined
}

// What a named template makes is written nowhere: it stands where it is called. A value that is not known is an empty map.
function placed(node: YamlNode | undefined, span: Span): YamlNode | undefined {
  if (node === undefined) return undefined
  if (node.kind === 'scalar') return node.text.includes(hole) ? { kind: 'map', entries: new Map(), span } : { ...node, span }
  if (node.kind === 'seq') return { ...node, span, items: node.items.flatMap(item => placed(item, span) ?? []) }
  return { ...node, span, entries: new Map([...node.entries].flatMap(([name, { key, value }]) => { const below = placed(value, span); return below ? [[name, { key: { ...key, span }, value: below }] as const] : [] })) }
}
