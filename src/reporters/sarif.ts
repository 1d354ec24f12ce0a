// SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, with what GitHub reads of it:
// https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
import { notices, type Notice } from '../model/notices.ts'
import type { Finding, Place, PlacedNote, Report, Suppression } from '../model/report.ts'
import type { Edit, Rule, Severity } from '../model/rule.ts'
import { fromTop, type Context } from './context.ts'
import { jsonText, uri } from './escape.ts'
import { clipped, plain } from './plain.ts'
import { unreadOf } from './stacks.ts'
import { sameCause } from './text/fold.ts'

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' }
const mostElsewhere = 20
const precisions = { certain: 'very-high', likely: 'high', possible: 'medium' } as const

/** One run: the rules with their help, the findings with evidence, fixes and suppressions, unreadable files as notifications. */
export function sarif(report: Report, context: Context): string {
  const rules = [...context.rules, ...Object.values(notices)]
  const described = new Map(rules.map((rule, index) => [rule.id, index]))
  const found = new Set([...report.findings, ...report.suppressed ?? []].map(({ rule }) => rule))
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: { driver: { name: 'misfit', semanticVersion: context.version, ...(context.home === undefined ? {} : { informationUri: context.home }), rules: rules.map(rule => descriptor(rule, found.has(rule.id), context)) } },
      columnKind: 'utf16CodeUnits',
      originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The top of the repository.' } } },
      invocations: [{
        executionSuccessful: !report.problems.some(problem => problem.unread),
        toolExecutionNotifications: [
          ...report.problems.map(problem => notification(problem, problem.unread ? 'error' : 'warning', problem.message, context)),
          ...unreadOf(report).map(note => notification(note, 'note', note.text, context)),
        ],
      }],
      results: [
        ...sameCause(report).map(([finding, ...also]) => result(finding, undefined, described, context, also)),
        ...(report.suppressed ?? []).map(finding => result(finding, finding.suppression, described, context)),
      ],
    }],
  })
}

const notification = ({ file, line, column }: Place, level: 'error' | 'warning' | 'note', message: string, context: Context) => ({
  level, message: { text: words(message) }, locations: [{ physicalLocation: { artifactLocation: artifact(file, context), region: { startLine: line, startColumn: column } } }],
})

// Of a rule that nothing is reported of, nobody reads the page.
function descriptor(rule: Rule | Notice, found: boolean, { docsOf, pageOf }: Context) {
  const helpUri = docsOf(rule.id)
  const own = 'rows' in rule ? rule : undefined
  const page = found && own ? pageOf?.(own) : undefined
  const { failure, fix } = page ?? rule
  const help = [rule.summary, `How it fails: ${failure}`, `What to do: ${fix}`, ...(own?.otherTool === undefined ? [] : [`When another tool is right: ${own.otherTool}`])]
  const diffs = (page?.repair ?? []).map(({ path, diff }) => `In ${path} of the rule's first example:\n\n\`\`\`diff\n${diff.trimEnd()}\n\`\`\``)
  return {
    id: rule.id,
    name: rule.id.split(/[/-]/).map(word => word.slice(0, 1).toUpperCase() + word.slice(1)).join(''),
    shortDescription: { text: rule.summary },
    ...(found ? {
      fullDescription: { text: `${rule.summary} ${failure}` },
      help: { text: help.join('\n\n'), markdown: [...help, ...diffs, ...(own ? [own.sources.map(source => `- ${source}`).join('\n')] : [])].join('\n\n') },
    } : {}),
    ...(helpUri === undefined ? {} : { helpUri }),
    defaultConfiguration: { level: levels[rule.severity] },
    properties: { tags: own ? [...new Set([own.technology, own.concern, ...own.rows])] : ['misfit'], 'problem.severity': rule.severity === 'info' ? 'recommendation' : rule.severity, precision: 'high' },
  }
}

function result(finding: Finding, suppression: Suppression | undefined, described: ReadonlyMap<string, number>, context: Context, also: readonly Finding[] = []) {
  const index = described.get(finding.rule)
  const fixes = (finding.edits ?? []).filter(edit => edit.changes.length > 0).map(edit => fix(edit, context))
  return {
    ruleId: finding.rule,
    ...(index === undefined ? {} : { ruleIndex: index }),
    level: levels[finding.severity],
    message: { text: words(`${finding.message} ${finding.failureMode} ${finding.fix}`) },
    locations: [{
      physicalLocation: {
        artifactLocation: artifact(finding.file, context),
        region: { startLine: finding.line, startColumn: finding.column, endLine: finding.endLine, endColumn: finding.endColumn },
      },
      logicalLocations: [{ name: plain(finding.component), fullyQualifiedName: plain(`${finding.stack}/${finding.component}`), kind: 'resource' }],
    }],
    relatedLocations: [...finding.because, ...also.slice(0, mostElsewhere).map(({ file, line, column, component }) => ({ file, line, column, text: `The same on ${component}.` }))]
      .map((note, id) => related(note, id, context)),
    partialFingerprints: { 'misfit/v1': finding.fingerprint },
    ...(fixes.length === 0 ? {} : { fixes }),
    ...(suppression === undefined ? {} : { suppressions: [{
      kind: suppression.kind, status: 'accepted',
      ...(suppression.justification === undefined ? {} : { justification: plain(suppression.justification) }),
    }] }),
    properties: {
      stack: finding.stack, component: finding.component, confidence: finding.confidence, precision: precisions[finding.confidence],
      rows: finding.rows, failureMode: finding.failureMode, fix: finding.fix, ...(finding.explains === undefined ? {} : { explains: finding.explains }),
    },
  }
}

const related = (note: PlacedNote, id: number, context: Context) => ({
  id,
  message: { text: words(note.text) },
  physicalLocation: { artifactLocation: artifact(note.file, context), region: { startLine: note.line, startColumn: note.column } },
})

function fix(edit: Edit, context: Context) {
  const files = [...new Set(edit.changes.map(change => change.span.file))]
  return {
    description: { text: words(edit.hazard === undefined ? edit.title : `${edit.title} First: ${edit.hazard}`) },
    artifactChanges: files.map(file => ({
      artifactLocation: artifact(file, context),
      replacements: edit.changes.filter(change => change.span.file === file).map(({ span, text }) => ({
        deletedRegion: region(file, span, context), insertedContent: { text },
      })),
    })),
  }
}

function region(file: string, span: { readonly start: number; readonly end: number }, { place }: Context) {
  const start = place(file, span.start)
  const end = place(file, span.end)
  if (start === undefined || end === undefined) return { charOffset: span.start, charLength: span.end - span.start }
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column }
}

const artifact = (file: string, context: Context) => ({ uri: uri(fromTop(file, context)), uriBaseId: '%SRCROOT%' })

// Plain text may hold links as `[text](address)` (3.11.6); only ours would be meant.
const words = (text: string): string => clipped(text, 20_000).replaceAll('](', '] (')
