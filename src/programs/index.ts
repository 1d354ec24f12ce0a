// A workload → what its program does with the servers of its stack, read from the program's own files. Nothing is run, installed or
// fetched; what was found in a folder is found once, however many workloads run it.
import { folderOf, type FileTree } from '../model/files.ts'
import type { Knowledge } from '../model/knowledge.ts'
import type { Program } from '../model/program.ts'
import type { Component, Stack, Workload } from '../model/stack.ts'
import { together } from './calls/index.ts'
import { imagesOf, type Images } from './images.ts'
import { libraryIndex, type LibraryIndex } from './libraries.ts'
import type { Manifest } from './manifests/manifest.ts'
import { ownedBeside, ownedByBuild, ownedByMount, type Owned } from './ownership.ts'
import { projectsOf, type Projects } from './projects.ts'
import { sourcesOf, type Sources } from './sources.ts'

type Read = Pick<Stack, 'workloads' | 'kind' | 'files'> & { readonly components: readonly Component[] }

/** What one run knows of the programs of a tree. */
export interface Programs {
  /** The stack with the program of every workload that may be a client of one of its components. */
  with<T extends Read>(stack: T): T
}

interface Reading {
  readonly tree: FileTree
  readonly projects: Projects
  readonly libraries: LibraryIndex
  readonly sources: Sources
}

/** `all`: every workload of the repository, also of other stacks. */
export function programsOf(tree: FileTree, knowledge: Knowledge, all: readonly Workload[]): Programs {
  let reading: Reading | undefined, images: Images | undefined
  const begun = (): Reading => {
    if (!reading) {
      const projects = projectsOf(tree)
      reading = { tree, projects, libraries: libraryIndex(knowledge), sources: sourcesOf(tree, projects) }
    }
    return reading
  }
  const known = new Map<string, Program>()
  const programOf = (owned: Owned): Program => {
    const key = JSON.stringify(owned)
    let program = known.get(key)
    if (!program) known.set(key, program = readProgram(owned, begun()))
    return program
  }
  const ownedBy = (workload: Workload, cluster: boolean): Owned | undefined => {
    const { projects } = begun()
    const built = workload.builtFrom && ownedByBuild(workload, workload.builtFrom, tree, projects)
    if (built) return built
    const mounted = ownedByMount(workload, projects)
    if (mounted || workload.builtFrom) return mounted
    images ??= imagesOf(tree, projects, all)
    // Values often leave the image's name to the chart, which is called like the program.
    const here = (workload.image?.known === true ? images.sourceOf(workload.image.value) : undefined) ?? (cluster ? images.sourceOf(workload.name) : undefined)
    const owned = here && ownedByBuild(workload, here.source, tree, projects)
    return owned && { ...owned, certain: owned.certain && here.sure }
  }
  return {
    with(stack) {
      if (stack.components.length === 0) return stack
      const members = new Set(stack.components.flatMap(component => component.members))
      const cluster = stack.kind !== 'compose'
      const workloads = stack.workloads.map((workload: Workload): Workload => {
        const owned = members.has(workload) ? undefined : ownedBy(workload, cluster)
        return owned ? { ...workload, program: programOf(owned) } : workload
      })
      if (workloads.some(workload => workload.program)) return { ...stack, workloads }
      // Who starts only the servers this way starts the programs beside them by hand.
      const beside = stack.kind === 'compose' ? ownedBeside(folderOf(stack.files[0] ?? '.'), begun().projects) : undefined
      return beside ? { ...stack, programs: [programOf(beside)] } : stack
    },
  }
}

function readProgram({ folders, certain }: Owned, { tree, projects, libraries, sources }: Reading): Program {
  const files: string[] = [], manifests: Manifest[] = []
  for (const folder of folders) {
    for (const path of projects.at(folder)?.manifests ?? []) {
      const text = tree.read(path)
      files.push(path)
      const manifest = typeof text === 'string' && libraries.mayName(text) ? projects.read(path) : undefined
      if (manifest) manifests.push(manifest)
    }
  }
  const { calls, unread } = sources.in(folders)
  const all = together(calls)
  return {
    folders, certain, unread,
    ...all,
    shown: [...libraries.shownBy(manifests), ...all.shown],
    files: [...files, ...calls.map(each => each.file)],
  }
}
