// Regular expressions of users, in an engine whose time grows with the text alone: no pattern can hang it, but look-around and back-references
// are not among what it knows. Loaded only where somebody has patterns of their own.
import { RE2JS } from 're2js'
import type { Pattern } from '../model/patterns.ts'

/** A pattern in JavaScript's syntax. Throws where the engine cannot take it; see `whyNot`. */
export function linear(source: string, flags: string): Pattern {
  const expression = RE2JS.compile(RE2JS.translateRegExp(source), (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes('s') ? RE2JS.DOTALL : 0))
  const exec: Pattern['exec'] = text => {
    const matcher = expression.matcher(text)
    if (!matcher.find()) return null
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined)
    return Object.assign(groups, { index: matcher.start() })
  }
  return {
    test: text => expression.matcher(text).find(),
    exec,
    [Symbol.replace](text, replacer) {
      const matcher = expression.matcher(text)
      let result = '', at = 0
      while (matcher.find()) {
        result += text.slice(at, matcher.start()) + replacer(matcher.group() ?? '')
        at = matcher.end()
        if (!flags.includes('g')) break
      }
      return result + text.slice(at)
    },
  }
}

/** Why a text is no pattern that can be used; undefined when it is one. */
export function whyNot(source: string): string | undefined {
  try { new RegExp(source) } catch { return 'is no regular expression' }
  if (/\(\?<?[=!]/.test(source)) return 'has look-around, which is left out of your own patterns so that none can take too long'
  if (/\\[1-9]|\\k</.test(source)) return 'has a back-reference, which is left out of your own patterns so that none can take too long'
  try { linear(source, 'is') } catch { return 'is too large, or not understood' }
  return undefined
}
