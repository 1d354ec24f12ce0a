// The texts behind a compose project: compose files, env files and the variables they define. Knows files, not services.
import { folderOf, join, type FileTree } from '../../model/files.ts'
import type { Problem } from '../../model/stack.ts'
import type { Note } from "../../model/value.ts"
import { readYaml, type YamlMap } from '../yaml.ts'
import { definedAt, readEnvFile, type EnvEntry } from './env-file.ts'
import type { Lookup } from './interpolate.ts'

/** `compose`: exactly as Compose, an unset variable is an empty text. `careful`: an unset variable is unknown. */
export type Mode = 'compose' | 'careful'

export interface ParsedFile {
  readonly text: string
  readonly root: YamlMap | undefined
  /** Documents behind the first; Compose lays them over it. */
  readonly later: readonly YamlMap[]
  readonly problems: readonly Problem[]
}

export interface Files {
  readonly tree: FileTree
  /** A parsed YAML file; a refusal's reason; undefined when there is none. Each file is parsed once, until it is let go of. */
  yaml(file: string): ParsedFile | string | undefined
  /** Lets go of a parsed file that is hardly asked for again: of thousands, parsed, only those are held that somebody is going to need. */
  forget(file: string): void
  /** The text of a parsed file, empty when there is none. */
  text(file: string): string
}

/** The files of a tree, each parsed once for all who ask. */
export function filesOf(tree: FileTree): Files {
  const parsed = new Map<string, ParsedFile | string | undefined>()
  const parse = (file: string): ParsedFile | string | undefined => {
    const text = tree.read(file)
    if (text === undefined) return undefined
    if (typeof text !== 'string') return text.refused
    const { documents, problems, broken } = readYaml(file, text)
    // Compose refuses the whole file.
    const [root, ...later] = broken ? [] : documents.filter(d => d.kind === 'map')
    return { text, root, later, problems }
  }
  const yaml = (file: string): ParsedFile | string | undefined => {
    if (!parsed.has(file)) parsed.set(file, parse(file))
    return parsed.get(file)
  }
  const text = (file: string): string => {
    const found = yaml(file)
    return typeof found === 'object' ? found.text : ''
  }
  return { tree, yaml, text, forget: file => { parsed.delete(file) } }
}

/** Variables that a compose file may refer to. */
export interface Variables {
  readonly lookup: Lookup
  readonly entries: ReadonlyMap<string, EnvEntry>
  readonly files: readonly string[]
}

const noLookup: Lookup = () => undefined
const emptyLookup: Lookup = (_, how) => (how === 'plain' ? { text: '', missing: [], notes: [] } : undefined)

/** The variables of a project: its `.env` or the given env files; those of the including project win. */
export function variablesOf(tree: FileTree, folder: string, mode: Mode, parent?: Variables, envFiles?: readonly string[]): Variables {
  const entries = new Map<string, EnvEntry>()
  const files: string[] = []
  for (const file of envFiles ?? [join(folder, '.env')]) {
    const text = tree.read(file)
    if (typeof text !== 'string') continue
    files.push(file)
    for (const entry of readEnvFile(file, text, parent?.lookup ?? (mode === 'compose' ? emptyLookup : noLookup))) if (entry.stated) entries.set(entry.name, entry)
  }
  const { examples, exampleFiles } = mode === 'careful' && files.length === 0 ? likelyIn(tree, folder, envFiles === undefined) : none
  const lookup: Lookup = (name, how) => {
    const outer = parent?.lookup(name, 'default')
    if (outer) return outer
    const entry = entries.get(name)
    if (entry) return { text: entry.text, missing: entry.missing, notes: [definedAt(entry, false), ...entry.notes] }
    const fallback = how === 'plain' ? examples.get(name) : undefined
    if (fallback) return { text: fallback.text, missing: fallback.missing, notes: [definedAt(fallback, true)] }
    // Compose knows where it is run; from the files alone nobody does.
    if (name === 'PWD' && mode === 'compose') return { text: '${PWD}', missing: ['PWD'], notes: [] }
    return how === 'plain' && mode === 'compose' ? { text: '', missing: [], notes: [] } : undefined
  }
  return { lookup, entries: new Map([...(parent?.entries ?? []), ...entries]), files: exampleFiles.length > 0 ? exampleFiles : files }
}

interface Examples {
  readonly examples: ReadonlyMap<string, EnvEntry>
  readonly exampleFiles: readonly string[]
}

const none: Examples = { examples: new Map(), exampleFiles: [] }

/**
 * What most likely fills in the variables of a folder without an env file: its examples, else the env file or the examples of the nearest folder
 * above. Compose reads that one only where it is told to (`--env-file`, `--project-directory`, a first `-f` there; tried with 2.40.3), so it fills in like an example:
 * https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file
 */
