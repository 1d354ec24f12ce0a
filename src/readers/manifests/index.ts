// Plain Kubernetes resources of a tree → stacks. Knows resources and who refers to whom; must not know any use.
import { folderOf, join, nameOf, type FileTree } from '../../model/files.ts'
import type { Knowledge } from '../../model/knowledge.ts'
import type { Component, Problem, Stack } from '../../model/stack.ts'
import type { Note } from '../../model/value.ts'
import { podComponents } from '../../servers/pod-components.ts'
import { configMapsOf } from './config-maps.ts'
import { groupsOf, type Group } from './documents.ts'
import { kafkaComponents } from './operators-kafka.ts'
import { operated } from './operators.ts'
import { runsPods, workloadsOf, type Surroundings } from './pods.ts'
import { strimziComponents, strimziWorkloads } from './strimzi.ts'

/** Resources that are deployed together; their environment is found by others. */
export type ManifestStack = Omit<Stack, 'components' | 'environment' | 'standing'> & {
  readonly components: readonly Component[]
  readonly touched: ReadonlySet<string>
}

export interface ManifestOptions {
  /** Only stacks that one of these files belongs to. */
  readonly files?: readonly string[]
}

/** Finds and reads all resources of a tree that run servers or their clients. */
export function manifestStacks(tree: FileTree, knowledge: Knowledge, options: ManifestOptions = {}): { readonly stacks: readonly ManifestStack[]; readonly problems: readonly Problem[] } {
  const stacks: ManifestStack[] = []
  const { groups, problems } = groupsOf(tree, file => /(?:^|\/)templates\//.test(file) && tree.list(join(folderOf(file), '..'))?.includes('Chart.yaml') === true)
  for (const group of groups) {
    const stack = stackOf(group, tree, knowledge)
    if (stack && (options.files === undefined || options.files.some(file => stack.touched.has(file)))) stacks.push(stack)
  }
  return { stacks, problems }
}

function stackOf(group: Group, tree: FileTree, knowledge: Knowledge): ManifestStack | undefined {
  const touched = new Set([...group.files, ...group.kustomizations.map(each => each.file)])
  const watching: FileTree = { ...tree, read: path => { touched.add(path); return tree.read(path) } }
  const text = (file: string): string => {
    const found = tree.read(file)
    return typeof found === 'string' ? found : ''
  }
  const around: Surroundings = { resources: group.resources, maps: configMapsOf(group, watching), text }
  const servers = operated(group.resources, around.maps)
  const pods = group.resources.filter(runsPods).flatMap(resource => workloadsOf(resource, around))
  const workloads = [...pods, ...servers.workloads, ...strimziWorkloads(group.resources)]
  const strimzi = strimziComponents(group.resources, knowledge.products, text)
  const brokers = kafkaComponents(group.resources, { products: knowledge.products, charts: knowledge.charts, text })
  if (workloads.length === 0 && strimzi.length === 0 && brokers.length === 0 && servers.components.length === 0) return undefined
  const own = podComponents(workloads, watching, knowledge)
  return {
    name: nameOf(group.root), root: group.root, kind: 'manifests', files: group.files,
    ...(group.variant === undefined ? {} : { variant: group.variant }),
    workloads, components: [...strimzi, ...brokers, ...servers.components, ...own],
    unread: patched(group), touched,
  }
}

const patched = (group: Group): readonly Note[] =>
  group.kustomizations.flatMap(({ node }) => [...node.entries.values()].filter(({ key }) => /^patches/.test(key.text)).map(({ key }) => ({ span: key.span, says: 'the patches of the kustomization are not applied' })))
