// A finding in HTML: what is wrong, where, why, how it fails, what to do, and the edit as a diff.
import type { Finding } from '../../model/report.ts'
import type { Edit } from '../../model/rule.ts'
import type { Context } from '../context.ts'
import { esc, place } from './markup.ts'

const signs = { error: '✖', warning: '▲', info: 'ℹ' } as const

/** One finding as an article; `id` makes it a target of links. */
export function findingHtml(finding: Finding, id: string, context: Context): string {
  const hazards = context.rules.find(rule => rule.id === finding.rule)?.hazards ?? []
  return `<article class="finding ${finding.severity}" id="${id}">` +
    `<h4><span class="severity">${signs[finding.severity]} ${finding.severity}</span> ${esc(finding.message)}</h4>` +
    `<p class="about">${place(finding)} · ${finding.docs === undefined ? esc(finding.rule) : `<a href="${esc(finding.docs)}" rel="noreferrer">${esc(finding.rule)}</a>`}${finding.confidence === 'certain' ? '' : ` · ${finding.confidence}`}</p>` +
    excerpt(finding, finding, context) +
    (finding.because.length === 0 ? '' : `<h5>Because</h5><ul class="because">${finding.because.map(note => `<li>${esc(note.text)} ${place(note)}</li>`).join('')}</ul>`) +
    `<h5>How it fails</h5><p>${esc(finding.failureMode)}</p><h5>What to do</h5><p>${esc(finding.fix)}</p>` +
    (hazards.length === 0 ? '' : `<h5>Before you change it</h5><ul>${hazards.map(hazard => `<li>${esc(hazard)}</li>`).join('')}</ul>`) +
    (finding.edits ?? []).map(edit => diff(edit, context)).join('') +
    (finding.explains?.length ? `<p class="about">Explains ${finding.explains.map(esc).join(', ')} as well.</p>` : '') +
    '</article>'
}

/** The line of a place with one before and one after it; empty where the file is not there. */
export function excerpt(at: { readonly file: string; readonly line: number; readonly column: number }, end: { readonly endLine: number; readonly endColumn: number }, { source }: Context): string {
  const lines = [at.line - 1, at.line, at.line + 1].flatMap(line => {
    const text = line < 1 ? undefined : source(at.file, line)?.slice(0, 400)
    return text === undefined ? [] : [{ line, text }]
  })
  // What all of them are indented by leaves no room on a small screen.
  const indent = Math.min(at.column - 1, ...lines.flatMap(({ text }) => (text.trim() === '' ? [] : [text.search(/[^ ]/)])))
  const rows = lines.map(({ line, text }) => {
    const [from, to] = [at.column - 1, end.endLine === at.line ? Math.max(end.endColumn - 1, at.column) : text.length]
    const shown = line === at.line ? `${spaced(text.slice(indent, from))}<mark>${spaced(text.slice(from, to))}</mark>${spaced(text.slice(to))}` : spaced(text.slice(indent))
    return `<span class="line"><span class="number">${line}</span>${shown}\n</span>`
  })
  return rows.length === 0 ? '' : `<pre class="excerpt" tabindex="0" aria-label="${esc(at.file)}, line ${at.line}">${rows.join('')}</pre>`
}

const spaced = (text: string): string => esc(text.replaceAll('\t', '  '))

// The lines that an edit changes, as they are and as they would be.
function diff(edit: Edit, context: Context): string {
  const lines = edit.changes.flatMap(({ span, text }) => {
    const start = context.place(span.file, span.start)
    const end = context.place(span.file, span.end)
    if (start === undefined || end === undefined || end.line - start.line > 40) return []
    const old = Array.from({ length: end.line - start.line + 1 }, (_, i) => context.source(span.file, start.line + i) ?? '')
    const fresh = `${(old[0] ?? '').slice(0, start.column - 1)}${text}${(old.at(-1) ?? '').slice(end.column - 1)}`.split('\n')
    // A whole line that goes leaves nothing behind.
    const now = fresh.length === 1 && fresh[0] === '' ? [] : fresh
    return [`<span class="head">${esc(span.file)}:${start.line}\n</span>`, ...old.map(line => `<del>- ${spaced(line)}\n</del>`), ...now.map(line => `<ins>+ ${spaced(line)}\n</ins>`)]
  })
  if (lines.length === 0) return ''
  const care = edit.safe ? 'Safe: misfit --fix makes it.' : `Needs care: misfit --fix-unsafe makes it. ${edit.hazard ?? ''}`
  return `<h5>The change</h5><p>${esc(edit.title)}. ${esc(care)}</p><pre class="diff" tabindex="0" aria-label="The change as a diff">${lines.join('')}</pre>`
}
