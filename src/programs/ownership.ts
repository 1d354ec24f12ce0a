// Which folders of the repository hold the program of a workload: from what its image is built of, what its Dockerfile copies and
// starts, and the source that is mounted into it. Knows Dockerfiles and projects, no language.
import { folderOf, join, type FileTree } from '../model/files.ts'
import type { BuildSource, Workload } from '../model/stack.ts'
import { readable } from '../model/value.ts'
import { stagesBehind, stagesOf, type Stage } from './dockerfile.ts'
import { baseName, isAside, isWithin, type Project, type Projects } from './projects.ts'

export interface Owned {
  /** Folders of the program itself, then of what it is built with, from the tree's root. */
  readonly folders: readonly string[]
  /** Whether no other program could be meant. */
  readonly certain: boolean
}

/** More programs than this in one image are a whole repository: nobody can tell which one runs. */
const mostPrograms = 6

/** The program of a workload; undefined where the repository does not hold it, or nobody can tell which it is. */
export function ownedBy(workload: Workload, source: BuildSource | undefined, tree: FileTree, projects: Projects): Owned | undefined {
  const started = [...(workload.entrypoint ?? []), ...(workload.command ?? [])].map(readable).join(' ')
  const built = source && fromBuild(source, started, tree, projects)
  return built ?? fromMounts(workload, started, projects)
}

function fromBuild(source: BuildSource, started: string, tree: FileTree, projects: Projects): Owned | undefined {
  if (!isInside(source.folder)) return undefined
  const text = source.inline ?? tree.read(source.dockerfile)
  const stages = typeof text === 'string' ? stagesBehind(stagesOf(text, source.args), source.target) : []
  const copied = stages.length > 0 ? copiedPaths(stages, source) : [source.folder]
  if (copied.length === 0) return undefined
  const below = projects.within(source.folder).filter(project => !isAside(`${project.folder}/x`, source.folder) || project.folder === folderOf(source.dockerfile))
  const candidates = below.filter(project => copied.some(path => isWithin(project.folder, path) || project.manifests.includes(path)))
  // A Dockerfile beside the program's own manifest is that program's, however wide its context is.
  const own = nearest(folderOf(source.dockerfile), source.folder, projects)
  if (own && own.folder !== source.folder) return owned([own], true, projects)
  return chosen(source.folder, candidates, [started, ...hintsOf(stages)], projects) ?? { folders: sourceFolders(copied, source.folder), certain: true }
}

const isInside = (folder: string): boolean => !folder.startsWith('/') && !folder.startsWith('..') && !folder.includes(':')

// The project that a folder belongs to, no higher than `top`.
function nearest(folder: string, top: string, projects: Projects): Project | undefined {
  for (let at = folder; isWithin(at, top); at = folderOf(at)) {
    const project = projects.at(at)
    if (project || at === top || at === '.') return project
  }
  return undefined
}

/** The one of several projects in an image that is meant: the only one, the one that a line names, else the one at the top. */
function chosen(top: string, candidates: readonly Project[], hints: readonly string[], projects: Projects): Owned | undefined {
  const [first, ...others] = candidates
  if (!first) return undefined
  if (others.length === 0) return owned([first], true, projects)
  for (const hint of hints) {
    const named = candidates.filter(project => project.folder !== top && isNamed(project, top, hint, projects))
    if (named.length === 1) return owned(named, true, projects)
  }
  const main = projects.at(top)
  if (main && candidates.includes(main) && !projects.isWorkspace(main)) return owned([main], true, projects)
  return candidates.length <= mostPrograms ? owned(candidates, false, projects) : undefined
}

/** Whether a line names a project: by its path, by its package's name, or by its folder's name where a project is asked for. */
function isNamed(project: Project, top: string, line: string, projects: Projects): boolean {
  const path = top === '.' ? project.folder : project.folder.slice(top.length + 1)
  const words = [path, ...projects.names(project)].map(escaped).join('|')
  const mark = path.includes('/') ? '' : String.raw`(?<=[/:]|(?:--filter|--scope|--workspace|--projects?|--package|-w|-p|-pl|-F|build|publish|workspace|project)[ =])`
  if (new RegExp(String.raw`(?<![\w.@-])${mark}(?:${words})(?![\w-])`).test(line)) return true
  return new RegExp(String.raw`(?:--filter|--scope|--workspace|--projects?|--package|-w|-p|-pl|-F)[ =]["']?[:]?${escaped(baseName(project.folder))}(?![\w-])|:${escaped(baseName(project.folder))}:`).test(line)
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

// What starts, then where the stages lie, then what was copied out of other stages, then what was built: the surest first.
function hintsOf(stages: readonly Stage[]): readonly string[] {
  const lines = (instruction: string): string[] => stages.flatMap(stage => stage.lines.filter(line => line.instruction === instruction).map(line => line.text))
  const copies = stages.flatMap(stage => stage.copies.filter(copy => copy.from !== undefined).flatMap(copy => copy.sources))
  return [[...lines('CMD'), ...lines('ENTRYPOINT')].join('\n'), lines('WORKDIR').join('\n'), copies.join('\n'), lines('RUN').join('\n')]
}

// Paths from the tree's root that the stages take from the context, and from the contexts beside it.
function copiedPaths(stages: readonly Stage[], source: BuildSource): readonly string[] {
  const names = new Set(stages.flatMap(stage => stage.name ?? []))
  const found = new Set<string>()
  for (const { copies } of stages) {
    for (const { from, sources } of copies) {
      const folder = from === undefined ? source.folder : names.has(from.toLowerCase()) ? undefined : source.contexts.get(from)
      if (folder !== undefined) for (const path of sources) found.add(join(folder, path))
    }
  }
  // Source that is bound for a build step only (`RUN --mount=type=bind`) is not copied, and yet built from.
  if (stages.some(stage => stage.lines.some(line => /--mount=\S*type=bind/.test(line.text)))) found.add(source.folder)
  return [...found].filter(path => isInside(path))
}

// Without any project the copied folders are the program.
const sourceFolders = (copied: readonly string[], folder: string): readonly string[] => (copied.includes(folder) ? [folder] : copied.filter(path => !/\.\w+$/.test(path)).slice(0, 20))

function fromMounts(workload: Workload, started: string, projects: Projects): Owned | undefined {
  const found = workload.mounts.filter(mount => mount.kind === 'bind' && mount.path !== undefined && mount.content === undefined)
  const mounted = found.flatMap(mount => projects.within(mount.path ?? '').filter(project => !isAside(`${project.folder}/x`, mount.path ?? '.')).map(project => ({ project, top: mount.path ?? '.' })))
  const [first] = mounted
  return first && chosen(first.top, mounted.map(each => each.project), [started], projects)
}

/** The projects with those of the same repository that they are built with. */
function owned(mains: readonly Project[], certain: boolean, projects: Projects): Owned {
  const found = new Set(mains)
  for (const project of found) {
    for (const path of project.manifests) {
      for (const name of projects.read(path)?.local ?? []) {
        const other = projects.named(name) ?? projects.at(join(project.folder, name))
        if (other && found.size < 60) found.add(other)
      }
    }
  }
  return { folders: [...found].map(project => project.folder), certain }
}
