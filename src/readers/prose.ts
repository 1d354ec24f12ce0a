// Prose comments of a file: at a service, inside its block, anywhere. Knows comment syntax, not what the words mean.
import type { Comment } from '../model/stack.ts'
import { known, type Known, type Span, type Text } from '../model/value.ts'

// "Redis: jobs and sessions" is no setting.
const looksLikeYaml = /^(?:-\s|(?![A-Z][a-z]+:\s+\S+\s+\S|(?:WARNING|NOTE|IMPORTANT|CAUTION|ATTENTION|NB|INFO|TODO|PURPOSE|USAGE):\s)[\w."'/-]+:(?:\s|$)|["'[{])/
// How chart documentation marks a description: `@param redis.enabled [default: true] …`, `@section …`.
const described = /^@(?:param\s+\S+(?:\s+\[[^\]]{0,80}\])?|section)\s+/
// `#pidfile /var/run/redis/server.pid`, `#daemonize yes`: a line of the file itself, switched off.
const looksLikeSetting = /^(?:export\s+)?[A-Za-z_][\w.-]*=|^[a-z][a-z\d_-]*\s+(?:\/\S*|yes|no|\d\S*)$/
// Comments for linters name rules, and the words in those names say nothing about a use.
const directive = /^(?:@(?:skip|extra|descriptionStart)\b|misfit-ignore|eslint-(?:disable|enable)|yamllint )/
const rule = /^[\s#=*~_-]*$/

/** The comments that speak about the value whose key is at `key`; commented-out YAML and ruling lines are no prose. */
export function commentsAt(source: string, key: Span, image: Span | undefined): readonly Known[] {
  const comments = [...above(source, key), ...behind(source, key)]
  if (image && image.file === key.file) comments.push(...behind(source, image))
  return comments
}

/** The paragraphs of prose inside the block below `key`: the lines that are indented deeper than the key's own. */
export function commentsWithin(source: string, key: Span): readonly Comment[] {
  const start = source.lastIndexOf('\n', key.start - 1) + 1
  const before = source.slice(start, key.start), indent = before.length - before.trimStart().length
  const from = nextLine(source, key.end)
  let end = from
  for (let at = from; at < source.length && end - from < mostInBlock; at = end) {
    const next = nextLine(source, at)
    if (indentOf(source.slice(at, next)) <= indent) break
    end = next
  }
  return paragraphs(source, key.file, from, end)
}

const mostInBlock = 20_000
/** How deep a line is indented; a blank one is as deep as any. */
const indentOf = (line: string): number => {
  const text = line.trimStart()
  return text === '' ? Infinity : line.length - text.length
}
const nextLine = (source: string, at: number): number => (source.indexOf('\n', at) + 1) || source.length

/** All prose of a file, comments on following lines as one paragraph with the key that they stand above or behind. What stands in a block of text (`|`, `>`) is a file or script of its own, whoever wrote that. */
export function proseOf(source: string, file: string): readonly Comment[] {
  const found: Comment[] = []
  let from = 0
  for (const [start, end] of blocksIn(source)) {
    found.push(...paragraphs(source, file, from, start))
    from = end
    if (found.length > mostParagraphs) break
  }
  return [...found, ...paragraphs(source, file, from, source.length)].slice(0, mostParagraphs)
}

/** Where the lines of YAML's blocks of text stand, behind the lines that open them. */
function* blocksIn(source: string): Generator<readonly [start: number, end: number]> {
  let done = 0
  for (const { index, 0: opening } of source.matchAll(/^[^\n]+/gm)) {
    if (index < done || !opens(opening)) continue
    const start = nextLine(source, index + opening.length), indent = indentOf(opening)
    let end = start
    for (let at = start; at < source.length; at = end) {
      const next = nextLine(source, at)
      if (indentOf(source.slice(at, next)) <= indent) break
      end = next
    }
    done = end
    if (end > start) yield [start, end]
  }
}

function opens(line: string): boolean {
  if (!line.includes('|') && !line.includes('>')) return false
  const comment = line.indexOf('#')
  return /[:-][ \t]+[|>][+\-\d]{0,2}$/.test((comment < 0 ? line : line.slice(0, comment)).trimEnd())
}

const mostParagraphs = 500, longestParagraph = 600

function paragraphs(source: string, file: string, from: number, to: number): readonly Comment[] {
  const found: Comment[] = []
  let open: Known[] = []
  const keyAt = (at: number): string | undefined => keyIn.exec(source.slice(at, Math.min(nextLine(source, at), to)))?.[1]
  // `line`: where the line that ends them begins, where it is none of theirs.
  const close = (line?: number): void => { if (open.length > 0) found.push(joined(open, line === undefined ? undefined : keyAt(line))); open = [] }
  let at = from
  while (at < to && found.length < mostParagraphs) {
    const sign = source.indexOf('#', at)
    if (sign < 0 || sign >= to) break
    // Lines without the sign end a paragraph.
    const start = source.lastIndexOf('\n', sign) + 1
    if (start > at) { close(at); at = start; continue }
    const next = Math.min(nextLine(source, at), to)
    const line = source.slice(at, next)
    const own = line.trimStart().startsWith('#')
    const mark = own ? line.indexOf('#') : trailing(line)
    const comment = mark < 0 ? undefined : prose(source, file, at + mark, at + line.trimEnd().length)
    if (!own || comment === undefined || open.reduce((sum, { value }) => sum + value.length, 0) > longestParagraph) close(own ? undefined : at)
    if (comment) open.push(comment)
    if (!own) close(at)
    at = next
  }
  close(at)
  return found
}

// `key:` of YAML, `KEY=` of an env file.
const keyIn = /^[ \t]{0,80}(?:- )?(?:export )?["']?([A-Za-z_][\w.-]{0,80})["']?[:=]/

const trailing = (line: string): number => { const at = line.search(/[ \t]#[ \t]/); return at < 0 ? -1 : at + 1 }

const joined = (lines: readonly Known[], key: string | undefined): Comment => {
  const [first] = lines
  const span = { ...(first?.span ?? { file: '', start: 0 }), end: lines.at(-1)?.span.end ?? 0 }
  return { ...known(lines.map(line => line.value).join(' '), span), ...(key === undefined ? {} : { key }) }
}

function prose(source: string, file: string, start: number, end: number): Known | undefined {
  const marked = start + (/^#+\s*/.exec(source.slice(start, end))?.[0].length ?? 0)
  const from = marked + (described.exec(source.slice(marked, end))?.[0].length ?? 0)
  const text = source.slice(from, end).trim()
  if (rule.test(text) || directive.test(text) || looksLikeYaml.test(text) || looksLikeSetting.test(text)) return undefined
  return known(text, { file, start: from, end: from + text.length })
}

function above(source: string, key: Span): readonly Known[] {
  let start = source.lastIndexOf('\n', key.start - 1) + 1
  const end = start
  for (let i = 0; i < 20 && start > 0; i++) {
    const before = source.lastIndexOf('\n', start - 2) + 1
    if (!source.slice(before, start).trim().startsWith('#')) break
    start = before
  }
  return paragraphs(source, key.file, start, end)
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

/**
 * What the writer of a server's configuration file says of it: the first paragraph, and what speaks of "this instance" further down. Not what every copy
 * of the file begins with.
 */
export function commentsIn(content: Text): readonly Known[] {
  const { text } = content
  const at = (comment: Known): Known => known(comment.value, content.span(comment.span.start, comment.span.end))
  const heading = headingOf(text.slice(0, 2_000))
  const further = paragraphs(text, '', heading.at(-1)?.span.end ?? 0, Math.min(text.length, mostInBlock))
  return [...heading, ...further.filter(({ value }) => /\bthis (?:instance|server|node|store|database|redis|valkey|one)\b/i.test(value) && value.length < 300)].map(at)
}

function headingOf(source: string): readonly Known[] {
  const own: Known[] = []
  for (const line of headOf(source, '')) {
    const previous = own.at(-1)
    if ((previous && line.span.start - previous.span.end > 6) || own.length > 5) break
    own.push(line)
  }
  const [first] = own
  return first === undefined || /configuration file example|^(?:this file|copyright|licensed|note on units)/i.test(first.value) ? [] : own
}
