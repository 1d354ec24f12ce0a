// A template of a chart → YAML text of the same length, in which every action is filled with what it comes to once the text is read. Branches that the values
// switch off are blanks; what cannot be told leaves a gap, and nothing is concluded from what may stand there.
import type { Span } from '../../model/value.ts'
import { get, readYaml, type YamlNode } from '../yaml.ts'
import { hole, isTrue, longest, outcomeOf, unknownOutcome, wordsIn, type Outcome, type Scope } from './expressions.ts'
import { mark, resolved, rest, splice, type Action, type Filled } from './filled-nodes.ts'
import { loopOf, rangedOver, type Loop } from './loops.ts'

/** A document of a template with the places at which more may stand. */
export interface FilledDocument {
  readonly node: YamlNode
  /** Offsets of actions that nobody can follow. */
  readonly gaps: readonly number[]
}

const limits = { characters: 200_000, actions: 3_000, depth: 40 } as const

interface Found {
  readonly start: number
  readonly end: number
  readonly whole: string
  /** What it says, without its braces and marks; nothing for a comment. */
  readonly inner: string
}

/** The actions of a template in order; undefined where one does not end. */
function actionsIn(source: string): readonly Found[] | undefined {
  const found: Found[] = []
  for (let at = source.indexOf('{{'); at >= 0; at = source.indexOf('{{', found.at(-1)?.end)) {
    const end = endOf(source, at + 2)
    if (end === undefined || found.length >= limits.actions) return undefined
    const whole = source.slice(at, end), inner = whole.slice(2, -2).replace(/^-(?=\s)/, '').replace(/-$/, '').trim()
    found.push({ start: at, end, whole, inner: inner.startsWith('/*') ? '' : inner })
  }
  return found
}

function endOf(source: string, from: number): number | undefined {
  if (/^-?\s{0,20}\/\*/.test(source.slice(from, from + 24))) {
    const close = source.indexOf('*/', from), end = close < 0 ? -1 : source.indexOf('}}', close)
    return end < 0 ? undefined : end + 2
  }
  for (let at = from; at < source.length; at++) {
    const letter = source[at]
    if (letter === '}' && source[at + 1] === '}') return at + 2
    if (letter === '`') { at = source.indexOf('`', at + 1); if (at < 0) return undefined }
    if (letter === '"') for (at++; at < source.length && source[at] !== '"'; at++) if (source[at] === '\\') at++
  }
  return undefined
}

interface Branch {
  /** Whether its text is there; undefined where nobody can tell. */
  active: boolean | undefined
  /** Whether one of its branches was. */
  taken: boolean | undefined
  readonly before: Scope
}

/** The documents of a template; undefined where it is no YAML once it is filled. */
export function filledDocuments(file: string, source: string, top: Scope): readonly FilledDocument[] | undefined {
  if (source.length > limits.characters || [mark, rest, splice, hole].some(letter => source.includes(letter))) return undefined
  const whole = read(file, source, top, true)
  return whole === undefined || whole.splices === 0 || whole.documents !== undefined ? whole?.documents : read(file, source, top, false)?.documents
}

// With `entries`, what stands among the entries of a list or a map is put there; where that is no YAML, it is left out.
function read(file: string, source: string, top: Scope, entries: boolean): { readonly documents: readonly FilledDocument[] | undefined; readonly splices: number } | undefined {
  const filled = fill(source, top, entries)
  if (filled === undefined) return undefined
  const { documents, broken, problems } = readYaml(file, filled.text)
  if (broken === true || problems.length > 0) return { documents: undefined, splices: filled.splices.length }
  // What stands behind the last word of a document may belong to it.
  // A line that nobody can follow may say anything in the file that a map holds; of a pod, whoever reads it asks for the gaps.
  const starts = new Set(filled.actions.map(({ start }) => start)), lost = filled.gaps.filter(at => !starts.has(at))
  const isMap = (document: YamlNode): boolean => { const kind = get(document, 'kind'); return kind?.kind === 'scalar' && /^(?:ConfigMap|Secret)$/.test(kind.text) }
  return {
    splices: filled.splices.length,
    documents: documents.map((document, i) => ({ node: resolved(document, filled, isMap(document) ? lost : []), gaps: filled.gaps.filter(at => at >= document.span.start && at < (documents[i + 1]?.span.start ?? Infinity)) })),
  }
}

