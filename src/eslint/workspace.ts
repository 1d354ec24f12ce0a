// The stacks around an open file, kept in memory between two looks at them. Knows trees and reports; must not know ESLint.
import { filesOf, lint, observe, ruleIds, type LintOptions, type Observation } from '../lint.ts'
import { overlayTree } from '../host/memory.ts'
import { remembering } from '../host/remembering.ts'
import type { FileTree } from '../model/files.ts'
import type { Finding, Report, ReportedProblem } from '../model/report.ts'
import { configOf, placeOf, type Configured, type Place } from './settings.ts'
import { watchedTree, type WatchedTree } from './watched-tree.ts'

export interface OpenFile {
  readonly filename: string
  readonly text: string
  readonly cwd: string
  readonly settings: Readonly<Record<string, unknown>>
  /** What the active rules were told; the others are left out. */
  readonly rules: ReadonlyMap<string, Readonly<Record<string, number>>>
  /** Whether texts of other open files are remembered until they are saved. */
  readonly editor: boolean
}

export interface Opened {
  /** The open file, as findings name it. */
  readonly path: string
  /** What lies in the file, or rests on a line of it. */
  readonly findings: readonly Finding[]
  /** What could not be understood in the file. */
  readonly problems: readonly ReportedProblem[]
}

type Told = Pick<Report, 'findings' | 'problems'>

interface Known {
  readonly version: number
  readonly texts: ReadonlyMap<string, string>
  readonly tree: FileTree
  readonly observation: Observation
  readonly reports: Map<string, Told>
}

interface Unsaved {
  readonly text: string
  readonly saved: string | undefined
  readonly at: number
}

interface Workspace {
  readonly configured: Configured
  readonly tree: WatchedTree
  readonly unsaved: Map<string, Unsaved>
  /** What the disk says, and what the disk with the unsaved texts says: of everything, and of the stacks of each file that an editor has open. */
  readonly known: Map<string, Known>
  kept?: { readonly version: number; readonly tree: FileTree }
  configLooked: number
}

const workspaces = new Map<string, Workspace>()
const mostWorkspaces = 8
const mostKnown = 20
/** An editor does not say that a file was closed; what nobody looked at for so long counts as closed. */
const unsavedFor = 600_000

// What a text that no stack rests on yet must say to become part of one. Most YAML of a repository says none of it, so that typing in it costs nothing.
const speaks = /redis|kafka|valkey|keydb|dragonfly|garnet|redpanda|strimzi|misfit|^["']?(?:services|include|asyncapi)["']?[ \t]*:/im

/** The findings that concern an open file, judged with its whole stack. */
export function open(file: OpenFile): Opened {
  const place = placeOf(file.filename, file.cwd, file.settings)
  const workspace = workspaceOf(place, file.cwd)
  const { path } = place
  const { findings, problems } = workspace.configured.ignored(path) ? nothing : reportOf(knownOf(workspace, path, file), workspace.configured.options, path, file)
  return {
    path,
    findings: findings.filter(each => each.file === path || each.because.some(note => note.file === path)),
    problems: problems.filter(each => each.file === path),
  }
}

const nothing: Told = { findings: [], problems: [] }

function workspaceOf({ root }: Place, cwd: string): Workspace {
  const key = JSON.stringify([root, cwd])
  const earlier = workspaces.get(key)
  workspaces.delete(key)
  const now = Date.now()
  let workspace = earlier
  if (earlier && Math.abs(now - earlier.configLooked) >= earlier.tree.interval) {
    earlier.configLooked = now
    if (earlier.configured.changed()) workspace = undefined
  }
  if (!workspace) {
    const configured = configOf(root, cwd)
    workspace = { configured, tree: watchedTree(root, configured.ignored), unsaved: earlier?.unsaved ?? new Map<string, Unsaved>(), known: new Map<string, Known>(), configLooked: now }
  }
  workspaces.set(key, workspace)
  for (const oldest of workspaces.keys()) {
    if (workspaces.size <= mostWorkspaces) break
    workspaces.delete(oldest)
  }
  return workspace
}

// Text that is the disk's own needs no overlay, so that linting a whole repository reads its stacks once.
function knownOf(workspace: Workspace, path: string, file: OpenFile): Known {
  const version = workspace.tree.version()
  return read(workspace, path, file, version, overlay(workspace, path, file, version))
}

// A command asks for one file after the other, so everything is read at once; in an editor one file changes again and again, and only its stacks are.
function read(workspace: Workspace, path: string, { editor }: OpenFile, version: number, texts: ReadonlyMap<string, string>): Known {
  const { known, configured: { options } } = workspace
  const tree = keeping(workspace, version)
  const key = JSON.stringify([editor ? path : '', texts.size === 0])
  const earlier = known.get(key)
  known.delete(key)
  const laid = texts.size === 0 ? tree : overlayTree(tree, texts)
  const now = earlier?.version === version && sameTexts(earlier.texts, texts) ? earlier
    : { version, texts, tree: laid, observation: observe(remembering(laid), editor ? { ...options, only: new Set([path]) } : options), reports: new Map<string, Told>() }
  known.set(key, now)
  for (const oldest of known.keys()) {
    if (known.size <= mostKnown) break
    known.delete(oldest)
  }
  return now
}

const sameTexts = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([path, text]) => b.get(path) === text)

