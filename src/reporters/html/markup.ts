// Text inside HTML: nothing of a linted file is markup, an attribute's end or an address here.
import { plain } from '../plain.ts'

const entityOf = (mark: string): string => `&#${mark.charCodeAt(0)};`

/** A text as the content of an element or of a quoted attribute. */
export const esc = (text: string): string => plain(text).replace(/[&<>"'`[]/g, mark => entityOf(mark))

/** A place as people write it. */
export const place = ({ file, line }: { readonly file: string; readonly line: number }): string => `<code class="place">${esc(file)}:${line}</code>`

export const list = (items: readonly string[], name = ''): string => (items.length === 0 ? '' : `<ul${name === '' ? '' : ` class="${name}"`}>${items.map(item => `<li>${item}</li>`).join('')}</ul>`)
