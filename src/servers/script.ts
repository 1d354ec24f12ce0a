// Shell scripts → the commands they run, with variables filled in as far as they are known. Knows the shell, nothing of programs.
import type { Span } from '../model/value.ts'

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
}

/** Text with a way to its places; a script's own file, or the word of a command that holds it. */
export interface Script {
  readonly text: string
  span(start: number, end: number): Span
}

/** `undefined`: not set as far as the files tell. */
export type Lookup = (name: string) => { readonly text: string } | { readonly unknown: string } | undefined

const limit = { commands: 400, characters: 100_000, words: 500, value: 10_000 } as const

/** The simple commands of a script, in order. `positional` is what `"$@"` stands for. */
export function commandsOf(script: Script, lookup: Lookup, positional: readonly Word[] = []): readonly Command[] {
  return new Reader(script, lookup, positional).read()
}

const openers = new Set(['if', 'for', 'while', 'until', 'case', 'select'])
const closers = new Set(['fi', 'done', 'esac'])
const keywords = new Set(['then', 'else', 'elif', 'do', '{', '}', '!', 'in', '(', ')', 'time'])

class Reader {
  private readonly commands: Command[] = []
  private readonly assigned = new Map<string, { readonly text: string } | { readonly unknown: string }>()
  private readonly arrays = new Map<string, Word[]>()
  private words: Word[] = []
  private depth = 0
  private at = 0

  constructor(private readonly script: Script, private readonly lookup: Lookup, private readonly positional: readonly Word[]) {}

  read(): readonly Command[] {
    const { text } = this.script
    const end = Math.min(text.length, limit.characters)
    while (this.at < end && this.commands.length < limit.commands) {
      const c = text.charAt(this.at)
      if (c === '\n' || c === ';' || c === '&' || c === '|' || c === '(' || c === ')') { this.close(); this.at++ }
      else if (/\s/.test(c)) this.at++
      else if (c === '\\' && text.charAt(this.at + 1) === '\n') this.at += 2
      else if (c === '#') this.at = this.lineEnd()
      else if (text.startsWith('<<', this.at) && !text.startsWith('<<<', this.at)) this.hereDocument()
      else if (c === '<' || c === '>') this.redirection()
      else if (!this.array()) this.word()
    }
    this.close()
    return this.commands
  }

  private lineEnd(): number {
    const end = this.script.text.indexOf('\n', this.at)
    return end < 0 ? this.script.text.length : end
  }

