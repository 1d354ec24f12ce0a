// Conditions of shell scripts, as far as what is known decides them. Knows `test`, nothing of programs.
import type { Word } from './script.ts'

/** Whether a file is there; undefined where nobody can tell. */
export type Exists = (path: string) => boolean | undefined

/** What a command comes to when it is a condition: `[ -f x ]`, `[[ … ]]`, `test …`, `true`; `assumed` for a command that mostly succeeds. */
export type Outcome = boolean | 'assumed' | undefined

/** https://pubs.opengroup.org/onlinepubs/9799919799/utilities/test.html and https://www.gnu.org/software/bash/manual/bash.html#Conditional-Constructs */
export function outcomeOf(words: readonly Word[], exists: Exists): Outcome {
  const [first, ...rest] = words
  if (first?.text === '!') {
    const inner = outcomeOf(rest, exists)
    return typeof inner === 'boolean' ? !inner : undefined
  }
  if (first?.text === 'true' || first?.text === ':') return true
  if (first?.text === 'false') return false
  if (first?.text === 'test') return either(rest, exists)
  if (first?.text === '[' || first?.text === '[[') return either(rest.filter((word, i) => i < rest.length - 1 || !/^\]\]?$/.test(word.text)), exists)
  return first && /(?:^|\/)(?:grep|pgrep|command|which|nc|diff|cmp|redis-cli|valkey-cli|keydb-cli|ping|curl|wget|timeout)$/.test(first.text) ? undefined : 'assumed'
}

function either(words: readonly Word[], exists: Exists): boolean | undefined {
  if (words.some(word => word.text === '(' || word.text === ')')) return undefined
  const parts = split(words, '||', '-o').map(part => all(part, exists))
  return parts.includes(true) ? true : parts.includes(undefined) ? undefined : false
}

function all(words: readonly Word[], exists: Exists): boolean | undefined {
  const parts = split(words, '&&', '-a').map(part => one(part, exists))
  return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true
}

function split(words: readonly Word[], ...separators: readonly string[]): readonly (readonly Word[])[] {
  const parts: Word[][] = [[]]
  for (const word of words) {
    if (separators.includes(word.text) && word.unknown === undefined) parts.push([])
    else parts.at(-1)?.push(word)
  }
  return parts
}

function one(words: readonly Word[], exists: Exists): boolean | undefined {
  const [a, b, c] = words
  if (a?.text === '!' && words.length > 1) { const inner = one(words.slice(1), exists); return inner === undefined ? undefined : !inner }
  if (words.some(word => word.unknown !== undefined)) return undefined
  if (words.length <= 1) return a !== undefined && a.text !== ''
  if (words.length === 2) {
    switch (a?.text) {
      case '-f': case '-e': case '-r': case '-s': return exists(b?.text ?? '')
      case '-n': return b?.text !== ''
      case '-z': return b?.text === ''
      default: return undefined
    }
  }
  if (words.length !== 3) return undefined
  const same = a?.text === c?.text
  // A pattern on the right says no more than whether it is the text itself.
  if (b?.text === '=' || b?.text === '==') return same ? true : /[*?[]/.test(c?.text ?? '') ? undefined : false
  return b?.text === '!=' ? (same ? false : /[*?[]/.test(c?.text ?? '') ? undefined : true) : undefined
}
