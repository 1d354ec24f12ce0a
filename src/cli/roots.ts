// Paths that somebody named → folders that nothing may leave, each with its configuration. Reads the disk's names; lints nothing.
import { existsSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, relative, resolve, sep } from 'node:path'
import { configFile, findConfig, type ConfigFile, type ReadFile } from '../host/config.ts'
import { diskTree } from '../host/disk.ts'
import { sweeping } from '../host/garbage.ts'
import { outside, overlayTree } from '../host/memory.ts'
import { liesIn, readNamed, readStandardInput, realPlace, sizeLimit, workTree } from '../host/read.ts'
import type { LintOptions } from '../lint.ts'
import { join, type FileTree } from '../model/files.ts'
import { matcher, noConfig, optionsOf, readConfig, type Config } from './config.ts'
import { revisionOf, type Revision } from './revision.ts'
import { UsageError } from './usage.ts'
import { layered, type Layered } from './values.ts'

export interface InputFlags {
  readonly exclude?: readonly string[]
  /** Values files to lay over the chart's own, in this order. */
  readonly values?: readonly string[]
  readonly config?: string
  /** `false`: the programs that are built in the repository are not read. */
  readonly source?: boolean
  readonly requireReason?: boolean
  /** Whether the report tells the decision tables. */
  readonly details?: boolean
  /** A list of further paths, a line or a NUL each; `-` is standard input. */
  readonly filesFrom?: string
  /** What the text on standard input is called; it is linted where the paths have a `-`. */
  readonly stdinFilename?: string
  /** A revision: what is linted is judged by the configuration that it had there. */
  readonly since?: string
  /** A list of files was given and it is empty: a hook had nothing to pass. */
  readonly nothing?: boolean
  /** YYYY-MM-DD. */
  readonly today: string
}

/** One root, ready to be linted. Paths of reports start with `prefix`, those of the tree do not. */
export interface Input {
  readonly prefix: string
  readonly folder: string
  readonly whole: boolean
  /** Whether only what concerns the named files is to be told. */
  readonly narrowed: boolean
  /** The named files as reports call them. */
  readonly named: ReadonlySet<string>
  readonly tree: FileTree
  readonly discovery: { readonly exclude: (path: string) => boolean; readonly include: readonly string[] }
  readonly options: LintOptions
  readonly change?: Change
}

/** What a change is judged by, which is not what it says itself. */
export interface Change {
  readonly revision: Revision
  /** The configuration as it was; undefined where it could not be read, which `unreadable` says. */
  readonly base?: Configured
  readonly unreadable?: string
  /** The configuration that the change leaves. */
  readonly own: Configured
  /** The same files as another configuration has them linted. */
  readonly by: (configured: Configured) => Pick<Input, 'tree' | 'options'>
}

export interface Configured {
  readonly config: Config
  /** Where its globs start. */
  readonly folder: string
  readonly path?: string
  readonly text?: string
}

/** A folder that nothing may leave, and what of it was asked for. */
interface Root {
  readonly folder: string
  /** The files that were named; empty when the folder itself was. */
  readonly named: Set<string>
  whole: boolean
  /** Texts that are not, or not yet, what the disk holds: path → text. */
  readonly over?: ReadonlyMap<string, string>
  /** The chart with the values that were named for it. */
  readonly layered?: Layered
}

export const here = realpathSync(process.cwd())
export const slashed = (path: string): string => path.split(sep).join('/')
export const fromHere = (folder: string): string => slashed(relative(here, folder)) || '.'

/** Every root that the paths and flags name, with its files and its configuration. */
export function inputsOf(paths: readonly string[], flags: InputFlags): readonly Input[] {
  const { values = [] } = flags
  const roots = values.length > 0 ? [chartRoot(layered(paths, values))] : rootsOf(paths.length > 0 || flags.nothing === true ? paths : ['.'], flags)
  const stated = flags.config === undefined ? undefined : configAt(flags.config)
  return roots.map(root => {
    const own = stated ?? configOf(root.folder)
    if (flags.since === undefined) return inputOf(root, own, flags)
    const revision = revisionOf(root.folder, flags.since)
    const by = (configured: Configured): Input => inputOf(root, configured, flags)
    let base: Configured
    try {
      // A file that somebody names and the revision does not have is not the change's word but theirs.
      base = flags.config === undefined ? configOf(root.folder, revision.read) : configAt(flags.config, path => revision.read(path) ?? readNamed(path))
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      return { ...by(own), change: { revision, own, by, unreadable: error.message } }
    }
    return { ...by(base), change: { revision, own, by, base } }
  })
}

