// The words of a shell script: quotes, variables, arrays, substitutions. Knows the shell's text, not its commands.
import type { Lookup, Script, Word } from './script.ts'

/** How much of a script is read. */
export const limit = { calls: 60, commands: 400, characters: 100_000, words: 500, value: 10_000 } as const

export type Found = { readonly text: string } | { readonly unknown: string }

/** Reads a script word by word; what each is for is told by who extends it. */
export class Lexer {
  protected readonly assigned = new Map<string, Found>()
  protected readonly arrays = new Map<string, Word[]>()
  protected words: Word[] = []
  protected at = 0

  constructor(protected readonly script: Script, protected readonly lookup: Lookup, protected positional: readonly Word[]) {}

  protected lineEnd(): number {
    const end = this.script.text.indexOf('\n', this.at)
    return end < 0 ? this.script.text.length : end
  }

  protected expandedLine(start: number, stop: number): string {
    const { text } = this.script
    let built = ''
    this.at = start
    while (this.at < stop) {
      const c = text.charAt(this.at)
      if (c === '\\' && '\\$`'.includes(text.charAt(this.at + 1))) { built += text.charAt(this.at + 1); this.at += 2 }
      else if (c === '$' || c === '`') { const found = this.expansion(); built += 'text' in found ? found.text : '${…}' }
      else { built += c; this.at++ }
    }
    return built
  }

  protected word(): void {
    const { text } = this.script
    const start = this.at
    let built = '', any = false
    const hidden: { unknown?: string; loose?: boolean } = {}
    const finished: Word[] = []
    const put = (found: Found, quoted: boolean): void => {
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
    // `2>` names the output that is led elsewhere.
    if (/^\d$/.test(text.slice(start, this.at)) && /[<>]/.test(text.charAt(this.at))) return
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
  private expansion(): Found {
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
    const place = /^\$(?:\{([1-9])(?::?-([^{}$]*))?\}|([1-9]))/.exec(rest)
    if (place) {
      const word = this.positional[Number(place[1] ?? place[3]) - 1]
      this.at += place[0].length
      if (word) return word.unknown === undefined ? { text: word.text } : { unknown: word.unknown }
      return place[2] === undefined ? { unknown: `${place[0]} is only known while the script runs` } : { text: unquote(place[2]) }
    }
    const odd = /^\$(?:\{[^}]*\}|[\d?$!#*-])/.exec(rest)
    this.at += odd ? odd[0].length : 1
    return odd ? { unknown: `${odd[0]} is only known while the script runs` } : { text: '$' }
  }

  private variable(name: string): Found | undefined {
    return this.assigned.get(name) ?? this.lookup(name)
  }

  private defaulted(name: string, operator: string | undefined, word: string): Found {
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