// The texts that differ from the disk: those of other open files, and the file's own if it says or said anything that may matter.
function overlay(workspace: Workspace, path: string, file: OpenFile, version: number): ReadonlyMap<string, string> {
  const { tree, unsaved } = workspace
  const now = Date.now()
  const texts = new Map<string, string>()
  for (const [other, memory] of unsaved) {
    const onDisk = tree.read(other)
    if (other === path || now - memory.at > unsavedFor || onDisk !== memory.saved) unsaved.delete(other)
    else texts.set(other, memory.text)
  }
  const found = tree.read(path)
  const saved = typeof found === 'string' ? found : undefined
  const matters = (): boolean => speaks.test(file.text) || stacksWith(read(workspace, path, file, version, noTexts), path).length > 0
  if (saved !== file.text) {
    if (!matters()) return texts
    texts.set(path, file.text)
    if (file.editor && file.text.length < 1_000_000 && unsaved.size < 100) unsaved.set(path, { text: file.text, saved, at: now })
  // Files that git ignores are not searched; an editor's open file is one that somebody named.
  } else if (file.editor && !tree.files().includes(path) && matters()) texts.set(path, file.text)
  return texts
}

// What is made of the files as they are on disk is kept until one of them changes.
function keeping(workspace: Workspace, version: number): FileTree {
  if (workspace.kept?.version === version) return workspace.kept.tree
  const made = new Map<object, unknown>()
  const tree: FileTree = {
    ...workspace.tree,
    made<T>(key: object, make: () => T): T {
      if (!made.has(key)) made.set(key, make())
      return made.get(key) as T
    },
  }
  workspace.kept = { version, tree }
  return tree
}

const noTexts: ReadonlyMap<string, string> = new Map()

const stacksWith = ({ observation: { stacks } }: Known, path: string): readonly number[] =>
  stacks.flatMap((stack, index) => (filesOf(stack).includes(path) ? [index] : []))

function reportOf(known: Known, options: LintOptions, path: string, file: OpenFile): Told {
  const { stacks, problems: unread } = known.observation
  const mine = stacksWith(known, path)
  const problems = unread.filter(({ span }) => span.file === path)
  if (mine.length === 0 && problems.length === 0) return nothing
  const key = JSON.stringify([mine, problems.length > 0 ? path : '', [...file.rules]])
  const earlier = known.reports.get(key)
  if (earlier) return earlier
  const off = Object.fromEntries(ruleIds.flatMap(id => (file.rules.has(id) ? [] : [[id, 'off' as const]])))
  const stated = Object.fromEntries([...file.rules].filter(([, thresholds]) => Object.keys(thresholds).length > 0))
  // A rule that ESLint was not asked for must not come back by way of a configuration for some files, and explain others away.
  const overrides = options.overrides?.map(each => ({ ...each, severities: Object.fromEntries(Object.entries(each.severities).filter(([id]) => file.rules.has(id))) }))
  const { findings, problems: placed } = lint(known.tree, {
    ...options,
    verdicts: false,
    severities: { ...options.severities, ...off },
    options: { ...options.options, ...stated },
    ...(overrides ? { overrides } : {}),
  }, { stacks: mine.flatMap(index => stacks[index] ?? []), problems })
  const told: Told = { findings, problems: placed }
  known.reports.set(key, told)
  return told
}
