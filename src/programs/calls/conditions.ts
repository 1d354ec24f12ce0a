// What a framework makes only where a setting says so: classes and methods below `@ConditionalOnProperty`. Knows the annotation, no library.
// https://docs.spring.io/spring-boot/api/java/org/springframework/boot/autoconfigure/condition/ConditionalOnProperty.html
import type { Condition } from '../../model/program.ts'
import { isMark, textAt, type Range, type Source } from './source.ts'

/** A condition and the characters of the file that it holds for. */
export interface Conditional extends Range { readonly condition: Condition }

/** The conditions of a file, in the order of the text. */
export function conditionsIn(source: Source): readonly Conditional[] {
  if (!source.text.includes('@ConditionalOnProperty')) return []
  return source.tokens.flatMap((token, at) => {
    if (token.text !== 'ConditionalOnProperty' || token.kind !== 'word' || !isMark(source, at - 1, '@') || !isMark(source, at + 1, '(')) return []
    const close = source.other[at + 1] ?? -1, body = close < 0 ? undefined : bodyBehind(source, close + 1)
    const said = body && saidIn(source, at + 2, close)
    return said ? [{ condition: said, ...body }] : []
  })
}

// `prefix = "app.kafka", name = "enabled", havingValue = "true", matchIfMissing = true`, or the names alone. A name that is a constant tells nothing.
function saidIn(source: Source, from: number, to: number): Condition | undefined {
  const texts = new Map<string, string[]>()
  let field = 'name', missing = false
  for (let at = from; at < to; at++) {
    const { kind, text, computed } = source.tokens[at] ?? { kind: 'mark', text: '', computed: false }
    if (kind === 'word' && isMark(source, at + 1, '=')) field = text === 'value' ? 'name' : text
    else if (kind === 'word' && field === 'matchIfMissing') missing = text === 'true'
    else if (kind === 'text' && !computed) texts.set(field, [...texts.get(field) ?? [], text])
    else if (kind !== 'mark') return undefined
  }
  const prefix = texts.get('prefix')?.[0] ?? '', value = texts.get('havingValue')?.[0]
  const names = (texts.get('name') ?? []).map(name => (prefix === '' || prefix.endsWith('.') ? `${prefix}${name}` : `${prefix}.${name}`))
  return names.length === 0 ? undefined : { names, ...(value === undefined || value === '' ? {} : { value }), missing }
}

// The braces of what is annotated, behind its other annotations and its parameters.
function bodyBehind(source: Source, from: number): Range | undefined {
  for (let at = from; at < from + 400 && at < source.tokens.length; at++) {
    const close = source.other[at] ?? -1
    if (isMark(source, at, '{')) {
      const first = source.tokens[at], last = source.tokens[close]
      return first && last && close > at ? { from: first.start, to: last.end } : undefined
    }
    if (isMark(source, at, ';', '}')) return undefined
    if (isMark(source, at, '(', '[') && close > at) at = close
    // The array of an annotation's only value: `@Profile({"a"})` lies in its parentheses, which were passed over.
    else if (textAt(source, at) === '=' && isMark(source, at + 1, '{')) return undefined
  }
  return undefined
}
