// The stacks around an open file, kept in memory between two looks at them. Knows trees and reports; must not know ESLint.
import { filesOf, lint, observe, type LintOptions, type Observation } from '../lint.ts'
import { overlayTree } from '../host/memory.ts'
import type { FileTree } from '../model/files.ts'
import type { Finding } from '../model/report.ts'
import { configOf, configText, placeOf, type Configured, type Place } from './settings.ts'
import { watchedTree, type WatchedTree } from './watched-tree.ts'

export interface OpenFile {
  readonly filename: string
  readonly text: string
  readonly cwd: string
  readonly settings: Readonly<Record<string, unknown>>
  /** What the active rules were told; the others are left out. */
  readonly rules: ReadonlyMap<string, Readonly<Record<string, number>>>
  /** Every rule there is. */
  readonly all: readonly string[]
  /** Whether texts of other open files are remembered until they are saved. */
  readonly editor: boolean
}

export interface Opened {
  /** The open file, as findings name it. */
  readonly path: string
  /** What lies in the file, or rests on a line of it. */
  readonly findings: readonly Finding[]
}

interface Known {
  readonly version: number
  readonly texts: ReadonlyMap<string, string>
  readonly tree: FileTree
  readonly observation: Observation
  readonly reports: Map<string, readonly Finding[]>
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
  /** What the disk says, and what the disk with the unsaved texts says. */
  plain?: Known
  laid?: Known
  configLooked: number
}

const workspaces = new Map<string, Workspace>()
const mostWorkspaces = 8
/** An editor does not say that a file was closed; what nobody looked at for so long counts as closed. */
const unsavedFor = 600_000

// Words without which a file cannot shape a stack with a finding in it; most YAML of a repository has none of them.
const mayMatter = /services|components|include|extends|redis|kafka|valkey|keydb|dragonfly|garnet|redpanda|strimzi|misfit|maxmemory|appendonly|persist|eviction|replica|retention|partition|broker|topic|listener/i

/** The findings that concern an open file, judged with its whole stack. */
export function open(file: OpenFile): Opened {
  const place = placeOf(file.filename, file.cwd, file.settings)
  const nothing = { path: place.path, findings: [] }
  if (!mayMatter.test(file.text)) return nothing
  const workspace = workspaceOf(place, file.cwd)
  if (workspace.configured.ignored(place.path)) return nothing
  const known = knownOf(workspace, place.path, file)
  const findings = findingsOf(known, workspace.configured.options, place.path, file)
  return { path: place.path, findings: findings.filter(each => each.file === place.path || each.because.some(note => note.file === place.path)) }
}

function workspaceOf({ root }: Place, cwd: string): Workspace {
  const key = JSON.stringify([root, cwd])
  const earlier = workspaces.get(key)
  workspaces.delete(key)
  const now = Date.now()
  let workspace = earlier
  if (earlier && Math.abs(now - earlier.configLooked) >= earlier.tree.interval) {
    earlier.configLooked = now
    if (configText(root, cwd) !== earlier.configured.text) workspace = undefined
  }
  if (!workspace) {
    const configured = configOf(root, cwd)
    workspace = { configured, tree: watchedTree(root, configured.ignored), unsaved: earlier?.unsaved ?? new Map<string, Unsaved>(), configLooked: now }
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
  const { tree } = workspace
  const version = tree.version()
  const texts = overlay(workspace, path, file)
  if (texts.size === 0) {
    if (workspace.plain?.version !== version) workspace.plain = read(version, texts, tree, workspace.configured.options)
    return workspace.plain
  }
  const { laid } = workspace
  if (laid?.version === version && sameTexts(laid.texts, texts)) return laid
  return (workspace.laid = read(version, texts, overlayTree(tree, texts), workspace.configured.options))
}

const read = (version: number, texts: ReadonlyMap<string, string>, tree: FileTree, options: LintOptions): Known =>
  ({ version, texts, tree, observation: observe(tree, options), reports: new Map() })

const sameTexts = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([path, text]) => b.get(path) === text)

function overlay({ tree, unsaved }: Workspace, path: string, file: OpenFile): ReadonlyMap<string, string> {
  const now = Date.now()
  const texts = new Map<string, string>()
  for (const [other, memory] of unsaved) {
    const onDisk = tree.read(other)
    if (other === path || now - memory.at > unsavedFor || onDisk !== memory.saved) unsaved.delete(other)
    else texts.set(other, memory.text)
  }
  const saved = tree.read(path)
  const known = typeof saved === 'string' ? saved : undefined
  if (known !== file.text) {
    texts.set(path, file.text)
    if (file.editor && file.text.length < 1_000_000 && unsaved.size < 100) unsaved.set(path, { text: file.text, saved: known, at: now })
  } else if (!tree.files().includes(path)) texts.set(path, file.text)
  return texts
}

function findingsOf(known: Known, options: LintOptions, path: string, file: OpenFile): readonly Finding[] {
  const { stacks: all } = known.observation
  const mine = all.flatMap((stack, index) => (filesOf(stack).includes(path) ? [index] : []))
  if (mine.length === 0) return []
  const key = JSON.stringify([mine, [...file.rules]])
  const earlier = known.reports.get(key)
  if (earlier) return earlier
  const off = Object.fromEntries(file.all.flatMap(id => (file.rules.has(id) ? [] : [[id, 'off' as const]])))
  const stated = Object.fromEntries([...file.rules].filter(([, thresholds]) => Object.keys(thresholds).length > 0))
  const stacks = all.filter((_, index) => mine.includes(index))
  const { findings } = lint(known.tree, { ...options, severities: { ...options.severities, ...off }, options: { ...options.options, ...stated } }, { stacks, problems: [] })
  known.reports.set(key, findings)
  return findings
}
