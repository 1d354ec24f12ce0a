// Changes of files that must not add a finding: a literal that nobody can read any more, map keys in another order. Knows YAML's grammar
// and which spelling of "unknown" each kind of file has, nothing of what a field means.
import { isAlias, isScalar, isSeq, parseAllDocuments, visit, type Document, type Pair, type Scalar, type YAMLMap } from 'yaml'
import type { Finding, Report } from '../../src/model/report.ts'

export type Files = Readonly<Record<string, string>>

export interface Mutation {
  readonly file: string
  /** What was done, for a failing test: `services.redis.image: redis:7.4 → ${MISFIT_UNSET}`. */
  readonly text: string
  /** All files, the one changed. */
  readonly files: Files
}

/** A name that no file defines. */
export const unset = 'MISFIT_UNSET'
const variable = `\${${unset}}`

/** The spellings of an unknown: a variable without a value, and where Helm fills values in, a template. */
export const spellings = { variable, template: `{{ .Values.${unset} }}` } as const

export interface UnsetOptions {
  /** Also each word of a scalar, each side of its first `=` and each part between its colons. Default true. */
  readonly parts?: boolean
  readonly spelling?: string
}

const mutation = (files: Files, file: string, { at, before, after, start, end, written }: Change): Mutation =>
  ({ file, text: `${file}: ${at}: ${before} → ${after}`, files: { ...files, [file]: (files[file] ?? '').slice(0, start) + written + (files[file] ?? '').slice(end) } })

/** Every file with one literal replaced by an unknown, one at a time: each scalar value, then its parts. Keys stay. */
export function* unsetOneByOne(files: Files, options: UnsetOptions = {}): Generator<Mutation> {
  for (const [file, text] of Object.entries(files)) for (const change of changesIn(file, text, options)) yield mutation(files, file, change)
}

