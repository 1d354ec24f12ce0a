// What an action of a chart's template comes to, as far as the values say: pipelines, and the functions that charts use most. Runs nothing; whatever it does not
// know is unknown. https://helm.sh/docs/chart_template_guide/functions_and_pipelines/
import type { Span } from '../../model/value.ts'
import { get, isNull, type YamlMap, type YamlNode } from '../yaml.ts'
import { booleanOf } from './values.ts'

/** A text with the place in the values that it comes from, a node of the values, nothing at all, or unknown. */
export type Outcome =
  | { readonly is: 'text'; readonly text: string; readonly span?: Span; readonly truth?: boolean }
  | { readonly is: 'node'; readonly node: YamlNode }
  | { readonly is: 'nothing' }
  | { readonly is: 'unknown'; readonly raw: string }

export interface Scope {
  readonly values: YamlMap | undefined
  /** What `.` is: the top, or what a `with` has made it. */
  readonly dot: Outcome | 'top'
  readonly variables: ReadonlyMap<string, Outcome | 'top'>
  readonly chart: { readonly name: string; readonly version: string | undefined; readonly appVersion: string | undefined }
  readonly release: string
  /** What a named template comes to with a `.` of its own; undefined where there is none of that name. */
  readonly include: (name: string, scope: Scope) => Outcome | undefined
  /** How many templates call each other here. */
  readonly depth: number
}

/** A value that is not known, in the lines of a named template: a private-use letter, in no file. */
export const hole = '\uE003'

const nothing: Outcome = { is: 'nothing' }
export const unknownOutcome = (raw = '${…}'): Outcome => ({ is: 'unknown', raw })
const text = (value: string, span?: Span): Outcome => ({ is: 'text', text: value, ...(span ? { span } : {}) })
const truth = (value: boolean): Outcome => ({ is: 'text', text: String(value), truth: value })

const limits = { length: 2_000, depth: 20, calls: 10 } as const
/** Characters of what an action or a named template comes to; each may hold the one before twice. */
export const longest = 200_000

const token = /\s+|"(?:[^"\\]|\\.)*"|`[^`]*`|:=|\$?[.\w][\w.]*|\$|[()|,=]|./g

/** The words of an action; white space dropped. */
export const wordsIn = (source: string): readonly string[] => (source.length > limits.length ? [] : [...source.matchAll(token)].map(([word]) => word).filter(word => word.trim() !== ''))

export const outcomeOf = (source: string, scope: Scope): Outcome => {
  const words = wordsIn(source)
  return words.length === 0 ? unknownOutcome() : pipeline(words, scope, 0)
}

/** Whether a template takes it for true; undefined where nobody can tell. */
export function isTrue(outcome: Outcome): boolean | undefined {
  switch (outcome.is) {
    case 'nothing': return false
    case 'unknown': return undefined
    case 'text': return outcome.truth ?? (outcome.text !== '')
    case 'node': return outcome.node.kind === 'map' ? outcome.node.entries.size > 0 : outcome.node.kind === 'seq' ? outcome.node.items.length > 0 : true
  }
}

function pipeline(words: readonly string[], scope: Scope, depth: number): Outcome {
  if (depth > limits.depth) return unknownOutcome()
  let value: Outcome | undefined
  for (const part of split(words)) {
    const terms = termsOf(part)
    if (terms === undefined) return unknownOutcome()
    const [first, ...rest] = terms
    if (first === undefined) return unknownOutcome()
    const given = rest.map(term => termOf(term, scope, depth))
    if (first.length === 1 && isFunction(first[0] ?? '')) value = call(first[0] ?? '', value === undefined ? given : [...given, value], rest, scope)
    else if (rest.length > 0 || value !== undefined) return unknownOutcome()
    else value = termOf(first, scope, depth)
  }
  return value ?? unknownOutcome()
}

function split(words: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [[]]
  let open = 0
  for (const word of words) {
    if (word === '(') open++
    if (word === ')') open--
    if (word === '|' && open === 0) parts.push([])
    else parts.at(-1)?.push(word)
  }
  return parts
}

// Each term is a word, or what stands in brackets with them.
function termsOf(words: readonly string[]): readonly (readonly string[])[] | undefined {
  const terms: string[][] = []
  for (let i = 0; i < words.length; i++) {
    if (words[i] !== '(') { terms.push([words[i] ?? '']); continue }
    let open = 1, end = i + 1
    for (; end < words.length && open > 0; end++) open += words[end] === '(' ? 1 : words[end] === ')' ? -1 : 0
    if (open > 0) return undefined
    // `(index .Values "a").b` goes on behind the bracket.
    if (/^\.\w/.test(words[end] ?? '')) return undefined
    terms.push(words.slice(i, end))
    i = end - 1
  }
  return terms
}

