// Writes a design spec out of what is known of a deployment, and adds to one that people have edited without touching their words.
// Knows the format's text; what the deployment does is given.
import { get, isNull, readYaml } from '../yaml.ts'

/** One component to be written, with what a reader of the draft should know. */
export interface Draft {
  readonly id: string
  readonly technology: string
  readonly flavor: string | undefined
  readonly match: { readonly by: 'compose' | 'helm' | 'host'; readonly names: readonly string[]; readonly files: readonly string[] }
  /** Comments above the entry. */
  readonly about: readonly string[]
  readonly uses: readonly { readonly id: string; readonly because: readonly string[]; readonly questions: readonly string[] }[]
  /** Uses that only suggest themselves, and other open questions. */
  readonly open: readonly string[]
}

const plainWord = /^[A-Za-z][\w./*-]*$/
const reserved = /^(true|false|null|yes|no|on|off|y|n)$/i
const scalar = (text: string): string => (plainWord.test(text) && !reserved.test(text) ? text : JSON.stringify(text))
const words = (all: readonly string[]): string => `[${all.map(scalar).join(', ')}]`
// A comment must stay on its line.
const comment = (indent: string, text: string): string => `${indent}# ${text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()}`

function entry(draft: Draft): string {
  const lines: string[] = [...draft.about.map(text => comment('', text)), `- id: ${scalar(draft.id)}`, `  technology: ${draft.technology}`]
  if (draft.flavor !== undefined) lines.push(`  flavor: ${scalar(draft.flavor)}`)
  const files = draft.match.files.length > 0 ? `, env: {file: ${words(draft.match.files)}}` : ''
  lines.push(`  match: {${draft.match.by}: ${words(draft.match.names)}${files}}`)
  lines.push(...draft.open.map(text => comment('  ', text)))
  if (draft.uses.length === 0) lines.push('  uses: []')
  else lines.push('  uses:')
  for (const use of draft.uses) {
    lines.push(...use.because.map(text => comment('    ', text)), `    - id: ${use.id}`, `      use: ${use.id}`, ...use.questions.map(text => comment('      ', text)))
  }
  return `${lines.join('\n')}\n`
}

const indented = (text: string, indent: string): string => text.replace(/^(?=.)/gm, indent)

/** A whole spec as text. */
export function draftSpec(name: string, schema: string, drafts: readonly Draft[]): string {
  const head = [
    `# yaml-language-server: $schema=${schema}`,
    '# A draft out of what the deployment shows. Correct it, answer the questions, and commit it: misfit then compares the two.',
    'apiVersion: misfit/v1', 'kind: DesignSpec', `metadata: {name: ${scalar(name)}}`, '# environment: production',
  ]
  if (drafts.length === 0) return `${head.join('\n')}\ncomponents: []\n`
  return `${head.join('\n')}\n\ncomponents:\n${drafts.map(draft => indented(entry(draft), '  ')).join('\n')}`
}

/** The text with further components behind those that are there; everything else stays byte for byte where the list is written in lines. */
export async function extendedSpec(file: string, text: string, drafts: readonly Draft[]): Promise<string> {
  if (drafts.length === 0) return text
  const document = readYaml(file, text).documents[0]
  const list = get(document, 'components')
  const added = drafts.map(entry)
  const ended = text.endsWith('\n') || text === '' ? text : `${text}\n`
  if (list === undefined) return `${ended}\ncomponents:\n${added.map(each => indented(each, '  ')).join('\n')}`
  const first = list.kind === 'seq' ? list.items[0] : undefined
  if (list.kind === 'seq' && first && !text.startsWith('[', list.span.start)) {
    const dash = text.lastIndexOf('-', first.span.start)
    const indent = ' '.repeat(Math.max(0, dash - text.lastIndexOf('\n', dash) - 1))
    const last = list.items.at(-1)
    const line = ended.indexOf('\n', (last ?? first).span.end)
    const end = line < 0 ? ended.length : line + 1
    return `${ended.slice(0, end)}\n${added.map(each => indented(each, indent)).join('\n')}${ended.slice(end)}`
  }
  const empty = list.kind === 'seq' ? list.items.length === 0 : list.kind === 'scalar' && isNull(list)
  if (empty) {
    const behind = list.kind === 'seq' ? ended.indexOf(']', list.span.start) + 1 : list.span.end
    const line = ended.indexOf('\n', behind)
    return `${ended.slice(0, list.span.start).trimEnd()}${ended.slice(behind, line)}\n${added.map(each => indented(each, '  ')).join('\n')}${ended.slice(line + 1)}`
  }
  // A list in brackets is rewritten by a library that keeps comments.
  const { parseDocument, parse } = await import('yaml')
  const edited = parseDocument(text)
  const now: unknown = edited.get('components')
  const items = added.flatMap(each => parse(each) as unknown[])
  if (now === null || now === undefined || list.kind !== 'seq') edited.set('components', edited.createNode(items))
  else for (const item of items) edited.addIn(['components'], edited.createNode(item))
  return edited.toString({ lineWidth: 0 })
}
