// Makes text from linted files harmless on any output: nothing in it may steer a terminal or hide itself.
import { entryOf } from '../model/entry-of.ts'
import { clip } from '../model/words.ts'

// Control characters, direction marks, invisible characters (tags and selectors beyond the first plane, with which text is hidden in text, among them), line
// separators, lone surrogates.
// eslint-disable-next-line no-control-regex -- they are what is looked for
const unsafe = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u115f\u1160\u3164\uffa0]|\u034f|\udb40[\udc00-\uddff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const names: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

// Commands that the logs of Azure Pipelines, GitHub and TeamCity obey wherever they stand in a line.
const command = /##(?=(?:vso|teamcity)?\[)/gi

const emoji = /^\p{Extended_Pictographic}/u
const after = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]$/u

// Between two emoji the joiner makes them one; anywhere else nobody sees it.
const joins = (text: string, at: number): boolean => after.test(text.slice(Math.max(0, at - 2), at)) && emoji.test(text.slice(at + 1, at + 3))

/** The text with every unsafe character as a visible escape, and without commands to the log of a pipeline. */
export const plain = (text: string): string => (usual.test(text) ? text : text.replace(unsafe, (character, at: number) => (character === '\u200d' && joins(text, at) ? character : entryOf(names, character) ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`))
    .replace(command, '## '))
// As nearly all texts are.
const usual = /^[ !"$-~]*$/

/** The text, harmless and not longer than a number of characters. */
export function clipped(text: string, longest: number): string {
  return clip(plain(text.length > longest * 2 ? text.slice(0, longest * 2) : text), longest)
}
