// What starts a service beyond the words of its command: the script of the repository that they name, what its Dockerfile starts where the
// service says nothing, and the programs that a supervisor in it keeps running. Nothing is run.
import { join, nameOf, type FileTree } from '../../model/files.ts'
import type { BuildSource, Mount } from '../../model/stack.ts'
import { readable, wholeFile, type Text, type Value } from '../../model/value.ts'
import { stagesOfBuild } from '../dockerfile.ts'

const longest = 20_000, most = 4

export interface Starting {
  readonly entrypoint: readonly Value[] | undefined
  readonly command: readonly Value[] | undefined
  readonly mounts: readonly Mount[]
  readonly builtFrom: BuildSource | undefined
}

/** The texts that run when the service starts, comments blanked out so that every place stays where it is. */
export function scriptsOf({ entrypoint, command, mounts, builtFrom }: Starting, tree: FileTree): readonly Text[] {
  const starts = builtFrom && !(entrypoint && command) ? startsOf(builtFrom, tree, command !== undefined) : undefined
  const words = [...(entrypoint ?? []), ...(command ?? [])].map(readable).concat(starts?.text ?? '').flatMap(text => text.slice(0, longest).split(/[\s"'[\],;&|]+/))
  const found = new Map<string, Text>()
  for (const word of words.filter(isScript).slice(0, 20)) {
    const text = mountedAt(word, mounts) ?? (builtFrom && inContext(word, builtFrom, tree))
    if (text && text.text.length <= longest && found.size < most) found.set(text.file, text)
  }
  const own = [...starts ? [starts] : [], ...[...found.values()].map(withoutComments)]
  return [...own, ...supervised(mounts, builtFrom, tree), ...words.some(word => runsProcfile.test(nameOf(word))) && builtFrom ? procfile(builtFrom, new Set(words), tree) : []]
}

const runsProcfile = /^(?:foreman|honcho|overmind|hivemind|goreman)$/

/** What a Procfile starts, those processes only that are `named`, where some are: https://devcenter.heroku.com/articles/procfile */
function procfile({ folder, inline }: BuildSource, named: ReadonlySet<string>, tree: FileTree): readonly Text[] {
  const path = join(folder, 'Procfile'), text = inline === undefined ? tree.read(path) : undefined
  if (typeof text !== 'string' || text.length > longest) return []
  const nameIn = (line: string): string | undefined => /^([\w-]{1,60}):/.exec(line)?.[1]
  const lines = text.split('\n'), some = lines.some(line => { const name = nameIn(line); return name !== undefined && named.has(name) })
  return [wholeFile(path, lines.map(line => {
    const name = nameIn(line)
    return name === undefined || (some && !named.has(name)) ? blank(line) : blank(`${name}:`) + line.slice(name.length + 1)
  }).join('\n'))]
}

/** The commands of supervisord's programs, in files that are mounted or that the Dockerfile copies: http://supervisord.org/configuration.html#program-x-section-settings */
function supervised(mounts: readonly Mount[], builtFrom: BuildSource | undefined, tree: FileTree): readonly Text[] {
  const mounted = mounts.flatMap(({ content, target }) => (content && /\.(?:conf|ini)$/.test(readable(target)) ? [content] : []))
  const copied = builtFrom ? copiedBy(builtFrom, tree) : []
  return [...mounted, ...copied].filter(({ text }) => text.length <= longest && text.includes('[program:')).slice(0, most).map(text => retold(text, commandsIn(text.text)))
}

// The files that name a supervisor, or lie where it looks.
function copiedBy(source: BuildSource, tree: FileTree): readonly Text[] {
  const copies = stagesOfBuild(source, tree).flatMap(stage => stage.copies).filter(({ from, sources, target }) => from === undefined && [...sources, target].some(path => /supervis/i.test(path)))
  return copies.flatMap(({ sources }) => sources).filter(path => /\.(?:conf|ini)$/.test(path) && !path.includes('$')).slice(0, most)
    .flatMap(file => { const path = join(source.folder, file), read = tree.read(path); return typeof read === 'string' ? [wholeFile(path, read)] : [] })
}

// All but the commands of the programs that start by themselves is blank.
const commandsIn = (text: string): string => text.split(/^(?=\[)/m).map(section => {
  const starts = section.startsWith('[program:') && !/^autostart[ \t]*=[ \t]*(?:false|0|off|no)\b/im.test(section)
  return section.split('\n').map(line => {
    const key = starts ? /^command[ \t]*=/.exec(line)?.[0] : undefined
    return key === undefined ? blank(line) : blank(key) + line.slice(key.length)
  }).join('\n')
}).join('')

const isScript = (word: string): boolean => {
  const name = nameOf(word)
  return /\.(?:ba|z)?sh$/.test(name) || (/^(?:\.\/|\/)/.test(word) && /^[\w-]{1,60}$/.test(name) && /start|entrypoint|worker|celery|run/.test(name))
}

const mountedAt = (word: string, mounts: readonly Mount[]): Text | undefined =>
  mounts.find(mount => mount.content !== undefined && readable(mount.target).replace(/^\//, '') === word.replace(/^\.?\//, ''))?.content

// `/app/scripts/start.sh` lies at `scripts/start.sh` or `start.sh` of the context, or where the Dockerfile copies it from.
function inContext(word: string, source: BuildSource, tree: FileTree): Text | undefined {
  const { folder, inline } = source
  if (inline !== undefined || word.includes('..') || word.includes('$')) return undefined
  const parts = word.replace(/^\.?\//, '').split('/')
  for (const at of parts.slice(0, 6).keys()) {
    const path = join(folder, parts.slice(at).join('/')), text = tree.read(path)
    if (typeof text === 'string') return wholeFile(path, text)
  }
  const copied = stagesOfBuild(source, tree).flatMap(({ copies }) => copies).find(({ from, sources, target }) => from === undefined && sources.some(path => nameOf(path) === nameOf(word)) && (target === word || join(target, nameOf(word)) === word))
  const file = copied?.sources.find(path => nameOf(path) === nameOf(word)), path = file === undefined ? undefined : join(folder, file), text = path === undefined ? undefined : tree.read(path)
  return path !== undefined && typeof text === 'string' ? wholeFile(path, text) : undefined
}

/** The lines of a Dockerfile that say what its last stage starts; all others are blank. */
function startsOf({ dockerfile, inline, target }: BuildSource, tree: FileTree, noCommand: boolean): Text | undefined {
  const path = inline === undefined ? dockerfile : undefined
  const text = path === undefined ? undefined : tree.read(path)
  if (path === undefined || typeof text !== 'string' || text.length > longest || target !== undefined) return undefined
  const last = [...text.matchAll(/^[ \t]*FROM[ \t]/gim)].at(-1)?.index ?? 0
  let at = 0
  const lines = text.split('\n').map(line => {
    const mine = at >= last && (/^\s*ENTRYPOINT\s/i.test(line) || (!noCommand && /^\s*CMD\s/i.test(line)))
    at += line.length + 1
    return mine ? line.replace(/^\s*(?:ENTRYPOINT|CMD)\s/i, blank).replaceAll(/["',[\]]/g, ' ') : blank(line)
  })
  const starts = lines.join('\n')
  return starts.trim() === '' ? undefined : wholeFile(path, starts)
}

const blank = (text: string): string => ' '.repeat(text.length)

const withoutComments = (text: Text): Text => retold(text, text.text.replaceAll(/^[ \t]*#[^\n]*/gm, blank))

// With some of it blank, so that every place stays where it is.
const retold = (text: Text, shown: string): Text => ({ ...text, span: (start, end) => text.span(start, end), text: shown })
