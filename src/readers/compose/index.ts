// docker-compose files → stacks of workloads. Knows Compose; must not know Redis, Kafka or any use.
import { nameOf, type FileTree } from '../../model/files.ts'
import type { Mount, MountKind, Problem, Workload } from '../../model/stack.ts'
import { hiding, type Note, type Value } from '../../model/value.ts'
import { headOf, proseOf } from '../prose.ts'
import { discover, type View } from './discover.ts'
import { filesOf, type Files, type Remarks } from './files.ts'
import type { Reading, ReadStack } from '../read-stack.ts'
import { field, scalarAt, scalarsOf } from './node.ts'
import { sharedNetworks } from './networks.ts'
import { loadProject, type Project } from './project.ts'
import { workloadOf } from './workload.ts'

export interface ComposeOptions {
  /** Only stacks that one of these files belongs to: compose, extended, included, env or mounted files. */
  readonly files?: readonly string[]
  /** What is made of a stack before it is left; the files that this reads through the tree are files of the stack. */
  readonly finished?: (stack: Omit<ReadStack, 'touched'>, tree: FileTree) => Omit<ReadStack, 'touched'>
  /** Lists of files to be read as one project each, as `-f a.yml -f b.yml` would. */
  readonly projects?: readonly (readonly string[])[]
}

/** Finds and reads every compose project of a tree. */
export function composeStacks(tree: FileTree, options: ComposeOptions = {}): Reading {
  const touched = new Set<string>()
  const watching: FileTree = { ...tree, files: () => tree.files(), list: path => tree.list(path), archive: path => tree.archive(path), read: path => { touched.add(path); return tree.read(path) } }
  const files = filesOf(watching)
  const problems: Problem[] = []
  const stacks: ReadStack[] = [], astray = new Set<ReadStack>()
  for (const path of new Set((options.projects ?? []).flat())) {
    if (tree.read(path) === undefined) problems.push({ span: { file: path, start: 0, end: 0 }, message: `there is no ${path}, which the configuration names among the files of a stack`, unread: true })
  }
  const views = discover(files, options.projects ?? [], problems, options.files)
  const lasts = new Map(views.flatMap((view, i) => view.files.map(file => [file, i] as const)))
  for (const [i, view] of views.entries()) {
    touched.clear()
    const { read: own, project } = readStack(view, files, problems)
    const read = own && (options.finished?.(own, watching) ?? own)
    // Parsed files are not read again, so the files of a view are named besides what was read.
    const stack = read && { ...read, touched: new Set([...read.files, ...touched]) }
    if (stack && (options.files === undefined || options.files.some(file => stack.touched.has(file)))) stacks.push(stack)
    if (stack && project.astray) astray.add(stack)
    for (const file of view.files) if (lasts.get(file) === i) files.forget(file)
  }
  // Whatever such a path names is a part of its stack, and none of its own.
  const mayBePart = (stack: ReadStack): boolean => astray.size > (astray.has(stack) ? 1 : 0)
  return { stacks: astray.size === 0 ? stacks : stacks.map(stack => (mayBePart(stack) ? hiding({ ...stack, workloads: stack.workloads.map(workload => ({ ...workload, unsure: true as const })) }, ...openStack) : stack)), problems: distinct(problems) }
}

/** What cannot be known of a stack where further services may belong to it. */
const openStack = ['workloads', 'components'] as const

function readStack(view: View, files: Files, problems: Problem[]): { readonly read: Omit<ReadStack, 'touched'> | undefined; readonly project: Project } {
  const remarks: Remarks = { problems, unread: [] }
  const project = loadProject(files, view.files, 'careful', remarks)
  return { read: project.services.size === 0 ? undefined : stackOf(project, view, files, remarks), project }
}