const isManifest = (text: string): boolean => /^["']?apiVersion["']?[ \t]*:/m.test(text) && /^["']?kind["']?[ \t]*:/m.test(text)
const isCompose = (file: string, text: string): boolean => /compose[^/]*\.ya?ml$/i.test(file) || /^["']?services["']?[ \t]*:/m.test(text)

/**
 * The same with what each file's own tool knows as an unknown: variables in Compose's files and what belongs to them, templates in values and
 * manifests, and in manifests a secret's entry in the place of an environment variable's value. Each part of a literal is one in `share` of them.
 */
export function* hiddenOneByOne(files: Files, share: number): Generator<Mutation> {
  for (const [file, text] of Object.entries(files)) {
    const cluster = isYaml(file) && !isCompose(file, text) && !/(?:^|\/)misfit[^/]*\.ya?ml$/.test(file)
    const spelling = cluster ? spellings.template : spellings.variable
    for (const change of changesIn(file, text, { parts: false, spelling })) yield mutation(files, file, change)
    let number = 0
    for (const change of changesIn(file, text, { spelling })) if (number++ % share === 0) yield mutation(files, file, change)
    if (cluster && isManifest(text)) for (const change of referencesIn(text)) yield mutation(files, file, change)
  }
}

const reference = 'valueFrom: {secretKeyRef: {name: misfit-unset, key: value}}'

// `- {name: X, value: y}` → `- {name: X, valueFrom: …}`.
function* referencesIn(text: string): Generator<Change> {
  for (const document of documentsOf(text)) {
    const found: Change[] = []
    visit(document, {
      Map(key, map, path) {
        const name = map.get('name'), pair = map.items.find(item => isScalar(item.key) && item.key.value === 'value')
        const start = isScalar(pair?.key) ? pair.key.range?.[0] : undefined, value = pair?.value
        if (typeof name !== 'string' || start === undefined || !isScalar(value) || !value.range || value.value === null) return
        found.push({ at: `${routeTo(path, typeof key === 'number' ? key : null)}.value`, before: clipped(value.source ?? ''), after: reference, start, end: value.range[1], written: reference })
      },
    })
    yield* found
  }
}

/** A number from 0 up to 1, one after another: `Math.random` made replayable. */
export type Random = () => number

/** The same start gives the same numbers (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** One literal of one file replaced by an unknown, drawn by `random`; undefined where there is none. */
export function unsetOne(files: Files, random: Random, options: UnsetOptions = {}): Mutation | undefined {
  const names = Object.keys(files)
  for (let tries = 0; tries < 5 && names.length > 0; tries++) {
    const file = names[Math.floor(random() * names.length)] ?? ''
    const text = files[file] ?? ''
    const changes = [...changesIn(file, text, options)]
    const change = changes[Math.floor(random() * changes.length)]
    if (change) return mutation(files, file, change)
  }
  return undefined
}

interface Change {
  readonly at: string
  readonly before: string
  readonly after: string
  readonly start: number
  readonly end: number
  readonly written: string
}

// https://yaml.org/spec/1.2.2/#51-character-set
const forbidden = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u
const isYaml = (file: string): boolean => /\.ya?ml$/i.test(file)
const isPairs = (file: string): boolean => /(?:^|\/)[^/]*\.(?:conf|env|properties|cfg|acl)$|(?:^|\/)\.env[^/]*$/i.test(file)

function* changesIn(file: string, text: string, options: UnsetOptions): Generator<Change> {
  const spelling = options.spelling ?? variable
  if (isYaml(file)) yield* yamlChanges(text, spelling, options.parts !== false)
  else if (isPairs(file)) yield* pairChanges(text, spelling)
}

function documentsOf(text: string): readonly Document.Parsed[] {
  try {
    const read = parseAllDocuments(text, { merge: true, uniqueKeys: false, keepSourceTokens: false })
    return Array.isArray(read) ? read.filter(document => document.errors.length === 0) : []
  } catch {
    return []
  }
}

function* yamlChanges(text: string, spelling: string, parts: boolean): Generator<Change> {
  const found: { readonly node: Scalar; readonly at: string }[] = []
  for (const document of documentsOf(text)) {
    visit(document, {
      Scalar(key, node, path) {
        if (key !== 'key' && node.range && node.range[1] > node.range[0] && node.value !== null) found.push({ node, at: routeTo(path, key) })
      },
    })
  }
  for (const { node, at } of found) {
    const [start, end] = node.range ?? [0, 0]
    const value = String(node.source ?? node.value)
    // What other readers of YAML refuse would be mended by writing it anew.
    if (forbidden.test(value)) continue
    const quoted = (replaced: string): Change => ({ at, before: clipped(value), after: clipped(replaced), start, end, written: JSON.stringify(replaced) })
    if (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') {
      if (parts) yield* blockChanges(text, start, end, at, spelling)
      continue
    }
    yield quoted(spelling)
    if (parts) for (const [from, to] of partsOf(value)) yield quoted(value.slice(0, from) + spelling + value.slice(to))
  }
}

// Block text keeps its indentation: only words of its lines are replaced.
function* blockChanges(text: string, start: number, end: number, at: string, spelling: string): Generator<Change> {
  const head = text.indexOf('\n', start)
  if (head < 0) return
  for (const match of text.slice(head, end).matchAll(/^[ \t]*\S.*$/gm)) {
    const line = match[0]
    for (const [from, to] of partsOf(line)) {
      const offset = head + match.index
      yield { at, before: clipped(line.trim()), after: clipped((line.slice(0, from) + spelling + line.slice(to)).trim()), start: offset + from, end: offset + to, written: spelling }
    }
  }
}

function* pairChanges(text: string, spelling: string): Generator<Change> {
  for (const match of text.matchAll(/^(?!\s*[#!])([^\s=]+)([ \t]*=[ \t]*|[ \t]+)(\S.*)$/gm)) {
    const start = match.index + (match[1] ?? '').length + (match[2] ?? '').length, value = match[3] ?? ''
    yield { at: match[1] ?? '', before: clipped(value), after: spelling, start, end: start + value.length, written: spelling }
  }
}

/** Words, what follows the first `=` of each, and what stands between colons; the whole is none of its parts. */
function partsOf(value: string): readonly (readonly [number, number])[] {
  const found = new Map<string, readonly [number, number]>()
  const add = (from: number, to: number): void => { if (to > from && to - from < value.trim().length) found.set(`${from}-${to}`, [from, to]) }
  for (const word of value.matchAll(/[^\s,]+/g)) {
    const from = word.index, to = from + word[0].length
    add(from, to)
    const equals = word[0].indexOf('=')
    if (equals >= 0) add(from + equals + 1, to)
    if (/:(?!\/\/)/.test(word[0])) {
      let at = from
      for (const part of word[0].split(':')) {
        add(at, at + part.length)
        at += part.length + 1
      }
    }
  }
  return [...found.values()].slice(0, 40)
}

const clipped = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text)

function routeTo(path: readonly unknown[], key: number | 'key' | 'value' | null): string {
  const words: string[] = []
  for (const [i, node] of path.entries()) {
    const below = path[i + 1]
    if (isPairOf(node)) words.push(isScalar(node.key) ? String(node.key.value) : '?')
    else if (isSeq(node)) words.push(`[${below === undefined ? String(key) : String(node.items.indexOf(below))}]`)
  }
  return words.join('.').replaceAll('.[', '[')
}

const isPairOf = (node: unknown): node is Pair => typeof node === 'object' && node !== null && 'key' in node && 'value' in node && !isScalar(node)

/**
 * The same files twice: written anew in their own order, and with the keys of every map in another. Comments are left out of both, as
 * they would move; a file whose aliases forbid another order, or that is not valid YAML, stays as it is.
 */
export function shuffledKeys(files: Files, random: Random): { readonly before: Files; readonly after: Files } {
  const before: Record<string, string> = {}, after: Record<string, string> = {}
  for (const [file, text] of Object.entries(files)) {
    const orders = isYaml(file) ? ordersOf(text, random) : undefined
    before[file] = orders?.[0] ?? text
    after[file] = orders?.[1] ?? text
  }
  return { before, after }
}

function ordersOf(text: string, random: Random): readonly [string, string] | undefined {
  const documents = documentsOf(text)
  if (documents.length === 0) return undefined
  try {
    const aliases = documents.some(document => { let some = false; visit(document, { Alias: () => { some = true; return visit.BREAK } }); return some })
    for (const document of documents) {
      document.comment = document.commentBefore = null
      visit(document, { Node: (_, node) => { if (!isAlias(node)) node.comment = node.commentBefore = null } })
    }
    const written = (): string => documents.map(document => document.toString({ lineWidth: 0 })).map((each, i) => (i > 0 && !each.startsWith('---') ? `---\n${each}` : each)).join('')
    const before = written()
    for (const document of documents) visit(document, { Map: (_, map) => { if (!aliases || !holdsAnchor(map)) shuffle(map, random) } })
    const after = written()
    return parses(before) && parses(after) ? [before, after] : undefined
  } catch {
    return undefined
  }
}

const parses = (text: string): boolean => {
  const read = parseAllDocuments(text, { merge: true, uniqueKeys: false })
  return Array.isArray(read) && read.every(document => document.errors.length === 0)
}

// An alias must stand behind its anchor, so a map with either keeps its order.
function holdsAnchor(map: YAMLMap): boolean {
  let found = false
  visit(map, { Node: (_, node) => { if (isAlias(node) || node.anchor !== undefined) { found = true; return visit.BREAK } return undefined } })
  return found
}

function shuffle(map: YAMLMap, random: Random): void {
  const { items } = map
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const one = items[i], other = items[j]
    if (one && other) { items[i] = other; items[j] = one }
  }
}

/**
 * Findings of `after` that `before` has none for, rule by rule and component by component; what was folded into a cause counts as having
 * been there. A component whose name is new (a cluster goes by its first node), or that was a part of another, is held against the rule's number of findings.
 *
 * What a value proves in mitigation is no accusation, and hiding it brings none: a finding that said why it is milder (`mitigation`) may be as grave as it
 * is without that, and with `asDeployed` (the files before, judged for production) whatever is found there may be found where the sign of another stage is hidden.
 */
export function added(before: Report, after: Report, asDeployed?: () => Report): readonly Finding[] {
  const more = addedAtAll(before, after)
  return more.length === 0 || asDeployed === undefined ? more : addedAtAll(asDeployed(), after).filter(finding => more.includes(finding))
}

/** How a finding says that what it tells of may harm nobody: no program that was read opens the server, or what starts with it empties it. */
const mitigation = /^no program of this repository opens |empt(?:ies|ied)/

function addedAtAll(before: Report, after: Report): readonly Finding[] {
  const namesIn = ({ root, components }: Report['stacks'][number]): readonly string[] => components.flatMap(({ name, technology, partOf }) => (partOf === undefined ? [`${root} ${technology} ${name}`] : []))
  const names = new Set(before.stacks.flatMap(namesIn))
  const had = new Map<string, number>()
  const worst = new Map<string, number>()
  const count = (key: string, severity: number): void => {
    had.set(key, (had.get(key) ?? 0) + 1)
    worst.set(key, Math.max(worst.get(key) ?? 0, severity))
  }
  for (const finding of before.findings) {
    for (const rule of [finding.rule, ...finding.explains ?? []]) {
      const severity = rule === finding.rule && !finding.because.some(({ text }) => mitigation.test(text)) ? rank[finding.severity] : rank.error
      count(`${rule} ${finding.component}`, severity)
      count(rule, severity)
    }
  }
  for (const { rule, component } of before.suppressed ?? []) for (const key of [`${rule} ${component}`, rule]) count(key, rank.error)
  const left = new Map(had)
  return after.findings.filter(finding => {
    const own = after.stacks.filter(stack => stack.name === finding.stack).flatMap(namesIn).filter(name => name.endsWith(` ${finding.component}`))
    const key = own.some(name => names.has(name)) ? `${finding.rule} ${finding.component}` : finding.rule
    const number = left.get(key) ?? 0
    left.set(key, number - 1)
    return number <= 0 || rank[finding.severity] > (worst.get(key) ?? 0)
  })
}

const rank = { info: 1, warning: 2, error: 3 } as const
