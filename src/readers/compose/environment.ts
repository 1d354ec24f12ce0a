// The environment of a compose service: env files in order, then `environment` over them. Knows precedence, not the names' meaning.
import { join, type FileTree } from '../../model/files.ts'
import { oncePer } from '../../model/once.ts'
import type { Variable } from '../../model/stack.ts'
import { known, unknown, type Note, type Value } from '../../model/value.ts'
import { oneForm } from '../../model/words.ts'
import { definedAt, readEnvFile, readRawEnvFile, type EnvEntry } from './env-file.ts'
import { exampleOf, type Remarks } from './files.ts'
import type { Lookup } from './interpolate.ts'
import { canonical } from './merge.ts'
import { installedFrom } from './installed.ts'
import { entriesOf, field, itemsOf, noValue, scalarAt, valueOfScalar, type Entry, type Node, type ScalarNode } from './node.ts'
import type { Project } from './project.ts'

/** All variables of a service, a later definition in place of an earlier one of the same name. */
export function environmentOf(service: Node, project: Project, tree: FileTree, remarks: Remarks, examples = true): readonly Variable[] {
  const variables = new Map<string, Variable>()
  const environment = field(service, 'environment')
  const stated = new Map(environment ? entriesOf(canonical(environment, 'environment')) : [])
  // What the project says goes first, then what the service does, then the files before.
  const outer: Lookup = (name, how) => {
    const { value } = stated.get(name) ?? {}
    return project.variables.lookup(name, 'default') ?? (value?.kind === 'scalar' && !value.isNull ? value : undefined) ?? project.variables.lookup(name, how)
  }
  const earlier = new Map<string, EnvEntry>()
  const left = leftOf(project)
  for (const item of itemsOf(field(service, 'env_file'))) {
    const file = left.variables < 0 ? undefined : fileOf(item, tree, remarks, examples)
    if (left.variables < 0 && !left.told) {
      left.told = true
      const { span } = pathOf(item) ?? item
      remarks.problems.push({ span, message: `the env files from here on were not read: the services of this project take more than ${mostFromFiles} variables from them, as many as can be looked at in time`, unread: true })
    }
    if (!file) continue
    left.variables -= file.text.length / shortestLine
    const entries = scalarAt(item, 'format')?.text === 'raw' ? readRawEnvFile(file.path, file.text) : readEnvFile(file.path, file.text, outer, earlier)
    for (const entry of entries) {
      if (entry.stated) earlier.set(entry.name, entry)
      variables.set(entry.name, variableOf(entry, project, file.isExample))
    }
  }
  for (const [name, entry] of stated) {
    const before = variables.get(name)
    const variable = fromEntry(name, entry, project, examples)
    variables.set(name, before ? over(before, variable) : variable)
  }
  return [...variables.values()]
}

/** How many variables the services of a project may take from env files: each file counts for every service that names it. */
const mostFromFiles = 200_000, shortestLine = 8
const leftOf = oncePer<Project, { variables: number; told: boolean }>(() => ({ variables: mostFromFiles, told: false }))

/** The labels of a service: those of its label files in order, then its own over them. https://docs.docker.com/reference/compose-file/services/#label_file */
export function labelsOf(service: Node, tree: FileTree, remarks: Remarks): readonly Variable[] {
  const labels = new Map<string, Variable>()
  for (const item of itemsOf(field(service, 'label_file'))) {
    const file = fileOf(item, tree, remarks, false)
    for (const { name, nameSpan, text, span, stated } of file ? readEnvFile(file.path, file.text, () => undefined) : []) if (stated) labels.set(name, { name, nameSpan, value: known(text, span), origin: 'env-file' })
  }
  for (const label of variablesIn(field(service, 'labels'), 'labels')) labels.set(label.name, label)
  return [...labels.values()]
}

/** A map or list of `KEY=value` as variables. */
export function variablesIn(node: Node | undefined, path: string): readonly Variable[] {
  if (!node) return []
  return entriesOf(canonical(node, path)).flatMap(([name, { key, value }]) =>
    value.kind === 'scalar' ? [{ name, nameSpan: key, value: valueOfScalar(value), origin: 'environment' as const }] : [])
}

