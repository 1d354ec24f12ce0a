// Which folders of the repository hold the program of a workload: from what its image is built of, what its Dockerfile copies and
// starts, and the source that is mounted into it. Knows Dockerfiles and projects, no language.
import { folderOf, join, nameOf, type FileTree } from '../model/files.ts'
import { isSecretImage } from '../model/images.ts'
import type { BuildSource, Workload } from '../model/stack.ts'
import { isUnread, readable } from '../model/value.ts'
import { stagesBehind, stagesOfBuild, type Stage } from '../readers/dockerfile.ts'
import { commandsIn } from './go-commands.ts'
import { holds, isAside, isRunByHand, isWithin, type Project, type Projects } from './projects.ts'

export interface Owned {
  /** Folders of the program itself, then of what it is built with, from the tree's root. */
  readonly folders: readonly string[]
  /** Whether no other program could be meant. */
  readonly certain: boolean
  /** Folders of its main packages, where a Go module has others that do not run in it. */
  readonly commands?: readonly string[]
}

/** More programs than this in one image are a whole repository: nobody can tell which one runs. */
const mostPrograms = 6
const mostFolders = 60

/** Folders that hold what a program is packed with, not the program. */
const packing = new Set(['docker', 'dockerfiles', '.docker', 'container', 'containers', 'build', 'ci', 'deploy', 'deployment', 'deployments', 'packaging', 'infra', 'infrastructure', 'ops', 'devops', 'images', 'compose', 'docker-compose', 'k8s', 'kubernetes', 'helm', 'charts', 'local', 'dev', 'env', 'environment', '.devcontainer', 'etc', 'scripts', 'release'])

/** Images that serve what somebody else's program made: their content runs in browsers. */
export const servers = /(?:^|\/)(?:nginx|nginx-unprivileged|caddy|httpd|traefik|envoy|haproxy|apache|mysql|mariadb|postgres|postgis|mongo|mssql\/server|azure-sql-edge|clickhouse-server|cassandra|redis|elasticsearch|grafana|prometheus)(?:[:@-]|$)/

const startOf = ({ entrypoint, command }: Workload): string => [...(entrypoint ?? []), ...(command ?? [])].map(readable).join(' ')

/** The program in an image that is built here; undefined where the repository does not hold it, or nobody can tell which it is. */
export function ownedByBuild(workload: Workload, said: BuildSource, tree: FileTree, projects: Projects): Owned | undefined {
  if (!isInside(said.folder)) return undefined
  // Where a folder that nobody can read is not found, nothing says that another is meant.
  const source = said.hidden === undefined ? placed(said, folderOf(workload.span.file), tree) : said
  const stages = stagesBehind(stagesOfBuild(source, tree), source.target)
  const found = servers.test(baseOf(stages).toLowerCase()) ? undefined : builtOf(workload, source, stages, projects)
  return found && withCommands(found, stages, workload, tree, projects)
}

function withCommands(found: Owned, stages: readonly Stage[], workload: Workload, tree: FileTree, projects: Projects): Owned {
  const commands = commandsIn(found.folders, stages, startOf(workload), projects, tree)
  return commands ? { ...found, commands } : found
}

function builtOf(workload: Workload, source: BuildSource, stages: readonly Stage[], projects: Projects): Owned | undefined {
  const copied = stages.length > 0 ? copiedPaths(stages, source) : [source.folder]
  for (const path of copied) projects.include(path)
  const own = nearest(folderOf(source.dockerfile), source.folder, projects)
  const beside = own && (own.folder === source.folder || !packing.has(nameOf(own.folder))) ? own : undefined
  // A Dockerfile beside the program's own manifest is that program's, however wide its context is.
  if (beside && beside.folder !== source.folder) return owned([beside], true, projects)
  // What is copied may be made by a build outside: `target/app.jar`, a pruned workspace.
  if (!copied.some(path => projects.has(path))) return beside && copied.length > 0 ? owned([beside], true, projects) : undefined
  const below = projects.within(source.folder).filter(project => !isAside(`${project.folder}/x`, source.folder))
  const candidates = below.filter(project => copied.some(path => isWithin(project.folder, path) || project.manifests.includes(path)))
  const lines = hintsOf(stages, startOf(workload), projects.at(source.folder), projects)
  const explicit = candidates.filter(project => project.manifests.some(path => copied.includes(path)) || copied.includes(project.folder))
  if (candidates.length > 0) return chosen(source.folder, candidates, explicit, lines, projects)
  // What it starts is made by a build outside, and only scripts are copied with it.
  return beside ? owned([beside], true, projects) : plainFolders(copied, source.folder, projects)
}

