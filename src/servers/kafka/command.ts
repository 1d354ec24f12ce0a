// The command line of a broker or of a topic-making service as statements of words with places, scripts unwrapped.
// Knows shells and the way commands reach containers, nothing of brokers or topics.
import { copiesOf } from '../copies.ts'
import { join, nameOf, type FileTree } from '../../model/files.ts'
import type { Mount, Workload } from '../../model/stack.ts'
import { readable, wholeFile, type Span, type Text, type Value } from '../../model/value.ts'
import { withoutEnd } from '../../model/words.ts'
import { shellWords } from '../../readers/shell.ts'

export interface ShellWord {
  readonly text: string
  readonly span: Span
}
/** One simple command of a script: words without the operators around it. */
export type Statement = readonly ShellWord[]

const limit = { characters: 60_000, depth: 3, statements: 2_000 } as const

/** The statements that a workload's entrypoint and command run, also those of scripts mounted from the repository. */
export function statementsOf(workload: Workload, tree: FileTree): readonly Statement[] {
  const values = [...(workload.entrypoint ?? []), ...(workload.command ?? [])]
  const texts = values.map(value => valueText(value, tree))
  return expand(texts.map(text => ({ text: text.text, span: text.span(0, text.text.length), source: text })), workload, tree, 0)
    .slice(0, limit.statements)
}

interface Sourced extends ShellWord {
  /** The word's own text with the way to places inside it. */
  readonly source: Text
}

function expand(words: readonly Sourced[], workload: Workload, tree: FileTree, depth: number): readonly Statement[] {
  if (words.length === 0) return []
  if (depth > limit.depth) return [words]
  const shell = words.findIndex(word => /^(ba|da|a|k|z)?sh$/.test(nameOf(word.text)))
  const isShell = shell >= 0 && words.slice(0, shell).every(word => /^(exec|sudo|env|-.*|tini|dumb-init|su-exec|gosu|\w+=.*)$/.test(nameOf(word.text)))
  if (isShell) {
    const dashC = words.findIndex((word, i) => i > shell && /^-(?=[a-z]*c)[a-z]*$/.test(word.text))
    const script = dashC >= 0 ? words[dashC + 1] : undefined
    if (script) return runScript(script.source, workload, tree, depth + 1)
    const file = words.find((word, i) => i > shell && !word.text.startsWith('-'))
    const content = file ? mountedText(workload, file.text, tree) : undefined
    return content ? [words, ...runScript(content, workload, tree, depth + 1)] : [words]
  }
  const called = words[0] ? mountedText(workload, words[0].text, tree) : undefined
  return called && /\.(ba)?sh$|^#!/.test(`${words[0]?.text}`) ? [words, ...runScript(called, workload, tree, depth + 1)] : [words]
}

function runScript(script: Text, workload: Workload, tree: FileTree, depth: number): readonly Statement[] {
  const text = unquoted(script.text.slice(0, limit.characters))
  const found: Statement[] = []
  let words: Sourced[] = []
  let skipNext = false, inArray = false
  const close = (): void => {
    if (words.length > 0) found.push(...expand(words, workload, tree, depth))
    words = []
  }
  for (const word of shellWords(text, true)) {
    if (word.operator && !inArray) {
      skipNext = /[<>]/.test(word.text)
      if (!skipNext) close()
      continue
    }
    if (word.operator) continue
    if (skipNext) { skipNext = false; continue }
    if (/^\w+=\(/.test(word.text)) inArray = true
    if (inArray && word.text.endsWith(')')) inArray = false
    words.push({ text: word.text, span: script.span(word.start, word.end), source: inner(script, word.text, word.start, word.end) })
  }
  close()
  return found
}

// Compose files often wrap a whole script in quotes that the shell then sees as one word.
const unquoted = (text: string): string => {
  const match = /^(\s*)(["'])([^]*)\2\s*$/.exec(text)
  return match && !match[3]?.includes(match[2] ?? '"') ? `${match[1]} ${match[3]} ` : text
}

/** The text of a word within its script, for scripts in quotes inside a script. */
const inner = (script: Text, word: string, start: number, end: number): Text => {
  const raw = script.text.slice(start, end)
  return { text: word, file: script.file, span: (from, to) => placeIn(raw, word, from, to, (a, b) => script.span(start + a, start + b)) }
}

/** A value's text with places inside the file: exact where the file holds it as it is, else found by the word itself. */
export function valueText(value: Value, tree: FileTree): Text {
  const text = readable(value)
  const { file, start, end } = value.span
  let raw: string | undefined
  const rawText = (): string => {
    if (raw !== undefined) return raw
    const content = text.length > 0 ? tree.read(file) : undefined
    return (raw = typeof content === 'string' ? content.slice(start, end) : '')
  }
  const place = (a: number, b: number): Span => ({ file, start: start + a, end: start + b })
  return { text, file, span: (from, to) => (rawText() === '' ? value.span : placeIn(rawText(), text, from, to, place)) }
}

// Quotes, `$$` and folding move characters, so a word is found again by its text and by how many times it came before.
function placeIn(raw: string, text: string, from: number, to: number, place: (from: number, to: number) => Span): Span {
  if (raw === text) return place(from, to)
  const whole = place(0, raw.length)
  if (from === 0 && to >= text.length) return whole
  const word = withoutEnd(text.slice(from, to).replace(/^["']+/, ''), '"\'')
  if (word === '') return whole
  let before = 0
  for (let at = text.indexOf(word); at >= 0 && at < from; at = text.indexOf(word, at + 1)) before++
  let at = raw.indexOf(word)
  for (; at >= 0 && before > 0; before--) at = raw.indexOf(word, at + 1)
  return at < 0 ? whole : place(at, at + word.length)
}

/** The text of a file in the container that a mount of the repository provides. */
export function mountedText(workload: Workload, path: string, tree: FileTree): Text | undefined {
  const copied = copiesOf(workload, tree).texts.get(path)?.text
  if (copied) return copied
  const mount = mountOver(workload, path)
  if (!mount) return undefined
  const target = withoutEnd(readable(mount.target), '/')
  if (target === path) return mount.content
  if (!mount.path || !path.startsWith(`${target}/`)) return undefined
  const file = join(mount.path, path.slice(target.length + 1))
  const content = tree.read(file)
  return typeof content === 'string' ? wholeFile(file, content) : undefined
}

/** The innermost mount that holds a path in the container. */
export function mountOver(workload: Workload, path: string): Mount | undefined {
  let best: Mount | undefined, length = -1
  for (const mount of workload.mounts) {
    if (!mount.target.known) continue
    const target = withoutEnd(mount.target.value, '/')
    if ((path === target || path.startsWith(`${target}/`)) && target.length >= length) { best = mount; length = target.length }
  }
  return best
}
