// Servers whose image the repository builds: a Dockerfile that begins with a server's image and adds settings is that image with those settings.
// What else it does may change what the server reads, and then nothing is known of it. Runs nothing.
import { join, nameOf, type FileTree } from '../model/files.ts'
import { parseImage } from '../model/images.ts'
import type { Knowledge, Product } from '../model/knowledge.ts'
import type { BuildSource, Mount, Variable, Workload } from '../model/stack.ts'
import { known, readable, unknown, wholeFile, type Span, type Value } from '../model/value.ts'
import { before, withoutEnd } from '../model/words.ts'
import { copyOf } from '../readers/dockerfile.ts'
import { startsIn, type DockerLine } from '../readers/dockerfile-starts.ts'
import type { ReadStack } from '../readers/read-stack.ts'
import { shellWords } from '../readers/shell.ts'
import { kafkaServer, productNamed } from './components.ts'
import { settingsFile } from './copies.ts'
import { launchOf, statedWords } from './launch.ts'
import { serverCalls } from './redis/command.ts'

/** Makes workloads that are built from a server's image run that image. */
export const builtServers = (knowledge: Pick<Knowledge, 'products' | 'companions'>) => <S extends Pick<ReadStack, 'workloads'>>(stack: S, tree: FileTree): S =>
  ({ ...stack, workloads: stack.workloads.map(workload => asBuilt(workload, tree, productNamed(knowledge)) ?? workload) })

interface Line extends DockerLine {
  readonly span: Span
}

const longest = 20_000

function asBuilt(workload: Workload, tree: FileTree, productOfImage: (image: string) => Product | undefined): Workload | undefined {
  const { builtFrom, build, ...rest } = workload
  if (!builtFrom || !build || builtFrom.hidden || builtFrom.inline !== undefined) return undefined
  const { dockerfile, folder, target } = builtFrom, text = tree.read(dockerfile)
  if (typeof text !== 'string' || text.length > longest || text.includes('<<')) return undefined
  const lines = stageIn(linesOf(builtFrom, text), target), starts = startsIn(lines)
  const name = parseImage(starts?.image)?.name, product = name === undefined ? undefined : productOfImage(name)
  if (!starts?.image || !product) return undefined
  const set = settingsIn(lines)
  if (!set || lines.some(({ text }) => mayChangeSettings(text))) return undefined
  const entrypoint = workload.entrypoint ?? starts.entrypoint
  // A stated entrypoint drops the image's own command.
  const command = workload.command ?? (workload.entrypoint ? undefined : starts.command)
  const stated = new Set(workload.environment.map(variable => variable.name))
  const found: Workload = {
    ...rest, image: starts.image, ...(entrypoint ? { entrypoint } : {}), ...(command ? { command } : {}),
    environment: [...set.filter(variable => !stated.has(variable.name)), ...workload.environment],
    mounts: [...lines.flatMap(line => copiedBy(line, folder, tree)), ...workload.mounts],
  }
  return startsServer(found, product, tree) ? found : undefined
}