function likelyIn(tree: FileTree, folder: string, above: boolean): Examples {
  for (let at = folder; ; at = folderOf(at)) {
    // Whoever merely looks for a file above shares nothing with all others who do.
    const isThere = at === folder || (tree.list(at)?.some(name => name.includes('env')) ?? false)
    const found = isThere ? examplesIn(tree, at) : none, own = isThere && at !== folder ? textAt(tree, join(at, '.env')) : undefined
    if (own) return { examples: new Map(readEnvFile(own.file, own.text, noLookup).filter(({ text }) => text !== '').map(entry => [entry.name, entry])), exampleFiles: [own.file] }
    if (found.exampleFiles.length > 0 || !above || at === '.') return found
  }
}

// The examples of a folder's env file: the one of `.env`, and those that have a part of it (`.env.redis.example`), which share no variable with the others.
function examplesIn(tree: FileTree, folder: string): Examples {
  const examples = new Map<string, EnvEntry>(), exampleFiles: string[] = []
  const add = ({ file, text }: { readonly file: string; readonly text: string }, apart: boolean): void => {
    const entries = readEnvFile(file, text, noLookup).filter(entry => entry.text !== '')
    if (apart && (entries.length === 0 || entries.some(({ name }) => examples.has(name)))) return
    for (const entry of entries) examples.set(entry.name, entry)
    exampleFiles.push(file)
  }
  const whole = exampleOf(tree, join(folder, '.env')) ?? templateOf(tree, folder)
  if (whole) add(whole, false)
  const parts = (tree.list(folder) ?? []).filter(name => /^\.env[.\-_](?!test|ci\b|local|dev|prod|stag|docker|example|sample)[a-z]+[.\-_](?:example|sample|dist|template)$/i.test(name)).sort().slice(0, mostParts)
  for (const name of parts) {
    const found = textAt(tree, join(folder, name))
    if (found && found.file !== whole?.file) add(found, true)
  }
  return { examples, exampleFiles }
}

const mostParts = 20

// What somebody made for containers comes before what is meant for every way to run the program.
const marks = ['docker', 'example', 'sample', 'dist', 'template', 'default', 'defaults', 'tmpl', 'tpl']

/** The example that a repository keeps beside an env file that it does not: `.env.example`, `example.env`, `app.env.sample`. */
export function exampleOf(tree: FileTree, file: string): { file: string; text: string } | undefined {
  const folder = folderOf(file)
  const name = file.slice(folder === '.' ? 0 : folder.length + 1)
  const stem = name.replace(/^\./, '')
  const here = tree.list(folder)
  if (!here) return undefined
  for (const mark of marks) {
    const plain = stem === 'env' ? [`${mark}.env`, `.${mark}.env`, `env.${mark}`] : [`${stem.replace(/\.env$/, '')}.${mark}.env`]
    for (const candidate of [`${name}.${mark}`, `${name}-${mark}`, `${name}_${mark}`, `${stem}.${mark}`, ...plain]) {
      if (!here.includes(candidate)) continue
      const found = textAt(tree, join(folder, candidate))
      if (found) return found
    }
  }
  // `.env.docker`, `.env.production`: where only one lies there, it is the one that people copy.
  const [only, ...others] = stem === 'env' ? here.filter(candidate => /^\.env[.\-_](?!test|ci\b|local|vault|keys)[\w.-]+$/i.test(candidate)) : []
  return only !== undefined && others.length === 0 ? textAt(tree, join(folder, only)) : undefined
}

const textAt = (tree: FileTree, file: string): { file: string; text: string } | undefined => {
  const text = tree.read(file)
  return typeof text === 'string' ? { file, text } : undefined
}

/**
 * The environment that a Dokploy template gives its compose file, as the lines of an env file in the places that they have there.
 * https://docs.dokploy.com/docs/core/template-format
 */
function templateOf(tree: FileTree, folder: string): { file: string; text: string } | undefined {
  const found = textAt(tree, join(folder, 'template.toml'))
  if (!found || found.text.length > longestTemplate || !/^[ \t]*\[config(?:\.env)?\]/m.test(found.text)) return undefined
  let table = '', list = false
  const lines = found.text.split('\n').map(line => {
    const header = /^\s*\[{1,2}\s*([\w.-]+)\s*\]{1,2}\s*(?:#.*)?$/.exec(line)
    if (header) { table = header[1] ?? ''; list = false; return blank(line) }
    if (table === 'config' && /^\s*env\s*=\s*\[/.test(line)) list = true
    const entry = list ? /^(?:\s*env\s*=\s*\[)?\s*(["'])([A-Za-z_]\w*=.*)\1\s*[,\]]?/.exec(line) : table === 'config.env' ? /^()\s*([A-Za-z_]\w*\s*=\s*(?:"[^"]*"|'[^']*'|[\w.-]+))/.exec(line) : null
    if (list && /\]\s*(?:#|$)/.test(line)) list = false
    const text = entry?.[2] ?? ''
    const at = line.indexOf(text)
    return text === '' ? blank(line) : blank(line.slice(0, at)) + text + blank(line.slice(at + text.length))
  })
  return { file: found.file, text: lines.join('\n') }
}

const longestTemplate = 262_144
const blank = (text: string): string => text.replace(/[^\r]/g, ' ')

/** What a reader leaves besides values: what it could not read. */
export interface Remarks {
  readonly problems: Problem[]
  readonly unread: Note[]
}
