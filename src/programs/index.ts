// A workload → what its program does with the servers of its stack, read from the program's own files. Nothing is run, installed or
// fetched; what was found in a folder is found once, however many workloads run it.
import type { FileTree } from '../model/files.ts'
import type { Knowledge } from '../model/knowledge.ts'
import type { Program } from '../model/program.ts'
import type { Component, Stack, Workload } from '../model/stack.ts'
import { imagesOf, type Images } from './images.ts'
import { libraryIndex, type LibraryIndex } from './libraries.ts'
import type { Manifest } from './manifests/manifest.ts'
import { ownedByBuild, ownedByMount, type Owned } from './ownership.ts'
import { projectsOf, type Projects } from './projects.ts'
import { sourcesOf, type Sources } from './sources.ts'

type Read = Pick<Stack, 'workloads'> & { readonly components: readonly Component[] }

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
  const ownedBy = (workload: Workload): Owned | undefined => {
    const { projects } = begun()
    if (workload.builtFrom) return ownedByBuild(workload, workload.builtFrom, tree, projects)
    const mounted = ownedByMount(workload, projects)
    if (mounted || workload.image?.known !== true) return mounted
    const built = (images ??= imagesOf(tree, projects, all)).sourceOf(workload.image.value)
    const owned = built && ownedByBuild(workload, built.source, tree, projects)
    return owned && { ...owned, certain: owned.certain && built.sure }
  }
  return {
    with(stack) {
      if (stack.components.length === 0) return stack
      const members = new Set(stack.components.flatMap(component => component.members))
      const withProgram = (workload: Workload): Workload => {
        const owned = members.has(workload) ? undefined : ownedBy(workload)
        return owned ? { ...workload, program: programOf(owned) } : workload
      }
      return { ...stack, workloads: stack.workloads.map(withProgram) }
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
  return {
    folders, certain, unread,
    shown: [...libraries.shownBy(manifests), ...calls.flatMap(each => each.shown)],
    traffic: calls.flatMap(each => each.traffic),
    settings: calls.flatMap(each => each.settings),
    addresses: calls.flatMap(each => each.addresses),
    files: [...files, ...calls.map(each => each.file)],
  }
}