// A file that is started with another project directory names its contexts from there: `docker compose --project-directory .`.
function placed(source: BuildSource, from: string, tree: FileTree): BuildSource {
  if (source.inline !== undefined || !isWithin(source.folder, from) || !isWithin(source.dockerfile, source.folder) || tree.read(source.dockerfile) !== undefined) return source
  const inside = (path: string): string => (from === '.' ? path : path.slice(from.length + 1))
  for (let top = from; top !== '.';) {
    top = folderOf(top)
    const folder = join(top, inside(source.folder)), dockerfile = join(top, inside(source.dockerfile))
    if (typeof tree.read(dockerfile) === 'string') return { ...source, folder, dockerfile }
  }
  return source
}

// The image that the last stage rests on in the end.
function baseOf(stages: readonly Stage[]): string {
  let at = stages[0]
  for (let i = 0; at && i < stages.length; i++) {
    const next = stages.find(stage => stage.name !== undefined && stage.name === at?.base.toLowerCase())
    if (!next || next === at) break
    at = next
  }
  return at?.base ?? ''
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

/** Those of several projects in an image that are meant: the only one, those that a line names, else the one at the top. */
function chosen(top: string, candidates: readonly Project[], explicit: readonly Project[], hints: readonly string[], projects: Projects): Owned | undefined {
  const main = candidates.find(project => project.folder === top)
  const nested = candidates.filter(project => project !== main)
  if (candidates.length === 0) return undefined
  if (nested.length === 0 && main) return owned([main], true, projects)
  // What is copied with the program whose file it starts is what that is built with.
  const [starting, ...alike] = candidates.filter(project => hints.slice(0, starts).some(hint => holdsStart(project, hint, projects)))
  if (starting && alike.length === 0) return owned([starting, ...explicit.filter(project => project !== starting && project !== main).slice(0, mostPrograms)], true, projects)
  for (const hint of hints) {
    const named = nested.filter(project => isNamed(project, top, hint, projects))
    if (named.length > 0 && named.length <= mostPrograms) return owned(main && !projects.isWorkspace(main) && explicit.includes(main) ? [main, ...named] : named, true, projects)
  }
  if (main && !projects.isWorkspace(main)) return owned([main], true, projects)
  const wholes = explicit.filter(project => project !== main)
  const [only, ...others] = wholes.length > 0 ? wholes : nested
  if (only && others.length === 0) {
    // The top of several modules, which is built as a whole.
    const parts = projects.isWorkspace(only) && only.folder !== top ? candidates.filter(project => isWithin(project.folder, only.folder)) : []
    if (parts.length > 1) return chosen(only.folder, parts, explicit.filter(project => parts.includes(project)), hints, projects)
    // The code may lie beside the only manifest: `COPY install/package.json ./` and `COPY . .`.
    const { folders } = owned([only], true, projects)
    return { folders: main || candidates.length === explicit.length ? folders : [top, ...folders], certain: wholes.length > 0 }
  }
  return candidates.length <= mostBeside ? owned(candidates, false, projects) : undefined
}

const flags = String.raw`(?:--filter|--scope|--workspace|--projects?|--package|-w|-p|-pl|-F|workspace)[ =]["']?:?`
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Whether a line names a project: by its path, or by its name where a project is asked for. */
function isNamed(project: Project, top: string, line: string, projects: Projects): boolean {
  const path = top === '.' ? project.folder : project.folder.slice(top.length + 1)
  const names = projects.names(project)
  const scoped = names.filter(name => name.startsWith('@')).map(escaped)
  const plain = [...new Set([...names, nameOf(project.folder)])].map(escaped).join('|')
  const patterns = [
    path.includes('/') ? String.raw`(?<![\w.@-])${escaped(path)}(?![\w-])` : String.raw`(?:(?<=[\w.]/)|(?<=\s\./)|(?<=(?:^|\s)))${escaped(path)}(?=/)|(?<=/)${escaped(path)}(?=[\s"',]|$)|(?<=(?:cd|--cwd|--prefix|-C)[ =])${escaped(path)}(?![\w-])`,
    ...scoped.map(name => String.raw`(?<![\w.-])${name}(?![\w-])`),
    // `gem exec`, `npx`, or its own command at the beginning of a line.
    ...commandsOf(project, projects).map(name => String.raw`(?:^|[;&|"']\s*|\b(?:exec|npx|sh -c)\s+)${escaped(name)}(?=\s|$)`),
    String.raw`${flags}(?:${plain})(?![\w-])`, String.raw`(?<![\w:]):(?:${plain}):`,
  ]
  return patterns.some(pattern => new RegExp(pattern, 'm').test(line))
}

const commandsOf = (project: Project, projects: Projects): readonly string[] => project.manifests.flatMap(path => projects.read(path)?.commands ?? [])

/** How many of the hints are lines that start something. */
const starts = 2

// `uvicorn app.main:app`, `celery -A tasks`, `python -m app`, `node server.js`: a file that lies in the project.
function holdsStart(project: Project, written: string, projects: Projects): boolean {
  const line = ` ${written.replace(/\s+/g, ' ')} `
  const modules = [...line.matchAll(/(?:(?<=\s-(?:m|A)\s|--app[= ])|(?=[\w.]{1,100}:\w))[A-Za-z_][\w.]{0,99}/g)].map(([name]) => name.replaceAll('.', '/'))
  const scripts = [...line.matchAll(/(?<=^|\s)(?:\.\/)?([\w/.-]{1,100}\.(?:py|[cm]?[jt]s|rb|php))(?=\s|$)/g)].map(([, path = '']) => path)
  const paths = [...modules.flatMap(path => [`${path}.py`, `${path}/__init__.py`]), ...scripts]
  if (paths.length === 0) return false
  const files = projects.files(project.folder)
  return paths.some(path => ['', 'src'].some(folder => files.includes(join(join(project.folder, folder), path))))
}

// What starts, then what the image takes out of its stages, where it starts, what was built: the surest first.
function hintsOf(stages: readonly Stage[], started: string, main: Project | undefined, projects: Projects): readonly string[] {
  const last = stages.slice(0, 1)
  const lines = (of: readonly Stage[], ...instructions: readonly string[]): string => of.flatMap(stage => stage.lines.filter(line => instructions.includes(line.instruction)).map(line => line.text.replace(/[[\]",]+/g, ' '))).join('\n')
  const copies = last.flatMap(stage => stage.copies.flatMap(copy => copy.sources.map(path => `/${path}`)))
  return [withScripts(started, main, projects), withScripts(lines(last, 'CMD', 'ENTRYPOINT'), main, projects), copies.join('\n'), lines(last, 'WORKDIR'), withScripts(lines(stages, 'RUN'), main, projects), lines(stages, 'WORKDIR')]
}

/** A line with the scripts of the manifest that it runs: `pnpm run start` → `cd packages/server && node .`. */
function withScripts(text: string, main: Project | undefined, projects: Projects): string {
  const scripts = main?.manifests.map(path => projects.read(path)?.scripts).find(found => found !== undefined)
  if (!scripts) return text
  let whole = text
  for (let i = 0, from = text; i < 3; i++) {
    from = [...from.matchAll(/\b(?:npm|pnpm|yarn|bun)(?:\s+run)?\s+([\w:.-]+)/g)].map(match => scriptOf(match[1] ?? '', scripts)).join('\n')
    whole += `\n${from}`
  }
  // `--filter=!docs` leaves one out.
  return whole.replace(/!\S+/g, ' ')
}

// https://www.npmjs.com/package/run-script-os
const scriptOf = (name: string, scripts: ReadonlyMap<string, string>): string => {
  const script = scripts.get(name) ?? ''
  return script.includes('run-script-os') ? ['default', 'nix', 'linux'].map(system => scripts.get(`${name}:${system}`) ?? '').join('\n') : script
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
  if (stages.some(stage => stage.lines.some(line => line.text.split(/\s+/).some(word => word.startsWith('--mount=') && word.includes('type=bind'))))) found.add(source.folder)
  return [...found].filter(path => isInside(path))
}

// Without any project the copied folders are the program.
function plainFolders(copied: readonly string[], folder: string, projects: Projects): Owned | undefined {
  const folders = copied.includes(folder) ? [folder] : copied.filter(path => projects.has(path) && projects.files(path).length > 1).slice(0, 20)
  return folders.length > 0 ? { folders, certain: true } : undefined
}

/** The program whose source is mounted into somebody else's image. */
export function ownedByMount(workload: Workload, tree: FileTree, projects: Projects): Owned | undefined {
  if (servers.test(readable(workload.image).toLowerCase())) return undefined
  const found = workload.mounts.filter(mount => mount.kind === 'bind' && mount.path !== undefined && mount.content === undefined)
  for (const { path: top = '.' } of found) {
    const candidates = projects.within(top).filter(project => !isAside(`${project.folder}/x`, top))
    const program = chosen(top, candidates, candidates.filter(project => project.folder === top), [withScripts(startOf(workload), projects.at(top), projects)], projects)
    if (program) return withCommands(program, [], workload, tree, projects)
  }
  return undefined
}

/** Whether nobody can say if it runs a program of the repository: its build, image or mounts cannot be read. */
export const mayOwn = ({ build, builtFrom, image, mounts }: Workload): boolean =>
  builtFrom?.hidden !== undefined || (build === undefined && isSecretImage(image)) || (!servers.test(readable(image).toLowerCase()) && mounts.some(({ source, target }) => isUnread(source) || isUnread(target)))

/** More programs than this beside one deployment are a collection. */
const mostBeside = 60

/**
 * The programs that a deployment's folder belongs to, where the deployment itself starts none: those of the nearest folder above it that
 * holds any. `deployments`: the folders of all deployments, sorted; a program with one of its own may have nothing to do with this one.
 */
export function ownedBeside(folder: string, deployments: readonly string[], projects: Projects): readonly Owned[] {
  const programsIn = (top: string): readonly Project[] => projects.within(top).filter(project => !isAside(`${project.folder}/x`, top) && !isRunByHand(`${project.folder}/x`, top))
  let top = nearest(folder, '.', projects)?.folder ?? folder
  while (top !== '.' && programsIn(top).length === 0) top = folderOf(top)
  const main = projects.at(top)
  // A manifest at the top of a workspace holds what its parts are built with.
  const all = programsIn(top).filter(project => project !== main || programsIn(top).length === 1 || !projects.isWorkspace(project) || project.manifests.some(path => (projects.read(path)?.dependencies.length ?? 0) > 0))
  if (all.length > mostBeside) return []
  const ownDeployment = (project: Project): boolean => project.folder !== '.' && !isWithin(folder, project.folder) && holds(deployments, project.folder)
  // Beside each other in a collection they have nothing to do with each other.
  const collection = folder !== top && !folder.split('/').some(part => packing.has(part))
  const found = all.flatMap(project => (ownDeployment(project) ? collection ? [] : [owned([project], false, projects)] : [owned([project], true, projects)]))
  const parts = new Set(found.flatMap(({ folders, certain }) => (certain ? folders.slice(1) : [])))
  return found.filter(({ folders: [own = ''] }) => !parts.has(own))
}

/** The projects with those of the same repository that they are built with. */
function owned(mains: readonly Project[], certain: boolean, projects: Projects): Owned {
  const found = new Set(mains)
  for (const project of found) {
    for (const path of project.manifests) {
      for (const name of projects.read(path)?.local ?? []) {
        const other = projects.named(name) ?? projects.at(join(project.folder, name))
        if (other && found.size < mostFolders) found.add(other)
      }
    }
  }
  // What has no dependencies of its own is built with those of the top, which holds what the parts share.
  const dependsOn = (project: Project): boolean => project.manifests.some(path => (projects.read(path)?.dependencies.length ?? 0) > 0)
  const [main] = mains
  if (main && ![...found].some(dependsOn)) {
    for (let at = main.folder; at !== '.';) {
      const above = projects.at(at = folderOf(at))
      if (above && dependsOn(above)) { found.add(above); break }
    }
  }
  return { folders: [...found].map(project => project.folder), certain }
}
