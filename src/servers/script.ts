// Shell scripts → the commands they run, with variables filled in as far as they are known. Knows the shell, nothing of programs.
import type { Span } from '../model/value.ts'
import { outcomeOf, type Exists } from './conditions.ts'
import { both, ControlFlow, keywords, openers, type Connector, type Frame } from './script-flow.ts'
import { Lexer, limit } from './script-words.ts'

/** One word of a command. */
export interface Word {
  readonly text: string
  readonly span: Span
  /** Why part of it cannot be known. */
  readonly unknown?: string
  /** An unknown that stands unquoted may be no word, or several. */
  readonly loose?: boolean
}

export interface Command {
  readonly words: readonly Word[]
  /** Stands inside `if`, `for`, `case` …: whether it runs is not known. */
  readonly conditional: boolean
  /** The file that its output goes to. */
  readonly into?: { readonly path: Word; readonly append: boolean }
  /** The lines that it is given (`<<EOF`); what is not known in one stands as `${…}`. */
  readonly input?: readonly Word[]
}

/** Text with a way to its places; a script's own file, or the word of a command that holds it. */
export interface Script {
  readonly text: string
  span(start: number, end: number): Span
}

/** `undefined`: not set as far as the files tell. */
export type Lookup = (name: string) => { readonly text: string } | { readonly unknown: string } | undefined

/** The simple commands of a script, in order. `positional` is what `"$@"` stands for. */
export function commandsOf(script: Script, lookup: Lookup, positional: readonly Word[] = [], exists: Exists = () => undefined): readonly Command[] {
  return new Reader(script, lookup, positional, exists).read()
}

const declarations = new Set(['export', 'local', 'declare', 'readonly', 'typeset'])

class Reader extends Lexer {
  private readonly commands: Command[] = []
  private readonly functions = new Map<string, { readonly start: number; readonly end: number }>()
  private readonly flow = new ControlFlow()
  private into: Command['into']
  private input: Word[] | undefined
  private waiting: { readonly end: string; readonly literal: boolean } | undefined
  private calls = 0
  private readonly end: number
  private isOver = false

  constructor(script: Script, lookup: Lookup, positional: readonly Word[], private readonly exists: Exists) {
    super(script, lookup, positional)
    this.end = Math.min(script.text.length, limit.characters)
  }

  read(): readonly Command[] {
    this.walk(this.end)
    this.close()
    return this.commands
  }

  private walk(end: number): void {
    const { text } = this.script
    while (this.at < end && !this.isOver && this.commands.length < limit.commands) {
      const c = text.charAt(this.at)
      const frame = this.flow.innermost
      if (frame?.kind === 'case' && frame.pattern === true && this.words.length === 0 && !/\s/.test(c)) this.casePattern(frame)
      else if (/[;&|()<>]/.test(c) && this.inTest()) this.sign()
      else if (c === '\n' || c === ';' || c === '&' || c === '|' || c === '(' || c === ')') this.separator(c)
      else if (/\s/.test(c)) this.at++
      else if (c === '\\' && text.charAt(this.at + 1) === '\n') this.at += 2
      else if (c === '#') this.at = this.lineEnd()
      else if (text.startsWith('<<', this.at) && !text.startsWith('<<<', this.at)) this.hereDocument()
      else if (c === '<' || c === '>') this.redirection()
      else if (!this.array()) this.word()
    }
  }

  private inTest(): boolean {
    const texts = this.words.map(({ text }) => text)
    return texts.lastIndexOf('[[') > texts.lastIndexOf(']]')
  }

  // Inside `[[ … ]]` these are words.
  private sign(): void {
    const found = /^(?:&&|\|\||.)/s.exec(this.script.text.slice(this.at, this.at + 2))?.[0] ?? ''
    this.words.push({ text: found, span: this.script.span(this.at, this.at + found.length) })
    this.at += found.length
  }

  private casePattern(frame: Frame): void {
    const { text } = this.script
    frame.pattern = false
    if (/^esac\b/.test(text.slice(this.at, this.at + 5))) { this.word(); return }
    while (this.at < text.length && text.charAt(this.at) !== ')') this.at++
    this.at++
  }

