// Which of several commands of a Go module an image runs, and the packages that these are made of: a program shows only what its main
// package imports, transitively within the repository. https://go.dev/doc/modules/layout#server-project, https://go.dev/ref/spec#Import_declarations
import { folderOf, join, nameOf, type FileTree } from '../model/files.ts'
import { oncePer } from '../model/once.ts'
import type { Stage } from '../readers/dockerfile.ts'
import { isAside, isWithin, type Projects } from './projects.ts'

/** More commands than this in one module are looked at no further. */
const mostCommands = 200
const mostPackages = 5_000

/** The Go files and packages that some commands are made of. */
export interface GoPackages {
  /** Whether a file belongs to them; one that lies in no package of Go always does. */
  readonly holds: (file: string) => boolean
  /** Whether they import a module, by its path in lower case without a major version. */
  readonly imports: (module: string) => boolean
}

/** The folders of the commands that an image runs; undefined where it holds all of them, or nobody can tell. `started`: what the deployment starts. */
export function commandsIn(folders: readonly string[], stages: readonly Stage[], started: string, projects: Projects, tree: FileTree): readonly string[] | undefined {
  const module = folders.find(folder => moduleAt(folder, projects))
  const mains = module === undefined ? [] : mainsIn(module, projects, tree)
  if (module === undefined || mains.length < 2) return undefined
  const [last] = stages
  const starts = last?.lines.filter(({ instruction }) => instruction === 'CMD' || instruction === 'ENTRYPOINT').map(({ text }) => text).join(' ') ?? ''
  const builds = [...stages.flatMap(buildsIn), ...buildsOf(`${started} ${starts}`, '')].map(build => ({ ...build, mains: mains.filter(main => build.packages.some(name => means(name, main, module, build.folder))) }))
  // What is built by a Makefile may be any of them.
  if (builds.some(build => build.mains.length === 0)) return undefined
  const built = builds.length > 0 ? mains.filter(main => builds.some(build => build.mains.includes(main))) : mains
  const taken = last?.copies.flatMap(copy => (copy.from === undefined ? [] : copy.sources)).join(' ') ?? ''
  const runs = last?.base === undefined ? [started, starts] : [started, starts, taken]
  for (const line of runs) {
    const names = new Set(line.split(/[\s"',[\]]+/).filter(word => word !== '').map(nameOf))
    const named = built.filter(main => names.has(nameOf(main)) || builds.some(({ output, mains: [only, ...others] }) => output !== undefined && only === main && others.length === 0 && names.has(output)))
    if (named.length > 0) return named.length < mains.length ? named : undefined
  }
  return built.length < mains.length ? built : undefined
}

const moduleAt = (folder: string, projects: Projects): string | undefined => projects.at(folder)?.manifests.find(path => nameOf(path) === 'go.mod')

/** The folders of all commands in the modules of some folders; none where these hold libraries only. */
export const mainsOf = (folders: readonly string[], projects: Projects, tree: FileTree): readonly string[] =>
  [...new Set(folders.filter(folder => moduleAt(folder, projects) !== undefined).flatMap(module => mainsIn(module, projects, tree)))]

// Folders that hold a `package main`: `cmd/api`, or wherever else it lies. All files of a folder are of one package, but for those that the build leaves out.
function mainsIn(module: string, projects: Projects, tree: FileTree): readonly string[] {
  const all = knownMains(projects)
  let mains = all.get(module)
  if (!mains) all.set(module, mains = findMains(module, projects, tree))
  return mains
}

// The files of a run's projects do not change, and every workload of a module asks.
const knownMains = oncePer<Projects, Map<string, readonly string[]>>(() => new Map())

function findMains(module: string, projects: Projects, tree: FileTree): readonly string[] {
  const found = new Map<string, boolean>()
  for (const file of projects.files(module)) {
    if (!file.endsWith('.go') || file.endsWith('_test.go') || isAside(file, module)) continue
    const folder = folderOf(file)
    if (found.get(folder) === true || (found.has(folder) && nameOf(file) !== 'main.go') || found.size > mostPackages) continue
    const text = tree.read(file)
    found.set(folder, typeof text === 'string' && /^package main\s*$/m.test(text.slice(0, 20_000)) && !/^\/\/(?:go:build| \+build) ignore\b/m.test(text.slice(0, 2_000)))
  }
  return [...found].flatMap(([folder, is]) => (is ? [folder] : [])).slice(0, mostCommands)
}

interface Build {
  /** Name of the file that is made, where it is told. */
  readonly output: string | undefined
  readonly packages: readonly string[]
  /** Where it is built, as far as the lines say. */
  readonly folder: string
}

function buildsIn({ lines }: Stage): readonly Build[] {
  let folder = ''
  return lines.flatMap(({ instruction, text }) => {
    if (instruction === 'WORKDIR') folder = join(folder === '' ? '.' : folder, text.trim())
    return instruction === 'RUN' ? buildsOf(text, folder) : []
  })
}

// https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies
function buildsOf(text: string, workdir: string): readonly Build[] {
  let folder = workdir
  return text.slice(0, 20_000).split(/&&|;|\|\||\n/).flatMap((line): readonly Build[] => {
    folder = /^\s*cd\s+(\S+)/.exec(line)?.[1] ?? folder
    const found = /\bgo (?:build|install|run)\b/.exec(line)
    if (!found) return []
    const words = line.slice(found.index + found[0].length).replace(/(["'])(?:(?!\1).)*\1/g, quoted => quoted.replace(/\s/g, '_')).trim().split(/\s+/)
    const output = words[words.indexOf('-o') + 1]
    const packages = words.filter((word, at) => word !== '' && !word.startsWith('-') && !valued.has(words[at - 1] ?? '') && !/[<>|$]/.test(word))
    return [{ output: words.includes('-o') && output !== undefined && !output.endsWith('/') ? nameOf(output) : undefined, packages: packages.length > 0 ? packages : words.some(word => word.includes('$') && !word.startsWith('-') && !/ldflags/i.test(word)) ? [] : ['.'], folder }]
  })
}

/** Flags with a value of their own. */
const valued = new Set(['-o', '-ldflags', '-tags', '-mod', '-gcflags', '-asmflags', '-p', '-buildmode', '-C', '-trimpath=false'])

// `./cmd/api`, `cmd/api/main.go`, `example.org/shop/cmd/api`, `./...`, and `.` in the folder of the command.
function means(name: string, main: string, module: string, folder: string): boolean {
  const plain = name.replace(/^["']?(?:\.\/)*(?:\.$)?|\/?(?:main|\*)\.go["']?$|["'/]+$/g, ''), own = module === '.' ? main : main.slice(module.length + 1)
  if (plain === '' || plain === 'main.go') return main === module ? !/\/cmd\//.test(`/${folder}/`) : `/${folder}`.endsWith(`/${own}`)
  if (plain.endsWith('...')) { const top = plain.slice(0, -3).replace(/\/$/, ''); return top === '' || isWithin(own, top) || `/${own}/`.includes(`/${top}/`) }
  return plain === own || plain.endsWith(`/${own}`) || `/${own}`.endsWith(`/${plain}`)
}

/** The packages of some commands, by what their files import of the modules in `folders`. */
export function goPackagesOf(commands: readonly string[], folders: readonly string[], projects: Projects, tree: FileTree): GoPackages {
  const modules = folders.flatMap(folder => { const path = moduleAt(folder, projects), project = projects.at(folder); return path !== undefined && project ? projects.names(project).map(name => ({ name, folder })) : [] })
  const byFolder = new Map<string, string[]>()
  for (const { folder } of modules) {
    for (const file of projects.files(folder)) {
      if (!file.endsWith('.go') || file.endsWith('_test.go')) continue
      const mine = byFolder.get(folderOf(file))
      if (mine) mine.push(file)
      else byFolder.set(folderOf(file), [file])
    }
  }
  const packages = new Set(commands), elsewhere = new Set<string>()
  for (const folder of packages) {
    for (const path of (byFolder.get(folder) ?? []).flatMap(file => importsOf(tree.read(file)))) {
      const own = modules.find(({ name }) => path === name || path.startsWith(`${name}/`))
      if (!own) elsewhere.add(path.toLowerCase())
      else if (packages.size < mostPackages) packages.add(join(own.folder, path.slice(own.name.length + 1) || '.'))
    }
  }
  return {
    holds(file) {
      let folder = folderOf(file)
      while (!byFolder.has(folder) && folder !== '.') folder = folderOf(folder)
      // What only the module's top is above, as scripts and configuration are, is everybody's.
      return !byFolder.has(folder) || packages.has(folder) || (folder !== folderOf(file) && modules.some(module => module.folder === folder))
    },
    imports: module => [...elsewhere].some(path => path === module || path.startsWith(`${module}/`)),
  }
}

function importsOf(text: ReturnType<FileTree['read']>): readonly string[] {
  if (typeof text !== 'string') return []
  const found: string[] = []
  let inside = false
  for (const line of text.split('\n')) {
    if (inside ? line.startsWith(')') : /^(?:func|type|var|const)\b/.test(line)) { if (!inside) break; inside = false; continue }
    if (/^import\s*\(/.test(line)) inside = true
    const path = inside || line.startsWith('import') ? /^[^"`/]*["`]([^"`]{1,300})["`]/.exec(line)?.[1] : undefined
    if (path !== undefined) found.push(path)
  }
  return found
}
