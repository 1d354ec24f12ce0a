// SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, with what GitHub reads of it:
// https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
import { entryOf } from '../model/entry-of.ts'
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
  const described = new Map(context.rules.map((rule, index) => [rule.id, index]))
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: { driver: { name: 'misfit', semanticVersion: context.version, ...(context.home === undefined ? {} : { informationUri: context.home }), rules: context.rules.map(rule => descriptor(rule, context)) } },
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

function descriptor(rule: Rule, { docsOf }: Context) {
  const help = [rule.summary, `How it fails: ${general(rule, rule.failure)}`, `What to do: ${general(rule, rule.fix)}`, ...(rule.otherTool === undefined ? [] : [`When another tool is right: ${rule.otherTool}`])]
  const diffs = Object.entries(rule.diff).map(([name, diff]) => `In ${name}:\n\n\`\`\`diff\n${diff.trimEnd()}\n\`\`\``)
  const helpUri = docsOf(rule.id)
  return {
    id: rule.id,
    name: rule.id.split(/[/-]/).map(word => word.slice(0, 1).toUpperCase() + word.slice(1)).join(''),
    shortDescription: { text: rule.summary },
    fullDescription: { text: `${rule.summary} ${general(rule, rule.failure)}` },
    help: { text: help.join('\n\n'), markdown: [...help, ...diffs, rule.sources.map(source => `- ${source}`).join('\n')].join('\n\n') },
    ...(helpUri === undefined ? {} : { helpUri }),
    defaultConfiguration: { level: levels[rule.severity] },
    properties: { tags: [...new Set([rule.technology, rule.concern, ...rule.rows])], 'problem.severity': rule.severity === 'info' ? 'recommendation' : rule.severity, precision: 'high' },
  }
}

// A rule's words about no component in particular; what only a finding can fill in is left open.
const general = (rule: Rule, words: string): string =>
  words.replace(/\{([a-zA-Z]+)\}/g, (_, name: string) => entryOf(rule.words, name) ?? (name === 'component' ? 'the instance' : '…'))

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