/** What is made of a template's parts, in order. */
interface Sink {
  /** Text between actions; `on` is whether it is there, undefined where nobody can tell. */
  text(part: string, on: boolean | undefined): void
  /** An action that says which text is there, or nothing. */
  silent(whole: string, on: boolean | undefined): void
  /** A branch or loop that nobody can follow. */
  lost(at: number): void
  /** An action that stands for text, at `at`; `after` is what follows. `column`: where the entries of a loop stand. */
  value(whole: string, outcome: Outcome, at: number, after: number, column?: number): void
}

/** False where the template is broken or too long. */
function follow(source: string, top: Scope, sink: Sink): boolean {
  const branches: Branch[] = []
  let at = 0, scope = top
  const on = (): boolean | undefined => (branches.some(({ active }) => active === false) ? false : branches.some(({ active }) => active === undefined) ? undefined : true)
  const actions = actionsIn(source)
  for (const [i, { start, end, whole, inner }] of (actions ?? []).entries()) {
    if (start < at) continue
    if (branches.length > limits.depth) return false
    sink.text(source.slice(at, start), on())
    at = end
    const [word = ''] = wordsIn(inner)
    const argument = inner.slice(word.length).trim()
    if (word === 'if' || word === 'with' || word === 'range' || word === 'define' || word === 'block') {
      const outcome = word === 'range' ? rangedOver(argument, scope) : word === 'if' || word === 'with' ? outcomeOf(argument, scope) : undefined
      const loop = word === 'range' && outcome !== undefined && on() === true ? followed(source, actions ?? [], i, outcome) : undefined
      if (loop) {
        sink.value(whole, loop.outcome, start, loop.end, loop.column)
        sink.text(source.slice(end, loop.end), false)
        at = loop.end
        continue
      }
      // What a loop makes of several values nobody can tell; of none it makes nothing.
      const active = word === 'define' ? false : outcome === undefined || outcome.is === 'unknown' ? undefined : word === 'range' && isTrue(outcome) === true ? undefined : isTrue(outcome)
      if (active === undefined && on() === true) sink.lost(start)
      branches.push({ active, taken: active, before: scope })
      if (word === 'with' && outcome !== undefined) scope = { ...scope, dot: outcome }
    } else if (word === 'else') {
      const branch = branches.at(-1)
      if (!branch) return false
      scope = { ...branch.before, variables: scope.variables }
      const condition = /^else\s+(?:if|with)\s+([^]*)$/.exec(inner)?.[1]
      const outcome = condition === undefined ? undefined : outcomeOf(condition, scope)
      const own = condition === undefined ? true : outcome === undefined || outcome.is === 'unknown' ? undefined : isTrue(outcome)
      branch.active = branch.taken === true ? false : branch.taken === undefined ? undefined : own
      branch.taken = branch.taken === true || own === true ? true : branch.taken === undefined || own === undefined ? undefined : false
    } else if (word === 'end') {
      const branch = branches.pop()
      if (!branch) return false
      const { before, active } = branch
      // What a variable was set to inside stays, in Go's way; a branch that nobody can follow may have set any.
      scope = { ...before, variables: active === undefined ? new Map([...scope.variables].map(([name, value]) => [name, before.variables.get(name) === value ? value : unknownOutcome()])) : scope.variables }
    } else if (/^\$\w+\s*:?=/.test(inner)) {
      const [, name = '', value = ''] = /^(\$\w+)\s*:?=\s*([^]*)$/.exec(inner) ?? []
      if (on() !== false) scope = { ...scope, variables: new Map([...scope.variables, [name, value === '$' ? 'top' as const : value === '.' ? scope.dot : on() === true ? outcomeOf(value, scope) : unknownOutcome()]]) }
    } else if (inner !== '' && on() === true) {
      sink.value(whole, outcomeOf(inner, scope), start, at)
      continue
    }
    sink.silent(whole, on())
  }
  sink.text(source.slice(at), on())
  return actions !== undefined && branches.length === 0
}

