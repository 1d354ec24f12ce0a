// YAML text → nodes with spans, in one pass over js-yaml's events. Knows YAML only, nothing of what a document means.
// Aliases and `<<` are resolved as Go readers (Compose, Helm) resolve them; broken text becomes a problem, never a throw.
import * as yaml from 'js-yaml'
import { oncePerText } from '../model/once.ts'
import type { Problem } from '../model/stack.ts'
import type { Span } from '../model/value.ts'

export interface YamlScalar {
  readonly kind: 'scalar'
  /** Decoded text; numbers and booleans stay text, since they must be rewritten as they stand. */
  readonly text: string
  /** Plain scalars may be null, booleans or numbers; quoted and block ones are strings. */
  readonly style: 'plain' | 'quoted' | 'block'
  readonly tag?: string
  readonly span: Span
}
export interface YamlEntry {
  readonly key: YamlScalar
  readonly value: YamlNode
}
export interface YamlMap {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, YamlEntry>
  readonly tag?: string
  readonly span: Span
}
export interface YamlSeq {
  readonly kind: 'seq'
  readonly items: readonly YamlNode[]
  readonly tag?: string
  readonly span: Span
}
export type YamlNode = YamlScalar | YamlMap | YamlSeq

export interface YamlFile {
  readonly documents: readonly YamlNode[]
  readonly problems: readonly Problem[]
  /** What an alias (`*name`, `<<: *name`) brings to other places, too. */
  readonly aliased: readonly Span[]
  /** Not all of it could be read. */
  readonly broken?: true
}

/** Work is bounded: longer files, deeper nesting and larger expanded documents end in a problem. */
export const limits = { characters: 5_000_000, depth: 100, nodes: 400_000 } as const

class Broken extends Error {
  constructor(message: string, readonly offset: number) {
    super(message)
  }
}

// The same text is read by several formats, and again at every keystroke in an editor. Bounded by the length of what was read.
const recent = oncePerText<YamlFile>(300_000)

/** What js-yaml finds in a text, a byte order mark replaced by a line end. Throws what js-yaml throws. */
export const eventsOf = (text: string): readonly yaml.Event[] => latest('', text, () => yaml.parseEvents(text, { maxDepth: limits.depth }))
// Of one text only: who asks for its comments does so after who read it.
const latest = oncePerText<readonly yaml.Event[]>(limits.characters)

/** What is said of a file that is `what` only after a tool of its writer has filled it in: Jinja, ERB, cookiecutter and the like. */
export const madeLater = (what: string): string => `not read: it is a template, which only becomes ${what} once its marks ({{ … }}, {% … %}, <% … %>) are filled in`

/** Reads all documents of a file. On broken text the documents before the first error are kept. */
export const readYaml = (file: string, source: string): YamlFile => recent(file, source, () => parse(file, source))

/**
 * The text with one kind of line end, in the same places. To Go readers the line separators of Unicode end a line, too, as YAML 1.1 has it
 * (https://yaml.org/spec/1.1/#id871136), so that `# a comment\u2028services:` starts something. A byte order mark becomes an empty line: the first key keeps its column.
 */
export const withLineEnds = (source: string): string => (separators.test(source) ? source.replace(/[\u0085\u2028\u2029]/g, '\n') : source).replace(/^\uFEFF/, '\n')
const separators = /[\u0085\u2028\u2029]/

function parse(file: string, source: string): YamlFile {
  if (source.length > limits.characters) return failed(file, 0, `the file has more than ${limits.characters} characters and was not read`)
  let text = withLineEnds(source)
  for (let attempts = 0; ; attempts++) {
    try {
      return build(file, text, eventsOf(text))
    } catch (error) {
      if (error instanceof Broken) return failed(file, error.offset, error.message)
      if (!(error instanceof yaml.YAMLException)) return failed(file, 0, 'the file could not be read as YAML')
      const at = error.mark?.position ?? 0
      const lenient = error.reason === 'deficient indentation' && attempts * text.length < 10_000_000 ? joinedBefore(text, at) : undefined
      if (lenient === undefined) return documentsBefore(file, text, at, failed(file, at, sentence(error.reason)))
      text = lenient
    }
  }
}

/** What stands before the document that breaks, as those who read a stream document by document have it. */
function documentsBefore(file: string, text: string, at: number, broken: YamlFile): YamlFile {
  const cut = text.lastIndexOf('\n---', Math.max(0, at - 1))
  if (cut <= 0) return broken
  const before = parse(file, text.slice(0, cut + 1))
  return before.broken ? { ...before, problems: broken.problems } : { ...broken, documents: before.documents, aliased: before.aliased, problems: [...before.problems, ...broken.problems] }
}