  private separator(c: string): void {
    const { text } = this.script
    if (c === '(' && /^\([ \t]*\)/.test(text.slice(this.at, this.at + 20)) && this.words.length === (this.words[0]?.text === 'function' ? 2 : 1)) { this.define(this.words.at(-1)?.text ?? ''); return }
    if (c === '\n' && this.waiting) this.document(this.waiting)
    const two = text.slice(this.at, this.at + 2), isSaid = this.words.length > 0
    this.close()
    const frame = this.flow.innermost
    if (two === ';;' && frame?.kind === 'case') frame.pattern = true
    if (two === '&&' || two === '||') this.flow.connector = two
    else if (c !== '\n' || isSaid) this.flow.connector = ''
    this.at += two === '&&' || two === '||' || two === ';;' ? 2 : 1
  }

  // `name() {`: its commands run where it is called.
  private define(name: string): void {
    const { text } = this.script
    this.words = []
    const opened = /^(?:\([ \t]*\))?\s*\{/.exec(text.slice(this.at, this.at + 200))
    if (!opened) { this.at++; return }
    this.at += opened[0].length
    this.flow.frames.push({ kind: 'function', runs: false, defines: { name, start: this.at } })
  }

  private call(name: string, words: readonly Word[]): boolean {
    const body = this.functions.get(name)
    if (!body || ++this.calls > limit.calls) return false
    const { at, positional } = this
    const frames = this.flow.frames.length
    this.at = body.start
    this.positional = words
    this.flow.frames.push({ kind: 'group', runs: true })
    this.flow.connector = ''
    this.walk(body.end)
    this.close()
    this.flow.frames.length = frames
    this.positional = positional
    this.at = at
    return true
  }

  private hereDocument(): void {
    const match = /^<<-?\s*(['"]?)(\w+)\1/.exec(this.script.text.slice(this.at, this.at + 80))
    this.at += match ? match[0].length : 2
    // The rest of the opening line still belongs to the command.
    if (match) this.waiting = { end: match[2] ?? '', literal: match[1] !== '' }
  }

  private document({ end, literal }: { readonly end: string; readonly literal: boolean }): void {
    const { text } = this.script
    const lines: Word[] = []
    this.waiting = undefined
    while (this.at < text.length) {
      const start = this.at + 1
      this.at = start
      const stop = this.lineEnd()
      if (text.slice(start, stop).trim() === end) { this.at = stop; break }
      lines.push({ text: literal ? text.slice(start, stop) : this.expandedLine(start, stop), span: this.script.span(start, stop) })
      this.at = stop
    }
    this.input = lines.slice(0, limit.words)
  }

  private redirection(): void {
    const { text } = this.script
    const sign = /^(?:>>|>\||<>|[<>])&?/.exec(text.slice(this.at, this.at + 3))?.[0] ?? ''
    const other = /(?:^|\s)[2-9&]$/.test(text.slice(Math.max(0, this.at - 2), this.at))
    this.at += sign.length
    while (/[ \t]/.test(text.charAt(this.at))) this.at++
    const kept = this.words
    this.words = []
    if (this.at < text.length && !/[\n;|]/.test(text.charAt(this.at))) this.word()
    const [path] = this.words
    this.words = kept
    if (path && !other && (sign === '>' || sign === '>>')) this.into = { path, append: sign === '>>' }
  }

  private close(): void {
    let words = this.words
    const { into, input } = this
    let { connector } = this.flow
    this.words = []
    this.into = this.input = undefined
    while (words.length > 0) {
      const first = words[0]?.text ?? ''
      const opens = openers.has(first)
      if (!opens && !keywords.has(first)) break
      words = words.slice(1)
      this.keyword(first, words, connector, into)
      connector = ''
      // What a loop or a `case` is about is no command.
      if (first === 'case' || first === 'for' || first === 'select') return
    }
    if (words[0]?.text === 'function' && words[2]?.text === '{') { this.flow.frames.push({ kind: 'function', runs: false, defines: { name: words[1]?.text ?? '', start: this.at } }); return }
    const runs = both(this.flow.runs, this.flow.gate(connector))
    if (runs === false || words.length === 0) return
    while (words[0] && /^[A-Za-z_]\w*=/.test(words[0].text)) {
      this.assign(words[0], runs)
      words = words.slice(1)
    }
    if (declarations.has(words[0]?.text ?? '')) { for (const word of words.slice(1)) this.assign(word, runs); return }
    const [first] = words
    if (!first) { this.flow.outcome = 'assumed'; return }
    if (this.functions.has(first.text) && this.called(first.text, words.slice(1), runs)) return
    if (runs === true && (first.text === 'exit' || first.text === 'return')) { if (first.text === 'exit') this.isOver = true; return }
    this.flow.outcome = runs === undefined && connector !== '' ? undefined : outcomeOf(words, this.exists)
    this.commands.push({ words, conditional: runs === undefined, ...(into ? { into } : {}), ...(input ? { input } : {}) })
    if (runs === true && first.text === 'exec' && words.length > 1) this.isOver = true
  }

  private called(name: string, words: readonly Word[], runs: true | undefined): boolean {
    this.flow.frames.push({ kind: 'group', runs })
    const done = this.call(name, words)
    this.flow.frames.pop()
    if (done) this.flow.outcome = undefined
    return done
  }

  private keyword(word: string, rest: readonly Word[], connector: Connector, into: Command['into']): void {
    this.flow.keyword(word, rest, connector, this.commands.length)
    const name = rest[0]?.text
    if (word === 'for' && name !== undefined) this.assigned.set(name, { unknown: `the script decides about ${name} while it runs` })
    else if (word === '}') this.endGroup(into)
  }

  private endGroup(into: Command['into']): void {
    const ended = this.flow.endGroup()
    if (!ended) return
    if (ended.defines) this.functions.set(ended.defines.name, { start: ended.defines.start, end: this.script.text.lastIndexOf('}', Math.max(0, this.at - 1)) })
    // `{ echo a; echo b; } > file`: the first begins the file, the others go on.
    for (let i = ended.first ?? this.commands.length; into && i < this.commands.length; i++) {
      const command = this.commands[i]
      if (command && !command.into) this.commands[i] = { ...command, into: { ...into, append: into.append || i > (ended.first ?? 0) } }
    }
  }

  private assign(word: Word, runs: true | undefined): void {
    const [, name, text] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word.text) ?? []
    if (name === undefined || text === undefined) return
    const unknown = word.unknown ?? (text.length > limit.value ? `${name} is longer than is followed` : undefined) ?? (runs === undefined ? `the script decides about ${name} while it runs` : undefined)
    this.assigned.set(name, unknown === undefined ? { text } : { unknown })
  }

  // `ARGS=(--port 6379)` and `ARGS+=(--requirepass "$PASSWORD")`; what is added under a condition may be there or not.
  private array(): boolean {
    const { text } = this.script
    const opened = this.words.every(word => openers.has(word.text) || keywords.has(word.text) || declarations.has(word.text) || /^-[aA]$/.test(word.text)) ? /^([A-Za-z_]\w*)(\+?)=\(/.exec(text.slice(this.at, this.at + 200)) : null
    if (!opened) return false
    if (declarations.has(this.words[0]?.text ?? '')) this.words = []
    const { connector } = this.flow
    this.close()
    const runs = both(this.flow.runs, this.flow.gate(connector))
    const [whole, name = '', added] = opened
    this.at += whole.length
    for (;;) {
      while (/\s/.test(text.charAt(this.at))) this.at++
      if (this.at >= text.length || text.charAt(this.at) === ')') break
      const before = this.at
      if (text.charAt(this.at) === '#') this.at = this.lineEnd()
      else this.word()
      if (this.at === before) break
    }
    this.at++
    if (runs === false) { this.words = []; return true }
    const words = runs === true ? this.words : this.words.map(word => (word.text.startsWith('-') ? word : { ...word, unknown: word.unknown ?? `the script decides about ${name} while it runs` }))
    this.arrays.set(name, [...(added === '+' ? this.arrays.get(name) ?? [] : []), ...words].slice(0, limit.words))
    this.words = []
    return true
  }
}
