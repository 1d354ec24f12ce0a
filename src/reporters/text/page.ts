// What every part of the text is written with: colours, width, links, the linted lines.
import type { Severity } from '../../model/rule.ts'
import type { Context } from '../context.ts'
import { plain } from '../plain.ts'
import { cut, widthOf, wrap } from '../width.ts'

const styles = ['bold', 'dim', 'underline', 'red', 'green', 'yellow', 'magenta', 'cyan'] as const

/** Writes a text in a style, as Node's `styleText` does. */
export type Paint = (style: (typeof styles)[number], text: string) => string

/** Makes a text a link to a file of the report or to an address, where there is one. */
export type Link = (text: string, to: { readonly file: string; readonly line: number } | { readonly address: string | undefined }) => string

/** Each style as a function of the text that gets it. */
type Colors = Readonly<Record<(typeof styles)[number], (text: string) => string>>

export interface Page {
  readonly colors: Colors
  /** Whether there are any colours. */
  readonly coloured: boolean
  readonly width: number
  readonly link: Link
  readonly source: Context['source']
}

const colorsOf = (paint: Paint): Colors => Object.fromEntries(styles.map(style => [style, (text: string) => paint(style, text)])) as Colors

/** No colours, to measure what they would be in. */
export const uncoloured = colorsOf((_, words) => words)

export type PageOptions = Pick<Context, 'source'> & Partial<Pick<Context, 'paint' | 'width' | 'link'>>

/** The page that the options ask for: 100 columns without a width, never fewer than 40. */
export const pageOf = ({ paint, width, link, source }: PageOptions): Page => ({
  colors: paint === undefined ? uncoloured : colorsOf(paint), coloured: paint !== undefined, width: Math.max(40, width ?? 100),
  link: link ?? (words => words), source,
})

/** The colour of a severity. */
export const severityColor = (severity: Severity, { colors }: Pick<Page, 'colors'>): ((text: string) => string) =>
  severity === 'error' ? colors.red : severity === 'warning' ? colors.yellow : colors.cyan

/** Columns before what stands under a label. */
export const labelWidth = 9

/** Words under a label, further lines indented. */
export const labelled = (name: string, words: string, { colors, width }: Page): string[] =>
  wrap(words, width - labelWidth - 2).map((line, i) => `  ${colors.dim((i === 0 ? name : '').padEnd(labelWidth))}${line}`)

/** A path with its line, harmless. */
export const at = (file: string, line: number): string => `${plain(file)}:${line}`

const fewest = 24

/** A place and words under a label on one line, the words cut so that what comes after them has room; on a second where the place leaves them none. All of it must be harmless already. */
export function oneLine(name: string, place: string, words: string, after: string, page: Page): string[] {
  const width = page.width - labelWidth - 2 - widthOf(after)
  const room = width - widthOf(place) - 2
  return labelled(name, room < fewest ? `${place} ${fitted(words, width)}${after}` : `${place}  ${fitted(words, room)}${after}`, room < fewest ? page : { ...page, width: Infinity })
}

/** The text, cut to so many columns with a mark that it was. */
export function fitted(words: string, width: number): string {
  if (widthOf(words) <= width) return words
  const start = cut(words, width - 1), end = start.lastIndexOf(' ')
  // Not in the middle of a word, unless that is long.
  return `${(end > start.length * 2 / 3 ? start.slice(0, end) : start).trimEnd()}…`
}