/** A loop of which the entries are known, with its end. */
function followed(source: string, actions: readonly Found[], from: number, over: Outcome): Loop & { readonly end: number } | undefined {
  const begin = actions[from], last = actions.findIndex(({ inner }, i) => i > from && /^(?:end|else|if|with|range|define|block)\b/.test(inner)), end = actions[last]
  if (!begin || end?.inner !== 'end') return undefined
  const loop = loopOf(begin.inner.slice('range'.length).trim(), source.slice(begin.end, end.start), over)
  return loop && { ...loop, end: end.end }
}

function fill(source: string, top: Scope, entries: boolean): Filled | undefined {
  const actions: Action[] = [], splices: Outcome[] = [], gaps: number[] = [], written = new Written()
  const whole = follow(source, top, {
    text: (part, on) => { written.add(on === true ? part : blanks(part)) },
    silent: action => { written.add(blanks(action)) },
    lost: at => { gaps.push(at) },
    value: (action, outcome, at, after, inner) => {
      const { length, column } = written
      const alone = /(?:^|\n)[ \t]*$/.test(written.end(200)) && /^[ \t]*(?:\r?\n|$)/.test(source.slice(after, after + 200))
      const indent = alone ? valueBelow(written.end(2_000), source.slice(after, after + 4_000)) : undefined
      // `nindent` moves it below its key, wherever the action itself stands.
      const shift = indent === undefined ? 0 : Math.max(0, indent + 1 - column)
      if ((!alone || indent !== undefined || (inner !== undefined && outcome.is === 'text')) && action.length > shift + 1 && !action.includes('\n')) {
        actions.push({ start: length + shift, end: length + action.length, outcome })
        if (outcome.is === 'unknown') gaps.push(length + shift)
        written.add(' '.repeat(shift) + mark + rest.repeat(action.length - shift - 1))
        return
      }
      const kind = entries && alone ? entriesOf(outcome) : undefined
      const from = length - column + Number(/\|\s*nindent\s+(\d{1,3})\s*-?\}\}$/.exec(action)?.[1] ?? inner ?? column), own = `${splice}${splices.length}`
      const room = length + action.length - from - own.length - (kind === 'seq' ? '- '.length : ':'.length)
      if (kind !== undefined && room >= 0 && !action.includes('\n')) {
        const entry = own + rest.repeat(room)
        written.cut(from)
        written.add(' '.repeat(Math.max(0, from - length)) + (kind === 'seq' ? `- ${entry}` : `${entry}:`))
        splices.push(outcome)
        return
      }
      if (isTrue(outcome) !== false) gaps.push(at)
      written.add(blanks(action))
    },
  })
  return whole ? { text: written.text(), actions, splices, gaps } : undefined
}

/** A text that grows, of which only the end is looked at: asking for that does not put together what stands before it. */
class Written {
  private readonly parts: string[] = []
  private tail = ''
  private lineStart = 0
  length = 0

  get column(): number { return this.length - this.lineStart }

  add(part: string): void {
    const line = part.lastIndexOf('\n')
    if (line >= 0) this.lineStart = this.length + line + 1
    this.length += part.length
    this.tail += part
    if (this.tail.length < 6_000) return
    this.parts.push(this.tail.slice(0, -2_000))
    this.tail = this.tail.slice(-2_000)
  }

  end(characters: number): string { return this.tail.slice(-characters) }

  text(): string { return [...this.parts, this.tail].join('') }