function inputOf(root: Root, { config, folder: configFolder }: Configured, flags: InputFlags): Input {
  const { folder, whole } = root
  const prefix = fromHere(folder)
  const excluded = matcher(flags.exclude ?? []), excludes = flags.exclude !== undefined && flags.exclude.length > 0
  const { ignored, ...configured } = optionsOf(config, configFolder, folder)
  const exclude = (path: string): boolean => (excludes && (excluded(path) || excluded(join(prefix, path)))) || ignored(path)
  // Hooks name every file; what nobody wants linted is no more wanted by that.
  const named = new Set([...root.named].filter(file => !exclude(file)))
  const discovery = { exclude, include: [...named] }
  const disk = sweeping(diskTree(folder, { ...discovery, tracked: true }))
  const options: LintOptions = {
    prefix,
    name: basename(folder),
    anchor: slashed(relative(workTree(folder), folder)) || '.',
    ...configured,
    ...(root.layered ? { charts: [...configured.charts?.filter(each => each.chart !== root.layered?.chart) ?? [], root.layered] } : {}),
    now: flags.today,
    ...(flags.source === false ? { source: false } : {}),
    ...(flags.requireReason === undefined ? {} : { requireReason: flags.requireReason }),
    ...(flags.details === true ? { details: true } : {}),
    ...(whole ? {} : { only: named }),
  }
  return {
    prefix, folder, whole, discovery, options, narrowed: !whole && root.layered === undefined,
    named: new Set([...named].map(file => join(prefix, file))), tree: root.over ? overlayTree(disk, root.over) : disk,
  }
}

/** Bytes of a list of paths: those of a large repository are longer than a file of it. */
const longestList = 50_000_000

/** The paths of a list, which may come from standard input. */
export function listedPaths(from: string): readonly string[] {
  const text = from === '-' ? readStandardInput(longestList) : readNamed(from, { size: longestList, nul: true })
  if (typeof text !== 'string') throw new UsageError(`the list of files ${JSON.stringify(from)} cannot be read: ${text?.refused ?? 'there is no such file'}`)
  return text.split(text.includes('\0') ? '\0' : /\r?\n/).filter(path => path.trim() !== '')
}

// Of a folder that also holds other things, only what the chart belongs to.
const chartRoot = (layered: Layered): Root => {
  const whole = layered.chart === '.'
  return { folder: layered.folder, named: new Set(whole ? [] : [join(layered.chart, 'Chart.yaml')]), whole, layered }
}

// Several paths under one root are linted together; a folder inside another that is linted whole adds nothing.
function rootsOf(paths: readonly string[], flags: InputFlags): Root[] {
  const roots = new Map<string, Root>()
  for (const path of paths) {
    if (path === '-') {
      const root = typed(flags)
      roots.set(root.folder, { ...root, named: new Set([...root.named, ...roots.get(root.folder)?.named ?? []]) })
      continue
    }
    if (!existsSync(path)) throw new UsageError(`there is no file or folder ${JSON.stringify(path)}`)
    const real = placeOf(path)
    const isFile = !statSync(real).isDirectory()
    const folder = isFile ? workTree(dirname(real)) : real
    const root = roots.get(folder) ?? { folder, named: new Set<string>(), whole: false }
    if (isFile) root.named.add(slashed(relative(folder, real)))
    else root.whole = true
    roots.set(folder, root)
  }
  const all = [...roots.values()]
  return all.filter(root => !all.some(other => other !== root && other.whole && root.folder.startsWith(other.folder.endsWith(sep) ? other.folder : other.folder + sep)))
}

/** Where a path that exists really is; throws a UsageError where a link leads it astray. */
export function placeOf(path: string): string {
  const real = realPlace(path)
  if (typeof real === 'string') return real
  throw new UsageError(`${JSON.stringify(path)} is not linted: ${real.refused}`)
}

// What an editor holds, as if it stood under its name already.
function typed({ stdinFilename, filesFrom }: InputFlags): Root {
  if (stdinFilename === undefined) throw new UsageError('`-` needs --stdin-filename FILE: the name says what the text is, and which files belong to it')
  if (filesFrom === '-') throw new UsageError('standard input cannot be both the list of files and a file')
  const path = resolve(stdinFilename)
  if (!existsSync(dirname(path))) throw new UsageError(`there is no folder ${JSON.stringify(dirname(stdinFilename))} for ${JSON.stringify(stdinFilename)}`)
  const folder = workTree(realpathSync(dirname(path)))
  const file = slashed(relative(folder, resolve(realpathSync(dirname(path)), basename(path))))
  const text = readStandardInput(sizeLimit)
  if (typeof text !== 'string') throw new UsageError(`the text on standard input cannot be read: ${text.refused}`)
  return { folder, named: new Set([file]), whole: false, over: new Map([[file, text]]) }
}

/** The configuration in a file that the user named. */
export function configAt(path: string, read?: ReadFile): Configured {
  const found = configFile(resolve(path), read)
  if (!found) throw new UsageError(`there is no configuration file ${JSON.stringify(path)}`)
  return configured(found, read)
}

/** The root's own configuration, else that of the working directory when the root lies in it. */
export function configOf(root: string, read?: ReadFile): Configured {
  const inside = root === here || root.startsWith(here + sep)
  const found = findConfig(inside ? [root, here] : [root], read)
  return found ? configured(found, read) : { config: noConfig, folder: root }
}

function configured(file: ConfigFile, read?: ReadFile): Configured {
  const { folder, path, text } = file
  // A knowledge file may not lie elsewhere, on disk or in a revision.
  const beside = read && ((name: string) => (liesIn(resolve(folder, name), folder) ? read(resolve(folder, name)) : outside))
  return { config: readConfig(file, beside), folder, path, ...(typeof text === 'string' ? { text } : {}) }
}