// Continued lines as one, every place where it was; what the build sets stands in them.
function linesOf({ dockerfile: file, args, unreadArgs = [] }: BuildSource, text: string): readonly Line[] {
  const set = new Map(args)
  let at = 0
  return text.replace(/\\\r?\n/g, end => ' '.repeat(end.length)).split('\n').flatMap(line => {
    const start = at
    at += line.length + 1
    const [, name, fallback] = /^\s*ARG\s+([A-Za-z_]\w*)=["']?([^\s"']*)/i.exec(line) ?? []
    if (name !== undefined && fallback !== undefined && !set.has(name) && !unreadArgs.includes(name)) set.set(name, fallback)
    if (/^\s*(?:#|$)/.test(line)) return []
    const isFrom = /^\s*FROM\s/i.test(line)
    const filled = (part: string): string => (isFrom ? part.replace(/\$(?:\{(\w+)\}|(\w+))/g, (written, braced?: string, bare?: string) => set.get(braced ?? bare ?? '') ?? written) : part)
    const span = (from: number, to: number): Span => ({ file, start: start + from, end: start + to })
    const part = (from: number, to: number, written: string): Value => {
      const text = filled(written)
      return isFrom && text.includes('$') ? unknown('the Dockerfile gives its argument no value', text, span(from, to)) : known(text, span(from, to))
    }
    return [{ text: line.trimEnd(), span: span(0, line.trimEnd().length), part }]
  })
}

/** The lines of the stage that is built, after those of the stages that it begins with. */
function stageIn(lines: readonly Line[], target: string | undefined): readonly Line[] {
  const stages: { readonly name: string | undefined; readonly base: string; readonly lines: Line[] }[] = []
  for (const line of lines) {
    const [from, base = '', name] = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(line.text) ?? []
    if (from !== undefined) stages.push({ base: base.toLowerCase(), name: name?.toLowerCase(), lines: [line] })
    else stages.at(-1)?.lines.push(line)
  }
  const before = (name: string, end: number): number => stages.findLastIndex((stage, i) => i < end && stage.name === name)
  let at = target === undefined ? stages.length - 1 : before(target.toLowerCase(), stages.length)
  let found: readonly Line[] = []
  for (; at >= 0; at = before(stages[at]?.base ?? '', at)) {
    const stage = stages[at]?.lines ?? []
    // What a later stage begins with is told by the first one.
    found = [...stage, ...found.slice(1)]
  }
  return found
}

const plain = /^(?:mkdir|chown|chmod|apk|apt|apt-get|yum|dnf|microdnf|rm|groupadd|useradd|usermod|addgroup|adduser|set|true|ln|update-ca-certificates)\b/

/** Whether a line may write what the server reads: all but packages, folders and owners. */
function mayChangeSettings(line: string): boolean {
  const [, run] = /^\s*RUN\s+(?:--\S+\s+)*(\S[^]*)$/i.exec(line) ?? []
  return run !== undefined && (/[>`$]/.test(run) || run.split(/&&|;|\|\||\|/).some(part => part.trim() !== '' && !plain.test(part.trim())))
}

// Tools come in the server's image, too: where anything is said of what starts, it has to be the server.
function startsServer(workload: Workload, { technology }: Product, tree: FileTree): boolean {
  const words = statedWords(workload)
  if (words.length === 0) return true
  return technology === 'kafka' ? kafkaServer.test(words.map(readable).join(' ')) : serverCalls(launchOf(workload, tree)).length > 0
}

/** The variables that the lines set; undefined where one of them rests on another. */
function settingsIn(lines: readonly Line[]): readonly Variable[] | undefined {
  const found: Variable[] = []
  for (const { text, span } of lines) {
    const [, said] = /^\s*ENV\s+(\S[^]*)$/i.exec(text) ?? []
    if (said === undefined) continue
    if (/[$\\]/.test(said)) return undefined
    // `ENV A=b C="d e"`, and the older `ENV A all that follows`.
    const words = shellWords(said), [first] = words
    const pairs = first?.text.includes('=') === false ? [[first.text, said.slice(first.end).trim()] as const] : words.map(({ text }) => [before(text, /=/), text.slice(text.indexOf('=') + 1)] as const)
    for (const [name, value] of pairs) found.push({ name, nameSpan: span, value: known(value, span), origin: 'environment' })
  }
  return found
}

const mostFiles = 50

function copiedBy({ text, span }: Line, folder: string, tree: FileTree): readonly Mount[] {
  const [, said] = /^\s*(?:COPY|ADD)\s+(\S[^]*)$/i.exec(text) ?? []
  const copy = said === undefined ? undefined : copyOf(said)
  if (!copy || copy.from !== undefined || !copy.target.startsWith('/') || copy.target.includes('$')) return []
  return copy.sources.flatMap(source => {
    const path = join(folder, source), read = tree.read(path), inFolder = copy.target.endsWith('/') || copy.sources.length > 1
    // What a folder brings is looked up where the server names it; that it belongs to the stack is known from here on.
    if (typeof read !== 'string') for (const name of (tree.list(path) ?? []).filter(each => settingsFile.test(each)).slice(0, mostFiles)) tree.read(join(path, name))
    const target = known(typeof read === 'string' && inFolder ? `${withoutEnd(copy.target, '/')}/${nameOf(source)}` : copy.target, span)
    return [{ kind: 'config' as const, target, source: known(source, span), path, ...(typeof read === 'string' ? { content: wholeFile(path, read) } : {}), readOnly: false, span }]
  })
}