/**
 * Go readers accept a `]` or `}` that is indented no deeper than its key, js-yaml does not. A line inside brackets may as well continue
 * the one before, so the line end becomes a blank (and a comment there blanks), which moves no offset.
 */
function joinedBefore(text: string, at: number): string | undefined {
  let start = text.lastIndexOf('\n', at - 1)
  if (start < 0 || text.slice(start + 1, at).trim() !== '') return undefined
  let head = text.slice(0, start)
  for (;;) {
    const line = head.slice(head.lastIndexOf('\n') + 1)
    const code = line.slice(0, commentStart(line))
    head = head.slice(0, head.length - line.length) + code
    if (code.trim() !== '' || !head.includes('\n')) break
    head = head.slice(0, -code.length - 1)
  }
  start = head.length
  return head + text.slice(start, at).replace(/[^]/g, ' ') + text.slice(at)
}

/** Where the comment of a line begins; its length when it has none. */
function commentStart(line: string): number {
  let quote = ''
  for (let i = 0; i < line.length; i++) {
    const c = line.charAt(i)
    if (quote !== '') { if (c === quote) quote = '' } else if (c === '"' || c === "'") quote = c
    else if (c === '#' && (i === 0 || /\s/.test(line.charAt(i - 1)))) return i
  }
  return line.length
}

const failed = (file: string, offset: number, message: string): YamlFile => ({
  documents: [],
  aliased: [],
  problems: [{ span: { file, start: offset, end: offset }, message: `not valid YAML: ${message}` }],
  broken: true,
})

const sentence = (reason: string): string => reason.replace(/\s+/g, ' ').trim()

interface Open {
  readonly kind: 'map' | 'seq' | 'document'
  readonly start: number
  end: number
  readonly tag: string | undefined
  readonly anchor: string | undefined
  readonly values: YamlNode[]
}

/** The events come flat; a stack of open collections turns them into a tree. */
class TreeBuilder {
  readonly documents: YamlNode[] = []
  readonly problems: Problem[] = []
  readonly aliased = new Set<YamlNode>()
  private readonly sizes = new WeakMap<YamlNode, number>()
  private readonly stack: Open[] = []
  private anchors = new Map<string, YamlNode>()

  constructor(private readonly file: string, private readonly source: string) {}

  take(event: yaml.Event): void {
    switch (event.type) {
      case yaml.EVENT_ID.DOCUMENT: this.anchors = new Map(); this.open('document', 0); break
      case yaml.EVENT_ID.MAPPING:
      case yaml.EVENT_ID.SEQUENCE:
        this.open(event.type === yaml.EVENT_ID.MAPPING ? 'map' : 'seq', event.start, this.slice(event.tagStart, event.tagEnd), this.slice(event.anchorStart, event.anchorEnd))
        break
      case yaml.EVENT_ID.SCALAR: this.add(this.scalar(event), this.slice(event.anchorStart, event.anchorEnd)); break
      case yaml.EVENT_ID.ALIAS: this.alias(event); break
      case yaml.EVENT_ID.POP: this.close()
    }
  }

  private slice(start: number, end: number): string | undefined { return start < 0 ? undefined : this.source.slice(start, end) }

  private open(kind: Open['kind'], start: number, tag?: string, anchor?: string): void {
    this.stack.push({ kind, start, end: start, tag, anchor, values: [] })
  }

  private add(node: YamlNode, anchor: string | undefined): void {
    if (anchor !== undefined) this.anchors.set(anchor, node)
    const open = this.stack.at(-1)
    if (!open) return
    open.values.push(node)
    if (node.span.end > open.end) open.end = node.span.end
  }

  private scalar(event: yaml.ScalarEvent): YamlScalar {
    const tag = this.slice(event.tagStart, event.tagEnd)
    const empty = event.valueStart < 0
    const open = this.stack.at(-1)
    // An empty value stands nowhere; the nearest place is behind what was read last.
    const at = empty ? Math.max(event.tagEnd, event.anchorEnd, open ? Math.max(open.end, open.start) : 0) : event.valueStart
    const quoted = event.style === yaml.SCALAR_STYLE.SINGLE_QUOTED || event.style === yaml.SCALAR_STYLE.DOUBLE_QUOTED
    return {
      kind: 'scalar',
      text: empty ? '' : this.ended(yaml.getScalarValue(this.source, event), event),
      style: quoted ? 'quoted' : event.style === yaml.SCALAR_STYLE.PLAIN ? 'plain' : 'block',
      ...(tag === undefined ? {} : { tag }),
      span: { file: this.file, start: at, end: empty ? at : event.valueEnd },
    }
  }

