// The READMEs above a stack: title and first lines, where a repository says what it is. Knows Markdown's habits, not what the words mean.
import { folderOf, join, nameOf, type FileTree } from '../model/files.ts'
import { known, type Known } from '../model/value.ts'

const named = /^readme(?:[._-][a-z]{2}(?:[-_][a-z]{2})?)?(?:\.(?:md|markdown|rst|adoc|txt|org))?$/i
const limits = { read: 20_000, prose: 900 } as const

/** Whether a path is that of a README. */
export const isIntroduction = (path: string): boolean => named.test(nameOf(path))

/** For a folder, the introductions in it and in the folders above, nearest first. */
export function introductionsIn(tree: FileTree): (folder: string) => readonly Known[] {
  const own = new Map<string, readonly Known[]>()
  const at = (folder: string): readonly Known[] => {
    let found = own.get(folder)
    if (!found) own.set(folder, found = introductionOf(tree, folder))
    return found
  }
  return folder => {
    const found = [...at(folder)]
    for (let above = folder; above !== '.' && !above.startsWith('/'); above = folderOf(above)) found.push(...at(folderOf(above)))
    return found
  }
}

function introductionOf(tree: FileTree, folder: string): readonly Known[] {
  const names = (tree.list(folder) ?? []).filter(each => named.test(each)).sort((a, b) => a.length - b.length)
  for (const name of names.slice(0, 3)) {
    const file = join(folder, name), text = tree.read(file)
    if (typeof text !== 'string') continue
    const introduction = introduce(text.slice(0, limits.read))
    if (introduction !== undefined) return [known(introduction, { file, start: 0, end: Math.min(text.length, limits.read) })]
  }
  return []
}

/** The title on the first line, then prose up to the next heading but one, without images, badges, tables, code and tags. */
function introduce(text: string): string | undefined {
  const lines = text.replace(/<!--[^]*?(?:-->|$)/g, '').replace(/```[\s\S]*?```/g, '').split(/\r?\n/)
  let title: string | undefined, headings = 0
  const prose: string[] = []
  for (const [at, raw] of lines.entries()) {
    const line = plain(raw)
    const heading = /^#{1,6}\s/.test(raw) || /<h[1-6][\s>]/i.test(raw) || /^=\s/.test(raw) || /^(?:={3,}|-{3,})\s*$/.test(lines[at + 1] ?? '')
    if (heading && line !== '') {
      if (title === undefined && prose.length === 0) { title = line; continue }
      if (++headings > 1) break
      continue
    }
    if (line === '' || /^[-=*_|\s]+$/.test(line) || /^\s*(?:[-*+]|\d+\.)\s+\[/.test(raw) || raw.trimStart().startsWith('|')) continue
    prose.push(line)
    if (prose.join(' ').length > limits.prose) break
  }
  if (title === undefined && prose.length === 0) return undefined
  return `${title ?? ''}\n${prose.join(' ').slice(0, limits.prose)}`
}

const plain = (line: string): string =>
  line.replace(/!\[[^[\]]*\]\([^)]*(?:\)|$)/g, '').replace(/\[\s*\]\([^)]*(?:\)|$)/g, '').replace(/\[([^[\]]*)\]\([^)]*(?:\)|$)/g, '$1').replace(/<[^<>]*>/g, '')
    .replace(/https?:\/\/\S+/g, '').replace(/^[#=\s>]+/, '').replace(/[*_`]/g, '').trim()
