// The READMEs above a stack: title and first lines, where a repository says what it is, and the headings under which a stack is started. Knows Markdown's
// habits, not what the words mean.
import { join, nameOf, upwards, type FileTree } from '../model/files.ts'
import { known, type Known } from '../model/value.ts'

const named = /^readme(?:[._-][a-z]{2}(?:[-_][a-z]{2})?)?(?:\.(?:md|markdown|rst|adoc|txt|org))?$/i
/** Guides for people who work on the program: whatever they start is started for that. */
const guide = /^(?:contributing|develop(?:ment|ing|er)?|hacking)(?:\.(?:md|markdown|rst|adoc|txt|org))?$/i
/** Guides that tell how what lies beside them is set up and started. */
const manual = /^(?:setup|install(?:ing|ation)?|commands|getting[-_]?started|quick[-_]?start|run(?:ning|book)?|local(?:ly)?|deploy(?:ing|ment)?|devops|usage|k8s|kubernetes|minikube|kind)\.(?:md|markdown|rst|adoc|txt|org)$/i
const limits = { read: 20_000, prose: 900, guide: 60_000, mentions: 60, facts: 200, badges: 6_000 } as const

/** Whether a path is that of a README or a guide beside it. */
export const isIntroduction = (path: string): boolean => [named, guide, manual].some(kind => kind.test(nameOf(path)))

/**
 * For a folder, the introductions in it and in the folders above, nearest first. Each is six lines: the title, the first prose, the headings under
 * which the folder's own compose file is started (`docker compose up`, of no other file), each with those above it, and the lines that speak of
 * deployment files, their folders and the tools that start them, of the guides beside it too, what is told as a list of facts (`Course: Operating systems`), and
 * the registries that it says hold the repository's package. Without a README the guides are the introduction.
 */
export const introductionsIn = (tree: FileTree): (folder: string) => readonly Known[] => upwards(folder => introductionOf(tree, folder))

function introductionOf(tree: FileTree, folder: string): readonly Known[] {
  const names = tree.list(folder) ?? []
  const text = (name: string): string | undefined => { const found = tree.read(join(folder, name)); return typeof found === 'string' ? found : undefined }
  const manuals = names.filter(each => manual.test(each)).sort().slice(0, 6).flatMap(name => { const found = text(name); return found === undefined ? [] : [{ name, text: found }] })
  const readme = names.filter(each => named.test(each)).sort((a, b) => a.length - b.length).slice(0, 3).flatMap(name => {
    const found = text(name), introduction = found === undefined ? undefined : introduce(found.slice(0, limits.read))
    return found === undefined || introduction === undefined ? [] : [{ name, text: found, introduction }]
  })[0]
  const [first = readme] = [readme, ...manuals].flatMap(each => each ?? [])
  if (first === undefined) return []
  const said = [...new Set([...readme ? [readme] : [], ...manuals].flatMap(each => mentions(each.text.slice(0, limits.guide))))]
  // A long guide names files in every line: those that tell for what come first.
  const mentioned = [...said.filter(line => tellsWhat.test(line)), ...said.filter(line => !tellsWhat.test(line))].slice(0, limits.mentions)
  if (!readme && mentioned.length === 0) return []
  const started = readme ? startedUnder(readme.text.slice(0, limits.guide)) : []
  const value = [readme?.introduction ?? '\n', (started.length > 0 ? started : readme ? guidesOf(tree, folder) : []).join(' | '), mentioned.join(' | '), (readme ? factsIn(readme.text.slice(0, limits.guide)) : []).join(' | '), (readme ? registriesIn(readme.text.slice(0, limits.badges)) : []).join(' | ')].join('\n')
  return [known(value, { file: join(folder, first.name), start: 0, end: Math.min(first.text.length, limits.read) })]
}

const tellsWhat = /\b(?:local(?:ly)?|dev(?:elopment)?|debug\w*|minikube|kind|k3d|production|prod)\b/i
const speaksOfFiles = /\b(?:docker|compose|kubernetes|k8s|k3d|kind|minikube|helm|manifests?|swarm)\b|\.ya?ml\b|[\u251c\u2514]\u2500/i

