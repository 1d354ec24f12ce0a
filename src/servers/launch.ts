// What a container runs: entrypoint and command, followed into `sh -c` and into scripts of the repository, down to the programs.
// Knows shells and wrappers, not what a program does.
import { folderOf, join, nameOf, type FileTree } from '../model/files.ts'
import { entryOf } from '../model/entry-of.ts'
import type { Workload } from '../model/stack.ts'
import { readable, wholeFile, type Note, type Span, type Text, type Value } from '../model/value.ts'
import { copiesOf } from './copies.ts'
import type { Exists } from './conditions.ts'
import { commandsOf, type Command, type Lookup, type Script, type Word } from './script.ts'

/** One program that is started, with its arguments. */
export interface Call {
  /** File name without folders: `redis-server`. */
  readonly program: string
  /** The word that named it. */
  readonly word: Word
  readonly arguments: readonly Word[]
  readonly conditional: boolean
  readonly into?: Command['into']
  readonly input?: Command['input']
}

export interface Launch {
  /** In order; empty when the deployment states neither entrypoint nor command. */
  readonly calls: readonly Call[]
  /** Something that runs and cannot be read. */
  readonly opaque?: Note
}

const wrappers: Readonly<Record<string, number>> = {
  exec: 0, env: 0, nohup: 0, tini: 0, 'dumb-init': 0, sudo: 0, 'docker-entrypoint.sh': 0, 'entrypoint.sh': 0, gosu: 1, 'su-exec': 1, CMD: 0, nice: 0, ionice: 0, setpriv: 0,
}
const shells = new Set(['sh', 'bash', 'ash', 'dash', 'zsh'])

/** The words that the deployment states; a stated entrypoint drops the image's own command. */
export const statedWords = (workload: Workload): readonly Value[] => [...(workload.entrypoint ?? []), ...(workload.command ?? [])]

/** The programs that a workload starts, as far as its files tell. */
export function launchOf(workload: Workload, tree: FileTree): Launch {
  const calls: Call[] = []
  const state: { opaque?: Note; scripts: number } = { scripts: 0 }
  const words = statedWords(workload).map(wordOf)
  follow(words, { conditional: false }, 0, { workload, tree, lookup: lookupIn(workload), exists: existsIn(workload, tree), calls, state })
  return state.opaque ? { calls, opaque: state.opaque } : { calls }
}

interface Context {
  readonly workload: Workload
  readonly tree: FileTree
  readonly lookup: Lookup
  readonly exists: Exists
  readonly calls: Call[]
  readonly state: { opaque?: Note; scripts: number }
}

// A script may call itself, so the work is bounded by depth and by number.
const limit = { depth: 3, scripts: 30 } as const

type Around = Pick<Call, 'conditional' | 'into' | 'input'>

function follow(words: readonly Word[], around: Around, depth: number, context: Context): void {
  const { conditional } = around
  let at = 0
  for (let word = words[at]; word; word = words[at]) {
    const program = nameOf(word.text)
    const skipped = entryOf(wrappers, program)
    // An entrypoint that is mounted is the user's own, whatever its name.
    const own = program.endsWith('.sh') && containerFile(context.workload, context.tree, word.text).text !== undefined
    if (skipped !== undefined && !own) at += 1 + skipped
    else if (/^[A-Za-z_]\w*=/.test(word.text) || (at > 0 && word.text.startsWith('-') && isWrapped(words[at - 1]))) at++
    else break
  }
  const rest = words.slice(at), [first] = rest
  if (!first) return
  const program = nameOf(first.text)
  if (first.unknown !== undefined) { opaque(context, first.span, `what ${context.workload.name} runs: ${first.unknown}`); return }
  if (shells.has(program)) { followShell(rest.slice(1), conditional, depth, context); return }
  if (/\.(?:sh|bash)$/.test(program) || first.text.startsWith('./')) {
    if (followFile(first, rest.slice(1), conditional, depth, context)) return
  }
  context.calls.push({ program, word: first, arguments: rest.slice(1), ...around })
}

// `tini -- redis-server`, `env -i redis-server`: options of the wrapper, not yet of the program.
const isWrapped = (before: Word | undefined): boolean => before !== undefined && /^(?:tini|env|sudo|nice|ionice|setpriv|-.*)$/.test(nameOf(before.text))

