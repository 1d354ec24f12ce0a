// The projects of a repository: the folders that hold a package manifest, and what their manifests say. Reads a manifest when it is asked for.
import { filesNamed, folderOf, join, once, placeAmong, type FileTree } from '../model/files.ts'
import { wholeFile, type Text } from '../model/value.ts'
import { formatOf, mayBeManifest, projectFolder } from './manifests/index.ts'
import type { Manifest } from './manifests/manifest.ts'

export interface Project {
  /** From the tree's root; `.` for the root itself. */
  readonly folder: string
  /** Paths of its manifests. */
  readonly manifests: readonly string[]
}

export interface Projects {
  /** The project of exactly this folder. */
  at(folder: string): Project | undefined
  /** The projects in a folder and below it, nearest the root first. */
  within(folder: string): readonly Project[]
  /** Takes in a manifest that git ignores though somebody builds with it. */
  include(path: string): void
  /** What a manifest says; undefined where it cannot be read. */
  read(path: string): Manifest | undefined
  /** The names that its manifests give a project. */
  names(project: Project): readonly string[]
  /** The project of that name. */
  named(name: string): Project | undefined
  /** Whether it only holds others together. */
  isWorkspace(project: Project): boolean
  /** Whether a path is a file of the tree, or a folder that holds some. */
  has(path: string): boolean
  /** The files in a folder and below it, in the order of the tree. */
  files(folder: string): readonly string[]
}

const longestManifest = 300_000
/** Folders whose programs nobody deploys: tests, examples, documentation, other people's code, what a build makes. */
const aside = new Set([
  'test', 'tests', '__tests__', 'testing', 'testdata', 'test-data', 'spec', 'specs', 'e2e', 'integration-tests', 'integration_tests', 'fixtures', 'fixture', '__fixtures__', 'mocks', '__mocks__',
  'example', 'examples', 'sample', 'samples', 'demo', 'demos', 'docs', 'doc', 'documentation', 'website', 'benchmark', 'benchmarks', 'bench', 'playground', 'storybook',
  'node_modules', 'vendor', 'vendored', 'third_party', 'third-party', 'external', 'bower_components', 'dist', 'build', 'out', 'target', 'coverage', 'generated', '__generated__', 'tmp', 'loadtest', 'load-test', 'loadtests', 'perf', 'performance', 'mock', 'stub', 'stubs', 'cypress', 'playwright',
])

/** Names that a build gives to what it makes, and a program to parts of itself: `adapter/out`, `external`. */
const made = new Set(['dist', 'build', 'out', 'target', 'external', 'generated', 'vendor', 'performance', 'perf', 'tmp'])

/** Whether a path below a folder lies where nothing is deployed from. Packages are named freely: `src/main/java/com/example/demo`. */
export function isAside(path: string, below: string): boolean {
  const rest = below === '.' ? path : path.slice(below.length + 1)
  const parts = rest.split('/').slice(0, -1)
  const main = parts.findIndex((part, at) => part === 'main' && parts[at - 1] === 'src'), source = parts.indexOf('src')
  return (main < 0 ? parts : parts.slice(0, main)).some((part, at) => (aside.has(part) && !(source >= 0 && at > source && made.has(part))) || (part.startsWith('.') && part !== '.'))
}

/** Whether a path below a folder lies among what people run by hand, beside the program. */
export const isRunByHand = (path: string, below: string): boolean => /^(?:scripts?|tools|hack|contrib)\//.test(below === '.' ? path : path.slice(below.length + 1))

/** Files that make a folder the top of a monorepo. */
export const workspaceFiles = ['pnpm-workspace.yaml', 'lerna.json', 'turbo.json', 'nx.json', 'rush.json', 'go.work']

export const isWithin = (path: string, folder: string): boolean => folder === '.' || path === folder || path.startsWith(`${folder}/`)

export const projectsOf = (tree: FileTree): Projects => once(tree, projectsOf, () => projectsIn(tree))

