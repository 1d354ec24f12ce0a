// The merged, interpolated project as plain data, exactly as Compose reads it; for comparing with `docker-compose config`.
import type { FileTree } from '../../model/files.ts'
import { readable } from '../../model/value.ts'
import { buildSourceOf } from './build.ts'
import { environmentOf, labelsOf } from './environment.ts'
import { filesOf, type Remarks } from './files.ts'
import { canonical, plainOf } from './merge.ts'
import { field } from './node.ts'
import { loadProject } from './project.ts'

export interface MergedModel {
  readonly name: string | undefined
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
      // A name alone in an env file is the host's variable, and none where the host has none.
      const variables = environmentOf(node, project, tree, remarks, false).filter(({ origin, value }) => origin === 'environment' || value.known || value.raw !== '')
      plain.environment = Object.fromEntries(variables.map(v => [v.name, v.value.known ? v.value.value : readable(v.value) === '' ? null : readable(v.value)]))
    }
    const build = field(node, 'build')
    if (build) plain.build = { ...plainOf(canonical(build, 'build')) as object, args: Object.fromEntries(buildSourceOf(build).args) }
    // A label without a value is an empty one; a variable without a value is the host's.
    if (field(node, 'labels') ?? field(node, 'label_file')) plain.labels = Object.fromEntries(labelsOf(node, tree, remarks).map(({ name: label, value }) => [label, readable(value)]))
    services.set(name, plain)
  }
  const top = (name: string): unknown => { const node = project.top.get(name); return node ? plainOf(node) : undefined }
  return { name: project.name, services: Object.fromEntries(services), volumes: top('volumes'), configs: top('configs'), secrets: top('secrets'), networks: top('networks') }
}