function followShell(words: readonly Word[], conditional: boolean, depth: number, context: Context): void {
  let i = 0
  while (words[i]?.text.startsWith('-') && !/^-[a-z]*c$/.test(words[i]?.text ?? '')) i++
  const flag = words[i], script = words[i + 1]
  if (flag && /^-[a-z]*c$/.test(flag.text) && script) {
    const positional = words.slice(i + 3)
    run({ text: script.text, span: within(script) }, positional, conditional, depth, context)
    return
  }
  const file = words[i]
  if (file && !followFile(file, words.slice(i + 1), conditional, depth, context)) opaque(context, file.span, `${context.workload.name} runs ${file.text}, which is not in the repository`)
}

function followFile(file: Word, positional: readonly Word[], conditional: boolean, depth: number, context: Context): boolean {
  const { text } = containerFile(context.workload, context.tree, file.text)
  if (text === undefined) return false
  run({ text: text.text, span: (start, end) => text.span(start, end) }, positional, conditional, depth, context)
  return true
}

function run(script: Script, positional: readonly Word[], conditional: boolean, depth: number, context: Context): void {
  if (depth > limit.depth || ++context.state.scripts > limit.scripts) { opaque(context, script.span(0, 0), `${context.workload.name} runs more scripts than are followed`); return }
  for (const { words, ...around } of commandsOf(script, context.lookup, positional, context.exists)) follow(words, { ...around, conditional: conditional || around.conditional }, depth + 1, context)
}

const opaque = (context: Context, span: Span, text: string): void => { context.state.opaque ??= { span, text } }



/** A stated value as a word of a command. */
export function wordOf(value: Value): Word {
  if (value.known) return { text: value.value, span: value.span }
  // Only a value that is nothing but variables can stand for several words.
  return { text: value.raw, span: value.span, unknown: value.why, ...(/^(?:\$\{[^}]*\}|\$\w+|\s)*$/.test(value.raw) ? { loose: true } : {}) }
}

// A plain or quoted scalar stands in its file letter by letter, so that places inside it can be told.
function within(word: Word): (start: number, end: number) => Span {
  const { file, start: from, end: to } = word.span
  const shift = to - from === word.text.length ? 0 : to - from === word.text.length + 2 ? 1 : undefined
  return (start, end) => (shift === undefined ? word.span : { file, start: from + shift + start, end: from + shift + end })
}

const lookupIn = (workload: Workload): Lookup => name => {
  const variable = workload.environment.find(entry => entry.name === name && entry.origin !== 'config-file')
  if (!variable) return undefined
  return variable.value.known ? { text: variable.value.value } : { unknown: variable.value.why }
}

// A file that no mount brings may be the image's own. Beside the files of a mounted map there are no others.
const existsIn = (workload: Workload, tree: FileTree): Exists => path => {
  if (containerFile(workload, tree, path).text !== undefined) return true
  const below = workload.mounts.some(mount => mount.content !== undefined && mount.kind === 'config' && mount.target.known && folderOf(mount.target.value) === folderOf(path))
  return below && !workload.mounts.some(mount => mount.content === undefined && mount.target.known && path.startsWith(mount.target.value)) ? false : undefined
}

/** A file as the container sees it: its text, or why it cannot be read; neither when no mount covers the path. */
export function containerFile(workload: Workload, tree: FileTree, path: string): { readonly text?: Text; readonly why?: string } {
  const copied = copiesOf(workload, tree).texts.get(path)
  if (copied) return copied
  let best: { readonly length: number; readonly text?: Text; readonly why?: string } | undefined
  for (const mount of workload.mounts) {
    const target = readable(mount.target).replace(/(?<=.)\/$/, '')
    const covers = path === target || path.startsWith(target === '/' ? '/' : `${target}/`)
    if (!covers || (best && best.length > target.length)) continue
    const why = `${path} comes from ${readable(mount.source) || 'a mount'}, which is not in the repository`
    if (path === target && mount.content) { best = { length: target.length, text: mount.content }; continue }
    if (mount.path === undefined) { best = { length: target.length, why }; continue }
    const place = path === target ? mount.path : join(mount.path, path.slice(target.length + (target === '/' ? 0 : 1)))
    const read = tree.read(place)
    best = typeof read === 'string' ? { length: target.length, text: wholeFile(place, read) } : { length: target.length, why }
  }
  return best ?? {}
}