  /** Takes away what stands behind an offset of the last line. */
  cut(from: number): void {
    const gone = this.length - from
    if (gone <= 0) return
    if (gone > this.tail.length) this.tail = [...this.parts.splice(0), this.tail].join('')
    this.tail = this.tail.slice(0, this.tail.length - gone)
    this.length = from
  }
}

// Whether it comes to entries of a list or of a map.
function entriesOf(outcome: Outcome): 'seq' | 'map' | undefined {
  if (outcome.is === 'node') return outcome.node.kind === 'scalar' ? undefined : outcome.node.kind
  return outcome.is !== 'text' ? undefined : /^- \S/.test(outcome.text) ? 'seq' : /^["']?[\w./-]+["']?:(?:\s|$)/.test(outcome.text) ? 'map' : undefined
}

const body = /\{\{-?\s*define\s+"([^"\n]{1,200})"\s*-?\}\}/g

/** The named templates of a chart's files: what stands between `define` and the next one, without its own end. */
export function namedIn(sources: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const source of sources) {
    if (source.length > limits.characters) continue
    const starts = [...source.matchAll(body)]
    for (const [i, match] of starts.entries()) {
      const text = source.slice(match.index + match[0].length, starts[i + 1]?.index ?? source.length)
      const end = [...text.matchAll(/\{\{-?\s*end\s*-?\}\}/g)].at(-1)?.index
      if (end !== undefined && match[1] !== undefined) found.set(match[1], text.slice(0, end))
    }
  }
  return found
}

/** What a named template comes to: a text, with the place of the first value in it; unknown where any of it is, but for values in one of many lines (`hole`). */
export function rendered(source: string, top: Scope): Outcome {
  const parts: string[] = [], spans: Span[] = []
  const state = { hidden: false, holes: false, trims: false, length: 0 }
  const put = (part: string): void => {
    state.length += part.length
    if (state.length > longest) { state.hidden = true; return }
    parts.push(state.trims ? part.trimStart() : part)
    if (part.trim() !== '') state.trims = false
  }
  const trim = (action: string): void => { if (action.startsWith('{{-')) for (let last = parts.pop(); last !== undefined; last = parts.pop()) { const kept = last.trimEnd(); if (kept !== '') { parts.push(kept); break } } }
  const whole = follow(source, top, {
    text: (part, on) => { if (on === true) put(part) },
    silent: (action, on) => { if (on !== false) trim(action); if (action.endsWith('-}}')) state.trims = true },
    lost: () => { state.hidden = true },
    value: (action, outcome) => {
      trim(action)
      if (outcome.is === 'text') { put(outcome.text); if (outcome.span) spans.push(outcome.span) }
      // One value of many lines is unknown, and the others say what they say.
      else if (outcome.is === 'unknown' && parts.at(-1)?.split('\n').at(-1)?.trim()) { put(hole); state.holes = true } else if (outcome.is !== 'nothing') state.hidden = true
      if (action.endsWith('-}}')) state.trims = true
    },
  })
  const text = parts.join('').trim()
  return !whole || state.hidden || (state.holes && !text.includes('\n')) ? unknownOutcome() : { is: 'text', text, ...(spans[0] ? { span: spans[0] } : {}) }
}

const blanks = (part: string): string => part.replace(/[^\r\n]/g, ' ')

// The column of `resources:` with nothing behind it, and nothing below it but this action.
function valueBelow(before: string, after: string): number | undefined {
  const key = before.split('\n').slice(0, -1).filter(line => line.trim() !== '').at(-1)
  if (key === undefined || !/^\s*(?:- )?["']?[\w./-]+["']?:\s*$/.test(key)) return undefined
  const indent = key.search(/\S/) + (/^\s*- /.test(key) ? 2 : 0)
  const next = after.slice(0, 4_000).split('\n').slice(1).find(line => line.trim() !== '' && !/^\s*\{\{/.test(line))
  return next === undefined || next.search(/\S/) <= indent ? indent : undefined
}
