// The rules of a .gitignore file, as git reads them: https://git-scm.com/docs/gitignore#_pattern_format. Names without wildcards are looked up, others
// are tried one by one, from the last, within a budget.
import { fits, globstar, literalOf, readPattern, type Budget, type Pattern } from './wildcard.ts'

export interface IgnoreRules {
  /** What the last rule that fits says of a path from the file's folder; undefined where none does. */
  readonly ignores: (path: string, directory: boolean, budget: Budget) => boolean | undefined
}

interface Rule {
  readonly at: number
  readonly negated: boolean
  readonly folders: boolean
}
interface Tried extends Rule {
  /** Of a path, else of a name in any folder. */
  readonly anchored: boolean
  readonly line: string
  /** Read when it is first compared with something; null where it can match nothing. */
  pattern?: Pattern | null
}
/** The last rule for anything, and the last for folders alone. */
interface Last { any?: Rule; folder?: Rule }

/** Reads the rules. */
export function ignoreRules(text: string): IgnoreRules {
  const names = new Map<string, Last>(), paths = new Map<string, Last>(), ends = new Map<string, Last>(), starts = new Map<string, Last>()
  const tried = new Map<string, Tried>()
  const put = (to: Map<string, Last>, key: string, rule: Rule): void => {
    const last = to.get(key) ?? {}
    to.set(key, last)
    if (rule.folders) last.folder = rule
    else last.any = rule
  }
  for (const [at, raw] of text.replace(/^\ufeff/, '').split('\n').entries()) {
    let line = withoutBlanks(raw.endsWith('\r') ? raw.slice(0, -1) : raw)
    if (line === '' || line.startsWith('#')) continue
    const negated = line.startsWith('!')
    if (negated) line = line.slice(1)
    const folders = line.endsWith('/')
    if (folders) line = line.slice(0, -1)
    const anchored = line.includes('/')
    if (line.startsWith('/')) line = line.slice(1)
    if (line === '') continue
    const rule = { at, negated, folders }
    const literal = literalIn(line)
    if (literal !== undefined) put(anchored ? paths : names, literal, rule)
    else if (!anchored && /^\*[^*?[\\]+$/.test(line)) put(ends, line.slice(1), rule)
    else if (!anchored && /^[^*?[\\]+\*$/.test(line)) put(starts, line.slice(0, -1), rule)
    else {
      const key = `${anchored ? '/' : ''}${line}${folders ? '/' : ''}`
      // Of equal ones the last counts, and stands where it stands.
      tried.delete(key)
      tried.set(key, { ...rule, anchored, line })
    }
  }
  // Those that only fit below one folder of theirs are asked about nothing else.
  const order = new Map<string | undefined, Tried[]>()
  for (const rule of [...tried.values()].reverse()) {
    const folder = rule.anchored ? /^[^/*?[\\]+(?=\/)/.exec(rule.line)?.[0] : undefined, list = order.get(folder)
    if (list) list.push(rule)
    else order.set(folder, [rule])
  }
  return {
    ignores(path, directory, budget) {
      const parts = path.split('/')
      const base = parts.at(-1) ?? ''
      let best: Rule | undefined
      const hear = (last: Last | undefined): void => {
        for (const rule of [last?.any, directory ? last?.folder : undefined]) if (rule !== undefined && (best === undefined || rule.at > best.at)) best = rule
      }
      hear(names.get(base))
      hear(paths.get(path))
      for (let i = Math.max(0, base.length - longestName); i <= base.length && ends.size > 0; i++) hear(ends.get(base.slice(i)))
      for (let i = Math.min(base.length, longestName); i >= 0 && starts.size > 0; i--) hear(starts.get(base.slice(0, i)))
      const own = [base]
      for (const rules of [order.get(undefined), order.get(parts[0])]) {
        for (const rule of rules ?? []) {
          if (budget.left < 0 || (best !== undefined && rule.at < best.at)) break
          if (!rule.folders || directory) {
            // To read a pattern costs more than to compare it, and what was read is kept.
            if (rule.pattern === undefined) budget.left -= 20 * rule.line.length
            const pattern = rule.pattern ??= patternOf(rule)
            if (pattern !== null && fits(pattern, rule.anchored ? parts : own, budget)) { best = rule; break }
          }
          budget.left--
        }
      }
      return best === undefined ? undefined : !best.negated
    },
  }
}

function literalIn(line: string): string | undefined {
  if (!/[*?[\\]/.test(line)) return line
  const pattern = line.includes('\\') ? readPattern(line) : undefined
  return pattern && literalOf(pattern)
}

function patternOf({ line, anchored }: Tried): Pattern | null {
  const pattern = readPattern(line)
  if (pattern === undefined) return null
  if (pattern.at(-1) === globstar && anchored) return [...pattern.slice(0, -1), ...anything]
  return !anchored && pattern[0] === globstar ? name : pattern
}

// No file system has longer ones.
const longestName = 255

// Below a folder there must be something; two stars that are a whole name are as good as one.
const anything = readPattern('*/**') ?? []
const name = readPattern('*') ?? []

// Blanks at the end do not count unless the first of them is escaped.
function withoutBlanks(line: string): string {
  let end = line.length
  while (end > 0 && line.charAt(end - 1) === ' ') end--
  let slashes = 0
  while (line.charAt(end - 1 - slashes) === '\\') slashes++
  return slashes % 2 === 1 && end < line.length ? line.slice(0, end + 1) : line.slice(0, end)
}
