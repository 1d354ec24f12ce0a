// The merged, interpolated project as plain data, exactly as Compose reads it; for comparing with `docker-compose config`.
import type { FileTree } from '../../model/files.ts'
import { readable } from '../../model/value.ts'
import { environmentOf } from './environment.ts'
import { filesOf, type Remarks } from './files.ts'
import { canonical, plainOf } from './merge.ts'
import { field } from './node.ts'
import { loadProject } from './project.ts'

export interface MergedModel {
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly volumes: unknown
  readonly configs: unknown
  readonly secrets: unknown
  readonly networks: unknown
}

/** Merges compose files as `docker-compose -f a -f b config` does: unset variables are empty, env files are in `environment`. */
export function mergedModel(tree: FileTree, files: readonly string[]): MergedModel {
  const remarks: Remarks = { problems: [], unread: [] }
  const project = loadProject(filesOf(tree), files, 'compose', remarks)
  const services = new Map<string, Record<string, unknown>>()
  for (const [name, { node }] of project.services) {
    const plain: Record<string, unknown> = Object.fromEntries([...node.entries].flatMap(([key, entry]) => (key === 'env_file' ? [] : [[key, plainOf(canonical(entry.value, key))]])))
    if (field(node, 'env_file') ?? field(node, 'environment')) {
      const variables = environmentOf(node, project, tree, remarks, false)
      plain.environment = Object.fromEntries(variables.map(v => [v.name, v.value.known ? v.value.value : readable(v.value) === '' ? null : readable(v.value)]))
    }
    // A label without a value is an empty one; a variable without a value is the host's.
    if (plain.labels) plain.labels = Object.fromEntries(Object.entries(plain.labels).map(([label, value]: [string, unknown]) => [label, value ?? '']))
    services.set(name, plain)
  }
  const top = (name: string): unknown => { const node = project.top.get(name); return node ? plainOf(node) : undefined }
  return { services: Object.fromEntries(services), volumes: top('volumes'), configs: top('configs'), secrets: top('secrets'), networks: top('networks') }
}
