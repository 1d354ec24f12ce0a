// Applies the comments that suppress findings, and says which of them suppress nothing. Given the comments; reads no text.
import { entryOf } from '../model/entry-of.ts'
import { notices, type NoticeId } from '../model/notices.ts'
import type { Edit, Severity } from '../model/rule.ts'
import type { Suppression } from '../model/report.ts'
import type { SuppressedRule, SuppressionComment } from '../model/suppression.ts'
import type { Span } from '../model/value.ts'
import { didYouMean } from '../model/words.ts'
import type { CheckedFinding } from './check.ts'

/** What misfit says about suppressions themselves; they can be switched off like rules. */
export const noticeRules = ['misfit/unused-suppression', 'misfit/unknown-rule', 'misfit/suppression-without-reason'] as const satisfies readonly NoticeId[]
export type NoticeRule = (typeof noticeRules)[number]

export interface SuppressionNotice {
  readonly rule: NoticeRule
  readonly severity: Severity
  readonly span: Span
  readonly message: string
  readonly failure: string
  /** What to do, in one sentence. */
  readonly fix: string
  readonly edits: readonly Edit[]
}

export interface SuppressedCheck {
  readonly finding: CheckedFinding
  readonly suppression: Suppression
}

export interface SuppressOptions {
  /** Ids of all rules that exist. */
  readonly known: readonly string[]
  /** Rules that were switched off: nobody can tell whether a suppression of them is needed. */
  readonly off?: ReadonlySet<string>
  /** A suppression without a reason suppresses nothing. */
  readonly requireReason?: boolean
  /** Files in which an unused suppression may be reported; every file when absent. */
  readonly judged?: (file: string) => boolean
  /** A person's own severity for a notice; `warning` when they say nothing. */
  readonly severities?: Readonly<Record<string, Severity | 'off'>>
  /** Whether ESLint's comments count; ESLint applies them itself. */
  readonly eslintComments?: boolean
}

export interface Suppressed {
  readonly findings: readonly CheckedFinding[]
  readonly suppressed: readonly SuppressedCheck[]
  readonly notices: readonly SuppressionNotice[]
}

/** Parts the findings into those that stand and those that a comment suppresses. */
export function suppress(findings: readonly CheckedFinding[], comments: readonly SuppressionComment[], options: SuppressOptions): Suppressed {
  const heeded = comments.filter(comment => comment.kind === 'own' || options.eslintComments !== false)
  const used = new Set<SuppressedRule>()
  const standing: CheckedFinding[] = []
  const suppressed: SuppressedCheck[] = []
  const byFile = new Map<string, SuppressionComment[]>()
  for (const comment of heeded) {
    const known = byFile.get(comment.span.file)
    if (known) known.push(comment)
    else byFile.set(comment.span.file, [comment])
  }
  for (const finding of findings) {
    let by: SuppressionComment | undefined
    for (const file of new Set([finding.report.span.file, ...finding.views.map(view => view.component.span.file)])) {
      for (const comment of byFile.get(file) ?? []) {
        for (const rule of comment.rules) {
          if (!covers(rule, comment, finding)) continue
          if (isNamed(rule, finding)) {
            used.add(rule)
            if (comment.reason !== undefined || options.requireReason !== true) by ??= comment
          } else if (finding.explains.includes(rule.id)) used.add(rule)
        }
      }
    }
    if (by === undefined) standing.push(finding)
    else suppressed.push({ finding, suppression: { kind: 'inSource', ...(by.reason === undefined ? {} : { justification: by.reason }) } })
  }
  const names: Names = { ids: new Set([...options.known, ...noticeRules]), looks: mostSaid }
  return { findings: standing, suppressed, notices: heeded.flatMap(comment => noticesOf(comment, used, options, names)) }
}

const isNamed = (rule: SuppressedRule, finding: CheckedFinding): boolean => rule.id === '*' || rule.id === finding.rule.id

const lies = (span: Span, covers: Span): boolean => span.file === covers.file && span.start >= covers.start && span.start < covers.end

