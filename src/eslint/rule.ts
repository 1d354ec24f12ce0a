// One misfit rule as an ESLint rule: asks the workspace, reports what concerns the open file. Decides nothing of its own.
import { RuleCreator } from '@typescript-eslint/utils/eslint-utils'
import type { RuleContext, RuleFix, RuleFixer } from '@typescript-eslint/utils/ts-eslint'
import { addresses, docsOf } from '../addresses.ts'
import { entryOf } from '../model/entry-of.ts'
import type { Finding, Place } from '../model/report.ts'
import { severities, type Edit, type RuleOption, type Severity } from '../model/rule.ts'
import { allowing, type Change } from './allow.ts'
import { softened, type ReportId } from './severity.ts'
import { open, type Opened, type OpenFile } from './workspace.ts'

export interface Described {
  readonly id: string
  readonly summary: string
  readonly severity: Severity
  readonly options?: Readonly<Record<string, RuleOption>>
}

type MessageId = ReportId | 'edit' | 'hazard' | 'allow'
type Options = readonly [{ readonly minSeverity?: Severity } & Readonly<Record<string, unknown>>]
type Context = Readonly<RuleContext<MessageId, Options>>

const finding = '{{message}} {{fix}}'
const related = '{{message}} This line is part of the cause; the place to change is {{file}}:{{line}}. {{fix}}'