const isFunction = (word: string): boolean => /^[a-z]\w*$/i.test(word) && !/^(?:true|false|nil)$/.test(word)

function termOf(term: readonly string[], scope: Scope, depth: number): Outcome {
  const [word = ''] = term
  if (word === '(') return pipeline(term.slice(1, -1), scope, depth + 1)
  if (word.startsWith('"')) { try { return text(JSON.parse(word) as string) } catch { return text(word.slice(1, -1)) } }
  if (word.startsWith('`')) return text(word.slice(1, -1))
  if (/^\d+$/.test(word)) return { is: 'text', text: word, truth: word !== '0' }
  if (word === 'true' || word === 'false') return truth(word === 'true')
  if (word === 'nil') return nothing
  if (isFunction(word)) return call(word, [], [], scope)
  const [, name, path = ''] = /^(\$\w*)?((?:\.\w*)*)$/.exec(word) ?? []
  if (name === undefined && path === '') return unknownOutcome()
  const from = name === undefined ? scope.dot : name === '$' ? 'top' : scope.variables.get(name)
  return from === undefined ? unknownOutcome() : below(from, path.split('.').filter(Boolean), scope)
}

function below(from: Outcome | 'top', path: readonly string[], scope: Scope): Outcome {
  if (from !== 'top') return path.length === 0 ? from : from.is === 'node' ? inNode(from.node, path) : from.is === 'nothing' ? nothing : unknownOutcome()
  const [object, ...rest] = path
  switch (object) {
    case 'Values': return scope.values === undefined ? nothing : inNode(scope.values, rest)
    // What a release is called nobody knows; its resources are told from each other by what stands behind the name.
    case 'Release': return rest[0] === 'Name' ? text(scope.release) : unknownOutcome()
    case 'Chart': return rest[0] === 'Name' ? text(scope.chart.name) : rest[0] === 'AppVersion' && scope.chart.appVersion !== undefined ? text(scope.chart.appVersion) : rest[0] === 'Version' && scope.chart.version !== undefined ? text(scope.chart.version) : unknownOutcome()
    default: return unknownOutcome()
  }
}

function inNode(node: YamlNode, path: readonly string[]): Outcome {
  let at: YamlNode | undefined = node
  for (const key of path) at = get(at, key)
  return ofNode(at)
}

function ofNode(node: YamlNode | undefined): Outcome {
  if (node === undefined || isNull(node)) return nothing
  if (node.kind !== 'scalar') return { is: 'node', node }
  const known = booleanOf(node)
  return { is: 'text', text: node.text, span: node.span, ...(known !== undefined ? { truth: known } : node.style === 'plain' && node.text === '0' ? { truth: false } : {}) }
}

const plainText = (outcome: Outcome | undefined): string | undefined => (outcome?.is === 'text' ? (outcome.text.includes(hole) ? undefined : outcome.text) : outcome?.is === 'nothing' ? '' : undefined)
const placed = (value: string, ...from: readonly (Outcome | undefined)[]): Outcome => text(value, from.flatMap(each => (each?.is === 'text' && each.span ? [each.span] : []))[0])

/** Names of a release's own resources, by whatever template a chart made them with. */
const naming = /(?:^|\.)(?:full-?name|name|release-?name|chart-?name|fullname-?override)$/i

// `include "common.names.fullname" .Subcharts.redis` names the subchart's; `shop.worker.fullname` one part of the chart's own.
function named(called: string, at: string, { release }: Scope): string {
  const sub = /^\$?\.Subcharts\.([\w-]+)$/.exec(at)?.[1]
  const parts = called.split('.').slice(1, -1).filter(part => !/^(?:names?|lib|common|helpers?|utils?|resource)$/.test(part))
  return [release, ...(sub === undefined ? parts : [sub])].join('-')
}

