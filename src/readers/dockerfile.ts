// What a Dockerfile puts into an image and starts there: its stages, the paths that they copy, the lines that they run. Runs nothing.
// https://docs.docker.com/reference/dockerfile/
import { folderOf, type FileTree } from '../model/files.ts'
import { oncePerText } from '../model/once.ts'
import type { BuildSource } from '../model/stack.ts'
import { before, withoutEnd } from '../model/words.ts'

export interface Copy {
  /** The stage, image or named context that it copies from; absent for the context itself. */
  readonly from?: string
  readonly sources: readonly string[]
  /** Where they go in the image, as it is written. */
  readonly target: string
}

export interface Stage {
  readonly name?: string
  /** The image or the earlier stage that it begins with. */
  readonly base: string
  readonly copies: readonly Copy[]
  /** Its RUN, WORKDIR, ENV, CMD and ENTRYPOINT lines, in order. */
  readonly lines: readonly Line[]
}

export interface Line {
  readonly instruction: 'RUN' | 'WORKDIR' | 'ENV' | 'CMD' | 'ENTRYPOINT'
  readonly text: string
}

const longest = 200_000
/** Arguments in arguments may double each other; no path is that long. */
const longestFilled = 20_000

// Several questions are asked of the same Dockerfile, and several workloads are built from it.
const recent = oncePerText<readonly Stage[]>(5_000_000)

/** The stages of what an image is built from; none where its Dockerfile cannot be read. */
export function stagesOfBuild({ inline, dockerfile, args }: BuildSource, tree: FileTree): readonly Stage[] {
  const text = inline ?? tree.read(dockerfile)
  return typeof text === 'string' ? recent(`${dockerfile}\n${JSON.stringify([...args])}`, text, () => stagesOf(text, args)) : []
}

/** The stages of a Dockerfile; `args` are what the deployment sets, the file's own defaults stand behind them. */
export function stagesOf(text: string, args: ReadonlyMap<string, string>): readonly Stage[] {
  const stages: { name?: string; base: string; copies: Copy[]; lines: Line[] }[] = []
  const known = new Map(args)
  for (const line of logicalLines(text.slice(0, longest))) {
    const match = /^\s*([A-Za-z]+)\s+(\S[^]*)$/.exec(line)
    if (!match) continue
    const instruction = (match[1] ?? '').toUpperCase(), rest = filled((match[2] ?? '').trim(), known)
    if (instruction === 'ARG') {
      const [, name, value] = /^([A-Za-z_]\w*)=["']?([^\s"']*)/.exec(rest) ?? []
      if (name !== undefined && value !== undefined && !known.has(name)) known.set(name, value)
    } else if (instruction === 'FROM') {
      const [, base = '', name] = /^(?:--\S+\s+)*(\S+)(?:\s+as\s+(\S+))?/i.exec(rest) ?? []
      stages.push({ base, ...(name === undefined ? {} : { name: name.toLowerCase() }), copies: [], lines: [] })
    } else if (instruction === 'COPY' || instruction === 'ADD') {
      const copy = copyOf(rest)
      if (copy) stages.at(-1)?.copies.push(copy)
    } else if (instruction === 'RUN' || instruction === 'WORKDIR' || instruction === 'ENV' || instruction === 'CMD' || instruction === 'ENTRYPOINT') {
      stages.at(-1)?.lines.push({ instruction, text: rest })
    }
  }
  return stages
}

/** The stage of a name, or of a number from 0. */
export const stageNamed = (name: string, stages: readonly Stage[]): Stage | undefined =>
  stages.find(stage => stage.name === name.toLowerCase()) ?? (/^\d+$/.test(name) ? stages[Number(name)] : undefined)

/** The stages that a target is made of: it, what it begins with and what it copies from, itself first. */
export function stagesBehind(stages: readonly Stage[], target?: string): readonly Stage[] {
  const first = (target === undefined ? undefined : stageNamed(target, stages)) ?? stages.at(-1)
  const found = new Set<Stage>(first ? [first] : [])
  for (const stage of found) {
    for (const name of [stage.base, ...stage.copies.flatMap(copy => copy.from ?? [])]) {
      const other = stageNamed(name, stages)
      if (other && stages.indexOf(other) < stages.indexOf(stage)) found.add(other)
    }
  }
  return [...found]
}

// Lines joined at `\`, comments left out, the text of here-documents kept with their instruction.
function* logicalLines(text: string): Generator<string> {
  let whole = '', until: string | undefined
  for (const line of text.split(/\r?\n/)) {
    if (until !== undefined) {
      if (line.trim() === until) { until = undefined; yield whole; whole = '' } else whole += `\n${line}`
      continue
    }
    if (/^\s*#/.test(line) || (whole === '' && line.trim() === '')) continue
    const more = /\\\s*$/.test(line)
    whole += more ? `${line.replace(/\\\s*$/, '')} ` : line
    until = more ? undefined : /<<-?["']?([A-Za-z_]\w*)["']?/.exec(line)?.[1]
    if (!more && until === undefined) { yield whole; whole = '' }
  }
  if (whole !== '') yield whole
}

function filled(text: string, args: ReadonlyMap<string, string>): string {
  let more = 0
  return text.replace(/\$(?:\{([A-Za-z_]\w*)(?::?-([^{}]*))?\}|([A-Za-z_]\w*))/g, (written, braced?: string, fallback?: string, bare?: string) => {
    const value = args.get(braced ?? bare ?? '') ?? fallback ?? written
    return (more += value.length) > longestFilled ? written : value
  })
}

/** What the words of a COPY or ADD line copy; undefined where it copies nothing of the context. */
export function copyOf(text: string): Copy | undefined {
  const flags = /^(?:--\S+\s+)*/.exec(text)?.[0] ?? ''
  const from = /--from=(\S+)/.exec(flags)?.[1]
  const rest = text.slice(flags.length)
  const words = rest.startsWith('[') ? [...rest.matchAll(/"([^"]*)"/g)].map(match => match[1] ?? '') : before(rest, /<</).trimEnd().split(/\s+/)
  const sources = words.slice(0, -1).map(word => word.replace(/^["']|["']$/g, '')).filter(word => word !== '' && !/^https?:/.test(word))
  return sources.length === 0 ? undefined : { ...(from === undefined ? {} : { from }), sources: sources.map(plainPath), target: (words.at(-1) ?? '').replace(/^["']|["']$/g, '') }
}

// `src/*.json` copies from `src`; `/a`, `../a` and `a` are all from the context, which nothing leaves.
const plainPath = (path: string): string => {
  const bare = withoutEnd(path.replace(/^(?:\.{0,2}\/)+/, '').replace(/^\.\.$/, '.'), '/')
  const glob = bare.search(/[*?[]/)
  return (glob < 0 ? bare : glob === 0 ? '.' : folderOf(bare.slice(0, glob) + 'x')) || '.'
}
