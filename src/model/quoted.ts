// Text of a linted file as evidence shows it: one line, bounded, without credentials. Knows no format.

/** Text with the passwords of its URLs hidden, on one line, at most `limit` characters. */
export function quoted(text: string, limit = 120): string {
  const line = text.replace(/(:\/\/[^\s:@/]*:)(?!\$\{)[^\s@/]+@/g, '$1***@').replace(/(\b\w*(?:password|passwd|secret|token)(?:=|["']\s*:\s*)["']?)[^\s,;"'&$]+/gi, '$1***')
    .replace(/\s+/g, ' ').trim()
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line
}