/** The id inside the plugin: notices about comments carry the plugin's name already. */
export const localName = (id: string): string => id.replace(/^misfit\//, '')

const url = (address: string | undefined): { readonly url?: string } => (address === undefined ? {} : { url: address })

/** What the command prints as a problem; a rule here, so that a misspelt word of a design does not pass in silence. */
export const problemRule = RuleCreator.withoutDocs<readonly [], 'problem' | 'softened'>({
  meta: {
    type: 'problem',
    docs: { description: 'Something in the file cannot be understood, so misfit leaves it out of account.', ...url(addresses.page('eslint')) },
    messages: { problem: '{{message}}', softened: '{{message}}' },
    schema: [],
    defaultOptions: [],
  },
  create(context) {
    const file = fileOf(context)
    return file ? atEnd(() => {
      for (const { message, unread, ...place } of openedOf(file).problems) context.report({ loc: wordAt(file.text, place), messageId: unread ? 'problem' : 'softened', data: { message } })
    }) : {}
  },
})

export function eslintRule(rule: Described) {
  const thresholds = Object.entries(rule.options ?? {})
  return RuleCreator.withoutDocs<Options, MessageId>({
    meta: {
      type: 'problem',
      docs: { description: rule.summary, ...url(docsOf(rule.id)) },
      fixable: 'code',
      hasSuggestions: true,
      messages: {
        finding, related, softened: finding, softenedRelated: related,
        edit: '{{title}}',
        hazard: '{{title}} ({{hazard}})',
        allow: 'Allow it here, with a reason: # eslint-disable… misfit/{{rule}} -- …',
      },
      schema: [{
        type: 'object',
        additionalProperties: false,
        properties: {
          minSeverity: { type: 'string', enum: [...severities], description: 'Findings that misfit thinks less of are not reported.' },
          ...Object.fromEntries(thresholds.map(([name, { least, most, description }]) => [name, { type: 'number' as const, minimum: least, maximum: most, description }])),
        },
      }],
      defaultOptions: [{}],
    },
    create(context, [options]) {
      const file = fileOf(context)
      if (!file) return {}
      const stated = Object.fromEntries(thresholds.map(([name]) => [name, entryOf(options, name)]).filter((entry): entry is [string, number] => typeof entry[1] === 'number'))
      file.rules.set(rule.id, stated)
      const least = severities.indexOf(options.minSeverity ?? 'info')
      return atEnd(() => {
        const { path, findings } = openedOf(file)
        const seen = new Set<string>()
        for (const finding of findings) {
          if (finding.rule === rule.id && severities.indexOf(finding.severity) <= least) report(context, finding, rule.severity, path, seen)
        }
      })
    },
  })
}

// ESLint creates every rule before it visits anything, so by then it is known which are active.
const atEnd = (onFile: () => void) => ({ 'Program:exit': onFile, 'MisfitFile:exit': onFile })

interface Linted extends OpenFile {
  readonly rules: Map<string, Readonly<Record<string, number>>>
  opened?: Opened
}

const linted = new WeakMap<object, Linted>()

// The eslint command sees files as they are on disk; only an editor's server knows texts that nobody saved.
const editor = !/[\\/]eslint(?:\.js)?$/.test(process.argv[1] ?? '')

const openedOf = (file: Linted): Opened => (file.opened ??= open(file))

function fileOf({ sourceCode, filename, physicalFilename, cwd, settings }: Pick<Context, 'sourceCode' | 'filename' | 'physicalFilename' | 'cwd' | 'settings'>): Linted | undefined {
  // A block of another file (Markdown) is no file of a stack.
  if (!/\.ya?ml$/i.test(filename) || physicalFilename !== filename) return undefined
  const known = linted.get(sourceCode)
  if (known) return known
  const file: Linted = { filename, text: sourceCode.text, cwd, settings, rules: new Map(), editor }
  linted.set(sourceCode, file)
  return file
}

function report(context: Context, finding: Finding, severity: Severity, path: string, seen: Set<string>): void {
  const own = finding.file === path
  const note = own ? undefined : finding.because.find(each => each.file === path)
  if (!own && !note) return
  const { text } = context.sourceCode
  const loc = note ? wordAt(text, note) : locOf(text, finding)
  // Several components may rest on one line; one squiggle with the same words is enough.
  const key = JSON.stringify([loc, finding.message])
  if (seen.has(key)) return
  seen.add(key)
  const edits = (finding.edits ?? []).filter(edit => edit.changes.length > 0 && edit.changes.every(({ span }) => span.file === path))
  const safe = edits.find(edit => edit.safe)
  const rule = localName(finding.rule)
  context.report({
    loc,
    messageId: softened(note ? 'related' : 'finding', severity, finding.severity),
    data: { message: finding.message, fix: finding.fix, file: finding.file, line: finding.line },
    ...(safe === undefined ? {} : { fix: fixer => applied(fixer, changesOf(safe)) }),
    suggest: [
      ...edits.filter(edit => edit !== safe).map(edit => ({
        messageId: edit.hazard === undefined ? 'edit' as const : 'hazard' as const,
        data: { title: edit.title, hazard: edit.hazard ?? '' },
        fix: (fixer: RuleFixer) => applied(fixer, changesOf(edit)),
      })),
      { messageId: 'allow', data: { rule }, fix: fixer => applied(fixer, allowing(text, loc.start.line, `misfit/${rule}`)) },
    ],
  })
}

const changesOf = (edit: Edit): readonly Change[] => edit.changes.map(({ span, text }) => ({ start: span.start, end: span.end, text }))

const applied = (fixer: RuleFixer, changes: readonly Change[]): RuleFix[] => changes.map(({ start, end, text }) => fixer.replaceTextRange([start, end], text))

// ESLint counts columns from 0. An empty place is widened to the word at it, so that there is something to see.
function locOf(text: string, { line, column, endLine, endColumn }: Finding) {
  if (line === endLine && column === endColumn) return wordAt(text, { line, column })
  return { start: { line, column: column - 1 }, end: { line: endLine, column: endColumn - 1 } }
}

function wordAt(text: string, { line, column }: Pick<Place, 'line' | 'column'>) {
  const source = text.split('\n', line)[line - 1] ?? ''
  const word = /^\S*/.exec(source.slice(column - 1))?.[0] ?? ''
  return { start: { line, column: column - 1 }, end: { line, column: column - 1 + word.length } }
}
