// Reviewdog's Diagnostic Format: https://github.com/reviewdog/reviewdog/tree/master/proto/rdf. Its columns count UTF-8 bytes from 1.
import type { Report } from '../model/report.ts'
import type { Edit, Severity } from '../model/rule.ts'
import { fromTop, type Context } from './context.ts'
import { jsonText, story } from './escape.ts'
import { plain } from './plain.ts'
import { notJudged } from './stacks.ts'

const severities: Readonly<Record<Severity, string>> = { error: 'ERROR', warning: 'WARNING', info: 'INFO' }

interface Position { readonly line: number; readonly column: number }

/** Findings as diagnostics, with the evidence as related locations and edits as suggestions; problems as warnings, or errors where they fail the run; what was not read as infos. */
export function rdjson(report: Report, context: Context): string {
  const at = (file: string, { line, column }: Position): Position => {
    const before = context.source(file, line)?.slice(0, column - 1)
    return { line, column: before === undefined ? column : bytes(before) + 1 }
  }
  const location = (file: string, start: Position, end?: Position) => ({
    path: fromTop(file, context), range: { start: at(file, start), ...(end === undefined ? {} : { end: at(file, end) }) },
  })
  return jsonText({
    source: { name: 'misfit', ...(context.home === undefined ? {} : { url: context.home }) },
    diagnostics: [
      ...report.findings.map(finding => ({
        message: story(finding).join('\n'),
        location: location(finding.file, finding, { line: finding.endLine, column: finding.endColumn }),
        severity: severities[finding.severity],
        code: { value: finding.rule, ...(finding.docs === undefined ? {} : { url: finding.docs }) },
        suggestions: (finding.edits ?? []).flatMap(edit => suggestions(edit, finding.file, context, at)),
        related_locations: finding.because.map(note => ({ message: plain(note.text), location: location(note.file, note) })),
      })),
      ...report.problems.map(problem => ({
        message: plain(problem.message), location: location(problem.file, problem), severity: problem.unread ? 'ERROR' : 'WARNING', code: { value: 'problem' },
      })),
      ...notJudged(report).map(note => ({ message: plain(note.text), location: location(note.file, note), severity: 'INFO', code: { value: 'unread' } })),
    ],
  })
}

// A suggestion lies in the diagnostic's own file; an edit that needs a second file cannot be given as one.
function suggestions(edit: Edit, file: string, { place }: Context, at: (file: string, position: Position) => Position) {
  const [change] = edit.changes
  if (change === undefined || edit.changes.length > 1 || change.span.file !== file) return []
  const start = place(file, change.span.start)
  const end = place(file, change.span.end)
  return start === undefined || end === undefined ? [] : [{ range: { start: at(file, start), end: at(file, end) }, text: change.text }]
}

function bytes(text: string): number {
  let count = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    count += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return count
}
