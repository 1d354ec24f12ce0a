// How text from linted files stays text inside JSON, XML and machine formats. Knows the formats' own rules, no report.
import { entryOf } from '../model/entry-of.ts'
import { plain } from './plain.ts'

// What a terminal or a reader may act on; line breaks are left, because indented JSON has them between its values only.
// eslint-disable-next-line no-control-regex -- they are what is looked for
const steering = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u115f\u1160\u3164\uffa0]|\u034f|\udb40[\udc00-\uddff]/g

/**
 * JSON with the exact values, in which nothing steers a terminal and nothing is a command to a pipeline's log. GitHub's runner looks for the older
 * form `##[command]` anywhere in a line: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export const jsonText = (value: unknown): string => `${harmless(JSON.stringify(value, null, 2))}\n`

const harmless = (json: string): string => json
  .replace(steering, character => character.split('').map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''))
  .replace(/##(vso|teamcity)?\[/gi, '##$1\\u005b')

/** The same text of a record, in parts: an item of each list by itself, since all of a long report at once takes several times its memory. */
export function* jsonParts(value: object): Generator<string> {
  let start = '{'
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue
    yield `${start}\n  ${harmless(JSON.stringify(key))}: `
    start = ','
    if (!Array.isArray(field) || field.length === 0) { yield indented(field, '  '); continue }
    for (const [at, item] of (field as readonly unknown[]).entries()) yield `${at === 0 ? '[' : ','}\n    ${indented(item, '    ')}`
    yield '\n  ]'
  }
  yield start === '{' ? '{}\n' : '\n}\n'
}

// Inside of values no line ends: a text has `\n` for it.
const indented = (value: unknown, by: string): string => harmless(JSON.stringify(value, null, 2)).replaceAll('\n', `\n${by}`)

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '[': '&#91;', ']': '&#93;', '\ufffe': '\\u{fffe}', '\uffff': '\\u{ffff}',
}

/** Text for an XML attribute or element: no markup, no end of a CDATA section, no character that XML forbids. */
export const xml = (text: string): string => plain(text).replace(/[&<>"'[\]\ufffe\uffff]/g, character => entryOf(entities, character) ?? character)

/** A path as a relative URI reference: every segment percent-encoded. */
export const uri = (path: string): string =>
  path.split('/').map(segment => encodeURIComponent(whole(segment))).join('/')

// Lone halves of surrogate pairs have no UTF-8 form and would make encodeURIComponent throw.
const whole = (text: string): string => text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')

/** The evidence, the failure and the fix of a finding, one harmless line each. */
export const story = (finding: {
  readonly message: string
  readonly because: readonly { readonly file: string; readonly line: number; readonly text: string }[]
  readonly failureMode: string
  readonly fix: string
}): readonly string[] => [
  plain(finding.message),
  ...finding.because.map(note => `Because: ${plain(`${note.file}:${note.line} ${note.text}`)}`),
  `Fails: ${plain(finding.failureMode)}`,
  `Fix: ${plain(finding.fix)}`,
]