function call(name: string, given: readonly Outcome[], terms: readonly (readonly string[])[], scope: Scope): Outcome {
  const last = given.at(-1), [first, second] = given
  switch (name) {
    case 'include': case 'template': {
      const called = plainText(first), [at = ''] = terms[1] ?? []
      if (called === undefined || scope.depth > limits.calls) return unknownOutcome()
      const dot = at === '$' || (at === '.' && scope.dot === 'top') ? 'top' as const : second ?? nothing
      const found = scope.include(called, { ...scope, dot, variables: new Map(), depth: scope.depth + 1 })
      return found !== undefined && found.is !== 'unknown' ? found : naming.test(called) ? text(named(called, at, scope)) : unknownOutcome()
    }
    case 'default': return last === undefined || first === undefined ? unknownOutcome() : isTrue(last) === false ? first : isTrue(last) === undefined ? unknownOutcome() : last
    case 'coalesce': { const decided = given.find(each => isTrue(each) !== false); return decided === undefined ? nothing : decided }
    case 'required': return last ?? unknownOutcome()
    case 'quote': case 'squote': case 'toString': case 'int': case 'int64': case 'trim': case 'toYaml': case 'nindent': case 'indent': case 'toRawJson': case 'print':
      return last?.is === 'nothing' && name !== 'toYaml' ? text('') : last ?? unknownOutcome()
    case 'lower': case 'upper': { const value = plainText(last); return value === undefined ? unknownOutcome() : placed(name === 'lower' ? value.toLowerCase() : value.toUpperCase(), last) }
    case 'trunc': { const value = plainText(last), most = Number(plainText(first)); return value === undefined || !(most >= 0) ? unknownOutcome() : placed(value.slice(0, most), last) }
    case 'trimSuffix': case 'trimPrefix': {
      const value = plainText(last), cut = plainText(first)
      if (value === undefined || cut === undefined) return unknownOutcome()
      return placed(name === 'trimSuffix' ? (cut !== '' && value.endsWith(cut) ? value.slice(0, -cut.length) : value) : value.startsWith(cut) ? value.slice(cut.length) : value, last)
    }
    case 'printf': return printed(given)
    case 'tpl': return first?.is === 'text' && !first.text.includes('{{') ? first : unknownOutcome()
    case 'not': { const is = first === undefined ? undefined : isTrue(first); return is === undefined ? unknownOutcome() : truth(!is) }
    case 'and': { const decided = given.find(each => isTrue(each) !== true); return decided ?? last ?? unknownOutcome() }
    case 'or': { const decided = given.find(each => isTrue(each) !== false); return decided ?? last ?? unknownOutcome() }
    case 'empty': { const is = last === undefined ? undefined : isTrue(last); return is === undefined ? unknownOutcome() : truth(!is) }
    case 'eq': { const one = plainText(first); return one === undefined || given.slice(1).some(each => plainText(each) === undefined) ? unknownOutcome() : truth(given.slice(1).some(each => plainText(each) === one)) }
    case 'ne': { const one = plainText(first), other = plainText(second); return one === undefined || other === undefined ? unknownOutcome() : truth(one !== other) }
    case 'contains': { const one = plainText(first), other = plainText(second); return one === undefined || other === undefined ? unknownOutcome() : truth(other.includes(one)) }
    case 'replace': { const from = plainText(first), to = plainText(second), value = plainText(last); return from === undefined || to === undefined || value === undefined || from === '' ? unknownOutcome() : replaced(value, from, to, last) }
    case 'kindIs': return second === undefined || second.is === 'unknown' ? unknownOutcome() : truth(plainText(first) === (second.is === 'node' ? (second.node.kind === 'map' ? 'map' : 'slice') : second.is === 'text' ? (second.truth === undefined ? 'string' : 'bool') : 'invalid'))
    case 'hasKey': return first?.is === 'node' && second?.is === 'text' ? truth(get(first.node, second.text) !== undefined) : unknownOutcome()
    case 'index': case 'get': return first?.is === 'node' && given.slice(1).every(each => each.is === 'text') ? inNode(first.node, given.slice(1).flatMap(each => plainText(each) ?? [])) : unknownOutcome()
    case 'ternary': { const is = last === undefined ? undefined : isTrue(last); return is === undefined ? unknownOutcome() : (is ? first : second) ?? unknownOutcome() }
    default: return unknownOutcome()
  }
}

function replaced(value: string, from: string, to: string, last: Outcome | undefined): Outcome {
  const parts = value.split(from)
  return value.length + (parts.length - 1) * to.length > longest ? unknownOutcome() : placed(parts.join(to), last)
}

function printed([format, ...given]: readonly Outcome[]): Outcome {
  const pattern = plainText(format)
  if (pattern === undefined || given.reduce((sum, each) => sum + (plainText(each)?.length ?? 0), pattern.length) > longest) return unknownOutcome()
  const state = { next: 0, hidden: false }
  const filled = pattern.replace(/%[sdvq%]/g, mark => {
    if (mark === '%%') return '%'
    const value = plainText(given[state.next++])
    if (value === undefined) state.hidden = true
    return mark === '%q' ? JSON.stringify(value ?? '') : value ?? '${…}'
  })
  return state.hidden || state.next !== given.length ? { is: 'unknown', raw: filled } : placed(filled, ...given)
}