  // A block of text whose last line ends with the file itself has no line end to keep.
  private ended(text: string, event: yaml.ScalarEvent): string {
    const block = event.style === yaml.SCALAR_STYLE.LITERAL_BLOCK || event.style === yaml.SCALAR_STYLE.FOLDED_BLOCK
    return block && event.valueEnd >= this.source.length && !this.source.endsWith('\n') && text.endsWith('\n') ? text.slice(0, -1) : text
  }

  private alias(event: yaml.AliasEvent): void {
    const name = this.source.slice(event.anchorStart, event.anchorEnd)
    const node = this.anchors.get(name)
    if (!node) throw new Broken(`the alias *${name} has no anchor before it`, event.anchorStart)
    this.aliased.add(node)
    this.add(node, undefined)
  }

  private close(): void {
    const open = this.stack.pop()
    if (!open) return
    if (open.kind === 'document') {
      if (open.values[0]) this.documents.push(open.values[0])
      return
    }
    const span = { file: this.file, start: open.start, end: open.end }
    const tag = open.tag === undefined ? {} : { tag: open.tag }
    const node: YamlNode = open.kind === 'seq'
      ? { kind: 'seq', items: open.values, ...tag, span }
      : { kind: 'map', entries: entriesOf(open.values, this.problems), ...tag, span }
    this.measure(node)
    this.add(node, open.anchor)
  }

  // Aliases share nodes, so a small text can stand for an endless document: count what a walk would visit.
  private measure(node: YamlNode): void {
    let size = 1
    const children = node.kind === 'map' ? [...node.entries.values()].map(e => e.value) : node.kind === 'seq' ? node.items : []
    for (const child of children) size += child.kind === 'scalar' ? 1 : (this.sizes.get(child) ?? 1)
    if (size > limits.nodes) throw new Broken(`the document has more than ${limits.nodes} nodes once its aliases are resolved`, node.span.start)
    this.sizes.set(node, size)
  }
}

function build(file: string, source: string, events: readonly yaml.Event[]): YamlFile {
  const builder = new TreeBuilder(file, source)
  for (const event of events) builder.take(event)
  return { documents: builder.documents, problems: builder.problems, aliased: [...builder.aliased].map(({ span }) => span) }
}

/** Keys and values in turn → a map, `<<` merged in: own keys win over merged ones, earlier merged maps over later ones. */
function entriesOf(values: readonly YamlNode[], problems: Problem[]): Map<string, YamlEntry> {
  const entries = new Map<string, YamlEntry>()
  const merged: YamlNode[] = []
  for (let i = 0; i + 1 < values.length; i += 2) {
    const key = values[i], value = values[i + 1]
    if (!key || !value) continue
    if (key.kind !== 'scalar') throw new Broken('a key is a list or a map', key.span.start)
    if (key.text === '<<' && key.style === 'plain') { merged.push(value); continue }
    if (entries.has(key.text)) problems.push({ span: key.span, message: `the key ${key.text} stands twice; the last one counts` })
    entries.set(key.text, { key, value })
  }
  for (const node of merged.flatMap(m => (m.kind === 'seq' ? m.items : [m]))) {
    if (node.kind !== 'map') continue
    for (const [name, entry] of node.entries) if (!entries.has(name)) entries.set(name, entry)
  }
  return entries
}

/** The value under a key of a map; undefined for other nodes and missing keys. */
export const get = (node: YamlNode | undefined, key: string): YamlNode | undefined =>
  node?.kind === 'map' ? node.entries.get(key)?.value : undefined

/** The value under a route of keys. */
export const dig = (node: YamlNode | undefined, ...keys: readonly string[]): YamlNode | undefined => keys.reduce<YamlNode | undefined>(get, node)

/** The same document with other texts in some of its scalars, in their old places. */
export function withTexts(node: YamlNode, change: (scalar: YamlScalar) => string): YamlNode {
  if (node.kind === 'seq') return { ...node, items: node.items.map(item => withTexts(item, change)) }
  if (node.kind === 'map') return { ...node, entries: new Map([...node.entries].map(([name, { key, value }]) => [name, { key, value: withTexts(value, change) }])) }
  const text = change(node)
  return text === node.text ? node : { ...node, text }
}

/** Whether a node is YAML's null: empty, `~` or `null`. */
export const isNull = (node: YamlNode | undefined): boolean =>
  node?.kind === 'scalar' && node.style === 'plain' && node.tag === undefined && /^(|~|null|Null|NULL)$/.test(node.text)

/** The items of a list, the node itself as the only item otherwise; nothing for null. */
export const listOf = (node: YamlNode | undefined): readonly YamlNode[] =>
  node === undefined || isNull(node) ? [] : node.kind === 'seq' ? node.items : [node]
