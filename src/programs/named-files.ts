// Files of settings that a variable or an argument names (`APP_CONFIG=/conf/app.yml`, `--config conf/app.yml`), followed to where the
// repository keeps them: through what is mounted, then through what the Dockerfile copies, stage by stage. Knows no format's meaning.
import { filesNamed, join, nameOf, type FileTree } from '../model/files.ts'
import type { BuildSource, Variable, Workload } from '../model/stack.ts'
import { readable, wholeFile } from '../model/value.ts'
import { oneForm } from '../model/words.ts'
import { flattened } from '../readers/config-files.ts'
import { stageNamed, stagesBehind, stagesOfBuild, type Stage } from '../readers/dockerfile.ts'

const longest = 200_000
const mostFiles = 6
const mostStages = 5

const settingsFile = /^[\w./@+-]{1,200}\.(?:ya?ml|toml|json|properties|ini|conf|cfg|env)$/i
const mayName = /\.(?:ya?ml|toml|json|properties|ini|conf|cfg|env)/i
const namesFile = /conf|settings|file|path|properties|profile/i

/** What these files set, by the names in them; what the deployment itself sets is left out. `source`: what its image is built from. */
export function namedSettings(workload: Workload, source: BuildSource | undefined, tree: FileTree): readonly Variable[] {
  const stages = source ? stagesOfBuild(source, tree) : []
  const chain = stagesBehind(stages, source?.target)
  const read = new Set(workload.environment.map(({ nameSpan }) => nameSpan.file)), stated = new Set(workload.environment.map(({ name }) => oneForm(name)))
  const found: Variable[] = []
  let files = 0
  for (const name of new Set(filesNamedBy(workload, chain[0]))) {
    const inside = inImage(workdirOf(chain[0]), name)
    const path = mountedFrom(inside, workload, tree) ?? (source && ((chain[0] && copiedFrom(inside, chain[0], stages, source.folder, tree, 0)) ?? onlyOne(name, source.folder, tree)))
    const content = path === undefined || read.has(path) ? undefined : tree.read(path)
    if (path === undefined || typeof content !== 'string' || content.length > longest || ++files > mostFiles) continue
    read.add(path)
    found.push(...flattened(path, wholeFile(path, content)).filter(variable => !stated.has(oneForm(variable.name))))
  }
  return found
}

// The words of the start and the values of variables that may be such a file; the image's own where the deployment says none.
function filesNamedBy({ environment, entrypoint, command }: Workload, last: Stage | undefined): readonly string[] {
  const lines = last?.lines ?? [], own = (instruction: string): string => lines.filter(line => line.instruction === instruction).at(-1)?.text ?? ''
  const started = [...(entrypoint ?? []), ...(command ?? [])].map(readable).join(' ') || `${own('ENTRYPOINT')} ${own('CMD')}`
  const start = started.slice(0, longest), words = mayName.test(start) ? start.split(/[\s"',[\]=;]+/) : []
  const variables = environment.flatMap(({ name, value }) => (value.known && namesFile.test(name) ? [value.value] : []))
  const image = lines.flatMap(({ instruction, text }) => (instruction === 'ENV' ? [...text.matchAll(/\b([A-Z][A-Z0-9_]{1,60})[= ]["']?([^\s"']{1,200})/g)].flatMap(([, name = '', value = '']) => (namesFile.test(name) ? [value] : [])) : []))
  return [...words, ...variables, ...image].filter(word => settingsFile.test(word) && !word.includes('..')).slice(0, 20)
}

const isSettingsFile = (name: string): boolean => settingsFile.test(name)

/** The only file of what an image is built from that is called so: `CONFIG_FILE=redis.properties` leaves the folder to the program. */
function onlyOne(name: string, context: string, tree: FileTree): string | undefined {
  if (name.includes('/')) return undefined
  const [only, ...others] = filesNamed(tree, isSettingsFile).filter(path => nameOf(path) === name && (context === '.' || path.startsWith(`${context}/`)))
  return others.length === 0 ? only : undefined
}

// An absolute path in the image, without a slash at its end.
const inImage = (workdir: string, path: string): string => `/${join(path.startsWith('/') ? '.' : workdir.slice(1) || '.', path.replace(/^\/+/, ''))}`.replace(/\/\.?$/, '') || '/'

function workdirOf(stage: Stage | undefined): string {
  let folder = '/'
  for (const { instruction, text } of stage?.lines ?? []) if (instruction === 'WORKDIR') folder = inImage(folder, text.trim())
  return folder
}

/** What is left of a path below a folder; undefined where it lies elsewhere. */
const below = (path: string, top: string): string | undefined =>
  path === top ? '' : top === '/' ? path.slice(1) : path.startsWith(`${top}/`) ? path.slice(top.length + 1) : undefined

function mountedFrom(inside: string, { mounts }: Workload, tree: FileTree): string | undefined {
  const found = mounts.flatMap(({ path, target }) => { const rest = path === undefined || !target.known ? undefined : below(inside, inImage('/', target.value)); return path === undefined || rest === undefined ? [] : [{ path: join(path, rest), length: readable(target).length }] })
  return found.sort((one, other) => other.length - one.length).find(({ path }) => typeof tree.read(path) === 'string')?.path
}

// The last instruction that puts it there wins; out of an earlier stage it is followed there.
function copiedFrom(inside: string, stage: Stage, stages: readonly Stage[], context: string, tree: FileTree, depth: number): string | undefined {
  const workdir = workdirOf(stage)
  for (const { from, sources, target } of [...stage.copies].reverse()) {
    const rest = below(inside, inImage(workdir, target))
    if (rest === undefined) continue
    for (const source of sources) {
      const paths = rest === '' ? [source] : nameOf(source) === rest ? [join(source, rest), source] : [join(source, rest)]
      const other = from === undefined ? undefined : stageNamed(from, stages)
      const path = from === undefined ? paths.map(each => join(context, each)).find(each => typeof tree.read(each) === 'string')
        : other && depth < mostStages ? paths.map(each => copiedFrom(`/${each}`, other, stages, context, tree, depth + 1)).find(each => each !== undefined) : undefined
      if (path !== undefined) return path
    }
  }
  const base = depth < mostStages ? stageNamed(stage.base, stages) : undefined
  return base && base !== stage ? copiedFrom(inside, base, stages, context, tree, depth + 1) : undefined
}
