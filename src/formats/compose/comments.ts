// Prose comments at a service: above its key, behind the key or the image. Knows comment syntax, not what the words mean.
import { known, type Known, type Span } from '../../model/value.ts'

const looksLikeYaml = /^(?:-\s|[\w."'/-]+:(?:\s|$)|["'[{])/
// Comments for linters name rules, and the words in those names say nothing about a use.
const directive = /^(?:misfit-ignore|eslint-(?:disable|enable)|yamllint )/
const rule = /^[\s#=*~_-]*$/

/** The comments that speak about the value whose key is at `key`; commented-out YAML and ruling lines are no prose. */
export function commentsAt(source: string, key: Span, image: Span | undefined): readonly Known[] {
  const comments = [...above(source, key), ...behind(source, key)]
  if (image && image.file === key.file) comments.push(...behind(source, image))
  return comments
}

function prose(source: string, file: string, start: number, end: number): Known | undefined {
  const from = start + (/^#+\s*/.exec(source.slice(start, end))?.[0].length ?? 0)
  const text = source.slice(from, end).trim()
  if (rule.test(text) || directive.test(text) || looksLikeYaml.test(text)) return undefined
  return known(text, { file, start: from, end: from + text.length })
}

function above(source: string, key: Span): readonly Known[] {
  const found: Known[] = []
  let lineStart = source.lastIndexOf('\n', key.start - 1) + 1
  for (let i = 0; i < 20 && lineStart > 0; i++) {
    const start = source.lastIndexOf('\n', lineStart - 2) + 1
    const line = source.slice(start, lineStart - 1)
    const text = line.trim()
    if (!text.startsWith('#')) break
    const comment = prose(source, key.file, start + line.indexOf('#'), start + line.trimEnd().length)
    if (comment) found.unshift(comment)
    lineStart = start
  }
  return found
}

function behind(source: string, span: Span): readonly Known[] {
  const newline = source.indexOf('\n', span.end)
  const end = newline < 0 ? source.length : newline
  const at = /[ \t]#/.exec(source.slice(span.end, end))
  if (!at) return []
  const comment = prose(source, span.file, span.end + at.index + 1, end)
  return comment ? [comment] : []
}

/** The prose comments before a file's first key: what its authors say it is for. */
export function headOf(source: string, file: string): readonly Known[] {
  const found: Known[] = []
  let at = 0
  for (let line = 0; line < 60 && at < source.length; line++) {
    const newline = source.indexOf('\n', at)
    const end = newline < 0 ? source.length : newline
    const text = source.slice(at, end).trim()
    if (text.startsWith('#')) found.push(...[prose(source, file, source.indexOf('#', at), end)].flatMap(comment => comment ?? []))
    else if (text !== '' && text !== '---') break
    at = end + 1
  }
  return found
}