/** What the env file in the folder that a program is built from says, or the example of one, where the deployment says nothing else. */
export function besideOf(service: Node, stated: readonly Variable[], project: Project, tree: FileTree): readonly Variable[] {
  const build = field(service, 'build')
  const context = build?.kind === 'scalar' ? build : scalarAt(build, 'context')
  if (!build || (context && (context.missing.length > 0 || /^[/~]|:/.test(context.text)))) return []
  const folder = join(build.source.folder, context?.text ?? '.')
  // `SPRING_CACHE_TYPE` in the environment wins over `spring.cache.type` in a file.
  const names = new Set(stated.map(variable => oneForm(variable.name)))
  return envBeside(join(folder, '.env'), project, tree).filter(({ name }) => !names.has(oneForm(name)))
}

function envBeside(path: string, project: Project, tree: FileTree): readonly Variable[] {
  const text = tree.read(path)
  const found = typeof text === 'string' ? { file: path, text } : text === undefined ? exampleOf(tree, path) : undefined
  if (!found) return []
  return readEnvFile(found.file, found.text, project.variables.lookup).flatMap(entry =>
    entry.stated && entry.missing.length === 0 && entry.text !== '' ? [variableOf(entry, project, typeof text !== 'string')] : [])
}

/** Says that the environment overrides an env file. */
function over(before: Variable, after: Variable): Variable {
  if (!after.value.known) return after
  const note: Note = { span: before.nameSpan, text: `overrides ${before.name} of ${before.nameSpan.file}` }
  return { ...after, value: { ...after.value, notes: [...(after.value.notes ?? []), note] } }
}

function fromEntry(name: string, { key, value }: Entry, project: Project, examples: boolean): Variable {
  const origin = 'environment'
  if (value.kind !== 'scalar') return { name, nameSpan: key, value: unknown('it is no text', '', value.span), origin }
  if (!value.isNull) return { name, nameSpan: key, value: valueOfScalar(value), origin }
  const passed = project.variables.lookup(name, examples ? 'plain' : 'default')
  const result: Value = passed && passed.missing.length === 0 ? known(passed.text, key, passed.notes) : unknown(`${name} is passed through from the host`, '', key)
  return { name, nameSpan: key, value: result, origin }
}

/** The file that one item of `env_file` names, by short or long form. */
const pathOf = (item: Node): ScalarNode | undefined => (item.kind === 'scalar' ? (item.isNull ? undefined : item) : scalarAt(item, 'path'))

/** The text that it stands for: its own, or that of the example that a repository keeps in its place. */
function fileOf(item: Node, tree: FileTree, remarks: Remarks, examples: boolean): { readonly path: string; readonly text: string; readonly isExample: boolean } | undefined {
  const named = pathOf(item)
  if (!named) return undefined
  const beside = named.missing.length > 0 ? installedFrom(named.text, named.source.folder, tree) : undefined
  if (named.missing.length > 0 && beside === undefined) {
    remarks.unread.push({ span: named.span, text: `the env file ${named.text} cannot be found: ${noValue(named.missing)}` })
    return undefined
  }
  const path = beside ?? join(named.source.folder, named.text)
  const text = tree.read(path)
  if (typeof text === 'string') return { path, text, isExample: false }
  const example = examples && text === undefined ? exampleOf(tree, path) : undefined
  if (example) return { path: example.file, text: example.text, isExample: true }
  const optional = scalarAt(item, 'required')?.text === 'false'
  if (text !== undefined) remarks.unread.push({ span: named.span, text: `the env file ${path} was not read: ${text.refused}` })
  else if (!optional) remarks.unread.push({ span: named.span, text: `the env file ${path} is not here` })
  return undefined
}

function variableOf(entry: EnvEntry, project: Project, example: boolean): Variable {
  const variable = (value: Value): Variable => ({ name: entry.name, nameSpan: entry.nameSpan, value, origin: 'env-file' })
  if (!entry.stated) {
    const passed = project.variables.lookup(entry.name, 'default')
    return variable(passed && passed.missing.length === 0 ? known(passed.text, entry.span, passed.notes) : unknown(`${entry.name} is passed through from the host`, '', entry.span))
  }
  if (entry.missing.length > 0) return variable(unknown(noValue(entry.missing), entry.text, entry.span))
  if (example && entry.text === '') return variable(unknown(`the example file ${entry.nameSpan.file} leaves ${entry.name} to be filled in`, '', entry.span))
  return variable(known(entry.text, entry.span, example ? [...entry.notes, definedAt(entry, true)] : entry.notes))
}
