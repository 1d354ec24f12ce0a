// One misfit rule as an ESLint rule: asks the workspace, reports what concerns the open file. Decides nothing of its own.
import { RuleCreator } from '@typescript-eslint/utils/eslint-utils'
import type { RuleContext, RuleFix, RuleFixer } from '@typescript-eslint/utils/ts-eslint'
import { docsOf } from '../lint.ts'
import type { Finding, PlacedNote } from '../model/report.ts'
import { severities, type Edit, type RuleOption, type Severity } from '../model/rule.ts'
import { allowing, type Change } from './allow.ts'
import { open, type Opened } from './workspace.ts'

export interface Described {
  readonly id: string
  readonly summary: string
  readonly options?: Readonly<Record<string, RuleOption>>
}

type MessageId = 'finding' | 'related' | 'edit' | 'hazard' | 'allow'
type Options = readonly [{ readonly minSeverity?: Severity } & Readonly<Record<string, unknown>>]
type Context = Readonly<RuleContext<MessageId, Options>>

/** The id inside the plugin: notices about comments carry the plugin's name already. */
export const localName = (id: string): string => id.replace(/^misfit\//, '')

const create = RuleCreator(name => docsOf(name))

export function eslintRule(rule: Described, all: readonly string[]) {
  const thresholds = Object.entries(rule.options ?? {})
  return create<Options, MessageId>({
    name: localName(rule.id),
    meta: {
      type: 'problem',
      docs: { description: rule.summary },
      fixable: 'code',
      hasSuggestions: true,
      messages: {
        finding: '{{message}} {{fix}}',
        related: '{{message}} This line is part of the cause; the place to change is {{file}}:{{line}}. {{fix}}',
        edit: '{{title}}',
        hazard: '{{title}} ({{hazard}})',
        allow: 'Allow it here, with a reason: # eslint-disable… misfit/{{rule}} -- …',
      },
      schema: [{
        type: 'object',
        additionalProperties: false,
        properties: {
          minSeverity: { type: 'string', enum: [...severities], description: 'Findings that misfit thinks less of are not reported.' },
          ...Object.fromEntries(thresholds.map(([name, { least, most, says }]) => [name, { type: 'number' as const, minimum: least, maximum: most, description: says }])),
        },
      }],
      defaultOptions: [{}],
    },
    create(context, [options]) {
      const file = fileOf(context)
      if (!file) return {}
      const stated = Object.fromEntries(thresholds.flatMap(([name]) => (typeof options[name] === 'number' ? [[name, options[name]]] : [])))
      file.rules.set(rule.id, stated)
      const least = severities.indexOf(options.minSeverity ?? 'info')
      // ESLint creates every rule before it visits anything, so by then it is known which are active.
      const onFile = (): void => {
        const { path, findings } = (file.opened ??= open({ ...file, all }))
        const seen = new Set<string>()
        for (const finding of findings) {
          if (finding.rule === rule.id && severities.indexOf(finding.severity) <= least) report(context, finding, path, seen)
        }
      }
      return { 'Program:exit': onFile, 'MisfitFile:exit': onFile }
    },
  })
}

interface Linted {
  readonly filename: string
  readonly text: string
  readonly cwd: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly rules: Map<string, Readonly<Record<string, number>>>
  readonly editor: boolean
  opened?: Opened
}

const linted = new WeakMap<object, Linted>()

// The eslint command sees files as they are on disk; only an editor's server knows texts that nobody saved.
const editor = !/[\\/]eslint(?:\.js)?$/.test(process.argv[1] ?? '')

function fileOf({ sourceCode, filename, physicalFilename, cwd, settings }: Context): Linted | undefined {
  // A block of another file (Markdown) is no file of a stack.
  if (!/\.ya?ml$/i.test(filename) || physicalFilename !== filename) return undefined
  const known = linted.get(sourceCode)
  if (known) return known
  const file: Linted = { filename, text: sourceCode.text, cwd, settings, rules: new Map(), editor }
  linted.set(sourceCode, file)
  return file
}

function report(context: Context, finding: Finding, path: string, seen: Set<string>): void {
  const own = finding.file === path
  const note = own ? undefined : finding.because.find(each => each.file === path)
  if (!own && !note) return
  const { text } = context.sourceCode
  const loc = note ? noteLoc(text, note) : findingLoc(text, finding)
  // Several components may rest on one line; one squiggle with the same words is enough.
  const key = JSON.stringify([loc, finding.message])
  if (seen.has(key)) return
  seen.add(key)
  const edits = (finding.edits ?? []).filter(edit => edit.changes.length > 0 && edit.changes.every(({ span }) => span.file === path))
  const safe = edits.find(edit => edit.safe)
  const rule = localName(finding.rule)
  context.report({
    loc,
    messageId: note ? 'related' : 'finding',
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
function findingLoc(text: string, { line, column, endLine, endColumn }: Finding) {
  if (line === endLine && column === endColumn) return noteLoc(text, { line, column })
  return { start: { line, column: column - 1 }, end: { line: endLine, column: endColumn - 1 } }
}

function noteLoc(text: string, { line, column }: Pick<PlacedNote, 'line' | 'column'>) {
  const source = text.split('\n', line)[line - 1] ?? ''
  const word = /^\S*/.exec(source.slice(column - 1))?.[0] ?? ''
  return { start: { line, column: column - 1 }, end: { line, column: column - 1 + word.length } }
}