function projectsIn(tree: FileTree): Projects {
  const all = tree.files()
  const byFolder = new Map<string, Project & { readonly manifests: string[] }>()
  const add = (path: string): void => {
    const folder = projectFolder(path), known = byFolder.get(folder)
    if (!known) byFolder.set(folder, { folder, manifests: [path] })
    else if (!known.manifests.includes(path)) known.manifests.push(path)
  }
  for (const path of filesNamed(tree, mayBeManifest)) {
    const format = formatOf(path)
    if (format && (format.is === undefined || format.is(textAt(path, tree)?.text ?? ''))) add(path)
  }
  let sorted: readonly Project[] | undefined, folders: readonly string[] = [], ranks: ReadonlyMap<string, number> = new Map()
  const projects = (): readonly Project[] => {
    if (sorted) return sorted
    sorted = [...byFolder.values()].sort((one, other) => depth(one.folder) - depth(other.folder))
    folders = [...byFolder.keys()].sort()
    ranks = new Map(sorted.map((project, rank) => [project.folder, rank]))
    return sorted
  }
  const within = (folder: string): readonly Project[] => {
    const all = projects()
    if (folder === '.') return all
    return [folder, ...below(folders, folder)].filter(each => ranks.has(each)).sort((one, other) => (ranks.get(one) ?? 0) - (ranks.get(other) ?? 0)).flatMap(each => byFolder.get(each) ?? [])
  }
  const manifests = new Map<string, Manifest | undefined>()
  const read = (path: string): Manifest | undefined => {
    if (!manifests.has(path)) manifests.set(path, manifestAt(path, tree))
    return manifests.get(path)
  }
  const names = (project: Project): readonly string[] => project.manifests.flatMap(path => nameIn(path, tree) ?? [])
  const has = (path: string): boolean => path === '.' || holds(all, path)
  let index: ReadonlyMap<string, Project> | undefined
  return {
    at: folder => byFolder.get(folder),
    within,
    include(path) {
      if (!formatOf(path) || typeof tree.read(path) !== 'string') return
      add(path)
      sorted = undefined
    },
    read,
    names,
    named: name => (index ??= indexOf(projects(), names)).get(name),
    isWorkspace: project => project.manifests.some(path => read(path)?.holdsOthers === true) || workspaceFiles.some(name => has(join(project.folder, name))),
    has,
    files: folder => (folder === '.' ? all : below(all, folder)),
  }
}

/** Whether one of some sorted paths is this one or lies below it. */
export const holds = (sorted: readonly string[], path: string): boolean => sorted[placeAmong(sorted, path)] === path || sorted[placeAmong(sorted, `${path}/`)]?.startsWith(`${path}/`) === true

// The files are sorted: those below a folder stand together.
function below(all: readonly string[], folder: string): readonly string[] {
  const start = placeAmong(all, `${folder}/`)
  let end = start
  while (all[end]?.startsWith(`${folder}/`) === true) end++
  return all.slice(start, end)
}

const depth = (folder: string): number => (folder === '.' ? 0 : folder.split('/').length)

function manifestAt(path: string, tree: FileTree): Manifest | undefined {
  const text = textAt(path, tree)
  return text && formatOf(path)?.read(text, besideOf(path, tree))
}

function textAt(path: string, tree: FileTree): Text | undefined {
  const text = tree.read(path)
  return typeof text === 'string' && text.length <= longestManifest ? wholeFile(path, text) : undefined
}

const besideOf = (path: string, tree: FileTree) => (other: string): Text | undefined => textAt(join(folderOf(path), other), tree)

// Every manifest of a repository is asked for its name once, so a format may have a way that is faster than reading it.
function nameIn(path: string, tree: FileTree): string | undefined {
  const text = textAt(path, tree)
  return text && formatOf(path)?.name(text, besideOf(path, tree))
}

function indexOf(projects: readonly Project[], names: (project: Project) => readonly string[]): ReadonlyMap<string, Project> {
  const found = new Map<string, Project>()
  for (const project of projects) for (const name of names(project)) if (!found.has(name)) found.set(name, project)
  return found
}