function stackOf(project: Project, view: View, files: Files, remarks: Remarks): Omit<ReadStack, 'touched'> {
  const workloads = workloadsOf(project, files.tree, remarks)
  const networks = sharedNetworks(project)
  const envFiles = workloads.flatMap(({ environment, beside = [] }) => [...environment.filter(({ origin }) => origin === 'env-file'), ...beside.filter(({ origin }) => origin === 'env-file')].map(({ nameSpan }) => nameSpan.file))
  const textOf = (file: string): string => { const text = files.tree.read(file); return typeof text === 'string' ? text : '' }
  return {
    // `.` for the root, whose name the tree does not know.
    name: project.name ?? nameOf(project.folder),
    root: project.folder,
    kind: 'compose',
    standing: 'deployment',
    files: project.files,
    ...(view.variant === undefined ? {} : { variant: view.variant }),
    workloads, deployed: [], pods: [],
    ...(networks.size > 0 ? { networks } : {}),
    heads: view.files.flatMap(file => headOf(textOf(file), file)),
    prose: [...new Set([...project.files, ...project.variables.files, ...envFiles])].flatMap(file => proseOf(textOf(file), file)),
    unread: distinct(remarks.unread),
    ...(project.open ? { hidden: openStack } : {}),
  }
}

/** All workloads; an alias that one service's `links` give another is a name of the other. */
function workloadsOf(project: Project, tree: FileTree, remarks: Remarks): readonly Workload[] {
  const aliases = new Map<string, Set<string>>()
  for (const service of project.services.values()) {
    for (const link of scalarsOf(field(service.node, 'links'))) {
      const [target = '', alias] = link.text.split(':')
      if (alias !== undefined && link.missing.length === 0) aliases.set(target, (aliases.get(target) ?? new Set()).add(alias))
    }
  }
  const workloads: Workload[] = []
  for (const service of project.services.values()) {
    const workload = workloadOf(service, project, tree, remarks)
    const more = aliases.get(service.name)
    workloads.push(more ? { ...workload, hosts: [...new Set([...workload.hosts, ...more])] } : workload)
  }
  return withVolumesFrom(workloads, project)
}

function withVolumesFrom(workloads: readonly Workload[], project: Project): readonly Workload[] {
  const byName = new Map(workloads.flatMap(w => [w.name, scalarAt(project.services.get(w.name)?.node, 'container_name')?.text].map(name => [name, w] as const)))
  const mountsOf = (workload: Workload, chain: readonly string[]): readonly Mount[] => {
    const mounts = [...workload.mounts]
    const taken = (target: Value): boolean => target.known && mounts.some(mount => mount.target.known && mount.target.value === target.value)
    for (const item of chain.includes(workload.name) ? [] : scalarsOf(field(project.services.get(workload.name)?.node, 'volumes_from'))) {
      const [name = '', mode] = item.text.replace(/^container:/, '').split(':')
      const other = byName.get(name)
      for (const mount of other ? mountsOf(other, [...chain, workload.name]) : []) {
        if (volumes.has(mount.kind) && !taken(mount.target)) mounts.push(mode === 'ro' ? { ...mount, readOnly: true } : mount)
      }
    }
    return mounts
  }
  return workloads.map(workload => (field(project.services.get(workload.name)?.node, 'volumes_from') ? { ...workload, mounts: mountsOf(workload, []) } : workload))
}

/** What `volumes_from` passes on, unless something is mounted there already. https://docs.docker.com/reference/cli/docker/container/run/#volumes-from */
const volumes: ReadonlySet<MountKind> = new Set(['named-volume', 'anonymous-volume', 'bind', 'unknown'])

/** Views share files, so the same remark comes up several times. */
function distinct<T extends Problem | Note>(remarks: readonly T[]): readonly T[] {
  const seen = new Map<string, T>()
  for (const remark of remarks) {
    const key = 'text' in remark ? remark.text : `${remark.span.file}:${remark.span.start}:${remark.message}`
    if (!seen.has(key)) seen.set(key, remark)
  }
  return [...seen.values()]
}