/** Short lines of a label and what stands behind it: `**Course:** Operating systems`. */
const factsIn = (text: string): readonly string[] =>
  text.split(/\r?\n/, 3000).filter(line => line.length < 160).map(asFact).map(line => plain(line).replaceAll('|', '¦').replace(/^[-+\s]+/, '').replace(/\s+/g, ' ').trim()).filter(line => /^\p{L}[\p{L} ]{1,24}: ?\S/u.test(line)).slice(0, limits.facts)

// A table with such a column says it of each row.
const asFact = (line: string): string => { const column = line.trimStart().startsWith('|') ? numberColumn.exec(line)?.[1] : undefined; return column === undefined ? line : `${column}: of each author` }
const numberColumn = /\|\s{0,9}((?:student|matriculation|roll|enrolment|enrollment) (?:id|no|number)s?)\s{0,20}\|/i

/** Where badges and links at the top say that the repository's package is found. */
const registriesIn = (text: string): readonly string[] => [...new Set([...text.matchAll(registry)].map(([found]) => found.toLowerCase()))]
const registry = /\b(?:nuget\.org\/packages|npmjs\.(?:com|org)\/package|pkg\.go\.dev|pypi\.org\/project|crates\.io\/crates|badge\.fury\.io|central\.sonatype\.com|search\.maven\.org|packagist\.org\/packages|rubygems\.org\/gems|hex\.pm\/packages)\b/gi

/** Lines that speak of deployment files or tools, without markup. */
const mentions = (text: string): readonly string[] =>
  text.split(/\r?\n/, 3000).filter(line => line.length < 300 && speaksOfFiles.test(line)).map(line => plain(line).replaceAll('|', '¦').replace(/\s+/g, ' ').trim()).filter(line => line !== '')

const guidesOf = (tree: FileTree, folder: string): readonly string[] => (tree.list(folder) ?? []).filter(each => guide.test(each)).sort().flatMap(name => {
  const text = tree.read(join(folder, name))
  return typeof text === 'string' && startedUnder(text.slice(0, limits.guide)).length > 0 ? [name.replace(/\.\w+$/, '')] : []
})

const starts = /\b(?:docker|podman)[- ]compose (?:--?[a-z][\w-]{0,30} ){0,6}up\b/i

function startedUnder(text: string): readonly string[] {
  const path: { readonly depth: number; readonly title: string }[] = [], found = new Set<string>()
  let fenced = false
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    if (at > 4000) break
    if (/^\s*(?:```|~~~)/.test(raw)) fenced = !fenced
    const heading = fenced ? null : /^(#{1,6})\s+(\S.{0,200})$/.exec(raw)
    if (heading) {
      const depth = heading[1]?.length ?? 1
      while ((path.at(-1)?.depth ?? 0) >= depth) path.pop()
      path.push({ depth, title: plain(heading[2] ?? '') })
    }
    else if (raw.length < 500 && starts.test(raw) && !/(?:^|\s)(?:-f|--file|cd)\s/.test(raw)) found.add(path.filter(({ depth }) => depth > 1).map(({ title }) => title).join(' › '))
  }
  return [...found]
}

/** The title on the first line, then prose up to the next heading but one, without images, badges, tables, code and tags. */
function introduce(text: string): string | undefined {
  const lines = text.replace(/<!--[^]*?(?:-->|$)/g, '').replace(/```[\s\S]*?```/g, '').split(/\r?\n/)
  let title: string | undefined, headings = 0
  const prose: string[] = []
  for (const [at, raw] of lines.entries()) {
    const line = plain(raw)
    const heading = /^#{1,6}\s/.test(raw) || /<h[1-6][\s>]/i.test(raw) || /^=\s/.test(raw) || (/^(?:={3,}|-{3,})\s*$/.test(lines[at + 1] ?? '') && !line.endsWith('.'))
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