const covers = (rule: SuppressedRule, comment: SuppressionComment, finding: CheckedFinding): boolean =>
  lies(finding.report.span, rule.covers) || (comment.kind === 'own' && finding.views.some(({ component }) => lies(component.span, rule.covers)))

/** How many names of one comment are spoken of one by one, and for how many of all comments a near one is looked for. */
const mostSaid = 20

interface Names {
  readonly ids: ReadonlySet<string>
  /** How many names may still be looked for: a page of wrong ones is one mistake. */
  looks: number
}

function noticesOf(comment: SuppressionComment, used: ReadonlySet<SuppressedRule>, options: SuppressOptions, names: Names): SuppressionNotice[] {
  const told: SuppressionNotice[] = []
  const say = (rule: NoticeRule, span: Span, edits: readonly Edit[], message: string, fix: string): void => {
    const severity = entryOf(options.severities, rule) ?? 'warning'
    if (severity !== 'off') told.push({ rule, severity, span, edits, message, failure: notices[rule].failure, fix })
  }
  const isUsed = (rule: SuppressedRule): boolean => used.has(rule)
  if (options.requireReason === true && comment.reason === undefined && (comment.kind === 'own' ? comment.rules.length > 0 : comment.rules.some(isUsed))) {
    say('misfit/suppression-without-reason', comment.span, [], 'This comment suppresses nothing, because it gives no reason.', 'Write why behind it: `-- reason`.')
  }
  // ESLint judges its own comments; what looks unused from here may silence a report there.
  if (comment.kind === 'eslint') return told
  const { ids } = names, near = (id: string): string => (names.looks-- > 0 ? didYouMean(id, options.known) : '')
  const unknown = comment.rules.filter(rule => !ids.has(rule.id))
  const judged = options.judged?.(comment.span.file) ?? true
  const unused = judged ? comment.rules.filter(rule => ids.has(rule.id) && !isUsed(rule) && options.off?.has(rule.id) !== true) : []
  const edits = [removing(comment, new Set([...unknown, ...unused]))]
  if (comment.rules.length === 0) {
    say('misfit/unknown-rule', comment.span, edits, 'This comment names no rule, so it suppresses nothing.', 'Name the rule, or delete the comment.')
  }
  for (const rule of unknown.slice(0, mostSaid)) {
    const message = /\s/.test(rule.id)
      ? `There is no rule ${JSON.stringify(rule.id)}; rules are parted by commas and the reason follows --.`
      : `There is no rule ${JSON.stringify(rule.id)}${near(rule.id)}, so it is not suppressed.`
    say('misfit/unknown-rule', rule.span, edits, message, 'Correct the name, or delete it.')
  }
  const next = unknown[mostSaid]
  if (next) say('misfit/unknown-rule', next.span, edits, `There are no rules by the other ${unknown.length - mostSaid} names of this comment either, from ${JSON.stringify(next.id)} on.`, 'Correct the names, or delete them.')
  if (unused.length > 0) {
    const list = unused.slice(0, mostSaid).map(rule => rule.id).join(', ') + (unused.length > mostSaid ? ` and ${unused.length - mostSaid} more` : '')
    const span = unused.length === comment.rules.length ? comment.span : (unused[0]?.span ?? comment.span)
    say('misfit/unused-suppression', span, edits, `Nothing is suppressed here: ${list} ${unused.length === 1 ? 'does' : 'do'} not report anything that this comment covers.`, 'Delete it.')
  }
  return told
}

// One edit for all that is wrong with a comment, so that edits of one comment never clash.
function removing(comment: SuppressionComment, gone: ReadonlySet<SuppressedRule>): Edit {
  const kept = comment.rules.filter(rule => !gone.has(rule))
  const change = kept.length === 0 ? { span: comment.removal, text: '' } : { span: comment.list, text: kept.map(rule => rule.id).join(', ') }
  return { title: kept.length === 0 ? 'delete the comment' : 'delete what suppresses nothing', safe: true, changes: [change] }
}
