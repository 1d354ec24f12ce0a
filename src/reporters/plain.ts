// Makes text from linted files harmless on any output: nothing in it may steer a terminal or hide itself.
import { entryOf } from '../model/entry-of.ts'

// Control characters, direction marks, invisible characters, line separators, lone surrogates.
// eslint-disable-next-line no-control-regex -- they are what is looked for
const unsafe = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const names: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** The text with every unsafe character as a visible escape. */
export const plain = (text: string): string =>
  text.replace(unsafe, character => entryOf(names, character) ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)

/** The text, harmless and not longer than a number of characters. */
export function clipped(text: string, longest: number): string {
  const safe = plain(text.length > longest * 2 ? text.slice(0, longest * 2) : text)
  return safe.length > longest ? `${safe.slice(0, longest - 1)}…` : safe
}