  private hereDocument(): void {
    const { text } = this.script
    const match = /^<<-?\s*(['"]?)(\w+)\1/.exec(text.slice(this.at, this.at + 80))
    if (!match) { this.at += 2; return }
    const body = this.lineEnd()
    const found = new RegExp(`\\n[ \\t]*${match[2] ?? ''}[ \\t]*(?=\\n|$)`).exec(text.slice(body))
    // The rest of the opening line still belongs to the command; only words before it matter here.
    this.close()
    this.at = found ? body + found.index + found[0].length : text.length
  }

  private redirection(): void {
    const { text } = this.script
    while (/[<>&|\d-]/.test(text.charAt(this.at)) && this.at < text.length) this.at++
    while (/[ \t]/.test(text.charAt(this.at))) this.at++
    const kept = this.words
    this.words = []
    if (this.at < text.length && !/[\n;&|]/.test(text.charAt(this.at)) && !/\d|-/.test(text.charAt(this.at - 1))) this.word()
    this.words = kept
  }

  private close(): void {
    let words = this.words
    this.words = []
    while (words.length > 0) {
      const first = words[0]?.text ?? ''
      if (openers.has(first)) this.depth++
      else if (closers.has(first)) this.depth = Math.max(0, this.depth - 1)
      else if (!keywords.has(first)) break
      words = words.slice(1)
    }
    while (words[0] && /^(?:export\s+)?[A-Za-z_]\w*=/.test(words[0].text)) {
      this.assign(words[0])
      words = words.slice(1)
    }
    if (words[0]?.text === 'export' && words[1]) { this.assign(words[1]); return }
    if (words.length > 0) this.commands.push({ words, conditional: this.depth > 0 })
  }

  private assign(word: Word): void {
    const [, name, text] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word.text) ?? []
    if (name === undefined || text === undefined) return
    const unknown = word.unknown ?? (text.length > limit.value ? `${name} is longer than is followed` : undefined) ?? (this.depth > 0 ? `the script decides about ${name} while it runs` : undefined)
    this.assigned.set(name, unknown === undefined ? { text } : { unknown })
  }

  // `ARGS=(--port 6379)` and `ARGS+=(--requirepass "$PASSWORD")`; what is added under a condition may be there or not.
  private array(): boolean {
    const { text } = this.script
    const opened = this.words.every(word => openers.has(word.text) || keywords.has(word.text)) ? /^([A-Za-z_]\w*)(\+?)=\(/.exec(text.slice(this.at, this.at + 200)) : null
    if (!opened) return false
    this.close()
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
    const words = this.depth === 0 ? this.words : this.words.map(word => (word.text.startsWith('-') ? word : { ...word, unknown: word.unknown ?? `the script decides about ${name} while it runs` }))
    this.arrays.set(name, [...(added === '+' ? this.arrays.get(name) ?? [] : []), ...words].slice(0, limit.words))
    this.words = []
    return true
  }

  private word(): void {
    const { text } = this.script
    const start = this.at
    let built = '', any = false
    const hidden: { unknown?: string; loose?: boolean } = {}
    const finished: Word[] = []
    const put = (found: { readonly text: string } | { readonly unknown: string }, quoted: boolean): void => {
      if ('unknown' in found) { hidden.unknown = found.unknown; any = true; if (!quoted) hidden.loose = true; return }
      if (quoted || !/\s/.test(found.text) || /^[A-Za-z_]\w*=/.test(built)) { built += found.text; any ||= quoted || found.text !== ''; return }
      const parts = found.text.split(/\s+/)
      parts.forEach((part, i) => {
        built += part
        if (built !== '') any = true
        if (i < parts.length - 1 && built !== '') { finished.push({ text: built, span: this.script.span(start, this.at) }); built = '' }
      })
    }
    for (; this.at < text.length; ) {
      const c = text.charAt(this.at)
      if (/[\s;&|()<>]/.test(c)) break
      if (c === "'") {
        const end = text.indexOf("'", this.at + 1)
        const stop = end < 0 ? text.length : end
        built += text.slice(this.at + 1, stop)
        any = true
        this.at = stop + 1
      } else if (c === '"') {
        any = true
        this.at++
        while (this.at < text.length && text.charAt(this.at) !== '"') {
          const inner = text.charAt(this.at)
          if (inner === '\\' && '"\\$`\n'.includes(text.charAt(this.at + 1))) { built += text.charAt(this.at + 1).replace('\n', ''); this.at += 2 }
          else if (inner === '$' && /^\$(?:@|\{@\})/.test(text.slice(this.at, this.at + 4))) { this.arguments(finished); any = false; this.at += text.charAt(this.at + 1) === '@' ? 2 : 4 }
          else if (inner === '$' && this.wholeArray(finished)) any = false
          else if (inner === '$' || inner === '`') put(this.expansion(), true)
          else { built += inner; this.at++ }
        }
        this.at++
      } else if (c === '\\') {
        if (text.charAt(this.at + 1) !== '\n') { built += text.charAt(this.at + 1); any = true }
        this.at += 2
      } else if (c === '$' && /^\$[@*]/.test(text.slice(this.at, this.at + 2))) { this.arguments(finished); this.at += 2 }
      else if (c === '$' && this.wholeArray(finished)) continue
      else if (c === '$' || c === '`') put(this.expansion(), false)
      else { built += c; any = true; this.at++ }
    }
    this.words.push(...finished)
    if (any) this.words.push({ text: built, span: this.script.span(start, Math.min(this.at, text.length)), ...hidden })
  }

  // `${ARGS[@]}`: every word of an array that the script fills.
  private wholeArray(into: Word[]): boolean {
    const named = /^\$\{([A-Za-z_]\w*)\[[@*]\]\}/.exec(this.script.text.slice(this.at, this.at + 200))
    const words = named && this.arrays.get(named[1] ?? '')
    if (!named || !words) return false
    into.push(...words)
    this.at += named[0].length
    return true
  }

  private arguments(into: Word[]): void {
    into.push(...this.positional)
  }

  // Reads `$NAME`, `${NAME:-default}`, `$(…)` or `…` in backticks, from the place where it begins.
  private expansion(): { readonly text: string } | { readonly unknown: string } {
    const { text } = this.script
    const rest = text.slice(this.at, this.at + 2_000)
    const plain = /^\$([A-Za-z_]\w*)/.exec(rest)
    if (plain) { this.at += plain[0].length; return this.variable(plain[1] ?? '') ?? { unknown: `the variable ${plain[1] ?? ''} has no value here` } }
    const braced = /^\$\{([A-Za-z_]\w*)(?:(:?[-+?=])([^{}]*))?\}/.exec(rest)
    if (braced) {
      this.at += braced[0].length
      return this.defaulted(braced[1] ?? '', braced[2], braced[3] ?? '')
    }
    if (rest.startsWith('$(') || rest.startsWith('`')) {
      this.skipSubstitution()
      return { unknown: 'a command decides it while the script runs' }
    }
    const odd = /^\$(?:\{[^}]*\}|[\d?$!#*-])/.exec(rest)
    this.at += odd ? odd[0].length : 1
    return odd ? { unknown: `${odd[0]} is only known while the script runs` } : { text: '$' }
  }

  private variable(name: string): { readonly text: string } | { readonly unknown: string } | undefined {
    return this.assigned.get(name) ?? this.lookup(name)
  }

  private defaulted(name: string, operator: string | undefined, word: string): { readonly text: string } | { readonly unknown: string } {
    const value = this.variable(name)
    const missing = value === undefined || ('text' in value && value.text === '')
    if (operator?.endsWith('+')) return value && 'unknown' in value ? value : { text: missing ? '' : unquote(word) }
    if (missing && operator !== undefined && /[-=]$/.test(operator)) {
      return word.includes('$') ? { unknown: `the variable ${name} has no value here` } : { text: unquote(word) }
    }
    return value ?? { unknown: `the variable ${name} has no value here` }
  }

  private skipSubstitution(): void {
    const { text } = this.script
    if (text.charAt(this.at) === '`') {
      const end = text.indexOf('`', this.at + 1)
      this.at = end < 0 ? text.length : end + 1
      return
    }
    let depth = 0
    for (this.at++; this.at < text.length; this.at++) {
      if (text.charAt(this.at) === '(') depth++
      if (text.charAt(this.at) === ')' && --depth === 0) { this.at++; return }
    }
  }
}

const unquote = (word: string): string => word.replace(/^(["'])([\s\S]*)\1$/, '$2')
