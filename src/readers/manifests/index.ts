// Plain Kubernetes resources of a tree → stacks. Knows resources and who refers to whom; must not know any use.
import { folderOf, join, nameOf, type FileTree } from '../../model/files.ts'
import type { Problem } from '../../model/stack.ts'
import type { Reading, ReadStack } from '../read-stack.ts'
import { configMapsOf } from './config-maps.ts'
import { contentsOf } from './contents.ts'
import { elsewhere, groupsOf, type Group } from './documents.ts'
import { headOf, proseOf } from '../prose.ts'
import { built } from './kustomize.ts'
import { patchingWith } from './patches.ts'

export interface ManifestOptions {
  /** Only stacks that one of these files belongs to. */
  readonly files?: readonly string[]
}

/** Finds and reads all resources of a tree that run servers or their clients. */
export function manifestStacks(tree: FileTree, options: ManifestOptions = {}): Reading {
  const stacks: ReadStack[] = [], problems: Problem[] = []
  const isTemplate = (file: string): boolean => /(?:^|\/)templates\//.test(file) && tree.list(join(folderOf(file), '..'))?.includes('Chart.yaml') === true
  for (const group of groupsOf(tree, isTemplate, problems, options.files)) {
    const stack = stackOf(group, tree)
    if (stack && (options.files === undefined || options.files.some(file => stack.touched.has(file)))) stacks.push(stack)
  }
  return { stacks, problems }
}

function stackOf(group: Group, tree: FileTree): ReadStack | undefined {
  const touched = new Set([...group.files, ...group.kustomizations.map(each => each.file)])
  const watching: FileTree = { ...tree, read: path => { touched.add(path); return tree.read(path) } }
  const text = (file: string): string => {
    const found = tree.read(file)
    return typeof found === 'string' ? found : ''
  }
  const patching = patchingWith(file => { touched.add(file); return text(file) })
  const resources = built(group, patching)
  const { workloads, deployed } = contentsOf(resources, configMapsOf(resources, watching), text)
  if (workloads.length === 0 && deployed.length === 0) return undefined
  const own = [...new Set([...group.files, ...patching.files])]
  return {
    name: nameOf(group.root), root: group.root, kind: 'manifests', standing: 'deployment', files: own,
    ...(group.variant === undefined ? {} : { variant: group.variant }),
    workloads, deployed, pods: workloads,
    unread: [...group.kustomizations.flatMap(elsewhere), ...patching.unread], touched, prose: own.flatMap(file => proseOf(text(file), file)), heads: own.flatMap(file => headOf(text(file), file)),
  }
}
